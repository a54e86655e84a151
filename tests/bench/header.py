#!/usr/bin/python3
"""header.py measure BENCH [--quick] …: reads headers in memory beside DCMTK, and in the database; counts what they need
there; writes BENCH/results/header.json.
header.py table BENCH: that file as Markdown."""
import json
import os
import random
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "lib"))
import machine
from million import SLICES_OF_STUDY, fill
from peers import read_peers
from sizes import database_bytes, instances
from statistics import median
from subject import describe_run, load, read_arguments, save
from table import markdown

SHARED = os.path.join(here, "../../../shared/dicom")
DATA_SETS = {"header": "CT, 112 elements", "ct": "CT with a maker's blocks"}
OF_INSTANCES = " from pacs_data.series se join pacs_data.instance i on i.series_id = se.id"
SETUP = """
create unlogged table public.bench_header as select decode('%s', 'hex') as data from generate_series(1, 2000);
create unlogged table public.bench_merged as select dicom.merge(se.template, i.difference) as header""" + OF_INSTANCES + """;
vacuum analyze;
"""
STATEMENTS = {  # name: (statement, rows it goes through)
    "read": ("select count(dicom.header(data, '1.2.840.10008.1.2.1')) from public.bench_header", "2000"),
    "scan": ("select count(i.difference)" + OF_INSTANCES, "instances"),
    "merge": ("select count(dicom.merge(se.template, i.difference))" + OF_INSTANCES, "instances"),
    "value": ("select count(dicom.value_number(se.template, i.difference, 'SliceLocation'))" + OF_INSTANCES, "instances"),
    "merged_value": ("select count(dicom.value_number(header, 'SliceLocation')) from public.bench_merged", "instances"),
}


def in_memory(given, name):
    """What bench-header says of one data set, times in microseconds."""
    binary = os.path.join(os.path.dirname(given.load), "bench-header")
    run = subprocess.run([binary, "%s/objects/%s.dataset" % (given.bench, name)], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def table_bytes(peer, name):
    return int(peer.sql("select pg_total_relation_size('public.%s')" % name))


def milliseconds(peer, statement):
    plan = json.loads(peer.sql("set max_parallel_workers_per_gather = 0; set jit = off; " + "explain (analyze, timing off, format json) " + statement))
    return plan[0]["Execution Time"]


def in_database(given, peer, figures):
    with open(given.bench + "/objects/header.dataset", "rb") as file:
        setup = SETUP % file.read().hex()
    subprocess.run(peer.psql(), input=setup, text=True, check=True)
    count = instances(peer)
    per_second = {name: [] for name in STATEMENTS}
    for _ in range(1 if given.quick else given.repeat):
        machine.wait_until_quiet(given.patience)
        for name in random.sample(list(STATEMENTS), len(STATEMENTS)):
            statement, rows = STATEMENTS[name]
            number = count if rows == "instances" else int(rows)
            per_second[name].append(number / milliseconds(peer, statement) * 1000)
    figures["per_second"] = {name: median(rates) for name, rates in per_second.items()}
    merged = table_bytes(peer, "bench_merged")
    peer.sql("drop table public.bench_header, public.bench_merged")
    figures["made"] = {"instances": count, "bytes": database_bytes(peer) / count, "merged_bytes": merged / count}


def real(given, peer, figures):
    """Bytes of real headers, sent as a device would."""
    folder = given.bench + "/real"
    made = subprocess.run([os.path.join(here, "real_series.py"), SHARED, folder], check=True, capture_output=True, text=True)
    figures["real"] = {"series": made.stdout.splitlines()}
    for modality in ("CT", "MR"):
        count, size = instances(peer), database_bytes(peer)
        subprocess.run(["storescu", "-R", "+sd", "+r", "-aec", "PGPACS", "127.0.0.1", peer.port, "%s/%s" % (folder, modality)], check=True)
        more = instances(peer) - count
        figures["real"][modality] = {"instances": more, "bytes": (database_bytes(peer) - size) / more}
        peer.sql("create unlogged table public.bench_merged as select dicom.merge(se.template, i.difference) as header"
                 + OF_INSTANCES + " where se.modality = '%s'" % modality)
        figures["real"][modality]["merged_bytes"] = table_bytes(peer, "bench_merged") / more
        peer.sql("drop table public.bench_merged")


def measure(given):
    random.seed(given.seed)
    peers = read_peers(given.bench)
    figures = describe_run(given)
    figures["memory"] = {}
    for name in DATA_SETS:
        machine.wait_until_quiet(given.patience)
        figures["memory"][name] = in_memory(given, name)
        print("     %-7s %s" % (name, figures["memory"][name]), file=sys.stderr, flush=True)
    fill(peers["pgpacs"], given.bench, 10 if given.quick else 200)
    in_database(given, peers["pgpacs"], figures)
    if os.path.isdir(SHARED):
        real(given, peers["real"], figures)
    save(given, "header", figures)


def aims(figures):
    memory, rate = figures["memory"]["header"], figures["per_second"]
    rows = [["a header of 112 elements scanned, µs", "at most 5", memory["scan"], memory["scan"] <= 5],
            ["the same made jsonb, µs", "at most 15", memory["jsonb"], memory["jsonb"] <= 15],
            ["× DCMTK's parse and JSON", "at least 8", memory["dcmtk_json"] / memory["jsonb"],
             memory["dcmtk_json"] >= 8 * memory["jsonb"]],
            ["headers merged /s, thousands", "at least 100", rate["merge"] / 1000, rate["merge"] >= 100000]]
    for modality in ("CT", "MR"):
        if modality in figures.get("real", {}):
            size = figures["real"][modality]["bytes"]
            rows.append(["bytes per %s instance, real headers in series of 200" % modality, "at most 1024", size, size <= 1024])
    return [[what, wanted, "%.1f" % value if value < 1000 else "%.0f" % value, "yes" if reached else "**no**"]
            for what, wanted, value, reached in rows]


def table(given):
    figures = load(given, "header")
    print("%s, `%s`: medians. %s. PostgreSQL %s, DCMTK %s.\n" % (
        figures["date"], figures["command"], figures["machine"], figures["versions"]["postgresql-15"], machine.version("libdcmtk17")))
    print(markdown(["in memory", "elements", "scan µs", "keep µs", "jsonb µs", "DCMTK parse µs", "DCMTK parse and JSON µs", "× DCMTK"], [
        [DATA_SETS[name], m["elements"]] + ["%.1f" % m[key] for key in ("scan", "keep", "jsonb", "dcmtk_parse", "dcmtk_json")]
        + ["%.1f" % (m["dcmtk_json"] / m["jsonb"])] for name, m in figures["memory"].items()]))
    names = {"read": "dicom.header(bytea), 112 elements", "scan": "template and difference, nothing done with them",
             "merge": "dicom.merge(template, difference)", "value": "dicom.value_number(template, difference, …)",
             "merged_value": "dicom.value_number(header, …) of a full jsonb a row"}
    print(markdown(["in the database, one core", "/s"], [[names[n], "%.0f" % figures["per_second"][n]] for n in names]))
    sizes = [["invented CT, series of %d" % SLICES_OF_STUDY, figures["made"]]]
    sizes += [["real %s, series of 200" % m, figures["real"][m]] for m in ("CT", "MR") if m in figures.get("real", {})]
    print(markdown(["bytes an instance", "instances", "template and difference, all tables and indexes", "a full jsonb a row, that alone"], [
        [what, s["instances"], "%.0f" % s["bytes"], "%.0f" % s["merged_bytes"]] for what, s in sizes]))
    if "real" in figures:
        print("Real headers: %s (modality, maker, real slices that the 200 take turns with).\n" % ", ".join(figures["real"]["series"]))
    print(markdown(["aim", "wanted", "measured", "reached"], aims(figures)))


if __name__ == "__main__":
    arguments = read_arguments(__doc__, "scripts/bench header")
    measure(arguments) if arguments.what == "measure" else table(arguments)
