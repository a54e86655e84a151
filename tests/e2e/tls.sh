# DIMSE over TLS: who shows a certificate that our authority vouches for comes in, nobody else; a device known by its certificate
# may call from anywhere.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"
. "$root/tests/lib/certificates.sh"

tls_port=$((PGPACS_DIMSE_PORT + 2))
make_authority authority
make_authority stranger
for name in pacsd device other; do make_certificate authority $name; done
make_certificate stranger forged
make_certificate authority expired 0
as_root chown $daemon_user "$scratch/pacsd.key"
trap 'stop_second_daemon; sql "delete from pacs.remote_ae where description = '"'tls test'"'"; rm -rf "$scratch"' EXIT
start_second_daemon --dimse-tls-port $tls_port --tls-certificate "$scratch/pacsd.pem" --tls-key "$scratch/pacsd.key" --tls-ca "$scratch/authority.pem"

secure() { # TOOL CERTIFICATE OPTION…
  local tool=$1 certificate=$2
  shift 2
  timeout 30 "$tool" +tls "$scratch/$certificate.key" "$scratch/$certificate.pem" +cf "$scratch/authority.pem" -aec PGPACS "$@" >"$scratch/out" 2>&1
}
refusals() { sql "select count(*) > 0 from pacs_data.audit_event where event = 'association_refused' and detail ->> 'reason' = '$1' and detail ->> 'calling_ae_title' = '$2'"; }

rule "Who shows a certificate of our authority is served" secure echoscu device 127.0.0.1 $tls_port
for profile in +py +px +pz; do
  rule "with DCMTK's profile $profile" secure echoscu device $profile 127.0.0.1 $tls_port
done
rule "A certificate of another authority is not" not secure echoscu forged 127.0.0.1 $tls_port
rule "nor one that has expired" not secure echoscu expired 127.0.0.1 $tls_port
rule "nor who shows none" not timeout 30 echoscu +tla -ic -aec PGPACS 127.0.0.1 $tls_port
rule "nor who speaks no TLS" not timeout 30 echoscu -aec PGPACS 127.0.0.1 $tls_port
rule "TLS on the port without is no association" not secure echoscu device 127.0.0.1 "$second_port"
for version in tls1 tls1_1; do
  timeout 10 openssl s_client -$version -cipher ALL:@SECLEVEL=0 -connect 127.0.0.1:$tls_port -cert "$scratch/device.pem" -key "$scratch/device.key" </dev/null >"$scratch/out" 2>&1 ||
    rule "$version is history" grep -qF 'Cipher is (NONE)' "$scratch/out"
done

"$generate" ct "$scratch/ct" --instances 20 --seed 4401 >/dev/null
secure storescu device +sd 127.0.0.1 $tls_port "$scratch/ct" || { cat "$scratch/out"; fail "objects come over TLS"; }
equal "$(sql "select count(*) from pacs_data.instance i join pacs_data.transfer t on t.id = i.transfer_id where t.via = 'dimse' and i.sop_instance_uid in ($(for f in "$scratch"/ct/*; do dcmdump -q +P 0008,0018 "$f" | sed "s/.*\[\(.*\)\].*/'\1'/"; done | paste -sd,))")" 20 "Objects come over TLS"

sql "insert into pacs.remote_ae (ae_title, host, uses_tls, description) values ('ONLYTLS', '127.0.0.0/8', true, 'tls test')"
rule "A device that uses TLS is served over it" secure echoscu device -aet ONLYTLS 127.0.0.1 $tls_port
rule "and not without" not echoscu -aet ONLYTLS -aec PGPACS 127.0.0.1 "$second_port" 2>/dev/null
equal "$(refusals 'the device must call over TLS' ONLYTLS)" t "which the trail tells"

sql "insert into pacs.remote_ae (ae_title, host, certificate_sha256, description) values ('ROAMER', '0.0.0.0/0', '\\x$(fingerprint device)', 'tls test')"
rule "A device known by its certificate is served with it" secure echoscu device -aet ROAMER 127.0.0.1 $tls_port
rule "another's certificate will not do" not secure echoscu other -aet ROAMER 127.0.0.1 $tls_port
equal "$(refusals "the certificate is not the device''s" ROAMER)" t "which the trail tells"
rule "and the title alone will not either" not echoscu -aet ROAMER -aec PGPACS 127.0.0.1 "$second_port" 2>/dev/null

# Nobody is kept out by who says nothing, half a handshake or rubbish.
SCRATCH=$scratch TLS_PORT=$tls_port $python - <<'P'
import os, socket, time
port = int(os.environ["TLS_PORT"])
silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
half = socket.create_connection(("127.0.0.1", port))
half.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
for _ in range(50):
    rubbish = socket.create_connection(("127.0.0.1", port))
    rubbish.sendall(os.urandom(500))
    rubbish.close()
began = time.monotonic()
assert os.system("timeout 5 echoscu +tls {0}/device.key {0}/device.pem +cf {0}/authority.pem -aec PGPACS 127.0.0.1 {1}".format(os.environ["SCRATCH"], port)) == 0
half.settimeout(20)
while True:
    try:
        if not half.recv(100):
            break
    except ConnectionResetError:
        break
assert time.monotonic() - began < 15, "half a handshake is not waited for"
P
note "Silence, half a handshake and rubbish keep nobody out, and end"
rule "and pacsd runs" second_daemon_is_running

stop_second_daemon
chmod 644 "$scratch/pacsd.key"
if "$PGPACS_BUILD/daemon/pacsd" --tls-certificate "$scratch/pacsd.pem" --tls-key "$scratch/pacsd.key" --dimse-port $second_port --http-port $((PGPACS_HTTP_PORT + 1)) \
  --database "$(as_root sed -n 's/^database = "\(.*\)"/\1/p' "$PGPACS_VAR/pacsd/pacsd.conf")" >"$scratch/out" 2>&1; then fail "A key that others may read is refused"; fi
rule "A key that others may read is refused" grep -q "may be read by others" "$scratch/out"
