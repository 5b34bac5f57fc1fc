/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/bench.h"
#include "bench/result/stats.h"

/* "name value target ok|short n spread unit" */
#define NAME_WIDTH 38

bool bench_line_selected(const struct bench_line *line, const char *only)
{
	if (line->name[0] == '#' || !only)
		return line->name[0] != '#';
	return strpbrk(only, "*?[") ? fnmatch(only, line->name, 0) == 0
				    : strstr(line->name, only) != NULL;
}

bool bench_lines_want(struct bench_samples *s, const char *only)
{
	bool any = false;

	for (const struct bench_line *l = bench_lines; l->name; l++) {
		if (!bench_line_selected(l, only))
			continue;
		any = true;
		if (l->a)
			bench_source(s, l->a)->wanted = true;
		if (l->b)
			bench_source(s, l->b)->wanted = true;
	}
	return any;
}

/* --- values -----------------------------------------------------------------
 */

static double value_of(const struct bench_line *line,
		       const struct bench_samples *s, uint64_t round)
{
	double a =
		bench_counted(s, bench_source(s, line->a), line->metric, round);
	double b = NAN;

	if (line->kind == BENCH_VALUE)
		return a;
	b = bench_counted(s, bench_source(s, line->b), line->metric, round);
	if (line->kind == BENCH_DIFFERENCE)
		return a - b;
	return a > 0 && b > 0 ? a / b : NAN;
}

/* Of all rows, in every round. */
static size_t all_values(const struct bench_line *line,
			 const struct bench_samples *s, double *values,
			 size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		for (uint64_t round = 1; round <= s->rounds; round++) {
			double v = bench_counted(s, &s->sources[i],
						 line->metric, round);

			if (!isnan(v) && n < room)
				values[n++] = v * line->scale;
		}
	}
	return n;
}

size_t bench_line_values(const struct bench_line *line,
			 const struct bench_samples *s, double *values,
			 size_t room)
{
	size_t n = 0;

	if (!line->a)
		return all_values(line, s, values, room);
	for (uint64_t round = 1; round <= s->rounds && n < room; round++) {
		double v = value_of(line, s, round);

		if (!isnan(v))
			values[n++] = v * line->scale;
	}
	return n;
}

/* The greatest of a source's values; NAN: it has none. */
static double best(const struct bench_samples *s, const char *name,
		   enum bench_metric metric)
{
	const struct bench_source *source = bench_source(s, name);
	double most = NAN;

	for (uint64_t round = 1; round <= s->rounds; round++)
		most = fmax(most, bench_counted(s, source, metric, round));
	return most;
}

/* What the line says: the middle of its sorted values, mostly. */
static double result(const struct bench_line *line,
		     const struct bench_samples *s, const double *values,
		     size_t n)
{
	if (line->kind == BENCH_BEST)
		return best(s, line->a, line->metric) /
		       best(s, line->b, line->metric);
	return stats_median(values, n);
}

/* --- printing ---------------------------------------------------------------
 */

static void target_text(const struct bench_line *line, char *to, size_t size)
{
	if (line->low > 0 && line->high > 0)
		snprintf(to, size, "%g..%g", line->low, line->high);
	else if (line->low > 0)
		snprintf(to, size, ">=%g", line->low);
	else if (line->high > 0)
		snprintf(to, size, "<=%g", line->high);
	else
		snprintf(to, size, "-");
}

static const char *judge(const struct bench_line *line, double value)
{
	if (!(line->low > 0) && !(line->high > 0))
		return "-";
	return (line->low > 0 && value < line->low) ||
			       (line->high > 0 && value > line->high)
		       ? "short"
		       : "ok";
}

/* Why there is less: of the first source that knows; NULL: none does. */
static const char *reason(const struct bench_line *line,
			  const struct bench_samples *s)
{
	const char *const names[] = { line->a, line->b };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct bench_source *source =
			names[i] ? bench_source(s, names[i]) : NULL;

		if (source && source->why[0])
			return source->why;
	}
	return NULL;
}

static void print_line(FILE *out, const struct bench_line *line,
		       const struct bench_samples *s)
{
	size_t room = s->count * (size_t)s->rounds;
	double *values = mem_array(room, sizeof(*values));
	size_t n = bench_line_values(line, s, values, room);
	char target[48];
	const char *why = reason(line, s);
	double m;

	target_text(line, target, sizeof(target));
	stats_sort(values, n);
	m = result(line, s, values, n);
	fprintf(out, "%-*s ", NAME_WIDTH, line->name);
	if (n)
		fprintf(out, "%10.4g %12s %-5s %zu %.4g..%.4g%s%s", m, target,
			judge(line, m), n, values[0], values[n - 1],
			*line->unit ? " " : "", line->unit);
	else
		fprintf(out, "%10s %12s %-5s 0 -", "-", target, "-");
	if (why || !n)
		fprintf(out, " (%s)", why ? why : "not measured");
	fprintf(out, "\n");
	free(values);
}

void bench_lines_print(FILE *out, const struct bench_samples *s,
		       const char *only)
{
	const char *heading = NULL;

	for (const struct bench_line *l = bench_lines; l->name; l++) {
		if (l->name[0] == '#') {
			heading = l->name;
			continue;
		}
		if (!bench_line_selected(l, only))
			continue;
		if (heading)
			fprintf(out, "%s\n", heading);
		heading = NULL;
		print_line(out, l, s);
	}
}
