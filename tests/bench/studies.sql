-- Studies of one small instance each, through pacs.ingest_instance as the gateway's login: what the search is measured
-- on. Names are Ukrainian (30 % in Cyrillic, 30 % as resolution 55 romanizes them) and others, two studies to a patient,
-- dates over ten years, modalities as a hospital has them. Variables: first, studies; 500 to a transaction.
-- Study n: patient Pnnnnnnnn of n / 2, accession number Annnnnnnnn, UID 1.2.826.0.1.3680043.8.498.3.n.
\set QUIET on
select set_config('bench.first', :'first', false), set_config('bench.studies', :'studies', false) \g /dev/null

\ir lib/element.sql

-- From 0 to below a number, the same for the same study and purpose.
create function pg_temp.draw(n bigint, purpose text, below int) returns int language sql immutable as
$$ select (('x' || substr(md5(purpose || n), 1, 7))::bit(28)::int % below) $$;

create function pg_temp.patient_name(person bigint) returns text language plpgsql immutable as
$$
declare
  -- Two syllables and an ending make 2,880 families: about 350 persons of each in a million studies.
  roots constant text[] := array['Шевч', 'Ковал', 'Бонд', 'Ткач', 'Крав', 'Олійн', 'Лис', 'Поліщ', 'Мель', 'Гавр', 'Руд', 'Мороз', 'Петр', 'Савч', 'Клим', 'Щерб', 'Гонч', 'Кузьм', 'Зайч', 'Юрч', 'Яков', 'Жук', 'Хом', 'Цимб'];
  middles constant text[] := array['е', 'у', 'а', 'и', 'ове', 'іє', 'ар', 'ич', 'ійч', 'оло', 'ур', 'ень'];
  endings constant text[] := array['нко', 'к', 'ський', 'чук', 'ць', 'вич', 'ій', 'ак', 'юк', 'ко'];
  given constant text[] := array['Олександр', 'Тарас', 'Юрій', 'Андрій', 'Сергій', 'Олена', 'Наталія', 'Ірина', 'Тетяна', 'Євгенія', 'Ганна', 'Василь', 'Яна', 'Микола', 'Зінаїда', 'Їлона'];
  foreign_roots constant text[] := array['Smi', 'Kowal', 'Mül', 'Garc', 'Dub', 'Nov', 'John', 'Fisch', 'Ros', 'Lind', 'Haas', 'Toth', 'Brown', 'Silv', 'Jans', 'Weber'];
  foreign_middles constant text[] := array['th', 'sk', 'ler', 'ia', 'ois', 'ak', 'son', 'er', 'si', 'berg', 'man', 'ner', 'ell', 'ett'];
  foreign_given constant text[] := array['Anna', 'Hugo', 'José', 'Maria', 'Peter', 'Eva', 'Karl', 'Zoë'];
  kind int := pg_temp.draw(person, 'kind', 10);
  name text;
begin
  if kind >= 6 then
    return foreign_roots[1 + pg_temp.draw(person, 'a', 16)] || foreign_middles[1 + pg_temp.draw(person, 'b', 14)]
      || foreign_middles[1 + pg_temp.draw(person, 'c', 14)] || '^' || foreign_given[1 + pg_temp.draw(person, 'd', 8)];
  end if;
  name := roots[1 + pg_temp.draw(person, 'a', 24)] || middles[1 + pg_temp.draw(person, 'b', 12)]
    || endings[1 + pg_temp.draw(person, 'c', 10)] || '^' || given[1 + pg_temp.draw(person, 'd', 16)];
  return case when kind < 3 then name else upper(dicom.romanize(name)) end;
end
$$;

do $$
declare
  transfer bigint := (select transfer_id from pacs.open_association('STORESCU', 'PGPACS', '127.0.0.1'));
  store smallint := (select store_id from pacs.stores() where takes_new limit 1);
  modalities constant text[] := array['CT', 'CT', 'CT', 'MR', 'MR', 'US', 'US', 'DX', 'DX', 'DX', 'DX', 'CR', 'CR', 'CR', 'XA', 'MG', 'NM', 'PT', 'RF', 'ES'];
  first bigint := current_setting('bench.first');
  studies bigint := current_setting('bench.studies');
  root text;
  bytes bytea;
  answer record;
begin
  for n in first .. first + studies - 1 loop
    root := '1.2.826.0.1.3680043.8.498.3.' || n;
    bytes := pg_temp.element('\x08000500', 'CS', 'ISO_IR 192')
      || pg_temp.element('\x08001600', 'UI', '1.2.840.10008.5.1.4.1.1.7') || pg_temp.element('\x08001800', 'UI', root || '.1.1')
      || pg_temp.element('\x08002000', 'DA', to_char(date '2016-01-01' + pg_temp.draw(n, 'day', 3652), 'YYYYMMDD'))
      || pg_temp.element('\x08003000', 'TM', to_char(time '07:00' + pg_temp.draw(n, 'time', 43200) * interval '1 second', 'HH24MISS'))
      || pg_temp.element('\x08005000', 'SH', 'A' || lpad(n::text, 9, '0'))
      || pg_temp.element('\x08006000', 'CS', modalities[1 + pg_temp.draw(n, 'modality', 20)])
      || pg_temp.element('\x08009000', 'PN', 'Referrer^' || pg_temp.draw(n, 'referrer', 200))
      || pg_temp.element('\x08003010', 'LO', 'Study ' || pg_temp.draw(n, 'description', 300))
      || pg_temp.element('\x10001000', 'PN', pg_temp.patient_name(n / 2))
      || pg_temp.element('\x10002000', 'LO', 'P' || lpad((n / 2)::text, 8, '0'))
      || pg_temp.element('\x10003000', 'DA', to_char(date '1930-01-01' + pg_temp.draw(n / 2, 'birth', 32000), 'YYYYMMDD'))
      || pg_temp.element('\x10004000', 'CS', (array['F', 'M'])[1 + pg_temp.draw(n / 2, 'sex', 2)])
      || pg_temp.element('\x18001500', 'CS', (array['CHEST', 'HEAD', 'ABDOMEN', 'KNEE'])[1 + pg_temp.draw(n, 'part', 4)])
      || pg_temp.element('\x20000d00', 'UI', root) || pg_temp.element('\x20000e00', 'UI', root || '.1')
      || pg_temp.element('\x20001000', 'SH', n::text) || pg_temp.element('\x20001100', 'IS', '1')
      || pg_temp.element('\x20001300', 'IS', '1');
    select outcome, reason into answer from pacs.ingest_instance(
      transfer, bytes, '{}', '1.2.840.10008.1.2.1', '1.2.840.10008.5.1.4.1.1.7', root || '.1.1', store, gen_random_uuid(),
      length(bytes) + 372, 372, sha256(bytes));
    if answer.outcome <> 'stored' then
      raise exception 'a study was not stored: % %', answer.outcome, answer.reason;
    end if;
    if n % 500 = 0 then
      commit;
    end if;
  end loop;
end
$$;
