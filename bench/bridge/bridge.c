/* SPDX-License-Identifier: MIT */
#include "bench/bridge/bridge.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/bridge/framed.h"
#include "bench/bridge/way.h"

/* A step ends after so many turns, however much there is to move. */
#define TURNS_MAX 64

void bridge_init(struct bridge *b, const struct bridge_config *config,
		 uint64_t now)
{
	memset(b, 0, sizeof(*b));
	b->config = *config;
	b->target = config->target;
	if (config->target->framing == LINK_PACKET) {
		b->framed = framed_link_new(config->target, &config->proxy);
		b->target = b->framed;
	}
	for (unsigned dir = 0; dir < 2; dir++) {
		chain_init(&b->ways[dir].chain, &config->faults[dir],
			   (enum fault_dir)dir, config->seed, now, config->log);
		kd_parser_init(&b->ways[dir].outlet, false);
	}
	kd_parser_init(&b->inlet, false);
}

void bridge_release(struct bridge *b)
{
	link_free(b->debugger);
	link_free(b->framed);
	b->debugger = b->framed = NULL;
}

static void tell(struct bridge *b, enum fault_dir dir, struct kd_span bytes,
		 uint64_t now)
{
	b->ways[dir].counts.bytes += bytes.len;
	if (b->config.heard && bytes.len)
		b->config.heard(b->config.env, dir, bytes, now);
}

/* --- what is thrown away -------------------------------------------------- */

static void drain_link(struct bridge *b)
{
	struct bridge_way *w = &b->ways[TO_DEBUGGER];
	struct kd_span in[2];
	unsigned spans;

	while ((spans = link_peek(b->target, in)) > 0) {
		size_t len = in[0].len + (spans > 1 ? in[1].len : 0);

		w->counts.dropped += len;
		link_consume(b->target, len);
	}
	if (chain_bypassed(&w->chain))
		w->stale = 0;
}

/* All that waits on its way to the debugger is of the past. */
static void discard_to_debugger(struct bridge *b)
{
	struct bridge_way *w = &b->ways[TO_DEBUGGER];
	struct kd_span in[2];
	unsigned spans;

	if (!chain_bypassed(&w->chain)) {
		drain_link(b);
		chain_time(&w->chain, BRIDGE_FAR);
		w->stale = w->chain.queue.len;
		return;
	}
	spans = link_peek(b->target, in);
	w->stale = 0;
	for (unsigned i = 0; i < spans; i++)
		w->stale += in[i].len;
}

/*
 * The same the other way, but for a RESET that is about to be put, of which
 * some bytes may be under way, and for the 62s right before it: they are what
 * makes a running target hear it.
 */
static void discard_to_target(struct bridge *b)
{
	struct bridge_way *w = &b->ways[TO_TARGET];
	size_t wanted = chain_empty(&w->chain) ? b->tail : b->tail_breakins;

	w->stale = w->chain.queue.len > wanted ? w->chain.queue.len - wanted
					       : 0;
}

/* --- from the debugger to the target -------------------------------------- */

static bool put_held(struct bridge *b, uint64_t now)
{
	size_t n = chain_put(&b->ways[TO_TARGET].chain,
			     (struct kd_span){ b->held, b->held_len }, now);

	b->held_len -= n;
	memmove(b->held, b->held + n, b->held_len);
	return b->held_len == 0;
}

/* Take what the debugger sent up to the next thing that can be said of it. */
static void hear(struct bridge *b, struct kd_span in, uint64_t now)
{
	struct bridge_counts *counts = &b->ways[TO_TARGET].counts;
	uint64_t resets = counts->resets;
	size_t most = b->config.ahead ? b->config.ahead : BRIDGE_HELD;
	enum kd_parse event;
	size_t used;

	if (in.len > most)
		in.len = most;
	event = kd_parser_next(&b->inlet, in, &used);
	bridge_count(counts, &b->inlet, event);
	memcpy(b->held, in.at, used);
	b->held_len = used;
	tell(b, TO_TARGET, (struct kd_span){ b->held, used }, now);
	link_consume(b->debugger, used);
	if (counts->resets != resets && !b->config.keep) {
		discard_to_target(b);
		discard_to_debugger(b);
	}
	b->tail += used;
	b->tail_breakins += event == KD_PARSE_BREAKIN;
	if (event != KD_PARSE_BREAKIN && kd_parser_idle(&b->inlet))
		b->tail = b->tail_breakins = 0;
}

/* May more bytes for the target wait here? */
static bool takes_more(const struct bridge *b)
{
	return !b->config.ahead ||
	       b->ways[TO_TARGET].chain.queue.len < b->config.ahead;
}

static bool into_target_chain(struct bridge *b, uint64_t now)
{
	struct kd_span in[2];
	bool moved = false;

	while (put_held(b, now) && takes_more(b) && b->debugger &&
	       link_peek(b->debugger, in)) {
		hear(b, in[0], now);
		moved = true;
	}
	chain_time(&b->ways[TO_TARGET].chain, now);
	return moved;
}

static bool to_target(struct bridge *b, uint64_t now)
{
	struct bridge_way *w = &b->ways[TO_TARGET];
	struct bridge_counts unused = { 0 };
	bool moved = false;

	for (;;) {
		bool heard = into_target_chain(b, now);
		struct kd_span in = bridge_way_peek(w, now);
		struct kd_room out[2] = { { NULL, 0 } };
		size_t written, n;

		if (in.len)
			(void)link_reserve(b->target, out);
		n = bridge_way_hand_on(w, in, out[0], &written, &unused);
		if (written)
			link_commit(b->target, written);
		if (n)
			chain_consume(&w->chain, n);
		if (!n && !heard)
			return moved;
		moved = true;
	}
}

/* --- from the target to the debugger -------------------------------------- */

/* Nobody listens: what is said is lost, unless it is kept. */
static bool to_nobody(struct bridge *b)
{
	struct bridge_way *w = &b->ways[TO_DEBUGGER];
	uint64_t dropped = w->counts.dropped;

	if (b->config.keep)
		return false;
	drain_link(b);
	return w->counts.dropped != dropped;
}

static bool into_chain(struct bridge *b, uint64_t now)
{
	struct chain *c = &b->ways[TO_DEBUGGER].chain;
	struct kd_span in[2];
	bool moved = false;
	size_t n = 1;

	if (chain_bypassed(c))
		return false;
	while (n && link_peek(b->target, in)) {
		n = chain_put(c, in[0], now);
		link_consume(b->target, n);
		moved |= n != 0;
	}
	chain_time(c, now);
	return moved;
}

static bool to_debugger(struct bridge *b, uint64_t now)
{
	struct bridge_way *w = &b->ways[TO_DEBUGGER];
	bool direct = chain_bypassed(&w->chain);
	bool moved = into_chain(b, now);

	for (;;) {
		struct kd_span in[2] = { { NULL, 0 } };
		struct kd_room out[2] = { { NULL, 0 } };
		size_t written, n;

		if (direct)
			(void)link_peek(b->target, in);
		else
			in[0] = bridge_way_peek(w, now);
		(void)link_reserve(b->debugger, out);
		n = bridge_way_hand_on(w, in[0], out[0], &written, &w->counts);
		tell(b, TO_DEBUGGER, (struct kd_span){ out[0].at, written },
		     now);
		if (written)
			link_commit(b->debugger, written);
		if (n && direct)
			link_consume(b->target, n);
		else if (n)
			chain_consume(&w->chain, n);
		if (!n)
			return moved;
		moved = true;
	}
}

/* --- who is there --------------------------------------------------------- */

void bridge_connect(struct bridge *b, struct link *debugger, uint64_t now)
{
	bridge_disconnect(b, now);
	b->debugger = debugger;
	b->connections++;
	if (b->framed)
		framed_link_connect(b->framed, now);
}

void bridge_disconnect(struct bridge *b, uint64_t now)
{
	(void)now;
	if (!b->debugger)
		return;
	link_free(b->debugger);
	b->debugger = NULL;
	b->departures++;
	kd_parser_hunt(&b->inlet);
	if (b->framed)
		framed_link_disconnect(b->framed);
	b->tail = b->tail_breakins = 0;
	if (b->config.keep)
		return;
	b->held_len = 0;
	discard_to_target(b);
	discard_to_debugger(b);
	/* He is gone, and with him the beginning of his packet. */
	kd_parser_hunt(&b->ways[TO_DEBUGGER].outlet);
}

/* Step both links; a debugger whose link fails has gone. */
static bool step_links(struct bridge *b, uint64_t now, uint64_t *next,
		       struct err *err)
{
	struct err ignored = { 0 };
	uint64_t at;

	if (!link_step(b->target, now, next, err))
		return false;
	if (!b->debugger)
		return true;
	if (!link_step(b->debugger, now, &at, &ignored))
		bridge_disconnect(b, now);
	else
		*next = clock_earlier(*next, at);
	return true;
}

/* A fault hung up: what was under way is lost, and the debugger cut off. */
static void hang_up(struct bridge *b, uint64_t now)
{
	bool hung = false;

	for (unsigned dir = 0; dir < 2; dir++)
		hung |= chain_hung(&b->ways[dir].chain) == CHAIN_NEW_PIPE;
	if (!hung)
		return;
	bridge_disconnect(b, now);
	for (unsigned dir = 0; dir < 2; dir++) {
		chain_empty_out(&b->ways[dir].chain);
		b->ways[dir].stale = 0;
	}
}

/* Nobody is asked: who begins a bridge refuses faults that ask. */
static void refuse(struct bridge *b, uint64_t now)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		while (chain_asks(&b->ways[dir].chain, now))
			chain_asked(&b->ways[dir].chain);
	}
}

/* What faults send back where it came from. */
static bool cross(struct bridge *b, uint64_t now)
{
	struct chain *to_target = &b->ways[TO_TARGET].chain;
	struct chain *to_debugger = &b->ways[TO_DEBUGGER].chain;
	bool moved = false;

	if (to_target->reflected)
		moved = chain_cross(to_target, to_debugger, now);
	if (to_debugger->reflected)
		moved |= chain_cross(to_debugger, to_target, now);
	return moved;
}

bool bridge_step(struct bridge *b, uint64_t now, uint64_t *next, bool *moved,
		 struct err *err)
{
	bool busy = true;
	uint64_t at = CLOCK_NEVER;

	*moved = false;
	for (unsigned turn = 0; busy && turn < TURNS_MAX; turn++) {
		if (!step_links(b, now, &at, err))
			return false;
		busy = to_target(b, now);
		busy |= b->debugger ? to_debugger(b, now) : to_nobody(b);
		hang_up(b, now);
		refuse(b, now);
		busy |= cross(b, now);
		*moved |= busy;
	}
	for (unsigned dir = 0; dir < 2; dir++)
		at = clock_earlier(at,
				   chain_deadline(&b->ways[dir].chain, now));
	*next = at;
	return true;
}

void bridge_farewell(struct bridge *b, uint64_t now)
{
	struct err ignored = { 0 };
	uint64_t next;

	if (!b->debugger || !b->framed)
		return;
	framed_link_farewell(b->framed, now);
	while (to_debugger(b, now) &&
	       link_step(b->debugger, now, &next, &ignored))
		;
}
