-- The keys of C-FIND: which of them are columns, and how any other attribute is read of a header.
-- In expressions @ stands for the study: the row itself, or a later one of its patient.

create or replace function pacs_internal.find_columns() returns jsonb
  language sql immutable parallel safe
begin atomic
  -- level: 1 patient, 2 study, 3 series, 4 instance.
  select '{
    "00100020": {"level": 1, "vr": "LO", "value": "p.patient_id"},
    "00100021": {"level": 1, "vr": "LO", "value": "p.issuer_of_patient_id"},
    "00100010": {"level": 1, "vr": "PN", "value": "@.patient_name", "key": "@.patient_name_key"},
    "00100030": {"level": 1, "vr": "DA", "value": "@.patient_birth_date"},
    "00100040": {"level": 1, "vr": "CS", "value": "@.patient_sex"},
    "00201200": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c where c.patient_id = @.patient_id)"},
    "00201202": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c join pacs_data.series d on d.study_id = c.id where c.patient_id = @.patient_id)"},
    "00201204": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c join pacs_data.series d on d.study_id = c.id join pacs_data.instance e on e.series_id = d.id where c.patient_id = @.patient_id)"},
    "0020000D": {"level": 2, "vr": "UI", "value": "@.study_instance_uid"},
    "00080020": {"level": 2, "vr": "DA", "value": "@.study_date"},
    "00080030": {"level": 2, "vr": "TM", "value": "@.study_time"},
    "00080050": {"level": 2, "vr": "SH", "value": "@.accession_number"},
    "00200010": {"level": 2, "vr": "SH", "value": "@.study_id"},
    "00081030": {"level": 2, "vr": "LO", "value": "@.study_description"},
    "00080090": {"level": 2, "vr": "PN", "value": "@.referring_physician_name"},
    "00080061": {"level": 2, "vr": "CS", "of_any": "m.modality",
                 "count": "(select string_agg(distinct m.modality, ''\\'') from pacs_data.series m where m.study_id = @.id)"},
    "00080062": {"level": 2, "vr": "UI", "of_any": "n.sop_class_uid",
                 "count": "(select string_agg(distinct n.sop_class_uid, ''\\'') from pacs_data.series m join pacs_data.instance n on n.series_id = m.id where m.study_id = @.id)"},
    "00201206": {"level": 2, "vr": "IS", "count": "(select count(*) from pacs_data.series c where c.study_id = @.id)"},
    "00201208": {"level": 2, "vr": "IS", "count": "(select count(*) from pacs_data.series c join pacs_data.instance d on d.series_id = c.id where c.study_id = @.id)"},
    "0020000E": {"level": 3, "vr": "UI", "value": "se.series_instance_uid"},
    "00080060": {"level": 3, "vr": "CS", "value": "se.modality"},
    "00200011": {"level": 3, "vr": "IS", "value": "se.series_number"},
    "0008103E": {"level": 3, "vr": "LO", "value": "se.series_description"},
    "00201209": {"level": 3, "vr": "IS", "count": "(select count(*) from pacs_data.instance c where c.series_id = se.id)"},
    "00080018": {"level": 4, "vr": "UI", "value": "i.sop_instance_uid"},
    "00080016": {"level": 4, "vr": "UI", "value": "i.sop_class_uid"},
    "00083001": {"level": 4, "vr": "UI", "value": "i.transfer_syntax_uid"}
  }'::jsonb;
end;
comment on function pacs_internal.find_columns is
'The keys of C-FIND that are columns or counted: level, VR, and the expression of its value. For definers.';

create or replace function pacs_internal.identity_columns() returns jsonb
  language sql immutable parallel safe
begin atomic
  -- shown: what an answer says; what is matched stays as it is. <alike>: all studies that show the same patient.
  select '{
    "00100020": {"level": 1, "vr": "LO", "value": "p.patient_id", "shown": "coalesce(ci.patient_id, p.patient_id)"},
    "00100021": {"level": 1, "vr": "LO", "value": "p.issuer_of_patient_id", "shown": "case when ci.patient_id is null then p.issuer_of_patient_id else ci.issuer end"},
    "00100010": {"level": 1, "vr": "PN", "value": "@.patient_name", "key": "@.patient_name_key", "shown": "coalesce(ci.patient_name, @.patient_name)"},
    "00100030": {"level": 1, "vr": "DA", "value": "@.patient_birth_date", "shown": "coalesce(ci.birth_date, @.patient_birth_date)"},
    "00100040": {"level": 1, "vr": "CS", "value": "@.patient_sex", "shown": "coalesce(ci.sex, @.patient_sex)"},
    "00201200": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c where c.id = any (<alike>))"},
    "00201202": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c join pacs_data.series d on d.study_id = c.id where c.id = any (<alike>))"},
    "00201204": {"level": 1, "vr": "IS", "count": "(select count(*) from pacs_internal.visible_studies($1) c join pacs_data.series d on d.study_id = c.id join pacs_data.instance e on e.series_id = d.id where c.id = any (<alike>))"}
  }'::jsonb;
end;
comment on function pacs_internal.identity_columns is
'Of pacs_internal.find_columns those of the patient, for who is shown the identity of patient cards. For definers.';

create or replace function pacs_internal.find_vr(tag text, element jsonb) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  vr text := nullif(element ->> 'vr', 'UN');
begin
  if tag !~ '^[0-9A-F]{8}$' or jsonb_typeof(element) <> 'object' then
    raise exception 'an identifier has elements by tag' using errcode = 'PC051';
  end if;
  if vr is null then
    vr := coalesce(left((select a.vr from dicom.attribute(tag) a), 2), 'UN');
  end if;
  if vr not in ('AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'PN',
                'SH', 'SL', 'SQ', 'SS', 'ST', 'SV', 'TM', 'UC', 'UI', 'UL', 'UN', 'UR', 'US', 'UT', 'UV') then
    perform pacs_internal.refuse_identifier(tag, 'no VR');
  end if;
  return vr;
end
$$;
comment on function pacs_internal.find_vr is 'The VR of a key; of the dictionary where the key says UN. Raises PC051. For definers.';

create or replace function pacs_internal.find_path(tag text, identifier jsonb) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  -- PS3.5 7.8.1: which block a creator has reserved is another in each data set.
  creator text := case when substr(tag, 4, 1) ~ '[13579BDF]' and substr(tag, 5, 2) >= '10'
    then identifier #>> array[left(tag, 4) || '00' || substr(tag, 5, 2), 'Value', '0'] end;
begin
  if creator is null or creator = '' then
    return tag;
  elsif length(creator) > 64 or creator ~ '"' then
    perform pacs_internal.refuse_identifier(tag, 'no private creator');
  end if;
  return format('"%s"/%sxx%s', creator, left(tag, 4), right(tag, 2));
end
$$;
comment on function pacs_internal.find_path is 'How dicom.value finds a key: its tag, or for a private one whose creator the identifier names, that. Raises PC051. For definers.';

-- Of a sequence one item is the key, and its elements are keys in turn (PS3.4 C.2.2.2.6).
create or replace function pacs_internal.sequence_item(tag text, element jsonb) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  items jsonb := coalesce(element -> 'Value', '[]');
begin
  if jsonb_typeof(items) <> 'array' or jsonb_array_length(items) > 1
     or jsonb_typeof(coalesce(items -> 0, '{}')) not in ('object', 'null') then
    perform pacs_internal.refuse_identifier(tag, 'a sequence is matched by one item');
  end if;
  return case jsonb_typeof(items -> 0) when 'object' then items -> 0 else '{}' end;
end
$$;
comment on function pacs_internal.sequence_item is 'The keys of a sequence. Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_header(
    tag text, element jsonb, identifier jsonb, header text, depth int, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  vr text := pacs_internal.find_vr(tag, element);
  texts text[];
  reader text;
  item jsonb;
  part text;
  inner_key record;
  named text[];
begin
  if vr = 'SQ' then
    item := pacs_internal.sequence_item(tag, element);
    if depth > 8 then
      perform pacs_internal.refuse_identifier(tag, 'sequences are nested too deep');
    end if;
    named := parameters || pacs_internal.find_path(tag, identifier);
    for inner_key in select key, value from jsonb_each(item) loop
      select c.parameters, c.condition into named, part
        from pacs_internal.condition_of_header(inner_key.key, inner_key.value, item, format('v%s.value', depth), depth + 1, named) c;
      condition := nullif(concat_ws(' and ', condition, part), '');
    end loop;
    if condition is not null then
      condition := format('exists (select from jsonb_array_elements(dicom.value(%s, $2[%s])) v%s (value) where %s)',
        header, cardinality(parameters) + 1, depth, condition);
      parameters := named;
    end if;
    return;
  end if;
  texts := pacs_internal.find_texts(tag, vr, element);
  if texts is null then
    return;
  end if;
  parameters := parameters || pacs_internal.find_path(tag, identifier);
  reader := format('(%s, $2[%s])', header, cardinality(parameters));
  case
    when vr = 'PN' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_name(tag, texts, 'dicom.value_text' || reader, null, parameters) c;
    when vr = 'DA' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_date(tag, texts, 'dicom.value_date' || reader, parameters) c;
    when vr = 'TM' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_moment(tag, vr, texts, 'dicom.value_time' || reader, parameters) c;
    when vr = 'DT' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_moment(tag, vr, texts, 'dicom.value_timestamp' || reader, parameters) c;
    when vr in ('DS', 'IS', 'FD', 'FL', 'SL', 'SS', 'SV', 'UL', 'US', 'UV') then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_number(tag, texts, 'case jsonb_typeof(v.value) when ''number'' then v.value::numeric end', parameters) c;
      condition := format('exists (select from jsonb_array_elements(dicom.value%s) v (value) where %s)', reader, condition);
    when vr in ('OB', 'OD', 'OF', 'OL', 'OV', 'OW') then
      perform pacs_internal.refuse_identifier(tag, 'a binary value cannot be matched');
    else
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_text(vr, texts, 'v.value', parameters) c;
      condition := case when condition is not null then format('exists (select from jsonb_array_elements_text(dicom.value%s) v (value) where %s)', reader, condition) end;
  end case;
end
$$;
comment on function pacs_internal.condition_of_header is
'The condition of a key that is no column, on a header (an expression of it, or of a template and a difference); null where it has no value. Raises PC051. For definers.';

create or replace function pacs_internal.condition_of_column(
    tag text, vr text, texts text[], subject text, key text, inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  case vr
    when 'PN' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_name(tag, texts, subject, key, parameters) c;
    when 'DA' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_date(tag, texts, subject, parameters) c;
    when 'TM' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_moment(tag, vr, texts, subject, parameters) c;
    when 'IS' then
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_number(tag, texts, subject, parameters) c;
    else
      -- Columns under an index hold the first 256 characters.
      if tag in ('00100020', '00100021', '00080050', '00080060', '00080061') then
        texts := array(select case when t ~ '[*?]' then t else pacs_internal.indexable(t) end from unnest(texts) t);
      end if;
      select c.parameters, c.condition into parameters, condition
        from pacs_internal.condition_of_text(vr, texts, subject, parameters) c;
  end case;
end
$$;
comment on function pacs_internal.condition_of_column is 'The condition of a key that is a column. Raises PC051. For definers.';

create or replace function pacs_internal.items_of_header(tag text, element jsonb, header text, depth int) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  item jsonb := pacs_internal.sequence_item(tag, element);
  elements text := '';
  readers text := '';
  inner_key record;
  vr text;
begin
  if item = '{}' then
    return format('dicom.value(%s, %L)', header, tag);
  elsif depth > 8 or (select count(*) from jsonb_object_keys(item)) > 90 then
    perform pacs_internal.refuse_identifier(tag, 'sequences are nested too deep, or an item is too large');
  end if;
  for inner_key in select key, value from jsonb_each(item) loop
    vr := pacs_internal.find_vr(inner_key.key, inner_key.value);
    elements := elements || inner_key.key || vr;
    readers := readers || ', ' || case vr
      when 'SQ' then pacs_internal.items_of_header(inner_key.key, inner_key.value, format('v%s.value', depth), depth + 1)
      else format('v%s.value -> %L', depth, inner_key.key) end;
  end loop;
  return format('(select jsonb_agg(dicom.make_header(%L%s)) from jsonb_array_elements(dicom.value(%s, %L)) v%s (value))',
    elements, readers, header, tag, depth);
end
$$;
comment on function pacs_internal.items_of_header is
'The expression that gives the items of a sequence with what its key asks of them. Raises PC051. For definers.';
