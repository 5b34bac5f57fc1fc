/* SPDX-License-Identifier: MIT */
/*
 * "Time to prompt": how long a person waits for a prompt, a stack, a module
 * list, a dump, on each transport, with a debugger that thinks and one that
 * does not. Put together from all scenarios of a run; which steps those are
 * follows from their kind and from what they did.
 */
#ifndef REPORT_PROMPT_H
#define REPORT_PROMPT_H

#include "bench/result/estimate.h"
#include "report/summary.h"

/* The columns: those of the first table, and what else there may be. */
enum prompt_what {
	PROMPT_ATTACH,
	PROMPT_STEP,
	PROMPT_FRAMES,
	PROMPT_RELOAD,
	PROMPT_DUMP,
	PROMPT_RECONNECT,
	PROMPT_READ,
	PROMPT_PROCESSES,
	PROMPT_CONDITIONAL,
	PROMPT_BOOT,
	PROMPT_BREAK_IN,
	PROMPT_RESET,   /* a reconnect, after the target was reset */
	PROMPT_PACKETS, /* a dump by packets */
	PROMPT_COUNT
};
#define PROMPT_MAIN PROMPT_READ

/* What may be carried to another machine, of the whole; NAN: not known. */
struct prompt_counts {
	double round_trips, traps, wire_bytes;
};

struct prompt_cell {
	const struct scenario_summary *scenario; /* NULL: not measured */
	const struct cell_summary *cell;
	const struct step_summary *step;
	struct estimate time;
	struct prompt_counts counts;
	double thought_ns; /* by the debugger, of the whole */
	double operations; /* that the whole has of the step's */
	size_t rivals;     /* other steps that would stand here */
};

/* A transport with one accelerator and one way of thinking. */
struct prompt_row {
	enum world world;
	const char *transport;
	const char *think; /* "none", "windbg", ... */
	const char *label; /* the transport, and what else tells rows apart */
	const char *key;   /* all settings that make rows differ */
	struct prompt_cell cells[PROMPT_COUNT];
};

struct prompt {
	struct prompt_row *rows; /* by world, transport, thinking */
	size_t count;
	const char *titles[PROMPT_COUNT]; /* "reload (180 modules)" */
	const char *briefs[PROMPT_COUNT]; /* for a terminal: "reload" */
	bool has[PROMPT_COUNT];           /* some row has it */
	double whole[PROMPT_COUNT];       /* operations, or bytes of a dump */
	size_t rivals; /* steps that would have stood where others do */
};

/*
 * Fill it; false if the run has no session of a debugger. Where several steps
 * would fill one cell, one from a scenario that varies debugger.think counts,
 * then the one of most round trips an operation, then of most operations, then
 * the first. Cells of which no trial finished, and those with faults, do not
 * count. In the summary's arena.
 */
bool prompt_make(struct prompt *p, struct summary *s);

/* Are all steps of this scenario's cells of its kinds, and some in it? */
bool prompt_covers(const struct prompt *p, const struct scenario_summary *s);

/* "~47 s", "1.62 s": no more digits than it deserves; "-": not known. */
const char *prompt_value(struct arena *arena, const struct estimate *e);

/*
 * "±2%", or if it is wider "44..50", in the value's unit; in [] a range of few;
 * "" if there is no interval.
 */
const char *prompt_interval(struct arena *arena, const struct estimate *e);

/* Both in one: "~47 s (44..50 s)". */
const char *prompt_text(struct arena *arena, const struct estimate *e);

#endif
