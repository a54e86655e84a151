-- Storage commitment, push model (PS3.4 annex J): what others ask us to promise.

create or replace function pacs_internal.read_references(information jsonb)
  returns table (number int, sop_class_uid text, sop_instance_uid text)
  language sql immutable set search_path = pg_catalog, pg_temp
as $$
  -- jsonb_path_query is lax: what is of another shape gives nothing.
  select ordinality::int, item #>> '{00081150,Value,0}', item #>> '{00081155,Value,0}'
  from jsonb_path_query(information, '$."00081199".Value[*]') with ordinality as i (item, ordinality)
$$;
comment on function pacs_internal.read_references is 'The Referenced SOP Sequence (0008,1199) of a data set in the DICOM JSON model.';

create or replace function pacs_internal.check_references(commitment_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pacs_data.commitment_item i where i.commitment_id = check_references.commitment_id) then
    raise exception 'nothing in (0008,1199)' using errcode = 'PC055';
  end if;
  if (select count(*) from pacs_data.commitment_item i where i.commitment_id = check_references.commitment_id) > 100000 then
    raise exception 'more than 100,000 references in (0008,1199)' using errcode = 'PC004';
  end if;
  if exists (select from pacs_data.commitment_item i where i.commitment_id = check_references.commitment_id
             and not (pacs_internal.is_uid(i.sop_class_uid) and pacs_internal.is_uid(i.sop_instance_uid))) then
    raise exception 'no UID in (0008,1150) or (0008,1155) of an item of (0008,1199)' using errcode = 'PC055';
  end if;
end
$$;
comment on function pacs_internal.check_references is 'Raises PC055 where a request of storage commitment names nothing, or something without UIDs, PC004 where it names more than 100,000 objects: the report of more would be beyond what is encoded.';

create or replace function pacs_internal.keep_request(remote_ae_id int, transfer_id bigint, information jsonb) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  transaction text := information #>> '{00081195,Value,0}';
  known pacs_data.commitment;
  kept bigint;
begin
  if pacs_internal.is_uid(transaction) is not true then
    raise exception 'no UID in (0008,1195)' using errcode = 'PC055';
  end if;
  insert into pacs_data.commitment as c (remote_ae_id, transfer_id, is_ours, transaction_uid)
    values (keep_request.remote_ae_id, keep_request.transfer_id, false, transaction)
    on conflict on constraint commitment_remote_ae_id_is_ours_transaction_uid_key do nothing
    returning c.id into kept;
  if kept is not null then
    insert into pacs_data.commitment_item (commitment_id, number, sop_class_uid, sop_instance_uid)
      select kept, r.number, coalesce(r.sop_class_uid, ''), coalesce(r.sop_instance_uid, '')
      from pacs_internal.read_references(information) r;
    perform pacs_internal.check_references(kept);
    return kept;
  end if;
  -- Who repeats a request has not heard of it: it is checked and reported again.
  select c.* into strict known from pacs_data.commitment c
    where c.remote_ae_id = keep_request.remote_ae_id and not c.is_ours and c.transaction_uid = transaction for update;
  if exists ((select r.number, r.sop_class_uid, r.sop_instance_uid from pacs_internal.read_references(information) r)
             except (select i.number, i.sop_class_uid, i.sop_instance_uid from pacs_data.commitment_item i where i.commitment_id = known.id))
     or (select count(*) from pacs_internal.read_references(information))
        <> (select count(*) from pacs_data.commitment_item i where i.commitment_id = known.id) then
    raise exception 'the Transaction UID (0008,1195) is in use with other references' using errcode = 'PC055';
  end if;
  update pacs_data.commitment c set transfer_id = keep_request.transfer_id, checked_at = null, reported_at = null
    where c.id = known.id;
  return known.id;
end
$$;
comment on function pacs_internal.keep_request is 'Keeps a request of storage commitment, once for each Transaction UID of an AE. Raises PC055 where it breaks PS3.4 table J.3-1, PC004 for more than 100,000 references. For definers.';

create or replace function pacs.request_commitment(transfer_id bigint, information jsonb)
  returns table (commitment_id bigint, task_id bigint, lease uuid)
  language plpgsql security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  ae pacs_data.remote_ae;
  kept bigint;
  task bigint;
begin
  select r.* into ae from pacs_data.transfer t join pacs_data.remote_ae r on r.id = t.remote_ae_id
    where t.id = request_commitment.transfer_id;
  if not coalesce(ae.may_commit, false) then
    raise exception 'this AE may not ask for storage commitment' using errcode = 'PC055';
  end if;
  kept := pacs_internal.keep_request(ae.id, request_commitment.transfer_id, information);
  perform pacs_internal.audit('commitment_requested', true, transfer_id => request_commitment.transfer_id,
    object_count => (select count(*) from pacs_data.commitment_item i where i.commitment_id = kept));
  select c.task_id into task from pacs_data.commitment c join pacs_data.task t on t.id = c.task_id
    where c.id = kept and t.state in ('ready', 'running');
  if task is null then
    task := pacs_internal.add_task('commit', jsonb_build_object('commitment', kept),
      resource => pacs_internal.resource_of(ae.id));
    update pacs_data.commitment c set task_id = task where c.id = kept;
  end if;
  if ae.port is null then
    -- Nobody can call it: who has it on the line takes the task, and tells it there.
    return query
      update pacs_data.task t
        set state = 'running', attempts = t.attempts + 1, leased_until = now() + interval '5 minutes',
            lease = pgcrypto.gen_random_uuid()
        where t.id = task and t.state = 'ready'
        returning kept, t.id, t.lease;
  end if;
end
$$;
comment on function pacs.request_commitment is
'Keeps a request of storage commitment (N-ACTION, PS3.4 J.3.2): information is its data set in the DICOM JSON model. A task checks the files and reports to the AE''s address and port; where it has no port the task is given to the association that asked (its id and lease are the answer), which reports on itself. The same Transaction UID with the same references is checked and reported again. Audited. Raises PC055 for a request that breaks PS3.4 table J.3-1, PC004 for one of more than 100,000 references. For the daemon (pacs_gateway).';
revoke all on function pacs.request_commitment(bigint, jsonb) from public;
grant execute on function pacs.request_commitment(bigint, jsonb) to pacs_gateway;

create or replace function pacs.commitment_files(
    commitment_id bigint, out number int, out store_id smallint, out file_id uuid, out file_size bigint,
    out data_set_offset int, out sha256 bytea)
  returns setof record
  language plpgsql stable security definer rows 1000 set search_path = pg_catalog, pg_temp
as $$
declare
  wants_digest constant boolean := pacs_internal.setting('commitment_checks') = 'digest';
begin
  return query
    select i.number, o.store_id, o.file_id, o.file_size, o.data_set_offset, case when wants_digest then o.sha256 end
    from pacs_data.commitment_item i
    join pacs_data.instance o on o.sop_instance_uid = i.sop_instance_uid and o.sop_class_uid = i.sop_class_uid
    join pacs_data.commitment c on c.id = i.commitment_id
    where i.commitment_id = commitment_files.commitment_id and c.checked_at is null and not c.is_ours
    order by i.number;
end
$$;
comment on function pacs.commitment_files is 'The files of a request of storage commitment that are still to be looked at; sha256 where the setting commitment_checks asks for it. None once it is checked. For the daemon (pacs_gateway).';
revoke all on function pacs.commitment_files(bigint) from public;
grant execute on function pacs.commitment_files(bigint) to pacs_gateway;

create or replace function pacs.commitment_checked(commitment_id bigint, intact int[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from pacs_data.commitment c where c.id = commitment_checked.commitment_id and c.checked_at is null for update;
  if not found then
    return;
  end if;
  -- PS3.3 C.14.1.1: no such object instance (274), class-instance conflict (281), processing failure (272).
  -- Subqueries by index, since nobody has counted rows that were written just now (measured: joined, a plan that
  -- takes the square of 20,000).
  update pacs_data.commitment_item i
    set failure_reason = coalesce((select case when o.sop_class_uid <> i.sop_class_uid then 281 else 272 end
                                   from pacs_data.instance o where o.sop_instance_uid = i.sop_instance_uid), 274)
    where i.commitment_id = commitment_checked.commitment_id;
  update pacs_data.commitment_item i set failure_reason = null
    from unnest(intact) as n (number)
    where i.commitment_id = commitment_checked.commitment_id and i.number = n.number and i.failure_reason = 272;
  update pacs_data.commitment c set checked_at = now() where c.id = commitment_checked.commitment_id;
end
$$;
comment on function pacs.commitment_checked is 'Says which files of a request are there and are what they were, by their numbers; the reasons of the others follow from what is stored. Once: what is checked stays as it was told. For the daemon (pacs_gateway).';
revoke all on function pacs.commitment_checked(bigint, int[]) from public;
grant execute on function pacs.commitment_checked(bigint, int[]) to pacs_gateway;

create or replace function pacs_internal.reference_items(commitment_id bigint, is_failed boolean) returns jsonb
  language sql stable
begin atomic
  select jsonb_agg(
           jsonb_build_object('00081150', jsonb_build_object('vr', 'UI', 'Value', array[i.sop_class_uid]),
                              '00081155', jsonb_build_object('vr', 'UI', 'Value', array[i.sop_instance_uid]))
           || case when is_failed then jsonb_build_object('00081197', jsonb_build_object('vr', 'US', 'Value', array[i.failure_reason]))
                   else '{}' end
           order by i.number)
  from pacs_data.commitment_item i
  where i.commitment_id = reference_items.commitment_id and (i.failure_reason is not null) = is_failed;
end;
comment on function pacs_internal.reference_items is 'Items of (0008,1199), or of (0008,1198) with their reasons, in the DICOM JSON model; null where there are none. For definers.';

create or replace function pacs.commitment_report(
    commitment_id bigint, out ae_title text, out address inet, out port int, out uses_tls boolean,
    out certificate_sha256 bytea, out calling_ae_title text, out event_type int, out information jsonb)
  returns setof record
  language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
declare
  asked pacs_data.commitment;
  failed jsonb := pacs_internal.reference_items(commitment_id, true);
  safe jsonb := pacs_internal.reference_items(commitment_id, false);
begin
  select c.* into asked from pacs_data.commitment c
    where c.id = commitment_report.commitment_id and not c.is_ours and c.checked_at is not null and c.reported_at is null;
  if not found then
    return;
  end if;
  calling_ae_title := pacs_internal.setting('ae_title');
  event_type := case when failed is null then 1 else 2 end;
  -- PS3.4 table J.3-2. Where objects are retrieved from stands with those that are safe.
  information := jsonb_strip_nulls(jsonb_build_object(
    '00081195', jsonb_build_object('vr', 'UI', 'Value', array[asked.transaction_uid]),
    '00080054', case when safe is not null then jsonb_build_object('vr', 'AE', 'Value', array[calling_ae_title]) end,
    '00081199', case when safe is not null then jsonb_build_object('vr', 'SQ', 'Value', safe) end,
    '00081198', case when failed is not null then jsonb_build_object('vr', 'SQ', 'Value', failed) end));
  -- Of a network the address that it called from.
  select r.ae_title, case when pacs_internal.is_single(r.host) then r.host::inet else t.peer end,
         r.port, pacs_internal.is_tls_only(r), r.certificate_sha256
    into ae_title, address, port, uses_tls, certificate_sha256
    from pacs_data.remote_ae r left join pacs_data.transfer t on t.id = asked.transfer_id
    where r.id = asked.remote_ae_id and r.is_enabled;
  return next;
end
$$;
comment on function pacs.commitment_report is 'What the N-EVENT-REPORT of a request says and to whom: no row where it is not checked yet or was reported, port null where the AE cannot be called. For the daemon (pacs_gateway).';
revoke all on function pacs.commitment_report(bigint) from public;
grant execute on function pacs.commitment_report(bigint) to pacs_gateway;

create or replace function pacs.commitment_reported(commitment_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.commitment c set reported_at = now()
    where c.id = commitment_reported.commitment_id and c.reported_at is null;
  if found then
    perform pacs_internal.audit('commitment_reported', true,
      array(select distinct se.study_id from pacs_data.commitment_item i
            join pacs_data.instance o on o.sop_instance_uid = i.sop_instance_uid
            join pacs_data.series se on se.id = o.series_id
            where i.commitment_id = commitment_reported.commitment_id and i.failure_reason is null),
      (select count(*) from pacs_data.commitment_item i where i.commitment_id = commitment_reported.commitment_id and i.failure_reason is null),
      transfer_id => (select c.transfer_id from pacs_data.commitment c where c.id = commitment_reported.commitment_id));
  end if;
end
$$;
comment on function pacs.commitment_reported is 'Says that the N-EVENT-REPORT of a request was answered with success. Audited, with what we have promised to keep. For the daemon (pacs_gateway).';
revoke all on function pacs.commitment_reported(bigint) from public;
grant execute on function pacs.commitment_reported(bigint) to pacs_gateway;

create or replace view pacs.commitment with (security_invoker) as
  select c.id, r.ae_title, c.is_ours, c.requested_at, c.checked_at, c.reported_at, i.objects, i.failed, c.task_id,
         c.transaction_uid, c.given_up_at
  from pacs_data.commitment c
  left join pacs_data.remote_ae r on r.id = c.remote_ae_id
  cross join lateral (select count(*) as objects, count(*) filter (where x.failure_reason is not null) as failed
                      from pacs_data.commitment_item x where x.commitment_id = c.id) i;
comment on view pacs.commitment is 'Storage commitment: what others asked us (is_ours false) and we asked others, when it was checked and reported, how many objects are not safe, and when we gave up waiting for an answer; for operators';
grant select on pacs.commitment, pacs_data.commitment, pacs_data.commitment_item to pacs_operator;

create or replace function pacs_internal.drop_old_commitments() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  with gone as (
    delete from pacs_data.commitment where id in
      (select c.id from pacs_data.commitment c
       where c.reported_at < now() - interval '30 days' or c.requested_at < now() - interval '90 days' limit 1000)
    returning 1)
  select count(*) from gone;
end;
comment on function pacs_internal.drop_old_commitments is 'Forgets requests of storage commitment that were reported 30 days ago, or asked 90 days ago and never answered, at most 1,000 at once. For pacs_job.';
grant execute on function pacs_internal.drop_old_commitments() to pacs_job;
