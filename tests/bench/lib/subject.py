"""What the subjects of the benchmark share: arguments, what is said of a run, medians."""
import argparse
import json
import os
import statistics
import sys
import time
from collections import defaultdict

import machine

SLICES = {"ct": 100, "small": 50}  # of a series
KINDS = {"ct": "CT, 529 KB", "small": "small, 6 KB"}


def read_arguments(description, command):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["measure", "table"])
    parser.add_argument("bench", help="folder of the run")
    parser.add_argument("--load", help="bench-load")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for a quiet machine")
    parser.add_argument("--seed", type=int, default=1, help="of the order of measurements")
    parser.add_argument("--quick", action="store_true", help="a tenth of it, to see that it works")
    parser.add_argument("--command", default=command, help="what made the figures")
    return parser.parse_args()


def describe_run(given):
    return {"machine": machine.describe(given.bench), "command": given.command, "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "versions": {package: machine.version(package) for package in ("orthanc", "orthanc-postgresql", "postgresql-15", "dcmtk")}}


def paragraph(figures, medians):
    """Of which run a table is."""
    return ("%s, `%s`: medians of %d measurements each, taken in random order; others used the machine during %d of %d.\n"
            "%s. PostgreSQL %s.\n" % (
                figures["date"], figures["command"], medians.repetitions(),
                sum(result["others"] >= machine.QUIET for result in figures["results"]), len(figures["results"]),
                figures["machine"], figures["versions"]["postgresql-15"]))


def show(result):
    print("     %-6s × %d  %-8s %8.1f/s %7.1f MB/s  CPU %6.2f s per 1,000  p50 %6.1f ms  p99 %6.1f ms%s" % (
        result["kind"], result["associations"], result["peer"], result["per_second"], result["mb_per_second"],
        result["cpu_per_1000"], result["p50_us"] / 1000, result["p99_us"] / 1000,
        "  (others used %.1f cores)" % result["others"] if result["others"] >= machine.QUIET else ""), file=sys.stderr, flush=True)


def save(given, subject, figures):
    os.makedirs(given.bench + "/results", exist_ok=True)
    with open("%s/results/%s.json" % (given.bench, subject), "w") as file:
        json.dump(figures, file, indent=1)


def load(given, subject):
    with open("%s/results/%s.json" % (given.bench, subject)) as file:
        return json.load(file)


class Medians:
    """Medians of a run: m("pgpacs", "ct", 4, "per_second") is the rate of pgpacs for CT over 4 associations."""

    def __init__(self, results):
        self._groups = defaultdict(list)
        for result in results:
            self._groups[result["peer"], result["kind"], result["associations"]].append(result)

    def __call__(self, peer, kind, associations, figure):
        return statistics.median(r[figure] for r in self._groups[peer, kind, associations])

    def repetitions(self):
        return min(len(group) for group in self._groups.values())
