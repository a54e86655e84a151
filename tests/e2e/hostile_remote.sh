# Other PACS that we ask and that mean no good, or are broken: a question, and a page of a pull, ends in its time with
# words that say why; an honest PACS is served meanwhile; no thread or socket stays behind. By C-GET comes what was
# asked for.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

peer_port=$((PGPACS_DIMSE_PORT + 25))
titles=(HONEST FLOOD DRIP SILENT HALF EMPTY MOVER MOVEFLOOD LIAR GETFLOOD AC_LONG AC_DRIBBLE AC_WRONG_IDS AC_NESTED AC_SYNTAX AC_OTHER_PDU AC_NEVER)
list=$(printf ",'%s'" "${titles[@]}")
seed=$((RANDOM + 70000))
"$generate" ct "$scratch/set/1" --instances 2 --seed $seed --transfer-syntax explicit >/dev/null
"$generate" ct "$scratch/set/2" --instances 3 --seed $((seed + 1)) --transfer-syntax explicit >/dev/null
"$generate" ct "$scratch/set/3" --instances 1 --seed $((seed + 2)) --transfer-syntax explicit >/dev/null
"$generate" ct "$scratch/set/4" --instances 1 --seed $((seed + 3)) --transfer-syntax explicit >/dev/null
uid() { dcmdump +P 0020,000D "$scratch/set/$1"/* 2>/dev/null | sed -n 's/.*\[\(.*\)\].*/\1/p' | head -1; }
here() { sql "select count(*) from pacs_data.study st join pacs_data.series se on se.study_id = st.id join pacs_data.instance i on i.series_id = se.id where st.study_instance_uid = '$(uid "$1")'"; }

$python "$root/tests/lib/hostile_remote.py" $peer_port "$scratch/set" $second_port &
peer=$!
forget() {
  sql "delete from pacs.remote_ae where ae_title in (${list:1});
       delete from pacs.resource_pause where last_error is not null and resource like any (array(select t || '@%' from unnest(array[${list:1}]) t))"
}
# The shared pacsd would do these tasks as well.
stop_daemon
trap 'kill $peer; stop_second_daemon; forget; start_daemon; rm -rf "$scratch"' EXIT
forget
for title in "${titles[@]}"; do
  sql "insert into pacs.remote_ae (ae_title, host, port, may_store) values ('$title', '127.0.0.1', $peer_port, $([ "$title" = HONEST ] && echo true || echo false))"
done
start_second_daemon --association-timeout 2 --pdu-timeout 2 --idle-timeout 4 --pull-timeout 6
pid=$(cat "$second_pid")
threads() { as_root ls "/proc/$pid/task" | wc -l; }
threads_before=$(threads)

ask() { sql_as pacs_operator "select pacs.find_remote('$1', 'STUDY', '{\"StudyInstanceUID\": \"\"}', '$2')"; }
pull() { sql_as pacs_operator "select pacs.pull_studies('$1', '{\"PatientID\": \"$RANDOM\"}', uses_get => ${2:-false})"; }
# Waits until the pull has an error, or has ended, and says how long it took: SECONDS_AT_MOST PULL
ends_within() {
  local i
  for ((i = 0; i < $1 * 5; i++)); do
    [ "$(sql "select finished_at is not null or last_error is not null from pacs.pull where id = $2")" = t ] && return
    sleep 0.2
  done
  return 1
}
error_of() { sql "select last_error from pacs.pull where id = $1"; }

stop_pull() { sql "select pacs.cancel_task(p.task_id) from pacs_data.pull p where p.id = $1" >/dev/null; }

# Questions
answer_of() { # TITLE LIMIT SECONDS_AT_MOST WORDS
  local question began=$SECONDS
  question=$(ask "$1" "$2")
  rule "a question to $1 brings no rows" not sql_as pacs_operator "select * from pacs.remote_answer($question)" >"$scratch/rows" 2>"$scratch/words"
  rule "  but says why: $(sed 's/^.*ERROR: *//;1q' "$scratch/words")" grep -qE "$4" "$scratch/words"
  rule "  after $((SECONDS - began)) s" [ $((SECONDS - began)) -le "$3" ]
}
late='no answer within the time limit|longer than the time limit'
answer_of DRIP '3 seconds' 6 "$late"
answer_of SILENT '3 seconds' 6 "$late|fell silent"
answer_of HALF '20 seconds' 8 'fell silent'
answer_of EMPTY '20 seconds' 8 'fell silent'
for title in AC_LONG AC_DRIBBLE AC_NESTED AC_OTHER_PDU AC_NEVER; do answer_of $title '20 seconds' 8 'cannot be reached or gives no answer'; done
answer_of AC_WRONG_IDS '20 seconds' 8 'cannot be reached|does not take queries'
answer_of AC_SYNTAX '20 seconds' 8 'the other side|cannot be reached'
question=$(ask FLOOD '5 seconds')
rows=$(sql_as pacs_operator "select count(*) from pacs.remote_answer($question)" 2>"$scratch/words" || cat "$scratch/words")
rule "endless answers are cut at remote_rows, or end in time: ${rows:0:80}" grep -qE "^10000$|$late" <<<"$rows"

# One that never comes to an end does not keep others waiting
first=$(ask DRIP '20 seconds') second=$(ask DRIP '20 seconds')
began=$SECONDS
question=$(ask HONEST '10 seconds')
equal "$(sql_as pacs_operator "select r #>> '{0020000D,Value,0}' from pacs.remote_answer($question) r")" "$(uid 3)" "an honest PACS answers while two questions wait for one that drips"
rule "  after $((SECONDS - began)) s" [ $((SECONDS - began)) -le 4 ]
sql "select pacs.cancel_task(q.task_id) from pacs_data.remote_question q join pacs_data.task t on t.id = q.task_id where q.id in ($first, $second) and t.state in ('ready', 'running')" >/dev/null

first=$(pull MOVER) second=$(pull MOVER)
sleep 2
equal "$(sql "select count(*) from pacs.pull where id in ($first, $second) and task_state = 'running'")" 1 "of two pulls from one PACS one runs"
began=$SECONDS
honest=$(pull HONEST)
rule "an honest PACS is pulled from while another moves without end" ends_within 10 "$honest"
equal "$(error_of "$honest") $(here 3)" " 1" "  all of it, after $((SECONDS - began)) s"
rule "endless pending responses to a C-MOVE end" ends_within 12 "$first"
equal "$(error_of "$first")" "the other side took longer for the page than pull-timeout; it goes on after a pause" "  with words that say so"
equal "$(sql "select count(*) from pacs.resource_pause where last_error ~ 'pull-timeout'")" 0 "  and what else goes to it does not wait"
stop_pull "$first"
stop_pull "$second"

for title in MOVEFLOOD FLOOD DRIP SILENT HALF AC_LONG AC_NEVER; do
  began=$SECONDS
  id=$(pull $title)
  rule "a pull from $title ends in time" ends_within 15 "$id"
  rule "  after $((SECONDS - began)) s: $(error_of "$id")" [ -n "$(error_of "$id")" ]
  stop_pull "$id"
done

# By C-GET
id=$(pull LIAR true)
rule "a pull by C-GET ends" ends_within 12 "$id"
equal "$(here 1) $(here 2)" "2 0" "what was asked for is stored, of an AE that may not store by itself, and what was not is not"
equal "$(sql "select instances_got || ' ' || instances_failed from pacs.pull where id = $id")" "2 5" "both are counted as they are, not as the other side says"
equal "$(sql "select count(*) from pacs_data.audit_event where event = 'instance_refused' and detail ->> 'code' = 'PC023' and at > now() - interval '1 minute' and transfer_id = (select max(id) from pacs_data.transfer where study_instance_uid is not null)")" 5 "the refusals are in the trail"
rule "and in the log" as_root grep -q 'object refused: (0020,000D) is of another study than was asked for' "$second_log"
id=$(pull GETFLOOD true)
rule "objects without end end" ends_within 15 "$id"
rule "  $(error_of "$id")" grep -q 'longer for the page than pull-timeout' <<<"$(error_of "$id")"
equal "$(here 2)" 0 "  and none that was not asked for is here"
stop_pull "$id"

settled() { for ((i = 0; i < 50; i++)); do [ "$(threads)" -le "$threads_before" ] && return; sleep 0.2; done; return 1; }
rule "no thread is left" settled
equal "$(as_root ss -Htnp state established "( dport = :$peer_port )" | grep -c "pid=$pid," || [ $? = 1 ])" 0 "no socket to a peer either"
equal "$(as_root find "$(realpath "$PGPACS_VAR")/store/incoming" -type f | wc -l)" 0 "no file is left behind"
rule "pacsd lives" second_daemon_is_running
rule "SIGTERM ends it" stop_second_daemon 10
