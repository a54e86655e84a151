# A second PostgreSQL, as an information system has one, with TLS and certificates of who comes in. Sourced; everything lies in
# $scratch, certificates too (tests/lib/certificates.sh): mis-ca.pem, and mis.pem with mis.key for the user pgpacs.
# shellcheck shell=bash
. "$root/scripts/lib/cluster.sh"
mis_port=$((PGPACS_PG_PORT + 20))
mis_holder=

mis_sql() { as_user postgres psql -XAtq -v ON_ERROR_STOP=1 -h "$scratch" -p "$mis_port" -d mis -c "$1"; }
mis_control() { as_user postgres "$pg_bin/pg_ctl" -D "$scratch/mis-data" -l "$scratch/mis-data/log" -w "$@" >/dev/null; }
run_mis() { mis_control start || fail "the MIS starts"; }
kill_mis() {
  mis_control stop -m immediate
  mis_holder=
}
stop_mis() { as_user postgres test ! -e "$scratch/mis-data/postmaster.pid" || kill_mis; }

start_mis() {
  make_authority mis-ca
  make_certificate mis-ca localhost
  make_certificate mis-ca pgpacs
  mv "$scratch/pgpacs.pem" "$scratch/mis.pem"
  mv "$scratch/pgpacs.key" "$scratch/mis.key"
  as_root chown postgres "$scratch" "$scratch/localhost.key" "$scratch/mis.key"
  quietly as_user postgres "$pg_bin/initdb" -D "$scratch/mis-data" --auth=peer -U postgres -E UTF8 --locale=C.UTF-8
  as_user postgres tee -a "$scratch/mis-data/postgresql.conf" >/dev/null <<C
listen_addresses = 'localhost'
port = $mis_port
unix_socket_directories = '$scratch'
shared_buffers = 32MB
ssl = on
ssl_cert_file = '$scratch/localhost.pem'
ssl_key_file = '$scratch/localhost.key'
ssl_ca_file = '$scratch/mis-ca.pem'
C
  as_user postgres tee "$scratch/mis-data/pg_hba.conf" >/dev/null <<'C'
local   all postgres peer
hostssl mis pgpacs localhost cert
hostssl mis feed   localhost scram-sha-256
C
  run_mis
  as_user postgres createdb -h "$scratch" -p "$mis_port" mis
}

# A session that holds an advisory lock until it is let go.
hold_mis_lock() {
  mkfifo "$scratch/holder"
  as_user postgres psql -Xq -h "$scratch" -p "$mis_port" -d mis <"$scratch/holder" >"$scratch/holder.log" 2>&1 &
  exec {mis_holder}>"$scratch/holder"
  rm "$scratch/holder"
  echo 'select pg_advisory_lock(1);' >&"$mis_holder"
  until_mis "select count(*) from pg_locks where locktype = 'advisory' and granted"
}
release_mis_lock() { exec {mis_holder}>&-; until_mis "select count(*) = 0 from pg_locks where locktype = 'advisory' and granted" t; }
until_waiting() { until_mis "select count(*) from pg_stat_activity where usename = 'pgpacs' and wait_event = 'advisory'"; }
until_mis() { # QUERY [ANSWER]
  local i
  for ((i = 0; i < 600; i++)); do [ "$(mis_sql "$1")" = "${2:-1}" ] && return; sleep 0.1; done
  fail "the MIS: $1"
}

# The blocks of SQL of docs/patient-cards.md about the database of an information system, with this machine's names.
page() { # NUMBER
  sed -n '/^## From the database/,/^## From a CSV/p' docs/patient-cards.md |
    awk -v n="$1" '/^```sql/ { i++; inside = 1; next } /^```/ { inside = 0 } inside && i == n' |
    sed "s|mis.hospital|localhost|; s|port '5432'|port '$mis_port'|; s|/etc/pgpacs|$scratch|g"
}
run_page() { page "$1" | "$root/scripts/psql" "${@:2}" -Xq -v ON_ERROR_STOP=1; }
