-- A study of one object, for tests that need some data and no more. After data_set.sql; as pacsd's role.
set role pacs_gateway;
select outcome from pg_temp.ingest(pg_temp.image('1', '1', '1'));
reset role;
