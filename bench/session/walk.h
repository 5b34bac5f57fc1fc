/* SPDX-License-Identifier: MIT */
/*
 * Walking over a list of the target, an entry an operation: its head is found
 * as any debugger finds it, each entry by the links of the one before, and at
 * the head it begins anew. Nothing is known but what replies say, and none of
 * it is believed: links must be those of both sides, so that no circle goes
 * unnoticed, and no list is longer than WALK_MAX. Private to bench/session.
 */
#ifndef SESSION_WALK_H
#define SESSION_WALK_H

#include "bench/session/steps.h"

/* More entries than any target has. */
#define WALK_MAX 20000

enum walk_list { WALK_MODULES, WALK_PROCESSES };

/* s->part while the head is looked for; a step's own parts begin at WALK_OWN.
 */
enum {
	WALK_VERSION,   /* GetVersion */
	WALK_DATA_HEAD, /* DebuggerDataList */
	WALK_BLOCK,     /* a block of it: KDBG, or another to step over */
	WALK_KDBG,
	WALK_HEAD,
	WALK_OWN
};

/* Look for the head of a list. */
void walk_find(struct session *s);

/* A reply while s->part < WALK_OWN: is the head known now? */
bool walk_found(struct session *s, enum walk_list list);

/* Read 'len' bytes, at most KD_DATA_MAX, virtual or physical, as 'part'. */
void walk_read(struct session *s, uint8_t part, uint64_t address, uint32_t len);
void walk_read_physical(struct session *s, uint8_t part, uint64_t address,
			uint32_t len);

/*
 * A reply came: has all that was asked for? If so, it is in s->old, s->op_len
 * bytes. If not, more was asked for, or the session has ended.
 */
bool walk_take(struct session *s);

/* The entry's links. False: they are wrong, and the session has ended. */
bool walk_links(struct session *s, uint64_t flink, uint64_t blink);

/*
 * The entry has this number, which no other has. False: one has, and the
 * session has ended.
 */
bool walk_number(struct session *s, uint32_t number);

/*
 * The operation is over; go on to the next entry. Numbers are those from
 * 'least' on, without a gap.
 */
void walk_on(struct session *s, uint32_t least);

/*
 * Are the 'len' bytes that were read these? If not, the session has ended.
 * 'what' names the structure.
 */
bool walk_same(struct session *s, const uint8_t *have, const uint8_t *want,
	       uint32_t len, const char *what);

/* End the session as 'corrupt', saying which entry it is about. */
void walk_corrupt(struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
