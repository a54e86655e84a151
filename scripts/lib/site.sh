# Database, logins, keys, store and pacsd of the private cluster. Sourced, not run.
# shellcheck shell=bash

daemon_user=pacsd
pid_file=$PGPACS_VAR/run/pacsd.pid
pgpass=$PGPACS_VAR/secrets/pgpass

# The demonstration login of a role: pacs_mis logs in as demo_mis.
demo_login() { printf 'demo_%s' "${1#pacs_}"; }
roles_with_login=(pacs_gateway pacs_mis pacs_card_feed pacs_physician pacs_radiologist pacs_registrar pacs_analyst
  pacs_operator pacs_auditor pacs_trust)

make_database() {
  database=postgres dba -Atc "select 1 from pg_database where datname = '$PGPACS_DATABASE'" | grep -q 1 ||
    database=postgres dba -c "create database \"$PGPACS_DATABASE\""
  dba -c 'set client_min_messages = warning; create extension if not exists pg_cron'
}

# What pg_cron logs in as: over the socket, by the server's own user (pg_ident.conf).
make_cron_login() {
  database=postgres dba -c "do \$\$ begin if not exists (select from pg_roles where rolname = 'pacs_cron') then create role pacs_cron login; end if; end \$\$"
}

# A login with a password that only files hold; a new password each time, so that the files are right.
make_login() { # LOGIN ROLE
  local login=$1 role=$2 password
  password=$(openssl rand -hex 24)
  # By standard input: arguments are everybody's to read in the process list.
  { printf '\\set password %s\n' "$password"; cat <<'S'; } | dba -v login="$login" -v role="$role"
set client_min_messages = warning;
select format('create role %I login', :'login') where not exists (select from pg_roles where rolname = :'login') \gexec
alter role :"login" password :'password';
grant :"role" to :"login";
S
  printf '*:*:*:%s:%s\n' "$login" "$password"
}

# Demonstration logins are made once: those that a site has dropped stay away.
make_logins() {
  local role
  install -d -m 700 "$PGPACS_VAR/secrets"
  (umask 077; touch "$pgpass")
  for role in "${roles_with_login[@]}"; do
    grep -q ":$(demo_login "$role"):" "$pgpass" || make_login "$(demo_login "$role")" "$role" >>"$pgpass"
  done
  make_login $daemon_user pacs_gateway |
    as_root install -m 600 -o $daemon_user -g $daemon_user /dev/stdin "$PGPACS_VAR/pacsd/pgpass"
}

make_daemon_user() {
  id $daemon_user >/dev/null 2>&1 ||
    as_root adduser --quiet --system --group --no-create-home --home /nonexistent $daemon_user
  local folder
  for folder in pacsd store; do as_root install -d -o $daemon_user -g $daemon_user -m 750 "$PGPACS_VAR/$folder"; done
  # Root opens the log and the pid file: in folders where nobody else can put a link in their place.
  as_root install -d -m 755 "$PGPACS_VAR/log" "$PGPACS_VAR/run"
}

# Keys are made once, by the server's user, outside the data directory.
make_keys() {
  as_root test -e "$PGPACS_VAR/keys/link.1" ||
    openssl rand 64 | as_root install -m 600 -o postgres -g postgres /dev/stdin "$PGPACS_VAR/keys/link.1"
}

# The first time; from then on the site's own words stand, but for those that this call of scripts/up is given.
set_up_site() {
  if [ -n "$(dba -Atc 'select 1 from pacs_data.store limit 1')" ]; then
    dba -v url="$given_public_url" -v ae="$given_ae_title" -v physician="$(demo_login pacs_physician)" <<'S'
update pacs.setting set value = :'url' where name = 'public_url' and :'url' <> '';
update pacs.setting set value = :'ae' where name = 'ae_title' and :'ae' <> '';
-- For sites from before devices could query.
select format('grant %I to pacs_gateway', :'physician')
  where exists (select from pacs.remote_ae where acts_as = :'physician') \gexec
S
    return
  fi
  dba -v url="$PGPACS_PUBLIC_URL" -v ae="$PGPACS_AE_TITLE" -v store="file://$PGPACS_VAR/store" \
      -v physician="$(demo_login pacs_physician)" <<'S' >/dev/null
update pacs.setting set value = :'url' where name = 'public_url';
update pacs.setting set value = :'ae' where name = 'ae_title';
select pacs.add_store('disk', :'store');
insert into pacs.remote_ae (ae_title, host, may_find, may_move, may_get, acts_as, description)
  select title, '127.0.0.0/8', true, true, true, :'physician', 'DCMTK''s tools on this machine'
  from unnest(array['ECHOSCU', 'STORESCU', 'DCMSEND', 'FINDSCU', 'MOVESCU', 'GETSCU']) title
  on conflict (ae_title, host) do nothing;
-- As whom they query.
grant :"physician" to pacs_gateway;
S
}

daemon_is_running() { [ -s "$pid_file" ] && as_root kill -0 "$(cat "$pid_file")" 2>/dev/null; }

# The doors, and whatever else a site has written into the file.
write_daemon_settings() {
  local conf=$PGPACS_VAR/pacsd/pacsd.conf own=''
  # sed and not grep, whose failure would look like a file without such lines.
  if as_root test -e "$conf"; then
    own=$(as_root sed -E '/^(database|dimse-address|dimse-port|http-port) *=/d' "$conf")
  fi
  as_root install -m 640 -o $daemon_user -g $daemon_user /dev/stdin "$conf" <<S
database = "host=$pg_socket port=$PGPACS_PG_PORT dbname=$PGPACS_DATABASE user=$daemon_user passfile=$PGPACS_VAR/pacsd/pgpass application_name=pacsd connect_timeout=5"
dimse-address = "${PGPACS_DIMSE_ADDRESS:-0.0.0.0}"
dimse-port = $PGPACS_DIMSE_PORT
http-port = $PGPACS_HTTP_PORT
$own
S
}

start_daemon() {
  write_daemon_settings
  quietly as_root start-stop-daemon --start --background --make-pidfile --pidfile "$pid_file" \
    --chuid $daemon_user:$daemon_user --output "$PGPACS_VAR/log/pacsd.log" \
    --exec "$PGPACS_VAR/stage/usr/local/bin/pacsd" -- --config "$PGPACS_VAR/pacsd/pacsd.conf"
  local i
  for ((i = 0; i < 100; i++)); do
    if curl -fsS -o /dev/null "http://127.0.0.1:$PGPACS_HTTP_PORT/readyz" 2>/dev/null; then return; fi
    daemon_is_running || break
    sleep 0.1
  done
  as_root tail -n 5 "$PGPACS_VAR/log/pacsd.log" >&2
  die "pacsd did not start; its log is $PGPACS_VAR/log/pacsd.log"
}

stop_daemon() {
  [ -e "$pid_file" ] || return 0
  quietly as_root start-stop-daemon --stop --oknodo --retry TERM/30/KILL/5 --pidfile "$pid_file" --remove-pidfile
}
