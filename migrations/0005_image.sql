-- Patients, studies, series and instances as they were sent (PS3.3 A.1.2).

set local role pacs_owner;

create table pacs_data.patient (
  id bigint generated always as identity primary key,
  patient_id text not null,
  issuer_of_patient_id text not null default '',
  created_at timestamptz not null default now()
);
comment on table pacs_data.patient is 'A patient as devices name one: Patient ID and its issuer. Never updated by ingest: names and dates as sent stand on the study';
create unique index patient_identity on pacs_data.patient (patient_id, issuer_of_patient_id) where patient_id <> '';
comment on index pacs_data.patient_identity is 'An empty Patient ID identifies nobody: each such study has a patient of its own';

create table pacs_data.study (
  id bigint generated always as identity primary key,
  patient_id bigint not null references pacs_data.patient,
  received_at timestamptz not null default now(),
  study_date date,
  patient_birth_date date,
  study_time time,
  study_instance_uid text collate "C" not null unique,
  patient_name text,
  patient_name_folded text collate "C",
  patient_sex text,
  accession_number text,
  study_id text,
  study_description text,
  referring_physician_name text
);
comment on table pacs_data.study is 'A study, with the patient as its first instance named one';
comment on column pacs_data.study.patient_name_folded is 'patient_name in lower case, blanks for ^ and =: what searches compare';
create index study_patient on pacs_data.study (patient_id);
-- The order in which people get studies.
create index study_date on pacs_data.study (study_date desc nulls last, id desc);
create index study_name on pacs_data.study (patient_name_folded);
create index study_accession_number on pacs_data.study (accession_number);

create table pacs_data.series (
  id bigint generated always as identity primary key,
  study_id bigint not null references pacs_data.study,
  received_at timestamptz not null default now(),
  series_number int,
  series_instance_uid text collate "C" not null,
  modality text,
  series_description text,
  template jsonb not null,
  unique (study_id, series_instance_uid)
);
comment on table pacs_data.series is 'A series; unique within its study, since devices have been seen to use one UID in two studies';
comment on column pacs_data.series.template is 'The header of the first instance that came; instances keep their difference from it';
-- Templates are few and read at each receipt: not compressed.
alter table pacs_data.series alter column template set storage external;
create index series_instance_uid on pacs_data.series (series_instance_uid);

create table pacs_data.instance (
  id bigint generated always as identity primary key,
  series_id bigint not null,
  transfer_id bigint not null,
  received_at timestamptz not null default now(),
  file_size bigint not null,
  pixel_data_offset bigint,
  pixel_data_length bigint,
  file_id uuid not null,
  store_id smallint not null,
  data_set_offset int not null,
  sop_instance_uid text collate "C" not null unique,
  sop_class_uid text collate "C" not null,
  transfer_syntax_uid text collate "C" not null,
  sha256 bytea not null,
  difference jsonb not null
);
comment on table pacs_data.instance is 'An instance and its file. No foreign keys: their checks would lock and so rewrite the series'' row at each receipt (promise 8); ingest takes a shared advisory lock on the study instead (1346454355, hashtext of its UID), and deletion of anything in it an exclusive one';
comment on column pacs_data.instance.file_id is 'Names the file in its store; unique to this receipt';
comment on column pacs_data.instance.data_set_offset is 'Where the data set begins in the file, after preamble and file meta information';
comment on column pacs_data.instance.sha256 is 'Of the data set as it came, from data_set_offset to the end of the file';
comment on column pacs_data.instance.pixel_data_offset is 'Of the value of Pixel Data, from the beginning of the data set (inflated, where its syntax is deflated)';
comment on column pacs_data.instance.difference is 'dicom.difference(series.template, header)';
create index instance_series on pacs_data.instance (series_id);
-- A table that only grows: vacuumed by what was added, so that it is frozen a little at a time.
alter table pacs_data.instance set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
                                    autovacuum_analyze_scale_factor = 0.02);

create table pacs_data.quarantine (
  id bigint generated always as identity primary key,
  instance_id bigint,
  transfer_id bigint not null,
  received_at timestamptz not null default now(),
  file_size bigint not null,
  file_id uuid not null,
  store_id smallint not null,
  data_set_offset int not null,
  reason text not null check (reason in ('conflict')),
  state text not null default 'open' check (state in ('open', 'kept', 'replaced', 'rejected')),
  decided_at timestamptz,
  decided_by text,
  study_instance_uid text collate "C" not null,
  sop_instance_uid text collate "C" not null,
  transfer_syntax_uid text collate "C" not null,
  sha256 bytea not null,
  header jsonb not null
);
comment on table pacs_data.quarantine is 'Objects that are kept but not shown until a person decides: the same SOP Instance UID with other content';
create index quarantine_sop_instance on pacs_data.quarantine (sop_instance_uid, sha256);
create index quarantine_open on pacs_data.quarantine (received_at) where state = 'open';

create table pacs_data.defect (
  id bigint generated always as identity primary key,
  series_id bigint not null,
  instance_id bigint not null,
  noted_at timestamptz not null default now(),
  tag text not null,
  code text not null,
  value text not null
);
comment on table pacs_data.defect is 'What is wrong with objects that were stored nevertheless, once for each series, tag, kind and value; instance_id is the first that had it';
create unique index defect_once on pacs_data.defect (series_id, tag, code, value);

reset role;
