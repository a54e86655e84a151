# Each client does each service that it has: DCMTK's tools, GDCM's, odil's, and Orthanc on both sides. What arrives is
# counted and compared with what was sent; what a client cannot do is said by name in the table at the end.
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/demo.sh"
. "$root/tests/lib/matrix.sh"

PGPACS_AE_TITLE=PGPACS
here=(127.0.0.1 "$PGPACS_DIMSE_PORT")
gdcm_port=$((PGPACS_DIMSE_PORT + 23))
ours="'GDCMSCU', 'ODIL', 'ORTHANC', 'SINK'"
forget_peers() { sql "delete from pacs.remote_ae where ae_title in ($ours)"; }
trap 'forget_peers; stop_matrix' EXIT
forget_peers
sql "insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as) values
  ('GDCMSCU', '127.0.0.1', $gdcm_port, true, true, true, 'pacs_physician'), ('ODIL', '127.0.0.0/8', null, true, true, true, 'pacs_physician'),
  ('ORTHANC', '127.0.0.1', $orthanc_port, true, true, true, 'pacs_physician'), ('SINK', '127.0.0.1', $sink_port, false, false, false, null)"

# What each client does, and what it has no command for.
declare -A table
clients=(DCMTK gdcmscu odil Orthanc)
services=(C-ECHO C-STORE C-FIND C-MOVE C-GET destination)
passed() { table[$1 $2]=${3:-passed}; note "$1, $2: ${3:-passed}"; }
has_none() { table[$1 $2]='has none'; note "$1 has no $2: $3"; }
show_table() {
  local client service
  printf '\n  %-10s' ''
  printf '%-14s' "${services[@]}"
  for client in "${clients[@]}"; do
    printf '\n  %-10s' "$client"
    for service in "${services[@]}"; do printf '%-14s' "${table[$client $service]-NOT TRIED}"; done
  done
  echo
  for client in "${clients[@]}"; do
    for service in "${services[@]}"; do [ -n "${table[$client $service]-}" ] || fail "$client was not asked for $service"; done
  done
}
run() { timeout 120 "$@" >"$scratch/out" 2>&1 || { tail -n 5 "$scratch/out"; fail "$*"; }; }
# Debian 12's gdcmscu (3.0.21) aborts when it is done, with every peer: its exit code says nothing, what it did does.
gdcm() { (timeout 120 gdcmscu "$@" --aetitle GDCMSCU --call PGPACS >"$scratch/out" 2>&1 || true) 2>/dev/null; }
odil_of() { local verb=$1; shift; run odil "$verb" "${here[@]}" ODIL PGPACS "$@"; }
# Of another client other objects, so that each has stored its own.
make_set() { make_matrix_set "$scratch/$1" "$2" MC; find "$scratch/$1" -type f | sort >"$scratch/$1.list"; }
stored_by() { sql "select count(*) from pacs_data.audit_event e join pacs_data.transfer t on t.id = e.transfer_id
  where t.calling_ae_title = '$1' and e.event in ('instance_stored', 'instance_duplicate')"; }
number() { find "$1" -type f | wc -l; }
# arrived FOLDER SENT_FOLDER…: says how many files came, how many of them are what was sent.
arrived() { $python "$root/tests/lib/arrived.py" "$@"; }
value() { dcmdump +P "$2" -s "$1" 2>/dev/null | sed 's/[^[]*\[\([^]]*\)\].*/\1/' | tr -d '\0'; }

start_orthanc
mkdir "$scratch/sink"
storescp --fork --aetitle SINK +B +xa --output-directory "$scratch/sink" "$sink_port" >"$scratch/sink.log" 2>&1 &
matrix_processes+=($!)
for ((i = 0; i < 50; i++)); do echoscu -aec SINK 127.0.0.1 "$sink_port" 2>/dev/null && break; sleep 0.1; done

# DCMTK
run echoscu -aec PGPACS "${here[@]}"
passed DCMTK C-ECHO
make_set dcmtk 4231
before=$(stored_by STORESCU)
for folder in "$scratch"/dcmtk/*/; do store_folder "$folder"; done
equal "$(($(stored_by STORESCU) - before))" "$(wc -l <"$scratch/dcmtk.list")" "storescu: each object is stored"
passed DCMTK C-STORE

chest=$scratch/dcmtk/01-ct-chest/ct-0001.dcm
study=$(value "$chest" 0020,000D) series=$(value "$chest" 0020,000E) instance=$(value "$chest" 0008,0018) patient=$(value "$chest" 0010,0020)
chest_folders=("$scratch"/dcmtk/0[1-4]*)
in_chest=$(find "${chest_folders[@]}" -type f | wc -l)
in_series=$(number "$scratch/dcmtk/01-ct-chest")
# A compressed series of one image and a whole study, each with its own keys.
jpeg=$scratch/dcmtk/15-dx-hand
jpeg_study=$(value "$(find "$jpeg" -type f)" 0020,000D)
run findscu -S -X -od "$scratch" "${here[@]}" -aet FINDSCU -aec PGPACS -k 0008,0052=SERIES -k "0020,000D=$study" -k 0020,000E -k 0008,0060
equal "$(find "$scratch" -maxdepth 1 -name 'rsp*.dcm' | wc -l)" 4 "findscu: the four series of a study"
passed DCMTK C-FIND

keys_of() {
  case $1 in
    PATIENT) echo "-P -k 0008,0052=PATIENT -k 0010,0020=$patient" ;;
    STUDY) echo "-S -k 0008,0052=STUDY -k 0020,000D=$study" ;;
    SERIES) echo "-S -k 0008,0052=SERIES -k 0020,000D=$study -k 0020,000E=$series" ;;
    IMAGE) echo "-S -k 0008,0052=IMAGE -k 0020,000D=$study -k 0020,000E=$series -k 0008,0018=$instance" ;;
  esac
}
# The demonstration's first patient: the chest study, a film of the heart, an X-ray; of this set and of those after it.
of_patient() { sql "select count(*) from pacs_data.instance i join pacs_data.series se on se.id = i.series_id join pacs_data.study s on s.id = se.study_id
  join pacs_data.patient p on p.id = s.patient_id where p.patient_id = '$patient'"; }
of_level() { case $1 in PATIENT) of_patient ;; STUDY) echo "$in_chest" ;; SERIES) echo "$in_series" ;; IMAGE) echo 1 ;; esac; }
mkdir "$scratch/got"
for level in PATIENT STUDY SERIES IMAGE; do
  rm -f "$scratch"/sink/* "$scratch"/got/*
  # shellcheck disable=SC2046 # words of an option list
  run movescu -aet MOVESCU -aec PGPACS -aem SINK "${here[@]}" $(keys_of $level)
  n=$(of_level $level)
  [ $level = PATIENT ] || equal "$(arrived --bytes "$scratch/sink" "$scratch/dcmtk")" "$n of $n" "movescu to storescp, $level: all of it, byte for byte"
  equal "$(number "$scratch/sink")" "$n" "movescu to storescp, $level: $n objects"
  # shellcheck disable=SC2046
  run getscu -aet GETSCU -aec PGPACS +B -od "$scratch/got" "${here[@]}" $(keys_of $level)
  [ $level = PATIENT ] || equal "$(arrived "$scratch/got" "$scratch/dcmtk")" "$n of $n" "getscu, $level: all of it"
  equal "$(number "$scratch/got")" "$n" "getscu, $level: $n objects"
done
rm -f "$scratch"/sink/*
run movescu -aet MOVESCU -aec PGPACS -aem SINK "${here[@]}" -S -k 0008,0052=STUDY -k "0020,000D=$jpeg_study"
equal "$(arrived --bytes "$scratch/sink" "$scratch/dcmtk")" "1 of 1" "movescu to storescp: a compressed image as it is stored"
passed DCMTK C-MOVE
passed DCMTK C-GET
passed DCMTK destination

# GDCM
# With -D it shows the command sets, and that alone: what it would say at its end it does not live to say.
hears() { grep -a '(0000,0900)' "$scratch/out" | awk '{print $4}' | sort -n | uniq | paste -sd ' '; }
gdcm --echo "${here[@]}" -D
equal "$(hears)" 0 "gdcmscu: echo is answered with success"
passed gdcmscu C-ECHO
make_set gdcm 4232
before=$(stored_by GDCMSCU)
while read -r file; do gdcm --store "${here[@]}" "$file"; done <"$scratch/gdcm.list"
equal "$(($(stored_by GDCMSCU) - before))" "$(wc -l <"$scratch/gdcm.list")" "gdcmscu: each object is stored"
passed gdcmscu C-STORE
gdcm --find --studyroot --study --key "20,d=$study" --key 8,50 "${here[@]}" -D
equal "$(hears)" "0 65280" "gdcmscu: a study is found by its UID, and then no more"
gdcm --find --patientroot --patient --key "10,20=$patient" --key 10,40 "${here[@]}" -D
equal "$(hears)" "0 65280" "gdcmscu: a patient by the ID"
gdcm --find --patientroot --patient --key "10,20=MCNOBODY" --key 10,40 "${here[@]}" -D
equal "$(hears)" 0 "gdcmscu: and nobody where there is nobody"
passed gdcmscu C-FIND
# It accepts explicit VR and aborts when an object comes in it, whoever sends: so a study in implicit VR.
mkdir "$scratch/gdcm-got"
mr=$(value "$scratch/dcmtk/05-mr-brain/mr-0001.dcm" 0020,000D)
gdcm --move --studyroot --study --key "20,d=$mr" --port-scp "$gdcm_port" --output "$scratch/gdcm-got" "${here[@]}"
equal "$(arrived "$scratch/gdcm-got" "$scratch/dcmtk")" "$(number "$scratch/dcmtk/05-mr-brain") of $(number "$scratch/dcmtk/05-mr-brain")" "gdcmscu: a study moved to itself"
passed gdcmscu C-MOVE
passed gdcmscu destination
gdcm --get --studyroot --study --key "20,d=$study" "${here[@]}" -D
equal "$(hears)" "" "gdcmscu: it has the option --get, and asks nothing"
has_none gdcmscu C-GET "see above"

# odil
odil_of echo
passed odil C-ECHO
# What is compressed it sends as it is in a native syntax, and a CT in implicit VR with undefined lengths it cannot read:
# so it is given native files. It says success whatever becomes of them; what came is counted.
make_set odil 4233
before=$(stored_by ODIL)
sent=0
for folder in "$scratch"/odil/{01-ct-chest,03-sr-report,04-rdsr-ct,05-mr-brain,09-pdf-protocol,10-rdsr-xa}; do
  odil_of store "$folder"/*
  sent=$((sent + $(number "$folder")))
done
equal "$(($(stored_by ODIL) - before))" "$sent" "odil: each of $sent native objects is stored"
passed odil C-STORE
odil_of find study QueryRetrieveLevel=STUDY "StudyInstanceUID=$study" AccessionNumber=
rule "odil: a study is found" grep -q "$(value "$chest" 0008,0050)" "$scratch/out"
passed odil C-FIND
mkdir "$scratch/odil-got"
odil_of get --directory "$scratch/odil-got" study QueryRetrieveLevel=STUDY "StudyInstanceUID=$study"
equal "$(arrived "$scratch/odil-got" "$scratch/dcmtk")" "$in_chest of $in_chest" "odil: a study is got"
passed odil C-GET
has_none odil C-MOVE "its command line has echo, find, get and store"
has_none odil destination "the same"

# Orthanc
rest() { curl -fsS -X "$1" "$orthanc_http$2" ${3+-d "$3"}; }
orthanc_has() { rest GET /instances | awk '/"[0-9a-f-]+"/ { n++ } END { print n + 0 }'; }
orthanc_forgets() { local one; for one in $(rest GET /patients | grep -o '[0-9a-f-]\{44\}'); do rest DELETE "/patients/$one" >/dev/null; done; }
orthanc_files() { # FOLDER
  local one
  mkdir -p "$1"
  for one in $(rest GET /instances | grep -o '[0-9a-f-]\{44\}'); do curl -fsS -o "$1/$one" "$orthanc_http/instances/$one/file"; done
}
run curl -fsS -X POST -d '{}' "$orthanc_http/modalities/pgpacs/echo"
passed Orthanc C-ECHO
make_set orthanc-set 4234
before=$(stored_by ORTHANC)
while read -r file; do run curl -fsS -X POST --data-binary @"$file" "$orthanc_http/instances"; done <"$scratch/orthanc-set.list"
rest GET /instances >"$scratch/instances"
run curl -fsS -X POST --data-binary @"$scratch/instances" "$orthanc_http/modalities/pgpacs/store"
equal "$(($(stored_by ORTHANC) - before))" "$(wc -l <"$scratch/orthanc-set.list")" "Orthanc: each object that it holds is stored"
passed Orthanc C-STORE
orthanc_forgets

query=$(rest POST /modalities/pgpacs/query "{\"Level\": \"Study\", \"Query\": {\"PatientID\": \"$patient\", \"ModalitiesInStudy\": \"CT\", \"StudyInstanceUID\": \"$study\"}}" | sed -n 's/.*"ID" : "\(.*\)".*/\1/p')
equal "$(rest GET "/queries/$query/answers" | tr -cd '[:digit:],')" 0 "Orthanc: a query has one answer"
rule "Orthanc: which is the study" grep -q "$study" <(rest GET "/queries/$query/answers/0/content?simplify")
passed Orthanc C-FIND
rest POST "/queries/$query/answers/0/retrieve" '{"TargetAet": "ORTHANC", "Synchronous": true}' >"$scratch/out" || fail "Orthanc retrieves"
equal "$(orthanc_has)" "$in_chest" "Orthanc: what it found is moved to it"
orthanc_files "$scratch/retrieved"
equal "$(arrived "$scratch/retrieved" "$scratch/dcmtk")" "$in_chest of $in_chest" "and is what was sent"
orthanc_forgets
rest POST /modalities/pgpacs/move "{\"Level\": \"Study\", \"Resources\": [{\"StudyInstanceUID\": \"$jpeg_study\"}], \"TargetAet\": \"ORTHANC\"}" >"$scratch/out" || fail "Orthanc moves"
orthanc_files "$scratch/moved"
equal "$(arrived "$scratch/moved" "$scratch/dcmtk")" "1 of 1" "Orthanc: a compressed image is moved to it as it is stored"
rm -f "$scratch"/sink/*
rest POST /modalities/pgpacs/move "{\"Level\": \"Study\", \"Resources\": [{\"StudyInstanceUID\": \"$study\"}], \"TargetAet\": \"SINK\"}" >"$scratch/out" || fail "Orthanc moves to another"
equal "$(arrived --bytes "$scratch/sink" "$scratch/dcmtk")" "$in_chest of $in_chest" "Orthanc: a study is moved to a third"
passed Orthanc C-MOVE
orthanc_forgets
run movescu -aet MOVESCU -aec PGPACS -aem ORTHANC "${here[@]}" -S -k 0008,0052=STUDY -k "0020,000D=$study"
equal "$(orthanc_has)" "$in_chest" "movescu to Orthanc: all of the study"
passed Orthanc destination
has_none Orthanc C-GET "as a client 1.10.1 moves only"

show_table
