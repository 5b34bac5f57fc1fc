#!/bin/bash
# SPDX-License-Identifier: MIT
# The style that a machine can check. Prints PASS or FAIL lines. clang-tidy takes
# minutes, so 'quick' leaves it out. usage: tests/tidy.sh [quick]
set -u
status=0

sources=$(git ls-files -co --exclude-standard '*.c' '*.h')
code=$(printf '%s\n' $sources | grep '\.c$')

verdict() { # name, output: empty is good
	if [ -z "$2" ]; then
		echo "PASS tidy: $1"
	else
		echo "FAIL tidy: $1"
		printf '%s\n' "$2" | head -n 40
		status=1
	fi
}

verdict "files of at most 400 lines" "$(wc -l $sources |
	awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }')"

verdict "functions of at most 60 lines" "$(awk '
	FNR == 1 { start = 0 } /^\{/ { start = FNR }
	/^\}/ { if (start && FNR - start > 60)
		print FILENAME ":" start ": " FNR - start " lines"; start = 0 }
	' $code)"

verdict "no // comments" "$(grep -nE '(^|[^:"])//' $sources |
	grep -v 'http' | grep -v '"[^"]*//[^"]*"')"

verdict "SPDX line first" "$(for f in $sources; do
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier: MIT' || echo "$f"
done)"

# Who may include whom: kd, ring and guest stand alone.
verdict "bench/kd includes itself, base/hash and three headers only" "$(
	grep -nE '#include' bench/kd/*.c bench/kd/*.h |
		grep -vE '"bench/(kd/|base/hash\.h)|<std(int|def|bool)\.h>')"
verdict "bench/guest includes guest, kd, ring and hash only" "$(
	grep -nE '#include' bench/guest/*.c bench/guest/*.h bench/ring/*.[ch] |
		grep -vE '"bench/(guest|kd|ring)/|"bench/base/hash\.h|<std(int|def|bool|arg)\.h>')"
verdict "inject includes inject, base and kd only" "$(
	grep -nE '#include "' inject/*.c inject/*.h |
		grep -vE '"(inject|bench/base|bench/kd)/')"
verdict "report includes report, base and result only" "$(
	grep -nE '#include "' report/*.c report/*.h |
		grep -vE '"(report|bench/base|bench/result)/')"
verdict "link and result include base, kd/span and themselves only" "$(
	grep -nE '#include "' bench/link/*.[ch] bench/result/*.[ch] |
		grep -vE '"bench/(link|result|base|ring)/|"bench/kd/span\.h')"
verdict "decode includes decode, base, kd and result only" "$(
	grep -nE '#include "' bench/decode/*.[ch] |
		grep -vE '"bench/(decode|base|kd|result)/')"
verdict "import includes itself, base, decode, kd and the session's script only" "$(
	grep -nE '#include "' bench/import/*.[ch] |
		grep -vE '"bench/((import|base|decode|kd)/|session/script\.h)')"
verdict "bridge includes itself, base, kd, link, launch and inject only" "$(
	grep -nE '#include "' bench/bridge/*.[ch] |
		grep -vE '"(bench/(bridge|base|kd|link|launch)|inject)/')"
verdict "limit includes itself, base, kd, link, launch, bridge, result, inject only" "$(
	grep -nE '#include "' bench/limit/*.[ch] |
		grep -vE '"(bench/(limit|base|kd|link|launch|bridge|result)|inject)/')"
verdict "predict includes itself, base, result and the YAML reader only" "$(
	grep -nE '#include "' bench/predict/*.[ch] |
		grep -vE '"bench/(predict|base|result)/|"bench/plan/yaml\.h')"
verdict "only bench/base/clock.c asks the system for the time" "$(
	grep -nE '\b(clock_gettime|gettimeofday|time)\(' $code |
		grep -vE '^(bench/base/clock\.c|tests/)' | grep -vE '_time\(')"

verdict "clang-format" "$(printf '%s\n' $sources |
	xargs -P "$(nproc)" -n 32 clang-format --dry-run 2>&1 |
	grep -E 'error|warning' | head -n 20)"

cflags="-std=gnu11 -D_GNU_SOURCE -DKDBENCH_VERSION=\"x\" -I."
verdict "cppcheck" "$(cppcheck --quiet --enable=warning,portability \
	--inline-suppr --suppress=missingIncludeSystem \
	--suppress=normalCheckLevelMaxBranches --error-exitcode=0 \
	--template='{file}:{line}: {id}: {message}' -j 2 -I. \
	-D_GNU_SOURCE bench inject report 2>&1)"
[ "${1:-}" = quick ] && exit $status
# shellcheck disable=SC2086 # several flags, several files
verdict "clang-tidy" "$(printf '%s\n' $code | grep -v '^tests/' |
	xargs -P 2 -n 6 sh -c 'flags=$1; shift
		clang-tidy --quiet "$@" -- $flags 2>/dev/null' sh "$cflags" |
	grep -E 'warning|error' | sort -u)"
exit $status
