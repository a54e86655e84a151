-- What goes to others shows the identity of the patient card, where their row says so.

-- They have one argument or column more: beside the new ones the old would stay.
drop function if exists pacs.open_association(text, text, inet, boolean, bytea);
drop function if exists pacs.find(text, jsonb, text, boolean, bigint, boolean, text);
drop function if exists pacs.find_few(name, text, jsonb, text, boolean, boolean, int);
drop function if exists pacs_internal.find_statement(int, text, jsonb, boolean, bigint, text[]);
drop function if exists pacs.plan_retrieval(jsonb, text, text, bigint, inet, bigint);
drop function if exists pacs.forward_plan(bigint, uuid);

-- As the superuser, whom no row level security hides a row from. In steps: with a default in one, PostgreSQL refuses it, since functions have the row as an argument.
alter table pacs_data.remote_ae add identity text check (identity in ('received', 'card'));
alter table pacs_data.remote_ae alter identity set default 'received';
update pacs_data.remote_ae set identity = 'received';
alter table pacs_data.remote_ae alter identity set not null;
comment on column pacs_data.remote_ae.identity is 'Whose identity it is shown: as it was received, or of the patient card where the study is linked to one';

alter table pacs_data.forward_rule add only_linked boolean;
alter table pacs_data.forward_rule alter only_linked set default false;
update pacs_data.forward_rule set only_linked = false;
alter table pacs_data.forward_rule alter only_linked set not null;
comment on column pacs_data.forward_rule.only_linked is 'Only what is of a study that is linked to a patient card; what is linked later is sent then';

-- As of studies: the key is longer than the name, and an index holds no more than 2,700 bytes.
create index card_name_key on pacs_data.card ((left(dicom.name_key(patient_name), 256) collate "C"));
create index card_name_trigram on pacs_data.card using gin ((left(dicom.name_key(patient_name), 256) collate "C") trigram.gin_trgm_ops);
