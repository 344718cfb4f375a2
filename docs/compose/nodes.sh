# What node.sh, cluster.sh and tls.sh have in common; read by them, not run.
#
#   NODE                   name of this node
#   NODES                  name=host:port of every node, this one included; the first is the primary of a new cluster
#   STATE                  directory all nodes share; its file "leader" has the name of the primary
#   POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB   of the application
#   ADMIN_PASSWORD         of the superuser postgres
#   REPLICATION_PASSWORD   of the role replicator
# shellcheck shell=bash

STATE="${STATE:-/cluster}"

fail() {
	echo "$*" >&2
	exit 1
}

# Names of all nodes but the given one.
others() {
	local each
	for each in $NODES; do
		[[ "${each%%=*}" == "$1" ]] || echo "${each%%=*}"
	done
}

# host:port of a node; of this one as it calls itself, which works before others reach it.
address() {
	local each
	for each in $NODES; do
		if [[ "${each%%=*}" == "$1" && "$1" == "${NODE:-}" ]]; then
			echo "127.0.0.1:${each##*:}"
			return 0
		elif [[ "${each%%=*}" == "$1" ]]; then
			echo "${each#*=}"
			return 0
		fi
	done
	fail "There is no node $1"
}

slot() {
	echo "${1//-/_}"
}

leader() {
	cat "$STATE/leader" 2>/dev/null || true
}

# Whole or not at all: the nodes read it while it is written.
lead() {
	echo "$1" >"$STATE/leader.new"
	mv "$STATE/leader.new" "$STATE/leader"
}

# Whoever takes writes, from a list of all nodes: no replica has to be told of a promotion.
upstream() {
	local each hosts="" ports=""
	for each in $NODES; do
		each="${each#*=}"
		hosts+=",${each%:*}"
		ports+=",${each##*:}"
	done
	echo "host=${hosts#,} port=${ports#,} user=replicator application_name=$NODE connect_timeout=3" \
		"target_session_attrs=read-write"
}

# Connection of the superuser to a node.
admin() {
	local at
	at="$(address "$1")"
	echo "host=${at%:*} port=${at##*:} user=postgres dbname=$POSTGRES_DB connect_timeout=3"
}

# Asks a node as superuser; fails where it does not answer.
ask() {
	PGPASSWORD="$ADMIN_PASSWORD" psql --no-psqlrc --no-password --quiet --tuples-only --no-align \
		--set=ON_ERROR_STOP=1 --dbname="$(admin "$1")" --command="$2"
}

# A slot on a node for each other one, so that it keeps what they have not received.
create_slots() {
	local each
	for each in $(others "$1"); do
		ask "$1" "select from pg_create_physical_replication_slot('$(slot "$each")', true)
			where not exists (select from pg_replication_slots where slot_name = '$(slot "$each")')"
	done
}
