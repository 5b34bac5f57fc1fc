/* SPDX-License-Identifier: MIT */
#include "bench/cli/phase_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"
#include "report/number.h"

/* Colours that differ in lightness, too; blue survived, the others did not. */
static const struct {
	char letter;
	unsigned colour;
} looks[PHASE_END_COUNT] = {
	[PHASE_COMPLETED] = { '.', 0xf2f6fa },
	[PHASE_RECOVERED] = { 'r', 0xc6dff0 },
	[PHASE_WASTEFUL] = { 'w', 0x3f7fb5 },
	[PHASE_STUCK] = { 's', 0xf3e36b },
	[PHASE_SPURIOUS_STOP] = { 'S', 0xdd8fbe },
	[PHASE_GAVE_UP] = { 'G', 0xe69f00 },
	[PHASE_CORRUPT] = { 'C', 0x8a4fa3 },
	[PHASE_LOST_TARGET] = { 'T', 0x7d7d7d },
	[PHASE_HANG] = { 'H', 0xd0450c },
	[PHASE_LIVELOCK] = { 'L', 0x5c0d12 },
};

static const char *const axes[PHASE_OF_COUNT] = {
	[PHASE_DELAY] = "delay of one packet, the worst of all packets",
	[PHASE_LATENCY] = "delay of every packet",
	[PHASE_GAP] = "silence inside one packet, the worst of all places",
	[PHASE_GAPS] = "silence inside every packet",
	[PHASE_PAUSE] = "pause of the debugger, the worst of all places",
};

/* What is drawn in: kd-protocol 2.9 for the time-outs, 13 for WinDbg. */
static const double isos[] = { 1e6, 15.6e6, 1e9 };
static const struct phase_map_line lines[] = {
	{ 0.21e6, "WinDbg acknowledges (median)" },
	{ 0.35e6, "WinDbg's next request (median)" },
	{ 1.3e6, "WinDbg acknowledges (p99)" },
	{ 4.2e6, "WinDbg's next request (p90)" },
	{ 15.5e6, "WinDbg obeys a RESEND" },
	{ 485e6, "WinDbg asks again" },
};

/* And below the axis: what other machines take for a poll. */
static const struct phase_map_line known_costs[] = {
	{ 5, "memory" },      { 60, "port read, TCG" }, { 1000, "hardware" },
	{ 2500, "KVM exit" }, { 9000, "exit to QEMU" }, { 100000, "sleep" },
};

/* --- the map ----------------------------------------------------------------
 */

struct drawing {
	struct phase_map map;
	struct phase_map_end ends[PHASE_END_COUNT];
	double *costs, *delays;
	struct phase_map_cell *cells;
	char *title, *about, *caption[8];
};

/* Fewer than one place in so many is rare. */
#define RARE 20

/* Is it so at few places? All that did not survive are as bad. */
static bool is_rare(const struct phase_point *at)
{
	uint64_t so = at->ends[at->end];

	if (!phase_end_survived(at->end)) {
		so = 0;
		for (unsigned e = 0; e < PHASE_END_COUNT; e++)
			so += phase_end_survived(e) ? 0 : at->ends[e];
	}
	return so * RARE < at->places;
}

static void fill_grid(struct drawing *d, const struct phase *p)
{
	size_t count = p->columns * p->rows;

	d->costs = mem_array(p->columns, sizeof(*d->costs));
	d->delays = mem_array(p->rows, sizeof(*d->delays));
	d->cells = mem_array(count, sizeof(*d->cells));
	for (size_t c = 0; c < p->columns; c++)
		d->costs[c] = (double)phase_cost_ps(p, c) * 1e-3;
	for (size_t r = 0; r < p->rows; r++)
		d->delays[r] = (double)phase_delay_ns(p, r);
	for (size_t i = 0; i < count; i++)
		d->cells[i] = (struct phase_map_cell){
			.end = p->points[i].end,
			.rare = is_rare(&p->points[i]),
		};
	for (unsigned e = 0; e < PHASE_END_COUNT; e++)
		d->ends[e] = (struct phase_map_end){ phase_end_names[e],
						     phase_end_help[e],
						     looks[e].letter,
						     looks[e].colour };
}

static void fill_words(struct drawing *d, const struct phase_view *v)
{
	const struct phase *p = v->phase;
	size_t n = 0;

	d->title = mem_printf("resync phase diagram: %s against %s",
			      v->debugger, v->target);
	d->about = mem_printf(
		"%s: %s; %" PRIu64
		" sessions in virtual time; the target waits %" PRIu64
		" polls for a byte",
		v->scenario, phase_of_help[p->options.of], p->sessions,
		p->options.polls);
	d->caption[n++] = mem_printf(
		"Colours: simulated, %zu \u00d7 %zu points, digest %016" PRIx64
		". Dashed upright lines: polls \u00d7 cost is that time; "
		"15.6 ms is a tick of the Windows clock.",
		p->columns, p->rows, p->digest);
	d->caption[n++] = mem_strdup(
		"Dotted lines across: a real WinDbg, measured in a capture of "
		"KDNET; on serial lines it is unconfirmed. Known costs of a "
		"poll, below the axis:");
	d->caption[n++] = mem_strdup(
		"measured elsewhere or assumed, see docs/phase.md; the number "
		"of polls was chosen for hardware, where it is a second.");
	if (*v->runs)
		d->caption[n++] = mem_printf(
			"Dots and squares: %s; %zu of %zu trials with other "
			"load beside them. Under TCG exits are nearly free.",
			v->runs, v->marks->disturbed, v->marks->trials);
}

static struct drawing *draw(const struct phase_view *v)
{
	const struct phase *p = v->phase;
	struct drawing *d = mem_alloc(sizeof(*d));

	*d = (struct drawing){ 0 };
	fill_grid(d, p);
	fill_words(d, v);
	d->map = (struct phase_map){
		.title = d->title,
		.about = d->about,
		.axis = axes[p->options.of],
		.ends = d->ends,
		.end_count = PHASE_END_COUNT,
		.columns = p->columns,
		.rows = p->rows,
		.costs_ns = d->costs,
		.delays_ns = d->delays,
		.cells = d->cells,
		.rare = "pale: fewer than one place in twenty",
		.polls = (double)p->options.polls,
		.isos_ns = isos,
		.iso_count = ARRAY_SIZE(isos),
		.lines = lines,
		.line_count = ARRAY_SIZE(lines),
		.known = known_costs,
		.known_count = ARRAY_SIZE(known_costs),
		.dots = v->marks->dots,
		.dot_count = v->marks->dot_count,
		.checks = v->marks->checks,
		.check_count = v->marks->check_count,
		.caption = (const char *const *)d->caption,
	};
	return d;
}

static void drawing_free(struct drawing *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->caption); i++)
		free(d->caption[i]);
	free(d->title);
	free(d->about);
	free(d->costs);
	free(d->delays);
	free(d->cells);
	free(d);
}

/* --- sentences --------------------------------------------------------------
 */

/* Costs that people ask about. */
static const struct {
	uint64_t ps;
	const char *what;
} known[] = {
	{ 5000, "memory" },
	{ 60000, "a port read under TCG" },
	{ 1000000, "a port read on hardware" },
	{ 2500000, "a port read under KVM" },
	{ 9000000, "the same, answered by QEMU" },
	{ 100000000, "a sleep" },
};

/* Up to which row does all of a column survive? */
static size_t survived_rows(const struct phase *p, size_t column)
{
	size_t row = 0;

	while (row < p->rows &&
	       phase_end_survived(phase_point(p, column, row)->end))
		row++;
	return row;
}

static void put_padded(FILE *out, struct number number)
{
	fprintf(out, "%*s%s", 10 - (int)utf8_columns(number.text, SIZE_MAX), "",
		number.text);
}

/* Within a fifth, which nobody takes for another cost. */
static bool is_near(uint64_t cost, uint64_t ps)
{
	return cost * 5 >= ps * 4 && cost * 4 <= ps * 5;
}

static void print_column(FILE *out, const struct phase *p, uint64_t ps,
			 const char *what)
{
	size_t column = preferred_nearest(&p->options.cost_ps, ps);
	uint64_t cost = phase_cost_ps(p, column);
	uint64_t wait = phase_timeout_ns(p->options.polls, cost);
	size_t rows = survived_rows(p, column);
	const struct phase_point *at;

	put_padded(out, number_tick(QUANTITY_NS, (double)cost * 1e-3));
	fputs("  waits", out);
	put_padded(out, number_text(QUANTITY_NS, (double)wait));
	fputs("  ", out);
	if (rows)
		fprintf(out, "survives %s",
			number_tick(QUANTITY_NS,
				    (double)phase_delay_ns(p, rows - 1))
				.text);
	if (rows < p->rows) {
		at = phase_point(p, column, rows);
		fprintf(out, "%s%s of %s (%" PRIu32 " of %" PRIu32 " places)",
			rows ? ", " : "", phase_end_names[at->end],
			number_tick(QUANTITY_NS,
				    (double)phase_delay_ns(p, rows))
				.text,
			at->ends[at->end], at->places);
	}
	fprintf(out, "  [%s", what);
	if (!is_near(cost, ps))
		fprintf(out, ", %s; nearest of the grid",
			number_tick(QUANTITY_NS, (double)ps * 1e-3).text);
	fputs("]\n", out);
}

void phase_view_print(FILE *out, const struct phase_view *v)
{
	const struct phase *p = v->phase;
	struct drawing *d = draw(v);

	phase_map_text(out, &d->map);
	drawing_free(d);
	fprintf(out,
		"\n%" PRIu64 " sessions of %u exchanges; at the cost of "
		"a poll of\n",
		p->sessions, (unsigned)p->exchanges);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		print_column(out, p, known[i].ps, known[i].what);
	for (size_t i = 0; i < v->marks->dot_count; i++)
		print_column(out, p,
			     (uint64_t)(v->marks->dots[i].cost_ns * 1e3),
			     v->marks->dots[i].name);
	if (v->marks->check_count)
		fprintf(out, "real guests agree at %zu of %zu points\n",
			v->marks->agreeing, v->marks->check_count);
}

void phase_view_picture(const struct phase_view *v, const char *dir,
			struct err *warning)
{
	struct drawing *d = draw(v);

	phase_map_picture(&d->map, dir, "gnuplot", warning);
	drawing_free(d);
}
