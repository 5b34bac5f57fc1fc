/* SPDX-License-Identifier: MIT */
#include "report/prompt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/prompt_step.h"
#include "report/text.h"

#define GIB 1073741824.0

/* --- rows -------------------------------------------------------------------
 */

/*
 * Settings that make rows differ. What a target says to a request, or how it
 * lies in memory, does not: sessions differ in that among each other.
 */
static bool makes_a_row(const char *key)
{
	static const char *const prefixes[] = {
		"transport",        "accel",          "host.",
		"debugger.profile", "debugger.think", "target.profile",
		"guest.idle",       "guest.spin",     "guest.sleep",
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(key, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static const char *key_of(struct arena *arena, const struct result_cell *cell)
{
	const char *key = "";

	for (size_t i = 0; i < cell->param_count; i++)
		if (makes_a_row(cell->params[i].key))
			key = arena_printf(arena, "%s%s=%s\n", key,
					   cell->params[i].key,
					   cell->params[i].value);
	return key;
}

static struct prompt_row *row_of(struct prompt *p, struct arena *arena,
				 const struct cell_summary *cell)
{
	const char *key = key_of(arena, cell->cell);
	const char *think = result_param(
		cell->cell->params, cell->cell->param_count, "debugger.think");
	struct prompt_row *row;

	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].world == cell->world &&
		    strcmp(p->rows[i].key, key) == 0)
			return &p->rows[i];
	row = &p->rows[p->count++];
	*row = (struct prompt_row){
		.world = cell->world,
		.transport = cell->transport,
		.think = think ? think : "none",
		.label = cell->transport,
		.key = key,
	};
	return row;
}

/* --- which step of several --------------------------------------------------
 */

static bool varies_thinking(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->axis_count; i++)
		if (strcmp(s->axis_keys[i], "debugger.think") == 0)
			return true;
	return false;
}

static double trips_of(const struct prompt_cell *c)
{
	double trips = c->counts.round_trips / c->operations;

	return isfinite(trips) ? trips : 0;
}

/* Does 'a' stand rather than 'b', which came first? */
static bool beats(const struct prompt_cell *a, const struct prompt_cell *b)
{
	bool thinks = varies_thinking(a->scenario);

	if (thinks != varies_thinking(b->scenario))
		return thinks;
	/* Re-sends make a few more of the same. */
	if (trips_of(a) > 1.2 * trips_of(b) || trips_of(b) > 1.2 * trips_of(a))
		return trips_of(a) > trips_of(b);
	return a->time.operations > b->time.operations;
}

static void add_step(struct prompt *p, struct arena *arena,
		     const struct prompt_cell *found, enum prompt_what what)
{
	struct prompt_cell *to = &row_of(p, arena, found->cell)->cells[what];
	struct prompt_cell mine = *found;

	prompt_measure(&mine, what);
	if (mine.time.kind == ESTIMATE_NONE)
		return;
	if (to->scenario) {
		p->rivals++;
		mine.rivals = to->rivals + 1;
		to->rivals++;
		if (!beats(&mine, to))
			return;
	}
	*to = mine;
	p->has[what] = true;
}

/* Is the column's whole this one? The first that is found says. */
static bool same_whole(struct prompt *p, enum prompt_what what, double whole)
{
	if (!(p->whole[what] > 0))
		p->whole[what] = whole;
	return p->whole[what] == whole;
}

static bool is_damaged(const struct cell_summary *cell)
{
	for (size_t i = 0; i < cell->timed_count; i++)
		if (cell->timed[i]->faults > 0)
			return true;
	return false;
}

static const struct result_step *first_step(const struct cell_summary *cell,
					    const char *name)
{
	for (size_t i = 0; i < cell->timed_count; i++) {
		const struct result_step *step =
			summary_trial_step(cell->timed[i], name);

		if (step)
			return step;
	}
	return NULL;
}

static void add_cell(struct prompt *p, struct arena *arena,
		     const struct scenario_summary *scenario,
		     const struct cell_summary *cell)
{
	for (size_t i = 0; i < cell->step_count; i++) {
		const struct prompt_cell found = { .scenario = scenario,
						   .cell = cell,
						   .step = &cell->steps[i] };
		const struct result_step *step =
			first_step(cell, cell->steps[i].name);

		for (int w = 0; step && w < PROMPT_COUNT; w++) {
			enum prompt_what what = (enum prompt_what)w;

			if (prompt_is(what, step) &&
			    same_whole(p, what, prompt_whole(what, step)))
				add_step(p, arena, &found, what);
		}
	}
}

/* Scenarios that vary the thinking come first: their order is the table's. */
static void add_scenarios(struct prompt *p, struct summary *s, bool thinking)
{
	for (size_t i = 0; i < s->scenario_count; i++) {
		const struct scenario_summary *scenario = &s->scenarios[i];

		if (varies_thinking(scenario) != thinking)
			continue;
		for (size_t k = 0; k < scenario->cell_count; k++)
			if (!is_damaged(&scenario->cells[k]))
				add_cell(p, &s->arena, scenario,
					 &scenario->cells[k]);
	}
}

/* --- the table --------------------------------------------------------------
 */

static bool has_session(const struct prompt_row *row)
{
	for (size_t i = 0; i < PROMPT_COUNT; i++)
		if (prompt_columns[i].session && row->cells[i].scenario)
			return true;
	return false;
}

/* Rows with a session; of those in virtual time only if there are no others. */
static void keep_sessions(struct prompt *p)
{
	size_t kept = 0;
	bool real = false;

	for (size_t i = 0; i < p->count; i++)
		real |= has_session(&p->rows[i]) &&
			p->rows[i].world != WORLD_VIRTUAL;
	for (size_t i = 0; i < p->count; i++)
		if (has_session(&p->rows[i]) &&
		    (!real || p->rows[i].world != WORLD_VIRTUAL))
			p->rows[kept++] = p->rows[i];
	p->count = kept;
	for (size_t w = 0; w < PROMPT_COUNT; w++) {
		p->has[w] = false;
		for (size_t i = 0; i < kept; i++)
			p->has[w] |= p->rows[i].cells[w].scenario != NULL;
	}
}

/* Does a row stand before another? By world; then as they were found, but the
 * ways of thinking of one transport together, and none first. */
static size_t first_of(const struct prompt *p, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (p->rows[i].world == p->rows[at].world &&
		    strcmp(p->rows[i].transport, p->rows[at].transport) == 0)
			return i;
	return at;
}

struct place {
	enum world world;
	size_t transport;
	bool thinks;
	size_t index;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->world != y->world)
		return x->world < y->world ? -1 : 1;
	if (x->transport != y->transport)
		return x->transport < y->transport ? -1 : 1;
	if (x->thinks != y->thinks)
		return x->thinks ? 1 : -1;
	return x->index < y->index ? -1 : 1;
}

static void sort_rows(struct prompt *p)
{
	struct place *places = mem_array(p->count, sizeof(*places));
	struct prompt_row *rows = mem_array(p->count, sizeof(*rows));

	for (size_t i = 0; i < p->count; i++)
		places[i] = (struct place){
			.world = p->rows[i].world,
			.transport = first_of(p, i),
			.thinks = strcmp(p->rows[i].think, "none") != 0,
			.index = i,
		};
	qsort(places, p->count, sizeof(*places), by_place);
	for (size_t i = 0; i < p->count; i++)
		rows[i] = p->rows[places[i].index];
	memcpy(p->rows, rows, p->count * sizeof(*rows));
	free(places);
	free(rows);
}

/* What a row says that this one does not: "host.wait=spin". */
static const char *apart(struct arena *arena, const struct prompt_row *row,
			 const struct prompt_row *from)
{
	const char *text = "";

	for (const char *at = row->key; *at;) {
		size_t len = strcspn(at, "\n");
		const char *line = arena_printf(arena, "%.*s\n", (int)len, at);

		if (!strstr(from->key, line))
			text = arena_printf(arena, "%s%s%.*s", text,
					    *text ? ", " : "", (int)len, at);
		at += len + (at[len] == '\n');
	}
	return *text ? text : "otherwise";
}

/* Rows that would be called alike say what tells them from the first. */
static void name_rows(struct prompt *p, struct arena *arena)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct prompt_row *a = &p->rows[k];
			struct prompt_row *b = &p->rows[i];

			if (a->world != b->world ||
			    strcmp(a->transport, b->transport) != 0 ||
			    strcmp(a->think, b->think) != 0)
				continue;
			b->label = arena_printf(arena, "%s, %s", b->transport,
						apart(arena, b, a));
			break;
		}
}

/* "4 GiB", "180" */
static const char *whole_text(struct arena *arena, enum prompt_what what,
			      double whole)
{
	if (what != PROMPT_DUMP && what != PROMPT_PACKETS)
		return arena_strdup(arena,
				    number_text(QUANTITY_COUNT, whole).text);
	if (whole >= GIB && fmod(whole, GIB) == 0)
		return arena_printf(arena, "%.0f GiB", whole / GIB);
	return arena_strdup(arena, number_text(QUANTITY_BYTES, whole).text);
}

static void name_columns(struct prompt *p, struct arena *arena)
{
	for (size_t i = 0; i < PROMPT_COUNT; i++) {
		const struct prompt_column *c = &prompt_columns[i];
		const char *whole =
			whole_text(arena, (enum prompt_what)i, p->whole[i]);
		const char *mark = strstr(c->all, "%s");

		p->titles[i] = c->one;
		p->briefs[i] = c->brief;
		if (!p->has[i] || p->whole[i] == 1)
			continue;
		p->titles[i] = arena_printf(arena, "%.*s%s%s",
					    (int)(mark - c->all), c->all, whole,
					    mark + 2);
		if (i == PROMPT_DUMP || i == PROMPT_FRAMES)
			p->briefs[i] = i == PROMPT_DUMP ? whole : p->titles[i];
		else if (i != PROMPT_PACKETS)
			p->briefs[i] =
				arena_printf(arena, "%s ×%s", c->brief, whole);
	}
}

/* Is there anything to be shown? Trials may all have been disturbed. */
static bool has_columns(const struct prompt *p)
{
	for (size_t w = 0; w < PROMPT_COUNT; w++)
		if (p->has[w])
			return true;
	return false;
}

bool prompt_make(struct prompt *p, struct summary *s)
{
	size_t room = 0;

	*p = (struct prompt){ 0 };
	for (size_t i = 0; i < s->scenario_count; i++)
		room += s->scenarios[i].cell_count;
	p->rows = arena_alloc(&s->arena, room * sizeof(*p->rows));
	add_scenarios(p, s, true);
	add_scenarios(p, s, false);
	keep_sessions(p);
	if (!p->count || !has_columns(p))
		return false;
	sort_rows(p);
	name_rows(p, &s->arena);
	name_columns(p, &s->arena);
	return true;
}

static bool is_column(const char *kind)
{
	for (size_t w = 0; w < PROMPT_COUNT; w++)
		if (strcmp(prompt_columns[w].kind, kind) == 0)
			return true;
	return false;
}

static bool is_shown(const struct prompt *p, const struct step_summary *step)
{
	for (size_t r = 0; r < p->count; r++)
		for (size_t w = 0; w < PROMPT_COUNT; w++)
			if (p->rows[r].cells[w].step == step)
				return true;
	return false;
}

bool prompt_covers(const struct prompt *p, const struct scenario_summary *s)
{
	bool shown = false;

	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++) {
			const struct step_summary *step = &s->cells[i].steps[k];

			if (!is_column(step->kind) && text_is_shown(step) &&
			    strcmp(step->kind, "connect") != 0)
				return false;
			shown |= is_shown(p, step);
		}
	return shown;
}
