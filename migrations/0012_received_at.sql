-- The moment of a receipt is the daemon's to say, who writes it into the file: functions of before that had no
-- argument for it.

drop function if exists pacs.ingest_instance(bigint, bytea, bigint[], text, text, text, smallint, uuid, bigint, int, bytea, uuid, bytea, bytea, uuid);
drop function if exists pacs_internal.find_or_make_study(jsonb, text);
drop function if exists pacs_internal.find_or_make_series(bigint, jsonb, text);
drop function if exists pacs_internal.note_defects(bigint, bigint, jsonb);
