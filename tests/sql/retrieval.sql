-- C-MOVE and C-GET: what is sent, to whom, and that the trail has it.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(66);

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes),
  ('00000000-0000-0000-0000-0000000000' || lpad(instance, 2, '0'))::uuid)).outcome, 'stored',
  format('Object %s comes', instance)) from (values
  ('1', '1', '10', '{"00100020": ["LO", "P1"], "00200011": ["IS", "2"], "00200013": ["IS", "10"]}'::jsonb),
  ('1', '1', '9', '{"00100020": ["LO", "P1"], "00200011": ["IS", "2"], "00200013": ["IS", "9"]}'),
  ('1', '2', '3', '{"00100020": ["LO", "P1"], "00200011": ["IS", "1"]}'),
  ('2', '4', '5', '{"00100020": ["LO", "P1"], "00100021": ["LO", "WARD"]}'),
  ('3', '5', '6', '{"00100020": ["LO", "P2"]}'),
  ('4', '6', '7', '{"00100020": null}')) o (study, series, instance, changes);
reset session authorization;

select coalesce(max(id), 0) as last_event from pacs_data.audit_event \gset

-- An identifier of a level and keys: patients (p) by ID, studies (s), series (e) and instances (i) by number.
create function pg_temp.identifier(level text, keys jsonb default '{}') returns jsonb language sql as $$
  select jsonb_object_agg(tag, jsonb_build_object('vr', 'UI', 'Value', list))
  from (select '00080052' as tag, jsonb_build_array(level) as list
        union all
        select k.tag, (select jsonb_agg(k.prefix || v) from jsonb_array_elements_text(keys -> k.key) v)
        from (values ('p', '00100020', ''), ('w', '00100021', ''), ('s', '0020000D', pg_temp.study_uid('')),
          ('e', '0020000E', pg_temp.series_uid('')), ('i', '00080018', pg_temp.instance_uid(''))) k (key, tag, prefix)
        where keys ? k.key) a
$$;
create function pg_temp.plan_of(login name, identifier jsonb, model text default 'study', role name default 'none',
  max_rows bigint default 100) returns text language plpgsql as $$
declare
  numbers text;
begin
  execute format('set local session authorization %I', login);
  execute format('set local role %I', role);
  begin
    select string_agg(replace(sop_instance_uid, pg_temp.instance_uid(''), ''), ' ') into numbers
      from pacs.plan_retrieval(identifier, model, max_rows => plan_of.max_rows);
  exception when others then
    numbers := sqlstate;
  end;
  reset session authorization;
  return numbers;
end
$$;

select is(pg_temp.plan_of('demo_physician', pg_temp.identifier(level, keys), model), expected,
    format('%s root, %s level, %s: %s', model, level, keys, coalesce(expected, 'nothing')))
  from (values
    ('patient', 'PATIENT', '{"p": ["P1"]}'::jsonb, '3 9 10 5'), ('patient', 'PATIENT', '{"p": ["P1"], "w": ["WARD"]}', '5'),
    ('patient', 'PATIENT', '{"p": ["P1", "P2"]}', '3 9 10 5 6'), ('patient', 'PATIENT', '{"p": ["P"]}', null),
    ('patient', 'PATIENT', '{"p": ["P*"]}', null), ('patient', 'STUDY', '{"p": ["P1"], "s": ["1"]}', '3 9 10'),
    ('patient', 'STUDY', '{"p": ["P2"], "s": ["1"]}', null), ('patient', 'STUDY', '{"s": ["1"]}', '3 9 10'),
    ('study', 'STUDY', '{"s": ["1"]}', '3 9 10'), ('study', 'STUDY', '{"s": ["3", "1", "1", "99"]}', '3 9 10 6'),
    ('study', 'STUDY', '{"s": ["4"]}', '7'), ('study', 'SERIES', '{"s": ["1"], "e": ["1"]}', '9 10'),
    ('study', 'SERIES', '{"e": ["2", "4"]}', '3 5'), ('study', 'SERIES', '{"s": ["2"], "e": ["1"]}', null),
    ('study', 'IMAGE', '{"s": ["1"], "e": ["1"], "i": ["10"]}', '10'), ('study', 'IMAGE', '{"i": ["10", "5", "9"]}', '9 10 5'),
    ('study', 'IMAGE', '{"s": ["2"], "i": ["10"]}', null), ('study', 'IMAGE', '{"e": ["2"], "i": ["10"]}', null),
    ('study', 'STUDY', '{"s": ["99"]}', null), ('study', 'STUDY', '{"s": ["1"], "e": [""]}', 'PC051')) p (model, level, keys, expected);

-- What does not match the SOP class (PS3.4 C.4.2.1.5: A900).
select is(pg_temp.plan_of('demo_physician', pg_temp.identifier(level, keys), model), 'PC051',
    format('%s root, level «%s», %s: A900', model, level, keys))
  from (values ('study', 'PATIENT', '{"p": ["P1"]}'::jsonb), ('study', 'FRAME', '{"s": ["1"]}'), ('study', 'study', '{"s": ["1"]}'),
    ('study', null, '{"s": ["1"]}'), ('study', 'STUDY', '{}'), ('study', 'STUDY', '{"p": ["P1"]}'),
    ('study', 'SERIES', '{"s": ["1"]}'), ('study', 'IMAGE', '{"s": ["1"], "e": ["1"]}'),
    ('patient', 'PATIENT', '{"p": [""]}'), ('patient', 'PATIENT', '{"p": ["P1"], "s": ["1"]}'),
    ('study', 'STUDY', '{"s": ["1"], "i": ["10"]}'), ('study', 'STUDY', '{"s": ["*"]}')) p (model, level, keys);
select is(pg_temp.plan_of('demo_physician', identifier), 'PC051', format('%s: A900', coalesce(identifier::text, 'null')))
  from unnest(array[null, '{}', '[]', '"STUDY"', '{"00080052": "STUDY"}',
    '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "0020000D": {"vr": "UI", "Value": "1.2"}}',
    '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "0020000D": {"vr": "UI", "Value": [1.2]}}',
    '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "0020000D": {"vr": "UI", "Value": [[]]}}']::jsonb[]) identifier;
select is(pg_temp.plan_of('demo_physician', pg_temp.identifier('STUDY', '{"s": ["1"]}'), max_rows => 2), 'PC054',
  'More objects than the limit: A701');
select is(pg_temp.plan_of('demo_physician', pg_temp.identifier('STUDY', '{"s": ["1"]}'), max_rows => 3), '3 9 10',
  'as many as the limit are sent');

-- Rights.
select is(pg_temp.plan_of('demo_gateway', pg_temp.identifier('STUDY', '{"s": ["3"]}'), role => 'pacs_physician'), '6',
  'The daemon that acts for a physician sends what he may see');
grant execute on all functions in schema pacs to pacs_registrar, pacs_analyst, pacs_gateway;
select is(pg_temp.plan_of(login, pg_temp.identifier('STUDY', '{"s": ["3"]}')), '42501', format('%s sends nothing', login))
  from unnest(array['demo_gateway', 'demo_registrar', 'demo_analyst']::name[]) login;

-- Destinations.
delete from pacs_data.remote_ae;
insert into pacs_data.remote_ae (ae_title, host, port, is_enabled, transfer_syntaxes, certificate_sha256) values
  ('SINK', '10.0.0.0/8', 104, true, '{}', null), ('SINK', '10.1.1.1', 105, true, '{1.2.840.10008.1.2,1.2.840.10008.1.2.1}', sha256('x')),
  ('NET', '10.0.0.0/8', 104, true, '{}', null), ('SHUT', '10.1.1.2', 104, false, '{}', null), ('MUTE', '10.1.1.3', null, true, '{}', null);
set local session authorization demo_gateway;
select results_eq($$select * from pacs.find_destination('SINK')$$,
  $$values ('10.1.1.1'::inet, 105, true, sha256('x'), '{1.2.840.10008.1.2,1.2.840.10008.1.2.1}'::text[])$$,
  'A destination is a row with a port and a single address; one with a certificate is called over TLS, though its row does not say so');
select throws_ok(format('select pacs.find_destination(%L)', title), 'PC053', null, format('«%s» is no destination: A801', title))
  from unnest(array['NET', 'SHUT', 'MUTE', 'NOBODY', 'sink', '', null]) title;
select lives_ok($$select pacs.record_retrieval(7, 'SINK', 3, 1, 2, 0, 'refused with status A700')$$, 'How it ended is told');

set local session authorization demo_auditor;
select results_eq(format($$select is_success, object_count, transfer_id, detail from pacs.audit_event where event = 'instances_sent' and id > %s$$, :last_event),
  $$values (false, 4::bigint, 7::bigint, '{"destination": "SINK", "warning": 1, "failed": 2, "remaining": 0, "reason": "refused with status A700"}'::jsonb)$$,
  'and stands in the trail');
select results_eq(format($$select actor, object_count, cardinality(study_ids), detail from pacs.audit_event where event = 'instances_retrieved' and id > %s order by id limit 1$$, :last_event),
  $$values ('demo_physician'::name, 4::bigint, 2, '{"role": "demo_physician", "level": "PATIENT"}'::jsonb)$$, 'as what was asked for does');

-- A list of 100,000 UIDs.
reset session authorization;
insert into pacs_data.instance (series_id, transfer_id, file_size, file_id, store_id, data_set_offset, sop_instance_uid,
    sop_class_uid, transfer_syntax_uid, sha256, difference)
  select se.id, 1, 1, gen_random_uuid(), 1, 300, pg_temp.instance_uid('4.' || i), '1.2.840.10008.5.1.4.1.1.7',
    '1.2.840.10008.1.2.1', '\x00', jsonb_build_object('00200013', i)
  from pacs_data.series se, generate_series(1, 2000) i where se.series_instance_uid = pg_temp.series_uid('4');
select pg_temp.identifier('IMAGE', jsonb_build_object('i', (select jsonb_agg('4.' || i) from generate_series(1, 100000) i)))
  as images \gset
select pg_temp.identifier('STUDY', jsonb_build_object('s',
  (select jsonb_agg(case i when 7 then '1' else '4.' || i end) from generate_series(1, 100000) i))) as studies \gset
select clock_timestamp() as began \gset
set local session authorization demo_physician;
select is((select count(*) from pacs.plan_retrieval(:'images')), 2000::bigint, 'A list of 100,000 UIDs of which 2,000 are here');
select is((select count(*) from pacs.plan_retrieval(:'studies')), 3::bigint, 'a list of 100,000 studies of which one is here');
reset session authorization;
select cmp_ok(clock_timestamp() - :'began'::timestamptz, '<', interval '10 seconds', 'in little time');

select * from finish();
rollback;
