-- What we promise others and ask of them: storage commitment, questions to another PACS, pulls from it.

set local role pacs_owner;

insert into pacs_data.setting (name, value, description) values
  ('commitment_checks', 'size', 'What is checked of a file before its safety is promised (storage commitment): size or digest'),
  ('remote_rows', '10000', 'Most rows that one question to another PACS brings'),
  ('prior_source', '', 'AE title of the PACS that is asked for earlier studies of a patient when a study of theirs is complete; empty: none');
alter table pacs_data.setting
  add constraint setting_commitment_checks check (name <> 'commitment_checks' or value in ('size', 'digest')),
  add constraint setting_remote_rows check (case when name = 'remote_rows'
    then value::int between 1 and 1000000 else true end);

create table pacs_data.commitment (
  id bigint generated always as identity primary key,
  remote_ae_id int not null,
  transfer_id bigint,
  task_id bigint,
  is_ours boolean not null,
  transaction_uid text collate "C" not null,
  requested_at timestamptz not null default now(),
  checked_at timestamptz,
  reported_at timestamptz,
  unique (remote_ae_id, is_ours, transaction_uid)
);
comment on table pacs_data.commitment is 'Storage commitment requests (PS3.4 annex J), those of others and our own';
comment on column pacs_data.commitment.is_ours is 'Whether we asked; else we were asked';
comment on column pacs_data.commitment.transfer_id is 'The association that asked us';
comment on column pacs_data.commitment.checked_at is 'When it was known which objects are safe';
comment on column pacs_data.commitment.reported_at is 'When the N-EVENT-REPORT was answered with success';

create table pacs_data.commitment_item (
  commitment_id bigint not null references pacs_data.commitment on delete cascade,
  number int not null,
  sop_class_uid text collate "C" not null,
  sop_instance_uid text collate "C" not null,
  failure_reason int,
  primary key (commitment_id, number)
);
comment on table pacs_data.commitment_item is 'The objects of a storage commitment request, in its order';
comment on column pacs_data.commitment_item.failure_reason is 'Failure Reason (0008,1197) once it is checked; null: safe';
create index commitment_item_of_instance on pacs_data.commitment_item (sop_instance_uid);

create table pacs_data.remote_question (
  id bigint generated always as identity primary key,
  remote_ae_id int not null,
  task_id bigint not null,
  asked_by name not null,
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null,
  level text not null check (level in ('PATIENT', 'STUDY', 'SERIES', 'IMAGE')),
  identifier jsonb not null,
  is_cut boolean not null default false
);
comment on table pacs_data.remote_question is 'C-FIND questions to other PACS; kept for an hour';
comment on column pacs_data.remote_question.expires_at is 'Nobody waits for the answer any more';
comment on column pacs_data.remote_question.is_cut is 'There were more answers than setting remote_rows allows';
create index remote_question_of_task on pacs_data.remote_question (task_id);

create table pacs_data.remote_answer (
  question_id bigint not null references pacs_data.remote_question on delete cascade,
  id bigint generated always as identity,
  response jsonb not null,
  primary key (question_id, id)
);
comment on table pacs_data.remote_answer is 'What another PACS answered, in the DICOM JSON model';

create table pacs_data.pull (
  id bigint generated always as identity primary key,
  remote_ae_id int not null,
  task_id bigint,
  is_enabled boolean not null default true,
  uses_get boolean not null default false,
  days int check (days > 0),
  begun_on date,
  page_from date,
  page_to date,
  studies_found bigint not null default 0,
  studies_asked bigint not null default 0,
  instances_got bigint not null default 0,
  instances_failed bigint not null default 0,
  asked_by name not null,
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  filter jsonb not null,
  schedule text
);
comment on table pacs_data.pull is 'Studies that are fetched from other PACS, once or by a schedule';
comment on column pacs_data.pull.days is 'How many days back from the day of its run are asked for; null: what the filter says';
comment on column pacs_data.pull.begun_on is 'The day of its run';
comment on column pacs_data.pull.page_to is 'The newest day that is not done yet, which comes next; with page_from null: all of the filter at once';
comment on column pacs_data.pull.page_from is 'The oldest day of the run';
comment on column pacs_data.pull.schedule is 'A cron expression; null: once';

do $$
declare
  name text;
begin
  foreach name in array array['commitment', 'commitment_item', 'remote_question', 'remote_answer', 'pull'] loop
    execute format('alter table pacs_data.%I enable row level security', name);
    execute format('alter table pacs_data.%I force row level security', name);
  end loop;
end
$$;

reset role;
