-- Storage commitment, push model (PS3.4 annex J): what others ask us to promise, and what we ask of them.

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

-- As a user of others.

create or replace function pacs_internal.ask_commitment(remote_ae_id int, sop_instance_uids text[]) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  asked bigint;
begin
  -- A UID made of a UUID (PS3.5 B.2): its 32 hexadecimal digits as one number.
  insert into pacs_data.commitment (remote_ae_id, is_ours, transaction_uid)
    values (ask_commitment.remote_ae_id, true, '2.25.' || pacs_internal.random_number())
    returning id into asked;
  insert into pacs_data.commitment_item (commitment_id, number, sop_class_uid, sop_instance_uid)
    select asked, row_number() over (order by o.id), o.sop_class_uid, o.sop_instance_uid
    from pacs_data.instance o where o.sop_instance_uid = any (sop_instance_uids);
  update pacs_data.commitment c
    set task_id = pacs_internal.add_task('ask_commitment', jsonb_build_object('commitment', asked),
                                         resource => pacs_internal.resource_of(ask_commitment.remote_ae_id))
    where c.id = asked;
  return asked;
end
$$;
comment on function pacs_internal.ask_commitment is 'Queues the question to another AE whether it keeps these objects safe; the answer comes into pacs.commitment. For definers.';

create or replace function pacs_internal.random_number() returns numeric
  language sql volatile set search_path = pg_catalog, pg_temp
as $$
  -- Eight digits at a time: numbers of 16 bits, most significant first.
  select sum(('x' || substr(digits, 4 * n + 1, 4))::bit(16)::int * 65536::numeric ^ (7 - n))::numeric(39, 0)
  from (select replace(pgcrypto.gen_random_uuid()::text, '-', '') as digits) d, generate_series(0, 7) n
$$;
comment on function pacs_internal.random_number is 'A UUID as a number, for a UID (PS3.5 B.2).';

create or replace function pacs.commitment_question(
    commitment_id bigint, out ae_title text, out address inet, out port int, out uses_tls boolean,
    out certificate_sha256 bytea, out calling_ae_title text, out information jsonb)
  returns setof record
  language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
declare
  ours pacs_data.commitment;
  ae pacs_data.remote_ae;
begin
  select c.* into ours from pacs_data.commitment c where c.id = commitment_question.commitment_id and c.is_ours
    and c.checked_at is null;
  if not found then
    return;
  end if;
  select r.* into strict ae from pacs_data.remote_ae r where r.id = ours.remote_ae_id;
  ae_title := ae.ae_title;
  address := ae.host;
  port := ae.port;
  uses_tls := pacs_internal.is_tls_only(ae);
  certificate_sha256 := ae.certificate_sha256;
  calling_ae_title := pacs_internal.setting('ae_title');
  information := jsonb_build_object(
    '00081195', jsonb_build_object('vr', 'UI', 'Value', array[ours.transaction_uid]),
    '00081199', jsonb_build_object('vr', 'SQ', 'Value', pacs_internal.reference_items(commitment_id, false)));
  return next;
end
$$;
comment on function pacs.commitment_question is 'What the N-ACTION of our own request asks and whom: no row where the answer is there. For the daemon (pacs_gateway).';
revoke all on function pacs.commitment_question(bigint) from public;
grant execute on function pacs.commitment_question(bigint) to pacs_gateway;

create or replace function pacs_internal.settle_commitment(commitment_id bigint, information jsonb, transfer_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ours pacs_data.commitment;
begin
  select c.* into ours from pacs_data.commitment c
    where c.id = settle_commitment.commitment_id and c.is_ours and c.transaction_uid = information #>> '{00081195,Value,0}' for update;
  if not found then
    raise exception 'we have not asked this AE under this Transaction UID (0008,1195)' using errcode = 'PC055';
  end if;
  if ours.checked_at is not null then
    return;  -- the other side has not heard our answer, and says it again
  end if;
  update pacs_data.commitment_item i set failure_reason = answer.reason
    from (select x.number, case when safe.number is not null then null else coalesce(failed.reason, 272) end as reason
          from pacs_data.commitment_item x
          left join (select distinct on (r.sop_instance_uid) r.*
                     from pacs_internal.read_references(information) r) safe
            on safe.sop_instance_uid = x.sop_instance_uid and safe.sop_class_uid = x.sop_class_uid
          left join (select distinct on (1) f #>> '{00081155,Value,0}' as uid,
                            substring(f #>> '{00081197,Value,0}' from '^\d{1,5}$')::int as reason
                     from jsonb_path_query(information, '$."00081198".Value[*]') f) failed
            on failed.uid = x.sop_instance_uid
          where x.commitment_id = ours.id) answer
    where i.commitment_id = ours.id and i.number = answer.number;
  update pacs_data.commitment c set checked_at = now(), reported_at = now() where c.id = ours.id;
  perform pacs_internal.forward_committed(ours.id);
  perform pacs_internal.audit('commitment_received', true, transfer_id => settle_commitment.transfer_id,
    object_count => (select count(*) from pacs_data.commitment_item i where i.commitment_id = ours.id and i.failure_reason is null));
end
$$;
comment on function pacs_internal.settle_commitment is 'Takes the answer to a request of ours (N-EVENT-REPORT, PS3.4 J.3.3), once, also when we no longer waited for it; what it does not name failed. Audited. Raises PC055 where it is of another Transaction UID, or there is none of the number. For definers.';

create or replace function pacs.take_commitment_event(transfer_id bigint, information jsonb) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  -- An AE may stand in several rows, by address.
  select pacs_internal.settle_commitment(
    (select c.id from pacs_data.transfer t
       join pacs_data.remote_ae r on r.ae_title = t.calling_ae_title
       join pacs_data.commitment c on c.remote_ae_id = r.id and c.is_ours
       where t.id = take_commitment_event.transfer_id and c.transaction_uid = information #>> '{00081195,Value,0}'),
    information, transfer_id);
end;
comment on function pacs.take_commitment_event is 'Takes the answer to our own request of storage commitment from an association that the other side began, as pacs_internal.settle_commitment does. Raises PC055 where we have not asked that AE. For the daemon (pacs_gateway).';
revoke all on function pacs.take_commitment_event(bigint, jsonb) from public;
grant execute on function pacs.take_commitment_event(bigint, jsonb) to pacs_gateway;

create or replace function pacs.take_commitment_answer(commitment_id bigint, information jsonb) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pacs_internal.settle_commitment(commitment_id, information, null);
end;
comment on function pacs.take_commitment_answer is 'The same from the association on which we asked: whom we called answers. Raises PC055 where it is of another Transaction UID. For the daemon (pacs_gateway).';
revoke all on function pacs.take_commitment_answer(bigint, jsonb) from public;
grant execute on function pacs.take_commitment_answer(bigint, jsonb) to pacs_gateway;

create or replace view pacs.commitment with (security_invoker) as
  select c.id, r.ae_title, c.is_ours, c.requested_at, c.checked_at, c.reported_at, i.objects, i.failed, c.task_id,
         c.transaction_uid, c.given_up_at
  from pacs_data.commitment c
  left join pacs_data.remote_ae r on r.id = c.remote_ae_id
  cross join lateral (select count(*) as objects, count(*) filter (where x.failure_reason is not null) as failed
                      from pacs_data.commitment_item x where x.commitment_id = c.id) i;
comment on view pacs.commitment is 'Storage commitment: what others asked us (is_ours false) and we asked others, when it was checked and reported, how many objects are not safe, and when we gave up waiting for an answer; for operators';
grant select on pacs.commitment, pacs_data.commitment, pacs_data.commitment_item to pacs_operator;

create or replace function pacs_internal.give_up_commitments() returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  patience constant interval := pacs_internal.setting('commitment_patience')::interval;
  silent bigint;
  given_up bigint := 0::bigint;
begin
  for silent in
    select c.id from pacs_data.commitment c left join pacs_data.task t on t.id = c.task_id
    where c.is_ours and c.checked_at is null and c.given_up_at is null
      -- Asked, or asked in vain; a question that is still to be put is not late.
      and c.requested_at < now() - patience
      and (t.id is null or t.state = 'cancelled' or t.state in ('done', 'failed') and t.finished_at < now() - patience)
    order by c.requested_at limit 100 for update of c skip locked loop
    update pacs_data.commitment c set given_up_at = now() where c.id = silent;
    perform pacs_internal.forward_committed(silent);
    perform pacs_internal.audit('commitment_not_answered', false,
      object_count => (select count(*) from pacs_data.commitment_item i where i.commitment_id = silent),
      detail => jsonb_build_object('commitment', silent));
    given_up := given_up + 1::bigint;
  end loop;
  return given_up;
end
$$;
comment on function pacs_internal.give_up_commitments is 'Ends the waiting for answers to our own requests of storage commitment that have been out for longer than the setting commitment_patience, at most 100 at once: their objects failed, until an answer comes after all. Audited. For pacs_job.';
grant execute on function pacs_internal.give_up_commitments() to pacs_job;

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
