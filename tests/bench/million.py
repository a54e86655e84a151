#!/usr/bin/python3
"""million.py measure BENCH [--quick] …: makes a million instances in one system, then sends objects to it and to an
empty one, in random order; writes BENCH/results/million.json. Run as root, who sees all processes.
million.py table BENCH: that file as Markdown."""
import os
import random
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from measure import Bench
from objects import read_template
from peers import read_peers
from sizes import database_bytes
from subject import KINDS, SLICES, Medians, describe_run, load, paragraph, read_arguments, save, show
from table import markdown

PEERS = ["million", "empty"]
ASSOCIATIONS = 4
COUNTS = {"ct": 800, "small": 3200}
STUDIES, SLICES_OF_STUDY = 5000, 200
WORKERS = 2
PIXEL_BYTES = 512 * 512 * 2


def start_worker(peer, bench, number, studies):
    _, fields, data_set = read_template(bench + "/objects/ct-0.object")
    header = data_set[:-PIXEL_BYTES]
    variables = {
        "first": number * studies, "studies": studies, "slices": SLICES_OF_STUDY, "header": header.hex(),
        "places": "\n".join("%s %d %d" % field for field in fields), "pixels": "{%d,%d}" % (len(header), PIXEL_BYTES)}
    command = peer.psql("demo_gateway")
    for name, value in variables.items():
        command += ["-v", "%s=%s" % (name, value)]
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "million.sql")
    return subprocess.Popen(command + ["-f", script], env=dict(os.environ, PGPASSFILE=peer.pgpass))


def fill(peer, bench, studies):
    """Seconds that it took."""
    began = time.monotonic()
    workers = [start_worker(peer, bench, i, studies // WORKERS) for i in range(WORKERS)]
    while any(worker.poll() is None for worker in workers):
        time.sleep(5)
        made = int(peer.sql("select coalesce(pg_sequence_last_value('pacs_data.instance_id_seq'), 0)"))
        print("     %d of %d instances, %.0f/s" % (made, studies * SLICES_OF_STUDY, made / (time.monotonic() - began)),
              file=sys.stderr, flush=True)
    if any(worker.returncode != 0 for worker in workers):
        sys.exit("the million could not be made")
    return time.monotonic() - began


def measure(given):
    random.seed(given.seed)
    peers = read_peers(given.bench)
    studies = STUDIES // (100 if given.quick else 1)
    figures = describe_run(given)
    figures["fill_seconds"] = fill(peers["million"], given.bench, studies)
    figures["instances"] = int(peers["million"].sql("select count(*) from pacs_data.instance"))
    figures["bytes"] = database_bytes(peers["million"]) / figures["instances"]
    for peer in peers.values():
        peer.sql("vacuum analyze")
        peer.sql("checkpoint")
    bench = Bench(given.load, given.bench + "/objects", 1, given.patience)
    for name in PEERS:
        bench.store(peers[name], "ct", ASSOCIATIONS, 80, 10)
    figures["results"] = []
    for _ in range(1 if given.quick else given.repeat):
        for kind, count in COUNTS.items():
            for name in random.sample(PEERS, len(PEERS)):
                result = bench.store(peers[name], kind, ASSOCIATIONS, count // (10 if given.quick else 1), SLICES[kind])
                show(result)
                figures["results"].append(result)
    save(given, "million", figures)


def table(given):
    figures = load(given, "million")
    m = Medians(figures["results"])
    rows = []
    for kind in COUNTS:
        rate = {name: m(name, kind, ASSOCIATIONS, "per_second") for name in PEERS}
        share = rate["million"] / rate["empty"]
        rows.append([KINDS[kind], ASSOCIATIONS, "%.0f" % rate["million"], "%.0f" % rate["empty"], "%.2f" % share, "at least 0.90",
                     "yes" if share >= 0.9 else "**no**"] +
                    ["%.2f" % m(name, kind, ASSOCIATIONS, "cpu_per_1000") for name in PEERS])
    print(paragraph(figures, m))
    print("%d instances were made in %.0f s; they need %.0f bytes of database each, the audit trail aside.\n" % (
        figures["instances"], figures["fill_seconds"], figures["bytes"]))
    print(markdown(["object", "associations", "/s with them", "/s when empty", "of the empty one's rate", "wanted", "reached",
                    "CPU s per 1,000 with them", "when empty"], rows))


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench million")
    measure(arguments) if arguments.what == "measure" else table(arguments)
