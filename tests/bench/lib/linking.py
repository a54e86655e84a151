"""Linking studies to patient cards: what tests/bench/persons.py makes is brought into a system by the front door, and what
came out is compared with the truth. The SQL is in tests/bench/link."""
import json
import os
import subprocess
import sys
import time

BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
WORKERS = 2
METHODS = ["pgpacs", "exact", "exact or of the year", "trigram"]


def make(folder, persons, studies):
    """Writes persons, cards and studies there."""
    subprocess.run([sys.executable, os.path.join(BENCH, "persons.py"), folder, "--persons", str(persons), "--studies", str(studies)],
                   check=True, stdout=subprocess.DEVNULL)


def _start(peer, script, user="postgres", folder=None, **variables):
    command = peer.psql(user)
    for name, value in variables.items():
        command += ["-v", "%s=%s" % (name, value)]
    return subprocess.Popen(command + ["-f", os.path.join(BENCH, "link", script + ".sql")], cwd=folder, stdout=subprocess.PIPE, text=True,
                            env=dict(os.environ, PGPASSFILE=peer.pgpass))


def _finish(script, sessions):
    answers = [session.communicate()[0] for session in sessions]
    if any(session.returncode != 0 for session in sessions):
        sys.exit("tests/bench/link/%s.sql failed" % script)
    return answers


def run(peer, script, **variables):
    """What a script of the DBA answered."""
    return _finish(script, [_start(peer, script, **variables)])[0]


def _at_once(peer, script, user):
    """Seconds that all workers took together."""
    began = time.monotonic()
    _finish(script, [_start(peer, script, user, worker=n, workers=WORKERS) for n in range(WORKERS)])
    return time.monotonic() - began


def bring_in(peer, folder):
    """Cards first, then studies. How many there are, and the seconds that they took."""
    run(peer, "tables", folder=folder)
    cards, studies = (int(peer.sql("select count(*) from bench." + table)) for table in ("card", "study"))
    card_seconds = _at_once(peer, "cards", "demo_card_feed")
    settle(peer)
    study_seconds = _at_once(peer, "studies", "demo_gateway")
    peer.sql("vacuum analyze")
    return {"cards": cards, "studies": studies, "card_seconds": card_seconds, "study_seconds": study_seconds}


def settle(peer):
    """Cards that have come may be of studies that are there, which the job of each minute sees to in small portions."""
    while int(peer.sql("select pacs_internal.relink(20000)")):
        pass
    # Not of tables that are empty yet: plans that are kept would be made for empty ones.
    peer.sql("vacuum analyze pacs_data.card, pacs_data.person, pacs_data.link_due")


def compare(peer, methods, searches=10000):
    """Of each method what it did, beside the truth; of pg_trgm about as many studies as `searches`."""
    run(peer, "answers")
    every = dict.fromkeys(methods, 1)
    if "trigram" in methods:
        every["trigram"] = max(1, int(peer.sql("select count(*) from bench.verdict")) // searches)
        run(peer, "exact")
        run(peer, "trigram", every=every["trigram"])
        run(peer, "choice")
    return [json.loads(run(peer, "figures", method=method, every=every[method])) for method in methods]
