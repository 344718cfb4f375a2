#!/usr/bin/env bash
# What manage.sh does inside a node.
#
#   leader          name of the primary
#   psql [ARG...]   psql as the application on this node
#   healthy         succeeds where this node answers in the role it should have
#   promote         makes this node the primary; refused while another one is, or a replica has received more
#   renew NODE      on the primary: lets NODE copy it at its next start
#   report          role, timeline and position of every node; what the primary says of its replicas
#   verify          checks roles, replication, settings; fails where something is wrong
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/nodes.sh"
source "$here/verify.sh"

ROLE="select case when pg_is_in_recovery() then 'replica' else 'primary' end"

RECEIVED="select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"

# Connection of the application to this node.
application() {
	local at
	at="$(address "$NODE")"
	echo "host=${at%:*} port=${at##*:} user=$POSTGRES_USER dbname=$POSTGRES_DB connect_timeout=3"
}

as_application() {
	PGPASSWORD="$POSTGRES_PASSWORD" psql --no-psqlrc --no-password --dbname="$(application)" "$@"
}

healthy() {
	local expected=replica
	[[ -n "$(leader)" ]] || fail "There is no primary yet"
	if [[ "$(leader)" == "$NODE" ]]; then
		expected=primary
	fi
	[[ "$(as_application --tuples-only --no-align --command="$ROLE")" == "$expected" ]]
}

# Whether a replica has what this one has not: it would have to follow a primary that lacks it.
refuse_if_behind() {
	local other="$1" theirs
	theirs="$(ask "$other" "$RECEIVED")"
	if [[ "$(ask "$NODE" "select '$theirs'::pg_lsn > ($RECEIVED)")" == t ]]; then
		fail "$other has received more than $NODE: promote $other"
	fi
}

promote() {
	local other role
	[[ "$(ask "$NODE" "$ROLE")" == replica ]] || fail "$NODE is the primary already"
	for other in $(others "$NODE"); do
		role="$(ask "$other" "$ROLE" 2>/dev/null || true)"
		if [[ "$role" == primary ]]; then
			fail "$other is the primary and answers; a second one would take writes that are lost." \
				"Stop it first: ./manage.sh stop-node $other"
		elif [[ "$role" == replica ]]; then
			refuse_if_behind "$other"
		fi
	done
	create_slots "$NODE"
	# Before the promotion: were it after, the old primary could start as one in between.
	lead "$NODE"
	[[ "$(ask "$NODE" 'select pg_promote()')" == t ]] || fail "$NODE was not promoted within 60 s; see its log"
	echo "$NODE is the primary"
}

renew() {
	address "$1" >/dev/null
	[[ "$1" != "$NODE" ]] || fail "$1 is the primary; only a replica can copy it"
	ask "$NODE" "select pg_drop_replication_slot(slot_name) from pg_replication_slots
		where slot_name = '$(slot "$1")'" >/dev/null
	create_slots "$NODE"
	touch "$STATE/copy-$1"
}

# What is known of a node in one line.
summary() {
	ask "$1" "select case when pg_is_in_recovery()
		then format('%-9s %-9s %s', 'replica', (select received_tli from pg_stat_wal_receiver), ($RECEIVED))
		else format('%-9s %-9s %s', 'primary', ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
			pg_current_wal_lsn()) end" 2>/dev/null || echo 'no answer'
}

report() {
	local each
	printf '%-12s %-9s %-9s %s\n' node role timeline position
	for each in $NODES; do
		printf '%-12s %s\n' "${each%%=*}" "$(summary "${each%%=*}")"
	done
	echo
	PGPASSWORD="$ADMIN_PASSWORD" psql --no-psqlrc --no-password --pset=footer=off --dbname="$(admin "$(leader)")" \
		--command="select slot_name, active, state, sent_lsn, replay_lsn,
			pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) as bytes_behind, wal_status
			from pg_replication_slots left join pg_stat_replication on pid = active_pid order by 1" || true
}

case "${1:-}" in
	leader | healthy | promote | report | verify) "$1" ;;
	renew) renew "$2" ;;
	psql)
		shift
		as_application "$@"
		;;
	*) fail "Unknown command: ${1:-}" ;;
esac
