-- dicom.rewrite: what edits do to bytes, what is left alone, and what is refused.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(28);

create function pg_temp.bytes(attributes jsonb) returns bytea language sql return pg_temp.data_set(attributes);
create function pg_temp.edited(attributes jsonb, edits jsonb) returns jsonb language sql
return dicom.header(dicom.rewrite(pg_temp.data_set(attributes), edits, '1.2.840.10008.1.2.1'), '1.2.840.10008.1.2.1');
create function pg_temp.fault(attributes jsonb, edits jsonb) returns text language plpgsql as $$
declare said text;
begin
  perform dicom.rewrite(pg_temp.data_set(attributes), edits, '1.2.840.10008.1.2.1');
  return 'none';
exception when others then
  get stacked diagnostics said = message_text;
  return sqlstate || ' ' || said;
end
$$;

select is(dicom.rewrite(pg_temp.data_set(a)), pg_temp.data_set(a), 'Without edits every byte is as it came')
  from pg_temp.image('1', '1', '1') a;
select is(dicom.rewrite(pg_temp.data_set(a), '[{"op": "remove", "attribute": "PatientComments"}]'), pg_temp.data_set(a),
  'So it is where no edit finds what it names') from pg_temp.image('1', '1', '1') a;
select is(dicom.rewrite(pg_temp.data_set(a), edits), pg_temp.data_set(expected), format('%s is made and all else as it was', edits))
  from pg_temp.image('1', '1', '1') a, lateral (values
    ('[{"op": "remove", "attribute": "PatientName"}]'::jsonb, a - '00100010'),
    ('[{"op": "empty", "attribute": "00100010"}]', a || '{"00100010": ["PN", ""]}'),
    ('[{"op": "replace", "attribute": "PatientName", "value": "Anon^A"}]', a || '{"00100010": ["PN", "Anon^A"]}'),
    ('[{"op": "replace", "attribute": "PatientName", "value": {"Alphabetic": "Тест"}}]', a || '{"00100010": ["PN", "Тест"]}'),
    ('[{"op": "insert", "attribute": "PatientComments", "value": "ok"}]', a || '{"00104000": ["LT", "ok"]}'),
    ('[{"op": "insert", "attribute": "ImageType", "value": ["DERIVED", null, "X"]}]', a || '{"00080008": ["CS", "DERIVED\\\\X"]}'),
    ('[{"op": "insert", "attribute": "00091001", "vr": "US", "value": 513}]', a || '{"00091001": ["US", "\\x0102"]}'),
    ('[{"op": "insert", "attribute": "ReferencedImageSequence", "value": [{"00081155": {"vr": "UI", "Value": ["1.2"]}}, {}]}]',
      a || '{"00081140": ["SQ", [{"00081155": ["UI", "1.2"]}, {}]]}'),
    ('[{"op": "remove", "attribute": "0010xxxx"}, {"op": "remove", "attribute": "PixelData"}]',
      a - '{00100010,00100020,00100030,00100040,7FE00010}'::text[])) e (edits, expected);

select is(pg_temp.edited('{"00080005": ["CS", "ISO_IR 192"], "00081140": ["SQ", [{"00100010": ["PN", "A"], "00081140": ["SQ", [{"00100010": ["PN", "B"]}]]}]],
    "00100010": ["PN", "C"]}', '[{"op": "remove", "attribute": "PatientName", "everywhere": true}]'),
  '{"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00081140": {"vr": "SQ", "Value": [{"00081140": {"vr": "SQ", "Value": [{}]}}]}}'::jsonb,
  'What is removed everywhere is gone at every depth');
select is(dicom.value(pg_temp.edited('{"00081140": ["SQ", [{"00081155": ["UI", "1"]}, {"00081155": ["UI", "2"]}]]}', edits), 'ReferencedImageSequence'),
    expected, format('%s edits along its path', edits))
  from (values ('[{"op": "empty", "attribute": "ReferencedImageSequence[1].ReferencedSOPInstanceUID"}]'::jsonb,
          '[{"00081155": {"vr": "UI", "Value": ["1"]}}, {"00081155": {"vr": "UI"}}]'::jsonb),
         ('[{"op": "remove", "attribute": "ReferencedImageSequence[*].ReferencedSOPInstanceUID"}]', '[{}, {}]')) e (edits, expected);
select is(pg_temp.edited('{"00290010": ["LO", "ACME"], "00290011": ["LO", "OTHER"], "00291001": ["UN", "\\x01"], "00291101": ["UN", "\\x02"]}',
    '[{"op": "remove", "creator": "ACME"}]'), '{"00290011": {"vr": "LO", "Value": ["OTHER"]}, "00291101": {"vr": "UN", "InlineBinary": "AgA="}}'::jsonb,
  'The block of a Private Creator is removed with its name');

-- Transfer syntaxes
select is(dicom.rewrite(pg_temp.data_set(a, false), '[]', '1.2.840.10008.1.2', to_explicit_little_endian => true), pg_temp.data_set(a),
  'Implicit VR is made explicit') from pg_temp.image('1', '1', '1') a;
select is(dicom.rewrite(pg_temp.data_set(a, false), '[{"op": "remove", "attribute": "PatientName"}]', '1.2.840.10008.1.2'),
  pg_temp.data_set(a - '00100010', false), 'Unless asked, it stays implicit') from pg_temp.image('1', '1', '1') a;

-- Files
create function pg_temp.sent_file(data_set bytea, transfer_syntax_uid text) returns bytea language sql
return (with meta as (select pg_temp.element('00020002', 'UI', pg_temp.value('UI', '1.2.3', 'UTF8'), true)
                          || pg_temp.element('00020010', 'UI', pg_temp.value('UI', transfer_syntax_uid, 'UTF8'), true)
                          || pg_temp.element('00020016', 'AE', 'SENDER', true) as bytes)
        select decode(repeat('41', 128), 'hex') || 'DICM'::bytea
               || pg_temp.element('00020000', 'UL', pg_temp.le(length(bytes), 4), true) || bytes || data_set from meta);
select is(dicom.rewrite(f), f, 'A file that nothing changes stays as it is')
  from pg_temp.sent_file(pg_temp.data_set(pg_temp.image('1', '1', '1')), '1.2.840.10008.1.2.1') f;
select ok(position('SENDER'::bytea in r) = 0 and substring(r, 1, 132) = decode(repeat('00', 128), 'hex') || 'DICM'::bytea
    and position('9.8.7'::bytea in r) between 133 and 400, 'A changed file has new file meta information, with the UID that the edit gave')
  from dicom.rewrite(pg_temp.sent_file(pg_temp.data_set(pg_temp.image('1', '1', '1')), '1.2.840.10008.1.2.1'),
    '[{"op": "replace", "attribute": "SOPInstanceUID", "value": "9.8.7"}]') r;
select is(dicom.value_text(dicom.header(r), 'PatientID'), 'P1', 'and is read again')
  from dicom.rewrite(pg_temp.sent_file(pg_temp.data_set(pg_temp.image('1', '1', '1'), false), '1.2.840.10008.1.2'), '[]', to_explicit_little_endian => true) r;

-- Refusals
select is(pg_temp.fault(pg_temp.image('1', '1', '1'), edits), fault, format('%s is refused', edits))
  from (values
    ('{}'::jsonb, 'PC007 edits are an array of objects'),
    ('[{"op": "remove", "attribute": "PatientID"}, {"op": "cut", "attribute": "PatientID"}]', 'PC007 edit 1: op is remove, empty, replace or insert'),
    ('[{"op": "remove", "attribute": "PatientNam"}]', 'PC008 edit 0: no attribute has this keyword or tag'),
    ('[{"op": "insert", "attribute": "00091001", "value": "x"}]', 'PC007 edit 0: the VR of the attribute is not known: give it, at (0009,1001)'),
    ('[{"op": "replace", "attribute": "Rows", "value": 70000}]', 'PC007 edit 0: the value is no number that its VR can hold, at (0028,0010)')) e (edits, fault);
select is(pg_temp.fault('{"00080005": ["CS", "ISO_IR 100"], "00100010": ["PN", "X"]}', '[{"op": "replace", "attribute": "PatientName", "value": "Шевченко"}]'),
  'PC015 edit 0: the character set of the data set lacks a character, at (0010,0010)', 'A text that the character set lacks is refused, and not shown');
select throws_ok('select dicom.rewrite(''\x00''::bytea)', 'PC001', null, 'What is no data set is refused');

set local role pacs_physician;
select lives_ok('select dicom.rewrite(decode(''100010004c4f0200'', ''hex'') || ''ab''::bytea, ''[]'', ''1.2.840.10008.1.2.1'')',
  'Anybody may call it: it has no data of its own');
reset role;
select * from finish();
rollback;
