-- What people read as rows.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(36);

set local session authorization demo_gateway;
select is((pg_temp.ingest(image)).outcome, 'stored', format('Object %s comes', n)) from (values
  (1, pg_temp.image('1', '1', '1', '{"00080070": ["LO", "MAKER"], "00180015": ["CS", "HAND"], "00181030": ["LO", "P1"], "00280008": ["IS", "3"]}')),
    (2, pg_temp.image('1', '1', '2', '{"00080070": ["LO", "MAKER"], "00280010": ["US", "\\x0400"]}')),
    (3, pg_temp.image('1', '2', '3', '{"00080060": ["CS", "CT"]}')),
  (4, pg_temp.image('1', '3', '4', '{"00080060": ["CS", "CT"], "00080022": ["DA", "wrong"], "00081010": ["SH", "CT1"]}')),
    (5, pg_temp.image('2', '5', '5', '{"00080060": null, "00100021": ["LO", "ISSUER"]}')),
    (6, pg_temp.image('6', '6', '6', '{"00100020": ["LO", "P1"], "00100010": ["PN", "Шевченко^Тарас^Григорович"], "00080020": ["DA", "20240401"]}')),
    (7, pg_temp.image('7', '7', '7', '{"00100020": null}')), (8, pg_temp.image('8', '8', '8', '{"00100020": null}'))) i (n, image);

-- Nobody has the views by itself: find_studies is audited. A site may give them.
reset session authorization;
create temp table view_name (name text, key text);
insert into view_name values ('patient', 'patient_id'), ('study', 'study_instance_uid'), ('series', 'series_instance_uid'), ('instance', 'sop_instance_uid'),
  ('header', 'sop_instance_uid'), ('defect', 'study_instance_uid'), ('dose_event', 'study_instance_uid');
grant select on view_name to public;
grant select on pacs.patient, pacs.study, pacs.series, pacs.instance, pacs.header, pacs.defect, pacs.dose_event,
  pacs_data.patient, pacs_data.study, pacs_data.series, pacs_data.instance, pacs_data.defect to pacs_operator, pacs_physician;
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
select is(row(patient_name, number_of_studies, last_study_date)::text, '(Шевченко^Тарас^Григорович,2,2024-04-01)',
  'A patient has the name as the last study has it, and a number of studies')
  from pacs.patient where patient_id = 'P1' and issuer_of_patient_id = '';
select cmp_ok((select count(*) from pacs.patient where patient_id = ''), '>=', 2::bigint, 'Without a Patient ID each study has a patient of its own');
select is(row(series_number, modality, body_part_examined, protocol_name, manufacturer, number_of_instances)::text, '(7,OT,HAND,P1,MAKER,2)',
  'A series has what its first instance told, and its numbers')
  from pacs.series where series_instance_uid = pg_temp.series_uid('1');
select is(row(instance_number, number_of_frames, "rows", columns, modality)::text, expected, 'An instance has its own values')
  from (values ('1', '(1,3,2,2,OT)'), ('2', '(2,,4,2,OT)')) e (n, expected)
  join pacs.instance i on i.sop_instance_uid = pg_temp.instance_uid(e.n);
select is((select header from pacs.header where sop_instance_uid = pg_temp.instance_uid(n)),
  dicom.header(pg_temp.data_set(pg_temp.image('1', '1', n, changes)), '1.2.840.10008.1.2.1'),
  format('The header of instance %s is the whole header', n))
  from (values ('1', '{"00080070": ["LO", "MAKER"], "00180015": ["CS", "HAND"], "00181030": ["LO", "P1"], "00280008": ["IS", "3"]}'::jsonb),
    ('2', '{"00080070": ["LO", "MAKER"], "00280010": ["US", "\\x0400"]}')) c (n, changes);
select results_eq(format('select sop_instance_uid, modality, keyword, code, value, station_name from pacs.defect where series_instance_uid = %L', pg_temp.series_uid('3')),
  format($$values (%L collate "C", 'CT', 'AcquisitionDate', 'bad_date', 'wrong', 'CT1')$$, pg_temp.instance_uid('4')), 'A defect names the object, the attribute and the device');
reset session authorization;
select is((select bytes from pacs.study where study_instance_uid = pg_temp.study_uid('1')),
  (select sum(file_size)::bigint from pacs_data.instance i join pacs_data.series s on s.id = i.series_id
    join pacs_data.study st on st.id = s.study_id where study_instance_uid = pg_temp.study_uid('1')),
      'The bytes of a study are those of its files');

-- With a physician's rights as with the owner's: by a UID, rows come from an index.
create function pg_temp.plan_of(statement text) returns text language plpgsql as $$
declare
  line text;
  plan text := '';
begin
  for line in execute 'explain ' || statement loop plan := plan || line || E'\n'; end loop;
  return plan;
end
$$;
set local session authorization demo_physician;
set local enable_seqscan = off;
select unalike(pg_temp.plan_of(format('select * from pacs.%s where %s = %L', name, key, pg_temp.study_uid('1'))), '%Seq Scan%',
  format('pacs.%s by %s reads an index', name, key)) from view_name where name not in ('defect', 'patient');
select unalike(pg_temp.plan_of('select * from pacs.patient where patient_id = ''P1'''), '%Seq Scan on patient%', 'pacs.patient by patient_id does');
select unalike(pg_temp.plan_of('select * from pacs.study order by study_date desc nulls last limit 50'), '%Sort%', 'and the newest studies come in their order');
set local enable_seqscan = on;

-- The views ask with the rights of who asks.
reset session authorization;
grant select on pacs.patient, pacs.study, pacs.series, pacs.instance, pacs.header, pacs.defect, pacs.dose_event to pacs_registrar;
grant select on all tables in schema pacs_data to pacs_registrar;
grant execute on all functions in schema pacs_internal to pacs_registrar;
set local session authorization demo_registrar;
select is_empty('select * from pacs.' || name, format('Who was given pacs.%s and sees no studies gets no row', name)) from view_name;
reset session authorization;
revoke select on pacs_data.patient from pacs_registrar;
select is(pg_temp.state_as('demo_registrar', 'select * from pacs.study'), '42501', 'Who was given the view alone is refused');
set local session authorization demo_physician;
select is_empty('select * from pacs.defect', 'Defects are the operator''s');

select * from finish();
rollback;
