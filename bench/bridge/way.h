/* SPDX-License-Identifier: MIT */
/* One direction of a bridge: what leaves, and what is stale. Private to it. */
#ifndef BRIDGE_WAY_H
#define BRIDGE_WAY_H

#include "bench/bridge/bridge.h"

/* An instant at which everything is due. */
#define BRIDGE_FAR (UINT64_MAX - 1)

/* Count what the parser says; payloads are nobody's business here. */
void bridge_count(struct bridge_counts *c, struct kd_parser *p,
		  enum kd_parse event);

/* What is due in the chain; what is stale is due at once, and comes alone. */
struct kd_span bridge_way_peek(const struct bridge_way *w, uint64_t now);

/*
 * Hand on what 'in' holds, as far as there is room, without what is stale:
 * between packets, that is, for a packet that has begun has to end. Returns how
 * many bytes of 'in' are done with; *written is how many are in 'out' now.
 */
size_t bridge_way_hand_on(struct bridge_way *w, struct kd_span in,
			  struct kd_room out, size_t *written,
			  struct bridge_counts *counts);

#endif
