# Whom we call over TLS must show the certificate that its row names: objects of C-MOVE and of forward rules go to who does, and
# nothing goes to who shows another, or speaks no TLS.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"
. "$root/tests/lib/certificates.sh"

clear=$((PGPACS_DIMSE_PORT + 23)) secured=$((PGPACS_DIMSE_PORT + 24))
make_authority authority
make_authority stranger
for name in pacsd archive other; do make_certificate authority $name; done
make_certificate stranger forged
as_root chown $daemon_user "$scratch/pacsd.key"
receivers=()
clean_up() {
  [ ${#receivers[@]} = 0 ] || kill "${receivers[@]}" 2>/dev/null || note "a receiver was gone already"
  stop_second_daemon
  sql "delete from pacs.forward_rule where name = 'tls test'; delete from pacs.remote_ae where description = 'tls test';
    delete from pacs_data.task where kind = 'forward'; delete from pacs_data.resource_pause"
  daemon_is_running || start_daemon
}
trap 'clean_up; rm -rf "$scratch"' EXIT

# The only pacsd that runs is the one with a certificate: tasks are anybody's.
start_second_daemon --tls-certificate "$scratch/pacsd.pem" --tls-key "$scratch/pacsd.key" --tls-ca "$scratch/authority.pem" --dimse-tls-port $((PGPACS_DIMSE_PORT + 2))
stop_daemon

# Says all that it hears.
start_receiver() { # PORT [CERTIFICATE]
  mkdir -p "$scratch/got"
  : >"$scratch/receiver.log"
  storescp -d --aetitle ARCHIVE +xa --output-directory "$scratch/got" ${2:+'+tls' "$scratch/$2.key" "$scratch/$2.pem" +cf "$scratch/authority.pem"} "$1" >>"$scratch/receiver.log" 2>&1 &
  receivers=($!)
  local i
  for ((i = 0; i < 100; i++)); do ss -Hltn "sport = :$1" | grep -q . && return; sleep 0.1; done
  fail "the receiver does not listen"
}
stop_receiver() {
  kill "${receivers[@]}"
  wait "${receivers[@]}" || [ $? = 143 ]
  receivers=()
}
got() { find "$scratch/got" -type f | wc -l; }
has_got() { [ "$(got)" = "$1" ]; }
# An A-ASSOCIATE-RQ has come. (storescp calls it an association too when a connection ends without one.)
was_asked() { grep -qE 'Called Application Name: +ARCHIVE' "$scratch/receiver.log"; }
has_logged() { as_root grep -qF "ARCHIVE at 127.0.0.1:$1 $2" "$second_log"; }
task_says() { [ "$(sql "select count(*) > 0 from pacs_data.task where kind = 'forward' and state = 'ready' and last_error like '%ARCHIVE at 127.0.0.1:$1 $2'")" = t ]; }
wait_until() { # WORDS SECONDS COMMAND…
  local i
  for ((i = 0; i < $2 * 5; i++)); do if "${@:3}"; then note "$1"; return; fi; sleep 0.2; done
  as_root tail -n 5 "$second_log" >&2
  fail "$1"
}
other='shows another certificate than certificate_sha256 of its row'

sql "insert into pacs.remote_ae (ae_title, host, may_move, acts_as, description) values ('ASKER', '127.0.0.1', true, 'pacs_radiologist', 'tls test');
  insert into pacs.remote_ae (ae_title, host, port, uses_tls, certificate_sha256, description) values ('ARCHIVE', '127.0.0.1', $secured, true, '\\x$(fingerprint archive)', 'tls test');
  insert into pacs.forward_rule (name, destination_id, send_on, is_enabled) select 'tls test', id, 'receipt', false from pacs.remote_ae where ae_title = 'ARCHIVE'"
"$generate" ct "$scratch/ct" --instances 5 --seed $RANDOM$RANDOM >/dev/null
storescu -aec PGPACS +sd 127.0.0.1 "$second_port" "$scratch/ct" || fail "objects come"
study=$(dcmdump +P 0020,000D -s "$(find "$scratch/ct" -type f | head -n 1)" | sed 's/.*\[\(.*\)\].*/\1/')
moves() { movescu -v -aet ASKER -aec PGPACS -aem ARCHIVE 127.0.0.1 "$second_port" -S -k 0008,0052=STUDY -k "0020,000D=$study" >"$scratch/move.log" 2>&1; }
forwards() { sql "delete from pacs_data.resource_pause; update pacs_data.task set run_after = now() where kind = 'forward' and state = 'ready'; select pacs.forward_again('tls test', '$study')" >/dev/null; }
# By C-MOVE, by a forward rule and by a question nothing goes out, for the reason given.
is_refused() { # WHO PORT REASON
  rule "C-MOVE to $1 fails" not moves
  rule "the log says why" has_logged "$2" "$3"
  rule "and so does the trail" test "$(sql "select detail ->> 'reason' like '%$3' from pacs_data.audit_event where event = 'instances_sent' order by id desc limit 1")" = t
  forwards
  wait_until "a forward rule waits, and its task says why" 20 task_says "$2" "$3"
  rule "A question says it to who has asked" not sql_as pacs_operator "select pacs.remote_answer($(sql_as pacs_operator "select pacs.find_remote('ARCHIVE', 'STUDY')"))" 2>"$scratch/answer"
  rule "in the same words" grep -qF "$3" "$scratch/answer"
  rule "Nobody was asked for an association" not was_asked
  equal "$(got)" 0 "and nothing was sent"
}

start_receiver $secured archive
rule "Who shows the certificate of its row is sent objects by C-MOVE" moves
wait_until "all of them" 10 has_got 5
rule "over an association that it was asked for" was_asked
rm "$scratch"/got/*
sql "update pacs.forward_rule set is_enabled = true where name = 'tls test'"
forwards
wait_until "and by a forward rule" 20 has_got 5
rm "$scratch"/got/*
stop_receiver

start_receiver $secured other
is_refused "who shows another certificate of the same authority" $secured "$other"
stop_receiver

start_receiver $secured forged
is_refused "who shows one of another authority" $secured 'does not agree to TLS'
stop_receiver

# Where the row has a certificate, it need not say that TLS is used.
sql "update pacs.remote_ae set port = $clear, uses_tls = false where ae_title = 'ARCHIVE'"
start_receiver $clear
is_refused "who speaks no TLS" $clear 'does not agree to TLS'
stop_receiver

sql "update pacs.remote_ae set port = $secured where ae_title = 'ARCHIVE'"
start_receiver $secured archive
forwards
wait_until "When the right one is back, what waited is sent" 30 has_got 5
stop_receiver
rule "and pacsd runs" second_daemon_is_running
