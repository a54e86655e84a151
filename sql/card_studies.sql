-- What the information system asks: the studies of a patient card, or of a person, each with a link that opens it.

create or replace function pacs_internal.linked_studies(cards bigint[], caller name, on_behalf_of text)
  returns table (
    study_instance_uid text, study_date date, study_time time, modalities text, study_description text, accession_number text,
    instances bigint, card_number text, card_year int, status text, score real, url text, expires_at timestamptz)
  language sql volatile
begin atomic
  select st.study_instance_uid, st.study_date, st.study_time,
         (select string_agg(distinct se.modality, ' ') from pacs_data.series se where se.study_id = st.id), st.study_description,
         st.accession_number,
         (select count(*) from pacs_data.series se join pacs_data.instance i on i.series_id = se.id where se.study_id = st.id),
         c.card_number, c.card_year, l.status, l.score, pacs_internal.viewer_url(m.token), m.expires_at
  from pacs_data.card_link l join pacs_data.card c on c.id = l.card_id
  join pacs_internal.visible_studies(caller) st on st.id = l.study_id
  cross join lateral pacs_internal.make_link(st.id, caller, linked_studies.on_behalf_of) m
  where l.card_id = any (cards)
  order by st.study_date desc nulls last, st.study_time desc nulls last, st.id desc;
end;
comment on function pacs_internal.linked_studies is 'The studies of cards that a role may see, the newest first, each with a new link. For definers.';

create or replace function pacs.card_studies(card_number text, card_year int default null, on_behalf_of text default null)
  returns table (
    study_instance_uid text, study_date date, study_time time, modalities text, study_description text, accession_number text,
    instances bigint, number text, year int, status text, score real, url text, expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant name := pacs_internal.caller();
  cards constant bigint[] := array(select c.id from pacs_data.card c where c.card_number = card_studies.card_number
    and (card_studies.card_year is null or c.card_year = card_studies.card_year));
begin
  perform pacs_internal.audit('card_studies_read', true,
    array(select l.study_id from pacs_data.card_link l where l.card_id = any (cards)), on_behalf_of => card_studies.on_behalf_of,
    detail => jsonb_build_object('cards', cards));
  return query select * from pacs_internal.linked_studies(cards, caller, card_studies.on_behalf_of);
end
$$;
comment on function pacs.card_studies is
'The studies of a patient card (of every year that has the number, where card_year is null), the newest first: its status (automatic: by the evidence, confirmed: by a person) and points, and url, which opens it in the viewer until expires_at. Only studies that the caller may see; none where there is no such card. on_behalf_of: for whom, kept in link and trail. Audited. Raises PC060 without a key of links. For pacs_mis.';
revoke all on function pacs.card_studies(text, int, text) from public;
grant execute on function pacs.card_studies(text, int, text) to pacs_mis;

create or replace function pacs.person_studies(person_id bigint default null, person_number text default null, on_behalf_of text default null)
  returns table (
    study_instance_uid text, study_date date, study_time time, modalities text, study_description text, accession_number text,
    instances bigint, number text, year int, status text, score real, url text, expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant name := pacs_internal.caller();
  cards bigint[];
begin
  if num_nonnulls(person_id, person_number) <> 1 then
    raise exception 'person_id or person_number is needed' using errcode = 'PC082';
  end if;
  cards := array(
    select c.id from pacs_data.card c where c.person_id in (
      select pacs_internal.persons_of(pacs_internal.person_root(p.id)) from pacs_data.person p
      where p.id = person_studies.person_id or p.person_number = person_studies.person_number));
  perform pacs_internal.audit('person_studies_read', true,
    array(select l.study_id from pacs_data.card_link l where l.card_id = any (cards)), on_behalf_of => person_studies.on_behalf_of,
    detail => jsonb_build_object('cards', cards));
  return query select * from pacs_internal.linked_studies(cards, caller, person_studies.on_behalf_of);
end
$$;
comment on function pacs.person_studies is
'The studies of all patient cards of a person, and of all who were merged with it, as pacs.card_studies gives them. The person by person_id (pacs.find_cards) or by person_number, the information system''s. Raises PC082 where neither or both are given, PC060 without a key of links. Audited. For pacs_mis.';
revoke all on function pacs.person_studies(bigint, text, text) from public;
grant execute on function pacs.person_studies(bigint, text, text) to pacs_mis;
