# What a sender hears: the statuses of PS3.4 B.2.3, the reasons of PS3.8 9.3.4, and words that name the tag.
. "$(dirname "$0")/../lib/env.sh"

as_files() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
files() { as_files find "$(realpath "$PGPACS_VAR")/store" -type f -name '*.dcm' -printf '%f\n' | sed 's/\.dcm$//' | sort; }
rows() { sql "select file_id from pacs_data.instance union select file_id from pacs_data.quarantine" | sort; }
# Others may have left a file when pacsd was killed between storing and committing.
files_without_rows() { comm -23 <(files) <(rows) | tr '\n' ' '; }
rows_without_files() { comm -13 <(files) <(rows) | tr '\n' ' '; }
left_over=$(files_without_rows)
unfiled=$(rows_without_files)

"$generate" ct "$scratch/ct" --instances 2 --seed 1101 >/dev/null
ACT="$scratch" $python - <<'P'
import os, struct, sys
from dicom_peer import *

folder = os.environ["ACT"] + "/ct/"
names = sorted(os.listdir(folder))
cls, inst, ts, ds = part10(folder + names[0])


def rule(words, got, wanted):
    if got != wanted:
        sys.exit("FAILED: %s: expected %r, found %r" % (words, wanted, got))
    print("  " + words)


def refused(words, wanted, **arguments):
    try:
        Association([(VERIFICATION, [IMPLICIT])], **arguments)
    except Ended as end:
        return rule(words, str(end), wanted)
    sys.exit("FAILED: " + words)


def associate():
    return Association([(cls, [ts]), (VERIFICATION, [IMPLICIT])])


def store(data_set, instance=inst, sop_class=cls):
    a = associate()
    answer = a.store(sop_class, instance, data_set)
    rule_alive = a.echo(3)
    a.release()
    assert rule_alive == 0
    return answer


refused("an unknown calling AE is rejected: calling AE title not recognized", "rejected 1/1/3", calling="NOBODY")
refused("a wrong called AE is rejected: called AE title not recognized", "rejected 1/1/7", called="OTHER")
refused("an AE title with a control character is rejected", "rejected 1/1/3", calling="A\x01B")
rule("C-ECHO is answered", associate().echo(3), 0)

other = inst[:-1] + ("1" if inst[-1] != "1" else "2")
status, words = store(ds, instance=other)
rule("UIDs of command and data set differ: A900", status, 0xA900)
rule("the comment names the tag", words, "(0008,0018) differs from the command")

status, words = store(ds[:200])
rule("a truncated object: C000", status, 0xC000)
rule("truncated in its pixels: C000", store(ds[:-1000])[0], 0xC000)
rule("an empty one: C000", store(b"")[0], 0xC000)
rule("text: C000", store(b"This is not DICOM at all, but a letter to the radiologist." * 100)[0], 0xC000)
rule("zeros: C000", store(b"\0" * 5000)[0], 0xC000)


def without(tag):
    """The data set without one explicit VR element of short form."""
    at = ds.index(struct.pack("<HH", *tag))
    length = struct.unpack("<H", ds[at + 6:at + 8])[0]
    return ds[:at] + ds[at + 8 + length:]


for tag, name in (((0x0020, 0x000D), "(0020,000D)"), ((0x0020, 0x000E), "(0020,000E)"), ((0x0008, 0x0018), "(0008,0018)")):
    status, words = store(without(tag))
    rule("a missing UID: A900, naming " + name, (status, words), (0xA900, "no value of " + name))


def with_value(tag, value):
    """The data set with another value of one explicit VR element of short form."""
    at = ds.index(struct.pack("<HH", *tag))
    length = struct.unpack("<H", ds[at + 6:at + 8])[0]
    value += b" " * (len(value) % 2)
    return ds[:at + 6] + struct.pack("<H", len(value)) + value + ds[at + 8 + length:]


status, words = store(with_value((0x0020, 0x000D), b"../../../etc/passwd"))
rule("a UID that is a path: A900", (status, words), (0xA900, "no UID in (0020,000D)"))
rule("a UID of the command that is a path: A900", store(ds, instance="../../etc/passwd")[0], 0xA900)
rule("a SOP class that is not the context's: A900", store(ds, sop_class="1.2.840.10008.5.1.4.1.1.4")[0], 0xA900)

depth = 5000
bomb = (struct.pack("<HH", 8, 0x1140) + b"SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * depth
at = ds.index(struct.pack("<HH", 0x0010, 0x0010))
rule("5,000 nested sequences: C000", store(ds[:at] + bomb + ds[at:])[0], 0xC000)

bad = with_value((0x0010, 0x0030), b"1985/13/45")
rule("a bad date costs no image", store(bad)[0], 0)
a = associate()
rule("sent again: success", a.store(cls, inst, bad)[0], 0)
cls2, inst2, ts2, ds2 = part10(folder + names[1])
rule("the next object on the same association as well", a.store(cls2, inst2, ds2)[0], 0)
rule("the same UID with other pixels: success too, both are kept", a.store(cls2, inst2, ds2[:-2] + b"\1\1")[0], 0)
a.release()
unknown = Association([("1.2.3.4.5.6.7", [EXPLICIT]), ("1.2.840.10008.5.1.4.31", [EXPLICIT])])
rule("private SOP classes are accepted, services that we do not have are not", sorted(unknown.accepted), [1])
unknown.release()
P

study=$(dcmdump +P 0020,000D -s "$(find "$scratch/ct" -type f | head -n 1)" | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(sql "select string_agg(d.tag || ' ' || d.code || ' ' || d.value, ',') from pacs_data.defect d join pacs_data.series se on se.id = d.series_id join pacs_data.study st on st.id = se.study_id where st.study_instance_uid = '$study'")" \
  "00100030 bad_date 1985/13/45" "the bad date is kept as a defect"
equal "$(sql "select string_agg(q.reason || ' ' || q.state, ',') from pacs_data.quarantine q where q.study_instance_uid = '$study'")" "conflict open" "the other pixels wait in quarantine"
equal "$(sql "select number_of_instances from pacs.find_studies(study_instance_uid => '$study')")" 2 "the study has its two instances"
equal "$(rows_without_files)" "$unfiled" "each row has its file"
equal "$(files_without_rows)" "$left_over" "and no file is left over"
rule "no value of a patient is in a log" bash -c "! { cat '$PGPACS_VAR'/log/* '$PGPACS_VAR'/pg/log/*; } | grep -qE '1985/13/45|passwd|$study'"
