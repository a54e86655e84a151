#!/bin/bash
# Each fuzzer for 10 seconds; scripts/fuzz runs them for hours.
. "$(dirname "$0")/../lib/env.sh"
scripts/fuzz --seconds 10 || fail "scripts/fuzz"
for target in charset dcmtk frames reader scanner writer; do
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")
  rule "$target was given $runs inputs" test "$runs" -gt 1000
done

# Settled differences that settled everything would be found here.
compared() { sed -n 's/^compared: \([0-9]*\) of \([0-9]*\) inputs.*/\1 \2/p' "$1"; }
read -r both _ < <(compared build/fuzz/dcmtk.log)
rule "DCMTK and we agree on $both data sets" test "$both" -gt 100
build/fuzz/tests/fuzz/fuzz_dcmtk -runs=0 -max_len=65536 build/fuzz/seeds/dcmtk >"$scratch/seeds" 2>&1 || fail "$(tail -n 20 "$scratch/seeds")"
read -r both inputs < <(compared "$scratch/seeds")
rule "and on each of the $inputs it began with" test "$both" = "$inputs" -a "$inputs" -gt 5
