# The library's unit tests under the address and undefined-behaviour sanitizers.
: "${PGPACS_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build/release}"
. "$(dirname "$0")/../lib/env.sh"

if ! { cmake --preset sanitize && cmake --build --preset sanitize; } >"$scratch/out" 2>&1; then
  tail -n 30 "$scratch/out"
  fail "the build with sanitizers"
fi
build/sanitize/tests/unit/dicom_test --gtest_brief=1 || fail "see above"
note "the sanitizers find nothing"
