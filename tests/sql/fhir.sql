-- A study as FHIR R4 says it.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(15);

delete from pacs_data.card_link;
delete from pacs_data.card;
select is((pg_temp.ingest(pg_temp.image('91', '91', '91', '{"00201206": ["IS", "1"]}'))).outcome, 'stored', 'A study comes');
select is((pg_temp.ingest(pg_temp.image('91', '91', '92'))).outcome, 'stored', 'of two objects');
create function pg_temp.fhir(login name default 'demo_mis') returns jsonb language plpgsql as $$
declare
  answer jsonb;
begin
  execute format('set local session authorization %I', login);
  answer := pacs.fhir_imaging_study(pg_temp.study_uid('91'), 'dr');
  reset session authorization;
  return answer;
end
$$;
create function pg_temp.at(path text) returns text language sql as $$ select jsonb_path_query_first(pg_temp.fhir(), path::jsonpath) #>> '{}' $$;

select is(pg_temp.at('$.resourceType'), 'ImagingStudy', 'It is an ImagingStudy');
select is(pg_temp.at('$.identifier[0].value'), 'urn:oid:' || pg_temp.study_uid('91'), 'of this UID');
select is(pg_temp.at('$.identifier[1].value'), 'A91', 'and accession number');
select is(pg_temp.at('$.started'), to_char(timestamp '2024-03-12 10:11:12' at time zone pacs_internal.setting('time_zone') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'begun when the device said, with an offset from UTC');
select is(pg_temp.at('$.numberOfSeries') || ' ' || pg_temp.at('$.numberOfInstances'), '1 2', 'as many as are there');
select is(pg_temp.at('$.series[0].instance[1].uid'), pg_temp.instance_uid('92'), 'each of them named');
select is(pg_temp.at('$.series[0].instance[0].sopClass.code'), 'urn:oid:1.2.840.10008.5.1.4.1.1.7', 'with its class');
select is(pg_temp.at('$.subject.reference'), '#' || pg_temp.at('$.contained[0].id'), 'Its patient is contained');
select is(pg_temp.at('$.contained[0].name[0].family') || ' ' || pg_temp.at('$.contained[0].gender') || ' ' || pg_temp.at('$.contained[0].birthDate'),
  'Шевченко male 1960-03-09', 'as the console named one');
select matches(pg_temp.at('$.contained[1].address'), '^http.*/dicom-web$', 'and where its images are');

set local session authorization demo_card_feed;
select pacs.upsert_card('91', 2024, 'Шевченко', 'Тарас', 'Григорович', '1960-03-09', 'M', '2024-03-10', '2024-03-20') \g /dev/null
set local session authorization demo_registrar;
select pacs.link_study(pg_temp.study_uid('91'), '91', 2024) \g /dev/null
reset session authorization;
select is(pg_temp.at('$.contained[0].identifier[0].value') || ' ' || pg_temp.at('$.contained[0].name[0].text'), '91/2024 Шевченко Тарас Григорович',
  'Linked, the patient is the card''s');
select is(pg_temp.state_as('demo_mis', $$select pacs.fhir_imaging_study('1.2.3')$$), 'PC045', 'There is no such study');
select is(pg_temp.state_as('demo_card_feed', $$select pacs.fhir_imaging_study('1.2.3')$$), '42501', 'A feed reads nothing');

select * from finish();
rollback;
