#!/bin/bash
# The machine dies. Another one has the dump, the roles and the keys (docs/operations.md, Backup): everything is as it
# was, and links that were handed out open.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_database
make_cron_login
deploy pacs >/dev/null
value pacs "create role mis login in role pacs_mis; create role gateway login in role pacs_gateway; create role doctor login in role pacs_physician;
  grant select on pacs.queue_status to mis; update pacs.setting set value = '3 hours' where name = 'link_lifetime'"
database=pacs dba -f tests/lib/data_set.sql -f tests/lib/one_study.sql >/dev/null
value pacs "select pacs.index_attribute('ImageType'), pacs.index_attribute('StudyDate')" >/dev/null
token=$(value pacs "set session authorization mis; select substring(url from '/v/(.*)') from pacs.study_links('1.2.826.0.1.3680043.10.1.1.1') where level = 'study'")

dump() { "$pg_bin/pg_dump" -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres "$@" pacs; }
# All of a database: its schema with owners and rights, its rows, its extensions. Sorted, with the roles of a policy:
# these come in the order of their OIDs, which are others now.
content() { dump | grep -v '^\\\(un\)\?restrict' | perl -pe 's/ TO (\w+(, \w+)+)/" TO " . join(", ", sort split(", ", $1))/e' | sort; }
content >"$scratch/before"
dump -Fc -f "$scratch/pacs.dump"
"$pg_bin/pg_dumpall" -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres --roles-only >"$scratch/roles.sql"

stop_cluster
as_root rm -rf "$PGPACS_VAR/pg"
create_cluster
write_cluster_settings
start_cluster
database=postgres dba -v ON_ERROR_STOP=0 -f "$scratch/roles.sql" 2>&1 | grep -v 'role "postgres" already exists' >"$scratch/err" || [ $? = 1 ]
equal "$(cat "$scratch/err")" "" "The roles are restored"
make_empty_database pacs
rule "The dump is restored without an error" "$pg_bin/pg_restore" -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres -d pacs --exit-on-error "$scratch/pacs.dump"

content >"$scratch/after"
rule "Schema, rights and rows are what they were" diff -u "$scratch/before" "$scratch/after"
rule "A deploy changes nothing" deploy pacs
content >"$scratch/deployed"
rule "neither schema nor rows" diff -u "$scratch/before" "$scratch/deployed"
equal "$(value pacs "set session authorization gateway; select study_instance_uid from pacs.open_link('$token', '10.0.0.1')")" 1.2.826.0.1.3680043.10.1.1.1 \
  "A link from before opens"
equal "$(value pacs "set session authorization doctor; select patient_name from pacs.find_studies('P1')")" "Шевченко^Тарас" "A doctor finds the study"
equal "$(value pacs "set session authorization gateway; select count(*) from pacs_data.study" 2>&1 | grep -c 'permission denied')" 1 "and who had no rights has none"
