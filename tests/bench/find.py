#!/usr/bin/python3
"""find.py measure BENCH [--quick] …: the same 20,000 studies sent to pgpacs, to Orthanc and, as many as it holds, to
DCMTK's dcmqrscp; then asked for by C-FIND, in random order; writes BENCH/results/find.json.
find.py table BENCH: that file as Markdown."""
import os
import random
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from finding import Answers, ask, show
from measure import Bench
from peers import read_peers
from queries import NAMES, by_date, by_key, by_name, choose, count_hits
from subject import Medians, describe_run, load, paragraph, read_arguments, save
from table import markdown, ratio

PEERS = {"pgpacs": "pgpacs", "orthanc": "Orthanc", "dcmqrscp": "dcmqrscp"}
STUDIES = 20000
OF_DCMQRSCP = 500  # DB_UpperMaxStudies of DCMTK 3.6.7: what comes after drives out the oldest
NAMES_HERE = {"Latin": NAMES, "Cyrillic": NAMES}
SECONDS = 3  # for the queries of a kind, of one run
AIMS = {"patient ID": 1, "study UID": 1, "accession number": 1, "a week": 3, "modality and month": 3, "name prefix, Latin": 12,
        "name prefix, Cyrillic": 12, "name infix, Latin": 25, "name infix, Cyrillic": 25}  # milliseconds
WITH_COUNTS = 2  # × as much


def first_studies(count):
    """The condition of those that have the lowest numbers, which their accession numbers are."""
    return "accession_number < 'A%09d'" % count


def send(bench, peer, count):
    associations = 1 if peer.name == "dcmqrscp" else 4
    bench.load_lines(peer, ["store", "--associations", str(associations), "--count", str(count), "--slices", "1",
                            "--first-study", "0"] + bench.templates("study"))
    if peer.database:
        peer.sql("vacuum analyze")


def check(peer, groups, answers):
    """Of pgpacs nothing may be wrong; of others it is written down."""
    for group in groups:
        group["wrong"], group["empty"] = answers.wrong_numbers(group), answers.empty(group)
        if peer == "pgpacs" and (group["wrong"] or group["empty"]):
            sys.exit("pgpacs: %d of %d queries by %s found another number of studies, %.1f attributes had no value" % (
                group["wrong"], len(group["us"]), group["kind"], group["empty"]))


def compare(ours, others):
    """Where a peer names as many studies as pgpacs, it must name the same."""
    for a, b in zip(sorted(ours, key=lambda g: g["kind"]), sorted(others, key=lambda g: g["kind"])):
        for counts, uids in zip(zip(a["responses"], b["responses"]), zip(a["studies"], b["studies"])):
            if len(set(counts)) == 1 and len(set(uids)) == 2:
                sys.exit("pgpacs and Orthanc name other studies by " + a["kind"])


def measure(given):
    random.seed(given.seed)
    peers = read_peers(given.bench)
    bench = Bench(given.load, given.bench + "/objects", 1, given.patience)
    figures = describe_run(given)
    studies = STUDIES // (10 if given.quick else 1)
    for name in PEERS:
        send(bench, peers[name], min(studies, OF_DCMQRSCP) if name == "dcmqrscp" else studies)
    few = first_studies(OF_DCMQRSCP)
    queries = choose(peers["pgpacs"], [by_key(peers["pgpacs"], few), by_date(peers["pgpacs"]), by_name(peers["pgpacs"], NAMES_HERE)])
    answers = {name: Answers(queries, [query.hits for query in queries]) for name in PEERS}
    answers["dcmqrscp"] = Answers(queries, count_hits(peers["pgpacs"], queries, few))
    figures.update(studies=studies, results=[], hits={})
    for query in queries:
        figures["hits"].setdefault(query.kind, []).append(query.hits)
    for name in PEERS:  # what is done once only: pages of programs, connections, plans
        ask(bench, peers[name], queries, 0)
    for _ in range(1 if given.quick else given.repeat):
        found = {name: ask(bench, peers[name], queries, SECONDS) for name in random.sample(list(PEERS), len(PEERS))}
        for name in PEERS:
            check(name, found[name], answers[name])
            show(found[name])
            figures["results"] += found[name]
        compare(found["pgpacs"], found["orthanc"])
    save(given, "find", figures)


def milliseconds(value):
    return "%.2f" % value if value < 10 else "%.1f" % value if value < 100 else "%.0f" % value


def reached(m, kind):
    plain, counts = (m("pgpacs", kind + more, 1, "ms") for more in ("", " +"))
    return ["%d" % AIMS[kind], "yes" if plain <= AIMS[kind] else "**no**",
            "%.1f" % (counts / plain), "yes" if counts <= WITH_COUNTS * plain else "**no**"]


def rows(m, figures):
    for kind in AIMS:
        ms = {name: [m(name, kind + more, 1, "ms") for more in ("", " +")] for name in PEERS}
        yield ([kind, "%.0f" % statistics.median(figures["hits"][kind])] +
               [milliseconds(ms["pgpacs"][0])] + reached(m, kind)[:2] + [milliseconds(ms["pgpacs"][1])] + reached(m, kind)[2:] +
               [milliseconds(value) for value in ms["orthanc"] + ms["dcmqrscp"]] + [ratio(ms["orthanc"][0], ms["pgpacs"][0])])


def differences(results):
    """What peers answer otherwise, a line each."""
    for name in PEERS:
        for kind in AIMS:
            groups = [r for r in results if r["peer"] == name and r["kind"].removesuffix(" +") == kind]
            wrong, asked = sum(g["wrong"] for g in groups), sum(len(g["us"]) for g in groups)
            if wrong:
                yield "%s, %s: %d of %d queries find another number of studies than the standard's matching" % (PEERS[name], kind, wrong, asked)
        for more, what in (("", "without counts"), (" +", "with counts")):
            empty = max(r["empty"] for r in results if r["peer"] == name and r["kind"].endswith(" +") == bool(more))
            if empty:
                yield "%s, %s: %.0f of the attributes asked for are left empty" % (PEERS[name], what, empty)


def table(given):
    figures = load(given, "find")
    m = Medians(figures["results"])
    print(paragraph(figures, m) + "Orthanc %s with its PostgreSQL index %s, dcmqrscp of DCMTK %s.\n" % tuple(
        figures["versions"][package] for package in ("orthanc", "orthanc-postgresql", "dcmtk")))
    print("%d studies; of them dcmqrscp holds the first %d, which is its limit. Milliseconds to the last response.\n" % (
        figures["studies"], min(OF_DCMQRSCP, figures["studies"])))
    print(markdown(["by", "studies found", "pgpacs", "at most", "reached", "with counts", "× without", "reached",
                    "Orthanc", "with counts", "dcmqrscp", "with counts", "× Orthanc"], list(rows(m, figures))))
    notes = list(differences(figures["results"]))
    print("\n".join("- %s." % note for note in notes) if notes else "All answer alike.")


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench find")
    measure(arguments) if arguments.what == "measure" else table(arguments)
