# C-MOVE and C-GET: DCMTK's tools and Orthanc ask and take; what is stored comes back byte for byte where the
# receiver takes its syntax, transcoded where it does not; and each way in which it can fail has its status.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

sink=$((PGPACS_DIMSE_PORT + 2)) plain=$((PGPACS_DIMSE_PORT + 3)) taker=$((PGPACS_DIMSE_PORT + 4)) orthanc_port=$((PGPACS_DIMSE_PORT + 5))
away=$((PGPACS_DIMSE_PORT + 6)) orthanc_http=$((PGPACS_HTTP_PORT + 5))
ours="'SINK', 'PLAIN', 'TAKER', 'AWAY', 'ORTHANC', 'RETRIEVER', 'RAW', 'NOBODY1', 'NOBODY2', 'NOMOVE'"
children=()
trap 'kill "${children[@]}" 2>/dev/null || note "a peer was gone already"; stop_second_daemon; rm -rf "$scratch"' EXIT
sql "delete from pacs.remote_ae where ae_title in ($ours)"
sql "insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as) values
  ('SINK', '127.0.0.1', $sink, false, false, false, null), ('PLAIN', '127.0.0.1', $plain, false, false, false, null),
  ('TAKER', '127.0.0.1', $taker, false, false, false, null), ('AWAY', '127.0.0.1', $away, false, false, false, null),
  ('ORTHANC', '127.0.0.1', $orthanc_port, true, true, true, 'pacs_physician'),
  ('RETRIEVER', '127.0.0.0/8', null, true, true, true, 'pacs_physician'), ('RAW', '127.0.0.0/8', null, false, false, false, null),
  ('NOBODY1', '127.0.0.0/8', null, true, true, true, null), ('NOBODY2', '127.0.0.0/8', null, true, true, true, 'pacs_registrar'),
  ('NOMOVE', '127.0.0.0/8', null, false, false, false, 'pacs_physician')"

# One study of each: native, compressed, big endian, another class.
"$generate" ct "$scratch/sent/ct" --instances 20 --seed 2401 >/dev/null
"$generate" mr "$scratch/sent/jpeg" --instances 3 --seed 2402 --transfer-syntax jpeg-lossless >/dev/null
"$generate" us "$scratch/sent/rle" --seed 2403 --transfer-syntax rle >/dev/null
"$generate" sc "$scratch/sent/big" --seed 2404 --transfer-syntax big-endian >/dev/null
"$generate" sr "$scratch/sent/sr" --seed 2405 >/dev/null
find "$scratch/sent" -type f | sort >"$scratch/list"
export SCRATCH=$scratch TAKER=$taker SECOND=$second_port
$python - <<'P'
import os, sys
from dicom_peer import *

for path in open(os.environ["SCRATCH"] + "/list").read().splitlines():
    sop_class, instance, syntax, data_set = part10(path)
    a = Association([(sop_class, [syntax])], calling="RAW")
    status, words = a.store(sop_class, instance, data_set)
    a.release()
    if status:
        sys.exit("FAILED: %s: %04x %s" % (path, status, words))
P
uid_of() { dcmdump +P "$2" -s "$(find "$scratch/sent/$1" -type f | head -n 1)" | sed 's/.*\[\(.*\)\].*/\1/' | tr -d '\0'; }
ct=$(uid_of ct 0020,000D) ct_series=$(uid_of ct 0020,000E) jpeg=$(uid_of jpeg 0020,000D)

# Data sets of a folder that lie in what was sent byte for byte; and how many files there are.
same_bytes() {
  SENT=$scratch/sent GOT=$1 $python - <<'P'
import os
from dicom_peer import part10

def read(folder):
    return {p[1]: (p[2], p[3]) for top, _, names in os.walk(folder) for p in (part10(top + "/" + n) for n in names)}

sent, got = read(os.environ["SENT"]), read(os.environ["GOT"])
print(sum(sent.get(uid) == value for uid, value in got.items()), "of", len(got))
P
}
start_sink() { # AE PORT FOLDER OPTION…
  mkdir -p "$3"
  storescp --aetitle "$1" +B --output-directory "$3" "${@:4}" "$2" >"$scratch/$1.log" 2>&1 &
  children+=($!)
}
start_sink SINK "$sink" "$scratch/sink" +xa
start_sink PLAIN "$plain" "$scratch/plain" +xi
for port in "$sink" "$plain"; do for ((i = 0; i < 50; i++)); do echoscu 127.0.0.1 "$port" 2>/dev/null && break; sleep 0.1; done; done
empty() { rm -rf "${1:?}"/*; }
moves() { movescu -v -aet RETRIEVER -aec PGPACS -aem "$1" 127.0.0.1 "$PGPACS_DIMSE_PORT" "${@:2}" >"$scratch/move.log" 2>&1; }
gets() { mkdir -p "$scratch/got"; empty "$scratch/got"; getscu -aet RETRIEVER -aec PGPACS +B -od "$scratch/got" 127.0.0.1 "$PGPACS_DIMSE_PORT" "$@" >"$scratch/get.log" 2>&1; }

rule "movescu: a study" moves SINK -S -k 0008,0052=STUDY -k "0020,000D=$ct"
equal "$(same_bytes "$scratch/sink")" "20 of 20" "each slice arrives, byte for byte"
empty "$scratch/sink"
rule "movescu: a series" moves SINK -S -k 0008,0052=SERIES -k "0020,000D=$ct" -k "0020,000E=$ct_series"
equal "$(same_bytes "$scratch/sink")" "20 of 20" "the same"
empty "$scratch/sink"
two=$(find "$scratch/sent/ct" -type f | sort | head -n 2 | xargs -n 1 dcmdump +P 0008,0018 -s | sed 's/.*\[\(.*\)\].*/\1/' | tr -d '\0' | paste -sd "\\\\")
rule "movescu: a list of images" moves SINK -S -k 0008,0052=IMAGE -k "0020,000D=$ct" -k "0020,000E=$ct_series" -k "0008,0018=$two"
equal "$(same_bytes "$scratch/sink")" "2 of 2" "the two"
empty "$scratch/sink"
patient=$(sql "select p.patient_id from pacs_data.patient p join pacs_data.study s on s.patient_id = p.id where s.study_instance_uid = '$ct'")
his=$(sql "select count(*) from pacs_data.instance i join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id join pacs_data.patient p on p.id = st.patient_id where p.patient_id = '$patient'")
rule "movescu: a patient" moves SINK -P -k 0008,0052=PATIENT -k "0010,0020=$patient"
equal "$(find "$scratch/sink" -type f | wc -l)" "$his" "his images, those of other walks among them"
empty "$scratch/sink"
everything=$(for kind in ct jpeg rle big sr; do uid_of $kind 0020,000D; done | paste -sd "\\\\")
rule "movescu: a list of studies of several classes and syntaxes" moves SINK -S -k 0008,0052=STUDY -k "0020,000D=$everything"
equal "$(same_bytes "$scratch/sink")" "$(wc -l <"$scratch/list") of $(wc -l <"$scratch/list")" "each in the syntax in which it came"

rule "movescu: to a receiver of implicit VR little endian only" moves PLAIN -S -k 0008,0052=STUDY -k "0020,000D=$everything"
equal "$(find "$scratch/plain" -type f | wc -l)" "$(wc -l <"$scratch/list")" "everything arrives"
mkdir "$scratch/oracle"
checked=0
while read -r file; do
  instance=$(dcmdump +P 0008,0018 -s "$file" | sed 's/.*\[\(.*\)\].*/\1/' | tr -d '\0')
  got=$(find "$scratch/plain" -name "*$instance" | head -n 1)
  case $file in
    */jpeg/*) dcmdjpeg "$file" "$scratch/oracle/$instance" ;;
    */rle/*) dcmdrle "$file" "$scratch/oracle/$instance" ;;
    *) dcmconv +ti "$file" "$scratch/oracle/$instance" ;;
  esac
  $python "$root/tests/lib/same_data_set.py" "$scratch/oracle/$instance" "$got" || fail "$file came back changed"
  checked=$((checked + 1))
done <"$scratch/list"
equal "$checked" "$(wc -l <"$scratch/list")" "and is what DCMTK makes of it in that syntax"

rule "getscu: a study" gets -S -k 0008,0052=STUDY -k "0020,000D=$ct"
equal "$(same_bytes "$scratch/got")" "20 of 20" "each slice arrives, byte for byte"
rule "getscu: a patient" gets -P -k 0008,0052=PATIENT -k "0010,0020=$patient"
equal "$(find "$scratch/got" -type f | wc -l)" "$his" "his images"
rule "getscu: compressed objects, of which it takes none" gets -S -k 0008,0052=STUDY -k "0020,000D=$jpeg"
for got in "$scratch"/got/*; do
  $python "$root/tests/lib/same_data_set.py" "$scratch/oracle/$(dcmdump +P 0008,0018 -s "$got" | sed 's/.*\[\(.*\)\].*/\1/' | tr -d '\0')" "$got" || fail "$got differs"
done
equal "$(find "$scratch/got" -type f | wc -l)" 3 "come decompressed"

rule "an unknown destination is refused" not moves ELSEWHERE -S -k 0008,0052=STUDY -k "0020,000D=$ct"
rule "with A801" grep -qi 'MoveDestinationUnknown' "$scratch/move.log"

# What goes wrong, with a second daemon whose patience is short.
start_second_daemon --suboperation-timeout 2 --pdu-timeout 4
SOP_CT=1.2.840.10008.5.1.4.1.1.2 CT=$ct JPEG=$jpeg EVERYTHING=$everything $python - <<'P'
import os, sys, time
from retrieve_peer import *

second, port = int(os.environ["SECOND"]), int(os.environ["TAKER"])
ct, jpeg, everything = os.environ["CT"], os.environ["JPEG"], os.environ["EVERYTHING"].split("\\")
sop_ct = os.environ["SOP_CT"]
sent = {}
for path in open(os.environ["SCRATCH"] + "/list").read().splitlines():
    sop_class, instance, syntax, data_set = part10(path)
    sent[instance] = (sop_class, syntax, data_set)
slices = sorted(i for i, (c, s, d) in sent.items() if c == sop_ct)


def rule(words, got, wanted):
    if got != wanted:
        sys.exit("FAILED: %s: expected %r, found %r" % (words, wanted, got))
    print("  " + words)


def moved(answer=None, data=None, on_response=None, **arguments):
    """A C-MOVE to a taker: (outcome, taker)."""
    taker = Taker(port, answer, **arguments)
    outcome = move(data or identifier("STUDY", study=ct), "TAKER", port=second, on_response=on_response)
    taker.close()
    return outcome, taker


outcome, taker = moved()
rule("all sub-operations succeed: 0000 with counts", (outcome.status, outcome.counts), (0, (None, 20, 0, 0)))
rule("the receiver is told who asked", taker.originators, {("RETRIEVER", 1)})
rule("a response comes before the first object, with all that remain", us(outcome.responses[0], 0x1020), 20)
rule("what arrives is what was sent", all(sent[i][1:] == v for i, v in taker.got.items()) and len(taker.got), 20)
outcome, taker = moved(data=identifier("STUDY", study="1.2.3"))
rule("nothing matches: success, of nothing", (outcome.status, outcome.counts, taker.associations), (0, (None, 0, 0, 0), 0))

outcome = move(identifier("STUDY", study=ct), "AWAY", port=second)
rule("a receiver that is away: A702, all failed", (outcome.status, outcome.counts), (0xA702, (None, 0, 20, 0)))
rule("and named", sorted(outcome.failed), slices)


def hang_at(number):
    def answer(count, a, context, fields):
        if count == number:
            time.sleep(8)
            raise Ended("silent")
    return answer


began = time.time()
outcome, taker = moved(hang_at(5))
rule("a receiver that hangs costs its sub-operation: B000", (outcome.status, outcome.counts), (0xB000, (None, 19, 1, 0)))
rule("which is named", (len(outcome.failed), set(outcome.failed) | set(taker.got)), (1, set(slices)))
rule("over a second association", taker.associations, 2)
rule("within its time-out", time.time() - began < 6, True)


def hang(count, a, context, fields):
    time.sleep(30)


began = time.time()
outcome, taker = moved(hang)
rule("one that hangs at each object is given up after three: A702", (outcome.status, outcome.counts, taker.associations),
     (0xA702, (None, 0, 20, 0), 3))
rule("in little time", time.time() - began < 12, True)


def refuse_some(count, a, context, fields):
    if count % 2:
        a.send_pdvs(context, store_rsp(fields, 0xA700), True)
        return True


def warn(count, a, context, fields):
    a.send_pdvs(context, store_rsp(fields, 0xB007), True)
    return True


outcome, taker = moved(refuse_some)
rule("a receiver that refuses some: B000", (outcome.status, outcome.counts, len(outcome.failed)), (0xB000, (None, 10, 10, 0), 10))
outcome, taker = moved(warn)
rule("one that warns: B000", (outcome.status, outcome.counts), (0xB000, (None, 0, 0, 20)))
outcome, taker = moved(lambda count, a, context, fields: a.send_pdvs(context, store_rsp(fields, 0xC000), True) or True)
rule("one that refuses all: A702", (outcome.status, outcome.counts), (0xA702, (None, 0, 20, 0)))
outcome, taker = moved(takes=lambda c, s: s[0] if c == sop_ct else None, data=identifier("STUDY", study=everything))
rule("one that takes one class only: B000, the others failed", (outcome.status, outcome.counts), (0xB000, (None, 20, len(sent) - 20, 0)))
outcome, taker = moved(takes=lambda c, s: s[0] if s[0] == EXPLICIT else None, data=identifier("STUDY", study=everything))
rule("one that takes explicit VR little endian only gets all", (outcome.status, outcome.counts), (0, (None, len(sent), 0, 0)))
outcome, taker = moved(lambda count, a, context, fields: count == 3 and (a.abort() or True))
rule("one that aborts in the middle loses that object", (outcome.status, outcome.counts), (0xB000, (None, 19, 1, 0)))
outcome, taker = moved(lambda count, a, context, fields: count == 3 and (a.send_pdvs(context, store_rsp(fields, 0, 999), True) or True))
rule("one that answers another message loses that object", (outcome.status, outcome.counts), (0xB000, (None, 19, 1, 0)))
outcome, taker = moved(lambda count, a, context, fields: count == 3 and (a.socket.sendall(b"\xff" * 100) or True))
rule("one that answers with garbage as well", (outcome.status, outcome.counts), (0xB000, (None, 19, 1, 0)))


def slow(count, a, context, fields):
    time.sleep(0.2)


def cancel(a, fields):
    if us(fields, 0x1021) and not getattr(a, "cancelled", False):
        a.cancelled = True
        a.send_pdvs(1, cancel_rq(), True)


outcome, taker = moved(slow, on_response=cancel)
remaining, completed, failed, warning = outcome.counts
rule("C-CANCEL: FE00", outcome.status, 0xFE00)
rule("with what remains", (0 < remaining < 20, remaining + completed, failed), (True, 20, 0))
rule("and no object after it", len(taker.got) <= completed + 1, True)


def leave(a, fields):
    if us(fields, 0x1021):
        a.abort()


taker = Taker(port, slow)
try:
    move(identifier("STUDY", study=ct), "TAKER", port=second, on_response=leave)
except (Ended, OSError):
    pass
wait_for(lambda: taker.got, 3)
time.sleep(1)
count = len(taker.got)
time.sleep(1)
rule("who asks and goes away stops it", (count < 20, len(taker.got) - count), (True, 0))
taker.close()

# C-GET
contexts = [(sop_ct, [EXPLICIT])]
outcome, got = get(identifier("STUDY", study=ct), contexts, port=second)
rule("C-GET: 0000 with counts", (outcome.status, outcome.counts), (0, (None, 20, 0, 0)))
rule("what arrives is what was sent", all(sent[i][1:] == v for i, v in got.items()) and len(got), 20)
outcome, got = get(identifier("STUDY", study=everything), contexts, port=second)
rule("classes that are not negotiated fail", (outcome.status, outcome.counts), (0xB000, (None, 20, len(sent) - 20, 0)))
outcome, got = get(identifier("STUDY", study=jpeg), [(c, [s]) for c, s, d in {sent[i] for i in sent} if s.endswith(".70")][:1], port=second)
rule("compressed objects come as they are where the asker takes that", (outcome.status, all(sent[i][1:] == v for i, v in got.items())), (0, True))


def cancel_get(a, count, context, fields):
    if count == 4:
        a.send_pdvs(1, cancel_rq(), True)
    a.send_pdvs(context, store_rsp(fields), True)


outcome, got = get(identifier("STUDY", study=ct), contexts, cancel_get, port=second)
rule("C-CANCEL before the answer of the fourth: FE00 with four", (outcome.status, outcome.counts), (0xFE00, (16, 4, 0, 0)))


def ends(words, act):
    """What the peer does ends the association, and nothing else."""
    def answer(a, count, context, fields):
        if count < 3:
            a.send_pdvs(context, store_rsp(fields), True)
        else:
            act(a, context, fields)
    try:
        get(identifier("STUDY", study=ct), contexts, answer, port=second)
    except (Ended, OSError):
        return rule(words, Association([(VERIFICATION, [IMPLICIT])], port=second).echo(), 0)
    sys.exit("FAILED: " + words)


ends("another message id ends a C-GET", lambda a, context, fields: a.send_pdvs(context, store_rsp(fields, 0, 4711), True))
ends("so does another request", lambda a, context, fields: a.send_pdvs(1, echo_rq(), True))
ends("so does garbage", lambda a, context, fields: a.socket.sendall(b"\x04\0\0\0\0\x10" + b"\xff" * 16))
ends("so does an abort", lambda a, context, fields: a.abort())
ends("so does silence", lambda a, context, fields: None)

# Identifiers
def refused(words, data, wanted):
    rule(words, move(data, "SINK", port=second).status, wanted)


refused("an identifier without a level: A900", b"", 0xA900)
refused("an unknown level: A900", identifier("FRAME", study=ct), 0xA900)
refused("a level without its key: A900", identifier("STUDY"), 0xA900)
refused("a key below the level: A900", identifier("STUDY", study=ct, series="1.2"), 0xA900)
refused("a wildcard: A900", identifier("STUDY", study="*"), 0xA900)
status = move(identifier("STUDY", study=ct)[:-5], "SINK", port=second).status
rule("a truncated one: C000", status, 0xC000)
bomb = b"\x08\0\x40\x11\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 5000
rule("5,000 nested sequences: C000", move(bomb, "SINK", port=second).status, 0xC000)
rule("17 MB: A900", move(identifier("STUDY", study=ct) + b"\x09\0\x01\0" + struct.pack("<I", 17 << 20) + bytes(17 << 20), "SINK", port=second).status, 0xA900)
many = ["1.2.826.0.1.3680043.9999.%d" % i for i in range(100000)]
began = time.time()
outcome, taker = moved(data=identifier("IMAGE", instance=many + slices[:2]))
rule("100,000 UIDs, of which two are here", (outcome.status, outcome.counts), (0, (None, 2, 0, 0)))
rule("in little time", time.time() - began < 20, True)

# Rights
for calling in ("NOBODY1", "NOBODY2"):
    rule("%s may see nothing: 0124" % calling, move(identifier("STUDY", study=ct), "SINK", calling, second).status, 0x0124)
a = Association([(MOVE, [IMPLICIT]), (GET, [IMPLICIT]), (VERIFICATION, [IMPLICIT])], calling="NOMOVE", port=second)
rule("who may neither move nor get has no such context", sorted(a.accepted), [5])
a.release()
P
stop_second_daemon

# A file that is gone, and one that is short.
lost=$(sql "select file_id from pacs_data.instance i join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id where st.study_instance_uid = '$ct' order by i.id limit 2")
first=$(sed -n 1p <<<"$lost") second=$(sed -n 2p <<<"$lost") store=$(realpath "$PGPACS_VAR")/store
path_of() { echo "$store/${1:0:2}/${1:2:2}/$1.dcm"; }
as_root mv "$(path_of "$first")" "$scratch/first"
as_root cp -p "$(path_of "$second")" "$scratch/second"
as_root truncate -s 1000 "$(path_of "$second")"
empty "$scratch/sink"
rule "movescu hears that some are not sent" not moves SINK -S -k 0008,0052=STUDY -k "0020,000D=$ct"
equal "$(same_bytes "$scratch/sink")" "18 of 18" "a file that is gone and one that is short fail; the others go on"
equal "$(sql "select object_count || ' ' || (detail ->> 'failed') from pacs_data.audit_event where event = 'instances_sent' order by id desc limit 1")" "18 2" "and the trail says so"
as_root mv "$scratch/first" "$(path_of "$first")"
as_root cp -p "$scratch/second" "$(path_of "$second")"

# Orthanc: as the one who asks, as the destination, and as both.
mkdir "$scratch/orthanc"
cat >"$scratch/orthanc.json" <<J
{ "Name": "peer", "StorageDirectory": "$scratch/orthanc", "IndexDirectory": "$scratch/orthanc", "HttpPort": $orthanc_http,
  "DicomPort": $orthanc_port, "DicomAet": "ORTHANC", "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "Plugins": [],
  "DicomModalities": { "pgpacs": { "AET": "PGPACS", "Host": "127.0.0.1", "Port": $PGPACS_DIMSE_PORT } } }
J
Orthanc "$scratch/orthanc.json" >"$scratch/orthanc.log" 2>&1 &
children+=($!)
for ((i = 0; i < 100; i++)); do curl -fs -o /dev/null "http://127.0.0.1:$orthanc_http/system" && break; sleep 0.2; done
has() { curl -fsS "http://127.0.0.1:$orthanc_http/instances" | awk '/"[0-9a-f-]+"/ { n++ } END { print n + 0 }'; }
rule "movescu: to Orthanc" moves ORTHANC -S -k 0008,0052=STUDY -k "0020,000D=$everything"
equal "$(has)" "$(wc -l <"$scratch/list")" "which takes each object"
for study in $(curl -fsS "http://127.0.0.1:$orthanc_http/studies" | grep -o '[0-9a-f-]\{44\}'); do curl -fsS -o /dev/null -X DELETE "http://127.0.0.1:$orthanc_http/studies/$study"; done
curl -fsS -o "$scratch/job" -X POST -d "{\"Level\": \"Study\", \"Resources\": [{\"StudyInstanceUID\": \"$ct\"}], \"TargetAet\": \"ORTHANC\"}" \
  "http://127.0.0.1:$orthanc_http/modalities/pgpacs/move" || fail "Orthanc asks"
equal "$(has)" 20 "Orthanc asks us to move a study to itself"

rule "no UID is in a log" bash -c "! cat '$PGPACS_VAR'/log/* | grep -qF '$ct'"
sql "delete from pacs.remote_ae where ae_title in ($ours)"
