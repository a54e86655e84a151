#!/bin/bash
# Studies with the errors of people (tests/bench/persons.py) come in among the cards of a small hospital: most are linked, hardly
# ever to a card of somebody else, and the right card is proposed for most of the rest. scripts/bench link measures it among many.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null
for role in pacs_gateway pacs_card_feed; do make_login "$(demo_login $role)" $role; done >"$scratch/pgpass"
chmod 600 "$scratch/pgpass"
value pacs "select pacs.add_store('disk', 'file:///nowhere')" >/dev/null
mkdir "$scratch/peers"
cat >"$scratch/peers/hospital" <<P
port 0
called PGPACS
daemon /nowhere
socket $pg_socket
pg_port $PGPACS_PG_PORT
database pacs
pgpass $scratch/pgpass
P
"$python" tests/lib/check_links.py "$scratch"
