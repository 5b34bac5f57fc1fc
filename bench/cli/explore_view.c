/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/explore_record.h"
#include "report/exploration.h"
#include "report/file.h"

/* Rows with groups that hold nothing bad are left out beyond this many. */
#define GROUPS_SHOWN 6

/* The verdict of each column. */
static const enum verdict ends[SURVIVAL_ENDS] = {
	VERDICT_COMPLETED,   VERDICT_RECOVERED,     VERDICT_LIVELOCK,
	VERDICT_GAVE_UP,     VERDICT_HANG,          VERDICT_CORRUPT,
	VERDICT_LOST_TARGET, VERDICT_SPURIOUS_STOP,
};

static const char *const set_names[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = "single faults",
	[SURVEY_PAIRS] = "pairs of packet faults",
	[SURVEY_RANDOM] = "random schedules",
	[SURVEY_SEARCH] = "schedules of the search",
};

static uint64_t survived(const struct survey_counts *c)
{
	return c->verdicts[VERDICT_COMPLETED] + c->verdicts[VERDICT_RECOVERED];
}

/* --- rows -------------------------------------------------------------------
 */

static void add_row(struct explore_view *v, const struct explore_pair *pair,
		    const struct survey *s, const char *kind,
		    const struct survey_counts *c)
{
	struct survival_row *row;

	if (v->row_count == v->row_room) {
		v->row_room = 2 * v->row_room + 16;
		v->rows = mem_resize(v->rows, v->row_room * sizeof(*v->rows));
	}
	row = &v->rows[v->row_count++];
	*row = (struct survival_row){
		.scenario = arena_strdup(&v->arena, pair->cell->scenario->name),
		.debugger = arena_strdup(&v->arena, pair->debugger),
		.target = arena_strdup(&v->arena, pair->target),
		.faults = survey_faults_names[s->options.faults],
		.kind = arena_strdup(&v->arena, kind),
		.schedules = c->schedules,
		.worst_rounds = c->worst_rounds,
	};
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		row->ends[e] = c->verdicts[ends[e]];
}

static void add_rows(struct explore_view *v, const struct explore_pair *pair,
		     const struct survey *s)
{
	unsigned groups = 0;

	for (unsigned g = 0; g < TALLY_GROUPS; g++)
		groups += s->sum.groups[g].schedules != 0;
	for (unsigned g = 0; g < TALLY_GROUPS; g++) {
		const struct survey_counts *c = &s->sum.groups[g];
		char name[32];

		if (!c->schedules ||
		    (groups > GROUPS_SHOWN && survived(c) == c->schedules))
			continue;
		survey_group_name(s, g, name);
		add_row(v, pair, s, name, c);
	}
	add_row(v, pair, s, "all", &s->all);
}

/* --- proofs and counter-examples --------------------------------------------
 */

/* The worst end first. */
static const struct finding *counter_example(const struct tally *t,
					     unsigned expected)
{
	static const enum verdict order[] = {
		VERDICT_LIVELOCK, VERDICT_HANG,    VERDICT_LOST_TARGET,
		VERDICT_CORRUPT,  VERDICT_GAVE_UP, VERDICT_SPURIOUS_STOP,
	};

	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
			const struct finding *f = &t->bad[order[i]][0];

			/* First, what was not even expected. */
			if (f->schedule.count &&
			    (pass || !(expected >> order[i] & 1)))
				return f;
		}
	return NULL;
}

/* Of a livelock: is it proven? */
static const char *how_sure(const struct survey_counts *c)
{
	uint64_t all = c->verdicts[VERDICT_LIVELOCK];

	if (c->proven == all)
		return " (the state repeats)";
	return c->proven ? " (for some of them the state repeats)"
			 : " (not proven)";
}

static char *ends_text(const struct survey_counts *c)
{
	char *text = mem_strdup("");

	for (size_t e = 2; e < SURVIVAL_ENDS; e++) {
		char *longer;

		if (!c->verdicts[ends[e]])
			continue;
		longer = mem_printf(
			"%s%s%" PRIu64 " %s%s", text, *text ? ", " : "",
			c->verdicts[ends[e]], survival_end_names[e],
			ends[e] == VERDICT_LIVELOCK ? how_sure(c) : "");
		free(text);
		text = longer;
	}
	return text;
}

static bool exhaustive(const struct survey *s)
{
	return s->options.faults == SURVEY_SINGLE ||
	       s->options.faults == SURVEY_PAIRS;
}

/* One sentence. */
static char *sentence(const struct survey *s)
{
	const char *what = s->options.faults == SURVEY_SINGLE &&
					   !(s->options.kinds & ~ACT_KINDS_BYTE)
				   ? "single-byte faults"
				   : set_names[s->options.faults];
	const struct survey_counts *c = &s->all;
	char *bad, *text;

	if (c->schedules == 0)
		return mem_printf("there are no %s of these kinds", what);
	if (survived(c) == c->schedules)
		return mem_printf("%s %" PRIu64
				  " %s of this session of %zu exchanges "
				  "%s within %u round%s",
				  exhaustive(s) ? "all" : "no proof, but all",
				  c->schedules, what, s->reference.exchanges,
				  exhaustive(s) ? "recover" : "recovered",
				  (unsigned)c->worst_rounds,
				  c->worst_rounds == 1 ? "" : "s");
	bad = ends_text(c);
	text = mem_printf("%" PRIu64 " of %" PRIu64
			  " %s of this session of %zu exchanges are not "
			  "survived: %s",
			  c->schedules - survived(c), c->schedules, what,
			  s->reference.exchanges, bad);
	free(bad);
	return text;
}

char *explore_repeat(const struct explore_pair *pair, const struct finding *f)
{
	char text[SCHEDULE_TEXT_MAX];

	schedule_write(&f->schedule, text);
	return mem_printf("%s --schedule %s", pair->repeat, text);
}

/* With a table of causes; without one, the worst that was found. */
static char *proof(const struct explore_pair *pair, const struct survey *s,
		   const char *table)
{
	const struct finding *f = counter_example(&s->sum, pair->expected);
	char *what = sentence(s);
	char *text, *command;

	if (!f || table) {
		text = mem_printf("%s against %s: %s\n%s", pair->debugger,
				  pair->target, what, table ? table : "");
		free(what);
		return text;
	}
	command = explore_repeat(pair, f);
	text = mem_printf("%s against %s: %s\n  %s: %s\n", pair->debugger,
			  pair->target, what, verdict_names[f->verdict],
			  command);
	free(command);
	free(what);
	return text;
}

/* --- all --------------------------------------------------------------------
 */

void explore_view_add(struct explore_view *v, const struct explore_pair *pair,
		      const struct survey *s, const char *table, json_t *causes)
{
	const struct finding *worst = counter_example(&s->sum, pair->expected);
	char *what = sentence(s);

	add_rows(v, pair, s);
	if (v->pair_count == v->pair_room) {
		v->pair_room = 2 * v->pair_room + 8;
		v->proofs = mem_resize(v->proofs,
				       v->pair_room * sizeof(*v->proofs));
	}
	v->proofs[v->pair_count++] = proof(pair, s, table);
	if (!v->records)
		v->records = json_array();
	json_array_append_new(v->records,
			      explore_record(pair, s, what, worst, causes));
	free(what);
}

void explore_view_release(struct explore_view *v)
{
	for (size_t i = 0; i < v->pair_count; i++)
		free(v->proofs[i]);
	free(v->proofs);
	explore_charts_release(&v->charts);
	free(v->rows);
	json_decref(v->records);
	arena_release(&v->arena);
	*v = (struct explore_view){ 0 };
}

struct survival explore_view_matrix(const struct explore_view *v)
{
	return (struct survival){
		.ends = survival_end_names,
		.about = "in virtual time; blue: survived (\xe2\x89\xa4 the "
			 "most rounds that it took), orange: not; darker is "
			 "more, by powers of ten",
		.rows = v->rows,
		.count = v->row_count,
	};
}

void explore_view_print(FILE *out, const struct explore_view *v, size_t charts)
{
	struct survival matrix = explore_view_matrix(v);

	survival_table(out, &matrix);
	if (v->pair_count)
		fputc('\n', out);
	for (size_t i = 0; i < v->pair_count; i++)
		fputs(v->proofs[i], out);
	explore_charts_print(out, &v->charts, charts);
}

static void write_records(FILE *out, const struct explore_view *v, bool all)
{
	size_t i;
	json_t *o;

	json_array_foreach(v->records, i, o)
	{
		json_t *some = all ? json_incref(o) : explore_record_counted(o);

		json_dumpf(some, out, JSON_COMPACT);
		json_decref(some);
		fputc('\n', out);
	}
}

void explore_view_json(FILE *out, const struct explore_view *v)
{
	write_records(out, v, false);
}

bool explore_view_write(const struct explore_view *v, const char *dir,
			struct err *warning, struct err *err)
{
	struct exploration x = { 0 };
	FILE *out = file_create(dir, EXPLORATION_FILE, err);
	bool ok;

	if (!out)
		return false;
	write_records(out, v, true);
	if (!file_close(out, dir, EXPLORATION_FILE, err))
		return false;
	ok = exploration_read(&x, dir, err) &&
	     exploration_write(&x, dir, true, warning, err);
	exploration_release(&x);
	return ok;
}
