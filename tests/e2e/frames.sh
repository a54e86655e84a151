#!/bin/bash
# Frames as devices send them: what the database says of their places, in a file at hand and in a stored one, is what
# pydicom finds there, byte for byte; so are the functional groups of enhanced objects. Real files too, from
# ../shared/dicom, where that is.
. "$(dirname "$0")/../lib/env.sh"

sql "insert into pacs.remote_ae (ae_title, host) values ('FRAMES', '127.0.0.0/8') on conflict do nothing"
"$generate" us "$scratch/films/table" --seed 71
"$generate" us "$scratch/films/no-table" --seed 72 --no-offset-table
"$generate" xa "$scratch/films/rle" --seed 73 --transfer-syntax rle --no-offset-table
"$generate" xa "$scratch/films/big-endian" --seed 74 --transfer-syntax big-endian
"$generate" emr "$scratch/films/enhanced" --seed 75
"$generate" emr "$scratch/films/deflated" --seed 76 --transfer-syntax deflated
"$generate" ct "$scratch/films/image" --seed 77 --instances 2 --transfer-syntax jpeg-lossless
shared=$root/../shared/dicom
if [ -d "$shared" ]; then cp -r "$shared" "$scratch/films"; else note "SKIPPED: ../shared/dicom is not there"; fi
find "$scratch/films" -type f ! -name '*.csv' | sort >"$scratch/list"
# The server's user reads them.
chmod -R a+rX "$scratch"

cat >"$scratch/functions.sql" <<'Q'
create function public.frames_of(path text) returns jsonb language plpgsql as $$
begin
  return coalesce((select jsonb_agg(jsonb_build_array(frame_offset, frame_length) order by frame)
                   from dicom.frames(pg_read_binary_file(path))), '[]');
exception when others then
  return to_jsonb(sqlstate);
end $$;
Q
"$root/scripts/psql" -Xq -f "$scratch/functions.sql"
trap 'rm -rf "$scratch"; sql "drop function public.frames_of"' EXIT

LIST=$scratch/list $python - <<'P'
import json, os, subprocess, sys
from dicom_peer import *
from frames_of_file import *


def ask(text):
    done = subprocess.run(["scripts/psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit("FAILED: " + done.stderr)
    return done.stdout.splitlines()


def places(text):
    return json.loads(text) if text else []


paths = open(os.environ["LIST"]).read().splitlines()
found = dict(line.split("|", 1) for line in ask(
    "select p, public.frames_of(p) from unnest('{%s}'::text[]) p" % ",".join('"%s"' % p for p in paths)))

# In files at hand.
agree = films = refused = differ = 0
for path in paths:
    data, theirs = open(path, "rb").read(), expected(path)
    ours = places(found[path])
    if isinstance(ours, str) or theirs is None:
        refused += 1
        continue
    ds = pydicom.dcmread(path, force=True, defer_size=1024)
    element = pixel_element(ds)
    if str(ds.file_meta.get("TransferSyntaxUID", "")) == "1.2.840.10008.1.2.1.99":
        continue  # below, of the inflated data set
    try:
        mine = at_places(data, ours, element is not None and element.is_undefined_length)
    except ValueError as error:
        mine = str(error)
    if mine == theirs:
        agree += 1
        films += len(mine) > 1
    else:
        differ += 1
        print("  differs: %s: %s of ours, %d of pydicom" % (path, mine if isinstance(mine, str) else len(mine), len(theirs)))
print("  files at hand: frames of %d agree, %d of them films; %d cannot be read by one of the two" % (agree, films, refused))
if differ or agree < 7 or films < 5:
    sys.exit("FAILED: %d differ" % differ)

# In stored objects: what came is what is kept, so that a place in the file sent is one in the stored.
stored = groups = 0
for path in paths:
    try:
        sop_class, instance, syntax, data_set = part10(path)
        if not (sop_class and instance and syntax):
            continue
        a = Association([(sop_class, [syntax])], calling="FRAMES")
        status = a.store(sop_class, instance, data_set)[0] if 1 in a.accepted else None
        a.release()
    except (ValueError, struct.error):
        continue
    if status != 0:
        continue
    kept = ask("select i.sha256 = sha256('\\x%s') from pacs_data.instance i where sop_instance_uid = '%s'" % (data_set.hex(), instance))
    if kept != ["t"]:
        continue  # another of the same UID came first
    seen = [list(map(int, line.split("|"))) for line in
            ask("select frame_offset, frame_length from pacs.frame where sop_instance_uid = '%s' order by frame" % instance)]
    before = len(open(path, "rb").read()) - len(data_set)
    deflated = syntax == "1.2.840.10008.1.2.1.99"
    ours = [[at - (0 if deflated else before), length] for at, length in places(found[path])]
    if seen != ours:
        sys.exit("FAILED: %s: stored %s, at hand %s" % (path, seen[:3], ours[:3]))
    stored += 1
    ds = pydicom.dcmread(path, force=True, defer_size=1024)
    if "PerFrameFunctionalGroupsSequence" not in ds:
        continue
    theirs = []
    for item in ds.PerFrameFunctionalGroupsSequence:
        joined = {str(e.tag): e for s in (ds.get("SharedFunctionalGroupsSequence", []), [item]) for g in s[:1] for e in g}
        theirs.append([",".join(sorted(t.replace("(", "").replace(")", "").replace(", ", "").upper() for t in joined)),
                       "\\".join("%g" % x for x in (item.PlanePositionSequence[0].ImagePositionPatient if "PlanePositionSequence" in item else []))])
    mine = [line.split("|") for line in ask(
        "select (select string_agg(k, ',' order by k) from jsonb_object_keys(g.groups) k),"
        " (select coalesce(string_agg(trim_scale(x::numeric)::float8::text, '\\' order by o), '') from jsonb_array_elements_text("
        " dicom.value(g.groups, 'PlanePositionSequence[0].ImagePositionPatient')) with ordinality v (x, o))"
        " from pacs_data.instance i join pacs_data.series s on s.id = i.series_id,"
        " dicom.frame_groups(s.template, i.difference) g where i.sop_instance_uid = '%s' order by g.frame" % instance)]
    if [m[0] for m in mine] != [t[0] for t in theirs] or any(
            list(map(float, filter(None, m[1].split("\\")))) != [float("%s" % x) for x in (i.PlanePositionSequence[0].ImagePositionPatient if "PlanePositionSequence" in i else [])]
            for m, i in zip(mine, ds.PerFrameFunctionalGroupsSequence)):
        sys.exit("FAILED: functional groups of %s: %s, pydicom %s" % (path, mine[:1], theirs[:1]))
    groups += 1
print("  stored objects: frames of %d are where they were sent; functional groups of %d agree with pydicom" % (stored, groups))
if stored < 8 or groups < 2:
    sys.exit("FAILED: too few were stored")
P

equal "$(sql "select count(*) from pacs_data.frame_table t join pacs_data.instance i on i.id = t.instance_id
  where i.sop_instance_uid in (select sop_instance_uid from pacs.pixel_description
    where number_of_frames = 1 and transfer_syntax_uid = '1.2.840.10008.1.2.4.70')")" 0 "An image in one codestream costs no row"

# A physician's question for one instance reads indexes alone, row-level security and all.
instance=$(sql "select sop_instance_uid from pacs.frame where frame = 3 limit 1")
for view in frame pixel_description; do
  plan=$("$root/scripts/psql" -XAtq -c "begin" -c "grant usage on schema pacs_data to pacs_physician" \
    -c "grant select on all tables in schema pacs_data to pacs_physician" -c "grant select on pacs.$view to pacs_physician" \
    -c "set local session authorization demo_physician" -c "set local enable_seqscan = off" \
    -c "explain (costs off) select * from pacs.$view where sop_instance_uid = '$instance'" -c rollback)
  rule "pacs.$view of one instance is an index lookup" grep -q "instance_sop_instance_uid_key" <<<"$plan"
  rule "and reads no table whole" not grep -q "Seq Scan" <<<"$plan"
done
