# Shared by the scripts: settings with their defaults, words to the user, who we are. Sourced, not run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The doors, each a setting (docs/settings.md). What was said on purpose, and is no default:
given_ae_title=${PGPACS_AE_TITLE:-}
given_public_url=${PGPACS_PUBLIC_URL:-}
: "${PGPACS_VAR:=$root/var}"
: "${PGPACS_BUILD:=$root/build/release}"
: "${PGPACS_AE_TITLE:=PGPACS}"
: "${PGPACS_DIMSE_PORT:=11112}"
: "${PGPACS_HTTP_PORT:=8088}"
: "${PGPACS_PG_PORT:=5488}"
: "${PGPACS_DATABASE:=pacs}"
: "${PGPACS_PUBLIC_URL:=http://127.0.0.1:$PGPACS_HTTP_PORT}"
# The server must be able to reach what it is told: a link of ours may lie where it cannot go (place.sh).
if [ -L "$PGPACS_VAR" ]; then PGPACS_VAR=$(realpath "$PGPACS_VAR"); fi
export PGPACS_VAR PGPACS_BUILD PGPACS_AE_TITLE PGPACS_DIMSE_PORT PGPACS_HTTP_PORT PGPACS_PG_PORT PGPACS_DATABASE PGPACS_PUBLIC_URL

pg_version=15

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi

started=$SECONDS
step() { printf '%s%3ds%s %s%s%s\n' "$dim" $((SECONDS - started)) "$plain" "$bold" "$*" "$plain" >&2; }
say() { printf '     %s\n' "$*" >&2; }
good() { printf '     %s%s%s\n' "$green" "$*" "$plain" >&2; }
die() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; exit 1; }

# Runs a command as another user of the machine: as root itself, or through sudo.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_user() {
  local user=$1
  shift
  if [ "$(id -un)" = "$user" ]; then "$@"
  elif [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"
  else sudo -u "$user" -- "$@"; fi
}

# Runs a command quietly; where it fails, shows the end of what it said and stops.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "failed: $*"
  fi
  rm -f "$log"
}
