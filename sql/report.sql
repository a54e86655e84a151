-- Reports: the description that belongs to the images. Those that the information system files, with versions, and those
-- that came as DICOM objects, in one view.

create or replace function pacs_internal.check_report(
    status text, author text, title text, body text, link text, pdf bytea, is_first boolean) returns void
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  field text;
  value text;
begin
  if (status in ('partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error'))
     is not true then
    raise exception 'status: one of DiagnosticReport.status of FHIR' using errcode = 'PC095';
  elsif num_nonnulls(body, link, pdf) = 0 and (is_first or status not in ('cancelled', 'entered-in-error')) then
    raise exception 'body, pdf or link is needed' using errcode = 'PC095';
  end if;
  for field, value in values ('author', author), ('title', title), ('body', body) loop
    if value !~ '\S' then
      raise exception '%: nothing but blanks', field using errcode = 'PC095';
    elsif value ~ '[\u0001-\u0008\u000B\u000E-\u001F\u007F-\u009F]' or (field <> 'body' and value ~ '[\t\n\f\r]') then
      raise exception '%: a control character', field using errcode = 'PC095';
    elsif field <> 'body' and length(value) > 256 then
      raise exception '%: longer than 256 characters', field using errcode = 'PC095';
    end if;
  end loop;
  if length(link) > 2048 or link !~ '^https://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&''()*+,;=%\[\]-]*)?$' then
    raise exception 'link: no https URL of at most 2048 characters, without a user' using errcode = 'PC095';
  elsif substring(pdf from 1 for 5) <> '%PDF-' or position('%%EOF' in substring(pdf from greatest(length(pdf) - 1023, 1))) = 0 then
    raise exception 'pdf: no whole PDF file' using errcode = 'PC095';
  elsif coalesce(octet_length(body), 0) + coalesce(octet_length(pdf), 0) > pacs_internal.setting('report_max_bytes')::int then
    raise exception 'body, pdf: more bytes than the setting report_max_bytes' using errcode = 'PC095';
  end if;
end
$$;
comment on function pacs_internal.check_report is
'Raises PC095 for what cannot be a report: a status that FHIR does not have, no content (which only a later version that withdraws it may lack), control characters, a link that is no https URL, a PDF without its beginning or end, more than report_max_bytes. For definers.';

-- Argument names are the API of the information system.
create or replace function pacs.attach_report(
    study_instance_uid text, body text default null, author text default null, status text default 'final',
    on_behalf_of text default null, pdf bytea default null, link text default null, title text default null,
    inout report_id bigint default null, out version int)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  caller name := pacs_internal.caller();
  given_digest bytea;
  study bigint;
  known record;
begin
  -- Whoever deletes of a study takes this lock exclusively first. The row's own lets reports of one study be filed one
  -- after the other, and hinders no receipt.
  perform pg_advisory_xact_lock_shared(1346454355, hashtext(attach_report.study_instance_uid));
  select st.id into study from pacs_data.study st
    where st.study_instance_uid = attach_report.study_instance_uid and pacs_internal.sees_studies(caller)
    for no key update;
  if not found then
    raise exception 'there is no such study, or you may not see it' using errcode = 'PC045';
  end if;
  perform pacs_internal.check_report(attach_report.status, attach_report.author, attach_report.title, attach_report.body,
                                     attach_report.link, attach_report.pdf, attach_report.report_id is null);
  select sha256(convert_to(string_agg(coalesce(encode(sha256(convert_to(f.value, 'UTF8')), 'hex'), '-'), ' ' order by f.place), 'UTF8'))
    into given_digest
    from unnest(array[attach_report.status, attach_report.author, attach_report.title, attach_report.body, attach_report.link,
                      encode(sha256(attach_report.pdf), 'hex')]) with ordinality f (value, place);
  select r.report_id, r.version, r.digest into known
    from (select distinct on (r.report_id) r.report_id, r.version, r.digest from pacs_data.report r
            where r.study_id = study order by r.report_id, r.version desc) r
    where r.report_id = attach_report.report_id
       or (attach_report.report_id is null and r.digest = given_digest)
    order by r.report_id limit 1;
  if not found and attach_report.report_id is not null then
    raise exception 'the study has no report of this number' using errcode = 'PC096';
  elsif known.digest = given_digest then
    -- Sent again by who never heard the answer.
    report_id := known.report_id;
    version := known.version;
    return;
  end if;
  insert into pacs_data.report as r
      (report_id, version, study_id, filed_by, on_behalf_of, status, author, title, body, link, pdf, digest)
    values (coalesce(known.report_id, nextval('pacs_data.report_report_id_seq')),
            coalesce(known.version, 0) + 1, study, caller, attach_report.on_behalf_of, attach_report.status,
            attach_report.author, attach_report.title, attach_report.body, attach_report.link, attach_report.pdf, given_digest)
    returning r.report_id, r.version into report_id, version;
  perform pacs_internal.audit('report_filed', true, array[study], 1, attach_report.on_behalf_of,
    detail => jsonb_build_object('report', report_id, 'version', version, 'status', attach_report.status));
end
$$;
comment on function pacs.attach_report is
'Files a report of a study: its text (body), its PDF (the bytes of the file), or an https URL at which the information system shows it, or several of these. Gives its number and version; with report_id it is a new version of that report, and all versions stay. status is DiagnosticReport.status of FHIR: partial, preliminary, final, amended, corrected, appended; cancelled or entered-in-error withdraws a report and needs no content. author: who is responsible for what it says. on_behalf_of: who files it. The same sent again changes nothing and gives the same numbers. Raises PC045 where there is no such study for the caller, PC095 for what cannot be a report (setting report_max_bytes), PC096 where the study has no report of this number. Audited. For pacs_mis, pacs_radiologist.';
revoke all on function pacs.attach_report(text, text, text, text, text, bytea, text, text, bigint) from public;
grant execute on function pacs.attach_report(text, text, text, text, text, bytea, text, text, bigint) to pacs_mis, pacs_radiologist;

create or replace function pacs_internal.hospital_moment(moment timestamp, utc_offset text) returns timestamptz
  language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
begin atomic
  select case when utc_offset ~ '^[+-](0\d|1[0-4])[0-5]\d$'
    then (moment - (left(utc_offset, 3) || ':' || right(utc_offset, 2))::interval) at time zone 'UTC'
    else moment at time zone pacs_internal.setting('time_zone') end;
end;
comment on function pacs_internal.hospital_moment is 'The instant of a device''s date and time: by Timezone Offset From UTC (0008,0201) where it has one, else by the setting time_zone.';

create or replace function pacs_internal.document_author(header jsonb) returns text
  language sql immutable parallel safe
begin atomic
  select left(pacs_internal.plain_text(coalesce(
    (select string_agg(pacs_internal.person_words(dicom.value_text(v, 'VerifyingObserverName')), '; ')
       from jsonb_path_query(header, '$."0040A073"."Value"[*]') v),
    (select string_agg(pacs_internal.person_words(dicom.value_text(a, 'PersonName')), '; ')
       from jsonb_path_query(header, '$."0040A078"."Value"[*]') a),
    -- PS3.16 TID 1003
    (select pacs_internal.person_words(dicom.value_text(o, 'PersonName')) from pacs_internal.sr_items(header, '121008') o limit 1))),
    256);
end;
comment on function pacs_internal.document_author is 'Who verified a document (0040,A073), else who wrote it (0040,A078), else whom its content names as the observer; null where it says nobody.';

create or replace function pacs_internal.document_status(header jsonb) returns text
  language sql immutable parallel safe
begin atomic
  select case when dicom.value_text(header, 'CompletionFlag') = 'PARTIAL' then 'partial'
              when dicom.value_text(header, 'PreliminaryFlag') = 'PRELIMINARY' then 'preliminary'
              when dicom.value_text(header, 'VerificationFlag') = 'VERIFIED' then 'final'
              when dicom.value_text(header, 'VerificationFlag') = 'UNVERIFIED' then 'preliminary'
              else 'unknown' end;
end;
comment on function pacs_internal.document_status is 'DiagnosticReport.status of FHIR, from the flags of a document (PS3.3 C.17.2, C.24.2): final is what somebody verified.';

create or replace function pacs_internal.study_documents(study bigint)
  returns table (source text, status text, author text, title text, document_type text, body text, series_instance_uid text,
                 sop_instance_uid text, superseded_by text, made_at timestamptz)
  language sql stable parallel safe rows 3
begin atomic
  with document as materialized (
    select s.series_instance_uid, i.id, i.sop_instance_uid, i.sop_class_uid, dicom.merge(s.template, i.difference) as header
      from pacs_data.series s join pacs_data.instance i on i.series_id = s.id
      where s.study_id = study
        -- As the index instance_report has them: Basic Text, Enhanced, Comprehensive, Comprehensive 3D, Extensible, Simplified
        -- Adult Echo SR; Encapsulated PDF
        and i.sop_class_uid in
          ('1.2.840.10008.5.1.4.1.1.88.11', '1.2.840.10008.5.1.4.1.1.88.22', '1.2.840.10008.5.1.4.1.1.88.33',
           '1.2.840.10008.5.1.4.1.1.88.34', '1.2.840.10008.5.1.4.1.1.88.35', '1.2.840.10008.5.1.4.1.1.88.72',
           '1.2.840.10008.5.1.4.1.1.104.1')),
  predecessor as materialized (
    select d.id, d.sop_instance_uid as superseded_by, p #>> '{}' as sop_instance_uid
      from document d, jsonb_path_query(d.header,
        '$."0040A360"."Value"[*]."00081115"."Value"[*]."00081199"."Value"[*]."00081155"."Value"[0]') p)
  select case when d.sop_class_uid = '1.2.840.10008.5.1.4.1.1.104.1' then 'pdf' else 'sr' end as source,
         pacs_internal.document_status(d.header) as status, pacs_internal.document_author(d.header) as author,
         left(pacs_internal.plain_text(coalesce(dicom.value_text(d.header, 'DocumentTitle'),
           dicom.value_text(d.header, 'ConceptNameCodeSequence[0].CodeMeaning'))), 256) as title,
         left(pacs_internal.plain_text(dicom.value_text(d.header, 'ConceptNameCodeSequence[0].CodeMeaning')), 256)
           as document_type,
         pacs_internal.sr_outline(d.header #> '{0040A730,Value}') as body,
         d.series_instance_uid, d.sop_instance_uid,
         (select p.superseded_by from predecessor p
            where p.sop_instance_uid = d.sop_instance_uid and p.id <> d.id order by p.id desc limit 1) as superseded_by,
         pacs_internal.hospital_moment(
           dicom.value_date(d.header, 'ContentDate') + coalesce(dicom.value_time(d.header, 'ContentTime'), '00:00'),
           dicom.value_text(d.header, 'TimezoneOffsetFromUTC')) as made_at
    from document d
    -- What old equipment sends as Enhanced or Comprehensive SR and no physician reads: X-Ray Radiation Dose Report
    -- (pacs.dose_event), Radiopharmaceutical Radiation Dose Report.
    where (dicom.value_text(d.header, 'ConceptNameCodeSequence[0].CodeValue') in ('113701', '113500')) is not true;
end;
comment on function pacs_internal.study_documents is 'The reports of a study that came as DICOM objects, for the view pacs.report. Key objects, dose, CAD and log documents are none.';

create or replace function pacs_internal.study_reports(study bigint)
  returns table (source text, report_id bigint, version int, status text, author text, title text, document_type text, body text,
                 pdf bytea, link text, series_instance_uid text, sop_instance_uid text, superseded_by text, made_at timestamptz)
  language sql stable parallel safe rows 3
begin atomic
  -- Each column is named: a dump would name those without, and so change what was restored.
  (select distinct on (r.report_id) 'mis' as source, r.report_id, r.version, r.status, r.author, r.title, null as document_type,
          r.body, r.pdf, r.link, null as series_instance_uid, null as sop_instance_uid, null as superseded_by, r.filed_at
     from pacs_data.report r where r.study_id = study order by r.report_id, r.version desc)
  union all
  select d.source, null as report_id, null as version, d.status, d.author, d.title, d.document_type, d.body, null as pdf,
         null as link, d.series_instance_uid, d.sop_instance_uid, d.superseded_by, d.made_at
    from pacs_internal.study_documents(study) d;
end;
comment on function pacs_internal.study_reports is 'The reports of a study, for the view pacs.report: of the information system the newest version.';
-- The view asks with the rights of who asks, and these give nothing that its tables do not.
grant execute on function pacs_internal.plain_text(text), pacs_internal.person_words(text), pacs_internal.sr_measured(jsonb),
  pacs_internal.sr_value(jsonb), pacs_internal.sr_outline(jsonb, int, int, bigint), pacs_internal.hospital_moment(timestamp, text),
  pacs_internal.document_author(jsonb), pacs_internal.document_status(jsonb), pacs_internal.study_documents(bigint),
  pacs_internal.study_reports(bigint)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace view pacs.report with (security_invoker) as
  select st.study_instance_uid, r.source, r.report_id, r.version, r.status, r.author, r.title, r.document_type, r.body, r.pdf,
         r.link, r.series_instance_uid, r.sop_instance_uid, r.superseded_by, r.made_at
  from pacs_data.study st cross join lateral pacs_internal.study_reports(st.id) r;
comment on view pacs.report is 'Reports beside the studies that they describe: of the information system the newest version, and structured reports and encapsulated PDF that came as objects';
comment on column pacs.report.source is 'mis: filed by pacs.attach_report; sr: a structured report; pdf: an encapsulated PDF';
comment on column pacs.report.status is 'DiagnosticReport.status of FHIR; of an object by its flags, unknown where it has none';
comment on column pacs.report.author is 'Who is responsible; of an object who verified it, else who wrote it';
comment on column pacs.report.body is 'The text; of a structured report its items as lines';
comment on column pacs.report.pdf is 'Of a report that was filed; an encapsulated PDF is in its object';
comment on column pacs.report.superseded_by is 'SOP Instance UID of a document of this study that names this one as its predecessor';
comment on column pacs.report.made_at is 'When it was filed; of an object its Content Date and Time';

create or replace function pacs.study_reports(study_instance_uid text, on_behalf_of text default null)
  returns setof pacs.report
  language plpgsql security definer rows 3 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  study bigint;
begin
  select st.id into study from pacs_data.study st
    where st.study_instance_uid = study_reports.study_instance_uid and pacs_internal.sees_studies(pacs_internal.caller());
  if not found then
    raise exception 'there is no such study, or you may not see it' using errcode = 'PC045';
  end if;
  return query select r.* from pacs.report r where r.study_instance_uid = study_reports.study_instance_uid
    order by r.made_at desc nulls last, r.report_id desc, r.sop_instance_uid;
  perform pacs_internal.audit('reports_read', true, array[study], on_behalf_of => study_reports.on_behalf_of);
end
$$;
comment on function pacs.study_reports is
'The reports of a study, as rows of the view pacs.report, the newest first. on_behalf_of: who reads, for the trail. Raises PC045 where there is no such study for the caller. Audited. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.study_reports(text, text) from public;
grant execute on function pacs.study_reports(text, text) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs.report_versions(report_id bigint, on_behalf_of text default null)
  returns table (study_instance_uid text, version int, status text, author text, title text, body text, pdf bytea, link text,
                 filed_at timestamptz, filed_by name, filed_on_behalf_of text)
  language plpgsql security definer rows 3 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  study bigint;
begin
  select r.study_id into study from pacs_data.report r
    where r.report_id = report_versions.report_id and r.version = 1 and pacs_internal.sees_studies(pacs_internal.caller());
  if not found then
    raise exception 'there is no report of this number, or you may not see it' using errcode = 'PC096';
  end if;
  return query
    select st.study_instance_uid, r.version, r.status, r.author, r.title, r.body, r.pdf, r.link, r.filed_at, r.filed_by, r.on_behalf_of
    from pacs_data.report r join pacs_data.study st on st.id = r.study_id
    where r.report_id = report_versions.report_id order by r.version desc;
  perform pacs_internal.audit('report_versions_read', true, array[study], on_behalf_of => report_versions.on_behalf_of,
    detail => jsonb_build_object('report', report_versions.report_id));
end
$$;
comment on function pacs.report_versions is
'All versions of a report that was filed by pacs.attach_report, the newest first. on_behalf_of: who reads, for the trail. Raises PC096 where there is no such report for the caller. Audited. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.report_versions(bigint, text) from public;
grant execute on function pacs.report_versions(bigint, text) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;
