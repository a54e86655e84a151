-- Settings of the house.

create or replace function pacs_internal.setting(setting_name text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  -- In PL/pgSQL, which keeps the plan: each image asks a few times.
  return (select s.value from pacs_data.setting s where s.name = setting_name);
end
$$;
comment on function pacs_internal.setting is 'The value of a setting; null where there is none of this name. For definers.';

create or replace view pacs.setting with (security_invoker) as
  select name, value, description from pacs_data.setting;
comment on view pacs.setting is 'Settings that SQL needs; operators update value (docs/settings.md)';
grant select, update (value) on pacs.setting to pacs_operator;
grant select, update (value) on pacs_data.setting to pacs_operator;
