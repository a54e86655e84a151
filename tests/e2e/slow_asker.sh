# Who asks with C-FIND and is slow to take the answers holds a connection to the database, and its vacuum, for a time
# and not for ever; who keeps moving gets all of them. Half a C-CANCEL-RQ in the middle ends in the time for a PDU.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

uid=1.2.826.0.1.3680043.10.1.4400
forget() {
  sql "delete from pacs_data.study where study_instance_uid like '$uid.%'; delete from pacs_data.patient where patient_id = 'SLOW';
       delete from pacs.remote_ae where ae_title = 'SLOW'"
}
trap 'stop_second_daemon; forget; rm -rf "$scratch"' EXIT
forget
sql "insert into pacs.remote_ae (ae_title, host, may_find, acts_as) values ('SLOW', '127.0.0.0/8', true, 'pacs_physician')"
sql "with patient as (insert into pacs_data.patient (patient_id) values ('SLOW') returning id)
  insert into pacs_data.study (patient_id, study_instance_uid, study_date, patient_name)
    select p.id, '$uid.' || n, '2020-01-01', 'Nobody' from patient p, generate_series(1, 5000) n"
walk() { PORT=$second_port PSQL=$root/scripts/psql UID_OF_ONE=$uid.1 $python "$root/tests/lib/slow_asker.py" "$1"; }

start_second_daemon --answer-timeout 3 --database-connections 2
walk answers
rule "the log says why" as_root grep -q 'C-FIND given up: its answers are taken too slowly' "$second_log"
stop_second_daemon
start_second_daemon --pdu-timeout 3
walk cancels
rule "SIGTERM ends it" stop_second_daemon 10
