/* SPDX-License-Identifier: MIT */
/* What 'kdbench bridge' shows: how to connect, what goes by, what it was. */
#ifndef CLI_BRIDGE_VIEW_H
#define CLI_BRIDGE_VIEW_H

#include "bench/bridge/serve.h"
#include "bench/plan/plan.h"

struct bridge_view {
	bool terminal; /* standard error is one: redraw a line */
	bool quiet;    /* only the table at the end */
	uint64_t began_ns, drawn_ns;
	uint64_t bytes[2]; /* when it was drawn last, by enum fault_dir */
};

/* Say where to connect to, and with what words. */
void bridge_view_hints(const struct endpoint_listener *l,
		       const struct cell *cell, bool keep);

/* A debugger has come or gone. */
void bridge_view_change(struct bridge_view *v, const struct serve *s,
			bool connected);

/* Redraw the line; nothing without a terminal. */
void bridge_view_draw(struct bridge_view *v, const struct serve *s);

/* Wipe the line, before anything else is printed. */
void bridge_view_clear(const struct bridge_view *v);

/* The totals, on standard output. */
void bridge_view_totals(const struct bridge_view *v, const struct serve *s);

#endif
