"""Patient ID, issuer and accession number as a console has them."""
from names import one_of
from slips import transposed

HOSPITAL, OTHER_ISSUER = "LIKARNIA", "RIS"
PREFIXES, SUFFIXES = ("IB", "IX", "N", "#", "KT", "00"), ("A", "-1", " 2", "/1", "X")


def card_number(stay):
    return stay.number + "/" + stay.year


def own_number(person):
    """Of a numbering that has nothing to do with cards: the same for all studies of a person."""
    return str(100_000 + person.number * 7919 % 900_000)


def type_patient_id(stay, stays, rates, random):
    number, impossible = stay.number, []
    if len(set(number)) < 2:
        impossible.append("id.transposed")
    if len(number) < 2:
        impossible.append("id.digit_missing")
    kind = rates.choose("id", impossible)
    if kind == "transposed":
        return transposed(number, random) + "/" + stay.year
    if kind == "digit_missing":
        at = int(random.random() * len(number))
        return number[:at] + number[at + 1:] + "/" + stay.year
    return _KINDS[kind](stay, stays, random)


def _short_year(stay, _, random):
    return stay.number + one_of("/-", random) + stay.year[2:]


def _letter_for_digit(stay, _, random):
    whole = card_number(stay)
    if "1" in whole and random.random() < 0.3:
        return whole.replace("1", one_of("lI", random), 1)
    return whole.replace("0", "O", 1)


def _affix(stay, _, random):
    whole = card_number(stay)
    return one_of(PREFIXES, random) + whole if random.random() < 0.6 else whole + one_of(SUFFIXES, random)


def _of_another(stay, stays, random):
    other = stay
    while other.person is stay.person:
        other = one_of(stays, random)
    return card_number(other)


_KINDS = {
    "exact": lambda stay, _, random: card_number(stay),
    "short_year": _short_year,
    "year_lost": lambda stay, _, random: stay.number,
    "letter_for_digit": _letter_for_digit,
    "affix": _affix,
    "other_numbering": lambda stay, _, random: own_number(stay.person),
    "of_another": _of_another,
    "empty": lambda stay, _, random: "",
}


def type_issuer(rates):
    return {"hospital": HOSPITAL, "missing": "", "other": OTHER_ISSUER}[rates.choose("issuer")]


def order_number(serial):
    """Of the radiology department's own orders: says nothing of a card."""
    return "%08d" % (serial * 7_368_787 % 100_000_000)


def type_accession(stay, serial, rates, random):
    kind = rates.choose("accession")
    if kind == "card":
        return stay.number + one_of(("", "/" + stay.year, "-" + stay.year[2:]), random)
    return order_number(serial) if kind == "order" else ""
