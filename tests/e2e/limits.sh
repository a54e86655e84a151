# How much of us a device may have is its row's to say, from the next association on; what it is asked for first is too.
. "$(dirname "$0")/../lib/env.sh"

trap 'sql "delete from pacs.remote_ae where description = '"'limits test'"'"; rm -rf "$scratch"' EXIT
sql "insert into pacs.remote_ae (ae_title, host, max_associations, max_requests_per_second, transfer_syntaxes, description) values
  ('GREEDY', '127.0.0.0/8', 2, 5, '{1.2.840.10008.1.2.4.90,1.2.840.10008.1.2}', 'limits test'), ('MODEST', '127.0.0.0/8', null, null, '{}', 'limits test')"
$python - <<'P'
import subprocess, sys, time
from dicom_peer import *


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


def come(title):
    try:
        return Association([(VERIFICATION, [IMPLICIT])], calling=title)
    except Ended as end:
        return str(end)


def echo(association, n):
    association.send_pdvs(1, echo_rq(n), True)
    association.status()


first, second = come("GREEDY"), come("GREEDY")
rule("A device may have as many associations as its row says", not isinstance(first, str) and not isinstance(second, str))
rule("one more is rejected for now", come("GREEDY") == "rejected 2/3/2")
rule("which is no matter to others", not isinstance(come("MODEST"), str))
first.release()
time.sleep(0.5)
third = come("GREEDY")
rule("When one has ended, another may come", not isinstance(third, str))

began = time.monotonic()
for n in range(1, 21):
    echo(second if n % 2 else third, n)
took = time.monotonic() - began
rule("Its associations take turns: 20 requests at 5 a second, of which 6 come at once, take 2.8 s (%.1f)" % took, 2.2 < took < 6)
modest = come("MODEST")
began = time.monotonic()
for n in range(1, 21):
    echo(modest, n)
rule("Others need not wait", time.monotonic() - began < 2)

CT = "1.2.840.10008.5.1.4.1.1.2"
offered = [(CT, [EXPLICIT, IMPLICIT]), (CT, [EXPLICIT, "1.2.840.10008.1.2.4.90"]), (CT, [EXPLICIT])]
second.release()
time.sleep(0.5)
chosen = Association(offered, calling="GREEDY").accepted
rule("It is asked for what its row prefers", chosen == {1: IMPLICIT, 3: "1.2.840.10008.1.2.4.90", 5: EXPLICIT})
rule("others for what was proposed first", Association(offered, calling="MODEST").accepted == {1: EXPLICIT, 3: EXPLICIT, 5: EXPLICIT})
P
equal "$(sql "select count(*) > 0 from pacs_data.audit_event where event = 'association_refused' and detail ->> 'calling_ae_title' = 'GREEDY' and detail ->> 'reason' = 'the device has as many associations as it may'")" t "What was refused is in the trail"
