-- Links of studies and patient cards as people see and decide them.

create or replace function pacs_internal.study_of_uid(study_instance_uid text) returns bigint
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  study bigint;
begin
  select st.id into study from pacs_data.study st where st.study_instance_uid = study_of_uid.study_instance_uid;
  if not found then
    raise exception 'there is no such study' using errcode = 'PC045';
  end if;
  return study;
end
$$;
comment on function pacs_internal.study_of_uid is 'The study of a UID. Raises PC045. For definers.';

create or replace function pacs_internal.study_to_link(study_instance_uid text) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_of_uid(study_instance_uid);
begin
  -- Nobody else decides about it meanwhile.
  perform from pacs_data.study st where st.id = study for no key update;
  return study;
end
$$;
comment on function pacs_internal.study_to_link is 'The study of a UID, its row locked. Raises PC045. For definers.';

create or replace function pacs_internal.card_numbered(card_number text, card_year int) returns bigint
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  card bigint;
begin
  select c.id into card from pacs_data.card c where c.card_number = card_numbered.card_number and c.card_year = card_numbered.card_year;
  if not found then
    raise exception 'there is no card of this number and year' using errcode = 'PC097';
  end if;
  return card;
end
$$;
comment on function pacs_internal.card_numbered is 'The card of a number and a year. Raises PC097. For definers.';

create or replace function pacs.link_study(study_instance_uid text, card_number text, card_year int, reason text default null) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_to_link(study_instance_uid);
  card constant bigint := pacs_internal.card_numbered(card_number, card_year);
  weighed constant record := pacs_internal.weigh_study(study);
  place constant int := array_position(weighed.cards, card);
begin
  delete from pacs_data.card_rejection r where r.study_id = study and r.card_id = card;
  delete from pacs_data.card_candidate c where c.study_id = study;
  perform pacs_internal.keep_link(study, 'confirmed', card, weighed.scores[place], weighed.evidence[place], true, link_study.reason, null);
  perform pacs_internal.audit('study_linked', true, array[study], detail => jsonb_build_object('card', card));
end
$$;
comment on function pacs.link_study is
'Says that a study is of a patient card: confirmed, whatever the evidence is, until pacs.unlink_study. Raises PC045 where there is no such study, PC097 where there is no such card. Audited. For pacs_registrar.';
revoke all on function pacs.link_study(text, text, int, text) from public;
grant execute on function pacs.link_study(text, text, int, text) to pacs_registrar;

create or replace function pacs.unlink_study(study_instance_uid text, reason text default null) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_to_link(study_instance_uid);
  was bigint;
begin
  select l.card_id into was from pacs_data.card_link l where l.study_id = study;
  if was is null then
    raise exception 'the study is not linked to a card' using errcode = 'PC097';
  end if;
  perform pacs_internal.keep_link(study, 'none', null, null, null, true, unlink_study.reason, null);
  -- It waits for a person, who may choose the same card again.
  perform pacs_internal.decide_link(study);
  perform pacs_internal.audit('study_unlinked', true, array[study], detail => jsonb_build_object('card', was));
end
$$;
comment on function pacs.unlink_study is
'Takes the link of a study and a patient card back: from then on only a person links it (pacs.link_study); cards are proposed in pacs.link_queue. Raises PC045 where there is no such study, PC097 where it is not linked. Audited. For pacs_registrar.';
revoke all on function pacs.unlink_study(text, text) from public;
grant execute on function pacs.unlink_study(text, text) to pacs_registrar;

create or replace function pacs.reject_link(study_instance_uid text, card_number text, card_year int, reason text default null) returns text
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_to_link(study_instance_uid);
  card constant bigint := pacs_internal.card_numbered(card_number, card_year);
  status text;
begin
  insert into pacs_data.card_rejection as r (study_id, card_id, rejected_by, reason)
    values (study, card, pacs_internal.caller(), reject_link.reason)
    on conflict (study_id, card_id) do update set rejected_at = now(), rejected_by = excluded.rejected_by, reason = excluded.reason;
  if exists (select from pacs_data.card_link l where l.study_id = study and l.card_id = card) then
    perform pacs_internal.keep_link(study, 'none', null, null, null, false, reject_link.reason, null);
  end if;
  status := pacs_internal.decide_link(study);
  perform pacs_internal.audit('link_rejected', true, array[study], detail => jsonb_build_object('card', card));
  return status;
end
$$;
comment on function pacs.reject_link is
'Says that a study is not of a patient card, which is neither linked nor proposed again; pacs.link_study takes that back. What remains is decided anew, which is returned: none, proposed, automatic or confirmed. Raises PC045 where there is no such study, PC097 where there is no such card. Audited. For pacs_registrar.';
revoke all on function pacs.reject_link(text, text, int, text) from public;
grant execute on function pacs.reject_link(text, text, int, text) to pacs_registrar;

create or replace function pacs_internal.points_of(evidence jsonb) returns jsonb
  language sql stable
begin atomic
  select jsonb_object_agg(e.key, e.value || coalesce(' ' || to_char(w.points, 'FMSG990.0'), '') order by e.key)
  from jsonb_each_text(evidence) e left join pacs_data.link_weight w on w.evidence = e.key and w.level = e.value
  where e.value <> 'missing';
end;
comment on function pacs_internal.points_of is 'Evidence as people read it: each level with its points; what is missing is left out. For definers.';

create or replace function pacs_internal.candidates_of(studies bigint[])
  returns table (study_instance_uid text, study_date date, study_time time, modalities text, study_patient_id text, study_patient_name text,
    study_birth_date date, study_sex text, place smallint, score real, card_number text, card_year int, card_patient_name text,
    card_birth_date date, card_sex text, admitted_at timestamp, discharged_at timestamp, department text, evidence jsonb)
  language sql stable rows 100
begin atomic
  select st.study_instance_uid, st.study_date, st.study_time,
         (select string_agg(distinct se.modality, ' ') from pacs_data.series se where se.study_id = st.id), p.patient_id, st.patient_name,
         st.patient_birth_date, st.patient_sex, d.place, d.score, c.card_number, c.card_year, c.patient_name, c.birth_date, c.sex,
         c.admitted_at, c.discharged_at, c.department, pacs_internal.points_of(d.evidence)
  from pacs_data.card_link l join pacs_data.study st on st.id = l.study_id join pacs_data.patient p on p.id = st.patient_id
  join pacs_data.card_candidate d on d.study_id = l.study_id join pacs_data.card c on c.id = d.card_id
  where l.study_id = any (studies)
  order by l.score desc, st.id, d.place;
end;
comment on function pacs_internal.candidates_of is 'The cards that are proposed for studies, side by side with what was typed. For definers.';

create or replace function pacs_internal.read_link_queue()
  returns table (study_instance_uid text, study_date date, study_time time, modalities text, study_patient_id text, study_patient_name text,
    study_birth_date date, study_sex text, place smallint, score real, card_number text, card_year int, card_patient_name text,
    card_birth_date date, card_sex text, admitted_at timestamp, discharged_at timestamp, department text, evidence jsonb)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  waiting constant bigint[] := array(select l.study_id from pacs_data.card_link l where l.status = 'proposed' order by l.score desc, l.study_id limit 1000);
begin
  perform pacs_internal.audit('link_queue_read', true, waiting, cardinality(waiting));
  return query select * from pacs_internal.candidates_of(waiting);
end
$$;
comment on function pacs_internal.read_link_queue is 'What pacs.link_queue shows: the first 1,000 studies. Audited. For pacs_registrar.';
grant execute on function pacs_internal.read_link_queue() to pacs_registrar;

create or replace function pacs.link_candidates(study_instance_uid text)
  returns table (uid text, study_date date, study_time time, modalities text, study_patient_id text, study_patient_name text,
    study_birth_date date, study_sex text, place smallint, score real, card_number text, card_year int, card_patient_name text,
    card_birth_date date, card_sex text, admitted_at timestamp, discharged_at timestamp, department text, evidence jsonb)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_of_uid(study_instance_uid);
begin
  perform pacs_internal.audit('link_queue_read', true, array[study], bigint '1');
  return query select * from pacs_internal.candidates_of(array[study]);
end
$$;
comment on function pacs.link_candidates is
'The cards that are proposed for one study, as pacs.link_queue shows them, wherever it stands in the queue; none where it is linked, or no card is like it. Raises PC045 where there is no such study. Audited. For pacs_registrar.';
revoke all on function pacs.link_candidates(text) from public;
grant execute on function pacs.link_candidates(text) to pacs_registrar;

create or replace view pacs.link_queue with (security_invoker) as select * from pacs_internal.read_link_queue();
comment on view pacs.link_queue is 'The first 1,000 studies that wait for a person to say which patient card they are of, beside the cards proposed, the likeliest first, with what agrees and its points';
grant select on pacs.link_queue to pacs_registrar;

create or replace function pacs.link_history(study_instance_uid text)
  returns table (status text, card_number text, card_year int, score real, evidence jsonb, decided_at timestamptz, decided_by name,
    reason text, ended_at timestamptz, ended_by name)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  study constant bigint := pacs_internal.study_of_uid(study_instance_uid);
begin
  perform pacs_internal.audit('link_history_read', true, array[study]);
  return query
    select x.status, c.card_number, c.card_year, x.score, pacs_internal.points_of(x.evidence), x.decided_at, x.decided_by, x.reason, x.ended_at, x.ended_by
    from (select l.status, l.card_id, l.score, l.evidence, l.decided_at, l.decided_by, l.reason, null::timestamptz as ended_at, null::name as ended_by, null::bigint as id
          from pacs_data.card_link l where l.study_id = study
          union all
          select h.status, h.card_id, h.score, h.evidence, h.decided_at, h.decided_by, h.reason, h.ended_at, h.ended_by, h.id
          from pacs_data.card_link_history h where h.study_id = study) x
    left join pacs_data.card c on c.id = x.card_id
    order by x.ended_at desc nulls first, x.id desc;
end
$$;
comment on function pacs.link_history is
'What was decided about a study and its patient card, the newest first: its status (none, proposed, automatic, confirmed), by whom (pgpacs: by the evidence), with what score and evidence. Raises PC045 where there is no such study. Audited. For pacs_registrar.';
revoke all on function pacs.link_history(text) from public;
grant execute on function pacs.link_history(text) to pacs_registrar;

create or replace view pacs.link_weight with (security_invoker) as
  select evidence, level, points, of_matches, of_others, learned_at from pacs_data.link_weight;
comment on view pacs.link_weight is 'What each level of evidence counts for a patient card; operators may change points (docs/patient-cards.md)';
grant select, update (points) on pacs.link_weight to pacs_operator;
grant select, update (points) on pacs_data.link_weight to pacs_operator;
create or replace trigger audit_change after update on pacs_data.link_weight
  for each row when (old is distinct from new) execute function pacs_internal.audit_change();
