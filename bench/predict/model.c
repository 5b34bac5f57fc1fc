/* SPDX-License-Identifier: MIT */
#include "bench/predict/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/predict/fit.h"
#include "bench/result/stats.h"

/* A cell and its place in the lottery. */
struct ticket {
	const char *scenario, *cell;
	uint64_t hash;
};

static int by_hash(const void *a, const void *b)
{
	const struct ticket *x = a, *y = b;

	int order = (x->hash > y->hash) - (x->hash < y->hash);

	order = order ? order : strcmp(x->cell, y->cell);
	return order ? order : strcmp(x->scenario, y->scenario);
}

static bool same_cell(const struct ticket *t, const struct model_row *row)
{
	return strcmp(t->cell, row->cell) == 0 &&
	       strcmp(t->scenario, row->scenario) == 0;
}

/* The cells of a path with rows that show costs, each once, in the order of
 * the lottery; returns how many. */
static size_t list_cells(const struct model *m, enum path path,
			 struct ticket *to)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < m->row_count; i++) {
		const struct model_row *row = &m->rows[i];

		if (row->path != path || row->use == USE_LINE)
			continue;
		to[n++] = (struct ticket){ row->scenario, row->cell,
					   hash_bytes(0, row->cell,
						      strlen(row->cell)) };
	}
	if (n)
		qsort(to, n, sizeof(*to), by_hash);
	for (size_t i = 0; i < n; i++)
		if (!i || by_hash(&to[kept - 1], &to[i]) != 0)
			to[kept++] = to[i];
	return kept;
}

/* Every MODEL_HOLD_OUT-th cell of the path, by the hash of its id. */
static void hold_out(struct model *m, enum path path, struct ticket *room)
{
	size_t n = list_cells(m, path, room);

	m->paths[path].cells = n;
	for (size_t i = MODEL_HOLD_OUT - 1; i < n; i += MODEL_HOLD_OUT)
		for (size_t k = 0; k < m->row_count; k++)
			if (m->rows[k].path == path &&
			    m->rows[k].use == USE_TRAIN &&
			    same_cell(&room[i], &m->rows[k]))
				m->rows[k].use = USE_HELD_OUT;
}

/* What the calibrated costs of a row add up to. */
static double known_ns(const struct model *m, const struct model_row *row)
{
	double ns = 0;

	for (size_t c = 0; c < COST_CALIBRATED_COUNT; c++) {
		double cost = cost_get(&m->costs, row->path, (enum cost)c);

		if (!isnan(cost))
			ns += row->count[c] * cost;
	}
	return ns;
}

static size_t fit_rows(const struct model *m, enum path path,
		       struct fit_row *to)
{
	size_t n = 0;

	for (size_t i = 0; i < m->row_count; i++) {
		const struct model_row *row = &m->rows[i];

		if (row->path != path || row->use != USE_TRAIN)
			continue;
		to[n] = (struct fit_row){ .known = known_ns(m, row),
					  .time = row->time_ns };
		memcpy(to[n].count, row->count + COST_CALIBRATED_COUNT,
		       COST_FITTED_COUNT * sizeof(double));
		n++;
	}
	return n;
}

static void fit_path(struct model *m, enum path path, struct fit_row *room)
{
	struct model_path *p = &m->paths[path];
	struct err err = { 0 };
	struct fit fit;

	p->rows = fit_rows(m, path, room);
	if (!fit_solve(&fit, room, p->rows, COST_FITTED_COUNT, &err)) {
		snprintf(p->trouble, sizeof(p->trouble), "%.150s", err.text);
		for (size_t i = 0; i < m->row_count; i++)
			if (m->rows[i].path == path &&
			    m->rows[i].use != USE_LINE)
				m->rows[i].use = USE_UNFITTED;
		return;
	}
	for (size_t c = 0; c < COST_FITTED_COUNT; c++) {
		size_t at = c + COST_CALIBRATED_COUNT;

		p->merged[at] = fit.merged[c];
		p->absent[at] = fit.absent[c];
		m->costs.of[path][at] = fit.absent[c] ? NAN : fit.cost[c];
	}
}

double model_predict(const struct model_row *row, const struct cost_set *costs,
		     const struct cost_set *own)
{
	double ns = 0;

	for (size_t c = 0; c < COST_COUNT; c++) {
		double cost = cost_get(costs, row->path, (enum cost)c);

		if (isnan(cost) && own)
			cost = cost_get(own, row->path, (enum cost)c);
		if (!isnan(cost))
			ns += row->count[c] * cost;
	}
	return fmax(ns, row->line_ns);
}

double model_error(const struct model *m, const struct model_row *row)
{
	if (row->use == USE_UNFITTED)
		return NAN;
	return model_predict(row, &m->costs, NULL) / row->time_ns - 1;
}

static void judge(struct model *m, double *room)
{
	size_t n = 0;

	for (size_t i = 0; i < m->row_count; i++)
		if (m->rows[i].use == USE_HELD_OUT)
			room[n++] = fabs(model_error(m, &m->rows[i]));
	stats_sort(room, n);
	m->held_out = n;
	m->error_median = stats_median(room, n);
	m->error_max = n ? room[n - 1] : NAN;
}

void model_fit(struct model *m)
{
	size_t n = m->row_count;
	struct ticket *tickets = mem_array(n, sizeof(*tickets));
	struct fit_row *rows = mem_array(n, sizeof(*rows));
	double *errors = mem_array(n, sizeof(*errors));

	for (size_t i = 0; i < n; i++) {
		m->rows[i].use = m->rows[i].line_ns > 0 ? USE_LINE : USE_TRAIN;
		m->paths[m->rows[i].path].present = true;
	}
	for (size_t p = 0; p < PATH_COUNT; p++) {
		if (!m->paths[p].present)
			continue;
		hold_out(m, (enum path)p, tickets);
		if (m->paths[p].cells)
			fit_path(m, (enum path)p, rows);
	}
	judge(m, errors);
	free(tickets);
	free(rows);
	free(errors);
}

bool model_native(const struct model *m)
{
	return strcmp(m->accel, "none") == 0;
}

double model_cost(const struct model *m, enum path path, enum cost cost)
{
	bool counts = false;

	for (size_t i = 0; i < m->row_count && !counts; i++)
		counts = m->rows[i].path == path && m->rows[i].count[cost] > 0;
	if (!counts || m->paths[path].merged[cost])
		return NAN;
	return cost_get(&m->costs, path, cost);
}

bool model_good(const struct model *m, char why[160])
{
	if (!m->calibrations && !model_native(m))
		snprintf(why, 160,
			 "there is no step 'calibrate' under %s to tell what a "
			 "trap costs",
			 m->accel);
	else if (!m->held_out)
		snprintf(why, 160,
			 "no cell is held out, so its error is not known: a "
			 "path needs %d cells",
			 MODEL_HOLD_OUT);
	else if (!(m->error_median <= MODEL_ERROR_MAX))
		snprintf(why, 160,
			 "its median error on held-out cells is %.1f%%, above "
			 "%.0f%%",
			 100 * m->error_median, 100 * MODEL_ERROR_MAX);
	else
		return true;
	return false;
}

bool models_make(struct models *m, const struct results *r, struct err *err)
{
	if (!models_observe(m, r, err))
		return false;
	for (size_t i = 0; i < m->count; i++)
		model_fit(&m->items[i]);
	return true;
}

void models_release(struct models *m)
{
	arena_release(&m->arena);
	*m = (struct models){ 0 };
}
