# A second pacsd beside the shared one, on the same database and store, with options of its own. Sourced.
# shellcheck shell=bash
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/cluster.sh"
. "$root/scripts/lib/site.sh"

second_port=$((PGPACS_DIMSE_PORT + 1))
second_pid=$PGPACS_VAR/run/second.pid
second_log=$PGPACS_VAR/log/second.log

start_second_daemon() { # OPTION…
  as_root rm -f "$second_log"
  quietly as_root start-stop-daemon --start --background --make-pidfile --pidfile "$second_pid" \
    --chuid $daemon_user:$daemon_user --output "$second_log" --exec "$(realpath "$PGPACS_VAR")/stage/usr/local/bin/pacsd" -- \
    --config "$PGPACS_VAR/pacsd/pacsd.conf" --dimse-port "$second_port" --http-port $((PGPACS_HTTP_PORT + 1)) "$@"
  local i
  for ((i = 0; i < 100; i++)); do
    echoscu -aec PGPACS 127.0.0.1 "$second_port" 2>/dev/null && second_daemon_is_running && return
    sleep 0.1
  done
  as_root tail "$second_log" >&2
  fail "the second pacsd does not answer"
}
second_daemon_is_running() { as_root kill -0 "$(cat "$second_pid")" 2>/dev/null; }
stop_second_daemon() { quietly as_root start-stop-daemon --stop --oknodo --retry "TERM/${1:-30}/KILL/5" --pidfile "$second_pid"; }
