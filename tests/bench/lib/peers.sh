# Peers of the benchmark, each in a folder and on ports of its own below $bench. Sourced by scripts/bench.
# shellcheck shell=bash

: "${BENCH_PORTS:=26}"  # ports are 26111, 26112, … 26481, …
load=$PGPACS_BUILD/tests/bench/bench-load
sink_port=${BENCH_PORTS}116  # of AE title SINK, where C-MOVE sends to

# Says where a peer is: lines for tests/bench/lib/peers.py.
register() { mkdir -p "$bench/peers" && cat >"$bench/peers/$1"; }

# with_pgpacs N COMMAND…: with the settings of our N-th system.
with_pgpacs() {
  local n=$1
  shift
  env PGPACS_VAR="$bench/pgpacs-$n" PGPACS_PG_PORT="${BENCH_PORTS}48$n" PGPACS_DIMSE_PORT="${BENCH_PORTS}11$n" \
    PGPACS_HTTP_PORT="${BENCH_PORTS}08$n" PGPACS_DIMSE_ADDRESS=127.0.0.1 PGPACS_NO_DEMO=1 PGPACS_TESTS=ON "$@"
}

start_pgpacs() { # NAME N
  local name=$1 n=$2 var=$bench/pgpacs-$2
  say "starting $name"
  quietly with_pgpacs "$n" "$root/scripts/up"
  register "$name" <<P
port ${BENCH_PORTS}11$n
called PGPACS
daemon $var/run/pacsd.pid
postgres $var/pg/data/pgpacs/postmaster.pid
socket $var/pg/run
pg_port ${BENCH_PORTS}48$n
database pacs
pgpass $var/secrets/pgpass
P
}

stop_pgpacs() { [ ! -e "$bench/pgpacs-$1" ] || with_pgpacs "$1" "$root/scripts/down" 2>/dev/null; }

# Orthanc with its index in PostgreSQL, files on the disk and synced: its defaults, but as many threads as
# associations, and PDUs as large as ours.
start_orthanc() (
  export PGPACS_VAR=$bench/orthanc PGPACS_PG_PORT=${BENCH_PORTS}483
  say "starting Orthanc"
  . "$root/scripts/lib/place.sh"
  place_var
  . "$root/scripts/lib/cluster.sh"
  create_cluster
  write_cluster_settings
  # The same server with the same settings, without what is ours alone.
  as_root sed -i -E '/^(extension_destdir|dynamic_library_path|shared_preload_libraries|cron\.|pgpacs\.)/d' \
    "$PGPACS_VAR/pg/etc/$pg_version/$cluster/conf.d/pgpacs.conf"
  cluster_control start
  local password
  password=$(openssl rand -hex 24)
  { printf '\\set password %s\n' "$password"; cat <<'S'; } | database=postgres dba
create role orthanc login password :'password';
create database orthanc owner orthanc;
S
  as_root install -d -o orthanc -g orthanc "$PGPACS_VAR/store"
  as_root install -m 600 -o orthanc -g orthanc /dev/stdin "$PGPACS_VAR/orthanc.json" <<J
{ "StorageDirectory": "$PGPACS_VAR/store", "IndexDirectory": "$PGPACS_VAR/store", "DicomAet": "ORTHANC",
  "DicomPort": ${BENCH_PORTS}113, "HttpPort": ${BENCH_PORTS}083, "RemoteAccessAllowed": false,
  "DefaultEncoding": "Utf8", "DicomThreadsCount": 16, "MaximumPduLength": 131072, "SyncStorageArea": true,
  "DicomAlwaysAllowFind": true, "DicomAlwaysAllowMove": true, "DicomAlwaysAllowGet": true,
  "DicomModalities": { "sink": ["SINK", "127.0.0.1", $sink_port] },
  "Plugins": ["/usr/share/orthanc/plugins/libOrthancPostgreSQLIndex.so"],
  "PostgreSQL": { "EnableIndex": true, "EnableStorage": false, "Host": "127.0.0.1", "Port": $PGPACS_PG_PORT,
                  "Database": "orthanc", "Username": "orthanc", "Password": "$password" } }
J
  # DCMTK leaves Nagle's algorithm on, which would cost Orthanc 44 ms an object.
  quietly as_root env TCP_NODELAY=1 start-stop-daemon --start --background --make-pidfile --chuid orthanc:orthanc \
    --pidfile "$PGPACS_VAR/orthanc.pid" --output "$PGPACS_VAR/orthanc.log" --exec /usr/sbin/Orthanc -- "$PGPACS_VAR/orthanc.json"
  wait_for_port "${BENCH_PORTS}113" || die "Orthanc did not start; its log is $PGPACS_VAR/orthanc.log"
  register orthanc <<P
port ${BENCH_PORTS}113
called ORTHANC
daemon $PGPACS_VAR/orthanc.pid
postgres $PGPACS_VAR/pg/data/$cluster/postmaster.pid
socket $pg_socket
pg_port $PGPACS_PG_PORT
database orthanc
P
)

stop_orthanc() (
  export PGPACS_VAR=$bench/orthanc PGPACS_PG_PORT=${BENCH_PORTS}483
  [ -e "$PGPACS_VAR" ] || return 0
  . "$root/scripts/lib/cluster.sh"
  quietly as_root start-stop-daemon --stop --oknodo --retry TERM/30/KILL/5 --pidfile "$PGPACS_VAR/orthanc.pid"
  stop_cluster
)

# DCMTK's archive: an index in one file, which holds no more than 500 studies whatever is asked for.
start_dcmqrscp() {
  local folder=$bench/dcmqrscp
  say "starting dcmqrscp"
  mkdir -p "$folder/db"
  cat >"$folder/dcmqrscp.cfg" <<C
NetworkTCPPort = ${BENCH_PORTS}115
MaxPDUSize = 131072
MaxAssociations = 80
HostTable BEGIN
sink = (SINK, 127.0.0.1, $sink_port)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
DCMQRSCP $folder/db RW (500, 100gb) ANY
AETable END
C
  TCP_NODELAY=1 dcmqrscp -c "$folder/dcmqrscp.cfg" </dev/null >"$folder/log" 2>&1 &
  echo $! >"$folder/pid"
  wait_for_port "${BENCH_PORTS}115" || die "dcmqrscp did not start: $(cat "$folder/log")"
  register dcmqrscp <<P
port ${BENCH_PORTS}115
called DCMQRSCP
daemon $folder/pid
P
}

# What is gone already need not be ended.
end_process() { # PID_FILE
  [ -s "$1" ] || return 0
  if kill -0 "$(cat "$1")" 2>/dev/null; then kill "$(cat "$1")"; fi
  rm -f "$1"
}

stop_dcmqrscp() { end_process "$bench/dcmqrscp/pid"; }

# What any archive can reach at most: write and fsync.
start_limit() {
  say "starting what writes and syncs the same bytes, and does nothing else"
  mkdir -p "$bench/limit"
  "$load" sink --port "${BENCH_PORTS}114" --folder "$bench/limit" </dev/null >"$bench/limit.log" 2>&1 &
  echo $! >"$bench/limit.pid"
  wait_for_port "${BENCH_PORTS}114" || die "the sink did not start: $(cat "$bench/limit.log")"
  register limit <<P
port ${BENCH_PORTS}114
called LIMIT
daemon $bench/limit.pid
P
}

stop_limit() { end_process "$bench/limit.pid"; }

wait_for_port() {
  local i
  for ((i = 0; i < 100; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  return 1
}

stop_peers() {
  stop_limit
  stop_dcmqrscp
  stop_orthanc
  stop_pgpacs 1
  stop_pgpacs 2
}

# All of it goes: tens of gigabytes.
remove_peers() {
  local folder
  for folder in "$bench"/{pgpacs-1,pgpacs-2,orthanc,dcmqrscp,limit,peers,objects,ballast,persons-hospital,persons-million}; do
    [ -e "$folder" ] || continue
    as_root rm -rf "$(realpath "$folder")" "$folder"
  done
}
