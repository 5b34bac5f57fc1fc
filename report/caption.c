/* SPDX-License-Identifier: MIT */
#include "report/caption.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>

#include "report/bars.h"

/* Sets of rows that a caption speaks of, and further rows it names of each. */
#define SETS_MAX 4
#define OTHERS_MAX 5

/* Rows of one group that have the same base. */
struct set {
	const struct rows *rows;
	const struct scenario_summary *s;
	enum metric metric;
	enum caption_best best;
	size_t group;
	const struct cell_summary *base;
};

static bool is_in(const struct set *set, const struct row *row)
{
	return row->group == set->group &&
	       summary_base(set->s, row->cell) == set->base &&
	       bars_spread(row, set->metric)->median > 0;
}

static bool is_better(const struct set *set, double a, double b)
{
	return set->best == CAPTION_FASTEST ? a > b : a < b;
}

/* The next best after 'before'; NULL first, and at the end. */
static const struct row *next_best(const struct set *set,
				   const struct row *before)
{
	const struct row *found = NULL;
	double limit = before ? bars_spread(before, set->metric)->median : NAN;

	for (size_t i = 0; i < set->rows->count; i++) {
		const struct row *row = &set->rows->rows[i];
		double value = bars_spread(row, set->metric)->median;

		if (!is_in(set, row) || row == before)
			continue;
		/* Equal ones follow each other in the order of rows. */
		if (before && !is_better(set, limit, value) &&
		    !(!is_better(set, value, limit) && row > before))
			continue;
		if (!found ||
		    is_better(set, value,
			      bars_spread(found, set->metric)->median))
			found = row;
	}
	return found;
}

static const char *value_text(struct arena *arena, const struct set *set,
			      const struct row *row)
{
	return arena_strdup(
		arena,
		spread_text(set->metric, bars_spread(row, set->metric)).text);
}

static const struct row *row_of_base(const struct set *set)
{
	for (size_t i = 0; i < set->rows->count; i++)
		if (is_in(set, &set->rows->rows[i]) &&
		    set->rows->rows[i].cell == set->base)
			return &set->rows->rows[i];
	return NULL;
}

/* "; ring 36,200\u00d7, virtio 5,220\u00d7" */
static const char *others(struct arena *arena, const struct set *set,
			  const struct row *best)
{
	const char *text = "";
	size_t named = 0;

	for (const struct row *row = next_best(set, best); row;
	     row = next_best(set, row)) {
		double ratio = bars_ratio(set->s, row, set->metric);

		if (!isfinite(ratio))
			continue;
		if (named++ == OTHERS_MAX)
			return arena_printf(arena, "%s, \u2026", text);
		text = arena_printf(arena, "%s%s %s %s", text,
				    named > 1 ? "," : ";", row->cell->name,
				    number_ratio(ratio).text);
	}
	return text;
}

/* "fastest is ring, 412 MB/s, 37,400\u00d7 uart (11.0 KB/s)" */
static const char *sentence(struct arena *arena, const struct set *set)
{
	const struct row *best = next_best(set, NULL);
	const struct row *base = row_of_base(set);
	double ratio = best ? bars_ratio(set->s, best, set->metric) : NAN;

	if (!best)
		return NULL;
	if (!base || !isfinite(ratio))
		return arena_printf(
			arena, "%s%s %s%s",
			next_best(set, best) ? (set->best == CAPTION_FASTEST
							? "fastest is "
							: "quickest is ")
					     : "",
			best->cell->name, value_text(arena, set, best),
			others(arena, set, best));
	return arena_printf(
		arena, "%s is %s, %s, %s%s%s (%s)%s",
		set->best == CAPTION_FASTEST ? "fastest" : "quickest",
		best->cell->name, value_text(arena, set, best),
		number_ratio(ratio).text, ratio > 0.995 ? " " : " of ",
		base->cell->name, value_text(arena, set, base),
		others(arena, set, best));
}

/* Is this row the first of its group with its base? */
static bool starts_set(const struct rows *rows,
		       const struct scenario_summary *s, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (rows->rows[i].group == rows->rows[row].group &&
		    summary_base(s, rows->rows[i].cell) ==
			    summary_base(s, rows->rows[row].cell))
			return false;
	return true;
}

const char *caption_of_rows(struct arena *arena, const struct rows *rows,
			    const struct scenario_summary *s,
			    enum metric metric, enum caption_best best)
{
	const char *text = "";
	size_t sets = 0;
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < rows->count; i++) {
		struct set set = { rows,
				   s,
				   metric,
				   best,
				   rows->rows[i].group,
				   summary_base(s, rows->rows[i].cell) };
		const char *said;

		if (!starts_set(rows, s, i) || !(said = sentence(arena, &set)))
			continue;
		if (sets++ == SETS_MAX)
			return arena_printf(
				arena, "%s The table has the others.", text);
		if (last == set.group)
			text = arena_printf(arena, "%s %c%s.", text,
					    toupper((unsigned char)*said),
					    said + 1);
		else
			text = arena_printf(arena, "%s%s%s: %s.", text,
					    *text ? " " : "",
					    rows->headings[set.group], said);
		last = set.group;
	}
	return text;
}
