-- Modalities in Study (0008,0061), which nearly every list of studies shows, without reading the series themselves.

set local role pacs_owner;

create unique index series_of_study on pacs_data.series (study_id, series_instance_uid) include (modality);
alter table pacs_data.series drop constraint series_study_id_series_instance_uid_key;
alter table pacs_data.series add constraint series_of_study unique using index series_of_study;

reset role;
