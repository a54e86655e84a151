-- Points of evidence, learned from what persons confirmed.

create or replace function pacs_internal.level_shares(cards int)
  returns table (evidence text, level text, of_matches bigint, of_others bigint)
  language sql volatile
begin atomic
  -- The levels of confirmed studies and their cards, and of the same studies and cards drawn at random.
  with confirmed as materialized (
    select l.study_id, l.card_id, t.*, pacs_internal.setting('card_issuer') as card_issuer
    from pacs_data.card_link l cross join lateral pacs_internal.typed_of(l.study_id) t
    where l.status = 'confirmed' order by l.decided_at desc limit 20000),
  drawn as materialized (select c.id from pacs_data.card c order by random() limit cards),
  pair as (
    select f.*, f.card_id as with_card, true as is_match from confirmed f
    union all
    select f.*, d.id, false from confirmed f cross join drawn d where d.id <> f.card_id),
  judged as (
    select p.is_match, v.*
    from pair p join pacs_data.card c on c.id = p.with_card
    cross join lateral dicom.number_agreement(p.numbers, c.card_number, c.card_year) g (number)
    cross join lateral dicom.name_agreement(c.patient_name, coalesce(p.patient_name, '')) n
    cross join lateral (values
      ('number', g.number), ('surname', n.surname), ('given', n.given), ('patronymic', n.patronymic),
      ('birth', dicom.birth_date_agreement(p.birth_date, p.age, p.made_from::date, c.birth_date)),
      ('sex', pacs_internal.sex_level(p.sex, c.sex)), ('stay', pacs_internal.stay_level(p.made_from, p.made_to, c.admitted_at, c.discharged_at)),
      ('issuer', pacs_internal.issuer_level(g.number, p.issuer, p.card_issuer)),
      ('ward', pacs_internal.ward_level(p.ward, c.ward_at_admission, c.ward_at_discharge))) v (evidence, level))
  select j.evidence, j.level, count(*) filter (where j.is_match), count(*) filter (where not j.is_match)
  from judged j where j.level <> 'missing' group by j.evidence, j.level;
end;
comment on function pacs_internal.level_shares is 'How often each level of evidence was found of confirmed studies'' own cards, and of so many cards drawn at random. For definers.';

create or replace function pacs.learn_link_weights(at_least int default 200)
  returns table (evidence text, level text, was real, points real, of_matches real, of_others real)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  confirmed bigint;
begin
  select count(*) into confirmed from pacs_data.card_link l where l.status = 'confirmed';
  if at_least < 20 or confirmed < at_least then
    raise exception 'links have to be confirmed before weights are learned from them: % are, % are needed', confirmed, greatest(at_least, 20)
      using errcode = 'PC082';
  end if;
  perform pg_advisory_xact_lock(1346454357, 2);
  return query
    with counted as materialized (select * from pacs_internal.level_shares(200)),
    total as (select c.evidence, sum(c.of_matches) as matches, sum(c.of_others) as others from counted c group by c.evidence),
    -- What was never seen is no proof: each level starts with what its points say now, as though seen in ten matches and in a
    -- thousand other pairs.
    learned as (
      select w.evidence, w.level, w.points as was,
             (coalesce(c.of_matches, 0) + 10 * p.of_matches) / (t.matches + 10) as m, (coalesce(c.of_others, 0) + 1000 * p.of_others) / (t.others + 1000) as u
      from pacs_data.link_weight w join total t on t.evidence = w.evidence left join counted c on c.evidence = w.evidence and c.level = w.level
      cross join lateral (
        select case when w.points >= 0 then 0.1 else 0.1 * power(2::double precision, w.points) end as of_matches,
               case when w.points >= 0 then 0.1 * power(2::double precision, -w.points) else 0.1 end as of_others) p
      where t.matches > 0 and t.others > 0),
    changed as (
      update pacs_data.link_weight w
        set points = greatest(-30, least(30, log(2, (l.m / l.u)::numeric)))::real, of_matches = l.m::real, of_others = l.u::real, learned_at = now()
        from learned l where w.evidence = l.evidence and w.level = l.level
        returning w.evidence, w.level, l.was, w.points, w.of_matches, w.of_others)
    select x.evidence, x.level, x.was, x.points, x.of_matches, x.of_others from changed x order by 1, 4 desc;
  insert into pacs_data.link_due (subject, id) select 'study', l.study_id from pacs_data.card_link l where l.status in ('none', 'proposed') order by l.study_id
    on conflict do nothing;
  perform pacs_internal.audit('link_weights_learned', true, detail => jsonb_build_object('confirmed', confirmed));
end
$$;
comment on function pacs.learn_link_weights is
'Learns the points of evidence (pacs.link_weight) from studies that a person linked to a card, 20,000 at most: how often each level was found of the right card, and of 200 cards drawn at random. Levels that were seen seldom keep most of what they counted. Studies without a card are then decided anew. Raises PC082 with fewer than at_least confirmed links (never fewer than 20). Audited; each change of points too. For pacs_operator.';
revoke all on function pacs.learn_link_weights(int) from public;
grant execute on function pacs.learn_link_weights(int) to pacs_operator;
