-- By a pull's C-GET comes what was asked for, and nothing else.

set local role pacs_owner;

alter table pacs_data.transfer add column study_instance_uid text collate "C";
comment on column pacs_data.transfer.study_instance_uid is 'By our own C-GET: the study that was asked for; objects of another are refused';

-- Its arguments are others now: beside the new one the old one would stay.
drop function if exists pacs.open_pull(bigint);

reset role;
