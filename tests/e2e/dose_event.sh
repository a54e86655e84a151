# Dose reports as devices send them, of a CT and of an angiography, are rows that a medical physicist can add up; the
# images that they tell of do not count again.
. "$(dirname "$0")/../lib/env.sh"

"$generate" demo "$scratch/demo" --seed 4711 >/dev/null
for series in 01-ct-chest 04-rdsr-ct 10-rdsr-xa; do
  storescu +sd -aec PGPACS $dimse "$scratch/demo/$series" >/dev/null || fail "$series is not stored"
done
storescu -xs +sd -aec PGPACS $dimse "$scratch/demo/08-xa-coronary" >/dev/null || fail "the film is not stored"
study_of() { dcmdump -q +P 0020,000d "$(find "$scratch/demo" -name "$1-0001.dcm" -print -quit)" | sed 's/.*\[\(.*\)\].*/\1/;q'; }
events() { sql "select string_agg(concat_ws(' ', modality, kvp, ctdi_vol, dlp, dose_area_product, dose_rp, acquisition_protocol, source), ', ' order by acquisition_protocol)
  from pacs.dose_event where study_instance_uid = '$1'"; }
equal "$(events "$(study_of rdsr-ct)")" "CT 120 0.12 4.8 SCOUT rdsr, CT 120 8.6 206.4 THORAX CONTRAST 5.0 rdsr" \
  "A CT with its report has the scans of the report"
equal "$(events "$(study_of rdsr-xa)")" "XA 78 0.394 6.1 CORONARY 15 FPS rdsr, XA 71 1.21 18.7 FLUORO LOW rdsr" \
  "An angiography has its film and the fluoroscopy before it, in units of one kind"
