"""Both ends of C-MOVE and C-GET on plain sockets (dicom_peer.py): who asks, and who takes what is sent."""
import socket
import struct
import threading

from dicom_peer import *

MOVE, GET = "1.2.840.10008.5.1.4.1.2.2.2", "1.2.840.10008.5.1.4.1.2.2.3"
C_STORE_RQ, C_GET_RQ, C_MOVE_RQ, C_CANCEL_RQ = 0x0001, 0x0010, 0x0021, 0x0FFF


def us(fields, number):
    return struct.unpack("<H", fields[number])[0] if number in fields else None


def message(association):
    """The next message: (context, fields of its command set, data set or None)."""
    parts = {True: bytearray(), False: None}
    context, fields = None, None
    while True:
        kind, body = association.read_pdu()
        if kind == 5:
            association.send_pdu(6, b"\0" * 4)
            raise Ended("released")
        if kind != 4:
            raise Ended("PDU type %d" % kind)
        at = 0
        while at < len(body):
            length, context, control = struct.unpack(">IBB", body[at:at + 6])
            is_command, is_last = bool(control & 1), bool(control & 2)
            if parts[is_command] is None:
                parts[is_command] = bytearray()
            parts[is_command] += body[at + 6:at + 4 + length]
            at += 4 + length
            if is_command and is_last:
                fields, position = {}, 0
                while position < len(parts[True]):
                    number, size = struct.unpack("<HI", parts[True][position + 2:position + 8])
                    fields[number] = bytes(parts[True][position + 8:position + 8 + size])
                    position += 8 + size
            if is_last and fields is not None and (not is_command or us(fields, 0x0800) == 0x0101):
                return context, fields, parts[False] if parts[False] is None else bytes(parts[False])


def identifier(level, **keys):
    """Implicit VR little endian. study, series, instance: a UID or a list of them."""
    tags = {"instance": (8, 0x18), "study": (0x20, 0x0D), "series": (0x20, 0x0E)}
    elements = {(8, 0x52): level.encode() + b" " * (len(level) % 2)}
    for key, value in keys.items():
        elements[tags[key]] = uid(value if isinstance(value, str) else "\\".join(value))
    return b"".join(struct.pack("<HHI", *tag, len(value)) + value for tag, value in sorted(elements.items()))


def retrieve_rq(command, sop_class, message_id=1, destination=None):
    elements = [element(0x0002, uid(sop_class)), element(0x0100, struct.pack("<H", command)),
                element(0x0110, struct.pack("<H", message_id))]
    if destination is not None:
        elements.append(element(0x0600, destination.encode().ljust(16)))
    elements += [element(0x0700, struct.pack("<H", 0)), element(0x0800, struct.pack("<H", 1))]
    return command_set(*elements)


def cancel_rq(message_id=1):
    return command_set(element(0x0100, struct.pack("<H", C_CANCEL_RQ)), element(0x0120, struct.pack("<H", message_id)),
                       element(0x0800, struct.pack("<H", 0x0101)))


def store_rsp(fields, status=0, message_id=None):
    number = fields[0x0110] if message_id is None else struct.pack("<H", message_id)
    return command_set(element(0x0002, fields[0x0002]), element(0x0100, struct.pack("<H", 0x8001)), element(0x0120, number),
                       element(0x0800, struct.pack("<H", 0x0101)), element(0x0900, struct.pack("<H", status)),
                       element(0x1000, fields[0x1000]))


def scp_role(sop_class):
    """The item that proposes to be SCP of a class (PS3.7 D.3.3.4)."""
    return item(0x54, struct.pack(">H", len(sop_class)) + sop_class.encode() + b"\0\1")


class Outcome:
    """How a retrieval ended: status, counts (remaining, completed, failed, warning), responses, failed UIDs."""

    def __init__(self, fields, data, responses):
        self.status = us(fields, 0x0900)
        self.counts = tuple(us(fields, n) for n in (0x1020, 0x1021, 0x1022, 0x1023))
        self.comment = fields.get(0x0902, b"").decode().strip()
        self.responses = responses
        self.failed = data[8:].rstrip(b"\0").decode().split("\\") if data else []


def move(data, destination="SINK", calling="RETRIEVER", port=PORT, on_response=None, association=None):
    """C-MOVE; on_response(association, fields) is called with each pending one."""
    a = association or Association([(MOVE, [IMPLICIT])], calling=calling, port=port, timeout=120)
    a.send_pdvs(1, retrieve_rq(C_MOVE_RQ, MOVE, 1, destination), True)
    a.send_pdvs(1, data, False)
    responses = []
    while True:
        _, fields, failed = message(a)
        if us(fields, 0x0900) not in (0xFF00, 0xFF01):
            if association is None:
                a.release()
            return Outcome(fields, failed, responses)
        responses.append(fields)
        if on_response:
            on_response(a, fields)


def begin_get(data, contexts, calling="RETRIEVER", port=PORT):
    """Asks; contexts: [(SOP class, [syntaxes])] that the asker takes, with ids from 3."""
    user = item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4") + b"".join(scp_role(c) for c in dict(contexts))
    a = Association([(GET, [IMPLICIT])] + contexts, calling=calling, port=port, timeout=120, user=user)
    a.send_pdvs(1, retrieve_rq(C_GET_RQ, GET), True)
    a.send_pdvs(1, data, False)
    return a


def get(data, contexts, answer=None, **arguments):
    """C-GET: (outcome, {instance: (syntax, data set)}). answer(association, number, context, fields) instead of success."""
    a = begin_get(data, contexts, **arguments)
    got, responses = {}, []
    while True:
        context, fields, body = message(a)
        if us(fields, 0x0100) == C_STORE_RQ:
            got[fields[0x1000].rstrip(b"\0").decode()] = (a.accepted[context], body)
            if answer:
                answer(a, len(got), context, fields)
            else:
                a.send_pdvs(context, store_rsp(fields), True)
        elif us(fields, 0x0900) == 0xFF00:
            responses.append(fields)
        else:
            a.release()
            return Outcome(fields, body, responses), got


class Taker:
    """An AE that takes objects, one association after the other, in a thread. answer(number, association, context,
    fields): what it does instead of answering with success, with association.data before it; takes(class, syntaxes): the syntax it accepts, or None."""

    def __init__(self, port, answer=None, takes=lambda sop_class, syntaxes: syntaxes[0]):
        self.got, self.originators, self.associations, self.number = {}, set(), 0, 0
        self.answer, self.takes = answer, takes
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._run, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # else the thread that waits keeps the port
        self.listener.close()

    def _run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.associations += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        a = Association.__new__(Association)
        a.socket = connection
        a.max_pdu = 131072
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._accept(a)
            while True:
                context, fields, data = message(a)
                self.number += 1
                instance = fields.get(0x1000, b"").rstrip(b"\0").decode()
                self.originators.add((fields.get(0x1030, b"").decode().strip(), us(fields, 0x1031)))
                a.data = data
                if self.answer and self.answer(self.number, a, context, fields):
                    continue
                self.got[instance] = (self.accepted[context], data)
                a.send_pdvs(context, store_rsp(fields), True)
        except (Ended, OSError):
            pass
        connection.close()

    def _accept(self, a):
        _, request = a.read_pdu()
        answers, self.accepted = b"", {}
        for kind, body in Association._items(request[68:]):
            if kind != 0x20:
                continue
            inner = [(k, v.decode().rstrip("\0")) for k, v in Association._items(body[4:])]
            syntaxes = [v for k, v in inner if k == 0x40]
            syntax = self.takes(next(v for k, v in inner if k == 0x30), syntaxes)
            if syntax:
                self.accepted[body[0]] = syntax
            answers += item(0x21, bytes([body[0], 0, 0 if syntax else 3, 0]) + item(0x40, (syntax or syntaxes[0]).encode()))
        user = item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4")
        a.send_pdu(2, request[:68] + item(0x10, b"1.2.840.10008.3.1.1.1") + answers + item(0x50, user))
