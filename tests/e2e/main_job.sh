# The walk: a modality sends, the information system asks in SQL, a link opens the image, byte for byte.
. "$(dirname "$0")/../lib/env.sh"

doctor="Dr $$"
"$generate" ct "$scratch/ct" --instances 5 --seed 1001 --patient 1 >/dev/null
rule "storescu sends a CT series" storescu -aec PGPACS $dimse +sd "$scratch/ct"
first=$(find "$scratch/ct" -type f | sort | head -n 1)
study=$(dcmdump +P 0020,000D -s "$first" | sed 's/.*\[\(.*\)\].*/\1/')

row=$(sql_as pacs_mis "select patient_name, modalities, number_of_instances from pacs.find_studies(study_instance_uid => '$study')")
equal "$row" "$(dcmdump +P 0010,0010 -s "$first" | sed 's/.*\[\(.*\)\].*/\1/')|{CT}|5" "the information system finds it, with the name in Ukrainian"

sql_as pacs_mis "select level, sop_instance_uid, url from pacs.study_links('$study', on_behalf_of => '$doctor')" >"$scratch/links"
equal "$(cut -d'|' -f1 "$scratch/links" | sort | uniq -c | tr -s ' \n' ' ')" " 5 instance 1 study " "one link for the study, one for each object"

while IFS='|' read -r level sop url; do
  [ "$level" = instance ] || continue
  curl -fsS -o "$scratch/got" "$url" || fail "the link of an object answers"
  file=$(grep -l -a "$sop" "$scratch"/ct/* | head -n 1)
  $python "$root/tests/lib/same_data_set.py" "$file" "$scratch/got" || fail "the link gives the bytes that were sent"
done <"$scratch/links"
note "each link gives the object as it was sent"

page=$(grep '^study' "$scratch/links" | cut -d'|' -f3)
curl -fsS -D "$scratch/head" -o "$scratch/page" "$page"
equal "$(grep -c '>DICOM</a>' "$scratch/page")" 5 "the study's link shows its objects"
rule "the page is not kept and tells nobody where it came from" grep -qiE '^(cache-control: no-store|referrer-policy: no-referrer)' "$scratch/head"

url=$(grep '^instance' "$scratch/links" | head -n 1 | cut -d'|' -f3)
code() { curl -s -o "$scratch/body" -w '%{http_code}' "$@"; }
equal "$(code "${url%%\?*}")" 401 "without its token nothing is given"
equal "$(code "${url}x")" 401 "a longer token opens nothing"
equal "$(code "$http/v/$(printf 'A%.0s' {1..40})")" 401 "a made-up token shows a page that says so"
rule "in Ukrainian" grep -q 'Посилання' "$scratch/body"
token=${url##*=}
"$generate" mr "$scratch/mr" --instances 1 --seed 1002 --patient 2 >/dev/null
storescu -aec PGPACS $dimse +sd "$scratch/mr"
other=$(dcmdump +P 0020,000D -s "$scratch"/mr/* | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(code "$http/dicom-web/studies/$other?token=$token")" 403 "a link opens no other study"
rule "the problem has a code" grep -q PC044 "$scratch/body"

# Whole study and series: multipart, one part for each object.
curl -fsS -D "$scratch/head" -o "$scratch/multipart" "$http/dicom-web/studies/$study?token=$token"
boundary=$(sed -n 's/.*boundary=\(.*\)\r/\1/p' "$scratch/head")
equal "$(grep -a -c -- "--$boundary" "$scratch/multipart")" 6 "a study comes as multipart/related, a part for each object"
equal "$(stat -c %s "$scratch/multipart")" "$(sed -n 's/^Content-Length: \(.*\)\r/\1/p' "$scratch/head")" "with its length said before"
equal "$(code -H 'Accept: image/jpeg' "$url")" 406 "what is not served is refused by its media type"
equal "$(code -X POST "$url")" 405 "links are read-only"
series=$(dcmdump +P 0020,000E -s "$first" | sed 's/.*\[\(.*\)\].*/\1/')
sop=$(dcmdump +P 0008,0018 -s "$first" | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(code "$http/wado?requestType=WADO&studyUID=$study&seriesUID=$series&objectUID=$sop&contentType=application/dicom&token=$token")" 200 "WADO-URI gives the object too"
rule "as it was sent" $python "$root/tests/lib/same_data_set.py" "$first" "$scratch/body"

equal "$(sql_as pacs_mis "select pacs.revoke_links(on_behalf_of => '$doctor')")" 1 "the link is taken back by whom it was made for"
equal "$(code "$url")" 403 "then it opens nothing"
rule "and says why" grep -q PC043 "$scratch/body"
rule "no token is in a log" bash -c "! { cat \"$PGPACS_VAR\"/log/*; cat \"$PGPACS_VAR\"/pg/log/*; } | grep -q -- \"$token\""
equal "$(sql "select string_agg(event || ' ' || n, ', ') from (select event, count(*) as n from pacs_data.audit_event where on_behalf_of = '$doctor' group by event order by event) e")" \
  "instances_retrieved 9, link_made 1, link_opened 1, links_revoked 1" "the trail knows for whom"
