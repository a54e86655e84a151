"""Slips of a finger, in names and in numbers."""

ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхї", "фівапролджє", "ячсмитьбю", "йцукенгшщзхъ", "фывапролджэ"]
NEIGHBOURS = {}
for row in ROWS:
    for place, letter in enumerate(row):
        NEIGHBOURS[letter] = NEIGHBOURS.get(letter, "") + row[max(0, place - 1):place] + row[place + 1:place + 2]


def transposed(text, random):
    """None where no two neighbours differ."""
    places = [at for at in range(len(text) - 1) if text[at] != text[at + 1]]
    if not places:
        return None
    at = places[int(random.random() * len(places))]
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def slip(word, random):
    """One letter beside its place, missing, doubled or its neighbour on the keyboard; never the first one. Always another word."""
    if len(word) < 3:
        return word + word[-1]
    at, kind = 1 + int(random.random() * (len(word) - 1)), int(random.random() * 4)
    if kind == 0:
        return word[0] + (transposed(word[1:], random) or word[2:])
    if kind == 1:
        return word[:at] + word[at + 1:]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    near = NEIGHBOURS.get(word[at], " ")
    return word[:at] + near[int(random.random() * len(near))].strip() + word[at + 1:]
