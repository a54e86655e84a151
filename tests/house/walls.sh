#!/bin/bash
# The walls between the rooms (docs/architecture.md): what each room may include, and what it may not know of.
. "$(dirname "$0")/../lib/env.sh"

# Headers of C++ have no suffix and no folder.
standard='<[a-z_0-9]+>'

# trespasses FOLDER ROOM HEADER…: includes of a room that are none of the patterns, as file:include.
trespasses() {
  local folder=$1 room=$2 allowed
  shift 2
  allowed=$(printf '|%s' "$standard" "$@")
  (cd "$folder" && grep -rHoE '^ *# *include *([<"][^>"]+[>"]|.*)' --include='*.cc' --include='*.h' --include='*.inc' --include='*.def' "$room" |
    sed -E 's/: *# *include */: /' | grep -vE ": (${allowed:1})\$")
}

dicom=('"extension/dicom/.*"' '"extension/faults\.def"' '"(private_)?tables\.inc"' '<(iconv|zlib)\.h>')
backend=('"extension/(pg|dicom)/.*"' '"extension/faults\.def"' '<(fcntl|unistd|dirent|sys/stat)\.h>' '<openssl/.*>')
server=('"(postgres|fmgr|funcapi|miscadmin|(utils|mb|lib|catalog|access|executor)/[a-z_]+)\.h"')
daemon=('"daemon/.*"' '"extension/dicom/.*"' '"extension/faults\.def"' '<(fcntl|unistd|poll|malloc)\.h>' '<(sys|netinet|arpa|linux)/.*>'
  '<dcmtk/(config|dcmnet|dcmdata|dcmtls|dcmjpeg|oflog)/.*>' '<charls/charls\.h>' '<(openjpeg|poll|spawn|libpq-fe)\.h>' '<pqxx/pqxx>' '<spdlog/.*>'
  '<boost/.*>' '<CLI/CLI\.hpp>' '<openssl/.*>')

none() { # WORDS COMMAND…: the command says nothing.
  local words=$1 found status=0
  shift
  found=$("$@") || status=$?
  # grep ends with 1 where it finds nothing, and with more where it could not look.
  [ $status -le 1 ] || fail "$words: looking failed with $status"
  [ -z "$found" ] || { printf '%s\n' "$found" >&2; fail "$words"; }
  note "$words"
}
none "extension/dicom knows the standard library, iconv and zlib" trespasses . extension/dicom "${dicom[@]}"
none "extension/pg parses nothing itself and knows no DCMTK" trespasses . extension/pg "${backend[@]}" "${server[@]}"
none "PostgreSQL's headers come in by extension/pg/server.h alone" sh -c \
  'grep -rnE "include \"(postgres|fmgr|funcapi|miscadmin|(utils|mb|lib|catalog|access|executor)/)" extension daemon | grep -v "^extension/pg/server.h:"'
none "daemon knows nothing of extension/pg" trespasses . daemon "${daemon[@]}"
# tests/bench/header makes nothing: it calls what it measures.
none "tests/generate and tests/bench share no code with what they test" \
  grep -rnE --exclude-dir=header 'include "(extension|daemon)/' tests/generate tests/bench

none "The extension names no table and no function of schema pacs" grep -rnE '\<pacs(_[a-z]+)?\.[a-z]|pacs_data|pacs_internal' extension --include='*.cc' --include='*.h'
none "The daemon calls functions of schema pacs and names no other" grep -rnE '\<(pacs_data|pacs_internal|pacs_trust|research|dicom)\.[a-z_]+[ (]' daemon --include='*.cc' --include='*.h'
none "and writes SQL in daemon/db alone" sh -c 'grep -rniE "\" *(select|insert into|update|delete from|call) [a-z]" daemon --include="*.cc" --include="*.h" | grep -v "^daemon/db/"'
none "What reads bytes is our own reader, not DCMTK's message layer (promise 4)" grep -rnE \
  'DIMSE_(receive|send)[A-Z]|DcmThreadSCP|DcmSCP\>|DcmSCU\>|DcmFileFormat|DcmDataset' daemon extension --include='*.cc' --include='*.h'
for library in extension/dicom/libpgpacs_dicom.a extension/pg/pgpacs.so; do
  none "$library is linked without DCMTK" sh -c "nm -C --undefined-only '$PGPACS_BUILD/$library' | grep -E 'Dcm[A-Z]|DIMSE_|ASC_' | head -n 3"
done

# A check that finds nothing where something is would be none.
mkdir -p "$scratch/extension/dicom"
printf '#include <vector>\n#include <iconv.h>\n  #  include "postgres.h"\n#include WHATEVER\n' >"$scratch/extension/dicom/bad.cc"
equal "$(trespasses "$scratch" extension/dicom "${dicom[@]}" | tr '\n' ' ')" \
  'extension/dicom/bad.cc: "postgres.h" extension/dicom/bad.cc: WHATEVER ' "A wall that is broken is seen"
