-- What has come, and which studies are complete: seen from outside of ingest, which writes nothing for it (promise 8).

create or replace function pacs.close_association(transfer_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.transfer t set closed_at = now() where t.id = close_association.transfer_id and t.closed_at is null;
end
$$;
comment on function pacs.close_association is 'Says that no more objects come by a transfer. For the daemon (pacs_gateway).';
revoke all on function pacs.close_association(bigint) from public;
grant execute on function pacs.close_association(bigint) to pacs_gateway;

create or replace function pacs_internal.new_instances() returns bigint[]
  language sql volatile
begin atomic
  with unsettled as materialized (
    select t.id, t.noticed_instance_id, t.opened_at, t.closed_at from pacs_data.transfer t
    where not t.is_settled and t.via <> 'rebuild'),
  fresh as materialized (
    select u.id as transfer_id, i.id as instance_id, se.study_id
    from unsettled u cross join lateral (
      -- By rows, which only instance_transfer serves: by id alone the planner likes to walk through all that ever came.
      select x.id, x.series_id from pacs_data.instance x
      where (x.transfer_id, x.id) > (u.id, u.noticed_instance_id) and x.transfer_id <= u.id
      order by x.transfer_id, x.id limit 1000) i
    join pacs_data.series se on se.id = i.series_id),
  arrived as (
    insert into pacs_data.arrival as a (study_id, transfer_id, last_at)
    select distinct study_id, transfer_id, now() from fresh
    on conflict on constraint arrival_pkey do update set last_at = excluded.last_at),
  -- By what was known when its instances were looked for: closed since, it is looked at once more. After a
  -- minute, since a daemon that lost the answer to a COMMIT closes, and the COMMIT may come after it. One that a
  -- daemon never closed is over when no association may be silent any longer (idle-timeout: a day at most).
  seen as (
    select u.id, max(f.instance_id) as last_id,
           max(f.instance_id) is null and (u.closed_at < now() - interval '1 minute'
             or greatest(u.opened_at, (select max(a.last_at) from pacs_data.arrival a where a.transfer_id = u.id))
                < now() - interval '25 hours') as is_over
    from unsettled u left join fresh f on f.transfer_id = u.id
    group by u.id, u.closed_at, u.opened_at),
  marked as (
    update pacs_data.transfer t
      set noticed_instance_id = coalesce(seen.last_id, t.noticed_instance_id), is_settled = seen.is_over
      from seen where t.id = seen.id and (seen.last_id is not null or seen.is_over))
  select array_agg(instance_id) from fresh;
end;
comment on function pacs_internal.new_instances is 'Instances that came since the last call, each once, and notes which studies they are of; null where there are none. For definers.';

create or replace function pacs_internal.is_counted(study_id bigint) returns boolean
  language sql stable
begin atomic
  -- Number of Study Related Instances (0020,1208), where devices write it into headers.
  select (select count(*) from pacs_data.series se join pacs_data.instance i on i.series_id = se.id
          where se.study_id = is_counted.study_id) >= expected.number
  from (select max(dicom.value_number(se.template, '00201208')) as number from pacs_data.series se
        where se.study_id = is_counted.study_id) expected
  where expected.number > 0;
end;
comment on function pacs_internal.is_counted is 'Whether as many instances of a study are there as its headers say; null where they say nothing. For definers.';

create or replace function pacs_internal.is_short(study_id bigint) returns boolean
  language sql stable
begin atomic
  -- Images in Acquisition (0020,1002): a series has those of one acquisition at least.
  select exists (
    select from pacs_data.series se where se.study_id = is_short.study_id
      and dicom.value_number(se.template, '00201002')
          > (select count(*) from pacs_data.instance i where i.series_id = se.id))
    or pacs_internal.is_counted(is_short.study_id) is false;
end;
comment on function pacs_internal.is_short is 'Whether headers of a study speak of more instances than are there. For definers.';

create or replace function pacs_internal.complete_study(study_id bigint, reason text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  instances bigint[];
begin
  delete from pacs_data.arrival a where a.study_id = complete_study.study_id;
  instances := array(select i.id from pacs_data.series se join pacs_data.instance i on i.series_id = se.id
                     where se.study_id = complete_study.study_id);
  if instances <> '{}' then
    insert into pacs_data.study_completion (study_id, study_instance_uid, reason, instances)
      select st.id, st.study_instance_uid, complete_study.reason, cardinality(instances)
      from pacs_data.study st where st.id = complete_study.study_id;
    perform pacs_internal.on_study_complete(complete_study.study_id, instances);
  end if;
end
$$;
comment on function pacs_internal.complete_study is 'Says that a study is complete for now, and lets all that waits for it know. For definers.';

create or replace function pacs_internal.on_study_complete(study_id bigint, instance_ids bigint[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  perform pacs_internal.forward('study_complete', instance_ids);
  begin
    perform pacs_internal.pull_priors_of(on_study_complete.study_id);
  exception when sqlstate 'PC053' then
    -- A source that cannot be called is the operator's to mend; studies are complete without it.
    perform pacs_internal.audit('priors_not_asked', false, array[on_study_complete.study_id]);
  end;
end
$$;
comment on function pacs_internal.on_study_complete is 'What listens to studies that are complete; once for each completion, in its transaction. For definers.';

create or replace function pacs_internal.complete_studies() returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  silence constant interval := pacs_internal.setting('study_silence')::interval;
  grace constant interval := pacs_internal.setting('study_grace')::interval;
  arrived record;
begin
  for arrived in
    select a.study_id, max(a.last_at) + silence as silent_at,
           max(case when t.closed_at is null then a.last_at + silence else greatest(a.last_at, t.closed_at) + grace end) as ended_at,
           max(a.last_at) = now() as is_fresh
    from pacs_data.arrival a join pacs_data.transfer t on t.id = a.transfer_id
    group by a.study_id loop
    if arrived.is_fresh and pacs_internal.is_counted(arrived.study_id) then
      perform pacs_internal.complete_study(arrived.study_id, 'count');
    elsif arrived.silent_at <= now() then
      perform pacs_internal.complete_study(arrived.study_id, 'silence');
    elsif arrived.ended_at <= now() and not pacs_internal.is_short(arrived.study_id) then
      perform pacs_internal.complete_study(arrived.study_id, 'association');
    end if;
  end loop;
end
$$;
comment on function pacs_internal.complete_studies is 'Completes studies of which all is there: as their headers count, after the last association that sent to them, or after a silence. For definers.';

create or replace function pacs.notice_arrivals() returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  instances bigint[];
begin
  -- One daemon at a time; another need not wait for it.
  if not pg_try_advisory_xact_lock(1346454357, 0) then
    return false;
  end if;
  instances := pacs_internal.new_instances();
  if instances is not null then
    perform pacs_internal.forward('receipt', instances);
  end if;
  perform pacs_internal.complete_studies();
  return instances is not null;
end
$$;
comment on function pacs.notice_arrivals is 'Lets rules see what has come since the last call, and completes studies; true where it found new objects. Called each second, and cheap where nothing came. For the daemon (pacs_gateway).';
revoke all on function pacs.notice_arrivals() from public;
grant execute on function pacs.notice_arrivals() to pacs_gateway;

create or replace view pacs.study_completion with (security_invoker) as
  select id, study_instance_uid, completed_at, reason, instances from pacs_data.study_completion;
comment on view pacs.study_completion is 'Each time that a study was complete, why, and how many instances it had; who reads it again asks for ids above the last';
grant select on pacs.study_completion, pacs_data.study_completion to pacs_operator, pacs_mis;
