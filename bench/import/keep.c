/* SPDX-License-Identifier: MIT */
/* Which rows are kept, and the pauses between them. */
#include <stdlib.h>
#include <string.h>

#include "bench/import/walk.h"

#define US 1000

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

uint64_t import_median(uint64_t *values, size_t count)
{
	if (!count)
		return 0;
	qsort(values, count, sizeof(*values), by_value);
	return (values[count / 2] + US / 2) / US * US;
}

/* A debugger's doing: it asks, or answers. */
static bool has_gap(const struct import_row *r)
{
	return r->row.kind < SCRIPT_PRINT || r->row.kind == SCRIPT_FILE_OPEN ||
	       r->row.kind == SCRIPT_FILE_READ ||
	       r->row.kind == SCRIPT_FILE_CLOSE;
}

void import_gaps(struct import *im, const struct import_options *o)
{
	uint64_t *gaps = mem_array(im->count + 1, sizeof(*gaps));
	size_t count = 0;

	for (size_t i = 0; i < im->count; i++) {
		struct script_row *row = &im->rows[i].row;

		if (!has_gap(&im->rows[i]))
			row->gap_ns = 0;
		else if (row->gap_ns <= o->gap_max_ns)
			gaps[count++] = row->gap_ns;
	}
	im->gap_ns = import_median(gaps, count);
	free(gaps);
	for (size_t i = 0; i < im->count; i++) {
		struct script_row *row = &im->rows[i].row;

		if (row->gap_ns > o->gap_max_ns) {
			im->pauses++;
			if (row->gap_ns > im->longest_ns)
				im->longest_ns = row->gap_ns;
			row->gap_ns = im->gap_ns;
		}
		row->gap_ns = (row->gap_ns + US / 2) / US * US;
	}
}

/* The stop that it asks for comes in the next row. */
static bool owes(const struct script_row *row)
{
	return row->kind == SCRIPT_STEP || row->kind == SCRIPT_BREAK_IN ||
	       row->kind == SCRIPT_SWITCH_PROCESSOR;
}

/* Rows whose numbers have changed: to[old] is the new one, or SCRIPT_NONE. */
static void renumber(struct import *im, const uint32_t *to)
{
	for (size_t i = 0; i < im->count; i++) {
		struct import_row *r = &im->rows[i];

		if (r->source == SCRIPT_NONE)
			continue;
		r->source = to[r->source];
		if (r->source == SCRIPT_NONE) {
			r->row.fails = true;
			walk_leave(im, "breakpoint cleared that was set "
				       "before: replayed as one that is not "
				       "there");
		}
	}
}

/* A file is open from the row that opens it to the one that closes it. */
static bool keeps_file(const struct script_row *row, bool *open)
{
	if (row->kind == SCRIPT_FILE_OPEN) {
		*open = !row->fails;
		return true;
	}
	if (row->kind != SCRIPT_FILE_READ && row->kind != SCRIPT_FILE_CLOSE)
		return true;
	if (!*open)
		return false;
	*open = row->kind == SCRIPT_FILE_READ;
	return true;
}

/* From the first request of a target that stands still. */
static size_t first_wanted(const struct import *im, size_t skip)
{
	bool running = false;
	size_t seen = 0;

	for (size_t i = 0; i < im->count; i++) {
		const struct import_row *r = &im->rows[i];

		if (r->dropped)
			continue;
		if (seen++ >= skip && !running)
			return i;
		running = script_runs(&r->row);
	}
	return im->count;
}

static size_t keep_from(struct import *im, size_t first, size_t max,
			uint32_t *to)
{
	bool open = false;
	size_t count = 0;

	for (size_t i = 0; i < im->count; i++) {
		struct import_row *r = &im->rows[i];

		to[i] = SCRIPT_NONE;
		if (i < first) {
			im->first_row += !r->dropped;
			continue;
		}
		if (r->dropped || count == max || !keeps_file(&r->row, &open))
			continue;
		to[i] = (uint32_t)count;
		im->rows[count++] = *r;
	}
	/* A row in whose place nothing comes that it asks for. */
	while (count && owes(&im->rows[count - 1].row))
		count--;
	return count;
}

bool import_keep(struct import *im, const struct import_options *o,
		 struct err *err)
{
	size_t max = o->rows_max && o->rows_max < SCRIPT_ROWS_MAX
			     ? o->rows_max
			     : SCRIPT_ROWS_MAX;
	uint32_t *to = mem_array(im->count + 1, sizeof(*to));
	size_t first = first_wanted(im, o->skip);

	im->first_row = 1;
	im->count = keep_from(im, first, max, to);
	renumber(im, to);
	free(to);
	if (im->count)
		return true;
	err_set(err, ERR_USAGE, "nothing is left of its %llu rows",
		(unsigned long long)im->all_rows);
	return err_hint(err, "give a smaller --skip");
}
