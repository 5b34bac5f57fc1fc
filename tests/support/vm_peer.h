/* SPDX-License-Identifier: MIT */
/*
 * A peer that does by hand what it is told: for packets that a debugger would
 * answer by itself. It takes over the line of a guest that runs.
 */
#ifndef SUPPORT_VM_PEER_H
#define SUPPORT_VM_PEER_H

#include "tests/support/vm.h"

struct vm_peer {
	struct vm *vm;
	struct kd_parser rx;
	uint32_t next_id, last_id;
};

/* Go on with the ids where the debugger of 'vm' is. */
void vm_peer_take_over(struct vm_peer *p, struct vm *vm);

/* The next new data packet, in p->rx, acknowledged; fails the test if none. */
void vm_peer_hear(struct vm_peer *p);

/* Send a data packet and wait for its acknowledgement. */
void vm_peer_say(struct vm_peer *p, uint16_t type, const uint8_t *payload,
		 uint16_t len);

#endif
