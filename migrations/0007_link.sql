-- Links that the information system hands out.

set local role pacs_owner;

create table pacs_data.link (
  id bigint primary key,
  study_id bigint not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  role name not null,
  on_behalf_of text
);
comment on table pacs_data.link is 'A link to one study, for the login that asked and the person it named. Its token is signed with a key that no table holds, over this row: a row that was changed opens nothing';
comment on column pacs_data.link.id is 'Random, so that links cannot be counted or guessed at';
create index link_study on pacs_data.link (study_id);
create index link_expires_at on pacs_data.link (expires_at);

reset role;
