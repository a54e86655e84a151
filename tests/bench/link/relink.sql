-- Seconds in which one session decides again about all studies, as the job of each minute does, which stands still meanwhile.
\set QUIET on
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'pgpacs link studies' \g /dev/null
insert into pacs_data.link_due (subject, id) select 'study', s.id from pacs_data.study s on conflict do nothing;
analyze pacs_data.link_due;
create temp table took (seconds float8);
do $$
declare
  began constant timestamptz := clock_timestamp();
begin
  while pacs_internal.relink() > 0 loop
    commit;
  end loop;
  commit;
  insert into took values (extract(epoch from clock_timestamp() - began));
end
$$;
select cron.alter_job(jobid, active => true) from cron.job where jobname = 'pgpacs link studies' \g /dev/null
select seconds from took;
