-- Settings of the house that SQL needs (docs/settings.md); none is a secret.

set local role pacs_owner;

create table pacs_data.setting (
  name text primary key,
  value text not null,
  description text not null
);
comment on table pacs_data.setting is 'Settings that SQL needs; edited through pacs.setting';

insert into pacs_data.setting (name, value, description) values
  ('ae_title', 'PGPACS', 'Our AE title; an association that calls another is rejected'),
  ('public_url', 'http://127.0.0.1:8088', 'What every link begins with'),
  ('link_lifetime', '8 hours', 'How long a link opens');

reset role;
