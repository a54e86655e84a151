# Promise 1: nothing acknowledged is lost. Senders load a system of its own while pacsd and the whole of
# PostgreSQL are killed with SIGKILL at random moments and started again; then every acknowledged object must be
# there, byte for byte, and no row without its file.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
export PGPACS_BUILD PGPACS_VAR=$PGPACS_BUILD/tests/crash-var PGPACS_PG_PORT=16488 PGPACS_DIMSE_PORT=22112 PGPACS_HTTP_PORT=19088
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/cluster.sh"
. "$root/scripts/lib/site.sh"

rounds=${CRASH_ROUNDS:-8}
"$root/tests/lib/with_system" up >"$scratch/up" 2>&1 || { tail "$scratch/up"; fail "scripts/up"; }
finish() { pkill -P $$ || [ $? = 1 ]; "$root/scripts/down" 2>/dev/null; as_root rm -rf "$(realpath "$PGPACS_VAR")" "$PGPACS_VAR" "$scratch"; }
trap finish EXIT

"$generate" mr "$scratch/mr" --instances 1 --seed 1701 --transfer-syntax explicit >/dev/null
for worker in 1 2 3 4; do
  ACT=$scratch WORKER=$worker $python "$root/tests/crash/sender.py" >"$scratch/sender.$worker" 2>&1 &
done

kill_daemon() { as_root kill -9 "$(cat "$pid_file")"; }
kill_postgres() {
  local postmaster
  postmaster=$(as_root head -n 1 "$PGPACS_VAR/pg/data/$cluster/postmaster.pid")
  as_root pkill -9 -P "$postmaster" || [ $? = 1 ]
  as_root kill -9 "$postmaster"
  for ((i = 0; i < 100; i++)); do as_root kill -0 "$postmaster" 2>/dev/null || break; sleep 0.05; done
}

for ((round = 1; round <= rounds; round++)); do
  sleep "$((1 + RANDOM % 2)).$((RANDOM % 10))"
  case $((round % 3)) in
    0) kill_daemon; kill_postgres ;;
    1) kill_daemon ;;
    2) kill_postgres ;;
  esac
  cluster_is_running || cluster_control start
  if ! daemon_is_running; then as_root rm -f "$pid_file"; start_daemon; fi
done
sleep 1
touch "$scratch/enough"
wait
cat "$scratch"/sender.*
cat "$scratch"/acknowledged.* >"$scratch/acknowledged"
equal "$(awk '{print ($1 > 100)}' <<<"$(wc -l <"$scratch/acknowledged")")" 1 "$(wc -l <"$scratch/acknowledged") objects were acknowledged in $rounds rounds of kills"

sql "select i.sop_instance_uid, encode(i.sha256, 'hex'), i.file_id, i.data_set_offset from pacs_data.instance i" >"$scratch/rows"
as_root env ACT="$scratch" STORE="$(realpath "$PGPACS_VAR")/store" $python "$root/tests/crash/verify.py" || fail "see above"
equal "$(sql "select count(*) from pacs_data.series se where not exists (select from pacs_data.instance i where i.series_id = se.id)")" 0 "nothing is half there"
