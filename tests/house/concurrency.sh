#!/bin/bash
# Promise 8: any number of associations bring objects at once without an error, a deadlock or a row too many, and one
# more instance of a known series writes no row but its own.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null
value pacs "create role gateway login in role pacs_gateway"
sessions=16

# Objects, each with the sessions that bring it (null: every one) and its place in their order (null: any).
{ cat "$root/tests/lib/data_set.sql"; cat <<'Q'
create schema test;
create table test.object (part text, session int, place int, instance text, header bytea);
-- 20 patients, each with 2 studies of 2 series of 5 instances, all new to every session.
insert into test.object select 'same', null, null, i, pg_temp.data_set(pg_temp.image(st, se, i, jsonb_build_object('00100020', array['LO', 'P' || p])))
  from generate_series(1, 20) p, generate_series(1, 2) a, generate_series(1, 2) b, generate_series(1, 5) c,
    lateral (select (p * 10 + a)::text as st, (p * 100 + a * 10 + b)::text as se, (p * 1000 + a * 100 + b * 10 + c)::text as i) t;
-- Studies of which each session brings one object, under a Patient ID of its own or without one.
insert into test.object select 'study', s, n, i, pg_temp.data_set(pg_temp.image('900' || n, '900' || n, i,
    jsonb_build_object('00100020', array['LO', case when n % 2 = 0 then 'X' || i else '' end])))
  from generate_series(1, 60) n, generate_series(1, 16) s, lateral (select format('900%s%s', lpad(n::text, 2, '0'), lpad(s::text, 2, '0')) as i) t;
-- Objects of one series with the same 30 defects, for one half of the sessions in one order and for the other in the other.
insert into test.object select 'defect', s, 100 + n, i,
    (select string_agg(pg_temp.element('00091' || lpad(d::text, 3, '0'), 'DA', convert_to('bad' || lpad(n::text, 5, '0'), 'UTF8'), true), ''
                       order by case when s % 2 = 0 then d else -d end) from generate_series(100, 129) d)
    || pg_temp.data_set(pg_temp.image('950', '950', i))
  from generate_series(1, 60) n, generate_series(1, 16) s, lateral (select format('950%s%s', lpad(n::text, 2, '0'), lpad(s::text, 2, '0')) as i) t;
-- For later: more of the same series.
insert into test.object select 'more', null, null, i, pg_temp.data_set(pg_temp.image(st, se, i, jsonb_build_object('00100020', array['LO', 'P' || p])))
  from generate_series(1, 20) p, generate_series(6, 9) c,
    lateral (select (p * 10 + 1)::text as st, (p * 100 + 11)::text as se, (p * 1000 + 110 + c)::text as i) n;
-- The call for an object, by the daemon, with a file of its own.
create function test.call(header bytea, instance text) returns text language sql as $$
  select format('select outcome from pacs.ingest_instance(1, %L, %L, %L, %L, %L, 1::smallint, gen_random_uuid(), 1, 1, %L);', header, '{}', '1.2.840.10008.1.2.1',
    '1.2.840.10008.5.1.4.1.1.7', '1.2.826.0.1.3680043.10.1.3.' || instance, sha256(header))
$$;
Q
} >"$scratch/objects.sql"
database=pacs dba -f "$scratch/objects.sql"

# Every session brings its objects of the parts named, each call a transaction, all at the same moment; $outcomes
# says what became of them.
bring() { # PART…
  local s i parts pids=()
  parts=$(printf "'%s'," "$@")
  coproc GATE { database=pacs dba -At; }
  echo 'select pg_advisory_lock(7);' >&"${GATE[1]}"
  read -r <&"${GATE[0]}"
  for ((s = 1; s <= sessions; s++)); do
    { printf 'set session authorization gateway;\n\\o /dev/null\nselect pg_advisory_lock_shared(7);\n\\o\n'
      value pacs "select test.call(header, instance) from test.object where part in (${parts%,}) and coalesce(session, $s) = $s
        order by place, md5(instance || $s)"
    } >"$scratch/session$s.sql"
    database=pacs dba -At -v ON_ERROR_STOP=0 -f "$scratch/session$s.sql" >"$scratch/out$s" 2>"$scratch/err$s" & pids+=($!)
  done
  for ((i = 0; i < 100; i++)); do
    [ "$(value pacs "select count(*) from pg_locks where locktype = 'advisory' and objid = 7 and not granted")" != $sessions ] || break
    sleep 0.1
  done
  echo '\q' >&"${GATE[1]}"
  wait "${pids[@]}"
  # A server process counts what it did when it ends, which is after its client.
  for ((i = 0; i < 100; i++)); do
    [ "$(value pacs "select count(*) from pg_stat_activity where datname = 'pacs' and backend_type = 'client backend' and pid <> pg_backend_pid()")" != 0 ] || break
    sleep 0.1
  done
  equal "$(cat "$scratch"/err* | head -n 3)" "" "$sessions sessions bring objects ($*) without an error"
  outcomes=$(cat "$scratch"/out* | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " }')
}

bring study defect
equal "$outcomes" "1920 stored" "Every object that one session brings is stored"
bring same
equal "$outcomes" "6000 duplicate, 400 stored" "Every object that all sessions bring is stored once"
equal "$(value pacs "select count(*), count(distinct st.id), count(distinct se.id), count(distinct st.patient_id) from pacs_data.instance i
  join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id join pacs_data.patient p on p.id = st.patient_id
  where p.patient_id ~ '^P[0-9]+$' and se.series_instance_uid !~ '950$'")" "400|40|80|20" "There are no more patients, studies and series than were brought"
equal "$(value pacs "select count(*), count(distinct study_instance_uid) from pacs_data.series se join pacs_data.study st on st.id = se.study_id
  where study_instance_uid ~ '\.900\d+$'")" "60|60" "A study that comes under a Patient ID from each session is one study with one series"
equal "$(value pacs "select count(*) from pacs_data.patient p where not exists (select from pacs_data.study where patient_id = p.id)")" 0 "Of patients that were made for nothing none is left"
equal "$(value pacs "select count(*) from pacs_data.defect where code = 'bad_date'")" 1800 "A defect that comes from each session is kept once"
equal "$(value pacs "select deadlocks from pg_stat_database where datname = 'pacs'")" 0 "Nobody ran into a deadlock"
equal "$(value pacs "select count(*) from pacs_data.audit_event where event in ('instance_stored', 'instance_duplicate')")" 8320 "Every call is in the trail"

# One more instance of a known series.
versions="select md5(string_agg(v, ' ' order by v)) from (
  select row('p', id, ctid, xmin, xmax)::text from pacs_data.patient union all select row('st', id, ctid, xmin, xmax)::text from pacs_data.study
  union all select row('se', id, ctid, xmin, xmax)::text from pacs_data.series) r (v)"
changes="select string_agg(row(relname::text, n_tup_ins, n_tup_upd, n_tup_del)::text, ' ' order by relname) from pg_stat_user_tables
  where schemaname = 'pacs_data' and relname in ('patient', 'study', 'series')"
before=$(value pacs "$versions"); changed=$(value pacs "$changes")
# Of two sessions that insert one instance at the same moment the later takes its row back: that counts as a deletion.
updates="select sum(n_tup_upd), sum(n_tup_del) filter (where relname <> 'instance') from pg_stat_user_tables where schemaname = 'pacs_data'"
updated=$(value pacs "$updates")
bring more
equal "$outcomes" "1200 duplicate, 80 stored" "More instances of known series are stored"
equal "$(value pacs "$versions")" "$before" "No row of patient, study or series is written or locked for them"
equal "$(value pacs "$changes")" "$changed" "The server counts no change of these tables"
equal "$(value pacs "$updates")" "$updated" "nor an update or a deletion in any other"

# Deletion: whoever deletes of a study holds its lock exclusively; who brings an object waits, and then makes what is missing.
uid=1.2.826.0.1.3680043.10.1.1.11
{ echo "begin; select pg_advisory_xact_lock(1346454355, hashtext('$uid')) \\g /dev/null"
  echo "delete from pacs_data.instance where series_id in (select se.id from pacs_data.series se join pacs_data.study st on st.id = se.study_id where study_instance_uid = '$uid');"
  echo "delete from pacs_data.series where study_id = (select id from pacs_data.study where study_instance_uid = '$uid');"
  echo "delete from pacs_data.study where study_instance_uid = '$uid';"
  echo "select pg_sleep(2) \\g /dev/null"
  echo "commit;"; } | database=pacs dba & deletion=$!
sleep 1
value pacs "select test.call(header, instance) from test.object where instance = '1111'" >"$scratch/again.sql"
database=pacs dba -At -f "$scratch/again.sql" >"$scratch/again" & again=$!
for ((i = 0; i < 50; i++)); do
  [ "$(value pacs "select count(*) from pg_locks where locktype = 'advisory' and not granted")" = 0 ] || break
  sleep 0.05
done
rule "An object of a study that is being deleted waits" test $i -lt 50
wait $deletion $again
equal "$(cat "$scratch/again")" stored "and is stored"
equal "$(value pacs "select count(*) from pacs_data.instance i join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id
  where study_instance_uid = '$uid'")" 1 "in a study that is there"
equal "$(value pacs "select count(*) from pacs_data.instance i where not exists (select from pacs_data.series where id = i.series_id)")" 0 "No instance is without a series"
