-- Radiation dose: from dose reports in whatever unit, from headers, and each event once.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(56);

select is(pacs_internal.in_unit(value, unit, wanted), expected, format('%s %s is %s %s', value, unit, coalesce(expected::text, 'no number of'), wanted)) from (values
  (1.5, 'Gy', 'mGy', 1500::numeric), (250, 'uGy', 'mGy', 0.25), (1.5, 'cGy', 'mGy', 15), (15, 'dGy', 'mGy', 1500), (2, 'mGy', 'mGy', 2),
  (0.412, 'Gy.cm', 'mGy.cm', 412), (4.12, 'mGy.m', 'mGy.cm', 412), (412, 'mGycm', 'mGy.cm', 412),
  (0.0000394, 'Gy.m2', 'Gy.cm2', 0.394), (39.4, 'uGy.m2', 'Gy.cm2', 0.394), (3.94, 'dGy.cm2', 'Gy.cm2', 0.394), (39.4, 'cGy.cm2', 'Gy.cm2', 0.394),
  (394, 'mGy.cm2', 'Gy.cm2', 0.394), (0.0394, 'mGy.m2', 'Gy.cm2', 0.394), (0.394, 'Gy.cm2', 'Gy.cm2', 0.394),
  (120000, 'V', 'kV', 120), (86000, 'uA.s', 'mA.s', 86), (0.086, 'A.s', 'mA.s', 86),
  (1, 'rad', 'mGy', null), (1, 'mGy', 'mGy.cm', null), (1, null, 'mGy', null)) u (value, unit, wanted, expected);

-- Content items as attributes of pg_temp.data_set.
create function pg_temp.code(value text) returns jsonb language sql as
  $$ select jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('00080100', array['SH', value], '00080102', array['SH', 'DCM'], '00080104', array['LO', 'meaning of ' || value]))) $$;
create function pg_temp.item(type text, concept text, content jsonb) returns jsonb language sql as
  $$ select jsonb_build_object('0040A010', array['CS', 'CONTAINS'], '0040A040', array['CS', type], '0040A043', pg_temp.code(concept)) || content $$;
create function pg_temp.container(concept text, variadic items jsonb[]) returns jsonb language sql as
  $$ select pg_temp.item('CONTAINER', concept, jsonb_build_object('0040A730', jsonb_build_array('SQ', to_jsonb(items)))) $$;
create function pg_temp.num(concept text, value text, unit text) returns jsonb language sql as
  $$ select pg_temp.item('NUM', concept, jsonb_build_object('0040A300', jsonb_build_array('SQ', jsonb_build_array(
       jsonb_build_object('0040A30A', array['DS', value], '004008EA', pg_temp.code(unit)))))) $$;
create function pg_temp.words(concept text, value text) returns jsonb language sql as
  $$ select pg_temp.item('TEXT', concept, jsonb_build_object('0040A160', array['UT', value])) $$;
create function pg_temp.uid(concept text, value text) returns jsonb language sql as
  $$ select pg_temp.item('UIDREF', concept, jsonb_build_object('0040A124', array['UI', value])) $$;
create function pg_temp.term(concept text, value text) returns jsonb language sql as
  $$ select pg_temp.item('CODE', concept, jsonb_build_object('0040A168', pg_temp.code(value))) $$;
create function pg_temp.moment(concept text, value text) returns jsonb language sql as
  $$ select pg_temp.item('DATETIME', concept, jsonb_build_object('0040A120', array['DT', value])) $$;
create function pg_temp.report(variadic items jsonb[]) returns jsonb language sql as
  $$ select jsonb_build_object('00080060', array['CS', 'SR'], '00080016', array['UI', '1.2.840.10008.5.1.4.1.1.88.67'], '7FE00010', null,
       '0040A040', array['CS', 'CONTAINER'], '0040A043', pg_temp.code('113701'), '0040A730', jsonb_build_array('SQ', to_jsonb(items))) $$;
create function pg_temp.scan(uid text, ctdi text, unit text) returns jsonb language sql as
  $$ select pg_temp.container('113819', pg_temp.words('125203', 'CHEST'), pg_temp.term('123014', 'T-D3000'), pg_temp.uid('113769', uid),
       pg_temp.container('113822', pg_temp.container('113831', pg_temp.num('113733', '120', 'kV'))),
       pg_temp.container('113829', pg_temp.num('113830', ctdi, unit), pg_temp.num('113838', '0.25', 'Gy.cm'))) $$;
create function pg_temp.send(study text, series text, instance text, changes jsonb) returns text language sql as
  $$ select (pg_temp.ingest(pg_temp.image(study, series, instance, changes), sop_class_uid => coalesce(changes #>> '{00080016,1}', '1.2.840.10008.5.1.4.1.1.7'))).outcome $$;
create function pg_temp.reversed(bytes bytea) returns bytea language sql as
  $$ select string_agg(substr(bytes, i, 1), '' order by i desc) from generate_series(1, length(bytes)) i $$;
create function pg_temp.ct(uid text, ctdi text) returns jsonb language sql as
  $$ select jsonb_strip_nulls(jsonb_build_object('00080060', array['CS', 'CT'], '00080008', array['CS', 'ORIGINAL\PRIMARY\AXIAL'], '00083010', case when uid is not null then array['UI', uid] end,
       '00189345', array['FD', '\x' || encode(pg_temp.reversed(float8send(ctdi::float8)), 'hex')], '00180060', array['DS', '100'], '00200012', array['IS', '1'],
       '00080022', array['DA', '20240312'], '00080032', array['TM', '1015'])) $$;

set local session authorization demo_gateway;
select is(pg_temp.send(study, series, instance, changes), 'stored', words) from (values
  ('A report of two scans comes', '1', '1', '1', pg_temp.report(pg_temp.moment('113809', '20240312101500+0200'), pg_temp.scan('1.2.3.1', '8.5', 'mGy'), pg_temp.scan('1.2.3.2', '0.0001', 'Gy'))),
  ('a longer one, which repeats a scan', '1', '1', '2', pg_temp.report(pg_temp.scan('1.2.3.2', '100', 'uGy'), pg_temp.scan('1.2.3.3', '7', 'rad'))),
  ('a slice of the first scan', '1', '2', '3', pg_temp.ct('1.2.3.1', '8.5')),
  ('a slice of a scan that no report tells of', '1', '3', '4', pg_temp.ct('1.2.3.9', '4')), ('another of it', '1', '3', '5', pg_temp.ct('1.2.3.9', '6')),
  ('its reconstruction', '1', '4', '6', pg_temp.ct('1.2.3.9', '5')),
  ('a slice that tells no event', '1', '5', '7', pg_temp.ct(null, '5')),
  ('a report of films in the units of the standard', '2', '6', '8', pg_temp.report(pg_temp.term('121058', '113704'), pg_temp.container('113706', pg_temp.uid('113769', '1.2.4.1'),
    pg_temp.moment('111526', '20240312111213.5'), pg_temp.num('122130', '0.0000394', 'Gy.m2'), pg_temp.num('113738', '0.0061', 'Gy'), pg_temp.num('113733', '78', 'kV'),
    pg_temp.num('113736', '86000', 'uA.s'), pg_temp.words('125203', 'CORONARY'), pg_temp.term('123014', 'T-32000')))
    || jsonb_build_object('0040A375', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('00081115', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('0020000E', array['UI', pg_temp.series_uid('7')])))))))),
  ('a film of the series that it names', '2', '7', '9', '{"00080060": ["CS", "XA"], "0018115E": ["DS", "3.94"]}'),
  ('a film of another', '2', '8', '10', '{"00080060": ["CS", "XA"], "0018115E": ["DS", "1.2"]}'),
  ('CT without a report', '3', '9', '11', pg_temp.ct(null, '3')), ('its second slice', '3', '9', '12', pg_temp.ct(null, '3')),
  ('its second scan', '3', '9', '13', pg_temp.ct(null, '9') || '{"00200012": ["IS", "2"]}'), ('a view made of it', '3', '9', '14', pg_temp.ct(null, '3') || '{"00080008": ["CS", "DERIVED\\SECONDARY"], "00200012": ["IS", "3"]}'),
  ('a film of a chest', '4', '10', '15', '{"00080060": ["CS", "DX"], "00180060": ["DS", "117"], "00181153": ["IS", "3200"], "00181152": ["IS", "3"], "0018115E": ["DS", "2.1"]}'),
  ('another', '4', '10', '16', '{"00080060": ["CS", "DX"], "00180060": ["DS", "117"], "00400302": ["US", "\\x0300"]}'),
  ('a mammogram', '4', '11', '17', '{"00080060": ["CS", "MG"], "00400316": ["DS", "0.0123"], "00408302": ["DS", "4.5"], "00181030": ["LO", "MLO"], "00180015": ["CS", "BREAST"]}'),
  ('a list of exposures', '5', '12', '18', '{"00080060": ["CS", "OT"], "0040030E": ["SQ", [{"00180060": ["DS", "120"], "00189345": ["FD", "\\x0000000000002440"]}, {"00180060": ["DS", "80"]}]]}'),
  ('a slice that it lists', '5', '13', '19', pg_temp.ct('1.2.5.1', '10')),
  ('a report of something else', '6', '14', '20', pg_temp.report(pg_temp.scan('1.2.3.1', '8.5', 'mGy')) || jsonb_build_object('0040A043', pg_temp.code('126000'))),
  ('an image that tells nothing of dose', '6', '15', '21', '{"00080060": ["CS", "CR"]}'),
  ('a sequence that is a text', '97', '97', '97', '{"00080060": ["CS", "CT"], "0040030E": ["LO", "x"]}'),
  ('a dose without end', '98', '98', '98', '{"00080060": ["CS", "MG"], "00408302": ["DS", "9E131070"]}'))
  o (words, study, series, instance, changes);
reset session authorization;

grant select on pacs.dose_event, pacs_data.study, pacs_data.series, pacs_data.instance to pacs_physician;
set local session authorization demo_physician;
select lives_ok(format('select * from pacs.dose_event where study_instance_uid = %L', pg_temp.study_uid(study)), format('hostile study %s is answered', study))
  from (values ('97'), ('98')) h (study);
create function pg_temp.events(study text, columns text) returns text[] language plpgsql as $$
declare
  result text[];
begin
  execute format('select array_agg(r order by r) from (select concat_ws('' '', %s) as r from pacs.dose_event where study_instance_uid = %L) e', columns, pg_temp.study_uid(study)) into result;
  return result;
end
$$;
select is(pg_temp.events('1', 'irradiation_event_uid, ctdi_vol, source'), '{1.2.3.1 8.5 rdsr,1.2.3.2 0.1 rdsr,1.2.3.3 rdsr,1.2.3.9 5 header}',
  'An event counts once: from a report by its UID, else once for all slices and reconstructions; a unit that nobody knows gives no number');
select is(row(e.modality, e.started_at, e.kvp, e.dlp, e.acquisition_protocol, e.target_region, e.series_instance_uid, e.sop_instance_uid)::text,
  row('CT', timestamp '2024-03-12 10:15', 120, 250, 'CHEST', 'meaning of T-D3000', pg_temp.series_uid('1'), pg_temp.instance_uid('1'))::text, 'A scan of a report is told whole')
  from pacs.dose_event e where e.irradiation_event_uid = '1.2.3.1' and study_instance_uid = pg_temp.study_uid('1');
select is(pg_temp.events('2', 'modality, irradiation_event_uid, started_at, kvp, exposure, dose_area_product, dose_rp, acquisition_protocol, target_region, source'),
  '{"XA 0.12 header","XA 1.2.4.1 2024-03-12 11:12:13.5 78 86 0.394 6.1 CORONARY meaning of T-32000 rdsr"}',
  'An image without the UID of its event counts where no report names its series');
select is(pg_temp.events('3', 'modality, ctdi_vol, kvp, started_at'), '{"CT 3 100 2024-03-12 10:15:00","CT 9 100 2024-03-12 10:15:00"}',
  'Slices of one acquisition are one event, and views made later none');
select is(pg_temp.events('4', 'modality, kvp, exposure, dose_area_product, entrance_dose, average_glandular_dose, acquisition_protocol, target_region'),
  '{"DX 117 3.2 0.21","DX 117 300","MG 4.5 1.23 MLO BREAST"}', 'Films are an event each, in one unit');
select is(pg_temp.events('5', 'modality, ctdi_vol, kvp, source'), '{"CT 10 120 header","OT 80 header"}', 'A list of exposures counts before slices');
select is(pg_temp.events('6', 'source'), null, 'What tells nothing of dose is no event');
select is((select count(*) from pacs.dose_event where study_instance_uid = '1.2.3'), 0::bigint, 'Nor is a study that is not there');

reset session authorization;
select is((select count(*) from (values
  ('{}'::jsonb), ('{"0040A043": {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["113701"]}}]}, "0040A730": {"vr": "SQ", "Value": [null, 1, {}, {"0040A043": 5}]}}')) h (header), pacs_internal.reported_irradiation(header)), 0::bigint,
  'A header that is none, or of another form, has no events');

grant select on pacs.dose_event to pacs_registrar;
grant select on all tables in schema pacs_data to pacs_registrar;
grant execute on all functions in schema pacs_internal to pacs_registrar;
set local session authorization demo_registrar;
select is_empty('select * from pacs.dose_event', 'Who was given the view and sees no studies gets no row');

select * from finish();
rollback;
