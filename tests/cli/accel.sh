#!/bin/bash
# SPDX-License-Identifier: MIT
#
# 'accel' as an axis where there is no /dev/kvm: in a mount namespace in which
# nobody can open it. One PASS, FAIL or SKIP line per case.

cd "$(dirname "$0")/../.." || exit 1
program=$(realpath "${KDBENCH:-./kdbench}")
work=$(mktemp -d) || exit 1
failed=0
trap 'rm -rf "$work"' EXIT

# without-kvm COMMAND...; where there is no /dev/kvm anyway that is easy
cat >"$work/without-kvm" <<'EOF2'
#!/bin/sh
[ -e /dev/kvm ] || exec "$@"
exec unshare -m sh -c 'mount --bind /dev/kvm /dev/kvm &&
	mount -o remount,bind,nodev /dev/kvm && exec "$@"' sh "$@"
EOF2
chmod +x "$work/without-kvm"
if ! "$work/without-kvm" true 2>"$work/out"; then
	echo "SKIP accel: cannot hide /dev/kvm: $(head -n 1 "$work/out")"
	exit 0
fi

cat >"$work/both.yaml" <<'EOF2'
name: both
matrix: { accel: [tcg, kvm] }
transport: ring
session:
  - connect
  - read-memory: { size: 8KiB }
  - continue
trials: 1
EOF2

check() { # NAME RESULT
	if [ "$2" = ok ]; then
		echo "PASS accel $1"
	else
		echo "FAIL accel $1: $2"
		tail -n 20 "$work/out"
		failed=1
	fi
}

# expect NAME CODE TEXT ARGUMENTS...: exit code, and a line that says so
expect() {
	local name=$1 code=$2 text=$3 rc result=ok
	shift 3
	timeout 60 "$work/without-kvm" "$program" "$@" >"$work/out" 2>&1 \
		</dev/null
	rc=$?
	[ $rc = "$code" ] || result="exit code $rc, not $code"
	grep -q -- "$text" "$work/out" || result="${result/ok/} does not say '$text'"
	check "$name" "$result"
}

expect "check counts the cells that are left out" 0 \
	"1 cell left out: no kvm here: cannot open" check "$work/both.yaml"
expect "the table says what was left out" 0 "left out: accel=kvm: no kvm" \
	run -q -o "$work/run" --set interference.max-load=99 "$work/both.yaml"
result=ok
[ "$(grep -c '"type":"trial"' "$work/run/results.jsonl")" = 1 ] ||
	result="not one trial"
grep -q '"skip":"no kvm here' "$work/run/results.jsonl" ||
	result="the record does not say why"
for page in index.html report.md; do
	grep -q '1 cell left out: no kvm here' "$work/run/report/$page" ||
		result="$page does not say why"
done
check "the record and the report say why" "$result"
expect "alone it is an error" 3 "cannot open '/dev/kvm'" \
	run -q -o "$work/alone" --set accel=kvm "$work/both.yaml"
expect "needs: kvm skips the scenario" 0 "accel: skipped: /dev/kvm" \
	run -o "$work/needs" scenarios/accel.yaml
exit $failed
