"""An AE that asks for storage commitment and hears the result (PS3.4 annex J), on plain sockets.

ask TRANSACTION CLASS INSTANCE…   N-ACTION; the status, then an event where one comes on the association
listen PORT [TIMES [STATUS]]      takes so many associations with an N-EVENT-REPORT each, and answers with STATUS
An event is printed as: TYPE TRANSACTION safe=INSTANCE,… failed=INSTANCE:REASON,…"""
import os
import socket
import struct
import sys

import dicom_peer as peer

COMMITMENT, INSTANCE = "1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1"
CALLING = os.environ.get("CALLING", "STORESCU")


def u16(value):
    return struct.pack("<H", value)


def data_element(group, number, value):
    return struct.pack("<HHI", group, number, len(value)) + value


def references(sop_class, instances):
    items = []
    for instance in instances:
        name, _, own_class = instance.partition(":")
        body = data_element(8, 0x1150, peer.uid(own_class or sop_class)) + data_element(8, 0x1155, peer.uid(name))
        items.append(struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body)
    return data_element(8, 0x1199, b"".join(items))


def parse(data):
    """Elements of a data set in implicit little endian, as (tag, value)."""
    at = 0
    while at + 8 <= len(data):
        group, number, length = struct.unpack("<HHI", data[at:at + 8])
        yield group << 16 | number, data[at + 8:at + 8 + length]
        at += 8 + length


def text(value):
    return value.rstrip(b"\0 ").decode()


def describe(event_type, data):
    found = {"transaction": "", "safe": [], "failed": []}
    for tag, value in parse(data):
        if tag == 0x00081195:
            found["transaction"] = text(value)
        for _, item in parse(value) if tag in (0x00081198, 0x00081199) else ():
            fields = dict(parse(item))
            if tag == 0x00081199:
                found["safe"].append(text(fields[0x00081155]))
            else:
                found["failed"].append("%s:%04X" % (text(fields[0x00081155]), struct.unpack("<H", fields[0x00081197])[0]))
    return "%d %s safe=%s failed=%s" % (event_type, found["transaction"], ",".join(found["safe"]), ",".join(found["failed"]))


def read_data(association):
    data, is_last = bytearray(), False
    while not is_last:
        kind, body = association.read_pdu()
        if kind != 4:
            raise peer.Ended("PDU type %d" % kind)
        at = 0
        while at < len(body):
            length = struct.unpack(">I", body[at:at + 4])[0]
            data += body[at + 6:at + 4 + length]
            is_last = bool(body[at + 5] & 2)
            at += 4 + length
    return bytes(data)


def answer_event(association, fields, context=1, status=0):
    data = read_data(association)
    association.send_pdvs(context, peer.command_set(
        peer.element(0x0002, peer.uid(COMMITMENT)), peer.element(0x0100, u16(0x8100)), peer.element(0x0120, fields[0x0110]),
        peer.element(0x0800, u16(0x0101)), peer.element(0x0900, u16(status)), peer.element(0x1000, peer.uid(INSTANCE))), True)
    return describe(struct.unpack("<H", fields[0x1002])[0], data)


def action(association, information, instance=INSTANCE, action_type=1):
    association.send_pdvs(1, peer.command_set(
        peer.element(0x0003, peer.uid(COMMITMENT)), peer.element(0x0100, u16(0x0130)), peer.element(0x0110, u16(7)),
        peer.element(0x0800, u16(1)), peer.element(0x1001, peer.uid(instance)), peer.element(0x1008, u16(action_type))), True)
    association.send_pdvs(1, information, False)
    return association.read_command()


def ask(transaction, sop_class, *instances):
    association = peer.Association([(COMMITMENT, [peer.IMPLICIT])], calling=CALLING)
    fields = action(association, data_element(8, 0x1195, peer.uid(transaction)) + references(sop_class, instances))
    print("%04X" % struct.unpack("<H", fields[0x0900])[0], flush=True)
    association.socket.settimeout(float(os.environ.get("WAIT", "2")))
    try:
        print(answer_event(association, association.read_command()), flush=True)
    except socket.timeout:
        pass
    association.socket.settimeout(30)
    association.release()


class Accepted(peer.Association):
    """An association that was asked of us: its first context is accepted in implicit little endian, and its roles."""

    def __init__(self, accepted):
        self.socket = accepted
        self.socket.settimeout(30)
        kind, body = self.read_pdu()
        user = b""
        for item, value in self._items(body[68:]):
            if item == 0x50:
                user = b"".join(peer.item(0x54, v) for k, v in self._items(value) if k == 0x54)
        answer = body[:68] + peer.item(0x10, b"1.2.840.10008.3.1.1.1") + peer.item(
            0x21, bytes([1, 0, 0, 0]) + peer.item(0x40, peer.IMPLICIT.encode())) + peer.item(
                0x50, peer.item(0x51, struct.pack(">I", 131072)) + peer.item(0x52, b"1.2.3.4") + user)
        self.send_pdu(2, answer)

    def end(self):
        """By release, or by the abort of who did not get the answer that it wanted."""
        try:
            if self.read_pdu()[0] == 5:
                self.send_pdu(6, b"\0" * 4)
        except peer.Ended as ended:
            if str(ended) != "aborted":
                raise
        self.socket.close()


def listen(port, times="1", status="0"):
    with socket.create_server(("127.0.0.1", int(port))) as server:
        server.settimeout(60)
        for _ in range(int(times)):
            association = Accepted(server.accept()[0])
            print(answer_event(association, association.read_command(), status=int(status, 16)), flush=True)
            association.end()


if __name__ == "__main__":
    {"ask": ask, "listen": listen}[sys.argv[1]](*sys.argv[2:])
