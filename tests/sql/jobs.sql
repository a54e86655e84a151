-- What pg_cron runs: each job is one call that can be made by hand.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(23);

select set_eq($$select jobname, schedule, command, username, database, active from cron.job where jobname like 'pgpacs %'$$,
  $$values ('pgpacs drop old commitments', '27 * * * *', 'select pacs_internal.drop_old_commitments()', 'pacs_cron', current_database()::text, true),
    ('pgpacs give up commitments', '*/10 * * * *', 'select pacs_internal.give_up_commitments()', 'pacs_cron', current_database()::text, true),
    ('pgpacs drop old pulls', '47 * * * *', 'select pacs_internal.drop_old_pulls()', 'pacs_cron', current_database()::text, true),
    ('pgpacs drop old questions', '*/10 * * * *', 'select pacs_internal.drop_old_questions()', 'pacs_cron', current_database()::text, true),
    ('pgpacs import cards', '* * * * *', 'call pacs_internal.import_cards()', 'pacs_cron', current_database()::text, true),
    ('pgpacs queue pulls', '* * * * *', 'select pacs_internal.queue_pulls()', 'pacs_cron', current_database()::text, true),
    ('pgpacs link studies', '* * * * *', 'select pacs_internal.relink()', 'pacs_cron', current_database()::text, true),
    ('pgpacs drop old links', '17 * * * *', 'select pacs_internal.drop_old_links()', 'pacs_cron', current_database()::text, true),
    ('pgpacs drop old tasks', '37 * * * *', 'select pacs_internal.drop_old_tasks()', 'pacs_cron', current_database()::text,
      true)$$,
  'These jobs are scheduled, in this database, as pacs_cron');
select is(pg_temp.state_as(username::name, command), null, format('Job «%s» runs as who it is scheduled for', jobname))
  from cron.job where jobname like 'pgpacs %' order by jobname;

-- What they do -------------------------------------------------------------------------------------------------

insert into pacs_data.link (id, study_id, expires_at, role) values (1, 1, now() - interval '31 days', 'demo_mis'),
  (2, 1, now() - interval '29 days', 'demo_mis'), (3, 1, now() + interval '1 hour', 'demo_mis');
set local session authorization pacs_cron;
select is(pacs_internal.drop_old_links(), 1::bigint, 'Links that ended over 30 days ago are forgotten');
select is(pacs_internal.drop_old_links(), 0::bigint, 'once');
reset session authorization;
select set_eq('select id from pacs_data.link where id in (1, 2, 3)', array[2, 3]::bigint[], 'Others stay');
insert into pacs_data.link (id, study_id, expires_at, role) select 10 + n, 1, now() - interval '31 days', 'demo_mis'
  from generate_series(1, 10500) n;
set local session authorization pacs_cron;
select is(pacs_internal.drop_old_links(), n, format('A job does one bounded batch: %s', n))
  from unnest(array[10000, 500, 0]::bigint[]) n;
reset session authorization;

-- The schedule as a whole ----------------------------------------------------------------------------------------

select count(cron.schedule(name, '0 0 * * *', 'select 1')) from unnest(array['pgpacs of an older release',
  'the hospital''s own']) name \g /dev/null
set client_min_messages = error;
\i :root/sql/jobs.sql
select is((select count(*) from cron.job where jobname = 'pgpacs of an older release'), 0::bigint,
  'A job that is no longer pgpacs''s is unscheduled');
select is((select count(*) from cron.job where jobname = 'the hospital''s own'), 1::bigint, 'The hospital''s own stays');
select is((select count(*) from cron.job where jobname like 'pgpacs %'), 9::bigint, 'No job is scheduled twice');

select is((select count(*) from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = 'pacs_cron'::regrole and c = 'statement_timeout=10min'), 1::bigint,
  'A job ends after ten minutes');
alter role pacs_cron set statement_timeout = '30min';
\i :root/sql/jobs.sql
select is((select count(*) from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = 'pacs_cron'::regrole and c = 'statement_timeout=30min'), 1::bigint,
  'unless the site says otherwise');

-- Before its login is there -----------------------------------------------------------------------------------------

update cron.job set username = 'postgres' where username = 'pacs_cron';
drop owned by pacs_cron;
drop role pacs_cron;
\set path :root '/sql/jobs.sql'
\set jobs `cat :'path'`
select lives_ok(:'jobs', 'Without the login of the jobs a deploy goes through');
select is((select count(*) from cron.job where jobname like 'pgpacs %'), 0::bigint, 'and schedules nothing that could not run');

select * from finish();
rollback;
