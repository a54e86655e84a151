-- Schema dicom: what the extension's functions give, and what they refuse.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(252);

create function pg_temp.image_bytes(changes jsonb default '{}') returns bytea language sql
return pg_temp.data_set(pg_temp.image('1', '1', '1', changes));

create function pg_temp.header(attributes jsonb) returns jsonb language sql
return dicom.header(pg_temp.data_set(attributes), '1.2.840.10008.1.2.1');

-- File meta information with a group length, as PS3.10 7.1 wants it.
create function pg_temp.file(data_set bytea, transfer_syntax_uid text) returns bytea language sql
return (with meta as (select pg_temp.element('00020001', 'OB', '\x0001', true)
                          || pg_temp.element('00020010', 'UI', pg_temp.value('UI', transfer_syntax_uid, 'UTF8'), true) as bytes)
        select decode(repeat('00', 128), 'hex') || 'DICM'::bytea
               || pg_temp.element('00020000', 'UL', pg_temp.le(length(bytes), 4), true) || bytes || data_set from meta);

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

-- What cannot be read --------------------------------------------------------------------------------------

-- Each of these holds the name SECRET, which no error may show.
create temp table broken (state text, tag text, description text, data bytea, uid text default '',
  gaps bigint[] default '{}') on commit drop;
insert into broken (state, tag, description, data, uid, gaps) values
  ('PC001', null, 'text', 'SECRET text, and no image at all', '', '{}'),
  ('PC001', null, 'nothing', '', '', '{}'),
  ('PC002', '(0010,0010)', 'a value that is cut',
    substring(pg_temp.data_set('{"00080018": ["UI", "1.2"], "00100010": ["PN", "SECRET^LONG"]}') for 26), '', '{}'),
  ('PC002', '(0010,0010)', 'an element header that is cut',
    pg_temp.data_set('{"00080018": ["UI", "1.2"], "00100010": ["PN", "SECRET"]}') || '\x1000200050'::bytea, '1.2.840.10008.1.2.1',
    '{}'),
  ('PC002', '(0010,0010)', 'a length beyond the end', pg_temp.tag('00080018') || '\x5549040031003200'::bytea
    || pg_temp.tag('00100010') || 'PN'::bytea || '\xf0ff'::bytea || 'SECRET'::bytea, '1.2.840.10008.1.2.1', '{}'),
  ('PC003', '(0040,A730)', 'sequences 65 deep', pg_temp.data_set('{"00100010": ["PN", "SECRET"]}') ||
    (select string_agg(pg_temp.tag('0040A730') || 'SQ'::bytea || '\x0000ffffffff'::bytea || pg_temp.tag('FFFEE000')
      || '\xffffffff'::bytea, '') from generate_series(1, 65)), '', '{}'),
  ('PC005', '(0010,0010)', 'an item outside a sequence', pg_temp.data_set('{"00100010": ["PN", "SECRET"]}')
    || pg_temp.tag('FFFEE000') || '\x04000000'::bytea || 'SECR'::bytea, '', '{}'),
  ('PC005', '(0008,1140)', 'a sequence of no items', pg_temp.tag('00081140') || 'SQ'::bytea || '\x00000c000000'::bytea
    || pg_temp.tag('00100010') || 'PN'::bytea || '\x0400'::bytea || 'SECRET'::bytea, '', '{}'),
  ('PC006', null, 'a UID that is no transfer syntax', pg_temp.image_bytes('{"00100010": ["PN", "SECRET"]}'), '1.2.840.10008.1.1',
    '{}'),
  ('PC006', null, 'real-time video', pg_temp.image_bytes('{"00100010": ["PN", "SECRET"]}'), '1.2.840.10008.1.2.7.1', '{}'),
  ('PC006', null, 'a name that is no UID', pg_temp.image_bytes('{"00100010": ["PN", "SECRET"]}'), 'SECRET', '{}'),
  ('PC007', null, 'half a gap', pg_temp.image_bytes('{"00100010": ["PN", "SECRET"]}'), '', '{1}'),
  ('PC007', null, 'a gap that is null', pg_temp.image_bytes('{"00100010": ["PN", "SECRET"]}'), '', '{1,null}'),
  ('PC007', '(0010,0010)', 'a gap of half a value', pg_temp.data_set('{"00100010": ["PN", "SECRET"]}'), '', '{8,4}');

select is(pg_temp.state_of(format('select dicom.header(%L, %L, %L)', data, uid, gaps)), state,
  format('%s is refused as %s', description, state)) from broken;
select is(pg_temp.state_of(format('select dicom.pixel_description(%L, %L, %L)', data, uid, gaps)), state,
  format('pixel_description refuses %s as header does', description)) from broken;
select ok(pg_temp.words_of(format('select dicom.header(%L, %L, %L)', data, uid, gaps)) !~* 'secr',
  format('The error of %s shows no value', description)) from broken;
select ok(strpos(pg_temp.words_of(format('select dicom.header(%L, %L, %L)', data, uid, gaps)), tag) > 0,
  format('The error of %s names the tag', description))
  from broken where tag is not null;
-- What is made to take long, or much. Hex digits: an element, an item around elements, a sequence of items in an item in a sequence.
create function pg_temp.hex_element(tag text, vr text, content text default '') returns text language sql immutable
return encode(pg_temp.element(tag, vr, content::bytea, true), 'hex');
create function pg_temp.hex_item(content text) returns text language sql immutable
return 'feff00e0ffffffff' || content || 'feff0de000000000';
create function pg_temp.hex_items(content text) returns text language sql immutable
return '400030a753510000ffffffff' || pg_temp.hex_item('0800401153510000ffffffff' || content || 'feffdde000000000') || 'feffdde000000000';

-- Raw deflate that may be repeated: each piece begins with a whole byte and needs nothing before it. Empty blocks keep the ratio small.
\set deflated_text ecc1310100300803b04a40c2a4208013ff5a26832749253d9b7e000000000000000000000000000000c0b90f0000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff000000ffff
\set deflated_zeros ecc101010000008090feafee080a0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000006a000000ffff
select pg_temp.hex_element('00080018', 'UI', '1.2.3 ') || 'e07f10004f570000' || encode(pg_temp.le(65536 * 20000, 4), 'hex') as head \gset
select decode('00' || encode(pg_temp.le(length(:'head') / 2, 2) || pg_temp.le(65535 - length(:'head') / 2, 2), 'hex') || :'head'
  || repeat(:'deflated_zeros' || repeat('000000ffff', 60), 20000), 'hex') as deflated_pixels \gset

create temp table hostile on commit drop as
  select name, reader, decode(data, 'hex') as data, uid, expected from (values
    ('2,000,000 elements', 'pixel_description', pg_temp.hex_items(pg_temp.hex_item(repeat('090001004c4f0000', 2000000))), '1.2.840.10008.1.2.1', 'PC004'),
    ('10,000 elements outside sequences', 'header', repeat('090001004c4f0000', 10000), '1.2.840.10008.1.2.1', null),
    ('10,001 elements outside sequences', 'header', repeat('090001004c4f0000', 10001), '1.2.840.10008.1.2.1', 'PC004'),
    ('5,000 frames with 90 attributes each', 'header', pg_temp.hex_items(repeat(pg_temp.hex_item((select
        string_agg(pg_temp.hex_element('001890' || i, 'DS', '12.50000'), '' order by i) from generate_series(10, 99) i)), 5000)), '1.2.840.10008.1.2.1', null),
    ('150 values of 8,000 names each', 'header', pg_temp.hex_items(repeat(pg_temp.hex_item(
        pg_temp.hex_element('00101001', 'PN', repeat('A\\', 8000))), 150)), '1.2.840.10008.1.2.1', 'PC004'),
    ('a million elements without a value', 'header', pg_temp.hex_items(repeat(pg_temp.hex_item('090001004c4f0000'), 1000000)), '1.2.840.10008.1.2.1', 'PC004'),
    ('400,000 items whose two elements are in the wrong order', 'header', pg_temp.hex_items(repeat(
        'feff00e010000000100020004c4f0000100010004c4f0000', 400000)), '1.2.840.10008.1.2.1', null),
    ('34 MB of texts, deflated', 'pixel_description', repeat(:'deflated_text', 2100), '1.2.840.10008.1.2.1.99', 'PC004')) h (name, reader, data, uid, expected);
select is(pg_temp.state_of(format('select dicom.%s(data, uid) from hostile where name = %L', reader, name)), expected,
  format('Of %s: %s', name, coalesce(expected, 'a header'))) from hostile;
select is(dicom.header(decode(pg_temp.hex_items(repeat(pg_temp.hex_item(b || a), 2) || pg_temp.hex_item(a || b)), 'hex')),
    dicom.header(decode(pg_temp.hex_items(repeat(pg_temp.hex_item(a || b), 3)), 'hex')), 'Elements in the wrong order are put in order')
  from (select pg_temp.hex_element('00100010', 'PN', 'A^BC') as a, pg_temp.hex_element('00100020', 'LO', '4711') as b) e;

-- What the process has taken at most, in MB.
create function pg_temp.most_memory() returns int language sql volatile
return substring(pg_read_file('/proc/self/status') from 'VmHWM:\s+(\d+) kB')::int / 1024;
select pg_temp.most_memory() as memory \gset
select is(pixel_data_length, 65536 * 20000::bigint, 'Deflated pixels of 1.3 GB are described')
  from dicom.pixel_description(:'deflated_pixels', '1.2.840.10008.1.2.1.99');
select cmp_ok(pg_temp.most_memory() - :memory, '<', 64, 'in little memory');
-- A timer begins with a statement of the client's alone.
select clock_timestamp() as began \gset
\set ON_ERROR_STOP off
savepoint cancelled;
set local statement_timeout = 200;
select dicom.header(:'deflated_pixels', '1.2.840.10008.1.2.1.99');
rollback to cancelled;
\set ON_ERROR_STOP on
select is(:'LAST_ERROR_SQLSTATE'::text, '57014', 'Who reads may be cancelled');
select cmp_ok(clock_timestamp() - :'began'::timestamptz, '<', interval '1 second', 'at once');

-- Bytes from outside: a header or a fault of ours, never anything else, and a jsonb that holds together.
create function pg_temp.trouble_of(data bytea, uid text) returns text language plpgsql as $$
declare
  header jsonb;
begin
  header := dicom.header(data, uid);
  perform dicom.describe(data, uid, '{}');
  perform dicom.pixel_description(data, uid);
  return case when header::text::jsonb <> header then 'the jsonb does not hold together' end;
exception
  when others then
    return case when sqlstate not like 'PC00_' then sqlstate || ' ' || sqlerrm || ' for ' || data::text end;
end
$$;
create function pg_temp.noise(length int) returns bytea language sql volatile
return (select string_agg(set_byte('\x00', 0, (random() * 255)::int), '') from generate_series(1, length));
create function pg_temp.mangle(data bytea) returns bytea language plpgsql volatile as $$
begin
  for i in 0 .. (random() * 3)::int loop
    data := set_byte(data, (random() * (length(data) - 1))::int, (random() * 255)::int);
  end loop;
  return data;
end
$$;
select setseed(0.5) \g /dev/null
select is((select string_agg(trouble, E'\n') from (
    select pg_temp.trouble_of(pg_temp.noise(length), '') as trouble from generate_series(1, 500) length) t), null,
      'Random bytes are refused or read');
select is((select string_agg(trouble, E'\n') from (
    select pg_temp.trouble_of(pg_temp.mangle(bytes), uid) as trouble
    from generate_series(1, 1500),
      (values (pg_temp.image_bytes('{"00081140": ["SQ", [{"00081155": ["UI", "1.2"]}]]}'), '1.2.840.10008.1.2.1'),
              (pg_temp.image_bytes('{"00081140": ["SQ", [{"00081155": ["UI", "1.2"]}]]}'), ''),
              (pg_temp.data_set(pg_temp.image('1', '1', '1', '{"00081140": ["SQ", [{"00081155": ["UI", "1.2"]}]]}'), false),
                '1.2.840.10008.1.2'),
              (pg_temp.file(pg_temp.image_bytes(), '1.2.840.10008.1.2.1'), '')) v (bytes, uid)) t), null,
  'Data sets with bytes changed are refused or read');
select is((select string_agg(trouble, E'\n') from (
    select pg_temp.trouble_of(substring(bytes for n), uid) as trouble
    from (values (pg_temp.image_bytes(), '1.2.840.10008.1.2.1'),
      (pg_temp.file(pg_temp.image_bytes(), '1.2.840.10008.1.2.1'), '')) v (bytes, uid),
      generate_series(0, length(bytes)) n) t), null, 'A data set cut anywhere is refused or read');
select is((select string_agg(trouble, E'\n') from (
    select case when state not like 'PC00_' then state end as trouble from (
      select pg_temp.state_of(format('select dicom.describe(%L, %L, array[%s, %s]::bigint[])', bytes, '1.2.840.10008.1.2.1',
        place, size)) as state
      from pg_temp.image_bytes() bytes, generate_series(-1, length(bytes) + 1, 7) place,
        (values (0::bigint), (-1), (8), (9223372036854775807), (-9223372036854775808)) s (size)) s) t), null,
  'Gaps anywhere, of any size, are refused or read');

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

-- dicom.difference and dicom.merge -------------------------------------------------------------------------

create temp table difference (description text, template jsonb, header jsonb, expected jsonb) on commit drop;
insert into difference values
  ('the same header', '{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A"}]}}',
    '{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A"}]}}', '{}'),
  ('no header and no header', '{}', '{}', '{}'),
  ('an attribute that is absent', '{"00200013": {"vr": "IS", "Value": [1]}}', '{}', '{"00200013": null}'),
  ('an attribute that is new', '{}', '{"00200013": {"vr": "IS", "Value": [1]}}', '{"00200013": {"vr": "IS", "Value": [1]}}'),
  ('another number', '{"00200013": {"vr": "IS", "Value": [1]}}', '{"00200013": {"vr": "IS", "Value": [2]}}', '{"00200013": 2}'),
  ('another text', '{"00080018": {"vr": "UI", "Value": ["1.2"]}}', '{"00080018": {"vr": "UI", "Value": ["1.3"]}}',
    '{"00080018": "1.3"}'),
  ('more values', '{"00200032": {"vr": "DS", "Value": [1]}}', '{"00200032": {"vr": "DS", "Value": [1, 2.50, null]}}',
    '{"00200032": [1, 2.50, null]}'),
  ('no value any more', '{"00080050": {"vr": "SH", "Value": ["A"]}}', '{"00080050": {"vr": "SH"}}', '{"00080050": {"vr": "SH"}}'),
  ('a value where there was none', '{"00080050": {"vr": "SH"}}', '{"00080050": {"vr": "SH", "Value": ["A"]}}',
    '{"00080050": {"vr": "SH", "Value": ["A"]}}'),
  ('another VR', '{"00280106": {"vr": "US", "Value": [1]}}', '{"00280106": {"vr": "SS", "Value": [1]}}',
    '{"00280106": {"vr": "SS", "Value": [1]}}'),
  ('an object as value', '{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A"}]}}',
    '{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "B"}]}}', '{"00100010": [{"Alphabetic": "B"}]}'),
  ('a null as value', '{"00080050": {"vr": "SH", "Value": ["A"]}}', '{"00080050": {"vr": "SH", "Value": [null]}}',
    '{"00080050": [null]}'),
  ('an empty array', '{"00080050": {"vr": "SH", "Value": ["A"]}}', '{"00080050": {"vr": "SH", "Value": []}}', '{"00080050": []}'),
  ('bulk data', '{"00291001": {"vr": "OB", "InlineBinary": "AQI="}}', '{"00291001": {"vr": "OB", "BulkDataURI": "00291001"}}',
    '{"00291001": {"vr": "OB", "BulkDataURI": "00291001"}}');
select is(dicom.difference(template, header), expected, format('The difference of %s', description)) from difference;
select is(dicom.merge(template, expected), header, format('The header again, of %s', description)) from difference;
select is((select count(*) from difference a, difference b where dicom.merge(a.template,
  dicom.difference(a.template, b.header)) <> b.header), 0::bigint,
  'merge(template, difference(template, header)) is the header for all of these, whatever the template');
-- Headers of data sets with bytes changed, each against another.
create temp table header on commit drop as
  with base as materialized (
    select pg_temp.image_bytes('{"00081140": ["SQ", [{"00081155": ["UI", "1.2"]}]], "00200032": ["DS", "1\\2\\3.5"]}') as bytes),
  mangled as materialized (select pg_temp.mangle(bytes) as bytes from base, generate_series(1, 1000))
  select row_number() over () as n, dicom.header(bytes, '1.2.840.10008.1.2.1') as header from mangled
  where pg_temp.state_of(format('select dicom.header(%L, %L)', bytes, '1.2.840.10008.1.2.1')) is null;
create temp table pair on commit drop as
  select a.header as template, b.header, dicom.difference(a.header, b.header) as difference
    from header a join header b on b.n = a.n + 1;
select cmp_ok((select count(*) from pair), '>', 300::bigint, 'Enough data sets with bytes changed can be read to be compared');
select is((select count(*) from pair where dicom.merge(template, difference) <> header), 0::bigint,
  'merge(template, difference(template, header)) is the header also for what devices get wrong');
select is((select count(*) from pair where difference::text::jsonb <> difference), 0::bigint,
  'A difference is a jsonb that holds together');

select is(pg_temp.state_of(format('select dicom.difference(%L, %L)', template, header)), 'PC007',
  format('There is no difference of %s and %s', template, header))
  from (values ('[]', '{}'), ('{}', '5'), ('{}', '"text"'), ('{"0010": {"vr": "PN"}}', '{}'),
    ('{}', '{"PatientName": {"vr": "PN"}}'),
    ('{"00100010": "ab"}', '{"00100010": "cd"}'), ('{"00100010": {"vr": "PN"}}', '{"00100010": "cd"}'),
      ('{"00100010": true}', '{"00100010": {"vr": "PN"}}'),
    ('{}', '{"00100010": null}'), ('{}', '{"00100010": ["A"]}'), ('{"00100010": 5}', '{}')) b (template, header);
select is(pg_temp.state_of(format('select dicom.merge(%L, %L)', template, difference)), 'PC007',
  format('%s and %s do not merge', template, difference))
  from (values ('[]', '{}'), ('{}', '5'), ('{}', '{"name": 1}'), ('{}', '{"00100010": "A"}'), ('{}', '{"00100010": ["A"]}'),
    ('{"00100010": "aaa bbbbcccc"}', '{"00100010": "x"}'), ('{"00100010": "zzz zzzzzzzzzzzz"}', '{"00100010": ["x"]}'),
      ('{"00100010": ["a"]}', '{"00100010": 1}'),
    ('{"00100010": {}}', '{"00100010": 1}'), ('{"00100010": {"vr": "PN"}}', '{"00100010": true}')) b (template, difference);
select is(dicom.difference(null, '{}'), null, 'Without a template there is no difference');
select is(dicom.merge('{}', null), null, 'Without a difference there is nothing to merge');

-- dicom.value and the typed readers ------------------------------------------------------------------------

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

-- The limits of docs/settings.md
create function pg_temp.nested(depth int) returns bytea language sql
return decode(repeat('400030a7' || '53510000ffffffff' || 'feff00e0ffffffff', depth)
              || repeat('feff0de000000000' || 'feffdde000000000', depth), 'hex');
select is(pg_temp.state_of(format('select dicom.header(%L)', pg_temp.nested(65))), 'PC003', '65 sequences are too deep by default');
set local pgpacs.limit_depth = 65;
select is(pg_temp.state_of(format('select dicom.header(%L)', pg_temp.nested(65))), null, 'and not where the limit is 65');
set local pgpacs.limit_elements = 1000;
select is(pg_temp.state_of(format('select dicom.header(%L)', pg_temp.data_set('{"00100010": ["PN", "x"]}')
    || decode(repeat('1000200053480000', 1000), 'hex'))), 'PC004', 'More elements than the limit are refused');
set local pgpacs.limit_value_bytes = 1024;
select is(pg_temp.header(jsonb_build_object('00104000', jsonb_build_array('LT', repeat('x', 1026)))) #>> '{00104000,BulkDataURI}',
  '00104000', 'A value over the limit is bulk data');
select is(pg_temp.state_of('set local pgpacs.limit_depth = 257'), '22023', 'No limit is set higher than a backend survives');
select is(pg_temp.state_as('demo_operator', 'set pgpacs.limit_depth = 10'), '42501', 'nor by another than the superuser');
select is((select count(*) from difference d, (values ('00100010'), ('00200013'), ('00080018'), ('00200032'), ('00080050'),
  ('00280106'), ('00291001')) a (tag)
    where dicom.value(template, expected, tag) is distinct from dicom.value(header, tag)
       or dicom.value_text(template, expected, tag) is distinct from dicom.value_text(header, tag)
       or dicom.value_number(template, expected, tag) is distinct from dicom.value_number(header, tag)), 0::bigint,
  'A value of a template and a difference is that of the header they stand for');
select is((select count(*) from pair, jsonb_object_keys(template || header) tag
    where dicom.value(template, difference, tag) is distinct from dicom.value(header, tag)
       or dicom.value_text(template, difference, tag) is distinct from dicom.value_text(header, tag)
       or dicom.value_number(template, difference, tag) is distinct from dicom.value_number(header, tag)
       or dicom.value_date(template, difference, tag) is distinct from dicom.value_date(header, tag)
       or dicom.value_time(template, difference, tag) is distinct from dicom.value_time(header, tag)
       or dicom.value_timestamp(template, difference, tag) is distinct from dicom.value_timestamp(header, tag)), 0::bigint,
  'So it is for every reader and every attribute of what devices get wrong');
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

-- dicom.faults ---------------------------------------------------------------------------------------------

select is((select count(*) from dicom.faults()
  where sqlstate !~ '^PC[0-9]{3}$' or dimse_status not between 256 and 65535 or http_status not between 400 and 599 or meaning = ''), 0::bigint,
  'Every fault has a SQLSTATE of class PC, a DIMSE status, an HTTP status and a meaning');
select is((select count(distinct name) = count(*) and count(distinct sqlstate) = count(*) from dicom.faults()), true,
  'No two faults share a name or a SQLSTATE');
select is((select row(f.*)::text from dicom.faults() f where name = 'expired_token'),
  '(expired_token,PC042,292,403,"the link has expired; ask the information system for a new one")', 'A fault is a row');

-- dicom.keyed_digest and dicom.key_generation --------------------------------------------------------------

select is(dicom.keyed_digest('link', 1, message), pgcrypto.hmac(message,
  pg_read_binary_file(current_setting('pgpacs.key_directory') || '/link.1'), 'sha256'),
    format('The keyed digest of %s bytes is HMAC-SHA256', length(message)))
  from (values (''::bytea), ('message'), (decode(repeat('ff', 5000), 'hex'))) m (message);
select is(dicom.key_generation('link'), 1, 'The generation of a key that was made once is 1');
select is(pg_temp.state_of(format('select dicom.keyed_digest(%L, %s, %L)', key, generation, 'x')), state,
  format('Signing with generation %s of the key «%s» raises %s', generation, key, state))
  from (values ('link', 2, 'PC060'), ('link', 0, 'PC060'), ('link', -1, 'PC060'), ('nobody', 1, 'PC060'),
    ('../secrets/link', 1, 'PC007'), ('', 1, 'PC007'), ('Link', 1, 'PC007'),
    ('link.1/../link', 1, 'PC007'), (repeat('k', 65), 1, 'PC007')) k (key, generation, state);
select is(pg_temp.state_of(format('select dicom.key_generation(%L)', key)), state,
  format('The generation of the key «%s» raises %s', key, state))
  from (values ('nobody', 'PC060'), ('', 'PC007'), ('../keys/link', 'PC007')) k (key, state);
select is(dicom.keyed_digest('link', 1, null), null, 'There is no digest of nothing');
select is((select string_agg(login || ' ' || statement, ', ')
  from unnest(array['demo_gateway', 'demo_mis', 'demo_card_feed', 'demo_physician', 'demo_radiologist', 'demo_registrar',
  'demo_analyst',
      'demo_operator', 'demo_auditor', 'demo_trust']) login, unnest(array['select dicom.keyed_digest(''link'', 1, ''x'')',
        'select dicom.key_generation(''link'')']) statement
    where pg_temp.state_as(login, statement) is distinct from '42501'), null,
      'Nobody who can log in signs anything, nor asks for keys');

select * from finish();
rollback;
