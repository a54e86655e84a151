-- Which patient card a study is of: the clear case is linked, the unclear one waits for a person.

create or replace function pacs_internal.keys_of_study(numbers text[], patient_name text, birth_date date, age int, made_from timestamp) returns text[]
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  words constant text[] := pacs_internal.name_words(patient_name);
begin
  return array(
    select 'n' || k from unnest(numbers) n, unnest(dicom.number_keys(n)) k
    union select 'd' || to_char(d, 'YYYYMMDD') from unnest(pacs_internal.birth_dates(birth_date)) d
    union select 'y' || a || ' ' || y from unnest(words) a, unnest(pacs_internal.birth_years(birth_date, age, made_from)) y
    union select 'w' || a || '^' || b from unnest(words) a, unnest(words) b where a <> b);
end
$$;
comment on function pacs_internal.keys_of_study is 'By what a card that comes later finds a study (pacs_internal.keys_of_card).';

create or replace function pacs_internal.keys_of_card(card pacs_data.card) returns text[]
  language sql immutable parallel safe
begin atomic
  select array_remove(array['n' || dicom.number_key(card.card_number), 'd' || to_char(card.birth_date, 'YYYYMMDD'),
    'y' || dicom.name_skeleton(card.surname) || ' ' || extract(year from card.birth_date)::int,
    'w' || dicom.name_skeleton(card.surname) || '^' || dicom.name_skeleton(card.given_name)], null);
end;
comment on function pacs_internal.keys_of_card is 'By what a card finds the studies that it may be of.';

create or replace function pacs_internal.keep_link(
    study_id bigint, status text, card_id bigint, score real, evidence jsonb, is_by_hand boolean, reason text, keys text[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  decider constant name := case when keep_link.is_by_hand then pacs_internal.caller() else 'pgpacs' end;
  was pacs_data.card_link;
begin
  select * into was from pacs_data.card_link l where l.study_id = keep_link.study_id for update;
  if not found then
    insert into pacs_data.card_link (study_id, card_id, status, is_by_hand, score, evidence, decided_by, reason, keys)
      values (keep_link.study_id, keep_link.card_id, keep_link.status, keep_link.is_by_hand, keep_link.score, keep_link.evidence, decider,
        keep_link.reason, keep_link.keys);
    if keep_link.card_id is not null then
      perform pacs_internal.forward_linked(keep_link.study_id);
    end if;
    return;
  end if;
  if (was.status, was.card_id, was.is_by_hand, was.evidence, was.reason)
     is not distinct from (keep_link.status, keep_link.card_id, keep_link.is_by_hand, keep_link.evidence, keep_link.reason) then
    -- The same decision, though points or what was typed may be others.
    update pacs_data.card_link l set score = keep_link.score, keys = keep_link.keys
      where l.study_id = keep_link.study_id and (l.score, l.keys) is distinct from (keep_link.score, keep_link.keys);
    return;
  end if;
  if was.status <> 'none' or was.is_by_hand then
    insert into pacs_data.card_link_history (study_id, card_id, status, is_by_hand, score, evidence, decided_at, decided_by, reason, ended_by)
      values (was.study_id, was.card_id, was.status, was.is_by_hand, was.score, was.evidence, was.decided_at, was.decided_by, was.reason, decider);
  end if;
  update pacs_data.card_link l
    set card_id = keep_link.card_id, status = keep_link.status, is_by_hand = keep_link.is_by_hand, score = keep_link.score,
        evidence = keep_link.evidence, decided_at = now(), decided_by = decider, reason = keep_link.reason, keys = keep_link.keys
    where l.study_id = keep_link.study_id;
  if was.card_id is null and keep_link.card_id is not null then
    perform pacs_internal.forward_linked(keep_link.study_id);
  end if;
end
$$;
comment on function pacs_internal.keep_link is 'Writes what was decided about a study and its card; what stood there before goes into the history. What rules had not sent for want of a link is queued. For definers.';

create or replace function pacs_internal.decide_link(study_id bigint, is_wide boolean default true) returns text
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  candidates record;
  is_by_hand boolean;
  lead real;
  status text := 'none';
begin
  select l.is_by_hand, l.status into is_by_hand, status from pacs_data.card_link l where l.study_id = decide_link.study_id;
  if status = 'confirmed' then
    return status;
  end if;
  candidates := pacs_internal.weigh_study(decide_link.study_id, decide_link.is_wide);
  lead := candidates.scores[1] - coalesce(candidates.scores[2], 0);
  status := case
    when candidates.scores[1] >= pacs_internal.setting('link_automatic')::real and lead >= pacs_internal.setting('link_lead')::real
         -- A study belongs to the stay in which it was made.
         and candidates.evidence[1] ->> 'stay' <> 'outside' and is_by_hand is not true then 'automatic'
    when candidates.scores[1] >= pacs_internal.setting('link_proposed')::real then 'proposed'
    else 'none' end;
  perform pacs_internal.keep_link(decide_link.study_id, status, case when status = 'automatic' then candidates.cards[1] end,
    candidates.scores[1], case when status <> 'none' then candidates.evidence[1] end, coalesce(is_by_hand, false), null,
    (select pacs_internal.keys_of_study(t.numbers, t.patient_name, t.birth_date, t.age, t.made_from) from pacs_internal.typed_of(decide_link.study_id) t));
  delete from pacs_data.card_candidate c where c.study_id = decide_link.study_id;
  if status = 'proposed' then
    insert into pacs_data.card_candidate (study_id, card_id, place, score, evidence)
    select decide_link.study_id, u.card_id, u.place, u.score, u.evidence
    from unnest(candidates.cards, candidates.scores, candidates.evidence) with ordinality u (card_id, score, evidence, place)
    where u.score >= pacs_internal.setting('link_proposed')::real or u.place = 1;
  end if;
  return status;
end
$$;
comment on function pacs_internal.decide_link is 'Links a study to the card that is clearly its own, or proposes cards, or notes that there is none; what a person confirmed stays. is_wide: where none is clear it looks further, which takes longer. Returns the status. The caller has locked the study''s row, or made it. For definers.';

create or replace function pacs_internal.link_new_study(study_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  status text;
begin
  begin
    status := pacs_internal.decide_link(link_new_study.study_id, false);
  exception when others then
    -- An image is kept whatever is wrong with cards; pacs_internal.relink tries again, and says so.
    null;
  end;
  -- To look further is not for a device to wait for; where there are no cards, nobody has to.
  if status is null or (status <> 'automatic' and exists (select from pacs_data.card)) then
    insert into pacs_data.link_due (subject, id) values ('study', link_new_study.study_id) on conflict do nothing;
  end if;
end
$$;
comment on function pacs_internal.link_new_study is 'Decides about a study that has just come, in its transaction; where it is not clear among the cards that there are, or that fails, it is due. For definers.';

create or replace function pacs_internal.relink_studies_of(card_id bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  card pacs_data.card;
  of_card text[];
begin
  select * into card from pacs_data.card c where c.id = relink_studies_of.card_id;
  of_card := pacs_internal.keys_of_card(card);
  -- Studies of this card and of the patient's other cards, those to which it is proposed, and those that share a key: the number first.
  insert into pacs_data.link_due (subject, id)
    select 'study', x.study_id from (
      select l.study_id from pacs_data.card_link l
        where l.card_id in (select c.id from pacs_data.card c where c.person_id = card.person_id) and l.status = 'automatic'
      union
      select d.study_id from pacs_data.card_candidate d where d.card_id = card.id
      union
      (select l.study_id from pacs_data.card_link l where l.keys && of_card[1:1] limit 1000)
      union
      (select l.study_id from pacs_data.card_link l where l.keys && of_card[2:] limit 1000)) x
    order by x.study_id
  on conflict do nothing;
end
$$;
comment on function pacs_internal.relink_studies_of is 'Notes the studies that a card which came or changed may be of. For definers.';

create or replace function pacs_internal.take_due(of_subject text, most int) returns setof bigint
  language sql volatile
begin atomic
  -- The newest first: who comes today does not wait for what an upgrade left to do.
  with taken as materialized (
    select x.subject, x.id from pacs_data.link_due x where x.subject = of_subject and x.due_at <= now()
    order by x.due_at desc limit most for update skip locked)
  delete from pacs_data.link_due d using taken t where d.subject = t.subject and d.id = t.id returning d.id;
end;
comment on function pacs_internal.take_due is 'Studies or cards that are due, the newest first; they are due no more. For definers.';

create or replace function pacs_internal.relink_one(subject text, due bigint) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if relink_one.subject = 'card' then
    perform pacs_internal.relink_studies_of(due);
    return;
  end if;
  perform from pacs_data.study st where st.id = due for no key update;
  if found then
    perform pacs_internal.decide_link(due);
  end if;
exception when others then
  -- One stops no other.
  raise warning '% % could not be linked (%): it is tried again in an hour', relink_one.subject, due, sqlstate;
  insert into pacs_data.link_due (subject, id, due_at, last_error) values (relink_one.subject, due, now() + interval '1 hour', sqlstate)
    on conflict on constraint link_due_pkey do update set due_at = excluded.due_at, last_error = excluded.last_error;
end
$$;
comment on function pacs_internal.relink_one is 'Decides about a study that is due, or notes the studies of a card that is; what fails is due again in an hour. For definers.';

create or replace function pacs_internal.relink(seconds int default 10) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  subject text;
  due bigint;
  is_any boolean;
begin
  -- One at a time: two would wait for each other's rows.
  if pg_try_advisory_xact_lock(1346454357, 2) then
    -- Cards first: of what they make due some is done in the same batch. By the clock, since people and feeds wait for these rows.
    foreach subject in array array['card', 'study'] loop
      loop
        is_any := false;
        for due in select pacs_internal.take_due(subject, 50) loop
          is_any := true;
          perform pacs_internal.relink_one(subject, due);
        end loop;
        exit when not is_any or clock_timestamp() > statement_timestamp() + seconds * interval '1 second' / (case subject when 'card' then 2 else 1 end);
      end loop;
    end loop;
  end if;
  return (select count(*) from pacs_data.link_due d where d.due_at <= now());
end
$$;
comment on function pacs_internal.relink is 'Decides again about studies that are due, and those that cards which came or changed may be of, for so many seconds; returns what is left. For pacs_job.';
grant execute on function pacs_internal.relink(int) to pacs_job;

create or replace function pacs_internal.card_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into pacs_data.link_due (subject, id) values ('card', new.id) on conflict do nothing;
  return null;
end
$$;
comment on function pacs_internal.card_change is 'Trigger: links are decided again after a card came or changed.';
create or replace trigger card_change after insert or update on pacs_data.card
  for each row execute function pacs_internal.card_change();
