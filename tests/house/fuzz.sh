#!/bin/bash
# Each fuzzer for 10 seconds; scripts/fuzz runs them for hours.
. "$(dirname "$0")/../lib/env.sh"
scripts/fuzz --seconds 10 || fail "scripts/fuzz"
for target in charset frames reader scanner writer; do
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")
  rule "$target was given $runs inputs" test "$runs" -gt 1000
done
