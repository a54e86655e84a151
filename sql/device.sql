-- Who may talk to us over DIMSE.

create or replace function pacs_internal.is_single(host cidr) returns boolean
  language sql immutable
begin atomic
  select masklen(host) = case family(host) when 4 then 32 else 128 end;
end;
comment on function pacs_internal.is_single is 'Whether a row of pacs.remote_ae is of one address, which can be called, and not of a network.';

create or replace view pacs.remote_ae with (security_invoker) as
  select id, ae_title, host, port, may_store, may_find, may_move, may_get, may_commit, acts_as, is_enabled,
         description, detects_character_set, uses_tls, certificate_sha256, user_identity, transfer_syntaxes,
         max_associations, max_requests_per_second, ward, identity
  from pacs_data.remote_ae;
comment on view pacs.remote_ae is 'AE titles that may talk to us; operators insert, update and delete rows here (docs/connecting-modalities.md)';
grant select, insert, update, delete on pacs.remote_ae to pacs_operator;
grant select, insert, update, delete on pacs_data.remote_ae to pacs_operator;

create or replace function pacs_internal.is_tls_only(ae pacs_data.remote_ae) returns boolean
  language sql immutable
begin atomic
  select ae.uses_tls or ae.certificate_sha256 is not null;
end;
comment on function pacs_internal.is_tls_only is 'Whether associations with an AE, in either direction, are over TLS: where its row says so, or names the certificate that it must show. For definers.';

create or replace function pacs_internal.audit_refusal(calling_ae_title text, called_ae_title text, peer inet, reason text)
  returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- Nobody has admitted who causes these rows. Who else holds the lock is writing the same row, or has found it.
  if not pg_try_advisory_xact_lock(hashtextextended(concat_ws('|', 'association_refused', peer, reason, calling_ae_title), 0)) then
    return;
  end if;
  if exists (select from pacs_data.audit_event e
             where e.at > now() - interval '1 minute' and e.event = 'association_refused'
               and e.peer is not distinct from coalesce(audit_refusal.peer, inet_client_addr())
               and e.detail ->> 'calling_ae_title' is not distinct from audit_refusal.calling_ae_title
               and e.detail ->> 'reason' = audit_refusal.reason) then
    return;
  end if;
  -- Titles are the caller's to invent: an address fills the disk with none of them.
  if (select count(*) from (
        select from pacs_data.audit_event e
        where e.at > now() - interval '1 minute' and e.event = 'association_refused'
          and e.peer is not distinct from coalesce(audit_refusal.peer, inet_client_addr()) limit 100) r) = 100 then
    return;
  end if;
  perform pacs_internal.audit('association_refused', false, peer => audit_refusal.peer,
    detail => jsonb_build_object('calling_ae_title', audit_refusal.calling_ae_title,
      'called_ae_title', audit_refusal.called_ae_title, 'reason', audit_refusal.reason));
end
$$;
comment on function pacs_internal.audit_refusal is
'Adds a refused association to the trail: at most once a minute for each calling AE title, peer and reason, and 100 times a minute for each peer. For definers only.';

create or replace function pacs.open_association(
    calling_ae_title text, called_ae_title text, peer inet, is_secured boolean default false,
    certificate_sha256 bytea default null,
    out transfer_id bigint, out refusal text, out may_store boolean, out may_find boolean, out may_move boolean,
    out may_get boolean, out may_commit boolean, out acts_as name, out remote_ae_id int, out user_identity text,
    out transfer_syntaxes text[], out max_associations int, out max_requests_per_second int, out identity text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ae pacs_data.remote_ae;
begin
  if called_ae_title is distinct from pacs_internal.setting('ae_title') then
    refusal := 'called AE title not recognized';
  else
    -- A row that knows the certificate decides over those that do not ask for one, then the narrowest network
    -- that holds the address.
    select * into ae from pacs_data.remote_ae r
      where r.ae_title = open_association.calling_ae_title and r.host >>= open_association.peer
      order by (r.certificate_sha256 is not null and r.certificate_sha256 is not distinct from open_association.certificate_sha256) desc,
               masklen(r.host) desc limit 1;
    refusal := case
      when not found or not ae.is_enabled then 'calling AE title not recognized'
      when pacs_internal.is_tls_only(ae) and is_secured is not true then 'the device must call over TLS'
      when ae.certificate_sha256 is not null and ae.certificate_sha256 is distinct from open_association.certificate_sha256
        then 'the certificate is not the device''s' end;
  end if;
  if refusal is not null then
    perform pacs_internal.audit_refusal(open_association.calling_ae_title, open_association.called_ae_title,
      open_association.peer, refusal);
    return;
  end if;
  insert into pacs_data.transfer (via, calling_ae_title, called_ae_title, peer, remote_ae_id)
    values ('dimse', open_association.calling_ae_title, open_association.called_ae_title, open_association.peer, ae.id)
    returning id into transfer_id;
  may_store := ae.may_store;
  may_find := ae.may_find;
  may_move := ae.may_move;
  may_get := ae.may_get;
  may_commit := ae.may_commit;
  acts_as := ae.acts_as;
  remote_ae_id := ae.id;
  user_identity := ae.user_identity;
  transfer_syntaxes := ae.transfer_syntaxes;
  max_associations := ae.max_associations;
  max_requests_per_second := ae.max_requests_per_second;
  identity := ae.identity;
end
$$;
comment on function pacs.open_association is 'Whether an association is accepted, under which transfer its objects come, and what it may do: as its row of pacs.remote_ae says at this moment. is_secured: it comes over TLS; certificate_sha256 is of the verified certificate that it showed. refusal is null or the reason of the A-ASSOCIATE-RJ (PS3.8 table 9-21), which is audited once a minute. For the daemon (pacs_gateway).';
revoke all on function pacs.open_association(text, text, inet, boolean, bytea) from public;
grant execute on function pacs.open_association(text, text, inet, boolean, bytea) to pacs_gateway;

create or replace function pacs.record_association_refusal(
    calling_ae_title text, called_ae_title text, peer inet, reason text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pacs_internal.audit_refusal(calling_ae_title, called_ae_title, peer, reason);
end;
comment on function pacs.record_association_refusal is 'Audits an association that the daemon refused (too many of the device, a user who is not let in): at most once a minute for each reason. For the daemon (pacs_gateway).';
revoke all on function pacs.record_association_refusal(text, text, inet, text) from public;
grant execute on function pacs.record_association_refusal(text, text, inet, text) to pacs_gateway;

create or replace function pacs.open_user_session() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  login name := session_user;
begin
  -- Whoever may do more than look has no business behind a passcode that crosses the wire.
  if (select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = login)
     or exists (select from unnest(array['pacs_owner', 'pacs_gateway', 'pacs_operator', 'pacs_trust', 'pacs_auditor', 'pacs_job']) role
                where pg_has_role(login, role, 'member')) then
    raise exception 'this login may not query over DIMSE' using errcode = 'insufficient_privilege';
  end if;
  perform pacs_internal.audit('user_session_opened', true);
end
$$;
comment on function pacs.open_user_session is 'Called by the daemon on a connection that a peer''s user name and passcode opened (PS3.7 D.3.3.7): audits it, and raises 42501 for superusers and for logins that may do more than look. For pacs_physician, pacs_radiologist, pacs_mis.';
revoke all on function pacs.open_user_session() from public;
grant execute on function pacs.open_user_session() to pacs_physician, pacs_radiologist, pacs_mis;

create or replace function pacs.record_denial(transfer_id bigint, operation text, reason text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pacs_internal.audit('operation_denied', false, transfer_id => transfer_id,
                             detail => jsonb_build_object('operation', operation, 'reason', reason));
end;
comment on function pacs.record_denial is 'Audits an operation of DIMSE (C-FIND, C-MOVE …) that an admitted device asked for and may not do. For the daemon (pacs_gateway).';
revoke all on function pacs.record_denial(bigint, text, text) from public;
grant execute on function pacs.record_denial(bigint, text, text) to pacs_gateway;
