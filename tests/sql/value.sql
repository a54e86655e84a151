-- dicom.value and the typed readers.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(66);

create temp table sample on commit drop as select pg_temp.header('{
    "00080020": ["DA", "20240312"], "00080022": ["DA", "2024.03.12"], "00080023": ["DA", "20240231"], "00080030": ["TM",
      "235960.5"], "00080031": ["TM", "10"],
    "00080032": ["TM", "10:11"], "0008002A": ["DT", "20240312101112.5+0200"], "00080201": ["SH", "+0200"], "00080050": ["SH", ""],
    "00081140": ["SQ", [{"00081155": ["UI", "1.2.4"]}]], "00100010": ["PN", "Yamada^Tarou==やまだ^たろう"], "00101010": ["AS", "063Y"],
      "00101030": ["DS", "72.5"],
    "00101040": ["LO", "a\\\\c"], "00200013": ["IS", "many"], "00200032": ["DS", "-1\\2.50\\3"], "00281201": ["OW",
      "\\x0102"]}') as h;
select is(dicom.value(h, attribute), expected::jsonb, format('The value of %s is %s', attribute, expected))
  from sample, (values ('StudyDate', '["20240312"]'), ('00080020', '["20240312"]'), ('0008,0020', '["20240312"]'),
    ('(0008,0020)', '["20240312"]'), ('0008002a', '["20240312101112.5+0200"]'),
    ('PatientName', '[{"Alphabetic": "Yamada^Tarou", "Phonetic": "やまだ^たろう"}]'), ('AccessionNumber', null), ('PatientID', null),
      ('ImagePositionPatient', '[-1, 2.50, 3]'),
    ('PatientAddress', '["a", null, "c"]'), ('ReferencedImageSequence', '[{"00081155": {"vr": "UI", "Value": ["1.2.4"]}}]'),
      ('RedPaletteColorLookupTableData', null)) v (attribute, expected);
select is(dicom.value_text(h, attribute), expected, format('As text, %s is %s', attribute, expected))
  from sample, (values ('PatientName', 'Yamada^Tarou==やまだ^たろう'), ('PatientAddress', 'a\\c'),
    ('ImagePositionPatient', '-1\2.50\3'), ('PatientID', null), ('ReferencedImageSequence', '')) v (attribute, expected);
select is(dicom.value_number(h, attribute), expected, format('As a number, %s is %s', attribute, expected))
  from sample, (values ('PatientWeight', 72.5), ('ImagePositionPatient', -1), ('InstanceNumber', null), ('StudyDate', null),
    ('PatientID', null)) v (attribute, expected);
select is(dicom.value_date(h, attribute), expected::date, format('As a date, %s is %s', attribute, expected))
  from sample, (values ('StudyDate', '2024-03-12'), ('AcquisitionDate', '2024-03-12'), ('ContentDate', null), ('StudyTime', null),
    ('PatientID', null), ('PatientWeight', null)) v (attribute, expected);
select is(dicom.value_time(h, attribute), expected::time, format('As a time, %s is %s', attribute, expected))
  from sample, (values ('StudyTime', '23:59:59.999999'), ('SeriesTime', '10:00'), ('AcquisitionTime', '10:11'),
    ('PatientAge', null), ('PatientID', null)) v (attribute, expected);
select is(dicom.value_timestamp(h, attribute), expected::timestamp, format('As a moment, %s is %s', attribute, expected))
  from sample, (values ('AcquisitionDateTime', '2024-03-12 10:11:12.5'), ('StudyDate', '2024-03-12'), ('PatientAge', null),
    ('PatientID', null)) v (attribute, expected);
select is(dicom.value_utc_offset(pg_temp.header(jsonb_build_object('0008002A', jsonb_build_array('DT', value))), 'AcquisitionDateTime'),
    expected::interval, format('The offset of %s is %s', value, coalesce(expected, 'not written')))
  from (values ('20240312101112.5+0200', '02:00'), ('20240312101112-0330', '-03:30'), ('2024+0000', '00:00'),
    ('20240312101112.5', null), ('20240312', null), ('20240312101112+2500', null), ('', null)) v (value, expected);
select is(dicom.value_utc_offset(template, difference, 'AcquisitionDateTime'), '02:00'::interval,
    'Of a template and a difference too')
  from (values ('{"0008002A": {"vr": "DT", "Value": ["2024+0200"]}}'::jsonb, '{}'::jsonb)) t (template, difference);

select is(pg_temp.state_of(format('select dicom.value(%L, %L)', '{}', attribute)), 'PC008',
  format('No attribute has the name «%s»', left(attribute, 20)))
  from (values (''), ('Patient Name'), ('patientname'), ('0010001'), ('0010001G'), ('(0010,0010'),
    ('x''; drop table pacs_data.study; --'), (repeat('A', 72)), (repeat('A', 100000))) b (attribute);
select is(dicom.value(header, '00100010'), null, format('%s has no values', header))
  from (values ('[]'::jsonb), ('5'), ('"text"'), ('{"00100010": 5}'), ('{"00100010": "text"}'), ('{"00100010": ["A"]}'),
    ('{"00100010": {"Value": "A"}}'), ('{"00100010": {"Value": {"A": 1}}}')) b (header);
select is(dicom.value_text(header, '00100010'), expected, format('As text, %s is «%s»', header, expected))
  from (values ('{"00100010": {"Value": [true, [1], {"Alphabetic": 5}]}}'::jsonb, '\\'),
    ('{"00100010": {"Value": []}}', '')) b (header, expected);
select is(dicom.value(null, 'PatientName'), null, 'Without a header there is no value');
select is(dicom.value('{}', null::text), null, 'Without a name there is no value');

select * from finish();
rollback;
