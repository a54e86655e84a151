"""Bytes with their lengths in front of them, as a tree: PDUs, items, PDVs and elements alike, so that each can be
changed while what lies around it stays right."""
import struct


class Node:
    """`head`, the length of what follows (in struct's `form`; none where that is None), then `parts`: bytes or nodes."""
    __slots__ = ("head", "form", "parts", "lie")

    def __init__(self, head, form, parts):
        self.head, self.form, self.parts = head, form, parts
        self.lie = None  # the length that is written instead of the true one

    def bytes(self):
        body = self.parts if isinstance(self.parts, bytes) else b"".join(part.bytes() for part in self.parts)
        if self.form is None:
            return self.head + body
        width = struct.calcsize(self.form)
        length = len(body) if self.lie is None else self.lie
        return self.head + struct.pack(self.form, length % (1 << 8 * width)) + body


def walk(nodes):
    """(list that holds it, place in the list, node), of every node at every depth."""
    for place, node in enumerate(nodes):
        yield nodes, place, node
        if not isinstance(node.parts, bytes):
            yield from walk(node.parts)


def pdu(kind, *parts):  # PS3.8 9.3
    return Node(bytes([kind, 0]), ">I", list(parts))


def item(kind, parts):  # PS3.8 9.3.2
    return Node(bytes([kind, 0]), ">H", parts)


def pdv(context, control, piece):  # PS3.8 9.3.5.1
    return Node(b"", ">I", [Node(bytes([context, control]), None, piece)])


LONG_FORM = ("OB", "OW", "UN", "SQ", "UT", "UC")


def element(tag, vr, value, is_explicit=False):
    """PS3.5 7.1; value: text, a number, bytes, or for SQ a list of lists of (tag, vr, value)."""
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    form = "<I"
    if is_explicit:
        head += vr.encode() + (b"\0\0" if vr in LONG_FORM else b"")
        form = "<I" if vr in LONG_FORM else "<H"
    if vr == "SQ":
        parts = [Node(b"\xfe\xff\x00\xe0", "<I", [element(*e, is_explicit) for e in one]) for one in value]
        return Node(head, form, parts)
    if isinstance(value, int):
        value = struct.pack("<I" if vr == "UL" else "<H", value)
    if isinstance(value, str):
        value = value.encode()
    return Node(head, form, value + (b"\0" if vr in ("UI", "OB") else b" ") * (len(value) % 2))


def command_set(*elements):  # PS3.7 6.3.1
    nodes = [element(tag, vr, value) for tag, vr, value in elements]
    length = sum(len(node.bytes()) for node in nodes)
    return [element(0x00000000, "UL", length), *nodes]
