/* SPDX-License-Identifier: MIT */
#include "report/caption.h"

#include <math.h>
#include <string.h>

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

/* Its transport, if that is what is compared; else its whole name. */
static const char *name_of(const struct set *set, const struct row *row)
{
	return summary_by_transport(set->s) ? row->cell->transport
					    : row->cell->name;
}

/* "; ring 36,200\u00d7, virtio 5,220\u00d7" */
static const char *others(struct arena *arena, const struct set *set,
			  const struct row *best, const char *lead)
{
	const struct row *row = next_best(set, best);
	const char *text = "";
	size_t named = 0;

	for (; row; row = next_best(set, row)) {
		const char *ratio =
			bars_ratio_text(arena, set->s, row, set->metric);

		if (row->cell == set->base)
			continue;
		if (named++ == OTHERS_MAX)
			return arena_printf(arena, "%s and so on", text);
		text = arena_printf(arena, "%s%s %s %s", text,
				    named > 1 ? "," : lead, name_of(set, row),
				    ratio ? ratio
					  : value_text(arena, set, row));
	}
	return text;
}

/* What may be no different from its base does not win. */
static const char *best_word(const struct set *set, const char *ratio)
{
	bool clear = !ratio || strncmp(ratio, "\u2248", strlen("\u2248")) != 0;

	if (set->best == CAPTION_FASTEST)
		return clear ? "fastest is " : "highest is ";
	return clear ? "quickest is " : "lowest is ";
}

/* "fastest is ring, 412 MB/s, 37,400\u00d7 uart (11.0 KB/s)" */
static const char *sentence(struct arena *arena, const struct set *set)
{
	const struct row *best = next_best(set, NULL);
	const struct row *base = row_of_base(set);
	const char *ratio =
		best ? bars_ratio_text(arena, set->s, best, set->metric) : NULL;
	const char *what = best_word(set, ratio);
	const char *lead = ";";
	const char *text;

	if (!best)
		return NULL;
	if (!next_best(set, best))
		what = "";
	text = arena_printf(arena, "%s%s, %s", what, name_of(set, best),
			    value_text(arena, set, best));
	if (base && ratio)
		text = arena_printf(arena, "%s, %s %s%s (%s)", text, ratio,
				    strncmp(ratio, "1/", 2) == 0 ? "of " : "",
				    name_of(set, base),
				    value_text(arena, set, base));
	/* What the best one is not compared with, the others may be. */
	if (base && !ratio && base != best)
		lead = arena_printf(arena,
				    "; against %s (%s):", name_of(set, base),
				    value_text(arena, set, base));
	return arena_printf(arena, "%s%s", text,
			    others(arena, set, best, lead));
}

/* ", windbg": what the cells of a set have in common, if sets differ in it. */
static const char *common(struct arena *arena, const struct set *set)
{
	const struct cell_summary *base = set->base;
	const char *text = "";

	for (size_t i = 1; i < set->s->axis_count; i++)
		if (summary_by_transport(set->s))
			text = arena_printf(arena, "%s, %s %s", text,
					    set->s->axis_titles[i],
					    base->axis_values[i]);
	return text;
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
		text = arena_printf(arena, "%s%s%s%s: %s.", text,
				    *text ? " " : "", rows->headings[set.group],
				    common(arena, &set), said);
	}
	return text;
}
