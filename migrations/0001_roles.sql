-- Roles of pgpacs. None can log in: a site makes logins and grants them these.
-- Roles belong to the cluster, so another database of it may have made them already.

do $$
declare
  role name;
begin
  foreach role in array array['pacs_owner', 'pacs_gateway', 'pacs_mis', 'pacs_card_feed', 'pacs_physician',
                              'pacs_radiologist', 'pacs_registrar', 'pacs_analyst', 'pacs_operator',
                              'pacs_auditor', 'pacs_trust', 'pacs_job'] loop
    if not exists (select from pg_roles where rolname = role) then
      execute format('create role %I nologin', role);
    end if;
  end loop;
end
$$;

-- The daemon's role may become the roles that come over the web, and does not have their rights by itself.
alter role pacs_gateway noinherit;
grant pacs_mis, pacs_physician, pacs_radiologist to pacs_gateway;

comment on role pacs_owner is 'Owns everything of pgpacs; nobody is a member';
comment on role pacs_gateway is 'pacsd, the daemon';
comment on role pacs_mis is 'The information system: reads through functions';
comment on role pacs_card_feed is 'Writes patient cards';
comment on role pacs_physician is 'A physician: finds and sees studies';
comment on role pacs_radiologist is 'A radiologist: finds and sees studies';
comment on role pacs_registrar is 'Ties studies to patient cards';
comment on role pacs_analyst is 'Reads schema research only';
comment on role pacs_operator is 'Devices, queues, retention';
comment on role pacs_auditor is 'Reads the audit trail';
comment on role pacs_trust is 'Pseudonyms and the way back';
comment on role pacs_job is 'What pg_cron runs as';
