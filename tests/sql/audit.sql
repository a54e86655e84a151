-- The trail of who did what: every act of a person or of the daemon leaves one row, of which no act can take anything back.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(42);

-- Each act, as the login it is of, and the row that it leaves: event, success, actor, person, peer, number of studies, of objects.
create temp table act (n int generated always as identity, login name, role name default 'none', statement text, leaves text);
insert into act (login, statement, leaves) values
  ('demo_gateway', $$select pacs.open_association('CT9', 'PGPACS', '10.9.9.9')$$,
    '(association_refused,f,demo_gateway,,10.9.9.9,0,)'),
  ('demo_gateway', $$select outcome from pg_temp.ingest(pg_temp.image('1', '1', '1'), '00000000-0000-0000-0000-000000000001')$$,
    '(instance_stored,t,demo_gateway,,,1,1)'),
  ('demo_gateway', $$select outcome from pg_temp.ingest(pg_temp.image('1', '1', '1'))$$,
    '(instance_duplicate,t,demo_gateway,,,1,1)'),
  ('demo_gateway', $$select outcome from pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00181000": ["LO", "1"]}'), compared_file_id => '00000000-0000-0000-0000-000000000001')$$, '(instance_conflict,t,demo_gateway,,,1,1)'),
  ('demo_gateway', $$select outcome from pg_temp.ingest(pg_temp.image('1', '1', '2', '{"0020000D": null}'))$$,
    '(instance_refused,f,demo_gateway,,,0,)'),
  ('demo_gateway', $$select pacs.record_refusal(1, 'PC002', 'the data ends inside an element')$$,
    '(instance_refused,f,demo_gateway,,,0,)'),
  ('demo_mis', $$select count(*) from pacs.find_studies(patient_name => 'Шевченко', study_instance_uid => pg_temp.study_uid('1'), on_behalf_of => 'Dr A')$$, '(studies_found,t,demo_mis,"Dr A",,1,1)'),
  ('demo_physician', $$select count(*) from pacs.find_studies(patient_name => 'nobody')$$,
    '(studies_found,t,demo_physician,,,0,0)'),
  ('demo_mis', $$select count(*) from pacs.study_links(pg_temp.study_uid('1'), on_behalf_of => 'Dr A')$$,
    '(link_made,t,demo_mis,"Dr A",,1,1)'),
  ('demo_gateway', $$select pacs.open_link((select token from token), '10.0.0.1')$$,
    '(link_opened,t,demo_gateway,"Dr A",10.0.0.1,1,1)'),
  ('demo_gateway', $$select count(*) from pacs.retrieve_plan(pg_temp.study_uid('1'), token => (select token from token), peer => '10.0.0.1')$$, '(instances_retrieved,t,demo_gateway,"Dr A",10.0.0.1,1,1)'),
  ('demo_physician', $$select count(*) from pacs.retrieve_plan(pg_temp.study_uid('1'))$$,
    '(instances_retrieved,t,demo_physician,,,1,1)'),
  ('demo_mis', $$select pacs.revoke_links(pg_temp.study_uid('1'), 'Dr A')$$, '(links_revoked,t,demo_mis,"Dr A",,2,2)'),
  ('demo_operator', $$select pacs.add_store('disk', 'file:///srv/audit-test')$$, '(store_added,t,demo_operator,,,0,)'),
  ('demo_operator', $$update pacs.setting set value = '9 hours' where name = 'link_lifetime'$$, '(setting_changed,t,demo_operator,,,0,)'),
  ('demo_operator', $$insert into pacs.remote_ae (ae_title, host) values ('AUDIT', '10.8.8.8')$$, '(remote_ae_changed,t,demo_operator,,,0,)'),
  ('demo_operator', $$update pacs.remote_ae set acts_as = 'demo_physician' where ae_title = 'AUDIT'$$, '(remote_ae_changed,t,demo_operator,,,0,)'),
  ('demo_operator', $$delete from pacs.remote_ae where ae_title = 'AUDIT'$$, '(remote_ae_changed,t,demo_operator,,,0,)'),
  ('demo_operator', $$select pacs.cancel_task((select id from task))$$, '(task_cancelled,t,demo_operator,,,0,)'),
  ('demo_operator', $$select pacs.retry_task((select id from task))$$, '(task_retried,t,demo_operator,,,0,)');
insert into act (login, role, statement, leaves) values
  ('demo_gateway', 'pacs_physician', $$select count(*) from pacs.find_studies(patient_name => 'nobody')$$,
    '(studies_found,t,pacs_physician,,,0,0)'),
  ('demo_gateway', 'pacs_mis', $$select count(*) from pacs.find_studies(patient_name => 'nobody', on_behalf_of => 'Dr A')$$,
    '(studies_found,t,pacs_mis,"Dr A",,0,0)');
create temp table token (token text);
create temp table task as select pacs_internal.add_task('audit test') as id;
grant select on token, task to public;

create function pg_temp.rows_of(act act) returns text language plpgsql as $$
declare
  last bigint := coalesce(max(id), 0) from pacs_data.audit_event;
begin
  if act.statement like '%from token)%' and not exists (select from token) then
    execute format('set local session authorization %I', 'demo_mis');
    perform set_config('test.token', (select substring(url from '/v/(.*)$')
      from pacs.study_links(pg_temp.study_uid('1'), on_behalf_of => 'Dr A') where level = 'study'), true);
    reset session authorization;
    insert into token values (current_setting('test.token'));
    last := max(id) from pacs_data.audit_event;
  end if;
  execute format('set local session authorization %I', act.login);
  execute format('set local role %I', act.role);
  execute act.statement;
  reset session authorization;
  return (select string_agg(row(event, is_success, actor, on_behalf_of, peer, cardinality(study_ids), object_count)::text,
    ' ' order by id)
          from pacs_data.audit_event where id > last);
end
$$;
select is(pg_temp.rows_of(a), a.leaves, format('Act %s of %s leaves its row in the trail', n, login)) from act a order by n;

select is((select count(*) from pacs_data.audit_event where detail::text ~ 'Шевченко|19600309|"P1"|A1|Dr A'), 0::bigint,
  'No detail holds what a patient is called, born or numbered');
select is((select count(*) from pacs_data.audit_event e where not exists (select from pacs_data.study s
  where s.id = any (e.study_ids)) and e.study_ids <> '{}'), 0::bigint, 'Studies are named by their ids');
select cmp_ok(clock_timestamp() - max(at), '<', interval '1 minute',
  'An event has the moment at which it was written, not that at which its transaction began') from pacs_data.audit_event;
select cmp_ok(count(distinct at), '>', 10::bigint, 'so those of one transaction are in order') from pacs_data.audit_event;

-- Who reads it ---------------------------------------------------------------------------------------------------

set local session authorization demo_auditor;
select cmp_ok((select count(*) from pacs.audit_event), '>=', 20::bigint, 'An auditor reads the trail');
select throws_ok(statement, '42501', null, format('An auditor only reads it: %s', statement))
  from unnest(array['delete from pacs.audit_event', 'update pacs.audit_event set actor = ''x''',
  'insert into pacs.audit_event (event) values (''x'')', 'select pacs_internal.audit(''x'', true)',
    'truncate pacs_data.audit_event', 'select * from pacs_data.audit_event']) statement;
reset session authorization;
select is(pg_temp.state_as(login, 'select * from pacs.audit_event'), '42501', format('%s does not read it', login))
  from unnest(array['demo_gateway', 'demo_mis', 'demo_card_feed', 'demo_physician', 'demo_radiologist', 'demo_registrar',
    'demo_analyst', 'demo_operator', 'demo_trust']::name[]) login;

select * from finish();
rollback;
