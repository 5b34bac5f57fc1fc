/* SPDX-License-Identifier: MIT */
#include "report/search.h"

#include <math.h>
#include <string.h>

#include "report/label.h"

struct searches search_find(struct arena *arena, const struct results *results,
			    const struct scenario_summary *s)
{
	struct searches found = { 0 };

	found.rows =
		arena_alloc(arena, results->search_count * sizeof(*found.rows));
	for (size_t i = 0; i < results->search_count; i++) {
		const struct result_search *search = &results->searches[i];
		size_t at = found.count;

		if (strcmp(search->scenario, s->scenario->name) != 0)
			continue;
		for (; at > 0 && found.rows[at - 1]->row > search->row; at--)
			found.rows[at] = found.rows[at - 1];
		found.rows[at] = search;
		found.count++;
	}
	return found;
}

const struct result_point *search_at(const struct result_search *search,
				     const char *value)
{
	for (size_t i = 0; value && i < search->point_count; i++)
		if (strcmp(search->points[i].value, value) == 0)
			return &search->points[i];
	return NULL;
}

/* --- names ------------------------------------------------------------------
 */

static const struct cell_summary *first_cell(const struct scenario_summary *s,
					     const struct result_search *search)
{
	for (size_t i = 0; search->point_count && i < s->cell_count; i++)
		if (strcmp(s->cells[i].cell->id, search->points[0].cell) == 0)
			return &s->cells[i];
	return NULL;
}

bool search_has_cells(const struct scenario_summary *s,
		      const struct result_search *search)
{
	return first_cell(s, search);
}

bool search_is_axis(const struct results *results,
		    const struct scenario_summary *s, size_t axis)
{
	for (size_t i = 0; i < results->search_count; i++) {
		const struct result_search *search = &results->searches[i];

		if (strcmp(search->scenario, s->scenario->name) == 0 &&
		    strcmp(search->setting, s->axis_keys[axis]) == 0)
			return true;
	}
	return false;
}

const char *search_name(struct arena *arena, const struct scenario_summary *s,
			const struct result_search *search)
{
	const struct cell_summary *cell = first_cell(s, search);
	bool *on = arena_alloc(arena, (s->axis_count + 1) * sizeof(*on));
	const char *name;

	if (!cell)
		return search->label;
	for (size_t i = 0; i < s->axis_count; i++)
		on[i] = strcmp(s->axis_keys[i], search->setting) != 0;
	name = label_of_axes(arena, s, cell, on);
	return *name ? name : cell->transport;
}

/* The short name of what is searched: "baud". */
static const char *title_of(const struct scenario_summary *s,
			    const struct result_search *search)
{
	const char *dot = strrchr(search->setting, '.');

	for (size_t i = 0; i < s->axis_count; i++)
		if (strcmp(s->axis_keys[i], search->setting) == 0)
			return s->axis_titles[i];
	return dot ? dot + 1 : search->setting;
}

/* --- sentences --------------------------------------------------------------
 */

const char *search_verdict(struct arena *arena,
			   const struct result_point *point)
{
	const struct result_counter *most = NULL;
	double of = point->trials;

	for (size_t i = 0; i < point->verdicts.count; i++) {
		const struct result_counter *row = &point->verdicts.rows[i];

		if (!most || row->value > most->value)
			most = row;
	}
	if (!most)
		return "-";
	if (strcmp(most->name, "completed") != 0 &&
	    strcmp(most->name, "recovered") != 0)
		return most->name;
	/* It got on only when kdbench had ended the faults. */
	if (strcmp(point->is, "bad") == 0)
		of -= point->good;
	return arena_printf(arena, "%s%s", most->name,
			    point->healed > of / 2 ? "*" : "");
}

/* Of trials that disagree nobody can say where exactly they turn. */
static const char *mixed(struct arena *arena,
			 const struct result_search *search)
{
	const struct result_point *first = NULL, *last = NULL;

	for (size_t i = 0; i < search->point_count; i++) {
		const struct result_point *p = &search->points[i];

		if (!(p->good > 0 && p->good < p->trials))
			continue;
		first = first ? first : p;
		last = p;
	}
	if (!first)
		return "";
	if (first == last)
		return arena_printf(arena, ". Trials disagree at %s",
				    first->value);
	return arena_printf(arena, ". Trials disagree from %s to %s",
			    first->value, last->value);
}

static bool by_throughput(const struct result_search *search)
{
	return search->until && strcmp(search->until, "throughput") == 0;
}

static const char *share(struct arena *arena, const struct result_search *s)
{
	return arena_printf(
		arena, "%s of %s",
		number_text(QUANTITY_PERCENT, 100 * s->fraction).text,
		number_text(QUANTITY_BYTES_S, s->reference_bytes_s).text);
}

/* "completes", "recovers", "keeps 50 % of 11.0 KB/s" */
static const char *holds(struct arena *arena, const struct result_search *s,
			 const struct result_point *point)
{
	const char *verdict = search_verdict(arena, point);

	if (by_throughput(s))
		return arena_printf(arena, "keeps %s", share(arena, s));
	return strcmp(verdict, "completed") == 0   ? "completes"
	       : strcmp(verdict, "recovered") == 0 ? "recovers"
						   : "is as expected";
}

/* "livelock", "2.1 KB/s" */
static const char *breaks(struct arena *arena, const struct result_search *s,
			  const struct result_point *point)
{
	const char *verdict = search_verdict(arena, point);

	if (strchr(verdict, '*'))
		return "only once the faults are ended";
	if (!by_throughput(s) || isnan(point->throughput_bytes_s) ||
	    (strcmp(verdict, "completed") != 0 &&
	     strcmp(verdict, "recovered") != 0))
		return verdict;
	return arena_strdup(
		arena,
		number_text(QUANTITY_BYTES_S, point->throughput_bytes_s).text);
}

static const char *points_text(struct arena *arena,
			       const struct result_search *s)
{
	return arena_printf(arena, "%zu point%s", s->point_count,
			    s->point_count == 1 ? "" : "s");
}

/* ", confidence 93 %": rounded down, for it is a lower bound. */
static const char *confidence(struct arena *arena,
			      const struct result_search *s)
{
	if (isnan(s->confidence))
		return "";
	return arena_printf(arena, ", confidence %d %%",
			    (int)(fmin(s->confidence, 1) * 100));
}

static const char *cliff(struct arena *arena, const struct scenario_summary *s,
			 const struct result_search *search)
{
	const struct result_point *good = search_at(search, search->last_good);
	const struct result_point *bad = search_at(search, search->first_bad);
	bool down = label_number(search->from) > label_number(search->to);

	if (!good || !bad)
		return "its points are missing";
	return arena_printf(
		arena,
		"%s %s to %s %s; from %s on %s (%.0f of %.0f against %.0f of "
		"%.0f trials good%s; %s%s)",
		holds(arena, search, good), down ? "down" : "up",
		title_of(s, search), good->value, bad->value,
		breaks(arena, search, bad), good->good, good->trials, bad->good,
		bad->trials, confidence(arena, search),
		points_text(arena, search),
		search->complete ? "" : "; interrupted");
}

/* What came out, without the name. */
static const char *outcome(struct arena *arena,
			   const struct scenario_summary *s,
			   const struct result_search *search)
{
	const char *title = title_of(s, search);
	const struct result_point *first =
		search->point_count ? &search->points[0] : NULL;

	if (strcmp(search->outcome, "cliff") == 0)
		return cliff(arena, s, search);
	if (!first || strcmp(search->outcome, "lost") == 0)
		return arena_printf(arena,
				    "no trial at an end of %s could be "
				    "counted, so nothing can be said",
				    title);
	if (strcmp(search->outcome, "all-good") == 0)
		return arena_printf(
			arena, "no cliff between %s %s and %s: %s at both%s%s",
			title, search->from, search->to,
			holds(arena, search, first),
			arena_printf(arena, " (%s%s)",
				     points_text(arena, search),
				     confidence(arena, search)),
			search->complete ? "" : "; interrupted");
	if (strcmp(search->outcome, "no-good") == 0)
		return arena_printf(
			arena,
			"bad already at %s %s: %s (%.0f of %.0f trials good%s)",
			title, first->value, breaks(arena, search, first),
			first->good, first->trials, confidence(arena, search));
	if (strcmp(search->outcome, "no-choice") == 0)
		return arena_printf(
			arena, "%s makes no difference here: there is one cell",
			title);
	return "interrupted before both ends were tried";
}

const char *search_sentence(struct arena *arena,
			    const struct scenario_summary *s,
			    const struct result_search *search)
{
	const char *text =
		arena_printf(arena, "%s: %s%s", search_name(arena, s, search),
			     outcome(arena, s, search), mixed(arena, search));

	if (search->island)
		text = arena_printf(arena,
				    "%s. Not the only turn: good again at %s",
				    text, search->island);
	return text;
}

/* --- a line of marks --------------------------------------------------------
 */

/* Where a value lies between the ends, 0 to 1, as points are spread. */
static double place(const struct result_search *s, const char *value)
{
	double from = label_number(s->from);
	double to = label_number(s->to);
	double at = label_number(value);

	if (from > 0 && to > 0 && at > 0 && s->precision &&
	    strchr(s->precision, '%')) {
		from = log(from);
		to = log(to);
		at = log(at);
	}
	return (at - from) / (to - from);
}

const char *search_strip(struct arena *arena, const struct result_search *s,
			 size_t width)
{
	static const char ranks[] = "-?+x";
	char *strip = arena_alloc(arena, width + 1);

	memset(strip, '-', width);
	strip[width] = '\0';
	for (size_t i = 0; i < s->point_count; i++) {
		const struct result_point *p = &s->points[i];
		double where = place(s, p->value) * (double)(width - 1);
		char mark = strcmp(p->is, "good") == 0  ? '+'
			    : strcmp(p->is, "bad") == 0 ? 'x'
							: '?';
		size_t at;

		if (!(where >= 0 && where < (double)width))
			continue;
		at = (size_t)(where + 0.5);
		at = at < width ? at : width - 1;
		if (strchr(ranks, mark) > strchr(ranks, strip[at]))
			strip[at] = mark;
	}
	return strip;
}
