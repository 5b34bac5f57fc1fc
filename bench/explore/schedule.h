/* SPDX-License-Identifier: MIT */
/*
 * A few faults, each at an address: what exploration tries, shrinks, names and
 * saves. Plain data.
 */
#ifndef EXPLORE_SCHEDULE_H
#define EXPLORE_SCHEDULE_H

#include <stdint.h>

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

#endif
