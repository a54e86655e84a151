-- Paths into a header: through sequences, to private attributes, in a template with a difference.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(22);

create temp table sample on commit drop as
select '{"00080060": {"vr": "CS", "Value": ["CT"]},
         "00290010": {"vr": "LO", "Value": ["OTHER MAKER"]}, "00290011": {"vr": "LO", "Value": ["MAKER 1.2"]},
         "00291010": {"vr": "LO", "Value": ["of the other"]}, "00291110": {"vr": "DS", "Value": [1.5, 2.5]},
         "00400275": {"vr": "SQ", "Value": [
           {"00400009": {"vr": "SH", "Value": ["S1"]}},
           {"00400009": {"vr": "SH", "Value": ["S2"]}, "00400008": {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["CODE"]}}]},
            "00290010": {"vr": "LO", "Value": ["MAKER 1.2"]}, "00291010": {"vr": "LO", "Value": ["inside"]}}, {}]}}'::jsonb as h;
select is(dicom.value_text(h, path), expected, format('%s is %s', path, coalesce(expected, 'nothing')))
  from sample, (values ('RequestAttributesSequence[0].ScheduledProcedureStepID', 'S1'), ('RequestAttributesSequence.ScheduledProcedureStepID', 'S1'),
    ('00400275[1].00400009', 'S2'), ('RequestAttributesSequence[1].ScheduledProtocolCodeSequence[0].CodeValue', 'CODE'),
    ('RequestAttributesSequence[2].ScheduledProcedureStepID', null), ('RequestAttributesSequence[3].ScheduledProcedureStepID', null),
    ('RequestAttributesSequence[4294967295].ScheduledProcedureStepID', null),
    ('Modality[0].ScheduledProcedureStepID', null), ('PatientName.ScheduledProcedureStepID', null),
    ('MAKER 1.2/0029xx10', '1.5\2.5'), ('''OTHER MAKER''/0029XX10', 'of the other'), ('NOBODY/0029xx10', null), ('MAKER 1.2/0031xx10', null),
    ('RequestAttributesSequence[1].MAKER 1.2/0029xx10', 'inside'), ('RequestAttributesSequence[0].MAKER 1.2/0029xx10', null)) p (path, expected);
select is(pg_temp.state_of(format('select dicom.value(%L, %L)', '{}', path)), 'PC008', format('«%s» is no path', path))
  from (values ('RequestAttributesSequence[0]ScheduledProcedureStepID'), ('RequestAttributesSequence[x]'), ('MAKER/0028xx10'), (repeat('PatientName.', 60))) p (path);

-- Both instances share a template, in which the maker has another block.
create temp table pair on commit drop as select h as template,
  h - '00290011' - '00291110' || '{"00290012": {"vr": "LO", "Value": ["MAKER 1.2"]}, "00291210": {"vr": "DS", "Value": [7]}}'
    || jsonb_build_object('00400275', jsonb_set(h -> '00400275', '{Value,0,00400009,Value,0}', '"changed"')) as header from sample;
select is(dicom.value_number(template, dicom.difference(template, header), 'MAKER 1.2/0029xx10'), 7::numeric, 'A creator is looked for in the header that both stand for') from pair;
select is(dicom.value_text(template, dicom.difference(template, header), 'RequestAttributesSequence[0].ScheduledProcedureStepID'), 'changed',
  'So is an item') from pair;
select is(dicom.value_text(template, dicom.difference(template, template), 'RequestAttributesSequence[1].ScheduledProcedureStepID'), 'S2',
  'and one that does not differ') from pair;

select * from finish();
rollback;
