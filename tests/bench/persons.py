#!/usr/bin/python3
"""A hospital's persons, their cards (form 003/o) and the studies that its consoles sent, with errors: for the benchmark of
linking (docs/development.md). All are invented, from the lists in tests/bench/names. How people spell and err is modelled
here on its own: nothing of it comes from extension/dicom or sql/, which are measured with it.

persons.py FOLDER [--seed 1] [--persons 100000] [--studies 300000] [--namesakes 0]
    writes FOLDER/persons.csv, cards.csv, studies.csv and rates.csv, the same for the same numbers, and prints the rates, stated and
    found. --persons counts those with cards; about a quarter as many of their households have none, and are examined too.
    --namesakes: so many of the persons are called the same.
persons.py FOLDER --errors-of STUDY
    what was typed of a study (its Study Instance UID), beside the truth, and the errors in words.

studies.csv: what the console sent, then the truth: linkable, true_card (number/year), true_person, errors. `linkable` is
    yes      a card is true, and who it was stood in what was typed
    unknown  a card is true, but the patient came without a name (UNKNOWN, NN): for a person to link later
    no       the person has no card: must stay without a link
persons.csv has the persons without cards too (cards = 0); only cards.csv is for a card index.
A patient_name has components as DICOM has them (PS3.5 6.2.1.1), birth_date is a DA, age an AS. Card numbers begin with 1 each year,
so without its year a number is that of several cards. A card without discharged_at is of who still lies there. Each study errs by
itself: that one operator or device errs always in the same way is not modelled. A name is cut last, which may take an error with it
that is still named."""
import argparse
import collections
import csv
import datetime
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from console import Console, Study
from names import Names
from people import END, Town, moment, number_cards, stays_of
from rates import Rate, Rates

# Every rate of an error, the usual thing first in its group (None: what the others leave). What stands before the dot and is
# drawn together: one of its kinds each time. Of name., each by itself. "of": of what the rate is a share.
RATES = (
    Rate("study.usual", None, "studies", "of a stay, with what the operator knew"),
    Rate("study.no_card", 0.08, "studies", "of a person who has no card"),
    Rate("study.unknown", 0.008, "studies", "an urgent patient whose name nobody knew yet"),
    Rate("id.exact", None, "usual studies", "Patient ID is the card's number/year"),
    Rate("id.short_year", 0.08, "usual studies", "its year with two digits, after / or -"),
    Rate("id.year_lost", 0.10, "usual studies", "its number without the year"),
    Rate("id.transposed", 0.03, "usual studies with two digits that differ", "two neighbouring digits of the number changed places"),
    Rate("id.digit_missing", 0.02, "usual studies with two digits", "a digit of the number is missing"),
    Rate("id.letter_for_digit", 0.02, "usual studies", "letter O for 0, or l or I for 1"),
    Rate("id.affix", 0.04, "usual studies", "something before or after it"),
    Rate("id.other_numbering", 0.07, "usual studies", "the person's number in another numbering"),
    Rate("id.of_another", 0.004, "usual studies", "the card of another person"),
    Rate("id.empty", 0.06, "usual studies", "nothing"),
    Rate("stranger.number", None, "studies without a card", "a number of another numbering"),
    Rate("stranger.empty", 0.3, "studies without a card", "no Patient ID"),
    Rate("stranger.collides", 0.2, "studies without a card", "a number that cards here have too"),
    Rate("issuer.hospital", None, "studies", "Issuer of Patient ID is the hospital"),
    Rate("issuer.missing", 0.33, "studies", "none"),
    Rate("issuer.other", 0.07, "studies", "another one than the hospital, whatever the number is"),
    Rate("accession.empty", None, "usual studies", "no Accession Number"),
    Rate("accession.order", 0.30, "usual studies", "an order's number, which says nothing of the card"),
    Rate("accession.card", 0.25, "usual studies", "the card's number, with its year or without"),
    Rate("script.latin", None, "named studies", "the name in Latin letters"),
    Rate("script.ukrainian", 0.18, "named studies", "in Cyrillic, in Ukrainian"),
    Rate("script.russian", 0.10, "named studies", "in Cyrillic, its Russian form"),
    Rate("school.official", None, "Latin names", "as resolution 55 of 2010 has it"),
    Rate("school.old", 0.15, "Latin names", "as Ukrainian passports of the 1990s had it"),
    Rate("school.russian", 0.16, "Latin names", "the Russian form as Russian passports had it"),
    Rate("school.russian_new", 0.06, "Latin names", "the Russian form as they have it today"),
    Rate("school.german", 0.03, "Latin names", "as in German"),
    Rate("school.polish", 0.04, "Latin names", "as in Polish, without its own letters"),
    Rate("school.careless", 0.20, "Latin names", "by ear, of no school; 3 in 10 from the Russian form"),
    Rate("name.international", 0.05, "Latin names that have one", "Alexander, Helen, Eugene"),
    Rate("name.slip", 0.05, "named studies", "a letter of one component transposed, missing, doubled or its neighbour"),
    Rate("name.patronymic_missing", 0.40, "named studies", "no patronymic"),
    Rate("name.initials", 0.05, "named studies", "surname and initials"),
    Rate("name.swapped", 0.04, "named studies", "given name in the family component, surname after it"),
    Rate("name.in_family", 0.15, "named studies", "all in the family component, with spaces"),
    Rate("name.apostrophe_lost", 0.6, "names with an apostrophe", "no apostrophe"),
    Rate("name.homoglyph", 0.06, "Cyrillic names", "Latin letters that look the same: one, or all"),
    Rate("name.upper_case", 0.6, "named studies", "upper case"),
    Rate("name.cut_whole", 0.15, "names of more than 16 characters", "the name cut at 16 characters"),
    Rate("name.cut_family", 0.30, "names not so cut, with more than 16 in the family component", "the family component cut at 16"),
    Rate("birth.exact", None, "named studies", "the birth date"),
    Rate("birth.day_for_month", 0.04, "birth dates where both are months and differ", "day and month swapped"),
    Rate("birth.first_of_january", 0.03, "birth dates not of 1 January", "1 January of its year"),
    Rate("birth.year_off", 0.015, "birth dates not of 29 February", "its year 1 or 10 off"),
    Rate("birth.missing", 0.06, "named studies", "none"),
    Rate("birth.age", 0.03, "named studies", "none, but the age in years"),
    Rate("sex.right", None, "named studies", "the sex"),
    Rate("sex.missing", 0.05, "named studies", "none"),
    Rate("sex.wrong", 0.015, "named studies", "the other one"),
    Rate("sex.other", 0.015, "named studies", "O"),
    Rate("time.within", None, "usual studies", "made within the stay"),
    Rate("time.before", 0.04, "usual studies", "up to 6 hours before the admission"),
    Rate("time.after", 0.03, "usual studies of ended stays", "up to 12 hours after the discharge"),
    Rate("time.follow_up", 0.06, "usual studies of stays with 3 days after them", "2 to 90 days after, before the next stay"),
    Rate("device.house", None, "studies within a stay", "by a device of the whole house"),
    Rate("device.own_ward", 0.45, "studies within a stay in a ward with devices", "by a device of the patient's ward"),
    Rate("device.other_ward", 0.03, "studies within a stay", "by a device of another ward"),
)
PERSON = ["person", "household", "sex", "surname", "given_name", "patronymic", "russian_surname", "russian_given_name",
          "russian_patronymic", "birth_date", "document", "address", "cards"]
CARD = ["card_number", "card_year", "person", "admitted_at", "discharged_at", "sex", "surname", "given_name", "patronymic",
        "birth_date", "document", "address", "ward_at_admission", "ward_at_discharge", "department", "referred_by", "is_urgent"]


def writer(folder, name, head):
    lines = open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="")
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(head)
    return lines, rows


def born(person):
    return datetime.date.fromordinal(person.born).isoformat()


def people(town, count, namesakes):
    """Persons until `count` of them are patients."""
    patients = min(namesakes, count)
    yield from town.namesakes(patients)
    while patients < count:
        for person in town.household():
            if patients < count or not person.is_patient:
                patients += person.is_patient
                yield person


def make_persons(folder, given, chance):
    stays, strangers = [], []
    lines, rows = writer(folder, "persons", PERSON)
    with lines:
        for person in people(Town(Names(), chance), given.persons, given.namesakes):
            of = stays_of(person, chance) if person.is_patient else []
            stays += of
            if not of:
                strangers.append(person)
            rows.writerow([person.number, person.household, person.sex, *person.name, *person.russian, born(person), person.document,
                           person.address, len(of)])
    number_cards(stays)
    return stays, strangers


def write_cards(folder, stays):
    lines, rows = writer(folder, "cards", CARD)
    with lines:
        for stay in stays:
            person, is_there = stay.person, stay.discharged >= END
            rows.writerow([stay.number, stay.year, person.number, moment(stay.admitted), "" if is_there else moment(stay.discharged),
                           person.sex, *person.name, born(person), person.document, person.address, stay.ward_in,
                           "" if is_there else stay.ward_out.name, stay.ward_out.department, stay.referred_by,
                           "t" if stay.is_urgent else "f"])


def write_studies(folder, studies):
    """How many are linkable, unknown and not."""
    counts = collections.Counter()
    lines, rows = writer(folder, "studies", Study._fields)
    with lines:
        for study in studies:
            counts[study.linkable] += 1
            rows.writerow(study)
    return counts


def write_rates(folder, rates):
    lines, rows = writer(folder, "rates", ["error", "of", "stated", "possible", "happened", "found", "words"])
    with lines:
        rows.writerows(rates.rows())
    print("%-24s %7s %9s %9s %7s  of" % ("error", "stated", "possible", "happened", "found"))
    for key, of, stated, could, did, found, _ in rates.rows():
        print("%-24s %7s %9d %9d %7s  %s" % (key, stated or "rest", could, did, found, of))


def make(given):
    os.makedirs(given.folder, exist_ok=True)
    stays, strangers = make_persons(given.folder, given, random.Random("%d persons" % given.seed))
    write_cards(given.folder, stays)
    chance = random.Random("%d studies" % given.seed)
    rates = Rates(RATES, chance)
    counts = write_studies(given.folder, Console(given.seed, stays, strangers, rates, chance).studies(given.studies))
    write_rates(given.folder, rates)
    print("\n%d persons with %d cards, %d persons without; %d studies: %d linkable, %d unknown, %d of persons without a card" % (
        given.persons, len(stays), len(strangers), given.studies, counts["yes"], counts["unknown"], counts["no"]))


def find(folder, file, is_it):
    with open(os.path.join(folder, file + ".csv"), encoding="utf-8", newline="") as lines:
        return next((row for row in csv.DictReader(lines) if is_it(row)), None)


def explain(given):
    study = find(given.folder, "studies", lambda row: row["study_instance_uid"] == given.errors_of)
    if study is None:
        sys.exit("%s/studies.csv has no study %s" % (given.folder, given.errors_of))
    truth = find(given.folder, "cards", lambda row: row["card_number"] + "/" + row["card_year"] == study["true_card"])
    truth = truth or find(given.folder, "persons", lambda row: row["person"] == study["true_person"])
    for title, row in (("typed", study), ("true", truth)):
        print(title)
        for column, value in row.items():
            print("  %-20s %s" % (column, value))
    words = {rate.key: rate.words for rate in RATES}
    for error in study["errors"].split():
        print("%-24s %s" % (error, words[error]))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--studies", type=int, default=300_000)
    parser.add_argument("--namesakes", type=int, default=0)
    parser.add_argument("--errors-of", metavar="STUDY")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = read_arguments()
    explain(arguments) if arguments.errors_of else make(arguments)
