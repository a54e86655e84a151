#!/bin/bash
# Keys are files that the server's user alone reads; neither they nor what they sign is in a dump, the log or the
# data (promise 5).
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null
value pacs "create role mis login in role pacs_mis; create role gateway login in role pacs_gateway"
database=pacs dba -f tests/lib/data_set.sql -f tests/lib/one_study.sql >/dev/null
keys=$PGPACS_VAR/keys

make_token() { value pacs "set session authorization mis; select substring(url from '/v/(.*)') from pacs.study_links('1.2.826.0.1.3680043.10.1.1.1') where level = 'study'"; }
opens() { value pacs "set session authorization gateway; select study_instance_uid from pacs.open_link('$1', '10.0.0.1')"; }
refused() { state_of pacs "set session authorization gateway; select pacs.open_link('$1', '10.0.0.1')"; }
is_in() { as_root grep -rqaF -- "$1" "${@:2}"; }

token=$(make_token)
equal "$(opens "$token")" 1.2.826.0.1.3680043.10.1.1.1 "A link opens its study"
equal "$(value pacs "select count(*) from pg_settings where name like 'pgpacs.%' and context = 'sighup'")" 1 "Where keys lie is for who administers the server alone to say"

# A second generation
openssl rand 64 | as_root install -m 600 -o postgres -g postgres /dev/stdin "$keys/link.2"
newer=$(make_token)
equal "$(opens "$newer")$(opens "$token")" 1.2.826.0.1.3680043.10.1.1.11.2.826.0.1.3680043.10.1.1.1 "With a newer key beside it, old links open and new ones do"
as_root mv "$keys/link.1" "$keys/away"
equal "$(refused "$token")$(opens "$newer")" PC0601.2.826.0.1.3680043.10.1.1.1 "Without the old key the old links end, and only they"
as_root mv "$keys/away" "$keys/link.1"

# Keys that cannot be used
broken() { # WORDS SQLSTATE COMMAND…
  local words=$1 state=$2
  shift 2
  as_root cp -p "$keys/link.2" "$keys/saved"
  as_root "$@"
  equal "$(refused "$newer")" "$state" "$words"
  as_root rm -rf "$keys/link.2"
  as_root mv "$keys/saved" "$keys/link.2"
}
broken "A key that others may read is refused" PC061 chmod 640 "$keys/link.2"
broken "So is one that others may write" PC061 chmod 602 "$keys/link.2"
broken "A key of another user that can be read is refused" PC061 sh -c "chown daemon '$keys/link.2' && chmod 644 '$keys/link.2'"
broken "One that cannot is missing" PC060 chown daemon "$keys/link.2"
broken "A key that is a link is none" PC060 ln -sf /etc/hostname "$keys/link.2"
broken "So is a folder" PC060 sh -c "rm '$keys/link.2' && mkdir '$keys/link.2'"
broken "a pipe" PC060 sh -c "rm '$keys/link.2' && mkfifo -m 600 '$keys/link.2' && chown postgres '$keys/link.2'"
broken "and one of 31 bytes" PC060 truncate -s 31 "$keys/link.2"
equal "$(opens "$newer")" 1.2.826.0.1.3680043.10.1.1.1 "Nothing of that needs a restart"

# What holds neither key nor token. The word that is there shows that the search would find it.
"$pg_bin/pg_dump" -h "$pg_socket" -p "$PGPACS_PG_PORT" -U postgres -d pacs >"$scratch/dump"
value pacs checkpoint
cluster_control stop -m fast
rule "The dump has the study" is_in 1.2.826.0.1.3680043.10.1.1.1 "$scratch/dump"
rule "The data folder has it" is_in 1.2.826.0.1.3680043.10.1.1.1 "$PGPACS_VAR/pg/data"
rule "The log has what was refused" is_in PC061 "$PGPACS_VAR/pg/log"
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
absent() { # WORDS BYTES
  local place
  for place in "$scratch/dump" "$PGPACS_VAR/pg/data" "$PGPACS_VAR/pg/log"; do
    # As it is, in hexadecimal and in base64, the last cut where padding would differ.
    if as_root env LC_ALL=C grep -rqaP "$(hex "$2" | sed 's/../\\x&/g')" "$place" || is_in "$(hex "$2")" "$place" ||
      is_in "$(base64 -w0 "$2" | cut -c1-20)" "$place"; then fail "$1: found in $place"; fi
  done
  note "$1"
}
as_root cat "$keys/link.1" | head -c 24 >"$scratch/key"
absent "No key is in the dump, the data or the log" "$scratch/key"
printf %s "$token" >"$scratch/token"
absent "Nor is a token" "$scratch/token"
printf %s "$token" | tr -- '-_' '+/' | base64 -d | tail -c 16 >"$scratch/signature"
absent "Nor is its signature" "$scratch/signature"
