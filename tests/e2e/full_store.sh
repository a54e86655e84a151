# Nothing fills the disk: what stays free is PostgreSQL's, and one object has a bound.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"
trap 'stop_second_daemon; rm -rf "$scratch"' EXIT

"$generate" ct "$scratch/ct" --instances 1 --seed 1901 --transfer-syntax explicit >/dev/null
second="127.0.0.1 $second_port"
incoming() { as_root find "$(realpath "$PGPACS_VAR")/store/incoming" -type f | wc -l; }
files() { as_root find "$(realpath "$PGPACS_VAR")/store" -type f | wc -l; }
before=$(files)

# send CHUNKS: the CT's data set on one association, or fragments of a megabyte without an end.
send() {
  ACT=$scratch/ct PGPACS_DIMSE_PORT=$second_port $python - "$1" <<'P'
import os, struct, sys
from dicom_peer import *

folder = os.environ["ACT"] + "/"
cls, inst, ts, ds = part10(folder + os.listdir(folder)[0])
if sys.argv[1] == "fragments":
    ts = "1.2.840.10008.1.2.4.70"
    ds = ds[:ds.index(b"\xe0\x7f\x10\x00")] + b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff"
    ds += (struct.pack("<HHI", 0xFFFE, 0xE000, 1 << 20) + bytes(1 << 20)) * 40
a = Association([(cls, [ts]), (VERIFICATION, [IMPLICIT])])
print("%04X %s" % a.store(cls, inst, ds))
assert a.echo(3) == 0
a.release()
P
}

start_second_daemon --store-reserve 1000000000000000
if storescu -v -aec PGPACS $second "$scratch"/ct/* >"$scratch/sent" 2>&1; then :; fi
rule "a store that is down to its reserve: storescu hears A700" grep -qi 'OutOfResources' "$scratch/sent"
equal "$(send ct)" "A700 the store is full: what is free is the reserve" "with words, on an association that goes on"
equal "$(incoming) $(files)" "0 $before" "nothing is left in the store"
stop_second_daemon

start_second_daemon --limit-object-bytes 100000
equal "$(send ct)" "C000 the object is larger than the limit" "an object beyond the limit is refused for good"
equal "$(send fragments)" "C000 the object is larger than the limit" "so is one of fragments without an end"
equal "$(incoming) $(files)" "0 $before" "nothing is left of them"
equal "$(sql "select detail ->> 'code' from pacs_data.audit_event where event = 'instance_refused' order by id desc limit 1")" PC004 "the trail says why"
stop_second_daemon

rule "the same object is taken where there is room" storescu -aec PGPACS $dimse "$scratch"/ct/*
equal "$(files)" "$((before + 1))" "and is there"
