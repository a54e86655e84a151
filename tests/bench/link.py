#!/usr/bin/python3
"""link.py measure BENCH [--quick] …: 300,000 studies with the errors of people are linked to the cards of 100,000 persons, by
pgpacs and by simpler ways; then what a decision takes among a million cards. Writes BENCH/results/link.json.
link.py table BENCH: that file as Markdown."""
import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import machine
from linking import METHODS, bring_in, compare, make, run
from peers import read_peers
from subject import describe_run, load, read_arguments, save
from table import markdown

# Persons and studies: of the hospital, and of the one with a million cards.
HOSPITAL, MILLION = (100000, 300000), (640000, 100000)
DECISIONS = 10000
RIGHT, AUTOMATIC, FIRST, DECISION_MS, RELINK_SECONDS = 0.9995, 0.95, 0.99, 1.0, 120
TITLES = {"pgpacs": "pgpacs", "exact": "Patient ID is number/year", "exact or of the year": "the same, or the number and the study's year",
          "trigram": "pg_trgm"}


def bring_in_set(given, name, persons, studies):
    peer, folder = read_peers(given.bench)[name], os.path.join(given.bench, "persons-" + name)
    make(folder, persons, studies)
    os.chmod(folder, 0o755)
    figures = bring_in(peer, folder)
    print("     %(cards)d cards in %(card_seconds).0f s, %(studies)d studies in %(study_seconds).0f s" % figures, file=sys.stderr, flush=True)
    return peer, figures


def measure_cost(given, peer, part):
    machine.wait_until_quiet(given.patience)
    took = sorted(float(line) / 1000 for line in run(peer, "decide", count=DECISIONS // part).split())
    machine.wait_until_quiet(given.patience)
    return {"decisions": len(took), "median_ms": statistics.median(took), "mean_ms": statistics.mean(took),
            "p99_ms": took[len(took) * 99 // 100], "relink_seconds": float(run(peer, "relink"))}


def measure(given):
    part = 50 if given.quick else 1
    figures = describe_run(given)
    peer, figures["million"] = bring_in_set(given, "million", *(count // part for count in MILLION))
    figures["cost"] = measure_cost(given, peer, part)
    peer, figures["hospital"] = bring_in_set(given, "hospital", *(count // part for count in HOSPITAL))
    figures["methods"] = compare(peer, METHODS)
    figures["choice"] = dict(zip(("similarity", "is_dated_only", "is_within_only"), peer.sql(
        "select similarity, is_dated_only, is_within_only from bench.trigram_choice").split("|")))
    figures["errors"] = [line.split("|") for line in run(peer, "errors").splitlines()]
    save(given, "link", figures)


def percent(count, of, digits=1):
    return "%.*f %%" % (digits, 100 * count / of) if of else "–"


def reached(is_reached):
    return "yes" if is_reached else "**no**"


def compared(methods):
    for m in methods:
        yield [TITLES[m["method"]], percent(m["automatic_linkable"], m["linkable"]), percent(m["right"], m["automatic"], 3), m["other_card"],
               m["other_person"], m["strangers_linked"], percent(m["first"], m["rest"]), percent(m["first"] + m["later"], m["rest"]),
               percent(m["nothing"], m["rest"])]


def aims(figures):
    ours, cost, million = figures["methods"][0], figures["cost"], figures["million"]
    right, automatic = ours["right"] / max(1, ours["automatic"]), ours["automatic_linkable"] / ours["linkable"]
    first = ours["first"] / max(1, ours["rest"])
    yield ["automatic links that are right", percent(right, 1, 3), "at least 99.95 %", reached(right >= RIGHT)]
    yield ["linkable studies linked automatically", percent(automatic, 1), "at least 95 %", reached(automatic >= AUTOMATIC)]
    yield ["the right card first in the queue, of the rest", percent(first, 1), "at least 99 %", reached(first >= FIRST)]
    yield ["a decision among %d cards, mean" % million["cards"], "%.2f ms" % cost["mean_ms"], "at most 1 ms", reached(cost["mean_ms"] <= DECISION_MS)]
    yield ["%d studies linked again, on one core" % million["studies"], "%.0f s" % cost["relink_seconds"], "under 2 minutes",
           reached(cost["relink_seconds"] < RELINK_SECONDS)]


def trusted(choice):
    """Under which settings similarity of names links."""
    return ("from a similarity of %s%s%s" % (
        choice["similarity"], ", the birth date being the card's" if choice["is_dated_only"] == "t" else "",
        ", the study being made within the stay" if choice["is_within_only"] == "t" else ""))


def table(given):
    figures = load(given, "link")
    ours, trigram, cost, hospital = figures["methods"][0], figures["methods"][-1], figures["cost"], figures["hospital"]
    print("%s, `%s`.\n%s. PostgreSQL %s.\n" % (figures["date"], figures["command"], figures["machine"], figures["versions"]["postgresql-15"]))
    print(markdown(["pgpacs", "", "wanted", "reached"], list(aims(figures))))
    print("A decision takes %.2f ms in the median, and %.2f ms at the 99th percentile of %d.\n" % (
        cost["median_ms"], cost["p99_ms"], cost["decisions"]))
    print("%d studies, %d of them linkable to one of %d cards; %d of persons without a card, of whom pgpacs proposed a card for %d; %d of nobody "
          "knew whom, of which it linked %d and proposed cards for %d. They came in at %.0f a second over two sessions, decisions included.\n" % (
              ours["studies"], ours["linkable"], hospital["cards"], ours["strangers"], ours["strangers_asked"], ours["unknown"],
              ours["unknown_linked"], ours["unknown_asked"], hospital["studies"] / hospital["study_seconds"]))
    print(markdown(["linked by", "of the linkable", "right", "wrong: another card of the person", "wrong: another person's", "of these, persons without a card",
                    "of the rest: right card first", "right card proposed", "nothing proposed"], list(compared(figures["methods"]))))
    print("pg_trgm: similarity of names in a transliteration letter by letter, cards of the typed birth date first, the nearest stay of equal ones; "
          "it links %s: of all settings tried the one that links best by the truth, which a hospital does not know. It was asked about %d "
          "studies, evenly chosen, since a search by name alone takes too long for all.\n" % (trusted(figures["choice"]), trigram["studies"]))
    print("Linkable studies that pgpacs linked wrongly or did not put first, by the errors that most of them have:\n")
    print(markdown(["error", "studies", "linked wrongly", "nothing proposed", "right card not first", "right card first"], figures["errors"][:8]))


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench link")
    measure(arguments) if arguments.what == "measure" else table(arguments)
