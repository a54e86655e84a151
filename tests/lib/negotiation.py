"""What an association with us comes to, context by context: proposals, and what is answered (PS3.7 D.3, PS3.8 9.3).
Standard library only; shares nothing with the code under test."""
import socket
import struct

import dicom_peer as peer

MOST_CONTEXTS = 128  # their ids are the odd numbers of one byte
MAXIMUM_LENGTH, IMPLEMENTATION_CLASS, ASYNCHRONOUS, ROLE, IMPLEMENTATION_NAME, EXTENDED = 0x51, 0x52, 0x53, 0x54, 0x55, 0x56
USER_IDENTITY = 0x58


class Rejected(Exception):
    """By an A-ASSOCIATE-RJ, or an A-ABORT: its bytes after the PDU's length."""

    def __init__(self, kind, body):
        super().__init__(kind)
        self.kind, self.body = kind, body


def role_item(sop_class, scu, scp):
    return peer.item(ROLE, struct.pack(">H", len(sop_class)) + sop_class.encode() + bytes([scu, scp]))


def extended_item(sop_class, information):
    return peer.item(EXTENDED, struct.pack(">H", len(sop_class)) + sop_class.encode() + information)


def user_item(kind, name, passcode=b"", wants_response=0):
    return peer.item(USER_IDENTITY, bytes([kind, wants_response]) + struct.pack(">H", len(name)) + name +
                     struct.pack(">H", len(passcode)) + passcode)


def split_uid(value):
    """A UID with its length in front, and what follows it."""
    length = struct.unpack(">H", value[:2])[0]
    return value[2:2 + length].rstrip(b"\0").decode(), value[2 + length:]


class Answer:
    """An A-ASSOCIATE-AC: contexts {id: (result, transfer syntax)}, roles and extended {SOP class: …}, items {type: value}."""

    def __init__(self, body):
        self.contexts, self.roles, self.extended, self.items = {}, {}, {}, {}
        for kind, value in peer.Association._items(body[68:]):
            if kind == 0x21:
                syntaxes = [v.rstrip(b"\0").decode() for k, v in peer.Association._items(value[4:]) if k == 0x40]
                self.contexts[value[0]] = value[2], syntaxes[0] if syntaxes else ""
            elif kind == 0x50:
                for inner, information in peer.Association._items(value):
                    self._take(inner, information)

    def _take(self, kind, value):
        if kind == ROLE:
            sop_class, roles = split_uid(value)
            self.roles[sop_class] = tuple(roles)
        elif kind == EXTENDED:
            sop_class, information = split_uid(value)
            self.extended[sop_class] = information
        else:
            self.items[kind] = value


class Asking:
    """One A-ASSOCIATE-RQ and its answer; contexts: [(abstract syntax, [transfer syntaxes])], their ids are 1, 3, 5 …"""

    def __init__(self, contexts, items=b"", calling="CONFORMANCE", called=peer.AE, change=lambda request: request):
        self.socket = socket.create_connection(("127.0.0.1", peer.PORT), 60)
        user = peer.item(MAXIMUM_LENGTH, struct.pack(">I", 16384)) + peer.item(IMPLEMENTATION_CLASS, b"1.2.3.4") + items
        listed = [peer.presentation_context(2 * i + 1, *context) for i, context in enumerate(contexts)]
        body = peer.associate_rq(listed, calling, called, user)
        self.socket.sendall(change(struct.pack(">BBI", 1, 0, len(body)) + body))
        kind, answer = self._read_pdu()
        if kind != 2:
            self.socket.close()
            raise Rejected(kind, answer)
        self.answer = Answer(answer)

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise peer.Ended("closed")
            data += more
        return data

    def _read_pdu(self):
        head = self._read(6)
        return head[0], self._read(struct.unpack(">I", head[2:])[0])

    def release(self):
        self.socket.sendall(struct.pack(">BBI", 5, 0, 4) + b"\0" * 4)
        kind, _ = self._read_pdu()
        if kind != 6:
            raise peer.Ended("PDU type %d" % kind)
        self.socket.close()


def ask(contexts, items=b"", **how):
    """The answer to one association, which is released."""
    asking = Asking(contexts, items, **how)
    asking.release()
    return asking.answer


def accepted(sop_classes, transfer_syntaxes, roles=None):
    """{SOP class: (accepted transfer syntaxes, accepted roles, results)}: each pair is proposed in a context of its own.
    roles: (SCU, SCP) that are proposed for all classes; None: nothing is said of roles."""
    found = {uid: ([], None, set()) for uid in sop_classes}
    pairs = [(sop_class, syntax) for sop_class in sop_classes for syntax in transfer_syntaxes]
    for at in range(0, len(pairs), MOST_CONTEXTS):
        part = pairs[at:at + MOST_CONTEXTS]
        items = b"".join(role_item(uid, *roles) for uid in dict(part)) if roles else b""
        answer = ask([(sop_class, [syntax]) for sop_class, syntax in part], items)
        for i, (sop_class, syntax) in enumerate(part):
            result, chosen = answer.contexts[2 * i + 1]
            syntaxes, was, results = found[sop_class]
            results.add(result)
            if result == 0:
                if chosen != syntax:
                    raise ValueError("%s was proposed for %s, %s accepted" % (syntax, sop_class, chosen))
                syntaxes.append(syntax)
            found[sop_class] = syntaxes, answer.roles.get(sop_class, was), results
    return found
