"""What is done to a valid conversation: in its elements, in its PDVs and PDUs, in its bytes, and in how it ends."""
import copy

from conversation import ABORT, RELEASE
from node import Node, pdu, pdv, walk

LARGEST_PDU = 131072
REJECTION, RELEASED = b"\x03\0\0\0\0\4\0\1\1\1", b"\x06\0\0\0\0\4\0\0\0\0"
WORDS = [b"", b"\0", b"*", b"*" * 1000, b"?*" * 2000, b"\\" * 5000, b"1.2\\" * 20000 + b"1.2 ", b"-", b"20241301-2024", b"99999999999999999999",
         b"1e999 ", b"\xff" * 64, b"\x1b$B" * 100, b"../../../etc/passwd", b"'; drop table pacs_data.study; --", b"\xd0\xa8%_\\", b"=" * 1000, b"^" * 1000,
         b"STUDY ", b"IMAGE ", b"NOWHERE ", b"\n2026-01-01 forged line\n"]
LENGTHS = [0, 1, 2, 5, 6, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x20000, 0x20001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF]


def change_bytes(value, rng):
    value = bytearray(value or b"\0")
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        value[rng.randrange(len(value))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(value)


def leaves(node):
    found = [n for _, _, n in walk([node]) if isinstance(n.parts, bytes) or not n.parts]
    for leaf in found:
        leaf.parts = leaf.parts or b""
    return found


def flip(holder, place, node, rng, other):
    leaf = rng.choice(leaves(node) + [node])
    if leaf.head and (rng.random() < 0.5 or not isinstance(leaf.parts, bytes)):
        leaf.head = change_bytes(leaf.head, rng)
    elif isinstance(leaf.parts, bytes):
        leaf.parts = change_bytes(leaf.parts, rng)


def cut(holder, place, node, rng, other):
    leaf = rng.choice(leaves(node))
    leaf.parts = leaf.parts[:rng.randrange(len(leaf.parts) + 1)]


def lie(holder, place, node, rng, other):
    true = len(node.bytes())
    node.lie = rng.choice((true - 1, true + 1, true - 9, true - 7, rng.choice(LENGTHS), rng.choice(LENGTHS)))


def drop(holder, place, node, rng, other):
    del holder[place]


def repeat(holder, place, node, rng, other):
    holder[place:place] = [copy.deepcopy(node)] * rng.choice((1, 1, 2, 10, 300))


def swap(holder, place, node, rng, other):
    with_place = rng.randrange(len(holder))
    holder[place], holder[with_place] = holder[with_place], holder[place]


def splice(holder, place, node, rng, other):
    holder[place] = copy.deepcopy(rng.choice(other)[2])


def nest(holder, place, node, rng, other):
    """Sequences in items in sequences, some without lengths, around what was there; or the node's own head around itself."""
    inner = node
    for _ in range(rng.choice((1, 2, 63, 64, 65, 250, 3000))):
        if rng.random() < 0.5:
            inner = Node(b"\x08\x00\x40\x11\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff", None, inner.bytes())
        else:
            inner = Node(node.head, node.form, inner.bytes())
        if isinstance(inner.parts, bytes) and len(inner.parts) > 60000:
            break
    holder[place] = inner


def say(holder, place, node, rng, other):
    rng.choice(leaves(node)).parts = rng.choice(WORDS)


def bloat(holder, place, node, rng, other):
    leaf = rng.choice(leaves(node))
    leaf.parts += bytes([rng.randrange(256)]) * rng.choice((100, 16000, 66000, 140000))


IN_TREES = [flip, flip, flip, cut, lie, lie, lie, drop, repeat, swap, splice, nest, say, say, bloat]


def in_trees(nodes, rng, other):
    """One change somewhere; `other`: nodes of another conversation."""
    found = list(walk(nodes))
    if found:
        rng.choice(IN_TREES)(*rng.choice(found), rng, other)


def fragments(data, rng):
    """Pieces that a PDU may hold; now and then many small ones, or an empty one behind them."""
    size = rng.choice((LARGEST_PDU - 6,) * 6 + (64, 500, 4096))
    at = 0 if rng.random() < 0.7 else rng.randrange(1, 40)  # so that not all are of one length
    pieces = [data[:at]] * (at > 0) + [data[begin:begin + size] for begin in range(at, len(data), size)][:400]
    return (pieces or [b""]) + [b""] * (rng.random() < 0.05)


def to_pdus(message, rng):
    parts = [(1, message.command)] + ([(0, message.data)] if message.data is not None else [])
    pdus = []
    for command, nodes in parts:
        pieces = fragments(b"".join(node.bytes() for node in nodes), rng)
        pdvs = [pdv(message.context, command | (2 if i + 1 == len(pieces) else 0), piece) for i, piece in enumerate(pieces)]
        for one in pdvs:
            if pdus and rng.random() < 0.2 and len(pdus[-1].bytes()) + len(one.bytes()) <= LARGEST_PDU:
                pdus[-1].parts.append(one)
            else:
                pdus.append(pdu(4, one))
    return pdus


def in_bytes(raw, rng):
    if not raw:  # an earlier change took all of it
        return rng.randbytes(20)
    kind = rng.randrange(5)
    if kind == 0:
        return change_bytes(raw, rng)
    if kind == 1:
        return raw[:rng.randrange(len(raw))]
    if kind == 2:
        at = rng.randrange(len(raw))
        return raw[:at] + rng.randbytes(rng.choice((1, 2, 5, 100))) + raw[at:]
    if kind == 3:
        at = rng.randrange(len(raw))
        return raw[:at] + raw[at + rng.choice((1, 2, 7)):]
    return rng.choice((RELEASE, ABORT, raw + raw, b"\x63\0\0\0\0\0", rng.randbytes(50)))


def mutated(conversation, other, calling, called, rng):
    """(PDUs as bytes, how many of them were changed), after one to four changes."""
    others = [found for message in other.messages for found in walk(message.command + (message.data or []))]
    # The most that a PDU may hold is the asker's to say, and is what our answers are cut by.
    asked = conversation.request(calling, called, rng.choice((65536,) * 9 + (0, 1, 13, 14, 15, 20, 4096, 0xFFFFFFFF)))
    changes = [rng.choices(("request", "element", "pdu", "bytes", "between"), (1, 6, 2, 1, 1))[0] for _ in range(rng.choice((1, 1, 2, 4)))]
    for change in changes:
        message = rng.choice(conversation.messages)
        if change == "request":
            in_trees(asked.parts, rng, list(walk(other.request(calling, called).parts)))
        elif change == "element":
            in_trees(message.data if message.data and rng.random() < 0.7 else message.command, rng, others)
    pdus = [one for message in conversation.messages for one in to_pdus(message, rng)]
    for _ in range(changes.count("pdu")):
        in_trees(pdus, rng, others)
    raw = [asked.bytes(), *(one.bytes() for one in pdus), RELEASE]
    for _ in range(changes.count("bytes")):
        place = rng.randrange(len(raw))
        raw[place] = in_bytes(raw[place], rng)
    for _ in range(changes.count("between")):
        raw.insert(rng.randrange(len(raw)), rng.choice((RELEASE, ABORT, REJECTION, RELEASED, raw[-2], raw[0])))
    return raw, len(changes)


def valid(conversation, calling, called, rng):
    return [conversation.request(calling, called).bytes(), *(one.bytes() for m in conversation.messages for one in to_pdus(m, rng)), RELEASE]
