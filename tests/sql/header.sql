-- dicom.header, dicom.pixel_description and dicom.describe: what they give of a data set.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(36);

-- dicom.header ---------------------------------------------------------------------------------------------

select is(dicom.header(pg_temp.data_set('{
    "00080005": ["CS", "ISO_IR 192"], "00080018": ["UI", "1.2.3"], "00080020": ["DA", "20240312"], "00081140": ["SQ",
      [{"00081155": ["UI", "1.2.4"]}, {}]],
    "00100010": ["PN", "Yamada^Tarou=山田^太郎=やまだ^たろう"], "00100020": ["LO", ""], "00101030": ["DS", "72.50\\-1e3"],
    "00180050": ["DS", "thick"], "00200013": ["IS", "+007"], "00209165": ["AT", "\\x10002000"], "00280010": ["US", "\\x0200"],
    "00280106": ["SS", "\\xfeff"], "00290010": ["LO", "MAKER"], "00291001": ["OB", "\\x0102"], "00291002": ["UN", "\\xff"],
    "00189073": ["FD", "\\x000000000000f03f"], "7FE00010": ["OW", "\\x01020304"]}')),
  '{"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00080018": {"vr": "UI", "Value": ["1.2.3"]}, "00080020": {"vr": "DA", "Value": ["20240312"]},
    "00081140": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["1.2.4"]}}, {}]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}]},
    "00100020": {"vr": "LO"}, "00101030": {"vr": "DS", "Value": [72.50, -1000]}, "00180050": {"vr": "DS", "Value": ["thick"]},
    "00200013": {"vr": "IS", "Value": [7]}, "00209165": {"vr": "AT", "Value": ["00100020"]}, "00280010": {"vr": "US",
      "Value": [2]},
    "00280106": {"vr": "SS", "Value": [-2]}, "00290010": {"vr": "LO", "Value": ["MAKER"]}, "00291001": {"vr": "OB",
      "InlineBinary": "AQI="},
    "00291002": {"vr": "UN", "InlineBinary": "/wA="}, "00189073": {"vr": "FD", "Value": [1]},
    "7FE00010": {"vr": "OW", "BulkDataURI": "7FE00010"}}'::jsonb,
  'A header is the DICOM JSON model of its data set');
-- PS3.5 6.2.2 and 7.8.1
select is(dicom.header(pg_temp.data_set('{"00080020": ["UN", "\\x3230323430333132"], "00081140": ["UN", "\\xfeff00e000000000"],
    "00290010": ["LO", "SIEMENS CSA NON-IMAGE"], "00291008": ["UN", "\\x494d414745"], "00291099": ["UN", "\\x0102"]}')),
  '{"00080020": {"vr": "DA", "Value": ["20240312"]}, "00081140": {"vr": "SQ", "Value": [{}]},
    "00290010": {"vr": "LO", "Value": ["SIEMENS CSA NON-IMAGE"]}, "00291008": {"vr": "CS", "Value": ["IMAGE"]},
    "00291099": {"vr": "UN", "InlineBinary": "AQI="}}'::jsonb,
  'UN of a known tag, or of a known creator, has the VR of the dictionary');
select is(dicom.header(pg_temp.image_bytes(), bulk_data_uri => template) #>> '{7FE00010,BulkDataURI}', expected,
  format('Bulk data by the template «%s» is at %s', template, expected))
  from (values ('{path}', '7FE00010'), ('https://pacs/i/1/bulk/{path}?a', 'https://pacs/i/1/bulk/7FE00010?a'), ('none', 'none'),
    ('', '')) t (template, expected);
select is(dicom.header(pg_temp.data_set(a, false), '1.2.840.10008.1.2'), dicom.header(pg_temp.data_set(a), '1.2.840.10008.1.2.1'),
  'Implicit VR gives the header that explicit VR gives') from pg_temp.image('1', '1', '1') a;
select is(dicom.header(pg_temp.file(pg_temp.image_bytes(), '1.2.840.10008.1.2.1')), dicom.header(pg_temp.image_bytes()),
  'A Part 10 file gives the header of its data set: file meta information is no part of it');
select is(dicom.header(pg_temp.image_bytes(), '1.2.840.10008.1.2'), dicom.header(pg_temp.image_bytes()),
  'A data set in explicit VR that is said to be in implicit VR is read as what it is');
select is(dicom.value_text(dicom.header(pg_temp.data_set(
    jsonb_build_object('00080005', array['CS', term], '00100010', array['PN', name]), true, encoding)), 'PatientName'), name,
  format('A name in %s comes out in UTF-8', term))
  from (values ('ISO_IR 192', 'UTF8', 'Шевченко^Тарас'), ('ISO_IR 144', 'ISO_8859_5', 'Шевченко^Тарас'),
    ('ISO_IR 100', 'LATIN1', 'Müller^Zoë'),
               ('GB18030', 'GB18030', '王^小东'), ('ISO_IR 127', 'ISO_8859_6', 'قباني^لنزار')) n (term, encoding, name);
select is(dicom.value_text(dicom.header(pg_temp.data_set('{"00100010": ["PN", "\\x41004200"]}')), 'PatientName'), 'AB',
  'NUL, which jsonb refuses, is left out of texts');
select is(pg_temp.header(jsonb_build_object('00291001', array['OB', '\x' || repeat('01', length)])) -> '00291001' ? 'BulkDataURI',
    is_left_out, format('A binary value of %s bytes is %s', length,
      case when is_left_out then 'left in the file' else 'in the header' end))
  from (values (64, false), (66, true)) l (length, is_left_out);
select is(pg_temp.header(jsonb_build_object('00104000', array['UC', repeat('x', length)])) -> '00104000' ? 'BulkDataURI',
    is_left_out, format('A text of %s bytes is %s', length,
      case when is_left_out then 'left in the file' else 'in the header' end))
  from (values (16384, false), (16386, true)) l (length, is_left_out);
select is(pg_temp.header('{"54000100": ["SQ", [{}, {"54001010": ["OW", "\\x0000"]}]]}') #>> '{54000100,Value,1,54001010,BulkDataURI}',
  '54000100/1/54001010', 'What is left in the file is named by its path');
select is(dicom.header(data, uid, gaps), null, 'Without an argument there is no header')
  from (values (null::bytea, '', '{}'::bigint[]), ('\x00', null, '{}'), ('\x00', '', null)) n (data, uid, gaps);
select is(dicom.header(substring(bytes for pixels_at - 1), '1.2.840.10008.1.2.1', array[pixels_at - 1, 8]), dicom.header(bytes),
    'A value left out by a gap stands in the header as if it were there')
  from (select bytes, position('\x0102030405060708'::bytea in bytes)::bigint as pixels_at from pg_temp.image_bytes() bytes) b;

-- dicom.pixel_description ----------------------------------------------------------------------------------

select is(row(p.*)::text, '(2,3,4,1,MONOCHROME2,,16,12,11,0,1.2.840.10008.1.2.1,' || length(bytes) - 8 || ',8)',
  'A pixel description is that of the data set')
  from pg_temp.image_bytes('{"00280002": ["US", "\\x0100"], "00280004": ["CS", "MONOCHROME2"], "00280008": ["IS", "4"], "00280011": ["US", "\\x0300"], "00280100": ["US", "\\x1000"],
    "00280101": ["US", "\\x0c00"], "00280102": ["US", "\\x0b00"], "00280103": ["US",
      "\\x0000"]}') bytes, dicom.pixel_description(bytes) p;
select is(substring(file from p.pixel_data_offset::int + 1 for p.pixel_data_length::int), '\x0102030405060708',
    'The place of Pixel Data is that in the file') from pg_temp.file(pg_temp.image_bytes(), '1.2.840.10008.1.2.1') file,
      dicom.pixel_description(file) p;
select is(p.photometric_interpretation, null,
  format('A photometric interpretation that is no text is none: %s', given))
  from (values ('\xff41'), ('\x41004200')) v (given),
    dicom.pixel_description(pg_temp.image_bytes(jsonb_build_object('00280004', array['CS', given]))) p;
select is(row(p.*)::text, '(,,,,,,,,,,1.2.840.10008.1.2.1,,)', 'What is no image has no pixel description')
  from dicom.pixel_description(pg_temp.data_set('{"00080018": ["UI", "1.2.3"]}')) p;
select is(row(p.*)::text, '(,,,,,,,,,,,,)', 'Without data there is no pixel description') from dicom.pixel_description(null) p;

-- dicom.describe -------------------------------------------------------------------------------------------

select is(row(d.pixel_data_offset, d.pixel_data_length, d.sop_class_uid, d.sop_instance_uid, d.study_instance_uid,
  d.series_instance_uid, d.defects)::text,
    format('(%s,8,1.2.840.10008.5.1.4.1.1.7,%s,%s,%s,)', length(bytes) - 8, pg_temp.instance_uid('1'), pg_temp.study_uid('1'),
      pg_temp.series_uid('1')),
    'describe gives the place of the pixels and the UIDs, and no defects where there are none')
  from pg_temp.image_bytes() bytes, dicom.describe(bytes, '1.2.840.10008.1.2.1', '{}') d;
select is(d.header, dicom.header(bytes), 'describe gives the header that header gives') from pg_temp.image_bytes() bytes,
  dicom.describe(bytes, '1.2.840.10008.1.2.1', '{}') d;
select is(row(d.sop_class_uid, d.sop_instance_uid, d.study_instance_uid, d.series_instance_uid)::text, '(,"",,)',
    'A UID that is absent or empty is null, one that is no text is empty')
  from dicom.describe(pg_temp.data_set('{"00080018": ["UI", "\\x31ff"], "0020000D": ["UI", ""]}'), '1.2.840.10008.1.2.1', '{}') d;
select set_eq(format('select x ->> ''tag'' as tag, x ->> ''code'' as code, x ->> ''value'' as value from dicom.describe(%L, %L, %L) d, jsonb_array_elements(d.defects) x', data, '1.2.840.10008.1.2.1', '{}'),
    $$values ('00080020', 'bad_date', '2024-03-12'), ('00080030', 'bad_date', '25'), ('00101030', 'bad_number', 'heavy'), ('00100010', 'nul_in_text', ''),
             ('00081155', 'bad_uid', 'x'), ('00104000', 'bad_character',
               'aÿbc')$$, 'describe names what is wrong with a data set')
  from pg_temp.data_set('{"00080020": ["DA", "2024-03-12"], "00080030": ["TM", "25"], "00081155": ["UI", "x"], "00100010": ["PN", "\\x41004200"], "00101030": ["DS", "heavy"], "00104000": ["LT", "\\x61ff6263"]}') data;
select is((select array_agg(x ->> 'code' order by n) from dicom.describe(data, '1.2.840.10008.1.2.1', '{}') d,
  jsonb_array_elements(d.defects) with ordinality x (x, n)),
    array['unordered', 'repeated', 'odd_length', 'unknown_vr'], 'describe names what is wrong with the encoding')
  from (select pg_temp.element('00100020', 'LO', 'AB', true) || pg_temp.element('00100010', 'PN', 'AB', true)
    || pg_temp.element('00100010', 'PN', 'AB', true)
            || pg_temp.element('00100040', 'CS', 'M', true) || pg_temp.element('00101010', 'zz', 'AB', true) as data) d;
select is(jsonb_array_length((dicom.describe((select string_agg(pg_temp.element(lpad(to_hex(x'00091000'::int + i), 8, '0'), 'DA',
  'xx', true), '' order by i) from generate_series(1, 100) i),
    '1.2.840.10008.1.2.1', '{}')).defects), 65, 'Defects of one object are bounded: 64, and one that says that there were more');

select * from finish();
rollback;
