-- Who asks, and what they may see. The one predicate of every door: policies, definers, links.

create or replace function pacs_internal.caller() returns name
  language sql stable parallel safe
begin atomic
  select case when current_setting('role') = 'none' then session_user else current_setting('role')::name end;
end;
comment on function pacs_internal.caller is
'The login, or the role it has taken on by SET ROLE. Never current_user, which inside a definer is its owner. For policies and definers.';

create or replace function pacs_internal.is_or_inherits(role name, inherited name) returns boolean
  language sql stable parallel safe
begin atomic
  -- By number, which is null for a role that is no more; pg_has_role of its name would fail.
  select coalesce(pg_has_role(to_regrole(quote_ident(nullif(role, ''))), inherited, 'usage'), false);
end;
comment on function pacs_internal.is_or_inherits is
'Whether a role has the rights of another; false where it does not exist. "usage" and not "member": the daemon is a member of the web roles without having their rights until it takes one on.';

create or replace function pacs_internal.sees_studies(role name) returns boolean
  language sql stable parallel safe
begin atomic
  select pacs_internal.is_or_inherits(role, 'pacs_mis') or pacs_internal.is_or_inherits(role, 'pacs_physician')
      or pacs_internal.is_or_inherits(role, 'pacs_radiologist') or pacs_internal.is_or_inherits(role, 'pacs_operator');
end;
comment on function pacs_internal.sees_studies is 'Whether a role sees studies at all; false where it does not exist (any more).';

create or replace function pacs_internal.visible_studies(role name) returns setof pacs_data.study
  language sql stable parallel safe
begin atomic
  select st.* from pacs_data.study st where (select pacs_internal.sees_studies(role));
end;
comment on function pacs_internal.visible_studies is
'The studies that a role may see: what definers read instead of the table. Inlined where it is called, so that it costs no index. For definers.';

grant execute on function pacs_internal.caller(), pacs_internal.is_or_inherits(name, name),
  pacs_internal.sees_studies(name)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator, pacs_registrar, pacs_auditor, pacs_gateway;
