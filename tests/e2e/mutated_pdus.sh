# Conversations with bytes, lengths, elements, PDVs and PDUs changed, sent by many at once, and peers that go anywhere in
# them: the port answers, aborts or closes, the rest is served, nothing stays behind. For 20 seconds; scripts/fuzz port
# runs it for longer (FUZZ_SECONDS, FUZZ_PDUS, FUZZ_SEED, FUZZ_MAY_GROW in MB).
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

physician=$(sql "select acts_as from pacs.remote_ae where ae_title = 'FINDSCU'")
sql "insert into pacs.remote_ae (ae_title, host, may_find, may_move, may_get, acts_as)
     values ('PORTFUZZ', '127.0.0.0/8', true, true, true, '$physician') on conflict do nothing"
# Where C-MOVE sends to: to itself.
sql "insert into pacs.remote_ae (ae_title, host, port) values ('SINK', '127.0.0.1', $second_port), ('PGPACS', '127.0.0.0/8', null)
     on conflict do nothing"
start_second_daemon --association-timeout 2 --pdu-timeout 2 --idle-timeout 4
trap 'stop_second_daemon; rm -rf "$scratch"' EXIT

options=(--seconds "${FUZZ_SECONDS:-20}")
[ -z "${FUZZ_PDUS-}" ] || options+=(--pdus "$FUZZ_PDUS")
[ -z "${FUZZ_SEED-}" ] || options+=(--seed "$FUZZ_SEED")
[ -z "${FUZZ_MAY_GROW-}" ] || options+=(--may-grow "$FUZZ_MAY_GROW")
as_root env PYTHONDONTWRITEBYTECODE=1 $python tests/fuzz/port/campaign.py --pid "$(as_root cat "$second_pid")" --port "$second_port" \
  --incoming "$(realpath "$PGPACS_VAR")/store/incoming" --log "$second_log" "${options[@]}" || {
  as_root tail -n 40 "$second_log" >&2
  fail "see above"
}
rule "pacsd lives" second_daemon_is_running
rule "and ends by SIGTERM" stop_second_daemon 10
rule "its log tells of no sanitizer" not as_root grep -q 'Sanitizer\|runtime error' "$second_log"
