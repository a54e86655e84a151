"""A DICOM peer on plain sockets, for what well-behaved peers never do. Standard library only; shares nothing
with the code under test. PS3.8 9.3 (PDUs), PS3.7 (messages)."""
import os
import socket
import struct
import time

VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
PORT = int(os.environ.get("PGPACS_DIMSE_PORT", "11112"))
AE = os.environ.get("PGPACS_AE_TITLE", "PGPACS")


def item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def element(number, value):
    """An element of a command set."""
    return struct.pack("<HHI", 0, number, len(value)) + value


def uid(text):
    raw = text.encode()
    return raw + b"\0" * (len(raw) % 2)


def command_set(*elements):
    body = b"".join(elements)
    return element(0, struct.pack("<I", len(body))) + body


def echo_rq(message_id=1):
    return command_set(element(0x0002, uid(VERIFICATION)), element(0x0100, struct.pack("<H", 0x0030)),
                       element(0x0110, struct.pack("<H", message_id)), element(0x0800, struct.pack("<H", 0x0101)))


def store_rq(sop_class, instance, message_id=1):
    return command_set(element(0x0002, uid(sop_class)), element(0x0100, struct.pack("<H", 0x0001)),
                       element(0x0110, struct.pack("<H", message_id)), element(0x0700, struct.pack("<H", 0)),
                       element(0x0800, struct.pack("<H", 0)), element(0x1000, uid(instance)))


def find_rq(sop_class, message_id=1):
    return command_set(element(0x0002, uid(sop_class)), element(0x0100, struct.pack("<H", 0x0020)),
                       element(0x0110, struct.pack("<H", message_id)), element(0x0700, struct.pack("<H", 0)),
                       element(0x0800, struct.pack("<H", 0)))


def cancel_rq(message_id=1):
    return command_set(element(0x0100, struct.pack("<H", 0x0FFF)), element(0x0120, struct.pack("<H", message_id)),
                       element(0x0800, struct.pack("<H", 0x0101)))


def implicit_element(group, number, value):
    """An element of a data set in implicit VR little endian; texts are padded with a blank, UIDs say so themselves."""
    value = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<HHI", group, number, len(value) + len(value) % 2) + value + b" " * (len(value) % 2)


class Ended(Exception):
    """The peer ended the association: "closed", "aborted", "rejected R/S/R"."""


def presentation_context(number, abstract, syntaxes):
    inner = item(0x30, abstract.encode()) + b"".join(item(0x40, s.encode()) for s in syntaxes)
    return item(0x20, bytes([number, 0, 0, 0]) + inner)


def associate_rq(contexts, calling="STORESCU", called=AE, user=item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4")):
    """The body of an A-ASSOCIATE-RQ of presentation contexts and user information as they are given."""
    titles = called.encode().ljust(16) + calling.encode().ljust(16)
    return (struct.pack(">HH", 1, 0) + titles + b"\0" * 32 + item(0x10, b"1.2.840.10008.3.1.1.1") + b"".join(contexts) +
            item(0x50, user))


class Association:
    def __init__(self, contexts, calling="STORESCU", called=AE, timeout=30, port=PORT, host="127.0.0.1", source="",
                 extended=(), user=None):
        """contexts: [(abstract syntax, [transfer syntaxes])]; their ids are 1, 3, 5 …
        extended: [(SOP class, application information)] of extended negotiation (PS3.7 D.3.3.5)"""
        self.socket = socket.create_connection((host, port), timeout, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(timeout)
        self.send_pdu(1, associate_rq([presentation_context(2 * i + 1, *c) for i, c in enumerate(contexts)], calling, called,
                                       user=(user or item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4")) +
                                       b"".join(item(0x56, struct.pack(">H", len(c)) + c.encode() + info) for c, info in extended)))
        kind, answer = self.read_pdu()
        if kind == 3:
            raise Ended("rejected %d/%d/%d" % tuple(answer[1:4]))
        if kind != 2:
            raise Ended("PDU type %d" % kind)
        self.accepted = self._accepted(answer)
        self.max_pdu = self._max_pdu(answer)
        self.extended = self._extended(answer)

    @staticmethod
    def _items(body):
        at = 0
        while at + 4 <= len(body):
            length = struct.unpack(">H", body[at + 2:at + 4])[0]
            yield body[at], body[at + 4:at + 4 + length]
            at += 4 + length

    def _accepted(self, answer):
        accepted = {}
        for kind, body in self._items(answer[68:]):
            if kind == 0x21 and body[2] == 0:
                for inner, value in self._items(body[4:]):
                    accepted[body[0]] = value.rstrip(b"\0").decode()
        return accepted

    def _extended(self, answer):
        extended = {}
        for kind, body in self._items(answer[68:]):
            for inner, value in self._items(body) if kind == 0x50 else ():
                if inner == 0x56:
                    length = struct.unpack(">H", value[:2])[0]
                    extended[value[2:2 + length].decode()] = value[2 + length:]
        return extended

    def _max_pdu(self, answer):
        for kind, body in self._items(answer[68:]):
            if kind == 0x50:
                for inner, value in self._items(body):
                    if inner == 0x51:
                        return struct.unpack(">I", value)[0] or 131072
        return 16384

    def send_pdu(self, kind, body):
        self.socket.sendall(struct.pack(">BBI", kind, 0, len(body)) + body)

    def _read(self, count):
        data = b""
        while len(data) < count:
            try:
                more = self.socket.recv(count - len(data))
            except ConnectionError:
                more = b""
            if not more:
                raise Ended("closed")
            data += more
        return data

    def read_pdu(self):
        head = self._read(6)
        body = self._read(struct.unpack(">I", head[2:])[0])
        if head[0] == 7:
            raise Ended("aborted")
        return head[0], body

    def send_pdvs(self, context, data, is_command, chunk=16000, is_last=True):
        """data in P-DATA-TF PDUs of one PDV each."""
        for at in range(0, max(len(data), 1), chunk):
            piece = data[at:at + chunk]
            last = is_last and at + chunk >= len(data)
            control = (1 if is_command else 0) | (2 if last else 0)
            self.send_pdu(4, struct.pack(">IBB", len(piece) + 2, context, control) + piece)

    def send_in_one_pdu(self, context, data, is_command, sizes):
        """data in one P-DATA-TF PDU: PDVs of these sizes, and one of the rest."""
        pieces = []
        for size in sizes:
            pieces.append(data[:size])
            data = data[size:]
        body = b"".join(struct.pack(">IBB", len(piece) + 2, context, 1 if is_command else 0) + piece for piece in pieces)
        self.send_pdu(4, body + struct.pack(">IBB", len(data) + 2, context, 3 if is_command else 2) + data)

    def read_pdvs(self):
        """The bytes of the next command set or data set."""
        data = b""
        while True:
            kind, body = self.read_pdu()
            if kind != 4:
                raise Ended("PDU type %d" % kind)
            at = 0
            last = False
            while at < len(body):
                length = struct.unpack(">I", body[at:at + 4])[0]
                data += body[at + 6:at + 4 + length]
                last = bool(body[at + 5] & 2)
                at += 4 + length
            if last:
                return data

    def read_command(self):
        """The next command set as {element: value}."""
        data = self.read_pdvs()
        fields, at = {}, 0
        while at < len(data):
            number, length = struct.unpack("<HI", data[at + 2:at + 8])
            fields[number] = data[at + 8:at + 8 + length]
            at += 8 + length
        return fields

    def status(self):
        """(status, error comment) of the next response."""
        fields = self.read_command()
        return struct.unpack("<H", fields[0x0900])[0], fields.get(0x0902, b"").decode().strip()

    def echo(self, context=1):
        self.send_pdvs(context, echo_rq(), True)
        return self.status()[0]

    def store(self, sop_class, instance, data_set, context=1, chunk=None):
        chunk = chunk or self.max_pdu - 6
        self.send_pdvs(context, store_rq(sop_class, instance), True)
        self.send_pdvs(context, data_set, False, chunk)
        return self.status()

    def find_answers(self):
        """(status, identifier or None) of each response to a C-FIND-RQ, to the final one."""
        while True:
            fields = self.read_command()
            has_data_set = struct.unpack("<H", fields[0x0800])[0] != 0x0101
            self.offending, self.comment = fields.get(0x0901, b""), fields.get(0x0902, b"").decode().strip()
            status = struct.unpack("<H", fields[0x0900])[0]
            yield status, self.read_pdvs() if has_data_set else None
            if status not in (0xFF00, 0xFF01):
                return

    def find(self, sop_class, identifier, context=1, message_id=1):
        """(final status, identifiers)."""
        self.send_pdvs(context, find_rq(sop_class, message_id), True)
        self.send_pdvs(context, identifier, False, min(self.max_pdu - 6, 16000))
        answers = list(self.find_answers())
        return answers[-1][0], [data for status, data in answers if data is not None]

    def release(self):
        self.send_pdu(5, b"\0" * 4)
        kind, _ = self.read_pdu()
        self.socket.close()
        return kind == 6

    def abort(self):
        self.send_pdu(7, b"\0" * 4)
        self.socket.close()


def part10(path):
    """(SOP class, instance, transfer syntax, data set bytes) of a file, from its file meta information."""
    raw = open(path, "rb").read()
    if raw[128:132] != b"DICM":
        raise ValueError("no Part 10 file")
    at, meta = 132, {}
    while at + 8 <= len(raw) and struct.unpack("<H", raw[at:at + 2])[0] == 2:
        number = struct.unpack("<H", raw[at + 2:at + 4])[0]
        if raw[at + 4:at + 6] in (b"OB", b"UN"):
            length, begin = struct.unpack("<I", raw[at + 8:at + 12])[0], at + 12
        else:
            length, begin = struct.unpack("<H", raw[at + 6:at + 8])[0], at + 8
        meta[number] = raw[begin:begin + length]
        at = begin + length
    text = lambda number: meta.get(number, b"").rstrip(b"\0 ").decode("latin-1")
    return text(2), text(3), text(0x10), raw[at:]


def wait_for(condition, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
