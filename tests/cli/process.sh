#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What happens to a running kdbench, and what it leaves behind: signals, missing
# programs, folders that cannot be written. One PASS or FAIL line per case.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
work=$(mktemp -d) || exit 1
failed=0
trap 'rm -rf "$work"' EXIT

# A long session on a real guest, so that there is time to interfere.
cat >"$work/long.yaml" <<'EOF'
name: long
transport: ring
accel: tcg
session:
  - connect
  - read-memory: { size: 64KiB }
  - idle: { duration: 30s }
trials: 2
EOF
cat >"$work/short.yaml" <<'EOF'
name: short
transport: sim
guest.pattern: 64KiB
session:
  - connect
  - read-memory: { size: 64KiB }
EOF
cat >"$work/two.yaml" <<'EOF'
name: two
transport: ring
accel: tcg
matrix:
  pause: [10ms, 30s]
session:
  - connect
  - read-memory: { size: 64KiB }
  - idle: { duration: $pause }
EOF

# check NAME: what ran last decides
check() {
	if [ "$2" = ok ]; then
		echo "PASS process $1"
	else
		echo "FAIL process $1: $2"
		[ -f "$work/out" ] && tail -n 20 "$work/out"
		failed=1
	fi
}

# The QEMU processes that a kdbench process has started.
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}
has_child() { [ -n "$(children "$pid")" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }

# SIGKILL in mid-run: no QEMU, no file outside the run directory.
before=$(ls /dev/shm /tmp 2>/dev/null | grep -ci 'kdbench\|qemu')
"$program" run -q -o "$work/killed" "$work/long.yaml" >"$work/out" 2>&1 &
pid=$!
if wait_for 20 has_child; then
	sleep 0.5
	qemu=$(children $pid)
	kill -KILL $pid
	wait $pid 2>/dev/null
	result=ok
	for q in $qemu; do
		wait_for 10 gone "$q" || result="QEMU $q outlived it"
	done
	after=$(ls /dev/shm /tmp 2>/dev/null | grep -ci 'kdbench\|qemu')
	[ "$before" = "$after" ] || result="files are left in /tmp or /dev/shm"
	check "SIGKILL leaves nothing behind" "$result"
else
	check "SIGKILL leaves nothing behind" "no QEMU was started"
fi

# Ctrl-C: exit 130, what was measured is kept and readable, QEMU is gone.
"$program" run -q --seed 1 -o "$work/int" "$work/short.yaml" \
	"$work/long.yaml" >"$work/out" 2>&1 &
pid=$!
result=ok
if wait_for 20 has_child; then
	sleep 0.5
	qemu=$(children $pid)
	kill -INT $pid
	wait $pid
	rc=$?
	[ $rc = 130 ] || result="exit code $rc"
	for q in $qemu; do
		wait_for 10 gone "$q" || result="QEMU $q outlived it"
	done
	grep -q '"type":"trial"' "$work/int/results.jsonl" ||
		result="the finished trial is lost"
	grep -q '"interrupted":true' "$work/int/results.jsonl" ||
		result="no end record"
	"$program" report "$work/int" >"$work/out" 2>&1 ||
		result="the report does not read it"
	check "Ctrl-C keeps what was measured" "$result"
else
	check "Ctrl-C keeps what was measured" "no QEMU was started"
fi

# expect NAME CODE TEXT COMMAND...: exit code, and a line that says so
expect() {
	local name=$1 code=$2 text=$3 rc result=ok
	shift 3
	timeout 60 "$@" >"$work/out" 2>&1 </dev/null
	rc=$?
	[ $rc = "$code" ] || result="exit code $rc, not $code"
	grep -q -- "$text" "$work/out" || result="${result/ok/} does not say '$text'"
	check "$name" "$result"
}

expect "missing QEMU is named" 3 "cannot run 'no-such-qemu'" \
	"$program" run -q -o "$work/a" --set qemu.binary=no-such-qemu \
	"$work/long.yaml"
expect "missing QEMU says what to do" 3 "hint:" \
	"$program" run -q -o "$work/a2" --set qemu.binary=no-such-qemu \
	"$work/long.yaml"
expect "QEMU that fails shows its words" 3 "unsupported machine type" \
	"$program" run -q -o "$work/b" --set "qemu.extra=-M no-such-machine" \
	"$work/two.yaml"
: >"$work/file"
expect "unwritable output folder" 3 "cannot create the run directory" \
	"$program" run -q -o "$work/file/x" "$work/short.yaml"
mkdir "$work/full" && : >"$work/full/precious"
expect "nothing is overwritten" 2 "is not empty" \
	"$program" run -q -o "$work/full" "$work/short.yaml"
expect "missing scenario" 2 "no-such.yaml" \
	"$program" run "$work/no-such.yaml"
expect "unknown cell" 2 "there is no cell 'zzzz'" \
	"$program" run --only zzzz "$work/short.yaml"
expect "bad seed" 2 "is not a whole number" \
	"$program" run --seed zz "$work/short.yaml"

# Without gnuplot everything else works, and the message says what to install.
mkdir "$work/bin"
for tool in sh env; do ln -s "$(command -v $tool)" "$work/bin/$tool"; done
expect "no gnuplot" 0 "gnuplot" \
	env PATH="$work/bin" "$program" run -o "$work/nogp" "$work/short.yaml"
result=ok
[ -s "$work/nogp/report/index.html" ] || result="no page"
check "no gnuplot still gives a page" "$result"

# The same seed in virtual time: records, fault log and trace, byte for byte.
cat >"$work/noisy.yaml" <<'EOF'
name: noisy
transport: sim
guest.pattern: 64KiB
faults:
  to-target:
    - drop: { probability: 1e-3 }
  to-debugger:
    - flip: { probability: 1e-4 }
session:
  - connect
  - read-memory: { size: 64KiB }
trials: 3
expect: { verdict: [completed, recovered] }
EOF
result=ok
for i in 1 2; do
	"$program" run -q --seed 5 --trace -o "$work/same$i" \
		"$work/noisy.yaml" >"$work/out" 2>&1 || result="exit code $?"
	grep '"type":"trial"' "$work/same$i/results.jsonl" >"$work/trials$i"
done
cmp -s "$work/trials1" "$work/trials2" || result="records differ"
diff -r "$work/same1/faults" "$work/same2/faults" >/dev/null ||
	result="fault logs differ"
diff -r "$work/same1/traces" "$work/same2/traces" >/dev/null ||
	result="traces differ"
[ -s "$work/trials1" ] || result="no trials"
check "the same seed gives the same bytes" "$result"

# What a trace tells, it also tells by way of pcapng.
result=ok
for trace in "$work"/same1/traces/*; do
	"$program" decode -v --pcapng "$work/pcapng" "$trace" >"$work/lines1" \
		2>"$work/out" || result="exit code $?"
	"$program" decode -v "$work/pcapng" >"$work/lines2" 2>>"$work/out" ||
		result="exit code $?"
	cmp -s "$work/lines1" "$work/lines2" || result="the lines differ"
	grep -q 'ReadVirtualMemory' "$work/lines1" || result="no packets"
	grep -q 'did not arrive so' "$work/lines1" || result="no damage"
done
check "a trace and its pcapng decode alike" "$result"
# What cannot be written must not look like success.
"$program" decode "$work/pcapng" >/dev/full 2>"$work/out"
rc=$?
[ $rc = 3 ] && result=ok || result="exit code $rc"
check "decode notices a full disk" "$result"

# The command that a record names repeats its trial.
result=ok
repeat=$(sed -n 's/.*"repeat":"kdbench \([^"]*\)".*/\1/p' "$work/trials1" |
	sed -n 2p)
# shellcheck disable=SC2086 # several arguments
"$program" ${repeat/run /run -q -o $work/again } >"$work/out" 2>&1 ||
	result="exit code $?"
grep '"type":"trial"' "$work/again/results.jsonl" >"$work/trial" ||
	result="no trial"
sed -n 2p "$work/trials1" | cmp -s - "$work/trial" ||
	result="another outcome"
check "the repeat command repeats the trial" "$result"
exit $failed
