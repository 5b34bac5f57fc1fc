/* SPDX-License-Identifier: MIT */
/*
 * A few faults, each at an address: what exploration tries, shrinks, names and
 * saves. Plain data.
 */
#ifndef EXPLORE_SCHEDULE_H
#define EXPLORE_SCHEDULE_H

#include <stdint.h>

#include "bench/base/err.h"
#include "inject/chain.h"

#define SCHEDULE_FAULTS_MAX 8

enum act_kind { ACT_DROP, ACT_FLIP, ACT_INSERT, ACT_DUPLICATE, ACT_KIND_COUNT };
extern const char *const act_kind_names[ACT_KIND_COUNT];

/* The whole packet, not one of its bytes. */
#define ACT_WHOLE UINT16_MAX

/* One fault: what happens to which byte of which packet. */
struct act {
	struct packet_address address;
	uint16_t offset; /* or ACT_WHOLE */
	uint8_t kind;    /* enum act_kind */
	uint8_t value;   /* flip: the mask; insert: the byte */
};

struct schedule {
	uint8_t count;
	struct act acts[SCHEDULE_FAULTS_MAX];
};

/* A schedule as the chains take it; points into itself: do not copy. */
struct schedule_chains {
	struct chain_spec chains[2]; /* by enum fault_dir */
	struct stage_spec stages[2][SCHEDULE_FAULTS_MAX];
	uint64_t config[SCHEDULE_FAULTS_MAX][4];
};

void schedule_chains(const struct schedule *s, struct schedule_chains *to);

/* --- as text ----------------------------------------------------------------
 *
 *	drop@to-target/request/3+8,flip@to-debugger/reply/2.1+12=0x40
 *
 * acts with a comma between them: kind@direction/class/ordinal, then, if they
 * matter, .copy (1: the first re-send), +offset (without it, the whole packet)
 * and =value (flip: the mask; insert: the byte).
 */

/* Longest text of a schedule, with its NUL. */
#define SCHEDULE_TEXT_MAX 640

/* Write it; schedule_read() makes the same schedule of the text. */
void schedule_write(const struct schedule *s, char to[SCHEDULE_TEXT_MAX]);

/*
 * Read such a text; false (ERR_USAGE): it is none, with the part that is wrong
 * and what could stand there.
 */
bool schedule_read(struct schedule *s, const char *text, struct err *err);

/* By what is simpler: below 0, 0 or above 0, as strcmp() has it. */
int act_compare(const struct act *a, const struct act *b);

#endif
