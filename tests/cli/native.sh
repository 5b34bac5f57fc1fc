#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A target that is a process of kdbench's own: it never outlives it. One PASS or
# FAIL line per case.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
work=$(mktemp -d) || exit 1
failed=0
trap 'rm -rf "$work"' EXIT

cat >"$work/long.yaml" <<'EOF2'
name: long
transport: native
session:
  - connect
  - read-memory: { size: 64KiB }
  - idle: { duration: 30s }
trials: 2
EOF2

children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
has_child() { [ -n "$(children "$pid")" ]; }
# Gone, or a zombie that nobody here can reap.
gone() { ! grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# Run until it has a target, send a signal, and see what is left.
check() { # NAME SIGNAL CODE
	local result=ok target rc
	"$program" run -q -o "$work/$2" "$work/long.yaml" >"$work/out" 2>&1 &
	pid=$!
	if wait_for 20 has_child; then
		sleep 0.3
		target=$(children $pid)
		kill -"$2" $pid
		wait $pid 2>/dev/null
		rc=$?
		[ $rc = "$3" ] || result="exit code $rc, not $3"
		for t in $target; do
			wait_for 10 gone "$t" || result="target $t outlived it"
		done
	else
		result="no target was started"
	fi
	if [ "$result" = ok ]; then
		echo "PASS native $1"
	else
		echo "FAIL native $1: $result"
		tail -n 20 "$work/out"
		failed=1
	fi
}

check "SIGKILL leaves nothing behind" KILL 137
check "Ctrl-C leaves nothing behind" INT 130
check "SIGTERM leaves nothing behind" TERM 130

# The target has its own group: a Ctrl-C of the terminal is kdbench's affair.
"$program" run -q -o "$work/group" "$work/long.yaml" >"$work/out" 2>&1 &
pid=$!
result=ok
if wait_for 20 has_child; then
	sleep 0.3
	target=$(children $pid)
	[ "$(ps -o pgid= -p "${target%% *}" | tr -d ' ')" = "${target%% *}" ] ||
		result="it is in kdbench's group"
	kill -INT $pid
	wait $pid
else
	result="no target was started"
fi
if [ "$result" = ok ]; then
	echo "PASS native the target is a group of its own"
else
	echo "FAIL native the target is a group of its own: $result"
	failed=1
fi
exit $failed
