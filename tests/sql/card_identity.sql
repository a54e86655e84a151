-- Corrections on the way out: what answers and objects show of a patient card, what is found by it, and what stays as it was received.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(154);

delete from pacs_data.card_link;
delete from pacs_data.card;
delete from pacs_data.link_due;
delete from pacs_data.forward_rule;
update pacs_data.setting set value = 'HOSPITAL' where name = 'card_issuer';
insert into pacs_data.remote_ae (ae_title, host, port, identity) values
  ('PLAIN', '10.9.9.1', 104, 'received'), ('CARDS', '10.9.9.2', 104, 'card');

create temp table device as
  with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title) values ('dimse', 'CT1', 'PGPACS') returning id) select id from t;
grant select on device to public;

create function pg_temp.as(login name, statement text) returns text language plpgsql as $$
declare
  answer text;
begin
  execute format('set local session authorization %I', login);
  execute statement into answer;
  reset session authorization;
  return answer;
exception when others then
  reset session authorization;
  return sqlstate;
end
$$;
create function pg_temp.card(number text, surname text, given text, patronymic text, birth text, person text, changes jsonb default '{}') returns jsonb
  language sql immutable
return jsonb_build_object('card_number', number, 'card_year', 1997, 'surname', surname, 'given_name', given, 'patronymic', patronymic,
  'birth_date', birth, 'sex', 'M', 'admitted_at', '1997-03-01 09:30', 'person_number', person) || changes;
create temp table sent (number text, bytes bytea);
create function pg_temp.send(number text, card text, changes jsonb, charset text default 'UTF8') returns text language plpgsql as $$
declare
  attributes constant jsonb := pg_temp.image(number, number, number, '{"00080020": ["DA", "19970303"], "00100010": ["PN", ""], "00100020": ["LO", ""], "00100030": ["DA", ""], "00100040": ["CS", ""]}' || changes);
begin
  insert into sent values (number, pg_temp.data_set(attributes, true, charset));
  set local session authorization demo_gateway;
  perform pg_temp.ingest(attributes, charset => charset, transfer_id => (select id from device));
  reset session authorization;
  return case when card is null then '' else pg_temp.as('demo_registrar', format('select pacs.link_study(%L, %L, 1997)', pg_temp.study_uid(number), card)) end;
end
$$;
grant all on sent to public;

select is(pg_temp.as('demo_card_feed', format('select string_agg(outcome, '' '') from pacs.upsert_cards(%L)', jsonb_build_array(
  pg_temp.card('7101', 'Щорсенко', 'Тарас', 'Григорович', '1960-03-09', 'OUT-1'), pg_temp.card('7102', 'Щорсенко', 'Тарас', 'Григорович', '1960-03-09', 'OUT-1'),
  pg_temp.card('7103', 'Їжакевич', 'Ґанна', null, '1971-02-25', null, '{"sex": "F"}'), pg_temp.card('7104', 'Єнко', 'Петро', null, null, null, '{"sex": null}'),
  pg_temp.card('7105\', repeat('Довгий', 20), null, null, '1950-05-05', null)))), 'added added added added added', 'There are cards');
select is(pg_temp.send(number, card, changes, charset), '', format('Study %s comes%s', number, coalesce(', of card ' || card, ''))) from (values
  ('1', '7101', '{"00100010": ["PN", "SHCHORSENKO^TARAS"], "00100020": ["LO", "OUT-T1"], "00100021": ["LO", "WARD"], "00100030": ["DA", "19600903"], "00100040": ["CS", "M"]}'::jsonb, 'UTF8'),
  ('2', '7102', '{"00080005": null, "00100010": ["PN", "Shchorsenko T"], "00100020": ["LO", "OUT-T2"]}', 'UTF8'),
  ('3', '7103', '{"00080005": ["CS", "ISO_IR 100"], "00100010": ["PN", "IZHAKEVYCH"], "00100020": ["LO", "OUT-T3"], "00081030": ["LO", "Schädel"]}', 'LATIN1'),
  ('4', '7104', '{"00080005": ["CS", "ISO_IR 144"], "00100010": ["PN", "Енко"], "00100020": ["LO", "OUT-T4"], "00100030": ["DA", "19420402"], "00081030": ["LO", "Череп"]}', 'ISO_8859_5'),
  ('5', '7103', '{"00080005": ["CS", "ISO_IR 144"], "00100020": ["LO", "OUT-T5"], "00081030": ["LO", "Череп"]}', 'ISO_8859_5'),
  ('6', null, '{"00100010": ["PN", "SHCHORSENKO^OTHER"], "00100020": ["LO", "OUT-T1"], "00100021": ["LO", "WARD"]}', 'UTF8'),
  ('7', null, '{"00100010": ["PN", "PETRENKO^IVAN"], "00100020": ["LO", "7104/1997"], "00100021": ["LO", "HOSPITAL"]}', 'UTF8'),
  ('8', '7105\', '{"00100020": ["LO", "OUT-T8"], "00100021": ["LO", "WARD"]}', 'UTF8'),
  ('9', '7101', '{"00100010": ["PN", "Щорсенко^Тарас^Григорович"], "00100020": ["LO", "OUT-1"], "00100021": ["LO", "HOSPITAL"], "00100030": ["DA", "19600309"], "00100040": ["CS", "M"]}', 'UTF8'),
  ('10', '7101', '{"00100010": ["PN", "Schorsenko"], "00100020": ["LO", "OUT-T9"], "00100024": ["SQ", [{"00400032": ["UT", "ward.example"]}]],
    "00101002": ["SQ", [{"00100020": ["LO", "X1"], "00100022": ["CS", "RFID"]}]],
    "04000561": ["SQ", [{"04000564": ["LO", "before"], "04000562": ["DT", "1996"], "04000563": ["LO", "other"], "04000565": ["CS", "COERCE"], "04000550": ["SQ", [{"00100010": ["PN", "X"]}]]}]]}', 'UTF8'))
  s (number, card, changes, charset);

-- The identity of a card -------------------------------------------------------------------------------------------
create function pg_temp.identity(number text) returns text language sql stable as $$
  select concat_ws('|', ci.patient_name, coalesce(ci.patient_id, '-'), coalesce(ci.issuer, '-'), coalesce(ci.birth_date::text, '-'), coalesce(ci.sex, '-'))
  from pacs_internal.card_identities('HOSPITAL') ci join pacs_data.study st on st.id = ci.study_id where st.study_instance_uid = pg_temp.study_uid(number)
$$;
select is(pg_temp.identity(number), expected, words) from (values
  ('1', 'Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|1960-03-09|M', 'The number of the person is the Patient ID'),
  ('2', 'Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|1960-03-09|M', 'of all cards of the person'),
  ('3', 'Їжакевич^Ґанна|7103/1997|HOSPITAL|1971-02-25|F', 'where there is none, the card''s, with its year'),
  ('4', 'Єнко^Петро|7104/1997|HOSPITAL|-|-', 'What a card does not know is null'),
  ('8', left(repeat('Довгий', 20), 64) || '|-|-|1950-05-05|M', 'What cannot be a Patient ID is none; a name ends where DICOM lets it'),
  ('6', null, 'A study without a card has none')) i (number, expected, words);
select lives_ok($$insert into pacs_data.person_merge (person_id, into_person_id, merged_by)
  select (select person_id from pacs_data.card where card_number = '7103'), (select person_id from pacs_data.card where card_number = '7101'), 'test'$$, 'One person is another');
select is(pg_temp.identity('3'), 'Їжакевич^Ґанна|OUT-1|HOSPITAL|1971-02-25|F', 'and has that one''s number');
delete from pacs_data.person_merge where merged_by = 'test';

-- What is found ----------------------------------------------------------------------------------------------------
create function pg_temp.answers(level text, identifier jsonb, identity text, model text default 'study') returns jsonb[] language plpgsql as $$
declare
  answers refcursor;
  answer jsonb;
  found_ones jsonb[] := '{}';
begin
  set local session authorization demo_physician;
  answers := pacs.find(level, identifier, model, is_relational => true, identity => answers.identity);
  loop
    fetch answers into answer;
    exit when not found;
    found_ones := found_ones || answer;
  end loop;
  close answers;
  reset session authorization;
  return found_ones;
end
$$;
create function pg_temp.keys(keys jsonb) returns jsonb language sql immutable as $$
  select jsonb_object_agg(k.key, jsonb_build_object('vr', case k.key when '00100010' then 'PN' when '00100030' then 'DA' when '00100040' then 'CS' when '0020000D' then 'UI' when '00080020' then 'DA' else 'LO' end,
    'Value', case when k.value = '""' then '[]' when k.key = '00100010' then jsonb_build_array(jsonb_build_object('Alphabetic', k.value)) else jsonb_build_array(k.value) end))
  from jsonb_each(keys) k
$$;
create function pg_temp.found(keys jsonb, identity text default 'received') returns text language sql as $$
  select string_agg(n.number, ' ' order by n.number::int)
  from unnest(pg_temp.answers('STUDY', pg_temp.keys('{"0020000D": ""}' || keys), identity)) a, replace(a #>> '{0020000D,Value,0}', pg_temp.study_uid(''), '') n (number)
$$;
select is(pg_temp.found(keys, identity), expected, format('%s, shown as %s: %s', keys, identity, coalesce(expected, 'nothing')))
  from (values ('received'), ('card')) a (identity), (values
    ('{"00100010": "Щорсенко^Тарас^Григорович"}'::jsonb, '1 2 9 10'), ('{"00100010": "щорсенко*"}', '1 2 6 9 10'), ('{"00100010": "Shchorsenko^Taras^Hryhorovych"}', '1 2 9 10'),
    ('{"00100010": "Shchorsenko^Other"}', '6'), ('{"00100010": "IZHAK*"}', '3 5'), ('{"00100010": "Їжакевич^Ґ*"}', '3 5'), ('{"00100010": "*жакев*"}', '3 5'),
    ('{"00100020": "OUT-1"}', '1 2 9 10'), ('{"00100020": "7101/1997"}', '1 9 10'), ('{"00100020": "7103/1997"}', '3 5'), ('{"00100020": "7103/1998"}', null), ('{"00100020": "7103"}', null),
    ('{"00100020": "OUT-T1"}', '1 6'), ('{"00100020": "7104/1997"}', '4 7'), ('{"00100020": "710*"}', '1 2 3 4 5 7 8 9 10'), ('{"00100020": "OUT-?"}', '1 2 9 10'), ('{"00100020": "*/1997"}', '7'),
    ('{"00100020": "OUT-1", "00100021": "HOSPITAL"}', '1 2 9 10'), ('{"00100020": "OUT-1", "00100021": "WARD"}', null), ('{"00100020": "OUT-T1", "00100021": "WARD"}', '1 6'),
    ('{"00100030": "19710225"}', '3 5'), ('{"00100030": "19600903"}', '1'), ('{"00100030": "19600309", "00100020": "OUT-1"}', '1 2 9 10'),
    ('{"00100010": "Єнко*", "00100030": "19420402"}', '4'), ('{"00100010": "Єнко*", "00100040": "F"}', null), ('{"00100010": "Їжакевич*", "00100040": "F"}', '3 5'), ('{"00100010": "Їжакевич*", "00100040": "M"}', null),
    -- Either what was received or the card, but not a piece of each.
    ('{"00100010": "Щорсенко^Тарас^Григорович", "00100020": "OUT-T1"}', null), ('{"00100010": "*", "00100020": "OUT-T1"}', '1 6'), ('{"00100010": "*", "00100020": "OUT-1"}', '1 2 9 10'),
    ('{"00100020": "OUT-1", "00080020": "19970303"}', '1 2 9 10'), ('{"00100020": "OUT-1", "00080020": "19970304"}', null), ('{"00100020": "OUT-1", "0020000D": "1.2.826.0.1.3680043.10.1.1.2"}', '2'))
  f (keys, expected);
create function pg_temp.few(keys jsonb, identity text) returns text language plpgsql as $$
declare
  found_ones text;
begin
  set local session authorization demo_physician;
  select string_agg(coalesce(replace(f #>> '{0020000D,Value,0}', pg_temp.study_uid(''), '') || ' ' || (f #>> '{00100020,Value,0}'), 'ask'), ', ' order by f ->> '0020000D') into found_ones
    from pacs.find_few(null, 'STUDY', pg_temp.keys('{"0020000D": ""}' || keys), identity => few.identity) f;
  reset session authorization;
  return found_ones;
end
$$;
select is(pg_temp.few('{"00100020": "7104/1997"}', 'received'), '4 OUT-T4, 7 7104/1997', 'In one round trip too');
select is(pg_temp.few('{"00100020": "7104/1997"}', 'card'), '4 7104/1997, 7 7104/1997', 'and as the card says it');
select is(pg_temp.as('demo_physician', $$select pacs.find('STUDY', '{}', identity => 'other')$$), 'PC082', 'There are two identities');

-- What answers show --------------------------------------------------------------------------------------------------
create function pg_temp.shown(level text, keys jsonb, identity text, model text default 'study') returns text language sql as $$
  select string_agg(concat_ws('|', dicom.value_text(a, '00100010'), a #>> '{00100020,Value,0}', coalesce(a #>> '{00100021,Value,0}', '-'), coalesce(a #>> '{00100030,Value,0}', '-'), coalesce(a #>> '{00100040,Value,0}', '-'),
    a #>> '{00201200,Value,0}'), ' ' order by a::text)
  from unnest(pg_temp.answers(level, pg_temp.keys('{"00100010": "", "00100020": "", "00100021": "", "00100030": "", "00100040": ""}' || keys) || case level when 'PATIENT' then '{"00201200": {"vr": "IS"}}'::jsonb else '{}' end, identity, model)) a
$$;
select is(pg_temp.shown(level, jsonb_build_object('0020000D', pg_temp.study_uid(number)), identity), expected, format('At the level %s, study %s shown as %s', level, number, identity))
  from (values ('STUDY'), ('SERIES'), ('IMAGE')) l (level), (values
    ('1', 'received', 'SHCHORSENKO^TARAS|OUT-T1|WARD|19600903|M'), ('1', 'card', 'Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|19600309|M'),
    ('4', 'received', 'Енко|OUT-T4|-|19420402|-'), ('4', 'card', 'Єнко^Петро|7104/1997|HOSPITAL|19420402|-'),
    ('6', 'card', 'SHCHORSENKO^OTHER|OUT-T1|WARD|-|-'), ('8', 'card', left(repeat('Довгий', 20), 64) || '|OUT-T8|WARD|19500505|M')) s (number, identity, expected);
update pacs_data.setting set value = '' where name = 'card_issuer';
select is(pg_temp.shown('STUDY', jsonb_build_object('0020000D', pg_temp.study_uid('1')), 'card'), 'Щорсенко^Тарас^Григорович|OUT-1|-|19600309|M',
  'A number has no other''s issuer');
update pacs_data.setting set value = 'HOSPITAL' where name = 'card_issuer';
-- As the last study of each shows it.
select is(pg_temp.shown('PATIENT', keys, identity, 'patient'), expected, format('Patients of %s as %s', keys, identity)) from (values
    ('{"00100020": "OUT-1"}'::jsonb, 'card', 'Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|19600309|M|4'),
    ('{"00100020": "7104/1997"}', 'card', 'PETRENKO^IVAN|7104/1997|HOSPITAL|-|-|2'),
    ('{"00100020": "7103/1997"}', 'card', 'Їжакевич^Ґанна|7103/1997|HOSPITAL|19710225|F|2'),
    ('{"00100020": "OUT-T1"}', 'card', 'SHCHORSENKO^OTHER|OUT-T1|WARD|-|-|1 Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|19600309|M|4'),
    ('{"00100020": "OUT-T1"}', 'received', 'SHCHORSENKO^OTHER|OUT-T1|WARD|-|-|2'),
    ('{"00100020": "7103/1997"}', 'received', 'IZHAKEVYCH|OUT-T3|-|-|-|1 OUT-T5|-|-|-|1')) s (keys, identity, expected);

-- What objects become ----------------------------------------------------------------------------------------------
create function pg_temp.edits(number text) returns text language sql stable as $$
  select e.edits from pacs_data.series se cross join lateral pacs_internal.outgoing_edits(array[se.id], null) e
  where se.series_instance_uid = pg_temp.series_uid(number)
$$;
-- As the daemon does: the first edits that can be made. The character set as it stands in the object; a header names none but UTF-8.
create function pg_temp.outgoing(number text) returns jsonb language plpgsql as $$
declare
  edits text;
  bytes bytea;
begin
  foreach edits in array string_to_array(pg_temp.edits(number), chr(10)) loop
    begin
      bytes := dicom.rewrite((select s.bytes from sent s where s.number = outgoing.number), edits::jsonb, '1.2.840.10008.1.2.1');
      return dicom.header(bytes, '1.2.840.10008.1.2.1', detect_character_set => false)
        || jsonb_build_object('set', coalesce(substring(encode(bytes, 'escape') from 'ISO_IR [0-9]+'), 'none'));
    exception when sqlstate 'PC015' then null;
    end;
  end loop;
  raise 'no edits can be made';
end
$$;
select is(concat_ws('|', h ->> 'set', dicom.value_text(h, '00100010'), dicom.value_text(h, '00100020'), dicom.value_text(h, '00100021'), dicom.value_text(h, '00100030'), dicom.value_text(h, '00100040'), dicom.value_text(h, '00081030')), expected, words)
  from (values
    ('1', 'ISO_IR 192|Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|19600309|M|Test study', 'UTF-8 holds a name'),
    ('2', 'ISO_IR 192|Щорсенко^Тарас^Григорович|OUT-1|HOSPITAL|19600309|M|Test study', 'An object that is all ASCII becomes UTF-8'),
    ('3', 'ISO_IR 100|Yizhakevych^Ganna|7103/1997|HOSPITAL|19710225|F|Schädel', 'Beside German text a name is romanized, and the text stays'),
    ('4', 'ISO_IR 144|Єнко^Петро|7104/1997|HOSPITAL|19420402|Череп', 'Cyrillic holds a name, and what the card does not know stays'),
    ('5', 'ISO_IR 144|Yizhakevych^Ganna|7103/1997|HOSPITAL|19710225|F|Череп', 'but not one with Ґ')) o (number, expected, words), pg_temp.outgoing(number) h;
select is(pg_temp.edits(number), null, words) from (values ('6', 'What is not linked has no edits'), ('9', 'nor what is as the card says')) n (number, words);
select is(dicom.value(pg_temp.outgoing('1'), '00101002'), '[{"00100020": {"vr": "LO", "Value": ["OUT-T1"]}, "00100021": {"vr": "LO", "Value": ["WARD"]}, "00100022": {"vr": "CS", "Value": ["TEXT"]}}]',
  'The number that was received is another Patient ID');
create function pg_temp.original(number text) returns jsonb language sql as $$ select dicom.value(pg_temp.outgoing(number), '04000561') -> -1 $$;
select is(dicom.value(pg_temp.original('1'), '04000550'), '[{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "SHCHORSENKO^TARAS"}]}, "00100020": {"vr": "LO", "Value": ["OUT-T1"]}, "00100021": {"vr": "LO", "Value": ["WARD"]},
  "00100030": {"vr": "DA", "Value": ["19600903"]}}]', 'and what has changed is kept as it was; what is the same has not changed');
select is(concat_ws('|', dicom.value_text(o, '04000563'), dicom.value_text(o, '04000565'), dicom.value_text(o, '04000564')), 'pgpacs PGPACS|CORRECT|CT1', 'by whom, why, and who had sent it')
  from pg_temp.original('1') o;
select matches(dicom.value_text(pg_temp.original('1'), '04000562'), '^20[0-9]{12}\+0000$', 'and when');
select is(jsonb_array_length(dicom.value(pg_temp.outgoing('10'), '04000561')), 2, 'An object that was changed before keeps what was before');
select is(dicom.value(pg_temp.outgoing('10'), '04000561[0].04000564'), '["before"]', 'in front');
select is(dicom.value(pg_temp.outgoing('10'), '00101002'), '[{"00100020": {"vr": "LO", "Value": ["X1"]}, "00100022": {"vr": "CS", "Value": ["RFID"]}},
  {"00100020": {"vr": "LO", "Value": ["OUT-T9"]}, "00100022": {"vr": "CS", "Value": ["TEXT"]}, "00100024": {"vr": "SQ", "Value": [{"00400032": {"vr": "UT", "Value": ["ward.example"]}}]}}]',
  'its other numbers too, and what says whose a number is goes with it');
select is(pg_temp.outgoing('10') ? '00100024', false, 'from where it was');
select is(pg_temp.edits('1'), pg_temp.edits('1'), 'What is sent twice is the same');
-- Declared wrongly: Cyrillic in what says that it is ASCII.
select is(pg_temp.send('11', '7103', '{"00080005": null, "00100010": ["PN", "Їжак"], "00100020": ["LO", "OUT-T11"]}', 'WIN1251'), '', 'A device lies about its characters');
select is(concat_ws('|', h ->> 'set', dicom.value_text(h, '00100010'), dicom.value_text(h, '04000561[0].04000550[0].00100010')), 'none|Yizhakevych^Ganna|????', 'and all that is put in is ASCII, then') from pg_temp.outgoing('11') h;

-- Who gets which -----------------------------------------------------------------------------------------------------
create function pg_temp.plan(keys jsonb, destination text default null, transfer bigint default null) returns text language plpgsql as $$
declare
  found_ones text;
begin
  set local session authorization demo_physician;
  select string_agg(concat(p.sop_instance_uid, case when p.edits is null then '' when p.edits = '' then '=' else '*' end), ' ') into found_ones
    from pacs.plan_retrieval(pg_temp.keys(keys), 'patient', destination, transfer) p;
  reset session authorization;
  return replace(found_ones, pg_temp.instance_uid(''), '');
end
$$;
set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '1', n, '{"00080020": ["DA", "19970303"], "00100010": ["PN", "SHCHORSENKO^TARAS"], "00100020": ["LO", "OUT-T1"], "00100021": ["LO", "WARD"], "00100030": ["DA", "19600903"]}'), transfer_id => (select id from device))).outcome,
  'stored', 'More of a series comes') from (values ('21'), ('22')) i (n);
reset session authorization;
select is(pg_temp.plan('{"00080052": "STUDY", "0020000D": "1.2.826.0.1.3680043.10.1.1.1"}', destination), expected, format('To %s', coalesce(destination, 'nobody')))
  from (values ('PLAIN', '1 21 22'), ('CARDS', '1* 21= 22='), (null, '1 21 22')) d (destination, expected);
select is(pg_temp.plan('{"00080052": "STUDY", "0020000D": "1.2.826.0.1.3680043.10.1.1.6"}', 'CARDS'), '6', 'What is not linked goes as it is');
create temp table asker as with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title, remote_ae_id)
  select 'dimse', r.ae_title, 'PGPACS', r.id from pacs_data.remote_ae r where r.ae_title in ('PLAIN', 'CARDS') returning id, calling_ae_title) select * from t;
select is(pg_temp.plan('{"00080052": "IMAGE", "00080018": "1.2.826.0.1.3680043.10.1.3.21"}', null, a.id), case a.calling_ae_title when 'CARDS' then '21*' else '21' end, format('C-GET by %s', a.calling_ae_title)) from asker a;
select is(pg_temp.plan('{"00080052": "PATIENT", "00100020": "OUT-1"}'), '1 21 22 2 9 10', 'A patient by the number of the card');
select is(pg_temp.plan('{"00080052": "STUDY", "00100020": "OUT-1", "0020000D": "1.2.826.0.1.3680043.10.1.1.2"}'), '2', 'or a study under it');
select is(pg_temp.plan('{"00080052": "PATIENT", "00100020": "OUT-1", "00100021": "WARD"}'), null, 'but not of another issuer');
select is(pg_temp.plan('{"00080052": "PATIENT", "00100020": "OUT-T2"}'), '2', 'and by what was received');

-- Rules that send only what is linked -------------------------------------------------------------------------------
insert into pacs_data.forward_rule (name, destination_id, send_on, only_linked)
  select 'linked at once', id, 'receipt', true from pacs_data.remote_ae where ae_title = 'CARDS'
  union all select 'linked whole', id, 'study_complete', true from pacs_data.remote_ae where ae_title = 'CARDS'
  union all select 'all', id, 'receipt', false from pacs_data.remote_ae where ae_title = 'PLAIN';
create function pg_temp.queued(rule text) returns bigint language sql stable as $$
  select count(*) from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id join pacs_data.instance i on i.id = f.instance_id
  where r.name = queued.rule and i.sop_instance_uid = pg_temp.instance_uid('6')
$$;
create function pg_temp.forward(event text) returns void language sql as $$
  select pacs_internal.forward(event, array(select id from pacs_data.instance where sop_instance_uid = pg_temp.instance_uid('6')))
$$;
select pg_temp.forward('receipt');
select is(pg_temp.queued('all'), 1::bigint, 'A rule for all sends what comes');
select is(pg_temp.queued('linked at once'), 0::bigint, 'one for what is linked does not');
select is(pg_temp.as('demo_registrar', format('select pacs.link_study(%L, ''7102'', 1997)', pg_temp.study_uid('6'))), '', 'It is linked');
select is(pg_temp.queued('linked at once'), 1::bigint, 'and sent then');
select is(pg_temp.queued('linked whole'), 0::bigint, 'but not what is not complete');
select pg_temp.forward('receipt'), pg_temp.forward('study_complete');
select is(pg_temp.queued('linked at once') + pg_temp.queued('all'), 2::bigint, 'Nothing twice');
select is(pg_temp.queued('linked whole'), 1::bigint, 'When it is complete it goes too');
select is(pg_temp.as('demo_registrar', format('select pacs.unlink_study(%L)', pg_temp.study_uid('6'))), '', 'It is unlinked');
delete from pacs_data.forward_object;
select pg_temp.forward('receipt'), pg_temp.forward('study_complete');
select is(pg_temp.queued('linked at once') + pg_temp.queued('linked whole'), 0::bigint, 'and passed over again');
insert into pacs_data.study_completion (study_id, study_instance_uid, reason, instances)
  select id, study_instance_uid, 'silence', 1 from pacs_data.study where study_instance_uid = pg_temp.study_uid('6');
delete from pacs_data.arrival where study_id = (select id from pacs_data.study where study_instance_uid = pg_temp.study_uid('6'));
select is(pg_temp.as('demo_registrar', format('select pacs.link_study(%L, ''7102'', 1997)', pg_temp.study_uid('6'))), '', 'What was complete is linked');
select is(pg_temp.queued('linked at once') + pg_temp.queued('linked whole'), 2::bigint, 'and sent as both rules say');

select * from finish();
rollback;
