-- Patient cards out of tables: those of the information system's database, seen through foreign tables, on a schedule; and
-- any table that the feed may read, such as one that a CSV was copied into.
--
-- Who imports reads with his own rights: import_cards_from and what calls it are no definers. A relation may run code of its
-- owner (a view, a policy) and may be one that the caller must not see; what it runs as pacs_job can do no more than give cards.

create or replace function pacs.card_query(source regclass, columns jsonb, changed_column text default null) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  fields constant text[] := array['card_number', 'card_year', 'surname', 'given_name', 'patronymic', 'birth_date', 'sex', 'admitted_at',
    'discharged_at', 'identity_document', 'address', 'ward_at_admission', 'ward_at_discharge', 'department', 'referring_body', 'is_urgent',
    'person_number'];
  field text;
  name jsonb;
  chosen text[] := '{}'::text[];
  changed_type regtype;
begin
  if source is null or not exists (select from pg_class c where c.oid = source and c.relkind in ('r', 'p', 'f', 'v', 'm')) then
    raise exception 'the source is no table, foreign table or view that is there' using errcode = 'PC094';
  elsif jsonb_typeof(columns) is distinct from 'object' or not columns ?& array['card_number', 'card_year'] then
    raise exception 'columns is an object of fields and their columns; card_number and card_year are needed' using errcode = 'PC094';
  end if;
  for field, name in select c.key, c.value from jsonb_each(columns) c loop
    if field <> all (fields) then
      raise exception '%: a card has no such field', left(field, 64) using errcode = 'PC094';
    elsif jsonb_typeof(name) <> 'string' or not exists (
        select from pg_attribute a where a.attrelid = source and a.attname = name #>> '{}' and a.attnum > 0 and not a.attisdropped) then
      raise exception '%: the source has no such column as it is given', field using errcode = 'PC094';
    end if;
    chosen := chosen || format('%L, t.%I', field, name #>> '{}');
  end loop;
  if changed_column is not null then
    select a.atttypid::regtype into changed_type from pg_attribute a
      where a.attrelid = source and a.attname = changed_column and a.attnum > 0 and not a.attisdropped;
    if changed_type is null or changed_type not in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) then
      raise exception 'changed_column is a column of the source that is a date or a timestamp' using errcode = 'PC094';
    end if;
  end if;
  return format('select jsonb_build_object(%s) as card, %s as changed_at from %s t', array_to_string(chosen, ', '),
      case when changed_type = 'timestamptz'::regtype then format('t.%I at time zone ''UTC''', changed_column)
           when changed_type is not null then format('t.%I::timestamp', changed_column) else 'null::timestamp' end, source)
    -- The column stands alone on its side, so that the comparison is made where the table is. What has no moment is read each time.
    || case when changed_type = 'timestamptz'::regtype
              then format(' where $1 is null or t.%1$I >= $1 at time zone ''UTC'' or t.%1$I is null', changed_column)
            when changed_type is not null then format(' where $1 is null or t.%1$I >= $1::%2$s or t.%1$I is null', changed_column, changed_type)
            else '' end;
end
$$;
comment on function pacs.card_query is
'The statement by which pacs.import_cards_from reads a source; $1 is a timestamp. Raises PC094 for a relation, a field of a card or a column that is not there, and for a changed_column that is no date or timestamp. For pacs_card_feed, pacs_job.';
revoke all on function pacs.card_query(regclass, jsonb, text) from public;
grant execute on function pacs.card_query(regclass, jsonb, text) to pacs_card_feed, pacs_job;

create or replace function pacs.import_cards_from(
    source regclass, columns jsonb, changed_column text default null, changed_since timestamp default null,
    out added bigint, out changed bigint, out same bigint, out quarantined bigint, out changed_to timestamp)
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  rows refcursor;
  card jsonb;
  changed_at timestamp;
  batch jsonb[] := '{}'::jsonb[];
  is_last boolean := false;
begin
  added := 0;
  changed := 0;
  same := 0;
  quarantined := 0;
  open rows for execute pacs.card_query(source, columns, changed_column) using changed_since;
  while not is_last loop
    fetch rows into card, changed_at;
    is_last := not found;
    if not is_last then
      batch := batch || card;
      changed_to := greatest(changed_to, changed_at);
    end if;
    if is_last or cardinality(batch) = 1000 then
      select added + count(*) filter (where u.outcome = 'added'), changed + count(*) filter (where u.outcome = 'changed'),
             same + count(*) filter (where u.outcome = 'same'), quarantined + count(*) filter (where u.outcome = 'quarantined')
        into added, changed, same, quarantined from pacs.upsert_cards(to_jsonb(batch)) u;
      batch := '{}'::jsonb[];
    end if;
  end loop;
  close rows;
exception
  when sqlstate 'PC090' or sqlstate 'PC094' then
    raise;
  -- What another database says may hold its values: of it only the SQLSTATE is told.
  when others then
    raise exception 'nothing was taken (SQLSTATE %): %', sqlstate, case
        when sqlstate like '08%' or sqlstate like '57P%' then
          'the source''s server cannot be reached, does not let us in, or went away: see its host, port, certificates and user mapping'
        when sqlstate = '42501' then 'a right to read is missing, here or at the source''s server'
        when sqlstate in ('2F003', '42704', '28000', '28P01') then
          'who imports has no user mapping for the source''s server, or one without a way in (password_required ''false'', for a certificate or a passfile)'
        when sqlstate like '42%' then 'the source is not what it was: the foreign table has other columns than the table that it shows'
        when sqlstate like '22%' then 'a column of the foreign table has another type than in the table that it shows'
        else 'see the log of the source''s server, and ours' end
      using errcode = 'PC093';
end
$$;
comment on function pacs.import_cards_from is
'Takes the rows of a table, foreign table or view as patient cards (pacs.upsert_cards), all in one transaction, with the caller''s rights. columns: the fields of a card and the columns that they are in, {"card_number": "number", "card_year": "year"}; a null clears a field. With changed_column (a date or timestamp of the source) only rows whose value is changed_since or later, or null; changed_to is the latest seen, both in UTC where the column has a time zone. Counts cards by what became of them. Raises PC094 for a relation, field or column that is not there, PC093 where the source cannot be read to its end: then nothing was taken. Audited. For pacs_card_feed, pacs_job.';
revoke all on function pacs.import_cards_from(regclass, jsonb, text, timestamp) from public;
grant execute on function pacs.import_cards_from(regclass, jsonb, text, timestamp) to pacs_card_feed, pacs_job;

-- Sources that are read on a schedule ----------------------------------------------------------------------------

create or replace view pacs.card_source with (security_invoker) as
  select id, name, source, columns, changed_column, every, overlap, is_enabled, changed_to, next_run_at, last_run_at, last_success_at,
         last_counts, error
  from pacs_data.card_source;
comment on view pacs.card_source is 'Where patient cards are read from on a schedule, and what became of it; operators insert, update and delete rows here (docs/patient-cards.md)';
grant select, delete on pacs.card_source, pacs_data.card_source to pacs_operator;
grant insert (name, source, columns, changed_column, every, overlap, is_enabled, changed_to, next_run_at),
  update (name, source, columns, changed_column, every, overlap, is_enabled, changed_to, next_run_at)
  on pacs.card_source, pacs_data.card_source to pacs_operator;

create or replace function pacs_internal.check_card_source() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part constant text[] := parse_ident(new.source);
  relation regclass;
begin
  -- Out of the catalog: for pacs_owner the schema is closed, as a name of regclass would find.
  select c.oid::regclass into relation from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where cardinality(part) = 2 and n.nspname = part[1] and c.relname = part[2] and c.relpersistence <> 't';
  if relation is null then
    raise exception 'the source is no relation that is there, with its schema' using errcode = 'PC094';
  elsif not (has_schema_privilege('pacs_job', part[1], 'usage') and has_table_privilege('pacs_job', relation, 'select')) then
    raise exception 'pacs_job may not read the source: the DBA grants usage on its schema, and select' using errcode = 'PC094';
  end if;
  perform pacs.card_query(relation, new.columns, new.changed_column);
  if tg_op = 'UPDATE' and (new.source, new.columns, new.changed_column) is distinct from (old.source, old.columns, old.changed_column) then
    new.changed_to := null;
  end if;
  return new;
end
$$;
comment on function pacs_internal.check_card_source is 'Trigger: refuses sources of cards that could not be read, and lets one that is read otherwise from now on be read from the beginning. Raises PC094.';
create or replace trigger check_card_source before insert or update of source, columns, changed_column on pacs_data.card_source
  for each row execute function pacs_internal.check_card_source();
create or replace trigger audit_change after insert or delete on pacs_data.card_source
  for each row execute function pacs_internal.audit_change();
-- What a run leaves behind is no change of an operator's.
create or replace trigger audit_update after update on pacs_data.card_source
  for each row when (new.last_run_at is not distinct from old.last_run_at) execute function pacs_internal.audit_change();

create or replace function pacs_internal.next_card_source() returns pacs_data.card_source
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  due pacs_data.card_source;
begin
  select * into due from pacs_data.card_source s where s.is_enabled and s.next_run_at <= now()
    order by s.next_run_at, s.id limit 1 for no key update skip locked;
  return due;
end
$$;
comment on function pacs_internal.next_card_source is 'The source of cards that has been due the longest, locked until the transaction ends; null where there is none. For pacs_job.';
revoke all on function pacs_internal.next_card_source() from public;
grant execute on function pacs_internal.next_card_source() to pacs_job;

create or replace function pacs_internal.end_card_import(source_id int, taken jsonb, trouble text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  seen timestamp := (taken ->> 'changed_to')::timestamp;
  is_utc boolean;
begin
  select a.atttypid = 'timestamptz'::regtype into is_utc
    from pacs_data.card_source s
    join pg_namespace n on n.nspname = (parse_ident(s.source))[1]
    join pg_class c on c.relnamespace = n.oid and c.relname = (parse_ident(s.source))[2]
    join pg_attribute a on a.attrelid = c.oid and a.attname = s.changed_column
    where s.id = source_id;
  -- A row that claims to be of next year would hide all that change until then.
  if seen is not null then
    seen := least(seen, now() at time zone case when is_utc then 'UTC' else pacs_internal.setting('time_zone') end);
  end if;
  update pacs_data.card_source s
    set last_run_at = clock_timestamp(), next_run_at = now() + s.every, error = trouble,
        last_success_at = case when trouble is null then now() else s.last_success_at end,
        last_counts = case when trouble is null then taken - 'changed_to' else s.last_counts end,
        changed_to = coalesce(seen, s.changed_to)
    where s.id = source_id;
end
$$;
comment on function pacs_internal.end_card_import is 'Keeps what became of an import from a source of cards. For pacs_job.';
revoke all on function pacs_internal.end_card_import(int, jsonb, text) from public;
grant execute on function pacs_internal.end_card_import(int, jsonb, text) to pacs_job;

-- A procedure, and without a search path, since only such a one can roll back: postgres_fdw, once it has lost its connection
-- in a transaction, lets that transaction never commit, so what became of it has to be kept in another.
create or replace procedure pacs_internal.import_cards()
  language plpgsql
as $$
declare
  due record;
  taken record;
  trouble text;
begin
  due := pacs_internal.next_card_source();
  if due.id is null then
    return;
  end if;
  begin
    taken := pacs.import_cards_from(pg_catalog.to_regclass(due.source), due.columns, due.changed_column, due.changed_to - due.overlap);
    perform pacs_internal.end_card_import(due.id, pg_catalog.to_jsonb(taken), null);
  exception
    when query_canceled then
      trouble := 'took longer than statement_timeout of the login pacs_cron, or was cancelled: nothing was taken';
    when others then
      trouble := case when sqlstate like 'PC%' then sqlerrm else pg_catalog.format('nothing was taken (SQLSTATE %s)', sqlstate) end;
  end;
  if trouble is not null then
    rollback;
    perform pacs_internal.end_card_import(due.id, null, trouble);
  end if;
end
$$;
comment on procedure pacs_internal.import_cards is 'Imports the cards of the source that has been due the longest, of one source so that no other waits for it longer than that one takes. For pacs_job.';
revoke all on procedure pacs_internal.import_cards() from public;
grant execute on procedure pacs_internal.import_cards() to pacs_job;
