# Two other PACS (Orthanc, dcmqrscp) are asked and pulled from: by C-MOVE and by C-GET, nothing twice, and on after
# pacsd was killed in the middle.
. "$(dirname "$0")/../lib/env.sh"

http_port=$((PGPACS_HTTP_PORT + 7)) orthanc_port=$((PGPACS_DIMSE_PORT + 8)) qr_port=$((PGPACS_DIMSE_PORT + 9))
seed=$((RANDOM + 5000))
for study in 1 2 3; do "$generate" ct "$scratch/set/$study" --instances 20 --seed $((seed + study)) --transfer-syntax explicit >/dev/null; done
dates=(20240301 20240302 20240303)
for study in 1 2 3; do dcmodify -nb -m "(0008,0020)=${dates[study - 1]}" "$scratch/set/$study"/* 2>/dev/null; done
uid() { dcmdump +P "$2" -s "$(find "$scratch/set/$1" -type f | head -1)" | sed 's/.*\[\(.*\)\].*/\1/'; }
here() { sql "select count(*) from pacs_data.instance i join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id where st.study_instance_uid = '$(uid "$1" 0020,000D)'"; }
received() { sql "select count(*) from pacs_data.audit_event where id > $mark and event like 'instance\\_%' and event <> 'instances_retrieved'"; }

mkdir "$scratch/orthanc" "$scratch/qr"
cat >"$scratch/orthanc.json" <<J
{ "Name": "peer", "StorageDirectory": "$scratch/orthanc", "IndexDirectory": "$scratch/orthanc", "HttpPort": $http_port,
  "DicomPort": $orthanc_port, "DicomAet": "ORTHANC", "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "Plugins": [],
  "DicomModalities": { "pgpacs": { "AET": "PGPACS", "Host": "127.0.0.1", "Port": $PGPACS_DIMSE_PORT, "AllowGet": true } } }
J
cat >"$scratch/qr.cfg" <<C
NetworkTCPPort = $qr_port
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (PGPACS, 127.0.0.1, $PGPACS_DIMSE_PORT)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
QRSCP $scratch/qr RW (100, 1024mb) ANY
AETable END
C
Orthanc "$scratch/orthanc.json" >"$scratch/orthanc.log" 2>&1 &
peers=($!)
dcmqrscp -c "$scratch/qr.cfg" >"$scratch/qr.log" 2>&1 &
peers+=($!)
trap 'kill "${peers[@]}" 2>/dev/null || note "a peer was gone already"; rm -rf "$scratch"' EXIT
for ((i = 0; i < 100; i++)); do curl -fs -o /dev/null "http://127.0.0.1:$http_port/system" && break; sleep 0.2; done
for study in 1 2 3; do
  storescu -aec ORTHANC +sd 127.0.0.1 $orthanc_port "$scratch/set/$study" || fail "Orthanc takes study $study"
  storescu -aec QRSCP +sd 127.0.0.1 $qr_port "$scratch/set/$study" || fail "dcmqrscp takes study $study"
done
sql_as pacs_operator "delete from pacs.remote_ae where ae_title in ('ORTHANC', 'QRSCP', 'NOWHERE')"
sql_as pacs_operator "insert into pacs.remote_ae (ae_title, host, port) values ('ORTHANC', '127.0.0.1', $orthanc_port), ('QRSCP', '127.0.0.1', $qr_port), ('NOWHERE', '127.0.0.1', 1)"

# Questions
ask() { # AE LEVEL IDENTIFIER EXPRESSION
  local question
  question=$(sql_as pacs_operator "select pacs.find_remote('$1', '$2', '$3')")
  sql_as pacs_operator "select $4 from pacs.remote_answer($question) r order by 1"
}
for ae in ORTHANC QRSCP; do
  equal "$(ask $ae STUDY '{"StudyDate": "20240301-20240302", "StudyInstanceUID": ""}' "r #>> '{0020000D,Value,0}'")" \
    "$(printf '%s\n' "$(uid 1 0020,000D)" "$(uid 2 0020,000D)" | LC_ALL=C sort)" "$ae's answer to a range of days is rows"
  equal "$(ask $ae IMAGE "{\"StudyInstanceUID\": \"$(uid 1 0020,000D)\", \"SeriesInstanceUID\": \"$(uid 1 0020,000E)\", \"SOPInstanceUID\": \"\"}" 1 | wc -l)" 20 \
    "and to a series one for each object"
  equal "$(ask $ae STUDY '{"PatientID": "nobody of this name"}' 1)" "" "and to what it does not have none"
done
question=$(sql_as pacs_operator "select pacs.find_remote('NOWHERE', 'STUDY', '{}')")
rule "Who is not there gives no rows" not sql_as pacs_operator "select * from pacs.remote_answer($question)" 2>"$scratch/words"
rule "but the reason" grep -q "cannot be reached" "$scratch/words"

# Pulls
wait_for_pull() {
  for ((i = 0; i < 300; i++)); do
    [ "$(sql "select finished_at is not null from pacs.pull where id = $1")" = t ] && return
    sleep 0.2
  done
  sql "select * from pacs.pull where id = $1" >&2
  fail "the pull does not end"
}
pull() { sql_as pacs_operator "select pacs.pull_studies('$1', '$2', uses_get => $3)"; }
mark=$(sql "select max(id) from pacs_data.audit_event")
id=$(pull ORTHANC '{"StudyDate": "20240301-20240301"}' false)
wait_for_pull "$id"
equal "$(here 1) $(here 2)" "20 0" "Orthanc moves the study of the day that is asked for, and no other"
mark=$(sql "select max(id) from pacs_data.audit_event")
id=$(pull QRSCP '{"StudyDate": "20240301-20240301"}' false)
wait_for_pull "$id"
equal "$(received)" 0 "What is here is not pulled again"
# Part of a study
first=$(find "$scratch/set/2" -type f | sort | head -1)
storescu -aec PGPACS $dimse "$first"
mark=$(sql "select max(id) from pacs_data.audit_event")
id=$(pull QRSCP '{"StudyDate": "20240302-20240302"}' true)
wait_for_pull "$id"
equal "$(here 2) $(received)" "20 19" "Of a study that is here in part what is missing comes, by C-GET from dcmqrscp"

# Killed in the middle
mark=$(sql "select max(id) from pacs_data.audit_event")
id=$(pull ORTHANC '{"StudyDate": "20240301-20240303"}' true)
for ((i = 0; i < 200; i++)); do [ "$(here 3)" -ge 2 ] && break; sleep 0.05; done
pid=$(cat "$(realpath "$PGPACS_VAR")/run/pacsd.pid")
if [ "$(id -u)" = 0 ]; then kill -9 "$pid"; else sudo kill -9 "$pid"; fi
PGPACS_NO_DEMO=1 "$root/scripts/up" >/dev/null 2>&1
sql "update pacs_data.task set leased_until = now() - interval '1 second' where kind = 'pull' and state = 'running'"
wait_for_pull "$id"
equal "$(here 1) $(here 2) $(here 3)" "20 20 20" "After pacsd was killed in the middle the pull goes on to its end, by C-GET from Orthanc"
equal "$(sql "select count(*) from pacs_data.audit_event where id > $mark and event in ('instance_conflict', 'instance_refused')")" 0 "and nothing came twice as something else"
equal "$(received)" 20 "nor at all"
mark=$(sql "select max(id) from pacs_data.audit_event")
id=$(sql_as pacs_operator "select pacs.pull_priors('ORTHANC', '$(uid 1 0010,0020)')")
wait_for_pull "$id"
equal "$(received)" 0 "Earlier studies of a patient whose are all here bring nothing"
sql_as pacs_operator "delete from pacs.remote_ae where ae_title in ('ORTHANC', 'QRSCP', 'NOWHERE')"
