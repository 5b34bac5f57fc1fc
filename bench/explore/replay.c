/* SPDX-License-Identifier: MIT */
#include "bench/explore/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/base/words.h"

/* --- finding it -------------------------------------------------------------
 */

/* "<folders>/<cell>-<number>.jsonl" as a cell and a number. */
struct which {
	char cell[32];   /* the beginning of its id; empty: any */
	uint64_t number; /* 0: any */
};

static bool read_which(struct which *w, const char *text, struct err *err)
{
	const char *slash = strrchr(text, '/');
	const char *name = slash ? slash + 1 : text;
	size_t len = strcspn(name, ".-");
	char *end = NULL;

	*w = (struct which){ 0 };
	if (name[len] == '-')
		w->number = strtoull(name + len + 1, &end, 10);
	if (len < sizeof(w->cell) && strspn(name, "0123456789") == len &&
	    name[len] == '\0' && len < 10)
		w->number = strtoull(name, &end, 10);
	else if (len < sizeof(w->cell) && len)
		memcpy(w->cell, name, len);
	else
		end = NULL;
	if (w->cell[0] && !end && name[len] == '\0')
		return true;
	if (end && w->number && (*end == '\0' || strcmp(end, ".jsonl") == 0))
		return true;
	err_set(err, ERR_USAGE, "'%s' is not a trial", text);
	return err_hint(err, "write CELL-NUMBER, as the files in faults/ are "
			     "called");
}

static bool meets(const struct which *w, const struct result_trial *t)
{
	return strncmp(t->cell, w->cell, strlen(w->cell)) == 0 &&
	       (!w->number || t->trial == (double)w->number);
}

static bool find_trial(struct replayed *r, const char *which, struct err *err)
{
	struct which w;

	if (!read_which(&w, which, err))
		return false;
	for (size_t i = 0; i < r->results.trial_count; i++) {
		const struct result_trial *t = &r->results.trials[i];
		const struct result_trial *had = r->trial;

		if (!meets(&w, t))
			continue;
		if (had && (strcmp(had->cell, t->cell) != 0 ||
			    had->trial != t->trial)) {
			err_set(err, ERR_USAGE,
				"'%s' is more than one trial: %s-%.0f and "
				"%s-%.0f",
				which, had->cell, had->trial, t->cell,
				t->trial);
			return err_hint(err, "write CELL-NUMBER");
		}
		if (!had || t->valid)
			r->trial = t;
	}
	if (r->trial)
		return true;
	err_set(err, ERR_USAGE, "'%s' has no trial '%s'", r->dir, which);
	if (!r->results.trial_count)
		return false;
	return err_hint(err, "such as '%s-%.0f'", r->results.trials[0].cell,
			r->results.trials[0].trial);
}

static bool find_scenario(struct replayed *r, struct err *err)
{
	const struct result_run *run = &r->results.run;

	for (size_t i = 0; i < run->scenario_count; i++)
		if (r->trial->scenario && run->scenarios[i].name &&
		    strcmp(run->scenarios[i].name, r->trial->scenario) == 0)
			r->scenario = &run->scenarios[i];
	if (r->scenario && r->scenario->text && run->seed)
		return true;
	return err_set(err, ERR_HOST,
		       "'%s' does not hold the scenario of this trial", r->dir);
}

bool replayed_open(struct replayed *r, const char *dir, const char *which,
		   struct err *err)
{
	char *path = mem_printf("%s/%s", dir, RESULTS_FILE);
	bool ok;

	memset(r, 0, sizeof(*r));
	r->dir = dir;
	ok = results_read(&r->results, path, err) &&
	     find_trial(r, which, err) && find_scenario(r, err);
	free(path);
	if (!ok)
		return false;
	r->run_seed = strtoull(r->results.run.seed, NULL, 10);
	r->number = (uint64_t)r->trial->trial;
	path = mem_printf("%s/faults/%s-%" PRIu64 ".jsonl", dir, r->trial->cell,
			  r->number);
	ok = fault_file_read(&r->faults, path, err);
	/* A message borrows the path: it lives as long as the rest. */
	if (err->where.file == path)
		err->where.file = arena_strdup(&r->results.arena, path);
	free(path);
	r->trace_path = mem_printf("%s/traces/%s-%" PRIu64 ".jsonl", dir,
				   r->trial->cell, r->number);
	if (access(r->trace_path, R_OK) != 0) {
		free(r->trace_path);
		r->trace_path = NULL;
	}
	return ok;
}

void replayed_release(struct replayed *r)
{
	fault_file_release(&r->faults);
	results_release(&r->results);
	free(r->trace_path);
	memset(r, 0, sizeof(*r));
}

char *replay_example(const char *dir)
{
	char *path = mem_printf("%s/%s", dir, RESULTS_FILE), *name = NULL;
	struct results r = { 0 };
	struct err ignored = { 0 };
	const struct result_trial *t = NULL;

	if (results_read(&r, path, &ignored) && r.trial_count) {
		t = &r.trials[0];
		for (size_t i = r.trial_count; i--;)
			if (r.trials[i].faults > 0)
				t = &r.trials[i];
		name = mem_printf("%s-%.0f", t->cell, t->trial);
	}
	results_release(&r);
	free(path);
	return name;
}

char **replayed_options(const struct replayed *r)
{
	static const char *const taken[] = { "--set", "--config", "--attach",
					     "--files" };
	const char *command = r->results.run.command;
	struct arena arena = { 0 };
	const char *const *words = NULL;
	struct err ignored = { 0 };
	size_t count = 0, used = 0;
	char **options;

	if (command)
		(void)words_split(command, &arena, &words, &count, &ignored);
	options = mem_array(count + 1, sizeof(*options));
	for (size_t i = 0; i + 1 < count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(taken); k++)
			if (strcmp(words[i], taken[k]) == 0) {
				options[used++] = mem_strdup(words[i]);
				options[used++] = mem_strdup(words[++i]);
				break;
			}
	arena_release(&arena);
	return options;
}

const struct cell *replayed_cell(const struct replayed *r,
				 const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->scenario_count; i++)
		for (size_t k = 0; k < plan->scenarios[i].cell_count; k++)
			if (strcmp(plan->scenarios[i].cells[k].id,
				   r->trial->cell) == 0)
				return &plan->scenarios[i].cells[k];
	err_set(err, ERR_CONFIG,
		"cell '%s' is not what it was: a setting of "
		"bench.yaml has changed",
		r->trial->cell);
	err_hint(err, "give the options of '%s'",
		 r->results.run.command ? r->results.run.command
					: "kdbench run");
	return NULL;
}

/* --- running it -------------------------------------------------------------
 */

static char *trace_text(const struct trial *t)
{
	const struct trace_about about = trial_about(t);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return mem_strdup("");
	(void)trace_write(&t->trace, &about, out);
	fclose(out);
	return text;
}

static char *faults_text(const struct trial *t)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return mem_strdup("");
	(void)trail_write(&t->trail, out);
	fclose(out);
	return text;
}

/* What is known of a trial, before all that it points to goes. */
static void take(struct replay_outcome *o, const struct trial *t)
{
	o->verdict = t->verdict;
	memcpy(o->detail, t->detail, sizeof(o->detail));
	o->virtual_time = t->virtual_time;
	o->trace = trace_text(t);
	o->faults = faults_text(t);
	o->act_count = t->trail.count;
	o->acts = mem_array(t->trail.count + 1, sizeof(*o->acts));
	if (t->trail.count)
		memcpy(o->acts, t->trail.acts,
		       t->trail.count * sizeof(*o->acts));
}

bool replayed_run(const struct replayed *r, const struct plan *plan,
		  const struct cell *cell, bool from_seed,
		  struct replay_outcome *o, struct err *err)
{
	struct replay *chains = mem_array(2, sizeof(*chains));
	struct cell again = *cell;
	const struct trial_input input = { .plan = plan,
					   .cell = &again,
					   .run_seed = r->run_seed,
					   .number = r->number,
					   .trace = true };
	struct trial t;
	bool ok;

	memset(o, 0, sizeof(*o));
	o->from_log = !from_seed && !r->faults.undoable;
	for (unsigned dir = 0; dir < 2 && o->from_log; dir++) {
		replay_init(&chains[dir], (enum fault_dir)dir, r->faults.acts,
			    r->faults.count, &cell->faults[dir]);
		again.faults[dir] = chains[dir].chain;
	}
	ok = trial_run(&t, &input, err);
	take(o, &t);
	trial_release(&t);
	free(chains);
	return ok;
}

void replay_outcome_release(struct replay_outcome *o)
{
	free(o->trace);
	free(o->faults);
	free(o->acts);
	memset(o, 0, sizeof(*o));
}
