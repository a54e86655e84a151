-- dicom.open_cursor: cursors of queries whose plans are kept.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(12);

create table pg_temp.thing (name text, number int);
insert into pg_temp.thing select 'n' || i % 10, i from generate_series(1, 100) i;
create function pg_temp.numbers(statement text, name text) returns text language plpgsql as $$
declare
  answers refcursor := dicom.open_cursor(statement, 'somebody', array[name], null);
  numbers text;
  number int;
begin
  loop
    fetch answers into number;
    exit when not found;
    numbers := concat_ws(' ', numbers, number);
  end loop;
  close answers;
  return nullif(numbers, '');
end
$$;
create function pg_temp.of_name() returns text language sql as $$ select 'select number from pg_temp.thing where name = $2[1] and $1 = ''somebody'' and number < 40'::text $$;

select is(pg_temp.numbers(pg_temp.of_name(), name), numbers, format('A plan serves %s', name))
  from (values ('n1', '1 11 21 31'), ('n0', '10 20 30'), ('none', null)) n (name, numbers);
create index on pg_temp.thing (name);
alter table pg_temp.thing add column more text default 'x';
delete from pg_temp.thing where number = 11;
select is(pg_temp.numbers(pg_temp.of_name(), 'n1'), '1 21 31', 'A plan follows its table');
alter table pg_temp.thing rename column number to amount;
select throws_ok($$select pg_temp.numbers(pg_temp.of_name(), 'n1')$$, '42703', null, 'and is none any more where a column has gone');
alter table pg_temp.thing rename column amount to number;

select dicom.open_cursor(pg_temp.of_name(), 'somebody', array['n2'], 'left open');
select is((select string_agg(coalesce(pg_temp.numbers(pg_temp.of_name() || format(' and number <> %s', i), 'n3'), '-'), ',')
  from generate_series(51, 120) i), repeat('3 13 23 33,', 69) || '3 13 23 33', 'More statements than plans are kept');
create table pg_temp.rest as select 0 as number;
do $$
declare
  answers refcursor := 'left open';
  number int;
begin
  loop
    fetch answers into number;
    exit when not found;
    insert into pg_temp.rest values (number);
  end loop;
end $$;
select is((select string_agg(number::text, ' ') from pg_temp.rest), '0 2 12 22 32', 'An open cursor outlives its plan');
select throws_ok($$select dicom.open_cursor(pg_temp.of_name(), 'somebody', array['n2'], 'left open')$$, '42P03', null, 'A name is of one cursor');
select throws_ok($$select dicom.open_cursor('delete from pg_temp.thing', 'somebody', '{}', null)$$, '42P11', null, 'What is no query opens none');
select throws_ok($$select dicom.open_cursor('select $3', 'somebody', '{}', null)$$, '42P02', null, 'There are two parameters');
select throws_ok(format('select dicom.open_cursor(%L, %L, null, null)', 'select 1', 'somebody'), '22004', null, 'They are given');
select is((select string_agg(login, ', ')
  from unnest(array['demo_gateway', 'demo_mis', 'demo_card_feed', 'demo_physician', 'demo_radiologist', 'demo_registrar',
    'demo_analyst', 'demo_operator', 'demo_auditor', 'demo_trust']) login
  where pg_temp.state_as(login, $$select dicom.open_cursor('select 1', 'x', '{}', null)$$) is distinct from '42501'), null,
  'Nobody who can log in calls it');

select * from finish();
rollback;
