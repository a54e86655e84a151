-- Structured reports (PS3.3 C.17.3, C.18) as text that people read.

create or replace function pacs_internal.plain_text(value text) returns text
  language sql immutable parallel safe
begin atomic
  select regexp_replace(regexp_replace(value, '\r\n?', E'\n', 'g'), '[\u0001-\u0008\u000B-\u001F\u007F-\u009F]', '', 'g');
end;
comment on function pacs_internal.plain_text is 'A text whose lines end in LF, without control characters but these and tabs.';

create or replace function pacs_internal.person_words(name text) returns text
  language sql immutable parallel safe
begin atomic
  select nullif(btrim(regexp_replace(
    translate(coalesce(nullif(split_part(name, '=', 1), ''), split_part(name, '=', 2)), '^', ' '), ' +', ' ', 'g')), '');
end;
comment on function pacs_internal.person_words is 'A person name (VR PN) as people write it: its first representation that is not empty, blanks for ^.';

create or replace function pacs_internal.sr_measured(item jsonb) returns text
  language sql immutable parallel safe
begin atomic
  -- The unit 1 of UCUM is none.
  select case when m.number is null then dicom.value_text(item, 'NumericValueQualifierCodeSequence[0].CodeMeaning')
              when m.unit = '1' then m.number
              else concat_ws(' ', m.number, coalesce(m.unit_meaning, m.unit)) end
    from (select dicom.value_text(item, 'MeasuredValueSequence[0].NumericValue') as number,
                 dicom.value_text(item, 'MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue') as unit,
                 dicom.value_text(item, 'MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeMeaning')
                   as unit_meaning) m;
end;
comment on function pacs_internal.sr_measured is 'The number of a content item with its unit, or why there is none (PS3.3 C.18.1).';

create or replace function pacs_internal.sr_value(item jsonb) returns text
  language sql immutable parallel safe
begin atomic
  select case
    -- pgpacs.limit_value_bytes
    when (item -> '0040A160') ? 'BulkDataURI' then '[a long text: it stands in the object itself]'
    else coalesce(
      dicom.value_text(item, 'TextValue'),
      pacs_internal.sr_measured(item),
      dicom.value_text(item, 'ConceptCodeSequence[0].CodeMeaning'),
      dicom.value_text(item, 'ConceptCodeSequence[0].CodeValue'),
      pacs_internal.person_words(dicom.value_text(item, 'PersonName')),
      regexp_replace(dicom.value_text(item, 'DateTime'), '^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)', '\1-\2-\3 \4:\5:\6'),
      regexp_replace(dicom.value_text(item, 'Date'), '^(\d{4})(\d\d)(\d\d)$', '\1-\2-\3'),
      regexp_replace(dicom.value_text(item, 'Time'), '^(\d\d)(\d\d)(\d\d)', '\1:\2:\3'),
      dicom.value_text(item, 'UID'),
      case when dicom.value_text(item, 'ValueType') in ('COMPOSITE', 'IMAGE', 'SCOORD', 'SCOORD3D', 'TABLE', 'TCOORD', 'WAVEFORM')
        then concat_ws(' ', dicom.value_text(item, 'ValueType'),
                       dicom.value_text(item, 'ReferencedSOPSequence[0].ReferencedSOPInstanceUID')) end)
    end;
end;
comment on function pacs_internal.sr_value is
'What a content item says, by the first attribute that has a value, whatever its value type: a text, a number, the meaning of a code, a name, a moment, a UID, or which object it points to. Null for a container and for one that refers to another item.';

create or replace function pacs_internal.sr_outline(
    content jsonb, max_items int default 10000, max_characters int default 1000000,
    max_copied bigint default 100000000)
  returns text
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  levels jsonb[] := array[content];
  places int[] := array[0];
  depth int := 1;
  item jsonb;
  line text;
  indent text;
  lines text[] := array[]::text[];
  items int := 0;
  characters int := 0;
  copied bigint := 0::bigint;
begin
  -- A stack of our own, since a report may be as deep as pgpacs.limit_depth. References to other items are not
  -- followed, so that no report is endless.
  while depth > 0 loop
    item := levels[depth] -> places[depth];
    if item is null then
      depth := depth - 1;
      continue;
    end if;
    places[depth] := places[depth] + 1;
    items := items + 1;
    line := pacs_internal.plain_text(nullif(concat_ws(': ',
      coalesce(dicom.value_text(item, 'ConceptNameCodeSequence[0].CodeMeaning'),
               dicom.value_text(item, 'ConceptNameCodeSequence[0].CodeValue')), pacs_internal.sr_value(item)), ''));
    -- The lines of one text stand below each other.
    indent := repeat('  ', least(depth, 20) - 1);
    line := indent || replace(line, E'\n', E'\n' || indent);
    characters := characters + coalesce(length(line), 0);
    if items > max_items or characters > max_characters or copied > max_copied then
      lines[cardinality(lines) + 1] := '[the report is longer: all of it stands in the object itself]';
      exit;
    end if;
    if line is not null then
      lines[cardinality(lines) + 1] := line;
    end if;
    depth := depth + 1;
    levels[depth] := item #> '{0040A730,Value}';
    copied := copied + coalesce(pg_column_size(levels[depth]), 0);
    places[depth] := 0;
  end loop;
  return nullif(array_to_string(lines, E'\n'), '');
end
$$;
comment on function pacs_internal.sr_outline(jsonb, int, int, bigint) is
'The items of a Content Sequence (0040,A730) as lines, each as "name: value", those inside another indented by two blanks; cut, and the cut said, at so many items, characters, or bytes of jsonb that were copied on the way down (a report that is large and deep is copied once for each level). Null where nothing is said.';
