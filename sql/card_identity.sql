-- Corrections on the way out: what the patient card says in the place of what was typed, where the row of the receiver in
-- pacs.remote_ae says so; and studies found by it.

create or replace function pacs_internal.card_identities(card_issuer text)
  returns table (study_id bigint, card_id bigint, patient_name text, patient_id text, issuer text, birth_date date, sex text, changed_at timestamptz)
  language sql stable rows 1000
begin atomic
  -- Text of a feed may be longer than DICOM lets it be, or hold its separator.
  select l.study_id, c.id, rtrim(left(translate(c.patient_name, '\', '/'), 64), '^= '),
         case when n.number ~ '^[^\\]{1,64}$' then n.number end, case when n.number ~ '^[^\\]{1,64}$' then nullif(card_issuer, '') end,
         c.birth_date, c.sex, greatest(l.decided_at, c.changed_at)
  from pacs_data.card_link l join pacs_data.card c on c.id = l.card_id
  left join pacs_data.person p on p.id = case
    when exists (select from pacs_data.person_merge m where m.person_id = c.person_id and m.undone_at is null)
    then pacs_internal.person_root(c.person_id) else c.person_id end
  -- The number of a card is given again each year: alone it would make two persons one.
  cross join lateral (select coalesce(p.person_number, c.card_number || '/' || c.card_year) as number) n;
end;
comment on function pacs_internal.card_identities is
'Of each linked study the identity of its patient card: name; Patient ID, which is the person''s number, else the card''s number and year, with its issuer (card_issuer: what the setting says); null is not known. changed_at: since when. Inlined where it is called. For definers.';

-- Statements of plpgsql are planned once, with the year kept from the planner as in pacs_internal.put_card.
create or replace function pacs_internal.is_card_number(patient_id text) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
declare
  number constant text := substring(patient_id from '^(.+)/[0-9]{4}$');
begin
  if exists (select from pacs_data.person p where p.person_number = patient_id) then
    return true;
  end if;
  return number is not null and exists (select from pacs_data.card c where c.card_number = number and c.card_year + 0 = right(patient_id, 4)::int);
end
$$;
comment on function pacs_internal.is_card_number is 'Whether a Patient ID is one that pacs_internal.cards_numbered may know: what most are not, at the least cost. For definers.';

create or replace function pacs_internal.cards_numbered(ids text[]) returns bigint[]
  language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
begin
  return array(
    select c.id from unnest(ids) t cross join lateral (
      select c.id from pacs_data.card c
      where c.card_number = substring(t from '^(.+)/[0-9]{4}$') and c.card_year + 0 = substring(t from '/([0-9]{4})$')::int) c
    union
    select c.id from unnest(ids) t join pacs_data.person p on p.person_number = t
    cross join lateral pacs_internal.persons_of(pacs_internal.person_root(p.id)) x (id) join pacs_data.card c on c.person_id = x.id
    limit 10000);
end
$$;
comment on function pacs_internal.cards_numbered is 'Cards that a Patient ID of the information system names: number/year, or the number of the person. For definers.';

create or replace function pacs_internal.cards_beginning(pattern text) returns bigint[]
  language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
declare
  beginning constant text collate "C" := substring(pattern from '^[^*?]*');
  number constant text collate "C" := regexp_replace(beginning, '/[0-9]{0,4}$', '');
  alike constant text := translate(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_');
begin
  return array(
    (select c.id from pacs_data.card c where c.card_number >= number and c.card_number < number || chr(1114111)
      and c.card_number || '/' || c.card_year like alike limit 10000)
    union
    (select c.id from pacs_data.person p
      cross join lateral pacs_internal.persons_of(pacs_internal.person_root(p.id)) x (id) join pacs_data.card c on c.person_id = x.id
      where p.person_number >= beginning and p.person_number < beginning || chr(1114111) and p.person_number like alike limit 10000));
end
$$;
comment on function pacs_internal.cards_beginning is 'As pacs_internal.cards_numbered, by a pattern that does not begin with a wild card. For definers.';

create or replace function pacs_internal.find_linked_ids(ids text[], issuers text[]) returns bigint[]
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if ids is null or pacs_internal.setting('card_issuer') <> all (issuers) then
    return '{}'::bigint[];
  end if;
  return array(select l.study_id from pacs_data.card_link l where l.card_id = any (pacs_internal.cards_numbered(ids)));
end
$$;
comment on function pacs_internal.find_linked_ids is 'Studies of the cards that these Patient IDs name, of these issuers where some are given. For definers.';

create or replace function pacs_internal.condition_on_card_id(texts text[], inout parameters text[], out condition text)
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  cards bigint[];
  one text;
begin
  condition := 'false';
  -- What begins with a wild card no index finds: only what was received is searched for it.
  if exists (select from unnest(texts) t where t ~ '^[*?]') then
    return;
  end if;
  cards := pacs_internal.cards_numbered(array(select t from unnest(texts) t where t !~ '[*?]'));
  for one in select t from unnest(texts) t where t ~ '[*?]' loop
    cards := cards || pacs_internal.cards_beginning(one);
  end loop;
  if cards <> '{}' then
    parameters := parameters || cards::text;
    condition := format('c.id = any ($2[%s]::bigint[])', cardinality(parameters));
  end if;
end
$$;
comment on function pacs_internal.condition_on_card_id is 'The condition of a Patient ID on a card c; false where there is no such card. For definers.';

create or replace function pacs_internal.condition_on_card_name(texts text[], inout parameters text[], out condition text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  condition := 'false';
  -- An index finds what begins so, or has three letters one after the other.
  if exists (select from unnest(texts) t where dicom.name_key(t) !~ '[^*? ]{3}' and dicom.name_key(t) !~ '^[!-)+->@-~]+\*?$') then
    return;
  end if;
  select c.parameters, c.condition into parameters, condition
    from pacs_internal.condition_of_name('00100010', texts, 'c.patient_name', '(left(dicom.name_key(c.patient_name), 256) collate "C")', parameters) c;
end
$$;
comment on function pacs_internal.condition_on_card_name is 'The condition of a name on a card c; false where no index would serve it. For definers.';

create or replace function pacs_internal.linked_statement(identifier jsonb, inout parameters text[], out statement text)
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  conditions text;
  part text;
  key record;
  texts text[];
  is_of_study boolean := false;
begin
  -- What leads to few comes first: where it leads to none, nothing else is looked at.
  for key in select k.place, k.tag, k.vr, identifier -> k.tag as element
      from (values (1, '00100020', 'LO'), (2, '00100010', 'PN'), (3, '00100030', 'DA'), (4, '00100021', 'LO'), (5, '00100040', 'CS'), (6, '00080020', 'DA')) k (place, tag, vr)
      where jsonb_typeof(identifier -> k.tag) = 'object' order by k.place loop
    texts := pacs_internal.find_texts(key.tag, key.vr, key.element);
    continue when texts is null or exists (select from unnest(texts) t where t ~ '^\*+$');
    case key.tag
      when '00100020' then
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_on_card_id(texts, parameters) c;
      when '00100010' then
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_on_card_name(texts, parameters) c;
      when '00100030' then
        -- What the card does not know is shown as it was received.
        is_of_study := conditions is not null;
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_of_date(key.tag, texts,
          case when is_of_study then 'coalesce(c.birth_date, st.patient_birth_date)' else 'c.birth_date' end, parameters) c;
      when '00100021' then
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_of_text(key.vr, texts, '$2[1]', parameters) c;
      when '00080020' then
        -- A name that many have, of a few days.
        is_of_study := true;
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_of_date(key.tag, texts, 'st.study_date', parameters) c;
      else
        is_of_study := true;
        select c.parameters, c.condition into parameters, part from pacs_internal.condition_of_text(key.vr, texts, 'coalesce(c.sex, st.patient_sex)', parameters) c;
    end case;
    if part = 'false' or (conditions is null and key.place > 3) then
      return;
    end if;
    conditions := concat_ws(' and ', conditions, part);
  end loop;
  statement := 'select array(select l.study_id from pacs_data.card c join pacs_data.card_link l on l.card_id = c.id '
    || case when is_of_study then 'join pacs_data.study st on st.id = l.study_id ' else '' end || 'where ' || conditions || ' limit 10000) as studies';
end
$$;
comment on function pacs_internal.linked_statement is
'The statement of pacs_internal.find_linked, with all texts as $2, the first the issuer of cards'' numbers; null where no card can be meant. Raises PC051. For definers.';

create or replace function pacs_internal.find_linked(identifier jsonb) returns bigint[]
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  id constant text := identifier #>> '{00100020,Value,0}';
  query record;
  found_ones refcursor;
  studies bigint[];
begin
  if id ~ '^[^*?]+$' and identifier #> '{00100020,Value}' = jsonb_build_array(id) and not pacs_internal.is_card_number(btrim(id)) then
    return null;
  elsif not identifier ?| array['00100010', '00100020', '00100030']
     or not exists (select from pacs_data.card_link l where l.card_id is not null) then
    return null;
  end if;
  query := pacs_internal.linked_statement(identifier, array[pacs_internal.setting('card_issuer')]);
  if query.statement is not null then
    open found_ones for execute query.statement using null::name, query.parameters;
    fetch found_ones into studies;
    close found_ones;
  end if;
  return nullif(studies, '{}');
end
$$;
comment on function pacs_internal.find_linked is
'Studies whose patient card is what an identifier''s keys of the patient ask for, 10,000 at most; null where there are none, or where no key has a value that an index serves. Raises PC051. For definers.';

-- A definer: a cursor reads it when its answers are fetched, with the rights of who fetches.
create or replace function pacs_internal.shown_alike(patient_id text, issuer text, patient bigint, card_issuer text) returns setof bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select st.id from pacs_data.patient p join pacs_data.study st on st.patient_id = p.id
  where (p.id = patient or (shown_alike.patient_id <> '' and p.patient_id = shown_alike.patient_id))
    and p.patient_id = shown_alike.patient_id and p.issuer_of_patient_id = coalesce(shown_alike.issuer, '')
    and not exists (select from pacs_internal.card_identities(shown_alike.card_issuer) ci where ci.study_id = st.id and ci.patient_id is not null)
  union all
  select ci.study_id from pacs_internal.card_identities(shown_alike.card_issuer) ci
  where ci.card_id = any (pacs_internal.cards_numbered(array[shown_alike.patient_id]))
    and ci.patient_id = shown_alike.patient_id and coalesce(ci.issuer, '') = coalesce(shown_alike.issuer, '');
end;
comment on function pacs_internal.shown_alike is
'The studies that show a Patient ID of an issuer, by their card or, where they have none, as received; of a patient without an ID those of the patient. For pacs.find, whose callers cannot name it.';
grant execute on function pacs_internal.shown_alike(text, text, bigint, text) to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator;

-- Objects. The edits are those of docs/rewrite.md; values of the object are as its header has them.

create or replace function pacs_internal.original_item(was jsonb, source text, changed_at timestamptz) returns jsonb
  language sql stable
begin atomic
  -- PS3.3 C.12.1.1.9: whose the values were, who changed them when and why, and what they were.
  select jsonb_build_object(
    '04000564', jsonb_build_object('vr', 'LO', 'Value', jsonb_build_array(coalesce(source, ''))),
    '04000562', jsonb_build_object('vr', 'DT', 'Value', jsonb_build_array(to_char(changed_at at time zone 'UTC', 'YYYYMMDDHH24MISS') || '+0000')),
    '04000563', jsonb_build_object('vr', 'LO', 'Value', jsonb_build_array('pgpacs ' || pacs_internal.setting('ae_title'))),
    '04000565', jsonb_build_object('vr', 'CS', 'Value', jsonb_build_array('CORRECT')),
    '04000550', jsonb_build_object('vr', 'SQ', 'Value', jsonb_build_array(was)));
end;
comment on function pacs_internal.original_item is 'An item of Original Attributes Sequence. For definers.';

create or replace function pacs_internal.identity_edits(received jsonb, wanted jsonb, character_set text, source text, changed_at timestamptz) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  edits jsonb := '[]'::jsonb;
  was jsonb := '{}'::jsonb;
  other jsonb;
  tag text;
  value text;
begin
  for tag, value in select w.key, w.value from jsonb_each_text(wanted) w order by w.key loop
    continue when coalesce(dicom.value_text(received, tag), '') = value;
    edits := edits || case value when '' then jsonb_build_object('op', 'remove', 'attribute', tag)
                      else jsonb_build_object('op', 'insert', 'attribute', tag, 'value', value) end;
    -- Of type 2 all but the issuer: what is not there was empty.
    was := was || case when received ? tag or tag <> '00100021' then jsonb_build_object(tag, coalesce(received -> tag,
      jsonb_build_object('vr', case tag when '00100010' then 'PN' when '00100030' then 'DA' when '00100040' then 'CS' else 'LO' end))) else '{}'::jsonb end;
  end loop;
  if edits = '[]' then
    return null;
  end if;
  if wanted ? '00100020' and (edits @> '[{"attribute": "00100020"}]' or edits @> '[{"attribute": "00100021"}]') then
    -- What else says whose the received number is goes with it.
    other := jsonb_strip_nulls(jsonb_build_object('00100020', received -> '00100020', '00100021', received -> '00100021',
      '00100024', received -> '00100024')) || '{"00100022": {"vr": "CS", "Value": ["TEXT"]}}';
    if received ? '00100024' then
      edits := edits || '[{"op": "remove", "attribute": "00100024"}]'::jsonb;
      was := was || jsonb_build_object('00100024', received -> '00100024');
    end if;
    if dicom.value_text(received, '00100020') <> '' then
      edits := edits || jsonb_build_object('op', 'insert', 'attribute', '00101002', 'value', coalesce(dicom.value(received, '00101002'), '[]'::jsonb) || jsonb_build_array(other));
    end if;
  end if;
  if character_set is not null then
    -- What it was no header says: texts in it are Unicode. All of the object is ASCII, which is read alike.
    edits := edits || jsonb_build_object('op', 'insert', 'attribute', '00080005', 'value', character_set);
  end if;
  return edits || jsonb_build_object('op', 'insert', 'attribute', '04000561', 'value',
    coalesce(dicom.value(received, '04000561'), '[]'::jsonb) || jsonb_build_array(pacs_internal.original_item(was, source, changed_at)));
end
$$;
comment on function pacs_internal.identity_edits is
'The edits that make the attributes received those that are wanted (by tag; an empty text: the attribute goes), and keep what was received in Other Patient IDs and Original Attributes; null where they are so already. character_set: another one for the object. For definers.';

create or replace function pacs_internal.edits_to_card(study_id bigint, received jsonb, is_ascii boolean, source text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  card record;
  wanted jsonb;
  edits jsonb;
  romanized jsonb;
begin
  select ci.* into card from pacs_internal.card_identities(pacs_internal.setting('card_issuer')) ci where ci.study_id = edits_to_card.study_id;
  wanted := jsonb_strip_nulls(jsonb_build_object('00100010', card.patient_name, '00100020', card.patient_id,
    '00100021', case when card.patient_id is not null then coalesce(card.issuer, '') end,
    '00100030', to_char(card.birth_date, 'YYYYMMDD'), '00100040', card.sex));
  edits := pacs_internal.identity_edits(received, wanted, null, source, card.changed_at);
  if edits is null or pacs_internal.is_ascii(edits) then
    return edits::text;
  elsif is_ascii then
    -- ASCII is the same in UTF-8.
    return edits::text || chr(10) || pacs_internal.identity_edits(received, wanted, 'ISO_IR 192', source, card.changed_at)::text;
  end if;
  -- No other text of the object has to be written anew. What was received may not be in the character set that the object names.
  romanized := coalesce(pacs_internal.identity_edits(received, wanted || jsonb_strip_nulls(jsonb_build_object(
    '00100010', pacs_internal.ascii_of(wanted ->> '00100010'), '00100020', pacs_internal.ascii_of(wanted ->> '00100020'))),
    null, source, card.changed_at), '[]'::jsonb);
  return concat_ws(chr(10), edits::text, romanized::text, pacs_internal.ascii_of(romanized::text));
end
$$;
comment on function pacs_internal.edits_to_card is
'The edits that give an object the identity of its study''s card, null where it has it: one set on each line, of which the first is made that the object''s character set can hold. With the name as it is; then, where all text of the header is ASCII, in UTF-8; else romanized. received: what of its header they are about; source: who sent it. For definers.';

create or replace function pacs_internal.ascii_of(value text) returns text
  language sql immutable parallel safe
begin atomic
  select regexp_replace(dicom.romanize(value), '[^\x01-\x7f]', '?', 'g');
end;
comment on function pacs_internal.ascii_of is 'A text romanized; what has no Latin letters for it becomes a question mark.';

create or replace function pacs_internal.is_ascii(header jsonb) returns boolean
  language sql immutable parallel safe
begin atomic
  select octet_length(header::text) = length(header::text);
end;
comment on function pacs_internal.is_ascii is 'Whether all texts of a header are ASCII.';

create or replace function pacs_internal.identity_part(header jsonb) returns jsonb
  language sql immutable parallel safe
begin atomic
  select coalesce(jsonb_object_agg(t.tag, header -> t.tag) filter (where header ? t.tag), '{}'::jsonb)
  from unnest(array['00100010', '00100020', '00100021', '00100024', '00100030', '00100040', '00101002', '04000561']) t (tag);
end;
comment on function pacs_internal.identity_part is 'What of a header pacs_internal.edits_to_card is about.';

create or replace function pacs_internal.outgoing_edits(series_ids bigint[], sop_instance_uids text[]) returns table (instance_id bigint, edits text)
  language sql stable rows 1000
begin atomic
  -- A template may be large: it is read once for each series. Nearly all instances of one have the same edits, which are made once.
  with se as materialized (
    select s.id, s.study_id, s.template, pacs_internal.identity_part(s.template) as part, pacs_internal.is_ascii(s.template) as is_ascii
    from pacs_data.series s join pacs_data.card_link l on l.study_id = s.study_id and l.card_id is not null
    where s.id = any (series_ids)),
  object as materialized (
    select i.id, se.study_id, t.calling_ae_title as source, se.is_ascii and pacs_internal.is_ascii(i.difference) as is_ascii,
           case when i.difference ?| array['00100010', '00100020', '00100021', '00100024', '00100030', '00100040', '00101002', '04000561']
             then pacs_internal.identity_part(dicom.merge(se.template, i.difference)) else se.part end as part
    from se join pacs_data.instance i on i.series_id = se.id left join pacs_data.transfer t on t.id = i.transfer_id
    where sop_instance_uids is null or i.sop_instance_uid = any (sop_instance_uids)),
  made as materialized (
    select d.study_id, d.part, d.is_ascii, d.source, pacs_internal.edits_to_card(d.study_id, d.part, d.is_ascii, d.source) as edits
    from (select distinct o.study_id, o.part, o.is_ascii, o.source from object o) d)
  select o.id, m.edits from object o
  join made m on m.study_id = o.study_id and m.part = o.part and m.is_ascii = o.is_ascii and m.source is not distinct from o.source
  where m.edits is not null;
end;
comment on function pacs_internal.outgoing_edits is
'Of instances of linked studies the edits that give them the identity of the card; none where they have it. series_ids: theirs; sop_instance_uids: only these, where they are not null. For definers.';
