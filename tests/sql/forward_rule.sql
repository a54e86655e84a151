-- Forward rules: what an operator may say, what is queued of what has come, each object once, and what becomes of it.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(49);

update pacs_data.transfer set is_settled = true;
delete from pacs_data.arrival;
delete from pacs_data.task;
delete from pacs_data.forward_rule;
delete from pacs_data.resource_pause;
insert into pacs_data.remote_ae (ae_title, host, port, certificate_sha256) values ('ARCHIVE', '10.0.0.5', 104, sha256('x')),
  ('NET', '10.0.0.0/24', 104, null), ('SILENT', '10.0.0.6', null, null), ('CT1', '10.0.0.7', 104, null);
create function pg_temp.ae(title text) returns int language sql as $$ select id from pacs_data.remote_ae where ae_title = title $$;

-- What an operator may write -----------------------------------------------------------------------------------------
create function pg_temp.add(rule jsonb) returns text language plpgsql as $$
begin
  return pg_temp.state_as('demo_operator', format(
    'insert into pacs.forward_rule (%s) values (%s)',
    (select string_agg(quote_ident(key), ', ' order by key) from jsonb_each_text(rule)),
    (select string_agg(quote_literal(value), ', ' order by key) from jsonb_each_text(rule))));
end
$$;
select is(pg_temp.add('{"name": "bad"}' || jsonb_build_object('destination_id', pg_temp.ae(title))), 'PC082',
  format('%s is no destination', title)) from unnest(array['NET', 'SILENT']) title;
select is(pg_temp.add(jsonb_build_object('name', 'bad', 'destination_id', pg_temp.ae('ARCHIVE')) || part), state,
  format('A rule with %s is refused', part))
  from (values ('{"send_window": "often"}'::jsonb, 'PC082'), ('{"compress_to": "1.2.840.10008.1.2.4.50"}', 'PC082'),
    ('{"header_condition": "$.\"00080060\" =="}', '42601'), ('{"header_condition": "$ ? (@.a == $x)"}', 'PC082'),
    ('{"send_on": "sunday"}', '23514'), ('{"max_attempts": 0}', '23514'), ('{"name": ""}', '23514')) r (part, state);
select is(pg_temp.add(jsonb_build_object('name', 'bad', 'destination_id', -1)), 'PC082', 'nor an AE that is not there');
select is(pg_temp.state_as(login, format('insert into pacs.forward_rule (name, destination_id) values (''x'', %s)', pg_temp.ae('ARCHIVE'))),
  '42501', login || ' writes no rules') from unnest(array['demo_mis', 'demo_gateway', 'demo_physician']) login;

select is(pg_temp.add(rule || jsonb_build_object('destination_id', pg_temp.ae('ARCHIVE'))), null, format('An operator makes the rule %s', rule ->> 'name'))
  from unnest(array[
    '{"name": "all", "priority": 5}', '{"name": "by title", "calling_ae_title": "CT1"}', '{"name": "by modality", "modality": "CT"}',
    '{"name": "by header", "header_condition": "$.\"00081030\".Value[*] ? (@ like_regex \"^Head$\")"}',
    '{"name": "complete", "send_on": "study_complete", "compress_to": "1.2.840.10008.1.2.4.70"}',
    '{"name": "disabled", "is_enabled": false}', '{"name": "never", "send_window": "0 0 30 2 *"}']::jsonb[]) rule;
select is((select count(*) from pacs_data.audit_event where event = 'forward_rule_changed' and actor = 'demo_operator'), 7::bigint,
  'Each is in the trail');
insert into pacs_data.forward_rule (name, destination_id) values ('back', pg_temp.ae('CT1'));

-- What is queued -----------------------------------------------------------------------------------------------------
create temp table association (name text, id bigint);
grant all on association to public;
create function pg_temp.open(name text, title text) returns void language sql as $$
  with t as (insert into pacs_data.transfer (via, calling_ae_title, called_ae_title) values ('dimse', title, 'PGPACS') returning id)
  insert into association select name, id from t
$$;
create function pg_temp.id(name text) returns bigint language sql as $$ select id from association a where a.name = $1 $$;
create function pg_temp.bring(name text, study text, instance text, changes jsonb default '{}') returns text
  language plpgsql as $$
declare
  bytes bytea := pg_temp.data_set(pg_temp.image(study, study, instance, changes));
begin
  return (select outcome from pacs.ingest_instance(transfer_id => pg_temp.id(name), header => bytes, gaps => '{}',
    transfer_syntax_uid => '1.2.840.10008.1.2.1', sop_class_uid => '1.2.840.10008.5.1.4.1.1.7',
    sop_instance_uid => pg_temp.instance_uid(instance), store_id => 1::smallint, file_id => gen_random_uuid(),
    file_size => length(bytes) + 300, data_set_offset => 300, sha256 => sha256(bytes)));
end
$$;
create function pg_temp.notice() returns void language plpgsql as $$
begin
  set local session authorization demo_gateway;
  perform pacs.notice_arrivals();
  reset session authorization;
end
$$;
create function pg_temp.queued() returns text language sql as $$
  select string_agg(r.name || ' ' || f.objects, ', ' order by r.name)
  from (select rule_id, count(*) as objects from pacs_data.forward_object where state = 'waiting' group by rule_id) f
  join pacs_data.forward_rule r on r.id = f.rule_id
$$;
select pg_temp.open('ct', 'CT1'), pg_temp.open('mr', 'MR1') \g /dev/null
select pg_temp.bring('ct', '91', '911', '{"00080060": ["CS", "CT"]}'), pg_temp.bring('ct', '91', '912', '{"00080060": ["CS", "CT"]}'),
  pg_temp.bring('mr', '92', '921', '{"00080060": ["CS", "MR"], "00081030": ["LO", "Head"]}') \g /dev/null
select pg_temp.notice() \g /dev/null
select is(pg_temp.queued(), 'all 3, back 1, by header 1, by modality 2, by title 2, never 3',
  'Each rule queues what it is about: by title, modality and header; nothing goes back to where it came from');
select is((select count(*) from pacs_data.task where kind = 'forward'), 8::bigint, 'A task for each rule and study');
select is((select string_agg(distinct resource, ' ' order by resource) from pacs_data.task where kind = 'forward'), 'ARCHIVE@10.0.0.5 CT1@10.0.0.7',
  'whose resource is the destination');
select is((select count(*) from pacs_data.task where kind = 'forward' and payload::text ~ '1\.2\.826|Шевченко'), 0::bigint,
  'and whose payload names no patient and no study');
select ok((select bool_and(t.run_after = 'infinity') from pacs_data.task t where id in (select task_id from pacs_data.forward_object f
  join pacs_data.forward_rule r on r.id = f.rule_id where r.name = 'never')), 'What waits for a window waits until it opens');
select pg_temp.notice() \g /dev/null
select is((select count(*) from pacs_data.task where kind = 'forward'), 8::bigint, 'Nothing is queued twice');
select pg_temp.bring('mr', '91', '911', '{"00080060": ["CS", "CT"]}'), pg_temp.notice() \g /dev/null
select is((select count(*) from pacs_data.task where kind = 'forward'), 8::bigint, 'nor when an object comes again');

-- On completion ------------------------------------------------------------------------------------------------------
select pacs.close_association(id) from association \g /dev/null
update pacs_data.transfer set closed_at = closed_at - interval '31 seconds' where id in (select id from association);
update pacs_data.arrival set last_at = last_at - interval '31 seconds';
select pg_temp.notice() \g /dev/null
select is((select string_agg(objects::text, ' ' order by objects) from (select count(*) as objects from pacs_data.forward_object f
  join pacs_data.forward_rule r on r.id = f.rule_id where r.name = 'complete' group by task_id) o), '1 2', 'A study that is complete is queued whole');
select pg_temp.open('late', 'MR1'), pg_temp.bring('late', '91', '913', '{"00080060": ["CS", "CT"]}'), pacs.close_association(pg_temp.id('late')),
  pg_temp.notice() \g /dev/null
update pacs_data.transfer set closed_at = closed_at - interval '31 seconds' where id = pg_temp.id('late');
update pacs_data.arrival set last_at = last_at - interval '31 seconds';
select pg_temp.notice() \g /dev/null
select is((select string_agg(objects::text, ' ' order by objects) from (select count(*) as objects from pacs_data.forward_object f
  join pacs_data.forward_rule r on r.id = f.rule_id where r.name = 'complete' group by task_id) o), '1 1 2', 'and what comes late, alone');

-- What the daemon does -------------------------------------------------------------------------------------------------
create temp table claimed (task_id bigint, kind text, payload jsonb, attempt smallint, lease uuid);
grant all on claimed to public;
set local session authorization demo_gateway;
insert into claimed select * from pacs.claim_task('{forward}', max_tasks => 1);
select is(row(d.run_after, d.calling_ae_title, d.ae_title, d.address, d.port, d.uses_tls, d.certificate_sha256 = sha256('x'))::text, '(,PGPACS,ARCHIVE,10.0.0.5,104,t,t)',
  'The daemon is told where objects go, and which certificate must be shown there') from claimed c, pacs.forward_destination(c.task_id, c.lease) d;
select is((select count(*) from claimed c, pacs.forward_plan(c.task_id, c.lease)), 2::bigint, 'and which, highest priority first');
select throws_ok(format('select * from pacs.%I(%s, gen_random_uuid())', f, task_id), 'PC081', null, f || ' needs the lease')
  from claimed, unnest(array['forward_destination', 'forward_plan']) f;
select lives_ok(format('select pacs.forward_done(%s, %L, array(select instance_id from pacs.forward_plan(%s, %L)), ''{sent,failed}'', ''{"",refused}'')',
  task_id, lease, task_id, lease), 'It says what became of them') from claimed;
select is((select count(*) from claimed c, pacs.forward_plan(c.task_id, c.lease)), 0::bigint, 'What is decided is not sent again');
reset session authorization;
select is((select string_agg(state || ' ' || coalesce(reason, '-'), ', ' order by f.instance_id) from pacs_data.forward_object f, claimed c
  where f.task_id = c.task_id), 'sent -, failed refused', 'An object is sent, or failed for a reason');
select is((select string_agg(is_success || ' ' || object_count, ', ' order by is_success desc) from pacs_data.audit_event
  where event = 'instances_forwarded' and at >= now()), 'true 1, false 1', 'Both are in the trail');
set local session authorization demo_operator;
select is((select string_agg(sop_instance_uid || ' ' || reason, ' ') from pacs.forward_failures()), pg_temp.instance_uid('912') || ' refused',
  'An operator sees what failed and why');
select is(pacs.forward_again('all', pg_temp.study_uid('91')), 3::bigint, 'and sends a study again');
select throws_ok('select pacs.forward_again(''no such rule'', '''')', 'PC045', null, 'by a rule that is there');
reset session authorization;

-- What we ask to be promised -------------------------------------------------------------------------------------------
update pacs_data.forward_rule set wants_commitment = true where name = 'all';
update pacs_data.setting set value = '1' where name = 'commitment_objects';
select throws_ok('update pacs_data.setting set value = ''0'' where name = ''commitment_objects''', '23514', null, 'A question names some objects');
update pacs_data.task set run_after = now() + interval '1 hour' where id <> (select max(id) from pacs_data.task where kind = 'forward');
create temp table again as select * from pacs.claim_task('{forward}', max_tasks => 1);
select pacs.forward_done(task_id, lease, objects, '{sent,sent}', '{"",""}')
  from again, lateral (select array_agg(p.instance_id) as objects from pacs.forward_plan(task_id, lease) p) p \g /dev/null
select results_eq('select count(*) from pacs_data.commitment c join pacs_data.commitment_item i on i.commitment_id = c.id where c.is_ours group by c.id order by 1',
  '{1,1}'::bigint[], 'Two objects are two questions where each names one');

-- What rules and devices become ----------------------------------------------------------------------------------------
update pacs_data.remote_ae set is_enabled = false where ae_title = 'ARCHIVE';
select ok((select d.run_after > now() from claimed c, pacs.forward_destination(c.task_id, c.lease) d), 'What goes to an AE that is disabled waits');
update pacs_data.remote_ae set is_enabled = true, port = null where ae_title = 'ARCHIVE';
select throws_ok(format('select pacs.forward_destination(%s, %L)', task_id, lease), 'PC062', null, 'to one without a port it fails') from claimed;

-- What is forgotten ------------------------------------------------------------------------------------------------------
create temp table stored as select id, sop_instance_uid as uid from pacs_data.instance;
create function pg_temp.kept(instance text) returns bigint language sql as $$
  select count(*) from pacs_data.forward_object f join stored i on i.id = f.instance_id where i.uid = pg_temp.instance_uid(instance)
$$;
delete from pacs_data.instance where sop_instance_uid = pg_temp.instance_uid('911');
select is(pg_temp.kept('911'), 0::bigint, 'With an instance goes what was sent of it');
select cmp_ok(pg_temp.kept('912'), '>', 0::bigint, 'and that alone');
delete from pacs_data.forward_rule;
select is((select count(*) from pacs_data.forward_object), 0::bigint, 'With a rule goes what it has sent');
select is((select ae_title from claimed c, pacs.forward_destination(c.task_id, c.lease)), null, 'and of a rule that is no more nothing goes') ;

select * from finish();
rollback;
