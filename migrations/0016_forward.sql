-- Study complete, forward rules, and tasks of one destination that wait for each other and for nobody else's.

set local role pacs_owner;

alter table pacs_data.task add resource text collate "C" not null default '';
comment on column pacs_data.task.resource is 'What tasks of its kind share, such as the AE title and id of a destination: so many of them run at once as the setting tasks_per_resource says; empty: nothing';
-- Ascending, so that a claim steps from one resource and priority to the next, whatever waits in each.
drop index pacs_data.task_ready;
create index task_ready on pacs_data.task (kind, resource, priority, run_after) where state = 'ready';
create index task_running on pacs_data.task (kind, resource) where state = 'running';

create table pacs_data.resource_pause (
  resource text collate "C" primary key,
  failures int not null,
  paused_until timestamptz not null,
  last_error text not null
);
comment on table pacs_data.resource_pause is 'Resources of tasks that could not be reached: their tasks wait together';

alter table pacs_data.setting
  add constraint setting_tasks_per_resource check (case when name = 'tasks_per_resource'
    then value::int between 1 and 1000 else true end),
  add constraint setting_study_silence check (case when name = 'study_silence'
    then value::interval between interval '1 second' and interval '7 days' else true end),
  add constraint setting_study_grace check (case when name = 'study_grace'
    then value::interval between interval '0' and interval '1 day' else true end),
  add constraint setting_time_zone check (case when name = 'time_zone'
    then timestamptz 'epoch' at time zone value is not null else true end);
insert into pacs_data.setting (name, value, description) values
  ('tasks_per_resource', '2', 'Tasks of one kind that work for one destination at once'),
  ('study_silence', '5 minutes', 'A study is complete when nothing of it has come for so long'),
  ('study_grace', '30 seconds', 'or so long after the last association that sent to it has ended'),
  ('time_zone', 'UTC', 'In which cron expressions are read');

-- What came by a transfer is looked for from outside of ingest, which writes nothing for it (promise 8). The
-- objects of one transfer are stored one after the other: an id that was seen has none below it still to come.
create index instance_transfer on pacs_data.instance (transfer_id, id);
alter table pacs_data.transfer
  add closed_at timestamptz,
  add noticed_instance_id bigint not null default 0,
  add is_settled boolean not null default true;  -- those of before this
alter table pacs_data.transfer alter is_settled set default false;
comment on column pacs_data.transfer.closed_at is 'When its association ended: no more objects come by it';
comment on column pacs_data.transfer.noticed_instance_id is 'The last instance of it that rules have seen';
comment on column pacs_data.transfer.is_settled is 'Whether rules have seen all that came by it';
create index transfer_unsettled on pacs_data.transfer (id) where not is_settled and via <> 'rebuild';

create table pacs_data.arrival (
  study_id bigint not null,
  transfer_id bigint not null,
  last_at timestamptz not null,
  primary key (study_id, transfer_id)
);
comment on table pacs_data.arrival is 'Studies that are not complete yet, and which transfers bring them';

create table pacs_data.study_completion (
  id bigint generated always as identity primary key,
  study_id bigint not null,
  completed_at timestamptz not null default now(),
  reason text not null check (reason in ('association', 'silence', 'count')),
  instances bigint not null,
  study_instance_uid text collate "C" not null
);
comment on table pacs_data.study_completion is 'Each time that a study was complete: again, when more of it had come. It says so by itself, whatever becomes of the study';
comment on column pacs_data.study_completion.reason is 'association: those that sent it have ended; silence: nothing came any more; count: as many are there as its headers say';
create index study_completion_of_study on pacs_data.study_completion (study_id, id);
create index study_completion_at on pacs_data.study_completion using brin (completed_at) with (autosummarize);

create table pacs_data.forward_rule (
  id int generated always as identity primary key,
  name text not null unique check (name <> ''),
  is_enabled boolean not null default true,
  send_on text not null default 'receipt' check (send_on in ('receipt', 'study_complete')),
  calling_ae_title text,
  modality text,
  header_condition jsonpath,
  destination_id int not null references pacs_data.remote_ae,
  send_window text,
  priority smallint not null default 0,
  compress_to text,
  wants_commitment boolean not null default false,
  max_attempts smallint not null default 10 check (max_attempts > 0)
);
comment on table pacs_data.forward_rule is 'What is sent to whom without being asked for; edited through pacs.forward_rule';
comment on column pacs_data.forward_rule.send_on is 'receipt: each object as it comes; study_complete: a study when it is complete';
comment on column pacs_data.forward_rule.calling_ae_title is 'Who must have sent it; null: anyone';
comment on column pacs_data.forward_rule.header_condition is 'A jsonpath that must find something in the object''s header (dicom.header); null: no condition';
comment on column pacs_data.forward_rule.destination_id is 'Of pacs_data.remote_ae, with a port and a single address';
comment on column pacs_data.forward_rule.send_window is 'A cron expression of the minutes in which sending may begin; null: always';
comment on column pacs_data.forward_rule.compress_to is 'UID of a transfer syntax without loss that objects are sent in where the receiver takes it; null: as they are';
comment on column pacs_data.forward_rule.wants_commitment is 'Whether the destination is asked for storage commitment of what it was sent';

create table pacs_data.forward_object (
  rule_id int not null,
  instance_id bigint not null,
  task_id bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  decided_at timestamptz,
  reason text,
  primary key (rule_id, instance_id)
);
comment on table pacs_data.forward_object is 'Which objects a rule sends or has sent: each once. No foreign keys: a rule may go, and an instance with its study';
comment on column pacs_data.forward_object.reason is 'Why it was not sent: of one that failed for good, or of the last attempt';
create index forward_object_waiting on pacs_data.forward_object (task_id) where state = 'waiting';
create index forward_object_failed on pacs_data.forward_object (rule_id, decided_at) where state = 'failed';

do $$
declare
  name text;
begin
  foreach name in array array['arrival', 'study_completion', 'forward_object'] loop
    execute format('alter table pacs_data.%I enable row level security', name);
    execute format('alter table pacs_data.%I force row level security', name);
  end loop;
end
$$;

reset role;

drop function if exists pacs_internal.add_task(text, jsonb, timestamptz, smallint, smallint);
drop function if exists pacs.fail_task(bigint, uuid, text);
