-- Hours of a day are found in the index of dates, which keeps its order of ids within a day.

set local role pacs_owner;

drop index pacs_data.study_date;
create index study_date on pacs_data.study (study_date desc nulls last, id desc, study_time);

reset role;
