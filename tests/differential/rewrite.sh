# What dicom.rewrite writes is right by dcmdump, dciodvfy and pydicom.
. "$(dirname "$0")/../lib/env.sh"

for kind in ct cr dx mr pdf sc sr us xa; do
  "$generate" $kind "$scratch/$kind" --instances 1 >/dev/null
done
for syntax in implicit explicit big-endian deflated rle jpeg-lossless jpeg-ls; do
  "$generate" mr "$scratch/$syntax" --instances 1 --transfer-syntax $syntax >/dev/null
done
folders=("$scratch")
if [ -d ../shared/dicom ]; then folders+=(../shared/dicom); else note "SKIPPED: ../shared/dicom is not there"; fi
$python tests/differential/compare_rewrite.py "$1" "${folders[@]}" || fail "see above"
