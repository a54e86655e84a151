-- Questions to other PACS: a task asks, and who has asked reads the answer as rows.

create or replace function pacs.find_remote(
    remote_ae text, level text, identifier jsonb default '{}', timeout interval default '30 seconds') returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ae pacs_data.remote_ae := pacs_internal.callable_ae(remote_ae);
  asked constant jsonb := pacs_internal.make_identifier(level, identifier);
  question bigint;
begin
  if (timeout between interval '1 second' and interval '1 hour') is not true then
    raise exception 'a time limit lies between a second and an hour' using errcode = 'PC082';
  end if;
  insert into pacs_data.remote_question as q (remote_ae_id, task_id, asked_by, asked_at, expires_at, level, identifier)
    values (ae.id, 0, pacs_internal.caller(), clock_timestamp(), clock_timestamp() + timeout, level, asked)
    returning q.id into question;
  update pacs_data.remote_question q
    set task_id = pacs_internal.add_task('find_remote', jsonb_build_object('question', question), priority => 10::smallint, max_attempts => 1::smallint,
                                         -- Of its own: it is asked while what is sent there pauses.
                                         resource => 'question ' || pacs_internal.resource_of(ae.id))
    where q.id = question;
  perform pacs_internal.audit('remote_asked', true,
    detail => jsonb_build_object('ae_title', ae.ae_title, 'level', level, 'keys', array(select jsonb_object_keys(asked) order by 1)));
  return question;
end
$$;
comment on function pacs.find_remote is
'Asks another PACS (C-FIND, study root; at level PATIENT patient root) and gives the number of the question at once; pacs.remote_answer(number) has the rows, from the next transaction on. identifier: {"PatientID": "1", "StudyDate": ""}, or the DICOM JSON model. The answer is kept for an hour, for the caller alone. Audited, without values. Raises PC053 for an AE that cannot be called, PC008 and PC082 for a level, key or time limit that is none. For pacs_operator.';
revoke all on function pacs.find_remote(text, text, jsonb, interval) from public;
grant execute on function pacs.find_remote(text, text, jsonb, interval) to pacs_operator;

create or replace function pacs.remote_answer(question bigint) returns setof jsonb
  language plpgsql volatile security definer rows 100 set search_path = pg_catalog, pg_temp
as $$
declare
  asked pacs_data.remote_question;
  task record;
begin
  select q.* into asked from pacs_data.remote_question q where q.id = question and q.asked_by = pacs_internal.caller();
  if not found then
    raise exception 'you have not asked a question of this number, or its answer is not kept any more' using errcode = 'PC045';
  end if;
  -- Each look sees what has been committed by then (read committed).
  loop
    select t.state, t.last_error into task from pacs_data.task t where t.id = asked.task_id;
    exit when coalesce(task.state, '') not in ('ready', 'running') or clock_timestamp() >= asked.expires_at;
    perform pg_sleep(0.05);
  end loop;
  if task.state = 'done' then
    if (select q.is_cut from pacs_data.remote_question q where q.id = question) then
      raise notice 'there were more answers than the setting remote_rows allows';
    end if;
    return query select a.response from pacs_data.remote_answer a where a.question_id = question order by a.id;
    return;
  end if;
  raise exception '%', case when task.state in ('ready', 'running') then 'there was no answer within the time limit'
                            else coalesce(task.last_error, 'the question was cancelled') end using errcode = 'PC047';
end
$$;
comment on function pacs.remote_answer is
'The rows of another PACS''s answer to pacs.find_remote, in the DICOM JSON model; waits for it up to the question''s time limit. In transactions of isolation read committed. Raises PC045 where the caller has not asked or the answer is gone, PC047 where the other side cannot be reached, says no or is late. For pacs_operator.';
revoke all on function pacs.remote_answer(bigint) from public;
grant execute on function pacs.remote_answer(bigint) to pacs_operator;

create or replace function pacs.remote_question(
    question bigint, out ae_title text, out address inet, out port int, out uses_tls boolean,
    out certificate_sha256 bytea, out calling_ae_title text, out level text, out identifier jsonb, out seconds_left int)
  returns setof record
  language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp
begin atomic
  select r.ae_title, r.host::inet, r.port, pacs_internal.is_tls_only(r), r.certificate_sha256, pacs_internal.setting('ae_title'),
         q.level, q.identifier, ceil(extract(epoch from q.expires_at - clock_timestamp()))::int
  from pacs_data.remote_question q join pacs_data.remote_ae r on r.id = q.remote_ae_id
  where q.id = question and q.expires_at > clock_timestamp();
end;
comment on function pacs.remote_question is 'What is asked and whom; no row where nobody waits any more. For the daemon (pacs_gateway).';
revoke all on function pacs.remote_question(bigint) from public;
grant execute on function pacs.remote_question(bigint) to pacs_gateway;

create or replace function pacs.add_remote_answers(question bigint, answers jsonb) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  room bigint;
begin
  select pacs_internal.setting('remote_rows')::bigint - count(*) into room
    from pacs_data.remote_answer a where a.question_id = question;
  insert into pacs_data.remote_answer (question_id, response)
    select question, a.response from jsonb_array_elements(answers) with ordinality a (response, number)
    where a.number <= room order by a.number;
  if jsonb_array_length(answers) <= room then
    return true;
  end if;
  update pacs_data.remote_question q set is_cut = true where q.id = question;
  return false;
end
$$;
comment on function pacs.add_remote_answers is 'Keeps rows of an answer and says whether more are wanted (setting remote_rows). For the daemon (pacs_gateway).';
revoke all on function pacs.add_remote_answers(bigint, jsonb) from public;
grant execute on function pacs.add_remote_answers(bigint, jsonb) to pacs_gateway;

create or replace function pacs_internal.drop_old_questions() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  with gone as (
    delete from pacs_data.remote_question where id in
      (select q.id from pacs_data.remote_question q where q.expires_at < now() - interval '1 hour' limit 100)
    returning 1)
  select count(*) from gone;
end;
comment on function pacs_internal.drop_old_questions is 'Forgets questions to other PACS and their answers after an hour, at most 100 at once. For pacs_job.';
grant execute on function pacs_internal.drop_old_questions() to pacs_job;
