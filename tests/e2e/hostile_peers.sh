# Peers that mean no good, or are broken: each gets a rejection, an abort or a time-out; the others notice
# nothing, no thread, file or connection stays behind.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

"$generate" ct "$scratch/ct" --instances 1 --seed 1301 >/dev/null
start_second_daemon --association-timeout 2 --pdu-timeout 2 --idle-timeout 4 --max-associations 8
trap 'stop_second_daemon; rm -rf "$scratch"' EXIT

ACT=$scratch PGPACS_DIMSE_PORT=$second_port PID=$(cat "$second_pid") $python - <<'P'
import os, random, struct, subprocess, sys, time
from dicom_peer import *

folder = os.environ["ACT"] + "/ct/"
cls, inst, ts, ds = part10(folder + os.listdir(folder)[0])
pid = os.environ["PID"]
threads = lambda: len(os.listdir("/proc/%s/task" % pid))
echo = lambda: Association([(VERIFICATION, [IMPLICIT])], calling="ECHOSCU")
store = lambda: Association([(cls, [ts])])


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


def ended(act, within):
    """How and when the peer ended what `act` does."""
    began = time.time()
    try:
        act()
    except (Ended, OSError) as end:
        return time.time() - began < within
    return False


witness = echo()
before = threads()

nested = (struct.pack("<HHI", 8, 0x1140, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)) * 40000


def bomb():
    a = echo()
    a.send_pdvs(1, nested, True)
    a.status()


rule("a command set of 640 KB of nested sequences ends its association", ended(bomb, 5))


def long_command():
    a = echo()
    a.send_pdvs(1, element(0x0002, b"1" * 70000), True)
    a.status()


rule("one of more than 64 KB as well", ended(long_command, 5))


def silent_connection():
    s = socket.create_connection(("127.0.0.1", PORT))
    s.settimeout(20)
    if s.recv(1) == b"":
        raise Ended("closed")


rule("a connection that says nothing is closed in time", ended(silent_connection, 6))


def drip(sender, pause):
    def act():
        for byte in sender:
            sock.sendall(bytes([byte]))
            time.sleep(pause)
        if sock.recv(1) == b"":
            raise Ended("closed")
    sock = socket.create_connection(("127.0.0.1", PORT))
    sock.settimeout(20)
    return act


rule("an A-ASSOCIATE-RQ of a byte a second is given up", ended(drip(struct.pack(">BBI", 1, 0, 500) + b"x" * 500, 0.5), 15))


def slow_data():
    a = store()
    a.send_pdvs(1, store_rq(cls, inst), True)
    a.socket.sendall(struct.pack(">BBI", 4, 0, 60000) + struct.pack(">IBB", 59996 , 1, 0))
    for _ in range(30):
        a.socket.sendall(b"x")
        time.sleep(0.5)
    a.status()


rule("a data set of two bytes a second is given up", ended(slow_data, 15))


def idle():
    a = echo()
    a.status()


rule("an association that asks nothing is ended", ended(idle, 10))
try:
    witness.echo()
    rule("the witness's idle time is over too", False)
except Ended:
    pass
witness = echo()

for words, act in (
    ("a PDU longer than agreed", lambda a: a.send_pdu(4, b"\0" * 200000)),
    ("a PDU of unknown type", lambda a: a.send_pdu(99, b"\0" * 10)),
    ("a PDV longer than its PDU", lambda a: a.send_pdu(4, struct.pack(">IBB", 100000, 1, 3) + b"xx")),
    ("a PDV of length 0", lambda a: a.send_pdu(4, struct.pack(">IBB", 0, 1, 3))),
    ("a context that was never accepted", lambda a: a.send_pdvs(99, echo_rq(), True)),
    ("a data set without a command", lambda a: a.send_pdvs(1, ds, False)),
    ("a response that nobody asked for", lambda a: a.send_pdvs(1, command_set(element(0x0100, b"\x30\x80")), True)),
    ("a command without a field", lambda a: a.send_pdvs(1, command_set(element(0x0110, b"\1\0")), True)),
    ("a second A-ASSOCIATE-RQ", lambda a: a.send_pdu(1, b"\0" * 100)),
):
    def act_and_wait(act=act):
        a = store()
        act(a)
        a.status()
    rule(words + " ends the association", ended(act_and_wait, 6))


def flood():
    a = store()
    a.send_pdvs(1, ds, False)
    while True:
        a.send_pdu(4, struct.pack(">IBB", 60002, 1, 0) + b"x" * 60000)


def flood_after_release():
    a = store()
    a.send_pdu(5, b"\0" * 4)
    while True:
        a.send_pdu(4, struct.pack(">IBB", 60002, 1, 0) + b"x" * 60000)


def flood_after_rejection():
    raw = socket.create_connection(("127.0.0.1", PORT), 10)
    body = associate_rq([presentation_context(1, VERIFICATION, [IMPLICIT])], calling="NOBODY")
    data = struct.pack(">BBI", 1, 0, len(body)) + body
    try:
        while True:
            raw.sendall(data)
            data = struct.pack(">BBI", 4, 0, 60006) + struct.pack(">IBB", 60002, 1, 0) + b"x" * 60000
    except ConnectionError:
        raise Ended("closed")


# DCMTK would read each into 1 KB of its stack.
for flooding, words in ((flood, "what ends the association"), (flood_after_release, "its release"), (flood_after_rejection, "its rejection")):
    for _ in range(20):
        rule("large PDUs after %s end nothing else" % words, ended(flooding, 6) and witness.echo() == 0)

# DCMTK's own reader of PDVs goes astray here, and far beyond its buffer where a peer wants it to.
for sizes in ([10], [10, 30], [30, 2, 0, 7], [1] * 60):
    a = Association([(VERIFICATION, [IMPLICIT])], calling="ECHOSCU")
    a.send_in_one_pdu(1, echo_rq(), True, sizes)
    rule("a command in %d PDVs of one PDU is one command" % (len(sizes) + 1), a.status()[0] == 0)
    a.release()
a = store()
a.send_pdvs(1, store_rq(cls, inst), True)
a.send_pdvs(1, ds[:-5000], False, is_last=False)
a.send_in_one_pdu(1, ds[-5000:], False, [1000, 10, 2000])
rule("and so is a data set", a.status()[0] == 0)
a.release()
for words, lengths in (("more than there is", b"\xff\xff\xff\xff\1\3"), ("less than its own head", b"\0\0\0\1\1\3"), ("nothing", b"\0\0\0")):
    a = echo()
    a.send_pdu(4, struct.pack(">IBB", 4, 1, 1) + b"ab" + lengths)
    rule("a PDU whose second PDV says %s is aborted" % words, ended(a.status, 5))


def wrong_context_in_data():
    a = Association([(cls, [ts]), (VERIFICATION, [IMPLICIT])])
    a.send_pdvs(1, store_rq(cls, inst), True)
    a.send_pdvs(3, ds[:1000], False)
    a.status()


rule("a data set on another context than its command ends the association", ended(wrong_context_in_data, 5))

random.seed(1)
for _ in range(60):
    a = store()
    a.send_pdvs(1, store_rq(cls, inst), True)
    cut = random.randrange(1, len(ds))
    a.send_pdvs(1, ds[:cut], False, is_last=False)
    random.choice((a.abort, a.socket.close))()
rule("60 senders that go in the middle leave no thread", wait_for(lambda: threads() <= before + 1))

for _ in range(200):
    s = socket.create_connection(("127.0.0.1", PORT))
    s.sendall(bytes(random.randrange(256) for _ in range(random.randrange(1, 300))))
    s.close()
rule("200 connections of random bytes leave no thread", wait_for(lambda: threads() <= before + 1))
rule("the witness, open since before, is still served", witness.echo() == 0)
witness.release()



def memory():
    for line in open("/proc/%s/status" % pid):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


def ask(body):
    """How an A-ASSOCIATE-RQ is answered: the PDU, or None where the connection is closed."""
    with socket.create_connection(("127.0.0.1", PORT)) as s:
        s.settimeout(20)
        s.sendall(struct.pack(">BBI", 1, 0, len(body)) + body)
        answer = b""
        while len(answer) < 10:
            more = s.recv(10 - len(answer))
            if not more:
                return None
            answer += more
        return answer


invalid_parameter = bytes([7, 0, 0, 0, 0, 4, 0, 0, 2, 6])
sound = presentation_context(1, VERIFICATION, [IMPLICIT])
identity = item(0x58, bytes([1, 0]) + struct.pack(">H", 4) + b"name" + struct.pack(">H", 0))
false_length = item(0x20, bytes([1, 0, 0, 0]) + item(0x40, b"") * 16380 + b"\x40\0\0\1")
broken = {
    "whose last transfer syntax is longer than its context": associate_rq([false_length]),
    "that says 2,000 times who the user is": associate_rq([sound], user=identity * 2000),
    "of 129 presentation contexts": associate_rq([sound] * 129),
    "of a context without transfer syntax": associate_rq([presentation_context(1, VERIFICATION, [])]),
    "with two user informations": associate_rq([sound]) + item(0x50, item(0x52, b"1.2.3.4")),
    "that ends in an item": associate_rq([sound])[:-1],
}
for words, body in broken.items():
    rule("an A-ASSOCIATE-RQ %s is aborted: invalid PDU parameter" % words, ask(body) == invalid_parameter)
rule("one longer than 256 KB as well, as soon as it says so", ask(associate_rq([sound]) + item(0x77, b"x" * 60000) * 5) in (
    invalid_parameter, None))
rule("and a sound one that says who the user is is answered", ask(associate_rq([sound], user=identity))[0] == 2)
held_before = memory()
for _ in range(100):
    ask(broken["whose last transfer syntax is longer than its context"])
    ask(broken["that says 2,000 times who the user is"])
rule("200 broken A-ASSOCIATE-RQs leave no memory behind", memory() - held_before < 20000)

silent = []
for _ in range(100):
    try:
        silent.append(socket.create_connection(("127.0.0.1", PORT), 5))
    except OSError:
        break
rule("of 100 silent connections of one address 16 are kept", wait_for(lambda: threads() <= before + 17, 5))
other = Association([(VERIFICATION, [IMPLICIT])], calling="ECHOSCU", source="127.0.0.2")
rule("and a device at another address is served meanwhile", other.echo() == 0)
other.release()
for s in silent:
    s.close()

may_have = next(line.split()[2] for line in open("/proc/%s/limits" % pid) if line.startswith("Max processes"))
limit_threads = lambda most: subprocess.run(
    (["sudo", "-u"] if os.geteuid() else ["runuser", "-u"]) + ["pacsd", "--", "prlimit", "--pid", pid, "--nproc=%s:" % most],
    check=True)
limit_threads(1)
rule("where no thread can be made a connection is closed", ended(lambda: echo(), 5))
limit_threads(may_have)
rule("and the next one is served", wait_for(lambda: not ended(lambda: echo().release(), 5)))

wait_for(lambda: threads() < before)
held = [echo() for _ in range(8)]
try:
    echo()
    rule("the ninth association of eight is rejected", False)
except Ended as end:
    rule("the ninth association of eight is rejected for now: local limit exceeded", str(end) == "rejected 2/3/2")
for a in held:
    a.release()
rule("and its place is free again afterwards", wait_for(lambda: not ended(lambda: echo().release(), 1)))
P

rule "pacsd lives" second_daemon_is_running
equal "$(as_root find "$(realpath "$PGPACS_VAR")/store/incoming" -type f | wc -l)" 0 "no file is left behind"
equal "$(as_root ls "/proc/$(cat "$second_pid")/fd" | wc -l | awk '{print ($1 < 40)}')" 1 "no socket either"
lines=$(as_root grep -cE 'began with no A-ASSOCIATE-RQ|no association was asked for|too many are open| rejected: ' "$second_log")
rule "hundreds of connections that were refused are a few lines of the log" [ "$lines" -le 120 ]
rule "SIGTERM ends it" stop_second_daemon 10
