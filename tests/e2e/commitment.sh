# Storage commitment with an AE that can be called and one that cannot; files that are missing or damaged; restarts.
. "$(dirname "$0")/../lib/env.sh"

as_files() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
run=$RANDOM$RANDOM
"$generate" ct "$scratch/ct" --instances 4 --seed "$run" --transfer-syntax explicit >/dev/null
storescu -aec PGPACS +sd $dimse "$scratch/ct"
uid_of() { dcmdump +P 0008,0018 -s "$1" | sed 's/.*\[\(.*\)\].*/\1/'; }
mapfile -t sop < <(for file in "$scratch"/ct/*; do uid_of "$file"; done)
class=1.2.840.10008.5.1.4.1.1.2
file_of() { sql "select '$(realpath "$PGPACS_VAR")/store/' || left(i.file_id::text, 2) || '/' || substr(i.file_id::text, 3, 2) || '/' || i.file_id || '.dcm' from pacs_data.instance i where sop_instance_uid = '$1'"; }
port=$((PGPACS_DIMSE_PORT + 7))
sql_as pacs_operator "delete from pacs.remote_ae where ae_title in ('CALLED', 'QUIET')"
sql_as pacs_operator "insert into pacs.remote_ae (ae_title, host, port) values ('CALLED', '127.0.0.1', $port), ('QUIET', '127.0.0.1', null)"
peer() { $python "$root/tests/lib/commitment_peer.py" "$@"; }
ask() { local calling=$1; shift; CALLING=$calling peer ask "$@"; }
hears() { # TIMES STATUS: begins to listen; what was heard is in $scratch/heard after heard.
  peer listen $port "$1" "$2" >"$scratch/heard" 2>&1 & listener=$!
}
heard() { wait "$listener" || { cat "$scratch/heard" >&2; fail "$1"; }; }

# On the same association
equal "$(ask QUIET "1.2.$run.1" $class "${sop[0]}" "${sop[1]}")" \
  "0000
1 1.2.$run.1 safe=${sop[0]},${sop[1]} failed=" "Who cannot be called hears on its association that all is safe"
equal "$(sql "select t.state from pacs_data.commitment c join pacs_data.task t on t.id = c.task_id where c.transaction_uid = '1.2.$run.1'")" "done" "and its task is done"

# On a new one
hears 1 0
equal "$(WAIT=1 ask CALLED "1.2.$run.2" $class "${sop[0]}" "1.2.3.4.5" "${sop[1]}:1.2.840.10008.5.1.4.1.1.4")" 0000 "Who can be called hears that we have understood"
heard "the result did not come"
equal "$(cat "$scratch/heard")" "2 1.2.$run.2 safe=${sop[0]} failed=1.2.3.4.5:0112,${sop[1]}:0119" \
  "and on an association of ours which are safe, which are not known, and which are of another class"

# Files. What is damaged here is put right at the end.
for i in 1 2 3; do as_files cp -p "$(file_of "${sop[i]}")" "$scratch/whole-$i"; done
as_files rm "$(file_of "${sop[2]}")"
as_files truncate -s -1 "$(file_of "${sop[3]}")"
hears 1 0
WAIT=0.2 ask CALLED "1.2.$run.3" $class "${sop[@]}" >/dev/null
heard "the result did not come"
equal "$(cat "$scratch/heard")" "2 1.2.$run.3 safe=${sop[0]},${sop[1]} failed=${sop[2]}:0110,${sop[3]}:0110" "A file that is missing or cut is not safe"
flip() {
  as_files $python -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(-500, 2); b = f.read(1)[0]; f.seek(-500, 2); f.write(bytes([b ^ 1]))' "$1"
}
flip "$(file_of "${sop[1]}")"
equal "$(ask QUIET "1.2.$run.4" $class "${sop[1]}" | tail -1)" "1 1.2.$run.4 safe=${sop[1]} failed=" "By size a bit that has turned is not seen"
sql_as pacs_operator "update pacs.setting set value = 'digest' where name = 'commitment_checks'"
equal "$(ask QUIET "1.2.$run.5" $class "${sop[0]}" "${sop[1]}" | tail -1)" "2 1.2.$run.5 safe=${sop[0]} failed=${sop[1]}:0110" "by digest it is"
sql_as pacs_operator "update pacs.setting set value = 'size' where name = 'commitment_checks'"

# Nobody listens, pacsd ends and comes back
WAIT=0.2 ask CALLED "1.2.$run.6" $class "${sop[0]}" >/dev/null
sleep 2
PGPACS_NO_DEMO=1 "$root/scripts/down" >/dev/null
"$root/scripts/up" >/dev/null 2>&1
hears 2 0110
# The first answer is a refusal: it is told again.
sql "update pacs_data.task set run_after = now() where kind = 'commit' and state = 'ready'; delete from pacs_data.resource_pause"
for ((i = 0; i < 100; i++)); do [ "$(wc -l <"$scratch/heard")" -ge 1 ] && break; sleep 0.2; done
sql "update pacs_data.task set run_after = now() where kind = 'commit' and state = 'ready'"
heard "the result did not come after a restart"
equal "$(sort -u "$scratch/heard")" "1 1.2.$run.6 safe=${sop[0]} failed=" "A result is told after a restart, and told again where it was not taken"
hears 1 0
sql "update pacs_data.task set run_after = now() where kind = 'commit' and state = 'ready'; delete from pacs_data.resource_pause"
heard "the result did not come a third time"
for ((i = 0; i < 50; i++)); do [ "$(sql "select reported_at is not null from pacs_data.commitment where transaction_uid = '1.2.$run.6'")" = t ] && break; sleep 0.1; done
equal "$(sql "select (reported_at is not null)::text || ' ' || t.state from pacs_data.commitment c join pacs_data.task t on t.id = c.task_id where transaction_uid = '1.2.$run.6'")" "true done" "until it is"

# Bad input
CALLING=QUIET $python - <<'P'
import struct
import commitment_peer as c
import dicom_peer as peer
def status(information, **given):
    association = peer.Association([(c.COMMITMENT, [peer.IMPLICIT])], calling=c.CALLING)
    answer = struct.unpack("<H", c.action(association, information, **given)[0x0900])[0]
    association.release()
    return answer
def expect(words, found, wanted):
    if found != wanted:
        raise SystemExit("FAILED: %s: %04X" % (words, found))
    print("  " + words)
whole = c.data_element(8, 0x1195, b"1.2.3.4 ") + c.references("1.2.3", ["1.2.4"])
expect("another instance of the class is not known", status(whole, instance="1.2.3"), 0x0112)
expect("nor another action", status(whole, action_type=2), 0x0123)
expect("a request without a Transaction UID is refused", status(c.references("1.2.3", ["1.2.4"])), 0x0115)
expect("and one about nothing", status(c.data_element(8, 0x1195, b"1.2.3.9 ")), 0x0115)
expect("and one that ends in the middle of an element", status(whole[:-3]), 0xC000)
expect("and one nested without end", status(c.data_element(8, 0x1195, b"1.2.3.8 ") + (struct.pack("<HHI", 8, 0x1199, 0xFFFFFFFF) +
       struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)) * 5000), 0xC000)
P
# A hundred thousand references and more
RUN=$run CALLING=QUIET SAFE=${sop[0]} $python - <<'P'
import os
import struct
import sys
import time
import commitment_peer as c
import dicom_peer as peer
RUN, CLASS = os.environ["RUN"], "1.2.840.10008.5.1.4.1.1.2"
def ask(number, count):
    names = [os.environ["SAFE"]] + ["1.2.826.0.1.3680043.10.1.%s.%d" % (RUN, i) for i in range(count - 1)]
    information = c.data_element(8, 0x1195, peer.uid("1.2.%s.%d" % (RUN, number))) + c.references(CLASS, names)
    association = peer.Association([(c.COMMITMENT, [peer.IMPLICIT])], calling=c.CALLING, timeout=60)
    began = time.monotonic()
    status = struct.unpack("<H", c.action(association, information)[0x0900])[0]
    told = c.answer_event(association, association.read_command()) if status == 0 else ""
    association.release()
    return status, told, time.monotonic() - began
status, told, took = ask(70, 100000)
if status != 0 or told.count(":0112") != 99999 or "safe=%s " % os.environ["SAFE"] not in told:
    sys.exit("FAILED: 100,000 references: %04X, %d not known" % (status, told.count(":0112")))
print("  100,000 references are answered one by one (%.1f s)" % took)
status, told, took = ask(71, 100001)
if status != 0xC000:
    sys.exit("FAILED: 100,001 references: %04X" % status)
print("  and more are refused")
P
sql_as pacs_operator "update pacs.remote_ae set may_commit = false where ae_title = 'QUIET'"
rule "who may not ask finds the context refused" not ask QUIET "1.2.$run.8" $class "${sop[0]}" 2>/dev/null
sql_as pacs_operator "delete from pacs.remote_ae where ae_title in ('CALLED', 'QUIET')"
for i in 1 2 3; do as_files mv "$scratch/whole-$i" "$(file_of "${sop[i]}")"; done
