-- dicom is made by the extension; the others here. People have USAGE on pacs and research only.

-- pacs_data exists already: the runner keeps its own table there.
create schema pacs authorization pacs_owner;
alter schema pacs_data owner to pacs_owner;
create schema pacs_internal authorization pacs_owner;
create schema pacs_trust authorization pacs_owner;
create schema research authorization pacs_owner;

comment on schema pacs is 'What people and programs call: functions and views';
comment on schema pacs_data is 'Tables; reached through schema pacs';
comment on schema pacs_internal is 'Helpers of the functions in pacs';
comment on schema pacs_trust is 'Pseudonyms and names of keys';
comment on schema research is 'De-identified tables for analysts';

revoke all on schema public from public;
grant usage on schema dicom to public;
grant usage on schema pacs to pacs_gateway, pacs_mis, pacs_card_feed, pacs_physician, pacs_radiologist,
  pacs_registrar, pacs_analyst, pacs_operator, pacs_auditor, pacs_trust, pacs_job;
grant usage on schema research to pacs_analyst;
grant usage on schema pacs_internal to pacs_job;

grant usage on schema pgcrypto to pacs_owner;
grant select on pacs_data.schema_migration to pacs_owner;

-- Of what pacs_owner makes, nothing is PUBLIC's unless it is granted by name.
alter default privileges for role pacs_owner revoke execute on functions from public;
