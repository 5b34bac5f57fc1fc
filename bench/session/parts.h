/* SPDX-License-Identifier: MIT */
/*
 * What single steps, and what they have in common, remember while they are
 * done: parts of struct session, each of the file that its comment names. Plain
 * data.
 */
#ifndef SESSION_PARTS_H
#define SESSION_PARTS_H

#include "bench/kd/events.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/module.h"
#include "bench/kd/process.h"
#include "bench/kd/state.h"
#include "bench/kd/world.h"
#include "bench/result/histogram.h"
#include "bench/session/record.h"
#include "bench/session/script.h"
#include "bench/session/stack.h"

struct session;
struct talk_row;

/* Requests that are due by the clock (pace.c). */
struct session_pace {
	uint64_t rate;        /* bytes a second; 0: one follows the other */
	uint64_t start;       /* when the first one was due */
	uint64_t size, count; /* the window's end, if not 0 */
	uint64_t until;       /* its end in any case, or KD_NEVER */
	uint64_t due;         /* when the one that is out was due */
	uint64_t next;        /* when to go on, or KD_NEVER */
	bool over;            /* by ending the window */
};

/* Turns of the guest's idle loop (idle_count.c). */
struct session_idle {
	bool open;
	uint64_t loops, began_ns;     /* as the count began */
	uint64_t full_loops, full_ns; /* in this guest's life, with nothing to
					 do; 0: not known yet */
};

struct session;

/* Where a sweep is. */
struct session_sweep {
	unsigned index, count;
	unsigned slow; /* points in a row that were saturated */
	uint64_t rates[SWEEP_POINTS_MAX];
	struct step_cpu cpu;      /* of the step before this point */
	struct histogram latency; /* of this point */
};

/* Requests for a step's own safety, which it does not measure. */
struct session_aside {
	bool open;
	uint64_t began_ns, began_wire;
	uint64_t began_trips;
	uint64_t ns, wire; /* in all, of the window */
	uint64_t trips;
	uint64_t latency_ns; /* of the operation that is over already */
};

/* reconnect: where in an exchange it is to break. */
struct session_cut {
	bool armed;       /* if not: nowhere */
	uint64_t at;      /* bytes on the wire; KD_NEVER: not asked yet */
	uint64_t bytes;   /* of the exchange */
	bool with_answer; /* over records: once the answer is there, unread */
	bool answer;      /* it is */
};

/* calibrate: the primitive that is being timed. */
struct session_calibrate {
	uint8_t primitive;                 /* enum kdbb_primitive */
	uint8_t samples;                   /* of 'ps' so far */
	uint64_t count;                    /* pieces in an order */
	uint64_t ps[SESSION_CALIBRATIONS]; /* a piece */
};

/* A dialogue of many requests, and what has come of it (talk.h). */
struct session_talk {
	const struct talk_row *rows; /* static */
	void (*over)(struct session *s);
	uint16_t turn;       /* of a row that is asked several times */
	bool known;          /* 'context' is that of this stop */
	bool again;          /* ... and is to be written once more */
	uint64_t recoveries; /* of the line, when it was read */
	uint32_t context_len, special_len;
	uint8_t context[KD_CONTEXT_SIZE], special[KD_SPECIAL_SIZE];
	/* attach: the module that is looked at. */
	struct {
		uint64_t list, entry, base; /* addresses */
		uint64_t name;
		uint32_t name_len; /* bytes */
		uint32_t size;     /* of the image */
		uint32_t headers;  /* where its PE header begins */
		uint32_t end;      /* ... and where its section headers end */
		uint32_t parts[3]; /* exports, debug, CodeView; 0: has none */
		uint32_t debug_size;
	} module;
	/* conditional-breakpoint: */
	uint8_t awaits;   /* which stop */
	uint16_t stale;   /* hits before its loop began */
	uint64_t counter; /* address of the guest's count of rounds */
	uint64_t rounds;  /* at the last hit */
	uint64_t first;   /* ... and when its hits began to count */
	uint64_t caller;  /* of the loop's function */
};

#define SESSION_WALK_WORDS (KD_WORLD_MODULES_MAX / 64 + 1)

/* Where a walk over a list of the target is (walk.h). */
struct session_walk {
	uint64_t head;        /* address of the list's head */
	uint64_t first, tail; /* what it points at */
	uint64_t front;       /* what lies before the first: the head, or what
				 is passed over */
	uint64_t at, before;  /* links of the entry, and of the one before it */
	uint64_t flink;       /* what the entry points at */
	uint64_t index;       /* of it, from 0 on */
	uint64_t bytes;       /* of the operation, looked at */
	uint32_t api;         /* by which it reads */
	uint32_t number;      /* that the entry has in kdbench's own guest */
	uint32_t numbers;     /* of them so far, and the largest */
	uint32_t number_max;
	uint64_t seen[SESSION_WALK_WORDS]; /* a bit for each of them */

	/* What the entry's parts have told so far. */
	union {
		struct {
			bool known;     /* one that the guest made by number */
			uint64_t base;  /* DllBase */
			uint32_t size;  /* of the image */
			uint32_t stamp; /* its TimeDateStamp */
			uint32_t pe, headers;    /* where, bytes of them */
			uint32_t exports, debug; /* where in the image */
			uint32_t debug_size, codeview; /* bytes, where */
			struct kd_module is;
			char name[KD_IMAGE_NAME_MAX + 1];
			uint8_t entry[KD_ENTRY_SIZE];
			uint8_t image[KD_IMAGE_SIZE]; /* as it must be */
		} module;
		struct {
			struct kd_process is;
			uint64_t thread, vad; /* being looked at */
			uint64_t before;      /* thread or range before it */
			uint32_t index;       /* of it, or level of tables */
			uint64_t table;       /* physical address */
			uint8_t want[KD_PROCESS_SIZE]; /* as it must be */
		} process;
	} of;
};

/* A list of events that the target does (events.h). */
struct session_events {
	struct kd_event (*at)(const struct session *s, uint64_t index);
	uint64_t address, count, nonce;
	uint64_t written; /* entries that lie in the target's memory */
	bool ordered;     /* the order is in its mailbox */
	uint64_t next;    /* the first that has not come */
	uint64_t index;   /* the one that came last */
	uint64_t lost;    /* passed over */
	uint64_t handle;  /* of the file that is open */
};

/* A script (step_script.c). */
struct session_script {
	uint64_t key;     /* of what lies in its pages */
	uint64_t planted; /* pages and pointers that lie there already */
	uint32_t row;     /* the one whose turn it is */
	uint32_t first;   /* event of the order that was given last */
	bool ordered;     /* it was given events, and has not ended yet */
	bool going;       /* the request to let it run was not yet taken */
	bool registers;   /* 'saved' holds a CONTEXT of this stop */
	bool special;     /* 'old' holds its special registers */
	uint64_t payload; /* verified bytes of this round */
	uint64_t gap_ns;  /* that comes before the next request */
	/* For each row: the pointer, or the handle, that an earlier one told.
	 */
	uint64_t told[SCRIPT_ROWS_MAX];
};

#endif
