# C-FIND compared with Orthanc's, row by row, on the same objects: every level of both roots, by DCMTK's findscu.
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/demo.sh"
. "$root/tests/lib/matrix.sh"

PGPACS_AE_TITLE=PGPACS
make_matrix_set "$scratch/set" 4104 MX
start_orthanc
store_in_both "$scratch/set"
$python "$root/tests/lib/compare_find.py" "$scratch/set" "PGPACS@$PGPACS_DIMSE_PORT" "ORTHANC@$orthanc_port"
