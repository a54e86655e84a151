-- A question of storage commitment of ours has bounds.

set local role pacs_owner;

insert into pacs_data.setting (name, value, description) values
  ('commitment_objects', '10000', 'How many objects one question of ours names (storage commitment); of more there are several');
alter table pacs_data.setting
  add constraint setting_commitment_objects check (case when name = 'commitment_objects'
    then value::int between 1 and 100000 else true end);

reset role;
