-- What people ask for: instances by any attribute of their headers.

create or replace function pacs_internal.comparison(operator text, type text, value text, value_to text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if value is null or (operator = 'between') <> (value_to is not null) then
    raise exception 'an operator takes one value, between takes two' using errcode = 'PC007';
  end if;
  -- It would raise an error only once something matches what stands before it: an answer without its audit.
  if operator = 'like' and value ~ '(^|[^\\])(\\\\)*\\$' then
    raise exception 'a pattern does not end in a backslash' using errcode = 'PC007';
  end if;
  begin
    execute format('select $1::%1$s, $2::%1$s', type) using value, value_to;
  exception when data_exception then
    raise exception 'the attribute is compared with a value of type %', type using errcode = 'PC007';
  end;
  case
    when operator in ('=', '<', '<=', '>', '>=') then
      return format('%%s %s $1::%s', operator, type);
    when operator = 'between' then
      return format('%%s between $1::%1$s and $2::%1$s', type);
    when operator = 'like' and type = 'text' then
      return '%s like $1';
    else
      raise exception 'operators are =, <, <=, >, >=, between and, for texts, like' using errcode = 'PC007';
  end case;
end
$$;
comment on function pacs_internal.comparison is
'A condition on %s, with the values as $1 and $2, after they were seen to be of the type. Raises PC007. For definers.';

create or replace function pacs_internal.instances_statement(reader jsonb, condition jsonb) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  -- An instance that names the attribute has its own value; all others of a series have the template's. OFFSET 0 keeps
  -- reading where it stands: a template, which may be large, once for each series, and then the instances of that series
  -- by their index. Policies hide statistics from the planner, so it would read all instances for a few series.
  return format($sql$
    select st.id, st.study_instance_uid, se.series_instance_uid, i.sop_instance_uid, i.value
      from (select series_id, sop_instance_uid, dicom.value_text('{}', difference, %1$L) as value
            from pacs_data.instance where %2$s) i
      join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id
    union all
    select st.id, st.study_instance_uid, se.series_instance_uid, i.sop_instance_uid, se.value
      from (select id, study_id, series_instance_uid, dicom.value_text(template, %1$L) as value
            from pacs_data.series where %3$s offset 0) se
      join pacs_data.study st on st.id = se.study_id
      cross join lateral (select sop_instance_uid from pacs_data.instance
                          where series_id = se.id and not difference ? %4$L offset 0) i
    limit $3$sql$,
    reader ->> 'path', format(condition #>> '{}', reader ->> 'of_difference'),
    format(condition #>> '{}', reader ->> 'of_template'), reader ->> 'root');
end
$$;
comment on function pacs_internal.instances_statement is
'The statement that finds instances by a condition of pacs_internal.comparison, with the most rows as $3. For definers.';

create or replace function pacs.instances_where(
    attribute text, operator text, value text, value_to text default null, max_rows int default 1000,
    on_behalf_of text default null)
  returns table (study_instance_uid text, series_instance_uid text, sop_instance_uid text, found_value text)
  language plpgsql security definer rows 1000 set search_path = pg_catalog, pg_temp
as $$
declare
  reader record;
  condition jsonb;
  study_id bigint;
  count bigint := bigint '0';
  study_ids bigint[] := '{}'::bigint[];
  last_study bigint;
begin
  if not pacs_internal.sees_studies(pacs_internal.caller()) then
    raise exception 'this role sees no studies' using errcode = 'insufficient_privilege';
  end if;
  if max_rows is null or max_rows not between 1 and 1000000 then
    raise exception 'max_rows lies between 1 and 1000000' using errcode = 'PC082';
  end if;
  reader := pacs_internal.attribute_reader(attribute);
  condition := to_jsonb(pacs_internal.comparison(operator, reader.type, value, value_to));
  for study_id, study_instance_uid, series_instance_uid, sop_instance_uid, found_value in
    execute pacs_internal.instances_statement(to_jsonb(reader), condition)
      using pacs_internal.indexable(value), pacs_internal.indexable(value_to), max_rows loop
    return next;
    count := count + 1;
    if last_study is distinct from study_id then
      last_study := study_id;
      study_ids := study_ids || last_study;
    end if;
  end loop;
  perform pacs_internal.audit('instances_found', true, array(select distinct unnest(study_ids)), count, on_behalf_of,
    detail => jsonb_build_object('attribute', reader.path, 'operator', operator));
end
$$;
comment on function pacs.instances_where is
'Instances by an attribute of their headers, at most max_rows of them, in no order, with its values as dicom.value_text gives them. The attribute is named as for dicom.value, private ones by tag. operator: = < <= > >= · between (value_to included) · like, for texts. Numbers, dates and times compare by the first value, texts by all of them joined by backslashes (their first 256 characters), in the order of their bytes; where the attribute is absent or empty, nothing matches. pacs.index_attribute makes it fast. Audited. Raises 42501 for a role that sees no studies, PC007 for an operator, a value or an attribute that cannot be compared, PC008 where no attribute has the name, PC082 for a max_rows outside 1 to 1000000. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.instances_where(text, text, text, text, int, text) from public;
grant execute on function pacs.instances_where(text, text, text, text, int, text)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;
