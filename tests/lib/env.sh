# The system under test: scripts/up in a place and on ports of its own. Sourced by tests; $1 of the sourcing
# script is not touched. A test may set PGPACS_VAR and ports before, for a system of its own.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${PGPACS_BUILD:=$root/build/release}"
: "${PGPACS_VAR:=$PGPACS_BUILD/tests/var}"
: "${PGPACS_PG_PORT:=15488}"
: "${PGPACS_DIMSE_PORT:=21112}"
: "${PGPACS_HTTP_PORT:=18088}"
: "${PGPACS_DIMSE_ADDRESS:=127.0.0.1}"
export PGPACS_BUILD PGPACS_VAR PGPACS_PG_PORT PGPACS_DIMSE_PORT PGPACS_HTTP_PORT PGPACS_DIMSE_ADDRESS
export PGPACS_NO_DEMO=${PGPACS_NO_DEMO-1} PGPACS_TESTS=ON

dimse="127.0.0.1 $PGPACS_DIMSE_PORT"
http=http://127.0.0.1:$PGPACS_HTTP_PORT
generate=$PGPACS_BUILD/tests/generate/pgpacs-generate
python=/usr/bin/python3
export python PYTHONPATH=$root/tests/lib PYTHONDONTWRITEBYTECODE=1
cd "$root"

scratch=$(mktemp -d /var/tmp/pgpacs-test-XXXXXX)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
note() { printf '  %s\n' "$*"; }
# Says a rule and checks it: rule "words" COMMAND…
rule() {
  local words=$1
  shift
  "$@" || fail "$words"
  note "$words"
}
equal() { [ "$1" = "$2" ] || fail "$3: expected «$2», found «$1»"; note "$3"; }

# SQL as the DBA, or as a role's demonstration login.
sql() { "$root/scripts/psql" -XAtq -v ON_ERROR_STOP=1 -c "$1"; }
sql_as() { "$root/scripts/psql" "$1" -XAtq -v ON_ERROR_STOP=1 -c "$2"; }
# eventually EXPECTED QUERY WORDS: what the DBA's query answers at some moment of the next five seconds.
eventually() {
  local try found
  for ((try = 0; try < 50; try++)); do
    found=$(sql "$2")
    [ "$found" = "$1" ] && break
    sleep 0.1
  done
  equal "$found" "$1" "$3"
}
# For rules that say what must not be: rule "words" not COMMAND.
not() { ! "$@"; }
