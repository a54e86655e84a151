-- Character sets that lie: a device's texts are found as they are meant, unless its row says to believe what it declares.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(32);

-- dicom.header -----------------------------------------------------------------------------------------------

create function pg_temp.bytes(words text, encoding text, twice text) returns text language sql
return case when twice is null then convert_to(words, encoding)
            else convert_to(convert_from(convert_to(words, 'UTF8'), twice), 'UTF8') end::text;
-- A patient with institution and study under a term, really in an encoding; `twice` is what its UTF-8 was taken for.
create function pg_temp.lie(study text, term text, encoding text, twice text default null, patient text default 'Сидоренко^Олена')
  returns jsonb language sql
return pg_temp.image(study, study, study, jsonb_build_object(
    '00080005', array['CS', term], '00080080', array['LO', pg_temp.bytes('Обласна клінічна лікарня', encoding, twice)],
    '00081030', array['LO', pg_temp.bytes('КТ органів грудної клітки', encoding, twice)],
    '00100010', array['PN', pg_temp.bytes(patient, encoding, twice)]));

select is(dicom.value_text(dicom.header(data), 'PatientName'), 'Сидоренко^Олена', format('Under «%s» a name in %s is read as what it is', term, coalesce(twice || ' twice', encoding))),
    is(dicom.value_text(dicom.header(data), 'InstitutionName'), 'Обласна клінічна лікарня', 'and so is the institution')
  from (values ('ISO_IR 100', 'WIN1251', null), ('ISO_IR 144', 'WIN1251', null), ('', 'WIN1251', null), ('ISO_IR 100', 'KOI8U', null),
    ('ISO_IR 144', 'KOI8U', null), ('', 'KOI8U', null), ('ISO_IR 100', 'UTF8', null), ('', 'UTF8', null), ('ISO_IR 192', 'UTF8', 'LATIN1'),
    ('ISO_IR 144', 'ISO_8859_5', null)) l (term, encoding, twice),
    lateral pg_temp.data_set(pg_temp.lie('1', term, encoding, twice)) data;
select is(dicom.value_text(dicom.header(data, detect_character_set => false), 'PatientName'), 'Ñèäîðåíêî^Îëåíà', 'Asked not to, a header is read as declared'),
    is((dicom.describe(data, '1.2.840.10008.1.2.1', '{}', false)).defects, null, 'and nothing is noted')
  from pg_temp.data_set(pg_temp.lie('1', 'ISO_IR 100', 'WIN1251')) data;
select is(d.defects, '[{"code": "wrong_character_set", "tag": "00080005", "value": "ISO_IR 100 → windows-1251: Îáëàñíà → Обласна"}]'::jsonb,
    'One defect says both sets, and a word in both')
  from pg_temp.data_set(pg_temp.lie('1', 'ISO_IR 100', 'WIN1251')) data, dicom.describe(data, '1.2.840.10008.1.2.1', '{}') d;

-- pacs.ingest_instance ---------------------------------------------------------------------------------------

-- Two devices, of which one is believed; an association of each.
set local session authorization demo_operator;
select lives_ok($$insert into pacs.remote_ae (ae_title, host) values ('LIAR', '10.7.7.1')$$, 'A device''s declaration is questioned unless its row says otherwise');
select lives_ok($$insert into pacs.remote_ae (ae_title, host, detects_character_set) values ('BELIEVED', '10.7.7.2', false)$$,
  'An operator may say that a device is to be believed');
set local session authorization demo_gateway;
create function pg_temp.send(ae_title text, peer inet, attributes jsonb) returns text language sql
return (select i.outcome
        from pacs.open_association(ae_title, 'PGPACS', peer) a, pg_temp.data_set(attributes) bytes,
          pacs.ingest_instance(
            transfer_id => a.transfer_id, header => bytes, gaps => '{}', transfer_syntax_uid => '1.2.840.10008.1.2.1',
            sop_class_uid => '1.2.840.10008.5.1.4.1.1.7', sop_instance_uid => attributes -> '00080018' ->> 1,
            store_id => 1::smallint, file_id => gen_random_uuid(), file_size => 1000, data_set_offset => 300, sha256 => sha256(bytes)) i);
select is(pg_temp.send(ae_title, peer, pg_temp.lie(study, 'ISO_IR 100', 'WIN1251')), 'stored', format('An object of %s is stored', ae_title))
  from (values ('LIAR', '10.7.7.1'::inet, '71'), ('LIAR', '10.7.7.1', '72'), ('BELIEVED', '10.7.7.2', '73')) d (ae_title, peer, study);
reset session authorization;
set local session authorization demo_physician;
select set_eq($$select study_instance_uid from pacs.find_studies(patient_name => 'Сидоренко*') where study_instance_uid like pg_temp.study_uid('7_')$$,
  $$values (pg_temp.study_uid('71')), (pg_temp.study_uid('72'))$$, 'Objects in windows-1251 under ISO_IR 100 are found by the name in Cyrillic');
select set_eq($$select study_instance_uid, patient_name from pacs.find_studies(patient_name => 'Ñèäîðåíêî*') where study_instance_uid like pg_temp.study_uid('7_')$$,
  $$values (pg_temp.study_uid('73'), 'Ñèäîðåíêî^Îëåíà')$$, 'Those of a device that is believed are as they were declared');
reset session authorization;
select set_eq($$select se.series_instance_uid, d.tag, d.value from pacs_data.defect d join pacs_data.series se on se.id = d.series_id
    where d.code = 'wrong_character_set' and se.series_instance_uid like pg_temp.series_uid('7_')$$,
  $$values (pg_temp.series_uid('71'), '00080005', 'ISO_IR 100 → windows-1251: Îáëàñíà → Обласна'),
           (pg_temp.series_uid('72'), '00080005', 'ISO_IR 100 → windows-1251: Îáëàñíà → Обласна')$$, 'A defect says which set was taken, once a series');
select is(pacs_internal.detects_character_set(-1), true, 'What came by no registered device is questioned');

select * from finish();
rollback;
