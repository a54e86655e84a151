#!/bin/bash
# migrations/schema.sql is what the migrations make: a change of one without the other is seen here, and by who
# reads the change.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null

"$root/scripts/dump-schema" - >"$scratch/schema.sql"
rule "The dump has every table" test "$(grep -c '^CREATE TABLE' "$scratch/schema.sql")" = \
  "$(value pacs "select count(*) from pg_tables where schemaname in ('pacs_data', 'pacs_trust', 'research')")"
rule "and no function, view, policy or right" not grep -qE '^(CREATE (OR REPLACE )?(FUNCTION|VIEW|POLICY)|GRANT|REVOKE)' "$scratch/schema.sql"
diff -u "$root/migrations/schema.sql" "$scratch/schema.sql" ||
  fail "migrations/schema.sql is not what the migrations make (above): run scripts/up, then scripts/dump-schema, and read what changes"
note "migrations/schema.sql is what the migrations make"

differs() { ! "$root/scripts/dump-schema" - | cmp -s "$root/migrations/schema.sql" -; }
value pacs "alter table pacs_data.study add column sneaked_in int"
rule "A column that no migration makes is seen" differs
value pacs "alter table pacs_data.study drop column sneaked_in; alter table pacs_data.link no force row level security"
rule "So is a table that does not force row-level security any more" differs
