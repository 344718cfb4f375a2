# The checks of "cluster.sh verify"; read by it, not run.
# shellcheck shell=bash

wrong=0

# Until when what takes its time after a start may be missing, in seconds of this shell
deadline=0

# Says whether a node answers a question as it should.
check() {
	local what="$1" node="$2" question="$3" answer
	answer="$(ask "$node" "$question" 2>&1 || true)"
	if [[ "$answer" == t ]]; then
		echo "ok      $node: $what"
	else
		echo "FAILED  $node: $what${answer:+ ($answer)}"
		wrong=$((wrong + 1))
	fi
}

# The same, once it is so or the deadline is over.
check_soon() {
	until [[ "$(ask "$2" "$3" 2>/dev/null)" == t ]] || ((SECONDS >= deadline)); do
		sleep 0.1
	done
	check "$@"
}

verify_primary() {
	local node="$1" count
	count="$(others "$node" | wc -l)"
	check_soon "$count replicas stream" "$node" "select count(*) = $count from pg_stat_replication
		where state = 'streaming'"
	check_soon 'a slot of its own for each, none lost' "$node" "select count(*) = $count and bool_and(active)
		and bool_and(wal_status not in ('lost', 'unreserved')) from pg_replication_slots"
	check 'the application has no rights of a superuser' "$node" "select not (rolsuper or rolcreatedb or rolcreaterole
		or rolreplication or rolbypassrls) from pg_roles where rolname = '$POSTGRES_USER'"
	check 'the application owns its database' "$node" "select pg_get_userbyid(datdba) = '$POSTGRES_USER'
		from pg_database where datname = current_database()"
	check 'the application may read statistics' "$node" "select pg_has_role('$POSTGRES_USER', 'pg_monitor', 'usage')"
	check 'replication has a role that is nothing else' "$node" "select rolreplication and not rolsuper
		from pg_roles where rolname = 'replicator'"
	check 'passwords are SCRAM' "$node" "select bool_and(rolpassword like 'SCRAM-SHA-256\$%') from pg_authid
		where rolcanlogin"
	check 'pg_stat_statements counts' "$node" "select count(*) > 0 from pg_stat_statements"
}

verify_replica() {
	local node="$1" position="$2"
	check 'is in recovery' "$node" "select pg_is_in_recovery()"
	check_soon 'receives' "$node" "select count(*) = 1 from pg_stat_wal_receiver where status = 'streaming'"
	if [[ -n "$position" ]]; then
		check_soon 'has replayed what the primary had written' "$node" "select pg_last_wal_replay_lsn() >= '$position'"
	fi
}

verify() {
	local primary position each
	primary="$(leader)"
	[[ -n "$primary" ]] || fail "FAILED  no primary yet"
	check 'takes writes' "$primary" "select not pg_is_in_recovery()"
	if [[ "$wrong" -eq 0 ]]; then
		deadline=$((SECONDS + 10))
		verify_primary "$primary"
	fi
	position="$(ask "$primary" 'select pg_current_wal_lsn()' 2>/dev/null || true)"
	for each in $(others "$primary"); do
		verify_replica "$each" "$position"
	done
	for each in "$primary" $(others "$primary"); do
		check 'every connection needs a password' "$each" "select bool_and(auth_method in ('scram-sha-256', 'reject'))
			from pg_hba_file_rules"
	done
	[[ "$wrong" -eq 0 ]] || fail "$wrong checks failed"
}
