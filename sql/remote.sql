-- Other PACS as we ask them: which can be called, and identifiers as people write them.

create or replace function pacs_internal.callable_ae(title text) returns pacs_data.remote_ae
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  ae pacs_data.remote_ae;
begin
  select r.* into ae from pacs_data.remote_ae r
    where r.ae_title = title and r.is_enabled and r.port is not null
      and pacs_internal.is_single(r.host)
    order by r.id limit 1;
  if not found then
    raise exception 'no AE of this title can be called: pacs.remote_ae needs a row with its address and port' using errcode = 'PC053';
  end if;
  return ae;
end
$$;
comment on function pacs_internal.callable_ae is 'The row of another AE that we can call: enabled, with one address and a port. Raises PC053. For definers.';

create or replace function pacs_internal.resource_of(remote_ae_id int) returns text
  language sql stable
begin atomic
  select ae_title || '@' || host(host) from pacs_data.remote_ae where id = remote_ae_id;
end;
comment on function pacs_internal.resource_of is 'What tasks that work for one destination share: TITLE@address. For definers.';

create or replace function pacs_internal.identifier_element(name text, given jsonb, out tag text, out element jsonb)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  described record := dicom.attribute(name);
  given_values jsonb;
begin
  tag := described.root;
  if described.path like '%.%' or tag !~ '^[0-9A-F]{8}$' then
    raise exception 'an identifier has tags and keywords of whole attributes' using errcode = 'PC082';
  end if;
  if jsonb_typeof(given) = 'object' then
    element := given;
  else
    given_values := case when given in ('null', '""', '[]') then null
                         when jsonb_typeof(given) = 'array' then given else jsonb_build_array(given) end;
    if described.vr = 'SQ' and given_values is not null then
      raise exception 'items of % are written in the DICOM JSON model', tag using errcode = 'PC082';
    end if;
    if described.vr = 'PN' then
      given_values := (select jsonb_agg(jsonb_build_object('Alphabetic', v)) from jsonb_array_elements(given_values) v);
    end if;
    element := jsonb_strip_nulls(jsonb_build_object('vr', coalesce(described.vr, 'UN'), 'Value', given_values));
  end if;
end
$$;
comment on function pacs_internal.identifier_element is 'One key of an identifier in the DICOM JSON model, by tag or keyword, from that model or from plain values. Raises PC008 for what is no attribute, PC082 for what is none of a whole element.';

create or replace function pacs_internal.make_identifier(level text, given jsonb) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  if coalesce(level, '') not in ('PATIENT', 'STUDY', 'SERIES', 'IMAGE') then
    raise exception 'a level is PATIENT, STUDY, SERIES or IMAGE' using errcode = 'PC082';
  end if;
  if jsonb_typeof(given) is distinct from 'object' then
    raise exception 'an identifier is a JSON object of keys' using errcode = 'PC082';
  end if;
  return jsonb_build_object('00080052', jsonb_build_object('vr', 'CS', 'Value', array[level]))
    || coalesce((select jsonb_object_agg(e.tag, e.element)
                 from jsonb_each(given) g, pacs_internal.identifier_element(g.key, g.value) e
                 where e.tag not in ('00080052', '00080005')), '{}');
end
$$;
comment on function pacs_internal.make_identifier is 'A C-FIND identifier in the DICOM JSON model (PS3.18 annex F), from that model or from {"PatientID": "1", "StudyDate": ""}. Raises PC008, PC082.';

create or replace function pacs_internal.uid_key(tag text, uids text[]) returns jsonb
  language sql immutable
begin atomic
  select jsonb_build_object(tag, jsonb_build_object('vr', 'UI', 'Value', uids));
end;
comment on function pacs_internal.uid_key is 'A key of UIDs in the DICOM JSON model.';
