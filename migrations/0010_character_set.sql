-- Whether a device's texts may be read in another character set than it declares.

set local role pacs_owner;

alter table pacs_data.remote_ae add detects_character_set boolean not null default true;
comment on column pacs_data.remote_ae.detects_character_set is 'Whether its texts are read in another character set than declared where the evidence is strong';

reset role;
