# Ends what is left of a cluster: $1 is its directory. Waits for the end of standard input,
# which the owner holds open for as long as it lives.
trap '' HUP INT TERM
cat > /dev/null

processes() {
	if [ -d /proc/self ]; then
		# Every server process works in its data directory, also after its parent died.
		ls -ld /proc/[0-9]*/cwd 2> /dev/null | while read -r line; do
			case "$line" in
			*"/cwd -> $1" | *"/cwd -> $1/"*)
				pid=${line%%/cwd -> *}
				pid=${pid##*/}
				[ "$pid" = "$$" ] || echo "$pid"
				;;
			esac
		done
	else
		for file in "$1"/*/data/postmaster.pid; do
			pid=$(head -n 1 "$file" 2> /dev/null) || continue
			case "$(ps -o command= -p "$pid")" in
			*"$1"*) echo "$pid" ;;
			esac
		done
	fi
}

round=0
killed=' '
while [ "$round" -lt 100 ]; do
	pids=$(processes "$1")
	[ -n "$pids" ] || break
	killed="$killed$(echo $pids) "
	[ -d /proc/self ] || for pid in $pids; do pkill -CONT -P "$pid"; done
	# First in a way that lets a server wait for its own children.
	signal=KILL
	[ "$round" -ge 10 ] || signal=QUIT
	kill "-$signal" $pids 2> /dev/null
	sleep 0.02
	round=$((round + 1))
done
for file in "$1"/*/data/postmaster.pid; do
	# Line 7 holds the key and the id of a shared memory segment, which a killed server leaves.
	segment=$(sed -n '7s/.*[[:space:]]//p' "$file" 2> /dev/null)
	[ -z "$segment" ] || ipcrm -m "$segment" 2> /dev/null
done
if [ -r /proc/sysvipc/shm ]; then
	# One that was killed while it started has not written the file yet.
	while read -r key segment mode size creator rest; do
		case "$killed" in
		*" $creator "*) ipcrm -m "$segment" 2> /dev/null ;;
		esac
	done < /proc/sysvipc/shm
fi
rm -rf "$1"
