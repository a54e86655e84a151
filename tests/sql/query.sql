-- find_studies: what is found, by whom, and that no argument is ever a part of a statement.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(178);

delete from pacs_data.study where study_instance_uid like '1.2.826.0.1.3680043.10.1.1.%';
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(n, n, n, changes))).outcome, 'stored', format('Study %s comes', n)) from (values
  ('1', '{}'::jsonb),
  ('2', '{"00100010": ["PN", "ШЕВЧЕНКО^Олена"], "00080020": ["DA", "20240313"], "00100021": ["LO", "ISSUER"], "00100020": ["LO", "P1"], "00080060": ["CS", "CT"]}'),
  ('3', '{"00100010": ["PN", "Шевчук^Іван"], "00080020": ["DA", "20240101"], "00080060": ["CS", "MR"]}'),
  ('4', '{"00100010": ["PN", "100%_Sure^Test"], "00080020": ["DA", "20230101"]}'),
  ('5', '{"00100010": ["PN", "O''Neil^Pat"], "00080020": ["DA", "20230102"]}'),
  ('6', '{"00100010": null, "00080020": null}'),
  ('7', '{"00100010": ["PN", "Yamada^Tarou=山田^太郎=やまだ^たろう"], "00080020": ["DA", "20230103"]}')) s (n, changes);
set local session authorization demo_physician;

-- The numbers of the studies that a query finds, in its order.
create function pg_temp.found(arguments text) returns text language plpgsql as $$
declare
  numbers text;
begin
  execute format('select string_agg(replace(f.study_instance_uid, %L, ''''), '' '' order by n)
                  from (select study_instance_uid, row_number() over () as n from pacs.find_studies(%s)) f
                  where f.study_instance_uid like %L', pg_temp.study_uid(''), arguments, pg_temp.study_uid('%')) into numbers;
  return numbers;
end
$$;

select is(pg_temp.found(arguments), expected, format('find_studies(%s) finds %s', arguments, coalesce(expected, 'nothing')))
  from (values
  ('', '2 1 3 7 5 4 6'),
  ('patient_id => ''P1''', '2 1'), ('patient_id => ''p1''', null), ('patient_id => ''P''', null),
  ('patient_id => ''P1'', issuer => ''ISSUER''', '2'), ('patient_id => ''P1'', issuer => ''''', '1'),
    ('issuer => ''ISSUER''', '2'),
  ('patient_name => ''Шевченко''', '2 1'), ('patient_name => ''шевченко''', '2 1'), ('patient_name => ''Шевч''', null),
  ('patient_name => ''ШЕВЧЕНКО^тарас''', '1'), ('patient_name => '' шевченко  тарас ''', '1'),
    ('patient_name => ''тарас''', null),
  ('patient_name => ''Шев*''', '2 1 3'), ('patient_name => ''шевч?к*''', '3'), ('patient_name => ''*тарас''', '1'),
    ('patient_name => ''*ев*а*''', '2 1 3'),
  ('patient_name => ''?евчук Іван''', '3'), ('patient_name => ''*''', '2 1 3 7 5 4'), ('patient_name => ''''', null),
  ('patient_name => ''100%_sure''', '4'), ('patient_name => ''100%''', null), ('patient_name => ''100__sure''', null),
    ('patient_name => ''%''', null), ('patient_name => ''*%_s*''', '4'),
  ('patient_name => ''100\%\_sure''', null), ('patient_name => ''\''', null), ('patient_name => ''\*''', null),
  ('patient_name => ''o''''neil''', '5'), ('patient_name => ''yamada tarou 山田''', '7'), ('patient_name => ''*山田*''', '7'),
  ('study_date_from => ''2024-03-12''', '2 1'), ('study_date_to => ''2023-01-02''', '5 4'),
    ('study_date_from => ''2023-01-02'', study_date_to => ''2024-01-01''', '3 7 5'),
  ('study_date_from => ''2024-03-13'', study_date_to => ''2024-03-12''', null),
  ('modality => ''CT''', '2'), ('modality => ''ct''', null), ('accession_number => ''A3''', '3'),
    ('accession_number => ''''', null),
  (format('study_instance_uid => %L', pg_temp.study_uid('4')), '4'), ('study_instance_uid => ''1.2.3''', null),
  (format('study_instance_uid => %L, patient_id => ''P1''', pg_temp.study_uid('4')), null),
  ('patient_name => ''Шев*'', max_rows => 2', '2 1'), ('patient_name => ''Шев*'', max_rows => 1', '2'),
  ('patient_name => ''Шев*'', modality => ''MR'', study_date_from => ''2024-01-01'', accession_number => ''A3'', patient_id => ''P3'', issuer => '''', on_behalf_of => ''Д-р Мельник''', '3'))
  q (arguments, expected);

-- Text that would mean something in a statement, a pattern or a string, in each argument that takes text.
select is(pg_temp.state_of(format('select * from pacs.find_studies(%I => %L)', argument, text)), null,
  format('%s may be: %s', argument, left(translate(text, E'\n\t', ''), 50))),
    is((select count(*) from pacs.find_studies() where study_instance_uid like pg_temp.study_uid('%')), 7::bigint,
      'and it changes nothing')
  from unnest(array['patient_id', 'issuer', 'patient_name', 'modality', 'accession_number', 'study_instance_uid',
    'on_behalf_of']) argument,
    unnest(array[$$' or true --$$, $$'; delete from pacs_data.study; --$$,
      $$\'; delete from pacs_data.study; --$$, '$1', '%s %I %L %1$s', '%', E'\n\t\\', repeat('*?', 2000)]) text;
select is((select count(*) from unnest(array['patient_id', 'issuer', 'patient_name', 'modality', 'accession_number',
  'study_instance_uid']) argument,
    unnest(array[$$' or true --$$, $$' or '' = '$$, '$1', '%']) text where pg_temp.found(format('%I => %L', argument, text)) is not null), 0::bigint,
  'and finds nothing but what has this text as its value');

select throws_ok(format('select * from pacs.find_studies(max_rows => %L)', n), 'PC082', null,
  format('No more than a number of rows: %s', coalesce(n::text, 'null')))
  from unnest(array[0, -1, 100001, null]) n;

set local session authorization demo_auditor;
select results_eq($$select event, is_success, actor, on_behalf_of, object_count, cardinality(study_ids), detail from pacs.audit_event where on_behalf_of = 'Д-р Мельник' order by id desc limit 1$$,
  $$values ('studies_found', true, 'demo_physician'::name, 'Д-р Мельник', 1::bigint, 1, null::jsonb)$$,
    'A query is in the trail: who asked, for whom, how much was found');
reset session authorization;
select is((select study_ids from pacs_data.audit_event where on_behalf_of = 'Д-р Мельник' order by id desc limit 1),
  (select array_agg(id) from pacs_data.study where study_instance_uid = pg_temp.study_uid('3')), 'and which studies these were');

set local session authorization demo_mis;
select is(pg_temp.found(''), '2 1 3 7 5 4 6', 'The information system finds them all');
set local session authorization demo_radiologist;
select is(pg_temp.found(''), '2 1 3 7 5 4 6', 'A radiologist does');
set local session authorization demo_operator;
select is(pg_temp.found(''), '2 1 3 7 5 4 6', 'An operator does');
set local session authorization demo_gateway;
set local role pacs_physician;
select is(pg_temp.found(''), '2 1 3 7 5 4 6', 'The daemon does for a physician');
reset session authorization;

-- The function asks by itself who may see, whoever was given it.
grant execute on all functions in schema pacs to pacs_registrar, pacs_analyst, pacs_gateway;
select is(pg_temp.state_as(login, 'select * from pacs.find_studies()'), '42501',
  format('%s sees no study, even if the function is given to it', login))
  from unnest(array['demo_registrar'::name, 'demo_analyst', 'demo_gateway']) login;

select * from finish();
rollback;
