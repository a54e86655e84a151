# Cards out of the information system's database: a second PostgreSQL, reached with a certificate, or a passfile, as docs/patient-cards.md
# says; what has changed, a server that is killed while it is read, one that does not answer, and pg_cron's own run.
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/tests/lib/certificates.sh"
. "$root/tests/lib/mis_server.sh"

rows=20000
clean_up() {
  sql "update cron.job set active = true where jobname = 'pgpacs import cards'"
  sql "delete from pacs.card_source where name like 'mis%'; drop extension if exists postgres_fdw cascade; drop schema if exists mis cascade;
    with gone as (delete from pacs_data.card where department = 'e2e import' returning person_id)
      delete from pacs_data.person p using gone where p.id = gone.person_id;
    delete from pacs_data.card_quarantine where fields ->> 'department' = 'e2e import'" 2>/dev/null
  stop_mis
}
trap 'clean_up; rm -rf "$scratch"' EXIT

start_mis
mis_sql "create table inpatient (nomer int, prizv text, imya text, pobat text, narod date, stat int, postup timestamp, vypys timestamp, vidd text, pacient_id text,
    zmineno timestamptz default now());
  insert into inpatient select n, 'Мельник', 'Олена', 'Іванівна', date '1950-01-01' + n % 20000, 2, '2026-03-01 10:00', null, 'e2e import', null,
    now() - interval '1 day' + n * interval '1 second' from generate_series(1, $rows) n;
  create role pgpacs login; grant select on inpatient to pgpacs"

for block in 1 2 3; do rule "the page has block $block" test -n "$(page $block)"; done

# Only this test's calls import until the last part.
sql "update cron.job set active = false where jobname = 'pgpacs import cards'"
rule "The DBA's commands are right" run_page 1
rule "and a view over the foreign table" run_page 2
rule "An operator registers it" run_page 3 pacs_operator
equal "$(sql "select count(*) from pg_user_mapping m, unnest(m.umoptions) o where o like 'password=%'")" 0 "No password is in the catalog"

# One call by hand, with the login's own limit.
job() { "$root/scripts/psql" -XAtq -v ON_ERROR_STOP=1 -c "update pacs_data.card_source set next_run_at = now()" -c "set session authorization pacs_cron" ${1:+-c "set statement_timeout = '$1'"} -c "call pacs_internal.import_cards()"; }
state() { sql "select concat_ws(' ', last_counts ->> 'added', last_counts ->> 'changed', last_counts ->> 'same', last_counts ->> 'quarantined') from pacs_data.card_source where name = 'mis'"; }
trouble() { sql "select error from pacs_data.card_source where name = 'mis'"; }
cards() { sql "select count(*) from pacs_data.card where department = 'e2e import'"; }

# Killed while it is read ---------------------------------------------------------------------------------------------
# The MIS gives 15,000 rows, and then waits for a lock that this test holds.
mis_sql "create function gate(int) returns boolean language plpgsql as 'begin if \$1 = 15001 then perform pg_advisory_xact_lock_shared(1); end if; return true; end';
  alter table inpatient rename to stay; create view inpatient as select * from stay where gate(nomer); grant select on inpatient to pgpacs"
hold_mis_lock
before=$(sql "select last_value from pacs_data.card_id_seq")
job >"$scratch/job" 2>&1 &
importer=$!
until_waiting
taken=$(($(sql "select last_value from pacs_data.card_id_seq") - before))
[ $taken -ge 10000 ] || fail "the import was not under way: $taken"
note "$taken cards were under way when the MIS is killed"
kill_mis
wait $importer || { cat "$scratch/job"; fail "the job comes to an end"; }
equal "$(cards)" 0 "None of them is there"
rule "and the source says so" grep -qE '^nothing was taken \(SQLSTATE 08006\): .* went away' <<<"$(trouble)"
job
rule "While it is away, it cannot be reached" grep -qE '^nothing was taken \(SQLSTATE 08001\)' <<<"$(trouble)"
run_mis
job
equal "$(state)" "$rows 0 0 0" "When it is back, all are taken"
equal "$(cards) $(trouble)" "$rows " "and nothing is wrong any more"

# What has changed ----------------------------------------------------------------------------------------------------
job
equal "$(state)" "0 0 901 0" "From then on, what is within the overlap"
mis_sql "update stay set vypys = '2026-03-09 12:00', zmineno = now() where nomer = 5; insert into stay values (100001, 'Бондар', 'Ольга', null, '2999-01-01', 2, '2026-03-01', null, 'e2e import')"
job
equal "$(state)" "0 1 901 1" "and what has changed, or is no card"
equal "$(sql "select discharged_at from pacs_data.card where card_number = '5' and department = 'e2e import'")" "2026-03-09 12:00:00" "as the MIS has it"

# One that does not answer, that has changed, that lets nobody in -------------------------------------------------------
hold_mis_lock
sql "update pacs_data.card_source set changed_to = null"
job 2s
rule "A MIS that does not answer is given up" grep -q '^took longer' <<<"$(trouble)"
release_mis_lock
mis_sql "alter table stay add column extra int; drop view inpatient; create view inpatient as select nomer, prizv from stay; grant select on inpatient to pgpacs"
job
rule "One whose table is another now is named" grep -q '^nothing was taken (SQLSTATE 42703): the source is not what it was' <<<"$(trouble)"
mis_sql "drop view inpatient; alter table stay rename to inpatient; revoke all on inpatient from pgpacs"
job
rule "One that may not be read too" grep -q '^nothing was taken (SQLSTATE 42501): a right to read is missing' <<<"$(trouble)"
mis_sql "grant select on inpatient to pgpacs"
sql "alter user mapping for public server mis options (set password_required 'true')"
job
rule "and one without a way in" grep -q '^nothing was taken (SQLSTATE 2F003): who imports has no user mapping' <<<"$(trouble)"

# A passfile ----------------------------------------------------------------------------------------------------------
password=$(openssl rand -hex 12)
echo "localhost:$mis_port:mis:feed:$password" | as_root install -m 600 -o postgres /dev/stdin "$scratch/mis.pgpass"
mis_sql "create role feed login password '$password'; grant select on inpatient to feed"
sql "alter server mis options (add passfile '$scratch/mis.pgpass');
  alter user mapping for public server mis options (set user 'feed', drop sslcert, drop sslkey, set password_required 'false')"
job
equal "$(trouble)" "" "A passfile is a way in"
equal "$(sql "select count(*) from pg_user_mapping m, unnest(m.umoptions) o where o ~ '$password'") $(sql "select count(*) from pg_foreign_server s, unnest(s.srvoptions) o where o ~ '$password'")" \
  "0 0" "and in no catalog either"

# By pg_cron ----------------------------------------------------------------------------------------------------------
equal "$(sql "select count(*) from pg_db_role_setting s, unnest(s.setconfig) c where setrole = 'pacs_cron'::regrole and c like 'statement_timeout=%'")" 1 "A job does not run for ever"
mis_sql "insert into inpatient values (100002, 'Бондар', 'Ольга', null, '1980-01-01', 2, '2026-03-01', null, 'e2e import')"
sql "update pacs_data.card_source set next_run_at = now(); update cron.job set active = true where jobname = 'pgpacs import cards'; select cron.alter_job(jobid, active => true) from cron.job where jobname = 'pgpacs import cards'" >/dev/null
for ((i = 0; i < 150; i++)); do
  [ "$(cards)" = $((rows + 1)) ] && break
  sleep 1
done
equal "$(cards)" $((rows + 1)) "pg_cron imports by itself"
