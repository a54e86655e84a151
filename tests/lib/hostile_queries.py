"""The hostile peers of tests/e2e/hostile_queries.sh."""
import os
import sys
import time

from retrieve_peer import *

FIND, COMMIT = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.1.20.1"
SOP_CT = "1.2.840.10008.5.1.4.1.1.2"
PORT, TAKER, PID = int(os.environ["PORT"]), int(os.environ["TAKER"]), os.environ["PID"]
CONTEXTS = {"C-FIND": (1, 0x0020, FIND), "C-MOVE": (3, C_MOVE_RQ, MOVE), "C-GET": (5, C_GET_RQ, GET), "N-ACTION": (7, 0x0130, COMMIT)}
STUDY = part10(os.environ["CT"] + "/" + sorted(os.listdir(os.environ["CT"]))[0])[3]
e = implicit_element
NESTED = (struct.pack("<HHI", 0x40, 0x275, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF))


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words, flush=True)


def threads():
    return len(os.listdir("/proc/%s/task" % PID))


def associate(syntax=IMPLICIT, slow=False):
    """With all services, and CT where it is got."""
    user = item(0x51, struct.pack(">I", 131072)) + item(0x52, b"1.2.3.4") + scp_role(SOP_CT)
    services = [(c[2], [syntax]) for c in CONTEXTS.values()] + [(VERIFICATION, [IMPLICIT]), (SOP_CT, [EXPLICIT])]
    a = Association(services, calling="HOSTILE", port=PORT, user=user)
    if slow:
        a.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return a


def request(service, *more, message_id=1):
    context, field, sop_class = CONTEXTS[service]
    elements = [element(0x0002, uid(sop_class)), element(0x0100, struct.pack("<H", field)), element(0x0110, struct.pack("<H", message_id))]
    if service == "C-MOVE":
        elements.append(element(0x0600, b"TAKER "))
    elements += [element(0x0700, b"\0\0"), element(0x0800, b"\1\0")]
    if service == "N-ACTION":
        elements = [element(0x0003, uid(sop_class)), *elements[1:3], element(0x0800, b"\1\0"),
                    element(0x1001, uid(sop_class + ".1")), element(0x1008, b"\1\0")]
    return command_set(*elements, *more)


def ask(a, service, identifier):
    context = CONTEXTS[service][0]
    a.send_pdvs(context, request(service), True)
    a.send_pdvs(context, identifier, False)


def final(a):
    """The status of the last response; objects that come meanwhile are taken."""
    while True:
        context, fields, _ = message(a)
        if us(fields, 0x0100) == C_STORE_RQ:
            a.send_pdvs(context, store_rsp(fields), True)
        elif us(fields, 0x0900) not in (0xFF00, 0xFF01):
            return us(fields, 0x0900)


def ends(act, within):
    """Whether the daemon ends the association, or the connection, in time."""
    began = time.time()
    try:
        act()
    except (Ended, OSError) as end:
        return not isinstance(end, TimeoutError) and time.time() - began < within
    return False


def study_uid():
    at = STUDY.index(b"\x20\0\x0d\0")
    length = struct.unpack("<H", STUDY[at + 6:at + 8])[0]
    return STUDY[at + 8:at + 8 + length].rstrip(b"\0").decode()


CT = study_uid()
level = lambda text: e(8, 0x52, text)
before = threads()
a = associate()
SERVICES = [name for name, c in CONTEXTS.items() if c[0] in a.accepted]
rule("asked for and had: " + ", ".join(SERVICES), {"C-FIND", "C-MOVE", "C-GET"} <= set(SERVICES))
for service in SERVICES[:3]:
    ask(a, service, identifier("STUDY", study="1.2.3"))
    rule("%s of nothing: 0000" % service, final(a) == 0)
a.release()

# Command sets
for service in SERVICES:
    context, field, sop_class = CONTEXTS[service]
    for words, data in (
            ("640 KB of nested sequences", NESTED.replace(struct.pack("<HH", 0x40, 0x275), struct.pack("<HH", 0, 0x1005)) * 40000),
            ("nested sequences after a sound beginning", request(service) + NESTED * 3000),
            ("more than 64 KB", request(service, element(0x0600, b"A" * 70000))),
            ("an element longer than the rest", request(service) + struct.pack("<HHI", 0, 0x1031, 0x7FFFFFFF)),
            ("half an element", request(service)[:-5]),
            ("a data set's element", request(service) + struct.pack("<HHI", 8, 0x52, 6) + b"STUDY "),
            ("no command field", command_set(element(0x0110, b"\1\0"), element(0x0800, b"\1\0"))),
            ("nothing", b"")):
        def act():
            a = associate()
            a.send_pdvs(context, data, True)
            a.read_command()
        rule("a command set of %s on the context of %s ends the association" % (words, service), ends(act, 6))

# Identifiers: a status, and the association goes on
big_list = e(0x20, 0xD, ("\\".join("1.2.826.0.1.3680043.10.1.4301.%d" % n for n in range(100000))).encode())
short = lambda group, number, vr, value: struct.pack("<HH", group, number) + vr + struct.pack("<H", len(value)) + value
long = lambda group, number, vr, value: struct.pack("<HH", group, number) + vr + struct.pack("<HI", 0, len(value)) + value
explicit_level = short(8, 0x52, b"CS", b"STUDY ")
implicit = {
    "nothing": b"", "text": b"Whom it may concern: I should like all studies of March. ", "cut short": identifier("STUDY", study=CT)[:-5],
    "5,000 nested sequences": level("STUDY") + NESTED * 5000, "an unknown level": level("WARD") + e(0x20, 0xD, CT.encode() + b"\0"),
    "two levels": level("STUDY\\SERIES"), "a level of 10,000 characters": level("STUDY" * 2000), "the other root's level": level("PATIENT"),
    "no key": level("SERIES"), "a study UID that is none": level("IMAGE") + e(0x20, 0xD, "no such; drop table study -- "),
    "elements twice": identifier("STUDY", study=CT) * 2, "elements backwards": e(0x20, 0xD, "1.2") + level("STUDY"),
    "a group of commands": e(0, 0x0100, "x") + level("STUDY"), "file meta information": e(2, 0x10, "1.2") + level("STUDY"),
    "NULs and controls": level("STUDY") + e(0x10, 0x10, b"\0\1\2\x1b$B\xff\xfe\n'\"%s") + e(0x20, 0xD, "1.2"),
    "a million backslashes": level("STUDY") + e(0x20, 0xD, b"\\" * 1000000),
}
explicit = {
    "a level that is a sequence": long(8, 0x52, b"SQ", b""), "a level that is binary": long(8, 0x52, b"OB", b"STUDY "),
    "a date that is a sequence": explicit_level + long(8, 0x20, b"SQ", b""), "a date that is numbers": explicit_level + short(8, 0x20, b"US", b"\1\2\3\4"),
    "a name that is a float": explicit_level + short(0x10, 0x10, b"FD", b"\0" * 7 + b"\x7f"), "a UID that is binary": explicit_level + long(0x20, 0xD, b"OB", b"\1\2"),
    "a UID that is a time": explicit_level + short(0x20, 0xD, b"TM", b"no such day "), "a count that is text": explicit_level + short(0x20, 0x1206, b"LO", b"many"),
    "a float that is no number": explicit_level + short(0x18, 0x9087, b"FD", b"\xff" * 8), "a tag that is half": explicit_level + short(0x28, 9, b"AT", b"\1\2"),
    "a VR that is none": explicit_level + short(0x10, 0x20, b"ZZ", b"HOSTILE*"), "no VR": explicit_level + e(0x10, 0x20, "HOSTILE"),
}
for service in SERVICES:
    heard = {}
    for syntax, identifiers in ((IMPLICIT, implicit), (EXPLICIT, explicit)):
        a = associate(syntax)
        for words, data in identifiers.items():
            ask(a, service, data)
            try:
                status = final(a)
            except (Ended, OSError) as end:
                rule("%s with %s is answered (%s)" % (service, words, end), False)
            heard.setdefault(status, []).append(words)
            rule("%s with %s: %04X, and the association goes on" % (service, words, status), a.echo(9) == 0)
        a.release()
    # What a query may be is the archive's to say where it can be read; that it cannot be is not.
    refused = set(heard.get(0xA900, []) + heard.get(0xC000, []) + heard.get(0x0110, []) + heard.get(0x0115, []))
    wanted = {"nothing", "text", "cut short", "5,000 nested sequences", "an unknown level", "two levels", "a level of 10,000 characters"}
    rule("%s refuses what is no identifier" % service, wanted <= refused)
    began = time.time()
    a = associate()
    ask(a, service, level("STUDY") + big_list)
    status = final(a)
    rule("%s with 100,000 UIDs: %04X after %.1f s" % (service, status, time.time() - began), time.time() - began < 20)
    a.release()

# A byte a second
for service in SERVICES:
    def dribble(is_command):
        a = associate()
        context = CONTEXTS[service][0]
        if not is_command:
            a.send_pdvs(context, request(service), True)
        a.socket.sendall(struct.pack(">BBI", 4, 0, 60000) + struct.pack(">IBB", 59996, context, 1 if is_command else 0))
        for _ in range(20):
            a.socket.sendall(b"\0")
            time.sleep(0.5)
        a.read_command()
    rule("%s: a command set of two bytes a second is given up" % service, ends(lambda: dribble(True), 9))
    rule("%s: an identifier of two bytes a second as well" % service, ends(lambda: dribble(False), 9))
    def silent():
        a = associate()
        a.send_pdvs(CONTEXTS[service][0], request(service), True)
        a.read_command()
    rule("%s: a command without its data set is given up" % service, ends(silent, 9))

# Who asks and does not listen
many_keys = level("STUDY") + e(0x10, 0x20, "HOSTILE") + e(0x20, 0xD, "") + b"".join(e(0x40, 0x1000 + 2 * n, "") for n in range(400))


def long_answer(a, service):
    if service == "C-FIND":
        ask(a, service, many_keys)
    else:
        ask(a, service, identifier("STUDY", study=CT))


assert wait_for(lambda: threads() <= before)
for service in ("C-FIND", "C-GET"):
    stalled = [associate(slow=True) for _ in range(6)]
    for a in stalled:
        long_answer(a, service)
    began = time.time()
    other = associate()
    rule("%s: with six who read nothing another is served" % service, other.echo(9) == 0)
    other.release()
    are_gone = wait_for(lambda: threads() <= before, 15)
    rule("%s: who asks and reads nothing is given up after %.1f s" % (service, time.time() - began), are_gone)
    for a in stalled:
        a.socket.close()
    a = associate(slow=True)
    long_answer(a, service)
    began = time.time()
    while time.time() - began < 30 and threads() > before:
        try:
            if not a.socket.recv(1):
                break
        except OSError:
            break
        time.sleep(1)
    rule("%s: who reads a byte a second is given up after %.0f s" % (service, time.time() - began), wait_for(lambda: threads() <= before, 1))
    a.socket.close()

# Who goes away in the middle
for service in ("C-FIND", "C-GET", "C-MOVE"):
    taker = Taker(TAKER, lambda number, a, context, fields: time.sleep(0.05)) if service == "C-MOVE" else None
    for i in range(20):
        a = associate()
        long_answer(a, service)
        for _ in range(i % 5):
            context, fields, _ = message(a)
            if us(fields, 0x0100) == C_STORE_RQ:
                a.send_pdvs(context, store_rsp(fields), True)
        if i % 2:
            a.abort()
        else:
            a.socket.close()
    rule("%s: 20 who go away in the middle leave no thread" % service, wait_for(lambda: threads() <= before, 15))
    if taker:
        taker.close()

# Who asks again before the answer, and cancels what never was
for service in SERVICES[:3]:
    def twice():
        a = associate()
        for n in range(200):
            a.send_pdvs(CONTEXTS[service][0], request(service, message_id=n), True)
            a.send_pdvs(CONTEXTS[service][0], many_keys if service == "C-FIND" else identifier("STUDY", study=CT), False)
        while True:
            a.read_pdu()
    rule("%s: 200 requests at once end the association" % service, ends(twice, 15))
a = associate()
for n in range(2000):
    a.send_pdvs(1, cancel_rq(n), True)
rule("2,000 C-CANCELs of nothing are no fault", a.echo(9) == 0)
a.release()

# Destinations
listener = socket.create_server(("127.0.0.1", TAKER))
began = time.time()
a = associate()
ask(a, "C-MOVE", identifier("STUDY", study=CT))
status = final(a)
rule("C-MOVE to one that takes a connection and says nothing: %04X after %.1f s" % (status, time.time() - began), status == 0xA702 and time.time() - began < 20)
a.release()
listener.close()


def deaf(number, a, context, fields):
    a.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    time.sleep(20)
    raise Ended("deaf")


taker = Taker(TAKER, deaf)
began = time.time()
a = associate()
ask(a, "C-MOVE", identifier("STUDY", study=CT))
status = final(a)
rule("C-MOVE to one that stops reading: %04X after %.1f s" % (status, time.time() - began), status == 0xA702 and time.time() - began < 20)
a.release()
taker.close()

rule("no thread is left", wait_for(lambda: threads() <= before, 10))
