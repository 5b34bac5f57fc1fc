#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Guests of somebody else (bench.yaml 'guests:'): a stand-in in QEMU's place that
# boots as Windows and ReactOS do, and, where there is a QEMU, kdbench's own guest
# as a stranger, with and without its KDBB, and a disk that boots and writes. One
# PASS or FAIL line per case.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
fake=${B:-build}/tests-asan/tools/fake_qemu
work=$(mktemp -d) || exit 1
failed=0
trap 'rm -rf "$work"' EXIT

check() {
	if [ "$2" = ok ]; then
		echo "PASS guests $1"
	else
		echo "FAIL guests $1: $2"
		[ -f "$work/out" ] && tail -n 20 "$work/out"
		failed=1
	fi
}

# run NAME CODE ARGUMENT...: run kdbench, its records in $work/r-NAME
run() {
	local name=$1 code=$2 rc
	shift 2
	result=ok
	timeout 120 "$program" run -o "$work/r-$name" \
		--config "$work/bench.yaml" --set accel=tcg \
		--set interference.max-load=99 "$@" \
		>"$work/out" 2>&1 </dev/null
	rc=$?
	[ $rc = "$code" ] || result="exit code $rc, not $code"
}

says() {
	grep -q -- "$1" "$work/out" || result="${result/ok/} does not say '$1'"
}

recorded() {
	grep -q -- "$2" "$work/r-$1/results.jsonl" ||
		result="${result/ok/} does not record '$2'"
}

# guest LINE...: the only entry of bench.yaml, 'os'
guest() {
	{
		echo "$machine"
		# A busy machine is no line that loses packets.
		echo "debugger: { byte-timeout: 1s, ack-timeout: 5s,"
		echo "  reply-timeout: 5s, reset-timeout: 500ms }"
		echo "heal: { patience: 30s }"
		printf 'guests:\n  os:\n    about: for a test\n'
		printf '    %s\n' "$@"
	} >"$work/bench.yaml"
}

cat >"$work/peer.yaml" <<'YAML'
name: peer
guest.name: os
transport: uart-unthrottled
session:
  - connect
  - version: { count: 3 }
  - registers
  - read-memory: { region: none, address: 0xfffff80000110000, size: 16KiB }
  - write-memory: { region: none, address: 0xfffff80000110000, size: 256 }
  - read-memory: { name: pattern }
  - breakpoint: { address: 0xfffff80000101010, count: 2 }
  - step: { count: 5 }
  - continue
  - break-in: { count: 2 }
  - continue
trials: 1
YAML

# --- stand-ins ------------------------------------------------------------------

machine="qemu.binary: $fake"

# whole NAME: everything that can be done without a KDBB was done
whole() {
	says "1 completed\|1 recovered"
	says "step 'pattern' was left out: the target has no KDBB block"
	for step in version registers breakpoint step break-in; do
		recorded "$1" "\"$step\":{\"kind\":\"$step\",\"skipped\":null,\"whole\":null,\"ops\":[1-9]"
	done
	recorded "$1" '"read-memory":{[^{]*"payload_bytes":16384'
}

# argument WORD: QEMU was given this
argument() {
	grep -qx -- "$1" "$work/argv" ||
		result="${result/ok/} QEMU was not given '$1'"
}

: >"$work/a disk, with a comma"
guest "disk: '$work/a disk, with a comma'" "disk-format: raw" "com: 3" \
	"memory: 1GiB" "processors: 2" "quiet: 300ms" "boot-timeout: 30s" \
	"arguments: ['-fake-argv', '$work/argv', -fake-silence, '400'," \
	"  -fake-boots, '30', -fake-ways, kdbg, -fake-words, \"it's \\\"mine\\\"\"]"
run boot 0 "$work/peer.yaml"
whole boot
recorded boot '"boot_ns":[4-9][0-9]\{8\},\|"boot_ns":[0-9]\{10\}'
recorded boot '"guest.name":"os"'
argument "file=$work/a disk,, with a comma,media=disk,snapshot=on,format=raw"
argument "it's \"mine\""
argument 1073741824B
argument 2
[ "$(grep -cx null "$work/argv")" = 2 ] || result="not on COM3"
grep -qx -- "-no-reboot" "$work/argv" && result="it may not reboot"
check "a boot that talks and takes its time" "$result"

for way in i386 reactos mute modules stopped; do
	guest "quiet: 200ms" "boot-timeout: 60s" "profile: reactos" \
		"arguments: -fake-ways $way -fake-argv '$work/argv' -fake-boots 4"
	run "way-$way" 0 "$work/peer.yaml"
	whole "way-$way"
	# ReactOS has its KD on COM2.
	[ "$(grep -cx null "$work/argv")" = 1 ] || result="not on COM2"
	recorded "way-$way" '"target.profile":"reactos"'
	check "a system that is $way" "$result"
done

for via in unix tcp pty; do
	guest "quiet: 200ms" "boot-timeout: 60s" \
		"arguments: -fake-boots 10 -fake-ways kdbg"
	run "via-$via" 0 --set transport.via=$via "$work/peer.yaml"
	whole "via-$via"
	check "a bridge by $via in between" "$result"
done

# As after -loadvm: it runs, and nothing would make it speak but a break-in.
guest "up: running" "boot-timeout: 60s" "arguments: -fake-silence 300"
run running 0 "$work/peer.yaml"
whole running
check "one that runs from the start and is silent" "$result"

# ... or it stands at a prompt, or tells of modules first.
for way in "-fake-ways stopped" "-fake-boots 7" "-fake-ways modules"; do
	guest "up: running" "boot-timeout: 60s" \
		"arguments: -fake-silence 2500 $way"
	run "running${way##* }" 0 "$work/peer.yaml"
	whole "running${way##* }"
	check "one that runs from the start: $way" "$result"
done

guest "up: packet" "boot-timeout: 60s" "arguments: -fake-boots 3"
run packet 0 "$work/peer.yaml"
says "1 completed\|1 recovered"
check "one that is broken into with its first packet" "$result"

guest "quiet: 200ms" "boot-timeout: 700ms" "arguments: -fake-never"
run never 3 "$work/peer.yaml"
says "guest 'os' was not up within 700ms: it has said nothing on COM1"
says "bcdedit /dbgsettings serial debugport:1"
check "a boot that says nothing" "$result"

guest "quiet: 200ms" "boot-timeout: 700ms" "profile: reactos" \
	"arguments: -fake-never -fake-words 'Loading... no debugger here'"
run words 3 "$work/peer.yaml"
says "27 bytes on COM2, but not one packet of KD; the last of them: 'Loading... no debugger here'"
says "/DEBUGPORT=COM2"
check "a boot that says something else" "$result"

guest "quiet: 60s" "boot-timeout: 1s" "arguments: -fake-boots 1000000"
run talks 3 "$work/peer.yaml"
says "it still talks: [1-9][0-9]* modules, [1-9][0-9]* prints"
check "a boot without an end" "$result"

guest "arguments: [-fake-exit, '1', 'fake: -flubb: invalid option']"
run refused 3 "$work/peer.yaml"
says "the guest did not boot: guest 'os': QEMU ended with status 1: fake: -flubb: invalid option"
says "hint: look at its entry in bench.yaml"
check "QEMU that refuses its arguments" "$result"

guest "quiet: 100ms" "boot-timeout: 60s" "arguments: -fake-silence 60000"
result=ok
TMPDIR=$work "$program" run -q -o "$work/r-int" --config "$work/bench.yaml" \
	--set accel=tcg "$work/peer.yaml" >"$work/out" 2>&1 </dev/null &
pid=$!
sleep 2
child=$(cat "/proc/$pid/task/$pid/children")
kill -INT $pid
wait $pid
rc=$?
[ $rc = 130 ] || result="exit code $rc"
[ -n "$child" ] || result="no QEMU was started"
for q in $child; do
	kill -0 "$q" 2>/dev/null && result="QEMU $q outlived it"
done
check "Ctrl-C while it boots" "$result"

# --- what is said before anything starts ----------------------------------------

guest "disk: $work/none.qcow2"
run nodisk 2 "$work/peer.yaml"
says "guest 'os': cannot open '$work/none.qcow2': No such file"
check "a disk that is not there" "$result"
run needs 0 --set guest.name=os scenarios/long/windows.yaml
says "windows: skipped: guest 'os': cannot open '$work/none.qcow2'"
check "a scenario that needs it is skipped" "$result"
timeout 60 "$program" doctor --config "$work/bench.yaml" >"$work/out" 2>&1
result=ok
says "MISSING  guests    guest 'os': cannot open '$work/none.qcow2'"
check "doctor looks at its files" "$result"

# --- real guests ----------------------------------------------------------------

if ! command -v qemu-system-x86_64 >/dev/null; then
	echo "SKIP guests under QEMU: there is none"
	exit $failed
fi
machine="qemu.binary: qemu-system-x86_64"

# own MORE...: kdbench's own kernel, as a stranger, whose parameters end so
own() {
	guest "memory: 32MiB" "quiet: 500ms" "boot-timeout: 60s" "arguments: >" \
		"  -kernel ${B:-build}/guest.elf" \
		"  -device isa-debug-exit,iobase=0xf4,iosize=4" \
		"  -boot menu=on,splash-time=1500" \
		"  -fw_cfg \"name=opt/kdbench,string=mode=serve transport=uart" \
		"  framing=stream memory=33554432 tsc-hz=2000000000" \
		"  pattern=4456448 pattern-size=65536 nonce=7 scratch=2359296" \
		"  scratch-size=65536 idle=poll spin-ns=0 sleep-ns=0 rx-trigger=3" \
		"  tx=burst buffers=1 buffer=4096 processors=1 world=0 modules=3" \
		"  processes=1 functions=0 layout=0 byte-timeout-ns=5000000000" \
		"  retries-first=5 retries=20 read-max=3944 $1\""
}
cat >"$work/own.yaml" <<'YAML'
name: own
guest.name: os
matrix: { transport: [uart, uart-unthrottled, ring, native, sim] }
session:
  - connect
  - version
  - registers
  - read-memory: { region: none, address: 0x100000, size: 8KiB, chunk: 1KiB }
  - write-memory: { size: 2KiB }
  - step: { count: 3 }
  - breakpoint: { count: 2 }
  - print-storm: { count: 20 }
  - idle: { duration: 300ms }
  - break-in
  - continue
trials: 1
YAML

own ""
run own 0 "$work/own.yaml"
says "3 of 5\|2 of 5 cells"
says "guest 'os' is reached by its serial port: transports of kind uart, not ivshmem"
[ "$(grep -c '"print-storm":{[^{]*"ops":20' "$work/r-own/results.jsonl")" = 2 ] ||
	result="no storm over both"
# Its memory is not ours to look at, but its threads' time is.
recorded own '"vcpu_ns":[1-9]'
recorded own '"boot_ns":[1-9][0-9]\{9\}'
check "our own guest as a stranger" "$result"

own kdbb=hidden
run hidden 0 --set transport=uart-unthrottled "$work/own.yaml"
says "step 'print-storm' was left out: the target has no KDBB block"
recorded hidden '"step":{"kind":"step","skipped":null,"whole":null,"ops":3'
recorded hidden '"read-memory":{[^{]*"payload_bytes":8192'
check "the same without its KDBB" "$result"

guest "disk: $work/none" "arguments: -M no-such-machine"
sed -i '/disk:/d' "$work/bench.yaml"
run refusal 3 "$work/peer.yaml"
says "unsupported machine type"
check "a QEMU that refuses its arguments" "$result"

# What a sandbox forbids is not done, unless its entry says so.
for sandbox in on spawn; do
	guest "sandbox: $sandbox" "boot-timeout: 60s" \
		"arguments: -incoming \"exec:echo nonsense\""
	run "sandbox-$sandbox" 3 "$work/peer.yaml"
	if [ $sandbox = on ]; then
		says "QEMU did what its sandbox forbids"
		says "'sandbox: spawn'"
	else
		says "QEMU ended with status 1"
	fi
	check "programs, with sandbox: $sandbox" "$result"
done

# A boot sector that writes "W" over the next sector, then says so on COM1 and
# halts: mov ax,0301 / mov bx,7c00 / mov cx,2 / mov dh,0 / int 13 / mov dx,3f8 /
# mov al,'W' / out dx,al / cli / hlt
{
	printf '\x31\xc0\x8e\xc0\xb8\x01\x03\xbb\x00\x7c\xb9\x02\x00\xb6\x00'
	printf '\xcd\x13\xba\xf8\x03\xb0\x57\xee\xfa\xf4'
	head -c 485 /dev/zero
	printf '\x55\xaa'
	head -c $((1024 * 1024 - 512)) /dev/zero
} >"$work/disk"
cp "$work/disk" "$work/before"
mkdir "$work/tmp"
export TMPDIR=$work/tmp
guest "disk: $work/disk" "disk-format: raw" "boot-timeout: 6s" "memory: 32MiB"
run discard 3 "$work/peer.yaml"
says "it has sent 1 bytes on COM1, but not one packet of KD; the last of them: 'W'"
cmp -s "$work/disk" "$work/before" || result="the image was written"
[ -z "$(ls "$work/tmp")" ] || result="files are left behind"
check "a disk boots, and is not written" "$result"
guest "disk: $work/disk" "disk-format: raw" "boot-timeout: 6s" \
	"memory: 32MiB" "disk-writes: keep"
run keep 3 "$work/peer.yaml"
cmp -s "$work/disk" "$work/before" && result="the image was not written"
[ "$(stat -c %s "$work/disk")" = 1048576 ] || result="the image was resized"
check "a disk that is to be written is" "$result"
exit $failed
