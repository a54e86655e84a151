-- What dicom.header and its like refuse, what they survive, and the limits of docs/settings.md.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(72);

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

select * from finish();
rollback;
