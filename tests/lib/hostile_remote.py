"""Other PACS that we ask, behind one port: which of them is asked says the called AE title. HONEST is one that
behaves; each of the others has a way of its own not to. hostile_remote.py PORT FOLDER PORT_OF_PGPACS"""
import os
import socket
import struct
import sys
import threading
import time

from retrieve_peer import *

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
e = implicit_element
objects = []


def response(fields, status, has_data=False, **counts):
    numbers = {"remaining": 0x1020, "completed": 0x1021, "failed": 0x1022}
    return command_set(element(0x0002, fields[0x0002]), element(0x0100, struct.pack("<H", us(fields, 0x0100) | 0x8000)),
                       element(0x0120, fields[0x0110]), element(0x0800, b"\1\0" if has_data else b"\1\1"),
                       element(0x0900, struct.pack("<H", status)),
                       *(element(numbers[name], struct.pack("<H", counts[name])) for name in numbers if name in counts))


def values(data_set):
    """UIDs of a data set in explicit little endian: study, series."""
    found = []
    for tag in (b"\x20\0\x0d\0UI", b"\x20\0\x0e\0UI"):
        at = data_set.index(tag)
        found.append(data_set[at + 8:at + 8 + struct.unpack("<H", data_set[at + 6:at + 8])[0]].rstrip(b"\0").decode())
    return found


def study_of(title):
    """Each PACS that objects come from has a study of its own; LIAR has all."""
    studies = sorted({values(o[3])[0] for o in objects}, key=[values(o[3])[0] for o in objects].index)
    return studies[{"HONEST": 2, "GETFLOOD": 3}.get(title, 0)]


class Remote:
    """One association that we were asked for."""

    def __init__(self, connection):
        self.a = Association.__new__(Association)
        self.a.socket, self.a.max_pdu = connection, 131072
        connection.settimeout(60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self):
        try:
            _, self.request = self.a.read_pdu()
            self.title = self.request[4:20].decode().strip()
            if self.title.startswith("AC_"):
                return getattr(self, self.title.lower())()
            self.a.send_pdu(2, self.answer())
            while True:
                context, fields, data = message(self.a)
                {0x0020: self.find, C_MOVE_RQ: self.move, C_GET_RQ: self.get}[us(fields, 0x0100)](context, fields, data)
        except (Ended, OSError):
            pass
        finally:
            self.a.socket.close()

    def answer(self, syntax=None, number=lambda n: n, more=b""):
        contexts, user = b"", item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4")
        self.contexts = {}
        for kind, body in Association._items(self.request[68:]):
            if kind == 0x20:
                inner = [(k, v.decode().rstrip("\0")) for k, v in Association._items(body[4:])]
                self.contexts[next(v for k, v in inner if k == 0x30)] = body[0]
                # Objects are explicit, messages implicit.
                chosen = EXPLICIT if len(inner) > 4 else IMPLICIT
                contexts += item(0x21, bytes([number(body[0]), 0, 0, 0]) + item(0x40, (syntax or chosen).encode()))
            if kind == 0x50:
                user += b"".join(item(0x54, v) for k, v in Association._items(body) if k == 0x54)
        return self.request[:68] + item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + item(0x50, user) + more

    # A-ASSOCIATE-ACs ------------------------------------------------------------------------------------------

    def hold(self):
        """Until the other side ends it."""
        while self.a.socket.recv(65536):
            pass

    def ac_long(self):
        self.a.socket.sendall(struct.pack(">BBI", 2, 0, 0xFFFFFFF0))
        while True:
            self.a.socket.sendall(b"\x21\0\0\4\1\0\0\0" * 4096)

    def ac_dribble(self):
        for byte in struct.pack(">BBI", 2, 0, 500) + b"x" * 500:
            self.a.socket.sendall(bytes([byte]))
            time.sleep(0.2)

    def ac_wrong_ids(self):
        self.a.send_pdu(2, self.answer(number=lambda n: n + 100))
        self.hold()

    def ac_nested(self):
        deep = b"x"
        for _ in range(60):
            deep = item(0x50, deep)
        self.a.send_pdu(2, self.answer(more=deep))
        self.hold()

    def ac_syntax(self):
        self.a.send_pdu(2, self.answer(syntax="1.2.3.4.5"))
        self.hold()

    def ac_other_pdu(self):
        self.a.send_pdu(4, b"\0" * 100)
        self.hold()

    def ac_never(self):
        self.hold()

    # Services -------------------------------------------------------------------------------------------------

    def find_answer(self, context, fields, study, level="STUDY "):
        self.a.send_pdvs(context, response(fields, 0xFF00, True), True)
        self.a.send_pdvs(context, e(8, 0x52, level) + e(0x20, 0xD, uid(study)) + e(0x20, 0x1208, "2 "), False)

    def find(self, context, fields, data):
        if self.title == "SILENT":
            return self.hold()
        if self.title == "HALF":
            rest = response(fields, 0xFF00, True)
            self.a.send_pdvs(context, rest[:30], True, is_last=False)
            return self.hold()
        if self.title == "EMPTY":  # pieces of a command set with nothing in them
            while True:
                self.a.send_pdvs(context, b"", True, is_last=False)
                time.sleep(0.2)
        number = 0
        while self.title in ("FLOOD", "DRIP"):
            number += 1
            self.find_answer(context, fields, "1.2.3.%d" % number)
            if self.title == "DRIP":
                time.sleep(0.3)
        self.find_answer(context, fields, study_of(self.title))
        self.a.send_pdvs(context, response(fields, 0), True)

    def move(self, context, fields, data):
        while self.title in ("MOVER", "MOVEFLOOD"):
            self.a.send_pdvs(context, response(fields, 0xFF00, remaining=1, completed=1, failed=0), True)
            if self.title == "MOVER":
                time.sleep(0.2)
        wanted = [o for o in objects if values(o[3])[0] == study_of(self.title)]
        sender = Association([(wanted[0][0], [EXPLICIT])], calling=self.title, port=int(sys.argv[3]))
        for sop_class, instance, _, data_set in wanted:
            if sender.store(sop_class, instance, data_set)[0] != 0:
                raise Ended("not stored")
        sender.release()
        self.a.send_pdvs(context, response(fields, 0, completed=len(wanted), failed=0), True)

    def get(self, context, fields, data):
        """LIAR sends all that it has, whatever was asked for; GETFLOOD does so for ever."""
        sent = 0
        while sent == 0 or self.title == "GETFLOOD":
            for sop_class, instance, _, data_set in objects:
                store = self.contexts[sop_class]
                self.a.send_pdvs(store, store_rq(sop_class, instance), True)
                self.a.send_pdvs(store, data_set, False)
                message(self.a)
                sent += 1
        self.a.send_pdvs(context, response(fields, 0, completed=sent, failed=0), True)


if __name__ == "__main__":
    for folder, _, names in sorted(os.walk(sys.argv[2])):
        objects += [part10(folder + "/" + name) for name in sorted(names)]
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64) as server:
        while True:
            threading.Thread(target=Remote(server.accept()[0]).serve, daemon=True).start()
