/* SPDX-License-Identifier: MIT */
#include "bench/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/cli/message.h"
#include "bench/result/escape.h"

#define WIDTH 78

/* What tells a cell from the others; the transport, if there are none. */
static const char *label_of(const struct cell *cell)
{
	return *cell->label && cell->scenario->cell_count > 1
		       ? cell->label
		       : cell->transport.name;
}

static void draw(const char *line)
{
	fprintf(stderr, "\r%-*.*s", WIDTH, WIDTH, line);
	fflush(stderr);
}

void progress_clear(const struct progress_view *view)
{
	if (!view->terminal || view->quiet || view->verbose)
		return;
	fprintf(stderr, "\r%*s\r", WIDTH, "");
	fflush(stderr);
}

static void on_begin(void *env, const struct cell *cell, uint64_t number,
		     uint64_t done, uint64_t total, uint64_t eta_ns)
{
	const struct progress_view *view = env;
	char line[256], eta[32] = "";

	if (view->quiet || view->verbose || !view->terminal)
		return;
	if (eta_ns != UINT64_MAX)
		snprintf(eta, sizeof(eta), ", about %" PRIu64 " s left",
			 (eta_ns + NS_PER_S - 1) / NS_PER_S);
	snprintf(line, sizeof(line),
		 "[%" PRIu64 "/%" PRIu64 "%s] %s %s trial %" PRIu64, done + 1,
		 total, eta, cell->scenario->name, label_of(cell), number);
	draw(line);
}

/* Minutes, of which one wants to know what they are spent on. */
static void on_booting(void *env, const struct trial_input *input,
		       const struct boot_talk *talk)
{
	const struct progress_view *view = env;
	char line[256];

	if (view->quiet || view->verbose || !view->terminal)
		return;
	snprintf(line, sizeof(line),
		 "%s %s %" PRIu64 " s, %" PRIu64 " modules, %" PRIu64
		 " prints%s%s",
		 input->cell->guest.name,
		 talk->up ? "is up:" : "boots:", talk->now_ns / NS_PER_S,
		 talk->modules, talk->prints, talk->last[0] ? ": " : "",
		 talk->last);
	draw(line);
}

static void on_end(void *env, const struct trial *t, const char *invalid_reason)
{
	const struct progress_view *view = env;
	const struct cell *cell = t->input->cell;

	if (view->quiet || !view->verbose)
		return;
	fprintf(stderr, "%s %s %s trial %" PRIu64 ": %s in %.3f s", cell->id,
		cell->scenario->name, label_of(cell), t->input->number,
		verdict_names[t->verdict], (double)t->wall_ns / 1e9);
	if (t->detail[0]) {
		fputs(": ", stderr);
		escape_terminal(stderr, t->detail);
	}
	if (invalid_reason)
		fprintf(stderr, " (not counted: %s)", invalid_reason);
	fputc('\n', stderr);
}

static void on_no_faults(void *env, const struct cell *cell)
{
	const struct progress_view *view = env;

	if (view->quiet)
		return;
	progress_clear(view);
	message_note("%s, cell '%s': its faults never acted; look at when "
		     "they should",
		     cell->scenario->name, label_of(cell));
}

static void on_skipped(void *env, const struct cell *cell, const char *step,
		       const char *reason)
{
	const struct progress_view *view = env;

	if (view->quiet)
		return;
	progress_clear(view);
	message_note("%s, %s: step '%s' was left out: %s", cell->scenario->name,
		     cell->label, step, reason);
}

struct suite_hooks progress_hooks(struct progress_view *view)
{
	return (struct suite_hooks){
		.begin = on_begin,
		.booting = on_booting,
		.end = on_end,
		.no_faults = on_no_faults,
		.skipped = on_skipped,
		.env = view,
	};
}
