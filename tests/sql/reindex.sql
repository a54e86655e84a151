-- The database rebuilt from the files: the daemon brings back what a file says, once, and changes nothing else.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(30);
delete from pacs_data.instance;
delete from pacs_data.quarantine;

-- pacs.reindex_instance as the daemon calls it.
create function pg_temp.reindex(
    attributes jsonb, file_id uuid, received_at timestamptz, transfer bigint, compared_file_id uuid default null,
    content_digest bytea default null, compared_content_digest bytea default null)
  returns table (outcome text, reason_code text, known_file_id uuid, known_received_at timestamptz)
  language plpgsql as $$
declare
  bytes bytea := pg_temp.data_set(attributes);
begin
  return query select r.outcome, r.reason_code, r.known_file_id, r.known_received_at from pacs.reindex_instance(
    transfer_id => transfer, header => bytes, gaps => '{}', transfer_syntax_uid => '1.2.840.10008.1.2.1',
    sop_class_uid => '1.2.840.10008.5.1.4.1.1.7', sop_instance_uid => attributes -> '00080018' ->> 1,
    store_id => 1::smallint, file_id => reindex.file_id, file_size => length(bytes) + 300, data_set_offset => 300,
    sha256 => sha256(bytes), compared_file_id => reindex.compared_file_id, content_digest => reindex.content_digest,
    compared_content_digest => reindex.compared_content_digest, received_at => reindex.received_at) r;
end
$$;
create function pg_temp.file(number int) returns uuid language sql immutable
return lpad(number::text, 32, '0')::uuid;

-- Who may
select is(pg_temp.state_as(login, statement), '42501', format('%s may not: %s', login, left(statement, 40)))
  from unnest(array['demo_mis', 'demo_physician', 'demo_operator', 'demo_auditor']::name[]) login,
    unnest(array['select pacs.open_reindex(''CT1'', ''PGPACS'')', 'select pacs.files_without_row(''{}'', ''{}'')',
      'select pacs.reindex_instance(1, '''', ''{}'', '''', '''', '''', 1::smallint, gen_random_uuid(), 1, 1, '''')']) statement;

set local session authorization demo_gateway;
select pacs.open_reindex('CT1', 'PGPACS') as ct1 \gset
select is(pacs.open_reindex('CT1', 'PGPACS'), :ct1::bigint, 'A run that was stopped goes on under the same transfer');
select isnt(pacs.open_reindex('CT2', 'PGPACS'), :ct1::bigint, 'Another device''s objects come back under another');
select pacs.open_reindex('', '') as nobody \gset

-- What comes back
select is(r.outcome, 'stored', 'An object comes back')
  from pg_temp.reindex(pg_temp.image('71', '71', '711', '{"00080020": ["DA", "long ago"]}'), pg_temp.file(1), '2024-03-12 10:11:12.123456+02', :ct1) r;
select is(r.outcome, 'known', 'once')
  from pg_temp.reindex(pg_temp.image('71', '71', '711', '{"00080020": ["DA", "long ago"]}'), pg_temp.file(1), '2024-03-12 10:11:12.123456+02', :ct1) r;
select is(r.outcome, 'stored', 'The next of its series comes back')
  from pg_temp.reindex(pg_temp.image('71', '71', '712'), pg_temp.file(2), '2024-03-12 10:11:13+02', :ct1) r;
reset session authorization;
select is((select array[i.received_at, se.received_at, st.received_at, p.created_at, d.noted_at] from pacs_data.instance i
    join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id
    join pacs_data.patient p on p.id = st.patient_id join pacs_data.defect d on d.instance_id = i.id
    where i.file_id = pg_temp.file(1)),
  array_fill(timestamptz '2024-03-12 10:11:12.123456+02', array[5]),
  'Instance, series, study, patient and defect are of the moment of the receipt');
select is((select t.via || ' ' || t.calling_ae_title || ' ' || t.called_ae_title from pacs_data.instance i
    join pacs_data.transfer t on t.id = i.transfer_id where i.file_id = pg_temp.file(2)),
  'rebuild CT1 PGPACS', 'and of the device that sent it');
set local session authorization demo_gateway;

-- The same UID again
select is(r.outcome || ' ' || r.known_file_id || ' ' || (r.known_received_at = '2024-03-12 10:11:13+02'),
  'duplicate ' || pg_temp.file(2) || ' true', 'The same data set in another file is a duplicate of the one that came first')
  from pg_temp.reindex(pg_temp.image('71', '71', '712'), pg_temp.file(3), '2024-03-12 10:11:14+02', :ct1) r;
select is(r.outcome, 'compare', 'Other bytes under a known UID are to be compared')
  from pg_temp.reindex(pg_temp.image('71', '71', '712', '{"00100040": ["CS", "F"]}'), pg_temp.file(4), '2024-03-12 10:11:15+02', :ct1) r;
select is(r.outcome, 'conflict', 'and go into quarantine where they say something else')
  from pg_temp.reindex(pg_temp.image('71', '71', '712', '{"00100040": ["CS", "F"]}'), pg_temp.file(4), '2024-03-12 10:11:15+02', :ct1,
    pg_temp.file(2), '\x01', '\x02') r;
select is(r.outcome, 'known', 'once')
  from pg_temp.reindex(pg_temp.image('71', '71', '712', '{"00100040": ["CS", "F"]}'), pg_temp.file(4), '2024-03-12 10:11:15+02', :ct1) r;
select is(r.outcome || ' ' || r.reason_code, 'refused PC020', 'What could not be stored is refused as it would be now')
  from pg_temp.reindex(pg_temp.image('71', '71', '713', '{"0020000D": null}'), pg_temp.file(5), '2024-03-12 10:11:16+02', :nobody) r;
reset session authorization;
select is((select received_at from pacs_data.quarantine where file_id = pg_temp.file(4)), '2024-03-12 10:11:15+02',
  'What waits for a person is of the moment of its receipt');
set local session authorization demo_gateway;

-- What is asked before
select set_eq(format($$select pacs.files_without_row(array[%L, %L, %L, %L, %L]::uuid[], array[%L, %L, %L, %L, %L])$$,
    pg_temp.file(1), pg_temp.file(2), pg_temp.file(3), pg_temp.file(4), pg_temp.file(2),
    pg_temp.instance_uid('711'), pg_temp.instance_uid('712'), pg_temp.instance_uid('712'), pg_temp.instance_uid('712'), pg_temp.instance_uid('711')),
  array[pg_temp.file(3), pg_temp.file(2)], 'A file has a row where an instance or an object in quarantine names it, by its UID');
select is_empty($$select pacs.files_without_row('{}', '{}')$$, 'Of no files none is without a row');

-- What is refused
select is(pg_temp.state_of(format('select * from pg_temp.reindex(pg_temp.image(''72'', ''72'', ''721''), pg_temp.file(7), null, %s)', :ct1)),
  'PC082', 'A file was received at some time');
select is(pg_temp.state_of('select * from pg_temp.reindex(pg_temp.image(''72'', ''72'', ''721''), pg_temp.file(7), now(), 0)'),
  'PC082', 'A transfer that is none of a rebuild is refused');

reset session authorization;
select is((select string_agg(event || ' ' || is_success, ', ' order by id) from pacs_data.audit_event where transfer_id = :ct1),
  'reindex_opened true, instance_stored true, instance_stored true, instance_duplicate true, instance_conflict true',
  'What a rebuild does is in the trail, and what it finds known is not');

select * from finish();
rollback;
