#!/usr/bin/python3
"""retrieve.py measure BENCH [--quick] …: a CT of 200 slices had back by C-MOVE and C-GET from pgpacs, Orthanc and DCMTK's
dcmqrscp, in random order, and from pgpacs over 64 associations of which 8 stall; writes BENCH/results/retrieve.json.
retrieve.py table BENCH: that file as Markdown."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from measure import Bench
from peers import read_peers
from subject import Medians, describe_run, load, paragraph, read_arguments, save
from table import markdown, ratio

PEERS = ["pgpacs", "orthanc", "dcmqrscp"]
HOW = {"move": "C-MOVE", "get": "C-GET"}
CALLING = {"move": "MOVESCU", "get": "GETSCU"}
STUDIES, SLICES, SERIES = 2, 100, 2
TIMES = 3  # that a measurement asks for each
CROWD, STALLED = 56, 8
SINK_PORT = os.environ.get("BENCH_SINK_PORT", "")


def send_studies(bench, peer):
    """The same studies to each, by the same numbers."""
    bench.load_lines(peer, ["store", "--associations", "1", "--count", str(STUDIES * SLICES * SERIES), "--slices", str(SLICES),
                            "--series", str(SERIES), "--first-study", "0"] + bench.templates("ct"))


def ask_for(how, studies):
    arguments = [how, "--calling", CALLING[how]] + studies
    return arguments + (["--destination", "SINK", "--sink-port", SINK_PORT] if how == "move" else [])


def retrieve(bench, peer, how, studies):
    result = bench.least_disturbed(peer, lambda: ask_for(how, studies * TIMES))
    if result["objects"] != TIMES * len(studies) * SLICES * SERIES:
        sys.exit("%s gave %d objects" % (peer.name, result["objects"]))
    return dict(result, kind=how)


def crowd(bench, peer, studies, stalled, seconds):
    options = ["--associations", str(CROWD), "--stalled", str(stalled), "--seconds", str(seconds)]
    return dict(bench.least_disturbed(peer, lambda: ask_for("get", studies) + options), kind="stalled %d" % stalled)


def show(result):
    print("     %-10s × %-2d %-8s %8.1f/s %7.1f MB/s  CPU %6.2f s per 1,000" % (
        result["kind"], result["associations"], result["peer"], result["per_second"], result["mb_per_second"],
        result["cpu_per_1000"]), file=sys.stderr, flush=True)
    return result


def measure(given):
    random.seed(given.seed)
    peers = read_peers(given.bench)
    bench = Bench(given.load, given.bench + "/objects", 1, given.patience)
    figures = describe_run(given)
    peers["pgpacs"].sql("insert into pacs.remote_ae (ae_title, host, port) values ('SINK', '127.0.0.1', %s)" % SINK_PORT)
    for name in PEERS:
        send_studies(bench, peers[name])
    studies = peers["pgpacs"].sql("select study_instance_uid from pacs_data.study order by accession_number").split()
    for name in PEERS:  # what is done once only: connections, pages of programs, files into the cache
        for how in HOW:
            bench.load_lines(peers[name], ask_for(how, studies))
    figures["results"] = []
    for _ in range(1 if given.quick else given.repeat):
        for how in HOW:
            for name in random.sample(PEERS, len(PEERS)):
                figures["results"].append(show(retrieve(bench, peers[name], how, studies)))
        for stalled in random.sample([0, STALLED], 2):
            figures["results"].append(show(crowd(bench, peers["pgpacs"], studies, stalled, 2 if given.quick else 8)))
    save(given, "retrieve", figures)


def rates(m):
    rows = []
    for how, name in HOW.items():
        ours, orthanc, dcmqrscp = (m(peer, how, 1, "per_second") for peer in PEERS)
        rows.append([name, "%.0f" % ours, "%.0f" % orthanc, "%.0f" % dcmqrscp, ratio(ours, orthanc), "at least 2.0",
                     "yes" if ours >= 2 * orthanc else "**no**", ratio(ours, dcmqrscp), "more than 1.0",
                     "yes" if ours > dcmqrscp else "**no**", "%.0f" % m("pgpacs", how, 1, "mb_per_second")] +
                    ["%.2f" % m(peer, how, 1, "cpu_per_1000") for peer in PEERS])
    return markdown(["by", "pgpacs /s", "Orthanc /s", "dcmqrscp /s", "× Orthanc", "wanted", "reached", "× dcmqrscp", "wanted", "reached",
                     "pgpacs MB/s", "CPU s per 1,000: pgpacs", "Orthanc", "dcmqrscp"], rows)


def stalling(m):
    alone, beside = (m("pgpacs", "stalled %d" % n, CROWD, "per_second") for n in (0, STALLED))
    least = [m("pgpacs", "stalled %d" % n, CROWD, "least") for n in (0, STALLED)]
    loss = 100 * (1 - beside / alone)
    return markdown(["C-GET over %d associations" % CROWD, "/s", "beside %d that stall, /s" % STALLED, "lost, %", "wanted", "reached",
                     "objects of the slowest association", "beside those that stall"],
                    [["CT, 529 KB", "%.0f" % alone, "%.0f" % beside, "%.1f" % loss, "under 10", "yes" if loss < 10 else "**no**"] +
                     ["%.0f" % n for n in least]])


def table(given):
    figures = load(given, "retrieve")
    m = Medians(figures["results"])
    print(paragraph(figures, m) + "Orthanc %s with its PostgreSQL index %s, dcmqrscp of DCMTK %s.\n" % tuple(
        figures["versions"][package] for package in ("orthanc", "orthanc-postgresql", "dcmtk")))
    print(rates(m), stalling(m), sep="\n")


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench retrieve")
    measure(arguments) if arguments.what == "measure" else table(arguments)
