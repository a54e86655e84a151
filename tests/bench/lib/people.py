"""The persons of a hospital's town, by households, and their stays in it."""
import datetime
from typing import NamedTuple

from hospital import AMBULANCE, INTENSIVE, REFERRERS, WARDS
from names import Name, called, one_of

DAY = 24 * 60
FIRST_DAY, LAST_DAY = (datetime.date(year, month, day).toordinal() for year, month, day in ((2021, 1, 1), (2025, 12, 31)))
END = (LAST_DAY + 1) * DAY  # the moment at which all is looked at
# Of a household's members, how many have been in the hospital.
PATIENTS = 0.8
STAYS = (0.62, 0.23, 0.10, 0.05)
URGENT = 0.35
NO_DOCUMENT = 0.06
SINGLE, WITH_GRANDPARENT, SAME_SURNAME, TWINS, NAMED_AFTER_FATHER = 0.30, 0.20, 0.85, 0.015, 0.04
CHILDREN = (0.20, 0.35, 0.33, 0.12)


class Person(NamedTuple):
    number: int
    household: int
    sex: str
    name: Name
    russian: Name
    international: str
    born: int  # a day, as date.toordinal() counts
    document: str
    address: str
    is_patient: bool


class Stay:
    __slots__ = ("person", "admitted", "discharged", "free_before", "free_after", "ward_in", "ward_out", "is_urgent",
                 "referred_by", "number", "year")


def share(random, shares):
    """The place of one of shares that are 1 together."""
    drawn = random.random()
    for place, part in enumerate(shares):
        drawn -= part
        if drawn < 0:
            return place
    return len(shares) - 1


def between(random, low, high):
    return low + int(random.random() * (high - low + 1))


def moment(minutes):
    day = datetime.date.fromordinal(minutes // DAY)
    return "%s %02d:%02d" % (day.isoformat(), minutes % DAY // 60, minutes % 60)


class Town:
    def __init__(self, names, random):
        self._names, self._random = names, random
        self._persons = self._households = 0
        self._address = ""

    def namesakes(self, count):
        """Who live alone and are all called the same."""
        names = self._names
        surname, given, father = names.surnames.rows[0], names.women.rows[0], names.men.rows[0]
        for _ in range(count):
            self._move_in()
            yield self._person("F", surname, given, father, self._birthday(18, 95), True)

    def household(self):
        self._move_in()
        random, names = self._random, self._names
        surname, man, grandfather = names.surname(random), names.men.pick(random), names.men.pick(random)
        born = self._birthday(20, 80)
        if random.random() < SINGLE:
            sex = "M" if random.random() < 0.4 else "F"
            given = man if sex == "M" else names.women.pick(random)
            return [self._person(sex, surname, given, grandfather, born)]
        hers = surname if random.random() < SAME_SURNAME else names.surname(random)
        mother_born = min(born + between(random, -5 * 365, 7 * 365), LAST_DAY - 18 * 365)
        members = [self._person("M", surname, man, grandfather, born),
                   self._person("F", hers, names.women.pick(random), names.men.pick(random), mother_born)]
        if born > LAST_DAY - 60 * 365 and random.random() < WITH_GRANDPARENT:
            before = born - between(random, 19 * 365, 38 * 365)
            if random.random() < 0.4:
                members.append(self._person("M", surname, grandfather, names.men.pick(random), before))
            else:
                members.append(self._person("F", surname, names.women.pick(random), names.men.pick(random), before))
        return members + self._children(surname, man, mother_born)

    def _children(self, surname, father, mother_born):
        random, names = self._random, self._names
        children, born = [], mother_born + between(random, 18 * 365, 34 * 365)
        for _ in range(share(random, CHILDREN)):
            for _ in range(2 if random.random() < TWINS else 1):
                if born < LAST_DAY - 30:
                    sex = "M" if random.random() < 0.51 else "F"
                    given = names.women.pick(random)
                    if sex == "M":
                        given = father if random.random() < NAMED_AFTER_FATHER else names.men.pick(random)
                    children.append(self._person(sex, surname, given, father, born))
            born += between(random, 400, 2500)
        return children

    def _move_in(self):
        random = self._random
        self._households += 1
        flat = ", кв. %d" % between(random, 1, 160) if random.random() < 0.6 else ""
        self._address = "вул. %s, буд. %d%s" % (one_of(self._names.streets, random), between(random, 1, 120), flat)

    def _birthday(self, youngest, oldest):
        return LAST_DAY - between(self._random, youngest * 365, oldest * 365)

    def _person(self, sex, surname, given, father, born, is_patient=None):
        self._persons += 1
        name, russian = called(surname, given, father, sex)
        if is_patient is None:
            is_patient = self._random.random() < PATIENTS
        return Person(self._persons, self._households, sex, name, russian, given.international, born, self._document(born),
                      self._address, is_patient)

    def _document(self, born):
        """A number of nobody else's: the factors have no divisor in common with the powers of ten."""
        if self._random.random() < NO_DOCUMENT:
            return ""
        if born > LAST_DAY - 14 * 365:
            return "І-БК %06d" % (self._persons * 367_739 % 1_000_000)
        if born < LAST_DAY - 28 * 365 and self._persons % 3 != 0:
            return "МЕ%06d" % (self._persons * 736_877 % 1_000_000)
        return "%09d" % (self._persons * 736_878_7 % 1_000_000_000)


def stays_of(person, random):
    first = max(FIRST_DAY, person.born)
    days = sorted(between(random, first, LAST_DAY) for _ in range(1 + share(random, STAYS)))
    stays, before = [], 0
    for day in days:
        stay = Stay()
        stay.person, stay.is_urgent = person, random.random() < URGENT
        stay.admitted = day * DAY + (between(random, 0, DAY - 1) if stay.is_urgent else between(random, 8 * 60, 15 * 60))
        if stay.admitted < before + 2 * DAY:
            stay.admitted = before + between(random, 2 * DAY, 40 * DAY)
        if stay.admitted >= END and stays:
            break
        stay.discharged = stay.admitted + 6 * 60 + min(int(random.expovariate(1 / (7 * DAY))), 60 * DAY)
        stay.free_before, stay.free_after = stay.admitted - before, 365 * DAY
        if stays:
            stays[-1].free_after = stay.free_before
        before = stay.discharged
        _place(stay, random)
        stays.append(stay)
    return stays


def _place(stay, random):
    age = (stay.admitted // DAY - stay.person.born) // 365
    wards = [ward for ward in WARDS if ward.takes(stay.person, age)]
    drawn = random.random() * sum(ward.share for ward in wards)
    for stay.ward_out in wards:
        drawn -= stay.ward_out.share
        if drawn < 0:
            break
    stay.ward_in = INTENSIVE if stay.is_urgent and random.random() < 0.3 else stay.ward_out.name
    stay.referred_by = AMBULANCE if stay.is_urgent else one_of(REFERRERS, random)


def number_cards(stays):
    """Numbers begin with 1 each year, in the order of admission."""
    stays.sort(key=lambda stay: (stay.admitted, stay.person.number))
    year = number = 0
    for stay in stays:
        of = datetime.date.fromordinal(stay.admitted // DAY).year
        number = number + 1 if of == year else 1
        year = of
        stay.number, stay.year = str(number), str(year)
