-- Who may talk to us over DIMSE: operators keep the list, the daemon asks for each association.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(50);

delete from pacs_data.remote_ae;
update pacs_data.setting set value = 'PGPACS' where name = 'ae_title';
set local session authorization demo_operator;
select lives_ok(statement, format('An operator may: %s', statement)) from unnest(array[
  $$insert into pacs.remote_ae (ae_title, host, description) values ('CT1', '10.0.0.0/8', 'the network'), ('CT1', '10.1.2.0/24', 'the ward'), ('CT1', '10.1.2.3', 'the machine')$$,
  $$insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as) values ('VIEWER 1', '10.1.2.4', 104, true, true, true, 'demo_physician')$$,
  $$insert into pacs.remote_ae (ae_title, host) values ('OLD', '10.0.0.0/8'), ('[!~A', '10.0.0.0/8'), ('V6', '2001:db8::/32')$$,
  $$update pacs.remote_ae set is_enabled = false where ae_title = 'OLD'$$,
  $$update pacs.remote_ae set may_store = false, may_commit = false where description = 'the machine'$$]) statement;
select throws_ok(format('insert into pacs.remote_ae (ae_title, host, port) values (%L, %L, %L)', title, host, port), state, null,
    format('No AE title «%s» at %s, port %s', title, host, port))
  from (values ('', '10.0.0.1', null, '23514'), ('SEVENTEEN LETTERS', '10.0.0.1', null, '23514'),
    (' LED', '10.0.0.1', null, '23514'), ('TRAILED ', '10.0.0.1', null, '23514'),
    ('BACK\SLASH', '10.0.0.1', null, '23514'), (E'TAB\tTED', '10.0.0.1', null, '23514'), ('КТ', '10.0.0.1', null, '23514'),
      (null, '10.0.0.1', null, '23502'), ('X', null, null, '23502'),
    ('X', '10.0.0.1/8', null, '22P02'), ('X', 'ct1.example.org', null, '22P02'), ('X', '10.0.0.1', 0, '23514'),
      ('X', '10.0.0.1', 65536, '23514'), ('CT1', '10.0.0.0/8', null, '23505'))
  b (title, host, port, state);
select throws_ok('insert into pacs.remote_ae (id, ae_title, host) values (1, ''X'', ''10.0.0.1'')', '428C9', null,
  'Nobody chooses the id of a row');

set local session authorization demo_gateway;
select is(row(a.refusal, a.may_store, a.may_find, a.may_move, a.may_get, a.may_commit, a.acts_as)::text, expected, description)
  from (values ('CT1', 'PGPACS', '10.9.9.9'::inet, '(,t,f,f,f,t,)',
    'A device that is registered is accepted, to store and to ask for commitment'),
    ('CT1', 'PGPACS', '10.1.2.9', '(,t,f,f,f,t,)', 'The network decides over a wider one'),
    ('CT1', 'PGPACS', '10.1.2.3', '(,f,f,f,f,f,)', 'The address decides over its network'),
    ('VIEWER 1', 'PGPACS', '10.1.2.4', '(,t,t,t,t,t,demo_physician)', 'A device has the rights of its row, and acts as a login'),
    ('[!~A', 'PGPACS', '10.1.2.4', '(,t,f,f,f,t,)', 'Every letter of an AE title counts'),
    ('V6', 'PGPACS', '2001:db8::1', '(,t,f,f,f,t,)', 'Addresses may be of version 6'),
    ('CT1', 'pgpacs', '10.1.2.3', '("called AE title not recognized",,,,,,)', 'Who calls another AE title is refused'),
    ('CT1', null, '10.1.2.3', '("called AE title not recognized",,,,,,)', 'Who calls no AE title is refused'),
    ('CT1', 'PGPACS', '11.1.2.3', '("calling AE title not recognized",,,,,,)', 'Who calls from another address is refused'),
    ('CT2', 'PGPACS', '10.1.2.3', '("calling AE title not recognized",,,,,,)', 'Who is not registered is refused'),
    ('ct1', 'PGPACS', '10.1.2.3', '("calling AE title not recognized",,,,,,)', 'Capitals count'),
    ('OLD', 'PGPACS', '10.1.2.3', '("calling AE title not recognized",,,,,,)', 'Who is switched off is refused'),
    (null, 'PGPACS', '10.1.2.3', '("calling AE title not recognized",,,,,,)', 'Who has no title is refused'),
    ('CT1', 'PGPACS', null, '("calling AE title not recognized",,,,,,)', 'Who has no address is refused'),
    ('CT1'' or true --', 'PGPACS', '10.1.2.3', '("calling AE title not recognized",,,,,,)',
      'A title is never a part of a statement')) c (calling, called, peer, expected, description),
    pacs.open_association(calling, called, peer) a;
select isnt((pacs.open_association('CT1', 'PGPACS', '10.1.2.9')).transfer_id,
  (pacs.open_association('CT1', 'PGPACS', '10.1.2.9')).transfer_id, 'Every association is a transfer of its own');
select is((pacs.open_association('CT2', 'PGPACS', '10.1.2.9')).transfer_id, null, 'An association that is refused is none');
reset session authorization;

select results_eq($$select via, calling_ae_title, called_ae_title, peer, r.description from pacs_data.transfer t join pacs_data.remote_ae r on r.id = remote_ae_id order by t.id desc limit 1$$,
  $$values ('dimse', 'CT1', 'PGPACS', '10.1.2.9'::inet, 'the ward')$$,
    'A transfer says who called from where, and under which row');
set local session authorization demo_operator;
select lives_ok($$delete from pacs.remote_ae where ae_title = 'CT1'$$, 'An operator takes a device off the list');
reset session authorization;
select cmp_ok((select count(*) from pacs_data.transfer where calling_ae_title = 'CT1'), '>', 0::bigint,
  'What it brought stays, with its name');

set local session authorization demo_auditor;
select results_eq($$select actor, is_success, peer, detail from pacs.audit_event where event = 'association_refused' order by id desc limit 1$$,
  $$values ('demo_gateway'::name, false, '10.1.2.9'::inet, '{"reason": "calling AE title not recognized", "calling_ae_title": "CT2", "called_ae_title": "PGPACS"}'::jsonb)$$,
  'A refusal is in the trail');
select is((select count(*) from pacs.audit_event where event = 'association_refused' and at >= now()), 9::bigint,
  'so is every other, each once, and what was accepted is not');
reset session authorization;

set local session authorization demo_gateway;
select is((select count(a.refusal) from generate_series(1, 20), pacs.open_association('CT2', 'PGPACS', '10.1.2.9') a), 20::bigint,
  'Who is refused again and again hears so each time');
reset session authorization;
prepare refusals as select count(*) from pacs_data.audit_event where event = 'association_refused' and at >= now();
select results_eq('refusals', 'values (9::bigint)', 'and is in the trail once a minute');
set local session authorization demo_gateway;
select from (values ('CT2', 'OTHER', '10.1.2.9'::inet), ('CT3', 'PGPACS', '10.1.2.9'), ('CT2', 'PGPACS', '10.1.2.10'))
  c (calling, called, peer), pacs.open_association(calling, called, peer);
reset session authorization;
select results_eq('refusals', 'values (12::bigint)', 'another reason, another title and another address are others');
insert into pacs_data.audit_event (at, event, is_success, actor, peer, detail)
  values (now() - interval '61 seconds', 'association_refused', false, 'demo_gateway', '10.1.2.11',
    '{"reason": "calling AE title not recognized", "calling_ae_title": "CT2", "called_ae_title": "PGPACS"}');
set local session authorization demo_gateway;
select from pacs.open_association('CT2', 'PGPACS', '10.1.2.11');
reset session authorization;
select results_eq('refusals', 'values (13::bigint)', 'After a minute it is in the trail again');

set local session authorization demo_gateway;
select from generate_series(1, 150) n, pacs.open_association('X' || n, 'PGPACS', '10.1.2.12');
reset session authorization;
select results_eq('refusals', 'values (113::bigint)', 'One address that invents titles has a hundred rows a minute');

select is((select count(*) from pacs_data.remote_ae where may_find or may_move or may_get), 1::bigint,
  'Only who was given the right finds, moves or gets: rights of reading are off unless named');

set local session authorization demo_gateway;
select lives_ok($$select pacs.record_denial(null, 'C-FIND', 'no role is named')$$, 'The daemon records an operation that it denied');
reset session authorization;
select results_eq($$select event, actor, is_success, detail from pacs_data.audit_event order by id desc limit 1$$,
  $$values ('operation_denied', 'demo_gateway'::name, false, '{"operation": "C-FIND", "reason": "no role is named"}'::jsonb)$$,
  'It is in the trail, with the reason');

select * from finish();
rollback;
