-- What people ask for: studies.

create or replace function pacs.find_studies(
    patient_id text default null, issuer text default null, patient_name text default null,
    study_date_from date default null, study_date_to date default null, modality text default null,
    accession_number text default null, study_instance_uid text default null, max_rows int default 500,
    on_behalf_of text default null)
  returns setof pacs.study
  language plpgsql security definer rows 100 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  conditions text := '';
  pattern text;
  folded text;
  fixed text;
  found_ids bigint[];
begin
  if not pacs_internal.sees_studies(pacs_internal.caller()) then
    raise exception 'this role sees no studies' using errcode = 'insufficient_privilege';
  end if;
  if max_rows is null or max_rows not between 1 and 100000 then
    raise exception 'max_rows lies between 1 and 100000' using errcode = 'PC082';
  end if;
  if find_studies.patient_name is not null then
    folded := pacs_internal.fold_name(find_studies.patient_name);
    fixed := ltrim(substring(folded from '^[^*?]*'));
    -- Without wildcards: the whole name, or its first components.
    pattern := case when folded ~ '[*?]'
      then translate(replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_')
      else replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_') || ' %' end;
    conditions := conditions || ' and st.patient_name_folded >= $3 and st.patient_name_folded < $3 || chr(1114111)
      and (st.patient_name_folded like $4 or st.patient_name_folded = $10)';
  end if;
  if find_studies.patient_id is not null then
    conditions := conditions || ' and p.patient_id = $1';
  end if;
  if find_studies.issuer is not null then
    conditions := conditions || ' and p.issuer_of_patient_id = $2';
  end if;
  if study_date_from is not null then
    conditions := conditions || ' and st.study_date >= $5';
  end if;
  if study_date_to is not null then
    conditions := conditions || ' and st.study_date <= $6';
  end if;
  if find_studies.accession_number is not null then
    conditions := conditions || ' and st.accession_number = $7';
  end if;
  if find_studies.study_instance_uid is not null then
    conditions := conditions || ' and st.study_instance_uid = $8';
  end if;
  if find_studies.modality is not null then
    conditions := conditions || ' and exists (select from pacs_data.series se where se.study_id = st.id and se.modality = $9)';
  end if;
  execute 'select array_agg(id) from (select st.id from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id
             where true' || conditions || ' order by st.study_date desc nulls last, st.id desc limit $11) s'
    into found_ids
    using pacs_internal.indexable(find_studies.patient_id), pacs_internal.indexable(find_studies.issuer), fixed, pattern,
          study_date_from, study_date_to, pacs_internal.indexable(find_studies.accession_number),
          find_studies.study_instance_uid, find_studies.modality, folded, max_rows;
  perform pacs_internal.audit('studies_found', true, coalesce(found_ids, '{}'),
    coalesce(cardinality(found_ids), 0), find_studies.on_behalf_of);
  return query
    select v.* from pacs.study v join pacs_data.study st on st.study_instance_uid = v.study_instance_uid
    where st.id = any (found_ids)
    order by st.study_date desc nulls last, st.id desc;
end
$$;
comment on function pacs.find_studies is
'Studies that the caller may see, newest first, at most max_rows. patient_name: capitals do not count, * and ? stand for any characters, without them the first components suffice ("Шевченко" finds Шевченко^Тарас). on_behalf_of names the person for whom a program asks, for the audit trail. Raises 42501 for a role that sees no studies, PC082 for a max_rows outside 1 to 100000. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.find_studies(text, text, text, date, date, text, text, text, int, text) from public;
grant execute on function pacs.find_studies(text, text, text, date, date, text, text, text, int, text)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;
