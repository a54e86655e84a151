#!/bin/bash
# Errors leave nothing behind in a backend, however many: whoever may send bytes or ask in SQL can cause them.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database hostile
value hostile "create schema dicom; create extension pgpacs schema dicom"

# 200,000 errors in one backend. Each kind of argument, each function that can refuse one.
cat >"$scratch/errors.sql" <<'S'
create function err(times int) returns int language plpgsql as $$
declare
  deep text := repeat('400030a753510000fffffffffeff00e0ffffffff', 65);
  statements text[] := array[
    $s$dicom.header('', '')$s$,
    $s$dicom.header('SECRET text, and no image at all')$s$,
    $s$dicom.header('\x0800180055490400312e32001000100050', '1.2.840.10008.1.2.1')$s$,
    $s$dicom.header('\x080018005549ff7f312e3200', '1.2.840.10008.1.2.1')$s$,
    $s$dicom.header('\x0800180055490400312e3200feff00e000000000', '1.2.840.10008.1.2.1')$s$,
    $s$dicom.header('\x0800180055490400312e3200', '1.2.840.10008.1.1')$s$,
    $s$dicom.header('\x0800180055490400312e3200', '', '{1}')$s$,
    $s$dicom.header('\x0800180055490400312e3200', '1.2.840.10008.1.2.1', '{8,3}')$s$,
    $s$dicom.header('\xdeadbeefdeadbeefdeadbeef', '1.2.840.10008.1.2.1.99')$s$,
    format('dicom.header(%L, %L)', '\x' || deep, '1.2.840.10008.1.2.1'),
    format('dicom.describe(%L, %L, %L)', '\x' || deep, '1.2.840.10008.1.2.1', '{}'),
    format('dicom.pixel_description(%L, %L)', '\x' || deep, '1.2.840.10008.1.2.1'),
    format('dicom.value(%L, %L)', '{}', repeat('x', 600)),
    $s$dicom.value('{}', 'NoSuchKeyword')$s$,
    $s$dicom.value('{}', '{}', '''unclosed')$s$,
    $s$dicom.value_text('{}', '[0]')$s$,
    $s$dicom.value_number('{}', '00100010.')$s$,
    $s$dicom.value_date('{}', '00100010[x]')$s$,
    $s$dicom.value_time('{}', '/0029xx10')$s$,
    $s$dicom.value_timestamp('{}', '0028xx10')$s$,
    $s$dicom.merge('{"00100010": 5}', '{}')$s$,
    $s$dicom.merge('{}', '{"00100010": "x"}')$s$,
    $s$dicom.merge('{"00100010": {}}', '{"00100010": "x"}')$s$,
    $s$dicom.difference('[]', '{}')$s$,
    $s$dicom.difference('{}', '{"PatientName": {}}')$s$,
    $s$dicom.keyword('PatientName')$s$,
    $s$dicom.romanize(repeat(repeat('x', 1024), 1025))$s$,
    $s$dicom.name_skeleton(repeat(repeat('x', 1024), 1025))$s$,
    $s$dicom.keyed_digest('none', 1, '')$s$,
    $s$dicom.key_generation('none')$s$];
  raised int := 0;
begin
  for i in 0 .. times - 1 loop
    begin
      execute 'select ' || statements[1 + i % cardinality(statements)];
      raise warning 'no error: %', statements[1 + i % cardinality(statements)];
    exception
      when others then
        if sqlstate not like 'PC0__' then raise; end if;
        raised := raised + 1;
    end;
  end loop;
  return raised;
end
$$;
create view memory as
  select (select sum(total_bytes) from pg_backend_memory_contexts) / 1024 as contexts,
    substring(pg_read_file('/proc/self/status') from 'VmRSS:\s+(\d+) kB')::int as resident;
S
database=hostile dba -f "$scratch/errors.sql"
database=hostile dba -AtX >"$scratch/memory" <<'S'
select err(20000) as before \gset
select contexts, resident from memory \gset before_
select err(180000) as after \gset
select :before + :after, contexts - :before_contexts, resident - :before_resident from memory;
S
IFS='|' read -r raised contexts resident <"$scratch/memory"
equal "$raised" 200000 "200,000 errors in one backend are errors of ours"
rule "and leave nothing in its memory contexts ($contexts kB)" test "${contexts%.*}" -lt 256
rule "nor outside them ($resident kB)" test "$resident" -lt 4096

# The same under valgrind, which knows what nobody points at any more: nothing of ours.
stop_cluster
echo 'select err(2000)' | as_user postgres valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=none \
  --num-callers=40 "$pg_bin/postgres" --single -j -D "$PGPACS_VAR/pg/data/$cluster" \
  -c config_file="$PGPACS_VAR/pg/etc/$pg_version/$cluster/postgresql.conf" hostile >"$scratch/single" 2>"$scratch/valgrind" || fail "$(tail -n 20 "$scratch/valgrind")"
rule "A backend under valgrind raised them too" grep -q 'err = "2000"' "$scratch/single"
rule "and it looked for leaks" grep -q "definitely lost" "$scratch/valgrind"
equal "$(awk '/^==.*pgpacs/ { n++ } END { print n + 0 }' "$scratch/valgrind")" 0 "and found none of ours, and no bad access"
