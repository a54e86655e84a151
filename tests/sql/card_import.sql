-- Cards out of tables: what is read of them and how, whose rights it needs, and sources that are read on a schedule.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(63);

create temp table trail as select coalesce(max(id), 0) as until_id from pacs_data.audit_event;
delete from pacs_data.card;
delete from pacs_data.card_quarantine;
delete from pacs_data.card_source;
create schema mis;
create table mis.inpatient (number int, year int, "прізвище" text, born date, admitted timestamptz, urgent boolean, "odd ""name" text, changed timestamp);
create view mis.changed with (security_invoker) as select *, changed at time zone 'UTC' as changed_utc, changed::date as changed_on from mis.inpatient;
insert into mis.inpatient select n, 2026, 'Мельник', date '1971-02-25' + n, timestamptz '2026-03-01 10:00+00', n % 2 = 0, null, timestamp '2026-03-02 10:00' + n * interval '1 minute'
  from generate_series(1, 2500) n;
grant usage on schema mis to pacs_job, pacs_card_feed;
grant select on mis.inpatient, mis.changed to pacs_job, pacs_card_feed;
create function pg_temp.map(more jsonb default '{}') returns jsonb language sql immutable
return '{"card_number": "number", "card_year": "year", "surname": "прізвище", "birth_date": "born"}'::jsonb || more;
create function pg_temp.take(source text, columns jsonb, changed_column text default null, changed_since timestamp default null, login name default 'demo_card_feed')
  returns text language plpgsql as $$
declare
  taken record;
begin
  execute format('set local session authorization %I', login);
  begin
    -- A number is a relation too, where its name may not be said.
    execute format('select * from pacs.import_cards_from(%L, $1, $2, $3)', source) into taken using columns, changed_column, changed_since;
  exception when others then
    reset session authorization;
    return sqlstate || ' ' || sqlerrm;
  end;
  reset session authorization;
  return concat_ws(' ', taken.added, taken.changed, taken.same, taken.quarantined, taken.changed_to);
end
$$;

-- What is read ---------------------------------------------------------------------------------------------------
-- As after a vacuum or an analyze while nothing was committed: plans are made once, for a table that seems to have no rows.
update pg_class set relpages = 100, reltuples = 0 where oid = 'pacs_data.card'::regclass
  or oid in (select indexrelid from pg_index where indrelid = 'pacs_data.card'::regclass);
create function pg_temp.rows_read() returns bigint language sql as $$ select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relid = 'pacs_data.card'::regclass $$;
select pg_temp.rows_read() as before \gset
select is(pg_temp.take('mis.inpatient', pg_temp.map()), '2500 0 0 0', 'Every row is a card, over several batches');
select is(pg_temp.take('mis.inpatient', pg_temp.map()), '0 0 2500 0', 'once');
select cmp_ok(pg_temp.rows_read() - :before, '<', 5 * 5000::bigint, 'A card is looked for by its number, and not among all');
select is((select c.surname || ' ' || c.birth_date from pacs_data.card c where c.card_number = '7' and c.card_year = 2026), 'Мельник 1971-03-04', 'as the columns say');
update mis.inpatient set "odd ""name" = 'Кардіологія' where number = 7;
select is(pg_temp.take('mis.inpatient', pg_temp.map('{"department": "odd \"name", "admitted_at": "admitted", "is_urgent": "urgent"}')), '0 2500 0 0', 'Columns of any name and type');
select is((select row(c.department, c.is_urgent, c.admitted_at = timestamptz '2026-03-01 10:00+00' at time zone pacs_internal.setting('time_zone'))::text
  from pacs_data.card c where c.card_number = '7'), '(Кардіологія,f,t)', 'are a card''s');
update mis.inpatient set "odd ""name" = null where number = 7;
select is(pg_temp.take('mis.inpatient', pg_temp.map('{"department": "odd \"name"}')), '0 1 2499 0', 'A null clears a field');
update mis.inpatient set born = '2999-01-01' where number = 8;
select is(pg_temp.take('mis.inpatient', pg_temp.map()), '0 0 2499 1', 'A row that is no card is put aside');
select is((select reason from pacs_data.card_quarantine), 'birth_date: in the future, or nobody''s', 'with the reason');
update mis.inpatient set born = '1999-01-01' where number = 8;

-- What has changed -----------------------------------------------------------------------------------------------
select is(pg_temp.take('mis.changed', pg_temp.map(), c, '2026-03-04 03:38'), format('0 0 %s 0 2026-03-04 03:40:00', n), format('What has changed since a moment, by a column of type %s', t))
  from (values ('changed', 3, 'timestamp'), ('changed_utc', 3, 'timestamptz')) v (c, n, t);
select is(pg_temp.take('mis.changed', pg_temp.map(), 'changed_on', '2026-03-04 03:38'), '0 0 221 0 2026-03-04 00:00:00', 'by a date, of the whole day');
set local timezone = 'America/New_York';
set local datestyle = 'German';
select is(pg_temp.take('mis.changed', pg_temp.map(), 'changed_utc', '2026-03-04 03:38'), '0 0 3 0 04.03.2026 03:40:00', 'whatever the session''s time zone');
set local timezone = 'UTC';
set local datestyle = 'ISO';
update mis.inpatient set changed = null where number = 9;
select is(pg_temp.take('mis.changed', pg_temp.map(), 'changed', '2026-03-04 03:38'), '0 0 4 0 2026-03-04 03:40:00', 'What has no moment is read each time');
select is(pg_temp.take('mis.changed', pg_temp.map(), 'changed', '2027-01-01'), '0 0 1 0', 'also where there is nothing else');

-- What is refused ------------------------------------------------------------------------------------------------
select is(left(pg_temp.take('mis.inpatient', columns, changed), 5), 'PC094', format('%s %s are refused', columns, changed)) from (values
  ('[]'::jsonb, null), ('null', null), (null, null), ('{"card_number": "number"}', null), (pg_temp.map('{"id": "number"}'), null), (pg_temp.map('{"sex": "no"}'), null),
  (pg_temp.map('{"sex": null}'), null), (pg_temp.map('{"sex": ["year"]}'), null), (pg_temp.map('{"sex": "year, version()"}'), null), (pg_temp.map('{"sex": "ctid"}'), null),
  (pg_temp.map(), 'no'), (pg_temp.map(), 'year'), (pg_temp.map(), 'now()')) r (columns, changed);
select is(left(pg_temp.take('pg_class_oid_index', pg_temp.map()), 5), 'PC094', 'An index is no source');
select is(pg_temp.state_as('demo_card_feed', $$select pacs.import_cards_from(null, '{}')$$), 'PC094', 'nor is nothing');
select is((select string_agg(a, ' ') from unnest((select proargnames from pg_proc where oid = 'pacs.upsert_card'::regproc)) a
  where pg_temp.state_as('demo_card_feed', format('select pacs.card_query(''mis.inpatient'', %L)', pg_temp.map(jsonb_build_object(a, 'urgent')))) is not null), null,
  'Whatever field pacs.upsert_card takes, a column can be for');

-- Whose rights ---------------------------------------------------------------------------------------------------
create table mis.secret (number int, year int, surname text);
insert into mis.secret values (1, 2025, 'Таємний');
select is(left(pg_temp.take('mis.secret', '{"card_number": "number", "card_year": "year", "surname": "surname"}'), 27), 'PC093 nothing was taken (SQ', 'What the caller may not read is read by nobody for him');
select is(left(pg_temp.take('pacs_data.patient'::regclass::oid::text, '{"card_number": "patient_id", "card_year": "id"}'), 5), 'PC093', 'least of all tables of ours');
select is((select count(*) from pacs_data.card where card_year = 2025), 0::bigint, 'and no card comes of it');
create table mis.trap (number int, year int, surname text);
insert into mis.trap values (1, 2025, 'Мельник');
create table mis.ran (as_whom name);
create function mis.trap() returns boolean language plpgsql as $$ begin insert into mis.ran values (current_user); return true; end $$;
alter table mis.trap enable row level security;
create policy trap on mis.trap using (mis.trap());
grant select on mis.trap to pacs_job, pacs_card_feed;
grant insert on mis.ran to public;
select is(pg_temp.take('mis.trap', '{"card_number": "number", "card_year": "year", "surname": "surname"}'), '1 0 0 0', 'What a table runs');
select is((select string_agg(distinct as_whom, ' ') from mis.ran), 'demo_card_feed', 'it runs as the caller');
create view mis.loud as select *, 1 / (number - 2000) as ward from mis.inpatient order by number;
grant select on mis.loud to pacs_card_feed;
select is(left(pg_temp.take('mis.loud', pg_temp.map('{"department": "ward", "person_number": "number"}')), 39), 'PC093 nothing was taken (SQLSTATE 22012', 'A source that fails in the middle is an error');
select is((select count(*) from pacs_data.card c join pacs_data.person p on p.id = c.person_id where p.person_number is not null), 0::bigint, 'and nothing of it is taken');
create function mis.talk() returns text language plpgsql as $$ begin raise exception 'Таємний' using errcode = 'XX000'; end $$;
create view mis.talker as select number, 2026 as year, mis.talk() as surname from mis.inpatient;
grant select on mis.talker to pacs_card_feed;
select unalike(pg_temp.take('mis.talker', '{"card_number": "number", "card_year": "year", "surname": "surname"}'), '%Таємний%', 'What a source says when it fails is told to nobody');

-- On a schedule --------------------------------------------------------------------------------------------------
create function pg_temp.add(name text, source text, columns jsonb, changed_column text default null) returns text language sql
return pg_temp.state_as('demo_operator', format('insert into pacs.card_source (name, source, columns, changed_column) values (%L, %L, %L, %L)', name, source, columns, changed_column));
select is(pg_temp.add('bad', source, columns, changed), state, format('A source %s, %s, %s is refused', source, columns, changed)) from (values
  ('inpatient', pg_temp.map(), null, 'PC094'), ('mis.nothing', pg_temp.map(), null, 'PC094'), ('mis.secret', pg_temp.map(), null, 'PC094'),
  ('pacs_data.card', '{"card_number": "card_number", "card_year": "card_year"}', null, 'PC094'), ('mis.inpatient', '{}', null, 'PC094'),
  ('mis.inpatient', pg_temp.map(), 'year', 'PC094'), ('mis.inpatient; drop', pg_temp.map(), null, '22023')) r (source, columns, changed, state);
select is(pg_temp.state_as(login, $$insert into pacs.card_source (name, source, columns) values ('x', 'mis.inpatient', '{}')$$), '42501', login || ' registers none')
  from unnest(array['demo_card_feed', 'demo_mis', 'demo_registrar']) login;
select is(pg_temp.add('mis', 'mis.changed', pg_temp.map(), 'changed'), null, 'An operator registers one');
select is((select count(*) from pacs_data.audit_event, trail where id > until_id and event = 'card_source_changed' and actor = 'demo_operator'), 1::bigint, 'which is in the trail');
create function pg_temp.run() returns text language plpgsql as $$
begin
  update pacs_data.card_source set next_run_at = now() where name = 'mis';
  set local session authorization pacs_cron;
  call pacs_internal.import_cards();
  reset session authorization;
  return (select concat_ws(' ', last_counts ->> 'added', last_counts ->> 'changed', last_counts ->> 'same', last_counts ->> 'quarantined', changed_to, error) from pacs_data.card_source where name = 'mis');
end
$$;
select is(pg_temp.run(), '0 1 2499 0 2026-03-04 03:40:00', 'The job reads all of it');
select is(pg_temp.run(), '0 0 17 0 2026-03-04 03:40:00', 'then what has changed, and what may have been on its way');
set local session authorization pacs_cron;
call pacs_internal.import_cards();
reset session authorization;
select is((select next_run_at from pacs_data.card_source where name = 'mis'), now() + interval '5 minutes', 'not before it is due again');
insert into mis.inpatient values (3000, 2026, 'Бондар', '1980-01-01', null, null, null, '2026-03-04 03:26'), (3001, 2026, 'Бондар', '1981-01-01', null, null, null, '2026-03-04 03:24');
select is(pg_temp.run(), '1 0 17 0 2026-03-04 03:40:00', 'A row that was on its way is found, within the overlap');
insert into mis.inpatient values (3002, 2026, 'Бондар', '1982-01-01', null, null, null, '2999-01-01');
select is(pg_temp.run(), '1 0 18 0 ' || now() at time zone pacs_internal.setting('time_zone'), 'A row of the future does not hide what comes after it');
select is(pg_temp.state_as('demo_operator', format($$update pacs.card_source set columns = %L where name = 'mis'$$, pg_temp.map('{"is_urgent": "urgent"}'))), null, 'Read otherwise');
select is(pg_temp.run(), '1 0 2502 0 ' || now() at time zone pacs_internal.setting('time_zone'), 'it is read from the beginning');
create function pg_temp.fail() returns text language plpgsql as $$
begin
  set local session authorization pacs_cron;
  perform pacs_internal.end_card_import(id, null, 'away') from (select id from pacs_internal.next_card_source()) s where id is not null;
  reset session authorization;
  return (select concat_ws(' ', changed_to, error) from pacs_data.card_source where name = 'mis');
end
$$;
update pacs_data.card_source set changed_to = '2026-03-04', next_run_at = now() where name = 'mis';
select is(pg_temp.fail(), '2026-03-04 00:00:00 away', 'A run that fails has seen nothing');
delete from mis.inpatient where changed > '2026-03-03';
update mis.inpatient set changed = '2026-03-01';
select is(pg_temp.run(), '0 0 0 0 2026-03-04 00:00:00', 'nor has one that finds nothing');
select is(pg_temp.state_as('demo_operator', $$update pacs.card_source set is_enabled = false where name = 'mis'$$), null, 'Switched off');
insert into mis.inpatient values (3003, 2026, 'Бондар', '1983-01-01', null, null, null, null);
select is(pg_temp.run(), '0 0 0 0 2026-03-04 00:00:00', 'it is not read');
select is((select count(*) from pacs_data.audit_event, trail where id > until_id and event = 'card_source_changed' and actor in ('demo_operator', 'pacs_cron')), 3::bigint, 'The trail has what people change, and no runs');

select * from finish();
rollback;
