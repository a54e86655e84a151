# A peer may name a user with a passcode: the database lets him in or not, and decides what he sees.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

password_of() { sed -n "s/^[^:]*:[^:]*:[^:]*:$1://p" "$PGPACS_VAR/secrets/pgpass"; }
refusals() { sql "select count(*) > 0 from pacs_data.audit_event where event = 'association_refused' and detail ->> 'reason' = '$1' and detail ->> 'calling_ae_title' = '$2'"; }
opened() { sql "select count(*) from pacs_data.audit_event where event = 'user_session_opened' and actor = 'demo_physician'"; }
before=$(opened)
trap 'stop_second_daemon; sql "delete from pacs.remote_ae where description = '"'user test'"'"; rm -rf "$scratch"' EXIT
sql "insert into pacs.remote_ae (ae_title, host, user_identity, description) values
  ('NAMELESS', '127.0.0.0/8', 'ignored', 'user test'), ('ASKED', '127.0.0.0/8', 'accepted', 'user test'), ('MUST', '127.0.0.0/8', 'required', 'user test')"

"$generate" mr "$scratch/mr" --instances 1 --seed 4501 >/dev/null
# storescu is the one of DCMTK's tools that names users.
come() { # AE USER PASSCODE
  timeout 30 storescu -aet "$1" -aec PGPACS ${2:+-usr "$2"} ${3:+-pwd "$3"} $dimse "$scratch"/mr/* >"$scratch/out" 2>&1
}
physician=$(password_of demo_physician)
rule "Who names himself rightly is let in" come ASKED demo_physician "$physician"
rule "A wrong passcode is refused" not come ASKED demo_physician "not$physician"
equal "$(refusals 'the database does not let the user in by this passcode' ASKED)" t "which the trail tells, without the passcode"
rule "A user who does not exist is refused" not come ASKED nobody "$physician"
rule "A user without a passcode is refused" not come MUST demo_physician ""
rule "The daemon's own login is no way in" not come ASKED pacsd "$(as_root sed -n 's/^[^:]*:[^:]*:[^:]*:pacsd://p' "$PGPACS_VAR/pacsd/pgpass")"
rule "nor is an operator's, whatever the passcode" not come ASKED demo_operator "$(password_of demo_operator)"
rule "Where no user is named, none is asked for" come ASKED "" ""
rule "but where one must be" not come MUST "" ""
rule "Where users are ignored, a wrong passcode is too" come NAMELESS demo_physician wrong
rule "What libpq would read as more is a name like any other" not come ASKED "demo_physician' password='x" "$physician"
rule "A passcode with quotes and backslashes is a passcode" not come ASKED demo_physician "it's \\ \"quoted\" user=postgres"
equal $(($(opened) - before)) 1 "The trail says who opened a session"
# A server that has no connection for him is no wrong passcode: at a pacsd of its own, which forgives none.
start_second_daemon --failed-logins 1
trap 'stop_second_daemon; sql "alter role demo_physician connection limit -1; delete from pacs.remote_ae where description = '"'user test'"'"; rm -rf "$scratch"' EXIT
named() { timeout 30 storescu -v -aet ASKED -aec PGPACS -usr demo_physician -pwd "$1" 127.0.0.1 "$second_port" "$scratch"/mr/* >"$scratch/out" 2>&1; }
sql "alter role demo_physician connection limit 0"
for i in 1 2; do rule "Without a free connection he is not let in ($i)" not named "$physician"; done
rule "and is told to come again" grep -q 'Rejected Transient' "$scratch/out"
equal "$(refusals 'the database takes no login now' ASKED)" t "which the trail tells"
sql "alter role demo_physician connection limit -1"
rule "With one, he is" named "$physician"
stop_second_daemon
# Guessing, at a pacsd of its own, which has seen nobody fail.
start_second_daemon --failed-logins 3
guess() { # PASSCODE
  timeout 30 storescu -aet ASKED -aec PGPACS -usr demo_physician -pwd "$1" 127.0.0.1 "$second_port" "$scratch"/mr/* >"$scratch/out" 2>&1
}
asked() { as_root grep -c 'password authentication failed for user "demo_physician"' "$PGPACS_VAR/pg/log/postgresql.log"; }
rule "Before anybody has guessed, the right passcode lets in" guess "$physician"
asked_before=$(asked)
for i in 1 2 3 4 5; do rule "Guess $i is refused" not guess "not$physician"; done
equal $(($(asked) - asked_before)) 3 "the database was asked three times of five"
rule "and now the right passcode is refused too" not guess "$physician"
equal "$(refusals 'too many logins from this address have failed' ASKED)" t "which the trail tells"
rule "Who names no user comes in as before" timeout 30 storescu -aet ASKED -aec PGPACS 127.0.0.1 "$second_port" "$scratch"/mr/*
rule "and the other pacsd has seen nothing of it" come ASKED demo_physician "$physician"
secret() { as_root grep -rqF -e "$physician" -e "not$physician" "$PGPACS_VAR/log" "$PGPACS_VAR/pg/log" 2>/dev/null; }
rule "No passcode is in a log" not secret
