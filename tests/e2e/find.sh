# C-FIND with DCMTK's findscu and a raw peer: levels and roots, matching, character sets, extended negotiation,
# hostile identifiers, rights.
. "$(dirname "$0")/../lib/env.sh"

ACT=$scratch $python - <<'P'
import struct, sys, time
from dicom_peer import *

SC, PATIENT, STUDY = "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.2.1"
BIG = "1.2.840.10008.1.2.2"
UID = "1.2.826.0.1.3680043.10.1.4100."
e = implicit_element


def rule(words, got, wanted=True):
    if got != wanted:
        sys.exit("FAILED: %s: expected %r, found %r" % (words, wanted, got))
    print("  " + words)


def padded(text):
    return text.encode() + b"\0" * (len(text) % 2)


def store(patient, name, character_set, codec, study, series, number, date, time_, modality):
    instance = UID + "%d.%d.%d" % (study, series, number)
    data_set = (e(8, 5, character_set) + e(8, 0x16, padded(SC)) + e(8, 0x18, padded(instance)) + e(8, 0x20, date) + e(8, 0x30, time_) +
                e(8, 0x50, "ACC%d" % study) + e(8, 0x60, modality) + e(8, 0x1030, "Study %d" % study) + e(0x10, 0x10, name.encode(codec)) +
                e(0x10, 0x20, patient) + e(0x10, 0x30, "19600309") + e(0x20, 0xD, padded(UID + str(study))) +
                e(0x20, 0xE, padded(UID + "%d.%d" % (study, series))) + e(0x20, 0x11, str(series)) + e(0x20, 0x13, str(number)) +
                e(0x28, 0x10, struct.pack("<H", 64)))
    a = Association([(SC, [IMPLICIT])])
    status, words = a.store(SC, instance, data_set)
    a.release()
    assert status == 0, words


for number in (1, 2):
    store("FIND1", "Згурський^Олександр", "ISO_IR 192", "utf-8", 1, 1, number, "20240312", "101112", "CT")
store("FIND1", "Згурський^Олександр", "ISO_IR 192", "utf-8", 1, 2, 1, "20240312", "101112", "SR")
store("FIND2", "ZGHURSKYI^OLEKSANDR", "ISO_IR 100", "ascii", 2, 1, 1, "20240415", "083000", "MR")
store("FIND3", "Коваленко^Андрій", "ISO_IR 144", "iso8859_5", 3, 1, 1, "20230101", "120000", "CT")


def elements(data, order="<"):
    """{(group, element): value} of a data set in implicit VR, or in explicit VR with short lengths alone."""
    found, at = {}, 0
    while at < len(data):
        group, number = struct.unpack(order + "HH", data[at:at + 4])
        if data[at + 4:at + 6].isalpha() and data[at + 4:at + 6].isupper():
            length, at = struct.unpack(order + "H", data[at + 6:at + 8])[0], at + 8
        else:
            length, at = struct.unpack(order + "I", data[at + 4:at + 8])[0], at + 8
        found[group, number] = data[at:at + length].rstrip(b" \0")
        at += length
    return found


def associate(calling="FINDSCU", syntaxes=(IMPLICIT,), **more):
    return Association([(STUDY, list(syntaxes)), (PATIENT, list(syntaxes)), (VERIFICATION, [IMPLICIT])], calling=calling, **more)


a = associate()


def find(identifier, root=STUDY, to=None):
    status, answers = (to or a).find(root, identifier, 1 if root == STUDY else 3)
    return status, [elements(answer) for answer in answers]


def uids(answers, tag=(0x20, 0xD)):
    return sorted(answer[tag].decode().replace(UID, "") for answer in answers)


level = lambda text: e(8, 0x52, text)
ours = e(0x10, 0x20, "FIND?")

# Levels, roots, keys
status, answers = find(level("STUDY") + ours + e(0x20, 0xD, ""))
rule("study root, study level, a wildcard in Patient ID", (status, uids(answers)), (0, ["1", "2", "3"]))
rule("each answer says its level and where it can be had",
     {(x[8, 0x52], x[8, 0x54], x[8, 0x56]) for x in answers}, {(b"STUDY", AE.encode(), b"ONLINE")})
status, answers = find(level("PATIENT") + ours + e(0x10, 0x10, ""), PATIENT)
rule("patient root, patient level", (status, sorted(x[0x10, 0x20] for x in answers)), (0, [b"FIND1", b"FIND2", b"FIND3"]))
status, answers = find(level("STUDY") + e(0x10, 0x20, "FIND1") + e(0x20, 0xD, "") + e(0x20, 0x1206, "") + e(0x20, 0x1208, "") + e(8, 0x61, ""), PATIENT)
rule("patient root, study level, with counts", (status, [(x[0x20, 0x1206], x[0x20, 0x1208]) for x in answers]), (0, [(b"2", b"3")]))
rule("and modalities", set(answers[0][8, 0x61].split(b"\\")), {b"CT", b"SR"})
status, answers = find(level("SERIES") + e(8, 0x60, "") + e(0x20, 0xD, padded(UID + "1")) + e(0x20, 0xE, ""))
rule("series level", (status, sorted(x[8, 0x60] for x in answers)), (0, [b"CT", b"SR"]))
status, answers = find(level("IMAGE") + e(8, 0x18, "") + e(0x20, 0xD, padded(UID + "1")) + e(0x20, 0xE, padded(UID + "1.1")) + e(0x20, 0x13, "") + e(0x28, 0x10, "") + e(0x40, 0x275, ""))
rule("image level", (status, sorted(x[0x20, 0x13] for x in answers)), (0, [b"1", b"2"]))
rule("with numbers and sequences of the header", {(x[0x28, 0x10], x[0x40, 0x275]) for x in answers}, {(b"@", b"")})
status, answers = find(level("STUDY") + e(0x20, 0xD, "\\".join(UID + n for n in "129")))
rule("a list of UIDs", (status, uids(answers)), (0, ["1", "2"]))
status, answers = find(level("STUDY") + e(8, 0x20, "20240301-20240331") + ours + e(0x20, 0xD, ""))
rule("a range of dates", (status, uids(answers)), (0, ["1"]))
status, answers = find(level("STUDY") + e(8, 0x20, "-20231231") + ours + e(0x20, 0xD, ""))
rule("an open one", (status, uids(answers)), (0, ["3"]))
rule("no match is a success without answers", find(level("STUDY") + e(0x10, 0x20, "FINDNOBODY")), (0, []))

# Character sets
name = lambda character_set, codec, text: level("STUDY")[:0] + (e(8, 5, character_set) if character_set else b"") + level("STUDY") + e(0x10, 0x10, text.encode(codec)) + ours + e(0x20, 0xD, "")


def named(character_set, codec, text, spelt="utf-8"):
    status, answers = find(name(character_set, codec, text))
    return status, uids(answers), sorted({(x.get((8, 5), b"").decode(), x[0x10, 0x10].decode(spelt)) for x in answers})


cyrillic, latin = "Згурський^Олександр", "ZGHURSKYI^OLEKSANDR"
rule("asked in ISO_IR 192, answered in it", named("ISO_IR 192", "utf-8", "Згурський*"),
     (0, ["1", "2"], [("ISO_IR 192", latin), ("ISO_IR 192", cyrillic)]))
rule("asked in ISO_IR 144, answered in it", named("ISO_IR 144", "iso8859_5", "згурський*", "iso8859_5"),
     (0, ["1", "2"], [("ISO_IR 144", latin), ("ISO_IR 144", cyrillic)]))
rule("asked without a character set: none where ASCII serves, else ISO_IR 192", named("", "ascii", "ZGHURSKYI*"),
     (0, ["1", "2"], [("", latin), ("ISO_IR 192", cyrillic)]))
rule("asked in ISO_IR 100, which cannot hold it: ISO_IR 192", named("ISO_IR 100", "ascii", "zghurskyi*"),
     (0, ["1", "2"], [("ISO_IR 100", latin), ("ISO_IR 192", cyrillic)]))
rule("asked in a set that nobody knows: ASCII, else ISO_IR 192", named("ISO_IR 999", "ascii", "zghurskyi*"),
     (0, ["1", "2"], [("", latin), ("ISO_IR 192", cyrillic)]))

# Transfer syntaxes
big = associate(syntaxes=[BIG])
swap = lambda group, number, vr, text: struct.pack(">HH", group, number) + vr + struct.pack(">H", len(text) + len(text) % 2) + text + b" " * (len(text) % 2)
status, answers = big.find(STUDY, swap(8, 0x52, b"CS", b"STUDY") + swap(0x10, 0x20, b"LO", b"FIND2") + swap(0x20, 0xD, b"UI", b"") + swap(0x20, 0x1206, b"IS", b""))
rule("big endian is answered in big endian", (status, [elements(x, ">")[0x20, 0xD].decode() for x in answers]), (0, [UID + "2"]))
big.release()

# Extended negotiation (PS3.4 C.5.1.1)
series = level("SERIES") + ours + e(8, 0x60, "MR") + e(0x20, 0xE, "")
status, answers = find(series)
rule("a series without its study is no query", (status, answers), (0xA900, []))
rule("the response names the missing key", (a.offending, "(0020,000D)" in a.comment), (struct.pack("<HH", 0x20, 0xD), True))
relational = associate(extended=[(STUDY, b"\1\1\1\1")])
rule("relational, combined date-time and fuzzy are accepted, time zones are not", relational.extended, {STUDY: b"\1\1\1\0"})
rule("a relational query needs no study", (lambda r: (r[0], uids(r[1], (0x20, 0xE))))(find(series, to=relational)), (0, ["2.1"]))
both = level("STUDY") + e(8, 0x20, "20240312-20240415") + e(8, 0x30, "100000-090000") + ours + e(0x20, 0xD, "")
rule("date and time are one range where that was agreed", uids(find(both, to=relational)[1]), ["1", "2"])
rule("and two where not", uids(find(both)[1]), [])
relational.release()
one = associate(extended=[(PATIENT, b"\1")])
rule("who offers one byte is answered one", one.extended, {PATIENT: b"\1"})
one.release()

# Hostile identifiers: a status, and the association goes on
nested = struct.pack("<HHI", 0x40, 0x275, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
good = level("STUDY") + ours + e(0x20, 0xD, "")
for words, identifier, wanted in (
        ("cut short", good[:-5], 0xC000), ("text", b"Whom it may concern: I should like all studies of March. ", 0xC000),
        ("nested 5,000 deep", level("STUDY") + nested * 5000, 0xC000), ("an unknown level", level("WARD") + ours, 0xA900),
        ("no level", ours + e(0x20, 0xD, ""), 0xA900), ("empty", b"", 0xA900), ("a level of the other root", level("PATIENT") + ours, 0xA900),
        ("a date that is none", level("STUDY") + e(8, 0x20, "yesterday") + ours, 0xA900)):
    status, answers = find(identifier)
    rule("%s: %04X" % (words, wanted), (status, answers), (wanted, []))
    rule("  and the next query is answered", find(good)[0], 0)
many = "\\".join(UID + "5." + str(n) for n in range(100000)) + "\\" + UID + "1"
began = time.time()
status, answers = find(level("STUDY") + e(0x20, 0xD, padded(many)))
rule("100,000 UIDs are a list like any other (%.1f s)" % (time.time() - began), (status, uids(answers)), (0, ["1"]))
status, answers = find(level("STUDY") + e(8, 0x1030, "*" * 10000 + "x") + ours + e(0x20, 0xD, ""))
rule("10,000 stars in a key end in time", status in (0, 0xA900))
status, answers = find(level("STUDY") + e(0x10, 0x4000, "x" * (17 << 20)))
rule("17 MB are more than the limit: C000", (status, a.comment), (0xC000, "the identifier is larger than the limit"))

# Commands that do not fit
a.send_pdvs(5, find_rq(STUDY), True)
a.send_pdvs(5, good, False)
rule("C-FIND on a context for verification: 0122", a.status()[0], 0x0122)
a.send_pdvs(1, find_rq(STUDY).replace(struct.pack("<HHIH", 0, 0x800, 2, 0), struct.pack("<HHIH", 0, 0x800, 2, 0x0101)), True)
rule("C-FIND without an identifier: 0212", a.status()[0], 0x0212)
a.send_pdvs(1, cancel_rq(7), True)
rule("a C-CANCEL of nothing is no fault", find(good)[0], 0)
rule("the association is released", a.release())
P

sql "insert into pacs.remote_ae (ae_title, host, may_find, acts_as) values ('NOBODYS', '127.0.0.0/8', true, null),
  ('STRANGER', '127.0.0.0/8', true, 'demo_radiologist'), ('GONE', '127.0.0.0/8', true, 'no_such_role'),
  ('BLIND', '127.0.0.0/8', true, 'demo_auditor'), ('SENDER', '127.0.0.0/8', false, null)"
trap 'sql "delete from pacs.remote_ae where ae_title in ('\''NOBODYS'\'', '\''STRANGER'\'', '\''GONE'\'', '\''BLIND'\'', '\''SENDER'\'')"; rm -rf "$scratch"' EXIT
denials() { sql "select string_agg(detail ->> 'reason', ';' order by id) from pacs_data.audit_event where event = 'operation_denied' and id > $mark"; }
mark=$(sql "select coalesce(max(id), 0) from pacs_data.audit_event")
ask() { findscu -v -S -aet "$1" -aec PGPACS $dimse -k 0008,0052=STUDY -k "0010,0020=FIND*" -k 0020,000D 2>&1; }
rule "who acts as nobody finds nothing" grep -q "Final Find Response.*0x124" <(ask NOBODYS)
rule "nor does who acts as a role that pacs_gateway is no member of" grep -q "Final Find Response.*0x124" <(ask STRANGER)
rule "nor one that does not exist" grep -q "Final Find Response.*0x124" <(ask GONE)
equal "$(denials)" "no role is named in acts_as of pacs.remote_ae;role demo_radiologist cannot be taken on: grant it to pacs_gateway;role no_such_role cannot be taken on: grant it to pacs_gateway" "each is in the trail"
rule "who may not find is offered no context" grep -q -i "no.*presentation context" <(ask SENDER)
rule "findscu's answers are those of the physician it acts as" grep -q "$(sql "select study_instance_uid from pacs_data.study where accession_number = 'ACC3'")" <(ask FINDSCU)
equal "$(sql "select actor || ' ' || (detail ->> 'level') from pacs_data.audit_event where event = 'studies_queried' order by id desc limit 1")" "demo_physician STUDY" "and the query is in the trail as his"
rule "no value of a patient is in a log" bash -c "! cat '$PGPACS_VAR'/log/* '$PGPACS_VAR'/pg/log/* | grep -qE 'ZGHURSKYI|yesterday|FIND[123]'"
