"""What pacsd proposes where it is the user: it is made to call an AE that records it."""
import struct

import dicom_peer as peer
import negotiation
import statuses
from recording_peer import Recorder
from services import CT, EXPLICIT, JPEG_LOSSLESS, service_of, table
from statuses import COMMITMENT, FIND, GET, MOVE

# One study of two objects, one of them compressed; the same each time.
STUDY, SERIES, INSTANCES = "2.25.41", "2.25.42", {EXPLICIT: "2.25.43", JPEG_LOSSLESS: "2.25.44"}
NOT_HERE = b"2.25.46"  # the study that the recorder has and a pull fetches
PATIENT_FIND = "1.2.840.10008.5.1.4.1.2.1.1"


def send_objects():
    association = peer.Association([(CT, [syntax]) for syntax in INSTANCES], calling="CONFORMANCE")
    for context, instance in zip(association.accepted, INSTANCES.values()):
        uids = [(8, 0x16, CT), (8, 0x18, instance), (0x20, 0x0D, STUDY), (0x20, 0x0E, SERIES)]
        status, comment = association.store(
            CT, instance, b"".join(statuses.data_element(*tag, b"UI", uid.encode()) for *tag, uid in uids), context)
        if status != 0:
            raise SystemExit("the object that is to be forwarded was not taken: %04X %s" % (status, comment))
    association.release()


def ask_once(sop_class, command, identifier):
    association = peer.Association([(sop_class, [EXPLICIT])], calling="CONFORMANCE")
    association.send_pdvs(1, command, True)
    association.send_pdvs(1, identifier, False)
    status = 0xFF00
    while status == 0xFF00:
        status, comment = association.status()
    association.release()
    if status != 0:
        raise SystemExit("%s: %04X %s" % (sop_class, status, comment))


def by_move(system, recorder):
    ask_once(MOVE, statuses.request(statuses.C_MOVE, MOVE, True, statuses.destination("CONFORMANCE")),
             statuses.identifier("STUDY", STUDY))
    return recorder.wait_for(CT)


def by_event(system, recorder):
    """Storage commitment: asked for, and answered on an association of ours."""
    reference = item(statuses.data_element(8, 0x1150, b"UI", CT.encode()) +
                     statuses.data_element(8, 0x1155, b"UI", INSTANCES[EXPLICIT].encode()))
    information = (statuses.data_element(8, 0x1195, b"UI", b"2.25.45") +
                   struct.pack("<HH2sHI", 8, 0x1199, b"SQ", 0, len(reference)) + reference)
    ask_once(COMMITMENT, statuses.request(
        statuses.N_ACTION, COMMITMENT, True, peer.element(0x1001, peer.uid(COMMITMENT + ".1")),
        peer.element(0x1008, struct.pack("<H", 1)), is_requested=True), information)
    return recorder.wait_for(COMMITMENT)


def item(body):
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body


def by_commitment(system, recorder):
    system.sql("select pacs_internal.ask_commitment(id, array['%s']) from pacs.remote_ae where ae_title = 'CONFORMANCE'" %
               INSTANCES[EXPLICIT])
    return recorder.wait_for(COMMITMENT)


def by_question(level, sop_class):
    def ask(system, recorder):
        system.sql("select pacs.find_remote('CONFORMANCE', '%s')" % level, "pacs_operator")
        return recorder.wait_for(sop_class)
    return ask


def by_pull(uses_get):
    def pull(system, recorder):
        system.sql("select pacs.pull_studies('CONFORMANCE', uses_get => %s)" % uses_get, "pacs_operator")
        return recorder.wait_for(GET if uses_get == "true" else MOVE)
    return pull


WAYS = [("objects are forwarded, or moved: some stored in explicit VR little endian, some in JPEG lossless", by_move),
        ("a device asked for storage commitment and has a port: the answer", by_event),
        ("a rule wants storage commitment of what was forwarded", by_commitment),
        ("`pacs.find_remote`", by_question("STUDY", FIND)),
        ("`pacs.find_remote` at level PATIENT", by_question("PATIENT", PATIENT_FIND)),
        ("`pacs.pull_studies`, `pacs.pull_priors`", by_pull("false")),
        ("the same with `uses_get`", by_pull("true"))]


def rows_of(system, what, request):
    """Its contexts, those together that differ in the SOP class only."""
    groups = {}
    for _, sop_class, syntaxes in request.contexts:
        role = request.roles.get(sop_class)
        groups.setdefault((service_of(system.names[sop_class]), role), {}).setdefault(sop_class, []).append(syntaxes)
    rows = []
    for (service, role), classes in groups.items():
        proposals = {repr(lists) for lists in classes.values()}
        if len(proposals) != 1:
            raise SystemExit("SOP classes of one association are proposed in different ways")
        names = [system.names[uid] for uid in classes]
        named = ", ".join(names) if len(names) < 4 else "%d SOP classes of %s" % (len(names), service.lower())
        lists = next(iter(classes.values()))
        contexts = "<br>".join(" · ".join(system.names[uid] for uid in syntaxes) for syntaxes in lists)
        rows.append((what, named, contexts, {None: "SCU", (1, 0): "SCU", (0, 1): "SCP", (1, 1): "SCU and SCP"}[role]))
    return rows


def said_of_us(system, request):
    text = lambda kind: "`%s`" % request.items[kind].rstrip(b"\0").decode() if kind in request.items else "not given"
    given = lambda kind: "proposed" if kind in request.items else "not proposed"
    return table(["what the A-ASSOCIATE-RQ says", "value"], [
        ("maximum length received", "%d bytes" % struct.unpack(">I", request.items[negotiation.MAXIMUM_LENGTH])[0]),
        ("implementation class UID", text(negotiation.IMPLEMENTATION_CLASS)),
        ("implementation version name", text(negotiation.IMPLEMENTATION_NAME)),
        ("asynchronous operations window", given(negotiation.ASYNCHRONOUS)),
        ("SOP class extended negotiation", "proposed" if request.extended else "not proposed"),
        ("user identity", given(negotiation.USER_IDENTITY))])


def record(system):
    """[(what, Request)] of each way; the device is left without a port."""
    recorder = Recorder(statuses.data_element(0x20, 0x0D, b"UI", NOT_HERE))
    system.set_device("port = %d" % recorder.port)
    send_objects()
    requests = []
    for what, way in WAYS:
        requests.append((what, way(system, recorder)))
        recorder.requests.clear()
    system.set_device("port = null")
    return requests


def used(system, requests):
    """The services that were proposed with us as SCU."""
    return {service_of(system.names[sop_class]) for _, request in requests for _, sop_class, _ in request.contexts
            if request.roles.get(sop_class) != (0, 1)}


def tables(system, requests):
    rows = [row for what, request in requests for row in rows_of(system, what, request)]
    return {"users": table(["when", "SOP class", "transfer syntaxes; each line is a context", "we are"], rows),
            "users_identity": said_of_us(system, requests[0][1])}
