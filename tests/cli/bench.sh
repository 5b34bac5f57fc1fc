#!/bin/bash
# SPDX-License-Identifier: MIT
#
# 'kdbench bench' as a process: its lines, its records, and what it leaves
# behind. No number is looked at: whether one is good depends on the machine.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
config=tests/cli/bench_tcg.yaml
work=$(mktemp -d) || exit 1
failed=0
trap 'rm -rf "$work"' EXIT

# check NAME: what ran last decides
check() {
	if [ "$2" = ok ]; then
		echo "PASS bench $1"
	else
		echo "FAIL bench $1: $2"
		tail -n 20 "$work/out"
		failed=1
	fi
}

# Two rounds; a round that the machine disturbed does not count where the other
# one does, so that a line may be of one round alone.
"$program" bench --config $config --rounds 2 --only 'chain.pass*' \
	-o "$work/pass" >"$work/out" 2>"$work/err"
[ $? = 0 ] && result=ok || result="status $?"
grep -qE '^chain\.pass/none +[0-9.e+-]+ +>=0\.9 (ok|short) +[12] ' "$work/out" ||
	result="no line of one round or two"
[ "$(grep -c '^chain\|^read\|^limit' "$work/out")" = 1 ] ||
	result="more than was asked for"
[ "$(grep -c '"type":"trial"' "$work/pass/results.jsonl")" -ge 4 ] ||
	result="too few trials"
# Rounds are of both scenarios together: no trial 1 behind a trial 2.
grep -o '"trial":[0-9]*' "$work/pass/results.jsonl" | cut -d: -f2 |
	sort -n -c 2>/dev/null || result="the scenarios are not interleaved"
check "prints the line that is asked for" "$result"

"$program" bench --config $config --rounds 2 --only 'limit.memcpy*' \
	-o "$work/limit" >"$work/out" 2>"$work/err"
[ $? = 0 ] && result=ok || result="status $?"
for name in cold warm; do
	grep -qE "^limit\.memcpy-$name\.MBps +[0-9.e+-]+ +- +- +[12] " \
		"$work/out" || result="no line memcpy-$name"
done
results=$work/limit/results.jsonl
[ "$(grep -c '"type":"limit"' "$results")" = 2 ] || result="no two records"
grep '"type":"limit","name":"memcpy",' "$results" |
	grep '"accel":"tcg","bytes":16777216,' |
	grep -qE '"rates_bytes_s":\[[0-9.e+]+,[0-9.e+]+\],"skip":null' ||
	result="a record that is none"
tail -n 1 "$results" | grep -q '"type":"end"' || result="no end"
grep -q "^report: $work/limit/report/index.html\$" "$work/out" ||
	result="no report"
[ -s "$work/limit/report/index.html" ] || result="an empty report"
check "records the neighbours" "$result"

# Without gdb there is a reason instead of a number, and no failure.
mkdir "$work/bin"
for tool in qemu-system-x86_64 sh; do
	ln -s "$(command -v $tool)" "$work/bin/$tool"
done
PATH=$work/bin "$program" bench --config $config --rounds 1 \
	--only 'limit.gdbstub*' -o "$work/nogdb" >"$work/out" 2>"$work/err"
[ $? = 0 ] && result=ok || result="status $?"
grep -qE '^limit\.gdbstub\.MBps +- +- +- +0 - \(there is no gdb' "$work/out" ||
	result="no reason"
grep '"name":"gdbstub"' "$work/nogdb/results.jsonl" |
	grep -q '"skip":"there is no gdb' || result="no reason in the record"
check "goes without gdb" "$result"

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
# QEMU, and gdb or socat beside it
has_children() { [ "$(children "$pid" | wc -w)" -ge "$many" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
count_files() { find /tmp /dev/shm -maxdepth 1 2>/dev/null | grep -ci 'kdbench\|qemu\|gdb'; }

# SIGKILL in the middle of a neighbour: no process, no file.
while read -r line many program_name; do
	if ! command -v "$program_name" >/dev/null; then
		echo "SKIP bench leaves nothing of $program_name: it is not here"
		continue
	fi
	before=$(count_files)
	"$program" bench --config $config --rounds 50 --only "$line" \
		-o "$work/kill-$program_name" >"$work/out" 2>&1 &
	pid=$!
	result=ok
	if wait_for 30 has_children; then
		left=$(children $pid)
		kill -KILL $pid
		wait $pid 2>/dev/null
		for p in $left; do
			wait_for 5 gone "$p" || result="process $p lives on"
		done
	else
		result="it started nothing"
		kill -KILL $pid
	fi
	[ "$(count_files)" = "$before" ] || result="files are left"
	check "leaves nothing of $program_name" "$result"
done <<'EOF'
limit.gdbstub.MBps 2 gdb
relay.socat/direct 1 socat
EOF

# Ctrl-C: soon, with what was measured, and nothing is left either.
"$program" bench --config $config --rounds 50 --only 'limit.pmemsave*' \
	-o "$work/stopped" >"$work/out" 2>&1 &
pid=$!
many=1
wait_for 30 has_children
kill -TERM $pid
wait $pid
[ $? = 130 ] && result=ok || result="status $?"
tail -n 1 "$work/stopped/results.jsonl" | grep -q '"interrupted":true' ||
	result="the record does not say so"
check "can be interrupted" "$result"
exit $failed
