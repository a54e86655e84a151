"""Those who ask with C-FIND and are slow to take the answers, or to say that they want no more
(tests/e2e/slow_asker.sh). slow_asker.py answers | cancels"""
import os
import subprocess
import sys
import time

from retrieve_peer import *

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
PORT = int(os.environ["PORT"])
e = implicit_element
# Many keys make an answer long: 3 KB.
QUERY = e(8, 0x52, "STUDY") + e(0x10, 0x20, "SLOW") + e(0x20, 0xD, "") + b"".join(e(0x40, 0x1000 + 2 * n, "") for n in range(400))
ONE = e(8, 0x52, "STUDY") + e(0x10, 0x20, "SLOW") + e(0x20, 0xD, os.environ["UID_OF_ONE"])


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words, flush=True)


def sql(statement):
    return subprocess.run([os.environ["PSQL"], "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement], check=True, capture_output=True,
                          text=True).stdout.strip()


def cursors():
    """How many queries hold a transaction open."""
    return int(sql("select count(*) from pg_stat_activity where application_name = 'pacsd' and state <> 'idle' and query like 'fetch %'"))


def begin(room=4096):
    """A C-FIND of 5,000 answers, 16 MB, by one who has little room for them."""
    a = Association([(FIND, [IMPLICIT])], calling="SLOW", port=PORT, timeout=60)
    a.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    a.send_pdvs(1, find_rq(FIND), True)
    a.send_pdvs(1, QUERY, False)
    return a


def take(a, size, pause):
    """Reads so many bytes, again and again with a pause between; how many in all before the other side ends it."""
    taken = 0
    try:
        while True:
            some = a.socket.recv(size)
            if not some:
                return taken
            taken += len(some)
            time.sleep(pause)
    except OSError:
        return taken


def in_thread(act):
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def answers():
    for words, size, pause in (("takes a byte a second", 1, 1), ("takes 8 KB a second at most", 4096, 0.5)):
        slow = [begin() for _ in range(2)]
        readers = [in_thread(lambda a=a: take(a, size, pause)) for a in slow]
        rule("each who %s holds a connection of the two that queries have" % words, wait_for(lambda: cursors() == 2, 10))
        began = time.time()
        other = Association([(FIND, [IMPLICIT])], calling="SLOW", port=PORT, timeout=60)
        status, found = other.find(FIND, ONE)
        took = time.time() - began
        rule("another is served when they have used up their time: %d answer after %.1f s" % (len(found), took), status == 0 and len(found) == 1 and took < 15)
        other.release()
        rule("and nothing of theirs is open any more", wait_for(lambda: cursors() == 0, 10))
        for a in slow:
            a.socket.close()
        for reader in readers:
            reader.join(20)
    began = time.time()
    a = begin(1 << 16)
    count = 0
    for status, _ in a.find_answers():
        count += 1
        time.sleep(0.002)
    rule("who keeps moving gets all: %d answers, after %.0f s" % (count - 1, time.time() - began), status == 0 and count == 5001 and time.time() - began > 6)
    a.release()


def cancels():
    half = cancel_rq()
    cut = lambda a: a.socket.sendall(struct.pack(">BBI", 4, 0, len(half) + 6) + struct.pack(">IBB", len(half) + 2, 1, 3) + half[:20])
    piece = lambda a: a.send_pdvs(1, half[:20], True, is_last=False)

    def empty(a):
        piece(a)
        while True:
            a.send_pdvs(1, b"", True, is_last=False)
            time.sleep(0.2)

    for words, act in (("half a PDU", cut), ("half a command set", piece), ("half of one and then empty pieces", empty)):
        a = begin()
        for _ in range(3):
            message(a)
        began = time.time()

        def send():
            try:
                act(a)
            except OSError:
                pass
        sender = in_thread(send)
        reader = in_thread(lambda: take(a, 65536, 0))
        reader.join(15)
        rule("a C-CANCEL-RQ of %s ends the association after %.1f s" % (words, time.time() - began), not reader.is_alive())
        rule("and the query", wait_for(lambda: cursors() == 0, 5))
        a.socket.close()
        sender.join(5)


if __name__ == "__main__":
    {"answers": answers, "cancels": cancels}[sys.argv[1]]()
