"""Queries at study level for what a system holds: chosen by how many studies answer them, which the DBA's SQL counts."""
import itertools
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

EACH = 20  # queries of a kind
NAMES = 500  # studies that a part of a name shall find
RANGE = 40  # and a range of dates
ROWS = """(select s.*, p.patient_id as id_of_patient, m.modality, coalesce(s.study_time, time '0:00') as at
  from pacs_data.study s join pacs_data.patient p on p.id = s.patient_id
  cross join lateral (select r.modality from pacs_data.series r where r.study_id = s.id limit 1) m) rows"""

RETURNED = ["00080020", "00080030", "00080050", "00081030", "00100010", "00100020", "00100030", "00100040", "0020000D", "00200010"]
COUNTS = ["00201206", "00201208"]  # NumberOfStudyRelatedSeries, NumberOfStudyRelatedInstances


@dataclass
class Query:
    kind: str
    keys: dict  # GGGGEEEE → value
    condition: str  # the same in SQL
    hits: int = 0

    def asked(self, with_counts):
        return set(RETURNED + (COUNTS if with_counts else [])) | set(self.keys)

    def line(self, with_counts):
        keys = {**dict.fromkeys(self.asked(with_counts), ""), **self.keys}
        return "\t".join([self.kind + (" +" if with_counts else "")] + ["%s=%s" % pair for pair in sorted(keys.items())])


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def equal(kind, tag, column, value):
    return Query(kind, {tag: value}, "%s = %s" % (column, quoted(value)))


def by_key(peer, among):
    """Of EACH studies among those of a condition."""
    rows = peer.sql("select id_of_patient, study_instance_uid, accession_number from %s where %s order by md5(study_instance_uid) "
                    "limit %d" % (ROWS, among, EACH)).splitlines()
    for patient, uid, accession in (row.split("|") for row in rows):
        yield equal("patient ID", "00100020", "id_of_patient", patient)
        yield equal("study UID", "0020000D", "study_instance_uid", uid)
        yield equal("accession number", "00080050", "accession_number", accession)


def of_about(wanted, counted):
    return sorted(counted, key=lambda what: (abs(counted[what] - wanted), what))[:EACH]


def is_apart(text, chosen):
    return not any(text.startswith(other) or other.startswith(text) for other in chosen)


def nearest(counted, wanted):
    """EACH of what was counted, with about so many; none of them the beginning of another."""
    chosen = []
    for text in sorted(counted, key=lambda text: (abs(counted[text] - wanted), text)):
        if len(chosen) == EACH:
            break
        if is_apart(text, chosen):
            chosen.append(text)
    return chosen


def alphabet(name):
    """Latin names all in capitals are left out: those of studies.sql are Ukrainian ones romanized, found in Cyrillic too."""
    return "Latin" if name[0] < "\u0250" and name != name.upper() else "Cyrillic" if "\u0400" <= name[0] <= "\u052f" else ""


def by_name(peer, wanted):
    names = [row.rsplit("|", 1) for row in peer.sql("select patient_name, count(*) from %s group by 1" % ROWS).splitlines()]
    for letters, hits in wanted.items():
        begins, parts = Counter(), Counter()
        for name, count in ((name, int(count)) for name, count in names if name and alphabet(name) == letters):
            surname = name.split("^")[0]
            for end in range(3, len(name) + 1):
                begins[name[:end]] += count
            for part in {surname[a:b] for a, b in itertools.combinations(range(1, len(surname) + 1), 2) if b - a >= 4}:
                parts[part] += count
        for text in nearest(begins, hits):
            yield Query("name prefix, " + letters, {"00100010": text + "*"}, "starts_with(patient_name, %s)" % quoted(text))
        for text in nearest(parts, hits):
            yield Query("name infix, " + letters, {"00100010": "*" + text + "*"},
                        "strpos(lower(patient_name), lower(%s)) > 0" % quoted(text))


def days(first, last):
    return "%s-%s" % (first.strftime("%Y%m%d"), last.strftime("%Y%m%d"))


def within(first, last):
    return "study_date between '%s' and '%s'" % (first, last)


def week(first):
    last = first + timedelta(6)
    return Query("a week", {"00080020": days(first, last)}, within(first, last))


def month(modality, first):
    last = first + timedelta(29)
    return Query("modality and month", {"00080020": days(first, last), "00080061": modality},
                 "%s and modality = %s" % (within(first, last), quoted(modality)))


def by_moment(peer):
    """Hours of a day, and a day of a modality: what a week and a month are among fewer studies."""
    rows = [row.split("|") for row in peer.sql(
        "select study_date, extract(hour from at)::int, modality, count(*) from %s group by 1, 2, 3" % ROWS).splitlines()]
    hours, of_modality = Counter(), Counter()
    for day, hour, modality, count in rows:
        of_modality[day, modality] += int(count)
        for begin in range(max(0, int(hour) - 2), int(hour) + 1):  # three hours, the last of them this one
            hours[day, begin] += int(count)
    for day, hour in of_about(RANGE, hours):
        times = "%02d0000-%02d5959.999999" % (hour, min(23, hour + 2))
        yield Query("a day's hours", {"00080020": day.replace("-", ""), "00080030": times},
                    "study_date = '%s' and extract(hour from study_time) between %d and %d" % (day, hour, hour + 2))
    for day, modality in of_about(RANGE, of_modality):
        yield Query("modality and day", {"00080020": day.replace("-", ""), "00080061": modality},
                    "study_date = '%s' and modality = '%s'" % (day, modality))


def by_date(peer):
    """Weeks, and months of a modality."""
    counted = Counter({date.fromisoformat(day): int(n) for day, n in (
        row.split("|") for row in peer.sql("select study_date, count(*) from %s where study_date is not null group by 1" % ROWS).splitlines())})
    of_week = {first: sum(counted[first + timedelta(i)] for i in range(7)) for first in counted}
    for first in of_about(RANGE, of_week):
        yield week(first)
    modalities = sorted(peer.sql("select distinct modality from pacs_data.series where modality is not null").split())
    for first in random.Random(1).choices(sorted(counted), k=EACH):
        yield month(random.Random(str(first)).choice(modalities), first)


def count_hits(peer, queries, among="true"):
    """How many studies each finds."""
    counts = ", ".join("count(*) filter (where %s)" % query.condition for query in queries)
    return [int(n) for n in peer.sql("select %s from %s where %s" % (counts, ROWS, among)).split("|")]


def choose(peer, kinds):
    """Queries, those of a kind together, with what they shall find."""
    queries = [query for kind in kinds for query in kind]
    for query, hits in zip(queries, count_hits(peer, queries)):
        query.hits = hits
    return sorted(queries, key=lambda query: query.kind)


def write(queries, path):
    with open(path, "w", encoding="utf-8") as to:
        for with_counts in (False, True):
            for query in queries:
                to.write(query.line(with_counts) + "\n")
