-- Links: what the information system hands to a doctor. A token is 40 characters: the generation of the key,
-- the link's id, when it ends, and half of an HMAC-SHA256 over these and over what the row binds the link to.
-- The token itself is stored nowhere.

create or replace function pacs_internal.sign_link(
    generation int, link_id bigint, expires_at timestamptz, study_instance_uid text, role name, on_behalf_of text)
  returns bytea
  language sql stable
begin atomic
  -- Lengths frame the texts, so that no two bindings sign the same bytes.
  select substring(dicom.keyed_digest('link', generation,
    convert_to('pgpacs link 1', 'UTF8') || int8send(link_id) || int8send(extract(epoch from expires_at)::bigint)
    || int4send(octet_length(study_instance_uid)) || convert_to(study_instance_uid, 'UTF8')
    || int4send(octet_length(role::text)) || convert_to(role::text, 'UTF8')
    || int4send(coalesce(octet_length(on_behalf_of), -1)) || convert_to(coalesce(on_behalf_of, ''), 'UTF8'))
    from 1 for 16);
end;
comment on function pacs_internal.sign_link is 'The signature of a link: 16 bytes. For definers.';

create or replace function pacs_internal.make_token(
    link_id bigint, expires_at timestamptz, study_instance_uid text, role name, on_behalf_of text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  generation int := dicom.key_generation('link');
begin
  if generation > 255 then
    raise exception 'the key of the links has been renewed more than 255 times' using errcode = 'PC062';
  end if;
  return translate(encode(
    substring(int4send(generation) from 4) || int8send(link_id)
    || substring(int8send(extract(epoch from expires_at)::bigint) from 4)
    || pacs_internal.sign_link(generation, link_id, expires_at, study_instance_uid, role, on_behalf_of), 'base64'),
    '+/', '-_');
end
$$;
comment on function pacs_internal.make_token is 'The token of a link, in the alphabet of URLs. Raises PC060 and PC061 where the key cannot be used, PC062 after 255 generations. For definers.';

create or replace function pacs_internal.check_token(token text) returns pacs_data.link
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  bytes bytea;
  given pacs_data.link;
  study_uid text;
  claimed_end timestamptz;
begin
  if token is null or token = '' then
    raise exception 'a link needs its token' using errcode = 'PC040';
  end if;
  if token !~ '^[A-Za-z0-9_-]{40}$' then
    raise exception 'not a token of ours' using errcode = 'PC041';
  end if;
  bytes := decode(translate(token, '-_', '+/'), 'base64');
  claimed_end := to_timestamp(('x' || encode(substring(bytes from 10 for 5), 'hex'))::bit(40)::bigint);
  select l.* into given from pacs_data.link l
    where l.id = ('x' || encode(substring(bytes from 2 for 8), 'hex'))::bit(64)::bigint;
  select st.study_instance_uid into study_uid from pacs_data.study st where st.id = given.study_id;
  -- Compared as digests, so that the time taken tells nothing about the signature.
  if study_uid is null or given.expires_at <> claimed_end
     or get_byte(bytes, 0) not between 1 and dicom.key_generation('link')
     or pgcrypto.digest(substring(bytes from 15), 'sha256')
        <> pgcrypto.digest(pacs_internal.sign_link(get_byte(bytes, 0), given.id, given.expires_at, study_uid,
                                                   given.role, given.on_behalf_of), 'sha256') then
    raise exception 'not a token of ours' using errcode = 'PC041';
  end if;
  if given.revoked_at is not null then
    raise exception 'the link was taken back' using errcode = 'PC043';
  end if;
  if given.expires_at <= now() then
    raise exception 'the link has expired' using errcode = 'PC042';
  end if;
  if not pacs_internal.sees_studies(given.role) then
    raise exception 'the login that asked for the link may not see the study any more' using errcode = 'PC043';
  end if;
  return given;
end
$$;
comment on function pacs_internal.check_token is 'The link of a token that is genuine, not expired, not taken back. Raises PC040 to PC043, PC060 and PC061 where the key of its generation cannot be used. For definers.';

create or replace function pacs_internal.instance_number(template_number numeric, difference jsonb) returns numeric
  language sql immutable parallel safe
begin atomic
  select case when difference ? '00200013' then dicom.value_number('{}', difference, '00200013') else template_number end;
end;
comment on function pacs_internal.instance_number is
'The Instance Number of an instance, where that of its series'' template is known: as dicom.value_number(template, difference, ''00200013''), without the template. For definers.';

create or replace function pacs_internal.make_link(
    study bigint, caller name, on_behalf_of text, out token text, out expires_at timestamptz)
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  link_id constant bigint := ('x' || encode(pgcrypto.gen_random_bytes(8), 'hex'))::bit(64)::bigint;
begin
  expires_at := date_trunc('second', now()) + pacs_internal.setting('link_lifetime')::interval;
  insert into pacs_data.link (id, study_id, expires_at, role, on_behalf_of) values (link_id, study, expires_at, caller, make_link.on_behalf_of);
  token := pacs_internal.make_token(link_id, expires_at, (select st.study_instance_uid from pacs_data.study st where st.id = study),
                                    caller, make_link.on_behalf_of);
end
$$;
comment on function pacs_internal.make_link is 'A new link to a study, which the caller may see, with its token. Raises PC060 to PC062 where the key cannot be used. For definers.';

create or replace function pacs_internal.viewer_url(token text) returns text
  language sql stable
begin atomic
  select rtrim(pacs_internal.setting('public_url'), '/') || '/v/' || token;
end;
comment on function pacs_internal.viewer_url is 'What opens a study in the viewer. For definers.';

create or replace function pacs.study_links(
    study_instance_uid text, format text default null, on_behalf_of text default null)
  returns table (
    level text, series_instance_uid text, sop_instance_uid text, sop_class_uid text, modality text,
    instance_number int, url text, expires_at timestamptz)
  language plpgsql security definer rows 200 set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  caller name := pacs_internal.caller();
  study bigint;
  link record;
  base text := rtrim(pacs_internal.setting('public_url'), '/');
begin
  if format is not null and format <> 'wado-rs' then
    raise exception 'links come in the format wado-rs' using errcode = 'PC082';
  end if;
  select st.id into study from pacs_data.study st
    where st.study_instance_uid = study_links.study_instance_uid and pacs_internal.sees_studies(caller);
  if not found then
    raise exception 'there is no such study, or you may not see it' using errcode = 'PC045';
  end if;
  link := pacs_internal.make_link(study, caller, study_links.on_behalf_of);
  perform pacs_internal.audit('link_made', true, array[study], 1, study_links.on_behalf_of);
  return query
    select 'study', null::text, null::text, null::text, null::text, null::int, pacs_internal.viewer_url(link.token), link.expires_at
    union all
    -- A template may be large: it is read once for each series, not for each instance.
    (with se as materialized (
       select s.id, s.series_instance_uid, s.modality, s.series_number,
              dicom.value_number(s.template, '00200013') as template_number
       from pacs_data.series s where s.study_id = study)
     select 'instance', se.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, se.modality,
            case when n.number between -2147483648 and 2147483647 then n.number::int end,
            base || '/dicom-web/studies/' || study_links.study_instance_uid || '/series/' || se.series_instance_uid
              || '/instances/' || i.sop_instance_uid || '?token=' || link.token, link.expires_at
     from se join pacs_data.instance i on i.series_id = se.id
     cross join lateral (select pacs_internal.instance_number(se.template_number, i.difference) as number) n
     order by se.series_number nulls last, se.id, n.number nulls last, i.id);
end
$$;
comment on function pacs.study_links is
'Links to a study: one row for the study, whose url opens it in the viewer, and one for each object, whose url gives the stored bytes (WADO-RS, no cookie needed). They open until expires_at (setting link_lifetime), for the study alone, with the rights of the login that asks; on_behalf_of names the person they are for. Raises PC045 where there is no such study for the caller, PC060 without a key, PC082 for a format that there is not. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.study_links(text, text, text) from public;
grant execute on function pacs.study_links(text, text, text) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs.revoke_links(
    study_instance_uid text default null, on_behalf_of text default null, role name default null) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  caller name := pacs_internal.caller();
  is_operator boolean := pg_has_role(pacs_internal.caller(), 'pacs_operator', 'usage');
  studies bigint[];
begin
  if revoke_links.study_instance_uid is null and revoke_links.on_behalf_of is null and revoke_links.role is null then
    raise exception 'name a study, a person or a role' using errcode = 'PC082';
  end if;
  with gone as (
    update pacs_data.link l set revoked_at = now(), revoked_by = caller
      where l.revoked_at is null and l.expires_at > now()
        and (is_operator or l.role = caller)
        and (revoke_links.study_instance_uid is null
             or l.study_id = (select st.id from pacs_data.study st where st.study_instance_uid = revoke_links.study_instance_uid))
        and (revoke_links.on_behalf_of is null or l.on_behalf_of = revoke_links.on_behalf_of)
        and (revoke_links.role is null or l.role = revoke_links.role)
      returning l.study_id)
  select coalesce(array_agg(study_id), '{}') into studies from gone;
  perform pacs_internal.audit('links_revoked', true, studies, cardinality(studies), revoke_links.on_behalf_of);
  return cardinality(studies)::bigint;
end
$$;
comment on function pacs.revoke_links is
'Takes links back: of a study, of a person they were made for, of a login that made them, or of all that is named together. Returns how many. A login takes back its own; pacs_operator any. Raises PC082 where nothing is named. For pacs_mis, pacs_physician, pacs_radiologist, pacs_operator.';
revoke all on function pacs.revoke_links(text, text, name) from public;
grant execute on function pacs.revoke_links(text, text, name) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

create or replace function pacs.open_link(
    token text, peer inet default null,
    out study_instance_uid text, out role name, out on_behalf_of text, out expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link pacs_data.link := pacs_internal.check_token(token);
begin
  select st.study_instance_uid into study_instance_uid from pacs_data.study st where st.id = link.study_id;
  role := link.role;
  on_behalf_of := link.on_behalf_of;
  expires_at := link.expires_at;
  perform pacs_internal.audit('link_opened', true, array[link.study_id], 1, link.on_behalf_of, peer,
                              detail => jsonb_build_object('role', link.role));
end
$$;
comment on function pacs.open_link is 'What a token opens. Raises PC040 to PC043. For the daemon (pacs_gateway).';
revoke all on function pacs.open_link(text, inet) from public;
grant execute on function pacs.open_link(text, inet) to pacs_gateway;

create or replace function pacs_internal.drop_old_links() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  with gone as (
    delete from pacs_data.link where id in
      (select id from pacs_data.link where expires_at < now() - interval '30 days' limit 10000)
    returning 1)
  select count(*) from gone;
end;
comment on function pacs_internal.drop_old_links is 'Forgets links that ended over 30 days ago, at most 10,000 at once; the audit trail keeps who made and opened them. For pacs_job.';
grant execute on function pacs_internal.drop_old_links() to pacs_job;
