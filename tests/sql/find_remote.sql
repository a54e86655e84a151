-- Questions to another PACS: who may ask, what is sent, and who reads the answer.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(31);

delete from pacs_data.remote_ae;
delete from pacs_data.task;
delete from pacs_data.remote_question;
insert into pacs_data.remote_ae (ae_title, host, port, is_enabled, certificate_sha256) values
  ('PACS2', '10.0.0.1', 104, true, sha256('x')), ('DEAF', '10.0.0.2', null, true, null), ('WARD', '10.1.0.0/16', 104, true, null),
  ('OFF', '10.0.0.4', 104, false, null);

select results_eq(format('select pacs_internal.make_identifier(%L, %L)', level, given), format('values (%L::jsonb)', made), description)
from (values
  ('STUDY', '{}'::jsonb, '{"00080052": {"vr": "CS", "Value": ["STUDY"]}}'::jsonb, 'A level alone is an identifier'),
  ('SERIES', '{"PatientID": "1", "StudyDate": ""}',
    '{"00080052": {"vr": "CS", "Value": ["SERIES"]}, "00100020": {"vr": "LO", "Value": ["1"]}, "00080020": {"vr": "DA"}}',
    'Keywords and plain values are turned into the model; an empty value is universal'),
  ('STUDY', '{"00100010": "Шев*", "0020000D": ["1.2", "1.3"]}',
    '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Шев*"}]}, "0020000D": {"vr": "UI", "Value": ["1.2", "1.3"]}}',
    'Names and lists too'),
  ('STUDY', '{"00080060": {"vr": "CS", "Value": ["CT"]}, "StudyID": null}',
    '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "00080060": {"vr": "CS", "Value": ["CT"]}, "00200010": {"vr": "SH"}}',
    'The model passes as it is'),
  ('IMAGE', '{"00080052": {"vr": "CS", "Value": ["STUDY"]}, "00080005": "ISO_IR 100"}', '{"00080052": {"vr": "CS", "Value": ["IMAGE"]}}',
    'The level is the one that is named, and the character set is the daemon''s')) i (level, given, made, description);
set local session authorization demo_operator;
select throws_ok(format('select pacs.find_remote(%L, %L, %L, %L)', ae, level, identifier, timeout), state, null, description)
from (values
  ('NOBODY', 'STUDY', '{}', '1 minute', 'PC053', 'An AE that is unknown cannot be asked'),
  ('DEAF', 'STUDY', '{}', '1 minute', 'PC053', 'nor one without a port'), ('WARD', 'STUDY', '{}', '1 minute', 'PC053', 'nor a network'),
  ('OFF', 'STUDY', '{}', '1 minute', 'PC053', 'nor one that is switched off'), (null, 'STUDY', '{}', '1 minute', 'PC053', 'nor nobody'),
  ('PACS2', 'FRAME', '{}', '1 minute', 'PC082', 'There are four levels'), ('PACS2', null, '{}', '1 minute', 'PC082', 'and none is no level'),
  ('PACS2', 'STUDY', '[]', '1 minute', 'PC082', 'An identifier is an object'), ('PACS2', 'STUDY', null, '1 minute', 'PC082', 'and not nothing'),
  ('PACS2', 'STUDY', '{"NoSuchKeyword": ""}', '1 minute', 'PC008', 'Its keys are attributes'),
  ('PACS2', 'STUDY', '{"RequestAttributesSequence": "1"}', '1 minute', 'PC082', 'Items are written in the model'),
  ('PACS2', 'STUDY', '{}', '0', 'PC082', 'A question has some time'), ('PACS2', 'STUDY', '{}', '2 days', 'PC082', 'and not for ever'))
  q (ae, level, identifier, timeout, state, description);
select pacs.find_remote('PACS2', 'STUDY', '{"PatientID": "P1"}', '1 second') as question \gset
reset session authorization;
select is((select t.payload from pacs_data.task t where t.kind = 'find_remote'), jsonb_build_object('question', :question),
  'The task names the question and no patient');
select is((select t.resource from pacs_data.task t where t.kind = 'find_remote'), 'question PACS2@10.0.0.1',
  'One PACS is asked one question at a time, also while what is sent there pauses');
select is((select detail - 'ae_title' from pacs_data.audit_event where event = 'remote_asked' and at >= now()),
  '{"level": "STUDY", "keys": ["00080052", "00100020"]}', 'The trail has the keys and no values');
set local session authorization demo_gateway;
select is(row(q.ae_title, q.address, q.port, q.uses_tls, q.certificate_sha256 = sha256('x'), q.calling_ae_title, q.level)::text,
  '(PACS2,10.0.0.1,104,t,t,PGPACS,STUDY)', 'The daemon is told whom to ask, and which certificate must be shown')
  from pacs.remote_question(:question) q;
select is(pacs.add_remote_answers(:question, '[{"a": 1}, {"a": 2}]'), true, 'It brings answers');
reset session authorization;
update pacs_data.setting set value = '3' where name = 'remote_rows';
select is(pacs.add_remote_answers(:question, '[{"a": 3}, {"a": 4}]'), false, 'and hears where no more are wanted');
set local session authorization demo_operator;
select throws_ok(format('select * from pacs.remote_answer(%s)', :question), 'PC047', 'there was no answer within the time limit',
  'Whoever waits does not wait longer than the time limit');
reset session authorization;
update pacs_data.task set state = 'done' where kind = 'find_remote';
set local session authorization demo_operator;
select results_eq(format('select r ->> ''a'' from pacs.remote_answer(%s) r', :question), 'values (''1''), (''2''), (''3'')',
  'Once the task is done its rows are there, as many as the setting allows, in their order');
select throws_ok('select * from pacs.remote_answer(0)', 'PC045', null, 'There is no answer to what was not asked');
reset session authorization;
update pacs_data.remote_question set asked_by = 'somebody';
set local session authorization demo_operator;
select throws_ok(format('select * from pacs.remote_answer(%s)', :question), 'PC045', null, 'nor to what another has asked');
reset session authorization;
select is(pg_temp.state_as('demo_physician', 'select pacs.find_remote(''PACS2'', ''STUDY'')'), '42501', 'Operators ask, and nobody else');
update pacs_data.remote_question set expires_at = now() - interval '61 minutes';
select is(pacs_internal.drop_old_questions(), 1::bigint, 'After an hour it is forgotten');
select is((select count(*) from pacs_data.remote_answer), 0::bigint, 'with its answers');

select * from finish();
rollback;
