-- Points of evidence, learned from what persons confirmed.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(10);

delete from pacs_data.card_link;
delete from pacs_data.card;
create temp table device as
  with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title) values ('dimse', 'CT1', 'PGPACS') returning id) select id from t;

-- A hundred patients. Consoles of this house never have the birth date right, and always the sex.
set local session authorization demo_card_feed;
select is((select count(*) from pacs.upsert_cards((
    select jsonb_agg(jsonb_build_object('card_number', n, 'card_year', 2026, 'surname', chr(1040 + n % 20) || chr(1072 + n / 4 % 25) || chr(1072 + n % 7) || 'енко',
      'given_name', (array['Тарас', 'Юрій', 'Андрій', 'Сергій', 'Василь'])[1 + n % 5], 'birth_date', date '1950-01-01' + n * 97, 'sex', case when n % 2 = 0 then 'M' else 'F' end,
      'admitted_at', timestamp '2026-01-01' + n * interval '1 day', 'discharged_at', timestamp '2026-01-05' + n * interval '1 day'))
    from generate_series(1, 100) n)) where outcome = 'added'), 100::bigint, 'Cards come');
reset session authorization;
create function pg_temp.send(n int, changes jsonb) returns void language plpgsql as $$
declare
  c pacs_data.card;
  bytes bytea;
begin
  select * into c from pacs_data.card where card_number = n::text;
  bytes := pg_temp.data_set(pg_temp.image('7' || n, '7' || n, '7' || n, jsonb_build_object('00100020', array['LO', n || '/2026'],
    '00100010', array['PN', c.patient_name], '00100030', array['DA', to_char(c.birth_date + 5000, 'YYYYMMDD')], '00100040', array['CS', c.sex],
    '00080020', array['DA', to_char(c.admitted_at, 'YYYYMMDD')], '00080050', array['SH', '']) || changes));
  perform pacs.ingest_instance(transfer_id => (select id from device), header => bytes, gaps => '{}',
    transfer_syntax_uid => '1.2.840.10008.1.2.1', sop_class_uid => '1.2.840.10008.5.1.4.1.1.7', sop_instance_uid => pg_temp.instance_uid('7' || n),
    store_id => 1::smallint, file_id => gen_random_uuid(), file_size => length(bytes) + 300, data_set_offset => 300, sha256 => sha256(bytes));
end
$$;
select count(*) from (select pg_temp.send(n, '{}') from generate_series(1, 60) n) x \g /dev/null

select is(pg_temp.state_as('demo_operator', 'select pacs.learn_link_weights(50)'), 'PC082', 'What no person has confirmed teaches nothing');
set local session authorization demo_registrar;
select count(*) from (select pacs.link_study(pg_temp.study_uid('7' || n), n::text, 2026) from generate_series(1, 60) n) x \g /dev/null
reset session authorization;
select is(pg_temp.state_as('demo_operator', 'select pacs.learn_link_weights(61)'), 'PC082', 'Nor do too few');
select is(pg_temp.state_as('demo_registrar', 'select pacs.learn_link_weights(50)'), '42501', 'An operator learns');

create temp table before as select * from pacs_data.link_weight;
set local session authorization demo_operator;
select cmp_ok((select count(*) from pacs.learn_link_weights(50)), '>', 30::bigint, 'Weights are learned');
reset session authorization;
create function pg_temp.points(e text, l text) returns real language sql as 'select points from pacs_data.link_weight where evidence = e and level = l';
create function pg_temp.was(e text, l text) returns real language sql as 'select points from before where evidence = e and level = l';
select cmp_ok(pg_temp.points('birth', 'differs')::numeric, '>', pg_temp.was('birth', 'differs')::numeric + 2, 'A birth date that is always wrong says less against a card');
select cmp_ok(pg_temp.points('birth', 'exact')::numeric, '<', pg_temp.was('birth', 'exact')::numeric, 'and the right one less for it');
select cmp_ok(pg_temp.points('sex', 'differs')::numeric, '<', pg_temp.was('sex', 'differs')::numeric - 1, 'A sex that is always right says more');
select is((select count(*) from pacs_data.link_weight w where abs(w.points) > 30), 0::bigint, 'Nothing proves by itself');
select ok(exists (select from pacs_data.audit_event where event = 'link_weight_changed' and at >= now()), 'Each change is in the trail');

select * from finish();
rollback;
