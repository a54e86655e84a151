#!/bin/bash
# What was made to take long can be cancelled: a backend that reads hostile bytes or jsonb still looks up.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database hostile
value hostile "create schema dicom; create extension pgpacs schema dicom"

# Pixels of 1.3 GB in 8 MB, deflated within the ratio: empty blocks between the others keep it.
$python - >"$scratch/deflated" <<'P'
import struct, zlib
def deflate(data):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush(zlib.Z_FULL_FLUSH)
head = struct.pack("<HH2sH6s", 8, 0x18, b"UI", 6, b"1.2.3 ") + struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 65536 * 20000)
piece = deflate(bytes(65536)) + bytes.fromhex("000000ffff") * 60
print("deflated\t\\\\x" + (deflate(head) + piece * 20000).hex() + "\t1.2.840.10008.1.2.1.99")
P
database=hostile dba <"$scratch/deflated" -c 'create table objects (name text, data bytea, uid text)' \
  -c 'alter table objects alter data set storage external' -c '\copy objects from pstdin'
database=hostile dba <<'S'
-- 600,000 items of two elements in the wrong order.
insert into objects select 'items', decode('400030a753510000ffffffff' || repeat('feff00e010000000010002004c4f0000010001004c4f0000', 600000)
  || 'feffdde000000000', 'hex'), '1.2.840.10008.1.2.1';
create table names (name text);
alter table names alter name set storage external;
insert into names select repeat(repeat('Щ', 1000), 50000);
create table headers (name text, header jsonb);
alter table headers alter header set storage external;
insert into headers values
  ('items', ('{"00081140": {"vr": "SQ", "Value": [' || repeat('{"00081155": {"vr": "UI", "Value": ["1.2"]}}, ', 1000000) || '{}]}}')::jsonb),
  ('numbers', ('{"00280010": {"vr": "US", "Value": [' || repeat('1, ', 10000000) || '1]}}')::jsonb);
insert into headers
  select 'members ' || n, (select ('{' || string_agg(format('"%s": {"vr": "US", "Value": [%s]}', lpad(to_hex(i), 8, '0'), n), ', ') || '}')::jsonb
    from generate_series(1, 2000000) i) from generate_series(1, 2) n;
insert into headers select 'long difference', jsonb_build_object('00280010', header #> '{00280010,Value}') from headers where name = 'numbers';
insert into headers
  select 'difference', dicom.difference(a.header, b.header) from headers a, headers b where a.name = 'members 1' and b.name = 'members 2';
S

# ends SQLSTATE EXPRESSION FROM: with a time-out of 50 ms it is over in a second, and ends thus.
ends() {
  local state milliseconds
  IFS='|' read -r state milliseconds < <(database=hostile dba -AtX -v ON_ERROR_STOP=0 2>/dev/null <<S
set statement_timeout = 50;
select clock_timestamp() as began \\gset
select ($2) is null from $3 \\g /dev/null
\\set state :SQLSTATE
set statement_timeout = 0;
select :'state', extract(epoch from clock_timestamp() - :'began')::numeric(10, 3) * 1000;
S
)
  equal "$state" "$1" "$2 from $3 ends with $1"
  rule "after ${milliseconds%.*} ms" test "${milliseconds%.*}" -lt 1050
}
ends 57014 "dicom.header(data, uid)" "objects where name = 'items'"
ends 57014 "dicom.header(data, uid)" "objects where name = 'deflated'"
ends 57014 "dicom.describe(data, uid, '{}')" "objects where name = 'items'"
ends 57014 "dicom.pixel_description(data, uid)" "objects where name = 'deflated'"
ends 57014 "dicom.value_text(header, 'Rows')" "headers where name = 'numbers'"
ends 57014 "dicom.difference(a.header, b.header)" "headers a, headers b where a.name = 'members 1' and b.name = 'members 2'"
ends 57014 "dicom.merge(a.header, b.header)" "headers a, headers b where a.name = 'members 1' and b.name = 'difference'"
ends PC007 "dicom.romanize(name)" names
ends PC007 "dicom.name_skeleton(name)" names

# What is short whatever it is given.
soon() {
  local milliseconds
  milliseconds=$(database=hostile dba -AtX <<S
select clock_timestamp() as began \\gset
select ($1) is null from $2 \\g /dev/null
select extract(epoch from clock_timestamp() - :'began')::numeric(10, 3) * 1000;
S
)
  rule "$1 from $2 takes ${milliseconds%.*} ms" test "${milliseconds%.*}" -lt 1000
}
soon "dicom.value(header, 'ReferencedImageSequence')" "headers where name = 'items'"
soon "dicom.value(header, 'ReferencedImageSequence[999999].ReferencedSOPInstanceUID')" "headers where name = 'items'"
soon "dicom.value_number(header, 'Rows')" "headers where name = 'numbers'"
soon "dicom.merge(a.header, b.header)" "headers a, headers b where a.name = 'numbers' and b.name = 'long difference'"
