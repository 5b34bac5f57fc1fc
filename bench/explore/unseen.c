/* SPDX-License-Identifier: MIT */
#include "bench/explore/unseen.h"

#include <string.h>

const char *const unseen_names[UNSEEN_COUNT] = {
	[UNSEEN_SUM] = "same-sum",     [UNSEEN_FOREIGN] = "not-sent",
	[UNSEEN_HEADER] = "header",    [UNSEEN_CONTROL] = "control",
	[UNSEEN_BREAKIN] = "break-in", [UNSEEN_TWICE] = "delivered-twice",
	[UNSEEN_NOTHING] = "nothing",
};

/* Where the packets of a direction come from. */
static enum trace_end sender(uint8_t dir)
{
	return dir == TO_TARGET ? AT_DEBUGGER : AT_TARGET;
}

/* A receiver would take it. */
static bool sound(const struct trace_entry *e)
{
	switch (e->event) {
	case KD_PARSE_TRAILER:
		return e->sum_ok && e->trailer == KD_TRAILER_BYTE;
	case KD_PARSE_HEADER: return e->header.type <= KD_RESET;
	default: return e->event == KD_PARSE_BREAKIN;
	}
}

/* What matters of two entries is the same; 'from': the first byte that does. */
static bool alike(const struct trace *t, const struct trace_entry *a,
		  const struct trace_entry *b, uint32_t from)
{
	if (a->event != b->event || a->dir != b->dir)
		return false;
	if (a->event == KD_PARSE_HEADER)
		return a->header.type == b->header.type &&
		       a->header.id == b->header.id;
	return a->raw_len == b->raw_len && a->raw_len >= from &&
	       memcmp(t->bytes + a->raw + from, t->bytes + b->raw + from,
		      a->raw_len - from) == 0;
}

/* How often it was seen at one end of its direction. */
static size_t times(const struct trace *t, const struct trace_entry *e,
		    enum trace_end end, uint32_t from)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++)
		n += t->entries[i].end == end &&
		     alike(t, e, &t->entries[i], from);
	return n;
}

/* Has anything with its sum been sent? */
static bool sum_sent(const struct trace *t, const struct trace_entry *e,
		     enum trace_end from)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct trace_entry *o = &t->entries[i];

		if (o->end == from && o->dir == e->dir &&
		    o->event == KD_PARSE_TRAILER &&
		    o->header.checksum == e->header.checksum)
			return true;
	}
	return false;
}

static enum unseen unseen_entry(const struct trace *t,
				const struct trace_entry *e)
{
	enum trace_end from = sender(e->dir);
	size_t sent = times(t, e, from, 0);

	if (sent && times(t, e, (enum trace_end)e->end, 0) <= sent)
		return UNSEEN_NOTHING;
	if (sent)
		return e->event == KD_PARSE_BREAKIN ? UNSEEN_BREAKIN
						    : UNSEEN_TWICE;
	if (e->event == KD_PARSE_BREAKIN)
		return UNSEEN_BREAKIN;
	if (e->event == KD_PARSE_HEADER)
		return UNSEEN_CONTROL;
	if (times(t, e, from, KD_HEADER_SIZE))
		return UNSEEN_HEADER;
	return sum_sent(t, e, from) ? UNSEEN_SUM : UNSEEN_FOREIGN;
}

enum unseen unseen_of(const struct trace *t)
{
	enum unseen worst = UNSEEN_NOTHING;

	for (size_t i = 0; i < t->count; i++) {
		const struct trace_entry *e = &t->entries[i];
		enum unseen is;

		if (e->end == sender(e->dir) || !sound(e))
			continue;
		is = unseen_entry(t, e);
		if (is < worst)
			worst = is;
	}
	return worst;
}
