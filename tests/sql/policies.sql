-- Who may call, read and change what. A new function, table or view fails here until its rights are written down.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(101);

create temp table login as
  select format('demo_%s', name)::name as login, format('pacs_%s', name)::name as role, name
  from unnest(array['auditor', 'analyst', 'card_feed', 'gateway', 'mis', 'operator', 'physician', 'radiologist',
                    'registrar', 'trust']) name
  union all values ('pacs_cron', 'pacs_job', 'job');
create temp table ours as
  select n.nspname, c.relname, c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research') and c.relkind in ('r', 'p', 'v', 'm', 'f',
    'S');
create temp table function as
  select n.nspname, p.oid, format('%I.%I', n.nspname, p.proname) as name,
    format('select %I.%I(%s)', n.nspname, p.proname, (select string_agg(format('null::%s', format_type(t, null)), ', ' order by i)
      from unnest(p.proargtypes) with ordinality a (t, i))) as call
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research');
grant select on login, ours, function to public;

-- Functions ------------------------------------------------------------------------------------------------

create temp table callable (name text, roles text);
insert into callable values
  ('pacs.add_remote_answers', 'gateway'),
  ('pacs.add_store', 'operator'),
  ('pacs.cancel_task', 'operator'),
  ('pacs.card_studies', 'mis'),
  ('pacs.card_query', 'card_feed job'),
  ('pacs.claim_task', 'gateway'),
  ('pacs.close_association', 'gateway'),
  ('pacs.commitment_checked', 'gateway'),
  ('pacs.commitment_files', 'gateway'),
  ('pacs.commitment_question', 'gateway'),
  ('pacs.commitment_report', 'gateway'),
  ('pacs.commitment_reported', 'gateway'),
  ('pacs.fail_task', 'gateway'),
  ('pacs.fhir_imaging_study', 'mis operator physician radiologist'),
  ('pacs.files_without_row', 'gateway'),
  ('pacs.find', 'mis operator physician radiologist'),
  ('pacs.find_cards', 'mis registrar'),
  ('pacs.find_destination', 'gateway'),
  ('pacs.find_few', 'gateway mis operator physician radiologist'),
  ('pacs.find_remote', 'operator'),
  ('pacs.find_studies', 'mis operator physician radiologist'),
  ('pacs.finish_task', 'gateway'),
  ('pacs.forward_again', 'operator'),
  ('pacs.forward_destination', 'gateway'),
  ('pacs.forward_done', 'gateway'),
  ('pacs.forward_failures', 'operator'),
  ('pacs.forward_plan', 'gateway'),
  ('pacs.import_cards_from', 'card_feed job'),
  ('pacs.index_attribute', 'operator'),
  ('pacs.ingest_instance', 'gateway'),
  ('pacs.instances_where', 'mis operator physician radiologist'),
  ('pacs.learn_link_weights', 'operator'),
  ('pacs.link_candidates', 'registrar'),
  ('pacs.link_history', 'registrar'),
  ('pacs.link_study', 'registrar'),
  ('pacs.merge_person', 'registrar'),
  ('pacs.notice_arrivals', 'gateway'),
  ('pacs.open_association', 'gateway'),
  ('pacs.open_link', 'gateway'),
  ('pacs.open_pull', 'gateway'),
  ('pacs.person_studies', 'mis'),
  ('pacs.reject_link', 'registrar'),
  ('pacs.unlink_study', 'registrar'),
  ('pacs.open_reindex', 'gateway'),
  ('pacs.open_user_session', 'mis physician radiologist'),
  ('pacs.plan_retrieval', 'mis operator physician radiologist'),
  ('pacs.pull_got', 'gateway'),
  ('pacs.pull_page', 'gateway'),
  ('pacs.pull_page_done', 'gateway'),
  ('pacs.pull_priors', 'operator'),
  ('pacs.pull_steps', 'gateway'),
  ('pacs.pull_studies', 'operator'),
  ('pacs.record_association_refusal', 'gateway'),
  ('pacs.record_denial', 'gateway'),
  ('pacs.record_refusal', 'gateway'),
  ('pacs.record_retrieval', 'gateway'),
  ('pacs.reindex_instance', 'gateway'),
  ('pacs.release_task', 'gateway'),
  ('pacs.remote_answer', 'operator'),
  ('pacs.remote_question', 'gateway'),
  ('pacs.renew_task', 'gateway'),
  ('pacs.request_commitment', 'gateway'),
  ('pacs.retrieve_plan', 'gateway mis physician radiologist'),
  ('pacs.retry_task', 'operator'),
  ('pacs.revoke_links', 'mis operator physician radiologist'),
  ('pacs.settle_quarantined_card', 'registrar'),
  ('pacs.stores', 'gateway'),
  ('pacs.study_links', 'mis operator physician radiologist'),
  ('pacs.switch_pull', 'operator'),
  ('pacs.take_commitment_answer', 'gateway'),
  ('pacs.take_commitment_event', 'gateway'),
  ('pacs.unindex_attribute', 'operator'),
  ('pacs.unmerge_person', 'registrar'),
  ('pacs.upsert_card', 'card_feed'),
  ('pacs.upsert_cards', 'card_feed job'),
  ('pacs.attach_report', 'mis radiologist'),
  ('pacs.report_versions', 'mis operator physician radiologist'),
  ('pacs.study_reports', 'mis operator physician radiologist'),
  ('pacs_internal.caller', 'auditor gateway mis operator physician radiologist registrar'),
  ('pacs_internal.drop_old_commitments', 'job'),
  ('pacs_internal.give_up_commitments', 'job'),
  ('pacs_internal.drop_old_links', 'job'),
  ('pacs_internal.drop_old_pulls', 'job'),
  ('pacs_internal.drop_old_questions', 'job'),
  ('pacs_internal.drop_old_tasks', 'job'),
  ('pacs_internal.end_card_import', 'job'),
  ('pacs_internal.import_cards', 'job'),
  ('pacs_internal.in_unit', 'mis operator physician radiologist'),
  ('pacs_internal.is_or_inherits', 'auditor gateway mis operator physician radiologist registrar'),
  ('pacs_internal.next_card_source', 'job'),
  ('pacs_internal.queue_pulls', 'job'),
  ('pacs_internal.read_link_queue', 'registrar'),
  ('pacs_internal.relink', 'job'),
  ('pacs_internal.document_author', 'mis operator physician radiologist'),
  ('pacs_internal.document_status', 'mis operator physician radiologist'),
  ('pacs_internal.hospital_moment', 'mis operator physician radiologist'),
  ('pacs_internal.person_root', 'mis operator physician radiologist'),
  ('pacs_internal.person_words', 'mis operator physician radiologist'),
  ('pacs_internal.plain_text', 'mis operator physician radiologist'),
  ('pacs_internal.sr_measured', 'mis operator physician radiologist'),
  ('pacs_internal.sr_outline', 'mis operator physician radiologist'),
  ('pacs_internal.sr_value', 'mis operator physician radiologist'),
  ('pacs_internal.study_documents', 'mis operator physician radiologist'),
  ('pacs_internal.study_reports', 'mis operator physician radiologist'),
  ('pacs_internal.reported_irradiation', 'mis operator physician radiologist'),
  ('pacs_internal.sees_studies', 'auditor gateway mis operator physician radiologist registrar'),
  ('pacs_internal.shown_alike', 'mis operator physician radiologist'),
  ('pacs_internal.sr_items', 'mis operator physician radiologist'),
  ('pacs_internal.sr_number', 'mis operator physician radiologist'),
  ('pacs_internal.sr_text', 'mis operator physician radiologist'),
  ('pacs_internal.study_dose_events', 'mis operator physician radiologist');
select set_eq(
  $$select f.name, string_agg(l.name, ' ' order by l.name) from function f join login l on has_function_privilege(l.role, f.oid, 'execute') group by 1$$,
  'select * from callable', 'Each function may be called by the roles that it is for, and by no other');
select is((select count(*) from login l, function f
           where has_function_privilege(l.login, f.oid, 'execute') <> has_function_privilege(l.role, f.oid, 'execute')),
  0::bigint, 'A login has the functions of its role, no more and no fewer');
-- Schema pacs_internal is closed but to the jobs, whatever may be called in policies.
select is((select string_agg(f.name, ', ') from function f left join callable c using (name)
    where (l.name = any (string_to_array(c.roles, ' ')) and (f.nspname = 'pacs' or l.name = 'job')) is not true
      and pg_temp.state_as(l.login, f.call) is distinct from '42501'),
  null, format('To %s every other function is refused before it runs', l.login)) from login l;

-- Tables and views -----------------------------------------------------------------------------------------

create temp table readable (name text, rights text, roles text);
insert into readable values
  ('pacs.audit_event', 'SELECT', 'auditor'),
  ('pacs.card_quarantine', 'SELECT', 'registrar'),
  ('pacs.card_source', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs.commitment', 'SELECT', 'operator'),
  ('pacs.forward_rule', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs.link_queue', 'SELECT', 'registrar'),
  ('pacs.link_weight', 'SELECT UPDATE', 'operator'),
  ('pacs.person_merge', 'SELECT', 'registrar'),
  ('pacs.pull', 'SELECT', 'operator'),
  ('pacs.queue_status', 'SELECT', 'operator'),
  ('pacs.remote_ae', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs.resource_pause', 'DELETE SELECT', 'operator'),
  ('pacs.setting', 'SELECT UPDATE', 'operator'),
  ('pacs.study_completion', 'SELECT', 'mis operator'),
  -- Below the views, which ask with the rights of who asks; schema pacs_data itself is closed.
  ('pacs_data.audit_event', 'SELECT', 'auditor'),
  ('pacs_data.card_quarantine', 'SELECT', 'registrar'),
  ('pacs_data.card_source', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs_data.commitment', 'SELECT', 'operator'),
  ('pacs_data.commitment_item', 'SELECT', 'operator'),
  ('pacs_data.forward_rule', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs_data.link_weight', 'SELECT UPDATE', 'operator'),
  ('pacs_data.person_merge', 'SELECT', 'registrar'),
  ('pacs_data.pull', 'SELECT', 'operator'),
  ('pacs_data.remote_ae', 'DELETE INSERT SELECT UPDATE', 'operator'),
  ('pacs_data.resource_pause', 'DELETE SELECT', 'operator'),
  ('pacs_data.setting', 'SELECT UPDATE', 'operator'),
  ('pacs_data.study_completion', 'SELECT', 'mis operator'),
  ('pacs_data.task', 'SELECT', 'operator');
select set_eq(
  $$select name, rights, string_agg(role, ' ' order by role) from (
      select o.name, string_agg(p, ' ' order by p) as rights, l.name as role
      from ours o, login l, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
      where o.relkind <> 'S' and (has_table_privilege(l.role, o.oid, p)
        or p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(l.role, o.oid, p))
      group by o.name, l.name) r
    group by name, rights$$,
  'select * from readable', 'Each table and view may be read and changed by the roles that it is for, and by no other');
select is((select string_agg(o.name, ', ') from ours o left join readable r using (name)
    where o.relkind <> 'S' and (o.nspname = 'pacs' and l.name = any (string_to_array(r.roles, ' '))) is not true
      and pg_temp.state_as(l.login, format('select * from %s', o.name)) is distinct from '42501'),
  null, format('%s reads no other table or view', l.login)) from login l;
select set_eq(
  $$select n.nspname, string_agg(l.name, ' ' order by l.name) from pg_namespace n join login l on has_schema_privilege(l.login, n.oid, 'usage')
    where n.nspname in ('dicom', 'pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research', 'pgcrypto',
      'public') group by 1$$,
  $$values ('dicom'::name, 'analyst auditor card_feed gateway job mis operator physician radiologist registrar trust'),
    ('pacs', 'analyst auditor card_feed gateway job mis operator physician radiologist registrar trust'),
      ('pacs_internal', 'job'), ('research', 'analyst')$$,
  'People have schema pacs, analysts research as well, the jobs what they call');
select is((select string_agg(format('%s in %s', l.name, n.nspname), ', ') from pg_namespace n, login l
           where n.nspname !~ '^pg_(toast_)?temp' and has_schema_privilege(l.login, n.oid, 'create')), null,
             'Nobody makes objects in a schema');

-- Rows -----------------------------------------------------------------------------------------------------

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00080022": ["DA", "wrong"]}'))).outcome, 'stored',
  'The daemon brings an object in');
select is((pg_temp.ingest(pg_temp.image('1', '1', '1', '{"00080022": ["DA", "other"]}'), compared_file_id => (pg_temp.ingest(
  pg_temp.image('1', '1', '1', '{"00080022": ["DA", "other"]}'))).known_file_id)).outcome, 'conflict', 'and another of its name');
select isnt((pacs.open_association('STORESCU', 'PGPACS', '127.0.0.1')).transfer_id, null, 'and opens an association');
set local session authorization demo_mis;
select isnt_empty(format('select * from pacs.study_links(%L)', pg_temp.study_uid('1')), 'The information system has a link');
select is((select version from pacs.attach_report(pg_temp.study_uid('1'), 'Норма')), 1, 'and files a report');
reset session authorization;
select isnt(pacs_internal.add_task('test'), null, 'There is a task');
-- As of a film.
insert into pacs_data.frame_table select id, '{300}', '{8}' from pacs_data.instance where sop_instance_uid = pg_temp.instance_uid('1');

insert into pacs_data.arrival select st.id, 1, now() from pacs_data.study st where st.study_instance_uid = pg_temp.study_uid('1');
insert into pacs_data.study_completion (study_id, study_instance_uid, reason, instances)
  select st.id, st.study_instance_uid, 'silence', 1 from pacs_data.study st where st.study_instance_uid = pg_temp.study_uid('1');
insert into pacs_data.remote_ae (ae_title, host, port) values ('ARCHIVE', '10.0.0.5', 104);
insert into pacs_data.forward_rule (name, destination_id) select 'all', id from pacs_data.remote_ae where ae_title = 'ARCHIVE';
insert into pacs_data.forward_object (rule_id, instance_id, task_id) select r.id, i.id, 1 from pacs_data.forward_rule r, pacs_data.instance i
  where r.name = 'all' and i.sop_instance_uid = pg_temp.instance_uid('1');
insert into pacs_data.commitment (remote_ae_id, is_ours, transaction_uid) values (1, false, '2.25.4');
insert into pacs_data.commitment_item select max(id), 1, '1.2', '1.2.3' from pacs_data.commitment;
insert into pacs_data.remote_question (remote_ae_id, task_id, asked_by, expires_at, level, identifier)
  values (1, 1, 'demo_operator', now(), 'STUDY', '{}');
insert into pacs_data.remote_answer (question_id, response) select max(id), '{}' from pacs_data.remote_question;
insert into pacs_data.pull (remote_ae_id, asked_by, filter) values (1, 'demo_operator', '{}');
set local session authorization demo_card_feed;
select results_eq($$select outcome from pacs.upsert_cards('[{"card_number": "1", "card_year": 2026, "surname": "Мельник"}, {"card_number": "2", "card_year": 2026, "surname": "Melnyk"},
  {"card_number": "1", "card_year": 2026, "surname": "Мельник", "department": "3"}, {}]')$$, array['added', 'added', 'changed', 'quarantined'], 'Cards come, and one that is none');
set local session authorization demo_registrar;
select lives_ok(format('select pacs.merge_person(%s, %s)', a.person, b.person), 'Two are one person''s') from pacs.find_cards('1') a, pacs.find_cards('2') b;
reset session authorization;
delete from pacs_data.card_link;
insert into pacs_data.card_link (study_id, status, decided_by) select id, 'proposed', 'x' from pacs_data.study where study_instance_uid = pg_temp.study_uid('1');
insert into pacs_data.card_candidate select l.study_id, c.id, 1, 12, '{}' from pacs_data.card_link l, pacs_data.card c;
insert into pacs_data.card_rejection (study_id, card_id, rejected_by) select l.study_id, c.id, 'x' from pacs_data.card_link l, pacs_data.card c;
insert into pacs_data.card_link_history (study_id, status, is_by_hand, decided_at, decided_by, ended_by) select study_id, 'none', false, now(), 'x', 'x' from pacs_data.card_link;
insert into pacs_data.link_due (subject, id) select 'study', study_id from pacs_data.card_link on conflict do nothing;

-- As if a site had opened every table to everybody: row-level security holds by itself.
grant usage on schema pacs_data to public;
grant select, insert, update, delete on all tables in schema pacs_data to public;
create function pg_temp.sees(login name, relation text) returns bigint language plpgsql as $$
declare
  result bigint;
begin
  execute format('set local session authorization %I', login);
  execute format('select count(*) from %s', relation) into result;
  reset session authorization;
  return result;
end
$$;
create temp table visible (name text, roles text);
insert into visible values ('pacs_data.card', ''), ('pacs_data.card_history', ''), ('pacs_data.card_link', ''), ('pacs_data.card_candidate', ''),
  ('pacs_data.card_rejection', ''), ('pacs_data.card_link_history', ''), ('pacs_data.link_due', ''), ('pacs_data.card_quarantine', 'registrar'), ('pacs_data.person', ''),
  ('pacs_data.person_merge', 'registrar'), ('pacs_data.arrival', ''), ('pacs_data.commitment', 'operator'), ('pacs_data.commitment_item', 'operator'),
  ('pacs_data.pull', 'operator'), ('pacs_data.remote_question', ''), ('pacs_data.remote_answer', ''), ('pacs_data.forward_object', ''), ('pacs_data.study_completion', 'mis operator'),
  ('pacs_data.audit_event', 'auditor'), ('pacs_data.defect', 'operator'),
  ('pacs_data.frame_table', 'mis operator physician radiologist'), ('pacs_data.instance', 'mis operator physician radiologist'), ('pacs_data.link', ''),
  ('pacs_data.patient', 'mis operator physician radiologist'), ('pacs_data.quarantine', 'operator'), ('pacs_data.report', 'mis operator physician radiologist'),
    ('pacs_data.series', 'mis operator physician radiologist'),
  ('pacs_data.study', 'mis operator physician radiologist'), ('pacs_data.task', 'operator'), ('pacs_data.transfer', '');
select is((select count(*) from ours o where o.name = v.name and pg_temp.sees(session_user, o.name) > 0), 1::bigint,
  format('%s has rows to be seen', v.name)) from visible v;
select is((select string_agg(l.name, ' ' order by l.name) from login l where pg_temp.sees(l.login, v.name) > 0),
  nullif(v.roles, ''),
  format('Rows of %s are seen by: %s', v.name, coalesce(nullif(v.roles, ''), 'nobody'))) from visible v;
select set_eq($$select name from ours where nspname in ('pacs_data', 'pacs_trust') and relkind in ('r', 'p')$$,
  $$select name from visible union all values ('pacs_data.card_source'), ('pacs_data.forward_rule'), ('pacs_data.link_weight'), ('pacs_data.remote_ae'), ('pacs_data.resource_pause'), ('pacs_data.schema_migration'), ('pacs_data.setting'), ('pacs_data.store')$$,
  'Every table is in the list above, or speaks of no patient');
-- A statement that no policy lets touch a row changes none; a row that no policy lets in is refused.
select is((select string_agg(format('%s %s', l.login, v.name), ', ') from login l, visible v
    where pg_temp.state_as(l.login,
      format('do $x$ begin delete from %s; if found then raise exception ''deleted''; end if; end $x$', v.name)) is not null),
  null, 'No login deletes a row of any table that speaks of a patient');
select is((select string_agg(format('%s %s', l.login, v.name), ', ') from login l, visible v,
      lateral (select attname from pg_attribute
        where attrelid = v.name::regclass and attnum > 0 and not attidentity::text = 'a' order by attnum limit 1) a
    where pg_temp.state_as(l.login,
      format('do $x$ begin update %s set %2$I = %2$I; if found then raise exception ''updated''; end if; end $x$', v.name,
      a.attname)) is not null),
  null, 'No login changes one');
select is((select string_agg(format('%s %s', l.login, i.name), ', ') from login l,
      (values ('pacs_data.patient (patient_id) values (''x'')'), ('pacs_data.task (kind) values (''x'')'),
              ('pacs_data.link (id, study_id, expires_at, role) values (1, 1, now(), ''demo_mis'')'),
              ('pacs_data.audit_event (event, is_success, actor) values (''x'', true, ''x'')'),
              ('pacs_data.report (version, study_id, filed_by, status, digest) values (1, 1, ''x'', ''final'', ''x'')'),
              ('pacs_data.transfer (via, calling_ae_title, called_ae_title) values (''dimse'', ''x'', ''x'')')) i (name)
    where pg_temp.state_as(l.login, 'insert into ' || i.name) is distinct from '42501'), null, 'No login adds one');
set local role pacs_owner;
select is_empty('update pacs_data.audit_event set actor = actor returning 1', 'Not even a definer changes the trail');
select is_empty('delete from pacs_data.audit_event returning 1', 'Not even a definer takes from the trail');
reset role;

select * from finish();
rollback;
