#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Cases of a scenario, and the catalogue that is made of them: what is shown of
# each, and that an outcome which nobody expected is one.
#
#	tests/cli/cases.sh

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

verdict()
{
	if [ "$2" = 0 ]; then
		echo "PASS cli cases: $1"
	else
		echo "FAIL cli cases: $1"
		cat "$work/out"
		failed=1
	fi
}

# status wanted, then arguments of 'run'
run()
{
	want=$1
	shift
	rm -rf "$work/dir"
	"$program" run -q --seed 1 -o "$work/dir" "$@" >"$work/out" 2>&1
	[ $? = "$want" ]
}

run 0 tests/cli/cases.yaml &&
	grep -q '^radare2 .*yes .*completed .*completed .*gave-up' "$work/out" &&
	grep -q '^6 of 6 cells as expected' "$work/out" &&
	grep -q '6 of 6 cells as expected' "$work/dir/report/report.md"
verdict "a table of what became of each" $?

run 0 --only F23B scenarios/long/catalogue.yaml &&
	grep -q '^8 of 8 cells as expected' "$work/out"
verdict "one of the catalogue, by its name" $?

# The duel of F37 needs a target that throws away what lies behind a RESET.
run 1 --only F37 --set target.reset-input=kept \
	scenarios/long/catalogue.yaml &&
	grep -q 'NOT .*, not livelock' "$work/out" &&
	grep -q '^6 of 8 cells as expected' "$work/out"
verdict "an outcome that nobody expected" $?

"$program" list faults --json >"$work/out" &&
	grep -q '"path": "scenarios/long/catalogue.yaml"' "$work/out" &&
	grep -q '"name": "F43"' "$work/out"
verdict "the catalogue for a program" $?

# A profile that is narrowed by --set is still the scenario's choice.
"$program" check scenarios/long/catalogue.yaml >"$work/all" 2>&1
"$program" check --set case=F37 --set debugger.profile=naive \
	scenarios/long/catalogue.yaml >"$work/out" 2>&1
id=$(sed -n 's/^  \([0-9a-f]*\)  target.profile=ms.*/\1/p' "$work/out")
[ "$id" ] && grep -q "^  $id  case=F37 target.profile=ms .*naive" "$work/all"
verdict "narrowed, it is the same cell" $?
exit $failed
