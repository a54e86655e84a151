-- Persons above cards: which cards are one person's, and merges that can be taken back.

-- A definer: a cursor of pacs.find reads it when its answers are fetched, with the rights of who fetches.
create or replace function pacs_internal.person_root(person_id bigint) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  with recursive up (id, steps) as (
    select person_root.person_id, 0
    union all
    select m.into_person_id, up.steps + 1 from up join pacs_data.person_merge m on m.person_id = up.id and m.undone_at is null
    where up.steps < 1000)
  select id from up order by steps desc limit 1;
end;
comment on function pacs_internal.person_root is 'The person that a person has been merged into, over all steps; itself where it has not. For definers, and for pacs.find, whose callers cannot name it.';
grant execute on function pacs_internal.person_root(bigint) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs_internal.persons_of(root bigint) returns setof bigint
  language sql stable
begin atomic
  with recursive down (id) as (
    select root
    union
    select m.person_id from down join pacs_data.person_merge m on m.into_person_id = down.id and m.undone_at is null)
  select id from down;
end;
comment on function pacs_internal.persons_of is 'A person and all who have been merged into it. For definers.';

create or replace function pacs_internal.person_numbered(number text) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  id bigint;
begin
  insert into pacs_data.person (person_number) values (number) on conflict (person_number) do nothing returning person.id into id;
  if id is null then
    select p.id into id from pacs_data.person p where p.person_number = number;
  end if;
  return id;
end
$$;
comment on function pacs_internal.person_numbered is 'The person whom the information system names so; made where there was none. For definers.';

create or replace function pacs_internal.person_of(card pacs_data.card, number text) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  known bigint;
begin
  if number is not null then
    return pacs_internal.person_numbered(number);
  end if;
  -- A document is one person's, but it is typed: the birth date and the name have to agree.
  select c.person_id into known from pacs_data.card c
    where c.identity_document = card.identity_document and c.birth_date = card.birth_date
      and dicom.name_similarity(c.patient_name, pacs_internal.name_of(card)) >= 0.5
    limit 1;
  if known is null then
    insert into pacs_data.person default values returning id into known;
  end if;
  return known;
end
$$;
comment on function pacs_internal.person_of is 'The person of a new card: whom the information system names; else who has a card with this document, this birth date and a like name; else a new one. For definers.';

create or replace function pacs_internal.person_named(person_id bigint, number text) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  named text;
begin
  if number is null then
    return person_id;
  end if;
  select p.person_number into named from pacs_data.person p where p.id = person_named.person_id;
  if named is null and not exists (select from pacs_data.person p where p.person_number = number) then
    update pacs_data.person p set person_number = number where p.id = person_named.person_id;
    return person_id;
  end if;
  return case when named = number then person_id else pacs_internal.person_numbered(number) end;
end
$$;
comment on function pacs_internal.person_named is 'The person of a card that was of this one and is given the name of its person now. For definers.';

create or replace function pacs.merge_person(person_id bigint, into_person_id bigint, reason text default null) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Two merges at once could run in a circle that neither sees.
  perform pg_advisory_xact_lock(1346454357, 1);
  if (select count(*) from pacs_data.person p where p.id in (merge_person.person_id, merge_person.into_person_id)) < 2 then
    raise exception 'there are no two such persons' using errcode = 'PC092';
  elsif pacs_internal.person_root(merge_person.person_id) <> merge_person.person_id then
    raise exception 'the person is merged into another already: pacs.unmerge_person takes that back' using errcode = 'PC092';
  elsif pacs_internal.person_root(merge_person.into_person_id) = merge_person.person_id then
    raise exception 'the merge would run in a circle' using errcode = 'PC092';
  end if;
  insert into pacs_data.person_merge (person_id, into_person_id, reason, merged_by)
    values (merge_person.person_id, merge_person.into_person_id, merge_person.reason, pacs_internal.caller());
  perform pacs_internal.audit('person_merged', true,
    detail => jsonb_build_object('person', merge_person.person_id, 'into', merge_person.into_person_id));
end
$$;
comment on function pacs.merge_person is
'Says that a person is another: their cards are one person''s from then on. Raises PC092 where there are no two such persons, where the first is merged already, or in a circle. Audited. For pacs_registrar.';
revoke all on function pacs.merge_person(bigint, bigint, text) from public;
grant execute on function pacs.merge_person(bigint, bigint, text) to pacs_registrar;

create or replace function pacs.unmerge_person(person_id bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  was_into bigint;
begin
  perform pg_advisory_xact_lock(1346454357, 1);
  update pacs_data.person_merge m set undone_at = now(), undone_by = pacs_internal.caller()
    where m.person_id = unmerge_person.person_id and m.undone_at is null returning m.into_person_id into was_into;
  if not found then
    raise exception 'the person is not merged into another' using errcode = 'PC092';
  end if;
  perform pacs_internal.audit('person_unmerged', true, detail => jsonb_build_object('person', unmerge_person.person_id, 'from', was_into));
end
$$;
comment on function pacs.unmerge_person is
'Takes back that a person is another; whoever was merged into it before stays with it. The merge stays as a row (pacs.person_merge). Raises PC092 where there is none. Audited. For pacs_registrar.';
revoke all on function pacs.unmerge_person(bigint) from public;
grant execute on function pacs.unmerge_person(bigint) to pacs_registrar;

create or replace view pacs.person_merge with (security_invoker) as
  select person_id, into_person_id, reason, merged_at, merged_by, undone_at, undone_by from pacs_data.person_merge;
comment on view pacs.person_merge is 'Who was said to be whom, by whom, and what of it was taken back';
grant select on pacs.person_merge, pacs_data.person_merge to pacs_registrar;
