-- Attributes that are asked for often: a pair of indexes, over what templates say and over what instances say
-- otherwise. pacs.instances_where asks by the same expressions, so that an index makes it fast and changes nothing else.

create or replace function pacs_internal.attribute_reader(
    attribute text, out path text, out root text, out type text, out of_template text, out of_difference text)
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  vr text;
  kind text;
begin
  select a.path, a.root, a.vr into path, root, vr from dicom.attribute(attribute) a;
  if path is null then
    raise exception 'the attribute is null: name one' using errcode = 'PC008';
  end if;
  if root ~ 'X' then
    -- Whose block it is stands in the template, and an instance's difference alone does not tell.
    raise exception 'a private attribute is named by its tag here' using errcode = 'PC007';
  end if;
  kind := case
    when vr in ('DS', 'IS', 'FD', 'FL', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'US or SS') then 'number'
    when vr = 'DA' then 'date'
    when vr = 'TM' then 'time'
    when vr = 'DT' then 'timestamp'
    when vr is null or vr in ('AE', 'AS', 'AT', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UI', 'UR', 'UT') then 'text' end;
  if kind is null then
    raise exception 'sequences and binary values cannot be compared: %', path using errcode = 'PC007';
  end if;
  type := case kind when 'number' then 'numeric' else kind end;
  -- A difference read over an empty template tells what the instance says by itself.
  of_template := format('dicom.value_%s(template, %L)', kind, path);
  of_difference := format('dicom.value_%s(''{}'', difference, %L)', kind, path);
  if kind = 'text' then
    of_template := format('pacs_internal.indexable(%s) collate "C"', of_template);
    of_difference := format('pacs_internal.indexable(%s) collate "C"', of_difference);
  end if;
end
$$;
comment on function pacs_internal.attribute_reader is
'How an attribute is compared: its path, the tag of the element that it begins with, the type by its VR (text where the dictionary has none), and the expressions that read it from pacs_data.series.template and pacs_data.instance.difference. Raises PC007, PC008. For definers.';

create or replace function pacs_internal.index_names(path text, out of_series text, out of_instance text)
  language sql immutable parallel safe
begin atomic
  -- A name has 63 bytes.
  select 'series_' || short, 'instance_' || short
    from (select case when length(index_names.path) > 50 then md5(index_names.path) else index_names.path end) p (short);
end;
comment on function pacs_internal.index_names is 'The names of the pair of indexes of an attribute. For definers.';

create or replace function pacs_internal.index_statement(reader jsonb, is_of_template boolean) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  names record := pacs_internal.index_names(reader ->> 'path');
begin
  -- What says nothing of the attribute, nearly all instances of most attributes, is not in it.
  return case when is_of_template
    then format('create index if not exists %I on pacs_data.series ((%s)) where %2$s is not null', names.of_series, reader ->> 'of_template')
    else format('create index if not exists %I on pacs_data.instance ((%s)) where %2$s is not null', names.of_instance, reader ->> 'of_difference') end;
end
$$;
comment on function pacs_internal.index_statement is 'The statement that makes one of the pair of indexes of an attribute. For definers.';

create or replace function pacs.index_attribute(keyword text)
  returns table (name text, bytes bigint)
  language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = warning
as $$
declare
  reader record := pacs_internal.attribute_reader(keyword);
  names record := pacs_internal.index_names(reader.path);
begin
  -- Series before instances, as receipts take them: no deadlock with one.
  execute pacs_internal.index_statement(to_jsonb(reader), true);
  execute pacs_internal.index_statement(to_jsonb(reader), false);
  analyze pacs_data.series, pacs_data.instance;
  return query select n, pg_relation_size(format('pacs_data.%I', n)::regclass)
    from unnest(array[names.of_series, names.of_instance]) n;
end
$$;
comment on function pacs.index_attribute is
'Makes an attribute fast: two indexes, one over series'' templates and one over what instances say otherwise, which pacs.instances_where uses; gives their names and bytes. Named as for dicom.value, private ones by tag; numbers, dates, times and texts (their first 256 characters) by the VR. Safe to repeat. Receipt waits while they are built. Raises PC007 for sequences and binary values, PC008 where no attribute has the name. For pacs_operator.';
revoke all on function pacs.index_attribute(text) from public;
grant execute on function pacs.index_attribute(text) to pacs_operator;

create or replace function pacs.unindex_attribute(keyword text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = warning
as $$
declare
  names record := pacs_internal.index_names((pacs_internal.attribute_reader(keyword)).path);
begin
  execute format('drop index if exists pacs_data.%I, pacs_data.%I', names.of_series, names.of_instance);
end
$$;
comment on function pacs.unindex_attribute is
'Takes away what pacs.index_attribute made. Raises PC007, PC008. For pacs_operator.';
revoke all on function pacs.unindex_attribute(text) from public;
grant execute on function pacs.unindex_attribute(text) to pacs_operator;
