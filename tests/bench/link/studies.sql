-- Studies of bench.study, one small instance each, through pacs.ingest_instance as the gateway's login, each under an
-- association of its device; 500 to a transaction. Variables: worker (from 0), workers. Each worker
-- has patients of its own: two transactions that bring the same new patients in another order wait for each other.
\set QUIET on
select set_config('bench.worker', :'worker', false), set_config('bench.workers', :'workers', false) \g /dev/null

\ir ../lib/element.sql

create function pg_temp.header(study bench.study) returns bytea language sql immutable as
$$
  select pg_temp.element('\x08000500', 'CS', 'ISO_IR 192')
    || pg_temp.element('\x08001600', 'UI', '1.2.840.10008.5.1.4.1.1.7')
    || pg_temp.element('\x08001800', 'UI', study.study_instance_uid || '.1.1')
    || pg_temp.element('\x08002000', 'DA', to_char(study.study_at, 'YYYYMMDD'))
    || pg_temp.element('\x08003000', 'TM', to_char(study.study_at, 'HH24MISS'))
    || pg_temp.element('\x08005000', 'SH', coalesce(study.accession_number, ''))
    || pg_temp.element('\x08006000', 'CS', study.modality)
    || pg_temp.element('\x10001000', 'PN', coalesce(study.patient_name, ''))
    || pg_temp.element('\x10002000', 'LO', coalesce(study.patient_id, ''))
    || pg_temp.element('\x10002100', 'LO', coalesce(study.issuer, ''))
    || pg_temp.element('\x10003000', 'DA', coalesce(study.birth_date, ''))
    || pg_temp.element('\x10004000', 'CS', coalesce(study.sex, ''))
    || pg_temp.element('\x10001010', 'AS', coalesce(study.age, ''))
    || pg_temp.element('\x20000d00', 'UI', study.study_instance_uid)
    || pg_temp.element('\x20000e00', 'UI', study.study_instance_uid || '.1')
    || pg_temp.element('\x20001100', 'IS', '1') || pg_temp.element('\x20001300', 'IS', '1')
$$;

do $$
declare
  worker constant int := current_setting('bench.worker');
  workers constant int := current_setting('bench.workers');
  at_once constant int := 500 * workers;
  transfers constant jsonb := (
    select jsonb_object_agg(d.device, (select transfer_id from pacs.open_association(d.device, 'PGPACS', '127.0.0.1')))
    from (select distinct device from bench.study) d);
  store smallint := (select store_id from pacs.stores() where takes_new limit 1);
  study bench.study;
  bytes bytea;
  answer record;
begin
  for n in 1 .. (select max(s.id) from bench.study s) by at_once loop
    for study in
      select * from bench.study s
      where s.id between n and n + at_once - 1 and abs(hashtext(coalesce(s.patient_id, '')) % workers) = worker order by s.id loop
      bytes := pg_temp.header(study);
      select outcome, reason into answer from pacs.ingest_instance(
        (transfers -> study.device)::bigint, bytes, '{}', '1.2.840.10008.1.2.1', '1.2.840.10008.5.1.4.1.1.7',
        study.study_instance_uid || '.1.1', store, gen_random_uuid(), length(bytes) + 372, 372, sha256(bytes));
      if answer.outcome is distinct from 'stored' then
        raise exception 'a study was not stored: % %', answer.outcome, answer.reason;
      end if;
    end loop;
    commit;
  end loop;
end
$$;
