"""Markdown tables, and the sections of a document that they are written to."""
import re
import sys


def markdown(head, rows):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head)] + rows]
    return "\n".join(lines) + "\n"


def ratio(a, b):
    return "%.1f" % (a / b) if b else "–"


def replace_section(path, name, text):
    """Writes `text` between <!-- bench:name --> and <!-- /bench:name --> and leaves the rest alone."""
    begin, end = "<!-- bench:%s -->" % name, "<!-- /bench:%s -->" % name
    with open(path, encoding="utf-8") as file:
        document = file.read()
    if document.count(begin) != 1 or document.count(end) != 1:
        sys.exit("%s has no section %s" % (path, name))
    section = re.compile(re.escape(begin) + ".*" + re.escape(end), re.DOTALL)
    with open(path, "w", encoding="utf-8") as file:
        file.write(section.sub(lambda _: begin + "\n" + text.strip() + "\n\n" + end, document))


if __name__ == "__main__":
    replace_section(sys.argv[1], sys.argv[2], sys.stdin.read())
