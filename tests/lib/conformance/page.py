"""page.py ROOT PAGE: scripts/document-conformance. Each table of docs/conformance.md stands after a line
<!-- conformance:NAME --> and ends at <!-- /conformance -->; it is made anew here."""
import csv
import os
import re
import subprocess
import sys

import associations
import services
import statuses
import users


class System:
    """The running system: its database by SQL, pacsd's settings, and the device that asks."""

    def __init__(self, root):
        self.root = root
        with open(root + "/extension/dicom/data/uids.csv") as file:
            self.uids = list(csv.DictReader(file))
        self.names = {row["uid"]: row["name"] for row in self.uids}

    def of_type(self, *kinds):
        return [row["uid"] for row in self.uids if row["type"] in kinds]

    def is_retired(self, uid):
        return any(row["uid"] == uid and row["retired"] == "Y" for row in self.uids)

    def sql(self, text, role=None):
        call = [self.root + "/scripts/psql"] + ([role] if role else []) + ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text]
        return subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def pacsd(self, *arguments):
        binary = os.environ["PGPACS_VAR"] + "/stage/usr/local/bin/pacsd"
        return subprocess.run([binary, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    def set_device(self, values):
        """What the row of our device says: 'column = value, …'."""
        self.sql("update pacs.remote_ae set %s where ae_title = 'CONFORMANCE'" % values)


ALL_RIGHTS = "may_store = true, may_find = true, may_move = true, may_get = true, may_commit = true, acts_as = 'demo_physician'"


def forget_device(system):
    """And what was asked of it, which nobody will answer."""
    ours = "(select id from pacs.remote_ae where ae_title = 'CONFORMANCE')"
    for name in ("commitment", "pull", "remote_question"):
        system.sql("delete from pacs_data.%s where remote_ae_id in %s" % (name, ours))
    system.sql("delete from pacs.remote_ae where ae_title = 'CONFORMANCE'")


def make_tables(system):
    forget_device(system)
    system.sql("insert into pacs.remote_ae (ae_title, host, description) "
               "values ('CONFORMANCE', '127.0.0.1', 'scripts/document-conformance')")
    try:
        system.set_device(ALL_RIGHTS)
        requests = users.record(system)
        return {**services.tables(system, users.used(system, requests)), **statuses.tables(system),
                **associations.tables(system), **users.tables(system, requests)}
    finally:
        forget_device(system)


def fill(page, tables):
    """The page with its tables in place: each table has one place, and each place a table."""
    marked = re.compile(r"(<!-- conformance:(\w+) -->\n).*?(<!-- /conformance -->)", re.S)
    places = [match[1] for match in marked.findall(page)]
    if sorted(places) != sorted(tables):
        raise SystemExit("the page has places for %s, there are tables for %s" % (sorted(places), sorted(tables)))
    return marked.sub(lambda match: match[1] + tables[match[2]].strip() + "\n" + match[3], page)


if __name__ == "__main__":
    root, to = sys.argv[1:]
    with open(root + "/docs/conformance.md") as file:
        text = file.read()
    filled = fill(text, make_tables(System(root)))
    if to == "-":
        sys.stdout.write(filled)
    else:
        with open(to, "w") as file:
            file.write(filled)
