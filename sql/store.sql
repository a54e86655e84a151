-- Stores: places that hold files.

create or replace function pacs.stores()
  returns table (store_id smallint, url text, takes_new boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select id, url, takes_new from pacs_data.store order by id;
end;
comment on function pacs.stores is 'The stores and where they are. For the daemon (pacs_gateway).';
revoke all on function pacs.stores() from public;
grant execute on function pacs.stores() to pacs_gateway;

create or replace function pacs.add_store(store_name text, store_url text) returns smallint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  result smallint;
begin
  if store_name = '' or store_name is null then
    raise exception 'a store has a name' using errcode = 'PC082';
  end if;
  if (store_url ~ '^file:///.*[^/]$') is not true then
    raise exception 'a store is a folder for now: file:///path, without a slash at its end' using errcode = 'PC082';
  end if;
  if exists (select from pacs_data.store where name <> store_name) then
    raise exception 'there is one store for now: %', (select quote_literal(name) from pacs_data.store limit 1) using errcode = 'PC082';
  end if;
  insert into pacs_data.store (name, url) values (store_name, store_url)
    on conflict (name) do update set url = excluded.url
    returning id into result;
  perform pacs_internal.audit('store_added', true, detail => jsonb_build_object('name', store_name));
  return result;
end
$$;
comment on function pacs.add_store is 'Adds a store, or moves the one of this name to another URL (its files are moved by you). Raises PC082 for another kind of URL, no name, or a second store. For pacs_operator.';
revoke all on function pacs.add_store(text, text) from public;
grant execute on function pacs.add_store(text, text) to pacs_operator;
