-- Which files answer a request for a study, a series or an instance.

create or replace function pacs.retrieve_plan(
    study_instance_uid text, series_instance_uid text default null, sop_instance_uid text default null,
    token text default null, peer inet default null)
  returns table (
    series_uid text, instance_uid text, sop_class_uid text, transfer_syntax_uid text,
    store_id smallint, file_id uuid, file_size bigint, data_set_offset int, modality text,
    series_number int, series_description text, instance_number int)
  language plpgsql security definer rows 200 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  link pacs_data.link;
  study bigint;
  count bigint;
begin
  select st.id into study from pacs_data.study st where st.study_instance_uid = retrieve_plan.study_instance_uid;
  if token is not null then
    link := pacs_internal.check_token(token);
    if study is distinct from link.study_id then
      raise exception 'the link is for another study' using errcode = 'PC044';
    end if;
  elsif study is null or not pacs_internal.sees_studies(pacs_internal.caller()) then
    raise exception 'there is no such study, or you may not see it' using errcode = 'PC045';
  end if;
  return query
    -- A template may be large: it is read once for each series, not for each instance.
    with se as materialized (
      select s.id, s.series_instance_uid, s.modality, s.series_number, s.series_description,
             dicom.value_number(s.template, '00200013') as template_number
      from pacs_data.series s
      where s.study_id = study
        and (retrieve_plan.series_instance_uid is null or s.series_instance_uid = retrieve_plan.series_instance_uid))
    select se.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, i.transfer_syntax_uid, i.store_id, i.file_id,
           i.file_size, i.data_set_offset, se.modality, se.series_number, se.series_description,
           case when n.number between -2147483648 and 2147483647 then n.number::int end
    from se join pacs_data.instance i on i.series_id = se.id
    cross join lateral (select pacs_internal.instance_number(se.template_number, i.difference) as number) n
    where retrieve_plan.sop_instance_uid is null or i.sop_instance_uid = retrieve_plan.sop_instance_uid
    order by se.series_number nulls last, se.id, n.number nulls last, i.id;
  get diagnostics count = row_count;
  if count = 0 then
    raise exception 'there is no such series or instance in the study' using errcode = 'PC045';
  end if;
  perform pacs_internal.audit('instances_retrieved', true, array[study], count, link.on_behalf_of, peer,
    detail => jsonb_build_object('role', coalesce(link.role, pacs_internal.caller())));
end
$$;
comment on function pacs.retrieve_plan is
'The files of a study, a series or an instance, in the order in which a person reads them; by a link''s token, or with the caller''s own rights. Audited. Raises PC040 to PC044 for the token, PC045 where there is nothing. For the daemon (pacs_gateway) with a token, and as pacs_mis, pacs_physician, pacs_radiologist without one.';
revoke all on function pacs.retrieve_plan(text, text, text, text, inet) from public;
grant execute on function pacs.retrieve_plan(text, text, text, text, inet)
  to pacs_gateway, pacs_physician, pacs_radiologist, pacs_mis;
