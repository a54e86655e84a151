"""What is drawn by the table of rates, and how often that was possible and happened."""
from typing import NamedTuple


class Rate(NamedTuple):
    key: str   # group.kind
    rate: float  # None: what the others of its group leave
    of: str
    words: str


class Rates:
    """`errors` has what happened since it was last emptied."""

    def __init__(self, table, random):
        self._random = random
        self._table = table
        self._rates = {row.key: row.rate for row in table}
        self._groups = {}
        for row in table:
            self._groups.setdefault(row.key.split(".")[0], []).append(row.key)
        self._usual = {key for key, rate in self._rates.items() if rate is None}
        self.could = dict.fromkeys(self._rates, 0)
        self.did = dict.fromkeys(self._rates, 0)
        self.errors = []

    def happens(self, key, is_possible=True):
        if not is_possible:
            return False
        self.could[key] += 1
        if self._random.random() >= self._rates[key]:
            return False
        self._note(key)
        return True

    def choose(self, group, impossible=()):
        """One kind of a group whose rates are 1 together; what was drawn but is impossible becomes the usual one."""
        drawn, chosen = self._random.random(), None
        for key in self._groups[group]:
            if key not in impossible:
                self.could[key] += 1
            rate = self._rates[key]
            if rate is None:
                usual = key
                continue
            if chosen is None and 0 <= drawn < rate:
                chosen = key
            drawn -= rate
        if chosen is None or chosen in impossible:
            chosen = usual
        self._note(chosen)
        return chosen.split(".")[1]

    def _note(self, key):
        self.did[key] += 1
        if key not in self._usual:
            self.errors.append(key)

    def rows(self):
        """key, of, stated ('' for the rest), possible, happened, found, words"""
        for row in self._table:
            could, did = self.could[row.key], self.did[row.key]
            yield [row.key, row.of, "" if row.rate is None else "%.4f" % row.rate, could, did,
                   "%.4f" % (did / could) if could else "", row.words]
