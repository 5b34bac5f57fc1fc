#!/bin/bash
# SPDX-License-Identifier: MIT
# Each fuzzer for a short while, from its corpus, as many at once as there are
# processors. usage: run.sh [quick|long]
set -u
export B=${B:-build}
export seconds=3
[ "${1:-quick}" = long ] && seconds=60

fuzz() {
	local name bin work args
	name=$(basename "$1" .c)
	bin=$B/fuzz/$name
	if [ ! -x "$bin" ]; then
		echo "FAIL $name: not built; run 'make fuzz'"
		return
	fi
	work=$(mktemp -d)
	[ -d "tests/fuzz/corpus/$name" ] && cp "tests/fuzz/corpus/$name"/* "$work"
	args="-max_total_time=$seconds -max_len=16384 -timeout=10 -verbosity=0"
	[ -f "tests/fuzz/$name.dict" ] && args="$args -dict=tests/fuzz/$name.dict"
	# shellcheck disable=SC2086 # several arguments
	if ASAN_OPTIONS=detect_leaks=1 "$bin" $args -artifact_prefix="$work/" \
		"$work" >"$work/log" 2>&1; then
		echo "PASS $name: $seconds s"
	else
		echo "FAIL $name"
		tail -n 40 "$work/log"
		for f in "$work"/crash-* "$work"/timeout-* "$work"/leak-*; do
			[ -f "$f" ] && { echo "input $f:"; base64 <"$f" | head -n 20; }
		done
	fi
	rm -rf "$work"
}
export -f fuzz

# All that one has to say, in one piece.
printf '%s\n' tests/fuzz/fuzz_*.c | xargs -P "$(nproc)" -I {} \
	bash -c 'said=$(fuzz "$1"); printf "%s\n" "$said"' bash {}
