#!/bin/bash
# port.sh [--seconds N] [--pdus N] [--seed N] [--sanitize]
# Conversations with bytes, lengths, elements, PDVs and PDUs changed, sent by many at once, and peers that go anywhere in
# them: the port answers, aborts or closes, the rest is served, nothing stays behind. For an hour, so long, or until so
# many PDUs were changed, on a system of its own; --sanitize: against a pacsd that the address and undefined-behaviour
# sanitizers watch.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
export PGPACS_BUILD PGPACS_VAR=$PGPACS_BUILD/tests/fuzz-var PGPACS_PG_PORT=18488 PGPACS_DIMSE_PORT=30112 PGPACS_HTTP_PORT=30088
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

limits=(--seconds 3600) sanitizes=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds | --pdus | --seed) limits+=("$1" "${2:?$1 how many}") && shift ;;
    --sanitize) sanitizes=1 ;;
    *) die "scripts/fuzz port does not know $1: scripts/fuzz --help" ;;
  esac
  shift
done

finish() {
  quietly "$root/scripts/down"
  as_root rm -rf "$(realpath "$PGPACS_VAR")" "$PGPACS_VAR" "$scratch"
}
trap finish EXIT
quietly tests/lib/with_system up
if [ -n "$sanitizes" ]; then
  step "Build with sanitizers"
  quietly cmake --preset sanitize-daemon
  quietly cmake --build --preset sanitize-daemon --target pacsd
  as_root install "$root/build/sanitize-daemon/daemon/pacsd" "$(realpath "$PGPACS_VAR")/stage/usr/local/bin/pacsd"
  limits+=(--may-grow 1024) # what is freed is kept for a while, so that its use is seen
fi

physician=$(sql "select acts_as from pacs.remote_ae where ae_title = 'FINDSCU'")
# SINK is where C-MOVE sends to: the port itself.
sql "insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as)
     values ('PORTFUZZ', '127.0.0.0/8', null, true, true, true, '$physician'),
            ('SINK', '127.0.0.1', $second_port, false, false, false, null),
            ('PGPACS', '127.0.0.0/8', null, false, false, false, null)"
start_second_daemon --association-timeout 2 --pdu-timeout 2 --idle-timeout 4
trap 'stop_second_daemon; finish' EXIT

step "Changing PDUs"
as_root env PYTHONDONTWRITEBYTECODE=1 $python tests/fuzz/port/campaign.py --pid "$(as_root cat "$second_pid")" --port "$second_port" \
  --incoming "$(realpath "$PGPACS_VAR")/store/incoming" --log "$second_log" "${limits[@]}" || {
  as_root tail -n 40 "$second_log" >&2
  fail "see above"
}
rule "pacsd lives" second_daemon_is_running
rule "and ends by SIGTERM" stop_second_daemon 10
as_root cat "$second_log" "$PGPACS_VAR/pg/log/postgresql.log" >"$scratch/logs"
if grep -m 1 -A 60 'Sanitizer\|runtime error' "$scratch/logs" >&2; then fail "a sanitizer has found something"; fi
note "its log tells of no sanitizer"
rule "and PostgreSQL's names no patient" not grep -qE 'Zqxwyvark|ZQX-4711|ZQXWYVARK' "$scratch/logs"
