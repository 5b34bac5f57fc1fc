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

enum act_kind {
	ACT_DROP,
	ACT_FLIP,
	ACT_INSERT,
	ACT_DUPLICATE,
	ACT_DELAY,
	ACT_REORDER,  /* of whole packets only */
	ACT_TRUNCATE, /* the packet ends before its byte 'offset' */
	ACT_HANGUP,   /* the link ends there; a new pipe comes, or silence */
	ACT_STALE,    /* an earlier life's bytes come in front of it */
	ACT_KIND_COUNT
};
extern const char *const act_kind_names[ACT_KIND_COUNT];

/* Values of a hangup, and of stale bytes, as the faults' settings have them. */
enum act_then { ACT_NEW_PIPE, ACT_SILENCE, ACT_THEN_COUNT };
enum act_stale { ACT_STALE_RESET, ACT_STALE_COUNT = 6 };

/* What the value of a delay counts. */
#define ACT_DELAY_NS UINT64_C(20000000)

/* The whole packet, not one of its bytes. */
#define ACT_WHOLE UINT16_MAX

/* One fault: what happens to which byte of which packet. */
struct act {
	struct packet_address address;
	uint16_t offset; /* or ACT_WHOLE */
	uint8_t kind;    /* enum act_kind */
	uint8_t value;   /* flip: the mask; insert: the byte; delay: how
			    many times ACT_DELAY_NS; hangup: enum act_then;
			    stale: enum act_stale */
};

struct schedule {
	uint8_t count;
	struct act acts[SCHEDULE_FAULTS_MAX];
};

/* Room for the settings of any of these faults. */
#define ACT_CONFIG_WORDS 8

/* A schedule as the chains take it; points into itself: do not copy. */
struct schedule_chains {
	struct chain_spec chains[2]; /* by enum fault_dir */
	struct stage_spec stages[2][SCHEDULE_FAULTS_MAX];
	uint64_t config[SCHEDULE_FAULTS_MAX][ACT_CONFIG_WORDS];
};

/* Is this kind of act about a packet that has an offset in it, nothing less? */
static inline bool act_ends_packet(unsigned kind)
{
	return kind == ACT_TRUNCATE || kind == ACT_HANGUP;
}

void schedule_chains(const struct schedule *s, struct schedule_chains *to);

/* --- as text ----------------------------------------------------------------
 *
 *	drop@to-target/request/3+8,flip@to-debugger/reply/2.1+12=0x40
 *
 * acts with a comma between them: kind@direction/class/ordinal, then, if they
 * matter, .copy (1: the first re-send), +offset (without it, the whole packet)
 * and =value (flip: the mask; insert: the byte; delay: times 20 ms; hangup: 1
 * for silence instead of a new pipe; stale: 0 RESET, 1 ACK, 2 RESEND, 3 packet,
 * 4 half of one, 5 break-in).
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
