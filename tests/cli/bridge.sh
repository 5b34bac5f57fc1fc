#!/bin/bash
# SPDX-License-Identifier: MIT
#
# 'kdbench bridge' as a process: its ends, its files, what it writes. One PASS or
# FAIL line per case.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
work=$(mktemp -d) || exit 1
failed=0
pid=
trap '[ -n "$pid" ] && kill -KILL $pid 2>/dev/null; rm -rf "$work"' EXIT

# check NAME RESULT
check() {
	if [ "$2" = ok ]; then
		echo "PASS bridge $1"
	else
		echo "FAIL bridge $1: $2"
		tail -n 20 "$work/out" "$work/err" 2>/dev/null
		failed=1
	fi
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}
gone() { ! kill -0 "$1" 2>/dev/null; }
child() { qemu=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null) && [ -n "$qemu" ]; }
listens() { grep -q '^listening on' "$work/err"; }

# bridge ARGUMENTS...: in the background, until it listens
bridge() {
	: >"$work/err"
	"$program" bridge "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	wait_for 20 listens
}

# finish SIGNAL CODE: it must end with this code
finish() {
	local rc
	kill "-$1" "$pid"
	wait "$pid" 2>/dev/null
	rc=$?
	pid=
	[ $rc = "$2" ] || result="exit code $rc, not $2"
}

# Bytes to and from a TCP port, as hex.
say() { printf '%b' "$1" >&3; }
hear() { timeout 10 head -c "$1" <&3 | od -An -tx1 | tr -d ' \n'; }
dial() { exec 3<>"/dev/tcp/127.0.0.1/$(sed -n 's/^listening on tcp:[^,]*:\([0-9]*\),.*/\1/p' "$work/err")"; }
hang_up() { exec 3>&- 3<&-; }
reset='\x69\x69\x69\x69\x06\0\0\0\0\0\0\0\0\0\0\0'
answer=69696969060000000000000000000000

# Both framings behind the same serial line; Ctrl-C is the ordinary end.
for framing in stream packet; do
	result=ok
	bridge --transport sim --set transport.framing=$framing \
		--listen tcp:127.0.0.1:0 --trace "$work/trace" || result="does not listen"
	for round in 1 2; do
		dial
		say "b$reset"
		got=$(hear 500)
		case $got in
		*$answer*) ;;
		*) result="no answer to RESET in round $round: $got" ;;
		esac
		hang_up
	done
	wait_for 10 grep -q 'debugger gone (connection 2)' "$work/err" ||
		result="connections are not told"
	finish INT 0
	grep -q 'RESETs *2 *2' "$work/out" || result="${result/ok/}no totals"
	grep -q '"dir":"to-target","type":"reset"' "$work/trace" ||
		result="no RESET in the trace"
	grep -q '"dir":"to-debugger","type":"state-change"' "$work/trace" ||
		result="no state change in the trace"
	check "answers RESET, $framing framing" "$result"
done

# The faults of a scenario act, and are logged.
cat >"$work/deaf.yaml" <<'EOS'
name: deaf
transport: sim
faults:
  to-target:
    - drop: { packet: { type: reset } }
session: [connect]
EOS
result=ok
bridge --listen tcp:127.0.0.1:0 --log "$work/log" "$work/deaf.yaml" ||
	result="does not listen"
dial
say "$reset"
wait_for 10 grep -q '"act":"drop"' "$work/log" || result="nothing in the log"
hang_up
finish INT 0
grep -q 'faults *[1-9][0-9]* *0' "$work/out" || result="${result/ok/}not counted"
check "applies and logs faults" "$result"

# SIGKILL: no QEMU is left; the socket is, and the next one takes its place.
result=ok
bridge --transport ring --set accel=tcg --listen "unix:$work/kd.sock" ||
	result="does not listen"
wait_for 20 child || result="no QEMU"
finish KILL 137
for q in $qemu; do
	wait_for 10 gone "$q" || result="QEMU $q outlived it"
done
bridge --transport sim --listen "unix:$work/kd.sock" ||
	result="a stale socket is not replaced"
finish INT 0
[ -e "$work/kd.sock" ] && result="the socket is left"
check "SIGKILL leaves no QEMU, and a socket that does not matter" "$result"

# The guest ends: so does the bridge, with the cause.
result=ok
bridge --transport ring --set accel=tcg --listen "unix:$work/kd.sock" ||
	result="does not listen"
wait_for 20 child || result="no QEMU"
sleep 3
kill -KILL $qemu
wait "$pid"
rc=$?
pid=
[ $rc = 1 ] || result="exit code $rc, not 1"
grep -q 'killed by signal 9' "$work/err" || result="${result/ok/}no cause"
grep -q 'to debugger' "$work/out" || result="${result/ok/}no totals"
check "a guest that dies ends it" "$result"

# A pseudo terminal, by a name of one's own.
result=ok
bridge --transport sim --listen "pty:$work/tty" || result="does not listen"
[ -c "$work/tty" ] || result="no terminal"
exec 3<>"$work/tty"
say "$reset"
case $(hear 500) in
*$answer*) ;;
*) result="no answer" ;;
esac
hang_up
finish TERM 0
[ -e "$work/tty" ] && result="the link is left"
check "serves a terminal" "$result"

# expect NAME CODE TEXT ARGUMENTS...: exit code, and a line that says so
expect() {
	local name=$1 code=$2 text=$3 rc result=ok
	shift 3
	timeout 60 "$program" bridge "$@" >"$work/out" 2>"$work/err" </dev/null
	rc=$?
	[ $rc = "$code" ] || result="exit code $rc, not $code"
	grep -q -- "$text" "$work/err" || result="${result/ok/} does not say '$text'"
	check "$name" "$result"
}

expect "missing QEMU" 3 "cannot run 'no-such-qemu'" --transport ring \
	--set accel=tcg --set qemu.binary=no-such-qemu --listen "unix:$work/a"
expect "unknown transport" 2 "unknown transport 'rings'" --transport rings
expect "bad endpoint" 2 "is not an endpoint" --listen "$work/a"
expect "bad policy" 2 "neither discard nor keep" --stale perhaps
expect "two scenarios" 2 "one scenario at most" a.yaml b.yaml
: >"$work/precious"
expect "nothing is overwritten" 3 "precious" --transport sim \
	--listen "unix:$work/precious"
exit $failed
