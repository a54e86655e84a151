-- Patient cards of the hospital (inpatient form 003/o), and the persons whom they are of.

set local role pacs_owner;

create table pacs_data.person (
  id bigint generated always as identity primary key,
  person_number text collate "C" unique check (person_number <> ''),
  made_at timestamptz not null default now()
);
comment on table pacs_data.person is 'Persons whom cards are of: several cards, one person';
comment on column pacs_data.person.person_number is 'How the information system names the person; null where it does not';

create table pacs_data.person_merge (
  id bigint generated always as identity primary key,
  person_id bigint not null references pacs_data.person,
  into_person_id bigint not null references pacs_data.person check (into_person_id <> person_id),
  reason text,
  merged_at timestamptz not null default now(),
  merged_by name not null,
  undone_at timestamptz,
  undone_by name,
  check ((undone_at is null) = (undone_by is null))
);
create unique index person_merge_of on pacs_data.person_merge (person_id) where undone_at is null;
create index person_merge_into on pacs_data.person_merge (into_person_id) where undone_at is null;
comment on table pacs_data.person_merge is 'Persons who are one; a merge that was taken back stays as a row';

create table pacs_data.card (
  id bigint generated always as identity primary key,
  person_id bigint not null references pacs_data.person,
  card_number text collate "C" not null check (card_number <> ''),
  card_year int not null check (card_year between 1900 and 2200),
  surname text,
  given_name text,
  patronymic text,
  patient_name text not null generated always as
    (rtrim(coalesce(surname, '') || '^' || coalesce(given_name, '') || '^' || coalesce(patronymic, ''), '^')) stored
    check (patient_name <> ''),
  birth_date date,
  sex text check (sex in ('M', 'F', 'O')),
  admitted_at timestamp,
  discharged_at timestamp check (discharged_at >= admitted_at),
  identity_document text,
  address text,
  ward_at_admission text,
  ward_at_discharge text,
  department text,
  referring_body text,
  is_urgent boolean,
  taken_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (card_number, card_year)
);
create index card_person on pacs_data.card (person_id);
create index card_identity_document on pacs_data.card (identity_document, birth_date) where identity_document is not null;
comment on table pacs_data.card is 'Inpatient cards (form 003/o): what identifies the patient and places the stay';
comment on column pacs_data.card.card_number is 'The number of the card, of its year';
comment on column pacs_data.card.patient_name is 'The name as DICOM writes names: surname^given name^patronymic';
comment on column pacs_data.card.sex is 'As in DICOM (0010,0040): M, F, O';
comment on column pacs_data.card.admitted_at is 'The hospital''s local time';
comment on column pacs_data.card.discharged_at is 'The hospital''s local time; null while the patient is there';

create table pacs_data.card_history (
  id bigint generated always as identity primary key,
  card_id bigint not null references pacs_data.card on delete cascade,
  changed_at timestamptz not null default now(),
  changed_by name not null,
  was jsonb not null
);
create index card_history_card on pacs_data.card_history (card_id);
comment on table pacs_data.card_history is 'Of each change of a card, the fields that changed as they were';

create table pacs_data.card_quarantine (
  id bigint generated always as identity primary key,
  card_key bytea not null unique,
  taken_at timestamptz not null default now(),
  taken_by name not null,
  fields jsonb not null,
  sqlstate text not null,
  reason text not null
);
comment on table pacs_data.card_quarantine is 'Cards of a feed that could not be taken, as they came, and why';
comment on column pacs_data.card_quarantine.card_key is 'A digest of its number and year, or of all of it: it stands here once, however often it comes';

do $$
declare
  name text;
begin
  foreach name in array array['person', 'person_merge', 'card', 'card_history', 'card_quarantine'] loop
    execute format('alter table pacs_data.%I enable row level security', name);
    execute format('alter table pacs_data.%I force row level security', name);
  end loop;
end
$$;

reset role;
