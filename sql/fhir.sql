-- A study as FHIR R4 says it (ImagingStudy, http://hl7.org/fhir/R4/imagingstudy.html), with the patient as the card has one.

create or replace function pacs_internal.fhir_name(surname text, given_name text, patronymic text) returns jsonb
  language sql immutable parallel safe
begin atomic
  select jsonb_strip_nulls(jsonb_build_object('use', 'official', 'text', nullif(concat_ws(' ', surname, given_name, patronymic), ''),
    'family', surname, 'given', nullif(to_jsonb(array_remove(array[given_name, patronymic], null)), '[]')));
end;
comment on function pacs_internal.fhir_name is 'A HumanName; patronymics are given names there.';

create or replace function pacs_internal.fhir_gender(sex text) returns text
  language sql immutable parallel safe
begin atomic
  select case sex when 'M' then 'male' when 'F' then 'female' when 'O' then 'other' else 'unknown' end;
end;
comment on function pacs_internal.fhir_gender is 'An administrative gender, of a Patient''s Sex (0010,0040).';

create or replace function pacs_internal.fhir_patient(study_id bigint) returns jsonb
  language sql stable
begin atomic
  select case when c.id is not null then jsonb_strip_nulls(jsonb_build_object(
      'resourceType', 'Patient', 'id', 'person-' || pacs_internal.person_root(c.person_id),
      'identifier', jsonb_build_array(jsonb_build_object('type', jsonb_build_object('text', 'inpatient card, form 003/o'),
        'value', c.card_number || '/' || c.card_year)),
      'name', jsonb_build_array(pacs_internal.fhir_name(c.surname, c.given_name, c.patronymic)),
      'gender', pacs_internal.fhir_gender(c.sex), 'birthDate', to_char(c.birth_date, 'YYYY-MM-DD')))
    else jsonb_strip_nulls(jsonb_build_object(
      'resourceType', 'Patient', 'id', 'patient-' || p.id,
      'identifier', case when p.patient_id <> '' then jsonb_build_array(jsonb_build_object('value', p.patient_id)) end,
      'name', case when n.parts[1] || n.parts[2] || n.parts[3] <> '' then jsonb_build_array(
        pacs_internal.fhir_name(nullif(n.parts[1], ''), nullif(n.parts[2], ''), nullif(n.parts[3], ''))) end,
      'gender', pacs_internal.fhir_gender(st.patient_sex), 'birthDate', to_char(st.patient_birth_date, 'YYYY-MM-DD'))) end
  from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id
  left join pacs_data.card_link l on l.study_id = st.id left join pacs_data.card c on c.id = l.card_id
  cross join lateral (select string_to_array(split_part(coalesce(st.patient_name, ''), '=', 1) || '^^^', '^') as parts) n
  where st.id = fhir_patient.study_id;
end;
comment on function pacs_internal.fhir_patient is 'The Patient of a study: as its card has one where it is linked, else as the console named one. For definers.';

create or replace function pacs_internal.fhir_series(study_id bigint) returns jsonb
  language sql stable
begin atomic
  -- A template may be large: it is read once for each series.
  with se as materialized (
    select x.id, x.series_instance_uid, x.series_number, x.modality, x.series_description,
           dicom.value_number(x.template, '00200013') as template_number
    from pacs_data.series x where x.study_id = fhir_series.study_id)
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'uid', se.series_instance_uid, 'number', case when se.series_number >= 0 then se.series_number end,
      'modality', jsonb_build_object('system', 'http://dicom.nema.org/resources/ontology/DCM', 'code', coalesce(nullif(se.modality, ''), 'OT')),
      'description', nullif(se.series_description, ''), 'numberOfInstances', i.count, 'instance', i.list))
      order by se.series_number nulls last, se.id)
  from se cross join lateral (
    select count(*) as count, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('uid', x.sop_instance_uid,
        'sopClass', jsonb_build_object('system', 'urn:ietf:rfc:3986', 'code', 'urn:oid:' || x.sop_class_uid),
        'number', case when x.number between 0 and 2147483647 then x.number::int end)) order by x.number nulls last, x.id) as list
    from (select i.id, i.sop_instance_uid, i.sop_class_uid,
                 pacs_internal.instance_number(se.template_number, i.difference) as number
          from pacs_data.instance i where i.series_id = se.id) x) i;
end;
comment on function pacs_internal.fhir_series is 'The series of an ImagingStudy, with their instances. For definers.';

create or replace function pacs.fhir_imaging_study(study_instance_uid text, on_behalf_of text default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  zone constant text := pacs_internal.setting('time_zone');
  study record;
  patient jsonb;
  series jsonb;
begin
  select st.* into study from pacs_internal.visible_studies(pacs_internal.caller()) st
    where st.study_instance_uid = fhir_imaging_study.study_instance_uid;
  if not found then
    raise exception 'there is no such study, or you may not see it' using errcode = 'PC045';
  end if;
  perform pacs_internal.audit('study_read', true, array[study.id], 1, fhir_imaging_study.on_behalf_of);
  patient := pacs_internal.fhir_patient(study.id);
  series := pacs_internal.fhir_series(study.id);
  return jsonb_strip_nulls(jsonb_build_object(
    'resourceType', 'ImagingStudy', 'id', 'study-' || study.id,
    'contained', jsonb_build_array(patient, jsonb_build_object('resourceType', 'Endpoint', 'id', 'wado', 'status', 'active',
      'connectionType', jsonb_build_object('system', 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', 'code', 'dicom-wado-rs'),
      'payloadType', jsonb_build_array(jsonb_build_object('text', 'DICOM')),
      'address', rtrim(pacs_internal.setting('public_url'), '/') || '/dicom-web')),
    'identifier', jsonb_build_array(jsonb_build_object('system', 'urn:dicom:uid', 'value', 'urn:oid:' || study.study_instance_uid))
      || case when study.accession_number <> '' then jsonb_build_array(jsonb_build_object('type', jsonb_build_object('coding',
        jsonb_build_array(jsonb_build_object('system', 'http://terminology.hl7.org/CodeSystem/v2-0203', 'code', 'ACSN'))), 'value', study.accession_number))
        else '[]'::jsonb end,
    'status', 'available', 'subject', jsonb_build_object('reference', '#' || (patient ->> 'id')),
    -- A moment has an offset from UTC in FHIR, a day none.
    'started', coalesce(to_char((study.study_date + study.study_time) at time zone zone at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), to_char(study.study_date, 'YYYY-MM-DD')),
    'modality', (select jsonb_agg(distinct s -> 'modality') from jsonb_array_elements(series) s),
    'endpoint', jsonb_build_array(jsonb_build_object('reference', '#wado')),
    'description', nullif(study.study_description, ''), 'numberOfSeries', jsonb_array_length(series),
    'numberOfInstances', (select sum((s ->> 'numberOfInstances')::bigint) from jsonb_array_elements(series) s), 'series', series));
end
$$;
comment on function pacs.fhir_imaging_study is
'A study as an ImagingStudy of FHIR R4, with its Patient (as the patient card has one, where the study is linked; else as the console named one) and the Endpoint of its images contained. on_behalf_of: for whom, kept in the trail. Raises PC045 where there is no such study for the caller. Audited. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.fhir_imaging_study(text, text) from public;
grant execute on function pacs.fhir_imaging_study(text, text) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;
