-- Who asks, and whether that role sees studies: what every policy and definer rests on.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(37);

-- What a definer finds out, called by a person.
create function pg_temp.who(out caller name, out is_owner boolean) language plpgsql security definer as $$
begin
  caller := pacs_internal.caller();
  is_owner := current_user = 'pacs_owner';
end
$$;
alter function pg_temp.who() owner to pacs_owner;

set local session authorization demo_mis;
select is(row(w.*)::text, '(demo_mis,t)', 'Inside a definer the caller is the login that asks, not the owner of the function')
  from pg_temp.who() w;
set local role pacs_mis;
select is(row(w.*)::text, '(pacs_mis,t)', 'A login that has taken on a role is that role') from pg_temp.who() w;
set local role none;
select is((pg_temp.who()).caller, 'demo_mis', 'After SET ROLE NONE it is the login again');
set local session authorization demo_gateway;
set local role pacs_physician;
select is((pg_temp.who()).caller, 'pacs_physician', 'The daemon that acts for a physician is a physician');
reset session authorization;
select is((pg_temp.who()).caller, current_user, 'The DBA is himself');

set local session authorization demo_gateway;
select throws_ok(format('set local role %I', role), '42501', null, format('The daemon cannot become %s', role))
  from unnest(array['pacs_owner', 'pacs_trust', 'pacs_auditor', 'pacs_operator', 'pacs_registrar', 'pacs_card_feed',
    'pacs_analyst', 'pacs_job']) role;
set local session authorization demo_physician;
select throws_ok('set local role pacs_owner', '42501', null, 'A physician cannot become the owner');
reset session authorization;

select is(pacs_internal.sees_studies(role), sees, format('%s sees %s', role, case when sees then 'studies' else 'no studies' end))
  from (values ('pacs_mis'::name, true), ('pacs_physician', true), ('pacs_radiologist', true), ('pacs_operator', true),
    ('demo_mis', true), ('demo_physician', true),
    ('demo_radiologist', true), ('demo_operator', true), ('pacs_gateway', false), ('demo_gateway', false), ('pacsd', false),
      ('pacs_card_feed', false), ('pacs_registrar', false),
    ('pacs_analyst', false), ('pacs_auditor', false), ('pacs_trust', false), ('pacs_job', false), ('pacs_cron', false),
      ('pacs_owner', false)) r (role, sees);
select is(pacs_internal.sees_studies(role), false, format('A role that is not there sees no studies: «%s»', role))
  from unnest(array['nobody'::name, '', '"demo_mis"', 'pacs_mis; --']) role;

select * from finish();
rollback;
