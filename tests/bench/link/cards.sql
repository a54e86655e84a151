-- Cards of bench.card through pacs.upsert_cards, as the card feed's login, 500 to a transaction. Variables: worker (from 0), workers. Each worker
-- has persons of its own: two feeds that bring the same new persons in another order wait for each other.
\set QUIET on
select set_config('bench.worker', :'worker', false), set_config('bench.workers', :'workers', false) \g /dev/null

do $$
declare
  worker constant int := current_setting('bench.worker');
  workers constant int := current_setting('bench.workers');
  at_once constant int := 500 * workers;
  is_added boolean;
begin
  for n in 1 .. (select max(c.id) from bench.card c) by at_once loop
    select bool_and(u.outcome = 'added') into is_added from pacs.upsert_cards((
      select coalesce(jsonb_agg(jsonb_build_object(
        'card_number', c.card_number, 'card_year', c.card_year, 'person_number', c.person, 'surname', c.surname,
        'given_name', c.given_name, 'patronymic', c.patronymic, 'birth_date', c.birth_date, 'sex', c.sex,
        'admitted_at', c.admitted_at, 'discharged_at', c.discharged_at, 'identity_document', c.document, 'address', c.address,
        'ward_at_admission', c.ward_at_admission, 'ward_at_discharge', c.ward_at_discharge, 'department', c.department,
        'referring_body', c.referred_by, 'is_urgent', c.is_urgent) order by c.id), '[]')
      from bench.card c where c.id between n and n + at_once - 1 and c.person % workers = worker)) u;
    if not coalesce(is_added, true) then
      raise exception 'a card was not taken';
    end if;
    commit;
  end loop;
end
$$;
