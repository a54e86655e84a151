-- Study complete: seen from outside of ingest, once for each time, after silence, association or count.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(34);

update pacs_data.transfer set is_settled = true;
delete from pacs_data.arrival;
delete from pacs_data.study_completion;

-- One association; its number is a name for it.
create temp table association (name text, id bigint);
grant all on association to public;
create function pg_temp.open(name text, title text default 'CT1') returns void language sql as $$
  with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title)
    values ('dimse', title, 'PGPACS') returning id)
  insert into association select name, id from t
$$;
create function pg_temp.id(name text) returns bigint language sql as $$
  select id from association a where a.name = $1
$$;
create function pg_temp.bring(name text, study text, instance text, changes jsonb default '{}') returns text
  language plpgsql as $$
declare
  bytes bytea := pg_temp.data_set(pg_temp.image(study, study, instance, changes));
begin
  return (select outcome from pacs.ingest_instance(transfer_id => pg_temp.id(name), header => bytes, gaps => '{}',
    transfer_syntax_uid => '1.2.840.10008.1.2.1', sop_class_uid => '1.2.840.10008.5.1.4.1.1.7',
    sop_instance_uid => pg_temp.instance_uid(instance), store_id => 1::smallint, file_id => gen_random_uuid(),
    file_size => length(bytes) + 300, data_set_offset => 300, sha256 => sha256(bytes)));
end
$$;
-- Time is moved by moving what was seen into the past: now() stands still in a test.
create function pg_temp.pass(length interval) returns void language sql as $$
  update pacs_data.arrival set last_at = last_at - length;
  update pacs_data.transfer set closed_at = closed_at - length, opened_at = opened_at - length
    where id in (select id from association);
$$;
create function pg_temp.notice() returns boolean language plpgsql as $$
declare
  found boolean;
begin
  set local session authorization demo_gateway;
  found := pacs.notice_arrivals();
  reset session authorization;
  return found;
end
$$;
create function pg_temp.completions(study text) returns text language sql as $$
  select string_agg(c.reason || ' ' || c.instances, ', ' order by c.id) from pacs_data.study_completion c
  join pacs_data.study st on st.id = c.study_id where st.study_instance_uid = pg_temp.study_uid(study)
$$;

select is(pg_temp.notice(), false, 'Where nothing came there is nothing to notice');

-- The end of an association ------------------------------------------------------------------------------------
select pg_temp.open('a') \g /dev/null
select is(pg_temp.bring('a', '81', '811') || pg_temp.bring('a', '81', '812'), 'storedstored', 'An association brings two objects');
select is(pg_temp.notice(), true, 'They are noticed');
select is(pg_temp.notice(), false, 'once');
select is(pg_temp.completions('81'), null, 'A study is not complete while its association is open');
select lives_ok(format('set local session authorization demo_gateway; select pacs.close_association(%s); reset session authorization',
  pg_temp.id('a')), 'The association ends');
select pg_temp.notice() \g /dev/null
select is(pg_temp.completions('81'), null, 'nor at its very end: another association may follow');
select pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('81'), 'association 2', 'but after the grace it is complete, with all of its instances');
select pg_temp.pass('1 hour'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('81'), 'association 2', 'once');
select ok((select is_settled from pacs_data.transfer where id = pg_temp.id('a')), 'and its transfer is not looked at any more');

select pg_temp.open('b') \g /dev/null
select is(pg_temp.bring('b', '81', '811'), 'duplicate', 'An object that comes again');
select pacs.close_association(pg_temp.id('b')) \g /dev/null
select pg_temp.notice(), pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('81'), 'association 2', 'completes nothing');
select pg_temp.open('c'), pg_temp.bring('c', '81', '813'), pacs.close_association(pg_temp.id('c')) \g /dev/null
select pg_temp.notice(), pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('81'), 'association 2, association 3', 'One that is new completes the study again');

-- Two associations of one study --------------------------------------------------------------------------------
select pg_temp.open('d'), pg_temp.open('e'), pg_temp.bring('d', '82', '821'), pg_temp.bring('e', '82', '822') \g /dev/null
select pg_temp.notice(), pacs.close_association(pg_temp.id('d')), pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('82'), null, 'A study of two associations waits for the one that is open');
select pacs.close_association(pg_temp.id('e')) \g /dev/null
select pg_temp.notice(), pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('82'), 'association 2', 'and is complete once after both');

-- Silence --------------------------------------------------------------------------------------------------------
select pg_temp.open('f'), pg_temp.bring('f', '83', '831'), pg_temp.notice(), pg_temp.pass('4 minutes') \g /dev/null
select pg_temp.notice() \g /dev/null
select is(pg_temp.completions('83'), null, 'An association that is silent for less than study_silence completes nothing');
select pg_temp.bring('f', '83', '832'), pg_temp.notice(), pg_temp.pass('4 minutes'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('83'), null, 'and one more object begins the silence anew');
select pg_temp.pass('61 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('83'), 'silence 2', 'After the silence it is complete though nobody ended the association');
select ok((select not is_settled from pacs_data.transfer where id = pg_temp.id('f')), 'What it still brings would be noticed');
select pg_temp.pass('26 hours'), pg_temp.notice() \g /dev/null
select ok((select is_settled from pacs_data.transfer where id = pg_temp.id('f')), 'until it cannot be open any more');

-- Numbers in headers ---------------------------------------------------------------------------------------------
select pg_temp.open('g') \g /dev/null
select pg_temp.bring('g', '84', '841', '{"00201208": ["IS", "2"]}'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('84'), null, 'One of two that the header speaks of is not all');
select pg_temp.bring('g', '84', '842', '{"00201208": ["IS", "2"]}'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('84'), 'count 2', 'With the second the study is complete at once');
select pacs.close_association(pg_temp.id('g')) \g /dev/null
select pg_temp.notice(), pg_temp.pass('10 minutes'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('84'), 'count 2', 'and not again when its association ends');
select pg_temp.open('h'), pg_temp.bring('h', '85', '851', '{"00201002": ["IS", "3"]}'), pacs.close_association(pg_temp.id('h')) \g /dev/null
select pg_temp.notice(), pg_temp.pass('31 seconds'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('85'), null, 'A study that lacks images of an acquisition does not end with the association');
select pg_temp.pass('5 minutes'), pg_temp.notice() \g /dev/null
select is(pg_temp.completions('85'), 'silence 1', 'but with the silence');

-- What is not to be noticed ----------------------------------------------------------------------------------------
insert into pacs_data.transfer (via, calling_ae_title, called_ae_title) values ('rebuild', 'CT1', 'PGPACS');
insert into association select 'rebuild', max(id) from pacs_data.transfer;
select is(pg_temp.bring('rebuild', '86', '861'), 'stored', 'A rebuild brings back an object');
select is(pg_temp.notice(), false, 'which is no arrival');

-- What it costs ----------------------------------------------------------------------------------------------------
-- Rows of pacs_data.instance and of its indexes that were read so far in this transaction.
create function pg_temp.rows_read() returns bigint language sql volatile as $$
  select sum(pg_stat_get_xact_tuples_returned(c)) from (
    select 'pacs_data.instance'::regclass::oid union all select indexrelid from pg_index where indrelid = 'pacs_data.instance'::regclass) r (c)
$$;
select pg_temp.open('many') \g /dev/null
select count(pg_temp.bring('many', '87', '87' || n)) from generate_series(1000, 3999) n \g /dev/null
-- The planner is to believe that any association has brought a good part of all, as where there are few and large ones.
alter table pacs_data.instance alter column transfer_id set (n_distinct = 2);
analyze pacs_data.instance;
select pg_temp.notice() from generate_series(1, 4) \g /dev/null
select pg_temp.rows_read() as read_before \gset
select is(pg_temp.notice(), false, 'All of many objects are noticed');
select pg_temp.open('none') \g /dev/null
select pg_temp.notice() \g /dev/null
select cmp_ok(pg_temp.rows_read() - :read_before, '<', 100::bigint, 'and an association that brings nothing does not look through them');

-- Who sees it ------------------------------------------------------------------------------------------------------
set local session authorization demo_mis;
select is((select count(*) from pacs.study_completion where study_instance_uid = pg_temp.study_uid('81')), 2::bigint,
  'The MIS sees when a study was complete');
reset session authorization;
select is(pg_temp.state_as(login, 'select pacs.notice_arrivals()'), '42501', login || ' does not notice arrivals')
  from unnest(array['demo_mis', 'demo_operator']) login;
select is(pg_temp.state_as('demo_operator', format('update pacs.setting set value = %L where name = %L', value, name)), state,
  format('%s = %s %s', name, value, case when state is null then 'is taken' else 'is refused' end))
  from (values ('study_silence', '-1 second', '23514'), ('time_zone', 'Europe/Kyiv', null)) s (name, value, state);

select * from finish();
rollback;
