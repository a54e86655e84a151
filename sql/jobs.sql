-- pg_cron's schedule (GMT). A job is one call of one function or procedure, which does one bounded batch and can be called
-- by hand. Jobs that are no longer here are unscheduled, those that are the same keep their ids and histories; a database without pg_cron, or without the login pacs_cron
-- that pg_cron runs them as, has none.

do $$
declare
  wanted constant jsonb := '{
    "pgpacs drop old commitments": ["27 * * * *", "select pacs_internal.drop_old_commitments()"],
    "pgpacs drop old pulls": ["47 * * * *", "select pacs_internal.drop_old_pulls()"],
    "pgpacs drop old questions": ["*/10 * * * *", "select pacs_internal.drop_old_questions()"],
    "pgpacs give up commitments": ["*/10 * * * *", "select pacs_internal.give_up_commitments()"],
    "pgpacs import cards": ["* * * * *", "call pacs_internal.import_cards()"],
    "pgpacs queue pulls": ["* * * * *", "select pacs_internal.queue_pulls()"],
    "pgpacs link studies": ["* * * * *", "select pacs_internal.relink()"],
    "pgpacs drop old links": ["17 * * * *", "select pacs_internal.drop_old_links()"],
    "pgpacs drop old tasks": ["37 * * * *", "select pacs_internal.drop_old_tasks()"]
  }';
  job record;
begin
  if not exists (select from pg_extension where extname = 'pg_cron') then
    raise notice 'pg_cron is not installed in this database: no jobs are scheduled';
    return;
  end if;
  perform cron.unschedule(jobid) from cron.job where jobname like 'pgpacs %'
    and (schedule, command, username, nodename, nodeport, database) is distinct from
      (wanted -> jobname ->> 0, wanted -> jobname ->> 1, 'pacs_cron', current_setting('cron.host'),
       current_setting('port')::int, current_database());
  if not exists (select from pg_roles where rolname = 'pacs_cron') then
    raise warning 'there is no login pacs_cron: no jobs are scheduled. Create it and deploy again (docs/operations.md)';
    return;
  end if;
  grant pacs_job to pacs_cron;
  -- Or a server that is asked and never answers would hold a job for ever. A site's own limit stays.
  if not exists (select from pg_db_role_setting s, unnest(s.setconfig) c
                 where s.setrole = 'pacs_cron'::regrole and c like 'statement_timeout=%') then
    alter role pacs_cron set statement_timeout = '10min';
  end if;
  for job in select key as name, value ->> 0 as schedule, value ->> 1 as command from jsonb_each(wanted)
             where not exists (select from cron.job where jobname = key) loop
    perform cron.alter_job(cron.schedule(job.name, job.schedule, job.command), username => 'pacs_cron');
  end loop;
end
$$;
