/* SPDX-License-Identifier: MIT */
/*
 * What makes packets late in a phase diagram: one stage each way that holds one
 * packet, or every one, or lets it stand still in its midst.
 */
#ifndef EXPLORE_LATE_FAULT_H
#define EXPLORE_LATE_FAULT_H

#include "inject/chain.h"

/* Not in the midst of a packet. */
#define LATE_WHOLE UINT16_MAX

struct late_fault {
	/* What: set before late_fault_arm(). */
	bool every;                    /* packet, or only ... */
	struct packet_address address; /* ... this one */
	uint16_t cut;                  /* before this byte, or LATE_WHOLE */
	uint64_t ns;
	/* Made by late_fault_arm(); do not copy. */
	unsigned acted;
	struct chain_spec chains[2]; /* what a world is given */
	struct stage_spec stages[2];
	struct late_fault *self;
};

/* It points into itself from now on. */
void late_fault_arm(struct late_fault *f);

#endif
