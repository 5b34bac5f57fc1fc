#!/bin/sh
# SPDX-License-Identifier: MIT
# What 'kdbench explore' writes, and how it ends.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# name, status expected, status, condition that must hold
check()
{
	if [ "$2" = "$3" ] && eval "$4"; then
		echo "PASS explore: $1"
	else
		echo "FAIL explore: $1 (status $3, not $2, or not: $4)"
		head -n 20 "$tmp/out" "$tmp/err"
	fi
}

explore()
{
	"$program" explore "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
}

short=tests/cli/explore.yaml
sed 's/sim/ring/; /^session/i\
faults:\
  to-target:\
    - drop: { probability: 0.5 }' $short >"$tmp/ring.yaml"

explore $short --kinds drop --debugger naive --json
check "--json is an object for each pair" 0 $status \
	'[ "$(wc -l <"$tmp/out")" = 2 ]'
for key in debugger target faults schedules completed recovered livelock \
	gave_up hang corrupt lost_target spurious_stop worst_rounds \
	sessions_per_s; do
	check "--json has $key" 0 $status "grep -q '\"$key\":' '$tmp/out'"
done

check "--json has nothing else" 0 $status \
	'[ "$(head -n 1 "$tmp/out" | tr , "\n" | wc -l)" = 14 ]'

for workers in 1 2 5; do
	explore $short --faults pairs --kinds drop,duplicate \
		--debugger naive --target ms --workers $workers
	cp "$tmp/out" "$tmp/out$workers"
	check "$workers workers, the same bytes" 0 $status \
		"cmp -s '$tmp/out' '$tmp/out1'"
done

explore $short --faults search --sessions 500 --seed 3 --debugger naive --json
cp "$tmp/out" "$tmp/first"
explore $short --faults search --sessions 500 --seed 4 --debugger naive --json
check "another seed is another search" 0 $status \
	'! cmp -s "$tmp/out" "$tmp/first"'

explore "$tmp/ring.yaml" --kinds drop --debugger naive --target ms
check "another transport is explored as sim" 0 $status \
	'grep -q "note: no cell has" "$tmp/err"'
check "faults of its own are left out" 0 $status \
	'grep -q "own faults are left out" "$tmp/err"'
grep -v '^$' "$tmp/out" | tail -n 4 >"$tmp/ring"
explore "$tmp/ring.yaml" --kinds drop --debugger naive --target ms -q
check "-q leaves out notes" 0 $status '[ ! -s "$tmp/err" ]'

explore $short --kinds drop --target ms --debugger naive --expect survive
check "--expect survive is not met" 1 $status '[ -s "$tmp/out" ]'
explore $short --kinds drop --target ms --debugger naive --expect scenario
check "nor what the scenario expects" 1 $status '[ -s "$tmp/out" ]'
explore $short --kinds drop --target ms --debugger scenario \
	--expect survive --set debugger.profile=robust
check "--expect survive is met" 0 $status '[ -s "$tmp/out" ]'

explore $short --kinds drop --debugger naive --ratios 0.5,4 --json
check "--ratios is an axis" 0 $status \
	'grep -q "naive x0.5" "$tmp/out" && grep -q "naive x4" "$tmp/out"'

explore $short --schedule drop@to-target/request/999
check "a schedule that meets no packet is an error" 2 $status \
	'grep -q "hint: [0-9]* of class request go to-target" "$tmp/err"'

explore $short --kinds drop --debugger naive -o "$tmp/dir"
check "-o keeps the matrix and the records" 0 $status \
	'[ "$(wc -l <"$tmp/dir/survival.csv")" = 5 ] &&
	 [ "$(wc -l <"$tmp/dir/explore.jsonl")" = 2 ]'
check "and a page with the causes" 0 $status \
	'grep -q "drop@to-debugger/ack/7" "$tmp/dir/index.html" &&
	 grep -q "report: $tmp/dir/index.html" "$tmp/out"'
cp "$tmp/dir/index.html" "$tmp/page"
"$program" report "$tmp/dir" >"$tmp/out" 2>"$tmp/err"
check "which report makes again" 0 $? \
	'cmp -s "$tmp/page" "$tmp/dir/index.html" &&
	 grep -q "naive against reactos, short" "$tmp/out"'
cp -r "$tmp/dir" "$tmp/other"
echo '{"debugger":"<script>"}' >>"$tmp/other/explore.jsonl"
"$program" report "$tmp/other" >"$tmp/out" 2>"$tmp/err"
check "but not of anything" 3 $? 'grep -q "is no exploration" "$tmp/err"'
for saved in "$tmp"/dir/causes/*.yaml; do
	name=$(basename "$saved" .yaml)
	"$program" replay -q --times 10 "$saved" >"$tmp/out" 2>"$tmp/err"
	check "$name fails so, ten times byte for byte" 0 $? \
		'grep -q "^verdict: ${name##*-[0-9]-} " "$tmp/out" &&
		 grep -q "10 of 10 times the same" "$tmp/out" &&
		 [ -s "${saved%.yaml}.svg" ] && [ -s "${saved%.yaml}.txt" ]'
done
if command -v gnuplot >/dev/null; then
	check "and a picture" 0 $status '[ -s "$tmp/dir/survival.png" ]'
fi

# The command that it prints comes to the same end.
explore $short --kinds drop --target ms --debugger naive
sed -n 's/^  again: kdbench //p' "$tmp/out" >"$tmp/again"
"$program" $(cat "$tmp/again") >"$tmp/out" 2>"$tmp/err"
check "a cause repeats" 1 $? 'grep -q "^verdict: livelock" "$tmp/out"'
explore $short --kinds drop --target ms --debugger naive --causes 0 --ratios 2
sed -n 's/^  livelock: kdbench //p' "$tmp/out" >"$tmp/again"
"$program" $(cat "$tmp/again") >"$tmp/out" 2>"$tmp/err"
check "a counter-example repeats, with its time-outs" 1 $? \
	'grep -q "^verdict: livelock" "$tmp/out" && grep -q "ratio 2" "$tmp/again"'
explore $short --kinds drop --target ms --debugger naive --charts 1
check "charts of the worst" 0 $status \
	'[ "$(grep -c "debugger  *target" "$tmp/out")" = 1 ] &&
	 grep -q "livelock: step" "$tmp/out"'
explore "$tmp/ring.yaml" --kinds hangup,stale,reorder,truncate --debugger naive \
	--target ms
sed -n 's/^  again: kdbench //p' "$tmp/out" >"$tmp/again"
"$program" $(cat "$tmp/again") >"$tmp/out" 2>"$tmp/err"
check "of another transport too, and other kinds" 1 $? \
	'grep -q "^verdict: " "$tmp/out"'

# Ctrl-C: what was found so far, status 130, no worker left.
"$program" explore scenarios/smoke.yaml --faults search --sessions 100000000 \
	>"$tmp/out" 2>"$tmp/err" &
pid=$!
while [ -z "$(ps -o pid= --ppid $pid)" ]; do sleep 0.1; done
kill -INT $pid 2>/dev/null
kill -TERM $pid
wait $pid
check "a signal ends it cleanly" 130 $? \
	'grep -q interrupted "$tmp/err" && [ -z "$(ps -o pid= --ppid '$pid')" ]'
