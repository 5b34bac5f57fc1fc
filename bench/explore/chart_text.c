/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/explore/chart.h"
#include "bench/result/escape.h"

#define LANE 50 /* columns between the ends */

static const char *const debugger_states[] = {
	[KD_DEBUGGER_OFF] = "off",       [KD_DEBUGGER_SYNC] = "sync",
	[KD_DEBUGGER_SYNCED] = "synced", [KD_DEBUGGER_RUNNING] = "running",
	[KD_DEBUGGER_READY] = "ready",   [KD_DEBUGGER_SENT] = "sent",
	[KD_DEBUGGER_ACKED] = "acked",   [KD_DEBUGGER_GAVE_UP] = "gave up",
};

static const char *const target_states[] = {
	[KD_TARGET_RUNNING] = "running", [KD_TARGET_SENDING] = "sending",
	[KD_TARGET_STOPPED] = "stopped", [KD_TARGET_AWAITING] = "awaits",
	[KD_TARGET_LEAVING] = "leaving",
};

const char *chart_debugger_state(uint8_t state)
{
	return state < ARRAY_SIZE(debugger_states) ? debugger_states[state]
						   : "";
}

const char *chart_target_state(uint8_t state)
{
	return state < ARRAY_SIZE(target_states) ? target_states[state] : "";
}

struct chart_cut chart_cut(const struct chart *c, const struct chart_window *w)
{
	struct chart_cut cut = { 0, c->count, c->count };
	size_t fault = 0;

	while (fault < c->count && !c->rows[fault].fault)
		fault++;
	if (!w->rows)
		return cut;
	if (fault > w->before)
		cut.from = fault - w->before;
	/* Without a fault the end is what matters. */
	if (fault == c->count)
		cut.from = c->count > w->rows ? c->count - w->rows : 0;
	if (c->count - cut.from <= w->rows)
		return cut;
	cut.first = cut.from + w->rows - w->rows / 4;
	cut.second = c->count - w->rows / 4;
	return cut;
}

/* The lane: a label, and an arrow as long as there is room for it. */
static void fill_lane(const struct chart_row *row, char lane[LANE + 1])
{
	char line = row->how == CHART_HEARD ? '~' : '-';
	char *text = escape_terminal_text(row->label);
	size_t len = utf8_fit(text, LANE - 8);
	bool out = row->dir == TO_TARGET;
	size_t at = out ? 2 : LANE - 3 - len;

	memset(lane, line, LANE);
	lane[LANE] = '\0';
	lane[at] = ' ';
	memcpy(lane + at + 1, text, len);
	lane[at + 1 + len] = ' ';
	if (row->how == CHART_BROKEN) {
		/* It does not get there. */
		memset(out ? lane + LANE - 3 : lane, ' ', 3);
		lane[out ? LANE - 4 : 3] = 'x';
	} else {
		lane[out ? LANE - 1 : 0] = out ? '>' : '<';
	}
	free(text);
}

static void print_notes(FILE *out, const struct chart_row *row)
{
	char *rest = row->notes ? mem_strdup(row->notes) : NULL;
	char *all = rest, *line;

	while ((line = strsep(&rest, "\n")) && *line)
		fprintf(out, "    ! %s\n", line);
	free(all);
}

/* One row; 'last' is where the ends stood in the row before. */
static void print_row(FILE *out, const struct chart_row *row,
		      struct world_ends *last)
{
	const char *debugger = "", *target = "";
	char lane[LANE + 1];

	if (row->ends.debugger != last->debugger)
		debugger = chart_debugger_state(row->ends.debugger);
	if (row->ends.target != last->target)
		target = chart_target_state(row->ends.target);
	*last = row->ends;
	fill_lane(row, lane);
	fprintf(out, "%11.3f %-7s|%s|%s%s\n", (double)row->t_ns / 1e6, debugger,
		lane, *target ? " " : "", target);
	print_notes(out, row);
}

static void print_rows(FILE *out, const struct chart *c, size_t from, size_t to,
		       struct world_ends *last)
{
	for (size_t i = from; i < to; i++)
		print_row(out, &c->rows[i], last);
}

void chart_print(FILE *out, const struct chart *c, const struct chart_window *w)
{
	struct world_ends last = { CHART_UNKNOWN, CHART_UNKNOWN };
	struct chart_cut cut = chart_cut(c, w);

	fprintf(out, "%11s %-8s%*s\n", "ms", "debugger", LANE + 8, "target");
	if (cut.from)
		fprintf(out, "%12s... %zu packets before\n", "", cut.from);
	print_rows(out, c, cut.from, cut.first, &last);
	if (cut.second > cut.first)
		fprintf(out, "%12s... %zu packets more\n", "",
			cut.second - cut.first);
	print_rows(out, c, cut.second, c->count, &last);
	fprintf(out, "%12s", "");
	escape_terminal(out, c->ending);
	fputc('\n', out);
}
