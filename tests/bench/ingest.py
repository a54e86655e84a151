#!/usr/bin/python3
"""ingest.py measure BENCH [--quick] …: objects sent by C-STORE to pgpacs, to Orthanc, and to what only writes and
syncs them, in random order; writes BENCH/results/ingest.json. Run as root, who sees all processes.
ingest.py table BENCH: that file as Markdown."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from measure import Bench
from peers import read_peers
from sizes import database_bytes, instances
from subject import KINDS, SLICES, Medians, describe_run, load, paragraph, read_arguments, save, show
from table import markdown, ratio

PEERS = ["pgpacs", "orthanc", "limit"]
ASSOCIATIONS = [1, 4, 8]
COUNTS = {"ct": 800, "small": 3200}
SERIES_OF_200 = 10


def measure_kind(bench, peers, kind, given):
    """Every peer with every number of associations, again and again."""
    results = []
    count = COUNTS[kind] // (10 if given.quick else 1)
    for _ in range(1 if given.quick else given.repeat):
        for associations in ASSOCIATIONS:
            for name in random.sample(PEERS, len(PEERS)):
                slices = min(SLICES[kind], -(-count // associations))
                result = bench.store(peers[name], kind, associations, count, slices)
                show(result)
                results.append(result)
    return results


def series_bytes(bench, peer):
    """Database bytes of an instance in series of 200 slices, each in a study of its own."""
    bytes_before, count_before = database_bytes(peer), instances(peer)
    bench.store(peer, "ct", 4, 200 * SERIES_OF_200, 200)
    return (database_bytes(peer) - bytes_before) / (instances(peer) - count_before)


def measure(given):
    random.seed(given.seed)
    peers = read_peers(given.bench)
    bench = Bench(given.load, given.bench + "/objects", 1, given.patience)
    figures = describe_run(given)
    for name in PEERS:  # what is done once only: pages of programs, connections, first folders
        bench.store(peers[name], "ct", 8, 80, 10)
    figures["series_bytes"] = {n: series_bytes(bench, peers[n]) for n in ("pgpacs", "orthanc")}
    figures["results"] = measure_kind(bench, peers, "ct", given)
    figures["run_bytes"] = {n: database_bytes(peers[n]) / instances(peers[n]) for n in ("pgpacs", "orthanc")}
    figures["results"] += measure_kind(bench, peers, "small", given)
    save(given, "ingest", figures)


def rates(m):
    rows = []
    for kind in COUNTS:
        for n in ASSOCIATIONS:
            ours, orthanc, limit = (m(peer, kind, n, "per_second") for peer in PEERS)
            rows.append([KINDS[kind], n, "%.0f" % ours, "%.0f" % orthanc, "%.0f" % limit, ratio(ours, orthanc),
                         "%.2f" % (ours / limit), "%.0f" % m("pgpacs", kind, n, "mb_per_second")] +
                        ["%.1f / %.1f" % (m(p, kind, n, "p50_us") / 1000, m(p, kind, n, "p99_us") / 1000) for p in ("pgpacs", "orthanc")])
    return markdown(["object", "associations", "pgpacs /s", "Orthanc /s", "limit /s", "× Orthanc", "of the limit",
                     "pgpacs MB/s", "pgpacs p50 / p99 ms", "Orthanc p50 / p99 ms"], rows)


def costs(m):
    rows = []
    for kind in COUNTS:
        for n in ASSOCIATIONS:
            cpu = [m(peer, kind, n, "cpu_per_1000") for peer in PEERS]
            rows.append([KINDS[kind], n] + ["%.2f" % seconds for seconds in cpu] + [ratio(cpu[1], cpu[0])] +
                        ["%.0f" % m(p, kind, n, "memory_mb") for p in ("pgpacs", "orthanc")] +
                        ["%.0f" % m(p, kind, n, "daemon_mb") for p in ("pgpacs", "orthanc")])
    return markdown(["object", "associations", "CPU s per 1,000: pgpacs", "Orthanc", "limit", "× less than Orthanc",
                     "memory MB (PSS), PostgreSQL included: pgpacs", "Orthanc", "peak MB of the daemon alone: pacsd", "Orthanc"], rows)


def aims(m, figures):
    rate = lambda peer, kind: m(peer, kind, 4, "per_second")
    cpu = {peer: m(peer, "ct", 4, "cpu_per_1000") for peer in PEERS}
    daemon = max(m("pgpacs", kind, 8, "daemon_mb") for kind in COUNTS)
    wanted = [
        ("CT, 4 associations, × Orthanc", 3.5, rate("pgpacs", "ct") / rate("orthanc", "ct"), "%.1f", True),
        ("small, 4 associations, × Orthanc", 6, rate("pgpacs", "small") / rate("orthanc", "small"), "%.1f", True),
        ("CT, 4 associations, of the limit", 0.5, rate("pgpacs", "ct") / rate("limit", "ct"), "%.2f", True),
        ("CPU of CT, 4 associations, × less than Orthanc", 4.9 / 1.2, cpu["orthanc"] / cpu["pgpacs"], "%.1f", True),
        ("CPU s per 1,000 CT, 4 associations", 1.2, cpu["pgpacs"], "%.2f", False),
        ("database bytes per CT instance, series of 200", 1500, figures["series_bytes"]["pgpacs"], "%.0f", False),
        ("database bytes per CT instance, whole run", 1500, figures["run_bytes"]["pgpacs"], "%.0f", False),
        ("peak MB of pacsd, 8 associations", 200, daemon, "%.0f", False),
    ]
    rows = [[name, ("at least " if more else "at most ") + form % aim, form % got, "yes" if (got >= aim) == more else "**no**"]
            for name, aim, got, form, more in wanted]
    return markdown(["aim", "wanted", "measured", "reached"], rows)


def table(given):
    figures = load(given, "ingest")
    m = Medians(figures["results"])
    sizes = "; ".join("%s %.0f in series of 200 slices, %.0f over the whole run" % (
        name, figures["series_bytes"][peer], figures["run_bytes"][peer]) for peer, name in (("pgpacs", "pgpacs"), ("orthanc", "Orthanc")))
    print(paragraph(figures, m), "Orthanc %s with its PostgreSQL index %s.\n" % (
        figures["versions"]["orthanc"], figures["versions"]["orthanc-postgresql"]), sep="")
    print(rates(m), costs(m), "Database bytes per CT instance, indexes included, the audit trail aside: %s.\n" % sizes,
          aims(m, figures), sep="\n")


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench ingest")
    measure(arguments) if arguments.what == "measure" else table(arguments)
