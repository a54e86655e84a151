-- A matching key of C-FIND as a condition in SQL (PS3.4 C.2.2.2). Values never stand in the statement: each becomes one
-- of the texts of its parameter $2. The functions take these texts so far and give them back with their own.

create or replace function pacs_internal.refuse_identifier(tag text, reason text) returns void
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '(%,%): %', left(tag, 4), substr(tag, 5), reason using errcode = 'PC051';
end
$$;
comment on function pacs_internal.refuse_identifier is 'Raises PC051, naming the tag. For definers.';

create or replace function pacs_internal.find_texts(tag text, vr text, element jsonb) returns text[]
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  given jsonb := element -> 'Value';
  kind text := case when vr = 'PN' then 'object' else 'string' end;
  texts text[];
begin
  if given is null then
    if element ->> 'InlineBinary' <> '' or element ? 'BulkDataURI' then
      perform pacs_internal.refuse_identifier(tag, 'a binary value cannot be matched');
    end if;
    return null;
  elsif jsonb_typeof(given) <> 'array' then
    perform pacs_internal.refuse_identifier(tag, 'Value is an array');
  elsif vr <> 'UI' and jsonb_array_length(given) > 1000 then
    -- Lists are of UIDs (PS3.4 C.2.2.2.2). Values of other VRs become a condition each.
    perform pacs_internal.refuse_identifier(tag, 'a key that is no list of UIDs has 1000 values at most');
  end if;
  if exists (select from jsonb_array_elements(given) v
             where jsonb_typeof(v) not in ('null', 'string', kind) and (jsonb_typeof(v) <> 'number' or vr = 'PN')) then
    perform pacs_internal.refuse_identifier(tag, format('no value of VR %s', vr));
  end if;
  select array_agg(t) filter (where t <> '') into texts
    from (select case
        when vr in ('LT', 'ST', 'UT', 'UR') then rtrim(v #>> '{}')
        when jsonb_typeof(v) = 'object' then rtrim(concat(v ->> 'Alphabetic', '=', v ->> 'Ideographic', '=', v ->> 'Phonetic'), '=^ ')
        else btrim(v #>> '{}') end as t
      from jsonb_array_elements(given) v) g;
  return texts;
end
$$;
comment on function pacs_internal.find_texts is
'The values of a key, trimmed, names as PS3.5 writes them; null where it has none (PS3.4 C.2.2.2.3). Raises PC051 where they are no values of the VR. For definers.';

create or replace function pacs_internal.find_date(tag text, value text) returns date
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  day date := dicom.value_date(jsonb_build_object('00080020', jsonb_build_object('vr', 'DA', 'Value', jsonb_build_array(value))), '00080020');
begin
  if day is null then
    perform pacs_internal.refuse_identifier(tag, 'no date');
  end if;
  return day;
end
$$;
comment on function pacs_internal.find_date is 'A date of a key (DA). Raises PC051. For definers.';

create or replace function pacs_internal.find_moment(
    tag text, vr text, value text, out first timestamp, out beyond timestamp)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  plain text := replace(regexp_replace(value, '[+-][0-9]{4}$', ''), ':', '');
  whole int;
  fraction int := length(substring(plain from '\.([0-9]+)$'));
begin
  -- A time is one of the day 1970-01-01, so that the end of a day is a moment too.
  first := case vr
    when 'TM' then date '1970-01-01' + dicom.value_time(jsonb_build_object('00080030', jsonb_build_object('vr', 'TM', 'Value', jsonb_build_array(value))), '00080030')
    else dicom.value_timestamp(jsonb_build_object('0008002A', jsonb_build_object('vr', 'DT', 'Value', jsonb_build_array(value))), '0008002A') end;
  if first is null then
    perform pacs_internal.refuse_identifier(tag, case vr when 'TM' then 'no time' else 'no date and time' end);
  end if;
  whole := length(split_part(plain, '.', 1)) + case vr when 'TM' then 8 else 0 end;
  beyond := first + case
    when fraction is not null then interval '1 second' / power(10, least(fraction, 6))
    when whole <= 4 then interval '1 year' when whole <= 6 then interval '1 month' when whole <= 8 then interval '1 day'
    when whole <= 10 then interval '1 hour' when whole <= 12 then interval '1 minute' else interval '1 second' end;
end
$$;
comment on function pacs_internal.find_moment is
'What a value of TM or DT stands for: all from first to before beyond, by what it leaves out. An offset from UTC is not applied. Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_text(
    vr text, texts text[], subject text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  wild text[] := case when vr in ('AE', 'CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT')
    then array(select regexp_replace(t, '\*+', '*', 'g') from unnest(texts) t where t ~ '[*?]') else '{}' end;
  plain text[] := case when wild = '{}' then texts else array(select t from unnest(texts) t where t !~ '[*?]') end;
  pattern text;
begin
  if '*' = any (wild) then
    return;
  end if;
  if cardinality(plain) = 1 then
    parameters := parameters || plain[1];
    condition := format('%s = $2[%s]', subject, cardinality(parameters));
  elsif cardinality(plain) > 1 then
    parameters := parameters || array_to_string(plain, '\');
    condition := format('%s = any (string_to_array($2[%s], ''\''))', subject, cardinality(parameters));
  end if;
  foreach pattern in array wild loop
    parameters := parameters || translate(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_');
    condition := concat_ws(' or ', condition, format('%s like $2[%s]', subject, cardinality(parameters)));
  end loop;
  if cardinality(texts) > 1 then
    condition := '(' || condition || ')';
  end if;
end
$$;
comment on function pacs_internal.condition_of_text is
'Single values, lists and wild cards of texts and UIDs; no condition for a lone *. For definers.';

create or replace function pacs_internal.condition_of_name(
    tag text, texts text[], subject text, key text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  name text;
  name_key text;
  fixed text;
  piece text;
  one text;
begin
  foreach name in array texts loop
    if name ~ '^\*+$' then
      condition := null;
      return;
    end if;
    if octet_length(name) > 4096 then
      perform pacs_internal.refuse_identifier(tag, 'a name has 4096 bytes at most');
    end if;
    parameters := parameters || name;
    one := format('dicom.name_matches(%s, $2[%s])', subject, cardinality(parameters));
    name_key := dicom.name_key(name);
    if key is not null and name !~ '=' then
      fixed := pacs_internal.indexable(substring(name_key from '^[^*?]*'));
      if name_key !~ ' ' and fixed <> '' and fixed ~ '^[ -~]+$' then
        -- One component: the name begins with it. Other groups than the first are not in Latin or Cyrillic letters.
        parameters := parameters || fixed;
        one := format('%s >= $2[%s] and %1$s < $2[%2$s] || chr(1114111) and %3$s', key, cardinality(parameters), one);
      else
        -- In any order, or from the middle.
        for piece in select p from regexp_split_to_table(pacs_internal.indexable(name_key), '[*? ]+') p where p <> '' loop
          parameters := parameters || ('%' || replace(replace(replace(piece, '\', '\\'), '%', '\%'), '_', '\_') || '%');
          one := format('%s like $2[%s] and %s', key, cardinality(parameters), one);
        end loop;
      end if;
    end if;
    condition := case when condition is null then one else condition || ' or ' || one end;
  end loop;
  condition := '(' || condition || ')';
end
$$;
comment on function pacs_internal.condition_of_name is
'A person name by dicom.name_matches, of candidates by its key where there is a column of it. Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_date(
    tag text, texts text[], subject text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  value text;
  bounds text[];
  one text;
begin
  foreach value in array texts loop
    bounds := string_to_array(value, '-');
    if cardinality(bounds) > 2 or bounds = array['', ''] then
      perform pacs_internal.refuse_identifier(tag, 'no range of dates');
    end if;
    one := null;
    if bounds[1] <> '' then
      parameters := parameters || pacs_internal.find_date(tag, btrim(bounds[1]))::text;
      one := format('%s %s $2[%s]::date', subject, case cardinality(bounds) when 1 then '=' else '>=' end, cardinality(parameters));
    end if;
    if bounds[2] <> '' then
      parameters := parameters || pacs_internal.find_date(tag, btrim(bounds[2]))::text;
      one := concat_ws(' and ', one, format('%s <= $2[%s]::date', subject, cardinality(parameters)));
    end if;
    condition := concat_ws(' or ', condition, one);
  end loop;
  condition := '(' || condition || ')';
end
$$;
comment on function pacs_internal.condition_of_date is 'Dates and ranges of dates (PS3.4 C.2.2.2.5). Raises PC051. For definers.';

create or replace function pacs_internal.range_bounds(vr text, value text, out low text, out high text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  -- An offset from UTC may follow either bound of a DT.
  bounds text[] := regexp_match(value, case vr when 'TM' then '^([^-]*)-([^-]*)$' else '^([0-9.]*(?:[+-][0-9]{4})?)-([0-9.]*(?:[+-][0-9]{4})?)$' end);
begin
  low := coalesce(btrim(bounds[1]), value);
  high := coalesce(btrim(bounds[2]), value);
end
$$;
comment on function pacs_internal.range_bounds is 'The two bounds of a range of TM or DT; the value twice where it is none. For definers.';

create or replace function pacs_internal.time_of(moment timestamp) returns text
  language sql immutable parallel safe
begin atomic
  -- The end of the day is a time too; a leap second ends after it.
  select case when moment >= timestamp '1970-01-02' then '24:00' else moment::time::text end;
end;
comment on function pacs_internal.time_of is 'The time of a moment of 1970-01-01, as text. For definers.';

create or replace function pacs_internal.condition_of_moment(
    tag text, vr text, texts text[], subject text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  type constant text := case vr when 'TM' then 'time' else 'timestamp' end;
  value text;
  bounds record;
  one text;
begin
  foreach value in array texts loop
    bounds := pacs_internal.range_bounds(vr, value);
    if bounds.low = '' and bounds.high = '' then
      perform pacs_internal.refuse_identifier(tag, 'no range');
    end if;
    one := null;
    if bounds.low <> '' then
      parameters := parameters || (select case vr when 'TM' then pacs_internal.time_of(m.first) else m.first::text end
        from pacs_internal.find_moment(tag, vr, bounds.low) m);
      one := format('%s >= $2[%s]::%s', subject, cardinality(parameters), type);
    end if;
    if bounds.high <> '' then
      parameters := parameters || (select case vr when 'TM' then pacs_internal.time_of(m.beyond) else m.beyond::text end
        from pacs_internal.find_moment(tag, vr, bounds.high) m);
      one := concat_ws(' and ', one, format('%s < $2[%s]::%s', subject, cardinality(parameters), type));
    end if;
    condition := concat_ws(' or ', condition, one);
  end loop;
  condition := '(' || condition || ')';
end
$$;
comment on function pacs_internal.condition_of_moment is
'Times, dates with times, and ranges of them; what a value leaves out, it covers. Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_combined(
    dates text, times text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  -- Checked as a range of dates by its own key.
  day text[] := string_to_array(dates, '-');
  clock record := pacs_internal.range_bounds('TM', times);
begin
  if btrim(day[1]) <> '' then
    parameters := parameters || (pacs_internal.find_date('00080020', btrim(day[1])) + case when clock.low = '' then interval '0'
      else (select m.first from pacs_internal.find_moment('00080030', 'TM', clock.low) m) - timestamp '1970-01-01' end)::text;
    condition := format('@.study_date + @.study_time >= $2[%s]::timestamp', cardinality(parameters));
  end if;
  if btrim(day[2]) <> '' then
    parameters := parameters || (pacs_internal.find_date('00080020', btrim(day[2])) + case when clock.high = '' then interval '1 day'
      else (select m.beyond from pacs_internal.find_moment('00080030', 'TM', clock.high) m) - timestamp '1970-01-01' end)::text;
    condition := concat_ws(' and ', condition, format('@.study_date + @.study_time < $2[%s]::timestamp', cardinality(parameters)));
  end if;
end
$$;
comment on function pacs_internal.condition_of_combined is
'Ranges of the study''s date and time as one range of moments (PS3.4 C.2.2.2.5.4). Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_number(
    tag text, texts text[], subject text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from unnest(texts) t where t !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$' or length(t) > 64) then
    perform pacs_internal.refuse_identifier(tag, 'no number');
  end if;
  parameters := parameters || texts::text;
  condition := format('%s = any ($2[%s]::numeric[])', subject, cardinality(parameters));
end
$$;
comment on function pacs_internal.condition_of_number is 'Numbers, which compare as numbers: 1.0 is 1. Raises PC051. For definers.';
