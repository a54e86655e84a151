# What pacsd-transcode makes of an object is what other makers' decoders find in it.
. "$(dirname "$0")/../lib/env.sh"

for syntax in implicit big-endian deflated jpeg jpeg-lossless jpeg-ls rle; do
  for kind in mr sc us xa; do
    "$generate" $kind "$scratch/$syntax-$kind" --instances 1 --transfer-syntax $syntax >/dev/null
  done
done
for kind in cr dx emr pdf sr; do "$generate" $kind "$scratch/$kind" --instances 1 --transfer-syntax implicit >/dev/null; done
folders=("$scratch")
if [ -d ../shared/dicom ]; then folders+=(../shared/dicom); else note "SKIPPED: ../shared/dicom is not there"; fi
$python tests/differential/compare_transcode.py "$1" "$2" "${folders[@]}" || fail "see above"
