"""Statuses of DIMSE as a device hears them: requests, right and wrong, and what is answered."""
import struct

import dicom_peer as peer
from services import CT, EXPLICIT, table

ROOT = "1.2.840.10008.5.1.4.1.2.2."
FIND, MOVE, GET, COMMITMENT = ROOT + "1", ROOT + "2", ROOT + "3", "1.2.840.10008.1.20.1"
CONTEXTS = [peer.VERIFICATION, CT, FIND, MOVE, GET, COMMITMENT]
C_STORE, C_GET, C_FIND, C_MOVE, C_ECHO, N_GET, N_ACTION = 0x0001, 0x0010, 0x0020, 0x0021, 0x0030, 0x0110, 0x0130
NO_DATA_SET, NOWHERE = 0x0101, "1.3.6.1.4.1.99999.3"  # a UID that nothing here has


def data_element(group, number, vr, value):
    value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def identifier(level, study=NOWHERE):
    keys = [data_element(8, 0x52, b"CS", level.encode())]
    if study is not None:
        keys.append(data_element(0x20, 0x0D, b"UI", study.encode()))
    return b"".join(keys)


def object_of(sop_class, instance, series=data_element(0x20, 0x0D, b"UI", b"1.2.3") + data_element(0x20, 0x0E, b"UI", b"1.2.4")):
    return data_element(8, 0x16, b"UI", sop_class.encode()) + data_element(8, 0x18, b"UI", instance.encode()) + series


def request(field, sop_class, has_data_set, *more, is_requested=False):
    return peer.command_set(*sorted([
        peer.element(0x0003 if is_requested else 0x0002, peer.uid(sop_class)), peer.element(0x0100, struct.pack("<H", field)),
        peer.element(0x0110, struct.pack("<H", 1)), peer.element(0x0700, struct.pack("<H", 0)),
        peer.element(0x0800, struct.pack("<H", 0 if has_data_set else NO_DATA_SET)), *more], key=lambda e: e[2:4][::-1]))


class Device:
    """Asks each question on an association of its own, so that the end of one is nothing to the next."""

    def __init__(self):
        self.rows = []

    def ask(self, what, on, field, data=None, *more, **how):
        association = peer.Association([(uid, [EXPLICIT]) for uid in CONTEXTS], calling="CONFORMANCE")
        number = 2 * CONTEXTS.index(on) + 1
        if number not in association.accepted:
            association.release()
            return
        association.send_pdvs(number, request(field, on, data is not None, *more, **how), True)
        if data is not None:
            association.send_pdvs(number, data, False)
        heard = []
        try:
            while not heard or heard[-1].startswith("FF"):
                heard.append("%04X" % association.status()[0])
            association.release()
        except peer.Ended as ended:
            heard.append("the association is %s" % ended)
        self.rows.append((what, "`%s`" % heard[-1]))


def instance(uid=NOWHERE):
    return peer.element(0x1000, peer.uid(uid))


def destination(title):
    return peer.element(0x0600, title.encode().ljust(16))


def action(device, what, sop_instance, number, information):
    device.ask(what, COMMITMENT, N_ACTION, information, peer.element(0x1001, peer.uid(sop_instance)),
               peer.element(0x1008, struct.pack("<H", number)), is_requested=True)


def tables(system):
    device = Device()
    system.set_device("port = 104")
    device.ask("C-ECHO", peer.VERIFICATION, C_ECHO)
    device.ask("C-ECHO with a data set", peer.VERIFICATION, C_ECHO, b"\0\0")
    device.ask("C-STORE of what is no data set", CT, C_STORE, b"no data set at all", instance())
    device.ask("C-STORE whose data set has another SOP Instance UID", CT, C_STORE, object_of(CT, NOWHERE + ".1"), instance())
    device.ask("C-STORE whose data set is cut short", CT, C_STORE, object_of(CT, NOWHERE)[:-3], instance())
    device.ask("C-STORE of an object that names no study", CT, C_STORE, object_of(CT, NOWHERE, b""), instance())
    device.ask("C-STORE on a presentation context of Verification", peer.VERIFICATION, C_STORE, object_of(CT, NOWHERE), instance())
    device.ask("an operation that no service of ours has (N-GET)", peer.VERIFICATION, N_GET)
    device.ask("C-FIND that nothing matches", FIND, C_FIND, identifier("STUDY"))
    device.ask("C-FIND without a level", FIND, C_FIND, identifier(""))
    device.ask("C-FIND at a level that there is not", FIND, C_FIND, identifier("WARD"))
    device.ask("C-FIND of series without the study, not relational", FIND, C_FIND, identifier("SERIES", None))
    device.ask("C-MOVE of a study that is not here", MOVE, C_MOVE, identifier("STUDY"), destination("CONFORMANCE"))
    device.ask("C-MOVE to an AE title that is not known", MOVE, C_MOVE, identifier("STUDY"), destination("NOBODY"))
    device.ask("C-MOVE without a study", MOVE, C_MOVE, identifier("STUDY", None), destination("CONFORMANCE"))
    device.ask("C-GET of a study that is not here", GET, C_GET, identifier("STUDY"))
    device.ask("C-GET at a level that there is not", GET, C_GET, identifier("WARD"))
    action(device, "N-ACTION on another instance than the well-known one", NOWHERE, 1, b"")
    action(device, "N-ACTION of another type than 1", COMMITMENT + ".1", 2, b"")
    action(device, "N-ACTION without a Transaction UID", COMMITMENT + ".1", 1, identifier("STUDY"))
    system.set_device("acts_as = null")
    device.ask("C-FIND of a device whose `acts_as` is empty and that names no user", FIND, C_FIND, identifier("STUDY"))
    device.ask("C-MOVE, likewise", MOVE, C_MOVE, identifier("STUDY"), destination("CONFORMANCE"))
    device.ask("C-GET, likewise", GET, C_GET, identifier("STUDY"))
    system.set_device("acts_as = 'demo_physician', port = null")
    return {"statuses": table(["request", "status"], device.rows)}
