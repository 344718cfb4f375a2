#!/usr/bin/env bash
# The stack of compose.yaml, the tests and the examples, from any directory. docs/compose.md has the walks.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

nodes=(primary replica-1 replica-2)
profiles=(tools cache tls)
examples=(basic replicas pool transactions batch failover hooks)
START_LIMIT="${START_LIMIT:-180}"

usage() {
	cat <<'END'
Usage: ./manage.sh COMMAND

  start [PROFILE...]   starts the stack and waits for its nodes; profiles: tools, cache, tls
  stop                 stops everything, keeps the data
  restart              stops and starts what ran
  status               services, roles, replication, addresses
  verify               checks replication, roles and settings; fails where something is wrong
  logs [SERVICE] [...] logs; more arguments go to docker compose logs
  psql [NODE] [...]    psql as the application, on the primary unless told otherwise
  redis [...]          valkey-cli
  ca                   prints the certificate of the authority that profile tls makes
  stop-node NODE       stops a node
  start-node NODE      starts a node; a former primary comes back as a replica
  promote NODE         makes a replica the primary; the old one has to be stopped
  rejoin NODE          lets a replica copy the primary anew
  reset [--yes]        deletes containers and data, after asking
  test [...]           mvn verify
  example NAME [...]   runs an example: basic, replicas, pool, transactions, batch, failover, hooks
  help                 this text

Nodes: primary, replica-1, replica-2, named by what they are in a new cluster.
END
}

fail() {
	echo "$*" >&2
	exit 1
}

# Whether the first argument is among the others.
among() {
	local wanted="$1" each
	shift
	for each; do
		[[ "$each" != "$wanted" ]] || return 0
	done
	return 1
}

require_node() {
	[[ -n "${1:-}" ]] || fail "Which node? One of: ${nodes[*]}"
	among "$1" "${nodes[@]}" || fail "There is no node '$1'. Nodes: ${nodes[*]}"
}

require_docker() {
	command -v docker >/dev/null || fail "docker is not installed. The tests and the sample do without: mvn spring-boot:run"
	if docker compose version >/dev/null 2>&1; then
		COMPOSE=(docker compose)
	elif command -v docker-compose >/dev/null; then
		COMPOSE=(docker-compose)
	else
		fail "Neither 'docker compose' nor docker-compose is installed"
	fi
	docker info >/dev/null 2>&1 || fail "No Docker engine answers. Is it running, and may $(id -un) use it?
The tests and the sample do without: mvn spring-boot:run"
}

compose() {
	"${COMPOSE[@]}" --project-directory "$root" --file "$root/compose.yaml" "$@"
}

# Of services of all profiles.
compose_all() {
	local each arguments=()
	for each in "${profiles[@]}"; do
		arguments+=(--profile "$each")
	done
	compose "${arguments[@]}" "$@"
}

# A field of the state of a service's container; nothing where there is none.
state() {
	local container
	container="$(compose ps -a -q "$1" 2>/dev/null)" || return 0
	[[ -z "$container" ]] || docker inspect --format "$2" "$container"
}

runs() {
	[[ "$(state "$1" '{{.State.Running}}')" == true ]]
}

# Runs a command of docs/compose/cluster.sh in a node.
in_node() {
	local node="$1"
	shift
	compose exec -T --user postgres "$node" bash /etc/nexs/cluster.sh "$@"
}

running_node() {
	local each
	for each in "${nodes[@]}"; do
		if runs "$each"; then
			echo "$each"
			return 0
		fi
	done
	fail "No node is running. Start them: ./manage.sh start"
}

leader() {
	local node leader
	node="$(running_node)" || exit 1
	leader="$(in_node "$node" leader)" || exit 1
	[[ -n "$leader" ]] || fail "There is no primary yet; see ./manage.sh logs primary"
	echo "$leader"
}

await_healthy() {
	local node="$1" until=$((SECONDS + START_LIMIT))
	until [[ "$(state "$node" '{{.State.Health.Status}}')" == healthy ]]; do
		runs "$node" || fail "$node has ended: ./manage.sh logs $node"
		((SECONDS < until)) || fail "$node is not ready after $START_LIMIT s: ./manage.sh logs $node"
		sleep 0.3
	done
}

await_certificates() {
	until [[ "$(state tls '{{.State.Status}}')" == exited ]]; do
		sleep 1
	done
	[[ "$(state tls '{{.State.ExitCode}}')" == 0 ]] || fail "A node does not encrypt: ./manage.sh logs tls"
	echo "The servers encrypt. ./manage.sh ca > ca.crt, then add to the DSN: ?sslmode=verify-full&sslrootcert=$PWD/ca.crt"
}

addresses() {
	cat <<'END'
Application   export NEXS_DB_DSN=postgres://app:app@localhost:5432,localhost:5433,localhost:5434/orders
primary       postgres://app:app@localhost:5432/orders
replica-1     postgres://app:app@localhost:5433/orders
replica-2     postgres://app:app@localhost:5434/orders
Grafana       http://localhost:3000
Prometheus    http://localhost:9090
Alertmanager  http://localhost:9093
pgAdmin       http://localhost:5050    (profile tools)
Valkey        redis://localhost:6379   (profile cache)
END
	if [[ -n "${APP_PASSWORD:-}" || -f "$root/.env" ]]; then
		echo "The password is the one in APP_PASSWORD, if that was set at the first start."
	fi
}

start() {
	local each arguments=()
	for each; do
		among "$each" "${profiles[@]}" || fail "There is no profile '$each'. Profiles: ${profiles[*]}"
		arguments+=(--profile "$each")
	done
	compose ${arguments[@]+"${arguments[@]}"} up -d
	for each in "${nodes[@]}"; do
		await_healthy "$each"
	done
	addresses
	if among tls "$@"; then
		await_certificates
	fi
}

status() {
	local node
	compose_all ps
	echo
	node="$(running_node)"
	in_node "$node" report
	echo
	addresses
}

verify() {
	local node
	node="$(running_node)"
	in_node "$node" verify
}

ca() {
	local node
	node="$(running_node)"
	compose exec -T --user postgres "$node" cat /cluster/tls/ca.crt
}

open_psql() {
	local node terminal=()
	if among "${1:-}" "${nodes[@]}"; then
		node="$1"
		shift
	elif [[ -z "${1:-}" || "$1" == -* ]]; then
		node="$(leader)"
	else
		require_node "$1"
	fi
	runs "$node" || fail "$node is not running: ./manage.sh start-node $node"
	[[ -t 0 && -t 1 ]] || terminal=(-T)
	compose exec ${terminal[@]+"${terminal[@]}"} --user postgres "$node" bash /etc/nexs/cluster.sh psql "$@"
}

promote() {
	local leader
	runs "$1" || fail "$1 is not running; only a node that runs can be promoted"
	leader="$(in_node "$1" leader)"
	if [[ -n "$leader" && "$leader" != "$1" ]] && runs "$leader"; then
		fail "$leader is the primary and its container runs. Two primaries would both take writes, and those of the old one
would be lost. Stop it first:
  ./manage.sh stop-node $leader
  ./manage.sh promote $1"
	fi
	in_node "$1" promote
	if [[ -n "$leader" && "$leader" != "$1" ]]; then
		echo "The other replicas follow. Bring $leader back as a replica: ./manage.sh start-node $leader"
	fi
}

rejoin() {
	local leader
	leader="$(leader)"
	[[ "$leader" != "$1" ]] || fail "$1 is the primary; only a replica can copy it"
	runs "$leader" || fail "The primary, $leader, is not running"
	compose stop "$1"
	in_node "$leader" renew "$1"
	compose up -d --no-deps "$1"
	await_healthy "$1"
}

start_node() {
	compose up -d --no-deps "$1"
	await_healthy "$1"
}

reset() {
	local answer=""
	if [[ "${1:-}" != --yes ]]; then
		read -r -p "This deletes the containers and all their data. Type yes to go on: " answer || true
		[[ "$answer" == yes ]] || fail "Nothing was deleted"
	fi
	compose_all down --volumes --remove-orphans
}

example() {
	local name="${1:-}"
	[[ -n "$name" ]] || fail "Which example? One of: ${examples[*]}"
	among "$name" "${examples[@]}" || fail "There is no example '$name'. Examples: ${examples[*]}"
	shift
	maven spring-boot:run "-Dspring-boot.run.profiles=$name" "$@"
}

maven() {
	command -v mvn >/dev/null || fail "mvn is not installed"
	cd "$root"
	exec mvn "$@"
}

command="${1:-help}"
[[ $# -eq 0 ]] || shift
case "$command" in
	help | -h | --help) usage && exit 0 ;;
	test) maven verify "$@" ;;
	example) example "$@" ;;
	start | stop | restart | status | verify | logs | psql | redis | ca | reset) ;;
	stop-node | start-node | promote | rejoin) require_node "${1:-}" ;;
	*) usage >&2 && fail "There is no command '$command'" ;;
esac

require_docker
case "$command" in
	start) start "$@" ;;
	stop) compose_all stop ;;
	restart) compose_all restart ;;
	status) status ;;
	verify) verify ;;
	logs) compose_all logs "$@" ;;
	psql) open_psql "$@" ;;
	redis) compose_all exec cache valkey-cli "$@" ;;
	ca) ca ;;
	stop-node) compose stop "$1" ;;
	start-node) start_node "$1" ;;
	promote) promote "$1" ;;
	rejoin) rejoin "$1" ;;
	reset) reset "$@" ;;
esac
