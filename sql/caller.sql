-- Who asks, and what they may see. The one predicate of every door: policies, definers, links.

create or replace function pacs_internal.caller() returns name
  language sql stable parallel safe
begin atomic
  select case when current_setting('role') = 'none' then session_user else current_setting('role')::name end;
end;
comment on function pacs_internal.caller is
'The login, or the role it has taken on by SET ROLE. Never current_user, which inside a definer is its owner. For policies and definers.';

create or replace function pacs_internal.sees_studies(role name) returns boolean
  language sql stable parallel safe
begin atomic
  select pg_has_role(role, 'pacs_mis', 'usage') or pg_has_role(role, 'pacs_physician', 'usage')
      or pg_has_role(role, 'pacs_radiologist', 'usage') or pg_has_role(role, 'pacs_operator', 'usage');
end;
comment on function pacs_internal.sees_studies is
'Whether a role sees studies at all. "usage" and not "member": the daemon is a member of the web roles without having their rights until it takes one on.';

grant execute on function pacs_internal.caller(), pacs_internal.sees_studies(name)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator, pacs_registrar, pacs_auditor, pacs_gateway;
