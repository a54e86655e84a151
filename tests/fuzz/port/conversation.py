"""Whole valid conversations with the port, one for each thing that can be asked of it: what the campaign changes."""
import struct

from node import Node, command_set, element, item, pdu

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
VERIFICATION = "1.2.840.10008.1.1"
STORAGE = "1.2.840.10008.5.1.4.1.1.7"
QUERY = "1.2.840.10008.5.1.4.1.2."  # 1 patient root, 2 study root; then 1 find, 2 move, 3 get
COMMITMENT, COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1"
NO_DATA_SET, HAS_DATA_SET = 0x0101, 0x0001
RELEASE, ABORT = pdu(5, Node(b"\0" * 4, None, b"")).bytes(), pdu(7, Node(b"\0" * 4, None, b"")).bytes()

# Of a patient that no log may name.
NAME, PATIENT, DESCRIPTION = "Zqxwyvark^Oblomsk", "ZQX-47110815", "ZQXWYVARK DESCRIPTION"
SECRETS = (b"Zqxwyvark", b"ZQX-4711", b"ZQXWYVARK", b"Oblomsk")
ROOT = "1.2.826.0.1.3680043.10.7."


class Message:
    """A command set on a presentation context, and its data set, or None."""

    def __init__(self, context, command, data=None):
        self.context, self.command, self.data = context, command, data


class Conversation:
    def __init__(self, name, contexts, messages, expected=None):
        """contexts: [(abstract syntax, transfer syntax)], ids 1, 3, 5 …; expected: the final statuses of a valid one,
        None where they are not ours to say."""
        self.name, self.contexts, self.messages, self.expected = name, contexts, messages, expected

    def request(self, calling, called, largest_pdu=65536):
        contexts = [item(0x20, [Node(bytes([2 * i + 1, 0, 0, 0]), None, [item(0x30, abstract.encode()), item(0x40, syntax.encode())])])
                    for i, (abstract, syntax) in enumerate(self.contexts)]
        # Roles (PS3.7 D.3.3.4): C-GET takes what it asked for on the same association.
        roles = [item(0x54, [Node(b"", ">H", abstract.encode()), Node(b"\1\1", None, b"")])
                 for abstract, _ in self.contexts if abstract == STORAGE and len(self.contexts) > 1]
        relational = [item(0x56, [Node(b"", ">H", abstract.encode()), Node(b"\1\1\1\1", None, b"")])
                      for abstract, _ in self.contexts if abstract.startswith(QUERY)]
        user = [item(0x51, [Node(struct.pack(">I", largest_pdu), None, b"")]), item(0x52, b"1.2.3.4"), item(0x55, b"PORT_FUZZ"), *roles, *relational]
        titles = called.encode().ljust(16) + calling.encode().ljust(16)
        return pdu(1, Node(b"\0\1\0\0", None, titles + b"\0" * 32), item(0x10, b"1.2.840.10008.3.1.1.1"), *contexts, item(0x50, user))


def request(field, sop_class, message_id, data_set=NO_DATA_SET, *more):
    elements = [(0x00000002, "UI", sop_class), (0x00000100, "US", field), (0x00000110, "US", message_id), (0x00000800, "US", data_set), *more]
    return command_set(*sorted(elements))


def echo(context, message_id=1):
    return Message(context, request(0x0030, VERIFICATION, message_id))


def cancel(context, message_id):
    return Message(context, command_set((0x00000100, "US", 0x0FFF), (0x00000120, "US", message_id), (0x00000800, "US", NO_DATA_SET)))


def store(context, number, syntax, message_id=1):
    uid = ROOT + "3." + str(number)
    command = request(0x0001, STORAGE, message_id, HAS_DATA_SET, (0x00000700, "US", 0), (0x00001000, "UI", uid))
    attributes = [
        (0x00080005, "CS", "ISO_IR 100"), (0x00080016, "UI", STORAGE), (0x00080018, "UI", uid), (0x00080020, "DA", "20240312"),
        (0x00080030, "TM", "101112.5"), (0x00080050, "SH", "A1"), (0x00080060, "CS", "OT"), (0x00081030, "LO", DESCRIPTION),
        (0x00081140, "SQ", [[(0x00081150, "UI", STORAGE), (0x00081155, "UI", ROOT + "9")], []]), (0x00100010, "PN", NAME),
        (0x00100020, "LO", PATIENT), (0x00100030, "DA", "19700101"), (0x00100040, "CS", "F"),
        (0x0020000D, "UI", ROOT + "1." + str(number % 50)), (0x0020000E, "UI", ROOT + "2." + str(number % 100)), (0x00200013, "IS", "7"),
        (0x00280002, "US", 1), (0x00280004, "CS", "MONOCHROME2"), (0x00280010, "US", 8), (0x00280011, "US", 8),
        (0x00280100, "US", 8), (0x00280101, "US", 8), (0x00280102, "US", 7), (0x00280103, "US", 0), (0x00290010, "LO", "MAKER"),
        (0x00291001, "UN", b"\xfe\xff\x00\xe0\0\0\0\0"), (0x7FE00010, "OW", bytes(range(64)))]
    return Message(context, command, [element(*a, syntax == EXPLICIT) for a in attributes])


UNIVERSAL = [(0x00080020, "DA", ""), (0x00080061, "CS", ""), (0x00081030, "LO", ""), (0x00100010, "PN", ""), (0x00201208, "IS", "")]
KEYS = [
    [(0x00080052, "CS", "STUDY"), (0x00100020, "LO", PATIENT), *UNIVERSAL],
    [(0x00080052, "CS", "STUDY"), (0x00080005, "CS", "ISO_IR 192"), (0x00100010, "PN", "Зкс*"), (0x00080020, "DA", "20240101-20241231")],
    [(0x00080052, "CS", "PATIENT"), (0x00100010, "PN", "Z?x*"), (0x00100030, "DA", "")],
    [(0x00080052, "CS", "STUDY"), (0x00080020, "DA", "-20240401"), (0x00080030, "TM", "08-12"), (0x00080061, "CS", "OT\\CT")],
    [(0x00080052, "CS", "STUDY"), (0x0020000D, "UI", "\\".join(ROOT + "1." + str(i) for i in range(50)))],
    [(0x00080052, "CS", "SERIES"), (0x0020000D, "UI", ROOT + "1.1"), (0x00400275, "SQ", [[(0x00400007, "LO", "x*")]])],
    [(0x00080052, "CS", "IMAGE"), (0x0020000D, "UI", ROOT + "1.1"), (0x0020000E, "UI", ROOT + "2.1"), (0x00200013, "IS", ""), (0x00291001, "UN", b"")],
]


def identified(field, context, sop_class, keys, syntax, message_id=1, *more):
    """A request that has an identifier (PS3.4 C.4)."""
    command = request(field, sop_class, message_id, HAS_DATA_SET, (0x00000700, "US", 0), *more)
    return Message(context, command, [element(*key, syntax == EXPLICIT) for key in sorted(keys, key=lambda key: key[0])])


def commit(context, syntax, number):
    command = command_set((0x00000003, "UI", COMMITMENT), (0x00000100, "US", 0x0130), (0x00000110, "US", 1), (0x00000800, "US", HAS_DATA_SET),
                          (0x00001001, "UI", COMMITMENT_INSTANCE), (0x00001008, "US", 1))
    objects = [[(0x00081150, "UI", STORAGE), (0x00081155, "UI", ROOT + "3." + str(i))] for i in range(3)]
    attributes = [(0x00081195, "UI", ROOT + "8." + str(number)), (0x00081199, "SQ", objects)]
    return Message(context, command, [element(*a, syntax == EXPLICIT) for a in attributes])


def conversations(number, rng):
    """The conversations, new ones: whoever changes one changes nothing else. `number` makes what they store their own."""
    syntax = rng.choice((IMPLICIT, EXPLICIT))
    root = rng.choice("12")
    find, move, get = (QUERY + root + service for service in (".1", ".2", ".3"))
    keys = rng.choice(KEYS)
    unique = [(0x00080052, "CS", "STUDY"), (0x00100020, "LO", PATIENT), (0x0020000D, "UI", ROOT + "1." + str(rng.randrange(50)))]
    stores = [store(1, number if rng.random() < 0.5 else rng.randrange(200), syntax, i + 1) for i in range(4)]
    return [
        Conversation("echo", [(VERIFICATION, IMPLICIT)], [echo(1, 1), echo(1, 2)], [0, 0]),
        Conversation("store", [(STORAGE, syntax)], stores, [0] * 4),
        Conversation("find", [(find, syntax)], [identified(0x0020, 1, find, keys, syntax), identified(0x0020, 1, find, KEYS[0], syntax, 2)]),
        Conversation("find and cancel", [(find, syntax), (VERIFICATION, IMPLICIT)],
                     [identified(0x0020, 1, find, KEYS[0], syntax, 5), cancel(1, 5), echo(3, 6)]),
        Conversation("move", [(move, syntax)], [identified(0x0021, 1, move, unique, syntax, 1, (0x00000600, "AE", rng.choice(("NOBODY", "SINK")))), cancel(1, 1)]),
        Conversation("get", [(get, syntax), (STORAGE, syntax)], [identified(0x0010, 1, get, unique, syntax)]),
        Conversation("commit", [(COMMITMENT, syntax)], [commit(1, syntax, number)]),
        Conversation("everything", [(VERIFICATION, IMPLICIT), (STORAGE, syntax), (find, syntax), (move, syntax), (get, syntax), (COMMITMENT, syntax)],
                     [echo(1), store(3, number, syntax, 2), identified(0x0020, 5, find, keys, syntax, 3), commit(11, syntax, number), echo(1, 4)]),
    ]
