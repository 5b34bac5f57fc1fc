#!/bin/bash
# SPDX-License-Identifier: MIT
# Run every test and end with 'N passed, N failed[, N skipped]'. A run in which
# nothing passed fails. usage: tests/run.sh [quick|long]
set -u

tier=${1:-quick}
B=${B:-build}
passed=0 failed=0 skipped=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# ASan reports leaks too; a leak is a failure.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1
export KDBENCH_TIER=$tier
# KDBENCH_CAPTURES: a folder of captures of real debuggers; tests that compare
# with them are skipped without it.
# Command-line tests run the sanitized program too.
export KDBENCH=$B/kdbench-asan

say() { printf '%s\n' "$*"; }

# One program of cmocka tests, with what it is to be run by before it: count its
# lines, show it only if it failed.
unit() {
	local name=${!#} p f s rc
	if [ -e "$tmp/${name##*/}.rc" ]; then
		mv "$tmp/${name##*/}.out" "$tmp/out"
		rc=$(cat "$tmp/${name##*/}.rc")
		rm "$tmp/${name##*/}.rc"
	else
		timeout 300 "$@" >"$tmp/out" 2>&1
		rc=$?
	fi
	if grep -q 'ThreadSanitizer: unexpected memory mapping' "$tmp/out"; then
		say "    SKIP $name: no thread sanitizer on this kernel"
		skipped=$((skipped + 1))
		return
	fi
	p=$(grep -c '^\[       OK \]' "$tmp/out")
	f=$(grep -c '^\[  FAILED  \] test\|^\[  ERROR   \]' "$tmp/out")
	s=$(sed '/test(s) run/q' "$tmp/out" | grep -c '^\[  SKIPPED \] test')
	# cmocka lists them twice; the exit code has the last word.
	if [ $rc -ne 0 ]; then
		[ "$f" -gt 0 ] || f=1
		# What failed and why, before what leaked because of it.
		sed '/^=\{20\}/,$d' "$tmp/out" | sed 's/^/    /' | tail -n 60
		sed -n '/^=\{20\}/,$p' "$tmp/out" | sed 's/^/    /' |
			head -n 20
		say "FAIL ${name##*/} ($f failed)"
	else
		f=0
		# Why, as the test printed it.
		[ "$s" -eq 0 ] || grep -B 1 '^\[  SKIPPED \] test' "$tmp/out" |
			grep -v '^\[\|^--\|^$' | sort -u | sed 's/^/    SKIP /'
		say "ok   ${name##*/} ($p)"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# As many programs at once as there are processors. unit() then only looks at what
# each has left. Nothing in them depends on how fast it is.
ahead() {
	local name
	for name in "$@"; do
		[ -x "$name" ] && printf '%s\n' "$name"
	done | xargs -P "$(nproc)" -I {} sh -c '
		timeout 300 "$1" >"$2/${1##*/}.out" 2>&1
		echo $? >"$2/${1##*/}.rc"' sh {} "$tmp"
}

# Scripts that do not mind company, likewise.
scripts_ahead() {
	printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} sh -c '
		timeout 600 "$1" >"$2/${1##*/}.out" 2>&1
		echo $? >"$2/${1##*/}.rc"' sh {} "$tmp"
}

# A script that prints 'PASS what', 'FAIL what' and 'SKIP what: why' lines.
script() {
	local rc p f s
	if [ -e "$tmp/${1##*/}.rc" ]; then
		mv "$tmp/${1##*/}.out" "$tmp/out"
		rc=$(cat "$tmp/${1##*/}.rc")
		rm "$tmp/${1##*/}.rc"
	else
		timeout 600 "$@" >"$tmp/out" 2>&1
		rc=$?
	fi
	p=$(grep -c '^PASS' "$tmp/out")
	f=$(grep -c '^FAIL' "$tmp/out")
	s=$(grep -c '^SKIP' "$tmp/out")
	if [ $rc -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	if [ "$f" -gt 0 ]; then
		grep -v '^PASS' "$tmp/out" | sed 's/^/    /' | tail -n 80
		say "FAIL $*"
	else
		grep '^SKIP' "$tmp/out" | sed 's/^/    /'
		say "ok   $* ($p)"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

ahead "$B"/tests-asan/unit/* "$B"/tests-asan/sim/* "$B"/tests-asan/vm/*
for t in "$B"/tests-asan/unit/* "$B"/tests-asan/sim/* "$B"/tests-asan/vm/*; do
	[ -x "$t" ] && unit "$t"
done
# The thread sanitizer does not suit every kernel's random layout of addresses.
plain=
setarch -R true 2>/dev/null && plain='setarch -R'
for t in "$B"/tests-tsan/unit/*; do
	# shellcheck disable=SC2086 # words, or nothing
	[ -x "$t" ] && unit $plain "$t"
done
# guests.sh waits most of its time; it goes first.
simulated='guests cases docs explore phase predict replay run search'
# shellcheck disable=SC2046,SC2086 # words
scripts_ahead $(printf 'tests/cli/%s.sh ' $simulated)
for t in tests/cli/*.sh; do
	script "$t"
done
script tests/tidy.sh "$tier"
script tests/fuzz/run.sh "$tier"

if [ "$passed" -eq 0 ]; then
	say "nothing passed, so nothing was tested"
	failed=$((failed + 1))
fi
if [ "$skipped" -gt 0 ]; then
	say "$passed passed, $failed failed, $skipped skipped"
else
	say "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
