# A file that is missing or damaged in the store comes back by what a modality does anyway: it sends again.
. "$(dirname "$0")/../lib/env.sh"

as_files() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
"$generate" ct "$scratch/ct" --instances 1 --seed 2001 --transfer-syntax explicit >/dev/null
sent=$(echo "$scratch"/ct/*)
value_of() { dcmdump +P "$1" -s "$sent" | sed 's/.*\[\(.*\)\].*/\1/'; }
sop=$(value_of 0008,0018)
send() { rule "$1" storescu -aec PGPACS $dimse "$sent"; }
row() { sql "select $1 from pacs_data.instance where sop_instance_uid = '$sop'"; }
path_of() { printf '%s/store/%s/%s/%s.dcm' "$(realpath "$PGPACS_VAR")" "${1:0:2}" "${1:2:2}" "$1"; }
send "an object is stored"
url=$(sql_as pacs_mis "select url from pacs.study_links('$(value_of 0020,000D)') where sop_instance_uid = '$sop'")
comes_back() {
  curl -fsS -o "$scratch/got" "$url" || fail "$1"
  rule "$1" $python "$root/tests/lib/same_data_set.py" "$sent" "$scratch/got"
}
events() { sql "select string_agg(event, ' ' order by id) from pacs_data.audit_event where id > $mark and event like 'instance\\_%' and event <> 'instances_retrieved'"; }
id=$(row id)

missing() { as_files rm "$1"; }
truncated() { as_files truncate -s -1000 "$1"; }
flipped() {
  as_files $python - "$1" <<'P'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(-5000, 2)
    byte = file.read(1)[0]
    file.seek(-5000, 2)
    file.write(bytes([byte ^ 1]))
P
}
for damage in missing truncated flipped; do
  old=$(row file_id)
  $damage "$(path_of "$old")"
  mark=$(sql "select max(id) from pacs_data.audit_event")
  send "its file is $damage, and it is sent again"
  equal "$(events)" "instance_duplicate instance_file_replaced" "the new file takes the place of the one that is $damage"
  equal "$(row "file_id <> '$old' and id = $id")" t "for the same instance"
  comes_back "its link gives what was sent"
  as_files rm -f "$(path_of "$old")"
done

mark=$(sql "select max(id) from pacs_data.audit_event")
old=$(row file_id)
send "sent once more"
equal "$(events) $(row file_id)" "instance_duplicate $old" "it is a duplicate, whose file goes"

# Of a conflict that waits, and of another form of the object.
cp "$sent" "$scratch/other.dcm"
dcmodify -nb -imt -m "(0010,0010)=OTHER^PERSON" "$scratch/other.dcm" 2>/dev/null
storescu -aec PGPACS $dimse "$scratch/other.dcm"
waiting() { sql "select file_id from pacs_data.quarantine where sop_instance_uid = '$sop'"; }
old=$(waiting)
missing "$(path_of "$old")"
storescu -aec PGPACS $dimse "$scratch/other.dcm"
rule "the file of a conflict that waits is replaced as well" as_files test -s "$(path_of "$(waiting)")"
truncated "$(path_of "$(row file_id)")"
dcmconv +ti "$sent" "$scratch/implicit.dcm"
rule "where what is damaged cannot be compared, the sender hears success" storescu -xi -aec PGPACS $dimse "$scratch/implicit.dcm"
equal "$(waiting | wc -l)" 2 "and what it sent is kept for a person to decide"

# Twelve that send the same at once, and all find the file gone.
missing "$(path_of "$(row file_id)")"
mark=$(sql "select max(id) from pacs_data.audit_event")
for ((i = 0; i < 12; i++)); do storescu -aec PGPACS $dimse "$sent" & senders[i]=$!; done
for sender in "${senders[@]}"; do wait "$sender" || fail "a sender heard no success"; done
equal "$(sql "select count(*) from pacs_data.audit_event where id > $mark and event = 'instance_file_replaced'")" 1 "of twelve that send again at once, one brings the file"
comes_back "its link gives what was sent"
rows=$(sql "select (select count(*) from pacs_data.instance) + (select count(*) from pacs_data.quarantine)")
equal "$(as_files find "$(realpath "$PGPACS_VAR")/store" -type f | wc -l)" "$rows" "no file is left over"
