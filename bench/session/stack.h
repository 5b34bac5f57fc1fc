/* SPDX-License-Identifier: MIT */
/*
 * A stack that is being walked. Private to bench/session: step_stack.c is the
 * step, stack_image.c finds the table of functions as WinDbg does, and
 * stack_frame.c unwinds one frame.
 */
#ifndef SESSION_STACK_H
#define SESSION_STACK_H

#include "bench/kd/unwind.h"

#define STACK_FRAMES_MAX 64
#define STACK_READ 128 /* bytes of most reads */
#define STACK_CALLER_READ 16

/* What is out, or came last. */
enum stack_part {
	STACK_ORDER, /* KDBB_DIVE is given, ... */
	STACK_DIVE,  /* ... carried out, ... */
	STACK_RESULT,
	STACK_CONTEXT, /* ... and where does it stand? */
	STACK_VERSION,
	STACK_HEAD, /* of the loader's list */
	STACK_ENTRY,
	STACK_DOS,
	STACK_PE,
	STACK_SEARCH, /* of the table of functions */
	STACK_INFO,
	STACK_CODE,
	STACK_STACK,
	STACK_SAVED,
	STACK_RETURN,
	STACK_CALLER,
	STACK_LEAVE, /* the target goes on, out of all functions */
	STACK_LEFT,
	STACK_PART_COUNT
};

struct session_stack {
	/* The walk begins here. */
	uint64_t top[KD_REGISTER_COUNT], top_pc;

	/* The image that the code is in, and its table of functions. */
	uint64_t base;
	uint32_t size;
	uint32_t table, functions; /* RVA; how many */

	/* The loader's list. */
	uint64_t head, entry, previous;
	uint32_t entries; /* seen so far */

	/* The frame, whose registers are in 'u'. */
	struct kd_unwind u;
	uint64_t pc;
	uint32_t frame; /* 0: the innermost */
	uint32_t bytes; /* read of it */
	uint32_t low,
		high; /* blocks of the table; the function is in between */
	bool found;
	struct kd_function function;
	uint8_t chain;   /* infos in a chain so far */
	uint8_t saved;   /* of u.saved, the one that is read */
	uint64_t callee; /* where the function within this one begins */
	uint64_t return_to;
	uint32_t info_len;
	uint8_t info[STACK_READ];
	uint8_t slots[STACK_READ]; /* from RSP on */

	/* What the table said of each frame, once it was asked. */
	struct stack_memory {
		struct kd_function function; /* end 0: nothing yet */
		uint32_t len;
		uint8_t info[STACK_READ];
	} known[STACK_FRAMES_MAX];
};

struct session;

/* Ask for memory; the reply belongs to 'part'. */
void stack_ask(struct session *s, enum stack_part part, uint64_t address,
	       uint32_t len);

/* The answer, all of it, or NULL: then the session has ended. */
const uint8_t *stack_answer(struct session *s);

/* Find the table of the image that s->stack.top_pc is in; then stack_found().
 */
void stack_find(struct session *s);
void stack_found(struct session *s);

/* Walk from the top. */
void stack_restart(struct session *s);

/* Unwind one frame; then stack_frame_done(). */
void stack_frame(struct session *s);
void stack_frame_done(struct session *s);

/* By enum stack_part: what follows the answer; private to the three files. */
void stack_on_version(struct session *s);
void stack_on_head(struct session *s);
void stack_on_entry(struct session *s);
void stack_on_dos(struct session *s);
void stack_on_pe(struct session *s);
void stack_on_search(struct session *s);
void stack_on_info(struct session *s);
void stack_on_code(struct session *s);
void stack_on_stack(struct session *s);
void stack_on_saved(struct session *s);
void stack_on_return(struct session *s);
void stack_on_caller(struct session *s);

#endif
