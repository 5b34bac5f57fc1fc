/* SPDX-License-Identifier: MIT */
#include "bench/cli/predict_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/predict/anchor.h"
#include "bench/result/escape.h"
#include "report/number.h"
#include "report/table.h"

#define INDENT 2
#define WIDTH 96

static const char *const uses[] = {
	[USE_TRAIN] = "",
	[USE_HELD_OUT] = "held out",
	[USE_LINE] = "line",
	[USE_UNFITTED] = "no fit",
};

struct error_text {
	char text[16];
};

static struct error_text error_text(double error)
{
	struct error_text t = { "-" };

	if (fabs(error) < 0.005)
		snprintf(t.text, sizeof(t.text), "0%%");
	else if (!isnan(error))
		snprintf(t.text, sizeof(t.text), "%+.0f%%",
			 fmin(100 * error, 1e6));
	return t;
}

/* Necessary traps: the time for them is the first thing to differ elsewhere. */
static double traps(const struct model_row *row)
{
	return row->count[COST_PORT_READ] + row->count[COST_PORT_WRITE] +
	       row->count[COST_DOORBELL] + row->count[COST_MMIO_READ];
}

/* What an operation is there: its rate if it carries something. */
static struct number rate_text(const struct model_row *row, double ns)
{
	return row->payload > 0
		       ? number_text(QUANTITY_BYTES_S, row->payload * 1e9 / ns)
		       : number_text(QUANTITY_PER_S, 1e9 / ns);
}

/* A cell's label without what is the same in front of most. */
static char *short_label(const char *label)
{
	static const char *const words[] = { "transport=", "transport." };
	char *text = mem_strdup(label);
	char *to = text;

	for (const char *at = label; *at;) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if ((at == label || at[-1] == ' ') &&
			    strncmp(at, words[i], strlen(words[i])) == 0)
				at += strlen(words[i]);
		if (*at)
			*to++ = *at++;
	}
	*to = '\0';
	return text;
}

enum { CELL, STEP, BYTES, TRAPS, MEASURED, MODEL, ERROR, USE, THERE, RATE };

static void set_row(struct table *t, const struct model *m,
		    const struct model_row *row, const struct costs_file *other)
{
	double bytes = row->count[COST_BYTE_IN] + row->count[COST_BYTE_OUT];
	double own = row->use == USE_UNFITTED
			     ? NAN
			     : model_predict(row, &m->costs, NULL);
	char *label = short_label(row->label);
	double there;

	table_row(t);
	table_set(t, CELL, label);
	free(label);
	table_set(t, STEP, row->step);
	table_set(t, BYTES, number_text(QUANTITY_COUNT, round(bytes)).text);
	table_set(t, TRAPS, number_text(QUANTITY_COUNT, traps(row)).text);
	table_set(t, MEASURED, number_text(QUANTITY_NS, row->time_ns).text);
	table_set(t, MODEL, number_text(QUANTITY_NS, own).text);
	table_set(t, ERROR, error_text(model_error(m, row)).text);
	table_set(t, USE, uses[row->use]);
	if (!other)
		return;
	there = row->use == USE_UNFITTED
			? NAN
			: model_predict(row, &other->costs, &m->costs);
	table_set(t, THERE, number_text(QUANTITY_NS, there).text);
	table_set(t, RATE, rate_text(row, there).text);
}

static void print_rows(const struct model *m, const struct costs_file *other)
{
	struct table t = { 0 };

	table_column(&t, "cell", false, 0, 24);
	table_column(&t, "step", false, 0, 0);
	table_column(&t, "bytes/op", true, 2, 0);
	table_column(&t, "traps/op", true, 1, 0);
	table_column(&t, "measured", true, 0, 0);
	table_column(&t, "model", true, 0, 0);
	table_column(&t, "error", true, 0, 0);
	table_column(&t, "", false, 0, 0);
	if (other) {
		table_column(&t, "there", true, 0, 0);
		table_column(&t, "rate there", true, 0, 0);
	}
	for (size_t i = 0; i < m->row_count; i++)
		set_row(&t, m, &m->rows[i], other);
	table_print(&t, stdout, INDENT, WIDTH);
	table_release(&t);
}

/* Where a cost comes from, on its path; NULL: it plays no part. */
static const char *origin(const struct model *m, enum path path, enum cost cost)
{
	const struct model_path *p = &m->paths[path];

	if (cost < COST_CALIBRATED_COUNT)
		return isnan(m->costs.of[path][cost]) ? NULL : "calibrated";
	if (*p->trouble || p->absent[cost])
		return NULL;
	return p->merged[cost] ? "part of those above" : "fitted";
}

static void add_costs(struct table *t, const struct model *m, enum path path,
		      const struct costs_file *other)
{
	for (size_t c = 0; c < COST_COUNT; c++) {
		const char *from = origin(m, path, (enum cost)c);
		double ns = m->costs.of[path][c];

		if (!from)
			continue;
		table_row(t);
		table_set(t, 0, path_name(path));
		table_set(t, 1, cost_types[c].name);
		table_set(t, 2,
			  m->paths[path].merged[c]
				  ? "-"
				  : number_text(QUANTITY_NS, ns).text);
		table_set(t, 3, from);
		table_set(t, 4, cost_types[c].about);
		if (other)
			table_set(t, 5,
				  number_text(QUANTITY_NS,
					      cost_get(&other->costs, path,
						       (enum cost)c))
					  .text);
	}
}

static void print_costs(const struct model *m, const struct costs_file *other)
{
	struct table t = { 0 };

	table_column(&t, "path", false, 0, 0);
	table_column(&t, "cost", false, 0, 0);
	table_column(&t, "a piece", true, 0, 0);
	table_column(&t, "", false, 0, 0);
	table_column(&t, "what it is", false, 1, 20);
	if (other)
		table_column(&t, "there", true, 0, 0);
	for (size_t p = 0; p < PATH_COUNT; p++)
		if (m->paths[p].present)
			add_costs(&t, m, (enum path)p, other);
	table_print(&t, stdout, INDENT, WIDTH);
	table_release(&t);
	for (size_t p = 0; p < PATH_COUNT; p++)
		if (*m->paths[p].trouble)
			printf("  %s: no fit: %s\n", path_name((enum path)p),
			       m->paths[p].trouble);
}

void predict_text_model(const struct model *m, const struct costs_file *other)
{
	escape_terminal(stdout, m->accel);
	printf(": %zu measured steps, %zu of them held out, %zu calibrations\n",
	       m->row_count, m->held_out, m->calibrations);
	print_rows(m, other);
	putchar('\n');
	print_costs(m, other);
	if (m->held_out)
		printf("\n  error on held-out cells: median %.0f%%, at most "
		       "%.0f%%\n",
		       100 * m->error_median, 100 * m->error_max);
	putchar('\n');
}

void predict_text_anchors(const struct models *m)
{
	struct anchor anchors[ANCHOR_COUNT];
	const struct model *by = anchors_make(anchors, m);
	struct table t = { 0 };

	table_column(&t, "anchor", false, 0, 24);
	table_column(&t, "documented", true, 0, 0);
	table_column(&t, "model", true, 0, 0);
	table_column(&t, "error", true, 0, 0);
	table_column(&t, "how", false, 0, 24);
	for (size_t i = 0; i < ANCHOR_COUNT; i++) {
		const struct anchor *a = &anchors[i];
		enum quantity unit = a->rate ? QUANTITY_BYTES_S : QUANTITY_NS;

		table_row(&t);
		table_set(&t, 0, a->what);
		table_set(&t, 1, number_text(unit, a->documented).text);
		table_set(&t, 2, number_text(unit, a->modelled).text);
		table_set(&t, 3, error_text(a->error).text);
		table_set(&t, 4, a->why);
	}
	fputs("anchors: what others have measured, beside the model", stdout);
	if (by) {
		fputs(" with this run's costs of a UART under ", stdout);
		escape_terminal(stdout, by->accel);
	}
	putchar('\n');
	table_print(&t, stdout, INDENT, WIDTH);
	table_release(&t);
}
