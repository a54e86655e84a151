# Every command in the pages does what it says, in the order in which a reader meets it.
. "$(dirname "$0")/../lib/env.sh"
rule "the demonstration is there" test -e "$PGPACS_VAR/demo/sent"
$python tests/lib/run_document.py README.md README.uk.md docs/*.md || fail "see above"
