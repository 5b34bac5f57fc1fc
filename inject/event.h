/* SPDX-License-Identifier: MIT */
/*
 * What a fault can ask for besides editing bytes: something that happens to an
 * end of the line, at a place in the stream. Plain data; whoever owns the ends
 * lets it happen (bench/run/asked.c).
 */
#ifndef INJECT_EVENT_H
#define INJECT_EVENT_H

#include <stdint.h>

enum chain_event_kind {
	EVENT_NONE,
	/* Of the target; what 'amount' counts. */
	EVENT_FREEZE,    /* ns: its processor and its clock stand still */
	EVENT_PAUSE,     /* ns: all of its machine does, but not the clock */
	EVENT_POLL_COST, /* ns: of one poll, from now on */
	EVENT_SNAPSHOT,  /* put away what it is now */
	EVENT_REVERT,    /* ... and bring it back */
	EVENT_RESET,     /* 0; 1: with a new pipe */
	EVENT_EPOCH,     /* enum event_side: whose indices of the rings are 0 */
	EVENT_WRECK,     /* enum event_wreck: what of it is overwritten */
	/* Of the debugger. */
	EVENT_ABSENCE, /* ns: it neither reads nor writes, nor do its timers run
			*/
	EVENT_RESTART, /* restart_amount(): killed; another one comes */
	EVENT_RIVAL,   /* rival_amount(): a second one comes */
	EVENT_COUNT,
};

/* EVENT_EPOCH: who begins to count anew. */
enum event_side { SIDE_TARGET, SIDE_DEBUGGER };

/* EVENT_WRECK: what is lost. */
enum event_wreck {
	WRECK_IDT,
	WRECK_STUB,
	WRECK_PAGE_TABLES,
	WRECK_RING_MEMORY,
	WRECK_CLI_HLT,
	WRECK_COUNT,
};

/* One of them, in a stream. */
struct chain_event {
	uint8_t kind;    /* enum chain_event_kind */
	uint8_t stage;   /* index of who asked, in its chain */
	uint32_t at;     /* bytes that pass first */
	uint64_t due_ns; /* ... and not before this instant */
	uint64_t amount;
};

#endif
