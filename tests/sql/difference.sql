-- dicom.difference and dicom.merge: a header from its series' template, and back.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(57);

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
select setseed(0.5) \g /dev/null
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

select * from finish();
rollback;
