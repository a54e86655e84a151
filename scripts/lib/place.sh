# Where the data lies. Sourced after common.sh, before what derives paths from $PGPACS_VAR.
# shellcheck shell=bash

# Where the server's user cannot go, or a socket's path would be too long (107 bytes), the data lies under
# /var/lib/pgpacs and $PGPACS_VAR links there.
place_var() {
  [ ! -e "$PGPACS_VAR" ] || return 0
  mkdir -p "$(dirname "$PGPACS_VAR")"
  local longest="$PGPACS_VAR/pg/run/.s.PGSQL.$PGPACS_PG_PORT"
  if as_user postgres test -x "$(dirname "$PGPACS_VAR")" && [ ${#longest} -lt 104 ]; then
    mkdir "$PGPACS_VAR"
    chmod 755 "$PGPACS_VAR"
    return
  fi
  local elsewhere
  elsewhere=/var/lib/pgpacs/$(printf %s "$PGPACS_VAR" | sha256sum | cut -c1-8)
  as_root mkdir -p "$elsewhere"
  as_root chown "$(id -u):$(id -g)" "$elsewhere"
  as_root chmod 755 /var/lib/pgpacs "$elsewhere"
  ln -sfn "$elsewhere" "$PGPACS_VAR"
  say "the server cannot reach $PGPACS_VAR, or its path is too long for a socket: data lies in $elsewhere"
  PGPACS_VAR=$elsewhere
}

