"""C-FIND measured: what a peer took for its queries, and whether its answers are what they should be."""
import os
import statistics
import sys
import tempfile

import machine
from processes import cpu_seconds, snapshot
from queries import write

CALLING = "FINDSCU"


def ask(bench, peer, queries, seconds):
    """All of them on one association; a result for each kind, plain and with counts."""
    with tempfile.NamedTemporaryFile() as file:
        write(queries, file.name)
        machine.wait_until_quiet(bench.patience)
        cpu, own, usage = cpu_seconds(peer.roots(), snapshot()), os.times(), machine.Usage()
        groups = bench.load_lines(peer, ["find", "--calling", CALLING, "--seconds", str(seconds), file.name])
        after = os.times()
        by_us = cpu_seconds(peer.roots(), snapshot()) - cpu + sum(after[:4]) - sum(own[:4])
        others = round(usage.by_others(by_us), 3)
    for group in groups:
        group.update(peer=peer.name, associations=1, others=others, kind=group.pop("group"))
        group["ms"] = statistics.median(group["us"]) / 1000
    return groups


def show(groups):
    for group in groups:
        print("     %-8s %-24s %9.2f ms, %5.0f hits%s" % (
            group["peer"], group["kind"], group["ms"], statistics.mean(group["responses"]),
            "  (others used %.1f cores)" % group["others"] if group["others"] >= machine.QUIET else ""), file=sys.stderr, flush=True)


class Answers:
    """What is wrong with those of a peer. `hits`: what each query shall find there."""

    def __init__(self, queries, hits):
        self._of_kind, self._hits = {}, {}
        for query, count in zip(queries, hits):
            self._of_kind.setdefault(query.kind, []).append(query)
            self._hits.setdefault(query.kind, []).append(count)

    def wrong_numbers(self, group):
        """Queries that found another number of studies than they should."""
        return sum(found != wanted for found, wanted in zip(group["responses"], self._hits[self._kind(group)]))

    def too_few(self, group):
        return sum(found < wanted for found, wanted in zip(group["responses"], self._hits[self._kind(group)]))

    def empty(self, group):
        """Attributes that were asked for and had no value, for each response."""
        with_counts = group["kind"].endswith(" +")
        asked = len(self._of_kind[self._kind(group)][0].asked(with_counts))
        responses = sum(group["responses"])
        return asked - sum(group["values"]) / responses if responses else 0

    @staticmethod
    def _kind(group):
        return group["kind"].removesuffix(" +")
