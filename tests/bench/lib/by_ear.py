"""How people type Ukrainian and Russian names in Latin letters: schools of spelling, each a table of letters. They are a
model of typists, made for this project, and share nothing with extension/dicom, which has to undo what they do."""
import functools
from typing import NamedTuple


def _table(text):
    """«г h|g» says: г is typed h or g. «-» is nothing. Two letters come before one."""
    pairs = (item.split(" ", 1) for item in text.split(", "))
    return {letters: [] if latin == "-" else latin.replace("-", "").split("|") for letters, latin in pairs}


class School(NamedTuple):
    is_russian: bool  # it spells the Russian form of the name
    anywhere: dict
    initial: dict

    def is_fixed(self):
        return all(len(typed) < 2 for table in (self.anywhere, self.initial) for typed in table.values())


_CONSONANTS = "б b, д d, з z, к k, л l, м m, н n, п p, р r, с s, т t, ф f, "
_VOWELS = "а a, о o, у u, "
_UKRAINIAN = _CONSONANTS + _VOWELS + "е e, ґ g, і i, "
_RUSSIAN = _CONSONANTS + _VOWELS + "ъ -, ь -, г g, и i, э e, ы y, "

SCHOOLS = {
    # Resolution 55 of 2010, as a passport has it today.
    "official": School(False, _table(_UKRAINIAN + "в v, г h, є ie, ж zh, зг zgh, и y, ї i, й i, х kh, ц ts, ч ch, ш sh, "
                                     "щ shch, ь -, ю iu, я ia, ’ -"), _table("є ye, ї yi, й y, ю yu, я ya")),
    # As passports and bank cards of the 1990s had it: Serhiy, Yuriy, Tetyana.
    "old": School(False, _table(_UKRAINIAN + "в v, г h, є ye, ж zh, и y, ї yi, й y, х kh, ц ts, ч ch, ш sh, щ shch, ь -, "
                                "ю yu, я ya, ’ -, ий yy, ія iya"), {}),
    # Russian passports before and after 2010: Sergey Yuryevich, Sergei Iurevich.
    "russian": School(True, _table(_RUSSIAN + "в v, е e, ё e, ж zh, й y, ий iy, х kh, ц ts, ч ch, ш sh, щ shch, ю yu, я ya, "
                                   "ье ye, ия iya"), _table("е ye")),
    "russian_new": School(True, _table(_RUSSIAN + "в v, е e, ё e, ж zh, й i, х kh, ц ts, ч ch, ш sh, щ shch, ю iu, я ia, "
                                       "ъ ie, ий ii"), {}),
    "german": School(False, _table(_UKRAINIAN + "в w, г h, є je, ж sh, з s, и y, ї ji, й j, х ch, ц z, ч tsch, ш sch, "
                                   "щ schtsch, ь -, ю ju, я ja, ’ -"), {}),
    "polish": School(False, _table(_UKRAINIAN + "в w, г h, є je, ж z, и y, ї ji, й j, х ch, ц c, ч cz, ш sz, щ szcz, ь -, "
                                   "ю ju, я ja, ’ -"), {}),
    "careless": School(False, _table(
        "а a, б b, в v|v|v|w, г h|g, ґ g, д d, е e, є e|ye|ie|je, ж zh|zh|j|z, з z, и y|i, і i, ї i|yi|ji, й y|i|j|-, "
        "к k|k|k|c, кс x|ks, л l, лл l|ll, м m, н n, нн n|nn, о o, п p, р r, с s, т t, у u|u|u|ou, ф f, х h|kh|x, "
        "ц c|ts|tz, ч ch|ch|tch|4, ш sh, щ sch|sh|shch, ь -|-|-|', ю yu|iu|u|ju, я ya|ia|ja, ’ -|-|', "
        "ий yi|y|iy|i, ій iy|ii|i|ij, ія ia|iya|ya|ija"), {}),
    "careless_russian": School(True, _table(
        "а a, б b, в v|v|v|w, г g, д d, е e, ё e|yo|io, ж zh|zh|j, з z, и i, й y|i|j|-, к k|k|k|c, кс x|ks, л l, "
        "лл l|ll, м m, н n, нн n|nn, о o, п p, р r, с s, т t, у u|u|u|ou, ф f, х h|kh|x, ц c|ts|tz, ч ch|ch|tch|4, ш sh, "
        "щ sch|sh|shch, ъ -, ы y|i, ь -|-|-|', э e, ю yu|iu|u|ju, я ya|ia|ja, ий y|iy|ii|i, ия ia|iya|ya|ija"), _table("е e|ye")),
}


def _spell(school, word, choose):
    typed, at, lower = [], 0, word.lower()
    while at < len(lower):
        length = 2 if lower[at:at + 2] in school.anywhere else 1
        letters = lower[at:at + length]
        table = school.initial if at == 0 and letters in school.initial else school.anywhere
        options = table[letters]
        typed.append(choose(options) if options else "")
        at += length
    latin = "".join(typed)
    return latin[:1].upper() + latin[1:]


@functools.lru_cache(maxsize=None)
def _fixed(name, word):
    return _spell(SCHOOLS[name], word, lambda options: options[0])


_FIXED = {name: school.is_fixed() for name, school in SCHOOLS.items()}


def spell(name, word, random):
    """A word in Latin letters, as who was taught at this school types it."""
    if _FIXED[name]:
        return _fixed(name, word)
    return _spell(SCHOOLS[name], word, lambda options: options[int(random.random() * len(options))])
