# One set of objects in pgpacs and in an Orthanc beside it, for the walks that ask both. Sourced after env.sh.
# shellcheck shell=bash

orthanc_port=$((PGPACS_DIMSE_PORT + 20))
orthanc_http=http://127.0.0.1:$((PGPACS_HTTP_PORT + 20))
sink_port=$((PGPACS_DIMSE_PORT + 21))

# The demonstration set: names in four spellings and three character sets, compressed and not. Its patients are made
# others than those of other walks, whose objects are in the same pgpacs: each ID has a prefix.
make_matrix_set() { # FOLDER SEED PREFIX
  "$generate" demo "$1" --seed "$2" >/dev/null
  $python - "$1" "$3" <<'P'
import pathlib, sys, warnings

import pydicom

warnings.simplefilter("ignore")
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.dcm")):
    data_set = pydicom.dcmread(path)
    if data_set.PatientID:
        data_set.PatientID = sys.argv[2] + data_set.PatientID
        data_set.save_as(path)
P
}

start_orthanc() {
  mkdir "$scratch/orthanc"
  cat >"$scratch/orthanc.json" <<J
{ "Name": "peer", "StorageDirectory": "$scratch/orthanc", "IndexDirectory": "$scratch/orthanc", "HttpPort": ${orthanc_http##*:},
  "DicomPort": $orthanc_port, "DicomAet": "ORTHANC", "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "Plugins": [],
  "DefaultEncoding": "Utf8", "DicomAlwaysAllowFind": true, "DicomAlwaysAllowMove": true, "DicomAlwaysAllowGet": true,
  "DicomModalities": { "pgpacs": { "AET": "PGPACS", "Host": "127.0.0.1", "Port": $PGPACS_DIMSE_PORT },
                       "sink": { "AET": "SINK", "Host": "127.0.0.1", "Port": $sink_port } } }
J
  Orthanc "$scratch/orthanc.json" >"$scratch/orthanc.log" 2>&1 &
  matrix_processes+=($!)
  local i
  for ((i = 0; i < 100; i++)); do curl -fs -o /dev/null "$orthanc_http/system" && return; sleep 0.2; done
  fail "Orthanc starts: $(tail -n 3 "$scratch/orthanc.log")"
}

matrix_processes=()
stop_matrix() {
  local process
  for process in "${matrix_processes[@]}"; do kill "$process" 2>/dev/null || continue; wait "$process" 2>/dev/null || continue; done
  rm -rf "$scratch"
}
trap stop_matrix EXIT

# In the same order to both: what the first instance of a study says, the study is known by.
store_in_both() { # FOLDER
  local folder file
  for folder in "$1"/*/; do store_folder "$folder"; done
  find "$1" -type f | sort >"$scratch/stored.list"
  while read -r file; do
    curl -fsS -o /dev/null -X POST --data-binary @"$file" "$orthanc_http/instances" || fail "Orthanc takes $file"
  done <"$scratch/stored.list"
}
