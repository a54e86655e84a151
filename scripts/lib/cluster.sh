# A private PostgreSQL cluster with the staged extension and pg_cron. Sourced, not run.
# Everything of it lies in $PGPACS_VAR; the system's own clusters are never touched.
# shellcheck shell=bash

cluster=pgpacs
export PG_CLUSTER_CONF_ROOT=$PGPACS_VAR/pg/etc
pg_socket=$PGPACS_VAR/pg/run
pg_bin=/usr/lib/postgresql/$pg_version/bin

# psql as the DBA. Never reads a user's psqlrc.
dba() { psql -X -q -v ON_ERROR_STOP=1 -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres -d "${database:-$PGPACS_DATABASE}" "$@"; }

# Whoever asks: who may not log in learns that it runs as well.
cluster_is_running() { "$pg_bin/pg_isready" -q -h "$pg_socket" -p "$PGPACS_PG_PORT"; }

# The extension, installed into a folder of ours and found by Debian's extension_destdir.
stage_extension() {
  local stage=$PGPACS_VAR/stage
  quietly env DESTDIR="$stage" cmake --install "$PGPACS_BUILD"
  chmod -R a+rX "$stage"
}

create_cluster() {
  [ -d "$PGPACS_VAR/pg/etc/$pg_version/$cluster" ] && return
  local folder
  for folder in etc data log run; do as_root install -d -o postgres -g postgres "$PGPACS_VAR/pg/$folder"; done
  as_root install -d -o postgres -g postgres -m 700 "$PGPACS_VAR/keys"
  quietly as_root env PG_CLUSTER_CONF_ROOT="$PG_CLUSTER_CONF_ROOT" pg_createcluster $pg_version $cluster \
    -p "$PGPACS_PG_PORT" -u postgres -d "$PGPACS_VAR/pg/data/$cluster" -s "$pg_socket" \
    -l "$PGPACS_VAR/pg/log/postgresql.log" -- \
    --data-checksums --encoding=UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256
}

own_lines='# Your own lines, below this one, are kept.'

# Writes what is given, and after it what the site has written below our mark.
write_with_own_lines() { # FILE <TEXT
  local own
  own=$(as_root sed "1,/^$own_lines\$/d" "$1")
  { cat; printf '%s\n%s\n' "$own_lines" "$own"; } | as_root tee "$1" >/dev/null
}

# Written anew each time, so that a change of settings arrives with the next start.
write_cluster_settings() {
  local conf=$PGPACS_VAR/pg/etc/$pg_version/$cluster
  sed -e "s|@STAGE@|$PGPACS_VAR/stage|g" -e "s|@VAR@|$PGPACS_VAR|g" -e "s|@SOCKET@|$pg_socket|g" \
      -e "s|@DATABASE@|$PGPACS_DATABASE|g" -e "s|@PORT@|$PGPACS_PG_PORT|g" -e "s|@LIB@|/usr/lib/postgresql/$pg_version/lib|g" \
    "$root/scripts/lib/postgresql.conf" | as_root tee "$conf/conf.d/pgpacs.conf" >/dev/null
  write_with_own_lines "$conf/pg_hba.conf" <"$root/scripts/lib/pg_hba.conf"
  {
    printf 'admin postgres postgres\nadmin root postgres\ncron postgres pacs_cron\n'
    [ "$(id -u)" = 0 ] || printf 'admin %s postgres\n' "$(id -un)"
    [ -z "${SUDO_USER:-}" ] || printf 'admin %s postgres\n' "$SUDO_USER"
  } | write_with_own_lines "$conf/pg_ident.conf"
}

cluster_control() { quietly as_root env PG_CLUSTER_CONF_ROOT="$PG_CLUSTER_CONF_ROOT" pg_ctlcluster $pg_version $cluster "$@"; }

# Starts it, or restarts it where the library or the settings that need it have changed.
start_cluster() {
  local digest
  digest=$(cat "$PGPACS_VAR/stage/usr/lib/postgresql/$pg_version/lib/pgpacs.so" \
    "$PGPACS_VAR/pg/etc/$pg_version/$cluster/conf.d/pgpacs.conf" | sha256sum)
  if cluster_is_running; then
    if [ "$digest" != "$(cat "$PGPACS_VAR/stage/running" 2>/dev/null)" ]; then cluster_control restart -m fast
    else cluster_control reload; fi
  else
    cluster_control start
  fi
  printf %s "$digest" >"$PGPACS_VAR/stage/running"
}

stop_cluster() { if cluster_is_running; then cluster_control stop -m fast; fi; }
