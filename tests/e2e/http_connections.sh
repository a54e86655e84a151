# HTTP takes no more connections than it may, and leaves descriptors to what comes in.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

start_second_daemon --http-connections 4
trap 'stop_second_daemon; rm -rf "$scratch"' EXIT
second=$(cat "$second_pid")
read -r _ _ _ soft hard _ <<<"$(grep '^Max open files' "/proc/$second/limits")"
equal "$soft" "$hard" "pacsd may open as many files as the machine lets it"
PORT=$((PGPACS_HTTP_PORT + 1)) $python - <<'P'
import os, socket, sys, time

PORT = int(os.environ["PORT"])


def connect():
    s = socket.create_connection(("127.0.0.1", PORT), 10)
    return s


def ask(s, head, until_closed=False):
    """What comes back: to the end of the connection, or of the header and the text behind it."""
    s.sendall(head.encode() + b"\r\nHost: x\r\n\r\n")
    got = b""
    while until_closed or not got.endswith(b"\n") or b"\r\n\r\n" not in got:
        try:
            more = s.recv(65536)
        except ConnectionError:
            more = b""
        if not more:
            break
        got += more
    return got.decode()


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


held = [connect() for _ in range(4)]
rule("as many connections as allowed are served", all("200 OK" in ask(s, "GET /healthz HTTP/1.1") for s in held))
answer = ask(connect(), "GET /healthz HTTP/1.1", until_closed=True)
rule("one more hears 503 and is closed", answer.startswith("HTTP/1.1 503 ") and "Connection: close" in answer)
flood = [connect() for _ in range(200)]
time.sleep(0.5)
rule("a flood is not answered", sum(1 for s in flood if ask(s, "GET /healthz HTTP/1.1", until_closed=True) == "") >= 150)
rule("those that were there are served", all("200 OK" in ask(s, "GET /healthz HTTP/1.1") for s in held))
for s in held + flood:
    s.close()
deadline = time.time() + 10
while "200 OK" not in (answer := ask(connect(), "GET /healthz HTTP/1.1", until_closed=False)) and time.time() < deadline:
    time.sleep(0.1)
rule("once they are gone others are", "200 OK" in answer)
time.sleep(0.2)

for target in ("/%zz", "no-path", "/x?a=%"):
    answer = ask(connect(), "HEAD %s HTTP/1.1" % target, until_closed=True)
    head, body = answer.split("\r\n\r\n", 1)
    rule("HEAD of %s: 400 without a body, and the end" % target, head.startswith("HTTP/1.1 400 ") and "Connection: close" in head and body == "")
answer = ask(connect(), "GET /%zz HTTP/1.1", until_closed=True)
rule("GET of it: 400 with words, and the end", answer.startswith("HTTP/1.1 400 ") and "malformed" in answer)
P
rule "pacsd lives" second_daemon_is_running
