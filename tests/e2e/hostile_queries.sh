# Peers that mean no good with C-FIND, C-MOVE, C-GET and N-ACTION: command sets and identifiers that are none get a
# status or an abort; who asks and does not listen, or goes away in the middle, leaves no thread, file or cursor.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

uid=1.2.826.0.1.3680043.10.1.4300
taker=$((PGPACS_DIMSE_PORT + 22))
tell() { sql "delete from pacs.remote_ae where ae_title in ('HOSTILE', 'TAKER')"; }
forget() {
  sql "delete from pacs_data.study where study_instance_uid like '$uid.%'; delete from pacs_data.patient where patient_id = 'HOSTILE'"
  tell
}
trap 'stop_second_daemon; forget; rm -rf "$scratch"' EXIT
tell
sql "insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as) values
  ('HOSTILE', '127.0.0.0/8', null, true, true, true, 'pacs_physician'), ('TAKER', '127.0.0.1', $taker, false, false, false, null)"
# Enough answers and objects to fill whatever lies between a daemon and a peer that does not read.
sql "with patient as (insert into pacs_data.patient (patient_id) values ('HOSTILE') returning id)
  insert into pacs_data.study (patient_id, study_instance_uid, study_date, patient_name)
    select p.id, '$uid.' || n, '2020-01-01', 'Nobody' from patient p, generate_series(1, 5000) n"
"$generate" ct "$scratch/ct" --instances 40 --seed 4301 >/dev/null
storescu -aec PGPACS +sd $dimse "$scratch/ct" || fail "storescu brings the objects"
start_second_daemon --association-timeout 2 --pdu-timeout 2 --idle-timeout 4 --suboperation-timeout 2
pid=$(cat "$second_pid")
open_files() { as_root ls "/proc/$pid/fd" | wc -l; }

files_before=$(open_files)
CT=$scratch/ct TAKER=$taker PORT=$second_port PID=$pid $python "$root/tests/lib/hostile_queries.py"
# The pool may have grown to its 16 connections meanwhile.
rule "no file or socket is left open" test "$(open_files)" -le $((files_before + 16))
equal "$(as_root ls -l "/proc/$pid/fd" | awk '/\.dcm/ { n++ } END { print n + 0 }')" 0 "no file of the store is"
eventually 0 "select count(*) from pg_stat_activity where application_name = 'pacsd' and state <> 'idle'" "no transaction is open"
equal "$(as_root find "$(realpath "$PGPACS_VAR")/store/incoming" -type f | wc -l)" 0 "no file is left behind"
rule "pacsd lives" second_daemon_is_running
rule "no value of a query is in its log" not as_root grep -qE 'HOSTILE\*|no such day' "$second_log"
rule "SIGTERM ends it" stop_second_daemon 10
