# pacsd's settings: the sample file names them all with their defaults; the command line wins over a file and a file over the
# environment; what cannot be used is refused with words.
. "$(dirname "$0")/../lib/env.sh"

pacsd=$PGPACS_BUILD/daemon/pacsd
options=$("$pacsd" --help | grep -oE '^  --[a-z-]+' | sed 's/^  --//' | grep -vE '^(config|version|help)$' | sort)
equal "$(grep -oE '^[a-z-]+' daemon/pacsd.conf | sort)" "$options" "the sample file has every setting"
for name in $options; do
  value=$(sed -n "s/^$name = \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" daemon/pacsd.conf)
  # A default that is empty is not printed.
  [ -z "$value" ] || "$pacsd" --help | grep -A3 -E "^  --$name " | tr '\n' ' ' | grep -qF "=$value " || fail "the default of $name is $value"
  grep -q "| \`$name\` | \`PACSD_$(tr 'a-z-' 'A-Z_' <<<"$name")\` | \`\{0,1\}$value\`\{0,1\} \{0,1\}|" docs/settings.md || fail "docs/settings.md has $name with its default $value"
done
note "with the defaults of --help and of docs/settings.md"
limits=$(sql "load 'pgpacs'; select name || ' ' || current_setting(name) from pg_settings where name ~ '^pgpacs.limit_'")
equal "$(wc -l <<<"$limits")" 5 "the database has limits of its own"
while read -r name value; do
  grep -qF "| \`$name\` | $value |" docs/settings.md || fail "docs/settings.md has $name with its default $value"
done <<<"$limits"
note "with the defaults of docs/settings.md"

refused() { # WORDS MESSAGE OPTION…
  local words=$1 message=$2
  shift 2
  if "$@" >"$scratch/out" 2>&1; then fail "$words"; fi
  grep -qE "$message" "$scratch/out" || { cat "$scratch/out"; fail "$words"; }
  note "$words"
}
refused "a port that is no number is refused" "dimse-port" "$pacsd" --dimse-port many
refused "an unknown setting in the file is refused" "no-such" "$pacsd" --config <(echo 'no-such = 1')
refused "a PDU beyond DCMTK's limit is refused" "max-pdu" env PACSD_MAX_PDU=10000000 "$pacsd"
refused "a database that is away is said" "the database is away" "$pacsd" --config daemon/pacsd.conf --database "host=/nowhere"
refused "what stands in the file wins over the environment" "the database is away" env PACSD_LOG_LEVEL=loud "$pacsd" --config daemon/pacsd.conf --database "host=/nowhere"
refused "a limit beyond the database's is refused" "limit-depth" "$pacsd" --limit-depth 65
refused "a log level that is none is refused" "log-level" "$pacsd" --log-level loud
