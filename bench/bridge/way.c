/* SPDX-License-Identifier: MIT */
#include "bench/bridge/way.h"

#include <string.h>

void bridge_count(struct bridge_counts *c, struct kd_parser *p,
		  enum kd_parse event)
{
	switch (event) {
	case KD_PARSE_BREAKIN: c->breakins++; break;
	case KD_PARSE_TRAILER: c->packets++; break;
	case KD_PARSE_HEADER:
		if (p->header.leader == KD_LEADER_DATA) {
			if (p->header.len <= KD_PAYLOAD_MAX)
				kd_parser_skip(p);
			break;
		}
		c->packets++;
		c->resends += p->header.type == KD_RESEND;
		c->resets += p->header.type == KD_RESET;
		break;
	default: break;
	}
}

struct kd_span bridge_way_peek(const struct bridge_way *w, uint64_t now)
{
	struct kd_span in = chain_peek(&w->chain, w->stale ? BRIDGE_FAR : now);

	if (w->stale && in.len > w->stale)
		in.len = w->stale;
	return in;
}

size_t bridge_way_hand_on(struct bridge_way *w, struct kd_span in,
			  struct kd_room out, size_t *written,
			  struct bridge_counts *counts)
{
	size_t total = 0;

	*written = 0;
	for (;;) {
		size_t len = in.len - total;
		size_t room = out.len - *written;
		enum kd_parse event;
		size_t used;

		if (w->stale && w->stale < len)
			len = w->stale;
		if (w->stale && kd_parser_idle(&w->outlet)) {
			w->counts.dropped += len;
			w->stale -= len;
			total += len;
			if (!len)
				break;
			continue;
		}
		if (len > room)
			len = room;
		if (!len)
			break;
		event = kd_parser_next(&w->outlet,
				       (struct kd_span){ in.at + total, len },
				       &used);
		memcpy(out.at + *written, in.at + total, used);
		*written += used;
		total += used;
		w->stale -= w->stale < used ? w->stale : used;
		bridge_count(counts, &w->outlet, event);
	}
	return total;
}
