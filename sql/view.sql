-- What people read as rows: the same names and columns as PS3.3, numbers counted when asked: in left joins, which the
-- planner leaves out where their columns are not read.

create or replace view pacs.patient with (security_invoker) as
  select p.patient_id, p.issuer_of_patient_id, last.patient_name, last.patient_birth_date, last.patient_sex,
         n.number_of_studies, n.last_study_date, p.created_at
  from pacs_data.patient p
  left join lateral (select count(*) as number_of_studies, max(st.study_date) as last_study_date
                     from pacs_data.study st where st.patient_id = p.id) n on true
  left join lateral (select st.patient_name, st.patient_birth_date, st.patient_sex
                     from pacs_data.study st where st.patient_id = p.id order by st.id desc limit 1) last on true;
comment on view pacs.patient is 'Patients as devices name them, with name, birth date and sex as the study that came last has them; an empty Patient ID is a patient of its own for each study';

create or replace view pacs.study with (security_invoker) as
  select st.study_instance_uid, p.patient_id, p.issuer_of_patient_id, st.patient_name, st.patient_birth_date,
         st.patient_sex, st.study_date, st.study_time, st.accession_number, st.study_id, st.study_description,
         st.referring_physician_name, se.modalities, se.number_of_series, se.number_of_instances, se.bytes,
         st.received_at
  from pacs_data.study st
  join pacs_data.patient p on p.id = st.patient_id
  left join lateral (
    select array_agg(distinct s.modality order by s.modality) filter (where s.modality is not null) as modalities,
           count(*) as number_of_series, coalesce(sum(i.instances), 0)::bigint as number_of_instances,
           coalesce(sum(i.bytes), 0)::bigint as bytes
    from pacs_data.series s
    cross join lateral (select count(*) as instances, sum(file_size) as bytes
                        from pacs_data.instance where series_id = s.id) i
    where s.study_id = st.id) se on true;
comment on view pacs.study is 'Studies with the patient as sent; numbers and bytes are counted at each question';

create or replace view pacs.series with (security_invoker) as
  select st.study_instance_uid, s.series_instance_uid, s.series_number, s.modality, s.series_description,
         dicom.value_text(s.template, 'BodyPartExamined') as body_part_examined,
         dicom.value_text(s.template, 'ProtocolName') as protocol_name,
         dicom.value_text(s.template, 'Manufacturer') as manufacturer,
         dicom.value_text(s.template, 'ManufacturerModelName') as manufacturer_model_name,
         dicom.value_text(s.template, 'StationName') as station_name,
         i.number_of_instances, i.bytes, s.received_at, s.template
  from pacs_data.series s
  join pacs_data.study st on st.id = s.study_id
  left join lateral (select count(*) as number_of_instances, coalesce(sum(file_size), 0)::bigint as bytes
                     from pacs_data.instance where series_id = s.id) i on true;
comment on view pacs.series is 'Series; protocol, body part and equipment as its first instance tells them';
comment on column pacs.series.template is 'The header of the first instance that came';

create or replace view pacs.instance with (security_invoker) as
  select st.study_instance_uid, s.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, s.modality,
         dicom.value_number(s.template, i.difference, 'InstanceNumber') as instance_number,
         dicom.value_number(s.template, i.difference, 'NumberOfFrames') as number_of_frames,
         dicom.value_number(s.template, i.difference, 'Rows') as "rows",
         dicom.value_number(s.template, i.difference, 'Columns') as columns,
         i.transfer_syntax_uid, i.file_size, encode(i.sha256, 'hex') as sha256, i.received_at
  from pacs_data.instance i
  join pacs_data.series s on s.id = i.series_id
  join pacs_data.study st on st.id = s.study_id;
comment on view pacs.instance is 'Instances';
comment on column pacs.instance.sha256 is 'Of the data set as it came';

create or replace view pacs.header with (security_invoker) as
  select st.study_instance_uid, s.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, s.modality,
         dicom.merge(s.template, i.difference) as header, s.template, i.difference
  from pacs_data.instance i
  join pacs_data.series s on s.id = i.series_id
  join pacs_data.study st on st.id = s.study_id;
comment on view pacs.header is 'Headers as the DICOM JSON model; one attribute is read faster from template and difference than from the header, which is merged when asked for';

create or replace view pacs.defect with (security_invoker) as
  select st.study_instance_uid, s.series_instance_uid, i.sop_instance_uid, s.modality, d.tag,
         dicom.keyword(d.tag) as keyword, d.code, d.value, d.noted_at,
         dicom.value_text(s.template, 'Manufacturer') as manufacturer,
         dicom.value_text(s.template, 'ManufacturerModelName') as manufacturer_model_name,
         dicom.value_text(s.template, 'StationName') as station_name
  from pacs_data.defect d
  join pacs_data.series s on s.id = d.series_id
  join pacs_data.study st on st.id = s.study_id
  left join pacs_data.instance i on i.id = d.instance_id;
comment on view pacs.defect is 'What is wrong with objects that were stored nevertheless, once for each series, tag, kind and value';
comment on column pacs.defect.sop_instance_uid is 'The first that had it';
