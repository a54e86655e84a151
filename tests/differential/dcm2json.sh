# The DICOM JSON model equals DCMTK's on every file that both can read.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/objects.sh"

"$generate" demo "$scratch/demo" >/dev/null
make_objects implicit explicit big-endian deflated rle
$python tests/differential/compare_dcm2json.py "$1" "${folders[@]}" || fail "see above"
