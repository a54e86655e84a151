# What dicom.rewrite writes is right by dcmdump, dciodvfy and pydicom.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/objects.sh"

for kind in ct cr dx mr pdf sc sr us xa; do
  "$generate" $kind "$scratch/$kind" --instances 1 >/dev/null
done
make_objects implicit explicit big-endian deflated rle jpeg-lossless jpeg-ls
$python tests/differential/compare_rewrite.py "$1" "${folders[@]}" || fail "see above"
