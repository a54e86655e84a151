-- What C-FIND searches by: names in either alphabet, from the beginning and from the middle, and series by modality
-- within a range of dates.

alter table pacs_data.study add patient_name_key text collate "C";
comment on column pacs_data.study.patient_name_key is 'dicom.name_key(patient_name): candidates of a search by name, which dicom.name_matches then looks at';
update pacs_data.study set patient_name_key = left(dicom.name_key(left(patient_name, 1024)), 256);
create index study_name_key on pacs_data.study (patient_name_key);
-- What waits in a list of its own is read whole at each search: a study more costs its trigrams at once.
create index study_name_trigram on pacs_data.study using gin (patient_name_key trigram.gin_trgm_ops) with (fastupdate = off);

alter table pacs_data.series add study_date date;
comment on column pacs_data.series.study_date is 'The study''s, for the index by modality and date';
update pacs_data.series se set study_date = st.study_date from pacs_data.study st where st.id = se.study_id;
create index series_modality on pacs_data.series (modality, study_date) include (study_id);

create index patient_id_prefix on pacs_data.patient (patient_id text_pattern_ops);
comment on index pacs_data.patient_id_prefix is 'For P12*: the database''s collation need not have prefixes together';
