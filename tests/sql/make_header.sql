-- dicom.make_header: a header of values, in the DICOM JSON model.
begin;
set local search_path = tap, pg_catalog;
select plan(9);

select is(dicom.make_header('00080020DA00080030TM00100010PN00200011IS00080061CS00280010US', date '2024-03-12', time '10:11:12.5',
    'Yamada^Tarou=山田^太郎'::text, 7, E'CT\\SR'::text, 512::bigint),
  '{"00080020": {"vr": "DA", "Value": ["20240312"]}, "00080030": {"vr": "TM", "Value": ["101112.500000"]}, "00080061": {"vr": "CS", "Value": ["CT", "SR"]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎"}]}, "00200011": {"vr": "IS", "Value": [7]}, "00280010": {"vr": "US", "Value": [512]}}'::jsonb,
  'Values of each type, in the order of tags');
select is(dicom.make_header('00080050SH00200010SH', null::text, ''::text), '{"00080050": {"vr": "SH"}, "00200010": {"vr": "SH"}}'::jsonb, 'No value is an empty element');
select is(dicom.make_header('00180015CS00400275SQ00291001UN', '{"vr": "CS", "Value": ["HEAD"]}'::jsonb, '[{}]'::jsonb, '["a"]'::jsonb),
  '{"00180015": {"vr": "CS", "Value": ["HEAD"]}, "00400275": {"vr": "SQ", "Value": [{}]}, "00291001": {"vr": "LO", "Value": ["a"]}}'::jsonb, 'Elements and values that are jsonb already');
select is(dicom.make_header('7FE00010OW', '{"vr": "OW", "BulkDataURI": "x"}'::jsonb), '{"7FE00010": {"vr": "OW"}}'::jsonb, 'What lies elsewhere is left out');
select throws_ok(format('select dicom.make_header(%s)', arguments), 'PC007', null, 'Refused: ' || arguments)
  from unnest(array['''00080020DA00080030TM'', null::text', '''0008002DAx'', 1', '''00080020XX'', ''a''::text', '''00080020DA'', true', 'null, 1']) arguments;

select * from finish();
rollback;
