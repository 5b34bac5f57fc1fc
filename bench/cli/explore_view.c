/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "report/file.h"

/* Rows with groups that hold nothing bad are left out beyond this many. */
#define GROUPS_SHOWN 6

static const char *const end_names[SURVIVAL_ENDS] = {
	"completed", "recovered", "livelock",    "gave-up",
	"hang",      "corrupt",   "lost-target", "spurious-stop",
};

static const char *const end_keys[SURVIVAL_ENDS] = {
	"completed", "recovered", "livelock",    "gave_up",
	"hang",      "corrupt",   "lost_target", "spurious_stop",
};

/* The verdict of each column. */
static const enum verdict ends[SURVIVAL_ENDS] = {
	VERDICT_COMPLETED,   VERDICT_RECOVERED,     VERDICT_LIVELOCK,
	VERDICT_GAVE_UP,     VERDICT_HANG,          VERDICT_CORRUPT,
	VERDICT_LOST_TARGET, VERDICT_SPURIOUS_STOP,
};

static const char *const set_names[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = "single-byte faults",
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
			c->verdicts[ends[e]], end_names[e],
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
	const char *what = set_names[s->options.faults];
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

static char *repeat(const struct explore_pair *pair, const struct finding *f)
{
	char text[SCHEDULE_TEXT_MAX];

	schedule_write(&f->schedule, text);
	return mem_printf("%s --schedule %s", pair->repeat, text);
}

static char *proof(const struct explore_pair *pair, const struct survey *s)
{
	const struct finding *f = counter_example(&s->sum, pair->expected);
	char *what = sentence(s);
	char *text, *command;

	if (!f) {
		text = mem_printf("%s against %s: %s", pair->debugger,
				  pair->target, what);
		free(what);
		return text;
	}
	command = repeat(pair, f);
	text = mem_printf("%s against %s: %s\n  %s: %s", pair->debugger,
			  pair->target, what, verdict_names[f->verdict],
			  command);
	free(command);
	free(what);
	return text;
}

/* --- records ----------------------------------------------------------------
 */

static void put_counts(json_t *to, const struct survey_counts *c)
{
	json_object_set_new(to, "schedules",
			    json_integer((json_int_t)c->schedules));
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		json_object_set_new(
			to, end_keys[e],
			json_integer((json_int_t)c->verdicts[ends[e]]));
	json_object_set_new(to, "livelock_proven",
			    json_integer((json_int_t)c->proven));
	json_object_set_new(to, "worst_rounds",
			    json_integer((json_int_t)c->worst_rounds));
}

static json_t *kinds_record(const struct survey *s)
{
	json_t *kinds = json_object();

	for (unsigned g = 0; g < TALLY_GROUPS; g++) {
		const struct survey_counts *c = &s->sum.groups[g];
		char name[32];
		json_t *kind;

		if (!c->schedules)
			continue;
		survey_group_name(s, g, name);
		kind = json_object();
		put_counts(kind, c);
		json_object_set_new(kinds, name, kind);
	}
	return kinds;
}

static json_t *finding_record(const struct explore_pair *pair,
			      const struct finding *f)
{
	char text[SCHEDULE_TEXT_MAX];
	char *command;
	json_t *o;

	if (!f || !f->schedule.count)
		return json_null();
	command = repeat(pair, f);
	schedule_write(&f->schedule, text);
	o = json_object();
	json_object_set_new(o, "verdict",
			    json_string(verdict_names[f->verdict]));
	json_object_set_new(o, "rounds", json_integer(f->rounds));
	json_object_set_new(o, "schedule", json_string(text));
	json_object_set_new(o, "repeat", json_string(command));
	free(command);
	return o;
}

static json_t *record(const struct explore_pair *pair, const struct survey *s)
{
	char *what = sentence(s);
	json_t *o = json_object();
	char digest[17];

	snprintf(digest, sizeof(digest), "%016" PRIx64, s->sum.digest);
	json_object_set_new(o, "scenario",
			    json_string(pair->cell->scenario->name));
	json_object_set_new(o, "cell", json_string(pair->cell->id));
	json_object_set_new(o, "debugger", json_string(pair->debugger));
	json_object_set_new(o, "target", json_string(pair->target));
	json_object_set_new(
		o, "faults",
		json_string(survey_faults_names[s->options.faults]));
	put_counts(o, &s->all);
	json_object_set_new(
		o, "sessions_per_s",
		json_integer((json_int_t)((double)s->all.schedules * 1e9 /
					  (double)(s->wall_ns + 1))));
	json_object_set_new(o, "exchanges",
			    json_integer((json_int_t)s->reference.exchanges));
	json_object_set_new(o, "ratio",
			    pair->ratio > 0 ? json_real(pair->ratio)
					    : json_null());
	json_object_set_new(o, "states",
			    s->states ? json_integer((json_int_t)s->states)
				      : json_null());
	json_object_set_new(o, "digest", json_string(digest));
	json_object_set_new(o, "proof", json_string(what));
	json_object_set_new(
		o, "counterexample",
		finding_record(pair, counter_example(&s->sum, pair->expected)));
	json_object_set_new(o, "worst", finding_record(pair, &s->sum.worst));
	json_object_set_new(o, "kinds", kinds_record(s));
	free(what);
	return o;
}

/* --- all --------------------------------------------------------------------
 */

void explore_view_add(struct explore_view *v, const struct explore_pair *pair,
		      const struct survey *s)
{
	add_rows(v, pair, s);
	if (v->pair_count == v->pair_room) {
		v->pair_room = 2 * v->pair_room + 8;
		v->proofs = mem_resize(v->proofs,
				       v->pair_room * sizeof(*v->proofs));
	}
	v->proofs[v->pair_count++] = proof(pair, s);
	if (!v->records)
		v->records = json_array();
	json_array_append_new(v->records, record(pair, s));
}

void explore_view_release(struct explore_view *v)
{
	for (size_t i = 0; i < v->pair_count; i++)
		free(v->proofs[i]);
	free(v->proofs);
	free(v->rows);
	json_decref(v->records);
	arena_release(&v->arena);
	*v = (struct explore_view){ 0 };
}

struct survival explore_view_matrix(const struct explore_view *v)
{
	return (struct survival){
		.ends = end_names,
		.about = "in virtual time; blue: survived (\xe2\x89\xa4 the "
			 "most rounds that it took), orange: not; darker is "
			 "more, by powers of ten",
		.rows = v->rows,
		.count = v->row_count,
	};
}

void explore_view_print(FILE *out, const struct explore_view *v)
{
	struct survival matrix = explore_view_matrix(v);

	survival_table(out, &matrix);
	if (v->pair_count)
		fputc('\n', out);
	for (size_t i = 0; i < v->pair_count; i++)
		fprintf(out, "%s\n", v->proofs[i]);
}

void explore_view_json(FILE *out, const struct explore_view *v)
{
	size_t i;
	json_t *o;

	json_array_foreach(v->records, i, o)
	{
		json_dumpf(o, out, JSON_COMPACT);
		fputc('\n', out);
	}
}

bool explore_view_write(const struct explore_view *v, const char *dir,
			struct err *warning, struct err *err)
{
	struct survival matrix = explore_view_matrix(v);
	FILE *out = file_create(dir, "survival.csv", err);

	if (!out)
		return false;
	survival_csv(out, &matrix);
	if (!file_close(out, dir, "survival.csv", err))
		return false;
	out = file_create(dir, "explore.jsonl", err);
	if (!out)
		return false;
	explore_view_json(out, v);
	if (!file_close(out, dir, "explore.jsonl", err))
		return false;
	survival_picture(&matrix, dir, "gnuplot", warning);
	return true;
}
