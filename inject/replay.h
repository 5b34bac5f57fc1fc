/* SPDX-License-Identifier: MIT */
/*
 * A chain that does again what a fault log says: the same acts on the same
 * bytes of the same packets, wherever and whenever those pass now.
 */
#ifndef INJECT_REPLAY_H
#define INJECT_REPLAY_H

#include "inject/chain.h"

/* The acts of one stage, by the address of their packets. */
struct replay_list {
	const struct fault_act *acts;
	size_t count;
	const struct stage_spec *was; /* as it was planned; NULL: unknown */
};

/* One direction. Points into itself and into the acts: do not move it. */
struct replay {
	struct chain_spec chain;
	struct stage_spec stages[CHAIN_STAGES_MAX];
	struct stage_type types[CHAIN_STAGES_MAX];
	struct replay_list lists[CHAIN_STAGES_MAX];
};

/*
 * Can it be done again, from what is told of it or, of a fault of which a log
 * does not tell all, as it was planned, at the same address?
 */
bool replay_can(const struct fault_act *act);

/*
 * Make the chain of a direction. 'acts' are those of both directions, sorted by
 * replay_compare(), equal ones in the order of the log; they must live as long
 * as the chain, as must their texts. Each stage index is below
 * CHAIN_STAGES_MAX, and the acts of one stage have one name; what replay_can()
 * refuses is passed over. It holds packets as the chain did that wrote the log,
 * 'was', which must live as long: it has as many stages at least, and the same
 * flush time. With the seed of that trial planned acts draw what they drew.
 */
void replay_init(struct replay *r, enum fault_dir dir,
		 const struct fault_act *acts, size_t count,
		 const struct chain_spec *was);

/* By direction, stage and address; 0: the same packet, by the same stage. */
int replay_compare(const struct fault_act *a, const struct fault_act *b);

#endif
