-- How alike two spellings of a name are: dicom.name_agreement and dicom.name_similarity.
begin;
set local search_path = tap, pg_catalog;
select plan(17);

-- What the page says
\set path :root '/docs/patient-cards.md'
\set page `cat :'path'`
create temp table example as
  select trim(c[1]) as card, trim(c[2]) as console, trim(c[3]) as surname, trim(c[4]) as given, trim(c[5]) as patronymic, c[6]::numeric as similarity
    from regexp_split_to_table(:'page', '\n') line, regexp_match(line, '^\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\| ([01]\.\d{3}) \|$') c
   where c is not null;
select cmp_ok((select count(*) from example), '>=', 15::bigint, 'The page works examples');
select is_empty($$
  select e.card, e.console, a.* from example e, dicom.name_agreement(e.card, e.console) a
   where (e.surname, e.given, e.patronymic) is distinct from (a.surname, a.given, a.patronymic) or abs(e.similarity - a.similarity) > 0.0006$$,
  'and each is what the function says');
select is_empty($$select card, console from example where dicom.name_similarity(card, console) is distinct from (dicom.name_agreement(console, card)).similarity$$,
  'whichever name comes first');
create temp table page_level as
  select (regexp_matches(:'page', '^\| `(\w+)` \|', 'gn'))[1] as level;
select is_empty($$select surname from example union select given from example union select patronymic from example except select level from page_level$$,
  'Every level that is found is explained');

-- What it promises
select is(dicom.name_similarity('Шевченко^Тарас', 'shevchenko taras'), 1::real, 'Both alphabets are one name');
select is(dicom.name_similarity('Шевченко', null), null, 'Nothing is like nothing');
select is(dicom.name_similarity(null, 'Шевченко'), null, 'nor is nothing like something');
select is(dicom.name_agreement(null, 'Шевченко')::text, null, 'Nothing agrees with nothing');
select is(dicom.name_similarity('', ''), 0::real, 'No name is like no other');
select is(dicom.name_similarity('^^^', 'Шевченко'), 0::real, 'nor are signs');
select is(dicom.name_similarity(repeat('a', 5000), repeat('a', 5000)), 0::real, 'A text of 5 KB is no name');
select is(dicom.name_agreement(repeat('щ', 2049), 'Щ')::text, '(missing,missing,missing,0)', 'and says nothing');
select is(dicom.name_similarity(repeat('a ', 2000), repeat('b ', 2000)), 0::real, 'A name of 2000 components ends');
select is((select count(*) from generate_series(1, 2000) n
            where dicom.name_similarity(chr(300 + n) || '^' || md5(n::text), md5((n + 1)::text) || chr(64 + n)) not between 0 and 1),
  0::bigint, 'It is from 0 to 1 for whatever text');

-- Who may ask
select is((select count(*) from pg_proc where oid in ('dicom.name_similarity(text, text)'::regprocedure, 'dicom.name_agreement(text, text)'::regprocedure)
             and provolatile = 'i' and proisstrict and proparallel = 's'), 2::bigint, 'Indexes may be made of it');
set local role pacs_mis;
select is(dicom.name_similarity('Микола^Коваль', 'Koval^Nikolay'), 0.97::real, 'Everybody may ask');
reset role;
create temp table candidate as select format('Ткаченко^Марія^Іванівна %s', n) as name from generate_series(1, 200) n;
select cmp_ok((select max(dicom.name_similarity(name, 'TKACHENKO^MARIYA')) from candidate), '>', 0.7::real, 'Of many candidates');

select * from finish();
rollback;
