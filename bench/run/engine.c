/* SPDX-License-Identifier: MIT */
#include "bench/run/engine.h"

#include "bench/base/clock.h"
#include "bench/run/asked.h"
#include "bench/run/desk.h"

/* Bytes went by; on a line that only one end uses at a time, its turn ends. */
static void line_goes(struct engine *e, enum fault_dir dir)
{
	uint8_t now = (uint8_t)(1 + dir);

	e->turnarounds += e->line_dir && e->line_dir != now;
	e->line_dir = now;
}

static void trace_at(struct engine *e, enum trace_end end, enum fault_dir dir,
		     const uint8_t *at, size_t len, uint64_t now)
{
	if (e->trace && len)
		trace_bytes(e->trace, end, dir, (struct kd_span){ at, len },
			    now);
}

/* Give the debugger one span; returns how much of it was taken. */
static size_t hear(struct engine *e, struct kd_span in, uint64_t now)
{
	size_t total = 0;

	in.len = session_allows(e->session, true, in.len);
	for (;;) {
		struct kd_span rest = { in.at + total, in.len - total };
		size_t used;
		enum kd_debugger_event event =
			kd_debugger_input(e->debugger, rest, now, &used);

		trace_at(e, AT_DEBUGGER, TO_DEBUGGER, rest.at, used, now);
		total += used;
		if (used)
			line_goes(e, TO_DEBUGGER);
		session_event(e->session, event, now);
		if (event == KD_DEBUGGER_NOTHING || e->session->done)
			return total;
	}
}

/*
 * A direction without faults looks the same from both ends; where the other one
 * has faults, the trace tells of both ends all the same.
 */
static void trace_far_end(struct engine *e, enum fault_dir dir,
			  const uint8_t *at, size_t len, uint64_t now)
{
	if (!chain_empty(
		    &e->chains[dir == TO_TARGET ? TO_DEBUGGER : TO_TARGET]))
		trace_at(e, AT_TARGET, dir, at, len, now);
}

/* What the target says is lost. */
static bool lose_inbound(struct engine *e, uint64_t now)
{
	struct kd_span in[2];
	bool moved = false;

	while (link_peek(e->link, in)) {
		trace_at(e, AT_TARGET, TO_DEBUGGER, in[0].at, in[0].len, now);
		link_consume(e->link, in[0].len);
		moved = true;
	}
	chain_lose(&e->chains[TO_DEBUGGER]);
	return moved;
}

/* From the link to the debugger, through the chain if there are faults. */
static bool inbound(struct engine *e, uint64_t now)
{
	struct chain *c = &e->chains[TO_DEBUGGER];
	struct kd_span in[2];
	bool moved = false;
	size_t n;

	if (desk_loses(e))
		return lose_inbound(e, now);

	if (chain_bypassed(c)) {
		while (!e->session->done && link_peek(e->link, in)) {
			n = desk_hear(e, in[0], now, hear);
			trace_far_end(e, TO_DEBUGGER, in[0].at, n, now);
			link_consume(e->link, n);
			moved |= n != 0;
			if (n < in[0].len)
				break;
		}
		return moved;
	}
	while (link_peek(e->link, in)) {
		n = chain_put(c, in[0], now);
		trace_at(e, AT_TARGET, TO_DEBUGGER, in[0].at, n, now);
		link_consume(e->link, n);
		if (n && !desk_is_away(e))
			kd_debugger_busy(e->debugger, now);
		moved |= n != 0;
		if (n < in[0].len)
			break;
	}
	chain_time(c, now);
	while (!e->session->done && (in[0] = chain_peek(c, now)).len) {
		n = desk_hear(e, in[0], now, hear);
		chain_consume(c, n);
		moved |= n != 0;
		if (n < in[0].len)
			break;
	}
	return moved;
}

static size_t speak(struct engine *e, struct kd_room room, uint64_t now)
{
	size_t n;

	room.len = session_allows(e->session, false, room.len);
	n = kd_debugger_output(e->debugger, room, now);
	if (n)
		line_goes(e, TO_TARGET);
	trace_at(e, AT_DEBUGGER, TO_TARGET, room.at, n, now);
	return n;
}

static size_t put_on_link(struct engine *e, struct kd_room room,
			  struct kd_span in, uint64_t now)
{
	size_t n = in.len < room.len ? in.len : room.len;

	__builtin_memcpy(room.at, in.at, n);
	trace_at(e, AT_TARGET, TO_TARGET, in.at, n, now);
	link_commit(e->link, n);
	return n;
}

/* What is due in the chain to the target goes onto the link. */
static bool chain_to_link(struct engine *e, uint64_t now)
{
	struct chain *c = &e->chains[TO_TARGET];
	struct kd_room out[2];
	struct kd_span in;
	bool moved = false;

	if (desk_holds_back(e))
		return false;
	while (link_reserve(e->link, out)) {
		struct kd_span other;
		size_t n;

		in = chain_peek(c, now);
		other = desk_byte(e, in.len != 0, now);
		if (!other.len && !in.len)
			break;
		moved = true;
		if (other.len) {
			put_on_link(e, out[0], other, now);
			desk_said(e);
			continue;
		}
		if (desk_mixes(e))
			in.len = 1;
		if (chain_marked(c))
			link_mark(e->link);
		n = put_on_link(e, out[0], in, now);
		chain_consume(c, n);
	}
	return moved;
}

/* What the chain did not take last time; true: it has taken all of it now. */
static bool put_held(struct engine *e, uint64_t now)
{
	struct kd_span held = { e->held, e->held_len };
	size_t n;

	if (!held.len)
		return true;
	n = chain_put(&e->chains[TO_TARGET], held, now);
	__builtin_memmove(e->held, e->held + n, held.len - n);
	e->held_len -= n;
	return e->held_len == 0;
}

/* From the debugger to the link, past no faults. */
static bool outbound_direct(struct engine *e, uint64_t now)
{
	struct kd_room out[2];
	bool moved = false;
	size_t n = 1;

	while (kd_exchange_pending(&e->debugger->x) && n &&
	       link_reserve(e->link, out)) {
		n = speak(e, out[0], now);
		trace_far_end(e, TO_TARGET, out[0].at, n, now);
		link_commit(e->link, n);
		moved |= n != 0;
	}
	return moved;
}

/* From the debugger to the link. */
static bool outbound(struct engine *e, uint64_t now)
{
	struct chain *c = &e->chains[TO_TARGET];
	bool moved = false;

	if (chain_bypassed(c) && !desk_is_shared(e))
		return desk_is_away(e) ? false : outbound_direct(e, now);
	while (put_held(e, now) && !desk_is_away(e) &&
	       kd_exchange_pending(&e->debugger->x)) {
		struct kd_room room = { e->held, sizeof(e->held) };

		e->held_len = speak(e, room, now);
		if (!e->held_len)
			break;
		moved = true;
	}
	chain_time(c, now);
	moved |= desk_says(e, now);
	moved |= chain_to_link(e, now);
	if (chain_peek(c, now).len && !desk_is_away(e))
		kd_debugger_leaving(e->debugger, now);
	return moved;
}

/* --- the link hangs up ------------------------------------------------------
 */

static bool hung(const struct engine *e, enum chain_hang how)
{
	return chain_hung(&e->chains[TO_TARGET]) == how ||
	       chain_hung(&e->chains[TO_DEBUGGER]) == how;
}

/* Both ways nothing passes; what either end says is lost. */
static bool lose_all(struct engine *e, uint64_t now)
{
	bool moved = lose_inbound(e, now);

	while (kd_exchange_pending(&e->debugger->x)) {
		struct kd_room room = { e->held, sizeof(e->held) };

		if (!speak(e, room, now))
			break;
		moved = true;
	}
	e->held_len = 0;
	chain_lose(&e->chains[TO_TARGET]);
	return moved;
}

/* A fault wants a new pipe in the place of this one. */
static bool new_pipe(struct engine *e, uint64_t now, struct err *err)
{
	const struct session_config *c = e->session->config;
	const char *why = c->spared ? c->spared(c->env, SESSION_NEW_PIPE)
				    : "nobody can replace its pipe";

	if (why) {
		session_end(e->session, VERDICT_ERROR,
			    "the fault 'hangup' wants a new pipe: %s", why);
		return true;
	}
	return c->happen(c->env, SESSION_NEW_PIPE, &now, err);
}

/* What stages have sent back: it has passed both ends of a turn by now. */
static bool cross(struct engine *e, uint64_t now)
{
	struct chain *c = e->chains;
	bool moved = false;

	if (c[TO_TARGET].reflected)
		moved = chain_cross(&c[TO_TARGET], &c[TO_DEBUGGER], now);
	if (c[TO_DEBUGGER].reflected)
		moved |= chain_cross(&c[TO_DEBUGGER], &c[TO_TARGET], now);
	return moved;
}

static bool turn(struct engine *e, uint64_t now)
{
	bool dead = hung(e, CHAIN_DEAD);
	bool moved = dead ? lose_all(e, now) : inbound(e, now);
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;

	if (!desk_is_away(e))
		event = kd_debugger_time(e->debugger, now);
	if (event != KD_DEBUGGER_NOTHING) {
		session_event(e->session, event, now);
		moved = true;
	}
	if (!desk_is_away(e))
		session_time(e->session, now);
	moved |= dead ? lose_all(e, now) : outbound(e, now);
	return cross(e, now) || moved;
}

bool engine_step(struct engine *e, uint64_t now, uint64_t *next, bool *moved,
		 struct err *err)
{
	bool done = e->session->done;
	uint64_t at, session;

	if (!link_step(e->link, now, &at, err))
		return false;
	*moved = false;
	if (!done && now < e->still_until_ns) {
		*next = clock_earlier(at, e->still_until_ns);
		return true;
	}
	if (!done && !asked_happen(e, now, moved, err))
		return false;
	/* What has happened to the target is seen before anything is said. */
	if (!*moved && !e->session->done)
		*moved = turn(e, now);
	if (!done && hung(e, CHAIN_NEW_PIPE) && !new_pipe(e, now, err))
		return false;
	session = desk_is_away(e) ? CLOCK_NEVER : session_deadline(e->session);
	/* What a session does without the target is due at once. */
	*moved |= !done && session <= now;
	if (!desk_is_away(e))
		at = clock_earlier(at, kd_debugger_deadline(e->debugger));
	at = clock_earlier(at, session);
	at = clock_earlier(at, asked_deadline(e));
	at = clock_earlier(at, chain_deadline(&e->chains[TO_TARGET], now));
	at = clock_earlier(at, chain_deadline(&e->chains[TO_DEBUGGER], now));
	*next = at;
	return true;
}
