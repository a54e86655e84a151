-- C-FIND, whole: an identifier in, a cursor of answers out (PS3.4 C.4.1).

create or replace function pacs_internal.check_find(level text, identifier jsonb, model text, is_relational boolean) returns int
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  rank int := array_position(array['PATIENT', 'STUDY', 'SERIES', 'IMAGE'], level);
  above text[] := (case model when 'patient' then array['00100020', '0020000D', '0020000E'] else array[null, '0020000D', '0020000E'] end)[:rank - 1];
  tag text;
  given jsonb;
begin
  if rank is null or model is null or model not in ('patient', 'study') or (rank = 1 and model = 'study')
     or identifier #>> '{00080052,Value,0}' <> level then
    raise exception '(0008,0052): the information model has no such level' using errcode = 'PC051';
  elsif identifier is null or jsonb_typeof(identifier) <> 'object' then
    raise exception 'an identifier has elements by tag' using errcode = 'PC051';
  elsif (select count(*) from jsonb_object_keys(identifier)) > 512 then
    raise exception 'an identifier has 512 keys at most' using errcode = 'PC051';
  end if;
  -- PS3.4 C.4.1.2.1: the unique keys of the levels above say where to look.
  if is_relational is not true then
    foreach tag in array above loop
      given := identifier #> array[tag, 'Value'];
      if tag is not null and (given is null or given in ('[]', '[null]', '[""]') or given::text ~ '[*?]') then
        perform pacs_internal.refuse_identifier(tag, 'the unique key of a level above has a value, unless queries are relational');
      end if;
    end loop;
  end if;
  return rank;
end
$$;
comment on function pacs_internal.check_find is 'The number of a level from 1 to 4. Raises PC051 where the identifier is none of the level and the model. For definers.';

create or replace function pacs_internal.find_statement(
    rank int, level text, identifier jsonb, is_datetime_combined boolean, max_rows bigint, identity text, linked bigint[],
    out statement text, inout parameters text[], out matched text[], out has_key boolean)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  -- All studies that show the same patient, by their cards or as received.
  alike constant text := 'array(select pacs_internal.shown_alike(coalesce(ci.patient_id, p.patient_id), case when ci.patient_id is null then p.issuer_of_patient_id else ci.issuer end, p.id, $2[2]))';
  columns constant jsonb := pacs_internal.find_columns()
    || case identity when 'card' then replace(pacs_internal.identity_columns()::text, '<alike>', alike)::jsonb else '{}'::jsonb end;
  -- Of a series or an instance that is above the level asked, what the query itself has joined.
  header constant text := case when rank = 4 then 'se.template, i.difference' else 'se.template' end;
  first_header constant text := case when rank >= 3 then header else 'first.template' end;
  elements text := '00080052CS00080054AE00080056CS';
  readers text := format('%L::text, $2[1], ''ONLINE''::text', level);
  count int := 3;
  rows text;
  tag text;
  element jsonb;
  known jsonb;
  vr text;
  texts text[];
  reader text;
  part text;
  of_study text;     -- conditions on the study and its patient
  of_patient text;   -- of these, those on the patient, which a study may meet by its card as well
  of_rest text;      -- and the others
  beside text;       -- what is asked of series and instances, on the study too
  later text;        -- at PATIENT level: no later study says it
  of_any text;       -- what a study meets that is found, by its card or not
  of_series text;    -- on a series, or on the header of one
  of_instance text;
  of_date text;      -- on the study's date, which its series know too
  of_modality text;  -- on any series of the study
  of_class text;
  source text;
begin
  has_key := false;
  for tag, element in select key, value from jsonb_each(identifier) loop
    continue when tag in ('00080005', '00080052', '00080053', '00080054', '00080056', '00080201') or tag ~ '^....0000$';
    known := columns -> tag;
    part := null;
    if known is null and tag ~ '^...[13579BDF]00[1-9A-F].$' and element #>> '{Value,0}' <> '' then
      -- It says whose the block is in the identifier; in a header another block may be this creator's.
      vr := 'LO';
      parameters := parameters || (element #>> '{Value,0}');
      reader := format('$2[%s]', cardinality(parameters));
    elsif known is null then
      vr := pacs_internal.find_vr(tag, element);
      if element ? 'Value' or element ? 'InlineBinary' then
        select c.parameters, c.condition into parameters, part
          from pacs_internal.condition_of_header(tag, element, identifier, header, 1, parameters) c;
        of_series := case when rank < 4 then nullif(concat_ws(' and ', of_series, part), '') else of_series end;
        of_instance := case when rank = 4 then nullif(concat_ws(' and ', of_instance, part), '') else of_instance end;
      end if;
      if vr = 'SQ' then
        reader := pacs_internal.items_of_header(tag, element, first_header, 1);
      elsif pacs_internal.find_path(tag, identifier) <> tag then
        parameters := parameters || pacs_internal.find_path(tag, identifier);
        reader := format('dicom.value(%s, $2[%s])', first_header, cardinality(parameters));
      else
        reader := case rank when 4 then format('dicom.value(%s, %L)', header, tag) else format('%s -> %L', first_header, tag) end;
      end if;
    else
      vr := known ->> 'vr';
      if element ->> 'vr' is distinct from vr then
        perform pacs_internal.find_vr(tag, element);
      end if;
      texts := case when element - 'vr' <> '{}' then pacs_internal.find_texts(tag, vr, element) end;
      if texts is not null and known ? 'of_any' then
        select c.parameters, c.condition into parameters, part
          from pacs_internal.condition_of_column(tag, vr, texts, known ->> 'of_any', null, parameters) c;
        of_modality := case when tag = '00080061' then part else of_modality end;
        of_class := case when tag = '00080062' then part else of_class end;
      elsif texts is not null and tag = '00080030' and is_datetime_combined
            and texts[1] ~ '-' and identifier #>> '{00080020,Value,0}' ~ '-' then
        select c.parameters, c.condition into parameters, part
          from pacs_internal.condition_of_combined(identifier #>> '{00080020,Value,0}', texts[1], parameters) c;
        of_study := nullif(concat_ws(' and ', of_study, part), '');
        of_rest := nullif(concat_ws(' and ', of_rest, part), '');
      elsif texts is not null and known ? 'value' then
        select c.parameters, c.condition into parameters, part
          from pacs_internal.condition_of_column(tag, vr, texts, known ->> 'value', known ->> 'key', parameters) c;
        of_date := case when tag = '00080020' then part else of_date end;
        of_patient := case when known ->> 'level' = '1' then nullif(concat_ws(' and ', of_patient, part), '') else of_patient end;
        of_rest := case when known ->> 'level' = '2' then nullif(concat_ws(' and ', of_rest, part), '') else of_rest end;
        of_study := case when (known -> 'level')::int <= 2 then nullif(concat_ws(' and ', of_study, part), '') else of_study end;
        of_series := case when (known -> 'level')::int = 3 then nullif(concat_ws(' and ', of_series, part), '') else of_series end;
        of_instance := case when (known -> 'level')::int = 4 then nullif(concat_ws(' and ', of_instance, part), '') else of_instance end;
      end if;
      reader := case
        when (known -> 'level')::int <= rank then coalesce(known ->> 'shown', known ->> 'value', known ->> 'count')
        when known ->> 'vr' <> 'UI' and (known -> 'level')::int = 3 and known ? 'value' then replace(known ->> 'value', 'se.', 'first.')
        else 'null::text' end;
    end if;
    if part is not null then
      matched := matched || tag;
      has_key := has_key or part ~ (case when tag in ('00080018', '00080050', '00100020', '0020000D', '0020000E') then ' = \$2\[[0-9]+\]$'
                                         when tag = '00080020' then '^\([^ ]+ = \$2\[[0-9]+\]::date\)$' end) is true;
    end if;
    -- A function takes a hundred arguments.
    if count = 90 then
      rows := concat_ws(' || ', rows, format('dicom.make_header(%L, %s)', elements, readers));
      elements := '';
      readers := null;
      count := 0;
    end if;
    elements := elements || tag || vr;
    readers := concat_ws(', ', readers, reader);
    count := count + 1;
  end loop;
  rows := concat_ws(' || ', rows, format('dicom.make_header(%L, %s)', elements, readers));
  -- Whether a range of dates or a name beside it is the narrower, only their values tell.
  has_key := has_key or ('00080020' = any (matched) and matched <@ array['00080020', '00080030', '00080061']) is true;

  source := 'pacs_internal.visible_studies($1) @';
  if rank < 4 and of_instance is not null then
    -- One instance that meets all its keys, of one series that meets its own.
    part := format('exists (select from pacs_data.instance i where i.series_id = se.id and %s)', of_instance);
    of_series := nullif(concat_ws(' and ', of_series, part), '');
  end if;
  if rank < 3 and of_series is not null then
    beside := concat_ws(' and ', beside, format('exists (select from pacs_data.series se where se.study_id = @.id and %s)', of_series));
  end if;
  if of_modality is not null then
    beside := concat_ws(' and ', beside, format('exists (select from pacs_data.series m where m.study_id = @.id and %s)',
      concat_ws(' and ', of_modality, replace(of_date, '@.', 'm.'))));
  end if;
  if of_class is not null then
    beside := concat_ws(' and ', beside, format(
      'exists (select from pacs_data.series m join pacs_data.instance n on n.series_id = m.id where m.study_id = @.id and %s)', of_class));
  end if;
  of_study := nullif(concat_ws(' and ', of_study, beside), '');
  of_any := of_study;
  if linked is not null then
    parameters := parameters || linked::text;
    of_rest := concat_ws(' and ', 'true', of_rest, beside);
    of_any := format('%s and (%s or @.id in (select unnest($2[%s]::bigint[])))', of_rest, of_patient, cardinality(parameters));
  end if;
  if rank = 1 and identity = 'card' then
    -- Whatever they came as.
    later := format('not exists (select from %s join pacs_data.patient lp on lp.id = later.patient_id where later.id = any (%s) and later.id > st.id and %s)',
      replace(source, '@', 'later'), alike, regexp_replace(replace(coalesce(of_any, 'true'), '@', 'later'), '\mp\.', 'lp.', 'g'));
  elsif rank = 1 then
    -- Each patient once: as the last of the studies that match says it.
    later := format('not exists (select from %s where later.patient_id = st.patient_id and later.id > st.id and %s)',
      replace(source, '@', 'later'), replace(coalesce(of_any, 'true'), '@', 'later'));
  end if;
  if concat(rows, of_study, later) ~ '\mp\.' then
    source := source || ' join pacs_data.patient p on p.id = @.patient_id';
  end if;
  if concat(rows, later) ~ '\mci\.' then
    source := source || ' left join pacs_internal.card_identities($2[2]) ci on ci.study_id = @.id';
  end if;
  if rank >= 3 then
    source := source || ' join pacs_data.series se on se.study_id = @.id';
  elsif rows ~ '\mfirst\.' then
    source := source || ' left join lateral (select f.* from pacs_data.series f where f.study_id = @.id order by f.id limit 1) first on true';
  end if;
  if rank = 4 then
    source := source || ' join pacs_data.instance i on i.series_id = se.id';
  end if;
  later := nullif(concat_ws(' and ', later, case when rank >= 3 then of_series end, case when rank = 4 then of_instance end), '');
  statement := replace(format('select %s as response from %s where %s', rows, source, concat_ws(' and ', 'true', of_study, later)), '@', 'st');
  if linked is not null then
    -- Two searches, so that the first has the plan that it has without cards: no index serves an `or` of both.
    statement := statement || ' union all ' || replace(format('select %s as response from unnest($2[%s]::bigint[]) linked (id) cross join lateral (select v.* from pacs_internal.visible_studies($1) v where v.id = linked.id) %s where %s',
      rows, cardinality(parameters), substr(source, length('pacs_internal.visible_studies($1) ') + 1), concat_ws(' and ', of_rest, format('(%s) is not true', of_patient), later)), '@', 'st');
  end if;
  statement := statement || case when max_rows is null then '' else format(' limit %s', max_rows) end;
end
$$;
comment on function pacs_internal.find_statement is
'The statement of a query, with the caller as $1 and all texts as $2; the tags of the keys that it matches; whether one of them is a key of few studies, or all are dates, times and modalities, so that one plan serves any value. identity: received or card, what answers show. linked: studies that are found by their patient cards, whatever was received; null: none. For definers.';

create or replace function pacs.find(
    level text, identifier jsonb, model text default 'study', is_relational boolean default false,
    max_rows bigint default null, is_datetime_combined boolean default false, cursor_name text default null,
    identity text default 'received')
  returns refcursor
  language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  caller constant name := pacs_internal.caller();
  rank constant int := pacs_internal.check_find(level, identifier, model, is_relational);
  query record;
  answers refcursor := cursor_name::refcursor;
begin
  if not pacs_internal.sees_studies(caller) then
    raise exception 'this role sees no studies' using errcode = 'insufficient_privilege';
  elsif max_rows < 0 then
    raise exception 'max_rows is not negative' using errcode = 'PC082';
  elsif identity is null or identity not in ('received', 'card') then
    raise exception 'identity: received or card' using errcode = 'PC082';
  end if;
  query := pacs_internal.find_statement(rank, level, identifier, is_datetime_combined, max_rows, identity,
    pacs_internal.find_linked(identifier),
    array[pacs_internal.setting('ae_title')] || case identity when 'card' then array[pacs_internal.setting('card_issuer')] else '{}'::text[] end);
  perform pacs_internal.audit('studies_queried', true, detail => jsonb_build_object('level', level, 'model', model, 'keys', query.matched));
  if query.has_key then
    return dicom.open_cursor(query.statement, caller, query.parameters, cursor_name);
  end if;
  open answers no scroll for execute query.statement using caller, query.parameters;
  return answers;
end
$$;
comment on function pacs.find is
'What C-FIND answers (PS3.4 C.4.1), as a cursor to be read in the same transaction: one column response, an answer in the DICOM JSON model with every key that was asked for. level: PATIENT, STUDY, SERIES, IMAGE. identifier: the keys in the DICOM JSON model; those with a value are matched (docs/query.md says how each). model: patient or study, the root. is_relational: keys of levels above may be missing. is_datetime_combined: ranges of (0008,0020) and (0008,0030) are one of moments. cursor_name: its name, else one is made. identity: received, or card: answers show the identity of the patient card where a study is linked. A study is found by either. Only studies that the caller may see; the event names the keys, not their values. Raises PC051 where the identifier does not match the SOP class, PC082 for a negative max_rows or another identity, 42501 for a role that sees no studies. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.find(text, jsonb, text, boolean, bigint, boolean, text, text) from public;
grant execute on function pacs.find(text, jsonb, text, boolean, bigint, boolean, text, text)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs.find_few(
    asker name, level text, identifier jsonb, model text default 'study', is_relational boolean default false,
    is_datetime_combined boolean default false, most int default 100, identity text default 'received')
  returns setof jsonb
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  own_role constant text := current_setting('role');
  answers refcursor;
  found_ones jsonb[] := '{}'::jsonb[];
  response jsonb;
  days constant text := case when identifier #> '{00080020,Value}' = jsonb_build_array(identifier #> '{00080020,Value,0}') then identifier #>> '{00080020,Value,0}' end;
  columns constant text[] := array['00080005', '00080016', '00080018', '00080020', '00080030', '00080050', '00080052', '00080053', '00080061',
    '00080062', '00080090', '00081030', '0008103E', '00080060', '00080201', '00083001', '00100010', '00100020', '00100021', '00100030', '00100040',
    '0020000D', '0020000E', '00200010', '00200011'];
  -- How many, where a month has 31.
  length constant int := case when days ~ '^[0-9]{8}(-[0-9]{8})?$' then
    (right(days, 8)::int / 10000 - left(days, 8)::int / 10000) * 372 + (right(days, 8)::int / 100 % 100 - left(days, 8)::int / 100 % 100) * 31
    + right(days, 8)::int % 100 - left(days, 8)::int % 100 end;
begin
  -- One study, series or instance, one order, one patient; beside keys that are columns, since what looks into headers takes
  -- longer, and can be cancelled in pacs.find.
  if exists (select from jsonb_each(identifier) e where e.value ? 'Value' and e.key <> all (columns))
     or not exists (select from unnest(array['00080018', '00080050', '00100020', '0020000D', '0020000E']) tag
                 where case when jsonb_typeof(identifier #> array[tag, 'Value']) = 'array'
                   then jsonb_array_length(identifier #> array[tag, 'Value']) = 1 and identifier #>> array[tag, 'Value', '0'] ~ '^[^*?\\]+$' end)
     -- Or a month of studies, by keys that an index serves: what looks into headers takes longer, and can be cancelled in pacs.find.
     and (level = 'STUDY' and length between 0 and 34 and not exists (select from jsonb_each(identifier) e
       where e.value ? 'Value' and e.key not in ('00080005', '00080020', '00080030', '00080052', '00080061'))) is not true then
    return next null::jsonb;
    return;
  end if;
  if asker is not null then
    if not exists (select from pg_roles r where r.rolname = asker and pg_has_role(session_user, r.oid, 'member')) then
      raise exception 'role % cannot be taken on: grant it to pacs_gateway', asker using errcode = 'PC052';
    end if;
    perform set_config('role', asker, true);
  end if;
  begin
    answers := pacs.find(level, identifier, model, is_relational, most + 1, is_datetime_combined, identity => identity);
    loop
      fetch answers into response;
      exit when not found;
      found_ones := found_ones || response;
    end loop;
    close answers;
    if cardinality(found_ones) > most then
      raise program_limit_exceeded;
    end if;
  exception when program_limit_exceeded then
    -- It is asked once more, and in the audit trail once.
    found_ones := array[null::jsonb];
  end;
  perform set_config('role', own_role, true);
  return query select unnest(found_ones);
end
$$;
comment on function pacs.find_few is
'What pacs.find answers, at once and in a transaction of its own, where the identifier names a study, a patient or the like, or the studies of a month or less, and no more than `most` are found; a single null where it does not, or where there are more: then pacs.find has to be asked. asker: the role to take on for this call, null for who is logged in. Raises what pacs.find does, and PC052 where the role cannot be taken on. For the daemon (pacs_gateway), also where it is logged in as one of pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.find_few(name, text, jsonb, text, boolean, boolean, int, text) from public;
grant execute on function pacs.find_few(name, text, jsonb, text, boolean, boolean, int, text)
  to pacs_gateway, pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;
