-- What a method has answered, beside the truth, as JSON. Variables: method; every, of how many studies one is counted.
\set QUIET on
with linked as (
  select v.*, a.card_id as linked_card, a.card_id = v.card_id is true as is_right, c.person_id = v.person_id is true as is_same_person
  from bench.verdict v left join bench.answer a on a.study_id = v.study_id and a.method = :'method' and a.is_automatic
  left join pacs_data.card c on c.id = a.card_id
  where v.study_id % :every = 0),
asked as (
  select l.*, case when l.linked_card is not null then 'linked'
           else coalesce((select min(case when a.card_id = l.card_id then a.place end) filter (where a.card_id = l.card_id)::text
                          from bench.answer a where a.study_id = l.study_id and a.method = :'method'),
                         (select 'wrong' from bench.answer a where a.study_id = l.study_id and a.method = :'method' limit 1), 'nothing') end as place
  from linked l)
select jsonb_build_object(
  'method', :'method', 'studies', count(*),
  'linkable', count(*) filter (where linkable = 'yes'),
  'automatic_linkable', count(*) filter (where linkable = 'yes' and place = 'linked'),
  'automatic', count(*) filter (where place = 'linked'),
  'right', count(*) filter (where is_right),
  'other_card', count(*) filter (where place = 'linked' and not is_right and is_same_person),
  'other_person', count(*) filter (where place = 'linked' and not is_same_person),
  'rest', count(*) filter (where linkable = 'yes' and place <> 'linked'),
  'first', count(*) filter (where linkable = 'yes' and place = '1'),
  'later', count(*) filter (where linkable = 'yes' and place not in ('linked', '1', 'wrong', 'nothing')),
  'wrong', count(*) filter (where linkable = 'yes' and place = 'wrong'),
  'nothing', count(*) filter (where linkable = 'yes' and place = 'nothing'),
  'strangers', count(*) filter (where linkable = 'no'),
  'strangers_linked', count(*) filter (where linkable = 'no' and place = 'linked'),
  'strangers_asked', count(*) filter (where linkable = 'no' and place not in ('linked', 'nothing')),
  'unknown', count(*) filter (where linkable = 'unknown'),
  'unknown_linked', count(*) filter (where linkable = 'unknown' and place = 'linked'),
  'unknown_asked', count(*) filter (where linkable = 'unknown' and place not in ('linked', 'nothing')))
from asked;
