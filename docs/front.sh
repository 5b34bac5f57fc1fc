#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Put the table "time to prompt" of a run into README.md, between its two marks,
# and its picture beside this file: docs/front.sh RUN, from the top.
set -eu

run=${1:?the directory that "kdbench run scenarios/windbg-*.yaml" wrote}
report=$run/report
picture=$report/time-to-prompt.png
[ -e "$picture" ] || picture=$report/time-to-prompt-tcg.png
new=$(mktemp)
table=$(mktemp)
trap 'rm -f "$new" "$table"' EXIT

# The first table of its section, without heading and notes.
awk '/^### Time to prompt:/ { on = 1; next }
	on && /^\|/ { print; rows++ }
	on && rows && !/^\|/ { exit }' "$report/report.md" >"$table"
[ -s "$table" ] || {
	echo "'$report/report.md' has no time to prompt" >&2
	exit 1
}
awk -v table="$table" '
	/^<!-- time to prompt -->$/ {
		print
		print ""
		while ((getline line <table) > 0)
			print line
		print ""
		print "![Time to prompt, by transport](docs/time-to-prompt.png)"
		print ""
		skip = 1
	}
	/^<!-- end of time to prompt -->$/ { skip = 0; marks++ }
	!skip { print }
	END { exit marks != 1 }' README.md >"$new"
cat "$new" >README.md
cp "$picture" docs/time-to-prompt.png
