/* SPDX-License-Identifier: MIT */
#include "bench/explore/save.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/plan/profile.h"
#include "bench/run/trial.h"

/* The run seed with which a saved scenario is tried. */
#define SAVE_SEED 1

/* --- settings ---------------------------------------------------------------
 */

/* A value as one would write it. */
static const char *written(const struct setting *row, const void *config,
			   struct arena *arena)
{
	char text[UNITS_TEXT_MAX];
	uint64_t value;

	if (row->type != SETTING_DURATION && row->type != SETTING_SIZE)
		return setting_write(row, config, arena);
	memcpy(&value, (const char *)config + row->offset, sizeof(value));
	if (row->names && value == UINT64_MAX)
		return setting_write(row, config, arena);
	return arena_strdup(arena, units_exact(row->type == SETTING_SIZE
						       ? UNIT_SIZE
						       : UNIT_DURATION,
					       value, text));
}

/* Rows in which two configs differ; those of 'config' are written to 'out'. */
static unsigned differences(const struct setting *rows, const void *config,
			    const void *other, const char *group, FILE *out)
{
	struct arena arena = { 0 };
	unsigned count = 0;

	for (; rows->key; rows++) {
		const char *a = written(rows, config, &arena);
		const char *b = written(rows, other, &arena);

		if (strcmp(a, b) == 0)
			continue;
		count++;
		if (out)
			fprintf(out, "%s.%s: %s\n", group, rows->key, a);
	}
	arena_release(&arena);
	return count;
}

/* The profile that comes nearest, and what is different from it. */
static void write_profile(FILE *out, const struct profile *profiles,
			  const struct setting *rows, const void *config,
			  void *room, const char *group)
{
	const struct profile *best = profiles;
	unsigned least = UINT32_MAX;

	for (const struct profile *p = profiles; p->name; p++) {
		unsigned count;

		profile_fill(p, rows, room);
		count = differences(rows, config, room, group, NULL);
		if (count < least) {
			least = count;
			best = p;
		}
	}
	fprintf(out, "%s.profile: %s\n", group, best->name);
	profile_fill(best, rows, room);
	(void)differences(rows, config, room, group, out);
}

/*
 * Does this parameter belong into the file as it was written? What bench.yaml
 * says is said again when the file is run.
 */
static bool is_kept(const struct param *p, const struct scenario *s)
{
	static const char *const groups[] = { "transport.", "guest.", "heal.",
					      "host.", "debugger.think" };

	if (strncmp(p->source, s->path, strlen(s->path)) != 0 &&
	    strncmp(p->source, "--", 2) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (strncmp(p->key, groups[i], strlen(groups[i])) == 0)
			return true;
	return false;
}

static void write_settings(FILE *out, const struct cell *cell)
{
	struct kd_debugger_profile debugger = { 0 };
	struct kd_target_profile target = { 0 };

	fprintf(out, "transport: %s\n", cell->transport.name);
	for (size_t i = 0; i < cell->param_count; i++)
		if (is_kept(&cell->params[i], cell->scenario))
			fprintf(out, "%s: %s\n", cell->params[i].key,
				cell->params[i].written);
	write_profile(out, debugger_profiles, debugger_settings,
		      &cell->debugger, &debugger, "debugger");
	write_profile(out, target_profiles, target_settings, &cell->target,
		      &target, "target");
}

/* --- the session, as it stands in the scenario -------------------------------
 */

/* A variable as this cell has it; NULL: there is none of this name. */
static const char *variable(const struct cell *cell, const char *name,
			    size_t len)
{
	for (size_t i = 0; i < cell->param_count; i++) {
		const struct param *p = &cell->params[i];

		if (strlen(p->key) == len && memcmp(p->key, name, len) == 0)
			return p->written;
	}
	return NULL;
}

static void write_line(FILE *out, const struct cell *cell, const char *at,
		       size_t len)
{
	static const char of_names[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	for (size_t i = 0; i < len; i++) {
		size_t name = strspn(at + i + 1, of_names);
		const char *value = NULL;

		if (at[i] == '$' && name < len - i)
			value = variable(cell, at + i + 1, name);
		if (value) {
			fputs(value, out);
			i += name;
		} else {
			fputc(at[i], out);
		}
	}
	fputc('\n', out);
}

/* From the key on, all lines that are not another key. */
static bool write_session(FILE *out, const struct cell *cell)
{
	const char *at = cell->scenario->text;
	bool in = false;

	while (*at) {
		size_t len = strcspn(at, "\n");
		bool key = !strchr(" \t#-]}\r\n", *at);

		if (key && in)
			break;
		in |= strncmp(at, "session:", 8) == 0;
		if (in && len)
			write_line(out, cell, at, len);
		at += len + (at[len] == '\n');
	}
	return in;
}

/* --- the faults -------------------------------------------------------------
 */

static void write_value(FILE *out, const struct act *a)
{
	static const char *const stale[ACT_STALE_COUNT] = {
		"reset", "ack", "resend", "packet", "half", "break-in",
	};

	switch ((enum act_kind)a->kind) {
	case ACT_FLIP: fprintf(out, ", mask: 0x%02x", a->value); break;
	case ACT_INSERT: fprintf(out, ", byte: 0x%02x", a->value); break;
	case ACT_DELAY:
		fprintf(out, ", time: %" PRIu64 "ms",
			a->value * ACT_DELAY_NS / NS_PER_MS);
		break;
	case ACT_HANGUP:
		fprintf(out, ", then: %s",
			a->value == ACT_SILENCE ? "silence" : "new-pipe");
		break;
	case ACT_STALE: fprintf(out, ", what: %s", stale[a->value]); break;
	default: break;
	}
}

static void write_act(FILE *out, const struct act *a)
{
	fprintf(out, "    - %s: { nth: %u, packet: { class: %s }",
		act_kind_names[a->kind], (unsigned)a->address.ordinal,
		packet_class_names[a->address.class]);
	if (a->address.copy)
		fprintf(out, ", copy: %u", (unsigned)a->address.copy);
	if (a->offset != ACT_WHOLE)
		fprintf(out, ", offset: %u", (unsigned)a->offset);
	if (a->offset == ACT_WHOLE || act_ends_packet(a->kind))
		fputs(", per: packet", out);
	else
		fputs(", per: byte", out);
	write_value(out, a);
	fputs(", limit: 1 }\n", out);
}

static void write_faults(FILE *out, const struct schedule *s)
{
	fputs("faults:\n", out);
	for (unsigned dir = 0; dir < 2; dir++) {
		bool any = false;

		for (unsigned i = 0; i < s->count; i++) {
			if (s->acts[i].address.dir != dir)
				continue;
			if (!any)
				fprintf(out, "  %s:\n", fault_dir_names[dir]);
			any = true;
			write_act(out, &s->acts[i]);
		}
	}
}

static char *make_text(const struct save_input *in, struct err *err)
{
	char line[SCHEDULE_TEXT_MAX];
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool ok;

	if (!out) {
		err_sys(err, ERR_HOST, "cannot write a scenario");
		return NULL;
	}
	schedule_write(in->schedule, line);
	fprintf(out, "# %s: %s\n# kdbench replay --schedule '%s' THIS\n",
		verdict_names[in->verdict], in->detail, line);
	fprintf(out, "name: %s\n", in->name);
	fprintf(out, "about: A schedule found in '%s'.\n",
		in->cell->scenario->name);
	write_settings(out, in->cell);
	ok = write_session(out, in->cell);
	write_faults(out, in->schedule);
	fprintf(out, "trials: 1\nexpect:\n  verdict: [%s]\n",
		verdict_names[in->verdict]);
	fclose(out);
	if (ok)
		return text;
	free(text);
	err_set(err, ERR_CONFIG, "'%s' has no line 'session:' to copy",
		in->cell->scenario->path);
	return NULL;
}

/* --- does it fail so? -------------------------------------------------------
 */

static bool is_same_cell(const struct save_input *in, const struct cell *cell,
			 struct err *err)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	unsigned count;

	if (!out)
		return err_sys(err, ERR_HOST, "cannot compare scenarios");
	count = differences(debugger_settings, &in->cell->debugger,
			    &cell->debugger, "debugger", out) +
		differences(target_settings, &in->cell->target, &cell->target,
			    "target", out);
	fclose(out);
	if (count)
		err_set(err, ERR_CONFIG,
			"saved, the scenario would differ: %.200s", text);
	free(text);
	return count == 0;
}

static bool check_trial(const struct save_input *in, const struct plan *plan,
			struct err *err)
{
	const struct trial_input input = { .plan = plan,
					   .cell = plan->scenarios[0].cells,
					   .run_seed = SAVE_SEED,
					   .number = 1 };
	struct trial t;
	bool ok = trial_run(&t, &input, err);

	if (ok && t.verdict != in->verdict)
		ok = err_set(err, ERR_CONFIG,
			     "saved, the schedule ends as '%s', not '%s': %s",
			     verdict_names[t.verdict],
			     verdict_names[in->verdict], t.detail);
	trial_release(&t);
	return ok;
}

static bool check_text(const struct save_input *in, const char *text,
		       const char *config, struct err *err)
{
	const struct plan_text file = { "(saved)", text, strlen(text) };
	const struct plan_input input = { .config_path = config,
					  .text = &file };
	struct plan plan;
	bool ok = plan_load(&plan, &input, err);

	if (ok && plan.scenarios[0].cell_count != 1)
		ok = err_set(err, ERR_CONFIG,
			     "saved, the scenario has %zu cells",
			     plan.scenarios[0].cell_count);
	ok = ok && is_same_cell(in, plan.scenarios[0].cells, err) &&
	     check_trial(in, &plan, err);
	plan_release(&plan);
	/* The text is gone: so is the place that a message could name. */
	err->where = (struct err_where){ 0 };
	return ok;
}

char *save_text(const struct save_input *in, const char *config,
		struct err *err)
{
	char *text = make_text(in, err);

	if (text && check_text(in, text, config, err))
		return text;
	free(text);
	return NULL;
}

bool save_file(const struct save_input *in, const char *config,
	       const char *path, struct err *err)
{
	char *text = save_text(in, config, err);
	FILE *out;
	bool ok;

	if (!text)
		return false;
	out = fopen(path, "we");
	ok = out && fputs(text, out) >= 0;
	if (out && fclose(out) != 0)
		ok = false;
	free(text);
	return ok || err_sys(err, ERR_HOST, "cannot write '%s'", path);
}
