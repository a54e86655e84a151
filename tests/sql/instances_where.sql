-- Instances by any attribute: the same with indexes and without, by what stands in the header that was sent.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(113);

-- One series whose template says 5 mm; a series that says nothing; one whose first instance lacks what others have.
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes))).outcome, 'stored', format('Instance %s comes', instance)) from (values
  ('1', '1', '1', '{"00180050": ["DS", "5"], "00080008": ["CS", "ORIGINAL\\PRIMARY\\AXIAL"], "00181210": ["SH", "B40"], "00281050": ["DS", "40\\-600"]}'::jsonb),
  ('1', '1', '2', '{"00180050": ["DS", "5"], "00080008": ["CS", "DERIVED\\SECONDARY"], "00181210": ["SH", "b40%"], "00281050": ["DS", "-600\\40"]}'),
  ('1', '1', '3', '{"00180050": ["DS", "0.6"]}'),
  ('1', '1', '4', '{}'),
  ('1', '1', '5', '{"00180050": ["DS", ""], "00181210": ["SH", "B_0"]}'),
  ('2', '2', '6', '{"00080020": ["DA", "20240601"], "00080022": ["DA", "nonsense"]}'),
  ('2', '2', '7', '{"00080020": ["DA", "20240601"], "00180050": ["DS", "5.0"], "00080032": ["TM", "235959.5"]}'),
  ('2', '3', '8', '{"00080020": ["DA", "20240601"], "00400275": ["SQ", [{"00400009": ["SH", "STEP1"]}]], "00291010": ["LO", "of the maker"]}'),
  ('2', '3', '9', '{"00080020": ["DA", "20240601"], "00400275": ["SQ", [{"00400009": ["SH", "STEP2"]}]], "00291010": ["LO", "of the maker"]}'))
  i (study, series, instance, changes);

-- The numbers of the instances that are found, in order.
create function pg_temp.found(arguments text) returns text language plpgsql as $$
declare
  numbers text;
begin
  execute format('select string_agg(replace(sop_instance_uid, %L, ''''), '' '' order by sop_instance_uid collate "C") from pacs.instances_where(%s, max_rows => 1000000)
    where sop_instance_uid like %L', pg_temp.instance_uid(''), arguments, pg_temp.instance_uid('%')) into numbers;
  return numbers;
end
$$;
create temp table question (arguments text, expected text);
insert into question values
  ($$'SliceThickness', '=', '5'$$, '1 2 7'), ($$'SliceThickness', '>', '3'$$, '1 2 7'), ($$'SliceThickness', '<', '5.00'$$, '3'),
  ($$'00180050', '<=', '5'$$, '1 2 3 7'), ($$'SliceThickness', '>=', '5.01'$$, null), ($$'SliceThickness', 'between', '0.5', '1'$$, '3'),
  ($$'SliceThickness', '=', '1e1000'$$, null),
  ($$'StudyDate', '=', '2024-03-12'$$, '1 2 3 4 5'), ($$'StudyDate', 'between', '20240501', '20240601'$$, '6 7 8 9'),
  ($$'AcquisitionDate', '>', '-infinity'$$, null), ($$'AcquisitionTime', '>', '23:00'$$, '7'),
  ($$'ConvolutionKernel', '=', 'B40'$$, '1'), ($$'ConvolutionKernel', 'like', 'B%'$$, '1 5'), ($$'ConvolutionKernel', 'like', '%40%'$$, '1 2'),
  ($$'ConvolutionKernel', 'like', 'B\_%'$$, '5'), ($$'ConvolutionKernel', '>', 'B'$$, '1 2 5'), ($$'ConvolutionKernel', '<', 'a'$$, '1 5'),
  ($$'PatientName', 'like', 'Шевченко^%'$$, '1 2 3 4 5 6 7 8 9'), ($$'PatientName', '=', 'шевченко^тарас'$$, null),
  -- More than one value: numbers by the first, texts by all.
  ($$'WindowCenter', '=', '40'$$, '1'), ($$'WindowCenter', '=', '-600'$$, '2'),
  ($$'ImageType', '=', 'ORIGINAL\PRIMARY\AXIAL'$$, '1'), ($$'ImageType', 'like', '%\\SECONDARY'$$, '2'), ($$'ImageType', '=', 'PRIMARY'$$, null),
  ($$'RequestAttributesSequence[0].ScheduledProcedureStepID', '=', 'STEP1'$$, '8'), ($$'00400275.00400009', '>', 'STEP1'$$, '9'),
  ($$'RequestAttributesSequence[1].ScheduledProcedureStepID', '>', ''$$, null), ($$'00291010', '=', 'of the maker'$$, '8 9'),
  ($$'SOPInstanceUID', 'like', '1.2.826.0.1.3680043.10.1.3.%'$$, '1 2 3 4 5 6 7 8 9');

grant select on question to public;
set local session authorization demo_physician;
select is(pg_temp.found(arguments), expected, format('instances_where(%s) finds %s', arguments, coalesce(expected, 'nothing'))) from question;
set local session authorization demo_operator;
select lives_ok(format('select pacs.index_attribute(%s)', attribute), format('%s is indexed', attribute))
  from (select distinct split_part(arguments, ', ', 1) as attribute from question) a;
set local enable_seqscan = off;
set local session authorization demo_physician;
select is(pg_temp.found(arguments), expected, format('and by the index: instances_where(%s)', arguments)) from question;
set local enable_seqscan = on;
reset session authorization;
select cmp_ok(pg_stat_get_xact_numscans(format('pacs_data.%I', name)::regclass), '>', 0::bigint, format('which is used: %s', name))
  from unnest(array['series_SliceThickness', 'instance_SliceThickness']) name;
set local session authorization demo_physician;

select is((select found_value from pacs.instances_where('ImageType', 'like', 'ORIGINAL%', max_rows => 1000000) where sop_instance_uid = pg_temp.instance_uid('1')),
  'ORIGINAL\PRIMARY\AXIAL', 'The values that were found are told');
select is((select row(study_instance_uid, series_instance_uid)::text from pacs.instances_where('SliceThickness', '=', '0.6', max_rows => 1000000)
  where sop_instance_uid = pg_temp.instance_uid('3')), row(pg_temp.study_uid('1'), pg_temp.series_uid('1'))::text, 'with study and series');
select is((select count(*) from pacs.instances_where('SOPInstanceUID', '>', '', max_rows => 4)), 4::bigint, 'at most as many as are asked for');

-- Who asks wrongly is told, and no text is a part of a statement.
select is(pg_temp.state_of('select * from pacs.instances_where(' || arguments || ')'), code, format('instances_where(%s) is refused', arguments)) from (values
  ($$'NoSuchThing', '=', '1'$$, 'PC008'), ($$null, '=', '1'$$, 'PC008'), ($$'PixelData', '=', '1'$$, 'PC007'), ($$'RequestAttributesSequence', '=', '1'$$, 'PC007'),
  ($$'SliceThickness', '<>', '1'$$, 'PC007'), ($$'SliceThickness', '= 1 or 1 =', '1'$$, 'PC007'), ($$'SliceThickness', 'like', '1'$$, 'PC007'), ($$'PatientName', 'like', 'no such\'$$, 'PC007'),
  ($$'SliceThickness', '=', 'thick'$$, 'PC007'), ($$'StudyDate', '=', 'tomorrow week'$$, 'PC007'), ($$'SliceThickness', '=', null$$, 'PC007'),
  ($$'SliceThickness', '=', '1', '2'$$, 'PC007'), ($$'SliceThickness', 'between', '1'$$, 'PC007'), ($$'SliceThickness', '=', '1', max_rows => 0$$, 'PC082'),
  ($$'SliceThickness', '=', '1', max_rows => 1000001$$, 'PC082'), ($$'SliceThickness', '=', '1', max_rows => null$$, 'PC082')) r (arguments, code);
select unalike(pg_temp.words_of($$select * from pacs.instances_where('StudyDate', '=', 'Шевченко')$$), '%Шевченко%', 'A refusal does not repeat the value');
select is(pg_temp.found(format('%L, %L, %L', 'ConvolutionKernel', '=', text)), null, format('A value may be: %s', text))
  from unnest(array[$$' or true --$$, '%', '$1', '%s', '%I']) text;

select isnt_empty($$select * from pacs.instances_where('SliceThickness', '=', '0.6', on_behalf_of => 'Д-р Мельник')$$, 'Who asks for somebody');
set local session authorization demo_auditor;
select results_eq($$select event, actor, on_behalf_of, object_count >= 1, detail from pacs.audit_event where on_behalf_of = 'Д-р Мельник' order by id desc limit 1$$,
  $$values ('instances_found', 'demo_physician'::name, 'Д-р Мельник', true, '{"attribute": "SliceThickness", "operator": "="}'::jsonb)$$,
  'is in the trail, with the attribute and without the value');
reset session authorization;
grant execute on all functions in schema pacs to pacs_registrar, pacs_analyst, pacs_gateway;
select is(pg_temp.state_as(login, $$select * from pacs.instances_where('SliceThickness', '>', '0')$$), '42501',
  format('%s sees no instance, even if the function is given to it', login)) from unnest(array['demo_registrar'::name, 'demo_analyst', 'demo_gateway']) login;

select * from finish();
rollback;
