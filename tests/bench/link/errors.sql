-- Of each kind of error how many of the linkable studies with it were linked wrongly, found no card, or had not the right one
-- first in the queue: where the matcher falls short.
with fate as (
  select v.*, case when a.card_id = v.card_id then 'right' when a.card_id is not null then 'wrong'
    when first.card_id = v.card_id then 'first' when first.card_id is not null then 'not first' else 'nothing' end as fate
  from bench.verdict v
  left join bench.answer a on a.study_id = v.study_id and a.method = 'pgpacs' and a.is_automatic
  left join bench.answer first on first.study_id = v.study_id and first.method = 'pgpacs' and first.place = 1
  where v.linkable = 'yes')
select error, count(*) as studies, count(*) filter (where fate = 'wrong') as wrong, count(*) filter (where fate = 'nothing') as nothing,
       count(*) filter (where fate = 'not first') as not_first, count(*) filter (where fate = 'first') as first
from fate, regexp_split_to_table(coalesce(nullif(errors, ''), 'none'), ' ') error
group by error order by count(*) filter (where fate not in ('right', 'first')) desc, error;
