-- Storage commitment, push model (PS3.4 annex J): what we ask others to promise.

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
