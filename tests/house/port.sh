# Changed PDUs against the port for 20 seconds; scripts/fuzz port does it for longer.
. "$(dirname "$0")/../lib/env.sh"
bash tests/fuzz/port.sh --seconds 20 || fail "see above"
