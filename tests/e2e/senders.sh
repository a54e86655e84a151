# Three makers' senders (DCMTK, GDCM, Orthanc) and a raw one bring objects of every modality; every object that
# was acknowledged is there, and what came raw comes back byte for byte. Also the real files of many makers in
# ../shared/dicom, where that is.
. "$(dirname "$0")/../lib/env.sh"

sql "insert into pacs.remote_ae (ae_title, host) select t, '127.0.0.0/8' from unnest(array['GDCMSCU', 'ORTHANC', 'RAW']) t on conflict do nothing"
# A set for each sender: the same kinds, other objects.
make_set() { "$generate" demo "$scratch/$1" --seed "$2" >/dev/null; find "$scratch/$1" -type f | sort >"$scratch/$1.list"; }
make_set raw 1201
cp "$scratch/raw.list" "$scratch/all.list"
shared=$root/../shared/dicom
if [ -d "$shared" ]; then find "$shared" -type f ! -name '*.csv' | sort >>"$scratch/all.list"
else note "../shared/dicom is not there: its files are not sent"; fi

count() { sql "select count(*) from pacs_data.instance i join pacs_data.transfer t on t.id = i.transfer_id where t.calling_ae_title = '$1'"; }

# Raw: every byte of the data set as it stands in the file.
ACT=$scratch $python - <<'P'
import os, subprocess, sys, urllib.request
from dicom_peer import *

sent = refused = unreadable = 0
acknowledged = {}
for path in open(os.environ["ACT"] + "/all.list").read().splitlines():
    try:
        sop_class, instance, syntax, data_set = part10(path)
    except (ValueError, struct.error):
        unreadable += 1
        continue
    if not (sop_class and instance and syntax):
        unreadable += 1
        continue
    try:
        a = Association([(sop_class, [syntax])], calling="RAW")
        if 1 not in a.accepted:
            a.release()
            unreadable += 1
            continue
        status, words = a.store(sop_class, instance, data_set)
        a.release()
    except Ended as end:
        sys.exit("FAILED: %s: %s" % (path, end))
    if status == 0:
        sent += 1
        acknowledged.setdefault(instance, []).append(data_set)
    else:
        refused += 1
        if status not in (0xA900, 0xC000):
            sys.exit("FAILED: %s: status %04x %s" % (path, status, words))
print("  raw: %d stored, %d refused with A900 or C000, %d that cannot be sent" % (sent, refused, unreadable))
if sent < 90 or (len(open(os.environ["ACT"] + "/all.list").read().splitlines()) > 300 and sent < 290):
    sys.exit("FAILED: too few were taken")


def sql(text, *role):
    done = subprocess.run(["scripts/psql", *role, "-XAtqc", text], capture_output=True, text=True)
    if done.returncode:
        sys.exit("FAILED: " + done.stderr)
    return done.stdout.splitlines()


studies = sql("select study_instance_uid from pacs.find_studies(max_rows => 5000)", "pacs_mis")
links = sql("select sop_instance_uid || ' ' || url from unnest(array[%s]) s, pacs.study_links(s) where level = 'instance'"
            % ",".join("'%s'" % s for s in studies), "pacs_mis")
found = dict(line.split(" ") for line in links)
# What another test sent before is here as its sender wrote it, which dcmsend does in its own way.
ours = set(sql("select i.sop_instance_uid from pacs_data.instance i join pacs_data.transfer t on t.id = i.transfer_id where t.calling_ae_title = 'RAW'"))
same = 0
for instance, data_sets in acknowledged.items():
    if instance not in found:
        sys.exit("FAILED: an acknowledged object is not found by the information system")
    if instance not in ours:
        continue
    body = urllib.request.urlopen(found[instance]).read()
    # Of several objects with one UID the first is given; the others wait in quarantine, or were the same.
    if not any(body.endswith(d) for d in data_sets):
        sys.exit("FAILED: an object came back changed")
    same += 1
if same < 90:
    sys.exit("FAILED: too few were new here")
print("  every one of %d came back by its link, byte for byte" % same)
P

# DCMTK: a folder for each transfer syntax, since storescu proposes what it is told.
. "$root/scripts/lib/demo.sh"
quietly() { "$@" >"$scratch/out" 2>&1 || { tail -n 5 "$scratch/out"; fail "$*"; }; }
PGPACS_AE_TITLE=PGPACS
make_set dcmtk 1202
before=$(count STORESCU) gdcm_before=$(count GDCMSCU) orthanc_before=$(count ORTHANC)
for folder in "$scratch"/dcmtk/*/; do store_folder "$folder"; done
equal "$(($(count STORESCU) - before))" "$(wc -l <"$scratch/dcmtk.list")" "storescu: each object was stored"

# DCMTK leaves Nagle's algorithm on, as devices do: 40 ms an object where we acknowledge late, which the kernel counts.
late_ones() {
  local names values i
  { read -ra names; read -ra values; } < <(grep '^TcpExt:' /proc/net/netstat)
  for i in "${!names[@]}"; do if [ "${names[i]}" = DelayedACKs ]; then echo "${values[i]}"; fi; done
}
mkdir "$scratch/again"
for i in {100..199}; do cp "$(grep /03-sr-report/ "$scratch/dcmtk.list" | head -n 1)" "$scratch/again/$i.dcm"; done
late=$(late_ones)
store_folder "$scratch/again"
late=$(($(late_ones) - late))
rule "storescu: 100 objects waited for $late late acknowledgements" test "$late" -lt 50

# Debian 12's gdcmscu (3.0.21) aborts when it is done, with every peer (DCMTK's storescp as well), and takes host
# and port only without their options: so its exit code says nothing, and what arrived is counted.
make_set gdcm 1203
while read -r file; do
  (gdcmscu --store 127.0.0.1 "$PGPACS_DIMSE_PORT" --aetitle GDCMSCU --call PGPACS "$file" >"$scratch/out" 2>&1 || true) 2>/dev/null
done <"$scratch/gdcm.list"
equal "$(($(count GDCMSCU) - gdcm_before))" "$(wc -l <"$scratch/gdcm.list")" "gdcmscu: each object was stored"

make_set set 1204
mkdir "$scratch/orthanc"
cat >"$scratch/orthanc.json" <<J
{ "Name": "peer", "StorageDirectory": "$scratch/orthanc", "IndexDirectory": "$scratch/orthanc", "HttpPort": 18042,
  "DicomPort": 14242, "DicomAet": "ORTHANC", "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "Plugins": [],
  "DicomModalities": { "pgpacs": { "AET": "PGPACS", "Host": "127.0.0.1", "Port": $PGPACS_DIMSE_PORT } } }
J
Orthanc "$scratch/orthanc.json" >"$scratch/orthanc.log" 2>&1 &
orthanc=$!
trap 'kill $orthanc 2>/dev/null; wait $orthanc 2>/dev/null; rm -rf "$scratch"' EXIT
for ((i = 0; i < 100; i++)); do curl -fs -o /dev/null http://127.0.0.1:18042/system && break; sleep 0.2; done
while read -r file; do
  curl -fsS -o /dev/null -X POST --data-binary @"$file" http://127.0.0.1:18042/instances || fail "Orthanc takes $file"
done <"$scratch/set.list"
curl -fsS http://127.0.0.1:18042/instances >"$scratch/instances"
curl -fsS -o "$scratch/job" -X POST --data-binary @"$scratch/instances" http://127.0.0.1:18042/modalities/pgpacs/store || fail "Orthanc sends"
equal "$(($(count ORTHANC) - orthanc_before))" "$(grep -o '"[0-9a-f-]*"' "$scratch/instances" | wc -l)" "Orthanc: each object that it holds was stored"

# And the real files: one of each modality that there is, from each maker's sender. They are here already, from the raw
# sender: what counts is that each is answered with success, and in the trail as what it is.
[ -d "$shared" ] || exit 0
$python - "$shared" >"$scratch/modalities.list" <<'P'
import csv, os, sys

uncompressed = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
chosen = {}
for row in csv.DictReader(open(sys.argv[1] + "/MANIFEST.csv")):
    path = os.path.join(sys.argv[1], row["file"])
    if row["storable"] == "y" and row["modality"] and row["transfer_syntax_uid"] in uncompressed and os.path.exists(path):
        chosen.setdefault(row["modality"], path)
print("\n".join(chosen.values()))
P
answered() { sql "select count(*) from pacs_data.audit_event e join pacs_data.transfer t on t.id = e.transfer_id
  where t.calling_ae_title = '$1' and e.event in ('instance_stored', 'instance_duplicate', 'instance_conflict')"; }
modalities=$(wc -l <"$scratch/modalities.list")
rule "there are real files of $modalities modalities" test "$modalities" -ge 12

before=$(answered STORESCU)
while read -r file; do
  quietly storescu -aec PGPACS -R "$(storescu_option "$file")" 127.0.0.1 "$PGPACS_DIMSE_PORT" "$file"
done <"$scratch/modalities.list"
equal "$(($(answered STORESCU) - before))" "$modalities" "storescu: a real file of each modality"

# GDCM sends no SOP class that it does not know.
before=$(answered GDCMSCU)
unknown=0
while read -r file; do
  if [[ $(gdcminfo "$file" 2>&1) == *'Unknown MediaStorage'* ]]; then unknown=$((unknown + 1)); continue; fi
  (gdcmscu --store 127.0.0.1 "$PGPACS_DIMSE_PORT" --aetitle GDCMSCU --call PGPACS "$file" >"$scratch/out" 2>&1 || true) 2>/dev/null
done <"$scratch/modalities.list"
equal "$(($(answered GDCMSCU) - before))" "$((modalities - unknown))" "gdcmscu: a real file of each modality but the $unknown that it does not know"

before=$(answered ORTHANC)
while read -r file; do
  curl -fsS -X POST --data-binary @"$file" http://127.0.0.1:18042/instances | sed -n 's/.*"ID" : "\(.*\)".*/\1/p' >"$scratch/id" || fail "Orthanc takes $file"
  curl -fsS -o "$scratch/job" -X POST -d "$(cat "$scratch/id")" http://127.0.0.1:18042/modalities/pgpacs/store || fail "Orthanc sends $file"
done <"$scratch/modalities.list"
equal "$(($(answered ORTHANC) - before))" "$modalities" "Orthanc: a real file of each modality"
