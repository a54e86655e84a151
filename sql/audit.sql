-- The trail: one writer, one reader.

create or replace function pacs_internal.audit(
    event text, is_success boolean, study_ids bigint[] default '{}', object_count bigint default null,
    on_behalf_of text default null, peer inet default null, transfer_id bigint default null,
    detail jsonb default null) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- plpgsql and not SQL: an SQL function that writes is planned at each call, which an object's receipt would feel.
  insert into pacs_data.audit_event
    (event, is_success, actor, on_behalf_of, peer, transfer_id, study_ids, object_count, detail)
  values (audit.event, audit.is_success, pacs_internal.caller(), audit.on_behalf_of,
          coalesce(audit.peer, inet_client_addr()), audit.transfer_id, audit.study_ids, audit.object_count, audit.detail);
end
$$;
comment on function pacs_internal.audit is
'Adds an event to the trail, in the transaction of the act. For definers only. detail holds no patient data.';

-- Where links lead and who may send decide as much as any grant: what was and what is stays in the trail.
create or replace function pacs_internal.audit_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pacs_internal.audit(tg_table_name || '_changed', true,
    detail => jsonb_strip_nulls(jsonb_build_object('was', to_jsonb(old), 'is', to_jsonb(new))));
  return null;
end
$$;
comment on function pacs_internal.audit_change is 'Trigger: puts a change of a row that an operator edits into the trail, as it was and as it is.';
create or replace trigger audit_change after update on pacs_data.setting
  for each row when (old is distinct from new) execute function pacs_internal.audit_change();
create or replace trigger audit_change after insert or update or delete on pacs_data.remote_ae
  for each row execute function pacs_internal.audit_change();

create or replace view pacs.audit_event with (security_invoker) as
  select id, at, event, is_success, actor, on_behalf_of, peer, transfer_id, study_ids, object_count, detail
  from pacs_data.audit_event;
comment on view pacs.audit_event is 'The trail of who did what, for auditors';
grant select on pacs.audit_event, pacs_data.audit_event to pacs_auditor;
