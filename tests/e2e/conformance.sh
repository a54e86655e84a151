# docs/conformance.md says what is negotiated.
. "$(dirname "$0")/../lib/env.sh"

before=$(sql "select count(*) from pacs.remote_ae")
timeout 300 scripts/document-conformance "$scratch/conformance.md"
diff -u docs/conformance.md "$scratch/conformance.md" >&2 || fail "docs/conformance.md is not what pacsd negotiates: scripts/document-conformance"
note "docs/conformance.md is what pacsd negotiates, as provider and as user"
equal "$(sql "select count(*) from pacs.remote_ae")" "$before" "The device that asked is known no more"
