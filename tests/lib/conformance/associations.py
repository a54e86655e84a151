"""How pacsd answers to associations as such: what it says of itself, whom it rejects, its limits, its statuses."""
import re
import struct

import dicom_peer as peer
import negotiation
from services import CT, EXPLICIT, table

VERIFICATION = [(peer.VERIFICATION, [EXPLICIT])]
# PS3.8 table 9-21 and section 9.3.8
RESULTS = {1: "rejected for good", 2: "rejected for now"}
SOURCES = {1: "service user", 2: "service provider (ACSE)", 3: "service provider (presentation)"}
ABORT_SOURCES = {0: "service user", 2: "service provider"}
REASONS = {(1, 1): "no reason given", (1, 2): "application context name not supported", (1, 3): "calling AE title not recognized",
           (1, 7): "called AE title not recognized", (2, 1): "no reason given", (2, 2): "protocol version not supported",
           (3, 1): "temporary congestion", (3, 2): "local limit exceeded"}
ABORT_REASONS = {0: "reason not specified", 1: "unrecognized PDU", 2: "unexpected PDU", 4: "unrecognized PDU parameter",
                 5: "unexpected PDU parameter", 6: "invalid PDU parameter value"}
SETTINGS = ["dimse-port", "dimse-tls-port", "max-associations", "max-pdu", "association-timeout", "pdu-timeout", "idle-timeout",
            "find-timeout", "answer-timeout", "suboperation-timeout", "retrieve-objects", "limit-identifier-bytes", "limit-object-bytes", "limit-depth",
            "limit-elements", "limit-header-bytes", "limit-inflate-ratio", "accept-unknown-sop-classes",
            "tls-client-certificate", "tls-profile"]


def identity(system):
    """What the A-ASSOCIATE-AC says, to a proposal of five operations at once as well."""
    answer = negotiation.ask(VERIFICATION, peer.item(negotiation.ASYNCHRONOUS, struct.pack(">HH", 5, 5)) +
                             peer.item(negotiation.IMPLEMENTATION_NAME, b"CONFORMANCE"))
    items = answer.items
    text = lambda kind: "`%s`" % items[kind].rstrip(b"\0").decode() if kind in items else "not given"
    operations = "%d invoked, %d performed" % struct.unpack(">HH", items[0x53]) if 0x53 in items else "not negotiated: one at a time"
    return table(["", "value"], [
        ("application context name", "`1.2.840.10008.3.1.1.1`"),
        ("maximum length received", "%d bytes" % struct.unpack(">I", items[negotiation.MAXIMUM_LENGTH])[0]),
        ("presentation contexts of one association", "at most %d" % most_contexts()),
        ("asynchronous operations window", operations),
        ("implementation class UID", text(negotiation.IMPLEMENTATION_CLASS)),
        ("implementation version name", text(negotiation.IMPLEMENTATION_NAME))])


def most_contexts():
    answer = negotiation.ask(VERIFICATION * negotiation.MOST_CONTEXTS)
    return sum(result == 0 for result, _ in answer.contexts.values())


def said(contexts=VERIFICATION, items=b"", **how):
    """The words of PS3.8 for how an association begins: (result, source, reason)."""
    try:
        negotiation.ask(contexts, items, **how)
    except negotiation.Rejected as rejected:
        if rejected.kind == 7:
            return "aborted", ABORT_SOURCES[rejected.body[2]], ABORT_REASONS[rejected.body[3]]
        _, result, source, reason = rejected.body
        return RESULTS[result], SOURCES[source], "%s (%d)" % (REASONS[source, reason], reason)
    return "accepted", "", ""


def rejections(system):
    wrong_user = negotiation.user_item(2, b"nobody", b"wrong")
    rows = []

    def add(what, device="is_enabled = true", **how):
        system.set_device(device)
        rows.append((what, *said(**how)))

    add("a calling AE title that `pacs.remote_ae` does not have, or not for this address", calling="UNKNOWN")
    add("a device with `is_enabled` false", "is_enabled = false")
    add("a called AE title that is not the setting `ae_title`", called="ANOTHER")
    add("another application context", change=lambda pdu: pdu.replace(b"1.2.840.10008.3.1.1.1", b"1.2.840.10008.3.1.1.9"))
    add("another protocol version", change=lambda pdu: pdu[:6] + b"\0\2" + pdu[8:])
    add("plain TCP from a device with `uses_tls`", "is_enabled = true, uses_tls = true")
    add("no user, where `user_identity` is `required`", "uses_tls = false, user_identity = 'required'")
    add("a user with a wrong passcode, where it is `accepted` or `required`", "user_identity = 'accepted'", items=wrong_user)
    add("a user of another kind than name and passcode (a Kerberos ticket, SAML, a web token), where it is `required`",
        "user_identity = 'required'", items=negotiation.user_item(3, b"ticket"))
    add("any user, where `user_identity` is `ignored`", "user_identity = 'ignored'", items=wrong_user)
    system.set_device("max_associations = 1")
    held = negotiation.Asking(VERIFICATION)
    add("one more than the device's `max_associations`")
    held.release()
    system.set_device("max_associations = null")
    add("contexts none of which is taken", contexts=[(CT, ["1.2.840.10008.1.2.7.1"])])
    add("a first PDU that is no A-ASSOCIATE-RQ", change=lambda pdu: b"\4" + pdu[1:])
    add("an A-ASSOCIATE-RQ whose items do not fill it", change=lambda pdu: pdu.replace(b"\x52\0\0\7", b"\x52\0\0\x09"))
    return table(["who asks", "result", "source", "reason"], rows)


def parameters(system):
    """pacsd --help: '--name KIND:RANGE=default (Env:NAME)', and its meaning below."""
    found = {name: (default, bounds or "", " ".join(meaning.split())) for name, bounds, default, meaning in re.findall(
        r"^  --([a-z-]+) [A-Z0-9]+(?::([^=]*))?=(.*?) \(Env:\w+\)\s*\n((?:\s{10,}.*\n)+)", system.pacsd("--help"), re.M)}
    clean = lambda bounds: ", ".join(re.findall(r"\[.*?\]|\{.*?\}", bounds))
    return table(["setting of pacsd", "default", "may be", "what"],
                 [("`%s`" % name, found[name][0], clean(found[name][1]), found[name][2]) for name in SETTINGS])


def faults(system):
    """extension/faults.def by DIMSE status, without what only links over HTTP and the set-up of the database meet."""
    with open(system.root + "/extension/faults.def") as file:
        found = re.findall(r'^PGPACS_FAULT\((?!\w+_token|\w+_key|no_lease|edited_migration)\w+, "(PC\d+)", '
                           r'0x([0-9A-F]{4}), \d+, "(.*)"\)$', file.read(), re.M)
    rows = [(status, meaning, state) for state, status, meaning in found]
    return table(["status", "meaning", "in SQL and in the log"], sorted(rows))


def tables(system):
    return {"identity": identity(system), "rejections": rejections(system), "parameters": parameters(system), "faults": faults(system)}
