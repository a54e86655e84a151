-- Radiation dose: what X-ray equipment says of each irradiation event, in dose reports (RDSR; PS3.16 TID 10001, 10011)
-- and in the headers of its images. Read from the headers when asked: there is no second truth.

create or replace function pacs_internal.in_unit(value numeric, unit text, wanted text) returns numeric
  language sql immutable parallel safe
begin atomic
  select trim_scale(in_unit.value * f.factor) from (values
    ('mGy', 'mGy', 1), ('mGy', 'Gy', 1000), ('mGy', 'dGy', 100), ('mGy', 'cGy', 10), ('mGy', 'uGy', 0.001),
    ('mGy.cm', 'mGy.cm', 1), ('mGy.cm', 'Gy.cm', 1000), ('mGy.cm', 'cGy.cm', 10), ('mGy.cm', 'uGy.cm', 0.001),
    ('mGy.cm', 'mGy.m', 100), ('mGy.cm', 'mGycm', 1),
    ('Gy.cm2', 'Gy.cm2', 1), ('Gy.cm2', 'dGy.cm2', 0.1), ('Gy.cm2', 'cGy.cm2', 0.01), ('Gy.cm2', 'mGy.cm2', 0.001),
    ('Gy.cm2', 'uGy.cm2', 0.000001), ('Gy.cm2', 'Gy.m2', 10000), ('Gy.cm2', 'mGy.m2', 10), ('Gy.cm2', 'uGy.m2', 0.01),
    ('kV', 'kV', 1), ('kV', 'V', 0.001),
    ('mA.s', 'mA.s', 1), ('mA.s', 'uA.s', 0.001), ('mA.s', 'A.s', 1000)) f (wanted, unit, factor)
  where f.wanted = in_unit.wanted and f.unit = in_unit.unit;
end;
comment on function pacs_internal.in_unit is
'A measured value in another unit; both are UCUM codes. Null where the unit is not known: no number is better than a wrong one.';

create or replace function pacs_internal.sr_items(item jsonb, code text) returns setof jsonb
  language sql immutable parallel safe rows 1
begin atomic
  select jsonb_path_query(item, '$."0040A730"."Value"[*] ? (@."0040A043"."Value"[0]."00080100"."Value"[0] == $code)',
                          jsonb_build_object('code', sr_items.code));
end;
comment on function pacs_internal.sr_items is 'The content items right below one (a report itself is the topmost) whose concept name has this code (PS3.3 C.17.3).';

create or replace function pacs_internal.sr_number(item jsonb, code text, unit text) returns numeric
  language sql immutable parallel safe
begin atomic
  select pacs_internal.in_unit(dicom.value_number(n, 'MeasuredValueSequence[0].NumericValue'),
                               dicom.value_text(n, 'MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue'),
                               sr_number.unit)
    from pacs_internal.sr_items(item, sr_number.code) n limit 1;
end;
comment on function pacs_internal.sr_number is 'The first number of this concept right below an item, in the unit asked for.';

create or replace function pacs_internal.sr_text(item jsonb, code text) returns text
  language sql immutable parallel safe
begin atomic
  select coalesce(dicom.value_text(n, 'TextValue'), dicom.value_text(n, 'UID'), dicom.value_text(n, 'DateTime'),
                  dicom.value_text(n, 'ConceptCodeSequence[0].CodeMeaning'))
    from pacs_internal.sr_items(item, sr_text.code) n limit 1;
end;
comment on function pacs_internal.sr_text is 'The first text, UID, date and time, or meaning of a code of this concept right below an item.';

create or replace function pacs_internal.reported_irradiation(header jsonb)
  returns table (number bigint, irradiation_event_uid text, is_ct boolean, started_at timestamp, kvp numeric,
                 exposure numeric, ctdi_vol numeric, dlp numeric, dose_area_product numeric, dose_rp numeric,
                 entrance_dose numeric, average_glandular_dose numeric, acquisition_protocol text, target_region text)
  language sql immutable parallel safe rows 10
begin atomic
  select row_number() over (), pacs_internal.sr_text(e.item, '113769'), e.is_ct,
         coalesce(dicom.value_timestamp(begun, 'DateTime'), dicom.value_timestamp(all_begun, 'DateTime')),
         pacs_internal.sr_number(coalesce(source, e.item), '113733', 'kV'),
         pacs_internal.sr_number(e.item, '113736', 'mA.s'),
         pacs_internal.sr_number(dose, '113830', 'mGy'),
         pacs_internal.sr_number(dose, '113838', 'mGy.cm'),
         pacs_internal.sr_number(e.item, '122130', 'Gy.cm2'),
         pacs_internal.sr_number(e.item, '113738', 'mGy'),
         pacs_internal.sr_number(e.item, '111636', 'mGy'),
         pacs_internal.sr_number(e.item, '111631', 'mGy'),
         pacs_internal.sr_text(e.item, '125203'), pacs_internal.sr_text(e.item, '123014')
    from (select true as is_ct, c as item from pacs_internal.sr_items(header, '113819') c
          union all
          select false, x from pacs_internal.sr_items(header, '113706') x) e
    left join lateral (select b as begun from pacs_internal.sr_items(e.item, '111526') b limit 1) b on true
    left join lateral (select b as all_begun from pacs_internal.sr_items(header, '113809') b limit 1) a on true
    -- CT alone keeps dose and tube in containers of their own.
    left join lateral (select d as dose from pacs_internal.sr_items(e.item, '113829') d limit 1) d on true
    left join lateral (select s as source from pacs_internal.sr_items(e.item, '113822') p,
                       pacs_internal.sr_items(p, '113831') s limit 1) s on true
    where dicom.value_text(header, 'ConceptNameCodeSequence[0].CodeValue') = '113701';
end;
comment on function pacs_internal.reported_irradiation is
'The irradiation events of an X-Ray Radiation Dose Report: CT Irradiation Event Data (PS3.16 TID 10013) and Irradiation Event X-Ray Data (TID 10003); none for another report.';

create or replace function pacs_internal.study_dose_events(study bigint)
  returns table (series_instance_uid text, sop_instance_uid text, irradiation_event_uid text, modality text,
                 started_at timestamp, kvp numeric, exposure numeric, ctdi_vol numeric, dlp numeric,
                 dose_area_product numeric, dose_rp numeric, entrance_dose numeric, average_glandular_dose numeric,
                 acquisition_protocol text, target_region text, source text)
  language sql stable parallel safe rows 5
begin atomic
  with series as materialized (
    select s.id, s.series_instance_uid, s.modality,
           -- Templates are large: each is read once, and what says nothing of dose is left behind.
           (select jsonb_object_agg(t.key, t.value) from jsonb_each(s.template) t where t.key = any (
              '{00080008,00080022,0008002A,00080032,00083010,00180015,00180060,00181030,0018115E,00181152,00181153,00189345,00200012,00400302,0040030E,00400316,00408302,52009229,52009230}'))
             as template
      from pacs_data.series s
      where s.study_id = study and (s.modality in ('CT', 'CR', 'DX', 'IO', 'MG', 'PX', 'RF', 'XA') or s.template ? '0040030E')),
  report as materialized (
    select s.series_instance_uid, i.sop_instance_uid, i.id, dicom.merge(s.template, i.difference) as header
      from pacs_data.series s join pacs_data.instance i on i.series_id = s.id
      where s.study_id = study and s.modality = 'SR'
        -- Enhanced, Comprehensive, X-Ray Radiation Dose SR
        and i.sop_class_uid in ('1.2.840.10008.5.1.4.1.1.88.22', '1.2.840.10008.5.1.4.1.1.88.33',
                                '1.2.840.10008.5.1.4.1.1.88.67')),
  reported as materialized (
    -- Equipment sends a longer report after each exposure: an event counts once, as the last one tells it.
    select distinct on (coalesce(e.irradiation_event_uid, r.sop_instance_uid || ' ' || e.number))
           r.series_instance_uid, r.sop_instance_uid, e.*,
           case when e.is_ct then 'CT'
                when dicom.value_text(p, 'ConceptCodeSequence[0].CodeValue') in ('P5-40010', '71651007') then 'MG'
                else (select min(s.modality) from series s where s.modality <> 'CT') end as modality,
           (select array_agg(u #>> '{}')
              from jsonb_path_query(r.header, '$."0040A375"."Value"[*]."00081115"."Value"[*]."0020000E"."Value"[0]') u)
             as series_uids
      from report r cross join lateral pacs_internal.reported_irradiation(r.header) e
      left join lateral (select i as p from pacs_internal.sr_items(r.header, '121058') i limit 1) p on true
      order by coalesce(e.irradiation_event_uid, r.sop_instance_uid || ' ' || e.number), r.id desc),
  image as (
    select s.series_instance_uid, s.modality, s.template as t, i.difference as d, i.sop_instance_uid, i.id,
           dicom.value_text(s.template, i.difference, 'IrradiationEventUID') as event_uid
      from series s join pacs_data.instance i on i.series_id = s.id),
  -- Exposure Dose Sequence lists the events of a whole examination.
  listed as materialized (
    select distinct on (m.series_instance_uid, l.item) m.series_instance_uid, m.sop_instance_uid, l.item,
           case when dicom.value_number(l.item, 'CTDIvol') is not null then 'CT' else m.modality end as modality
      from image m cross join lateral jsonb_array_elements(dicom.value(m.t, m.d, 'ExposureDoseSequence')) l (item)
      where not exists (select from reported r where r.is_ct = (m.modality in ('CT', 'OT')))
      order by m.series_instance_uid, l.item, m.id),
  exposed as (
    -- Every slice repeats the dose of its acquisition (a sum would be nonsense), and so does every reconstruction of it;
    -- other images are an exposure each.
    select (array_agg(m.series_instance_uid order by m.id))[1] as series_instance_uid,
           (array_agg(m.sop_instance_uid order by m.id))[1] as sop_instance_uid, m.event_uid, m.modality,
           min(coalesce(dicom.value_timestamp(m.t, m.d, 'AcquisitionDateTime'),
                        dicom.value_date(m.t, m.d, 'AcquisitionDate') + dicom.value_time(m.t, m.d, 'AcquisitionTime'))) as started_at,
           max(dicom.value_number(m.t, m.d, 'KVP')) as kvp,
           avg(coalesce(dicom.value_number(m.t, m.d, 'ExposureInuAs') / 1000, dicom.value_number(m.t, m.d, 'Exposure'))) as exposure,
           avg(coalesce(dicom.value_number(m.t, m.d, 'CTDIvol'),
                        dicom.value_number(m.t, m.d, 'SharedFunctionalGroupsSequence[0].CTExposureSequence[0].CTDIvol'),
                        dicom.value_number(m.t, m.d, 'PerFrameFunctionalGroupsSequence[0].CTExposureSequence[0].CTDIvol'))) as ctdi_vol,
           max(dicom.value_number(m.t, m.d, 'ImageAndFluoroscopyAreaDoseProduct') / 10) as dose_area_product,
           max(coalesce(dicom.value_number(m.t, m.d, 'EntranceDoseInmGy'), dicom.value_number(m.t, m.d, 'EntranceDose') * 100)) as entrance_dose,
           max(dicom.value_number(m.t, m.d, 'OrganDose') * 100) as average_glandular_dose,
           min(dicom.value_text(m.t, m.d, 'ProtocolName')) as acquisition_protocol,
           min(dicom.value_text(m.t, m.d, 'BodyPartExamined')) as target_region
      from image m
      -- PS3.3 C.7.6.1.1.2: a secondary image was made after the examination, from others.
      where dicom.value(m.t, m.d, 'ImageType') ->> 1 is distinct from 'SECONDARY'
        and dicom.value(m.t, m.d, 'ExposureDoseSequence') is null
        and not exists (select from listed l where l.modality = m.modality)
        and not exists (
          select from reported r
            where case when m.event_uid is not null then r.irradiation_event_uid = any (string_to_array(m.event_uid, '\'))
                       else r.is_ct = (m.modality = 'CT') and coalesce(m.series_instance_uid = any (r.series_uids), true) end)
      group by m.modality, m.event_uid, case when m.event_uid is not null then ''
        when m.modality = 'CT' then m.series_instance_uid || ' ' || coalesce(dicom.value_text(m.t, m.d, 'AcquisitionNumber'), '')
        else m.sop_instance_uid end)
  select r.series_instance_uid, r.sop_instance_uid, r.irradiation_event_uid, r.modality, r.started_at, r.kvp, r.exposure,
         r.ctdi_vol, r.dlp, r.dose_area_product, r.dose_rp, r.entrance_dose, r.average_glandular_dose,
         r.acquisition_protocol, r.target_region, 'rdsr' as source
    from reported r
  union all
  select l.series_instance_uid, l.sop_instance_uid, null as irradiation_event_uid, l.modality, null as started_at,
         dicom.value_number(l.item, 'KVP') as kvp, null as exposure, dicom.value_number(l.item, 'CTDIvol') as ctdi_vol, null as dlp,
         null as dose_area_product, null as dose_rp, null as entrance_dose, null as average_glandular_dose,
         dicom.value_text(l.item, 'AcquisitionType') as acquisition_protocol, null as target_region, 'header' as source
    from listed l
  union all
  select e.series_instance_uid, e.sop_instance_uid, e.event_uid as irradiation_event_uid, e.modality, e.started_at, e.kvp,
         trim_scale(round(e.exposure, 3)) as exposure, trim_scale(round(e.ctdi_vol, 4)) as ctdi_vol, null as dlp,
         trim_scale(e.dose_area_product) as dose_area_product, null as dose_rp, trim_scale(e.entrance_dose) as entrance_dose,
         trim_scale(e.average_glandular_dose) as average_glandular_dose, e.acquisition_protocol, e.target_region, 'header' as source
    from exposed e
    where num_nonnulls(e.kvp, e.exposure, e.ctdi_vol, e.dose_area_product, e.entrance_dose, e.average_glandular_dose) > 0;
end;
comment on function pacs_internal.study_dose_events is
'The irradiation events of one study, for the view pacs.dose_event. What stands in a dose report does not count again from headers: by Irradiation Event UID (0008,3010), and where an image has none, by the series that the report names as its evidence (all of its modality where it names none).';
-- The view asks with the rights of who asks, and these give nothing that its tables do not.
grant execute on function pacs_internal.in_unit(numeric, text, text), pacs_internal.sr_items(jsonb, text),
  pacs_internal.sr_number(jsonb, text, text), pacs_internal.sr_text(jsonb, text),
  pacs_internal.reported_irradiation(jsonb), pacs_internal.study_dose_events(bigint)
  to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace view pacs.dose_event with (security_invoker) as
  select st.study_instance_uid, e.series_instance_uid, e.sop_instance_uid, e.irradiation_event_uid, e.modality,
         e.started_at, e.kvp, e.exposure, e.ctdi_vol, e.dlp, e.dose_area_product, e.dose_rp, e.entrance_dose,
         e.average_glandular_dose, e.acquisition_protocol, e.target_region, e.source
  from pacs_data.study st cross join lateral pacs_internal.study_dose_events(st.id) e;
comment on view pacs.dose_event is 'Irradiation events, from dose reports and, where they say nothing, from headers of images: CT a row for each acquisition, else one for each image';
comment on column pacs.dose_event.sop_instance_uid is 'The report, or the first image of the event';
comment on column pacs.dose_event.started_at is 'By the clock of the device';
comment on column pacs.dose_event.kvp is 'kV';
comment on column pacs.dose_event.exposure is 'mA.s';
comment on column pacs.dose_event.ctdi_vol is 'mGy; where slices tell different ones, their mean';
comment on column pacs.dose_event.dlp is 'mGy.cm; headers of images do not tell it';
comment on column pacs.dose_event.dose_area_product is 'Gy.cm2';
comment on column pacs.dose_event.dose_rp is 'mGy, at the reference point';
comment on column pacs.dose_event.entrance_dose is 'mGy, at the entrance of the patient';
comment on column pacs.dose_event.average_glandular_dose is 'mGy; of mammography (Organ Dose in headers)';
comment on column pacs.dose_event.source is 'rdsr or header';
