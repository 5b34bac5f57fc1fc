/* SPDX-License-Identifier: MIT */
/*
 * Breaking off in the middle of an exchange, at a byte of it. Where packets
 * travel whole nobody sees half of one: there it is between the request and its
 * answer, or with the answer there and unread.
 */
#include "bench/session/steps.h"

void session_cut(struct session *s, uint64_t bytes, uint64_t draw)
{
	bool records = s->d->x.reliable;

	s->cut = (struct session_cut){
		.armed = true,
		.at = KD_NEVER,
		.bytes = 1 + (records ? 0 : draw % bytes),
		.with_answer = records && draw % 2,
	};
}

void session_cut_asked(struct session *s)
{
	if (s->cut.armed && s->cut.at == KD_NEVER)
		s->cut.at = session_wire_bytes(s) + s->cut.bytes;
}

bool session_cut_due(const struct session *s)
{
	if (!s->cut.armed || s->cut.at == KD_NEVER)
		return false;
	if (s->cut.with_answer)
		return s->cut.answer;
	return session_wire_bytes(s) >= s->cut.at &&
	       (!s->d->x.reliable || !kd_exchange_pending(&s->d->x));
}

size_t session_cut_allows(struct session *s, bool in, size_t len)
{
	uint64_t crossed, left;

	if (!len || s->cut.at == KD_NEVER)
		return len;
	if (s->d->x.reliable) {
		s->cut.answer |= in;
		return in ? 0 : len;
	}
	crossed = session_wire_bytes(s);
	left = crossed < s->cut.at ? s->cut.at - crossed : 0;
	return len < left ? len : (size_t)left;
}
