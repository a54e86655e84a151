-- What people read as rows.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(11);

set local session authorization demo_gateway;
select is((pg_temp.ingest(image)).outcome, 'stored', format('Object %s comes', n)) from (values
  (1, pg_temp.image('1', '1', '1')), (2, pg_temp.image('1', '1', '2')),
    (3, pg_temp.image('1', '2', '3', '{"00080060": ["CS", "CT"]}')),
  (4, pg_temp.image('1', '3', '4', '{"00080060": ["CS", "CT"]}')),
    (5, pg_temp.image('2', '5', '5', '{"00080060": null, "00100021": ["LO", "ISSUER"]}'))) i (n, image);

-- Nobody has the view by itself: find_studies is audited. A site may give it.
reset session authorization;
grant select on pacs.study, pacs_data.patient, pacs_data.study, pacs_data.series, pacs_data.instance to pacs_operator;
set local session authorization demo_operator;
select is(row(s.patient_id, s.issuer_of_patient_id, s.patient_name, s.patient_birth_date, s.patient_sex, s.study_date,
  s.study_time, s.accession_number, s.study_id,
    s.study_description, s.referring_physician_name, s.modalities, s.number_of_series, s.number_of_instances)::text,
  '(P1,"",Шевченко^Тарас,1960-03-09,M,2024-03-12,10:11:12,A1,1,"Test study",,"{CT,OT}",3,4)',
    'A study has its patient as sent, its modalities and its numbers')
  from pacs.study s where study_instance_uid = pg_temp.study_uid('1');
select is((select modalities from pacs.study where study_instance_uid = pg_temp.study_uid('2')), null,
  'A study without a modality has none');
select is((select issuer_of_patient_id from pacs.study where study_instance_uid = pg_temp.study_uid('2')), 'ISSUER',
  'The issuer of a Patient ID is told with it');
reset session authorization;
select is((select bytes from pacs.study where study_instance_uid = pg_temp.study_uid('1')),
  (select sum(file_size)::bigint from pacs_data.instance i join pacs_data.series s on s.id = i.series_id
    join pacs_data.study st on st.id = s.study_id where study_instance_uid = pg_temp.study_uid('1')),
      'The bytes of a study are those of its files');

-- The view asks with the rights of who asks.
grant select on pacs.study to pacs_registrar;
grant select on all tables in schema pacs_data to pacs_registrar;
set local session authorization demo_registrar;
select is_empty('select * from pacs.study', 'Who was given the view and sees no studies gets no row');
reset session authorization;
revoke select on pacs_data.patient from pacs_registrar;
select is(pg_temp.state_as('demo_registrar', 'select * from pacs.study'), '42501', 'Who was given the view alone is refused');

select * from finish();
rollback;
