/* SPDX-License-Identifier: MIT */
/*
 * reconnect: from a break to the next word that is read and right.
 *
 * The break is that of a debugger that starts over between two requests, or it
 * comes at a byte of a read: the target is reset, or the debugger is killed,
 * while the request or its answer is on its way.
 *
 *	nothing                    flush, forget, connect, read a word
 *	target-reset               the debugger is not told: it finds out by
 *	                           what comes, and goes on asking
 *	target-reset-new-pipe,     forget, connect, read a word, over a pipe
 *	debugger-restart-new-pipe  with nothing in it
 *	debugger-restart           the same, over a pipe with what was in it
 */
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/session/step_settings.h"
#include "bench/session/steps.h"

#define SOON_NS 1
#define WORD 8

enum { PART_FLUSH, PART_BREAK, PART_SYNC, PART_READ, PART_LIFE };

/* Settings: 'after' is step.how. */
enum after {
	AFTER_NOTHING,
	AFTER_RESET,
	AFTER_RESET_NEW_PIPE,
	AFTER_RESTART,
	AFTER_RESTART_NEW_PIPE,
};

const struct setting step_reconnect_settings[] = {
	{ "after", SETTING_ENUM, offsetof(struct step, how), "nothing",
	  "what broke it, in the middle of a read", STEP_AFTER_WORDS, 0, 0 },
	{ "chunk", SETTING_SIZE, offsetof(struct step, chunk), "128",
	  "bytes of the read that is broken off", NULL, 1, KD_DATA_MAX },
	{ 0 },
};

static bool is_reset(const struct step *step)
{
	return step->how == AFTER_RESET || step->how == AFTER_RESET_NEW_PIPE;
}

/* What has to happen outside; false: nothing. */
static bool outside(const struct step *step, enum session_outside *what)
{
	switch ((enum after)step->how) {
	case AFTER_RESET: *what = SESSION_RESET; return true;
	case AFTER_RESET_NEW_PIPE: *what = SESSION_RESET_NEW_PIPE; return true;
	case AFTER_RESTART_NEW_PIPE: *what = SESSION_NEW_PIPE; return true;
	case AFTER_RESTART:
	case AFTER_NOTHING: break;
	}
	return false;
}

const char *session_reconnect_spared(const struct session *s,
				     const struct step *step)
{
	enum session_outside what;

	if (step->kind != STEP_RECONNECT || !outside(step, &what))
		return NULL;
	if (!s->config->spared)
		return "the target is somebody else's";
	return s->config->spared(s->config->env, what);
}

/* --- asking -----------------------------------------------------------------
 */

/* Read 'len' bytes of the pattern, somewhere else each time. */
static void read_some(struct session *s, uint8_t part, uint32_t len)
{
	uint64_t words = (s->target.pattern_size - len) / WORD + 1;
	uint64_t at;

	at = hash_add(s->config->seed, s->operations) % words;
	/* What was on its way already must not be taken for the answer. */
	if (at * WORD == s->offset)
		at = (at + 1) % words;
	s->part = part;
	s->op_len = len;
	s->offset = at * WORD;
	session_ask_memory(s, KD_API_READ_VIRTUAL,
			   s->target.pattern + s->offset, len);
}

/* The number of the last byte of an exchange before the end of the answer. */
static uint64_t exchange_bytes(uint32_t len)
{
	uint64_t packet = KD_HEADER_SIZE + KD_MANIPULATE_SIZE + 1;

	return packet + KD_HEADER_SIZE + packet + len - 1;
}

static uint32_t chunk_of(const struct session *s)
{
	uint64_t size = s->target.pattern_size;

	return (uint32_t)(s->step->chunk < size ? s->step->chunk : size);
}

static void read_and_break(struct session *s)
{
	uint64_t draw = hash_add(hash_add(s->config->seed, s->step->chunk),
				 s->operations);

	session_cut(s, exchange_bytes(chunk_of(s)), draw);
	read_some(s, PART_BREAK, chunk_of(s));
}

/* --- the break --------------------------------------------------------------
 */

/* Nothing of what the target was told holds in its new life. */
static void forget_life(struct session *s)
{
	s->planted = 0;
	s->idle = (struct session_idle){ 0 };
}

/* Let it happen outside; the clock begins when it has. False: it has ended. */
static bool happened(struct session *s)
{
	enum session_outside what;
	struct err err = { 0 };
	uint64_t now = s->now;

	if (!outside(s->step, &what))
		return true;
	if (!s->config->happen(s->config->env, what, &now, &err)) {
		session_end(s,
			    err.kind == ERR_GUEST ? VERDICT_LOST_TARGET
						  : VERDICT_ERROR,
			    "step '%s': %s", s->step->name, err.text);
		return false;
	}
	session_set_now(s, now);
	if (is_reset(s->step))
		forget_life(s);
	return true;
}

/*
 * Another debugger, that knows nothing. We know which 62s the one before has
 * sent: a stop that comes of them later is no news, unless that life is over.
 */
static void start_over(struct session *s)
{
	uint8_t owed = s->d->breakins_owed;

	kd_debugger_forget(s->d);
	s->d->breakins_owed = is_reset(s->step) ? 0 : owed;
	s->part = PART_SYNC;
	kd_debugger_connect(s->d, s->now);
}

static void break_off(struct session *s)
{
	if (!happened(s))
		return;
	session_op_hold(s);
	if (s->step->how == AFTER_RESET)
		s->part = PART_LIFE;
	else
		start_over(s);
	s->d->begun_ns = KD_NEVER;
}

static void reconnect_op(struct session *s)
{
	s->op_held = false;
	s->part = PART_FLUSH;
	s->timer = s->now + SOON_NS;
}

static void reconnect_timer(struct session *s)
{
	if (s->part == PART_FLUSH && !session_flushed(s))
		return;
	if (s->part == PART_FLUSH && s->step->how != AFTER_NOTHING)
		read_and_break(s);
	else
		break_off(s);
}

/* --- the way back -----------------------------------------------------------
 */

static void reconnect_stop(struct session *s)
{
	if (s->part == PART_SYNC || s->part == PART_LIFE)
		read_some(s, PART_READ, WORD);
	else if (!s->waiting) /* else the question is still to come */
		session_spurious(s);
}

static bool is_right(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	if (data.len == s->op_len &&
	    memcmp(data.at, s->pattern + s->offset, s->op_len) == 0)
		return true;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': the first word read, at 0x%llx, is wrong",
		    s->step->name,
		    (unsigned long long)(s->target.pattern + s->offset));
	return false;
}

/* How long it took until the new life was heard of, and how long from there. */
static void count_parts(struct session *s)
{
	uint64_t from = s->op_began;

	if (s->phase != PHASE_MEASURE)
		return;
	if (is_reset(s->step) && s->d->begun_ns != KD_NEVER &&
	    s->d->begun_ns > from) {
		s->record->boot_ns += s->d->begun_ns - from;
		s->record->boots++;
		from = s->d->begun_ns;
	}
	s->record->resync_ns += s->now - from;
}

/*
 * The read that was broken off may have been answered as the target was reset:
 * unless that has been heard of since, it says nothing. What is asked later is
 * answered by the new life, even if no sign of its beginning came through.
 */
static void reconnect_reply(struct session *s)
{
	if (!session_check_reply(s, "ReadVirtualMemory") || !is_right(s))
		return;
	if (s->part == PART_LIFE && s->d->begun_ns == KD_NEVER) {
		read_some(s, PART_READ, WORD);
		return;
	}
	count_parts(s);
	session_op_done(s, s->op_len);
}

const struct step_ops reconnect_ops = {
	.op = reconnect_op,
	.timer = reconnect_timer,
	.stop = reconnect_stop,
	.reply = reconnect_reply,
	.needs_kdbb = session_always,
};
