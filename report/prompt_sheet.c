/* SPDX-License-Identifier: MIT */
#include "report/prompt_sheet.h"

#include <math.h>
#include <string.h>

/* Columns of times that fit a terminal. */
#define ACROSS 6

struct view {
	struct sheet *sheet;
	const struct prompt *prompt;
	enum prompt_what what[PROMPT_COUNT]; /* of each column */
	size_t count;
	size_t first; /* of these; before it are the titles of rows */
	const struct prompt_row *above; /* the row before; NULL: none */
	bool terminal;
};

static void begin(struct view *v, const char *title, const char *second,
		  size_t from, size_t to)
{
	const struct prompt *p = v->prompt;

	sheet_begin(v->sheet, v->sheet->arena, title);
	sheet_column(v->sheet, "transport", NULL, false);
	/* A terminal has room for one. */
	if (!v->terminal)
		sheet_column(v->sheet, second, NULL, false);
	v->first = v->sheet->column_count;
	v->above = NULL;
	v->count = 0;
	for (size_t w = from; w < to; w++) {
		if (!p->has[w])
			continue;
		sheet_column(v->sheet, p->titles[w], p->briefs[w], true);
		v->what[v->count++] = (enum prompt_what)w;
	}
}

static bool several_worlds(const struct prompt *p)
{
	return p->rows[0].world != p->rows[p->count - 1].world;
}

/* "tcg", or "tcg and host process" */
static const char *worlds_of(struct arena *arena, const struct prompt *p)
{
	const char *text = world_names[p->rows[0].world];

	for (size_t i = 1; i < p->count; i++)
		if (p->rows[i].world != p->rows[i - 1].world)
			text = arena_printf(arena, "%s and %s", text,
					    world_names[p->rows[i].world]);
	return text;
}

static void add_world(struct view *v, const struct prompt_row *row)
{
	if (several_worlds(v->prompt) &&
	    (!v->above || v->above->world != row->world))
		sheet_heading(v->sheet, world_names[row->world]);
}

/* A transport is named once, above its ways of thinking. */
static bool is_named(const struct view *v, const struct prompt_row *row)
{
	return v->above && v->above->world == row->world &&
	       strcmp(v->above->label, row->label) == 0;
}

static const struct prompt_cell *cell_of(const struct view *v, size_t row,
					 size_t column)
{
	return &v->prompt->rows[row].cells[v->what[column]];
}

/* --- times ------------------------------------------------------------------
 */

static void add_times(struct view *v, size_t row)
{
	const struct prompt_row *r = &v->prompt->rows[row];
	struct arena *arena = v->sheet->arena;

	sheet_row(v->sheet);
	sheet_set(v->sheet, 0,
		  !v->terminal || strcmp(r->think, "none") == 0 ? r->label
		  : is_named(v, r)
			  ? arena_printf(arena, "  think %s", r->think)
			  : arena_printf(arena, "%s, %s", r->label, r->think));
	if (!v->terminal)
		sheet_set(v->sheet, 1, r->think);
	for (size_t i = 0; i < v->count; i++) {
		const struct prompt_cell *c = cell_of(v, row, i);

		sheet_set(v->sheet, v->first + i,
			  !c->scenario  ? "-"
			  : v->terminal ? prompt_value(arena, &c->time)
					: prompt_text(arena, &c->time));
	}
}

/* A terminal has no room for intervals but below. */
static void add_intervals(struct view *v, size_t row)
{
	bool any = false;

	for (size_t i = 0; i < v->count; i++)
		any |= *prompt_interval(v->sheet->arena,
					&cell_of(v, row, i)->time);
	if (!any)
		return;
	sheet_row(v->sheet);
	for (size_t i = 0; i < v->count; i++) {
		const struct prompt_cell *c = cell_of(v, row, i);

		if (c->scenario)
			sheet_set(v->sheet, v->first + i,
				  prompt_interval(v->sheet->arena, &c->time));
	}
}

static bool has_kind(const struct prompt *p, enum estimate_kind kind,
		     bool extrapolated)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t w = 0; w < PROMPT_COUNT; w++) {
			const struct prompt_cell *c = &p->rows[i].cells[w];

			if (c->scenario &&
			    (extrapolated ? c->time.extrapolated
					  : c->time.kind == kind))
				return true;
		}
	return false;
}

static void add_notes(struct view *v)
{
	const struct prompt *p = v->prompt;
	struct sheet *sheet = v->sheet;

	sheet_note(sheet, "One operation: the median of all. Several: so many "
			  "times the mean of those that were measured, pauses "
			  "included. Intervals are of 95 %, in percent or by "
			  "their ends; where a cell has one trial, they are "
			  "those of one guest.");
	if (has_kind(p, ESTIMATE_ONE, true))
		sheet_note(sheet, "~ extrapolated from a sample.");
	if (has_kind(p, ESTIMATE_RANGE, false))
		sheet_note(sheet, "[] the range of fewer than six operations, "
				  "not an interval.");
	if (has_kind(p, ESTIMATE_ONE, false))
		sheet_note(sheet, "Without either: one operation.");
	if (p->rivals)
		sheet_note(sheet,
			   arena_printf(sheet->arena,
					"%zu other steps would have answered "
					"too; prompt.csv says which did.",
					p->rivals));
	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].world == WORLD_TCG) {
			sheet_note(sheet,
				   "Under tcg a trap costs next to nothing: "
				   "carry traps and bytes to another machine, "
				   "not times ('kdbench predict'). Doorbells "
				   "of rings depend on who was asleep.");
			break;
		}
}

/* Is any of the columns known? The first table has all rows in any case. */
static bool has_any(const struct view *v, size_t row)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->what[i] < PROMPT_MAIN || cell_of(v, row, i)->scenario)
			return true;
	return false;
}

static void fill_times(struct view *v)
{
	for (size_t row = 0; row < v->prompt->count; row++) {
		const struct prompt_row *r = &v->prompt->rows[row];

		if (!has_any(v, row))
			continue;
		add_world(v, r);
		add_times(v, row);
		if (v->terminal)
			add_intervals(v, row);
		v->above = r;
	}
}

/* --- counts -----------------------------------------------------------------
 */

enum count { ROUND_TRIPS, TRAPS, BYTES, COUNTS };

static double count_of(const struct prompt_cell *c, enum count count)
{
	switch (count) {
	case ROUND_TRIPS: return c->counts.round_trips;
	case TRAPS: return c->counts.traps;
	default: return c->counts.wire_bytes;
	}
}

static void add_count(struct view *v, size_t row, enum count count, bool first)
{
	static const char *const names[COUNTS] = { "round trips", "traps",
						   "bytes" };
	const struct prompt_row *r = &v->prompt->rows[row];
	struct arena *arena = v->sheet->arena;
	const char *title;

	sheet_row(v->sheet);
	if (v->terminal) {
		title = first ? r->label
			      : arena_printf(arena, "  %s", names[count]);
	} else {
		title = first ? arena_printf(arena, "%s, think %s", r->label,
					     r->think)
			      : "";
		sheet_set(v->sheet, 1, names[count]);
	}
	sheet_set(v->sheet, 0, title);
	for (size_t i = 0; i < v->count; i++) {
		const struct prompt_cell *c = cell_of(v, row, i);
		double value = c->scenario ? count_of(c, count) : NAN;
		enum quantity kind = count == BYTES ? QUANTITY_BYTES
						    : QUANTITY_COUNT;

		/* Means of what differs a little from one to the next. */
		if (count != BYTES && value >= 10)
			value = round(value);
		sheet_set(v->sheet, v->first + i,
			  arena_strdup(arena, number_text(kind, value).text));
	}
}

/* What is counted hardly depends on the thinking: a terminal has one of both.
 */
static void fill_counts(struct view *v)
{
	for (size_t row = 0; row < v->prompt->count; row++) {
		const struct prompt_row *r = &v->prompt->rows[row];

		if (v->terminal && is_named(v, r))
			continue;
		add_world(v, r);
		for (int i = 0; i < COUNTS; i++)
			add_count(v, row, (enum count)i, i == 0);
		v->above = r;
	}
}

static const char *source_of(struct arena *arena, const struct prompt *p,
			     size_t what)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct prompt_cell *c = &p->rows[i].cells[what];

		if (c->scenario)
			return arena_printf(
				arena, "%s: %s, %s", p->titles[what],
				c->scenario->scenario->name, c->step->name);
	}
	return NULL;
}

static void add_sources(struct view *v)
{
	struct arena *arena = v->sheet->arena;
	const char *text = "";

	for (size_t i = 0; i < v->count; i++)
		text = arena_printf(arena, "%s%s%s", text, *text ? "; " : "",
				    source_of(arena, v->prompt, v->what[i]));
	sheet_note(v->sheet, "Of the whole, counted by the guest and on the "
			     "wire; traps are the necessary ones, which move "
			     "data or ring a bell.");
	sheet_note(v->sheet, arena_printf(arena, "From %s.", text));
}

/* Columns from 'from' on, as many as fit; where the next ones begin. */
static size_t some_columns(const struct view *v, size_t from)
{
	size_t count = 0;
	size_t at = from;

	for (; at < PROMPT_COUNT; at++) {
		count += v->prompt->has[at];
		if (v->terminal && count > ACROSS)
			break;
	}
	return at;
}

static bool has_some(const struct prompt *p, size_t from, size_t to)
{
	for (size_t w = from; w < to; w++)
		if (p->has[w])
			return true;
	return false;
}

/* What is not among the first columns. */
static size_t add_more(struct view *v, struct sheet *sheets)
{
	size_t count = 0;

	for (size_t from = PROMPT_MAIN, to; from < PROMPT_COUNT; from = to) {
		to = some_columns(v, from);
		if (!has_some(v->prompt, from, to))
			continue;
		v->sheet = &sheets[count++];
		begin(v, "Time to prompt: what else there is", "think", from,
		      to);
		fill_times(v);
	}
	return count;
}

size_t prompt_sheets(struct sheet sheets[PROMPT_SHEETS], struct arena *arena,
		     const struct prompt *p, bool terminal)
{
	struct view v = { .prompt = p, .terminal = terminal };
	size_t count = 0;

	for (size_t i = 0; i < PROMPT_SHEETS; i++)
		sheets[i].arena = arena;
	if (has_some(p, 0, PROMPT_MAIN)) {
		v.sheet = &sheets[count++];
		begin(&v,
		      arena_printf(arena, "Time to prompt: %s",
				   worlds_of(arena, p)),
		      "think", 0, PROMPT_MAIN);
		fill_times(&v);
	}
	count += add_more(&v, &sheets[count]);
	v.sheet = &sheets[0];
	add_notes(&v);
	if (!has_some(p, 0, terminal ? PROMPT_MAIN : PROMPT_PACKETS))
		return count;
	v.sheet = &sheets[count++];
	begin(&v,
	      "What it takes: round trips, necessary traps, bytes on the "
	      "wire",
	      "", 0, terminal ? PROMPT_MAIN : PROMPT_PACKETS);
	if (terminal)
		v.sheet->columns[0].brief = "round trips";
	fill_counts(&v);
	add_sources(&v);
	if (!terminal)
		v.sheet->where = SHEET_NOT_TERMINAL;
	count += prompt_arithmetic(&sheets[count], arena, p);
	return count;
}
