-- Work for the daemon, as rows (DESIGN: a task runs at least once and has its effect exactly once).

set local role pacs_owner;

create table pacs_data.task (
  id bigint generated always as identity primary key,
  kind text not null,
  state text not null default 'ready' check (state in ('ready', 'running', 'done', 'failed', 'cancelled')),
  priority smallint not null default 0,
  attempts smallint not null default 0,
  max_attempts smallint not null default 10 check (max_attempts > 0),
  run_after timestamptz not null default now(),
  leased_until timestamptz,
  lease uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  payload jsonb not null default '{}',
  last_error text
);
comment on table pacs_data.task is 'Work for the daemon; claimed with a lease, retried with backoff, failed where a person sees it';
comment on column pacs_data.task.lease is 'Names the claim: only who holds it may finish or fail the task';
-- What a claim looks for, and nothing that is over: millions of tasks done do not slow it.
create index task_ready on pacs_data.task (kind, priority desc, run_after) where state = 'ready';
create index task_leased on pacs_data.task (leased_until) where state = 'running';
-- A queue: vacuumed by what has passed through it, however much is kept.
alter table pacs_data.task set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index task_finished on pacs_data.task (finished_at) where state in ('done', 'cancelled');

reset role;
