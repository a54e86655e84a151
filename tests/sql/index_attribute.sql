-- An attribute made fast: which indexes, of which type, and for whom.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(34);

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('9', '9', '9', '{"00180050": ["DS", "2.5"]}'))).outcome, 'stored', 'A slice is there');
set local session authorization demo_operator;
select results_eq($$select name from pacs.index_attribute('SliceThickness')$$, array['series_SliceThickness', 'instance_SliceThickness'],
  'An operator makes an attribute fast in one call');
select lives_ok(format('select pacs.index_attribute(%L)', name), format('again, by another name: %s', name))
  from unnest(array['SliceThickness', '00180050', '(0018,0050)']) name;
reset session authorization;
create function pg_temp.indexed(path text) returns text language sql as
  $$ select string_agg(pg_get_indexdef(format('pacs_data.%I', name)::regclass, 1, true), ' | ' order by name desc)
     from unnest(array['series_' || path, 'instance_' || path]) name $$;
select is(pg_temp.indexed('SliceThickness'),
  $$dicom.value_number(template, 'SliceThickness'::text) | dicom.value_number('{}'::jsonb, difference, 'SliceThickness'::text)$$,
  'Each name leads to the same pair of indexes');
select is(pg_get_expr(indpred, indrelid) ~ 'IS NOT NULL', true, 'The one over instances has those alone that say something of their own')
  from pg_index where indexrelid = 'pacs_data."instance_SliceThickness"'::regclass;
select isnt((select stadistinct from pg_statistic where starelid = 'pacs_data."series_SliceThickness"'::regclass), null,
  'What was indexed has statistics');

set local session authorization demo_operator;
select isnt_empty(format('select * from pacs.index_attribute(%L)', name), format('%s is indexed', name))
  from unnest(array['PatientName', 'StudyDate', 'StudyTime', 'AcquisitionDateTime', 'ImageType', 'Rows', 'CTDIvol', 'FrameIncrementPointer',
    'SmallestImagePixelValue', '00291010', 'RequestAttributesSequence[0].ScheduledProcedureStepID',
    'RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].ProtocolContextSequence[0].CodeValue']) name;
reset session authorization;
select is(pg_temp.indexed(path) ~ ('dicom.value_' || kind), true, format('%s is indexed as %s', path, kind)) from (values
  ('PatientName', 'text'), ('StudyDate', 'date'), ('StudyTime', 'time'), ('Rows', 'number'), ('00291010', 'text')) a (path, kind);
-- Longer than an entry of an index may be.
select lives_ok($$select pacs.index_attribute('ImageComments')$$, 'Texts are indexed');
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '1', '1', jsonb_build_object('00204000',
  array['LT', (select string_agg(md5(i::text), '') from generate_series(1, 300) i)])))).outcome, 'stored', 'however long a device''s are');

set local session authorization demo_operator;
select is(pg_temp.state_of(format('select pacs.index_attribute(%L)', name)), code, format('%s is refused', coalesce(name, 'nothing')))
  from (values ('NoSuchThing', 'PC008'), (null, 'PC008'), ('RequestAttributesSequence', 'PC007'), ('PixelData', 'PC007'), ('MAKER/0029xx10', 'PC007')) r (name, code);

select lives_ok($$select pacs.unindex_attribute('00180050')$$, 'What was made can be taken away');
reset session authorization;
select is(to_regclass('pacs_data."instance_SliceThickness"'), null, 'and is gone');

select * from finish();
rollback;
