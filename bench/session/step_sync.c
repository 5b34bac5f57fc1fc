/* SPDX-License-Identifier: MIT */
/*
 * Steps about the connection itself: reset reconnect disconnect. What was said
 * before, the last ACK above all, must have left first, as it would have on the
 * line of a debugger that is restarted.
 */
#include "bench/session/steps.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"

/* When to look whether the last packet has left: soon, and how often. */
#define SOON_NS 1
#define FLUSH_NS (10 * NS_PER_US)

#define WORD 8

enum { PART_FLUSH, PART_SYNC, PART_READ, PART_LEAVE };

static void flush(struct session *s)
{
	s->part = PART_FLUSH;
	s->timer = s->now + SOON_NS;
}

/* Has everything left? If not, look again soon. */
static bool flushed(struct session *s)
{
	if (!kd_exchange_pending(&s->d->x))
		return true;
	s->timer = s->now + FLUSH_NS;
	return false;
}

static void synchronise(struct session *s)
{
	s->part = PART_SYNC;
	s->op_began = s->now;
	s->last_line_ns = s->now;
	kd_debugger_connect(s->d, s->now);
}

/* reset: from RESET to the state change that the target sends again. */
static void reset_timer(struct session *s)
{
	if (flushed(s))
		synchronise(s);
}

static void reset_stop(struct session *s)
{
	if (s->part == PART_SYNC)
		session_op_done(s, 0);
	else
		session_spurious(s);
}

const struct step_ops reset_ops = {
	.op = flush,
	.timer = reset_timer,
	.stop = reset_stop,
	.needs_stop = true,
	.counts = true,
};

/*
 * reconnect: as if the debugger had been ended and started again: from its
 * first RESET to the first word that is read and right.
 */
static void reconnect_timer(struct session *s)
{
	if (!flushed(s))
		return;
	kd_debugger_forget(s->d);
	synchronise(s);
}

static void reconnect_stop(struct session *s)
{
	uint64_t words = s->target.pattern_size / WORD;

	if (s->part != PART_SYNC) {
		session_spurious(s);
		return;
	}
	s->part = PART_READ;
	s->offset = WORD * (hash_add(s->config->seed, s->operations) % words);
	session_ask_memory(s, KD_API_READ_VIRTUAL,
			   s->target.pattern + s->offset, WORD);
}

static void reconnect_reply(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	if (!session_check_reply(s, "ReadVirtualMemory"))
		return;
	if (data.len != WORD ||
	    memcmp(data.at, s->pattern + s->offset, WORD) != 0) {
		session_end(
			s, VERDICT_CORRUPT,
			"step '%s': the first word read, at 0x%llx, is "
			"wrong",
			s->step->name,
			(unsigned long long)(s->target.pattern + s->offset));
		return;
	}
	s->op_began = s->last_line_ns;
	session_op_done(s, WORD);
}

const struct step_ops reconnect_ops = {
	.op = flush,
	.timer = reconnect_timer,
	.stop = reconnect_stop,
	.reply = reconnect_reply,
	.needs_kdbb = session_always,
};

/* disconnect: let the target run, and listen no more. */
static void disconnect_begin(struct session *s)
{
	s->part = PART_LEAVE;
	if (s->running)
		s->timer = s->now + SOON_NS;
	else
		session_continue(s, false);
}

static void disconnect_done(struct session *s)
{
	s->timer = s->now + SOON_NS;
}

static void disconnect_timer(struct session *s)
{
	if (!flushed(s))
		return;
	kd_debugger_forget(s->d);
	session_step_done(s);
}

const struct step_ops disconnect_ops = {
	.begin = disconnect_begin,
	.done = disconnect_done,
	.timer = disconnect_timer,
};
