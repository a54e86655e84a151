-- Tasks: claimed with a lease, taken over when it ends, retried, failed where a person sees it.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(88);

delete from pacs_data.task;
-- Makes one task and gives its id.
create function pg_temp.add(kind text, changes text default '') returns bigint language plpgsql as $$
declare
  id bigint := pacs_internal.add_task(kind, format('{"of": %s}', to_json(kind))::jsonb);
begin
  if changes <> '' then
    execute format('update pacs_data.task set %s where id = %s', changes, id);
  end if;
  return id;
end
$$;
create function pg_temp.task(kind text) returns pacs_data.task language sql stable return (select t from pacs_data.task t
  where t.kind = task.kind);
create temp table claimed (task_id bigint, kind text, payload jsonb, attempt smallint, lease uuid);
grant all on claimed to public;
create function pg_temp.claim(kinds text[], max_tasks int default 1,
  lease_for interval default '5 minutes') returns text language sql as $$
  with c as (insert into claimed select * from pacs.claim_task(kinds, lease_for, max_tasks) returning kind)
  select string_agg(kind, ' ' order by kind) from c
$$;
create function pg_temp.lease(kind text) returns uuid language sql stable return (select lease from claimed c
  where c.kind = lease.kind order by attempt desc limit 1);

-- Claims -----------------------------------------------------------------------------------------------------

select pg_temp.add('low', 'priority = -1'), pg_temp.add('first', 'priority = 5, run_after = now() - interval ''1 hour'''),
  pg_temp.add('second', 'priority = 5'), pg_temp.add('later', 'run_after = now() + interval ''1 second'''),
  pg_temp.add('done', 'state = ''done'''), pg_temp.add('failed', 'state = ''failed'''),
    pg_temp.add('cancelled', 'state = ''cancelled'''),
  pg_temp.add('running', 'state = ''running'', attempts = 1, leased_until = now() + interval ''1 second'', lease = gen_random_uuid()') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{other}'), null, 'A worker gets tasks of its kinds only');
select is(pg_temp.claim('{}'), null, 'and none without a kind');
select is(pg_temp.claim(null), null, 'nor with null for it');
select is(pg_temp.claim('{low,first,second,later,done,failed,cancelled,running}'), 'first',
  'The highest priority comes first, then what waits longest');
select is(pg_temp.claim('{low,first,second,later,done,failed,cancelled,running}', 2), 'low second',
  'A worker gets as many tasks as it asks for');
select is(pg_temp.claim('{low,first,second,later,done,failed,cancelled,running}', 100), null,
  'What is not due, leased, over or failed is not given out');
select is(row(task_id is not null, kind, payload, attempt, lease is not null)::text, '(t,first,"{""of"": ""first""}",1,t)',
  'A claim tells the task, its payload, which attempt this is, and its lease') from claimed c where kind = 'first';
reset session authorization;
select is(row(t.state, t.attempts, t.leased_until, t.lease)::text,
  row('running', 1, now() + interval '5 minutes', pg_temp.lease('first'))::text, 'A task that was claimed is leased')
  from pg_temp.task('first') t;
select is((select count(distinct lease) from claimed), 3::bigint, 'Every claim has a lease of its own');
set local session authorization demo_gateway;
select throws_ok(format('select * from pacs.claim_task(''{low}'', %L, %L)', lease_for, max_tasks), 'PC082', null,
  format('No claim for %s of %s tasks', coalesce(lease_for, 'ever'), coalesce(max_tasks, 'all')))
  from (values (null, '1'), ('0', '1'), ('-1 minutes', '1'), ('5 minutes', '0'), ('5 minutes', '-1'),
    ('5 minutes', null)) c (lease_for, max_tasks);
reset session authorization;

-- The planner thinks the table small: a subquery with LIMIT would run once for each of its rows.
delete from pacs_data.task;
select pg_temp.add('many') \g /dev/null
analyze pacs_data.task;
select count(pg_temp.add('many')) from generate_series(1, 20) \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{many}', 2), 'many many', 'A worker gets no more tasks than it asks for, whatever the plan');
reset session authorization;

-- Finished and failed ----------------------------------------------------------------------------------------

delete from pacs_data.task;
select pg_temp.add('good'), pg_temp.add('bad'), pg_temp.add('last', 'attempts = 9') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{good,bad,last}', 3), 'bad good last', 'Three tasks are claimed');
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, l.lease), 'PC081', null,
  format('%s does not finish a task', description))
  from claimed c, (values (gen_random_uuid(), 'A lease that is not its own'), (null, 'No lease')) l (lease, description)
    where kind = 'good';
select throws_ok(format('select pacs.fail_task(%s, %L, ''x'')', task_id, gen_random_uuid()), 'PC081', null,
  'A lease that is not its own does not fail a task') from claimed c where kind = 'good';
select throws_ok(format('select pacs.finish_task(-1, %L)', pg_temp.lease('good')), 'PC081', null,
  'A task that is not there is not finished');
select lives_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'The worker that has the lease finishes the task')
  from claimed c where kind = 'good' and attempt = 1;
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'PC081', null, 'once') from claimed c
  where kind = 'good' and attempt = 1;
select lives_ok(format('select pacs.fail_task(%s, %L, %L)', task_id, c.lease, repeat('no ', 400)),
  format('The worker that has the lease fails task %s', kind)) from claimed c where kind in ('bad', 'last') and attempt in (1, 10);
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'PC081', null, 'and then does not finish it')
  from claimed c where kind = 'bad';
reset session authorization;
select is(row(t.state, t.finished_at, t.leased_until, t.last_error)::text, row('done', now(), null, null)::text,
  'A task that is finished is done') from pg_temp.task('good') t;
select is(row(t.state, t.attempts, t.finished_at, t.leased_until, t.lease, length(t.last_error))::text, '(ready,1,,,,1000)',
  'A task that failed is ready again, with the beginning of its error') from pg_temp.task('bad') t;
select is(row(t.state, t.attempts, t.finished_at = now(), t.leased_until, t.lease)::text, '(failed,10,t,,)',
  'After its last attempt it is failed') from pg_temp.task('last') t;
set local session authorization demo_gateway;
select is(pg_temp.claim('{good,bad,last}', 3), null, 'Neither is given out at once');
reset session authorization;

-- A backoff of 2, 4, 8 … seconds and at most an hour, an eighth more or less.
create temp table delay (attempt int, seconds numeric);
create function pg_temp.fail_once(attempt int) returns void language plpgsql as $$
declare
  added bigint := pg_temp.add('backoff', format('attempts = %s, max_attempts = 100', attempt - 1));
  given uuid;
begin
  select c.lease into given from pacs.claim_task('{backoff}') c;
  perform pacs.fail_task(added, given, 'x');
  insert into delay select attempt, extract(epoch from run_after - now()) from pacs_data.task where id = added;
  delete from pacs_data.task where id = added;
end
$$;
select count(pg_temp.fail_once(attempt)) from generate_series(1, 20) attempt, generate_series(1, 20) \g /dev/null
select is((select string_agg(distinct attempt::text, ' ') from delay
  where seconds not between least(3600, 2.0 ^ attempt) * 0.875 and least(3600, 2.0 ^ attempt) * 1.125), null,
  'Each attempt waits twice as long as the one before, up to an hour');
select is((select count(*) from (select attempt from delay group by attempt having max(seconds) - min(seconds) < least(3600,
  2.0 ^ attempt) * 0.05) s), 0::bigint, 'Tasks that fail together do not come back together');

-- Taken over -------------------------------------------------------------------------------------------------

delete from pacs_data.task;
delete from claimed;
select pg_temp.add('lost'), pg_temp.add('lost last', 'attempts = 9') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{lost,lost last}', 2), 'lost lost last', 'Two tasks are claimed by a worker that does not come back');
reset session authorization;
update pacs_data.task set leased_until = now() - interval '1 millisecond';
set local session authorization demo_gateway;
select is(pg_temp.claim('{other}'), null, 'Workers of other kinds leave them');
select is(pg_temp.claim('{lost,lost last}', 2), 'lost', 'When the lease has ended the task is given to another');
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'PC081', null,
  'Then the first worker cannot finish it') from claimed c where kind = 'lost' and attempt = 1;
select throws_ok(format('select pacs.fail_task(%s, %L, ''x'')', task_id, c.lease), 'PC081', null, 'or fail it') from claimed c
  where kind = 'lost' and attempt = 1;
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'PC081', null,
  'nor finish the one that had its last attempt') from claimed c where kind = 'lost last';
select lives_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'The second worker finishes it') from claimed c
  where kind = 'lost' and attempt = 2;
reset session authorization;
select is(row(t.state, t.attempts, t.finished_at = now(), t.lease, t.leased_until, t.last_error)::text,
  '(failed,10,t,,,"the worker did not come back")', 'A worker that does not come back from the last attempt fails its task')
  from pg_temp.task('lost last') t;

delete from pacs_data.task;
select count(pg_temp.add('crowd',
  'state = ''running'', attempts = 1, leased_until = now() - interval ''1 hour'', lease = gen_random_uuid()'))
  from generate_series(1, 250) \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{crowd}'), 'crowd', 'One task is claimed where many leases have ended');
reset session authorization;
select is((select count(*) from pacs_data.task where state = 'failed'), 0::bigint,
  'None of the others has failed: they have attempts left');

-- Resources ------------------------------------------------------------------------------------------------------

delete from pacs_data.task;
delete from claimed;
delete from pacs_data.resource_pause;
select count(pg_temp.add('to a', 'kind = ''send'', resource = ''a'', priority = 9')) from generate_series(1, 5) \g /dev/null
select pg_temp.add('to b', 'kind = ''send'', resource = ''b''') \g /dev/null
create function pg_temp.claim_sends(max_tasks int default 1) returns text language sql as $$
  with c as (insert into claimed select * from pacs.claim_task('{send}', max_tasks => claim_sends.max_tasks) returning payload ->> 'of' as target)
  select string_agg(target, ', ' order by target) from c
$$;
-- One that runs for resource a: its id and lease as arguments.
create function pg_temp.running() returns text language sql security definer set search_path = pg_catalog as $$
  select format('%s, %L', id, lease) from pacs_data.task where state = 'running' and resource = 'a' limit 1
$$;
set local session authorization demo_gateway;
select is(pg_temp.claim_sends(4), 'to a, to a, to b', 'Of one resource no more tasks run at once than the setting says, and others pass by');
select is(pg_temp.claim_sends(4), null, 'also over several claims');
select lives_ok('select pacs.finish_task(' || pg_temp.running() || ')', 'One is finished');
select is(pg_temp.claim_sends(4), 'to a', 'and makes room for one');
select lives_ok('select pacs.fail_task(' || pg_temp.running() || ', ''away'', true)', 'A destination cannot be reached');
reset session authorization;
select is((select row(resource, failures, paused_until, last_error)::text from pacs_data.resource_pause),
  row('a', 1, now() + interval '5 seconds', 'away')::text, 'It pauses');
select is((select row(state, attempts, run_after)::text from pacs_data.task where last_error = 'away'),
  row('ready', 0, now() + interval '5 seconds')::text, 'and its failure uses up no attempt of the task');
set local session authorization demo_gateway;
select is(pg_temp.claim_sends(4), null, 'None of its tasks is given out meanwhile');
reset session authorization;
update pacs_data.resource_pause set paused_until = now();
select pacs_internal.pause_resource('a', 'still away'), pacs_internal.pause_resource('a', 'still away') \g /dev/null
select is((select row(failures, paused_until)::text from pacs_data.resource_pause), row(2, now() + interval '10 seconds')::text,
  'Each pause is twice as long, and what fails within one does not make it longer');
update pacs_data.resource_pause set failures = 100, paused_until = now();
select is(pacs_internal.pause_resource('a', 'away'), now() + interval '5 minutes', 'but not longer than five minutes');
set local session authorization demo_operator;
select is((select count(*) from pacs.resource_pause), 1::bigint, 'An operator sees it');
delete from pacs.resource_pause;
set local session authorization demo_gateway;
select is(pg_temp.claim_sends(4), 'to a', 'and ends it');
reset session authorization;
select pacs_internal.pause_resource('a', 'away') \g /dev/null
set local session authorization demo_gateway;
select lives_ok('select pacs.finish_task(' || pg_temp.running() || ')', 'A task that succeeds');
reset session authorization;
select is((select count(*) from pacs_data.resource_pause), 0::bigint, 'ends it too');
delete from pacs_data.task;
select pg_temp.add('once', 'resource = ''c'', max_attempts = 1'),
  pg_temp.add('old', 'resource = ''c'', attempts = 9, created_at = now() - interval ''8 days''') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{once,old}', 2), 'old once', 'Tasks that nobody waits for any more');
select pacs.fail_task(task_id, c.lease, 'away', true) from claimed c where kind in ('once', 'old') \g /dev/null
reset session authorization;
select is((select string_agg(state, ' ') from pacs_data.task), 'failed failed',
  'fail when their destination is away: those of one attempt, and those of a week ago at their last');

-- Kept and given back ------------------------------------------------------------------------------------------------

delete from pacs_data.task;
delete from pacs_data.resource_pause;
delete from claimed;
select pg_temp.add('long'), pg_temp.add('left') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{long,left}', 2), 'left long', 'Two tasks are claimed');
select lives_ok(format('select pacs.renew_task(%s, %L, ''1 hour'')', task_id, c.lease), 'One takes longer') from claimed c where kind = 'long';
select throws_ok(format('select pacs.renew_task(%s, %L)', task_id, gen_random_uuid()), 'PC081', null,
  'Only who has the lease renews it') from claimed c where kind = 'long';
select throws_ok(format('select pacs.renew_task(%s, %L, ''0'')', task_id, c.lease), 'PC082', null, 'for some time') from claimed c where kind = 'long';
select lives_ok(format('select pacs.release_task(%s, %L)', task_id, c.lease), 'The other is given back') from claimed c where kind = 'left';
reset session authorization;
select is((select leased_until from pg_temp.task('long')), now() + interval '1 hour', 'The first is kept');
select is((select row(state, attempts, lease)::text from pg_temp.task('left')), '(ready,0,)', 'the second is ready, and its attempt does not count');

-- What operators do --------------------------------------------------------------------------------------------

delete from pacs_data.task;
delete from claimed;
select pg_temp.add('ready'), pg_temp.add('working'), pg_temp.add('done', 'state = ''done'''),
  pg_temp.add('failed', 'state = ''failed'', attempts = 10, finished_at = now(), last_error = ''x'''),
  pg_temp.add('cancelled', 'state = ''cancelled'', finished_at = now()') \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{working}'), 'working', 'A worker is busy');
set local session authorization demo_operator;
select results_eq('select kind, state, tasks, an_error from pacs.queue_status order by kind',
  $$values ('cancelled', 'cancelled', 1::bigint, null), ('done', 'done', 1, null), ('failed', 'failed', 1, 'x'),
  ('ready', 'ready', 1, null), ('working', 'running', 1,
    null)$$, 'An operator sees how many tasks there are of each kind and state');
reset session authorization;
create function pg_temp.act(act text,
  kind text) returns text language sql as $$ select pg_temp.state_as('demo_operator', format('select pacs.%I(%s)', act, (pg_temp.task(kind)).id)) $$;
select is(pg_temp.act('retry_task', kind), state, format('A task that is %s %s tried again', kind,
  case when state is null then 'can be' else 'cannot be' end))
  from (values ('ready', 'PC045'), ('working', 'PC045'), ('done', 'PC045'), ('failed', null), ('cancelled', null)) r (kind,
    state);
select is(row(t.state, t.attempts, t.run_after <= now(), t.finished_at)::text, '(ready,0,t,)',
  'A task that is tried again has all its attempts before it') from pg_temp.task('failed') t;
select is(pg_temp.act('cancel_task', kind), state, format('A task that is %s %s cancelled', kind,
  case when state is null then 'can be' else 'cannot be' end))
  from (values ('ready', null), ('working', null), ('done', 'PC045'), ('ready', 'PC045')) r (kind, state);
select is(row(t.state, t.finished_at = now(), t.lease, t.leased_until)::text, '(cancelled,t,,)',
  'A task that is cancelled is over') from pg_temp.task('working') t;
set local session authorization demo_gateway;
select throws_ok(format('select pacs.finish_task(%s, %L)', task_id, c.lease), 'PC081', null, 'and its worker cannot finish it')
  from claimed c where kind = 'working';
set local session authorization demo_operator;
select throws_ok(format('select pacs.%I(%L)', act, id), 'PC045', null,
  format('There is nothing to %s with the id %s', act, coalesce(id::text, 'null')))
  from unnest(array['retry_task', 'cancel_task']) act, (values (-1), (null)) i (id);
reset session authorization;

-- Before they are forgotten --------------------------------------------------------------------------------------

delete from pacs_data.task;
select pg_temp.add('old done', 'state = ''done'', finished_at = now() - interval ''31 days'''),
  pg_temp.add('old cancelled', 'state = ''cancelled'', finished_at = now() - interval ''31 days'''),
  pg_temp.add('old failed', 'state = ''failed'', finished_at = now() - interval ''31 days'''),
    pg_temp.add('new done', 'state = ''done'', finished_at = now() - interval ''29 days'''),
  pg_temp.add('old ready', 'created_at = now() - interval ''31 days''') \g /dev/null
set local session authorization pacs_cron;
select is(pacs_internal.drop_old_tasks(), 2::bigint, 'Tasks that were over 30 days ago are forgotten');
select is(pacs_internal.drop_old_tasks(), 0::bigint, 'once');
reset session authorization;
select set_eq('select kind from pacs_data.task', array['old failed', 'new done', 'old ready'],
  'What failed stays until a person has seen it, and what is not over stays');

-- Whom we ask --------------------------------------------------------------------------------------------------

delete from pacs_data.task;
select pg_temp.add(kind, format('resource = %L', resource))
  from (values ('pull', 'ONE@10.0.0.1'), ('pull', 'ONE@10.0.0.1'), ('pull', 'TWO@10.0.0.2'), ('find_remote', 'question ONE@10.0.0.1'),
    ('find_remote', 'question ONE@10.0.0.1')) t (kind, resource) \g /dev/null
set local session authorization demo_gateway;
select is(pg_temp.claim('{pull}', 10), 'pull pull', 'Of one PACS one pull runs at a time, whatever tasks_per_resource says');
select is(pg_temp.claim('{find_remote}', 10), 'find_remote', 'and one question');
reset session authorization;

select * from finish();
rollback;
