-- The trail of who did what.

set local role pacs_owner;

create table pacs_data.audit_event (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  event text not null,
  is_success boolean not null,
  actor name not null,
  on_behalf_of text,
  peer inet,
  transfer_id bigint,
  study_ids bigint[] not null default '{}',
  object_count bigint,
  detail jsonb
);
comment on table pacs_data.audit_event is 'One row for each act of a person or a system; append-only';
comment on column pacs_data.audit_event.actor is 'The login, or the role it had taken on';
comment on column pacs_data.audit_event.study_ids is 'The studies that the act was about';
create index audit_event_at on pacs_data.audit_event using brin (at) with (autosummarize);
-- Who saw a study. Not who sent it, which its instances say: a GIN index has one list of what is pending, at which
-- receipts would queue (promise 8).
create index audit_event_study on pacs_data.audit_event using gin (study_ids)
  where study_ids <> '{}' and event <> 'instance_stored';
alter table pacs_data.audit_event set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
                                       autovacuum_analyze_scale_factor = 0.02);

reset role;
