-- One object in: what becomes of it, and what is kept of it.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(150);

-- What there is of the test's own studies.
create function pg_temp.counts(out patients bigint, out studies bigint, out series bigint, out instances bigint,
  out quarantined bigint)
  language sql stable as $$
  select count(distinct st.patient_id), count(distinct st.id), count(distinct se.id), count(distinct i.id),
    (select count(*) from pacs_data.quarantine where sop_instance_uid like pg_temp.instance_uid('%'))
  from pacs_data.study st left join pacs_data.series se on se.study_id = st.id left join pacs_data.instance i on i.series_id = se.id
  where st.study_instance_uid like pg_temp.study_uid('%')
$$;
-- The header that the database holds of an instance.
create function pg_temp.stored_header(instance text) returns jsonb language sql stable
return (select dicom.merge(se.template, i.difference) from pacs_data.instance i join pacs_data.series se on se.id = i.series_id
        where i.sop_instance_uid = pg_temp.instance_uid(instance));
create function pg_temp.study(number text) returns pacs_data.study language sql stable
return (select st from pacs_data.study st where study_instance_uid = pg_temp.study_uid(number));

-- A first object, and what is made for it -------------------------------------------------------------------

set local session authorization demo_gateway;
select is(row(i.*)::text, '(stored,,,,,,,,)', 'A new object is stored')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), '00000000-0000-0000-0000-000000000001') i;
reset session authorization;
select is(row(c.*)::text, '(1,1,1,1,0)', 'It has a patient, a study and a series') from pg_temp.counts() c;
select is(row(p.patient_id, p.issuer_of_patient_id, s.study_date, s.study_time, s.patient_birth_date, s.patient_sex,
  s.patient_name,
    s.patient_name_folded, s.accession_number, s.study_id, s.study_description, s.referring_physician_name)::text,
  '(P1,"",2024-03-12,10:11:12,1960-03-09,M,Шевченко^Тарас,"шевченко тарас",A1,1,"Test study",)',
    'Patient and study are as the header says')
  from pg_temp.study('1') s join pacs_data.patient p on p.id = s.patient_id;
select is(row(series_number, series_instance_uid, modality, series_description)::text,
  format('(7,%s,OT,)', pg_temp.series_uid('1')), 'So is the series')
  from pacs_data.series where series_instance_uid = pg_temp.series_uid('1');
select is(row(i.file_id, i.store_id, i.file_size, i.data_set_offset, i.pixel_data_offset, i.pixel_data_length, i.sop_class_uid,
  i.transfer_syntax_uid, i.sha256)::text,
    row('00000000-0000-0000-0000-000000000001', 1, length(bytes) + 300, 300, length(bytes) - 8, 8, '1.2.840.10008.5.1.4.1.1.7',
      '1.2.840.10008.1.2.1', sha256(bytes))::text,
    'The instance says where its file is and where in it the pixels are')
  from pacs_data.instance i, pg_temp.data_set(pg_temp.image('1', '1', '1')) bytes
    where sop_instance_uid = pg_temp.instance_uid('1');
select is(template, dicom.header(pg_temp.data_set(pg_temp.image('1', '1', '1'))), 'The first header of a series is its template')
  from pacs_data.series where series_instance_uid = pg_temp.series_uid('1');

-- More of the same -------------------------------------------------------------------------------------------

create view pg_temp.version as
  select 'patient' as name, id, ctid::text as place, xmin::text as writer, xmax::text as locker from pacs_data.patient
  union all select 'study', id, ctid::text, xmin::text, xmax::text from pacs_data.study
  union all select 'series', id, ctid::text, xmin::text, xmax::text from pacs_data.series;
create temp table version_before as select * from pg_temp.version;
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '1', '2', changes))).outcome, 'stored', 'A second object of the series is stored')
  from (values ('{"00200011": ["IS", "8"], "00100010": ["PN", "ШЕВЧЕНКО^Т"], "00080050": null, "00181000": ["LO", "SN1"]}'::jsonb)) v (changes);
reset session authorization;
select is(row(c.*)::text, '(1,1,1,2,0)', 'It makes an instance and nothing else') from pg_temp.counts() c;
select set_eq('select * from pg_temp.version', 'select * from version_before',
  'It writes and locks no row of patient, study or series');
select is(i.difference, '{"00080018": "1.2.826.0.1.3680043.10.1.3.2", "00080050": null, "00100010": [{"Alphabetic": "ШЕВЧЕНКО^Т"}], "00181000": {"vr": "LO", "Value": ["SN1"]}, "00200011": 8, "00200013": 2}'::jsonb,
  'It keeps what is other than in the template') from pacs_data.instance i where sop_instance_uid = pg_temp.instance_uid('2');
select is(pg_temp.stored_header('2'), dicom.header(pg_temp.data_set(pg_temp.image('1', '1', '2',
    '{"00200011": ["IS", "8"], "00100010": ["PN", "ШЕВЧЕНКО^Т"], "00080050": null, "00181000": ["LO", "SN1"]}'))),
      'Template and difference are its header again');
select is((pg_temp.study('1')).patient_name, 'Шевченко^Тарас', 'The study keeps the name that its first object gave');
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '2', '3'), is_explicit => false)).outcome, 'stored',
  'An object in implicit VR is stored');
reset session authorization;
select is(pg_temp.stored_header('3'), dicom.header(pg_temp.data_set(pg_temp.image('1', '2', '3'))),
  'Its header is that of explicit VR');

-- A UID that is known ------------------------------------------------------------------------------------------

-- An answer with the known file that it names: its size, offset, syntax and moment are those of its row.
select length(bytes) + 300 as size, length(other) + 300 as other_size from pg_temp.data_set(pg_temp.image('1', '1', '1')) bytes,
  pg_temp.data_set(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}')) other \gset
select format('1,00000000-0000-0000-0000-000000000001,%s,300,1.2.840.10008.1.2.1,"%s")', :size, now()) as known,
  format('1,00000000-0000-0000-0000-000000000002,%s,300,1.2.840.10008.1.2.1,"%s")', :other_size, now()) as waiting \gset
set local session authorization demo_gateway;
select is(row(i.*)::text, '(stored,,,,,,,,)', 'Asked again for the same file, the answer is the same')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), '00000000-0000-0000-0000-000000000001') i;
select is(row(i.*)::text, '(duplicate,,,' || :'known',
  'The same bytes in another file are a duplicate of the file that is named')
  from pg_temp.ingest(pg_temp.image('1', '1', '1')) i;
select is(row(i.*)::text, '(compare,,,' || :'known',
  'Other bytes under a known UID are to be compared with the file that is named')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}')) i;
select is(row(i.*)::text, '(compare,,,' || :'known',
  'What was compared with another file is compared again')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'),
    compared_file_id => '00000000-0000-0000-0000-0000000000ff', content_digest => 'a', compared_content_digest => 'a') i;
select is(row(i.*)::text, '(duplicate,,,' || :'known', 'The same content in other bytes is a duplicate')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'),
    compared_file_id => '00000000-0000-0000-0000-000000000001', content_digest => 'a', compared_content_digest => 'a') i;
select is(row(i.*)::text, '(conflict,,,' || :'known', 'Other content is a conflict')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'), '00000000-0000-0000-0000-000000000002',
    compared_file_id => '00000000-0000-0000-0000-000000000001',
    content_digest => 'a', compared_content_digest => 'b') i;
select is(row(i.*)::text, '(conflict,,,,,,,,)',
  'Asked again for the file in quarantine, the answer is the same: it must not be removed')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'), '00000000-0000-0000-0000-000000000002') i;
select is(row(i.*)::text, '(duplicate,,,' || :'waiting', 'The bytes of a conflict that waits, in another file, are a duplicate of that file')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}')) i;
select is(row(i.*)::text, '(conflict,,,' || :'known', 'Contents without digests are not the same')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN2"]}'),
    compared_file_id => '00000000-0000-0000-0000-000000000001') i;
select is(row(i.*)::text, '(compare,,,' || :'known',
  'A known UID in a new study is compared as well')
  from pg_temp.ingest(pg_temp.image('8', '8', '1')) i;
reset session authorization;
select is(row(c.*)::text, '(1,1,2,3,2)',
  'None of these makes a patient, a study, a series or an instance; conflicts are in quarantine') from pg_temp.counts() c;
select is(row(q.reason, q.state, q.study_instance_uid, q.sop_instance_uid, q.file_id, q.header, q.sha256, i.sop_instance_uid,
  q.decided_at)::text,
  row('conflict', 'open', pg_temp.study_uid('1'), pg_temp.instance_uid('1'), '00000000-0000-0000-0000-000000000002',
    dicom.header(bytes), sha256(bytes), pg_temp.instance_uid('1'), null)::text,
  'A conflict is kept with its file and its header until a person decides')
  from pg_temp.data_set(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}')) bytes,
    pacs_data.quarantine q join pacs_data.instance i on i.id = q.instance_id
      where q.file_id = '00000000-0000-0000-0000-000000000002';

-- A known file that is missing or damaged -------------------------------------------------------------------------

create function pg_temp.file_of(instance text) returns text language sql stable
return (select row(file_id, file_size, data_set_offset, transfer_syntax_uid)::text from pacs_data.instance i
        where sop_instance_uid = pg_temp.instance_uid(instance));
set local session authorization demo_gateway;
select is(row(i.*)::text, '(duplicate,,,' || :'known', 'Another file that is damaged is not the known one: a duplicate, to be looked at again')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), damaged_file_id => '00000000-0000-0000-0000-0000000000ff') i;
select is((pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN9"]}'), '00000000-0000-0000-0000-000000000003',
  damaged_file_id => '00000000-0000-0000-0000-000000000001')).outcome, 'compare', 'Other bytes never take the place of a damaged file');
reset session authorization;
select matches(pg_temp.file_of('1'), '^.00000000-0000-0000-0000-000000000001,', 'Neither changes the instance');
set local session authorization demo_gateway;
select is(row(i.*)::text, '(stored,,,,,,,,)', 'The same bytes take the place of a damaged file')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), '00000000-0000-0000-0000-000000000004',
    damaged_file_id => '00000000-0000-0000-0000-000000000001') i;
select is(row(i.*)::text, '(stored,,,,,,,,)', 'Asked again for that file, the answer is the same')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), '00000000-0000-0000-0000-000000000004',
    damaged_file_id => '00000000-0000-0000-0000-000000000001') i;
select is(row(i.outcome, i.known_file_id)::text, '(duplicate,00000000-0000-0000-0000-000000000004)',
  'Who found the same file damaged and comes later is sent to the new one')
  from pg_temp.ingest(pg_temp.image('1', '1', '1'), damaged_file_id => '00000000-0000-0000-0000-000000000001') i;
select is(row(i.*)::text, '(stored,,,,,,,,)', 'The bytes of a conflict that waits take the place of its file')
  from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'), '00000000-0000-0000-0000-000000000005',
    damaged_file_id => '00000000-0000-0000-0000-000000000002') i;
reset session authorization;
select is(pg_temp.file_of('1'), format('(00000000-0000-0000-0000-000000000004,%s,300,1.2.840.10008.1.2.1)', :size), 'The instance names the new file');
select is(row(c.*)::text, '(1,1,2,3,2)', 'and there is no row more') from pg_temp.counts() c;
select is((select count(*) from pacs_data.quarantine where file_id = '00000000-0000-0000-0000-000000000005'), 1::bigint, 'So does the conflict');
select bag_eq($$select detail ->> 'damaged_file_id' as old, detail ->> 'file_id' as new from pacs_data.audit_event where event = 'instance_file_replaced'
    and (pg_temp.study('1')).id = any (study_ids)$$,
  $$values ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000004'),
    ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000005')$$, 'Both are in the trail');
update pacs_data.quarantine set state = 'rejected' where file_id = '00000000-0000-0000-0000-000000000005';
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "SN1"]}'),
  '00000000-0000-0000-0000-000000000005')).outcome, 'conflict',
  'After the decision as well the answer for that file is the same');
reset session authorization;

-- Patients -----------------------------------------------------------------------------------------------------

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes))).outcome, 'stored',
  format('Object %s is stored', instance)) from (values
  ('20', '20', '20', '{"00100020": ["LO", "SAME"]}'::jsonb), ('21', '21', '21',
    '{"00100020": ["LO", "SAME"], "00100010": ["PN", "Other^Name"]}'),
  ('22', '22', '22', '{"00100020": ["LO", "SAME"], "00100021": ["LO", "ISSUER"]}'),
    ('23', '23', '23', '{"00100020": ["LO", ""]}'), ('24', '24', '24', '{"00100020": null}'),
  ('25', '25', '25', '{"00100020": ["LO", "  "], "00100021": ["LO", "ISSUER"]}'), ('23', '26', '26', '{"00100020": ["LO", ""]}'),
  ('20', '27', '27', '{"00100020": ["LO", "ANOTHER"], "00100010": ["PN", "Other^Name"]}'),
    ('21', '20', '28', '{"00100020": ["LO", "SAME"]}')) o (study, series, instance, changes);
reset session authorization;
select is((pg_temp.study('21')).patient_id, (pg_temp.study('20')).patient_id,
  'Studies with the same Patient ID have the same patient, whatever the name');
select is((pg_temp.study('21')).patient_name, 'Other^Name', 'and each the name that it came with');
select isnt((pg_temp.study('22')).patient_id, (pg_temp.study('20')).patient_id,
  'The same Patient ID of another issuer is another patient');
select is((select count(distinct (pg_temp.study(n)).patient_id) from unnest(array['23', '24', '25']) n), 3::bigint,
  'Without a Patient ID each study has a patient of its own');
select is((select count(*) from pacs_data.series se where study_id = (pg_temp.study('23')).id), 2::bigint,
  'A second object without Patient ID joins its study');
select is((select p.patient_id from pacs_data.patient p where p.id = (pg_temp.study('20')).patient_id), 'SAME',
  'A study that comes under another Patient ID stays with its first patient');
select set_eq($$select i.sop_instance_uid, d.tag, d.value from pacs_data.defect d join pacs_data.instance i on i.id = d.instance_id
    where d.code = 'patient_differs' and sop_instance_uid like pg_temp.instance_uid('%')$$,
  $$values (pg_temp.instance_uid('27'), '00100020', '')$$, 'That is noted, without the Patient ID');
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes))).outcome, 'stored', format('Object %s is stored', instance))
  from (values ('20', '27', '270', '{"00100020": ["LO", "THIRD"]}'::jsonb), ('20', '20', '271', '{"00100020": ["LO", "THIRD"]}'),
    ('20', '272', '272', '{"00100020": ["LO", "SAME"], "00100021": ["LO", "ISSUER"], "00080020": ["DA", "never"]}'),
    ('20', '273', '273', '{"00100020": ["LO", "SAME"], "00100010": ["PN", "Other^Name"]}'), ('23', '274', '274', '{"00100020": null}'))
    o (study, series, instance, changes);
reset session authorization;
select set_eq($$select i.sop_instance_uid from pacs_data.defect d join pacs_data.instance i on i.id = d.instance_id
    where d.code = 'patient_differs' and sop_instance_uid like pg_temp.instance_uid('%')$$,
  $$values (pg_temp.instance_uid('27')), (pg_temp.instance_uid('272'))$$,
  'for a new series whose Patient ID or issuer differs, not for each object, nor for another name');
select is((select array_agg(d.code order by d.code) from pacs_data.defect d join pacs_data.instance i on i.id = d.instance_id
    where sop_instance_uid = pg_temp.instance_uid('272')), '{bad_date,patient_differs}', 'beside what else is wrong with the object');
select is(dicom.value_text(pg_temp.stored_header('27'), 'PatientID'), 'ANOTHER',
  'The object keeps the Patient ID that it came with');
select is_empty($$select from pacs_data.patient where patient_id = 'ANOTHER'$$, 'and makes no patient');
select is((select count(*) from pacs_data.series where series_instance_uid = pg_temp.series_uid('20')), 2::bigint,
  'One Series Instance UID in two studies is two series');
select is_empty('select from pacs_data.patient p where not exists (select from pacs_data.study where patient_id = p.id)',
  'There is no patient without a study');

-- Character sets and hostile values ------------------------------------------------------------------------------

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(n, n, n, jsonb_build_object('00080005', array['CS', term], '00100010', array['PN', name],
  '00100020', array['LO', name])), charset => encoding)).outcome,
    'stored', format('An object in %s is stored', term))
  from (values ('30', 'ISO_IR 192', 'UTF8', 'Шевченко^Тарас'), ('31', 'ISO_IR 144', 'ISO_8859_5', 'Шевченко^Тарас'),
    ('32', 'GB18030', 'GB18030', '王^小东'), ('33', 'ISO_IR 100', 'LATIN1', 'Müller^Zoë')) n (n, term, encoding, name);
reset session authorization;
select is((pg_temp.study(n)).patient_name, name, format('Its name is %s', name))
  from (values ('30', 'Шевченко^Тарас'), ('31', 'Шевченко^Тарас'), ('32', '王^小东'), ('33', 'Müller^Zoë')) n (n, name);
select is((pg_temp.study('30')).patient_id, (pg_temp.study('31')).patient_id, 'A Patient ID is the same in every character set');

-- 16,000 letters that do not compress: more than an index takes.
select string_agg(md5(i::text), '') as long from generate_series(1, 500) i \gset
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(n, n, n, changes))).outcome, 'stored', format('An object with %s is stored', description))
  from (values ('40', 'a Patient ID too long for an index', jsonb_build_object('00100020', array['LO', :'long'])),
    ('41', 'an issuer too long for an index', jsonb_build_object('00100021', array['LO', :'long'], '00100020', array['LO',
      :'long'])),
    ('42', 'a name too long for an index', jsonb_build_object('00100010', array['PN', :'long'])),
    ('43', 'an accession number too long for an index', jsonb_build_object('00080050', array['SH', :'long'])),
    ('44', 'texts that would mean something in SQL', (select jsonb_object_agg(tag, array[vr,
      $$'); delete from pacs_data.study; --$$])
      from (values ('00100010', 'PN'), ('00100020', 'LO'), ('00100021', 'LO'), ('00080050', 'SH'), ('00080060', 'CS'),
        ('00081030', 'LO'), ('00080090', 'PN'), ('0008103E', 'LO')) t (tag, vr))),
    ('45', 'dates and numbers that are none',
      '{"00080020": ["DA", "2024-13-45"], "00080030": ["TM", "noon"], "00100030": ["DA", "unknown"], "00200011": ["IS", "99999999999"], "00200013": ["IS", "many"]}'),
    ('46', 'nothing but UIDs', (select jsonb_object_agg(tag, null)
      from unnest(array['00080005', '00080020', '00080030', '00080050', '00080060', '00081030', '00100010', '00100020',
      '00100030', '00100040',
      '00200010', '00200011', '00200013', '00280010', '00280011', '7FE00010']) tag)),
    ('47', 'a NUL in its Patient ID', '{"00100020": ["LO", "\\x41004200"]}')) o (n, description, changes);
reset session authorization;
select is(dicom.value_text(pg_temp.stored_header('40'), 'PatientID'), :'long',
  'A value that is too long for an index is in the header, whole');
select is((select p.patient_id from pacs_data.patient p where p.id = (pg_temp.study('40')).patient_id), left(:'long', 256),
  'and its first 256 letters identify the patient');
select is((pg_temp.study('44')).patient_name, $$'); delete from pacs_data.study; --$$, 'Texts are stored as they come');
select is(row(s.study_date, s.study_time, s.patient_birth_date)::text, '(,,)', 'What is no date is null')
  from pg_temp.study('45') s;
select is((select series_number from pacs_data.series where series_instance_uid = pg_temp.series_uid('45')), null,
  'A number that is none is null');
select is((select p.patient_id from pacs_data.patient p where p.id = (pg_temp.study('47')).patient_id), 'AB',
  'A NUL is left out of a Patient ID');

-- Defects -------------------------------------------------------------------------------------------------------

select set_eq($$select tag, code, value from pacs_data.defect d join pacs_data.instance i on i.id = d.instance_id where sop_instance_uid = pg_temp.instance_uid('45')$$,
  $$values ('00080020', 'bad_date', '2024-13-45'), ('00080030', 'bad_date', 'noon'), ('00100030', 'bad_date', 'unknown'), ('00200013', 'bad_number', 'many')$$, 'What is wrong with an object is kept');
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('45', series, instance, changes))).outcome, 'stored',
  format('Object %s, with defects, is stored', instance)) from (values
  ('45', '50', '{"00080030": ["TM", "noon"]}'::jsonb), ('45', '51', '{"00080030": ["TM", "midnight"]}'),
    ('52', '52', '{"00080030": ["TM", "noon"]}')) o (series, instance, changes);
reset session authorization;
select set_eq($$select i.sop_instance_uid, d.value from pacs_data.defect d join pacs_data.instance i on i.id = d.instance_id where tag = '00080030'
    and sop_instance_uid like pg_temp.instance_uid('%')$$, $$values (pg_temp.instance_uid('45'), 'noon'),
      (pg_temp.instance_uid('51'), 'midnight'), (pg_temp.instance_uid('52'), 'noon')$$,
  'The same defect is kept once a series: for its first object');

-- Refused ---------------------------------------------------------------------------------------------------------

create temp table counts_before as select * from pg_temp.counts();
select count(*) as trail_before from pacs_data.audit_event \gset
create temp table refused (code text, reason text, changes jsonb, class_uid text default '1.2.840.10008.5.1.4.1.1.7',
  instance_uid text default pg_temp.instance_uid('99'));
insert into refused (code, reason, changes) select 'PC020', 'no value of ' || name, change
  from (values ('(0008,0016)', '00080016'), ('(0008,0018)', '00080018'), ('(0020,000D)', '0020000D'),
    ('(0020,000E)', '0020000E')) t (name, tag),
    lateral (values (jsonb_build_object(tag, null)), (jsonb_build_object(tag, array['UI', ''])),
      (jsonb_build_object(tag, array['UI', '  ']))) c (change);
insert into refused (code, reason, changes, class_uid, instance_uid) values
  ('PC021', '(0008,0016) differs from the command', '{}', '1.2.840.10008.5.1.4.1.1.2', pg_temp.instance_uid('99')),
  ('PC021', '(0008,0018) differs from the command', '{}', '1.2.840.10008.5.1.4.1.1.7', pg_temp.instance_uid('98'));
insert into refused select 'PC022', 'no UID in ' || name, jsonb_build_object(tag, array['UI', uid]),
    case when tag = '00080016' then uid else '1.2.840.10008.5.1.4.1.1.7' end,
      case when tag = '00080018' then uid else pg_temp.instance_uid('99') end
  from (values ('(0008,0016)', '00080016'), ('(0008,0018)', '00080018'), ('(0020,000D)', '0020000D'),
    ('(0020,000E)', '0020000E')) t (name, tag),
    unnest(array['1.2.x', '1..2', '.1', '1.', '1.2 3', repeat('1.', 32) || '1', $$1'; --$$, '1.2\1.3']) uid;
insert into refused (code, reason, changes) values ('PC022', 'no UID in (0020,000D)', '{"0020000D": ["UI", "\\x31fe"]}'),
  ('PC022', 'no UID in (0020,000E)', '{"0020000E": ["UI", "\\x31002e32"]}');
grant select on refused to public;
set local session authorization demo_gateway;
select is(row(i.outcome, i.reason, i.reason_code)::text, row('refused', r.reason, r.code)::text,
  format('%s: %s', r.code, r.changes))
  from refused r, pg_temp.ingest(pg_temp.image('99', '99', '99', r.changes), sop_class_uid => r.class_uid,
    sop_instance_uid => r.instance_uid) i;
select is(pg_temp.state_of(format('select * from pacs.ingest_instance(1, %L, %L, %L, ''1.2'', ''1.2.3'', 1::smallint, gen_random_uuid(), 1, 1, ''x'')', data, gaps, syntax)), state,
    format('%s raises %s', description, state))
  from (values ('PC001', 'What is no DICOM', 'some text that is no image'::bytea, '{}', ''),
    ('PC002', 'A header that is cut', '\x08001800554904003100', '{}', '1.2.840.10008.1.2.1'),
    ('PC006', 'An unknown transfer syntax', '\x0800180055490400312e3200', '{}', 'x'),
      ('PC007', 'Half a gap', '\x0800180055490400312e3200', '{1}', '1.2.840.10008.1.2.1'))
  e (state, description, data, gaps, syntax);
select lives_ok($$select pacs.record_refusal(1, 'PC002', 'the data ends inside an element, at (0010,0010)')$$,
  'The daemon tells of what it refused itself');
reset session authorization;
select results_eq('select * from pg_temp.counts()', 'select * from counts_before', 'Of what is refused nothing is stored');
select results_eq(format($$select event, is_success, actor, transfer_id, study_ids, detail from pacs_data.audit_event order by id offset %s$$, :trail_before),
  $$select 'instance_refused', false, 'demo_gateway'::name, 1::bigint, '{}'::bigint[], jsonb_build_object('code', code, 'reason', reason) from refused
    union all select 'instance_refused', false, 'demo_gateway', 1, '{}',
      '{"code": "PC002", "reason": "the data ends inside an element, at (0010,0010)"}'$$,
  'Every refusal is in the trail, with its reason');

-- The trail -------------------------------------------------------------------------------------------------------

select bag_eq($$select event, is_success, object_count, study_ids from pacs_data.audit_event where event like 'instance\_%' and (pg_temp.study('1')).id = any (study_ids)$$,
  $$select event, true, 1::bigint, array[(pg_temp.study('1')).id] from (values ('instance_stored'), ('instance_stored'), ('instance_stored'), ('instance_duplicate'), ('instance_duplicate'),
    ('instance_duplicate'), ('instance_duplicate'), ('instance_duplicate'), ('instance_file_replaced'), ('instance_file_replaced'), ('instance_conflict'),
      ('instance_conflict')) e (event)$$, 'Every object that came is in the trail once, with its study');
select is_empty($$select from pacs_data.audit_event where event like 'instance\_%' and detail::text ~ 'Шевченко|19600309|P1'$$,
  'The trail has no patient data');

select * from finish();
rollback;
