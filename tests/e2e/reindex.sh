# The database is lost and the files are whole: pacsd reindex brings back every row that comes from objects.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
# A system of its own: its database is dropped.
export PGPACS_VAR=$PGPACS_BUILD/tests/reindex-var
export PGPACS_PG_PORT=$((${PGPACS_PG_PORT:-15488} + 20)) PGPACS_DIMSE_PORT=$((${PGPACS_DIMSE_PORT:-21112} + 20)) PGPACS_HTTP_PORT=$((${PGPACS_HTTP_PORT:-18088} + 20))
export PGPACS_PUBLIC_URL=http://127.0.0.1:$PGPACS_HTTP_PORT
. "$(dirname "$0")/../lib/env.sh"
"$root/tests/lib/with_system" up >"$scratch/up.log" 2>&1 || { tail -n 5 "$scratch/up.log" >&2; fail "a system of its own"; }
trap '"$root/scripts/down" 2>/dev/null; rm -rf "$scratch"' EXIT
PGPACS_VAR=$(realpath "$PGPACS_VAR")
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/cluster.sh"
. "$root/scripts/lib/site.sh"
store=$PGPACS_VAR/store
path_of() { printf '%s/%s/%s/%s.dcm' "$store" "${1:0:2}" "${1:2:2}" "$1"; }
value_of() { dcmdump +P "$2" -s "$1" | sed 's/.*\[\(.*\)\].*/\1/'; }

# Rows that come from objects, without the numbers that a database gives, by the names that objects have.
rows() {
  sql "
    create temp view instance as
      select i.*, st.study_instance_uid, se.series_instance_uid, t.calling_ae_title, t.called_ae_title from pacs_data.instance i
        join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id
        join pacs_data.transfer t on t.id = i.transfer_id;
    select 'study ' || ((to_jsonb(p) - 'id') || (to_jsonb(st) - 'id' - 'patient_id') || jsonb_build_object('patient_id', p.patient_id))::text from pacs_data.study st join pacs_data.patient p on p.id = st.patient_id
    union all select 'series ' || (to_jsonb(se) - 'id' - 'study_id')::text || st.study_instance_uid
      from pacs_data.series se join pacs_data.study st on st.id = se.study_id
    union all select 'instance ' || (to_jsonb(i) - 'id' - 'series_id' - 'transfer_id')::text from instance i
    union all select 'frames ' || (to_jsonb(f) - 'instance_id')::text || i.sop_instance_uid
      from pacs_data.frame_table f join instance i on i.id = f.instance_id
    union all select 'quarantine ' || (to_jsonb(q) - 'id' - 'instance_id' - 'transfer_id')::text || coalesce(i.sop_instance_uid, 'none')
        || t.calling_ae_title
      from pacs_data.quarantine q join pacs_data.transfer t on t.id = q.transfer_id left join instance i on i.id = q.instance_id
    union all select 'defect ' || (to_jsonb(d) - 'id' - 'series_id' - 'instance_id')::text || i.sop_instance_uid || se.series_instance_uid
      from pacs_data.defect d join pacs_data.series se on se.id = d.series_id join instance i on i.id = d.instance_id
    order by 1"
}
counts() { sql "select (select count(*) from pacs_data.patient) || ' patients, ' || (select count(*) from pacs_data.study) || ' studies, '
  || (select count(*) from pacs_data.series) || ' series, ' || (select count(*) from pacs_data.instance) || ' instances, '
  || (select count(*) from pacs_data.quarantine) || ' in quarantine, ' || (select count(*) from pacs_data.defect) || ' defects, '
  || (select count(*) from pacs_data.transfer where via = 'rebuild') || ' transfers of a rebuild'"; }

# What a hospital has: objects of every kind, sent twice, in two forms, under one UID, with defects.
sql "insert into pacs.remote_ae (ae_title, host) values ('RAW', '127.0.0.0/8')"
"$generate" demo "$scratch/demo" --seed 3101 >/dev/null
find "$scratch/demo" -type f | sort >"$scratch/all.list"
shared=$root/../shared/dicom
if [ -d "$shared" ]; then find "$shared" -type f ! -name '*.csv' | sort >>"$scratch/all.list"
else note "../shared/dicom is not there: its files are not sent"; fi
head -n 20 "$scratch/all.list" >>"$scratch/all.list.again" && cat "$scratch/all.list.again" >>"$scratch/all.list"
ACT=$scratch $python - <<'P'
import os
from dicom_peer import *

stored = 0
for path in open(os.environ["ACT"] + "/all.list").read().splitlines():
    try:
        sop_class, instance, syntax, data_set = part10(path)
        a = Association([(sop_class, [syntax])], calling="RAW")
        if 1 in a.accepted:
            stored += a.store(sop_class, instance, data_set)[0] == 0
        a.release()
    except (ValueError, struct.error, Ended):
        pass
print("  %d objects were taken" % stored)
P
"$generate" dx "$scratch/dx" --instances 3 --seed 3102 --transfer-syntax explicit >/dev/null
send() { storescu "${2:--xe}" -aec PGPACS $dimse "$1" || fail "storescu $1"; }
sent=("$scratch"/dx/*)
for file in "${sent[@]}"; do send "$file"; done
cp "${sent[0]}" "$scratch/other.dcm"
dcmodify -nb -imt -m "(0010,0010)=OTHER^PERSON" -m "(0008,0020)=long ago" "$scratch/other.dcm" 2>/dev/null
send "$scratch/other.dcm"
send "${sent[1]}" -xi
# The first of the series is lost, comes again, and is the first still, with its conflict behind it.
first=$(value_of "${sent[0]}" 0008,0018)
as_root rm "$(path_of "$(sql "select file_id from pacs_data.instance where sop_instance_uid = '$first'")")"
send "${sent[0]}"
# Eight at once under one UID, each saying something else: the database picks one, and the files remember which.
for ((i = 0; i < 8; i++)); do
  cp "${sent[2]}" "$scratch/race$i.dcm"
  dcmodify -nb -imt -m "(0008,0018)=1.2.826.0.1.3680043.10.1.3102" -i "(0010,4000)=sender $i" "$scratch/race$i.dcm" 2>/dev/null
done
for ((i = 0; i < 8; i++)); do storescu -xe -aec PGPACS $dimse "$scratch/race$i.dcm" & senders[i]=$!; done
for sender in "${senders[@]}"; do wait "$sender" || fail "a sender heard no success"; done
equal "$(sql "select count(*) from pacs_data.quarantine where sop_instance_uid = '1.2.826.0.1.3680043.10.1.3102'")" 7 "of eight objects under one UID at once seven wait for a person"
rule "there is something to lose" test "$(sql "select count(*) > 0 from pacs_data.quarantine")$(sql "select count(*) > 0 from pacs_data.defect")" = tt
rows >"$scratch/before"
counts_before=$(counts)
note "${counts_before%, *}"

reindex() { as_user $daemon_user "$PGPACS_VAR/stage/usr/local/bin/pacsd" reindex --config "$PGPACS_VAR/pacsd/pacsd.conf" >"$scratch/log" 2>&1; }
rule "while pacsd serves the store, a rebuild is refused" not reindex
rule "and it says why" grep -q 'pacsd serves this store' "$scratch/log"

# What else may lie in a store. Copies of objects that are there, so that nothing new is to come of them.
any=$(path_of "$(sql "select file_id from pacs_data.instance order by id limit 1")")
as_store() { as_user $daemon_user "$@"; }
put() { as_store mkdir -p "$store/ee/ee" && as_store tee "$store/ee/ee/$1" >/dev/null; }
id_of() { printf 'eeee0000-0000-0000-0000-00000000000%s' "$1"; }
as_root head -c 2000 "$any" | put "$(id_of 1).dcm"
put "$(id_of 2).dcm" </dev/null
echo "a letter" | put "Шевченко Тарас.txt"
{ as_root cat "$any"; printf x; } | put "$(id_of 3).dcm"
echo "neither DICOM" | put "$(id_of 4).dcm"
as_root cat "$any" | put "ffff0000-0000-0000-0000-000000000001.dcm"
echo "half an object" | as_store tee "$store/incoming/$(id_of 5)" >/dev/null

lose_database() {
  # As docs/operations.md says, and what was lost does not come back.
  "$root/scripts/down" 2>/dev/null
  as_root rm -rf "$PGPACS_VAR/pg" "$PGPACS_VAR/secrets"
  "$root/scripts/up" >"$scratch/up.log" 2>&1 || { tail -n 5 "$scratch/up.log" >&2; fail "scripts/up"; }
  equal "$(sql "select count(*) from pacs_data.study")" 0 "the database is lost and made anew"
}
same_rows() {
  rows >"$scratch/after"
  diff "$scratch/before" "$scratch/after" >"$scratch/diff" || { head -c 2000 "$scratch/diff" >&2; fail "$1"; }
  note "$1"
}
lose_database
rule "scripts/reindex says that not every file was taken" not "$root/scripts/reindex" 2>"$scratch/log"
same_rows "every row that comes from the objects is as it was, to the moment of its receipt"
note "$(sed -n 's/.*\(reindex: [0-9]* files: .*\)/\1/p' "$scratch/log")"
for number in 1 2 3 4; do rule "a file that is no whole object is named: $(grep -o "$(id_of $number): .*" "$scratch/log")" grep -q "$(id_of $number)" "$scratch/log"; done
rule "what is not the store's is counted" grep -q 'folder .*/ee/ee: 2 entries' "$scratch/log"
rule "and not named, since a name may be a patient's" not grep -q 'Шевченко' "$scratch/log"
rule "what is being received is left alone" as_root test -s "$store/incoming/$(id_of 5)"

counts_after=$(counts)
trail=$(sql "select count(*) from pacs_data.audit_event where event like 'instance%'")
rule "a second run" not "$root/scripts/reindex" 2>/dev/null
equal "$(counts) $(sql "select count(*) from pacs_data.audit_event where event like 'instance%'")" "$counts_after $trail" "adds nothing"

# Rows that are missing in part: a series.
sql "with se as (delete from pacs_data.instance where series_id = (select min(series_id) from pacs_data.instance) returning series_id),
          de as (delete from pacs_data.defect where series_id in (select series_id from se))
     delete from pacs_data.series where id in (select series_id from se)"
rule "a run on a database that is there in part" not "$root/scripts/reindex" 2>"$scratch/log"
same_rows "adds what is missing"

# Killed in the middle, and run again; then without what could not be read.
as_store rm -r "$store/ee/ee"
lose_database
stop_daemon
pid=$PGPACS_VAR/run/reindex.pid
quietly as_root start-stop-daemon --start --background --make-pidfile --pidfile "$pid" --chuid $daemon_user:$daemon_user --output "$PGPACS_VAR/log/reindex.log" \
  --exec "$PGPACS_VAR/stage/usr/local/bin/pacsd" -- reindex --config "$PGPACS_VAR/pacsd/pacsd.conf"
for ((i = 0; i < 1000; i++)); do [ "$(sql "select count(*) from pacs_data.instance")" -ge 10 ] && break; done
as_root kill -KILL "$(cat "$pid")"
there=$(sql "select count(*) from pacs_data.instance")
rule "killed when $there instances were there, of $(grep -c ^instance "$scratch/before")" test "$there" -lt "$(grep -c ^instance "$scratch/before")"
rule "run again, every file is taken" "$root/scripts/reindex" 2>"$scratch/log"
same_rows "and all is as if it had not been killed"

# The doors
for file in "${sent[@]}"; do
  url=$(sql_as pacs_mis "select url from pacs.study_links('$(value_of "$file" 0020,000D)') where sop_instance_uid = '$(value_of "$file" 0008,0018)'")
  curl -fsS -o "$scratch/got" "$url" || fail "its link opens"
  $python "$root/tests/lib/same_data_set.py" "$file" "$scratch/got" || fail "its link gives what was sent"
done
note "links give what was sent, byte for byte"
send "${sent[2]}"
equal "$(sql "select event from pacs_data.audit_event where event like 'instance%' and event <> 'instances_retrieved' order by id desc limit 1")" instance_duplicate \
  "what is sent again is known"

# A file from before files told of their receipt: its time of change counts.
"$generate" mr "$scratch/mr" --instances 1 --seed 3103 --transfer-syntax explicit >/dev/null
as_store mkdir -p "$store/ee/ee"
as_store tee "$store/ee/ee/$(id_of 6).dcm" <"$(echo "$scratch"/mr/*)" >/dev/null
as_store touch -d '2024-03-12 10:11:12.5 UTC' "$store/ee/ee/$(id_of 6).dcm"
rule "a file that tells nothing of its receipt is taken" "$root/scripts/reindex" 2>/dev/null
equal "$(sql "select received_at = '2024-03-12 10:11:12.5+00' from pacs_data.instance where file_id = '$(id_of 6)'")" t "as of its last change"
