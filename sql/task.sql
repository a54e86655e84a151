-- Tasks: workers lease them, do them, and say so; a lease that ends is taken over.

create or replace function pacs_internal.add_task(
    kind text, payload jsonb default '{}', run_after timestamptz default now(), priority smallint default 0,
    max_attempts smallint default 10) returns bigint
  language sql volatile
begin atomic
  insert into pacs_data.task (kind, payload, run_after, priority, max_attempts)
  values (kind, payload, run_after, priority, max_attempts) returning id;
end;
comment on function pacs_internal.add_task is 'Queues work for the daemon in the transaction of what it follows from. For definers.';

create or replace function pacs.claim_task(
    kinds text[], lease_for interval default '5 minutes', max_tasks int default 1)
  returns table (task_id bigint, kind text, payload jsonb, attempt smallint, lease uuid)
  language plpgsql security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if (lease_for > interval '0' and max_tasks > 0) is not true then
    raise exception 'a lease lasts some time, and a claim is for one task at least' using errcode = 'PC082';
  end if;
  -- SKIP LOCKED: workers do not wait for each other; a crashed one's tasks come back when their lease ends. Rows
  -- are picked in a WITH: as IN (SELECT … LIMIT) they may be picked again for each row of the outer table
  -- (measured, as a nested loop on a small table: all tasks claimed instead of two).
  with lost as materialized (
    select x.id, x.attempts < x.max_attempts as has_more from pacs_data.task x
    where x.state = 'running' and x.leased_until < now() and x.kind = any (kinds)
    limit 100 for update skip locked)
  update pacs_data.task t
    set state = case when lost.has_more then 'ready' else 'failed' end,
        finished_at = case when lost.has_more then null else now() end,
        lease = null, leased_until = null, last_error = 'the worker did not come back'
    from lost where t.id = lost.id;
  return query
    with due as materialized (
      select x.id from pacs_data.task x
      where x.state = 'ready' and x.run_after <= now() and x.kind = any (kinds)
      order by x.priority desc, x.run_after limit max_tasks for update skip locked)
    update pacs_data.task t
      set state = 'running', attempts = t.attempts + 1, leased_until = now() + lease_for, lease = pgcrypto.gen_random_uuid()
      from due where t.id = due.id
      returning t.id, t.kind, t.payload, t.attempts, t.lease;
end
$$;
comment on function pacs.claim_task is 'Leases tasks of the kinds named that are due, highest priority first. A task whose lease ended is ready again, or failed after its last attempt. Raises PC082 for a lease or a number that is not positive. For the daemon (pacs_gateway).';
revoke all on function pacs.claim_task(text[], interval, int) from public;
grant execute on function pacs.claim_task(text[], interval, int) to pacs_gateway;

create or replace function pacs_internal.require_lease(task_id bigint, lease uuid) returns pacs_data.task
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  task pacs_data.task;
begin
  select t.* into task from pacs_data.task t
    where t.id = task_id and t.lease = require_lease.lease and t.state = 'running' for update;
  if not found then
    raise exception 'the task is not leased by this worker any more' using errcode = 'PC081';
  end if;
  return task;
end
$$;
comment on function pacs_internal.require_lease is 'The task, locked, where the lease still holds; raises PC081. For definers.';

create or replace function pacs.finish_task(task_id bigint, lease uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pacs_internal.require_lease(task_id, lease);
  update pacs_data.task set state = 'done', finished_at = now(), leased_until = null, last_error = null where id = task_id;
end
$$;
comment on function pacs.finish_task is 'Says that a task has had its effect. Raises PC081 where the lease was taken over: the effect is then the other worker''s. For the daemon (pacs_gateway).';
revoke all on function pacs.finish_task(bigint, uuid) from public;
grant execute on function pacs.finish_task(bigint, uuid) to pacs_gateway;

create or replace function pacs.fail_task(task_id bigint, lease uuid, error text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  leased pacs_data.task := pacs_internal.require_lease(task_id, lease);
begin
  -- 2, 4, 8 … seconds, at most an hour, with a quarter of jitter so that failures do not come back in step.
  update pacs_data.task
    set state = case when leased.attempts < leased.max_attempts then 'ready' else 'failed' end,
        run_after = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(leased.attempts, 12))
                            * (0.875 + random() / 4),
        finished_at = case when leased.attempts < leased.max_attempts then null else now() end,
        lease = null, leased_until = null, last_error = left(error, 1000)
    where id = task_id;
end
$$;
comment on function pacs.fail_task is 'Says that an attempt failed: the task is tried again later, or is failed after its last attempt. error names no patient. Raises PC081. For the daemon (pacs_gateway).';
revoke all on function pacs.fail_task(bigint, uuid, text) from public;
grant execute on function pacs.fail_task(bigint, uuid, text) to pacs_gateway;

create or replace function pacs.retry_task(task_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.task set state = 'ready', attempts = 0, run_after = now(), finished_at = null
    where id = task_id and state in ('failed', 'cancelled');
  if not found then
    raise exception 'there is no task of this id that failed or was cancelled' using errcode = 'PC045';
  end if;
  perform pacs_internal.audit('task_retried', true, detail => jsonb_build_object('task', task_id));
end
$$;
comment on function pacs.retry_task is 'Tries a failed or cancelled task again from its first attempt. Audited. Raises PC045. For pacs_operator.';
revoke all on function pacs.retry_task(bigint) from public;
grant execute on function pacs.retry_task(bigint) to pacs_operator;

create or replace function pacs.cancel_task(task_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.task set state = 'cancelled', finished_at = now(), lease = null, leased_until = null
    where id = task_id and state in ('ready', 'running', 'failed');
  if not found then
    raise exception 'there is no task of this id that could be cancelled' using errcode = 'PC045';
  end if;
  perform pacs_internal.audit('task_cancelled', true, detail => jsonb_build_object('task', task_id));
end
$$;
comment on function pacs.cancel_task is 'Cancels a task; a worker that has it cannot finish it any more. Audited. Raises PC045. For pacs_operator.';
revoke all on function pacs.cancel_task(bigint) from public;
grant execute on function pacs.cancel_task(bigint) to pacs_operator;

create or replace view pacs.queue_status with (security_invoker) as
  select kind, state, count(*) as tasks, min(run_after) as oldest, max(last_error) as an_error
  from pacs_data.task
  group by kind, state;
comment on view pacs.queue_status is 'How many tasks of each kind are ready, running, done, failed or cancelled, for operators';
grant select on pacs.queue_status, pacs_data.task to pacs_operator;

create or replace function pacs_internal.drop_old_tasks() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  with gone as (
    delete from pacs_data.task where id in
      (select id from pacs_data.task where state in ('done', 'cancelled') and finished_at < now() - interval '30 days' limit 10000)
    returning 1)
  select count(*) from gone;
end;
comment on function pacs_internal.drop_old_tasks is 'Forgets tasks that were over 30 days ago, at most 10,000 at once. For pacs_job.';
grant execute on function pacs_internal.drop_old_tasks() to pacs_job;
