# The objects that comparisons with other readers go over. Sourced after env.sh.
# shellcheck shell=bash

# Real ones where they lie beside the checkout, and whatever a test makes in its scratch folder.
folders=("$scratch")
if [ -d ../shared/dicom ]; then folders+=(../shared/dicom); else note "SKIPPED: ../shared/dicom is not there"; fi

make_objects() { # TRANSFER_SYNTAX…
  local syntax
  for syntax; do
    "$generate" mr "$scratch/$syntax" --instances 1 --transfer-syntax "$syntax" >/dev/null
  done
}
