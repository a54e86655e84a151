-- One worker of the million: studies of CT slices, each instance through pacs.ingest_instance as the gateway's
-- login, as pacsd does after its file is on disk; 200 to a transaction. Variables: first, studies, slices,
-- header (hexadecimal), places (bench-load's fields as "name at width" lines), pixels (their place and length).
\set QUIET on
select set_config('bench.header', :'header', false), set_config('bench.places', :'places', false),
       set_config('bench.first', :'first', false), set_config('bench.studies', :'studies', false),
       set_config('bench.slices', :'slices', false), set_config('bench.pixels', :'pixels', false) \g /dev/null

-- Little endian, as the header is.
create function pg_temp.reversed(bytes bytea) returns bytea language sql immutable as
  $$ select string_agg(substr(bytes, i, 1), '' order by i desc) from generate_series(1, length(bytes)) i $$;

-- What a study's instances share, for a study of this number.
create function pg_temp.study_values(n bigint) returns jsonb language sql immutable as
$$
  select jsonb_build_object(
    'study_uid', uid, 'series_uid', uid || '.1', 'planning_uid', uid || '.9.1', 'irradiation_uid', uid || '.7.1',
    'frame_uid', uid || '.9.9', 'patient_name', (array['Шевченко^Тарас', 'Коваленко^Леся', 'Smith^Anna', 'Dubois^Hugo'])[1 + n / 2 % 4],
    'patient_id', 'M' || lpad((n / 2)::text, 8, '0'), 'accession_number', 'M' || lpad(n::text, 9, '0'), 'study_id', n::text,
    'birth_date', to_char(date '1935-01-01' + (n / 2 * 7919 % 25000)::int, 'YYYYMMDD'),
    'study_date', to_char(date '2015-01-01' + (n * 7907 % 3650)::int, 'YYYYMMDD'), 'study_time', '101010.123000',
    'series_time', '101210.123000', 'series_number', '2')
  from (select '1.2.826.0.1.3680043.8.498.2' || lpad((('x' || substr(md5(n::text), 1, 15))::bit(60)::bigint % 100000000000000000)::text, 17, '0') as uid) u
$$;

do $$
declare
  names text[];
  places int[];
  widths int[];
  first bigint := current_setting('bench.first');
  studies bigint := current_setting('bench.studies');
  slices int := current_setting('bench.slices');
  pixels bigint[] := current_setting('bench.pixels');
  doses bytea[] := array(select pg_temp.reversed(float8send(c * 0.041)) from generate_series(1, 400) c order by c);
  tables bytea[] := array(select pg_temp.reversed(float8send(1212.5 - 0.625 * i)) from generate_series(0, slices) i order by i);
  counters bytea[] := array(select pg_temp.reversed(int4send(i)) from generate_series(0, slices) i order by i);
  transfer bigint := (select transfer_id from pacs.open_association('STORESCU', 'PGPACS', '127.0.0.1'));
  store smallint := (select store_id from pacs.stores() where takes_new limit 1);
  of_study bytea;
  of_slice bytea;
  study jsonb;
  uid text;
  value bytea;
  noise bytea;
  current int;
  number int;
  answer record;
begin
  select array_agg(split_part(line, ' ', 1) order by i), array_agg(split_part(line, ' ', 2)::int order by i),
         array_agg(split_part(line, ' ', 3)::int order by i)
    into names, places, widths
    from unnest(string_to_array(current_setting('bench.places'), E'\n')) with ordinality l(line, i);
  for n in first .. first + studies - 1 loop
    of_study := decode(current_setting('bench.header'), 'hex');
    study := pg_temp.study_values(n);
    for f in 1 .. cardinality(names) loop
      if study ? names[f] then
        value := convert_to(study ->> names[f], 'UTF8');
        of_study := overlay(of_study placing value || convert_to(repeat(' ', widths[f] - length(value)), 'UTF8') from places[f] + 1);
      end if;
    end loop;
    for i in 0 .. slices - 1 loop
      of_slice := of_study;
      uid := (study ->> 'series_uid') || '.' || 10001 + i;
      noise := sha512(convert_to(uid, 'UTF8'));
      current := 180 + get_byte(noise, 0) % 140;
      number := get_byte(noise, 1);
      for f in 1 .. cardinality(names) loop
        value := case names[f]
          when 'instance_uid' then uid::bytea
          when 'slice_time' then to_char(time '10:12:15' + i * interval '131 ms', 'HH24MISS.US')::bytea
          when 'created_time' then to_char(time '10:12:45' + i * interval '487 ms', 'HH24MISS.US')::bytea
          when 'instance_number' then (i + 1)::text::bytea
          when 'position' then convert_to('-187.310547\-187.310547\' || 212.5 - 0.625 * i, 'UTF8')
          when 'location' then (212.5 - 0.625 * i)::text::bytea
          when 'tube_current' then current::text::bytea
          when 'exposure' then (current / 2)::text::bytea
          when 'dose' then doses[current]
          when 'table_position' then tables[i + 1]
          when 'slice_counter' then counters[i + 1]
          when 'smallest_pixel' then set_byte('\x0000', 0, number % 24)
          when 'largest_pixel' then set_byte('\x0008', 0, number)
          when 'calibration' then noise
        end;
        continue when value is null;
        if length(value) < widths[f] then
          value := value || repeat(' ', widths[f] - length(value))::bytea;
        end if;
        of_slice := overlay(of_slice placing value from places[f] + 1);
      end loop;
      select outcome, reason into answer from pacs.ingest_instance(
        transfer, of_slice, pixels, '1.2.840.10008.1.2.1', '1.2.840.10008.5.1.4.1.1.2', uid, store, gen_random_uuid(),
        pixels[1] + pixels[2] + 372, 372, sha256(of_slice));
      if answer.outcome <> 'stored' then
        raise exception 'an instance was not stored: % %', answer.outcome, answer.reason;
      end if;
    end loop;
    commit;
  end loop;
end
$$;
