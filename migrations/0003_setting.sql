-- Settings of the house that SQL needs (docs/settings.md); none is a secret.

set local role pacs_owner;

create table pacs_data.setting (
  name text primary key,
  value text not null,
  description text not null,
  -- A value that would break every link or every association is refused here, where it is typed.
  constraint setting_ae_title check (name <> 'ae_title' or (value ~ '^[ -\[\]-~]{1,16}$' and value = btrim(value))),
  constraint setting_public_url check (name <> 'public_url' or value ~ '^https?://[^\s"''<>\\]+$'),
  constraint setting_link_lifetime check (case when name = 'link_lifetime'
    then value::interval between interval '1 minute' and interval '365 days' else true end)
);
comment on table pacs_data.setting is 'Settings that SQL needs; edited through pacs.setting';

insert into pacs_data.setting (name, value, description) values
  ('ae_title', 'PGPACS', 'Our AE title; an association that calls another is rejected'),
  ('public_url', 'http://127.0.0.1:8088', 'What every link begins with'),
  ('link_lifetime', '8 hours', 'How long a link opens');

reset role;
