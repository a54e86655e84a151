#!/bin/bash
# scripts/deploy: all or nothing, each migration once, one deploy at a time; what is no longer defined goes, what a
# site has granted stays.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
checkout=$scratch/checkout

# What a database holds of ours: its tables with their rows, functions, rights.
fingerprint() {
  "$pg_bin/pg_dump" -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres -d "$1" | grep -v '^\\\(un\)\?restrict' | sha256sum
}
fails() { # WORDS COMMAND…
  local words=$1
  shift
  if "$@" >"$scratch/out" 2>&1; then fail "$words: it went through"; fi
  note "$words"
}

copy_checkout "$checkout"
echo 'create table pacs_data.half (x int); select 1 / 0;' >"$checkout/migrations/9999_broken.sql"
make_empty_database one
fails "A migration that fails fails the deploy" deploy one "$checkout"
equal "$(value one "select count(*) from pg_namespace where nspname in ('pacs', 'pacs_data', 'dicom')")" 0 "and leaves no schema"
equal "$(value one "select count(*) from pg_roles where rolname like 'pacs%'")" 0 "and no role"
rm "$checkout/migrations/9999_broken.sql"

deploy one "$checkout" >"$scratch/out" 2>&1
equal "$(value one 'select string_agg(name, E'"'\\n'"' order by name) from pacs_data.schema_migration')" \
  "$(basename -as .sql "$checkout"/migrations/[0-9]*.sql)" "Every migration is applied"
value one "insert into pacs_data.patient (patient_id) values ('kept')"
before=$(fingerprint one)
deploy one "$checkout" >"$scratch/out" 2>&1 || { cat "$scratch/out"; fail "a deploy"; }
equal "$(cat "$scratch/out")" "" "A deploy that has nothing to do says nothing"
equal "$(fingerprint one)" "$before" "and changes nothing"

value one "alter extension pgpacs drop function dicom.uid_name(text); drop function dicom.uid_name(text);
  create view public.reports as select count(*) from dicom.dictionary();
  create index uid_text on pacs_data.series (dicom.value_text(template, 'ImageType'))"
deploy one "$checkout" >"$scratch/out" 2>&1 || { cat "$scratch/out"; fail "a deploy"; }
equal "$(value one "select dicom.uid_name('1.2.840.10008.1.1')")" "Verification SOP Class" "A function of the extension that came within its version arrives"
value one "drop view public.reports; drop index pacs_data.uid_text"
equal "$(fingerprint one)" "$before" "What a site has built on those that stay stays"

# As it was called before devices were known by certificates (0018).
value one "delete from pacs_data.schema_migration where name = '0018_open_association';
  create function pacs.open_association(text, text, inet) returns void language sql begin atomic end"
deploy one "$checkout" >"$scratch/out" 2>&1 || { cat "$scratch/out"; fail "a deploy over functions with other arguments"; }
equal "$(value one "select count(*) from pg_proc where proname = 'open_association'")" 1 "A function whose arguments are others now takes the place of the old one"

cat >"$checkout/migrations/0100_new.sql" <<'Q'
create table pacs_data.once (applied_at timestamptz);
insert into pacs_data.once values (clock_timestamp());
select pg_sleep(2) \g /dev/null
Q
deploy one "$checkout" >"$scratch/first" 2>&1 & first=$!
deploy one "$checkout" >"$scratch/second" 2>&1 & second=$!
for ((i = 0; i < 100; i++)); do
  [ "$(value one "select count(*) from pg_locks where locktype = 'advisory' and not granted")" = 0 ] || break
  sleep 0.05
done
rule "Of two deploys at once one waits" test $i -lt 100
rule "The first goes through" wait $first
rule "The second goes through" wait $second
equal "$(value one 'select count(*) from pacs_data.once')" 1 "A new migration is applied once"
equal "$(cat "$scratch/first" "$scratch/second" | grep -c 0100_new)" 1 "and named once"

before=$(fingerprint one)
cp "$checkout/migrations/0100_new.sql" "$scratch/0100_new.sql"
echo '-- a word more' >>"$checkout/migrations/0100_new.sql"
echo "create function pacs_internal.sneaked_in() returns int language sql begin atomic select 1; end;" >>"$checkout/sql/setting.sql"
fails "A migration that was edited after it was applied is refused" deploy one "$checkout"
rule "and named" grep -q 0100_new "$scratch/out"
rule "with PC063" grep -q '^PC063 ERROR' "$PGPACS_VAR/pg/log/postgresql.log"
equal "$(fingerprint one)" "$before" "and nothing else of that checkout arrives"
cp "$scratch/0100_new.sql" "$checkout/migrations/0100_new.sql"
cp "$root/sql/setting.sql" "$checkout/sql/setting.sql"

fails "A checkout that lacks a migration of the database is refused: it is older" deploy one
rule "The migration is named" grep -q 0100_new "$scratch/out"
equal "$(fingerprint one)" "$before" "and nothing is replaced by what is older"

# A helper that is used by another, by a view and by a function that returns the view's rows.
cat >>"$checkout/sql/setting.sql" <<'Q'
create function pacs_internal.a_helper() returns int language sql begin atomic select 1; end;
create function pacs_internal.b_helper() returns int language sql begin atomic select pacs_internal.a_helper(); end;
create view pacs.old_view as select pacs_internal.a_helper() as one;
create function pacs.a_old(more int default 1) returns setof pacs.old_view language sql begin atomic select * from pacs.old_view; end;
Q
deploy one "$checkout" >"$scratch/out" 2>&1
value one "create schema hospital; create view hospital.report as select * from pacs.old_view"
cp "$root/sql/setting.sql" "$checkout/sql/setting.sql"
before=$(fingerprint one)
fails "What is no longer defined stays while something of the site's rests on it, and the deploy fails" deploy one "$checkout"
rule "naming what that is" grep -q 'hospital.report' "$scratch/out"
equal "$(fingerprint one)" "$before" "and changes nothing"
value one "drop view hospital.report"
deploy one "$checkout" >"$scratch/out" 2>&1 || { cat "$scratch/out"; fail "a deploy"; }
equal "$(value one "select count(*) from pg_proc where proname in ('a_helper', 'b_helper', 'a_old')")" 0 "Functions that are no longer defined are dropped, in the order in which that is possible"
equal "$(value one "select count(*) from pg_class where relname = 'old_view'")" 0 "So are views"
equal "$(grep -c 'no longer defined' "$scratch/out")" 4 "and the DBA is told of each"

value one "create role hospital_reports; create role pacs_hospital;
  grant usage on schema pacs to hospital_reports, pacs_hospital;
  grant execute on function pacs.find_studies to hospital_reports, pacs_hospital;
  grant select on pacs.study to hospital_reports, pacs_hospital;
  grant select on pacs_data.study to hospital_reports, pacs_hospital;
  grant execute on function pacs.retry_task to pacs_mis;
  revoke execute on function pacs.find_studies from pacs_mis"
deploy one "$checkout" >"$scratch/out" 2>&1
for role in hospital_reports pacs_hospital; do
  equal "$(value one "select has_function_privilege('$role', (select oid from pg_proc where proname = 'find_studies'), 'execute')
                        and has_table_privilege('$role', 'pacs.study', 'select') and has_table_privilege('$role', 'pacs_data.study', 'select')")" t \
    "What a site has granted to $role stays"
done
equal "$(value one "select has_function_privilege('pacs_mis', (select oid from pg_proc where proname = 'find_studies'), 'execute')")" t "Our roles have what sql/ grants"
equal "$(value one "select has_function_privilege('pacs_mis', (select oid from pg_proc where proname = 'retry_task'), 'execute')")" f "and no more"

make_empty_database two "template template0 encoding 'UTF8' locale 'C'"
deploy two "$checkout" >"$scratch/out" 2>&1
equal "$(value two "select pacs_internal.fold_name('ШЕВЧЕНКО^Тарас')")" "шевченко тарас" "In a database of the locale C names are found as well"
equal "$(value two "select count(*) from pg_extension where extname = 'pg_cron'")" 0 "A database without pg_cron is deployed to as well"
