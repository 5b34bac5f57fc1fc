#!/bin/sh
# SPDX-License-Identifier: MIT
# What 'kdbench predict' writes, and when it refuses.

cd "$(dirname "$0")/../.." || exit 1
program=${KDBENCH:-./kdbench}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# name, status expected, status, condition that must hold
check()
{
	if [ "$2" = "$3" ] && eval "$4"; then
		echo "PASS predict: $1"
	else
		echo "FAIL predict: $1 (status $3, not $2, or not: $4)"
		cat "$tmp/out" "$tmp/err"
	fi
}

predict()
{
	"$program" predict "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
}

mkdir "$tmp/run" "$tmp/bare" "$tmp/tcg"
cp tests/data/model/results.jsonl "$tmp/run"
grep -v '"trial".*"accel": "kvm"' tests/data/model/results.jsonl \
	>"$tmp/tcg/results.jsonl"
sed 's/"costs":/"costings":/g' "$tmp/tcg/results.jsonl" \
	>"$tmp/bare/results.jsonl"

predict "$tmp/run"
check "leaves the run as it is" 0 $status '[ "$(ls "$tmp/run")" = results.jsonl ]'

predict --save "$tmp/run/results.jsonl"
check "--save writes predict.json" 0 $status \
	'grep -q "\"windows-request\"" "$tmp/run/predict.json"'
predict --json "$tmp/run"
check "--json prints the same" 0 $status 'cmp -s "$tmp/out" "$tmp/run/predict.json"'

echo precious >"$tmp/precious"
ln -sf "$tmp/precious" "$tmp/run/predict.json"
predict --save "$tmp/run"
check "--save follows no link" 0 $status '[ "$(cat "$tmp/precious")" = precious ]'

predict --write-costs "$tmp/costs.json" --costs docs/costs-kvm.json "$tmp/bare"
check "refuses without calibrations" 1 $status \
	'[ ! -e "$tmp/costs.json" ] && grep -q calibrate "$tmp/err" &&
	! grep -q "rate there" "$tmp/out"'
predict --force --costs docs/costs-kvm.json "$tmp/bare"
check "--force goes on" 0 $status 'grep -q "rate there" "$tmp/out"'

predict --write-costs "$tmp/costs.json" "$tmp/tcg"
check "--write-costs writes a machine" 0 $status \
	'grep -q "\"uart/in-turn\": 2" "$tmp/costs.json"'
predict --write-costs "$tmp/nowhere/costs.json" "$tmp/tcg"
check "says where it cannot write" 2 $status 'grep -q nowhere "$tmp/err"'
predict --costs "$tmp/costs.json" --json "$tmp/tcg"
check "its own costs say what the model says" 0 $status \
	'[ "$(grep -c model_ns "$tmp/out")" -gt 40 ] &&
	sed -n "s/.*\"model_ns\": \([0-9]*\).*/\1/p" "$tmp/out" >"$tmp/model" &&
	sed -n "s/.*\"there_ns\": \([0-9]*\).*/\1/p" "$tmp/out" >"$tmp/there" &&
	cmp -s "$tmp/model" "$tmp/there"'

# What a person waits for, there; refused where the model is.
mkdir "$tmp/prompt" "$tmp/unpriced"
cp tests/data/results-prompt.jsonl "$tmp/prompt/results.jsonl"
sed 's/"costs":/"costings":/g' tests/data/results-prompt.jsonl \
	>"$tmp/unpriced/results.jsonl"
predict --costs docs/costs-kvm.json "$tmp/prompt"
check "time to prompt, there" 0 $status \
	'grep -q "^time to prompt there: KVM" "$tmp/out" &&
	grep -q "^ring, windbg  *~" "$tmp/out" &&
	grep -q "cells the models are off by" "$tmp/out"'
predict --costs docs/costs-kvm.json --save --json "$tmp/prompt"
check "and as JSON" 0 $status \
	'grep -q "\"time_to_prompt\"" "$tmp/prompt/predict.json" &&
	[ "$(grep -c thought_ns "$tmp/out")" -gt 100 ]'
predict --costs docs/costs-kvm.json "$tmp/unpriced"
check "but by no model that is refused" 1 $status \
	'! grep -q "prompt there" "$tmp/out"'

# Virtual time has no costs of a machine.
cat >"$tmp/sim.yaml" <<'YAML'
name: sim
transport: sim
session:
  - connect
  - calibrate
  - read-memory: { size: 64KiB }
YAML
"$program" run -q -o "$tmp/sim" "$tmp/sim.yaml" >"$tmp/out" 2>"$tmp/err"
check "a simulated machine tells its costs" 0 $? \
	'grep -q "\"costs\":{\"nothing\":1.0,\"port-read\":2500.0" \
	"$tmp/sim/results.jsonl"'
predict "$tmp/sim"
check "but is no machine to be modelled" 2 $status \
	'grep -q "nothing that can be modelled" "$tmp/err"'

# A run that calibrates has its model; without a fit, what is known of anchors.
cat >"$tmp/cal.yaml" <<'YAML'
name: cal
transport: ring
session:
  - connect
  - calibrate
YAML
# Neither what others do meanwhile nor which accelerator is here matters.
once="--set interference.max-load=9 --set trials=1 --set accel=tcg"
# shellcheck disable=SC2086 # several options
"$program" run $once -o "$tmp/cal" "$tmp/cal.yaml" >"$tmp/out" 2>"$tmp/err"
check "a run that calibrates writes predict.json" 0 $? \
	'grep -q "\"anchors_by\": null" "$tmp/cal/predict.json" &&
	grep -q "software KVM, UART, to the debugger  *28.2 KB/s  29.[67]" \
	"$tmp/out" && grep -q "<h2>Cost model</h2>" "$tmp/cal/report/index.html"'
sed '/calibrate/d' "$tmp/cal.yaml" >"$tmp/plain.yaml"
# shellcheck disable=SC2086
"$program" run $once -o "$tmp/plain" "$tmp/plain.yaml" >"$tmp/out" 2>"$tmp/err"
check "and one that does not is quiet" 0 $? \
	'[ ! -e "$tmp/plain/predict.json" ] && ! grep -qi model "$tmp/out" "$tmp/err"'
check "nor does virtual time have a model" 0 0 '[ ! -e "$tmp/sim/predict.json" ]'
