-- Places that hold files, and who brought objects in.

set local role pacs_owner;

create table pacs_data.store (
  id smallint generated always as identity primary key,
  name text not null unique,
  url text not null unique,
  takes_new boolean not null default true,
  created_at timestamptz not null default now()
);
comment on table pacs_data.store is 'Places that hold files; a file lies at url/ab/cd/<file_id>.dcm, where abcd begins its file_id';

create table pacs_data.remote_ae (
  id int generated always as identity primary key,
  ae_title text not null check (ae_title ~ '^[ -\[\]-~]{1,16}$' and ae_title = btrim(ae_title)),
  host cidr not null,
  port int check (port between 1 and 65535),
  may_store boolean not null default true,
  may_find boolean not null default false,
  may_move boolean not null default false,
  may_get boolean not null default false,
  may_commit boolean not null default true,
  acts_as name,
  is_enabled boolean not null default true,
  description text not null default '',
  unique (ae_title, host)
);
comment on table pacs_data.remote_ae is 'AE titles that may talk to us, by address, and what they may do; edited through pacs.remote_ae';
comment on column pacs_data.remote_ae.host is 'The address it calls from, or the network';
comment on column pacs_data.remote_ae.port is 'Where it listens, if it does';
comment on column pacs_data.remote_ae.acts_as is 'The login whose rights its queries have, when it names no user itself';

create table pacs_data.transfer (
  id bigint generated always as identity primary key,
  opened_at timestamptz not null default now(),
  via text not null check (via in ('dimse', 'stow', 'inbox', 'grid', 'rebuild')),
  calling_ae_title text not null,
  called_ae_title text not null,
  peer inet,
  remote_ae_id int
);
comment on table pacs_data.transfer is 'One row for each association, STOW request or batch of files that may bring objects in';
comment on column pacs_data.transfer.remote_ae_id is 'Of pacs_data.remote_ae; no foreign key, whose check would lock the device''s row at each association';
create index transfer_opened_at on pacs_data.transfer using brin (opened_at) with (autosummarize);
alter table pacs_data.transfer set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);

reset role;
