/* SPDX-License-Identifier: MIT */
#include "bench/cli/predict_prompt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/predict/observe.h"
#include "bench/result/json.h"
#include "bench/result/stats.h"
#include "report/prompt.h"
#include "report/sheet.h"

/* A run's table, and what it is predicted by. */
struct predicted {
	struct summary summary;
	struct prompt prompt;
	bool any;
	const struct models *models;
	const struct costs_file *other; /* or NULL */
};

/* Of the whole, ns; NAN: not known. */
struct times {
	double here, there;
};

static void start(struct predicted *p, const struct models *m,
		  const struct results *r, const struct costs_file *other)
{
	*p = (struct predicted){ .models = m, .other = other };
	summary_make(&p->summary, r);
	p->any = prompt_make(&p->prompt, &p->summary);
}

static const struct model *model_of(const struct models *m, const char *accel)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->items[i].accel, accel) == 0)
			return &m->items[i];
	return NULL;
}

/* The first trial that did the step: counts hardly differ. */
static const struct result_trial *trial_of(const struct prompt_cell *c)
{
	for (size_t i = 0; i < c->cell->timed_count; i++)
		if (summary_trial_step(c->cell->timed[i], c->step->name))
			return c->cell->timed[i];
	return NULL;
}

static bool is_fitted(const struct model *m, enum path path)
{
	const struct model_path *p = &m->paths[path];

	return p->present && p->rows && !*p->trouble;
}

/* Counts of an operation, as often as the whole has it, and the thinking. */
static struct times times_of(const struct predicted *p,
			     const struct prompt_cell *c)
{
	const struct result_trial *t = c->scenario ? trial_of(c) : NULL;
	const struct model *m = t ? model_of(p->models, observe_accel(t))
				  : NULL;
	struct times times = { NAN, NAN };
	struct model_row row;

	if (!m ||
	    !observe_step(&row, t, summary_trial_step(t, c->step->name)) ||
	    !is_fitted(m, row.path))
		return times;
	times.here = c->thought_ns +
		     c->operations * model_predict(&row, &m->costs, NULL);
	if (p->other)
		times.there = c->thought_ns +
			      c->operations * model_predict(&row,
							    &p->other->costs,
							    &m->costs);
	return times;
}

/* How far the models are off the table's own times; NAN: nobody knows. */
static double median_error(const struct predicted *p, size_t *count)
{
	double *room = mem_array(p->prompt.count * PROMPT_COUNT, sizeof(*room));
	double median;

	*count = 0;
	for (size_t i = 0; i < p->prompt.count; i++)
		for (size_t w = 0; w < PROMPT_COUNT; w++) {
			const struct prompt_cell *c =
				&p->prompt.rows[i].cells[w];
			double error =
				fabs(times_of(p, c).here / c->time.value - 1);

			if (c->scenario && isfinite(error))
				room[(*count)++] = error;
		}
	stats_sort(room, *count);
	median = stats_median(room, *count);
	free(room);
	return median;
}

/* --- text -------------------------------------------------------------------
 */

static void add_row(struct sheet *sheet, const struct predicted *p,
		    const struct prompt_row *row, size_t from, size_t to)
{
	size_t column = 1;

	sheet_row(sheet);
	sheet_set(sheet, 0,
		  strcmp(row->think, "none") == 0
			  ? row->label
			  : arena_printf(sheet->arena, "%s, %s", row->label,
					 row->think));
	for (size_t w = from; w < to; w++) {
		const struct prompt_cell *c = &row->cells[w];
		double ns = times_of(p, c).there;

		if (!p->prompt.has[w])
			continue;
		sheet_set(sheet, column++,
			  !isfinite(ns)
				  ? "-"
				  : arena_printf(sheet->arena, "~%s",
						 number_text_within(QUANTITY_NS,
								    ns, ns)
							 .text));
	}
}

static void print_table(struct predicted *p, size_t from, size_t to)
{
	struct arena *arena = &p->summary.arena;
	struct sheet sheet;
	bool any = false;

	sheet_begin(&sheet, arena,
		    arena_printf(arena, "time to prompt there%s%s",
				 *p->other->about ? ": " : "",
				 p->other->about));
	sheet_column(&sheet, "transport, think", NULL, false);
	for (size_t w = from; w < to; w++) {
		if (p->prompt.has[w])
			sheet_column(&sheet, p->prompt.titles[w],
				     p->prompt.briefs[w], true);
		any |= p->prompt.has[w];
	}
	for (size_t i = 0; i < p->prompt.count; i++)
		add_row(&sheet, p, &p->prompt.rows[i], from, to);
	if (any)
		sheet_text(stdout, &sheet);
}

void predict_prompt_text(const struct models *m, const struct results *r,
			 const struct costs_file *other)
{
	struct predicted p;
	size_t count;
	double error;

	start(&p, m, r, other);
	if (p.any) {
		error = median_error(&p, &count);
		if (other) {
			print_table(&p, 0, PROMPT_MAIN);
			print_table(&p, PROMPT_MAIN, PROMPT_COUNT);
		}
		if (count)
			printf("time to prompt: of %zu cells the models are "
			       "off by %.0f%% in the median%s\n\n",
			       count, fmin(100 * error, 1e6),
			       other ? "" : "; --costs FILE predicts them");
	}
	summary_release(&p.summary);
}

/* --- JSON -------------------------------------------------------------------
 */

static json_t *cell_json(const struct predicted *p,
			 const struct prompt_row *row, size_t what)
{
	const struct prompt_cell *c = &row->cells[what];
	struct times times = times_of(p, c);
	json_t *o = json_object();

	json_object_set_new(o, "accel",
			    json_string(world_short_names[row->world]));
	json_object_set_new(o, "transport", json_from_text(row->label));
	json_object_set_new(o, "think", json_from_text(row->think));
	json_object_set_new(o, "what", json_from_text(p->prompt.titles[what]));
	json_object_set_new(o, "operations", json_from_number(c->operations));
	json_object_set_new(o, "thought_ns", json_from_number(c->thought_ns));
	json_object_set_new(o, "measured_ns", json_from_number(c->time.value));
	json_object_set_new(o, "model_ns", json_from_number(times.here));
	if (p->other)
		json_object_set_new(o, "there_ns",
				    json_from_number(times.there));
	return o;
}

json_t *predict_prompt_json(const struct models *m, const struct results *r,
			    const struct costs_file *other)
{
	json_t *list = json_array();
	struct predicted p;

	start(&p, m, r, other);
	for (size_t i = 0; p.any && i < p.prompt.count; i++)
		for (size_t w = 0; w < PROMPT_COUNT; w++)
			if (p.prompt.rows[i].cells[w].scenario)
				json_array_append_new(
					list,
					cell_json(&p, &p.prompt.rows[i], w));
	summary_release(&p.summary);
	return list;
}
