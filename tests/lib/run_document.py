#!/usr/bin/python3
"""run_document.py PAGE…: runs every block marked ```sh of Markdown pages, a shell for each page, from the root of
the checkout. `var/` stands for $PGPACS_VAR. Exit 1 where a command fails; its page and block are named."""
import os
import re
import subprocess
import sys


def blocks(page):
    text = open(page, encoding="utf-8").read()
    return [(text[:m.start()].count("\n") + 1, m.group(1)) for m in re.finditer(r"^```sh\n(.*?)^```", text, re.M | re.S)]


def run(page):
    script = "set -euo pipefail\n"
    for line, body in blocks(page):
        body = body.replace("$PWD/var/", "var/")
        body = re.sub(r"(?<![\w/])var/", os.environ["PGPACS_VAR"] + "/", body)
        script += "block=%d\n%s\n" % (line, body)
    script = "trap 'echo \"line $block\" >&2' ERR\n" + script
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    if done.returncode:
        sys.exit("FAILED: %s: %s\n%s" % (page, done.stderr.strip()[-2000:], done.stdout[-500:]))
    print("  %s: %d blocks" % (page, len(blocks(page))))


def links(page):
    """Relative links of a page lead somewhere."""
    text = open(page, encoding="utf-8").read()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        if not os.path.exists(os.path.join(os.path.dirname(page), target)):
            sys.exit("FAILED: %s: the link to %s leads nowhere" % (page, target))


for name in sys.argv[1:]:
    links(name)
    run(name)
