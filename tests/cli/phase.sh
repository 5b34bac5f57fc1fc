#!/bin/sh
# SPDX-License-Identifier: MIT
# What 'kdbench phase' writes, and how it ends.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# name, status expected, status, condition that must hold
check()
{
	if [ "$2" = "$3" ] && eval "$4"; then
		echo "PASS phase: $1"
	else
		echo "FAIL phase: $1 (status $3, not $2, or not: $4)"
		head -n 20 "$tmp/out" "$tmp/err"
	fi
}

phase()
{
	"$program" phase "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
}

short=tests/cli/explore.yaml
sed 's/sim/ring/; /^session/i\
faults:\
  to-target:\
    - drop: { probability: 0.5 }' $short >"$tmp/ring.yaml"

for workers in 1 2 5; do
	phase $short --grid 1 --of pause --json --workers $workers
	cp "$tmp/out" "$tmp/out$workers"
	check "$workers workers, the same bytes" 0 $status \
		"[ -s '$tmp/out' ] && cmp -s '$tmp/out' '$tmp/out1'"
done
for key in scenario debugger target of polls columns rows exchanges sessions \
	digest points transports guests cost_ps delay_ns end places; do
	check "--json has $key" 0 $status "grep -q '\"$key\":' '$tmp/out'"
done

phase "$tmp/ring.yaml" --grid 1 --of latency
check "another transport is simulated as sim" 0 $status \
	'grep -q "note: no cell has" "$tmp/err"'
check "faults of its own are left out" 0 $status \
	'grep -q "own faults are left out" "$tmp/err"'
phase "$tmp/ring.yaml" --grid 1 --of latency -q
check "-q leaves out notes" 0 $status '[ ! -s "$tmp/err" ]'

for of in delay latency gap gaps pause; do
	phase $short --grid 1 --of $of
	said=$(sed -n 's/^note: \([0-9]*\) sessions of .*/\1/p' "$tmp/err")
	check "--of $of: as many sessions as were foretold" 0 $status \
		'grep -q "^$said sessions of 7 exchanges" "$tmp/out"'
done
check "a coarse grid has all labels" 0 $status \
	'grep -q "0.1 ns *1 ns *10 ns *100 ns *1 µs *10 µs *100 µs" "$tmp/out"'
check "and says where a cost is not on it" 0 $status \
	'grep -q "1 µs .*under KVM, 2.5 µs; nearest of the grid" "$tmp/out"'

phase $short --grid 2 --of latency --polls 409600 -o "$tmp/dir"
check "-o keeps every point" 0 $status \
	'[ "$(wc -l <"$tmp/dir/phase.csv")" = 196 ] &&
	 [ "$(wc -l <"$tmp/dir/phase.json")" = 1 ]'
check "a time-out is polls times cost" 0 $status \
	'grep -q "^100.000,1000,40960000," "$tmp/dir/phase.csv"'
if command -v gnuplot >/dev/null; then
	check "and a picture" 0 $status '[ -s "$tmp/dir/phase.png" ] &&
		grep -q "resync phase diagram" "$tmp/dir/phase.svg"'
fi

# What runs measured is drawn in: real results, cut to what is looked at.
mkdir "$tmp/run"
cp tests/cli/phase_run.jsonl "$tmp/run/results.jsonl"
phase $short --grid 1 --of latency --from-run "$tmp/run" --json -o "$tmp/drawn"
check "--from-run draws in a transport" 0 $status \
	'grep -q "\"name\":\"ring, tcg\",\"cost_ns\":3" "$tmp/out"'
check "and how a guest ended" 0 $status \
	'grep -q "\"end\":\"hang\",\"agrees\":" "$tmp/out"'
phase $short --grid 1 --of latency --from-run "$tmp/run" --debugger robust --json
check "but not of another debugger" 0 $status \
	'grep -q "\"guests\":\[\]" "$tmp/out"'
phase $short --from-run "$tmp/nowhere"
check "a run that is not there" 2 $status 'grep -q "cannot open" "$tmp/err"'

# Ctrl-C: status 130, no worker left.
"$program" phase scenarios/long/phase.yaml --grid 10 -q >"$tmp/out" 2>"$tmp/err" &
pid=$!
while [ -z "$(ps -o pid= --ppid $pid)" ]; do sleep 0.1; done
kill -TERM $pid
wait $pid
check "a signal ends it cleanly" 130 $? \
	'grep -q interrupted "$tmp/err" && [ -z "$(ps -o pid= --ppid '$pid')" ]'
