#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a user types and reads. A .txt file here is a transcript: lines that begin
# with '$ kdbench' are run from the top of the repository, what they print (both
# streams) must be what stands below them, and a status other than 0 is the last
# line, in brackets. One PASS or FAIL line per transcript.
#
#	tests/cli/run.sh            run them all with ./kdbench, or $KDBENCH
#	tests/cli/run.sh usage      run one
#	tests/cli/run.sh --update   rewrite them; then look at the difference

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
update=
failed=0
now=$(mktemp) || exit 1
trap 'rm -f "$now"' EXIT

kdbench()
{
	"$program" "$@"
}

# Print the transcript as it is today.
replay()
{
	grep '^\$ kdbench' "$1" | while read -r line; do
		printf '%s\n' "$line"
		eval "${line#\$ }" 2>&1 </dev/null
		status=$?
		[ $status = 0 ] || echo "[$status]"
	done
}

if [ "$1" = --update ]; then
	update=1
	shift
fi
for file in tests/cli/${1:-*}.txt; do
	name=$(basename "$file" .txt)
	replay "$file" >"$now"
	if [ -n "$update" ]; then
		cmp -s "$now" "$file" || cp "$now" "$file"
	elif cmp -s "$now" "$file"; then
		echo "PASS cli $name"
	else
		echo "FAIL cli $name"
		diff -u "$file" "$now"
		failed=1
	fi
done
exit $failed
