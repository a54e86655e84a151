-- Which patient card a study is of: cards are weighed by what was typed on the console (Fellegi and Sunter), the clear case
-- is linked, the unclear one waits for a person.

create or replace function pacs_internal.link_weights() returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  return (select jsonb_object_agg(e.evidence, e.levels)
    from (select w.evidence, jsonb_object_agg(w.level, w.points) as levels from pacs_data.link_weight w group by w.evidence) e);
end
$$;
comment on function pacs_internal.link_weights is 'Points by evidence and level. For definers.';

create or replace function pacs_internal.stay_level(made_from timestamp, made_to timestamp, admitted_at timestamp, discharged_at timestamp)
  returns text
  language sql immutable parallel safe
begin atomic
  select case
    when made_from is null or admitted_at is null then 'missing'
    when made_to >= admitted_at and made_from <= coalesce(discharged_at, 'infinity') then 'within'
    when made_to >= admitted_at - interval '6 hours' and made_from <= discharged_at + interval '12 hours' then 'near'
    when made_to >= admitted_at - interval '6 hours' and discharged_at is null then 'near'
    when made_from > discharged_at and made_from <= discharged_at + interval '90 days' then 'after'
    else 'outside' end;
end;
comment on function pacs_internal.stay_level is 'Where a study lies in time beside a stay: within, near (up to 6 hours before, 12 after), after (up to 90 days), outside.';

create or replace function pacs_internal.sex_level(typed text, sex text) returns text
  language sql immutable parallel safe
begin atomic
  select case when typed in ('M', 'F') and sex in ('M', 'F') then case when typed = sex then 'same' else 'differs' end else 'missing' end;
end;
comment on function pacs_internal.sex_level is 'What the sex that was typed says of that of a card.';

create or replace function pacs_internal.issuer_level(number_level text, typed text, card_issuer text) returns text
  language sql immutable parallel safe
begin atomic
  select case when number_level in ('missing', 'differs') or coalesce(card_issuer, '') = '' or coalesce(typed, '') = '' then 'missing'
    when typed = card_issuer then 'same' else 'other' end;
end;
comment on function pacs_internal.issuer_level is 'What the issuer says where a number agrees: that of cards'' numbers (setting card_issuer), or another.';

create or replace function pacs_internal.ward_level(typed text, ward_at_admission text, ward_at_discharge text) returns text
  language sql immutable parallel safe
begin atomic
  select case when typed is null then 'missing' when typed in (ward_at_admission, ward_at_discharge) then 'own' else 'other' end;
end;
comment on function pacs_internal.ward_level is 'What the ward of a device says of the wards of a stay.';

-- What is asked for each study is in PL/pgSQL, which keeps its plans.
create or replace function pacs_internal.name_words(name text) returns text[]
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  single constant text[] := (string_to_array(dicom.name_skeleton(left(name, 256)), ' '))[:6];
  words text[] := '{}'::text[];
  word text;
  previous text;
begin
  -- A double name is two words here, and one part of a name on the card.
  foreach word in array coalesce(single, '{}'::text[]) loop
    words := words || word || (previous || ' ' || word);
    previous := word;
  end loop;
  return array(select distinct w collate "C" from unnest(words) w where length(w) > 1);
end
$$;
comment on function pacs_internal.name_words is 'The words of a name as indexes of cards have them, and each two that follow one another; initials left out.';

create or replace function pacs_internal.birth_dates(typed date) returns date[]
  language sql immutable parallel safe
begin atomic
  select array_remove(array[typed, case when extract(day from typed) <= 12
    then make_date(extract(year from typed)::int, extract(day from typed)::int, extract(month from typed)::int) end], null);
end;
comment on function pacs_internal.birth_dates is 'A birth date, and with day and month swapped.';

create or replace function pacs_internal.weigh_cards(
    numbers text[], issuer text, patient_name text, birth_date date, age int, sex text, made_from timestamp, made_to timestamp,
    ward text, not_of bigint[] default '{}', is_wide boolean default false, most int default 5)
  returns table (card_id bigint, score real, evidence jsonb)
  language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
as $$
declare
  points_of constant jsonb := pacs_internal.link_weights();
  keys constant text[] := array(select distinct k collate "C" from unnest(numbers) n, unnest(dicom.number_keys(n)) k);
  words constant text[] := pacs_internal.name_words(patient_name);
  beginnings constant text[] := array(select distinct left(word, 3) collate "C" from unnest(words) word);
  dates constant date[] := pacs_internal.birth_dates(birth_date);
  born constant numeric[] := pacs_internal.birth_years(birth_date, age, made_from)::numeric[];
  card_issuer constant text := pacs_internal.setting('card_issuer');
begin
  return query
    with found as (
      (select c.id from pacs_data.card c where dicom.number_key(c.card_number) collate "C" = any (keys) limit 200)
      union
      (select c.id from pacs_data.card c where c.birth_date = any (dates) limit 500)
      union
      (select c.id from pacs_data.card c
       where dicom.name_skeleton(c.surname) collate "C" = any (words) and extract(year from c.birth_date) = any (born) limit 300)
      union
      (select c.id from pacs_data.card c
       where dicom.name_skeleton(c.surname) collate "C" = any (words) and dicom.name_skeleton(c.given_name) collate "C" = any (words) limit 300)
      union
      (select c.id from pacs_data.card c
       where is_wide and left(dicom.name_skeleton(c.surname), 3) collate "C" = any (beginnings)
         and c.admitted_at between made_from - interval '150 days' and made_to + interval '6 hours' limit 1000)
      union
      (select c.id from pacs_data.card c
       where is_wide and left(dicom.name_skeleton(c.given_name), 3) collate "C" = any (beginnings)
         and c.admitted_at between made_from - interval '30 days' and made_to + interval '6 hours'
         and coalesce(c.discharged_at, 'infinity') >= made_from - interval '12 hours' limit 1000)),
    -- A birth date alone is shared by many: who has nothing else in common is not looked at further.
    alike as (
      select c.*, g.number, n.surname as surname_level, n.given, n.patronymic as patronymic_level
      from found f join pacs_data.card c on c.id = f.id
      cross join lateral dicom.number_agreement(numbers, c.card_number, c.card_year) g (number)
      cross join lateral dicom.name_agreement(c.patient_name, coalesce(weigh_cards.patient_name, '')) n
      where c.id <> all (not_of) and (n.similarity > 0 or g.number not in ('missing', 'differs'))),
    levelled as (
      select c.id, c.admitted_at, c.number, c.surname_level as surname, c.given, c.patronymic_level as patronymic,
             dicom.birth_date_agreement(weigh_cards.birth_date, weigh_cards.age, made_from::date, c.birth_date) as birth,
             pacs_internal.sex_level(weigh_cards.sex, c.sex) as sex,
             pacs_internal.stay_level(made_from, made_to, c.admitted_at, c.discharged_at) as stay,
             pacs_internal.ward_level(weigh_cards.ward, c.ward_at_admission, c.ward_at_discharge) as ward,
             pacs_internal.issuer_level(c.number, weigh_cards.issuer, card_issuer) as issuer
      from alike c),
    weighed as (
      select j.*, coalesce((points_of #>> array['number', j.number])::real, 0) + coalesce((points_of #>> array['issuer', j.issuer])::real, 0)
        + coalesce((points_of #>> array['surname', j.surname])::real, 0) + coalesce((points_of #>> array['given', j.given])::real, 0)
        + coalesce((points_of #>> array['patronymic', j.patronymic])::real, 0) + coalesce((points_of #>> array['birth', j.birth])::real, 0)
        + coalesce((points_of #>> array['sex', j.sex])::real, 0) + coalesce((points_of #>> array['stay', j.stay])::real, 0)
        + coalesce((points_of #>> array['ward', j.ward])::real, 0) as points
      from levelled j)
    select x.id, x.points::real, jsonb_build_object('number', x.number, 'issuer', x.issuer, 'surname', x.surname, 'given', x.given,
             'patronymic', x.patronymic, 'birth', x.birth, 'sex', x.sex, 'stay', x.stay, 'ward', x.ward)
    from weighed x
    -- Of stays that count the same, the nearest.
    order by x.points desc, abs(extract(epoch from made_from - x.admitted_at)), x.id limit most;
end
$$;
comment on function pacs_internal.weigh_cards is
'The cards that a study is likeliest of, by what was typed: numbers (the Patient ID first), its issuer, the name, the birth date or an age in years, the sex (M, F), when it was made, the ward of the device. Levels of evidence, and their points in pacs_data.link_weight added up. not_of: cards that it is not of. is_wide: also among those who were there and whose surname or given name begins alike, which takes longer. For definers.';

create or replace function pacs_internal.typed_of(
    study_id bigint, out numbers text[], out issuer text, out patient_name text, out birth_date date, out age int, out sex text,
    out made_from timestamp, out made_to timestamp, out ward text)
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  -- By id alone the planner, before it knows the tables, walks through all that ever came: hence + 0.
  -- Admission ID (0038,0010) is where the standard has the number of an inpatient card.
  select array[p.patient_id, coalesce(first.admission_id, ''), coalesce(st.accession_number, '')], p.issuer_of_patient_id, st.patient_name,
         st.patient_birth_date, case when first.age ~ '^[0-9]{3}[YMWD]$'
           then left(first.age, 3)::int / case right(first.age, 1) when 'Y' then 1 when 'M' then 12 when 'W' then 52 else 365 end end,
         st.patient_sex, st.study_date + coalesce(st.study_time, '00:00'), st.study_date + coalesce(st.study_time, '24:00'), first.ward
  into numbers, issuer, patient_name, birth_date, age, sex, made_from, made_to, ward
  from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id
  left join lateral (
    select dicom.value_text(se.template, '00380010') as admission_id, dicom.value_text(se.template, '00101010') as age, r.ward
    from pacs_data.series se
    left join lateral (select i.transfer_id from pacs_data.instance i where i.series_id = se.id order by i.id + 0 limit 1) i on true
    left join pacs_data.transfer t on t.id = i.transfer_id left join pacs_data.remote_ae r on r.id = t.remote_ae_id
    where se.study_id = st.id order by se.id + 0 limit 1) first on true
  where st.id = typed_of.study_id;
end
$$;
comment on function pacs_internal.typed_of is 'What the console said of a study that a card could be found by, as pacs_internal.weigh_cards takes it. For definers.';

create or replace function pacs_internal.weigh_study(
    study_id bigint, is_wide boolean default true, out cards bigint[], out scores real[], out evidence jsonb[])
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  typed constant record := pacs_internal.typed_of(study_id);
  rejected constant bigint[] := array(select r.card_id from pacs_data.card_rejection r where r.study_id = weigh_study.study_id);
  widely boolean;
begin
  foreach widely in array case when is_wide then array[false, true] else array[false] end loop
    select array_agg(w.card_id), array_agg(w.score), array_agg(w.evidence)
      into cards, scores, evidence
      from pacs_internal.weigh_cards(typed.numbers, typed.issuer, typed.patient_name, typed.birth_date, typed.age, typed.sex,
        typed.made_from, typed.made_to, typed.ward, rejected, widely) w;
    exit when scores[1] >= pacs_internal.setting('link_automatic')::real;
  end loop;
end
$$;
comment on function pacs_internal.weigh_study is 'The cards that a study is likeliest of, the likeliest first, as they stand now. is_wide: looked for further where none is clear. For definers.';

create or replace function pacs_internal.birth_years(birth_date date, age int, made_from timestamp) returns int[]
  language sql immutable parallel safe
begin atomic
  select case when birth_date is not null then array[extract(year from birth_date)::int]
    when age is not null and made_from is not null then array[extract(year from made_from)::int - age, extract(year from made_from)::int - age - 1] end;
end;
comment on function pacs_internal.birth_years is 'The years in which who has this birth date, or this age at a moment, may be born.';

create or replace function pacs_internal.keys_of_study(numbers text[], patient_name text, birth_date date, age int, made_from timestamp) returns text[]
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  words constant text[] := pacs_internal.name_words(patient_name);
begin
  return array(
    select 'n' || k from unnest(numbers) n, unnest(dicom.number_keys(n)) k
    union select 'd' || to_char(d, 'YYYYMMDD') from unnest(pacs_internal.birth_dates(birth_date)) d
    union select 'y' || a || ' ' || y from unnest(words) a, unnest(pacs_internal.birth_years(birth_date, age, made_from)) y
    union select 'w' || a || '^' || b from unnest(words) a, unnest(words) b where a <> b);
end
$$;
comment on function pacs_internal.keys_of_study is 'By what a card that comes later finds a study (pacs_internal.keys_of_card).';

create or replace function pacs_internal.keys_of_card(card pacs_data.card) returns text[]
  language sql immutable parallel safe
begin atomic
  select array_remove(array['n' || dicom.number_key(card.card_number), 'd' || to_char(card.birth_date, 'YYYYMMDD'),
    'y' || dicom.name_skeleton(card.surname) || ' ' || extract(year from card.birth_date)::int,
    'w' || dicom.name_skeleton(card.surname) || '^' || dicom.name_skeleton(card.given_name)], null);
end;
comment on function pacs_internal.keys_of_card is 'By what a card finds the studies that it may be of.';

create or replace function pacs_internal.keep_link(
    study_id bigint, status text, card_id bigint, score real, evidence jsonb, is_by_hand boolean, reason text, keys text[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  decider constant name := case when keep_link.is_by_hand then pacs_internal.caller() else 'pgpacs' end;
  was pacs_data.card_link;
begin
  select * into was from pacs_data.card_link l where l.study_id = keep_link.study_id for update;
  if not found then
    insert into pacs_data.card_link (study_id, card_id, status, is_by_hand, score, evidence, decided_by, reason, keys)
      values (keep_link.study_id, keep_link.card_id, keep_link.status, keep_link.is_by_hand, keep_link.score, keep_link.evidence, decider,
        keep_link.reason, keep_link.keys);
    if keep_link.card_id is not null then
      perform pacs_internal.forward_linked(keep_link.study_id);
    end if;
    return;
  end if;
  if (was.status, was.card_id, was.is_by_hand, was.evidence, was.reason)
     is not distinct from (keep_link.status, keep_link.card_id, keep_link.is_by_hand, keep_link.evidence, keep_link.reason) then
    -- The same decision, though points or what was typed may be others.
    update pacs_data.card_link l set score = keep_link.score, keys = keep_link.keys
      where l.study_id = keep_link.study_id and (l.score, l.keys) is distinct from (keep_link.score, keep_link.keys);
    return;
  end if;
  if was.status <> 'none' or was.is_by_hand then
    insert into pacs_data.card_link_history (study_id, card_id, status, is_by_hand, score, evidence, decided_at, decided_by, reason, ended_by)
      values (was.study_id, was.card_id, was.status, was.is_by_hand, was.score, was.evidence, was.decided_at, was.decided_by, was.reason, decider);
  end if;
  update pacs_data.card_link l
    set card_id = keep_link.card_id, status = keep_link.status, is_by_hand = keep_link.is_by_hand, score = keep_link.score,
        evidence = keep_link.evidence, decided_at = now(), decided_by = decider, reason = keep_link.reason, keys = keep_link.keys
    where l.study_id = keep_link.study_id;
  if was.card_id is null and keep_link.card_id is not null then
    perform pacs_internal.forward_linked(keep_link.study_id);
  end if;
end
$$;
comment on function pacs_internal.keep_link is 'Writes what was decided about a study and its card; what stood there before goes into the history. What rules had not sent for want of a link is queued. For definers.';

create or replace function pacs_internal.decide_link(study_id bigint, is_wide boolean default true) returns text
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  candidates record;
  is_by_hand boolean;
  lead real;
  status text := 'none';
begin
  select l.is_by_hand, l.status into is_by_hand, status from pacs_data.card_link l where l.study_id = decide_link.study_id;
  if status = 'confirmed' then
    return status;
  end if;
  candidates := pacs_internal.weigh_study(decide_link.study_id, decide_link.is_wide);
  lead := candidates.scores[1] - coalesce(candidates.scores[2], 0);
  status := case
    when candidates.scores[1] >= pacs_internal.setting('link_automatic')::real and lead >= pacs_internal.setting('link_lead')::real
         -- A study belongs to the stay in which it was made.
         and candidates.evidence[1] ->> 'stay' <> 'outside' and is_by_hand is not true then 'automatic'
    when candidates.scores[1] >= pacs_internal.setting('link_proposed')::real then 'proposed'
    else 'none' end;
  perform pacs_internal.keep_link(decide_link.study_id, status, case when status = 'automatic' then candidates.cards[1] end,
    candidates.scores[1], case when status <> 'none' then candidates.evidence[1] end, coalesce(is_by_hand, false), null,
    (select pacs_internal.keys_of_study(t.numbers, t.patient_name, t.birth_date, t.age, t.made_from) from pacs_internal.typed_of(decide_link.study_id) t));
  delete from pacs_data.card_candidate c where c.study_id = decide_link.study_id;
  if status = 'proposed' then
    insert into pacs_data.card_candidate (study_id, card_id, place, score, evidence)
    select decide_link.study_id, u.card_id, u.place, u.score, u.evidence
    from unnest(candidates.cards, candidates.scores, candidates.evidence) with ordinality u (card_id, score, evidence, place)
    where u.score >= pacs_internal.setting('link_proposed')::real or u.place = 1;
  end if;
  return status;
end
$$;
comment on function pacs_internal.decide_link is 'Links a study to the card that is clearly its own, or proposes cards, or notes that there is none; what a person confirmed stays. is_wide: where none is clear it looks further, which takes longer. Returns the status. The caller has locked the study''s row, or made it. For definers.';

create or replace function pacs_internal.link_new_study(study_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  status text;
begin
  begin
    status := pacs_internal.decide_link(link_new_study.study_id, false);
  exception when others then
    -- An image is kept whatever is wrong with cards; pacs_internal.relink tries again, and says so.
    null;
  end;
  -- To look further is not for a device to wait for; where there are no cards, nobody has to.
  if status is null or (status <> 'automatic' and exists (select from pacs_data.card)) then
    insert into pacs_data.link_due (subject, id) values ('study', link_new_study.study_id) on conflict do nothing;
  end if;
end
$$;
comment on function pacs_internal.link_new_study is 'Decides about a study that has just come, in its transaction; where it is not clear among the cards that there are, or that fails, it is due. For definers.';

create or replace function pacs_internal.relink_studies_of(card_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  card pacs_data.card;
  of_card text[];
begin
  select * into card from pacs_data.card c where c.id = relink_studies_of.card_id;
  of_card := pacs_internal.keys_of_card(card);
  -- Studies of this card and of the patient's other cards, those to which it is proposed, and those that share a key: the number first.
  insert into pacs_data.link_due (subject, id)
    select 'study', x.study_id from (
      select l.study_id from pacs_data.card_link l
        where l.card_id in (select c.id from pacs_data.card c where c.person_id = card.person_id) and l.status = 'automatic'
      union
      select d.study_id from pacs_data.card_candidate d where d.card_id = card.id
      union
      (select l.study_id from pacs_data.card_link l where l.keys && of_card[1:1] limit 1000)
      union
      (select l.study_id from pacs_data.card_link l where l.keys && of_card[2:] limit 1000)) x
    order by x.study_id
  on conflict do nothing;
end
$$;
comment on function pacs_internal.relink_studies_of is 'Notes the studies that a card which came or changed may be of. For definers.';

create or replace function pacs_internal.take_due(of_subject text, most int) returns setof bigint
  language sql volatile
begin atomic
  -- The newest first: who comes today does not wait for what an upgrade left to do.
  with taken as materialized (
    select x.subject, x.id from pacs_data.link_due x where x.subject = of_subject and x.due_at <= now()
    order by x.due_at desc limit most for update skip locked)
  delete from pacs_data.link_due d using taken t where d.subject = t.subject and d.id = t.id returning d.id;
end;
comment on function pacs_internal.take_due is 'Studies or cards that are due, the newest first; they are due no more. For definers.';

create or replace function pacs_internal.relink_one(subject text, due bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if relink_one.subject = 'card' then
    perform pacs_internal.relink_studies_of(due);
    return;
  end if;
  perform from pacs_data.study st where st.id = due for no key update;
  if found then
    perform pacs_internal.decide_link(due);
  end if;
exception when others then
  -- One stops no other.
  raise warning '% % could not be linked (%): it is tried again in an hour', relink_one.subject, due, sqlstate;
  insert into pacs_data.link_due (subject, id, due_at, last_error) values (relink_one.subject, due, now() + interval '1 hour', sqlstate)
    on conflict on constraint link_due_pkey do update set due_at = excluded.due_at, last_error = excluded.last_error;
end
$$;
comment on function pacs_internal.relink_one is 'Decides about a study that is due, or notes the studies of a card that is; what fails is due again in an hour. For definers.';

create or replace function pacs_internal.relink(seconds int default 10) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  subject text;
  due bigint;
  is_any boolean;
begin
  -- One at a time: two would wait for each other's rows.
  if pg_try_advisory_xact_lock(1346454357, 2) then
    -- Cards first: of what they make due some is done in the same batch. By the clock, since people and feeds wait for these rows.
    foreach subject in array array['card', 'study'] loop
      loop
        is_any := false;
        for due in select pacs_internal.take_due(subject, 50) loop
          is_any := true;
          perform pacs_internal.relink_one(subject, due);
        end loop;
        exit when not is_any or clock_timestamp() > statement_timestamp() + seconds * interval '1 second' / (case subject when 'card' then 2 else 1 end);
      end loop;
    end loop;
  end if;
  return (select count(*) from pacs_data.link_due d where d.due_at <= now());
end
$$;
comment on function pacs_internal.relink is 'Decides again about studies that are due, and those that cards which came or changed may be of, for so many seconds; returns what is left. For pacs_job.';
grant execute on function pacs_internal.relink(int) to pacs_job;

create or replace function pacs_internal.card_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into pacs_data.link_due (subject, id) values ('card', new.id) on conflict do nothing;
  return null;
end
$$;
comment on function pacs_internal.card_change is 'Trigger: links are decided again after a card came or changed.';
create or replace trigger card_change after insert or update on pacs_data.card
  for each row execute function pacs_internal.card_change();
