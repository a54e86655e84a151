-- Stores: the daemon asks where they are, operators add and move them.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(14);

delete from pacs_data.store;
set local session authorization demo_operator;
select is(pg_temp.state_of($$select pacs.add_store('x''; delete from pacs_data.store; --', 'x')$$), 'PC082', 'A name is never a part of a statement');
select is(pacs.add_store('first', 'file:///srv/first'), pacs.add_store('first', 'file:///srv/moved'),
  'A store of a known name keeps its id: it is moved');
select is(pg_temp.state_of($$select pacs.add_store('second', 'file:///srv/second')$$), 'PC082', 'There is one store');
select is(pg_temp.state_of(format('select pacs.add_store(%L, %L)', 'third', url)), state,
  format('A store at «%s» is refused with %s', url, state))
  from (values ('/srv/third', 'PC082'), ('file://srv/third', 'PC082'), ('file:///', 'PC082'), ('file:///srv/third/', 'PC082'),
    ('s3://bucket/third', 'PC082'), ('', 'PC082'), (null, 'PC082')) b (url, state);
select is(pg_temp.state_of(format('select pacs.add_store(%L, %L)', name, 'file:///srv/third')), 'PC082',
  format('A store cannot have the name «%s»', name))
  from (values (''), (null)) n (name);

set local session authorization demo_gateway;
select results_eq('select url, takes_new from pacs.stores()',
  $$values ('file:///srv/moved', true)$$, 'The daemon is told where the store is');

set local session authorization demo_auditor;
select results_eq($$select actor, is_success, detail ->> 'name' from pacs.audit_event where event = 'store_added' order by id desc limit 2$$,
  $$values ('demo_operator'::name, true, 'first'), ('demo_operator', true, 'first')$$, 'Who added a store is in the trail');
reset session authorization;

select * from finish();
rollback;
