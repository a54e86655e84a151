-- What people read as rows: the same names and columns as PS3.3, numbers counted when asked.

create or replace view pacs.study with (security_invoker) as
  select st.study_instance_uid, p.patient_id, p.issuer_of_patient_id, st.patient_name, st.patient_birth_date,
         st.patient_sex, st.study_date, st.study_time, st.accession_number, st.study_id, st.study_description,
         st.referring_physician_name, se.modalities, se.number_of_series, se.number_of_instances, se.bytes,
         st.received_at
  from pacs_data.study st
  join pacs_data.patient p on p.id = st.patient_id
  cross join lateral (
    select array_agg(distinct s.modality order by s.modality) filter (where s.modality is not null) as modalities,
           count(*) as number_of_series, coalesce(sum(i.instances), 0)::bigint as number_of_instances,
           coalesce(sum(i.bytes), 0)::bigint as bytes
    from pacs_data.series s
    cross join lateral (select count(*) as instances, sum(file_size) as bytes
                        from pacs_data.instance where series_id = s.id) i
    where s.study_id = st.id) se;
comment on view pacs.study is 'Studies with the patient as sent; numbers and bytes are counted at each question';
