"""The names of tests/bench/names, each with its Ukrainian and its Russian form. A list is in the order of frequency: the
weight of a rank is 1 / (rank + flatness), as Zipf says of names."""
import bisect
import csv
import itertools
import os
from typing import NamedTuple

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "names")
# Of persons, how many have one of the surnames of stems.csv and endings.csv, of which each is rare.
RARE_SURNAMES = 0.45


class Name(NamedTuple):
    surname: str
    given: str
    patronymic: str


class Surname(NamedTuple):
    man: str
    woman: str
    russian_man: str
    russian_woman: str


class Man(NamedTuple):
    ukrainian: str
    russian: str
    son: str
    daughter: str
    russian_son: str
    russian_daughter: str
    international: str


class Woman(NamedTuple):
    ukrainian: str
    russian: str
    international: str


def read(file, kind):
    with open(os.path.join(FOLDER, file), encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        head = next(rows)
        if head != list(kind._fields):
            raise ValueError("%s has the columns %s" % (file, head))
        return [kind(*row) for row in rows]


class Ranked:
    def __init__(self, rows, flatness):
        self.rows = rows
        self._sums = list(itertools.accumulate(1 / (rank + flatness) for rank in range(1, len(rows) + 1)))

    def pick(self, random):
        return self.rows[bisect.bisect_left(self._sums, random.random() * self._sums[-1])]


class _Stem(NamedTuple):
    ukrainian: str
    russian: str


class _Street(NamedTuple):
    street: str


class Names:
    def __init__(self):
        self.surnames = Ranked(read("surnames.csv", Surname), 20)
        self.stems, self.endings = read("stems.csv", _Stem), read("endings.csv", Surname)
        self.men = Ranked(read("men.csv", Man), 4)
        self.women = Ranked(read("women.csv", Woman), 4)
        self.streets = [row.street for row in read("streets.csv", _Street)]

    def surname(self, random):
        if random.random() >= RARE_SURNAMES:
            return self.surnames.pick(random)
        return self.compose(one_of(self.stems, random), one_of(self.endings, random))

    @staticmethod
    def compose(stem, ending):
        return Surname(stem.ukrainian + ending.man, stem.ukrainian + ending.woman,
                       stem.russian + ending.russian_man, stem.russian + ending.russian_woman)


def called(surname, given, father, sex):
    """The Ukrainian and the Russian name of the child of one father."""
    if sex == "M":
        return (Name(surname.man, given.ukrainian, father.son),
                Name(surname.russian_man, given.russian, father.russian_son))
    return (Name(surname.woman, given.ukrainian, father.daughter),
            Name(surname.russian_woman, given.russian, father.russian_daughter))


def one_of(rows, random):
    return rows[int(random.random() * len(rows))]
