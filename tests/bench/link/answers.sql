-- What pgpacs has answered, beside the truth: bench.answer has a row for each card that a method names for a study, the
-- likeliest at place 1; is_automatic where it was linked without asking.
\set QUIET on
create table bench.verdict as
  select s.id as study_id, t.linkable, t.errors, c.id as card_id, p.id as person_id
  from bench.truth t join pacs_data.study s using (study_instance_uid)
  left join pacs_data.card c on c.card_number = split_part(t.true_card, '/', 1) and c.card_year = split_part(t.true_card, '/', 2)::int
  left join pacs_data.person p on p.id = c.person_id;
alter table bench.verdict add primary key (study_id);
create table bench.answer (method text, study_id bigint, place int, card_id bigint, is_automatic boolean not null);
insert into bench.answer
  select 'pgpacs', l.study_id, 1, l.card_id, true from pacs_data.card_link l where l.status = 'automatic'
  union all
  select 'pgpacs', c.study_id, c.place, c.card_id, false from pacs_data.card_candidate c;
create index on bench.answer (study_id, method);
analyze bench.verdict, bench.answer;
