/* SPDX-License-Identifier: MIT */
/* For tests: what a report makes of a run directory. Include after cmocka. */
#ifndef TEST_REPORT_DIR_H
#define TEST_REPORT_DIR_H

#include "report/report.h"
#include "tests/unit/results_dir.h"

/* The table as a terminal has it; free() it. */
static inline char *table_of(const struct results_dir *d)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct err err = { 0 };

	assert_non_null(out);
	if (!report_table(out, d->path, NULL, &err))
		fail_msg("%s", err.text);
	fclose(out);
	return text;
}

static inline bool has(const char *text, const char *what)
{
	return text && strstr(text, what) != NULL;
}

/* Write the report without pictures, which needs no gnuplot and no time. */
static inline void write_pages(const struct results_dir *d)
{
	struct report_options o = { .no_pictures = true };
	struct err err = { 0 };

	if (!report_write(d->path, &o, &err))
		fail_msg("%s", err.text);
	assert_string_equal(o.warning, "");
}

#endif
