# The house style that machines can see: clang-format, clang-tidy, shellcheck.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
. "$(dirname "$0")/../lib/env.sh"

sources() { find extension daemon tests -name '*.cc' -o -name '*.h' | sort; }
sources | xargs clang-format --dry-run --Werror || fail "clang-format -i the files above"
note "clang-format finds nothing"

# clang 14 does not know GCC's coroutines, which that one file uses.
find extension daemon -name '*.cc' ! -path '*/data/*' ! -name server.cc | sort |
  xargs -P "$(nproc)" -n 4 clang-tidy -p "$PGPACS_BUILD" --quiet >"$scratch/tidy" 2>"$scratch/tidy.err" ||
  { grep -hE 'error|warning' "$scratch/tidy" "$scratch/tidy.err" | grep -v 'warnings generated' | sort -u | head -n 40; fail "clang-tidy"; }
note "clang-tidy finds nothing"

# SC1091: sourced files are checked themselves. SC2086: $dimse is two words on purpose. SC2030, SC2031: settings of a
# subshell stay there on purpose.
{ find scripts tests/lib -type f ! -name '*.*'; find scripts tests -name '*.sh'; } | sort |
  xargs shellcheck -s bash -e SC1091,SC2086,SC2119,SC2154,SC2034,SC2030,SC2031 || fail "shellcheck"
note "shellcheck finds nothing"
