"""An AE that records what is proposed to it (PS3.8 9.3.2), accepts all of it and answers every request with success,
a C-FIND with one match before: what pgpacs asks of others is seen in `requests`, one Request for each association."""
import socket
import struct
import threading

import dicom_peer as peer
from negotiation import EXTENDED, MAXIMUM_LENGTH, ROLE, split_uid

SUCCESS, PENDING, C_FIND, NO_DATA_SET = 0x0000, 0xFF00, 0x0020, 0x0101


class Request:
    """An A-ASSOCIATE-RQ: contexts [(id, abstract syntax, [transfer syntaxes])], roles and extended {SOP class: …},
    items {type: value}."""

    def __init__(self, body):
        self.called, self.calling = body[4:20].decode().strip(), body[20:36].decode().strip()
        self.contexts, self.roles, self.extended, self.items = [], {}, {}, {}
        for kind, value in peer.Association._items(body[68:]):
            if kind == 0x20:
                inner = [(k, v.rstrip(b"\0").decode()) for k, v in peer.Association._items(value[4:])]
                self.contexts.append((value[0], next(v for k, v in inner if k == 0x30), [v for k, v in inner if k == 0x40]))
            elif kind == 0x50:
                self._take(value)

    def _take(self, information):
        for kind, value in peer.Association._items(information):
            if kind == ROLE:
                sop_class, roles = split_uid(value)
                self.roles[sop_class] = tuple(roles)
            elif kind == EXTENDED:
                sop_class, self.extended[sop_class] = split_uid(value)
            else:
                self.items[kind] = value


class Accepted(peer.Association):
    """The association, accepted as it was proposed, each context in its first transfer syntax."""

    def __init__(self, connection, found):
        self.socket, self.found = connection, found
        self.socket.settimeout(30)
        _, body = self.read_pdu()
        self.request = Request(body)
        contexts = b"".join(peer.item(0x21, bytes([number, 0, 0, 0]) + peer.item(0x40, syntaxes[0].encode()))
                            for number, _, syntaxes in self.request.contexts)
        roles = b"".join(peer.item(ROLE, struct.pack(">H", len(uid)) + uid.encode() + bytes(pair))
                         for uid, pair in self.request.roles.items())
        user = peer.item(MAXIMUM_LENGTH, struct.pack(">I", 131072)) + peer.item(0x52, b"1.2.3.4") + roles
        self.send_pdu(2, body[:68] + peer.item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + peer.item(0x50, user))

    def serve(self):
        """Success to each request, until the release."""
        command = b""
        while True:
            kind, body = self.read_pdu()
            if kind == 5:
                return self.send_pdu(6, b"\0" * 4)
            at = 0
            while at < len(body):
                length, context, control = struct.unpack(">IBB", body[at:at + 6])
                if control & 1:
                    command += body[at + 6:at + 4 + length]
                is_last, at = control & 2, at + 4 + length
                if is_last and (not control & 1 or self._fields(command)[0x0800] == struct.pack("<H", NO_DATA_SET)):
                    self._answer(context, self._fields(command))
                    command = b""

    @staticmethod
    def _fields(command):
        fields, at = {}, 0
        while at < len(command):
            number, length = struct.unpack("<HI", command[at + 2:at + 8])
            fields[number] = command[at + 8:at + 8 + length]
            at += 8 + length
        return fields

    def _answer(self, context, fields):
        field = struct.unpack("<H", fields[0x0100])[0]
        if field & 0x8000 or field == 0x0FFF:
            return
        sop_class = fields.get(0x0002) or fields[0x0003]
        if field == C_FIND:
            self._send(context, sop_class, field, fields, PENDING)
            self.send_pdvs(context, self.found, False)
        instance = [peer.element(0x1000, fields.get(0x1000) or fields[0x1001])] if {0x1000, 0x1001} & fields.keys() else []
        self._send(context, sop_class, field, fields, SUCCESS, *instance)

    def _send(self, context, sop_class, field, fields, status, *more):
        data_set_type = 0 if status == PENDING else NO_DATA_SET
        self.send_pdvs(context, peer.command_set(
            peer.element(0x0002, sop_class), peer.element(0x0100, struct.pack("<H", field | 0x8000)),
            peer.element(0x0120, fields[0x0110]), peer.element(0x0800, struct.pack("<H", data_set_type)),
            peer.element(0x0900, struct.pack("<H", status)), *more), True)


class Recorder:
    """Listens on a port of the system's choice. found: the identifier that answers each C-FIND."""

    def __init__(self, found):
        self.found = found
        self.requests, self.failures = [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            association = Accepted(connection, self.found)
            self.requests.append(association.request)
            association.serve()
        except (peer.Ended, OSError) as error:
            self.failures.append(error)
        connection.close()

    def wait_for(self, sop_class, seconds=60):
        """The first request that proposed the class."""
        found = lambda: [r for r in self.requests if sop_class in [abstract for _, abstract, _ in r.contexts]]
        if not peer.wait_for(found, seconds):
            raise AssertionError("nobody proposed %s; failures: %s" % (sop_class, self.failures))
        return found()[0]
