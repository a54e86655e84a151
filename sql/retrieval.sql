-- C-MOVE and C-GET (PS3.4 C.4.2, C.4.3): which instances, where to, and what became of them.

create or replace function pacs_internal.unique_key(identifier jsonb, tag text, is_uid boolean) returns text[]
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  list jsonb := identifier -> tag -> 'Value';
  keys text[];
  label constant text := format('(%s,%s)', left(tag, 4), right(tag, 4));
begin
  if list is null or list = 'null' or list = '[]' then
    return null;
  end if;
  if jsonb_typeof(list) <> 'array' or jsonb_path_exists(list, 'strict $[*] ? (@.type() != "string" && @.type() != "null")') then
    raise exception 'no list of texts in %', label using errcode = 'PC051';
  end if;
  select array_agg(distinct k collate "C") into keys from jsonb_array_elements_text(list) k where k <> '';
  if is_uid and exists (select from unnest(keys) k where k ~ '[^0-9.]' or length(k) > 64) then
    raise exception 'no UID in %', label using errcode = 'PC051';
  end if;
  return keys;
end
$$;
comment on function pacs_internal.unique_key is
'The values of a unique key of an identifier in the DICOM JSON model, each once; null where it has none. Raises PC051 for what is no list of texts, or of UIDs. For definers.';

create or replace function pacs.plan_retrieval(
    identifier jsonb, model text default 'study', destination text default null, transfer_id bigint default null,
    peer inet default null, max_rows bigint default 500000)
  returns table (
    sop_class_uid text, sop_instance_uid text, transfer_syntax_uid text, store_id smallint, file_id uuid,
    file_size bigint, data_set_offset int, edits text)
  language plpgsql security definer rows 200 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  caller constant name := pacs_internal.caller();
  levels constant text[] := array['PATIENT', 'STUDY', 'SERIES', 'IMAGE'];
  asked constant text := identifier -> '00080052' -> 'Value' ->> 0;
  level constant int := array_position(levels, asked);
  patients constant text[] := pacs_internal.unique_key(identifier, '00100020', false);
  issuers constant text[] := pacs_internal.unique_key(identifier, '00100021', false);
  studies constant text[] := pacs_internal.unique_key(identifier, '0020000D', true);
  series constant text[] := pacs_internal.unique_key(identifier, '0020000E', true);
  instances constant text[] := pacs_internal.unique_key(identifier, '00080018', true);
  by_card constant bigint[] := pacs_internal.find_linked_ids(patients, issuers);
  is_card constant boolean := 'card' = case
    when destination is not null then (select d.identity from pacs_internal.destination_named(destination) d)
    else (select r.identity from pacs_data.transfer t join pacs_data.remote_ae r on r.id = t.remote_ae_id where t.id = plan_retrieval.transfer_id) end;
  found_series bigint[];
  found_studies bigint[];
  count bigint;
begin
  if not pacs_internal.sees_studies(caller) then
    raise exception 'this role sees no studies' using errcode = 'insufficient_privilege';
  end if;
  if level is null or (level = 1 and model is distinct from 'patient') then
    raise exception 'no level of this information model in (0008,0052)' using errcode = 'PC051';
  end if;
  if (array[patients is not null, studies is not null, series is not null, instances is not null])[level] is not true then
    raise exception 'the level % needs its unique key', asked using errcode = 'PC051';
  end if;
  -- Who names a key below the level means less than would be sent.
  if (level < 2 and studies is not null) or (level < 3 and series is not null) or (level < 4 and instances is not null) then
    raise exception 'a unique key below the level %', asked using errcode = 'PC051';
  end if;
  -- Series first: by the key of the level, as it leads through an index. Keys above it narrow that where they are
  -- given, but need not be: a UID names one thing only.
  execute format(
    'select array_agg(distinct se.id), array_agg(distinct st.id)
     from %s join pacs_internal.visible_studies($1) st on st.id = se.study_id join pacs_data.patient p on p.id = st.patient_id
     where (($2 is null or p.patient_id = any ($2)) and ($3 is null or p.issuer_of_patient_id = any ($3)) or st.id = any ($7))
       and ($4 is null or st.study_instance_uid = any ($4)) and ($5 is null or se.series_instance_uid = any ($5))',
    case level
      when 4 then '(select distinct i.series_id from unnest($6) u join pacs_data.instance i on i.sop_instance_uid = u) i
                   join pacs_data.series se on se.id = i.series_id'
      when 3 then '(select s.* from unnest($5) u join pacs_data.series s on s.series_instance_uid = u) se'
      when 2 then '(select s.* from unnest($4) u join pacs_data.study t on t.study_instance_uid = u
                    join pacs_data.series s on s.study_id = t.id) se'
      else '(select s.* from unnest($2) u join pacs_data.patient k on k.patient_id = u and k.patient_id <> ''''
             join pacs_data.study t on t.patient_id = k.id join pacs_data.series s on s.study_id = t.id
             union select s.* from unnest($7) u join pacs_data.series s on s.study_id = u) se'
    end)
    into found_series, found_studies
    using caller, patients, issuers, studies, series, instances, by_card;
  return query
    -- A template may be large: it is read once for each series, not for each instance.
    with se as materialized (
      select s.id, s.study_id, s.series_number, dicom.value_number(s.template, '00200013') as template_number
      from unnest(found_series) f join pacs_data.series s on s.id = f)
    select i.sop_class_uid, i.sop_instance_uid, i.transfer_syntax_uid, i.store_id, i.file_id, i.file_size, i.data_set_offset,
           -- Neighbours have the same: once is enough.
           case when e.edits = lag(e.edits) over sent then '' else e.edits end
    from se join pacs_data.instance i on i.series_id = se.id
    left join pacs_internal.outgoing_edits(case when is_card then found_series else '{}' end, instances) e on e.instance_id = i.id
    where instances is null or i.sop_instance_uid = any (instances)
    window sent as (order by se.study_id, se.series_number nulls last, se.id,
             pacs_internal.instance_number(se.template_number, i.difference) nulls last, i.id)
    order by se.study_id, se.series_number nulls last, se.id,
             pacs_internal.instance_number(se.template_number, i.difference) nulls last, i.id
    limit max_rows + 1;
  get diagnostics count = row_count;
  if count > max_rows then
    raise exception 'more than % objects are asked for at once', max_rows using errcode = 'PC054';
  end if;
  perform pacs_internal.audit('instances_retrieved', true, coalesce(found_studies, '{}'), count, null, peer, transfer_id,
    jsonb_strip_nulls(jsonb_build_object('role', caller, 'level', asked, 'destination', destination)));
end
$$;
comment on function pacs.plan_retrieval is
'What a C-MOVE or C-GET sends, in the order of study, series and instance number. identifier: level and unique keys in the DICOM JSON model, each key with any number of values; the key of the level is needed, those above it narrow, those below it are an error. model: patient or study, the root. Only what the caller may see; nothing where there is nothing. edits: what makes of the object that is stored the one that is sent (docs/rewrite.md), one set of edits on each line, of which the first is made that the object''s character set can hold; where the row of the destination, or of who asks over this transfer, shows the identity of patient cards; null: nothing; empty: the same as of the row before. Audited, with studies, count and destination. Raises PC051 for an identifier that does not match, PC054 for more than max_rows instances, 42501 for a role that sees no studies. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.plan_retrieval(jsonb, text, text, bigint, inet, bigint) from public;
grant execute on function pacs.plan_retrieval(jsonb, text, text, bigint, inet, bigint)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs_internal.destination_named(ae_title text) returns setof pacs_data.remote_ae
  language sql stable rows 1
begin atomic
  select r.* from pacs_data.remote_ae r
  where r.ae_title = destination_named.ae_title and r.is_enabled and r.port is not null and pacs_internal.is_single(r.host)
  order by r.id limit 1;
end;
comment on function pacs_internal.destination_named is 'The row of an AE title that objects can be sent to; the oldest of several. For definers.';

create or replace function pacs.find_destination(ae_title text)
  returns table (address inet, port int, uses_tls boolean, certificate_sha256 bytea, transfer_syntaxes text[])
  language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
    select r.host::inet, r.port, pacs_internal.is_tls_only(r), r.certificate_sha256, r.transfer_syntaxes
    from pacs_internal.destination_named(find_destination.ae_title) r;
  if not found then
    raise exception 'no AE of this title can be sent to' using errcode = 'PC053';
  end if;
end
$$;
comment on function pacs.find_destination is
'Where objects for an AE title go: its row of pacs.remote_ae that is enabled and has a port and a single address; the oldest of several. Over TLS with a certificate_sha256 nothing is sent to who shows another certificate. Raises PC053 where there is none. For the daemon (pacs_gateway).';
revoke all on function pacs.find_destination(text) from public;
grant execute on function pacs.find_destination(text) to pacs_gateway;

create or replace function pacs.record_retrieval(
    transfer_id bigint, destination text, completed bigint, warning bigint, failed bigint, remaining bigint,
    reason text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pacs_internal.audit('instances_sent', failed + remaining = 0, object_count => completed + warning,
    transfer_id => transfer_id,
    detail => jsonb_strip_nulls(jsonb_build_object('destination', destination, 'warning', warning, 'failed', failed,
      'remaining', remaining, 'reason', reason)));
end;
comment on function pacs.record_retrieval is
'Audits how a C-MOVE or C-GET ended: objects that arrived, failed and were not sent any more. reason is of the first that failed and names no patient. For the daemon (pacs_gateway).';
revoke all on function pacs.record_retrieval(bigint, text, bigint, bigint, bigint, bigint, text) from public;
grant execute on function pacs.record_retrieval(bigint, text, bigint, bigint, bigint, bigint, text) to pacs_gateway;
