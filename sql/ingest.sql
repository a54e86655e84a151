-- One object in, in one call and one transaction (DESIGN: Ingest, step 3).
-- Lock order everywhere: the study's advisory lock, patient, study, series, instance. Each is made by INSERT … ON CONFLICT DO NOTHING
-- and then read, so that any number of associations may bring the same new patient at once. Once patient,
-- study and series are there, no row but the instance's own is written.

create or replace function pacs_internal.indexable(value text) returns text
  language sql immutable parallel safe
begin atomic
  select left(value, 256);
end;
comment on function pacs_internal.indexable is
'What an index takes of a value: LO and SH have at most 64 characters, what devices send may have thousands, and an entry of an index at most 2,700 bytes. The header keeps all of it.';

create or replace function pacs_internal.fold_name(name text) returns text
  language sql immutable parallel safe
begin atomic
  -- By a collation of its own: lower() of a database of the locale C knows no letters but A to Z.
  select pacs_internal.indexable(
    lower(btrim(regexp_replace(translate(name, '^=', '  '), ' +', ' ', 'g')) collate "und-x-icu"));
end;
comment on function pacs_internal.fold_name is 'A person name as searches compare it: lower case, single blanks for ^ and =.';

create or replace function pacs_internal.name_key(name text) returns text
  language sql immutable parallel safe
begin atomic
  select pacs_internal.indexable(dicom.name_key(left(name, 1024)));
end;
comment on function pacs_internal.name_key is 'What pacs_data.study.patient_name_key keeps of a name.';

create or replace function pacs_internal.find_or_make_study(
    header jsonb, uid text, received_at timestamptz, out study_key bigint, out is_new boolean)
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  given_id text := coalesce(pacs_internal.indexable(dicom.value_text(header, '00100020')), '');
  issuer text := coalesce(pacs_internal.indexable(dicom.value_text(header, '00100021')), '');
  patient_key bigint;
  has_made_patient boolean;
begin
  is_new := false;
  select id into study_key from pacs_data.study where study_instance_uid = uid;
  if found then
    return;
  end if;
  insert into pacs_data.patient (patient_id, issuer_of_patient_id, created_at) values (given_id, issuer, received_at)
    on conflict (patient_id, issuer_of_patient_id) where patient_id <> '' do nothing
    returning id into patient_key;
  has_made_patient := patient_key is not null;
  if not has_made_patient then
    select id into strict patient_key from pacs_data.patient p where p.patient_id = given_id and p.issuer_of_patient_id = issuer;
  end if;
  insert into pacs_data.study
    (patient_id, received_at, study_instance_uid, study_date, study_time, patient_name, patient_name_folded, patient_name_key,
     patient_birth_date, patient_sex, accession_number, study_id, study_description, referring_physician_name)
  values
    (patient_key, received_at, uid, dicom.value_date(header, '00080020'), dicom.value_time(header, '00080030'),
     dicom.value_text(header, '00100010'), pacs_internal.fold_name(dicom.value_text(header, '00100010')),
     pacs_internal.name_key(dicom.value_text(header, '00100010')),
     dicom.value_date(header, '00100030'), dicom.value_text(header, '00100040'),
     pacs_internal.indexable(dicom.value_text(header, '00080050')), dicom.value_text(header, '00200010'),
     dicom.value_text(header, '00081030'), dicom.value_text(header, '00080090'))
    on conflict (study_instance_uid) do nothing
    returning id into study_key;
  is_new := study_key is not null;
  if not is_new then
    -- Another association made it in the meantime, with a patient of its own: one that was made here goes.
    select id into strict study_key from pacs_data.study where study_instance_uid = uid;
    if has_made_patient then
      delete from pacs_data.patient where id = patient_key;
    end if;
  end if;
end
$$;
comment on function pacs_internal.find_or_make_study is 'The study of a header, made with its patient where it is new.';

create or replace function pacs_internal.find_or_make_series(
    study bigint, header jsonb, uid text, received_at timestamptz, out id bigint, out template jsonb)
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  number numeric := dicom.value_number(header, '00200011');
begin
  insert into pacs_data.series
    (study_id, received_at, study_date, series_instance_uid, series_number, modality, series_description, template)
  values (study, received_at, (select st.study_date from pacs_data.study st where st.id = study), uid,
          case when number between -2147483648 and 2147483647 then number::int end,
          pacs_internal.indexable(dicom.value_text(header, '00080060')), dicom.value_text(header, '0008103E'), header)
    on conflict (study_id, series_instance_uid) do nothing
    returning series.id, series.template into id, template;
  if id is null then
    select s.id, s.template into strict id, template from pacs_data.series s
      where s.study_id = study and s.series_instance_uid = uid;
  end if;
end
$$;
comment on function pacs_internal.find_or_make_series is 'The series of a header within its study, made where it is new; its template is then this header.';

create or replace function pacs_internal.is_of_patient(study bigint, header jsonb) returns boolean
  language sql stable
begin atomic
  select (p.patient_id, p.issuer_of_patient_id)
         = (coalesce(pacs_internal.indexable(dicom.value_text(header, '00100020')), ''),
            coalesce(pacs_internal.indexable(dicom.value_text(header, '00100021')), ''))
  from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id where st.id = study;
end;
comment on function pacs_internal.is_of_patient is 'Whether a header names the patient of a study: the same Patient ID of the same issuer. For definers.';

create or replace function pacs_internal.is_uid(uid text) returns boolean
  language sql immutable parallel safe
begin atomic
  select uid ~ '^[0-9]+(\.[0-9]+)*$' and length(uid) <= 64;
end;
comment on function pacs_internal.is_uid is 'Whether a text has the form of PS3.5 9.1.';

create or replace function pacs_internal.note_defects(series bigint, instance bigint, defects jsonb, noted_at timestamptz)
  returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- In one order always: two objects with the same defects in another order would wait for each other.
  insert into pacs_data.defect (series_id, instance_id, noted_at, tag, code, value)
  select series, instance, noted_at, d ->> 'tag', d ->> 'code', d ->> 'value'
  from jsonb_array_elements(defects) d
  order by d ->> 'tag', d ->> 'code', d ->> 'value'
  on conflict (series_id, tag, code, value) do nothing;
end
$$;
comment on function pacs_internal.note_defects is 'Keeps what is wrong with an object that was stored, once a series.';

create or replace function pacs_internal.why_refused(
    class_uid text, instance_uid text, study_uid text, series_uid text, command_class_uid text,
    command_instance_uid text, out reason text, out reason_code text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  tags constant text[] := array['(0008,0016)', '(0008,0018)', '(0020,000D)', '(0020,000E)'];
  uids constant text[] := array[class_uid, instance_uid, study_uid, series_uid];
begin
  -- PS3.3 C.12.1, C.7.2.1, C.7.3.1: UIDs of type 1.
  for i in 1 .. 4 loop
    if uids[i] is null then
      reason := 'no value of ' || tags[i];
      reason_code := 'PC020';
      return;
    end if;
  end loop;
  if class_uid <> command_class_uid or instance_uid <> command_instance_uid then
    reason := case when class_uid <> command_class_uid then tags[1] else tags[2] end || ' differs from the command';
    reason_code := 'PC021';
    return;
  end if;
  for i in 1 .. 4 loop
    if not pacs_internal.is_uid(uids[i]) then
      reason := 'no UID in ' || tags[i];
      reason_code := 'PC022';
      return;
    end if;
  end loop;
end
$$;
comment on function pacs_internal.why_refused is 'Why an object cannot be stored, naming the tag, with the SQLSTATE of the fault; nulls where it can.';

create or replace function pacs_internal.replace_file(
    uid text, damaged_file_id uuid, digest bytea, store smallint, file uuid, size bigint, data_set_at int, syntax text)
  returns boolean
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- Of calls that found the same file damaged one finds it here: the others wait for its row, and then for nothing.
  update pacs_data.instance i
    set store_id = store, file_id = file, file_size = size, data_set_offset = data_set_at, transfer_syntax_uid = syntax
    where i.sop_instance_uid = uid and i.file_id = damaged_file_id and i.sha256 = digest;
  if not found then
    update pacs_data.quarantine q
      set store_id = store, file_id = file, file_size = size, data_set_offset = data_set_at, transfer_syntax_uid = syntax
      where q.sop_instance_uid = uid and q.file_id = damaged_file_id and q.sha256 = digest and q.state = 'open';
  end if;
  return found;
end
$$;
comment on function pacs_internal.replace_file is
'Points the row that names a damaged file to another one with the same data set; false where none names it any more. The old file stays where it is: it is the sweep''s.';

create or replace function pacs_internal.detects_character_set(transfer_id bigint) returns boolean
  language sql stable
begin atomic
  select coalesce((select r.detects_character_set
                   from pacs_data.transfer t join pacs_data.remote_ae r on r.id = t.remote_ae_id
                   where t.id = transfer_id), true);
end;
comment on function pacs_internal.detects_character_set is 'Whether texts that came by a transfer may be read in another character set than declared: as its device''s row says, and where it has none, yes.';

-- Argument names are the API of the daemon.
create or replace function pacs.ingest_instance(
    transfer_id bigint, header bytea, gaps bigint[], transfer_syntax_uid text, sop_class_uid text,
    sop_instance_uid text, store_id smallint, file_id uuid, file_size bigint, data_set_offset int, sha256 bytea,
    compared_file_id uuid default null, content_digest bytea default null, compared_content_digest bytea default null,
    damaged_file_id uuid default null, fragments bigint[] default '{}', received_at timestamptz default now(),
    out outcome text, out reason text, out reason_code text, out known_store_id smallint, out known_file_id uuid,
    out known_file_size bigint, out known_data_set_offset int, out known_transfer_syntax_uid text,
    out known_received_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  described record;
  known record;
  waiting record;
  is_replaced boolean;
  located record;
  frame_offsets bigint[];
  frame_lengths bigint[];
  study_uid text;
  series_uid text;
  study bigint;
  is_new_study boolean;
  series record;
  instance bigint;
  defects jsonb;
begin
  described := dicom.describe(header, ingest_instance.transfer_syntax_uid, gaps,
    pacs_internal.detects_character_set(ingest_instance.transfer_id));
  study_uid := described.study_instance_uid;
  series_uid := described.series_instance_uid;
  defects := described.defects;
  if (described.sop_class_uid = ingest_instance.sop_class_uid
      and described.sop_instance_uid = ingest_instance.sop_instance_uid
      and pacs_internal.is_uid(described.sop_class_uid) and pacs_internal.is_uid(described.sop_instance_uid)
      and pacs_internal.is_uid(study_uid) and pacs_internal.is_uid(series_uid)) is not true then
    select r.reason, r.reason_code into reason, reason_code
      from pacs_internal.why_refused(described.sop_class_uid, described.sop_instance_uid, study_uid, series_uid,
                                     ingest_instance.sop_class_uid, ingest_instance.sop_instance_uid) r;
    outcome := 'refused';
    perform pacs_internal.audit('instance_refused', false, transfer_id => ingest_instance.transfer_id,
      detail => jsonb_build_object('reason', reason, 'code', reason_code));
    return;
  end if;
  if exists (select from pacs_data.transfer t
             where t.id = ingest_instance.transfer_id and t.study_instance_uid <> study_uid) then
    outcome := 'refused';
    reason := '(0020,000D) is of another study than was asked for';
    reason_code := 'PC023';
    perform pacs_internal.audit('instance_refused', false, transfer_id => ingest_instance.transfer_id,
      detail => jsonb_build_object('reason', reason, 'code', reason_code));
    return;
  end if;

  -- Whoever deletes of a study takes this lock exclusively first. Before the study is looked for: what is found then
  -- is there until the end.
  perform pg_advisory_xact_lock_shared(1346454355, hashtext(study_uid));
  select st.id as study_id, se.id, se.template into series
    from pacs_data.study st join pacs_data.series se on se.study_id = st.id
    where st.study_instance_uid = study_uid and se.series_instance_uid = series_uid;
  if found then
    study := series.study_id;
  elsif not exists (select from pacs_data.instance i where i.sop_instance_uid = ingest_instance.sop_instance_uid) then
    select f.study_key, f.is_new into study, is_new_study
      from pacs_internal.find_or_make_study(described.header, study_uid, ingest_instance.received_at) f;
    select study as study_id, s.* into series
      from pacs_internal.find_or_make_series(study, described.header, series_uid, ingest_instance.received_at) s;
    -- A study is found by its UID alone: what a mixed-up patient looks like, a person should see. Asked for a new
    -- series only, so that the next thousand objects cost nothing.
    if not pacs_internal.is_of_patient(study, described.header) then
      defects := coalesce(defects, '[]'::jsonb)
        || jsonb_build_object('code', 'patient_differs', 'tag', '00100020', 'value', '');
    end if;
  end if;

  -- The frames of native pixels follow from the header: most objects pass by here.
  if described.pixel_data_offset is not null
     and (fragments <> '{}' or ingest_instance.transfer_syntax_uid not in
          ('1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2')) then
    located := dicom.frame_table(header, ingest_instance.transfer_syntax_uid, gaps, fragments);
    described.pixel_data_offset := located.pixel_data_offset;
    described.pixel_data_length := located.pixel_data_length;
    frame_offsets := located.frame_offsets;
    frame_lengths := located.frame_lengths;
    defects := coalesce(defects || located.defects, defects, located.defects);
  end if;
  if study is not null then
    insert into pacs_data.instance
      (series_id, transfer_id, received_at, file_size, pixel_data_offset, pixel_data_length, file_id, store_id, data_set_offset,
       sop_instance_uid, sop_class_uid, transfer_syntax_uid, sha256, difference)
    values
      (series.id, ingest_instance.transfer_id, ingest_instance.received_at, ingest_instance.file_size, described.pixel_data_offset,
       described.pixel_data_length, ingest_instance.file_id, ingest_instance.store_id, ingest_instance.data_set_offset,
       ingest_instance.sop_instance_uid, ingest_instance.sop_class_uid, ingest_instance.transfer_syntax_uid,
       ingest_instance.sha256, dicom.difference(series.template, described.header))
      on conflict (sop_instance_uid) do nothing
      returning id into instance;
    if instance is not null then
      outcome := 'stored';
      if frame_offsets is not null then
        perform pacs_internal.keep_frames(instance, frame_offsets, frame_lengths);
      end if;
      if defects is not null then
        perform pacs_internal.note_defects(series.id, instance, defects, ingest_instance.received_at);
      end if;
      perform pacs_internal.audit('instance_stored', true, array[study], 1, transfer_id => ingest_instance.transfer_id);
      if is_new_study then
        perform pacs_internal.link_new_study(study);
      end if;
      return;
    end if;
  end if;

  if is_new_study then
    insert into pacs_data.link_due (subject, id) values ('study', study) on conflict do nothing;
  end if;
  -- The UID is known: the same again, or something else under its name?
  if damaged_file_id is not null then
    is_replaced := pacs_internal.replace_file(ingest_instance.sop_instance_uid, damaged_file_id,
      ingest_instance.sha256, ingest_instance.store_id, ingest_instance.file_id, ingest_instance.file_size,
      ingest_instance.data_set_offset, ingest_instance.transfer_syntax_uid);
  end if;
  select i.id, se.study_id, i.file_id, i.store_id, i.file_size, i.data_set_offset, i.transfer_syntax_uid, i.sha256,
         i.received_at
    into strict known
    from pacs_data.instance i join pacs_data.series se on se.id = i.series_id
    where i.sop_instance_uid = ingest_instance.sop_instance_uid;
  if is_replaced then
    outcome := 'stored';
    -- The data set is the same, and may have come under another transfer syntax. One in quarantine has no frames.
    if known.file_id = ingest_instance.file_id then
      perform pacs_internal.keep_frames(known.id, frame_offsets, frame_lengths);
    end if;
    perform pacs_internal.audit('instance_file_replaced', true, array[known.study_id], 1,
      transfer_id => ingest_instance.transfer_id,
      detail => jsonb_build_object('damaged_file_id', damaged_file_id, 'file_id', ingest_instance.file_id));
    return;
  elsif known.file_id = ingest_instance.file_id then
    outcome := 'stored';  -- the daemon asks again because it never heard the answer
    return;
  elsif exists (select from pacs_data.quarantine q
                where q.sop_instance_uid = ingest_instance.sop_instance_uid and q.file_id = ingest_instance.file_id) then
    outcome := 'conflict';  -- likewise: a duplicate's file would be removed, and this one is kept
    return;
  end if;
  if known.sha256 <> ingest_instance.sha256 then
    select known.id, known.study_id, q.file_id, q.store_id, q.file_size, q.data_set_offset, q.transfer_syntax_uid, q.sha256,
           q.received_at
      into waiting
      from pacs_data.quarantine q
      where q.sop_instance_uid = ingest_instance.sop_instance_uid and q.sha256 = ingest_instance.sha256
        and q.state = 'open' limit 1;
    if found then
      known := waiting;
    end if;
  end if;
  known_store_id := known.store_id;
  known_file_id := known.file_id;
  known_file_size := known.file_size;
  known_data_set_offset := known.data_set_offset;
  known_transfer_syntax_uid := known.transfer_syntax_uid;
  known_received_at := known.received_at;
  if known.sha256 = ingest_instance.sha256 then
    outcome := 'duplicate';
  elsif compared_file_id is distinct from known.file_id then
    outcome := 'compare';
    return;
  elsif content_digest = compared_content_digest then
    outcome := 'duplicate';
  else
    outcome := 'conflict';
    insert into pacs_data.quarantine
      (instance_id, transfer_id, received_at, file_size, file_id, store_id, data_set_offset, reason, study_instance_uid,
       sop_instance_uid, transfer_syntax_uid, sha256, header)
    values
      (known.id, ingest_instance.transfer_id, ingest_instance.received_at, ingest_instance.file_size, ingest_instance.file_id,
       ingest_instance.store_id, ingest_instance.data_set_offset, 'conflict', study_uid,
       ingest_instance.sop_instance_uid, ingest_instance.transfer_syntax_uid, ingest_instance.sha256,
       described.header);
  end if;
  perform pacs_internal.audit('instance_' || outcome, true, array[known.study_id], 1, transfer_id => ingest_instance.transfer_id);
end
$$;
comment on function pacs.ingest_instance is
'Stores one object whose file is on disk: reads its header (gaps: places and lengths of what the header leaves out), finds or makes patient, study and series, adds the instance and notes defects and audit. fragments: what the scanner saw of encapsulated pixels, see dicom.frame_table. sop_class_uid and sop_instance_uid are the command''s, received_at is the moment that the file itself says. outcome: stored · duplicate (the same content is known, in the file named by known_…; the new file may go once that one was looked at: if it is missing or damaged, call again with damaged_file_id = known_file_id, and the row is pointed to the new file: stored) · conflict (the same UID with other content; the new file is kept in quarantine) · refused (reason, and reason_code of dicom.faults()) · compare (the UID is known with other bytes, in the file named by known_…: digest its content and that of the new one, and call again with compared_file_id = known_file_id and both digests). Raises PC001 to PC006 where the header cannot be read. For the daemon (pacs_gateway).';
revoke all on function pacs.ingest_instance(bigint, bytea, bigint[], text, text, text, smallint, uuid, bigint, int, bytea, uuid, bytea, bytea, uuid, bigint[], timestamptz) from public;
grant execute on function pacs.ingest_instance(bigint, bytea, bigint[], text, text, text, smallint, uuid, bigint, int, bytea, uuid, bytea, bytea, uuid, bigint[], timestamptz) to pacs_gateway;

create or replace function pacs.record_refusal(transfer_id bigint, code text, reason text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pacs_internal.audit('instance_refused', false, transfer_id => transfer_id,
                             detail => jsonb_build_object('reason', reason, 'code', code));
end;
comment on function pacs.record_refusal is 'Audits an object that the daemon could not read or take; reason names tags, never values. For the daemon (pacs_gateway).';
revoke all on function pacs.record_refusal(bigint, text, text) from public;
grant execute on function pacs.record_refusal(bigint, text, text) to pacs_gateway;
