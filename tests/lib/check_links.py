"""check_links.py FOLDER: studies of tests/bench/persons.py come into the system that FOLDER/peers/hospital says; ends with 0
where they are linked as they should be."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench", "lib"))
from linking import bring_in, compare, make
from peers import read_peers

PERSONS, STUDIES = 3000, 6000


def check(words, share, least):
    if share < least:
        sys.exit("FAILED: %s: %.2f %%, wanted %.2f" % (words, 100 * share, 100 * least))
    print("  %s: %.2f %%" % (words, 100 * share))


def main():
    folder = sys.argv[1]
    peer = read_peers(folder)["hospital"]
    make(folder, PERSONS, STUDIES)
    bring_in(peer, folder)
    found = compare(peer, ["pgpacs"])[0]
    check("Of the linkable studies are linked automatically", found["automatic_linkable"] / found["linkable"], 0.9)
    check("Of automatic links are not to another person's card", 1 - found["other_person"] / found["automatic"], 0.999)
    check("Of the rest the right card is first in the queue", found["first"] / found["rest"], 0.7)


main()
