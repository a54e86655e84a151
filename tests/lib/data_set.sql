-- Data sets byte by byte, in SQL alone, so that no test of a reader rests on a writer of ours. Included by
-- tests/sql/*.sql; everything is in pg_temp.
--
-- Attributes are jsonb by tag: {"00100010": ["PN", "Шевченко^Тарас"], "7FE00010": ["OW", "\\x0102"]}; a text
-- that begins with \x is bytes, an array of objects is a sequence of items.

-- Little endian, of two or four bytes.
create function pg_temp.le(number bigint, width int) returns bytea language sql immutable
return case width when 2 then set_byte(set_byte('\x0000', 0, (number & 255)::int), 1, (number >> 8 & 255)::int)
                  when 4 then set_byte(set_byte(set_byte(set_byte('\x00000000', 0, (number & 255)::int), 1, (number >> 8 & 255)::int),
                                                2, (number >> 16 & 255)::int), 3, (number >> 24 & 255)::int) end;

create function pg_temp.tag(tag text) returns bytea language sql immutable
return pg_temp.le(('x' || left(tag, 4))::bit(16)::int, 2) || pg_temp.le(('x' || right(tag, 4))::bit(16)::int, 2);

-- PS3.5 7.1.2 and 7.1.3.
create function pg_temp.element(tag text, vr text, value bytea, is_explicit boolean) returns bytea language sql immutable
return pg_temp.tag(tag) ||
  case when not is_explicit then pg_temp.le(length(value), 4)
       when vr in ('OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV')
         then convert_to(vr, 'UTF8') || '\x0000' || pg_temp.le(length(value), 4)
       else convert_to(vr, 'UTF8') || pg_temp.le(length(value), 2) end
  || value;

-- A value of even length; charset is PostgreSQL's name of an encoding.
create function pg_temp.value(vr text, value text, charset text) returns bytea language sql immutable
return (with given as (select case when value like '\\x%' then value::bytea else convert_to(value, charset) end as bytes)
        select bytes || case when length(bytes) % 2 = 0 then ''
                             when vr in ('UI', 'OB', 'UN') then '\x00' else '\x20' end::bytea
        from given);

create function pg_temp.data_set(attributes jsonb, is_explicit boolean default true, charset text default 'UTF8')
  returns bytea language plpgsql as $$
declare
  bytes bytea := '';
  attribute record;
  item jsonb;
  items bytea;
begin
  for attribute in select key as tag, value ->> 0 as vr, value -> 1 as value
    from jsonb_each(attributes) order by key collate "C" loop
    if jsonb_typeof(attribute.value) = 'array' then
      items := '';
      for item in select jsonb_array_elements(attribute.value) loop
        items := items || (select pg_temp.tag('FFFEE000') || pg_temp.le(length(inner_set), 4) || inner_set
                           from (select pg_temp.data_set(item, is_explicit, charset) as inner_set) i);
      end loop;
    else
      items := pg_temp.value(attribute.vr, attribute.value #>> '{}', charset);
    end if;
    bytes := bytes || pg_temp.element(attribute.tag, attribute.vr, items, is_explicit);
  end loop;
  return bytes;
end
$$;

-- A small image: its study, series and instance are numbers behind a root of UIDs. `changes` replaces attributes; null takes one away.
create function pg_temp.image(study text, series text, instance text, changes jsonb default '{}')
  returns jsonb language sql immutable
return jsonb_strip_nulls(jsonb_build_object(
  '00080005', array['CS', 'ISO_IR 192'],
  '00080016', array['UI', '1.2.840.10008.5.1.4.1.1.7'],
  '00080018', array['UI', '1.2.826.0.1.3680043.10.1.3.' || instance],
  '00080020', array['DA', '20240312'],
  '00080030', array['TM', '101112'],
  '00080050', array['SH', 'A' || study],
  '00080060', array['CS', 'OT'],
  '00081030', array['LO', 'Test study'],
  '00100010', array['PN', 'Шевченко^Тарас'],
  '00100020', array['LO', 'P' || study],
  '00100030', array['DA', '19600309'],
  '00100040', array['CS', 'M'],
  '0020000D', array['UI', '1.2.826.0.1.3680043.10.1.1.' || study],
  '0020000E', array['UI', '1.2.826.0.1.3680043.10.1.2.' || series],
  '00200010', array['SH', study],
  '00200011', array['IS', '7'],
  '00200013', array['IS', instance],
  '00280010', array['US', '\x0200'],
  '00280011', array['US', '\x0200'],
  '7FE00010', array['OW', '\x0102030405060708']) || changes);

create function pg_temp.study_uid(study text) returns text language sql immutable return '1.2.826.0.1.3680043.10.1.1.' || study;
create function pg_temp.series_uid(series text) returns text language sql immutable return '1.2.826.0.1.3680043.10.1.2.'
  || series;
create function pg_temp.instance_uid(instance text) returns text language sql immutable return '1.2.826.0.1.3680043.10.1.3.'
  || instance;

-- pacs.ingest_instance as the daemon calls it, for a file that nobody wrote.
create function pg_temp.ingest(
    attributes jsonb, file_id uuid default gen_random_uuid(), is_explicit boolean default true, charset text default 'UTF8',
    sop_class_uid text default '1.2.840.10008.5.1.4.1.1.7', sop_instance_uid text default null,
    compared_file_id uuid default null, content_digest bytea default null, compared_content_digest bytea default null,
    damaged_file_id uuid default null, transfer_id bigint default 1)
  returns table (outcome text, reason text, reason_code text, known_store_id smallint, known_file_id uuid,
                 known_file_size bigint, known_data_set_offset int, known_transfer_syntax_uid text,
                 known_received_at timestamptz)
  language plpgsql as $$
declare
  bytes bytea := pg_temp.data_set(attributes, is_explicit, charset);
begin
  return query select * from pacs.ingest_instance(
    transfer_id => ingest.transfer_id, header => bytes, gaps => '{}',
    transfer_syntax_uid => case when is_explicit then '1.2.840.10008.1.2.1' else '1.2.840.10008.1.2' end,
    sop_class_uid => ingest.sop_class_uid,
    sop_instance_uid => coalesce(ingest.sop_instance_uid, attributes -> '00080018' ->> 1),
    store_id => 1::smallint, file_id => ingest.file_id, file_size => length(bytes) + 300, data_set_offset => 300,
    sha256 => sha256(bytes), compared_file_id => ingest.compared_file_id, content_digest => ingest.content_digest,
    compared_content_digest => ingest.compared_content_digest, damaged_file_id => ingest.damaged_file_id);
end
$$;

-- The SQLSTATE that a statement raises, or null.
create function pg_temp.state_of(statement text) returns text language plpgsql as $$
begin
  execute statement;
  return null;
exception when others then
  return sqlstate;
end
$$;

-- All that a reader of the log or of an answer would see of an error: message, detail, hint; or null.
create function pg_temp.words_of(statement text) returns text language plpgsql as $$
declare
  message text;
  detail text;
  hint text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
  return message || ' ' || detail || ' ' || hint;
end
$$;

-- The same as a login, with all that it may and may not do.
create function pg_temp.state_as(login name, statement text) returns text language plpgsql as $$
declare
  state text;
begin
  execute format('set local session authorization %I', login);
  state := pg_temp.state_of(statement);
  reset session authorization;
  return state;
end
$$;

-- An object of pg_temp.image in explicit VR.
create function pg_temp.image_bytes(changes jsonb default '{}') returns bytea language sql
return pg_temp.data_set(pg_temp.image('1', '1', '1', changes));

-- The header of attributes.
create function pg_temp.header(attributes jsonb) returns jsonb language sql
return dicom.header(pg_temp.data_set(attributes), '1.2.840.10008.1.2.1');

-- File meta information with a group length, as PS3.10 7.1 wants it.
create function pg_temp.file(data_set bytea, transfer_syntax_uid text) returns bytea language sql
return (with meta as (select pg_temp.element('00020001', 'OB', '\x0001', true)
                          || pg_temp.element('00020010', 'UI', pg_temp.value('UI', transfer_syntax_uid, 'UTF8'), true) as bytes)
        select decode(repeat('00', 128), 'hex') || 'DICM'::bytea
               || pg_temp.element('00020000', 'UL', pg_temp.le(length(bytes), 4), true) || bytes || data_set from meta);

-- Up to four bytes changed, by random().
create function pg_temp.mangle(data bytea) returns bytea language plpgsql volatile as $$
begin
  for i in 0 .. (random() * 3)::int loop
    data := set_byte(data, (random() * (length(data) - 1))::int, (random() * 255)::int);
  end loop;
  return data;
end
$$;
