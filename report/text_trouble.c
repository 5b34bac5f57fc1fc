/* SPDX-License-Identifier: MIT */
/* The end of the report for a terminal: what went otherwise than hoped. */
#include "report/text.h"

#include <string.h>

#include "bench/result/escape.h"
#include "report/trouble.h"

/* So many entries are all printed in full, whether expected or not. */
#define ALL_MAX 6

/* Of more: the expected ones that are printed, and how many of the others. */
#define EXPECTED_MAX 3
#define UNEXPECTED_MAX 20

static void print_trouble(FILE *out, struct arena *arena,
			  const struct trouble *row)
{
	const struct result_trial *trial = row->first;
	const char *command = trouble_command(trial);

	text_wrap(out,
		  arena_printf(arena, "%s, %s: %zu %s (trial %s)",
			       row->scenario->scenario->name, row->cell->label,
			       row->count, trouble_verdict(arena, row),
			       row->trials),
		  2, 4, "");
	if (trial->detail && *trial->detail)
		text_wrap(out, trial->detail, 4, 4, "");
	if (trial->suspect.text)
		text_wrap(
			out,
			arena_printf(arena, "suspect: %s", trial->suspect.text),
			4, 6, "");
	if (command)
		text_wrap(out, command, 4, 6, " \\");
}

/* Where the rest is to be found: never cut, as it is to be copied. */
static void print_rest(FILE *out, size_t count, const char *what,
		       const char *report_dir)
{
	if (count == 0)
		return;
	fprintf(out, "  and %zu more%s; each with its suspect and command in\n",
		count, what);
	fputs("    ", out);
	escape_terminal(out, report_dir);
	fputs("/report.md\n", out);
}

static void print_range(FILE *out, struct summary *s,
			const struct troubles *found, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		print_trouble(out, &s->arena, &found->rows[i]);
}

/* What nobody expected first, each with the command that repeats it. */
static void print_found(FILE *out, struct summary *s, const char *report_dir)
{
	struct troubles found = trouble_find(s, NULL);
	size_t unexpected = 0;
	size_t shown;
	size_t end;

	if (found.count == 0)
		return;
	fputs("not simply completed\n", out);
	while (unexpected < found.count && !found.rows[unexpected].expected)
		unexpected++;
	if (found.count <= ALL_MAX) {
		print_range(out, s, &found, 0, found.count);
		fputc('\n', out);
		return;
	}
	shown = unexpected < UNEXPECTED_MAX ? unexpected : UNEXPECTED_MAX;
	print_range(out, s, &found, 0, shown);
	print_rest(out, unexpected - shown, " that nobody expected",
		   report_dir);
	end = unexpected + EXPECTED_MAX;
	end = end < found.count ? end : found.count;
	print_range(out, s, &found, unexpected, end);
	print_rest(out, found.count - end, " as their scenarios expect",
		   report_dir);
	fputc('\n', out);
}

static const char *times_text(struct arena *arena, size_t times)
{
	return times > 1 ? arena_printf(arena, " (%zu times)", times) : "";
}

/* Several in one cell stand below each other. */
static void print_whats(FILE *out, struct arena *arena, const char *cell,
			const char *what, size_t times)
{
	const char *again = times_text(arena, times);

	if (!strstr(what, "; ")) {
		text_wrap(out,
			  arena_printf(arena, "%s: %s%s", cell, what, again), 2,
			  4, "");
		return;
	}
	text_wrap(out, arena_printf(arena, "%s:%s", cell, again), 2, 4, "");
	while (*what) {
		const char *end = strstr(what, "; ");
		size_t len = end ? (size_t)(end - what) : strlen(what);

		text_wrap(out, arena_printf(arena, "%.*s", (int)len, what), 4,
			  6, "");
		what += len + (end ? 2 : 0);
	}
}

static void print_unmet(FILE *out, struct summary *s)
{
	const struct results *r = s->results;
	struct arena *arena = &s->arena;

	if (trouble_unmet(r) == 0)
		return;
	fputs("expectations not met\n", out);
	for (size_t i = 0; i < r->expectation_count; i++) {
		const struct result_expectation *e = &r->expectations[i];
		size_t times = trouble_same_expectation(r, i);
		const char *cell = arena_printf(arena, "%s, %s",
						e->scenario ? e->scenario : "-",
						trouble_label(s, e));

		if (times)
			print_whats(out, arena, cell, e->what ? e->what : "-",
				    times);
	}
	fputc('\n', out);
}

void text_troubles(FILE *out, struct summary *s, const char *report_dir)
{
	print_found(out, s, report_dir);
	print_unmet(out, s);
}
