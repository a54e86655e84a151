#!/usr/bin/python3
"""find_million.py measure BENCH [--quick] …: a million studies made in one system, then asked for by C-FIND; writes
BENCH/results/find_million.json.
find_million.py table BENCH: that file as Markdown."""
import os
import random
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from find import AIMS, SECONDS, WITH_COUNTS, milliseconds
from finding import Answers, ask, show
from measure import Bench
from peers import read_peers
from queries import NAMES, by_date, by_key, by_moment, by_name, choose
from subject import Medians, describe_run, load, paragraph, read_arguments, save
from table import markdown

STUDIES, WORKERS = 1000000, 2
# Each name of studies.sql in Cyrillic stands there as often romanized, and both are found.
NAMES_HERE = {"Latin": NAMES, "Cyrillic": NAMES // 2}
# A week and a month hold fifty times as many studies as among 20,000: the aim is for as many as were found there.
AIMS_HERE = {**{kind: AIMS[kind] for kind in AIMS if kind not in ("a week", "modality and month")},
             "a day's hours": AIMS["a week"], "modality and day": AIMS["modality and month"], "a week": None, "modality and month": None}


def start_worker(peer, number, studies):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "studies.sql")
    command = peer.psql("demo_gateway") + ["-v", "first=%d" % (number * studies), "-v", "studies=%d" % studies, "-f", script]
    return subprocess.Popen(command, env=dict(os.environ, PGPASSFILE=peer.pgpass))


def fill(peer, studies):
    """Seconds that it took."""
    began = time.monotonic()
    workers = [start_worker(peer, i, studies // WORKERS) for i in range(WORKERS)]
    while any(worker.poll() is None for worker in workers):
        time.sleep(5)
        made = int(peer.sql("select coalesce(pg_sequence_last_value('pacs_data.instance_id_seq'), 0)"))
        print("     %d of %d studies, %.0f/s" % (made, studies, made / (time.monotonic() - began)), file=sys.stderr, flush=True)
    if any(worker.returncode != 0 for worker in workers):
        sys.exit("the million studies could not be made")
    return time.monotonic() - began


def come_to_rest(peer):
    """Until all studies are complete: in a hospital that is a few a minute, here it would be measured as well."""
    while left := int(peer.sql("select count(*) from pacs_data.arrival")):
        print("     %d studies are still to be completed" % left, file=sys.stderr, flush=True)
        time.sleep(10)


def check(groups, answers):
    """All that the DBA's SQL finds must be found. Of names more may be: those that are spelled in the other alphabet."""
    for group in groups:
        if answers.too_few(group) or (answers.wrong_numbers(group) and not group["kind"].startswith("name ")):
            sys.exit("pgpacs: queries by %s found another number of studies" % group["kind"])


def measure(given):
    random.seed(given.seed)
    peer = read_peers(given.bench)["million"]
    bench = Bench(given.load, given.bench + "/objects", 1, given.patience)
    figures = describe_run(given)
    figures["fill_seconds"] = fill(peer, STUDIES // (100 if given.quick else 1))
    come_to_rest(peer)
    peer.sql("vacuum analyze")
    peer.sql("checkpoint")
    figures["studies"] = int(peer.sql("select count(*) from pacs_data.study"))
    queries = choose(peer, [by_key(peer, "true"), by_moment(peer), by_date(peer), by_name(peer, NAMES_HERE)])
    answers = Answers(queries, [query.hits for query in queries])
    ask(bench, peer, queries, 0)
    figures["results"] = []
    for _ in range(1 if given.quick else given.repeat):
        groups = ask(bench, peer, queries, SECONDS)
        check(groups, answers)
        show(groups)
        figures["results"] += groups
    save(given, "find_million", figures)


def rows(m, results):
    for kind, aim in AIMS_HERE.items():
        plain, counts = (m("million", kind + more, 1, "ms") for more in ("", " +"))
        hits = statistics.median(n for r in results if r["kind"] == kind for n in r["responses"])
        yield [kind, "%.0f" % hits, milliseconds(plain), aim or "–", "–" if aim is None else "yes" if plain <= aim else "**no**",
               milliseconds(counts), "%.1f" % (counts / plain), "yes" if counts <= WITH_COUNTS * plain else "**no**"]


def table(given):
    figures = load(given, "find_million")
    m = Medians(figures["results"])
    print(paragraph(figures, m))
    print("%d studies were made in %.0f s. Milliseconds to the last response.\n" % (figures["studies"], figures["fill_seconds"]))
    print(markdown(["by", "studies found", "pgpacs", "at most", "reached", "with counts", "× without", "reached"],
                   list(rows(m, figures["results"]))))


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench find_million")
    measure(arguments) if arguments.what == "measure" else table(arguments)
