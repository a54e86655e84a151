"""A person's name as a console's operator types it: Latin by ear or Cyrillic, with what goes wrong."""
import re

from by_ear import spell
from names import Name, one_of
from slips import slip

APOSTROPHES = "''''''’’`*"
LOOK_ALIKE = {"а": "a", "е": "e", "і": "i", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "А": "A", "В": "B", "Е": "E", "І": "I",
              "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T", "Х": "X"}
LENGTH = 16  # what some consoles keep of a field


def type_name(person, rates, random):
    script = rates.choose("script")
    name = _latin(person, rates, random) if script == "latin" else person.name if script == "ukrainian" else person.russian
    surname, others = name.surname, [name.given, name.patronymic]
    if rates.happens("name.patronymic_missing"):
        del others[1:]
    if rates.happens("name.initials"):
        others = _initials(others, random)
    whole = _lay_out(surname, others, rates)
    if rates.happens("name.slip"):
        whole = _slip(whole, random)
    whole = _apostrophes(whole, rates, random)
    if rates.happens("name.homoglyph", script != "latin" and any(letter in LOOK_ALIKE for letter in whole)):
        whole = _homoglyphs(whole, random)
    if rates.happens("name.upper_case"):
        whole = whole.upper()
    return _cut(whole, rates)


def _latin(person, rates, random):
    school = rates.choose("school")
    from_russian = school in ("russian", "russian_new")
    if school == "careless" and random.random() < 0.3:
        school, from_russian = "careless_russian", True
    source = person.russian if from_russian else person.name
    name = Name(*(spell(school, word, random) for word in source))
    if rates.happens("name.international", bool(person.international)):
        name = name._replace(given=person.international)
    return name


def _initials(others, random):
    letters = [word[0] for word in others]
    if random.random() < 0.5:
        return letters
    return [".".join(letters) + "."]


def _lay_out(surname, others, rates):
    if rates.happens("name.swapped"):
        # Given name and patronymic where the family belongs, or only the given name.
        fields = [" ".join(others), surname] if len(others) > 1 else [*others, surname]
    else:
        fields = [surname, *others]
    return (" " if rates.happens("name.in_family") else "^").join(fields)


def _slip(whole, random):
    """In one of the words that are no initials."""
    words = re.split("([ ^.]+)", whole)
    at = one_of([place for place, word in enumerate(words) if len(word) > 2], random)
    words[at] = slip(words[at], random)
    return "".join(words)


def _apostrophes(whole, rates, random):
    if rates.happens("name.apostrophe_lost", "’" in whole or "'" in whole):
        return whole.replace("’", "").replace("'", "")
    return whole.replace("’", one_of(APOSTROPHES, random))


def _homoglyphs(whole, random):
    """One letter or all, as the keyboard stood for it."""
    at = [place for place, letter in enumerate(whole) if letter in LOOK_ALIKE]
    if random.random() < 0.7:
        at = [one_of(at, random)]
    letters = list(whole)
    for place in at:
        letters[place] = LOOK_ALIKE[letters[place]]
    return "".join(letters)


def _cut(whole, rates):
    if rates.happens("name.cut_whole", len(whole) > LENGTH):
        return whole[:LENGTH].rstrip("^ ")
    family, caret, rest = whole.partition("^")
    if rates.happens("name.cut_family", len(family) > LENGTH):
        return family[:LENGTH].rstrip() + caret + rest
    return whole
