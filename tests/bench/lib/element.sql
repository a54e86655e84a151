-- An element in explicit little endian, with a value of less than 64 KiB (PS3.5 7.1.2).
create function pg_temp.element(tag bytea, vr text, value text) returns bytea language plpgsql immutable as
$$
declare
  bytes bytea := convert_to(value, 'UTF8');
begin
  if length(bytes) % 2 = 1 then
    bytes := bytes || case vr when 'UI' then '\x00' else '\x20' end::bytea;
  end if;
  return tag || convert_to(vr, 'UTF8') || set_byte(set_byte('\x0000', 0, length(bytes) & 255), 1, length(bytes) >> 8) || bytes;
end
$$;
