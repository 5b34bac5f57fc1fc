#!/bin/bash
# SPDX-License-Identifier: MIT
#
# kdbench run --attach against targets that somebody else started: a stand-in
# without a KDBB at every kind of endpoint, and kdbench's own guest in a QEMU
# started by hand. One PASS or FAIL line per case.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tools=${B:-build}/tests-asan/tools
work=$(mktemp -d) || exit 1
failed=0
peers=
cleanup() {
	# shellcheck disable=SC2086 # several processes
	[ -z "$peers" ] || kill $peers 2>/dev/null
	wait
	rm -rf "$work"
}
trap cleanup EXIT

address=0xfffff80000101010

# check NAME RESULT: 'ok', or what is wrong
check() {
	if [ "$2" = ok ]; then
		echo "PASS attach $1"
	else
		echo "FAIL attach $1: $2"
		[ -f "$work/out" ] && tail -n 20 "$work/out"
		failed=1
	fi
}

# peer WORD... ENDPOINT: start a stand-in; 'where' is what to attach to
peer() {
	: >"$work/where"
	"$tools/standin" "$@" >"$work/where" 2>"$work/peer.err" &
	peers="$peers $!"
	for _ in $(seq 200); do
		[ -s "$work/where" ] && break
		sleep 0.05
	done
	where=$(cat "$work/where")
}

# run NAME CODE ARGUMENT...: run kdbench, its records in $work/NAME
run() {
	local name=$1 code=$2 rc
	shift 2
	result=ok
	timeout 60 "$program" run -o "$work/r-$name" "$@" >"$work/out" 2>&1 \
		</dev/null
	rc=$?
	[ $rc = "$code" ] || result="exit code $rc, not $code"
}

says() {
	grep -q -- "$1" "$work/out" || result="${result/ok/} does not say '$1'"
}

# recorded NAME TEXT
recorded() {
	grep -q -- "$2" "$work/r-$1/results.jsonl" ||
		result="${result/ok/} does not record '$2'"
}

for endpoint in "unix:$work/kd" tcp:0 "pty:$work/tty"; do
	kind=${endpoint%%:*}
	peer kdbg "$endpoint"
	run "peer-$kind" 0 --attach "$where" --set address=$address \
		scenarios/peer.yaml
	says "1 completed\|1 recovered"
	says "attached target"
	recorded "peer-$kind" '"transport.kind":"attach"'
	for step in version registers read-memory write-memory breakpoint step; do
		recorded "peer-$kind" "\"$step\":{\"kind\":\"$step\",\"skipped\":null,\"whole\":null,\"ops\":[1-9]"
	done
	recorded "peer-$kind" '"read-memory":{[^{]*"payload_bytes":65536'
	recorded "peer-$kind" '"write-memory":{[^{]*"payload_bytes":256'
	check "a stand-in at $kind:" "$result"
done

# Another kernel's rules; the first id it sends bears SYNC.
peer reactos "unix:$work/reactos"
run reactos 0 --attach "$where" --set address=$address scenarios/peer.yaml
says "1 completed\|1 recovered"
for step in version registers read-memory write-memory breakpoint step; do
	recorded reactos "\"$step\":{\"kind\":\"$step\",\"skipped\":null,\"whole\":null,\"ops\":[1-9]"
done
check "a stand-in that follows ReactOS" "$result"

# Two trials on the same connection point, and a target that never repeats.
peer mute "unix:$work/mute"
run mute 0 --attach "$where" --set address=$address --trials 3 \
	scenarios/peer.yaml
says "3 trials a cell"
check "a target that says nothing twice" "$result"

# Whoever is not there yet is waited for.
{
	sleep 0.5
	exec "$tools/standin" "unix:$work/late" >/dev/null
} &
peers="$peers $!"
run late 0 --attach "unix:$work/late" --set address=$address \
	scenarios/peer.yaml
check "a target that comes later" "$result"

peer hang-up=30 "unix:$work/leaver"
run leaver 1 --attach "$where" --set address=$address scenarios/peer.yaml
says "lost-target"
recorded leaver 'the target closed the connection'
check "a target that leaves in mid-session" "$result"

run nobody 3 -q --attach "unix:$work/nobody" --set guest.boot-timeout=200ms \
	--set address=$address scenarios/peer.yaml
says "error: cannot connect to 'unix:$work/nobody': No such file"
[ "$(grep -c . "$work/out")" = 2 ] || result="more than a cause and a hint"
check "nobody there" "$result"

# interrupt ARGUMENT...: run kdbench, and Ctrl-C after a second
interrupt() {
	local pid rc
	result=ok
	"$program" run -q "$@" >"$work/out" 2>&1 </dev/null &
	pid=$!
	sleep 1
	kill -INT $pid
	wait $pid
	rc=$?
	[ $rc = 130 ] || result="exit code $rc"
}

interrupt -o "$work/r-int1" --attach "unix:$work/nobody" \
	--set address=$address scenarios/peer.yaml
check "Ctrl-C while nobody is there" "$result"

cat >"$work/long.yaml" <<'YAML'
name: long
session: [connect, registers, idle: { duration: 60s }]
YAML
peer stopped "unix:$work/left"
interrupt -o "$work/r-int2" --attach "$where" "$work/long.yaml"
kill "${peers##* }"
wait "${peers##* }" 2>/dev/null
grep -q '^running' "$work/where" || result="${result/ok/} the target is stopped"
check "Ctrl-C lets the target run" "$result"

# What needs a KDBB is left out, on the terminal and in the record.
peer stopped "unix:$work/smoke"
run smoke 0 --attach "$where" scenarios/smoke.yaml
says "step 'print-storm' was left out: the target has no KDBB block"
recorded smoke '"skipped":"the target has no KDBB block"'
recorded smoke '"registers":{"kind":"registers","skipped":null,"whole":null,"ops":1'
check "scenarios for our own guest on a stranger" "$result"

run alone 0 scenarios/peer.yaml
says "peer: skipped: no target is attached"
check "without a target the scenario is skipped" "$result"
run no-value 2 --attach "unix:$work/nobody" scenarios/peer.yaml
says "hint: give it one: --set address="
check "an address that must be given" "$result"

# --- our own guest, started by hand as docs/guest.md says ----------------------

if ! command -v qemu-system-x86_64 >/dev/null; then
	echo "SKIP attach our own guest: there is no QEMU"
	exit $failed
fi

# guest PATTERN-FILE: the socket is $work/guest
guest() {
	rm -f "$work/guest"
	qemu-system-x86_64 -M pc -smp 1,maxcpus=2 -m 32 -display none \
		-nodefaults -no-reboot -accel tcg -kernel "${B:-build}/guest.elf" \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		-device "loader,file=$1,addr=4456448,force-raw=on" \
		-chardev "socket,id=kd,path=$work/guest,server=on,wait=off" \
		-serial chardev:kd \
		-fw_cfg name=opt/kdbench,string="mode=serve transport=uart \
framing=stream memory=33554432 tsc-hz=2000000000 pattern=4456448 \
pattern-size=65536 nonce=7 scratch=2359296 scratch-size=65536 idle=poll \
spin-ns=0 sleep-ns=0 rx-trigger=3 tx=burst buffers=1 buffer=4096 processors=1 world=0 modules=3 processes=1 functions=0 layout=0 byte-timeout-ns=1000000000 \
retries-first=5 retries=20 read-max=1992" </dev/null >"$work/qemu.log" 2>&1 &
	peers="$peers $!"
}

cat >"$work/own.yaml" <<'YAML'
name: own
session:
  - connect
  - version
  - registers
  - read-memory: { size: 16KiB }
  - write-memory: { size: 4KiB }
  - step: { count: 3 }
  - attach
  - step: { name: as-windbg, as: windbg }
  - breakpoint: { count: 2 }
  - print-storm: { count: 20 }
  - break-in
  - continue
trials: 2
YAML
"$tools/pattern" 7 65536 >"$work/pattern"
guest "$work/pattern"
run own 0 --attach "unix:$work/guest" "$work/own.yaml"
says "2 trials a cell"
recorded own '"read-memory":{[^{]*"payload_bytes":16384'
recorded own '"write-memory":{[^{]*"payload_bytes":4096'
recorded own '"print-storm":{[^{]*"ops":20'
recorded own '"attach":{[^{]*"ops":1'
recorded own '"as-windbg":{[^{]*"ops":1'
check "our own guest, with everything it can do" "$result"

# One byte of its pattern is wrong: the nonce that it tells must show that.
{ head -c 10000 "$work/pattern" && printf x && tail -c +10002 "$work/pattern"; } \
	>"$work/spoiled"
guest "$work/spoiled"
run spoiled 1 --attach "unix:$work/guest" --trials 1 "$work/own.yaml"
says "corrupt"
recorded spoiled 'byte 0x2710 of the region is 0x78'
check "a wrong byte in our own guest's pattern" "$result"
exit $failed
