-- Patient cards: what is taken, changed, refused and put aside; which cards are one person's.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(72);

delete from pacs_data.card;
delete from pacs_data.card_quarantine;

create function pg_temp.card(number text, changes jsonb default '{}') returns jsonb language sql immutable
return jsonb_build_object('card_number', number, 'card_year', 2026, 'surname', 'Згурський', 'given_name', 'Олександр',
  'patronymic', 'Іванович', 'birth_date', '1961-04-12', 'sex', 'M', 'admitted_at', '2026-03-01 09:30', 'department', 'Кардіологія') || changes;
-- outcome, or outcome: reason
create function pg_temp.put(variadic cards jsonb[]) returns text language plpgsql as $$
declare
  outcomes text;
begin
  set local session authorization demo_card_feed;
  select string_agg(concat_ws(': ', outcome, reason), ', ' order by place) into outcomes from pacs.upsert_cards(to_jsonb(cards));
  reset session authorization;
  return outcomes;
end
$$;
create function pg_temp.of(number text) returns pacs_data.card language sql stable
  return (select c from pacs_data.card c where c.card_number = number);

-- One by one ---------------------------------------------------------------------------------------------------
set local session authorization demo_card_feed;
select lives_ok($$select pacs.upsert_card('1', 2026, 'Згурський', 'Олександр', 'Іванович', birth_date => '1961-04-12', sex => 'M', department => 'Кардіологія')$$, 'A card is taken');
select is(pacs.upsert_card('1', 2026, discharged_at => '2026-03-09 12:00'), pacs.upsert_card('1', 2026), 'and changed under its number and year');
select isnt(pacs.upsert_card('1', 2025, 'Мельник'), pacs.upsert_card('1', 2026), 'which another year has again');
select lives_ok($$select pacs.upsert_card('9', surname => 'Мельник')$$, 'Without a year it is this year''s');
reset session authorization;
select is((pg_temp.of('9')).card_year, extract(year from now())::int, 'as the row says');
select is((select patient_name || ' ' || department || ' ' || discharged_at from pacs_data.card where card_number = '1' and card_year = 2026),
  'Згурський^Олександр^Іванович Кардіологія 2026-03-09 12:00:00', 'What a call does not name stays');
select results_eq($$select h.was from pacs_data.card_history h join pacs_data.card c on c.id = h.card_id where c.card_number = '1'$$,
  $$values ('{"discharged_at": null}'::jsonb)$$, 'and what it changes is kept as it was');
select is((select h.changed_by from pacs_data.card_history h), 'demo_card_feed', 'with who did it');
select results_eq($$select event, detail ->> 'card' from pacs_data.audit_event where event like 'card\_%' order by id desc limit 2$$,
  $$select 'card_added', id::text from pacs_data.card where card_number in ('9', '1') and card_year in (2025, extract(year from now())) and surname = 'Мельник' order by id desc$$,
  'The trail names cards by their ids');

-- Many at once -------------------------------------------------------------------------------------------------
select is(pg_temp.put(pg_temp.card('11'), pg_temp.card('12', '{"surname": " Мельник ", "sex": null}'), pg_temp.card('11')), 'added, added, same', 'Many are taken at once');
select is((pg_temp.of('12')).surname, 'Мельник', 'Blanks around a value are nobody''s');
select is(pg_temp.put(pg_temp.card('11', '{"department": null, "address": ""}'), '{"card_number": "11", "card_year": 2026, "is_urgent": true}'), 'changed, changed', 'Null clears, what is not named stays');
select is(row((pg_temp.of('11')).department, (pg_temp.of('11')).is_urgent, (pg_temp.of('11')).given_name)::text, '(,t,Олександр)', 'so');
select is(pg_temp.put(pg_temp.card('13', '{"admitted_at": "2026-07-01T10:00:00Z"}')), 'added', 'A moment with an offset from UTC is taken');
select is((pg_temp.of('13')).admitted_at, timestamptz '2026-07-01T10:00:00Z' at time zone pacs_internal.setting('time_zone'), 'as the hospital''s clock showed it');

select is(pg_temp.put(pg_temp.card('14', '{"birth_date": "03.04.1961", "admitted_at": "2.11.2025 09:30"}')), 'added', 'A day is taken as people here write it');
select is((pg_temp.of('14')).birth_date || ' ' || (pg_temp.of('14')).admitted_at, '1961-04-03 2025-11-02 09:30:00', 'the day before the month, whatever DateStyle');

-- What is no card ----------------------------------------------------------------------------------------------
select is(pg_temp.put(pg_temp.card('21') || changes), 'quarantined: ' || reason, format('%s: %s', changes, reason)) from (values
  ('{"card_number": " "}'::jsonb, 'card_number: missing'), ('{"card_year": null}', 'card_year: the year of the card is needed, and has come'),
  ('{"card_year": 2999}', 'card_year: the year of the card is needed, and has come'), ('{"card_year": "MMXXVI"}', 'card_year: no value of its type'),
  ('{"surname": null, "given_name": null, "patronymic": null}', 'surname: a card has a name, with a letter in it'),
  ('{"surname": "🙂", "given_name": "-", "patronymic": null}', 'surname: a card has a name, with a letter in it'),
  ('{"surname": "А^Б"}', 'surname: a character that it cannot have'), (jsonb_build_object('surname', repeat('а', 257)), 'surname: too long'),
  ('{"birth_date": "2999-01-01"}', 'birth_date: in the future, or nobody''s'), ('{"birth_date": "1799-01-01"}', 'birth_date: in the future, or nobody''s'),
  ('{"birth_date": "31.02.1980"}', 'birth_date: no value of its type'), ('{"birth_date": "03/04/1960"}', 'birth_date: no value of its type'),
  ('{"birth_date": "today"}', 'birth_date: no value of its type'), ('{"admitted_at": "infinity"}', 'admitted_at: no value of its type'), ('{"birth_date": "01.02.60"}', 'birth_date: no value of its type'), ('{"sex": "Ч"}', 'sex: M, F or O'),
  ('{"discharged_at": "2026-02-28"}', 'discharged_at: before admitted_at'), ('{"admitted_at": "yesterday at noon"}', 'admitted_at: no value of its type'),
  ('{"is_urgent": "perhaps"}', 'is_urgent: no value of its type'), ('{"id": 1}', 'id: a card has no such field'),
  ('{"Шевченко Тарас": {}}', '?: a card has no such field'),
  ('{"address": {"city": "Київ"}}', 'address: one value is needed'), (jsonb_build_object('person_number', repeat('1', 257)), 'person_number: too long')) c (changes, reason);
select is(pg_temp.put('5', '[]', 'null'), 'quarantined: a card is an object of fields, quarantined: a card is an object of fields, quarantined: a card is an object of fields', 'Nor is what has no fields');
select is((select count(*) from pacs_data.card where card_number = '21'), 0::bigint, 'None of them is half taken');
select is(pg_temp.state_as('demo_card_feed', $$select pacs.upsert_cards('{}')$$), 'PC090', 'Cards are an array');
select is(pg_temp.state_as('demo_card_feed', $$select pacs.upsert_card('31', 2026, 'Я', birth_date => '2999-01-01')$$), 'PC090', 'One by one it is an error');
select is(pg_temp.put(pg_temp.card('32', '{"surname": "Я", "given_name": null, "patronymic": null}')), 'added', 'A name of one letter is a name');

-- A number in use ----------------------------------------------------------------------------------------------
select is(pg_temp.put(pg_temp.card('41')), 'added', 'A card');
select is(pg_temp.put(pg_temp.card('41', '{"surname": "Бондаренко"}')), 'changed', 'Another surname and the same birth date are a marriage');
select is(pg_temp.put(pg_temp.card('41', '{"surname": "Бондаренко", "birth_date": "1961-12-04"}')), 'changed', 'another birth date and the same name a correction');
select is(pg_temp.put(pg_temp.card('41', '{"surname": "Шевчук", "given_name": "Марія", "patronymic": "Петрівна", "birth_date": "1990-01-01"}')),
  'quarantined: card_number: in use in this year, for another name and birth date', 'both together another patient');
select is((pg_temp.of('41')).surname, 'Бондаренко', 'who changes nothing');
set local session authorization demo_registrar;
select is((select count(*) from pacs.card_quarantine where fields ->> 'card_number' = '41' and sqlstate = 'PC091'), 1::bigint, 'A registrar sees both');
reset session authorization;
select is(pg_temp.put(pg_temp.card('41', '{"surname": "Бондаренко", "birth_date": "1961-12-04"}')), 'same', 'What comes right after all');
select is((select count(*) from pacs_data.card_quarantine where fields ->> 'card_number' = '41'), 0::bigint, 'leaves the quarantine');
set local session authorization demo_registrar;
select lives_ok(format('select pacs.settle_quarantined_card(%s)', max(id)), 'A registrar takes one out') from pacs.card_quarantine;
select throws_ok('select pacs.settle_quarantined_card(-1)', 'PC090', null, 'that is there');
reset session authorization;

-- Persons ------------------------------------------------------------------------------------------------------
select pg_temp.put(pg_temp.card('51', '{"identity_document": "КН 123456"}'), pg_temp.card('52', '{"identity_document": "КН 123456", "surname": "Zghurskyi"}'),
  pg_temp.card('53', '{"identity_document": "КН 123456", "birth_date": "1999-01-01"}'), pg_temp.card('54', '{"person_number": "P1"}'),
  pg_temp.card('55', '{"person_number": "P1", "card_year": 2025}'), pg_temp.card('56')) \g /dev/null
create function pg_temp.persons(variadic numbers text[]) returns bigint language sql stable
  return (select count(distinct pacs_internal.person_root(c.person_id)) from pacs_data.card c where c.card_number = any (numbers));
select is(pg_temp.persons('51', '52'), 1::bigint, 'A document, a birth date and a like name are one person''s');
select is(pg_temp.persons('51', '53'), 2::bigint, 'A document alone is not');
select is(pg_temp.persons('54', '55'), 1::bigint, 'Whom the information system names is one person');
select is(pg_temp.persons('11', '56'), 2::bigint, 'A name and a birth date alone are not');
select is(pg_temp.put('{"card_number": "56", "card_year": 2026, "person_number": "P1"}'), 'changed', 'A card is given its person later');
select is(pg_temp.persons('54', '55', '56'), 1::bigint, 'and is that person''s');
create temp table one as select c.card_number, c.person_id as id from pacs_data.card c where c.card_number in ('51', '53', '54');
grant select on one to public;
select format('select pacs.merge_person(%s, %s)', a.id, b.id) as merge_a_b, format('select pacs.merge_person(%s, %s)', b.id, c.id) as merge_b_c,
  format('select pacs.merge_person(%s, %s)', c.id, a.id) as merge_c_a, format('select pacs.unmerge_person(%s)', a.id) as part_a
  from one a, one b, one c where a.card_number = '51' and b.card_number = '53' and c.card_number = '54' \gset
set local session authorization demo_registrar;
select lives_ok(:'merge_a_b', 'A registrar says that two are one');
select lives_ok(:'merge_b_c', 'and one of them a third');
select throws_ok(:'merge_c_a', 'PC092', null, 'not in a circle');
select throws_ok(:'merge_a_b', 'PC092', null, 'and not twice');
select is((select count(distinct f.person) || ' ' || count(*) from one, pacs.find_cards(person_id => one.id) f where one.card_number = '51'), '1 6', 'Their cards are one person''s');
select lives_ok(:'part_a', 'It can be taken back');
select throws_ok(:'part_a', 'PC092', null, 'once');
select is((select count(*) from one, pacs.find_cards(person_id => one.id) f where one.card_number = '51'), 2::bigint, 'and all is as it was');
select is((select count(*) || ' ' || count(undone_by) from pacs.person_merge), '2 1', 'The merge that was taken back stays in the list');
set local session authorization demo_mis;
select is((select string_agg(number, ' ') from pacs.find_cards(person_number => 'P1', on_behalf_of => 'Dr. House')), '56 54 53 55', 'The information system asks for a person''s cards');
select throws_ok('select * from pacs.find_cards()', 'PC090', null, 'and never for all');
reset session authorization;

select * from finish();
rollback;
