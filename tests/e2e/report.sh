# Reports that arrive as objects are read beside those that the information system files: all that DCMTK's dsrdump reads in
# a structured report stands in pacs.report.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/objects.sh"

"$generate" sr "$scratch/sr" --seed 2601 >/dev/null
"$generate" pdf "$scratch/pdf" --seed 2601 >/dev/null
# dcmdump fails for what is no DICOM file.
{ find "${folders[@]}" -type f -size -4M -print0 | xargs -0 dcmdump -q -M +F +P 0008,0016 2>/dev/null || true; } |
  awk '/^# dcmdump/ { file = $0; sub(/^# dcmdump [^:]*: /, "", file) } /=(BasicTextSR|EnhancedSR|ComprehensiveSR|Comprehensive3DSR|ExtensibleSR|SimplifiedAdultEchoSR|EncapsulatedPDFStorage)/ { print file }' >"$scratch/list"
rule "There are reports to be sent ($(wc -l <"$scratch/list"))" test -s "$scratch/list"
while read -r file; do dcmsend -aec PGPACS $dimse "$file" || fail "dcmsend: $file is not stored"; done <"$scratch/list"

# compare FILE BODY: every text, name of a person, code and number that dsrdump prints stands in the body.
cat >"$scratch/compare.py" <<'P'
import re, subprocess, sys

file, body = sys.argv[1], open(sys.argv[2], encoding="utf-8").read()
dump = subprocess.run(["dsrdump", "-q", "-Ph", "+Pl", "+U8", "-Er", "-Ev", "-Ec", "-Ee", "-Ei", file], capture_output=True).stdout.decode("utf-8", "replace")


def words(text):
    """As both write it: dsrdump escapes ends of lines, we keep them and indent what follows."""
    return " ".join(re.sub(r"\\[nr]", " ", text).split())


known, missing, seen = words(body), [], 0
for item in re.findall(r'<(?:[a-z ]+ )?((?:TEXT|PNAME|CODE|NUM|UIDREF):.*)>', dump):
    kind, rest = item.split(":", 1)
    value = re.search(r'="(.*)"\s*$', rest) if kind in ("TEXT", "UIDREF", "PNAME") else \
        re.search(r'=\([^,]*,[^,]*,"(.*)"\)', rest) if kind == "CODE" else re.search(r'="([^"]*)"', rest)
    if value and value.group(1) != "":
        seen += 1
        text = value.group(1).replace("^", " ") if kind == "PNAME" else value.group(1)
        if words(text) not in known:
            missing.append(item)
if missing:
    sys.exit("FAILED: dsrdump reads in %s what pacs.report does not say: %s" % (file, missing))
print(seen)
P
value_of() { dcmdump -q -s +P "$2" "$1" | sed -n 's/.*\[\(.*\)\].*/\1/p' | head -n 1; }
compared=0
while read -r file; do
  uid=$(value_of "$file" 0008,0018)
  study=$(value_of "$file" 0020,000d)
  sql_as pacs_physician "select coalesce(body, '') from pacs.study_reports('$study', 'Dr Melnyk') where sop_instance_uid = '$uid'" >"$scratch/body"
  equal "$(sql_as pacs_physician "select count(*) from pacs.study_reports('$study') where sop_instance_uid = '$uid'")" 1 "A report: ${file#"$scratch"/}"
  seen=$("$python" "$scratch/compare.py" "$file" "$scratch/body")
  compared=$((compared + seen))
done <"$scratch/list"
rule "Each item that dsrdump reads is in the text ($compared)" test "$compared" -gt 10

sr=$(find "$scratch/sr" -name '*.dcm')
study=$(value_of "$sr" 0020,000d)
equal "$(sql_as pacs_physician "select source || ' ' || status || ' ' || title from pacs.study_reports('$study') where source = 'sr'")" "sr final Протокол променевого дослідження" "A verified report is final"
rule "A physician reads its conclusion" grep -q 'Солітарне вогнище верхньої частки правої легені' <(sql_as pacs_physician "select body from pacs.study_reports('$study') where source = 'sr'")

# The PDF itself is in the object that the row names.
pdf=$(find "$scratch/pdf" -name '*.dcm')
study_of_pdf=$(value_of "$pdf" 0020,000d)
equal "$(sql_as pacs_physician "select source || ' ' || title || ' ' || document_type from pacs.study_reports('$study_of_pdf')")" "pdf Протокол катетеризації Cardiac catheterization study" "An encapsulated PDF has its title and type"
url=$(sql_as pacs_physician "select l.url from pacs.study_reports('$study_of_pdf') r, pacs.study_links('$study_of_pdf') l where l.sop_instance_uid = r.sop_instance_uid")
curl -fsS -o "$scratch/got.dcm" "$url"
dcm2pdf "$scratch/got.dcm" "$scratch/got.pdf"
dcm2pdf "$pdf" "$scratch/sent.pdf"
rule "and is had by the link of its object" cmp "$scratch/got.pdf" "$scratch/sent.pdf"

# Filed by the information system, versions by two at once.
filed() { sql_as pacs_mis "select report_id || ' ' || version from pacs.attach_report('$study', '$1', 'Мельник Л.', report_id => ${2:-null})"; }
id=$(filed "Перша версія $RANDOM")
id=${id% *}
for i in 1 2 3 4 5 6; do filed "Версія $i" "$id" >"$scratch/version.$i" & done
wait
equal "$(cat "$scratch"/version.? | sort -n | tr '\n' ' ')" "$id 2 $id 3 $id 4 $id 5 $id 6 $id 7 " "Versions that are filed at once are numbered one after the other"
equal "$(sql_as pacs_physician "select string_agg(source || coalesce(' ' || version, ''), ', ' order by source) from pacs.study_reports('$study') where source = 'sr' or report_id = $id")" "mis 7, sr" "The newest stands beside the object"
sql_as pacs_mis "select report_id from pacs.attach_report('$study', pdf => decode('$(base64 -w0 "$scratch/sent.pdf")', 'base64'))" >"$scratch/id"
equal "$(sql_as pacs_physician "select encode(sha256(pdf), 'hex') from pacs.study_reports('$study') where report_id = $(cat "$scratch/id")")" "$(sha256sum "$scratch/sent.pdf" | cut -d' ' -f1)" "A PDF comes back as it was given"
