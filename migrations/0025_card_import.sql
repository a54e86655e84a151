-- Sources of patient cards that are read on a schedule: a table of the information system, seen through a foreign table.

set local role pacs_owner;

create table pacs_data.card_source (
  id int generated always as identity primary key,
  name text not null unique check (name <> ''),
  source text not null,
  columns jsonb not null,
  changed_column text,
  every interval not null default '5 minutes' check (every between interval '1 minute' and interval '1 year'),
  overlap interval not null default '15 minutes' check (overlap between interval '0' and interval '1 year'),
  is_enabled boolean not null default true,
  changed_to timestamp,
  next_run_at timestamptz not null default now(),
  last_run_at timestamptz,
  last_success_at timestamptz,
  last_counts jsonb,
  error text
);
comment on table pacs_data.card_source is 'Where cards are read from on a schedule, how, and what became of it; edited through pacs.card_source';
comment on column pacs_data.card_source.source is 'A table, foreign table or view with its schema, which pacs_job may read. Text: a dump is restored where it is missing';
comment on column pacs_data.card_source.columns is 'Fields of a card and the columns of the source that they are in: {"card_number": "number"}';
comment on column pacs_data.card_source.changed_column is 'A date or timestamp of the source, of its last change of a row; null: all is read each time';
comment on column pacs_data.card_source.overlap is 'How far before the last change that was seen is read again: longer than any transaction of the source that writes cards';
comment on column pacs_data.card_source.changed_to is 'The last change that was seen, as the source''s clock shows it, UTC where its column has a time zone; null: the next run reads all';
comment on column pacs_data.card_source.last_counts is 'Of the last run without an error: how many cards were added, changed, the same, put into quarantine';
comment on column pacs_data.card_source.error is 'Why the last run took nothing, without a value of the source; null where it went well';

alter table pacs_data.card_source enable row level security;
alter table pacs_data.card_source force row level security;

reset role;
