#!/bin/sh
# SPDX-License-Identifier: MIT
# What 'search:' finds over the simulator, says and keeps. The sentences are those
# of seed 1: they change when the profiles of the protocol or the model of the
# simulator do. 'tests/cli/search.sh --print' shows them as they are today.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# name, status expected, status, condition that must hold
check()
{
	if [ "$2" = "$3" ] && eval "$4"; then
		echo "PASS search: $1"
	else
		echo "FAIL search: $1 (status $3, not $2, or not: $4)"
		cat "$tmp/err"
		failed=1
	fi
}

# The part of a table's output that is about searches.
said()
{
	sed -n '3,$p' | sed '/^  + good/q'
}

# scenario, folder, options of run
search()
{
	name=$1
	dir=$tmp/$2
	shift 2
	"$program" run --seed 1 -o "$dir" "$@" tests/cli/search_$name.yaml \
		>"$tmp/out" 2>"$tmp/err"
	status=$?
	said <"$tmp/out" >"$tmp/said"
	grep '"type":"search"' "$dir/results.jsonl" >"$tmp/records"
}

said_is()
{
	diff -u - "$tmp/said"
}

if [ "$1" = --print ]; then
	for name in delay baud loss bad none; do
		search $name $name
		echo "$name:"
		cat "$tmp/said"
	done
	exit
fi

search delay delay
check "a cliff for each combination" 0 $status 'said_is' <<'END'
  profile robust: recovers up to delay 4.6s; from 5.1s on only once the faults
    are ended (5 of 5 against 0 of 5 trials good, confidence 93 %; 11 points)
    1ms +-----------+------------+-----------+-----++xxx-x 10s
  profile windbg: recovers up to delay 4.6s; from 5.1s on only once the faults
    are ended (5 of 5 against 0 of 5 trials good, confidence 93 %; 11 points)
    1ms +-----------+------------+-----------+-----++xxx-x 10s
  + good, x bad, - not tried
END
cp "$tmp/records" "$tmp/first"
cp "$tmp/out" "$tmp/table"

search delay again
check "one seed, one answer" 0 $status \
	'[ -s "$tmp/first" ] && cmp -s "$tmp/first" "$tmp/records"'

check "all trials of a point are in the run folder" 0 0 \
	'[ $(grep -c "\"type\":\"trial\"" "$tmp/delay/results.jsonl") = $((5 * 22)) ] &&
	 [ $(grep -c "\"type\":\"cell\"" "$tmp/delay/results.jsonl") = 22 ]'

"$program" report "$tmp/delay" >"$tmp/out" 2>"$tmp/err"
status=$?
check "report shows it again" 0 $status \
	'said <"$tmp/out" | diff -u - "$tmp/said" &&
	 grep -q "recovers up to delay 4.6s" "$tmp/delay/report/index.html" &&
	 grep -q "recovers up to delay 4.6s" "$tmp/delay/report/report.md" &&
	 grep -q "4.6s | good | 5 of 5 | 48 to 100 % |" "$tmp/delay/report/report.md"'

sed '/"type":"search"/d' "$tmp/delay/results.jsonl" >"$tmp/x"
mkdir "$tmp/cut" && cp "$tmp/x" "$tmp/cut/results.jsonl"
"$program" report "$tmp/cut" >"$tmp/out" 2>"$tmp/err"
check "a run that was killed still has its points" 0 $? \
	'grep -q "^robust   4.6s" "$tmp/out"'

id=$(sed -n 's/.*"value":"5.1s","cell":"\([0-9a-f]*\)".*/\1/p' "$tmp/first" | head -n 1)
"$program" run --seed 1 --only "$id" --trial 2 -o "$tmp/one" \
	tests/cli/search_delay.yaml >"$tmp/out" 2>"$tmp/err"
check "one trial of a point can be repeated" 0 $? \
	'grep -q "1 recovered[*]" "$tmp/out"'

"$program" run --seed 1 --set delay=100ms -o "$tmp/set" \
	tests/cli/search_delay.yaml >"$tmp/out" 2>"$tmp/err"
check "--set leaves nothing to search" 0 $? \
	'grep -q "robust: delay makes no difference here" "$tmp/out"'

"$program" run --trial 2 -o "$tmp/trial" tests/cli/search_delay.yaml \
	>"$tmp/out" 2>"$tmp/err"
check "--trial alone is refused" 2 $? 'grep -q -- "--only ID" "$tmp/err"'

search baud baud
check "half of the throughput, downwards" 0 $status 'said_is' <<'END'
  sim: keeps 50% of 10.6 KB/s down to baud 59300; from 56500 on 5.20 KB/s (3 of
    3 against 0 of 3 trials good, confidence 75 %; 10 points)
    115200 +-+---++xx--x-----------x-----------x------------x 1200
  + good, x bad, - not tried
END

search loss loss
check "with chance, more trials and less confidence" 0 $status 'said_is' <<'END'
  sim: recovers up to loss 0.0236; from 0.028 on only once the faults are ended
    (5 of 5 against 6 of 15 trials good, confidence 66 %; 12 points). Trials
    disagree from 0.0197 to 0.028
    1e-4 +-----------+-----+-----+-----++x-x--x--x--x-----x 0.5
  + good, x bad, - not tried
END

search bad bad
check "a good end that is bad is not as expected" 1 $status \
	'grep -q "bad already at delay=8s" "$tmp/out" && said_is' <<'END'
  sim: bad already at delay 8s: only once the faults are ended (0 of 2 trials
    good, confidence 75 %)
  + good, x bad, - not tried
END

search none none
check "no cliff, and it says so" 0 $status 'said_is' <<'END'
  profile robust: no cliff between latency 1ms and 30ms: completes at both (4
    points, confidence 50 %)
    1ms +----------------+----------------+--------------+ 30ms
  profile windbg: no cliff between latency 1ms and 30ms: recovers at both (4
    points, confidence 50 %)
    1ms +----------------+----------------+--------------+ 30ms
  + good, x bad, - not tried
END
exit ${failed:-0}
