-- Patient cards as the information system gives them: taken one by one, or many at once with those that cannot be taken
-- put aside.

create or replace function pacs_internal.local_time(value text) returns timestamp
  language sql stable
begin atomic
  -- A timestamp of PostgreSQL would leave out an offset from UTC without a word.
  select case when value ~ '[0-9]\s*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$' and value ~ ':'
    then value::timestamptz at time zone pacs_internal.setting('time_zone') else value::timestamp end;
end;
comment on function pacs_internal.local_time is 'A moment as the hospital''s clock shows it (setting time_zone), of a text with an offset from UTC or without. For definers.';

create or replace function pacs_internal.read_card(was pacs_data.card, fields jsonb) returns pacs_data.card
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  texts constant text[] := array['card_number', 'surname', 'given_name', 'patronymic', 'sex', 'identity_document', 'address',
    'ward_at_admission', 'ward_at_discharge', 'department', 'referring_body'];
  others constant text[] := array['admitted_at', 'discharged_at', 'card_year', 'birth_date', 'is_urgent', 'person_number'];
  card pacs_data.card := was;
  field text;
  given jsonb;
  value text;
begin
  if jsonb_typeof(fields) is distinct from 'object' then
    raise exception 'a card is an object of fields' using errcode = 'PC090';
  end if;
  for field, given in select f.key, f.value from jsonb_each(fields) f loop
    if field <> all (texts || others) then
      -- A key that is no name of a column may be anything, a patient's name among it.
      raise exception '%: a card has no such field', case when field ~ '^[A-Za-z0-9_]{1,64}$' then field else '?' end
        using errcode = 'PC090';
    end if;
    value := nullif(btrim(given #>> '{}'), '');
    if jsonb_typeof(given) in ('object', 'array') then
      raise exception '%: one value is needed', field using errcode = 'PC090';
    elsif length(value) > (case field when 'address' then 1000 else 256 end) then
      raise exception '%: too long', field using errcode = 'PC090';
    elsif value ~ '[\x01-\x1f\x7f]' or (value ~ '[\^=]' and field in ('surname', 'given_name', 'patronymic')) then
      raise exception '%: a character that it cannot have', field using errcode = 'PC090';
    end if;
    if field in ('birth_date', 'admitted_at', 'discharged_at') then
      -- 03.04.1960 is 3 April, whatever DateStyle; no day is today, and of 03/04/1960 nobody knows.
      value := regexp_replace(value, '^(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)', '\3-\2-\1');
      if value !~ '^\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}(\D|$)' then
        raise exception '%: no value of its type', field using errcode = 'PC090';
      end if;
    end if;
    begin
      case
        when field = any (texts) then card := jsonb_populate_record(card, jsonb_build_object(field, value));
        when field in ('admitted_at', 'discharged_at') then
          card := jsonb_populate_record(card, jsonb_build_object(field, pacs_internal.local_time(value)));
        when field in ('card_year', 'birth_date', 'is_urgent') then
          card := jsonb_populate_record(card, jsonb_build_object(field, value));
        else null;
      end case;
    exception when data_exception then
      raise exception '%: no value of its type', field using errcode = 'PC090';
    end;
  end loop;
  if card.card_number is null then
    raise exception 'card_number: missing' using errcode = 'PC090';
  elsif card.card_year is null or card.card_year not between 1900 and extract(year from now()) + 1 then
    raise exception 'card_year: the year of the card is needed, and has come' using errcode = 'PC090';
  end if;
  return card;
end
$$;
comment on function pacs_internal.read_card is 'A card with fields changed to what they are given: null clears, what is not named stays. Raises PC090 for a value that is none of its field, and without a number and a year. For definers.';

create or replace function pacs_internal.check_card(card pacs_data.card) returns void
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if dicom.name_key(concat_ws(' ', card.surname, card.given_name, card.patronymic)) !~ '[[:alpha:]]' then
    raise exception 'surname: a card has a name, with a letter in it' using errcode = 'PC090';
  elsif card.birth_date not between date '1850-01-01' and current_date then
    raise exception 'birth_date: in the future, or nobody''s' using errcode = 'PC090';
  elsif card.sex not in ('M', 'F', 'O') then
    raise exception 'sex: M, F or O' using errcode = 'PC090';
  elsif card.admitted_at not between timestamp '1900-01-01' and timestamp '2200-01-01'
        or card.discharged_at not between timestamp '1900-01-01' and timestamp '2200-01-01' then
    raise exception 'admitted_at, discharged_at: from 1900 to 2199' using errcode = 'PC090';
  elsif card.discharged_at < card.admitted_at then
    raise exception 'discharged_at: before admitted_at' using errcode = 'PC090';
  end if;
end
$$;
comment on function pacs_internal.check_card is 'Raises PC090 where fields of a card cannot be, or not together. For definers.';

create or replace function pacs_internal.name_of(card pacs_data.card) returns text
  language sql immutable
begin atomic
  select rtrim(concat(card.surname, '^', card.given_name, '^', card.patronymic), '^');
end;
comment on function pacs_internal.name_of is 'The name of a card that is not a row yet, as DICOM writes names. For definers.';

create or replace function pacs_internal.is_other_patient(was pacs_data.card, card pacs_data.card) returns boolean
  language sql immutable
begin atomic
  -- A name changes by marriage and a birth date is corrected, but not both at once.
  select was.birth_date is distinct from card.birth_date
     and dicom.name_similarity(was.patient_name, pacs_internal.name_of(card)) < 0.3;
end;
comment on function pacs_internal.is_other_patient is 'Whether a card as it was and as it is given now are of two patients. For definers.';

create or replace function pacs_internal.card_key(fields jsonb) returns bytea
  language sql immutable
begin atomic
  -- Where the number or the year is what is wrong, by all of it.
  select sha256(convert_to(case when fields ->> 'card_number' <> '' and fields ->> 'card_year' <> ''
    then jsonb_build_array(btrim(fields ->> 'card_number'), fields ->> 'card_year') else fields end::text, 'UTF8'));
end;
comment on function pacs_internal.card_key is 'What a card in quarantine is known by when it comes again. For definers.';

-- Statements are planned once for all cards of a feed. After a vacuum or an analyze while a first feed is under way, or was taken
-- back, the table seems to have no rows: all of it, or of any index in which the year stands, would look cheap to read for each card.
-- Hence no scan of the table, and no year that an index knows.
create or replace function pacs_internal.put_card(fields jsonb, out card_id bigint, out outcome text)
  language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
declare
  card pacs_data.card;
  number constant text := nullif(btrim(fields ->> 'person_number'), '');
  was pacs_data.card;
  changed jsonb;
begin
  if length(number) > 256 then
    raise exception 'person_number: too long' using errcode = 'PC090';
  end if;
  card := pacs_internal.read_card(card, fields);
  delete from pacs_data.card_quarantine q where q.card_key = pacs_internal.card_key(put_card.fields);
  select * into was from pacs_data.card c where c.card_number = card.card_number and c.card_year + 0 = card.card_year for no key update;
  if not found then
    perform pacs_internal.check_card(card);
    insert into pacs_data.card (person_id, card_number, card_year, surname, given_name, patronymic, birth_date, sex, admitted_at,
        discharged_at, identity_document, address, ward_at_admission, ward_at_discharge, department, referring_body, is_urgent)
      values (pacs_internal.person_of(card, number), card.card_number, card.card_year, card.surname, card.given_name, card.patronymic,
        card.birth_date, card.sex, card.admitted_at, card.discharged_at, card.identity_document, card.address, card.ward_at_admission,
        card.ward_at_discharge, card.department, card.referring_body, card.is_urgent)
      on conflict (card_number, card_year) do nothing
      returning id into card_id;
    if card_id is not null then
      outcome := 'added';
      return;
    end if;
    -- Another feed was quicker with the same card, and has committed.
    select * into strict was from pacs_data.card c where c.card_number = card.card_number and c.card_year + 0 = card.card_year for no key update;
  end if;
  card_id := was.id;
  card := pacs_internal.read_card(was, fields);
  perform pacs_internal.check_card(card);
  if pacs_internal.is_other_patient(was, card) then
    raise exception 'card_number: in use in this year, for another name and birth date' using errcode = 'PC091';
  end if;
  card.person_id := pacs_internal.person_named(was.person_id, number);
  select jsonb_object_agg(o.key, o.value) into changed
    from jsonb_each(to_jsonb(was)) o join jsonb_each(to_jsonb(card)) n using (key)
    where o.value is distinct from n.value and o.key <> 'patient_name';
  if changed is null then
    outcome := 'same';
    return;
  end if;
  insert into pacs_data.card_history (card_id, changed_by, was) values (was.id, pacs_internal.caller(), changed);
  update pacs_data.card c
    set person_id = card.person_id, surname = card.surname, given_name = card.given_name, patronymic = card.patronymic, birth_date = card.birth_date,
        sex = card.sex, admitted_at = card.admitted_at, discharged_at = card.discharged_at,
        identity_document = card.identity_document, address = card.address, ward_at_admission = card.ward_at_admission,
        ward_at_discharge = card.ward_at_discharge, department = card.department, referring_body = card.referring_body,
        is_urgent = card.is_urgent, changed_at = now()
    where c.id = was.id;
  outcome := 'changed';
end
$$;
comment on function pacs_internal.put_card is 'Takes a card: added, changed or same. Raises PC090, PC091. For definers.';

create or replace function pacs.upsert_card(
    card_number text, card_year int default null, surname text default null, given_name text default null,
    patronymic text default null, birth_date date default null, sex text default null, admitted_at timestamp default null,
    discharged_at timestamp default null, identity_document text default null, address text default null,
    ward_at_admission text default null, ward_at_discharge text default null, department text default null,
    referring_body text default null, is_urgent boolean default null, person_number text default null)
  returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  put record;
begin
  put := pacs_internal.put_card(jsonb_strip_nulls(jsonb_build_object(
    'card_number', card_number, 'card_year', coalesce(card_year, extract(year from coalesce(admitted_at, localtimestamp))::int),
    'surname', surname, 'given_name', given_name, 'patronymic', patronymic, 'birth_date', birth_date, 'sex', sex,
    'admitted_at', admitted_at, 'discharged_at', discharged_at, 'identity_document', identity_document, 'address', address,
    'ward_at_admission', ward_at_admission, 'ward_at_discharge', ward_at_discharge, 'department', department,
    'referring_body', referring_body, 'is_urgent', is_urgent, 'person_number', person_number)));
  if put.outcome <> 'same' then
    perform pacs_internal.audit('card_' || put.outcome, true, detail => jsonb_build_object('card', put.card_id));
  end if;
  return put.card_id;
end
$$;
comment on function pacs.upsert_card is
'Takes a patient card of form 003/o, or changes it; gives its id. card_number with card_year (the year of admission, or this one, where it is null) name it. A null leaves a field as it was; pacs.upsert_cards can clear one. sex: M, F, O. Times are the hospital''s local ones. person_number: how the information system names the person of several cards. Raises PC090 for a value that a card cannot have, PC091 where the number is in use for another patient. Audited. For pacs_card_feed.';
revoke all on function pacs.upsert_card(text, int, text, text, text, date, text, timestamp, timestamp, text, text, text, text, text, text, boolean, text) from public;
grant execute on function pacs.upsert_card(text, int, text, text, text, date, text, timestamp, timestamp, text, text, text, text, text, text, boolean, text)
  to pacs_card_feed;

create or replace function pacs.upsert_cards(cards jsonb)
  returns table (place bigint, card_id bigint, outcome text, reason text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  fields jsonb;
  counts jsonb := '{}'::jsonb;
begin
  if jsonb_typeof(cards) is distinct from 'array' then
    raise exception 'cards are an array of objects' using errcode = 'PC090';
  end if;
  for place, fields in select c.ordinality, c.value from jsonb_array_elements(cards) with ordinality c loop
    begin
      select p.card_id, p.outcome into card_id, outcome from pacs_internal.put_card(fields) p;
      reason := null;
    exception when sqlstate 'PC090' or sqlstate 'PC091' then
      card_id := null;
      outcome := 'quarantined';
      reason := sqlerrm;
      -- A feed gives it again and again.
      insert into pacs_data.card_quarantine as q (card_key, taken_by, fields, sqlstate, reason)
        values (pacs_internal.card_key(fields), pacs_internal.caller(), fields, sqlstate, sqlerrm)
        on conflict (card_key) do update set taken_at = now(), taken_by = excluded.taken_by, fields = excluded.fields,
          sqlstate = excluded.sqlstate, reason = excluded.reason;
    end;
    counts := jsonb_set(counts, array[outcome], to_jsonb(coalesce((counts -> outcome)::bigint, 0) + 1));
    return next;
  end loop;
  if counts - 'same' <> '{}' then
    perform pacs_internal.audit('cards_taken', true, detail => counts);
  end if;
end
$$;
comment on function pacs.upsert_cards is
'Takes many patient cards in one transaction: an array of objects with the fields that pacs.upsert_card has as arguments. A field that is not named stays as it was, null clears it; card_year is needed. One row for each, by its place from 1: added, changed, same, or quarantined with the reason (which names the field and no value) and a row in pacs.card_quarantine. Raises PC090 where it is no array. Audited as one event with counts. For pacs_card_feed, pacs_job.';
revoke all on function pacs.upsert_cards(jsonb) from public;
grant execute on function pacs.upsert_cards(jsonb) to pacs_card_feed, pacs_job;

create or replace function pacs.find_cards(
    card_number text default null, card_year int default null, person_id bigint default null, person_number text default null,
    identity_document text default null, on_behalf_of text default null, max_rows int default 100)
  returns table (card_id bigint, number text, year int, person bigint, patient_name text, birth_date date,
    sex text, admitted_at timestamp, discharged_at timestamp, department text, ward_at_admission text, ward_at_discharge text,
    is_urgent boolean)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if num_nulls(card_number, person_id, person_number, identity_document) = 4 then
    raise exception 'card_number, person_id, person_number or identity_document is needed' using errcode = 'PC090';
  elsif max_rows not between 1 and 10000 then
    raise exception 'max_rows is from 1 to 10000' using errcode = 'PC082';
  end if;
  perform pacs_internal.audit('cards_read', true, on_behalf_of => find_cards.on_behalf_of);
  return query
    select c.id, c.card_number, c.card_year, pacs_internal.person_root(c.person_id), c.patient_name, c.birth_date, c.sex,
           c.admitted_at, c.discharged_at, c.department, c.ward_at_admission, c.ward_at_discharge, c.is_urgent
    from pacs_data.card c
    where (find_cards.card_number is null or c.card_number = find_cards.card_number)
      and (find_cards.card_year is null or c.card_year = find_cards.card_year)
      and (find_cards.identity_document is null or c.identity_document = find_cards.identity_document)
      and (find_cards.person_id is null
           or c.person_id in (select pacs_internal.persons_of(pacs_internal.person_root(find_cards.person_id))))
      and (find_cards.person_number is null
           or c.person_id in (select pacs_internal.persons_of(pacs_internal.person_root(p.id)) from pacs_data.person p
                              where p.person_number = find_cards.person_number))
    order by c.card_year desc, c.admitted_at desc nulls last, c.id desc
    limit find_cards.max_rows;
end
$$;
comment on function pacs.find_cards is
'Patient cards by number (with the year or without), by person (all cards of all who were merged with it) or by identity document; the newest first, max_rows at most. person is the person''s id, under which merged persons are one. on_behalf_of: who reads, for the trail. Raises PC090 where nothing is asked for, PC082 for a bad max_rows. Audited. For pacs_mis, pacs_registrar.';
revoke all on function pacs.find_cards(text, int, bigint, text, text, text, int) from public;
grant execute on function pacs.find_cards(text, int, bigint, text, text, text, int) to pacs_mis, pacs_registrar;

create or replace function pacs.settle_quarantined_card(id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from pacs_data.card_quarantine q where q.id = settle_quarantined_card.id;
  if not found then
    raise exception 'no card in quarantine has this id' using errcode = 'PC090';
  end if;
  perform pacs_internal.audit('quarantined_card_settled', true, detail => jsonb_build_object('quarantine', settle_quarantined_card.id));
end
$$;
comment on function pacs.settle_quarantined_card is 'Takes a card out of quarantine that was seen to in the information system and will not come again; one that does come takes its own rows out. Raises PC090 where there is none. Audited. For pacs_registrar.';
revoke all on function pacs.settle_quarantined_card(bigint) from public;
grant execute on function pacs.settle_quarantined_card(bigint) to pacs_registrar;

create or replace view pacs.card_quarantine with (security_invoker) as
  select id, taken_at, taken_by, fields, sqlstate, reason from pacs_data.card_quarantine;
comment on view pacs.card_quarantine is 'Cards that could not be taken, as the feed gave them, and why';
grant select on pacs.card_quarantine, pacs_data.card_quarantine to pacs_registrar;
