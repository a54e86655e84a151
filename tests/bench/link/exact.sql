-- Exact matching of the Patient ID: to number/year, and in the second form, where that finds none, of a plain number to the
-- card of that number in the year of the study.
\set QUIET on
insert into bench.answer
  select 'exact', s.id, 1, c.id, true
  from pacs_data.study s join pacs_data.patient p on p.id = s.patient_id
  join pacs_data.card c on p.patient_id = c.card_number || '/' || c.card_year;
insert into bench.answer
  select 'exact or of the year', a.study_id, 1, a.card_id, true from bench.answer a where a.method = 'exact'
  union all
  select 'exact or of the year', s.id, 1, c.id, true
  from pacs_data.study s join pacs_data.patient p on p.id = s.patient_id
  join pacs_data.card c on c.card_number = p.patient_id and c.card_year = extract(year from s.study_date)
  where s.id not in (select a.study_id from bench.answer a where a.method = 'exact');
analyze bench.answer;
