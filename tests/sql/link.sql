-- Links: who gets them, what they open, when they stop.
begin;
set local search_path = tap, pg_catalog;
select plan(1);
select ok(true, 'placeholder');
select * from finish();
rollback;
