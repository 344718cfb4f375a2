#!/usr/bin/env bash
# Starts PostgreSQL as the primary where the shared file "leader" names this node, else as a replica of the primary.
# A node that was the primary and is it no more gets a copy of the present one in place of its data.
# Arguments go to postgres.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/nodes.sh"

if [[ "$(id -u)" -eq 0 ]]; then
	mkdir -p "$STATE" "$(dirname "$PGDATA")"
	chown postgres:postgres "$STATE" "$(dirname "$PGDATA")"
	exec gosu postgres bash "${BASH_SOURCE[0]}" "$@"
fi
trap 'exit 130' INT TERM
umask 077

at="$(address "$NODE")"
settings=(-c config_file="$here/postgresql.conf" -c hba_file="$here/pg_hba.conf" -c listen_addresses='*'
	-c port="${at##*:}" -c cluster_name="$NODE" -c primary_conninfo="$(upstream)" -c primary_slot_name="$(slot "$NODE")"
	"$@")

# Roles, database and slots, on a server nobody else can reach.
set_up() {
	until pg_isready --quiet --host=127.0.0.1 --port="${at##*:}"; do
		kill -0 "$1" || fail "The server did not start"
		sleep 0.1
	done
	PGPASSWORD="$ADMIN_PASSWORD" psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 \
		--dbname="host=127.0.0.1 port=${at##*:} user=postgres dbname=postgres" --file="$here/roles.sql"
	ask "$NODE" 'create extension pg_stat_statements'
	create_slots "$NODE"
}

create() {
	[[ ! -s "$PGDATA/PG_VERSION" ]] || fail "There is data in $PGDATA, and nothing in $STATE says who is the primary." \
		"Write its name into $STATE/leader, or delete all data: ./manage.sh reset"
	rm -rf "$PGDATA.new"
	initdb --pgdata="$PGDATA.new" --username=postgres --pwfile=<(echo "$ADMIN_PASSWORD") --auth=scram-sha-256 \
		--encoding=UTF8 --data-checksums
	postgres -D "$PGDATA.new" "${settings[@]}" -c listen_addresses=127.0.0.1 &
	local server=$!
	# shellcheck disable=SC2064 # this server
	trap "kill -INT $server" EXIT
	set_up "$server"
	trap - EXIT
	kill -INT "$server"
	wait "$server"
	rm -rf "$PGDATA"
	mv "$PGDATA.new" "$PGDATA"
	lead "$NODE"
}

copy() {
	rm -rf "$PGDATA.new"
	PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --no-password --dbname="$(upstream)" --pgdata="$PGDATA.new" \
		--checkpoint=fast --wal-method=stream --slot="$(slot "$NODE")" \
		&& touch "$PGDATA.new/standby.signal" \
		&& rm -rf "$PGDATA" \
		&& mv "$PGDATA.new" "$PGDATA" \
		&& rm -f "$STATE/copy-$NODE"
}

follow() {
	if [[ -f "$PGDATA/standby.signal" && ! -e "$STATE/copy-$NODE" ]]; then
		return 0
	fi
	if [[ -s "$PGDATA/PG_VERSION" ]]; then
		echo "$NODE: the primary is $(leader); the data here is replaced by a copy of it"
	fi
	until copy; do
		echo "$NODE: waits for a primary to copy"
		sleep 1
	done
}

first="${NODES%%=*}"
if [[ "$(leader)" == "$NODE" ]]; then
	[[ -s "$PGDATA/PG_VERSION" ]] || fail "$NODE is the primary and its data is gone." \
		"Promote another node, ./manage.sh promote NODE, or delete all data: ./manage.sh reset"
elif [[ -z "$(leader)" && "$NODE" == "$first" ]]; then
	create
else
	follow
fi
# Of the receiver of the WAL
export PGPASSWORD="$REPLICATION_PASSWORD"
exec postgres -D "$PGDATA" "${settings[@]}"
