# Many matches: the first come at once, C-CANCEL ends them at once, also while the database still searches, pacsd's
# memory stays flat, and a search that takes too long ends with a status.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

uid=1.2.826.0.1.3680043.10.1.4200
sql "with patient as (insert into pacs_data.patient (patient_id) values ('MANY') returning id),
    study as (insert into pacs_data.study (patient_id, study_instance_uid, study_date, patient_name, accession_number)
      select p.id, '$uid.' || n, '2020-01-01', 'Багато^Ім''я', 'M' || n from patient p, generate_series(1, 100000) n returning id, study_instance_uid)
  insert into pacs_data.series (study_id, series_instance_uid, modality, template)
    select id, study_instance_uid || '.1', 'OT', '{\"00080080\": {\"vr\": \"LO\", \"Value\": [\"Hospital\"]}}' from study"
sql "analyze pacs_data.study, pacs_data.series"
forget() {
  sql "delete from pacs_data.series where series_instance_uid like '$uid.%'; delete from pacs_data.study where study_instance_uid like '$uid.%';
       delete from pacs_data.patient where patient_id = 'MANY'"
}
trap 'stop_second_daemon; forget; rm -rf "$scratch"' EXIT
start_second_daemon --find-timeout 1

PACSD=$(cat "$pid_file") $python - <<'P'
import os, sys, time
from dicom_peer import *

STUDY = "1.2.840.10008.5.1.4.1.2.2.1"
e = implicit_element
query = e(8, 0x52, "STUDY") + e(8, 0x50, "") + e(0x10, 0x10, "") + e(0x10, 0x20, "MANY") + e(0x20, 0xD, "")
# Nobody's: each series is looked at for it, over and over.
slow = query + e(8, 0x80, "*N*o*b*o*d*y*")


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


def memory():
    """Kilobytes that pacsd has."""
    lines = dict(line.split(":", 1) for line in open("/proc/%s/status" % os.environ["PACSD"]))
    return int(lines["VmRSS"].split()[0])


def associate(**more):
    return Association([(STUDY, [IMPLICIT])], calling="FINDSCU", timeout=120, **more)


def take(answers, count):
    return [next(answers)[0] for _ in range(count)]


a = associate()
rule("a first query is answered", a.find(STUDY, query.replace(b"MANY", b"FEWS"))[0] == 0)

began = time.time()
a.send_pdvs(1, find_rq(STUDY, 7), True)
a.send_pdvs(1, query, False)
answers = a.find_answers()
first, took = take(answers, 1), time.time() - began
rule("the first of 100,000 answers is there in %.0f ms" % (took * 1000), first == [0xFF00] and took < 1)
take(answers, 2)
a.send_pdvs(1, cancel_rq(7), True)
began = time.time()
rest = [status for status, _ in answers]
took = time.time() - began
rule("after a C-CANCEL %d more came, and FE00 after %.0f ms" % (len(rest) - 1, took * 1000), rest[-1] == 0xFE00 and took < 1 and len(rest) < 50000)

a.send_pdvs(1, find_rq(STUDY, 8), True)
a.send_pdvs(1, slow, False)
time.sleep(0.1)
began = time.time()
a.send_pdvs(1, cancel_rq(8), True)
rest = [status for status, _ in a.find_answers()]
took = time.time() - began
rule("a search that has found nothing yet ends %.0f ms after its C-CANCEL" % (took * 1000), rest == [0xFE00] and took < 0.5)

before = most = memory()
a.send_pdvs(1, find_rq(STUDY, 9), True)
a.send_pdvs(1, query, False)
began, count = time.time(), 0
for status, _ in a.find_answers():
    count += status == 0xFF00
    if count % 1000 == 0:
        most = max(most, memory())
rule("all 100,000 come (%.1f s)" % (time.time() - began), (status, count) == (0, 100000))
rule("and pacsd grew by %d KB" % (most - before), most - before < 8192)

other = associate()
other.send_pdvs(1, find_rq(STUDY, 1), True)
other.send_pdvs(1, slow, False)
time.sleep(0.1)
other.abort()
rule("who aborts in the middle leaves the others alone", a.find(STUDY, query.replace(b"MANY", b"FEWS"))[0] == 0)
a.release()
P

# A search that has to wait stands for one that takes long.
sql "begin; lock table pacs_data.study; select pg_sleep(4); commit" >/dev/null &
sleep 1
rule "a search beyond find-timeout ends with A700" grep -q "Final Find Response.*OutOfResources" \
  <(findscu -v -S -aec PGPACS 127.0.0.1 "$second_port" -k 0008,0052=STUDY -k 0010,0020=MANY -k 0020,000D 2>&1)
wait
eventually 0 "select count(*) from pg_stat_activity where application_name = 'pacsd' and state <> 'idle'" "no search goes on"
equal "$(sql "select count(*) > 3 from pacs_data.audit_event where event = 'studies_queried' and at > now() - interval '5 minutes'")" t "searches that were cancelled are in the trail"
