#!/usr/bin/python3
"""questions.py measure BENCH [--quick] …: makes a million instances in one system and asks it what docs/sql.md asks, and
by an attribute with and without its indexes; writes BENCH/results/questions.json.
questions.py table BENCH: that file as Markdown."""
import json
import os
import re
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import machine
from million import STUDIES, fill
from peers import read_peers
from subject import describe_run, load, read_arguments, save
from table import markdown

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/sql.md")
# Attributes of the million: one that a series has in common and nothing matches, one that finds a single series, and
# one that each slice has for itself, which finds more than is given. In milliseconds without indexes and with them.
FILTERS = [("SliceThickness", ">", "3"), ("AccessionNumber", "=", "M000002500"), ("Exposure", "=", "1590"),
           ("Exposure", "=", "150")]
WITHOUT_INDEX, WITH_INDEX = 3000, 5


def questions():
    """(number and title, statement) of each numbered question of the page, which is how page and figures stay one."""
    text = open(PAGE, encoding="utf-8").read()
    found = re.findall(r"^### (\d+\. .*?)\n\n```sh\nscripts/psql <<'SQL'\n(.*?);\nSQL\n```", text, re.M | re.S)
    if len(found) != len(re.findall(r"^### \d+\. ", text, re.M)) or not found:
        sys.exit("docs/sql.md: a question is not of the form that can be measured")
    return found


def reads(node):
    """What a plan reads, and how: "Seq Scan series", the outermost first."""
    own = [] if "Relation Name" not in node else ["%s %s" % (node["Node Type"], node["Relation Name"])]
    return own + [read for child in node.get("Plans", []) for read in reads(child)]


def ask(peer, statement, repeat, user="postgres"):
    """Milliseconds (the median; the first time is to warm up), rows and plan; in one session, as a person asks again."""
    explain = "explain (analyze, format json) %s;\n" % statement
    command = peer.psql(user) + ["-c", "set max_parallel_workers_per_gather = 0"]
    for _ in range(repeat + 1):
        command += ["-c", explain]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ, PGPASSFILE=peer.pgpass)).stdout
    decoder, at, plans = json.JSONDecoder(), 0, []
    while (at := output.find("[", at)) >= 0:
        plan, at = decoder.raw_decode(output, at)
        plans.append(plan[0])
    return {"ms": statistics.median(p["Execution Time"] + p["Planning Time"] for p in plans[1:]),
            "rows": plans[0]["Plan"]["Actual Rows"], "reads": list(dict.fromkeys(reads(plans[0]["Plan"])))}


def measure(given):
    peer = read_peers(given.bench)["million"]
    figures = describe_run(given)
    fill(peer, given.bench, STUDIES // (100 if given.quick else 1))
    peer.sql("vacuum analyze")
    figures["instances"] = int(peer.sql("select count(*) from pacs_data.instance"))
    figures["questions"], figures["filters"] = [], []
    for title, statement in questions():
        machine.wait_until_quiet(given.patience)
        figures["questions"].append(dict(ask(peer, statement, given.repeat), title=title))
    for attribute, operator, value in FILTERS:
        statement = "select * from pacs.instances_where('%s', '%s', '%s')" % (attribute, operator, value)
        machine.wait_until_quiet(given.patience)
        without = ask(peer, statement, given.repeat, "demo_physician")
        peer.sql("select pacs.index_attribute('%s')" % attribute)
        figures["filters"].append({"filter": "%s %s %s" % (attribute, operator, value), "rows": without["rows"],
                                   "without": without["ms"], "with": ask(peer, statement, given.repeat, "demo_physician")["ms"]})
        peer.sql("select pacs.unindex_attribute('%s')" % attribute)
    save(given, "questions", figures)


def milliseconds(value):
    return "%.1f" % value if value < 100 else "%.0f" % value


def table(given):
    figures = load(given, "questions")
    print("%s, `%s`: %d instances, medians, one core; the questions as the DBA, the filters as a physician.\n%s. PostgreSQL %s.\n" % (
        figures["date"], figures["command"], figures["instances"], figures["machine"], figures["versions"]["postgresql-15"]))
    print(markdown(["question", "ms", "rows", "reads"], [
        [q["title"], milliseconds(q["ms"]), q["rows"], ", ".join(q["reads"])] for q in figures["questions"]]))
    print(markdown(["`pacs.instances_where`", "rows", "ms without indexes", "wanted", "reached", "ms with them", "wanted", "reached"], [
        [f["filter"], f["rows"], milliseconds(f["without"]), "under %d" % WITHOUT_INDEX, "yes" if f["without"] < WITHOUT_INDEX else "**no**",
         milliseconds(f["with"]), "under %d" % WITH_INDEX, "yes" if f["with"] < WITH_INDEX else "**no**"] for f in figures["filters"]]))


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench questions")
    measure(arguments) if arguments.what == "measure" else table(arguments)
