# Every value agrees with pydicom, or the standard decides the difference (compare_pydicom.py lists the clauses).
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/objects.sh"

"$generate" demo "$scratch/demo" >/dev/null
make_objects implicit explicit big-endian deflated rle
$python tests/differential/compare_pydicom.py "$1" "${folders[@]}" || fail "see above"
