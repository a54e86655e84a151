# Rules that want storage commitment: of Orthanc, of a destination that has lost something, of one that never answers and
# of one that refuses. What is promised is seen in the database, and what is not is a failure of the rule.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/matrix.sh"

keeper_port=$((PGPACS_DIMSE_PORT + 24))
forget() {
  sql "delete from pacs.forward_rule; delete from pacs.remote_ae where ae_title in ('ORTHANC', 'KEEPER'); delete from pacs_data.task where kind in ('forward', 'ask_commitment'); delete from pacs_data.commitment where is_ours;
    delete from pacs_data.resource_pause; update pacs.setting set value = '1 day' where name = 'commitment_patience'; update pacs.setting set value = '30 seconds' where name = 'study_grace'"
}
trap 'forget; stop_matrix' EXIT
forget
sql "insert into pacs.remote_ae (ae_title, host, port) values ('ORTHANC', '127.0.0.1', $orthanc_port), ('KEEPER', '127.0.0.1', $keeper_port);
  update pacs.setting set value = '1 second' where name = 'study_grace'"

# wait_until WORDS SECONDS COMMAND…
wait_until() {
  local i
  for ((i = 0; i < $2 * 5; i++)); do if "${@:3}"; then note "$1"; return; fi; sleep 0.2; done
  sql "select kind, state, attempts, last_error from pacs_data.task where kind in ('forward', 'ask_commitment') order by id desc limit 5" >&2
  sql "select * from pacs.commitment order by id desc limit 3" >&2
  [ ! -e "$scratch/keeper" ] || cat "$scratch/keeper" >&2
  fail "$1"
}
# The last question to others: objects, those that are not safe, whether it is answered, whether it was given up.
asked() { sql "select objects, failed, checked_at is not null, given_up_at is not null from pacs.commitment where is_ours and id > $before order by id desc limit 1"; }
is() { [ "$(asked)" = "$1" ]; }
failures() { sql "select string_agg(distinct reason, ' ') || ' ' || count(*) from pacs.forward_failures() where rule = '$1'"; }
last_question() { sql "select coalesce(max(id), 0) from pacs_data.commitment"; }
question() { sql "select t.state, t.last_error is not null from pacs_data.commitment c join pacs_data.task t on t.id = c.task_id where c.id > $before and c.is_ours order by c.id desc limit 1"; }
is_asked() { [ "$(question)" = 'done|f' ]; }
is_refused() { [ "$(question)" = 'ready|t' ]; }
begin_keeper() { # MODE [INSTANCE…]
  PGPACS_AE_TITLE=PGPACS $python "$root/tests/lib/commitment_keeper.py" KEEPER "$keeper_port" "$@" >"$scratch/keeper" 2>&1 &
  keeper=$!
  matrix_processes+=("$keeper")  # ended as well where the walk fails
}
end_keeper() { kill "$keeper"; wait "$keeper" || [ $? = 143 ]; }
send() { # NAME DESTINATION: five objects by a rule of its own, with commitment
  before=$(last_question)
  sql "delete from pacs.forward_rule; insert into pacs.forward_rule (name, send_on, wants_commitment, destination_id)
    select '$1', 'study_complete', true, id from pacs.remote_ae where ae_title = '$2'"
  "$generate" ct "$scratch/$1" --instances 5 --seed $RANDOM$RANDOM >/dev/null
  storescu -aec PGPACS +sd $dimse "$scratch/$1"
}
uid_of() { dcmdump +P "$1" -s "$2" | sed 's/.*\[\(.*\)\].*/\1/'; }
study_of() { uid_of 0020,000D "$scratch/$1/ct-0001.dcm"; }

# Orthanc
audited=$(sql "select coalesce(max(id), 0) from pacs_data.audit_event")
start_orthanc
send first ORTHANC
wait_until "Orthanc promises to keep what was forwarded to it" 30 is '5|0|t|f'
equal "$(failures first)" "" "and no object has failed"
equal "$(sql "select count(*) from pacs_data.audit_event e join pacs_data.transfer t on t.id = e.transfer_id
  where e.event = 'commitment_received' and e.object_count = 5 and t.calling_ae_title = 'ORTHANC' and e.id > $audited")" 1 "The promise is in the trail"
# What it no longer has: asked once more, as an operator's second question would be.
mapfile -t sop < <(find "$scratch/first" -type f | sort | while read -r file; do uid_of 0008,0018 "$file"; done)
found=$(curl -fsS "$orthanc_http/tools/lookup" --data-raw "${sop[1]}" | grep -o '"Path" : "/instances/[^"]*"' | cut -d '"' -f 4)
curl -fsS -o "$scratch/deleted" -X DELETE "$orthanc_http$found"
sql "select pacs_internal.ask_commitment(r.id, array(select sop_instance_uid from pacs_data.instance where sop_instance_uid = any (string_to_array('${sop[*]}', ' '))))
  from pacs_data.remote_ae r where r.ae_title = 'ORTHANC'" >"$scratch/asked"
wait_until "Orthanc says which object it has no longer" 30 is '5|1|t|f'
equal "$(failures first)" "the destination does not promise to keep it (storage commitment, failure reason 0112) 1" "An operator sees it among the failures of the rule"
before=$(last_question)
equal "$(sql "select pacs.forward_again('first', '$(study_of first)')")" 5 "sends the study again"
wait_until "and then it is safe" 30 is '5|0|t|f'
equal "$(failures first)" "" "and no failure any more"

# A destination that has lost something, and says so while we still wait for its answer to the question, or later
send second KEEPER
begin_keeper report "$(uid_of 0008,0018 "$scratch/second/ct-0003.dcm")"
wait_until "Of one that reports failures it is known how many" 60 is '5|1|t|f'
end_keeper
equal "$(grep -c 'answered with 0000' "$scratch/keeper")" 1 "It hears that we have understood"
equal "$(failures second)" "the destination does not promise to keep it (storage commitment, failure reason 0112) 1" "and what failed is a failure of the rule"

# Destinations that tell it on the association on which we ask: before they answer the question there, or after
for mode in early at_once; do
  send "$mode" KEEPER
  begin_keeper "$mode" "$(uid_of 0008,0018 "$scratch/$mode/ct-0002.dcm")"
  wait_until "Of one that reports on our association ($mode) it is known as well" 60 is '5|1|t|f'
  end_keeper
  equal "$(failures "$mode")" "the destination does not promise to keep it (storage commitment, failure reason 0112) 1" "with what failed"
done

# One that never answers
begin_keeper silent
send third KEEPER
wait_until "One that says nothing has been asked" 60 is_asked
equal "$(sql "select pacs_internal.give_up_commitments()")" 0 "It has its time"
equal "$(asked)" '5|0|f|f' "and the question is open"
sql "update pacs.setting set value = '1 second' where name = 'commitment_patience'"
sleep 1.5
equal "$(sql "select pacs_internal.give_up_commitments()")" 1 "When that is over it is given up"
equal "$(asked)" '5|0|f|t' "as an operator sees"
equal "$(failures third)" "the destination did not say whether it keeps it (storage commitment) 5" "with each of its objects"
sql "update pacs.setting set value = '1 day' where name = 'commitment_patience'"
end_keeper

# One that refuses the question
begin_keeper refuse
send fourth KEEPER
wait_until "One that refuses the question is asked again later" 60 is_refused
equal "$(sql "select left(t.last_error, 46), t.state from pacs_data.task t where t.kind = 'ask_commitment' order by t.id desc limit 1")" \
  "the N-ACTION was answered with status 0110|ready" "and why is to be seen"
end_keeper
