-- Which patient card a study is of: cards are weighed by what was typed on the console (Fellegi and Sunter), the clear case
-- is linked, the unclear one waits for a person.

create or replace function pacs_internal.link_weights() returns jsonb
  language sql stable
begin atomic
  select jsonb_object_agg(e.evidence, e.levels)
  from (select w.evidence, jsonb_object_agg(w.level, w.points) as levels from pacs_data.link_weight w group by w.evidence) e;
end;
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

create or replace function pacs_internal.name_words(name text) returns text[]
  language sql immutable parallel safe
begin atomic
  select array(select distinct w collate "C" from unnest(string_to_array(dicom.name_skeleton(left(name, 256)), ' ')) w where length(w) > 1 limit 6);
end;
comment on function pacs_internal.name_words is 'The words of a name as indexes of cards have them, initials left out.';

create or replace function pacs_internal.birth_dates(typed date) returns date[]
  language sql immutable parallel safe
begin atomic
  select array_remove(array[typed, case when extract(day from typed) <= 12
    then make_date(extract(year from typed)::int, extract(day from typed)::int, extract(month from typed)::int) end], null);
end;
comment on function pacs_internal.birth_dates is 'A birth date, and with day and month swapped.';

create or replace function pacs_internal.weigh_cards(
    numbers text[], issuer text, patient_name text, birth_date date, age int, sex text, made_from timestamp, made_to timestamp,
    ward text, not_of bigint[] default '{}', most int default 5)
  returns table (card_id bigint, score real, evidence jsonb)
  language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
as $$
declare
  w constant jsonb := pacs_internal.link_weights();
  keys constant text[] := array(select distinct k collate "C" from unnest(numbers) n, unnest(dicom.number_keys(n)) k);
  words constant text[] := pacs_internal.name_words(patient_name);
  dates constant date[] := pacs_internal.birth_dates(birth_date);
  born numeric[] := case when birth_date is not null then array[extract(year from birth_date)]
    when age is not null and made_from is not null then array[extract(year from made_from) - age, extract(year from made_from) - age - 1] end;
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
       where dicom.name_skeleton(c.surname) collate "C" = any (words) and dicom.name_skeleton(c.given_name) collate "C" = any (words) limit 300)),
    -- A birth date alone is shared by many: who has nothing else in common is not looked at further.
    alike as (
      select c.*, g.number, n.surname as surname_level, n.given, n.patronymic as patronymic_level
      from found f join pacs_data.card c on c.id = f.id
      cross join lateral dicom.number_agreement(numbers, c.card_number, c.card_year) g (number)
      cross join lateral dicom.name_agreement(c.patient_name, coalesce(weigh_cards.patient_name, '')) n
      where c.id <> all (not_of) and (n.similarity > 0 or g.number not in ('missing', 'differs'))),
    levelled as (
      select c.id, c.number, c.surname_level as surname, c.given, c.patronymic_level as patronymic,
             dicom.birth_date_agreement(weigh_cards.birth_date, weigh_cards.age, made_from::date, c.birth_date) as birth,
             case when c.sex in ('M', 'F') and weigh_cards.sex in ('M', 'F') then case when c.sex = weigh_cards.sex then 'same' else 'differs' end
               else 'missing' end as sex,
             pacs_internal.stay_level(made_from, made_to, c.admitted_at, c.discharged_at) as stay,
             case when weigh_cards.ward is null then 'missing'
               when weigh_cards.ward in (c.ward_at_admission, c.ward_at_discharge) then 'own' else 'other' end as ward
      from alike c),
    judged as (
      select l.*, case when l.number in ('missing', 'differs') or card_issuer = '' or coalesce(weigh_cards.issuer, '') = '' then 'missing'
        when weigh_cards.issuer = card_issuer then 'same' else 'other' end as issuer
      from levelled l),
    weighed as (
      select j.*, coalesce((w #>> array['number', j.number])::real, 0) + coalesce((w #>> array['issuer', j.issuer])::real, 0)
        + coalesce((w #>> array['surname', j.surname])::real, 0) + coalesce((w #>> array['given', j.given])::real, 0)
        + coalesce((w #>> array['patronymic', j.patronymic])::real, 0) + coalesce((w #>> array['birth', j.birth])::real, 0)
        + coalesce((w #>> array['sex', j.sex])::real, 0) + coalesce((w #>> array['stay', j.stay])::real, 0)
        + coalesce((w #>> array['ward', j.ward])::real, 0) as points
      from judged j)
    select x.id, x.points::real, jsonb_build_object('number', x.number, 'issuer', x.issuer, 'surname', x.surname, 'given', x.given,
             'patronymic', x.patronymic, 'birth', x.birth, 'sex', x.sex, 'stay', x.stay, 'ward', x.ward)
    from weighed x order by x.points desc, x.id limit most;
end
$$;
comment on function pacs_internal.weigh_cards is
'The cards that a study is likeliest of, by what was typed: numbers (the Patient ID first), its issuer, the name, the birth date or an age in years, the sex (M, F), when it was made, the ward of the device. Levels of evidence, and their points in pacs_data.link_weight added up. not_of: cards that it is not of. For definers.';

create or replace function pacs_internal.typed_of(
    study_id bigint, out numbers text[], out issuer text, out patient_name text, out birth_date date, out age int, out sex text,
    out made_from timestamp, out made_to timestamp, out ward text)
  language sql stable
begin atomic
  -- Admission ID (0038,0010) is where the standard has the number of an inpatient card.
  select array[p.patient_id, coalesce(first.admission_id, ''), coalesce(st.accession_number, '')], p.issuer_of_patient_id, st.patient_name,
         st.patient_birth_date, case when first.age ~ '^[0-9]{3}Y$' then left(first.age, 3)::int when first.age ~ '^[0-9]{3}[DWM]$' then 0 end,
         st.patient_sex, st.study_date + coalesce(st.study_time, '00:00'), st.study_date + coalesce(st.study_time, '24:00'), first.ward
  from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id
  left join lateral (
    select dicom.value_text(se.template, '00380010') as admission_id, dicom.value_text(se.template, '00101010') as age, r.ward
    from pacs_data.series se
    left join lateral (select i.transfer_id from pacs_data.instance i where i.series_id = se.id order by i.id limit 1) i on true
    left join pacs_data.transfer t on t.id = i.transfer_id left join pacs_data.remote_ae r on r.id = t.remote_ae_id
    where se.study_id = st.id order by se.id limit 1) first on true
  where st.id = typed_of.study_id;
end;
comment on function pacs_internal.typed_of is 'What the console said of a study that a card could be found by, as pacs_internal.weigh_cards takes it. For definers.';

create or replace function pacs_internal.keys_of_study(numbers text[], patient_name text, birth_date date) returns text[]
  language sql immutable parallel safe
begin atomic
  select array(
    select 'n' || k from unnest(numbers) n, unnest(dicom.number_keys(n)) k
    union select 'd' || d from unnest(pacs_internal.birth_dates(birth_date)) d
    union select 'w' || a || ' ' || b from unnest(pacs_internal.name_words(patient_name)) a, unnest(pacs_internal.name_words(patient_name)) b where a <> b);
end;
comment on function pacs_internal.keys_of_study is 'By what a card that comes later finds a study (pacs_internal.keys_of_card).';

create or replace function pacs_internal.keys_of_card(card pacs_data.card) returns text[]
  language sql immutable parallel safe
begin atomic
  select array_remove(array['n' || dicom.number_key(card.card_number), 'd' || card.birth_date,
    'w' || dicom.name_skeleton(card.surname) || ' ' || dicom.name_skeleton(card.given_name)], null);
end;
comment on function pacs_internal.keys_of_card is 'By what a card finds studies that have none.';

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
    return;
  end if;
  if (was.status, was.card_id, was.is_by_hand, was.evidence) is distinct from (keep_link.status, keep_link.card_id, keep_link.is_by_hand, keep_link.evidence)
     and was.status <> 'none' then
    insert into pacs_data.card_link_history (study_id, card_id, status, is_by_hand, score, evidence, decided_at, decided_by, reason, ended_by)
      values (was.study_id, was.card_id, was.status, was.is_by_hand, was.score, was.evidence, was.decided_at, was.decided_by, was.reason, decider);
  end if;
  update pacs_data.card_link l
    set card_id = keep_link.card_id, status = keep_link.status, is_by_hand = keep_link.is_by_hand, score = keep_link.score,
        evidence = keep_link.evidence, decided_at = now(), decided_by = decider, reason = keep_link.reason, keys = keep_link.keys
    where l.study_id = keep_link.study_id;
end
$$;
comment on function pacs_internal.keep_link is 'Writes what was decided about a study and its card; what stood there before goes into the history. For definers.';

create or replace function pacs_internal.decide_link(study_id bigint) returns text
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  typed record;
  candidates record;
  is_by_hand boolean;
  lead real;
  status text := 'none';
begin
  -- Two that decide about one study at once would both write.
  perform pg_advisory_xact_lock(1346454358, hashint8(decide_link.study_id));
  select l.is_by_hand, l.status into is_by_hand, status from pacs_data.card_link l where l.study_id = decide_link.study_id;
  if status = 'confirmed' then
    return status;
  end if;
  typed := pacs_internal.typed_of(decide_link.study_id);
  select array_agg(w.card_id order by w.score desc, w.card_id) as cards, array_agg(w.score order by w.score desc, w.card_id) as scores,
         array_agg(w.evidence order by w.score desc, w.card_id) as evidence
    into candidates
    from pacs_internal.weigh_cards(typed.numbers, typed.issuer, typed.patient_name, typed.birth_date, typed.age, typed.sex,
      typed.made_from, typed.made_to, typed.ward,
      array(select r.card_id from pacs_data.card_rejection r where r.study_id = decide_link.study_id)) w;
  lead := candidates.scores[1] - coalesce(candidates.scores[2], 0);
  status := case
    when candidates.scores[1] >= pacs_internal.setting('link_automatic')::real and lead >= pacs_internal.setting('link_lead')::real
         and is_by_hand is not true then 'automatic'
    when candidates.scores[1] >= pacs_internal.setting('link_proposed')::real then 'proposed'
    else 'none' end;
  perform pacs_internal.keep_link(decide_link.study_id, status, case when status = 'automatic' then candidates.cards[1] end,
    candidates.scores[1], case when status <> 'none' then candidates.evidence[1] end, coalesce(is_by_hand, false), null,
    case when status <> 'automatic' then pacs_internal.keys_of_study(typed.numbers, typed.patient_name, typed.birth_date) end);
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
comment on function pacs_internal.decide_link is 'Links a study to the card that is clearly its own, or proposes cards, or notes that there is none; what a person confirmed stays. Returns the status. For definers.';
