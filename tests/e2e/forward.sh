# Forwarding to storescp: by rule, at once and when the study is complete; to a destination that is down and comes
# back, beside one that is not; through a pacsd that is killed; in a window; compressed; nothing twice.
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/cluster.sh"
. "$root/scripts/lib/site.sh"

fast=$((PGPACS_DIMSE_PORT + 21)) slow=$((PGPACS_DIMSE_PORT + 22))
start_receiver() { # TITLE PORT OPTION…
  mkdir -p "$scratch/$1"
  storescp --aetitle "$1" --output-directory "$scratch/$1" "${@:3}" "$2" >>"$scratch/$1.log" 2>&1 &
  echo $! >"$scratch/$1.pid"
  local i
  for ((i = 0; i < 100; i++)); do echoscu -aec "$1" 127.0.0.1 "$2" 2>/dev/null && return; sleep 0.1; done
  fail "$1 does not listen"
}
stop_receiver() { [ ! -e "$scratch/$1.pid" ] || { kill "$(cat "$scratch/$1.pid")" 2>/dev/null || note "$1 was gone"; rm "$scratch/$1.pid"; }; }
got() { find "$scratch/$1" -type f | wc -l; }
# wait_until WORDS SECONDS COMMAND…
wait_until() {
  local i
  for ((i = 0; i < $2 * 5; i++)); do if "${@:3}"; then note "$1"; return; fi; sleep 0.2; done
  sql "select kind, state, attempts, last_error from pacs_data.task where kind = 'forward' order by id desc limit 5" >&2
  fail "$1 (FAST got $(got FAST), SLOW $(got SLOW))"
}
has_got() { [ "$(got "$1")" = "$2" ]; }
has_begun() { [ "$(got SLOW)" -ge 3 ]; }
is_paused() { [ "$(sql "select count(*) from pacs_data.resource_pause where resource = 'SLOW@127.0.0.1'")" = 1 ]; }
# Nothing of a rule waits any more.
is_done() { [ "$(sql "select count(*) from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id where r.name = '$1' and f.state = 'waiting'")" = 0 ]; }
add_rule() { # NAME DESTINATION COLUMNS VALUES
  sql "insert into pacs.forward_rule (name, destination_id${3:+, $3}) select '$1', id${4:+, $4} from pacs.remote_ae where ae_title = '$2'"
}
clean_up() {
  stop_receiver FAST
  stop_receiver SLOW
  sql "delete from pacs.forward_rule; update pacs.setting set value = '30 seconds' where name = 'study_grace'; delete from pacs.remote_ae where ae_title in ('FAST', 'SLOW'); delete from pacs_data.task where kind = 'forward'; delete from pacs_data.resource_pause"
}
trap 'clean_up; rm -rf "$scratch"' EXIT

sql "insert into pacs.remote_ae (ae_title, host, port, may_store) values ('FAST', '127.0.0.1', $fast, false), ('SLOW', '127.0.0.1', $slow, false);
  update pacs.setting set value = '2 seconds' where name = 'study_grace'"
run=$RANDOM$RANDOM
mkdir "$scratch/FAST" "$scratch/SLOW"
"$generate" ct "$scratch/ct" --instances 5 --seed "$run" >/dev/null
"$generate" mr "$scratch/mr" --instances 5 --seed $((run + 1)) >/dev/null
"$generate" ct "$scratch/ct2" --instances 40 --seed $((run + 2)) >/dev/null
"$generate" cr "$scratch/cr" --instances 1 --seed $((run + 3)) --transfer-syntax explicit >/dev/null
"$generate" us "$scratch/us" --instances 1 --seed $((run + 4)) --transfer-syntax explicit >/dev/null

study_of() { local files=("$scratch/$1"/*); dcmdump +P 0020,000D -s "${files[0]}" | sed 's/.*\[\(.*\)\].*/\1/'; }
before=$(sql "select coalesce(max(id), 0) from pacs_data.audit_event")

# By modality and by header, at once -----------------------------------------------------------------------------
start_receiver FAST $fast +xa
add_rule ct FAST modality "'CT'"
add_rule 'big images' FAST header_condition "'\$.\"00280010\".Value[*] ? (@ > 1000)'"
storescu -aec PGPACS +sd $dimse "$scratch/ct" "$scratch/mr" "$scratch/cr"
wait_until "Objects are sent on within seconds: those of a modality, and those that a jsonpath finds" 20 has_got FAST 6
wait_until "and each is known to be sent" 5 is_done ct
storescu -aec PGPACS +sd $dimse "$scratch/ct"
sleep 4
equal "$(got FAST)" 6 "What comes again is not sent again"
equal "$(sql "select sum(object_count) from pacs_data.audit_event where id > $before and event = 'instances_forwarded' and is_success")" 6 "The trail says what left"
for file in "$scratch"/FAST/*; do
  uid=$(dcmdump +P 0008,0018 -s "$file" | sed 's/.*\[\(.*\)\].*/\1/')
  original=$(grep -rlF "$uid" "$scratch/ct" "$scratch/cr" | head -n 1)
  $python tests/lib/same_data_set.py "$original" "$file" >/dev/null || fail "$file differs from $original"
done
note "Each data set has come as it was sent"
equal "$(sql "select pacs.forward_again('ct', '$(study_of ct)')")" 5 "An operator sends a study again"
wait_until "and it goes" 20 is_done ct

# A destination that is down, beside one that is not ---------------------------------------------------------------
sql "delete from pacs.forward_rule"
rm -f "$scratch"/FAST/*
add_rule complete SLOW send_on "'study_complete'"
add_rule fast FAST
storescu -aec PGPACS +sd $dimse "$scratch/ct2"
wait_until "One destination gets its objects while another is down" 30 has_got FAST 40
wait_until "whose tasks pause" 20 is_paused
equal "$(sql "select reason from pacs_data.study_completion where study_instance_uid = '$(study_of ct2)'")" association "The study is complete with all of its objects"
equal "$(sql "select max(attempts) from pacs_data.task where resource = 'SLOW@127.0.0.1'")" 0 "and use up no attempt"
start_receiver SLOW $slow
wait_until "When it is back it gets the study" 90 has_got SLOW 40
wait_until "once" 10 is_done complete
equal "$(sql "select count(*) from pacs_data.task where kind = 'forward' and state not in ('done')")" 0 "Nothing is left to do"

# pacsd is killed in the middle --------------------------------------------------------------------------------------
sql "delete from pacs.forward_rule"
rm -f "$scratch"/SLOW/* "$scratch"/FAST/*
stop_receiver SLOW
start_receiver SLOW $slow --sleep-after 1
add_rule killed SLOW send_on "'receipt'"
sql "select pacs.forward_again('killed', '$(study_of ct2)')" >/dev/null
wait_until "Some objects of a study have been sent" 30 has_begun
as_root kill -9 "$(cat "$pid_file")"
sent=$(sql "select count(*) from pacs_data.forward_object f join pacs_data.forward_rule r on r.id = f.rule_id where r.name = 'killed' and f.state = 'sent'")
rule "A pacsd that is killed has called nothing sent that has not arrived" test "$sent" -le "$(got SLOW)"
stop_receiver SLOW
start_receiver SLOW $slow
as_root rm -f "$pid_file"
start_daemon
wait_until "The next one sends the rest, when the lease has ended" 90 is_done killed
equal "$(find "$scratch/SLOW" -type f -exec dcmdump +P 0008,0018 {} + | grep -o '\[.*\]' | sort -u | wc -l)" 40 "Each object has arrived"

# What a receiver does not take, a window, compression -----------------------------------------------------------------
sql "delete from pacs.forward_rule"
rm -f "$scratch"/SLOW/* "$scratch"/FAST/*
add_rule night SLOW send_window "'0 0 30 2 *'"
add_rule compressed FAST "modality, compress_to" "'US', '1.2.840.10008.1.2.5'"
storescu -aec PGPACS +sd $dimse "$scratch/us"
wait_until "A film is sent" 30 has_got FAST 1
equal "$(find "$scratch/FAST" -type f -exec dcmdump +P 0002,0010 {} + | grep -c RLELossless)" 1 "compressed without loss"
equal "$(got SLOW)" 0 "What waits for its window is not sent"
equal "$(sql "select count(*) from pacs_data.task where kind = 'forward' and state = 'ready' and run_after > now()")" 1 "but waits"
