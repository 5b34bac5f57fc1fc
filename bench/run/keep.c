/* SPDX-License-Identifier: MIT */
#include "bench/run/keep.h"

#include <inttypes.h>
#include <stdlib.h>

#include "bench/base/mem.h"
#include "bench/run/record.h"

static bool write_faults(struct keep *k, const struct trial *t, struct err *err)
{
	char *name;
	FILE *out;
	bool ok;

	if (!t->trail.count)
		return true;
	name = mem_printf("%s-%" PRIu64 ".jsonl", t->input->cell->id,
			  t->input->number);
	out = rundir_create(k->dir, "faults", name, err);
	free(name);
	if (!out)
		return false;
	ok = trail_write(&t->trail, out);
	return rundir_close_file(out, err) && ok;
}

static bool write_trace(struct keep *k, const struct trial *t, struct err *err)
{
	const struct trace_about about = trial_about(t);
	char *name;
	FILE *out;
	bool ok;

	if (!t->trace.count)
		return true;
	name = mem_printf("%s-%" PRIu64 ".jsonl", t->input->cell->id,
			  t->input->number);
	out = rundir_create(k->dir, "traces", name, err);
	free(name);
	if (!out)
		return false;
	ok = trace_write(&t->trace, &about, out);
	return rundir_close_file(out, err) && ok;
}

/* Why QEMU or the guest failed, for those trials that did. */
static bool write_failure(struct keep *k, const struct trial *t,
			  struct err *err)
{
	char *name;
	FILE *out;

	if (t->verdict != VERDICT_ERROR && t->verdict != VERDICT_LOST_TARGET)
		return true;
	name = mem_printf("%s-%" PRIu64 ".log", t->input->cell->id,
			  t->input->number);
	out = rundir_create(k->dir, "qemu", name, err);
	free(name);
	if (!out)
		return false;
	fprintf(out, "%s\n", t->detail);
	return rundir_close_file(out, err);
}

static char *repeat_command(const struct keep *k, const struct trial *t)
{
	const struct cell *cell = t->input->cell;

	return mem_printf("kdbench run %s--seed %" PRIu64
			  " --only %s --trial %" PRIu64 " %s",
			  k->repeat_options, k->seed, cell->id,
			  t->input->number, cell->scenario->path);
}

bool keep_trial(struct keep *k, const struct trial *t,
		const char *invalid_reason, struct err *err)
{
	char *repeat = repeat_command(k, t);
	struct record_context c = {
		.run = k->dir->id,
		.host = k->host_id,
		.invalid_reason = invalid_reason,
		.repeat = repeat,
	};
	json_t *record = record_trial(t, &c);
	bool ok = rundir_append(k->dir, record, err) &&
		  write_faults(k, t, err) && write_trace(k, t, err) &&
		  write_failure(k, t, err);

	json_decref(record);
	free(repeat);
	return ok;
}
