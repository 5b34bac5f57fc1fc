/* SPDX-License-Identifier: MIT */
#include "tests/support/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/run/record.h"

void rig_run(struct rig *r, const char *yaml, size_t cell, uint64_t seed,
	     uint64_t number)
{
	const struct plan_text text = { "test.yaml", yaml, strlen(yaml) };
	const struct plan_input input = { .resolve_accel = true };
	struct err err = { 0 };

	memset(r, 0, sizeof(*r));
	if (!plan_load_text(&r->plan, NULL, &text, &input, &err))
		fail_msg("line %u: %s", err.where.line, err.text);
	if (cell >= r->plan.scenarios[0].cell_count)
		fail_msg("there is no cell %zu", cell);
	r->input = (struct trial_input){
		.plan = &r->plan,
		.cell = &r->plan.scenarios[0].cells[cell],
		.run_seed = seed,
		.number = number,
		.trace = true,
	};
	if (!trial_run(&r->trial, &r->input, &err))
		fail_msg("trial: %s", err.text);
}

void rig_release(struct rig *r)
{
	trial_release(&r->trial);
	plan_release(&r->plan);
}

char *rig_text(const struct rig *r)
{
	struct record_context c = { .run = "run",
				    .host = "host",
				    .repeat = "" };
	const struct trace_about about = trial_about(&r->trial);
	json_t *record = record_trial(&r->trial, &c);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	json_dumpf(record, out, JSON_COMPACT);
	json_decref(record);
	fputc('\n', out);
	trail_write(&r->trial.trail, out);
	trace_write(&r->trial.trace, &about, out);
	fclose(out);
	return text;
}

const struct step_record *rig_step(const struct rig *r, const char *name)
{
	for (size_t i = 0; i < r->trial.record_count; i++) {
		if (strcmp(r->trial.records[i].step->name, name) == 0)
			return &r->trial.records[i];
	}
	fail_msg("there is no step '%s'", name);
	return NULL;
}

void assert_verdict(const struct rig *r, enum verdict verdict)
{
	char suspect[160] = "none";

	if (r->trial.verdict == verdict)
		return;
	if (r->trial.has_suspect)
		fault_act_describe(&r->trial.suspect, suspect, sizeof(suspect));
	fail_msg("verdict %s, not %s: %s; suspect: %s",
		 verdict_names[r->trial.verdict], verdict_names[verdict],
		 r->trial.detail, suspect);
}
