-- What tests/bench/persons.py wrote into the folder that psql runs in: cards and what consoles typed, for the sessions that
-- bring them in by the front door; the truth in a table of its own, which only the DBA may read.
\set QUIET on
create schema bench;
create table bench.card (
  id int generated always as identity primary key, card_number text, card_year int, person int, admitted_at timestamp,
  discharged_at timestamp, sex text, surname text, given_name text, patronymic text, birth_date date, document text, address text,
  ward_at_admission text, ward_at_discharge text, department text, referred_by text, is_urgent boolean);
create table bench.study (
  id int generated always as identity primary key, study_instance_uid text, patient_id text, issuer text, accession_number text,
  patient_name text, birth_date text, age text, sex text, study_at timestamp, modality text, device text, device_ward text,
  linkable text, true_card text, true_person text, errors text);
\copy bench.card (card_number, card_year, person, admitted_at, discharged_at, sex, surname, given_name, patronymic, birth_date, document, address, ward_at_admission, ward_at_discharge, department, referred_by, is_urgent) from cards.csv csv header
\copy bench.study (study_instance_uid, patient_id, issuer, accession_number, patient_name, birth_date, age, sex, study_at, modality, device, device_ward, linkable, true_card, true_person, errors) from studies.csv csv header

create table bench.truth as
  select study_instance_uid, linkable, true_card, true_person, coalesce(errors, '') as errors from bench.study;
insert into pacs_data.remote_ae (ae_title, host, ward)
  select distinct device, cidr '127.0.0.1', device_ward from bench.study;
alter table bench.study drop linkable, drop true_card, drop true_person, drop errors, drop device_ward;
grant usage on schema bench to pacs_card_feed, pacs_gateway;
grant select on bench.card to pacs_card_feed;
grant select on bench.study to pacs_gateway;
update pacs.setting set value = 'LIKARNIA' where name = 'card_issuer';
analyze bench.card, bench.study, bench.truth;
