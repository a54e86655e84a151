"""One conversation over one connection: what is sent, how, and what comes back, which must be PDUs."""
import select
import socket
import struct
import time

from conversation import ABORT, NO_DATA_SET, STORAGE, Message
from node import command_set
from mutate import in_trees, to_pdus

PATIENCE = 15  # seconds; longer than any deadline of the daemon under test


class Found(Exception):
    """What the port may not do."""


class Answers:
    """The PDUs that came back, as they come."""

    def __init__(self):
        self.waiting, self.command = b"", b""
        self.pdus, self.accepted, self.statuses, self.requests = 0, set(), [], []

    def take(self, more):
        self.waiting += more
        while len(self.waiting) >= 6:
            kind, length = self.waiting[0], struct.unpack(">I", self.waiting[2:6])[0]
            if not 2 <= kind <= 7 or kind == 5 or length > 0x20000:
                raise Found("an answer that is no PDU of an acceptor: type %d of %d bytes" % (kind, length))
            if len(self.waiting) < 6 + length:
                return
            self.pdu(kind, self.waiting[6:6 + length])
            self.waiting = self.waiting[6 + length:]

    def pdu(self, kind, body):
        self.pdus += 1
        at = 68
        while kind == 2 and at + 4 <= len(body):
            if body[at] == 0x21 and body[at + 6] == 0:
                self.accepted.add(body[at + 4])
            at += 4 + struct.unpack(">H", body[at + 2:at + 4])[0]
        at = 0
        while kind == 4 and at < len(body):
            length = struct.unpack(">I", body[at:at + 4])[0]
            context, control, piece = body[at + 4], body[at + 5], body[at + 6:at + 4 + length]
            at += 4 + length
            if control & 1:
                self.command += piece
            if control == 3:
                self.whole_command(context)

    def whole_command(self, context):
        fields, at, data = {}, 0, self.command
        while at < len(data):
            group, number, length = struct.unpack("<HHI", data[at:at + 8])
            if group:
                raise Found("an answer with an element of group %04X in its command set" % group)
            fields[number], at = data[at + 8:at + 8 + length], at + 8 + length
        self.command = b""
        if 0x0900 in fields:
            status = struct.unpack("<H", fields[0x0900])[0]
            self.statuses += [status] if status not in (0xFF00, 0xFF01) else []
        else:
            self.requests.append((context, fields))


def stored(context, fields):
    """The C-STORE-RSP that a C-GET waits for."""
    text = lambda number: fields.get(number, b"").rstrip(b"\0").decode("latin-1")
    return Message(context, command_set(
        (0x00000002, "UI", text(2) or STORAGE), (0x00000100, "US", 0x8001), (0x00000120, "US", struct.unpack("<H", fields.get(0x0110, b"\0\0"))[0]),
        (0x00000800, "US", NO_DATA_SET), (0x00000900, "US", 0), (0x00001000, "UI", text(0x1000))))


class Play:
    def __init__(self, address, rng, source):
        self.rng, self.answers, self.is_open = rng, Answers(), True
        self.socket = socket.create_connection(address, PATIENCE, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self, seconds):
        """Takes what comes within the time; False where nothing does."""
        if not self.is_open or not select.select([self.socket], [], [], seconds)[0]:
            return False
        try:
            more = self.socket.recv(1 << 16)
        except ConnectionError:
            more = b""
        self.is_open = bool(more)
        self.answers.take(more)
        return True

    def send(self, raw):
        """What is sent while nobody reads may wait for ever: so what comes is taken meanwhile."""
        self.socket.setblocking(False)
        while raw and self.is_open:
            readable, writable, _ = select.select([self.socket], [self.socket], [], PATIENCE)
            if readable:
                self.receive(0)
            elif writable:
                try:
                    raw = raw[self.socket.send(raw):]
                except ConnectionError:
                    self.is_open = False
            else:
                raise Found("neither read from nor closed in %d s" % PATIENCE)

    def answer_stores(self, mutates):
        while self.answers.requests:
            context, fields = self.answers.requests.pop(0)
            if fields.get(0x0100) != b"\x01\x00" or fields.get(0x0800) == struct.pack("<H", NO_DATA_SET):
                continue
            message = stored(context, fields)
            if mutates and self.rng.random() < 0.1:
                in_trees(message.command, self.rng, [([], 0, message.command[0])])
            for one in to_pdus(message, self.rng):
                self.send(one.bytes())

    def wait_for_end(self, mutates=False):
        end = time.monotonic() + PATIENCE
        while self.is_open and time.monotonic() < end:
            self.receive(1)
            self.answer_stores(mutates)
        if self.is_open:
            raise Found("not ended in %d s after the last byte" % PATIENCE)

    def run(self, pdus, is_answered, ending, mutates):
        """`is_answered`: waits a little for an answer to each PDU; else all are sent at once."""
        try:
            for place, raw in enumerate(pdus if is_answered else [b"".join(pdus)]):
                self.send(raw)
                if is_answered and place < 20 and self.receive(0.02):
                    self.answer_stores(mutates)
            self.end(ending, mutates)
        finally:
            self.socket.close()

    def end(self, ending, mutates):
        if ending == "reset":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif ending == "abort":
            self.send(ABORT)
        elif ending == "drip":
            for byte in b"\4\0\0\0\1\0" + b"x" * 60:
                self.send(bytes([byte]))
                if not self.is_open:
                    return
                self.receive(0.2)
            raise Found("a PDU of five bytes a second was not given up")
        if ending in ("shut", "abort") and self.is_open:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:  # it went first
                self.is_open = False
        if ending in ("shut", "abort", "silence", "wait"):
            self.wait_for_end(mutates)
