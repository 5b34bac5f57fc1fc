/* SPDX-License-Identifier: MIT */
#include "bench/plan/search.h"

#include <string.h>

#include "bench/base/units.h"
#include "bench/plan/group.h"
#include "bench/plan/scope.h"
#include "bench/plan/search_grid.h"

#define MILLION 1000000

/* The section as written. */
struct draft_search {
	const char *setting, *from, *to, *precision;
	int until; /* enum search_until */
	double fraction;
	uint64_t most, probes;
};

#define AT(field) offsetof(struct draft_search, field)

const char *const search_until_names[] = {
	[SEARCH_VERDICT] = "verdict",
	[SEARCH_THROUGHPUT] = "throughput",
};

const struct setting search_settings[] = {
	{ "setting", SETTING_TEXT, AT(setting), NULL,
	  "what is varied: a path such as transport.baud, or a name that is "
	  "used as $name",
	  NULL, 0, 0 },
	{ "from", SETTING_TEXT, AT(from), NULL, "the value that is good", NULL,
	  0, 0 },
	{ "to", SETTING_TEXT, AT(to), NULL, "the value that is bad", NULL, 0,
	  0 },
	{ "until", SETTING_ENUM, AT(until), "verdict",
	  "good is: ends as 'expect' says, or has its share of the throughput",
	  "verdict|throughput", 0, 0 },
	{ "fraction", SETTING_NUMBER, AT(fraction), "0.5",
	  "that share, of the throughput at 'from'", NULL, 0, 0 },
	{ "precision", SETTING_TEXT, AT(precision), "5%",
	  "how far points are apart: a share such as 5%, or a value such as "
	  "10ms",
	  NULL, 0, 0 },
	{ "most", SETTING_COUNT, AT(most), "0",
	  "trials of a point at most, while they disagree; 0: four times "
	  "trials.min",
	  NULL, 0, 10000 },
	{ "probes", SETTING_COUNT, AT(probes), "2",
	  "points that are tried beyond the cliff, whether it is the only one",
	  NULL, 0, 100 },
	{ 0 },
};

/* What is known while the section is decoded. */
struct reader {
	const struct node *node;
	struct draft_search draft;
	enum unit unit;
	uint64_t from, to; /* as a grid counts */
	struct search_step step;
	struct arena *arena;
	struct err *err;
};

static const struct node *at_key(const struct reader *r, const char *key)
{
	const struct node *node = node_get(r->node, key);

	return node ? node : r->node;
}

static bool wrong(const struct reader *r, const char *key, const char *what,
		  const char *hint)
{
	err_at(r->err, at_key(r, key)->where, "'search.%s' %s", key, what);
	return err_hint(r->err, "%s", hint);
}

static bool is_share(const char *text)
{
	size_t len = strlen(text);

	return len && text[len - 1] == '%';
}

/* --- units ------------------------------------------------------------------
 */

static bool reads(enum unit unit, const char *text)
{
	uint64_t value;

	return units_read(unit, text, &value) == UNITS_OK;
}

/* The first unit in which all that is written can be read. */
static bool guess_unit(struct reader *r)
{
	static const enum unit units[] = { UNIT_COUNT, UNIT_SIZE, UNIT_DURATION,
					   UNIT_RATE, UNIT_RATIO };
	const struct draft_search *d = &r->draft;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (!reads(units[i], d->from) || !reads(units[i], d->to) ||
		    (!is_share(d->precision) && !reads(units[i], d->precision)))
			continue;
		r->unit = units[i];
		return true;
	}
	err_at(r->err, at_key(r, "from")->where,
	       "'%s' and '%s' are not two numbers of one kind", d->from, d->to);
	return err_hint(r->err, "write two counts, sizes, durations, rates or "
				"ratios, such as 'from: 1ms' and 'to: 1s'");
}

/* A setting that is no number has no cliff. */
static bool unit_of_row(struct reader *r, const struct setting *row)
{
	switch (row->type) {
	case SETTING_COUNT: r->unit = UNIT_COUNT; return true;
	case SETTING_SIZE: r->unit = UNIT_SIZE; return true;
	case SETTING_DURATION: r->unit = UNIT_DURATION; return true;
	case SETTING_RATE: r->unit = UNIT_RATE; return true;
	case SETTING_RATIO: r->unit = UNIT_RATIO; return true;
	case SETTING_TEXT: return guess_unit(r); /* as target.poll-cost */
	case SETTING_BOOL:
	case SETTING_ENUM:
	case SETTING_NUMBER: break;
	}
	err_at(r->err, at_key(r, "setting")->where,
	       "'%s' is not a number, so nothing lies between its values",
	       r->draft.setting);
	return err_hint(r->err, "list its values under 'matrix' instead");
}

/* --- the axis ---------------------------------------------------------------
 */

static bool check_setting(struct reader *r, const struct matrix *m,
			  struct axis *axis)
{
	const char *key = r->draft.setting;
	struct path path;

	*axis = (struct axis){ .key = key,
			       .where = at_key(r, "setting")->where };
	for (size_t i = 0; i < m->axis_count; i++) {
		if (strcmp(m->axes[i].key, key) != 0)
			continue;
		err_at(r->err, axis->where,
		       "'%s' is searched here, and varied in line %u", key,
		       m->axes[i].where.line);
		return err_hint(r->err, "leave one of them out");
	}
	if (path_find(key, &path)) {
		if (path.group && path.group->home != HOME_CELL) {
			err_at(r->err, axis->where, "'%s' cannot be varied",
			       key);
			return err_hint(r->err, "it is the same for all cells");
		}
		return unit_of_row(r, path.row);
	}
	if (strchr(key, '.') || group_named(key)) {
		path_unknown(key, axis->where, r->err);
		if (strncmp(key, "faults.", 7) != 0)
			return false;
		return err_hint(r->err, "write 'setting: NAME', and $NAME "
					"where the fault has the value");
	}
	axis->variable = true;
	return name_check(key, "a variable's name", axis->where, r->err) &&
	       guess_unit(r);
}

/* --- the ends and what lies between -----------------------------------------
 */

/* A word such as 'unlimited' is no number to halve a way to. */
static bool read_end(struct reader *r, const char *key, const char *text,
		     uint64_t *to)
{
	uint64_t value;

	if (units_read(r->unit, text, &value) != UNITS_OK ||
	    (r->unit == UNIT_DURATION && value == UINT64_MAX) ||
	    (r->unit == UNIT_RATE && value == 0))
		return wrong(r, key,
			     arena_printf(r->arena, "cannot be '%s'", text),
			     arena_printf(r->arena, "write %s",
					  units_example(r->unit)));
	*to = search_grid_of(r->unit, value);
	return true;
}

static bool read_precision(struct reader *r)
{
	const char *text = r->draft.precision;
	uint64_t value;
	double share;

	r->step.relative = is_share(text);
	if (!r->step.relative) {
		if (!read_end(r, "precision", text, &value))
			return false;
		r->step.size = value;
		return value || wrong(r, "precision", "must be above 0",
				      "write 5%, or a value such as 10ms");
	}
	if (units_read_number(text, &share) != UNITS_OK || share < 0.0005 ||
	    share > 100)
		return wrong(r, "precision",
			     arena_printf(r->arena, "cannot be '%s'", text),
			     "write a share from 0.1% to 10000%, such as 5%");
	r->step.size = (uint64_t)(share * MILLION + 0.5);
	if (r->from && r->to)
		return true;
	return wrong(r, "precision",
		     arena_printf(r->arena, "is a share, and '%s' is 0",
				  r->from ? "to" : "from"),
		     "write it as a value, such as 'precision: 10ms', or let "
		     "the search begin above 0");
}

static bool read_ends(struct reader *r)
{
	const struct draft_search *d = &r->draft;

	if (!read_end(r, "from", d->from, &r->from) ||
	    !read_end(r, "to", d->to, &r->to))
		return false;
	if (r->from == r->to)
		return wrong(r, "to", "is the same as 'search.from'",
			     "write the value that is good as 'from', the "
			     "one that is bad as 'to'");
	if (d->until == SEARCH_THROUGHPUT &&
	    !(d->fraction > 0 && d->fraction < 1))
		return wrong(r, "fraction", "must lie between 0 and 1",
			     "write 0.5 for half of the throughput");
	if (d->until != SEARCH_THROUGHPUT && node_get(r->node, "fraction"))
		return wrong(r, "fraction", "is of a throughput",
			     "write 'until: throughput' with it");
	return read_precision(r);
}

/* Each value as if it stood in the matrix; the ends where they are written. */
static bool make_values(struct reader *r, struct axis *axis)
{
	uint64_t *grid =
		arena_alloc(r->arena, SEARCH_POINTS_MAX * sizeof(*grid));
	struct value *values;
	size_t count;

	if (!search_grid(r->from, r->to, r->step, r->unit == UNIT_SIZE, grid,
			 &count))
		return wrong(r, "precision",
			     arena_printf(r->arena, "makes more than %d points",
					  SEARCH_POINTS_MAX),
			     "search less closely, or between closer ends");
	values = arena_alloc(r->arena, count * sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		const char *key = i == 0           ? "from"
				  : i + 1 == count ? "to"
						   : "setting";
		char text[UNITS_TEXT_MAX];

		values[i].where = at_key(r, key)->where;
		values[i].text = arena_strdup(
			r->arena, search_grid_text(r->unit, grid[i], text));
		values[i].source = arena_printf(r->arena, "%s:%u",
						values[i].where.file,
						values[i].where.line);
	}
	axis->values = values;
	axis->count = count;
	return true;
}

/* Can the setting be each end, as far as that can be told already? */
static bool check_ends(const struct reader *r, const struct axis *axis)
{
	struct path path;

	if (axis->variable || !path_find(axis->key, &path))
		return true;
	return path_check(&path, axis->key, &axis->values[0], r->arena,
			  r->err) &&
	       path_check(&path, axis->key, &axis->values[axis->count - 1],
			  r->arena, r->err);
}

static const struct search *make_search(const struct reader *r,
					const struct axis *axis, size_t rows)
{
	const struct draft_search *d = &r->draft;
	struct search *s = arena_alloc(r->arena, sizeof(*s));
	const char **points =
		arena_alloc(r->arena, axis->count * sizeof(*points));

	for (size_t i = 0; i < axis->count; i++)
		points[i] = axis->values[i].text;
	*s = (struct search){
		.setting = axis->key,
		.precision = d->precision,
		.until = (enum search_until)d->until,
		.fraction = d->fraction,
		.most = d->most,
		.probes = d->probes,
		.points = points,
		.count = axis->count,
		.rows = rows,
	};
	return s;
}

bool search_read(const struct search **search, const struct node *node,
		 struct matrix *matrix, struct arena *arena, struct err *err)
{
	struct reader r = { .node = node, .arena = arena, .err = err };
	const struct scope scope = { .arena = arena };
	const struct row_set set = { search_settings, &r.draft };
	struct axis axis;
	size_t rows = matrix->combo_count;

	*search = NULL;
	if (!node)
		return true;
	if (!scope_rows(&scope, node, "search", &set, 1, NULL, NULL, err) ||
	    !check_setting(&r, matrix, &axis) || !read_ends(&r) ||
	    !make_values(&r, &axis) || !check_ends(&r, &axis) ||
	    !matrix_multiply(matrix, &axis, arena, err))
		return false;
	*search = make_search(&r, &axis, rows);
	return true;
}

uint64_t search_most(const struct scenario *scenario)
{
	const struct trials_config *t = &scenario->trials;
	const struct search *s = scenario->search;
	uint64_t most = !s ? 0 : s->most ? s->most : 4 * t->min;

	return most > t->max ? most : t->max;
}

const char *search_row_label(const struct cell *cell, struct arena *arena)
{
	const struct search *s = cell->scenario->search;
	const char *axis = arena_printf(arena, "%s=%s", s->setting,
					s->points[cell->point]);
	size_t whole = strlen(cell->label);
	size_t part = strlen(axis);

	/* It is the last one of the label, if it is in it. */
	if (whole < part || strcmp(cell->label + whole - part, axis) != 0)
		return cell->label;
	if (whole == part)
		return arena_printf(arena, "transport=%s",
				    cell->transport.name);
	return arena_printf(arena, "%.*s", (int)(whole - part - 1),
			    cell->label);
}
