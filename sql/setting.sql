-- Settings of the house.

create or replace function pacs_internal.setting(setting_name text) returns text
  language sql stable
begin atomic
  select value from pacs_data.setting where name = setting_name;
end;
comment on function pacs_internal.setting is 'The value of a setting; null where there is none of this name. For definers.';

create or replace view pacs.setting with (security_invoker) as
  select name, value, description from pacs_data.setting;
comment on view pacs.setting is 'Settings that SQL needs; operators update value (docs/settings.md)';
grant select, update (value) on pacs.setting to pacs_operator;
grant select, update (value) on pacs_data.setting to pacs_operator;
