-- Similarity of names by pg_trgm, on a transliteration letter by letter: of each study the five likeliest cards. Where the birth
-- date was typed, the cards of that date are compared, which an index finds; without it, or where none of them is alike, all
-- names, which takes a tenth of a second and more: so only one of so many studies is asked for. Variable: every. Cards of
-- one name are ordered by how near the stay is in time. What is trusted to link: choice.sql.
\set QUIET on
create function bench.plain(name text) returns text language sql immutable parallel safe
return replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
  translate(lower(name collate "und-x-icu"), 'абвгґдезиіїйклмнопрстуфыэё^=ьъ’''', 'abvhgdezyiiiklmnoprstufyee  '),
  'є', 'ie'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'щ', 'shch'), 'ш', 'sh'), 'ю', 'iu'), 'я', 'ia'), '.', ' '), '*', '');

create table bench.plain_card as
  select c.id as card_id, bench.plain(c.patient_name) as name, c.birth_date, c.admitted_at, coalesce(c.discharged_at, 'infinity') as discharged_at
  from pacs_data.card c;
create index on bench.plain_card (birth_date);
create index on bench.plain_card using gin (name trigram.gin_trgm_ops);
create table bench.plain_study as
  select s.id as study_id, bench.plain(s.patient_name) as name, s.patient_birth_date as birth_date, s.study_date + s.study_time as made_at
  from pacs_data.study s where s.id % :every = 0;
analyze bench.plain_card, bench.plain_study;

create function bench.distance(made_at timestamp, admitted_at timestamp, discharged_at timestamp) returns interval
  language sql immutable parallel safe
return greatest(admitted_at - made_at, case when discharged_at < made_at then made_at - discharged_at end, interval '0');

create table bench.trigram as
  select s.study_id, c.* from bench.plain_study s
  cross join lateral (
    select c.card_id, trigram.similarity(c.name, s.name) as similarity, true as is_dated,
           bench.distance(s.made_at, c.admitted_at, c.discharged_at) as distance
    from bench.plain_card c where c.birth_date = s.birth_date and trigram.similarity(c.name, s.name) >= 0.3
    order by 2 desc, 4 limit 5) c;
create table bench.unfound as
  select s.* from bench.plain_study s where not exists (select from bench.trigram t where t.study_id = s.study_id);
analyze bench.unfound;
set pg_trgm.similarity_threshold = 0.4;
-- On all cores.
set min_parallel_table_scan_size = 0;
set parallel_setup_cost = 0;
create table bench.undated as
  select s.study_id, c.* from bench.unfound s
  cross join lateral (
    select c.card_id, trigram.similarity(c.name, s.name) as similarity, false as is_dated,
           bench.distance(s.made_at, c.admitted_at, c.discharged_at) as distance
    from bench.plain_card c where c.name operator(trigram.%) s.name
    order by 2 desc, 4 limit 5) c;
insert into bench.trigram table bench.undated;
analyze bench.trigram;
