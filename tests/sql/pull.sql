-- Pulls: which days are asked for, what is missing here, and how it goes on after a stop.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(42);

delete from pacs_data.remote_ae;
delete from pacs_data.task;
delete from pacs_data.pull;
insert into pacs_data.remote_ae (ae_title, host, port, certificate_sha256) values ('PACS2', '10.0.0.1', 104, sha256('x'));
set local session authorization demo_gateway;
select pg_temp.ingest(pg_temp.image('1', '1', '1')), pg_temp.ingest(pg_temp.image('1', '1', '2')),
  pg_temp.ingest(pg_temp.image('1', '2', '3')) \g /dev/null
reset session authorization;

set local session authorization demo_operator;
select throws_ok(format('select pacs.pull_studies(%L, %L, %L, %L)', ae, filter, schedule, days), state, null, description)
from (values
  ('PACS3', '{}', null, null::int, 'PC053', 'Nothing is pulled from who cannot be called'),
  ('PACS2', '[]', null, null, 'PC082', 'A filter is an identifier'), ('PACS2', '{"NoSuchKeyword": 1}', null, null, 'PC008', 'of attributes'),
  ('PACS2', '{}', '* * *', null, 'PC082', 'A schedule is a cron expression'), ('PACS2', '{}', null, 0, 'PC082', 'There are some days'),
  ('PACS2', '{"StudyDate": "20240101-"}', null, 7, 'PC082', 'which are counted back or named, not both'))
  p (ae, filter, schedule, days, state, description);
select throws_ok(format('select pacs.pull_priors(%L, %L)', 'PACS2', id), 'PC082', null, format('«%s» is no Patient ID of one person', id))
  from unnest(array['', '*', '1?', 'a\b']) id;
select pacs.pull_studies('PACS2', '{"StudyDate": "20240301-20240303", "ModalitiesInStudy": "CT"}') as pull \gset
reset session authorization;
select is(pg_temp.state_as('demo_physician', 'select pacs.pull_studies(''PACS2'')'), '42501', 'Operators pull, and nobody else');
select is((select payload from pacs_data.task where kind = 'pull'), jsonb_build_object('pull', :pull), 'A pull without a schedule begins at once');

create temp table known as select :pull::bigint as id;
grant select on known to public;
set local session authorization demo_gateway;
select is(p.identifier - '00080020', '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "00080061": {"vr": "CS", "Value": ["CT"]},
  "0020000D": {"vr": "UI", "Value": []}, "00201208": {"vr": "IS"}}', 'It asks for studies and how many objects they have')
  from pacs.pull_page(:pull) p;
select is(row(p.ae_title, p.address, p.port, p.uses_tls, p.certificate_sha256 = sha256('x'))::text, '(PACS2,10.0.0.1,104,t,t)',
  'of who shows the certificate of its row') from pacs.pull_page(:pull) p;
select is((select p.identifier #>> '{00080020,Value,0}' from pacs.pull_page(:pull) p), '20240303', 'The newest day comes first');
select * from pacs.claim_task('{pull}') \g /dev/null
reset session authorization;
update pacs_data.task set attempts = 9 where kind = 'pull';
set local session authorization demo_gateway;
select pacs.pull_page_done(:pull) \g /dev/null
reset session authorization;
select is((select t.attempts from pacs_data.task t where t.kind = 'pull'), 1::smallint, 'Attempts are of one day');
set local session authorization demo_gateway;
select is((select p.identifier #>> '{00080020,Value,0}' from pacs.pull_page(:pull) p), '20240302', 'then the one before it, also for who comes new');
select pacs.pull_page_done(:pull), pacs.pull_page_done(:pull) \g /dev/null
select is((select count(*) from pacs.pull_page(:pull)), 0::bigint, 'until the oldest is done');

create function pg_temp.steps(level text, answers jsonb) returns text language sql volatile return (
  select string_agg(case when (s ->> 'is_move')::boolean then 'move ' else 'ask ' end || (s ->> 'level') || ' '
           || coalesce(s #>> '{identifier,00080018,Value}', s #>> '{identifier,0020000E,Value}', ''), ', ')
  from pacs.pull_steps((select id from pg_temp.known), level, answers) s);
create function pg_temp.answer(study text, number int, series text default null, instance text default null) returns jsonb
  language sql immutable return jsonb_strip_nulls(jsonb_build_object(
    '0020000D', jsonb_build_object('Value', array[pg_temp.study_uid(study)]),
    case when series is null then '00201208' else '00201209' end, jsonb_build_object('vr', 'IS', 'Value', array[number]),
    '0020000E', case when series is not null then jsonb_build_object('Value', array[pg_temp.series_uid(series)]) end,
    '00080018', case when instance is not null then jsonb_build_object('Value', array[pg_temp.instance_uid(instance)]) end));
select is(pg_temp.steps('STUDY', jsonb_build_array(pg_temp.answer('1', 3))), null, 'A study with as many objects here is left alone');
select is(pg_temp.steps('STUDY', jsonb_build_array(pg_temp.answer('9', 3))), 'move STUDY ', 'One that is not here is moved');
select is(pg_temp.steps('STUDY', jsonb_build_array(pg_temp.answer('1', 4))), 'ask SERIES []', 'Of one that is here in part its series are asked for');
select is(pg_temp.steps('STUDY', jsonb_build_array(pg_temp.answer('1', null))), 'ask SERIES []', 'So where the other side does not say how many there are');
select is(pg_temp.steps('STUDY', '[{}, {"0020000D": {"Value": ["x"]}}]'), null, 'An answer without a study''s UID is passed over');
select is(pg_temp.steps('SERIES', jsonb_build_array(pg_temp.answer('1', 2, '1'), pg_temp.answer('1', 1, '9'), pg_temp.answer('1', 2, '2'))),
  format('move SERIES ["%s"], ask IMAGE []', pg_temp.series_uid('9')),
  'So with series: whole ones are left alone, new ones moved, of others the objects are asked for');
select is(pg_temp.steps('STUDY', jsonb_build_array(pg_temp.answer('1', 4), pg_temp.answer('1', 5), pg_temp.answer('1', 4))), 'ask SERIES []',
  'A study that the other side names three times is asked about once');
select is(pg_temp.steps('IMAGE', jsonb_build_array(pg_temp.answer('1', null, '2', '3'), pg_temp.answer('1', null, '2', '4'))),
  format('move IMAGE ["%s"]', pg_temp.instance_uid('4')), 'and of objects those that are not here are moved');
select is((select max(jsonb_array_length(s #> '{identifier,00080018,Value}')) || ' ' || count(*) from pacs.pull_steps(:pull, 'IMAGE',
    (select jsonb_agg(pg_temp.answer('1', null, '2', n::text)) from generate_series(10, 130) n)) s), '50 3', 'Lists have at most 50 UIDs');
reset session authorization;

-- What comes by C-GET: only what was asked for ------------------------------------------------------------------

update pacs_data.remote_ae set may_store = false;
select pacs_internal.uid_key('0020000D', array[pg_temp.study_uid('7')]) as wanted \gset
set local session authorization demo_gateway;
select pacs.open_pull(:pull, :'wanted') as transfer \gset
select is((select row(outcome, reason_code)::text from pg_temp.ingest(pg_temp.image('8', '8', '8'), transfer_id => :transfer)), '(refused,PC023)',
  'An object of a study that was not asked for is refused');
select is((select outcome from pg_temp.ingest(pg_temp.image('7', '7', '7'), transfer_id => :transfer)), 'stored',
  'one of the study that was asked for is stored, also of an AE that may not store by itself');
reset session authorization;
select is((select count(*) from pacs_data.study where study_instance_uid = pg_temp.study_uid('8')), 0::bigint, 'Nothing is left of what was refused');
select is((select detail from pacs_data.audit_event where event = 'instance_refused' order by id desc limit 1),
  '{"code": "PC023", "reason": "(0020,000D) is of another study than was asked for"}', 'but a word in the trail');

-- Schedules --------------------------------------------------------------------------------------------------

delete from pacs_data.task;
set local session authorization demo_operator;
select pacs.pull_studies('PACS2', '{}', '* * * * *', 2) as planned \gset
select pacs.pull_studies('PACS2', '{}', '0 0 29 2 *', 2) as rare \gset
reset session authorization;
select is((select count(*) from pacs_data.task), 0::bigint, 'A pull with a schedule waits for it');
select is(pacs_internal.queue_pulls(), 1::bigint, 'What is due is queued') where to_char(now(), 'MMDD') <> '0229';
select is(pacs_internal.queue_pulls(), 0::bigint, 'and not again while it is under way') where to_char(now(), 'MMDD') <> '0229';
select is((select p.identifier #>> '{00080020,Value,0}' from pacs.pull_page(:planned) p), to_char(now() at time zone 'UTC', 'YYYYMMDD'),
  'Its days are counted back from the day of the run');
set local session authorization demo_operator;
select pacs.switch_pull(:planned, false) \g /dev/null
reset session authorization;
select is((select count(*) from pacs.pull_page(:planned)), 0::bigint, 'A pull that is switched off stops');

set local session authorization demo_operator;
select pacs.pull_studies('PACS2', '{"StudyDate": "20240230-"}', '* * * * *') as dateless \gset
reset session authorization;
select lives_ok('select pacs_internal.queue_pulls()', 'A day that there is not in one pull stops no other');

-- Earlier studies --------------------------------------------------------------------------------------------

select is((select pacs_internal.pull_priors_of(id) from pacs_data.study where study_instance_uid = pg_temp.study_uid('1')), null,
  'Without a source nothing earlier is fetched');
update pacs_data.setting set value = 'PACS2' where name = 'prior_source';
select pacs_internal.pull_priors_of(id) as priors from pacs_data.study where study_instance_uid = pg_temp.study_uid('1') \gset
select is((select filter #>> '{00100020,Value,0}' from pacs_data.pull where id = :priors), 'P1',
  'A complete study has the patient''s earlier ones fetched from the source');
select is((select pacs_internal.pull_priors_of(id) from pacs_data.study where study_instance_uid = pg_temp.study_uid('1')), null, 'once a day');

update pacs_data.pull set schedule = null, finished_at = null;
update pacs_data.pull set finished_at = now() - interval '31 days' where id = :priors;
insert into pacs_data.pull (remote_ae_id, asked_by, filter, schedule, finished_at)
  select remote_ae_id, asked_by, filter, '0 2 * * *', finished_at from pacs_data.pull where id = :priors;
select is(pacs_internal.drop_old_pulls(), 1::bigint, 'A pull that was done 30 days ago is forgotten, one with a schedule is not');
select is(pacs_internal.drop_old_pulls(), 0::bigint, 'once');

select * from finish();
rollback;
