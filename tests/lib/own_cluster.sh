# A PostgreSQL cluster of a test's own, without pacsd; gone when the test ends. Sourced by tests/house/*.sh.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
export PGPACS_VAR=$scratch/var PGPACS_PG_PORT=$((PGPACS_PG_PORT + 10))
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/place.sh"
place_var
. "$root/scripts/lib/cluster.sh"
. "$root/scripts/lib/site.sh"

start_own_cluster() {
  stage_extension
  create_cluster
  make_keys
  write_cluster_settings
  # SQLSTATEs in the log, for tests to read; and nothing here has to outlive the machine.
  as_root tee "$PGPACS_VAR/pg/etc/$pg_version/$cluster/conf.d/zz-test.conf" >/dev/null <<'C'
log_line_prefix = '%e '
shared_buffers = 64MB
max_wal_size = 1GB
fsync = off
C
  trap 'stop_cluster; as_root rm -rf "$scratch"' EXIT
  start_cluster
}

# Runs scripts/deploy of a checkout (this one) on a database.
deploy() { # DATABASE [CHECKOUT]
  PGHOST=$pg_socket PGPORT=$PGPACS_PG_PORT PGUSER=postgres PGDATABASE=$1 "${2:-$root}/scripts/deploy"
}

# What a deploy needs, to be changed by a test.
copy_checkout() { # FOLDER
  mkdir "$1"
  cp -r "$root/migrations" "$root/sql" "$root/scripts" "$1"
}

make_empty_database() { database=postgres dba -c "create database $1 ${2:-}"; }

# One value, as the DBA.
value() { database=$1 dba -AtXc "$2"; }
# The SQLSTATE of a statement that is to fail, or nothing.
state_of() { # DATABASE STATEMENT
  database=$1 dba -AtX -v VERBOSITY=sqlstate -c "$2" 2>&1 >/dev/null | sed -n 's/^ERROR:  //p'
}
