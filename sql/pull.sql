-- Studies fetched from other PACS: asked for by C-FIND, compared with what is here, and what is missing is moved
-- to us. By days of Study Date, newest first; where it was stopped it goes on.

create or replace function pacs_internal.day_of(value text) returns date
  language sql immutable parallel safe
begin atomic
  select case when value ~ '^\d{8}$' then
    dicom.value_date(jsonb_build_object('00080020', jsonb_build_object('vr', 'DA', 'Value', array[value])), '00080020') end;
end;
comment on function pacs_internal.day_of is 'A DA value as a date; null for what is none, such as 20240230.';

create or replace function pacs_internal.begin_pull(pull_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  run pacs_data.pull;
  given text;
  today constant date := (now() at time zone pacs_internal.setting('time_zone'))::date;
begin
  select p.* into strict run from pacs_data.pull p where p.id = pull_id for update;
  -- One day, or a range with a beginning, is asked for day by day.
  given := run.filter #>> '{00080020,Value,0}';
  update pacs_data.pull p
    set begun_on = today, started_at = now(), finished_at = null,
        studies_found = 0, studies_asked = 0, instances_got = 0, instances_failed = 0,
        page_from = case when run.days is not null then today - run.days + 1
                         else pacs_internal.day_of(split_part(given, '-', 1)) end,
        page_to = case when run.days is not null or given like '%-' then today
                       else pacs_internal.day_of(coalesce(nullif(split_part(given, '-', 2), ''), given)) end,
        task_id = pacs_internal.add_task('pull', jsonb_build_object('pull', pull_id),
                                         resource => pacs_internal.resource_of(run.remote_ae_id))
    where p.id = pull_id;
end
$$;
comment on function pacs_internal.begin_pull is 'Begins a run of a pull: queues its task, at the newest of its days. For definers.';

create or replace function pacs.pull_studies(
    remote_ae text, filter jsonb default '{}', schedule text default null, days int default null,
    uses_get boolean default false) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ae pacs_data.remote_ae := pacs_internal.callable_ae(remote_ae);
  identifier jsonb := pacs_internal.make_identifier('STUDY', coalesce(filter, '{}')) - '00080052';
  made bigint;
begin
  if schedule is not null and pacs_internal.is_schedule(schedule) is not true then
    raise exception 'a schedule is a cron expression of five fields' using errcode = 'PC082';
  end if;
  if days <= 0 or (days is not null and identifier ? '00080020') then
    raise exception 'days is a number of days back from today, beside a filter without Study Date' using errcode = 'PC082';
  end if;
  insert into pacs_data.pull as p (remote_ae_id, uses_get, days, asked_by, filter, schedule)
    values (ae.id, pull_studies.uses_get, pull_studies.days, pacs_internal.caller(), identifier, pull_studies.schedule)
    returning p.id into made;
  if schedule is null then
    perform pacs_internal.begin_pull(made);
  end if;
  perform pacs_internal.audit('pull_asked', true, detail => jsonb_build_object('pull', made, 'ae_title', ae.ae_title,
    'keys', array(select jsonb_object_keys(identifier) order by 1), 'schedule', schedule));
  return made;
end
$$;
comment on function pacs.pull_studies is
'Fetches from another PACS the studies that a filter finds there and that are not here, or not whole: now, or by a cron expression. filter: {"PatientID": "1"}, {"StudyDate": "20240101-"}, or the DICOM JSON model; days: the last so many days, counted from the day of the run. Ranges of Study Date with a beginning are fetched day by day, newest first. By C-MOVE to us, or C-GET. Gives its number in pacs.pull, which shows how far it is. Audited, without values. Raises PC053 for an AE that cannot be called, PC008 and PC082 for a filter or schedule that is none. For pacs_operator.';
revoke all on function pacs.pull_studies(text, jsonb, text, int, boolean) from public;
grant execute on function pacs.pull_studies(text, jsonb, text, int, boolean) to pacs_operator;

create or replace function pacs.pull_priors(remote_ae text, patient_id text, issuer text default null) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if coalesce(patient_id, '') = '' or patient_id ~ '[*?\\]' then
    raise exception 'earlier studies are those of one Patient ID' using errcode = 'PC082';
  end if;
  return pacs.pull_studies(remote_ae,
    jsonb_strip_nulls(jsonb_build_object('PatientID', patient_id, 'IssuerOfPatientID', issuer)));
end
$$;
comment on function pacs.pull_priors is 'Fetches what another PACS has of a patient: pacs.pull_studies by Patient ID and its issuer. Raises PC053, PC082. For pacs_operator.';
revoke all on function pacs.pull_priors(text, text, text) from public;
grant execute on function pacs.pull_priors(text, text, text) to pacs_operator;

create or replace function pacs_internal.pull_priors_of(study_id bigint) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  source constant text := pacs_internal.setting('prior_source');
  patient record;
begin
  if coalesce(source, '') = '' then
    return null;
  end if;
  select p.id, p.patient_id, nullif(p.issuer_of_patient_id, '') as issuer into patient
    from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id where st.id = pull_priors_of.study_id;
  -- What comes by it is complete in its turn: once a day is enough.
  if coalesce(patient.patient_id, '') = '' or patient.patient_id ~ '[*?\\]'
     or exists (select from pacs_data.pull p where p.asked_at > now() - interval '1 day' and p.schedule is null
                and p.filter #>> '{00100020,Value,0}' = patient.patient_id) then
    return null;
  end if;
  return pacs.pull_priors(source, patient.patient_id, patient.issuer);
end
$$;
comment on function pacs_internal.pull_priors_of is 'Fetches earlier studies of a study''s patient from the AE that the setting prior_source names, at most once a day; null where none. Called when a study is complete. Raises PC053. For definers.';

create or replace function pacs_internal.queue_pulls() returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  due bigint;
  queued bigint := bigint '0';
begin
  for due in
    select p.id from pacs_data.pull p
    where p.is_enabled and p.schedule is not null and pacs_internal.is_due(p.schedule, now())
      and not exists (select from pacs_data.task t where t.id = p.task_id and t.state in ('ready', 'running'))
    for update of p skip locked
  loop
    perform pacs_internal.begin_pull(due);
    queued := queued + 1;
  end loop;
  return queued;
end
$$;
comment on function pacs_internal.queue_pulls is 'Begins the pulls whose schedule names this minute and that are not under way; how many. For pacs_job.';
grant execute on function pacs_internal.queue_pulls() to pacs_job;

create or replace function pacs_internal.drop_old_pulls() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  -- With prior_source each patient's study leaves one.
  with gone as (
    delete from pacs_data.pull where id in
      (select p.id from pacs_data.pull p where p.schedule is null and p.finished_at < now() - interval '30 days' limit 10000)
    returning 1)
  select count(*) from gone;
end;
comment on function pacs_internal.drop_old_pulls is 'Forgets pulls without a schedule that were done 30 days ago, at most 10,000 at once. For pacs_job.';
grant execute on function pacs_internal.drop_old_pulls() to pacs_job;

create or replace function pacs.pull_page(
    pull_id bigint, out ae_title text, out address inet, out port int, out uses_tls boolean,
    out certificate_sha256 bytea, out calling_ae_title text, out uses_get boolean, out identifier jsonb)
  returns setof record
  language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp
begin atomic
  select r.ae_title, r.host::inet, r.port, pacs_internal.is_tls_only(r), r.certificate_sha256, pacs_internal.setting('ae_title'),
         p.uses_get,
         pacs_internal.make_identifier('STUDY', p.filter)
         || '{"00201208": {"vr": "IS"}}' || pacs_internal.uid_key('0020000D', coalesce(
              array(select jsonb_array_elements_text(p.filter #> '{0020000D,Value}')), '{}'))
         || case when p.page_from is null then '{}'
                 else jsonb_build_object('00080020', jsonb_build_object('vr', 'DA', 'Value', array[to_char(p.page_to, 'YYYYMMDD')])) end
  from pacs_data.pull p join pacs_data.remote_ae r on r.id = p.remote_ae_id
  where p.id = pull_id and p.is_enabled and r.is_enabled and p.finished_at is null;
end;
comment on function pacs.pull_page is 'What a pull asks for next, and whom: no row where it is done or switched off. For the daemon (pacs_gateway).';
revoke all on function pacs.pull_page(bigint) from public;
grant execute on function pacs.pull_page(bigint) to pacs_gateway;

create or replace function pacs_internal.pull_step(is_move boolean, level text, keys jsonb) returns jsonb
  language sql immutable
begin atomic
  select jsonb_build_object('is_move', is_move, 'level', level, 'identifier',
    jsonb_build_object('00080052', jsonb_build_object('vr', 'CS', 'Value', array[level])) || keys);
end;
comment on function pacs_internal.pull_step is 'One step of pacs.pull_steps.';

create or replace function pacs.pull_steps(pull_id bigint, level text, answers jsonb) returns setof jsonb
  language plpgsql security definer rows 10 set search_path = pg_catalog, pg_temp
as $$
declare
  answer jsonb;
  study text;
  series text;
  there numeric;
  here bigint;
  missing text[];
begin
  if level = 'IMAGE' then
    -- Of one series. Few at a time: other sides have bounds on lists.
    study := answers #>> '{0,0020000D,Value,0}';
    series := answers #>> '{0,0020000E,Value,0}';
    missing := array(
      select distinct a #>> '{00080018,Value,0}' from jsonb_array_elements(answers) a
      where pacs_internal.is_uid(a #>> '{00080018,Value,0}')
        and not exists (select from pacs_data.instance i where i.sop_instance_uid = a #>> '{00080018,Value,0}') order by 1);
    for i in 1 .. cardinality(missing) by 50 loop
      return next pacs_internal.pull_step(true, 'IMAGE', pacs_internal.uid_key('0020000D', array[study])
        || pacs_internal.uid_key('0020000E', array[series]) || pacs_internal.uid_key('00080018', missing[i : i + 49]));
    end loop;
    return;
  end if;
  if level = 'STUDY' then
    update pacs_data.pull p set studies_found = studies_found + jsonb_array_length(answers) where p.id = pull_id;
  end if;
  -- Each once, however often the other side says it.
  for answer in
    select (array_agg(n.a order by n.number))[1] from jsonb_array_elements(answers) with ordinality n (a, number)
    group by n.a #>> '{0020000D,Value,0}', n.a #>> '{0020000E,Value,0}' order by min(n.number)
  loop
    study := answer #>> '{0020000D,Value,0}';
    series := answer #>> '{0020000E,Value,0}';
    there := case when level = 'STUDY' then dicom.value_number(answer, '00201208') else dicom.value_number(answer, '00201209') end;
    continue when pacs_internal.is_uid(study) is not true or (level = 'SERIES' and pacs_internal.is_uid(series) is not true);
    select count(i.id) into here
      from pacs_data.study st join pacs_data.series se on se.study_id = st.id join pacs_data.instance i on i.series_id = se.id
      where st.study_instance_uid = study and (level = 'STUDY' or se.series_instance_uid = series);
    continue when here = there and here > 0;
    if level = 'STUDY' then
      update pacs_data.pull p set studies_asked = studies_asked + 1 where p.id = pull_id;
      return next case when here = 0 then pacs_internal.pull_step(true, 'STUDY', pacs_internal.uid_key('0020000D', array[study]))
        else pacs_internal.pull_step(false, 'SERIES', pacs_internal.uid_key('0020000D', array[study])
               || pacs_internal.uid_key('0020000E', '{}') || '{"00201209": {"vr": "IS"}}') end;
    else
      return next case when here = 0 then pacs_internal.pull_step(true, 'SERIES', pacs_internal.uid_key('0020000D', array[study])
                                            || pacs_internal.uid_key('0020000E', array[series]))
        else pacs_internal.pull_step(false, 'IMAGE', pacs_internal.uid_key('0020000D', array[study])
               || pacs_internal.uid_key('0020000E', array[series]) || pacs_internal.uid_key('00080018', '{}')) end;
    end if;
  end loop;
end
$$;
comment on function pacs.pull_steps is
'What is to be done about another PACS''s answers at a level: nothing where as many objects are here, else steps {is_move, level, identifier}: to move what is not here at all, to ask a level deeper where some is. For the daemon (pacs_gateway).';
revoke all on function pacs.pull_steps(bigint, text, jsonb) from public;
grant execute on function pacs.pull_steps(bigint, text, jsonb) to pacs_gateway;

create or replace function pacs.pull_got(pull_id bigint, got bigint, failed bigint) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  update pacs_data.pull p set instances_got = instances_got + got, instances_failed = instances_failed + failed where p.id = pull_id;
end;
comment on function pacs.pull_got is 'Counts what a step of a pull has brought, and what the other side could not send. For the daemon (pacs_gateway).';
revoke all on function pacs.pull_got(bigint, bigint, bigint) from public;
grant execute on function pacs.pull_got(bigint, bigint, bigint) to pacs_gateway;

create or replace function pacs.open_pull(pull_id bigint, identifier jsonb) returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into pacs_data.transfer (via, calling_ae_title, called_ae_title, peer, remote_ae_id, study_instance_uid)
    select 'dimse', r.ae_title, pacs_internal.setting('ae_title'), r.host::inet, r.id, identifier #>> '{0020000D,Value,0}'
    from pacs_data.pull p join pacs_data.remote_ae r on r.id = p.remote_ae_id where p.id = pull_id
    returning id;
end;
comment on function pacs.open_pull is 'The transfer under which the objects of one step come by C-GET: those of the study that its identifier names, and no others. That we asked is the right to store them. For the daemon (pacs_gateway).';
revoke all on function pacs.open_pull(bigint, jsonb) from public;
grant execute on function pacs.open_pull(bigint, jsonb) to pacs_gateway;

create or replace function pacs.pull_page_done(pull_id bigint) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  update pacs_data.pull p
    set page_to = p.page_to - 1,
        finished_at = case when p.page_from is null or p.page_to <= p.page_from then now() end
    where p.id = pull_id and p.finished_at is null;
  -- Attempts are of one page: of a thousand days some may take two.
  update pacs_data.task t set attempts = 1 from pacs_data.pull p
    where p.id = pull_id and t.id = p.task_id and t.state = 'running' and t.attempts > 1;
end;
comment on function pacs.pull_page_done is 'Says that all of a page is here: the day before it comes next, with as many attempts. For the daemon (pacs_gateway).';
revoke all on function pacs.pull_page_done(bigint) from public;
grant execute on function pacs.pull_page_done(bigint) to pacs_gateway;

create or replace view pacs.pull with (security_invoker) as
  select p.id, r.ae_title, p.schedule, p.is_enabled, p.uses_get, p.days, p.started_at, p.finished_at, p.page_from,
         p.page_to, p.studies_found, p.studies_asked, p.instances_got, p.instances_failed, t.state as task_state,
         t.last_error, p.asked_by, p.asked_at, p.filter
  from pacs_data.pull p
  left join pacs_data.remote_ae r on r.id = p.remote_ae_id
  left join pacs_data.task t on t.id = p.task_id;
comment on view pacs.pull is 'Pulls from other PACS and how far they are, for operators';

create or replace function pacs.switch_pull(pull_id bigint, is_enabled boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update pacs_data.pull p set is_enabled = switch_pull.is_enabled where p.id = pull_id;
  if not found then
    raise exception 'there is no pull of this number' using errcode = 'PC045';
  end if;
  perform pacs_internal.audit('pull_switched', true,
    detail => jsonb_build_object('pull', pull_id, 'is_enabled', switch_pull.is_enabled));
end
$$;
comment on function pacs.switch_pull is 'Stops a pull before its next step, or lets it go on by its schedule. Audited. Raises PC045. For pacs_operator.';
revoke all on function pacs.switch_pull(bigint, boolean) from public;
grant execute on function pacs.switch_pull(bigint, boolean) to pacs_operator;
grant select on pacs.pull, pacs_data.pull to pacs_operator;
