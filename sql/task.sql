-- Tasks: workers lease them, do them, and say so; a lease that ends is taken over.

create or replace function pacs_internal.add_task(
    kind text, payload jsonb default '{}', run_after timestamptz default now(), priority smallint default 0,
    max_attempts smallint default 10, resource text default '') returns bigint
  language sql volatile
begin atomic
  insert into pacs_data.task (kind, payload, run_after, priority, max_attempts, resource)
  values (kind, payload, run_after, priority, max_attempts, resource) returning id;
end;
comment on function pacs_internal.add_task is 'Queues work for the daemon in the transaction of what it follows from. Tasks of one kind and resource run so many at once as the setting tasks_per_resource says. For definers.';

create or replace function pacs_internal.take_back_lost_tasks(kinds text[]) returns void
  language sql volatile
begin atomic
  with lost as materialized (
    select x.id, x.attempts < x.max_attempts as has_more from pacs_data.task x
    where x.state = 'running' and x.leased_until < now() and x.kind = any (kinds)
    limit 100 for update skip locked)
  update pacs_data.task t
    set state = case when lost.has_more then 'ready' else 'failed' end,
        finished_at = case when lost.has_more then null else now() end,
        lease = null, leased_until = null, last_error = 'the worker did not come back'
    from lost where t.id = lost.id;
end;
comment on function pacs_internal.take_back_lost_tasks is 'Makes tasks whose lease ended ready again, or failed after their last attempt. For definers.';

create or replace function pacs_internal.due_tasks(kinds text[])
  returns table (kind text, resource text, priority smallint)
  language sql volatile
begin atomic
  -- Steps from group to group by the index: a million tasks that wait for one destination, or for a later hour, are
  -- passed over in one step.
  with recursive task_group as (
    (select k.kind, x.resource, x.priority
     from (select distinct unnest(kinds) as kind) k cross join lateral (
       select t.resource, t.priority from pacs_data.task t where t.state = 'ready' and t.kind = k.kind
       order by t.resource, t.priority limit 1) x)
    union all
    select g.kind, x.resource, x.priority
    from task_group g cross join lateral (
      select t.resource, t.priority from pacs_data.task t
      where t.state = 'ready' and t.kind = g.kind and (t.resource, t.priority) > (g.resource, g.priority)
      order by t.resource, t.priority limit 1) x)
  select g.kind, g.resource, g.priority
  from task_group g cross join lateral (
    select t.run_after from pacs_data.task t
    where t.state = 'ready' and t.kind = g.kind and t.resource = g.resource and t.priority = g.priority
      and t.run_after <= now()
    order by t.run_after limit 1) first
  where not exists (select from pacs_data.resource_pause p where p.resource = g.resource and p.paused_until > now())
  order by g.priority desc, first.run_after;
end;
comment on function pacs_internal.due_tasks is 'Kinds, resources and priorities of which tasks are due, highest priority first, then what waits longest. For definers.';

create or replace function pacs.claim_task(
    kinds text[], lease_for interval default '5 minutes', max_tasks int default 1)
  returns table (task_id bigint, kind text, payload jsonb, attempt smallint, lease uuid)
  language plpgsql security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  per_resource constant bigint := pacs_internal.setting('tasks_per_resource')::bigint;
  most bigint;
  wanted bigint := max_tasks::bigint;
  room bigint;
  taken bigint;
  due record;
begin
  if (lease_for > interval '0' and max_tasks > 0) is not true then
    raise exception 'a lease lasts some time, and a claim is for one task at least' using errcode = 'PC082';
  end if;
  perform pacs_internal.take_back_lost_tasks(kinds);
  for due in select d.kind, d.resource, d.priority from pacs_internal.due_tasks(kinds) d loop
    room := wanted;
    if due.resource <> '' then
      -- Whoever counts and claims of a resource is alone; another claim passes it by and comes back.
      continue when not pg_try_advisory_xact_lock(1346454356, hashtext(due.kind || '|' || due.resource));
      -- Who is asked is asked one thing at a time: one that never comes to an end holds no second worker.
      most := case when due.kind in ('pull', 'find_remote') then 1 else per_resource end;
      select least(room, most - count(*)) into room from pacs_data.task x
        where x.state = 'running' and x.kind = due.kind and x.resource = due.resource;
      continue when room <= 0;
    end if;
    -- SKIP LOCKED: workers do not wait for each other; a crashed one's tasks come back when their lease ends. Rows
    -- are picked in a WITH: as IN (SELECT … LIMIT) they may be picked again for each row of the outer table
    -- (measured, as a nested loop on a small table: all tasks claimed instead of two).
    return query
      with picked as materialized (
        select x.id from pacs_data.task x
        where x.state = 'ready' and x.kind = due.kind and x.resource = due.resource and x.priority = due.priority
          and x.run_after <= now()
        order by x.run_after limit room for update skip locked)
      update pacs_data.task t
        set state = 'running', attempts = t.attempts + 1, leased_until = now() + lease_for,
            lease = pgcrypto.gen_random_uuid()
        from picked where t.id = picked.id
        returning t.id, t.kind, t.payload, t.attempts, t.lease;
    get diagnostics taken = row_count;
    wanted := wanted - taken;
    exit when wanted <= 0;
  end loop;
end
$$;
comment on function pacs.claim_task is 'Leases tasks of the kinds named that are due, highest priority first; of one kind and resource no more run at once than the setting tasks_per_resource says (of pulls and questions: one), and none of a resource that pauses. A task whose lease ended is ready again, or failed after its last attempt. Raises PC082 for a lease or a number that is not positive. For the daemon (pacs_gateway).';
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

create or replace function pacs.renew_task(task_id bigint, lease uuid, lease_for interval default '5 minutes') returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if (lease_for > interval '0') is not true then
    raise exception 'a lease lasts some time' using errcode = 'PC082';
  end if;
  perform pacs_internal.require_lease(task_id, lease);
  update pacs_data.task set leased_until = now() + lease_for where id = task_id;
end
$$;
comment on function pacs.renew_task is 'Keeps a task that takes longer than its lease: it now ends lease_for from now. Raises PC081 where the task was cancelled or taken over, PC082 for a lease that is not positive. For the daemon (pacs_gateway).';
revoke all on function pacs.renew_task(bigint, uuid, interval) from public;
grant execute on function pacs.renew_task(bigint, uuid, interval) to pacs_gateway;

create or replace function pacs.finish_task(task_id bigint, lease uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  leased pacs_data.task := pacs_internal.require_lease(task_id, lease);
begin
  update pacs_data.task set state = 'done', finished_at = now(), leased_until = null, last_error = null where id = task_id;
  delete from pacs_data.resource_pause p where p.resource = leased.resource;
end
$$;
comment on function pacs.finish_task is 'Says that a task has had its effect; its resource pauses no more. Raises PC081 where the lease was taken over: the effect is then the other worker''s. For the daemon (pacs_gateway).';
revoke all on function pacs.finish_task(bigint, uuid) from public;
grant execute on function pacs.finish_task(bigint, uuid) to pacs_gateway;

create or replace function pacs.release_task(task_id bigint, lease uuid, run_after timestamptz default now()) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pacs_internal.require_lease(task_id, lease);
  update pacs_data.task t
    set state = 'ready', attempts = t.attempts - 1, run_after = release_task.run_after, lease = null, leased_until = null
    where t.id = release_task.task_id;
end
$$;
comment on function pacs.release_task is 'Gives a task back that its worker had to leave, as when the daemon goes down, or its time is not now: it is due at run_after, and the attempt does not count. Raises PC081. For the daemon (pacs_gateway).';
revoke all on function pacs.release_task(bigint, uuid, timestamptz) from public;
grant execute on function pacs.release_task(bigint, uuid, timestamptz) to pacs_gateway;

create or replace function pacs_internal.pause_resource(resource text, error text) returns timestamptz
  language sql volatile
begin atomic
  -- 5, 10, 20 … seconds, at most 5 minutes. What fails within the pause is of the same failure.
  insert into pacs_data.resource_pause as p (resource, failures, paused_until, last_error)
  values (resource, 1, now() + interval '5 seconds', left(error, 1000))
  on conflict on constraint resource_pause_pkey do update
    set failures = p.failures + (p.paused_until <= now())::int,
        paused_until = case when p.paused_until > now() then p.paused_until
                            else now() + least(interval '5 minutes', interval '5 seconds' * 2 ^ least(p.failures, 10)) end,
        last_error = excluded.last_error
  returning paused_until;
end;
comment on function pacs_internal.pause_resource is 'Lets all tasks of a resource wait that could not be reached, and says until when. For definers.';

create or replace function pacs.fail_task(task_id bigint, lease uuid, error text, is_unreachable boolean default false)
  returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  leased pacs_data.task := pacs_internal.require_lease(task_id, lease);
  -- A destination may be down over a weekend: that is its failure, and for a week it uses up no task's attempts.
  waits constant boolean := is_unreachable and leased.resource <> '' and leased.max_attempts > 1
    and leased.created_at > now() - interval '7 days';
  has_more constant boolean := waits or leased.attempts < leased.max_attempts;
begin
  -- Else 2, 4, 8 … seconds, at most an hour, with a quarter of jitter so that failures do not come back in step.
  update pacs_data.task
    set state = case when has_more then 'ready' else 'failed' end,
        attempts = leased.attempts - waits::int,
        run_after = case when waits then pacs_internal.pause_resource(leased.resource, error)
                    else now() + least(interval '1 hour', interval '1 second' * 2 ^ least(leased.attempts, 12))
                                 * (0.875 + random() / 4) end,
        finished_at = case when has_more then null else now() end,
        lease = null, leased_until = null, last_error = left(error, 1000)
    where id = task_id;
end
$$;
comment on function pacs.fail_task is 'Says that an attempt failed: the task is tried again later, or is failed after its last attempt. is_unreachable: what it works for gave no answer; then all tasks of its resource pause, and for a week from its beginning the attempt does not count (unless the task has one only). error names no patient. Raises PC081. For the daemon (pacs_gateway).';
revoke all on function pacs.fail_task(bigint, uuid, text, boolean) from public;
grant execute on function pacs.fail_task(bigint, uuid, text, boolean) to pacs_gateway;

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

create or replace view pacs.resource_pause with (security_invoker) as
  select resource, failures, paused_until, last_error from pacs_data.resource_pause;
comment on view pacs.resource_pause is 'Destinations that could not be reached, until when their tasks wait, and why; operators delete a row to have it tried at once';
grant select, delete on pacs.resource_pause, pacs_data.resource_pause to pacs_operator;

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
