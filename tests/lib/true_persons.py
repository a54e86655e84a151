"""true_persons.py FOLDER: ends with 0 where what tests/bench/persons.py wrote there is what it says."""
import collections
import csv
import datetime
import math
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench", "lib"))
from names import Man, Names, Surname, Woman

DEVIATIONS = 5
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
WORD = re.compile("[А-ЯЄІЇҐ][а-яєіїґё]*(’[а-яєіїґ]+)?")


def read(folder, name):
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def check(words, wrong):
    wrong = list(wrong)
    if wrong:
        sys.exit("FAILED: %s: %s and %d more" % (words, wrong[0], len(wrong) - 1))
    print("  " + words)


def empty_names(names):
    for ranked, kind, fewest in ((names.surnames, Surname, 400), (names.men, Man, 120), (names.women, Woman, 120)):
        if len(set(ranked.rows)) < fewest or len(set(ranked.rows)) < len(ranked.rows):
            yield "%d of %s" % (len(set(ranked.rows)), kind.__name__)
        for row in ranked.rows:
            words = [word for field, word in zip(kind._fields, row) if field != "international"]
            yield from (row for word in words if not WORD.fullmatch(word))


def strange_names(names, persons):
    """Whoever is called what the lists do not have."""
    surnames = {name for row in names.surnames.rows for name in row[:2]}
    surnames |= {name for stem in names.stems for ending in names.endings for name in names.compose(stem, ending)[:2]}
    given = {"M": {row.ukrainian for row in names.men.rows}, "F": {row.ukrainian for row in names.women.rows}}
    patronymics = {"M": {row.son for row in names.men.rows}, "F": {row.daughter for row in names.men.rows}}
    for row in persons:
        if not (row["surname"] in surnames and row["given_name"] in given[row["sex"]] and row["patronymic"] in patronymics[row["sex"]]):
            yield row


def rates_off(rates):
    for row in rates:
        could, did = int(row["possible"]), int(row["happened"])
        if did == 0:
            yield row
        elif row["stated"]:
            stated = float(row["stated"])
            if abs(did - could * stated) > DEVIATIONS * math.sqrt(could * stated * (1 - stated)):
                yield row


def untrue_cards(studies, cards, persons):
    for study in studies:
        card, person = cards.get(study["true_card"]), persons[study["true_person"]]
        is_true = card is not None and card["person"] == person["person"]
        if not (is_true if study["linkable"] in ("yes", "unknown") else study["true_card"] == "" and person["cards"] == "0"):
            yield study


def instant(text):
    return datetime.datetime.fromisoformat(text) if text else datetime.datetime.max


def has_time(study, card):
    at, admitted, discharged = (instant(text) for text in (study["study_at"], card["admitted_at"], card["discharged_at"]))
    if "time.before" in study["errors"]:
        return admitted - 6 * HOUR <= at < admitted
    if "time.after" in study["errors"]:
        return discharged < at <= discharged + 12 * HOUR
    if "time.follow_up" in study["errors"]:
        return discharged + 2 * DAY <= at <= discharged + 90 * DAY
    return admitted <= at <= discharged


def has_id(study, cards):
    typed, errors = study["patient_id"], study["errors"]
    if "id.of_another" in errors:
        return cards[typed]["person"] != study["true_person"]
    if "id.empty" in errors:
        return typed == ""
    return (typed == study["true_card"]) != ("id." in errors)


def has_birth_and_sex(study, person):
    born = person["birth_date"].replace("-", "")
    return (("birth." in study["errors"]) != (study["birth_date"] == born) and
            ("sex." in study["errors"]) != (study["sex"] == person["sex"]) and
            ("birth.age" in study["errors"]) == (study["age"] != ""))


def has_name(study, person):
    """As far as it can be told without a model of spelling."""
    typed, errors = study["patient_name"], set(re.findall("(?:name|script)[.]([a-z_]+)", study["errors"]))
    cyrillic, latin = re.search("[А-яЄІЇҐєіїґё]", typed), re.search("[A-Za-z]", typed)
    family = typed.partition("^")[0]
    # What is cut off may take a homoglyph with it.
    is_cut = errors & {"cut_whole", "cut_family"}
    if not errors & {"ukrainian", "russian"}:
        is_of_script = latin and not cyrillic
    else:
        is_of_script = cyrillic is None or ("homoglyph" in errors) == (latin is not None) or (is_cut and latin is None)
    return (is_of_script and not ("in_family" in errors and "^" in typed) and not ("upper_case" in errors and typed != typed.upper()) and
            not ("cut_whole" in errors and len(typed) > 16) and not ("cut_family" in errors and len(family) > 16) and
            (errors - {"upper_case", "ukrainian", "russian"} or not cyrillic or is_plainly(typed, errors, person)))


def is_plainly(typed, errors, person):
    prefix = "russian_" if "russian" in errors else ""
    name = "^".join(person[prefix + field] for field in ("surname", "given_name", "patronymic"))
    return re.sub("['’`*]", "’", typed) == (name.upper() if "upper_case" in errors else name)


def main():
    folder, names = sys.argv[1], Names()
    persons, rows, studies = (read(folder, name) for name in ("persons", "cards", "studies"))
    cards = {row["card_number"] + "/" + row["card_year"]: row for row in rows}
    by_number = {row["person"]: row for row in persons}
    usual = [study for study in studies if study["linkable"] == "yes"]
    named = [study for study in studies if study["linkable"] != "unknown"]
    check("No name of the lists is empty, double or of other letters", empty_names(names))
    check("All persons are called what the lists have", strange_names(names, persons))
    check("No two cards have one number in a year", [len(rows)] if len(cards) < len(rows) else [])
    documents = collections.Counter(row["document"] for row in persons if row["document"])
    check("No two persons have one document", (document for document, count in documents.items() if count > 1))
    check("Every error happens as often as stated", rates_off(read(folder, "rates")))
    check("The true card of a study is there, and its person's; who has none has none", untrue_cards(studies, cards, by_number))
    check("A study is made when its errors say", (row for row in usual if not has_time(row, cards[row["true_card"]])))
    check("Its Patient ID is what they say", (row for row in usual if not has_id(row, cards)))
    check("Its name is in their letters, order and length", (row for row in named if not has_name(row, by_number[row["true_person"]])))
    check("So are birth date, age and sex", (row for row in named if not has_birth_and_sex(row, by_number[row["true_person"]])))


main()
