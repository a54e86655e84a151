-- Reports: filed with versions by the information system, read from objects, seen by those who may see the study.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(100);

-- Content items as attributes of pg_temp.data_set.
create function pg_temp.code(meaning text, value text default '1', scheme text default 'DCM') returns jsonb language sql as
  $$ select jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('00080100', array['SH', value], '00080102', array['SH', scheme], '00080104', array['LO', meaning]))) $$;
create function pg_temp.item(type text, concept text, content jsonb default '{}') returns jsonb language sql as
  $$ select jsonb_strip_nulls(jsonb_build_object('0040A010', array['CS', 'CONTAINS'], '0040A040', array['CS', type],
       '0040A043', case when concept is not null then pg_temp.code(concept) end)) || content $$;
create function pg_temp.words(concept text, value text) returns jsonb language sql as
  $$ select pg_temp.item('TEXT', concept, jsonb_build_object('0040A160', array['UT', value])) $$;
create function pg_temp.inside(variadic items jsonb[]) returns jsonb language sql as
  $$ select jsonb_build_object('0040A730', jsonb_build_array('SQ', to_jsonb(items))) $$;
create function pg_temp.outline(variadic items jsonb[]) returns text language sql as
  $$ select pacs_internal.sr_outline(pg_temp.header(pg_temp.inside(variadic items)) #> '{0040A730,Value}') $$;
create function pg_temp.send(study text, instance text, changes jsonb) returns text language sql as
  $$ select (pg_temp.ingest(pg_temp.image(study, instance, instance, '{"00080060": ["CS", "SR"], "7FE00010": null, "00080023": ["DA", "20240312"], "00080033": ["TM", "1015"]}'
       || changes), sop_class_uid => changes #>> '{00080016,1}')).outcome $$;
create function pg_temp.report(title text, changes jsonb default '{}', class_uid text default '1.2.840.10008.5.1.4.1.1.88.33') returns jsonb language sql as
  $$ select jsonb_build_object('00080016', array['UI', class_uid], '0040A040', array['CS', 'CONTAINER'], '0040A043', pg_temp.code(title)) || changes $$;
create function pg_temp.of(instance text) returns pacs.report language sql stable
  return (select r from pacs.report r where r.sop_instance_uid = pg_temp.instance_uid(instance));

-- Structured reports as text ------------------------------------------------------------------------------------
select is(pg_temp.outline(item), line, format('%s is a line', coalesce(replace(line, E'\n', '/'), 'Nothing'))) from (values
  (pg_temp.words('Висновок', 'без змін'), 'Висновок: без змін'),
  (pg_temp.words('Опис', E'a\r\nb\rc'), E'Опис: a\nb\nc'),
  (pg_temp.words(null, 'no name'), 'no name'),
  (pg_temp.words('Опис', 'a\b'), 'Опис: a\b'),
  (pg_temp.item('TEXT', 'Empty'), 'Empty'),
  (pg_temp.item('CODE', 'Finding', jsonb_build_object('0040A168', pg_temp.code('Mass'))), 'Finding: Mass'),
  (pg_temp.item('NUM', 'Діаметр', jsonb_build_object('0040A300', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('0040A30A', array['DS', '16'], '004008EA', pg_temp.code('мм', 'mm')))))), 'Діаметр: 16 мм'),
  (pg_temp.item('NUM', 'Ratio', jsonb_build_object('0040A300', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('0040A30A', array['DS', '0.5'], '004008EA', pg_temp.code('no units', '1')))))), 'Ratio: 0.5'),
  (pg_temp.item('NUM', 'Ratio', jsonb_build_object('0040A300', '["SQ", []]'::jsonb, '0040A301', pg_temp.code('Measurement failure', '114008'))), 'Ratio: Measurement failure'),
  (pg_temp.item('PNAME', 'Observer', '{"0040A123": ["PN", "Мельник^Леся"]}'), 'Observer: Мельник Леся'),
  (pg_temp.item('PNAME', 'Observer', '{"0040A123": ["PN", "=山田^太郎"]}'), 'Observer: 山田 太郎'),
  (pg_temp.item('DATETIME', 'Begun', '{"0040A120": ["DT", "20240312101500.5+0200"]}'), 'Begun: 2024-03-12 10:15:00.5+0200'),
  (pg_temp.item('DATE', 'Day', '{"0040A121": ["DA", "20240312"]}'), 'Day: 2024-03-12'),
  (pg_temp.item('DATE', 'Day', '{"0040A121": ["DA", "soon"]}'), 'Day: soon'),
  (pg_temp.item('TIME', 'At', '{"0040A122": ["TM", "101500"]}'), 'At: 10:15:00'),
  (pg_temp.item('UIDREF', 'Tracking', '{"0040A124": ["UI", "1.2.3"]}'), 'Tracking: 1.2.3'),
  (pg_temp.item('IMAGE', null, '{"00081199": ["SQ", [{"00081155": ["UI", "1.2.3"]}]]}'), 'IMAGE 1.2.3'),
  (pg_temp.item('SCOORD', 'Region'), 'Region: SCOORD'),
  (pg_temp.item('CONTAINER', null), null),
  ('{"0040A010": ["CS", "INFERRED FROM"], "0040DB73": ["UL", "\\x0100000001000000"]}', null),
  ('{}', null),
  (pg_temp.words('Long', repeat('я', 10000)), 'Long: [a long text: it stands in the object itself]'),
  (pg_temp.words('Bell', E'a\x07\x1b[31mb'), 'Bell: a[31mb')) i (item, line);
select is(pg_temp.outline(pg_temp.item('CONTAINER', 'Опис', pg_temp.inside(pg_temp.words('Легені', E'чисті\nз обох боків') || pg_temp.inside(pg_temp.words('Джерело', 'КТ')), pg_temp.words('Серце', 'норма'))), pg_temp.words('Висновок', 'норма')),
  E'Опис\n  Легені: чисті\n  з обох боків\n    Джерело: КТ\n  Серце: норма\nВисновок: норма', 'Items inside others stand below them, indented');
select is(pacs_internal.sr_outline(content), null, format('%s says nothing', coalesce(content::text, 'null'))) from (values
  (null::jsonb), ('[]'), ('{}'), ('"x"'), ('[null]'), ('[[]]'), ('[{"0040A730": {"vr": "SQ"}}]'), ('[{"0040A730": {"Value": "x"}}]')) c (content);
select is((select cardinality(string_to_array(pacs_internal.sr_outline((select jsonb_agg(item) from (
    select pg_temp.header(pg_temp.words('A', 'b')) as item from generate_series(1, 20)) i), max_items => 5), E'\n'))), 6, 'It is cut at a number of items, and says so');
select ok(length(pacs_internal.sr_outline((select jsonb_agg(item) from (
    select pg_temp.header(pg_temp.words('A', repeat(E'\n', 1000))) as item from generate_series(1, 20)) i), max_characters => 5000)) < 5100, 'and at a number of characters');
select ok(length(pacs_internal.sr_outline((select jsonb_agg(item) from (
    select pg_temp.header(pg_temp.words('A', 'b') || pg_temp.inside(pg_temp.words('C', repeat('d', 1000)))) as item from generate_series(1, 20)) i), max_copied => 10000)) < 11000, 'and at what is copied');
create function pg_temp.nested(levels int) returns jsonb language plpgsql as $$
declare
  item jsonb := pg_temp.header(pg_temp.words('Deep', 'down'));
begin
  for i in 2 .. levels loop
    item := jsonb_build_object('0040A730', jsonb_build_object('vr', 'SQ', 'Value', jsonb_build_array(item)));
  end loop;
  return jsonb_build_array(item);
end
$$;
select is(ltrim(pacs_internal.sr_outline(pg_temp.nested(257))), 'Deep: down', 'It is read as deep as a header can be');

-- Objects that are reports --------------------------------------------------------------------------------------
create function pg_temp.predecessor(instance text) returns jsonb language sql as
  $$ select jsonb_build_object('0040A360', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('00081115', jsonb_build_array('SQ', jsonb_build_array(
       jsonb_build_object('00081199', jsonb_build_array('SQ', jsonb_build_array(jsonb_build_object('00081155', array['UI', pg_temp.instance_uid(instance)]))))))))) ) $$;
set local session authorization demo_gateway;
select is(pg_temp.send(study, instance, changes), 'stored', words) from (values
  ('A report comes', '1', '1', pg_temp.report('Протокол', '{"0040A491": ["CS", "COMPLETE"], "0040A493": ["CS", "VERIFIED"], "0040A073": ["SQ", [{"0040A075": ["PN", "Мельник^Леся"]}, {"0040A075": ["PN", "Коваль^Іван"]}]],
     "0040A078": ["SQ", [{"0040A123": ["PN", "Інтерн"]}]], "00080201": ["SH", "+0200"]}' || pg_temp.inside(pg_temp.words('Висновок', 'норма')))),
  ('a later one that takes its place', '1', '2', pg_temp.report('Протокол', '{"0040A491": ["CS", "COMPLETE"], "0040A493": ["CS", "UNVERIFIED"], "0040A078": ["SQ", [{"0040A123": ["PN", "Інтерн"]}]]}' || pg_temp.predecessor('1'))),
  ('a PDF', '1', '3', '{"00080016": ["UI", "1.2.840.10008.5.1.4.1.1.104.1"], "00080060": ["CS", "DOC"], "00420010": ["ST", "Протокол катетеризації"], "00420011": ["OB", "\\x255044462d"]}' || jsonb_build_object('0040A043', pg_temp.code('Cardiac catheterization'))),
  ('a report that names itself', '1', '4', pg_temp.report('Circle', '{"0040A491": ["CS", "PARTIAL"], "0040A493": ["CS", "VERIFIED"], "00080023": ["DA", "never"], "00080201": ["SH", "+9999"]}' || pg_temp.predecessor('4')
     || pg_temp.inside(pg_temp.item('PNAME', 'Observer', '{"0040A123": ["PN", "Сам"]}') || jsonb_build_object('0040A043', pg_temp.code('Person Observer Name', '121008'))), '1.2.840.10008.5.1.4.1.1.88.11')),
  ('a dose report', '1', '5', pg_temp.report('Dose', jsonb_build_object('0040A043', pg_temp.code('X-Ray Radiation Dose Report', '113701')), '1.2.840.10008.5.1.4.1.1.88.22')),
  ('key objects', '1', '6', pg_temp.report('Of Interest', class_uid => '1.2.840.10008.5.1.4.1.1.88.59')),
  ('an image', '1', '7', '{"00080016": ["UI", "1.2.840.10008.5.1.4.1.1.7"]}'),
  ('a report of another study', '2', '8', pg_temp.report('Other', '{"0040A496": ["CS", "PRELIMINARY"], "0040A493": ["CS", "VERIFIED"]}' || pg_temp.predecessor('1')))) o (words, study, instance, changes);
select is(pg_temp.send('3', '9', pg_temp.report('Deep', (select jsonb_build_object('0040A730', jsonb_build_array('SQ', '[]'::jsonb))))), 'stored', 'a report without content');
reset session authorization;
select set_eq(format('select sop_instance_uid from pacs.report where study_instance_uid = %L', pg_temp.study_uid('1')),
  array[pg_temp.instance_uid('1'), pg_temp.instance_uid('2'), pg_temp.instance_uid('3'), pg_temp.instance_uid('4')], 'Dose, key objects and images are no reports');
select is(row((pg_temp.of(instance)).source, (pg_temp.of(instance)).status, (pg_temp.of(instance)).author, (pg_temp.of(instance)).title, (pg_temp.of(instance)).body)::text, expected,
  format('%s: %s', instance, expected)) from (values
  ('1', '(sr,final,"Мельник Леся; Коваль Іван",Протокол,"Висновок: норма")'), ('2', '(sr,preliminary,Інтерн,Протокол,)'),
  ('3', '(pdf,unknown,,"Протокол катетеризації",)'), ('4', '(sr,partial,Сам,Circle,"Person Observer Name: Сам")'), ('8', '(sr,preliminary,,Other,)'), ('9', '(sr,unknown,,Deep,)')) e (instance, expected);
select is((pg_temp.of('3')).document_type, 'Cardiac catheterization', 'A PDF says of what type it is');
select is((pg_temp.of('1')).made_at, timestamptz '2024-03-12 08:15Z', 'The time is in the zone that the report names');
select is((pg_temp.of('2')).made_at, timestamp '2024-03-12 10:15' at time zone pacs_internal.setting('time_zone'), 'or in the hospital''s');
select is((pg_temp.of('4')).made_at, null, 'A date that is none is none');
select is((pg_temp.of('1')).superseded_by, pg_temp.instance_uid('2'), 'A report says which one of its study took its place');
select is((pg_temp.of('4')).superseded_by, null, 'never itself');
select is((pg_temp.of('1')).series_instance_uid, pg_temp.series_uid('1'), 'and names its series, for links');

-- Filed by the information system -------------------------------------------------------------------------------
set local session authorization demo_mis;
select report_id as first, version from pacs.attach_report(pg_temp.study_uid('1'), 'Попередньо: норма', 'Мельник Л.', 'preliminary', 'Dr Melnyk') \gset
select is(:version, 1, 'A report is filed');
select is((select row(report_id, version)::text from pacs.attach_report(pg_temp.study_uid('1'), 'Попередньо: норма', 'Мельник Л.', 'preliminary', 'Dr Melnyk')), row(:first::bigint, 1)::text, 'The same again is the same');
select is((select row(report_id, version)::text from pacs.attach_report(pg_temp.study_uid('1'), 'Норма', 'Мельник Л.', report_id => :first)), row(:first::bigint, 2)::text, 'A new version has the number of the report');
select is((select row(report_id, version)::text from pacs.attach_report(pg_temp.study_uid('1'), 'Норма', 'Мельник Л.', report_id => :first)), row(:first::bigint, 2)::text, 'once');
select is((select row(report_id, version)::text from pacs.attach_report(pg_temp.study_uid('1'), 'Попередньо: норма', 'Мельник Л.', 'preliminary', report_id => :first)), row(:first::bigint, 3)::text, 'What was said before may be said again');
select isnt((select report_id from pacs.attach_report(pg_temp.study_uid('2'), 'Норма', 'Мельник Л.')), :first::bigint, 'Another study has another report');
select report_id as linked from pacs.attach_report(pg_temp.study_uid('2'), link => 'https://mis.hospital.example:8443/report/7?lang=uk#top') \gset
set local session authorization demo_radiologist;
select report_id as paper from pacs.attach_report(pg_temp.study_uid('1'), pdf => '%PDF-1.4 … %%EOF'::text::bytea, title => 'Протокол') \gset
select lives_ok(format('select pacs.attach_report(%L, status => ''entered-in-error'', report_id => %s)', pg_temp.study_uid('1'), :first), 'A radiologist withdraws a report');
set local session authorization demo_physician;
select results_eq(format('select report_id, version, status, author, title, body, pdf from pacs.study_reports(%L) where source = ''mis'' order by 1', pg_temp.study_uid('1')),
  format($$values (%s::bigint, 4, 'entered-in-error', null::text, null::text, null::text, null::bytea), (%s, 1, 'final', null, 'Протокол', null, '%%PDF-1.4 … %%%%EOF'::text::bytea)$$, :first, :paper), 'A physician sees the newest versions');
select is((select count(*) from pacs.study_reports(pg_temp.study_uid('1')) where source in ('sr', 'pdf')), 4::bigint, 'beside those that came as objects');
select is((select link from pacs.study_reports(pg_temp.study_uid('2')) where report_id = :linked), 'https://mis.hospital.example:8443/report/7?lang=uk#top', 'and where another stands');
select set_eq(format('select version, status, body, filed_by, filed_on_behalf_of from pacs.report_versions(%s)', :first), $$values (4, 'entered-in-error', null, 'demo_radiologist'::name, null::text),
  (3, 'preliminary', 'Попередньо: норма', 'demo_mis', null), (2, 'final', 'Норма', 'demo_mis', null), (1, 'preliminary', 'Попередньо: норма', 'demo_mis', 'Dr Melnyk')$$, 'All versions stay, with who filed them');
reset session authorization;
set local role pacs_owner;
select is_empty('update pacs_data.report set body = body returning 1', 'Not even a definer changes a version');
select is_empty('delete from pacs_data.report returning 1', 'or takes one away');
reset role;
select bag_eq($$select event, actor, on_behalf_of, detail -> 'version', cardinality(study_ids) from pacs_data.audit_event where event like 'report%' and at >= now()$$,
  $$values ('report_filed', 'demo_mis'::name, 'Dr Melnyk', '1'::jsonb, 1), ('report_filed', 'demo_mis', null, '2', 1), ('report_filed', 'demo_mis', null, '3', 1), ('report_filed', 'demo_mis', null, '1', 1), ('report_filed', 'demo_mis', null, '1', 1),
    ('report_filed', 'demo_radiologist', null, '1', 1), ('report_filed', 'demo_radiologist', null, '4', 1), ('reports_read', 'demo_physician', null, null, 1), ('reports_read', 'demo_physician', null, null, 1), ('reports_read', 'demo_physician', null, null, 1),
    ('report_versions_read', 'demo_physician', null, null, 1)$$, 'All of it is in the trail');

-- What is refused -----------------------------------------------------------------------------------------------
set local session authorization demo_mis;
select throws_ok(format('select pacs.attach_report(%L, %s)', pg_temp.study_uid('1'), arguments), state, reason, format('%s: %s', left(arguments, 60), reason)) from (values
  ('null', 'PC095', 'body, pdf or link is needed'), ($$null, status => 'cancelled'$$, 'PC095', 'body, pdf or link is needed'),
  ($$E' \n '$$, 'PC095', 'body: nothing but blanks'), ($$'x', ''$$, 'PC095', 'author: nothing but blanks'), ($$E'a\x07'$$, 'PC095', 'body: a control character'), ($$'x', title => E'a\nb'$$, 'PC095', 'title: a control character'),
  ($$'x', repeat('я', 257)$$, 'PC095', 'author: longer than 256 characters'), ($$repeat('я', 8388609)$$, 'PC095', 'body, pdf: more bytes than the setting report_max_bytes'),
  ($$'x', status => 'done'$$, 'PC095', 'status: one of DiagnosticReport.status of FHIR'), ($$'x', status => null$$, 'PC095', 'status: one of DiagnosticReport.status of FHIR'),
  ($$pdf => ''$$, 'PC095', 'pdf: no whole PDF file'), ($$pdf => 'MZ%PDF-1.4 %%EOF'$$, 'PC095', 'pdf: no whole PDF file'), ($$pdf => '%PDF-1.4 cut'$$, 'PC095', 'pdf: no whole PDF file'),
  ($$link => 'http://mis.example/'$$, 'PC095', null), ($$link => 'javascript:alert(1)'$$, 'PC095', null), ($$link => 'https://mis.example@evil.example/'$$, 'PC095', null), ($$link => 'https://mis.example/"><script>'$$, 'PC095', null),
  ($$link => E'https://mis.example/\nx'$$, 'PC095', null), ($$link => 'https:///x'$$, 'PC095', null), ($$link => 'https://mis.example/' || repeat('a', 2048)$$, 'PC095', null),
  ($$'x', report_id => -1$$, 'PC096', 'the study has no report of this number'), (format($$'x', report_id => %s$$, :linked), 'PC096', 'the study has no report of this number')) r (arguments, state, reason);
select throws_ok($$select pacs.attach_report('1.2.3', 'x')$$, 'PC045', null, 'There must be a study');
select throws_ok($$select pacs.attach_report(null, 'x')$$, 'PC045', null, 'one that is named');
select throws_ok($$select * from pacs.study_reports('1.2.3')$$, 'PC045', null, 'also to read');
select throws_ok($$select * from pacs.report_versions(-1)$$, 'PC096', null, 'and a report');
reset session authorization;
select is(pg_temp.state_as('demo_operator', $$update pacs.setting set value = '1' where name = 'report_max_bytes'$$), '23514', 'The bound has bounds');

select * from finish();
rollback;
