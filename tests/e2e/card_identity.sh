# Corrections on the way out: what was typed in Latin letters goes to one AE with the name, the number and the dates of the patient card,
# to another byte for byte as it came; by C-FIND, C-MOVE, C-GET and a rule; whatever the character set and the transfer syntax.
. "$(dirname "$0")/../lib/env.sh"

shows=$((PGPACS_DIMSE_PORT + 23)) typed=$((PGPACS_DIMSE_PORT + 24))
children=()
clean_up() {
  kill "${children[@]}" 2>/dev/null || note "a peer was gone already"
  sql "delete from pacs.forward_rule where name = 'e2e identity'; delete from pacs_data.task where kind = 'forward';
    delete from pacs.remote_ae where ae_title in ('SHOWS', 'TYPED', 'RAW');
    delete from pacs_data.card_link where card_id in (select id from pacs_data.card where department = 'e2e identity');
    with gone as (delete from pacs_data.card where department = 'e2e identity' returning person_id)
      delete from pacs_data.person p using gone where p.id = gone.person_id"
}
trap 'clean_up; rm -rf "$scratch"' EXIT
sql "insert into pacs.remote_ae (ae_title, host, port, may_find, may_move, may_get, acts_as, identity) values
  ('SHOWS', '127.0.0.1', $shows, true, true, true, 'pacs_physician', 'card'), ('TYPED', '127.0.0.1', $typed, true, true, true, 'pacs_physician', 'received'),
  ('RAW', '127.0.0.0/8', null, false, false, false, null, 'received')"
sql_as pacs_card_feed "select pacs.upsert_card('88201', 1998, 'Ящурський', 'Юхим', 'Олегович', '1961-04-12', 'M', department => 'e2e identity', person_number => 'E2E-201')" >/dev/null

# One study of each: native, compressed, deflated, big endian; German and Cyrillic text beside the name.
prepare() { # FOLDER KIND SYNTAX SET DESCRIPTION
  "$generate" "$2" "$scratch/sent/$1" --instances 2 --seed "$RANDOM$RANDOM" --transfer-syntax "$3" >/dev/null
  find "$scratch/sent/$1" -type f >>"$scratch/list"
  KIND=$1 SET=$4 WORDS=$5 FOLDER=$scratch/sent/$1 $python - <<'P'
import os
import pydicom
for top, _, names in os.walk(os.environ["FOLDER"]):
    for name in names:
        d = pydicom.dcmread(os.path.join(top, name))
        # What the generator says in Ukrainian goes: the character set changes.
        for e in [e for e in d if e.tag < 0x00280000 and e.VR in ("PN", "LO", "SH", "LT", "ST", "UT", "SQ")]:
            del d[e.tag]
        d.SpecificCharacterSet = os.environ["SET"] or None
        if not os.environ["SET"]: del d.SpecificCharacterSet
        d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "YASHCHURSKY^EFIM", "typed-" + os.environ["KIND"], "19610412", "M"
        d.SeriesDescription, d.StudyDate, d.AccessionNumber = os.environ["WORDS"], "19980304", ""
        d.save_as(os.path.join(top, name))
P
}
prepare native ct explicit '' 'Chest'
prepare jpeg mr jpeg-lossless 'ISO_IR 100' 'Schädel'
prepare deflated cr deflated 'ISO_IR 192' 'Груди'
prepare big sc big-endian 'ISO_IR 144' 'Екран'
export SCRATCH=$scratch
$python - <<'P'
import os, sys
from dicom_peer import *
for path in open(os.environ["SCRATCH"] + "/list").read().splitlines():
    sop_class, instance, syntax, data_set = part10(path)
    a = Association([(sop_class, [syntax])], calling="RAW")
    status, words = a.store(sop_class, instance, data_set)
    a.release()
    if status:
        sys.exit("FAILED: %s: %04x %s" % (path, status, words))
P
study_of() { dcmdump +P 0020,000D -s "$(find "$scratch/sent/$1" -type f | head -n 1)" | sed 's/.*\[\(.*\)\].*/\1/' | tr -d '\0'; }
for kind in native jpeg deflated big; do sql_as pacs_registrar "select pacs.link_study('$(study_of $kind)', '88201', 1998)"; done

# C-FIND ---------------------------------------------------------------------------------------------------------
asks() { # CALLING KEY…
  rm -rf "$scratch/found"; mkdir "$scratch/found"
  (cd "$scratch/found" && findscu -X -aet "$1" -aec PGPACS $dimse -k 0008,0005='ISO_IR 192' "${@:2}") >"$scratch/find.log" 2>&1 || { cat "$scratch/find.log"; fail findscu; }
}
answers() { find "$scratch/found" -type f | wc -l; }
value() { dcmdump +P "$1" "$(find "$scratch/found" -type f | head -n 1)" | sed -n 's/.*\[\(.*\)\].*/\1/p' | sed 's/ *$//'; }
for name in 'Ящурський^Юхим^Олегович' 'Yashchurskyi^Yukhym*'; do
  for ae in SHOWS TYPED; do
    asks $ae -S -k 0008,0052=STUDY -k "0010,0010=$name" -k 0010,0020 -k 0020,000D
    equal "$(answers)" 4 "$ae finds by $name what was typed otherwise"
  done
done
asks TYPED -S -k 0008,0052=STUDY -k 0010,0020=E2E-201 -k 0010,0010 -k "0020,000D=$(study_of native)"
equal "$(value 0010,0010)|$(value 0010,0020)" "YASHCHURSKY^EFIM|typed-native" "By the number of the MIS too; one AE is shown what was typed"
asks SHOWS -S -k 0008,0052=STUDY -k 0010,0020=typed-native -k 0010,0010 -k 0020,000D
equal "$(value 0010,0010)|$(value 0010,0020)" "Ящурський^Юхим^Олегович|E2E-201" "another what the card says"
asks SHOWS -P -k 0008,0052=PATIENT -k 0010,0020=E2E-201 -k 0010,0010 -k 0020,1200
equal "$(answers) $(value 0020,1200)" "1 4" "to whom four received patients are one, of four studies"
asks TYPED -P -k 0008,0052=PATIENT -k 0010,0020=E2E-201 -k 0010,0010
equal "$(answers)" 4 "and to the other four"

# Objects --------------------------------------------------------------------------------------------------------
start_sink() { # AE PORT OPTION…
  mkdir -p "$scratch/$1"
  storescp --aetitle "$1" +B --output-directory "$scratch/$1" "${@:3}" "$2" >"$scratch/$1.log" 2>&1 &
  children+=($!)
  local i
  for ((i = 0; i < 100; i++)); do echoscu -aec "$1" 127.0.0.1 "$2" 2>/dev/null && return; sleep 0.1; done
  fail "$1 does not listen"
}
start_sink SHOWS $shows +xa
start_sink TYPED $typed +xa
# What arrived, each file against what was sent: as it is, or with the card's identity.
compare() { # FOLDER
  GOT=$1 $python - <<'P'
import os
import pydicom
from dicom_peer import part10

def read(folder):
    return {part10(top + "/" + n)[1]: top + "/" + n for top, _, names in os.walk(folder) for n in names}

sent, got = read(os.environ["SCRATCH"] + "/sent"), read(os.environ["GOT"])
outcomes = {}
for uid, path in got.items():
    was, now = part10(sent[uid]), part10(path)
    kind = sent[uid].split("/sent/")[1].split("/")[0]
    a, b = pydicom.dcmread(sent[uid]), pydicom.dcmread(path)
    if was[2:] == now[2:]:
        outcome = "as it was sent"
    else:
        other, original = b.OtherPatientIDsSequence[-1], b.OriginalAttributesSequence[-1]
        kept = original.ModifiedAttributesSequence[0]
        same = [e.tag for e in a if e.tag not in ((8, 5), (0x10, 0x10), (0x10, 0x20), (0x7FE0, 0x10)) and e.tag.element and (e.tag not in b or b[e.tag].value != e.value)]
        if b.file_meta.TransferSyntaxUID == a.file_meta.TransferSyntaxUID and a.PixelData != b.PixelData:
            same.append("pixels")
        if a.file_meta.TransferSyntaxUID != b.file_meta.TransferSyntaxUID and (a.pixel_array != b.pixel_array).any():
            same.append("pixels")
        outcome = "|".join(str(x) for x in (b.get("SpecificCharacterSet", ""), b.PatientName, b.PatientID, other.PatientID, other.TypeOfPatientID, kept.PatientName, kept.PatientID, original.ReasonForTheAttributeModification, original.SourceOfPreviousValues, same or "the rest is the same"))
    outcomes.setdefault(kind, []).append(outcome)
for kind, each in sorted(outcomes.items()):
    print(kind, len(each), *sorted(set(each)))
P
}
corrected() { # KIND SET NAME
  echo "$1 2 $2|$3|E2E-201|typed-$1|TEXT|YASHCHURSKY^EFIM|typed-$1|CORRECT|RAW|the rest is the same"
}
wanted="$(corrected big 'ISO_IR 144' 'Ящурський^Юхим^Олегович')
$(corrected deflated 'ISO_IR 192' 'Ящурський^Юхим^Олегович')
$(corrected jpeg 'ISO_IR 100' 'Yashchurskyi^Yukhym^Olehovych')
$(corrected native 'ISO_IR 192' 'Ящурський^Юхим^Олегович')"
moves() { movescu -v -aet "$1" -aec PGPACS -aem "$2" $dimse "${@:3}" >"$scratch/move.log" 2>&1; }
rule "movescu: a patient by the card's number, asked by who sees what was typed" moves TYPED SHOWS -P -k 0008,0052=PATIENT -k 0010,0020=E2E-201
equal "$(compare "$scratch/SHOWS")" "$wanted" "arrives with the card's identity in each character set and transfer syntax; the pixels and all else are what came"
for kind in native jpeg big; do rule "movescu: $kind" moves SHOWS TYPED -S -k 0008,0052=STUDY -k "0020,000D=$(study_of $kind)"; done
equal "$(compare "$scratch/TYPED")" "$(printf '%s 2 as it was sent\n' big jpeg native)" "The other destination is sent byte for byte what came, whoever asks"
rm -rf "$scratch/SHOWS"/*
moves TYPED SHOWS -P -k 0008,0052=PATIENT -k 0010,0020=E2E-201
cp -r "$scratch/SHOWS" "$scratch/first"; rm -rf "$scratch/SHOWS"/*
moves TYPED SHOWS -P -k 0008,0052=PATIENT -k 0010,0020=E2E-201
rule "What is sent twice is the same twice" diff -r "$scratch/first" "$scratch/SHOWS"

gets() { rm -rf "$scratch/got"; mkdir "$scratch/got"; getscu -aet "$1" -aec PGPACS +B -od "$scratch/got" $dimse -S -k 0008,0052=STUDY -k "0020,000D=$2" >"$scratch/get.log" 2>&1; }
rule "getscu" gets SHOWS "$(study_of native)"
equal "$(compare "$scratch/got")" "$(corrected native 'ISO_IR 192' 'Ящурський^Юхим^Олегович')" "gets the card's identity where it is shown that"
rule "getscu" gets TYPED "$(study_of native)"
equal "$(compare "$scratch/got")" "native 2 as it was sent" "and what came where not"

# A rule that sends what is linked ---------------------------------------------------------------------------------
rm -rf "$scratch/SHOWS"/*
sql "insert into pacs.forward_rule (name, destination_id, calling_ae_title, only_linked) select 'e2e identity', id, 'RAW', true from pacs.remote_ae where ae_title = 'SHOWS'"
rm "$scratch/list"
prepare later ct explicit 'ISO_IR 192' 'Груди'
$python - <<'P'
import os
from dicom_peer import *
for path in open(os.environ["SCRATCH"] + "/list").read().splitlines():
    sop_class, instance, syntax, data_set = part10(path)
    a = Association([(sop_class, [syntax])], calling="RAW")
    a.store(sop_class, instance, data_set)
    a.release()
P
later=$(study_of later)
eventually 2 "select count(*) from pacs_data.transfer t join pacs_data.instance i on i.transfer_id = t.id join pacs_data.series se on se.id = i.series_id join pacs_data.study st on st.id = se.study_id where st.study_instance_uid = '$later' and t.noticed_instance_id >= i.id" "Two objects come, and rules have looked at them"
equal "$(find "$scratch/SHOWS" -type f | wc -l)" 0 "Nothing goes while they are nobody's"
sql_as pacs_registrar "select pacs.link_study('$later', '88201', 1998)"
eventually 2 "select count(*) from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id where r.name = 'e2e identity' and f.state = 'sent'" "They are linked, and go"
equal "$(compare "$scratch/SHOWS")" "$(corrected later 'ISO_IR 192' 'Ящурський^Юхим^Олегович')" "as the card says"
