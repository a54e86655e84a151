-- Studies and patient cards: what is linked by the evidence, what waits for a person, what a person says.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(79);

delete from pacs_data.card_link;
delete from pacs_data.card;
delete from pacs_data.link_due;
update pacs_data.setting set value = '' where name = 'card_issuer';
create temp table device as
  with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title) values ('dimse', 'CT1', 'PGPACS') returning id) select id from t;

create function pg_temp.card(number text, surname text, given text, patronymic text, birth text, changes jsonb default '{}') returns jsonb
  language sql immutable
return jsonb_build_object('card_number', number, 'card_year', 2026, 'surname', surname, 'given_name', given, 'patronymic', patronymic,
  'birth_date', birth, 'sex', 'M', 'admitted_at', '2026-03-01 09:30', 'discharged_at', '2026-03-09 12:00') || changes;
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
-- A study as a console sends it; its number is a name for it.
create function pg_temp.send(number text, patient_id text, name text, birth text, changes jsonb default '{}') returns text
  language plpgsql as $$
declare
  bytes bytea := pg_temp.data_set(pg_temp.image(number, number, number, jsonb_build_object('00100020', array['LO', patient_id],
    '00100010', array['PN', name], '00100030', case when birth is not null then array['DA', birth] end, '00080020', array['DA', '20260303'], '00080030', array['TM', '1015'],
    '00080050', array['SH', '']) || changes));
begin
  perform pacs.ingest_instance(transfer_id => (select id from device), header => bytes, gaps => '{}',
    transfer_syntax_uid => '1.2.840.10008.1.2.1', sop_class_uid => '1.2.840.10008.5.1.4.1.1.7',
    sop_instance_uid => pg_temp.instance_uid(number), store_id => 1::smallint, file_id => gen_random_uuid(),
    file_size => length(bytes) + 300, data_set_offset => 300, sha256 => sha256(bytes));
  return pg_temp.link(number);
end
$$;
-- status card/year
create function pg_temp.link(number text) returns text language sql stable as $$
  select concat_ws(' ', l.status, c.card_number || '/' || c.card_year)
  from pacs_data.study st left join pacs_data.card_link l on l.study_id = st.id left join pacs_data.card c on c.id = l.card_id
  where st.study_instance_uid = pg_temp.study_uid(number)
$$;
create function pg_temp.levels(number text) returns jsonb language sql stable as $$
  select jsonb_object_agg(e.key, e.value)
  from pacs_data.study st, pacs_internal.weigh_study(st.id) w, jsonb_each_text(w.evidence[1]) e
  where st.study_instance_uid = pg_temp.study_uid(number) and e.value <> 'missing'
$$;
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
create function pg_temp.say(verb text, number text, rest text default '') returns text language sql as $$
  select pg_temp.as('demo_registrar', format('select pacs.%s(%L%s)', verb, pg_temp.study_uid(number), rest))
$$;

select is(pg_temp.send('50', '101/2026', 'Petrenko^Ivan', '19400101'), 'none', 'Where there are no cards a study has none');
select is((select count(*) from pacs_data.link_due), 0::bigint, 'and nobody looks for them');

select is(pg_temp.put(
  pg_temp.card('101', 'Шевченко', 'Тарас', 'Григорович', '1960-03-09'), pg_temp.card('102', 'Мельник', 'Олександр', 'Іванович', '1971-02-25'),
  pg_temp.card('103', 'Мельник', 'Олександр', 'Петрович', '1985-11-30'),
  -- Earlier stays of the first.
  pg_temp.card('104', 'Шевченко', 'Тарас', 'Григорович', '1960-03-09', '{"admitted_at": "2026-01-10", "discharged_at": "2026-01-15"}')),
  'added, added, added, added', 'There are cards');

-- What is clear is linked ----------------------------------------------------------------------------------------
select is(pg_temp.send('1', '101/2026', 'SHEVCHENKO^TARAS', '19600309'), 'automatic 101/2026', 'A number, a name in Latin letters, a birth date');
select is(pg_temp.levels('1'), '{"number": "exact_with_year", "surname": "exact", "given": "exact", "birth": "exact", "sex": "same", "stay": "within"}',
  'and what each says is kept');
select is((select decided_by from pacs_data.card_link l join pacs_data.study st on st.id = l.study_id where st.study_instance_uid = pg_temp.study_uid('1')),
  'pgpacs'::name, 'nobody has decided that');
select is(pg_temp.send('2', '', 'Shevchenko^Taras^Hryhorovych', '19600309'), 'automatic 101/2026', 'No number: the stay tells which of two cards');
select is(pg_temp.send('3', '', 'SHEVCHENKO TARAS', '19600903'), 'automatic 101/2026', 'Day and month swapped, all in one component');
select is(pg_temp.send('4', 'l0l/26', 'Shevchenko^T', '19600101'), 'automatic 101/2026', 'Letters for digits, a short year, an initial, the first of January');
select is(pg_temp.send('5', '', 'Melnik^Aleksandr^Ivanovich', '19710225'), 'automatic 102/2026', 'A Russian spelling');
select is(pg_temp.send('6', '', 'MELNYK^OLEKSANDR', null, '{"00101010": ["AS", "040Y"], "00380010": ["LO", "103/2026"]}'), 'automatic 103/2026',
  'Admission ID is a number too, an age a birth date');
select is(pg_temp.send('7', '104/2026', 'SHEVCHENKO^TARAS', '19600309', '{"00080020": ["DA", "20260112"]}'), 'automatic 104/2026', 'Another stay, another card');

-- What the page says ---------------------------------------------------------------------------------------------------
\set path :root '/docs/patient-cards.md'
\set page `cat :'path'`
create temp table example as
  select trim(c[1]) as number, trim(c[2]) as name, trim(c[3]) as birth, trim(c[4]) as made, c[5]::real as points, trim(c[6]) as outcome
    from regexp_split_to_table(:'page', '\n') line,
      regexp_match(line, '^\|([^|]*)\|([^|]+)\|([^|]*)\|([^|]+)\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\| ([0-9.]+) \| (linked|proposed|no card) \|$') c
   where c is not null;
select cmp_ok((select count(*) from example), '>=', 7::bigint, 'The page works scores');
select is_empty($$
  select e.* from example e
  cross join lateral (select case e.made when 'a year later' then timestamp '2027-03-03' else timestamp '2026-03-03' end as at) t
  cross join lateral pacs_internal.weigh_cards(array[e.number, ''], '', e.name, nullif(e.birth, '')::date, null, 'M', t.at + interval '10 hours', t.at + interval '10 hours', null) w
  join pacs_data.card c on c.id = w.card_id
  where c.card_number = '101' and abs(w.score - e.points) > 0.01$$, 'and each is what is computed');
select is((select count(*) from example e
    cross join lateral pacs_internal.weigh_cards(array[e.number, ''], '', e.name, nullif(e.birth, '')::date, null, 'M',
      case e.made when 'a year later' then timestamp '2027-03-03' else timestamp '2026-03-03' end, case e.made when 'a year later' then timestamp '2027-03-04' else timestamp '2026-03-04' end, null) w
    join pacs_data.card c on c.id = w.card_id where c.card_number = '101'), (select count(*) from example), 'of all of them');

-- What is not clear waits -------------------------------------------------------------------------------------------
select is(pg_temp.send('11', '', 'MELNYK^OLEKSANDR', null), 'proposed', 'Two of one name, and nothing else');
select is((select array_agg(card_number order by place) from pacs_data.card_candidate d join pacs_data.card c on c.id = d.card_id
  join pacs_data.study st on st.id = d.study_id where st.study_instance_uid = pg_temp.study_uid('11')), '{102,103}', 'Both are proposed');
select is(pg_temp.send('12', '101/2026', 'Petrenko^Ivan', '19900101'), 'none', 'A number alone, and another name: somebody else''s card was typed');
select is(pg_temp.send('13', '', 'Shevchenko^Taras', '19600309', '{"00080020": ["DA", "20270303"]}'), 'proposed', 'A year after the stay');
select is(pg_temp.send('14', '', 'UNKNOWN', null), 'none', 'Nobody knew who it was');
select is(pg_temp.send('15', '', 'Bondarenko^Olena', '19551212'), 'none', 'Who has no card');
select is(pg_temp.send('16', '101', 'X', null), 'proposed', 'A number without a year, and a name that is one letter: for a person to see');
select is(pg_temp.send('17', '999', '🙂', '20260303'), 'none', 'Emoji');
select is(pg_temp.send('18', repeat('1', 5000), repeat('Ш', 5000), '19600309'), 'none', 'A number and a name that are far too long');
select is(pg_temp.send('19', '\', '^^=^=', null, '{"00101010": ["AS", "999Y"]}'), 'none', 'Signs alone');

-- The queue ----------------------------------------------------------------------------------------------------------
select is(pg_temp.as('demo_registrar', format('select string_agg(card_number || '' '' || place, '', '' order by place) from pacs.link_queue where study_instance_uid = %L', pg_temp.study_uid('11'))),
  '102 1, 103 2', 'A registrar sees the cards beside the study');
select is(pg_temp.as('demo_registrar', format('select evidence from pacs.link_queue where place = 1 and study_instance_uid = %L', pg_temp.study_uid('11'))),
  '{"sex": "same +1.0", "stay": "within +8.0", "given": "exact +5.0", "surname": "exact +9.0"}', 'with what agrees and its points');
select is(pg_temp.as('demo_mis', 'select count(*) from pacs.link_queue'), '42501', 'Nobody else sees it');
select is(pg_temp.as('demo_registrar', format('select string_agg(card_number || '' '' || place, '', '' order by place) from pacs.link_candidates(%L)', pg_temp.study_uid('11'))),
  '102 1, 103 2', 'One study is asked for by its UID');
select is(pg_temp.as('demo_registrar', format('select count(*) from pacs.link_candidates(%L)', pg_temp.study_uid('15'))), '0', 'of which there may be no cards');
select is(pg_temp.as('demo_registrar', 'select count(*) from pacs.link_candidates(''1.2.3.4.5.6'')'), 'PC045', 'or no such study');
select is((select count(*) from pacs_data.audit_event where event = 'link_queue_read' and actor = 'demo_registrar' and at >= now()), 4::bigint, 'Who saw it is in the trail');

-- What a person says -------------------------------------------------------------------------------------------------
select is(pg_temp.say('link_study', '11', $$, '103', 2026, 'asked the ward'$$), '', 'A registrar chooses');
select is(pg_temp.link('11'), 'confirmed 103/2026', 'which is confirmed');
select is((select row(decided_by, reason)::text from pacs_data.card_link l join pacs_data.study st on st.id = l.study_id where st.study_instance_uid = pg_temp.study_uid('11')),
  '(demo_registrar,"asked the ward")', 'by whom, and why');
select is(pg_temp.say('unlink_study', '11', $$, 'wrong twin'$$), '', 'and takes it back');
select is(pg_temp.link('11'), 'proposed', 'It waits again');
select is(pg_temp.say('unlink_study', '1'), '', 'What the evidence linked is taken back as well');
select is(pg_temp.link('1'), 'proposed', 'and proposed, however clear it is');
select is(pg_temp.say('reject_link', '12', $$, '101', 2026, 'typed from the card before'$$), 'none', 'A card is rejected: no other is proposed');
select is(pg_temp.say('reject_link', '5', $$, '102', 2026$$), 'proposed', 'What was linked to it is decided anew');
select ok(not exists (select from pacs_data.card_candidate d join pacs_data.card c on c.id = d.card_id join pacs_data.study st on st.id = d.study_id
  where st.study_instance_uid = pg_temp.study_uid('5') and c.card_number = '102'), 'without it');
select is(pg_temp.say('link_study', '5', $$, '102', 2026$$), '', 'A rejection is taken back');
select is(pg_temp.link('5'), 'confirmed 102/2026', 'so');
select is(pg_temp.as('demo_registrar', format('select string_agg(concat_ws('' '', status, card_number, decided_by), '', '') from pacs.link_history(%L)', pg_temp.study_uid('11'))),
  'proposed demo_registrar, none demo_registrar, confirmed 103 demo_registrar, proposed pgpacs', 'What was decided stays');
select is(pg_temp.say('link_study', 'none', $$, '102', 2026$$), 'PC045', 'There is no such study');
select is(pg_temp.say('link_study', '5', $$, '102', 1999$$), 'PC097', 'There is no such card');
select is(pg_temp.say('unlink_study', '15'), 'PC097', 'There is no link to take back');
select is(pg_temp.as('demo_mis', format('select pacs.link_study(%L, ''102'', 2026)', pg_temp.study_uid('5'))), '42501', 'The information system decides nothing');

-- Cards that come later, and change -----------------------------------------------------------------------------------
select is(pacs_internal.relink(), 0::bigint, 'All that is due is decided anew');
select is(pg_temp.link('5'), 'confirmed 102/2026', 'What a person confirmed stays');
select is(pg_temp.link('1'), 'proposed', 'and what a person took back');
select is(pg_temp.put(pg_temp.card('105', 'Бондаренко', 'Олена', 'Іванівна', '1955-12-12', '{"sex": "F"}')), 'added', 'The patient without a card gets one');
select is(pg_temp.link('15'), 'none', 'That is noticed');
select is(pacs_internal.relink(), 0::bigint, 'within a minute');
select is(pg_temp.link('15'), 'automatic 105/2026', 'and her study linked');
select is(pg_temp.put(pg_temp.card('105', 'Бондаренко', 'Олена', 'Іванівна', '1955-12-12', '{"admitted_at": "2026-05-01", "discharged_at": "2026-05-02"}')), 'changed', 'The stay was another');
select is(pacs_internal.relink(), 0::bigint, 'It is decided anew');
select is(pg_temp.link('15'), 'proposed', 'and is not clear any more');
select is((select count(*) from pacs_data.link_due), 0::bigint, 'Nothing is left to do');

-- The order in which they come does not matter -------------------------------------------------------------------------
delete from pacs_data.card_link;
delete from pacs_data.card;
select is(pg_temp.send('31', '201/2026', 'NECHUI LEVYTSKYI IVAN', '19701105'), 'none', 'A study comes before there are cards');
select is(pg_temp.send('32', '', 'Kovalenko^S', null, '{"00101010": ["AS", "041Y"]}'), 'none', 'and one of an emergency');
select is(pg_temp.put(pg_temp.card('201', 'Нечуй-Левицький', 'Іван', 'Семенович', '1970-11-05'), pg_temp.card('202', 'Коваленко', 'Семен', 'Іванович', '1985-02-03')),
  'added, added', 'The cards come');
select is(pacs_internal.relink(), 0::bigint, 'and are noticed');
select is(pg_temp.link('31'), 'automatic 201/2026', 'A double surname is linked');
select is(pg_temp.link('32'), 'proposed', 'an initial and an age are proposed');
-- Twins: the card of the other one comes later.
select is(pg_temp.put(pg_temp.card('301', 'Руденко', 'Тарас', 'Іванович', '1999-05-06')), 'added', 'The card of a twin');
select is(pg_temp.send('33', '302/2026', 'Rudenko^T', '19990506'), 'automatic 301/2026', 'His brother''s study looks like his, with a typing error');
select is(pg_temp.put(pg_temp.card('302', 'Руденко', 'Тимофій', 'Іванович', '1999-05-06')), 'added', 'His brother''s card');
select is(pacs_internal.relink(), 0::bigint, 'is noticed');
select is(pg_temp.link('33'), 'automatic 302/2026', 'and has his study');
-- Rejected without a word.
select is(pg_temp.say('reject_link', '33', $$, '302', 2026$$), 'automatic', 'A rejection leaves the twin');
select is(pg_temp.say('reject_link', '33', $$, '301', 2026$$), 'none', 'and then nobody');
select is((select keys is not null from pacs_data.card_link l join pacs_data.study st on st.id = l.study_id where st.study_instance_uid = pg_temp.study_uid('33')), true,
  'It is found by a card that comes later');

-- The information system asks -----------------------------------------------------------------------------------------
select is(pg_temp.as('demo_mis', $$select string_agg(status, ' ') from pacs.card_studies('201', 2026, on_behalf_of => 'dr')$$), 'automatic', 'The studies of a card');
select matches(pg_temp.as('demo_mis', $$select url from pacs.card_studies('201', 2026)$$), '^http://[^/]+/v/[A-Za-z0-9_-]{40}$', 'with links');
select is(pg_temp.as('demo_mis', $$select count(*) from pacs.card_studies('nobody')$$), '0', 'A card that there is not has none');
select is(pg_temp.as('demo_mis', $$select count(*) from pacs.card_studies('201', 2026) s, pacs.open_link(split_part(s.url, '/v/', 2))$$), '42501', 'The login does not open them itself');
select is(pg_temp.as('demo_card_feed', $$select count(*) from pacs.card_studies('101', 2026)$$), '42501', 'A feed reads nothing');

select * from finish();
rollback;
