-- Storage commitment: what is asked, what is promised and to whom, by the database alone.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(52);

delete from pacs_data.remote_ae;
delete from pacs_data.task;
delete from pacs_data.commitment;
insert into pacs_data.remote_ae (ae_title, host, port, may_commit, certificate_sha256) values
  ('CALLED', '10.0.0.1', 104, true, sha256('x')), ('QUIET', '10.0.0.2', null, true, null), ('WARD', '10.1.0.0/16', 104, true, null), ('NEVER', '10.0.0.4', 104, false, null);
set local session authorization demo_gateway;
select pg_temp.ingest(pg_temp.image('1', '1', '1')), pg_temp.ingest(pg_temp.image('1', '1', '2')) \g /dev/null
reset session authorization;
create temp table opened as
  select r.ae_title, (pacs.open_association(r.ae_title, 'PGPACS', host(r.host)::inet, true, r.certificate_sha256)).transfer_id as id from pacs_data.remote_ae r;
grant select on opened to public;
create function pg_temp.transfer(title text) returns bigint language sql stable return (select id from opened where ae_title = title);
create function pg_temp.uid(tag text, uid text) returns jsonb language sql immutable
  return jsonb_build_object(tag, jsonb_build_object('vr', 'UI', 'Value', array[uid]));
-- A request about instances of these numbers; a class of its own where it is given after a colon.
create function pg_temp.request(transaction text, variadic instances text[]) returns jsonb language sql immutable
return pg_temp.uid('00081195', transaction) || jsonb_build_object('00081199', jsonb_build_object('vr', 'SQ', 'Value',
  (select coalesce(jsonb_agg(pg_temp.uid('00081150', coalesce(nullif(split_part(i, ':', 2), ''), '1.2.840.10008.5.1.4.1.1.7'))
                             || pg_temp.uid('00081155', pg_temp.instance_uid(split_part(i, ':', 1)))), '[]') from unnest(instances) i)));
create function pg_temp.asked(transaction text) returns pacs_data.commitment language sql stable
  return (select c from pacs_data.commitment c where c.transaction_uid = transaction);

-- Asking -----------------------------------------------------------------------------------------------------

set local session authorization demo_gateway;
select is((select count(*) from pacs.request_commitment(pg_temp.transfer('CALLED'), pg_temp.request('1.2.3', '1', '2', '3', '1:1.2.840.10008.5.1.4.1.1.4'))),
  0::bigint, 'Who can be called hears the result on an association of ours');
select is((select count(*) from pacs.request_commitment(pg_temp.transfer('QUIET'), pg_temp.request('1.2.3', '1'))), 1::bigint,
  'Who has no port hears it on its own association, which gets the task');
select is((select count(*) from pacs.request_commitment(pg_temp.transfer('QUIET'), pg_temp.request('1.2.3', '1'))), 0::bigint,
  'once: a repeated request does not take the task from who has it');
select throws_ok(format('select * from pacs.request_commitment(pg_temp.transfer(%L), %L)', title, request), 'PC055', null, description)
from (values
  ('CALLED', '{}'::jsonb, 'No request without a Transaction UID'), ('CALLED', '[]', 'nor one that is no data set'),
  ('CALLED', pg_temp.uid('00081195', 'x'), 'nor one whose Transaction UID is none'),
  ('CALLED', pg_temp.uid('00081195', '1.2.4'), 'nor one about nothing'),
  ('CALLED', pg_temp.request('1.2.4', variadic '{}'), 'nor about an empty sequence'),
  ('CALLED', pg_temp.uid('00081195', '1.2.4') || '{"00081199": {"vr": "SQ", "Value": [{}]}}', 'nor with an item without UIDs'),
  ('CALLED', pg_temp.uid('00081195', '1.2.4') || '{"00081199": {"vr": "SQ", "Value": "1"}}', 'nor with a sequence that is none'),
  ('CALLED', pg_temp.request('1.2.3', '1'), 'A Transaction UID in use is for the same references only'),
  ('NEVER', pg_temp.request('1.2.5', '1'), 'Who may not ask is refused')) r (title, request, description);
reset session authorization;
select is((select count(*) from pacs_data.commitment), 2::bigint, 'A Transaction UID is known for each AE, and what was refused is not kept');
select is((select string_agg(t.state, ' ' order by t.id) from pacs_data.task t where t.kind = 'commit'), 'ready running',
  'Every request has one task');

-- Checking ---------------------------------------------------------------------------------------------------

create temp table first as select c.id from pacs_data.commitment c join pacs_data.remote_ae r on r.id = c.remote_ae_id
  where r.ae_title = 'CALLED';
grant select on first to public;
set local session authorization demo_gateway;
select results_eq('select f.number, f.sha256 is null from first, pacs.commitment_files(id) f', 'values (1, true), (2, true)',
  'Files of instances that are known, with the class that is named, are looked at; by size at first');
select is((select count(*) from first, pacs.commitment_report(id)), 0::bigint, 'Before they are, there is nothing to report');
reset session authorization;
update pacs_data.setting set value = 'digest' where name = 'commitment_checks';
set local session authorization demo_gateway;
select is((select bool_and(length(f.sha256) = 32) from first, pacs.commitment_files(id) f), true, 'By a setting the digest is looked at too');
select pacs.commitment_checked(id, '{2}') from first \g /dev/null
reset session authorization;
select results_eq('select i.number, i.failure_reason from first join pacs_data.commitment_item i on i.commitment_id = first.id order by 1',
  'values (1, 272), (2, null), (3, 274), (4, 281)',
  'A file that is not what it was is a processing failure, what is unknown no such instance, another class a conflict');
set local session authorization demo_gateway;
select is((select count(*) from first, pacs.commitment_files(id)), 0::bigint, 'What is checked is not looked at again');
select is(row(r.ae_title, r.address, r.port, r.uses_tls, r.certificate_sha256 = sha256('x'), r.calling_ae_title, r.event_type)::text,
  '(CALLED,10.0.0.1,104,t,t,PGPACS,2)', 'A result with failures is an event of type 2, for who shows its certificate') from first, pacs.commitment_report(id) r;
select is(r.information #>> '{00081195,Value,0}', '1.2.3', 'for the Transaction UID')from first, pacs.commitment_report(id) r;
select is(jsonb_path_query_array(r.information, '$."00081199".Value[*]."00081155".Value[0]'), jsonb_build_array(pg_temp.instance_uid('2')),
  'what is safe is named') from first, pacs.commitment_report(id) r;
select is(jsonb_path_query_array(r.information, '$."00081198".Value[*]."00081197".Value[0]'), '[272, 274, 281]',
  'and what is not, with the reason') from first, pacs.commitment_report(id) r;
select is(r.information #>> '{00080054,Value,0}', 'PGPACS', 'and where it can be had') from first, pacs.commitment_report(id) r;
select pacs.commitment_reported(id), pacs.commitment_reported(id) from first \g /dev/null
select is((select count(*) from first, pacs.commitment_report(id)), 0::bigint, 'What was reported is not reported again');
reset session authorization;
select is((select count(*) from pacs_data.audit_event where event = 'commitment_reported' and at >= now()), 1::bigint,
  'What we promised is in the trail, once');

set local session authorization demo_gateway;
select from pacs.request_commitment(pg_temp.transfer('WARD'), pg_temp.request('1.2.6', '1'));
reset session authorization;
select pacs.commitment_checked((pg_temp.asked('1.2.6')).id, '{1}') \g /dev/null
select is(row(r.address, r.uses_tls, r.certificate_sha256, r.event_type)::text, '(10.1.0.0,f,,1)', 'One of a network is called where it called from; all safe is an event of type 1')
  from pacs.commitment_report((pg_temp.asked('1.2.6')).id) r;
select is(r.information ? '00081198', false, 'without a sequence of failures') from pacs.commitment_report((pg_temp.asked('1.2.6')).id) r;

-- As a user --------------------------------------------------------------------------------------------------

create temp table ours as
  select pacs_internal.ask_commitment(r.id, array[pg_temp.instance_uid('1'), pg_temp.instance_uid('2')]) as id
  from pacs_data.remote_ae r where r.ae_title = 'CALLED';
grant select on ours to public;
select matches(q.information #>> '{00081195,Value,0}', '^2\.25\.[1-9]\d{20,38}$', 'We ask under a UID made of a UUID')
  from ours, pacs.commitment_question(id) q;
select is(row(q.uses_tls, q.certificate_sha256 = sha256('x'))::text, '(t,t)', 'of who shows its certificate') from ours, pacs.commitment_question(id) q;
select is(jsonb_array_length(q.information #> '{00081199,Value}'), 2, 'about the objects that are named') from ours, pacs.commitment_question(id) q;
insert into pacs_data.forward_rule (name, destination_id, wants_commitment) select rule, r.id, rule = 'committed'
  from pacs_data.remote_ae r, unnest(array['committed', 'not asked']) rule where r.ae_title = 'CALLED';
insert into pacs_data.forward_object (rule_id, instance_id, task_id, state, decided_at) select r.id, i.id, 1, 'sent', now()
  from pacs_data.forward_rule r, pacs_data.instance i where i.sop_instance_uid in (pg_temp.instance_uid('1'), pg_temp.instance_uid('2'));
create function pg_temp.event() returns jsonb language sql stable return (
  select pg_temp.request(c.transaction_uid, '2') from pacs_data.commitment c join ours on ours.id = c.id);
select pg_temp.event() as event \gset
set local session authorization demo_gateway;
select throws_ok(format('select pacs.take_commitment_event(pg_temp.transfer(%L), %L)', 'QUIET', :'event'), 'PC055', null,
  'Another AE cannot answer for the one that was asked');
select throws_ok(format('select pacs.take_commitment_answer(%s, %L)', id, jsonb_set(:'event', '{00081195,Value,0}', '"1.2.3"')), 'PC055', null,
  'nor whom we called for another question') from ours;
select throws_ok(format('select pacs.take_commitment_answer(-1, %L)', :'event'), 'PC055', null, 'nor one for none');
select lives_ok(format('select pacs.take_commitment_event(pg_temp.transfer(%L), %L)', 'CALLED', :'event'), 'Who was asked answers');
select lives_ok(format('select pacs.take_commitment_event(pg_temp.transfer(%L), %L)', 'CALLED', :'event'), 'and may say it again');
select lives_ok(format('select pacs.take_commitment_answer(%s, %L)', id, :'event'), 'also where we have called it') from ours;
select is((select count(*) from ours, pacs.commitment_question(id)), 0::bigint, 'Then nothing is asked any more');
reset session authorization;
select is((select objects || ' ' || failed from pacs.commitment c join ours on ours.id = c.id), '2 1', 'What is not named as safe is not safe');
set local session authorization demo_operator;
select results_eq('select rule, sop_instance_uid, reason from pacs.forward_failures()', format('values (%L, %L, %L)', 'committed',
  pg_temp.instance_uid('1'), 'the destination does not promise to keep it (storage commitment, failure reason 0110)'),
  'and stands with what a rule could not send');
reset session authorization;

-- Nobody answers ---------------------------------------------------------------------------------------------
update pacs_data.forward_object set state = 'sent', reason = null;
insert into ours select pacs_internal.ask_commitment(r.id, array[pg_temp.instance_uid('1'), pg_temp.instance_uid('2')])
  from pacs_data.remote_ae r where r.ae_title = 'CALLED';
create function pg_temp.asks() returns pacs_data.commitment language sql stable
  return (select c from pacs_data.commitment c where c.is_ours order by c.id desc limit 1);
select is(pacs_internal.give_up_commitments(), 0::bigint, 'An answer has its time');
update pacs_data.commitment set requested_at = now() - interval '2 days' where id = (pg_temp.asks()).id;
select is(pacs_internal.give_up_commitments(), 0::bigint, 'A question that is still to be put is not given up');
update pacs_data.task set state = 'done', finished_at = now() - interval '23 hours' where id = (pg_temp.asks()).task_id;
select is(pacs_internal.give_up_commitments(), 0::bigint, 'nor one that was put just now');
update pacs_data.task set finished_at = now() - interval '25 hours' where id = (pg_temp.asks()).task_id;
select is(pacs_internal.give_up_commitments(), 1::bigint, 'One that nobody answers is given up');
select is(pacs_internal.give_up_commitments(), 0::bigint, 'once');
set local session authorization demo_operator;
select results_eq('select given_up_at is not null, checked_at is null, failed from pacs.commitment order by id desc limit 1', 'values (true, true, 0::bigint)',
  'An operator sees that it was');
select is((select count(*) from pacs.forward_failures() where rule = 'committed' and reason like 'the destination did not say%'), 2::bigint,
  'and its objects with what a rule could not send');
select pg_temp.request((pg_temp.asks()).transaction_uid, '2') as event \gset
set local session authorization demo_gateway;
select lives_ok(format('select pacs.take_commitment_event(pg_temp.transfer(%L), %L)', 'CALLED', :'event'), 'An answer that comes after all is taken');
reset session authorization;
select results_eq('select i.sop_instance_uid, f.state from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id
  join pacs_data.instance i on i.id = f.instance_id where r.name = ''committed'' order by i.id',
  format('values (%L collate "C", ''failed''), (%L, ''sent'')', pg_temp.instance_uid('1'), pg_temp.instance_uid('2')), 'and counts');

-- A question answered late ------------------------------------------------------------------------------------
create function pg_temp.answered(sent interval) returns text language plpgsql as $$
begin
  update pacs_data.forward_object set state = 'sent', reason = null, decided_at = now() - sent;
  perform pacs_internal.ask_commitment(r.id, array[pg_temp.instance_uid('1'), pg_temp.instance_uid('2')]) from pacs_data.remote_ae r where r.ae_title = 'CALLED';
  update pacs_data.commitment set requested_at = now() - interval '1 hour' where id = (pg_temp.asks()).id;
  perform pacs.take_commitment_event(pg_temp.transfer('CALLED'), pg_temp.request((pg_temp.asks()).transaction_uid, '2'));
  return (select f.state from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id
          join pacs_data.instance i on i.id = f.instance_id where r.name = 'committed' and i.sop_instance_uid = pg_temp.instance_uid('1'));
end
$$;
select is(pg_temp.answered('2 hours'), 'failed', 'An object that was sent before the question is not safe by its answer');
select is(pg_temp.answered('30 minutes'), 'sent', 'one that was sent again since is for another question to tell');

delete from pacs_data.commitment;
insert into pacs_data.commitment (remote_ae_id, is_ours, transaction_uid, requested_at, reported_at)
  select r.id, n % 2 = 0, '2.25.' || n, now() - asked, now() - reported
  from (select min(id) as id from pacs_data.remote_ae) r,
    (values (1, interval '31 days', interval '31 days'), (2, '31 days', '29 days'), (3, '91 days', null), (4, '89 days', null)) c (n, asked, reported);
select pacs_internal.drop_old_commitments();
select set_eq('select transaction_uid from pacs_data.commitment', array['2.25.2', '2.25.4'],
  'Requests are forgotten 30 days after they were reported, or 90 days after they were asked in vain');

select * from finish();
rollback;
