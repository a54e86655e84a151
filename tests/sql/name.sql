-- Names in either alphabet: dicom.romanize, dicom.name_skeleton, dicom.name_key and dicom.name_matches.
begin;
set local search_path = tap, pg_catalog;
select plan(14);

select is(dicom.romanize(given), expected, format('%s is %s', given, expected))
  from (values ('Згурський^Олександр', 'Zghurskyi^Oleksandr'), ('ЯГОТИН', 'YAHOTYN'), ('O''Neil', 'O''Neil'), ('', '')) n (given, expected);
select is(dicom.romanize(null), null, 'Nothing is nothing');
select is((select count(distinct dicom.name_skeleton(n)) from unnest(array['Щербак^Юрій', 'SHCHERBAK^YURII', 'Scherbak^Jurij']) n),
  1::bigint, 'Spellings of one name have one key');
select isnt(dicom.name_skeleton('Шевченко'), dicom.name_skeleton('Шевчук'), 'Other names have another');
create temp table person as select format('Ткаченко^Марія %s', n) as name from generate_series(1, 2000) n;
create index on person (dicom.name_skeleton(name) collate "C");
analyze person;
set local enable_seqscan = off;
select is((select name from person where dicom.name_skeleton(name) collate "C" = dicom.name_skeleton('TKACHENKO^MARIIA 77')),
  'Ткаченко^Марія 77', 'A key is what an index is made of');
select is((select length(dicom.romanize(repeat('щ', 100000)))), 400000, 'A long text is a text');

select is(dicom.name_key('ЗГУРСЬКИЙ^Олександр'), dicom.name_key('Zghurskyi^Oleksandr'), 'Both alphabets have one key of C-FIND');
select is(dicom.name_matches('Згурський^Олександр', 'OLEKSANDR^ZGHUR*'), true, 'A name is what a pattern says');
select is(dicom.name_matches('Гриценко', 'Гріценко'), false, 'Within one alphabet letters count');
select is(dicom.name_matches(repeat('a', 5000), 'a*'), false, 'A text of 5 KB is no name');
select throws_ok($$select dicom.name_matches('a', repeat('a', 5000))$$, 'PC007', null, 'and no pattern of one');

select * from finish();
rollback;
