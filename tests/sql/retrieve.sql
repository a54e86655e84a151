-- Which files answer a request, by a link or with rights of one's own.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(40);

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes),
  ('00000000-0000-0000-0000-0000000000' || lpad(instance, 2, '0'))::uuid)).outcome, 'stored',
  format('Object %s comes', instance)) from (values
  ('1', '1', '10', '{"00200011": ["IS", "2"], "0008103E": ["LO", "Axial"]}'::jsonb),
    ('1', '1', '9', '{"00200011": ["IS", "2"], "0008103E": ["LO", "Axial"]}'),
  ('1', '2', '3', '{"00200011": ["IS", "1"], "00080060": ["CS", "CT"]}'),
    ('1', '3', '4', '{"00200011": null, "00200013": ["IS", "99999999999"]}'), ('2', '4', '5', '{}'),
    ('2', '1', '6', '{}')) o (study, series, instance, changes);
set local session authorization demo_mis;
select substring(url from '/v/(.*)$') as token from pacs.study_links(pg_temp.study_uid('1'), on_behalf_of => 'Д-р Мельник')
  where level = 'study' \gset

set local session authorization demo_gateway;
select results_eq(format('select * from pacs.retrieve_plan(%L, token => %L, peer => %L)', pg_temp.study_uid('1'), :'token',
  '10.0.0.1'),
  format($$select pg_temp.series_uid(series), pg_temp.instance_uid(instance), '1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.1.2.1', 1::smallint,
      ('00000000-0000-0000-0000-0000000000' || lpad(instance, 2, '0'))::uuid, size::bigint, 300, modality, number, description,
        instance_number
    from (values ('2', '3', %s, 'CT', 1, null, 3), ('1', '9', %s, 'OT', 2, 'Axial', 9), ('1', '10', %s, 'OT', 2, 'Axial', 10),
      ('3', '4', %s, 'OT', null, null, null)) v (series, instance, size, modality, number, description, instance_number)$$,
    300 + length(pg_temp.data_set(pg_temp.image('1', '2', '3', '{"00200011": ["IS", "1"], "00080060": ["CS", "CT"]}'))),
    300 + length(pg_temp.data_set(pg_temp.image('1', '1', '9', '{"00200011": ["IS", "2"], "0008103E": ["LO", "Axial"]}'))),
    300 + length(pg_temp.data_set(pg_temp.image('1', '1', '10', '{"00200011": ["IS", "2"], "0008103E": ["LO", "Axial"]}'))),
    300 + length(pg_temp.data_set(pg_temp.image('1', '3', '4', '{"00200011": null, "00200013": ["IS", "99999999999"]}')))),
  'A link gives the files of its study, in the order in which a person reads them');

-- The instances of a plan, and the SQLSTATE with which it is refused.
create function pg_temp.plan_of(login name, study text, series text, instance text, token text,
  role name default 'none') returns text language plpgsql as $$
declare
  numbers text;
begin
  execute format('set local session authorization %I', login);
  execute format('set local role %I', role);
  begin
    select string_agg(replace(instance_uid, pg_temp.instance_uid(''), ''), ' ') into numbers
      from pacs.retrieve_plan(study, series, instance, plan_of.token);
  exception when others then
    numbers := sqlstate;
  end;
  reset session authorization;
  return numbers;
end
$$;
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid(study), pg_temp.series_uid(series), pg_temp.instance_uid(instance),
  :'token'), expected,
    format('By a link to study 1, study %s, series %s, instance %s: %s', study, coalesce(series, 'any'),
      coalesce(instance, 'any'), expected))
  from (values ('1', null, null, '3 9 10 4'), ('1', '1', null, '9 10'), ('1', '1', '10', '10'), ('1', null, '10', '10'),
    ('1', '2', '10', 'PC045'), ('1', '4', null, 'PC045'), ('1', null, '5', 'PC045'),
    ('2', null, null, 'PC044'), ('2', '4', '5', 'PC044'), ('2', '1', '6', 'PC044'), ('99', null, null, 'PC044')) p (study, series,
      instance, expected);
select is(pg_temp.plan_of('demo_gateway', study, null, null, token), expected, description) from (values
  (pg_temp.study_uid('1'), '', 'PC040', 'An empty token opens nothing'),
  (pg_temp.study_uid('1'), repeat('A', 40), 'PC041', 'A token that is none opens nothing'),
  (null, :'token', 'PC044', 'A token without a study opens nothing'),
  ($$1' or true --$$, :'token', 'PC044', 'A study is never a part of a statement')) t (study, token, expected, description);
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid('1'), $$1' or true --$$, null, :'token'), 'PC045', 'nor is a series');
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid('1'), null, '%', :'token'), 'PC045', 'nor an instance');

select is(pg_temp.plan_of(login, pg_temp.study_uid('2'), null, null, null), '5 6', format('%s needs no link', login))
  from unnest(array['demo_mis', 'demo_physician', 'demo_radiologist']::name[]) login;
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid('2'), null, null, null, 'pacs_physician'), '5 6',
  'The daemon that acts for a physician needs none');
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid('2'), null, null, null), 'PC045',
  'The daemon by itself sees no study');
select is(pg_temp.plan_of('demo_physician', '1.2.3', null, null, null), 'PC045',
  'What is not there and what may not be seen look the same');
select is(pg_temp.plan_of('demo_physician', null, null, null, null), 'PC045', 'Without a study there is nothing');
grant execute on all functions in schema pacs to pacs_registrar, pacs_analyst;
select is(pg_temp.plan_of(login, pg_temp.study_uid('2'), null, null, null), 'PC045',
  format('%s sees no study, even if the function is given to it', login))
  from unnest(array['demo_registrar', 'demo_analyst']::name[]) login;
select is(pg_temp.state_as('demo_operator', format('select pacs.revoke_links(%L)', pg_temp.study_uid('1'))), null,
  'When the link is taken back');
select is(pg_temp.plan_of('demo_gateway', pg_temp.study_uid('1'), null, null, :'token'), 'PC043', 'it gives no files any more');

-- A template of 10 MB that does not compress: to read it for each of 500 instances would take half a minute.
reset session authorization;
update pacs_data.series se set template = se.template || (
    select jsonb_object_agg('0019' || to_hex(4096 + i), jsonb_build_object('vr', 'LT', 'Value', jsonb_build_array(noise)))
    from (select i, string_agg(md5(i || ' ' || k), '') as noise
          from generate_series(1, 1000) i, generate_series(1, 320) k group by i) n)
  where se.series_instance_uid = pg_temp.series_uid('4');
insert into pacs_data.instance (series_id, transfer_id, file_size, file_id, store_id, data_set_offset, sop_instance_uid,
    sop_class_uid, transfer_syntax_uid, sha256, difference)
  select se.id, 1, 1, gen_random_uuid(), 1, 300, pg_temp.instance_uid('4.' || i), '1.2.840.10008.5.1.4.1.1.7',
    '1.2.840.10008.1.2.1', '\x00', case when i % 2 = 0 then jsonb_build_object('00200013', 1000 - i) else '{}' end
  from pacs_data.series se, generate_series(1, 500) i where se.series_instance_uid = pg_temp.series_uid('4');
select clock_timestamp() as began \gset
set local session authorization demo_physician;
select is(array_agg(instance_number order by n), (select array_agg(number order by number) from (
      select 5 as number from generate_series(0, 500, 2) union all select generate_series(500, 998, 2)) e),
    'Each instance of a series with a large template has its own number, or its template''s')
  from (select instance_number, row_number() over () as n
        from pacs.retrieve_plan(pg_temp.study_uid('2'), pg_temp.series_uid('4'))) p;
select is(count(*), 503::bigint, 'and a link of its own') from pacs.study_links(pg_temp.study_uid('2'));
reset session authorization;
select cmp_ok(clock_timestamp() - :'began'::timestamptz, '<', interval '2 seconds', 'in little time');

set local session authorization demo_auditor;
select results_eq($$select is_success, actor, on_behalf_of, peer, object_count, cardinality(study_ids), detail from pacs.audit_event where event = 'instances_retrieved' order by id limit 1$$,
  $$values (true, 'demo_gateway'::name, 'Д-р Мельник', '10.0.0.1'::inet, 4::bigint, 1, '{"role": "demo_mis"}'::jsonb)$$,
    'What was read is in the trail: by whom, for whom, from where, how much');
select results_eq($$select actor, on_behalf_of, object_count, detail from pacs.audit_event where event = 'instances_retrieved' order by id desc offset 1 limit 2$$,
  $$values ('pacs_physician'::name, null, 2::bigint, '{"role": "pacs_physician"}'::jsonb), ('demo_radiologist', null, 2, '{"role": "demo_radiologist"}')$$, 'also without a link');
reset session authorization;

select * from finish();
rollback;
