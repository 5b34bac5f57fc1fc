/* SPDX-License-Identifier: MIT */
#include "bench/result/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT(type, field) offsetof(struct type, field)

/* More than any search has. */
#define POINTS_MAX 4096

static const struct field search_fields[] = {
	{ "scenario", FIELD_NEEDED, AT(result_search, scenario) },
	{ "row", FIELD_NUMBER, AT(result_search, row) },
	{ "label", FIELD_NEEDED, AT(result_search, label) },
	{ "setting", FIELD_NEEDED, AT(result_search, setting) },
	{ "from", FIELD_NEEDED, AT(result_search, from) },
	{ "to", FIELD_NEEDED, AT(result_search, to) },
	{ "precision", FIELD_TEXT, AT(result_search, precision) },
	{ "grid", FIELD_NUMBER, AT(result_search, grid) },
	{ "until", FIELD_TEXT, AT(result_search, until) },
	{ "fraction", FIELD_NUMBER, AT(result_search, fraction) },
	{ "reference_bytes_s", FIELD_NUMBER,
	  AT(result_search, reference_bytes_s) },
	{ "outcome", FIELD_NEEDED, AT(result_search, outcome) },
	{ "complete", FIELD_FLAG, AT(result_search, complete) },
	{ "last_good", FIELD_TEXT, AT(result_search, last_good) },
	{ "first_bad", FIELD_TEXT, AT(result_search, first_bad) },
	{ "island", FIELD_TEXT, AT(result_search, island) },
	{ "confidence", FIELD_NUMBER, AT(result_search, confidence) },
	{ 0 },
};

static const struct field point_fields[] = {
	{ "value", FIELD_NEEDED, AT(result_point, value) },
	{ "cell", FIELD_NEEDED, AT(result_point, cell) },
	{ "is", FIELD_NEEDED, AT(result_point, is) },
	{ "probe", FIELD_FLAG, AT(result_point, probe) },
	{ "order", FIELD_NUMBER, AT(result_point, order) },
	{ "good", FIELD_NUMBER, AT(result_point, good) },
	{ "trials", FIELD_NUMBER, AT(result_point, trials) },
	{ "healed", FIELD_NUMBER, AT(result_point, healed) },
	{ "throughput_bytes_s", FIELD_NUMBER,
	  AT(result_point, throughput_bytes_s) },
	{ 0 },
};

static bool read_point(struct arena *arena, const json_t *object,
		       struct result_point *point, struct err *err)
{
	double *odds;
	size_t count;

	if (!read_fields(arena, object, point_fields, point, err) ||
	    !read_values(arena, object, "odds", &odds, &count, err) ||
	    !read_numbers(arena, object, "verdicts", &point->verdicts, err))
		return false;
	point->low = count == 2 ? odds[0] : NAN;
	point->high = count == 2 ? odds[1] : NAN;
	return true;
}

bool read_search(struct results *r, const json_t *record,
		 struct result_search *search, struct err *err)
{
	struct arena *arena = &r->arena;
	json_t *list;

	if (!read_fields(arena, record, search_fields, search, err) ||
	    !read_list(record, "points", POINTS_MAX, &list,
		       &search->point_count, err))
		return false;
	search->points = arena_alloc(arena, search->point_count *
						    sizeof(*search->points));
	for (size_t i = 0; i < search->point_count; i++)
		if (!read_point(arena, json_array_get(list, i),
				&search->points[i], err))
			return false;
	return true;
}

/* Room for one more cell: it grows twofold, a hostile file has many. */
static struct result_cell *add_cell(struct arena *arena,
				    struct result_scenario *s)
{
	if (s->cell_count >= s->cell_room) {
		size_t room = s->cell_count * 2 + 16;
		struct result_cell *cells =
			arena_alloc(arena, room * sizeof(*cells));

		if (s->cell_count)
			memcpy(cells, s->cells, s->cell_count * sizeof(*cells));
		s->cells = cells;
		s->cell_room = room;
	}
	return &s->cells[s->cell_count++];
}

bool read_point_cell(struct results *r, const json_t *record, struct err *err)
{
	const char *name;

	if (!json_need_text(record, "scenario", &name, err))
		return false;
	for (size_t i = 0; i < r->run.scenario_count; i++) {
		struct result_scenario *s = &r->run.scenarios[i];
		struct result_cell *cell;

		if (strcmp(s->name, name) != 0)
			continue;
		cell = add_cell(&r->arena, s);
		*cell = (struct result_cell){ 0 };
		return json_get_number(record, "row", &cell->row, err) &&
		       json_get_number(record, "point", &cell->point, err) &&
		       read_cell(r, record, cell, err);
	}
	return err_set(err, ERR_CONFIG, "a cell of no scenario of this run");
}

static int by_point(const void *a, const void *b)
{
	const struct result_cell *x = a;
	const struct result_cell *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->point > y->point) - (x->point < y->point);
}

void read_sort_points(struct results *r)
{
	for (size_t i = 0; i < r->run.scenario_count; i++) {
		struct result_scenario *s = &r->run.scenarios[i];
		bool all = s->cell_count;

		for (size_t k = 0; k < s->cell_count; k++)
			all &= isfinite(s->cells[k].row) &&
			       isfinite(s->cells[k].point);
		if (all)
			qsort(s->cells, s->cell_count, sizeof(*s->cells),
			      by_point);
	}
}
