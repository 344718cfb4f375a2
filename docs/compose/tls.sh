#!/usr/bin/env bash
# Makes a certificate authority and, signed by it, one certificate for all nodes; lets every running node use it.
# The authority's key is deleted right after, so nothing else can be signed by it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/nodes.sh"
umask 077
tls="$STATE/tls"

# Names under which a client may call a node.
names() {
	local each names="DNS:localhost,IP:127.0.0.1"
	for each in $NODES; do
		names+=",DNS:${each%%=*}"
	done
	echo "$names"
}

make_certificates() {
	local new="$tls.new"
	rm -rf "$new"
	mkdir "$new"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 365 -subj '/CN=nexs-postgres CA' \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout "$new/ca.key" -out "$new/ca.crt" 2>/dev/null
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj '/CN=nexs-postgres' \
		-keyout "$new/server.key" -out "$new/server.csr" 2>/dev/null
	openssl x509 -req -in "$new/server.csr" -CA "$new/ca.crt" -CAkey "$new/ca.key" -CAcreateserial -days 365 \
		-extfile <(echo "subjectAltName=$(names)") -out "$new/server.crt" 2>/dev/null
	rm "$new/ca.key" "$new/server.csr" "$new"/*.srl
	mv "$new" "$tls"
}

# Whether a node shows a certificate that holds for its name.
encrypts() {
	PGPASSWORD="$ADMIN_PASSWORD" psql --no-psqlrc --no-password --quiet --tuples-only --no-align --command='select 1' \
		--dbname="$(admin "$1") sslmode=verify-full sslrootcert=$tls/ca.crt" >/dev/null
}

turn_on() {
	local setting
	for setting in "ssl_cert_file = '$tls/server.crt'" "ssl_key_file = '$tls/server.key'" 'ssl = on'; do
		ask "$1" "alter system set $setting"
	done
	ask "$1" 'select pg_reload_conf()' >/dev/null
}

[[ -s "$tls/server.crt" ]] || make_certificates
for each in $NODES; do
	node="${each%%=*}"
	turn_on "$node"
	tries=100
	until encrypts "$node" 2>/dev/null; do
		((--tries > 0)) || fail "$node does not encrypt; see its log"
		sleep 0.1
	done
	echo "$node encrypts"
done
