#!/usr/bin/env python3
"""Counts which letters follow each other in words: make_letter_pairs.py UKRAINIAN RUSSIAN POLISH ENGLISH > letter_pairs.inc

Each argument is a list of words in UTF-8, one a line; what follows a slash or is no word does not count. The table of
this folder was made of the lists of Debian 12: /usr/share/dict/ukrainian (wukrainian 1.8.0, GPL-2+ or LGPL-2+),
/usr/share/hunspell/ru_RU.dic (hunspell-ru 7.5.0, A. Lebedev's licence in BSD's manner), /usr/share/dict/polish (wpolish
20220301, GPL-2, LGPL-2.1, MPL-1.1, Apache-2.0 or CC-BY-4.0) and /usr/share/dict/american-english (wamerican 2020.12.07,
SCOWL, free to use). No word can be made of the counts again.
"""
import collections
import math
import sys

# As extension/dicom/letter_statistics.cc has them: the place in a row, behind that of a word's border.
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёґєії"
LATIN = "abcdefghijklmnopqrstuvwxyząćęłńóśźż"
MOST = 20  # half nats: what was hardly seen costs no more than this


def frequencies(path, alphabet):
    """By pair of letters, how likely the second is after the first; a blank is a word's border."""
    counts = collections.Counter()
    letters = set(alphabet)
    with open(path, encoding="utf-8") as words:
        for line in words:
            word = line.strip().split("/")[0].lower()
            for part in word.replace("'", " ").replace("-", " ").split():
                if letters.issuperset(part):
                    counts.update(zip(" " + part, part + " "))
    totals = collections.Counter()
    for (first, _), count in counts.items():
        totals[first] += count
    return {pair: count / totals[pair[0]] for pair, count in counts.items()}


def table(name, alphabet, paths):
    languages = [frequencies(path, alphabet) for path in paths]
    print(f"constexpr std::string_view {name}[] = {{")
    for first in " " + alphabet:
        # The mean of the languages that have the letter.
        known = [one for one in languages if any((first, second) in one for second in alphabet)] or languages
        costs = [sum(one.get((first, second), 0) for one in known) / len(known) for second in " " + alphabet]
        print('    "' + "".join(chr(ord("a") + min(MOST, round(-2 * math.log(max(c, 1e-9))))) for c in costs) + '",')
    print("};")


print("// Made by make_letter_pairs.py, which says of what: how unlikely a letter is after another, in half nats from")
print("// 'a'. Rows and columns: a word's border, then the alphabet.")
table("cyrillic_pairs", CYRILLIC, sys.argv[1:3])
table("latin_pairs", LATIN, sys.argv[3:5])
