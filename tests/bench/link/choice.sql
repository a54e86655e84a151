-- The settings under which similarity of names links best, of all that were tried, by the truth: the most links of those
-- with at least 99.95 % right, else the rightest with at least a tenth of the linkable studies. Tried are all similarities in
-- steps of 0.01; names with a birth date that is the card's alone, or those without one too; and whether the study must have been
-- made within the stay. Then bench.answer has what similarity says under them.
\set QUIET on
create table bench.trigram_choice as
with best as (
  select distinct on (t.study_id) t.*, v.linkable, t.card_id = v.card_id as is_right
  from bench.trigram t join bench.verdict v using (study_id)
  order by t.study_id, t.similarity desc, t.distance, t.card_id),
tried as (
  select round(s.at / 100.0, 2) as similarity, dated.is_needed as is_dated_only, stay.is_needed as is_within_only,
         count(*) as links, count(*) filter (where b.is_right and b.linkable = 'yes') as linked_right,
         coalesce(count(*) filter (where b.is_right), 0) / count(*)::numeric as right_share
  from generate_series(30, 100) s (at), (values (true), (false)) dated (is_needed), (values (true), (false)) stay (is_needed), best b
  where b.similarity >= s.at / 100.0 and (b.is_dated or not dated.is_needed) and (b.distance = interval '0' or not stay.is_needed)
  group by 1, 2, 3)
select t.* from tried t,
  (select count(*) as n from bench.verdict v join bench.plain_study using (study_id) where v.linkable = 'yes') linkable
order by (t.right_share >= 0.9995) desc, case when t.right_share >= 0.9995 then t.links end desc,
         (t.links >= linkable.n / 10) desc, t.right_share desc, t.links desc
limit 1;

insert into bench.answer
  select 'trigram', t.study_id, t.place, t.card_id,
         t.place = 1 and t.similarity >= c.similarity and (t.is_dated or not c.is_dated_only)
           and (t.distance = interval '0' or not c.is_within_only)
  from (select t.*, row_number() over (partition by t.study_id order by t.similarity desc, t.distance, t.card_id) as place
        from bench.trigram t) t, bench.trigram_choice c;
analyze bench.answer;
