#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The documentation against the program: what stands behind a line such as
# '<!-- kdbench list steps -->' or '<!-- kdbench replay ... -->' must be what that
# prints, and every YAML block
# must pass 'kdbench check'. A block without a name is part of a scenario, and is
# completed; one with 'transports:' or 'guests:' is a bench.yaml.
#
#	tests/cli/docs.sh [--update]

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

fail()
{
	echo "FAIL docs $1"
	cat "$work/out"
	failed=1
}

# Copy a page, with what the marked commands print now.
fill()
{
	skipping=
	while IFS= read -r line; do
		case $line in
		'<!-- kdbench list '*|'<!-- kdbench replay '*)
			what=${line#'<!-- kdbench '}
			printf '%s\n```\n' "$line"
			# shellcheck disable=SC2086 # words without blanks
			"$program" ${what%' -->'}
			echo '```'
			skipping=maybe
			continue
			;;
		'```')
			# The block that was there before.
			case $skipping in
			maybe) skipping=yes && continue ;;
			yes) skipping= && continue ;;
			esac
			;;
		esac
		[ "$skipping" = yes ] && continue
		skipping=
		printf '%s\n' "$line"
	done <"$1"
}

check_lists()
{
	grep -q '^<!-- kdbench [lr][ei]' "$1" || return
	fill "$1" >"$work/page"
	if cmp -s "$work/page" "$1"; then
		echo "PASS docs $1: lists"
	elif [ "$update" ]; then
		cp "$work/page" "$1"
		echo "PASS docs $1: lists updated"
	else
		diff -u "$1" "$work/page" >"$work/out"
		fail "$1: lists; run tests/cli/docs.sh --update"
	fi
}

# One block, in $work/block.
check_block()
{
	if grep -q '^transports:\|^guests:' "$work/block"; then
		"$program" check --config "$work/block" \
			tests/cli/good_small.yaml >"$work/out" 2>&1 &&
			"$program" list guests --config "$work/block" \
				>"$work/out" 2>&1 && return
		cat "$work/block" >>"$work/out"
		return 1
	fi
	grep -q '^name:' "$work/block" || echo 'name: fragment' >>"$work/block"
	grep -q '^session:' "$work/block" ||
		echo 'session: [connect]' >>"$work/block"
	"$program" check "$work/block" >"$work/out" 2>&1
}

check_blocks()
{
	count=$(grep -c '^```yaml' "$1")
	number=0
	while [ $number -lt "$count" ]; do
		number=$((number + 1))
		awk -v want=$number '/^```yaml/ { n++; inside = 1; next }
			/^```/ { inside = 0 }
			inside && n == want' "$1" >"$work/block"
		if check_block; then
			echo "PASS docs $1: YAML block $number"
		else
			fail "$1: YAML block $number"
		fi
	done
}

update=
[ "$1" = --update ] && update=yes
for page in README.md CONTRIBUTING.md docs/*.md scenarios/*.md; do
	[ -f "$page" ] || continue
	check_lists "$page"
	check_blocks "$page"
done
# The example of a guest in bench.yaml, without its comment signs.
sed -n '/^# guests:/,/^$/s/^# //p' bench.yaml >"$work/block"
if check_block && grep -q '^windows (' "$work/out"; then
	echo "PASS docs bench.yaml: the example of a guest"
else
	fail "bench.yaml: the example of a guest"
fi
exit $failed
