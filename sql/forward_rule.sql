-- What is sent to others without being asked for: rules, what they send, and what became of it.

create or replace view pacs.forward_rule with (security_invoker) as
  select id, name, is_enabled, send_on, calling_ae_title, modality, header_condition, destination_id, send_window,
         priority, compress_to, wants_commitment, max_attempts, only_linked
  from pacs_data.forward_rule;
comment on view pacs.forward_rule is 'What is sent to whom without being asked for; operators insert, update and delete rows here (docs/forwarding.md)';
grant select, insert, update, delete on pacs.forward_rule, pacs_data.forward_rule to pacs_operator;

create or replace function pacs_internal.check_forward_rule() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pacs_data.remote_ae r where r.id = new.destination_id and r.port is not null
                 and pacs_internal.is_single(r.host)) then
    raise exception 'a destination has a port and a single address' using errcode = 'PC082';
  end if;
  if new.send_window is not null and not pacs_internal.is_schedule(new.send_window) then
    raise exception 'a window is a cron expression of five fields' using errcode = 'PC082';
  end if;
  -- A variable would be missed only when an object is looked at. Its text is $"name"; strings are emptied first.
  if regexp_replace(new.header_condition::text, '"(\\.|[^"\\])*"', '""', 'g') like '%$""%' then
    raise exception 'a condition has no variables' using errcode = 'PC082';
  end if;
  -- RLE, JPEG lossless, JPEG-LS lossless, JPEG 2000 lossless: what loses nothing (PS3.5 A.4).
  if new.compress_to not in ('1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80',
                             '1.2.840.10008.1.2.4.90') then
    raise exception 'no transfer syntax that we compress to without loss has this UID' using errcode = 'PC082';
  end if;
  return new;
end
$$;
comment on function pacs_internal.check_forward_rule is 'Trigger: refuses rules that could not be followed. Raises PC082.';
create or replace trigger check_forward_rule before insert or update on pacs_data.forward_rule
  for each row execute function pacs_internal.check_forward_rule();
create or replace trigger audit_change after insert or update or delete on pacs_data.forward_rule
  for each row execute function pacs_internal.audit_change();

create or replace function pacs_internal.wanted_by(rule pacs_data.forward_rule, instance_ids bigint[])
  returns table (study_id bigint, instance_id bigint)
  language sql stable
begin atomic
  select se.study_id, i.id
  from unnest(instance_ids) given (id)
  join pacs_data.instance i on i.id = given.id
  join pacs_data.series se on se.id = i.series_id
  join pacs_data.transfer t on t.id = i.transfer_id
  join pacs_data.remote_ae destination on destination.id = (rule).destination_id
  where ((rule).calling_ae_title is null or t.calling_ae_title = (rule).calling_ae_title)
    and ((rule).modality is null or se.modality = (rule).modality)
    -- Nothing goes back to where it came from.
    and t.calling_ae_title <> destination.ae_title
    and case when (rule).header_condition is null then true
        else jsonb_path_exists_tz(dicom.merge(se.template, i.difference), (rule).header_condition, '{}', true) end
    and (not (rule).only_linked or exists (select from pacs_data.card_link l where l.study_id = se.study_id and l.card_id is not null))
    and not exists (select from pacs_data.forward_object f where f.rule_id = (rule).id and f.instance_id = i.id);
end;
comment on function pacs_internal.wanted_by is 'Which of these instances a rule sends and has not sent yet. For definers.';

create or replace function pacs_internal.queue_forward(rule pacs_data.forward_rule, instance_ids bigint[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  batch record;
  task bigint;
begin
  for batch in select w.study_id, array_agg(w.instance_id order by w.instance_id) as instances
               from pacs_internal.wanted_by(rule, instance_ids) w group by w.study_id order by w.study_id loop
    task := pacs_internal.add_task('forward', jsonb_build_object('rule', rule.id),
      pacs_internal.forward_time(rule), rule.priority, rule.max_attempts, pacs_internal.resource_of(rule.destination_id));
    insert into pacs_data.forward_object (rule_id, instance_id, task_id)
      select rule.id, unnest(batch.instances), task;
  end loop;
end
$$;
comment on function pacs_internal.queue_forward is 'Queues what a rule sends of these instances: one task for each study. For definers.';

create or replace function pacs_internal.forward_time(rule pacs_data.forward_rule) returns timestamptz
  language sql stable
begin atomic
  select case when rule.send_window is null or pacs_internal.is_due(rule.send_window, now()) then now()
              else pacs_internal.next_due(rule.send_window, now()) end;
end;
comment on function pacs_internal.forward_time is 'Now where the rule''s window is open, else when it opens next. For definers.';

create or replace function pacs_internal.forward(on_event text, instance_ids bigint[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  rule pacs_data.forward_rule;
begin
  for rule in select r.* from pacs_data.forward_rule r where r.is_enabled and r.send_on = on_event order by r.id loop
    perform pacs_internal.queue_forward(rule, instance_ids);
  end loop;
end
$$;
comment on function pacs_internal.forward is 'Lets all rules of an event (receipt, study_complete) look at instances. For definers.';

create or replace function pacs_internal.forward_linked(study_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  rule pacs_data.forward_rule;
  is_complete boolean;
  instances bigint[];
begin
  if not exists (select from pacs_data.forward_rule r where r.is_enabled and r.only_linked) then
    return;
  end if;
  -- While more of it comes it is not complete, and will be.
  is_complete := not exists (select from pacs_data.arrival a where a.study_id = forward_linked.study_id)
    and exists (select from pacs_data.study_completion c where c.study_id = forward_linked.study_id);
  instances := array(select i.id from pacs_data.series se join pacs_data.instance i on i.series_id = se.id
                     where se.study_id = forward_linked.study_id);
  for rule in select r.* from pacs_data.forward_rule r where r.is_enabled and r.only_linked and (r.send_on = 'receipt' or is_complete) order by r.id loop
    perform pacs_internal.queue_forward(rule, instances);
  end loop;
end
$$;
comment on function pacs_internal.forward_linked is 'Queues what rules had passed over of a study that has now been linked to a patient card. For definers.';

create or replace function pacs_internal.forward_rule_of(task_id bigint, lease uuid) returns pacs_data.forward_rule
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  task pacs_data.task := pacs_internal.require_lease(task_id, lease);
  rule pacs_data.forward_rule;
begin
  select r.* into rule from pacs_data.forward_rule r where r.id = (task.payload ->> 'rule')::int;
  return rule;
end
$$;
comment on function pacs_internal.forward_rule_of is 'The rule of a task that is leased; null where it is no more. Raises PC081. For definers.';

create or replace function pacs.forward_destination(
    task_id bigint, lease uuid, out run_after timestamptz, out calling_ae_title text, out ae_title text, out address text,
    out port int, out uses_tls boolean, out certificate_sha256 bytea)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  rule constant pacs_data.forward_rule := pacs_internal.forward_rule_of(task_id, lease);
  destination pacs_data.remote_ae;
begin
  if rule.id is null then
    return;
  end if;
  select r.* into strict destination from pacs_data.remote_ae r where r.id = rule.destination_id;
  run_after := nullif(pacs_internal.forward_time(rule), now());
  if not rule.is_enabled or not destination.is_enabled then
    run_after := greatest(run_after, now() + interval '1 minute');
  end if;
  if destination.port is null then
    raise exception 'the destination has no port any more' using errcode = 'PC062';
  end if;
  calling_ae_title := pacs_internal.setting('ae_title');
  ae_title := destination.ae_title;
  address := host(destination.host);
  port := destination.port;
  uses_tls := pacs_internal.is_tls_only(destination);
  certificate_sha256 := destination.certificate_sha256;
end
$$;
comment on function pacs.forward_destination is 'Where the objects of a forward task go; nulls where its rule is no more, and run_after where it has to wait for its window, or because rule or destination are disabled. Raises PC081 without the lease, PC062 for a destination that cannot be called. For the daemon (pacs_gateway).';
revoke all on function pacs.forward_destination(bigint, uuid) from public;
grant execute on function pacs.forward_destination(bigint, uuid) to pacs_gateway;

create or replace function pacs.forward_plan(task_id bigint, lease uuid)
  returns table (
    transfer_syntaxes text[], instance_id bigint, sop_class_uid text, sop_instance_uid text, transfer_syntax_uid text,
    store_id smallint, file_id uuid, file_size bigint, data_set_offset int, edits text)
  language plpgsql security definer rows 200 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  rule constant pacs_data.forward_rule := pacs_internal.forward_rule_of(task_id, lease);
  preferred text[];
  identity text;
  uids text[] := '{}'::text[];
  series bigint[] := '{}'::bigint[];
begin
  select r.transfer_syntaxes, r.identity into preferred, identity from pacs_data.remote_ae r where r.id = rule.destination_id;
  if identity = 'card' then
    select coalesce(array_agg(i.sop_instance_uid), '{}'), coalesce(array_agg(distinct i.series_id), '{}') into uids, series
      from pacs_data.forward_object f join pacs_data.instance i on i.id = f.instance_id
      where f.task_id = forward_plan.task_id and f.state = 'waiting';
  end if;
  return query
    select p.syntaxes, p.id, p.sop_class_uid, p.sop_instance_uid, p.transfer_syntax_uid, p.store_id, p.file_id, p.file_size, p.data_set_offset,
           case when p.edits = lag(p.edits) over sent then '' else p.edits end
    from (
      -- Only what is not compressed yet is compressed.
      select i.*, e.edits, case when rule.compress_to is not null and i.transfer_syntax_uid in
                  ('1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2')
                then rule.compress_to || preferred else preferred end as syntaxes
      from pacs_data.forward_object f join pacs_data.instance i on i.id = f.instance_id
      left join pacs_internal.outgoing_edits(series, uids) e on e.instance_id = i.id
      where f.task_id = forward_plan.task_id and f.state = 'waiting') p
    window sent as (order by p.syntaxes, p.series_id, p.id)
    order by p.syntaxes, p.series_id, p.id;
end
$$;
comment on function pacs.forward_plan is 'The objects of a forward task that have not been sent yet, by the transfer syntaxes that are to be tried first; edits as pacs.plan_retrieval gives them. Raises PC081. For the daemon (pacs_gateway).';
revoke all on function pacs.forward_plan(bigint, uuid) from public;
grant execute on function pacs.forward_plan(bigint, uuid) to pacs_gateway;

create or replace function pacs.forward_done(
    task_id bigint, lease uuid, instance_ids bigint[], states text[], reasons text[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  task constant pacs_data.task := pacs_internal.require_lease(task_id, lease);
  rule constant pacs_data.forward_rule := pacs_internal.forward_rule_of(task_id, lease);
  outcome record;
  most constant int := pacs_internal.setting('commitment_objects')::int;
  sent text[];
begin
  update pacs_data.forward_object f
    set state = d.state, decided_at = now(), reason = nullif(left(d.reason, 1000), '')
    from unnest(instance_ids, states, reasons) d (instance_id, state, reason)
    where f.task_id = forward_done.task_id and f.instance_id = d.instance_id and f.state = 'waiting';
  for outcome in
    select d.state = 'sent' as is_sent, array_agg(distinct se.study_id) as studies, count(*) as objects
    from unnest(instance_ids, states) d (instance_id, state)
    join pacs_data.instance i on i.id = d.instance_id join pacs_data.series se on se.id = i.series_id
    where d.state <> 'waiting' group by 1 loop
    perform pacs_internal.audit('instances_forwarded', outcome.is_sent, outcome.studies, outcome.objects,
      detail => jsonb_build_object('rule', task.payload -> 'rule', 'destination', task.resource));
  end loop;
  if rule.wants_commitment and not exists (
      select from pacs_data.forward_object f where f.task_id = forward_done.task_id and f.state = 'waiting') then
    sent := array(select i.sop_instance_uid from pacs_data.forward_object f join pacs_data.instance i on i.id = f.instance_id
                  where f.task_id = forward_done.task_id and f.state = 'sent');
    for i in 1 .. cardinality(sent) by most loop
      perform pacs_internal.ask_commitment(rule.destination_id, sent[i : i + most - 1]);
    end loop;
  end if;
end
$$;
comment on function pacs.forward_done is 'What became of objects of a forward task, each sent, failed (for good) or waiting (to be tried again), with a reason that names no patient. Audited. Raises PC081. For the daemon (pacs_gateway).';
revoke all on function pacs.forward_done(bigint, uuid, bigint[], text[], text[]) from public;
grant execute on function pacs.forward_done(bigint, uuid, bigint[], text[], text[]) to pacs_gateway;

-- An object was sent when its destination was asked about it, so one that is not safe, or not answered for, failed there.
create or replace function pacs_internal.forward_committed(commitment_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.forward_object f
    set state = case when answer.is_safe then 'sent' else 'failed' end, decided_at = now(), reason = answer.reason
    from pacs_data.forward_rule r,
      (select i.id, c.remote_ae_id, c.requested_at, c.given_up_at, c.checked_at is not null and x.failure_reason is null as is_safe,
              case when c.checked_at is null then 'the destination did not say whether it keeps it (storage commitment)'
                   when x.failure_reason is not null then
                     format('the destination does not promise to keep it (storage commitment, failure reason %s)',
                            lpad(upper(to_hex(x.failure_reason)), 4, '0')) end as reason
       from pacs_data.commitment c
       join pacs_data.commitment_item x on x.commitment_id = c.id
       join pacs_data.instance i on i.sop_instance_uid = x.sop_instance_uid
       where c.id = forward_committed.commitment_id) answer
    where f.instance_id = answer.id and r.id = f.rule_id and r.destination_id = answer.remote_ae_id and r.wants_commitment
      -- What was sent again after this question is asked about by another.
      and case when answer.is_safe then f.state = 'failed' and f.decided_at = answer.given_up_at
          else f.state <> 'waiting' and (f.decided_at <= answer.requested_at or f.decided_at = answer.given_up_at) end;
end
$$;
comment on function pacs_internal.forward_committed is 'Lets what a destination answered to our request of storage commitment, or that it did not answer, be seen on the objects that rules sent to it. For definers.';

create or replace function pacs.forward_failures(max_rows int default 100)
  returns table (decided_at timestamptz, rule text, study_instance_uid text, sop_instance_uid text, sop_class_uid text, reason text)
  language sql stable security definer rows 100 set search_path = pg_catalog, pg_temp
begin atomic
  select f.decided_at, r.name, st.study_instance_uid, i.sop_instance_uid, i.sop_class_uid, f.reason
  from pacs_data.forward_rule r
  join pacs_data.forward_object f on f.rule_id = r.id and f.state = 'failed'
  join pacs_data.instance i on i.id = f.instance_id
  join pacs_data.series se on se.id = i.series_id
  join pacs_data.study st on st.id = se.study_id
  order by f.decided_at desc limit max_rows;
end;
comment on function pacs.forward_failures is 'Objects that a rule could not send and does not try again, or that their destination does not promise to keep, and why, the last first. For pacs_operator.';
revoke all on function pacs.forward_failures(int) from public;
grant execute on function pacs.forward_failures(int) to pacs_operator;

create or replace function pacs.forward_again(rule_name text, study_instance_uid text) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  rule pacs_data.forward_rule;
  study bigint;
  instances bigint[];
begin
  select r.* into rule from pacs_data.forward_rule r where r.name = rule_name;
  select st.id into study from pacs_data.study st where st.study_instance_uid = forward_again.study_instance_uid;
  if rule.id is null or study is null then
    raise exception 'there is no such rule or study' using errcode = 'PC045';
  end if;
  instances := array(select i.id from pacs_data.series se join pacs_data.instance i on i.series_id = se.id
                     where se.study_id = study);
  -- What still waits has a task already.
  delete from pacs_data.forward_object f
    where f.rule_id = rule.id and f.instance_id = any (instances) and f.state <> 'waiting';
  perform pacs_internal.queue_forward(rule, instances);
  perform pacs_internal.audit('study_forwarded_again', true, array[study], detail => jsonb_build_object('rule', rule.id));
  return (select count(*) from pacs_data.forward_object f
          where f.rule_id = rule.id and f.instance_id = any (instances) and f.state = 'waiting');
end
$$;
comment on function pacs.forward_again is 'Sends a study once more as a rule says, also what was sent or failed before, and says how many objects wait now. Audited. Raises PC045. For pacs_operator.';
revoke all on function pacs.forward_again(text, text) from public;
grant execute on function pacs.forward_again(text, text) to pacs_operator;
