"""An AE that takes objects and is asked whether it keeps them (PS3.4 annex J, the SCP), on plain sockets.

TITLE PORT MODE [INSTANCE…]   serves until it is killed, and prints each question: its transaction and its number of
references. MODE says what it does then: `report`: tells the result on an association of its own, in which the instances
that are named have failed; `silent`: never tells; `refuse`: refuses the question; `early`, `at_once`: tells on the
association that asked, before or after it answers the question there."""
import sys
import threading

import retrieve_peer
from commitment_peer import *

N_ACTION, N_EVENT_REPORT = 0x0130, 0x0100
PROCESSING_FAILURE, NO_SUCH_OBJECT = 0x0110, 0x0112


def sequence(number, items):
    return data_element(8, number, b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(i)) + i for i in items))


class Keeper:
    def __init__(self, title, port, mode, failing):
        self.title, self.mode, self.failing = title, mode, set(failing)
        self.taker = retrieve_peer.Taker(int(port), self.answer, lambda sop_class, syntaxes: (
            peer.IMPLICIT if sop_class == COMMITMENT else syntaxes[0]))

    def answer(self, number, association, context, fields):
        if struct.unpack("<H", fields[0x0100])[0] != N_ACTION:
            return False
        question = dict(parse(association.data))
        references = [dict(parse(item)) for _, item in parse(question[0x00081199])]
        print(text(question[0x00081195]), len(references), flush=True)
        information = self.information(question[0x00081195], references)
        status = PROCESSING_FAILURE if self.mode == "refuse" else 0
        if self.mode == "early":
            self.tell(association, context, information)
        association.send_pdvs(context, peer.command_set(
            peer.element(0x0002, peer.uid(COMMITMENT)), peer.element(0x0100, u16(N_ACTION | 0x8000)),
            peer.element(0x0120, fields[0x0110]), peer.element(0x0800, u16(0x0101)), peer.element(0x0900, u16(status)),
            peer.element(0x1000, peer.uid(INSTANCE))), True)
        if self.mode == "at_once":
            self.tell(association, context, information)
        if self.mode == "report":
            threading.Thread(target=self.report, args=(information,)).start()
        return True

    def information(self, transaction, references):
        both = {True: [], False: []}
        for fields in references:
            has_failed = text(fields[0x00081155]) in self.failing
            both[has_failed].append(data_element(8, 0x1150, fields[0x00081150]) + data_element(8, 0x1155, fields[0x00081155]) +
                                    (data_element(8, 0x1197, u16(NO_SUCH_OBJECT)) if has_failed else b""))
        self.event = 2 if both[True] else 1
        return (data_element(8, 0x1195, transaction) + (sequence(0x1198, both[True]) if both[True] else b"") +
                (sequence(0x1199, both[False]) if both[False] else b""))

    def tell(self, association, context, information):
        association.send_pdvs(context, peer.command_set(
            peer.element(0x0002, peer.uid(COMMITMENT)), peer.element(0x0100, u16(N_EVENT_REPORT)), peer.element(0x0110, u16(1)),
            peer.element(0x0800, u16(1)), peer.element(0x1000, peer.uid(INSTANCE)), peer.element(0x1002, u16(self.event))), True)
        association.send_pdvs(context, information, False)

    def report(self, information):
        user = peer.item(0x51, struct.pack(">I", 131072)) + peer.item(0x52, b"1.2.3.4") + retrieve_peer.scp_role(COMMITMENT)
        association = peer.Association([(COMMITMENT, [peer.IMPLICIT])], calling=self.title, user=user)
        self.tell(association, 1, information)
        print("the report is answered with %04X" % association.status()[0], flush=True)
        association.release()


if __name__ == "__main__":
    keeper = Keeper(*sys.argv[1:4], sys.argv[4:])
    threading.Event().wait()
