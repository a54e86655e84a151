-- What speaks for a study being of a patient card: what was typed on the console beside the card, weighed (Fellegi and Sunter).

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
