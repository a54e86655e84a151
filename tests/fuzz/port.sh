#!/bin/bash
# port.sh [--seconds N] [--pdus N] [--seed N] [--sanitize]: the campaign of tests/e2e/mutated_pdus.sh on a system of its
# own, for an hour, so long, or until so many PDUs were changed; --sanitize: against a pacsd that the address and
# undefined-behaviour sanitizers watch.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
export PGPACS_BUILD PGPACS_VAR=$PGPACS_BUILD/tests/fuzz-var PGPACS_PG_PORT=18488 PGPACS_DIMSE_PORT=30112 PGPACS_HTTP_PORT=30088
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"

export FUZZ_SECONDS=3600
sanitizes=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) FUZZ_SECONDS=${2:?--seconds how many} && shift ;;
    --pdus) export FUZZ_PDUS=${2:?--pdus how many} && shift ;;
    --seed) export FUZZ_SEED=${2:?--seed which} && shift ;;
    --sanitize) sanitizes=1 ;;
    *) die "scripts/fuzz port does not know $1: scripts/fuzz --help" ;;
  esac
  shift
done

finish() { quietly "$root/scripts/down"; as_root rm -rf "$(realpath "$PGPACS_VAR")" "$PGPACS_VAR" "$scratch"; }
trap finish EXIT
quietly tests/lib/with_system up
if [ -n "$sanitizes" ]; then
  step "Build with sanitizers"
  quietly cmake --preset sanitize-daemon
  quietly cmake --build --preset sanitize-daemon --target pacsd
  as_root install "$root/build/sanitize-daemon/daemon/pacsd" "$(realpath "$PGPACS_VAR")/stage/usr/local/bin/pacsd"
  # What is freed is kept for a while, so that its use is seen.
  export FUZZ_MAY_GROW=1024
fi
step "Changing PDUs for $FUZZ_SECONDS s at most"
bash tests/e2e/mutated_pdus.sh
