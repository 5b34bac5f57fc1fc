#!/bin/sh
# SPDX-License-Identifier: MIT
# 'kdbench replay': trials of a run directory, and schedules, again.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# name, status expected, status, condition that must hold
check()
{
	if [ "$2" = "$3" ] && eval "$4"; then
		echo "PASS replay: $1"
	else
		echo "FAIL replay: $1 (status $3, not $2, or not: $4)"
		cat "$tmp/out" "$tmp/err"
	fi
}

kdbench()
{
	"$program" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
}

cat >"$tmp/lossy.yaml" <<'YAML'
name: lossy
matrix: { loss: [2e-3] }
transport: sim
session: [connect, read-memory: { region: pattern, size: 20KiB }, continue]
faults:
  to-target:
    - drop: { probability: $loss }
    - delay: { max: 3ms, probability: 0.1 }
  to-debugger:
    - flip: { probability: $loss }
    - insert: { probability: 3e-4 }
    - duplicate: { probability: 3e-4 }
    - throttle: { rate: 100KB/s, every: 7 }
    - delay: { per: byte, time: 40us, probability: 1e-3 }
trials: 2
expect: { verdict: [completed, recovered, corrupt, gave-up, hang, livelock] }
YAML

kdbench run -q --seed 5 -o "$tmp/run" --trace "$tmp/lossy.yaml"
check "a run with faults" 0 $status '[ "$(ls "$tmp/run/faults" | wc -l)" = 2 ]'
log=$(ls "$tmp/run/faults" | head -n 1)
kdbench replay "$tmp/run"
check "a run without a trial: one is named" 2 $status \
	'grep -q "hint: such as .* $tmp/run ${log%-*}-[12]" "$tmp/err"'
kdbench replay -q --times 10 "$tmp/run" "$log"
check "ten times from the log, byte for byte" 0 $status \
	'grep -q "10 of 10 times the same" "$tmp/out" &&
	grep -q "bytes: the same as the trace$" "$tmp/out"'
kdbench replay -q --from-seed "$tmp/run" "${log%.jsonl}"
check "from the seed" 0 $status 'grep -q "drawn from the seed" "$tmp/out"'
kdbench replay --rows 12 --svg "$tmp/chart.svg" "$tmp/run" 2
check "shows a chart" 0 $status \
	'grep -q "debugger *target" "$tmp/out" && grep -q "^    ! " "$tmp/out" &&
	grep -q "^</svg>" "$tmp/chart.svg"'
rm -r "$tmp/run/traces"
kdbench replay -q "$tmp/run" "$log"
check "without a trace it is compared with the seed" 0 $status \
	'grep -q "same as the trace of the trial run again" "$tmp/out"'
sed -i '/"act":"drop"/ { s/"drop"/"unheard-of"/; s/"before":[0-9]*/"before":-1/ }' \
	"$tmp/run/faults/$log"
kdbench replay "$tmp/run" "$log"
check "a fault that nobody knows is drawn again" 0 $status \
	'grep -q "cannot be done by address" "$tmp/err"'
head -n 2 "$tmp/run/faults/$log" >"$tmp/two"
echo '{"act":"drop"}' >>"$tmp/two"
cp "$tmp/two" "$tmp/run/faults/$log"
kdbench replay -q "$tmp/run" "$log"
check "a broken log is named" 3 $status 'grep -q "no line of a fault log" "$tmp/err"'
: >"$tmp/run/faults/$log"
kdbench replay -q "$tmp/run" "$log"
check "other faults are not the same" 1 $status 'grep -q "not those of" "$tmp/out"'
kdbench replay -q "$tmp/run" 7
check "no such trial" 2 $status 'grep -q "has no trial" "$tmp/err"'

# Every fault there is, from the log alone: the trace is the same, byte for byte.
while read -r fault; do
	cat >"$tmp/one.yaml" <<YAML
name: one
transport: sim
session: [connect, read-memory: { region: pattern, size: 8KiB }, step: { count: 2 }, continue]
faults:
  to-target:
    - $fault
    - drop: { probability: 2e-4 }
  to-debugger:
    - drop: { probability: 2e-4 }
    - $fault
YAML
	rm -rf "$tmp/one"
	kdbench run -q --seed 5 --trace -o "$tmp/one" "$tmp/one.yaml"
	log=$(ls "$tmp/one/faults" | head -n 1)
	acts=$(grep -c "\"act\":\"${fault%%:*}\"" "$tmp/one/faults/$log")
	kdbench replay -q --times 10 "$tmp/one" "$log"
	check "$fault, ten times from the log" 0 $status \
		'[ "$acts" -gt 0 ] && grep -q "10 of 10 times the same" "$tmp/out" &&
		grep -q "bytes: the same as the trace$" "$tmp/out" &&
		! grep -q "from the seed" "$tmp/err"'
done <<'FAULTS'
burst: { enter: 0.01, leave: 0.3, does: flip }
burst: { enter: 0.1, leave: 0.3, per: packet }
reorder: { every: 5, wait: 30ms }
hangup: { nth: 9 }
truncate: { every: 7 }
stale: { every: 6, what: half, count: 2 }
foreign: { nth: 4, who: linux }
pipe: { capacity: 60, when-full: drop-oldest }
pipe: { capacity: 40, when-full: drop-newest }
steal: { probability: 5% }
echo: { every: 8 }
transform: { how: nl-to-crnl }
transform: { how: xon-xoff }
transform: { how: seven-bits }
coalesce: { time: 5ms }
fragment: { size: 7, pause: 1ms }
overrun: { every: 6, fifo: 4, late: 2 }
framing: { probability: 0.001 }
line-break: { every: 9 }
jitter: { max: 3ms }
insert: { probability: 1e-3, count: 3 }
duplicate: { every: 7, per: packet, count: 2 }
stall: { every: 9, time: 30ms }
set: { every: 9, offset: 4, value: 3 }
throttle: { rate: 20KB/s }
FAULTS

schedule='flip@to-target/request/3+4=0x01,drop@to-debugger/reply/2'
kdbench replay scenarios/smoke.yaml --schedule "$schedule" --debugger naive \
	--target reactos --shrink --save "$tmp/saved.yaml" --times 10
check "a schedule, shrunk and saved" 1 $status \
	'grep -q "^cause: flip@to-target/request/1+4=0x01$" "$tmp/out" &&
	grep -q "10 of 10 times" "$tmp/out"'
kdbench run -q --seed 9 -o "$tmp/saved" "$tmp/saved.yaml"
check "runs and fails the same way" 0 $status 'grep -q hang "$tmp/out"'
kdbench replay -q "$tmp/saved.yaml"
check "is replayed" 0 $status 'grep -q "^verdict: hang" "$tmp/out"'
kdbench replay scenarios/smoke.yaml --schedule 'lose@to-target/request/3'
check "a schedule that is none" 2 $status 'grep -q "hint: write drop@" "$tmp/err"'
kdbench replay scenarios/smoke.yaml --schedule drop@to-target/request/999 -q
check "a schedule that meets no packet" 2 $status \
	'grep -q "hint: 37 of class request go to-target" "$tmp/err"'
kdbench replay scenarios/smoke.yaml --schedule drop@to-target/request/2+900 -q
check "an offset behind the packet's end" 2 $status \
	'grep -q "hint: that packet has 73 bytes" "$tmp/err"'
kdbench replay scenarios/smoke.yaml
check "a scenario without faults is said to have none" 0 $status \
	'grep -q "^note: this cell has no faults" "$tmp/err"'
kdbench replay scenarios/smoke.yaml --schedule "$schedule" --debugger naïf
check "a profile that is none" 2 $status 'grep -q "no profile" "$tmp/err"'
