-- pacs.find has one more argument and what makes its statement one more column: beside the new ones the old would stay.

drop function if exists pacs.find(text, jsonb, text, boolean, bigint, boolean);
drop function if exists pacs_internal.find_statement(int, text, jsonb, boolean, bigint, text[]);
