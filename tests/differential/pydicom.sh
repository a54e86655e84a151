# Every value agrees with pydicom, or the standard decides the difference (compare_pydicom.py lists the clauses).
. "$(dirname "$0")/../lib/env.sh"

"$generate" demo "$scratch/demo" >/dev/null
for syntax in implicit explicit big-endian deflated rle; do
  "$generate" mr "$scratch/$syntax" --instances 1 --transfer-syntax $syntax >/dev/null
done
folders=("$scratch")
if [ -d ../shared/dicom ]; then folders+=(../shared/dicom); else note "SKIPPED: ../shared/dicom is not there"; fi
$python tests/differential/compare_pydicom.py "$1" "${folders[@]}" || fail "see above"
