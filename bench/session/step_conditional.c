/* SPDX-License-Identifier: MIT */
/*
 * conditional-breakpoint: one stands in a loop of the guest, and at each hit
 * the debugger evaluates a condition by reading memory: how often the loop has
 * gone round, who called. While it does not hold the target is sent on: the
 * breakpoint is lifted, one instruction is stepped, and it is set again. An
 * operation is from one evaluation to the next.
 */
#include "bench/session/step_settings.h"
#include "bench/session/stop_talk.h"

/* More rounds than anybody waits for; the order is called off. */
#define ROUNDS UINT32_MAX

/*
 * What the count of rounds is set to before: where it still stands, the hit was
 * in what the guest did before, and has not come to an end of. There are not
 * many of these.
 */
#define STALE (UINT64_C(1) << 40)
#define STALE_MAX 1000

#define WORD 8

const struct setting step_conditional_settings[] = {
	STEP_WHOLE_COUNT,
	{ 0 },
};

/* Which stop is awaited. */
enum { AWAIT_HIT, AWAIT_STEP };

/* --- the breakpoint ------------------------------------------------------- */

static bool ask_set(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = s->target.spin_pc },
	};

	session_ask(s, &m, NULL, 0);
	return true;
}

static void on_set(struct session *s, struct kd_span data)
{
	(void)data;
	if (session_check_reply(s, "WriteBreakPoint"))
		s->planted = s->d->reply.u.write_breakpoint.handle;
}

static bool ask_lift(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = s->planted },
	};

	session_ask(s, &m, NULL, 0);
	return true;
}

static void on_lift(struct session *s, struct kd_span data)
{
	(void)data;
	if (session_check_reply(s, "RestoreBreakPoint"))
		s->planted = 0;
}

static bool ask_loop(struct session *s)
{
	session_order(s, KDBB_BREAKPOINT_LOOP, ROUNDS, 0, 0);
	return true;
}

static bool ask_idle(struct session *s)
{
	session_order(s, KDBB_IDLE, 0, 0, 0);
	return true;
}

static void on_order(struct session *s, struct kd_span data)
{
	(void)data;
	(void)session_check_reply(s, "the order");
}

/* --- the condition -------------------------------------------------------- */

/* Where the guest keeps its counters, from its KDBB. */
static bool ask_counters(struct session *s)
{
	return talk_read(s, s->target.block + KDBB_COUNTERS, WORD);
}

static void on_counters(struct session *s, struct kd_span data)
{
	if (talk_check_read(s, data, WORD, "reading where the counters are"))
		s->talk.counter = kd_load64(data.at) + WORD * KDBB_WORK_UNITS;
}

static bool ask_mark(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = s->talk.counter, .count = WORD },
	};
	uint8_t mark[WORD];

	kd_store64(mark, STALE);
	session_ask(s, &m, mark, WORD);
	return true;
}

static void on_mark(struct session *s, struct kd_span data)
{
	(void)data;
	(void)session_check_reply(s, "writing the rounds");
}

static bool ask_rounds(struct session *s)
{
	return talk_read(s, s->talk.counter, WORD);
}

/* One more than at the hit before, or not every hit was seen. */
static void on_rounds(struct session *s, struct kd_span data)
{
	uint64_t rounds;

	if (!talk_check_read(s, data, WORD, "reading the rounds"))
		return;
	rounds = kd_load64(data.at);
	if (s->index && rounds != s->talk.rounds + 1) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the guest has gone round %llu times at "
			    "one hit and %llu times at the next",
			    s->step->name, (unsigned long long)s->talk.rounds,
			    (unsigned long long)rounds);
		return;
	}
	s->talk.rounds = rounds;
}

static bool ask_caller(struct session *s)
{
	return talk_read(s, stop_sp(s), WORD);
}

static void on_caller(struct session *s, struct kd_span data)
{
	uint64_t caller;

	if (!talk_check_read(s, data, WORD, "reading the return address"))
		return;
	caller = kd_load64(data.at);
	if (s->index && caller != s->talk.caller)
		talk_implausible(s, "the loop was called from", caller);
	s->talk.caller = caller;
}

/*
 * As many rounds as the step has operations to do, since it is measured: where
 * that holds it must be at its end, and nowhere else.
 */
static bool holds(const struct session *s)
{
	return s->phase == PHASE_MEASURE && s->step->count &&
	       s->talk.rounds - s->talk.first >= s->step->count;
}

/* --- from hit to hit ------------------------------------------------------ */

static const struct talk_row set[] = {
	{ ask_counters, on_counters, 1 },
	{ ask_mark, on_mark, 1 },
	{ ask_set, on_set, 1 },
	{ ask_loop, on_order, 1 },
	{ 0 },
};

static const struct talk_row evaluate[] = {
	STOP_PROLOGUE,
	{ ask_counters, on_counters, 1 },
	{ ask_rounds, on_rounds, 1 },
	{ ask_caller, on_caller, 1 },
	{ 0 },
};

static const struct talk_row lift[] = {
	{ ask_lift, on_lift, 1 },
	STOP_SET_REGISTERS,
	{ 0 },
};

static const struct talk_row set_again[] = {
	STOP_GET_REGISTERS,
	{ ask_set, on_set, 1 },
	STOP_SET_REGISTERS,
	{ 0 },
};

static const struct talk_row clear[] = {
	{ ask_lift, on_lift, 1 },
	{ ask_idle, on_order, 1 },
	{ 0 },
};

static void run(struct session *s)
{
	s->talk.awaits = AWAIT_HIT;
	session_continue(s, false);
}

static void trace(struct session *s)
{
	s->talk.awaits = AWAIT_STEP;
	session_continue(s, true);
}

/* The first hit that counts, or one before it. */
static void first_hit(struct session *s)
{
	if (s->talk.rounds != STALE) {
		s->index = 1;
		session_measure(s);
	} else if (++s->talk.stale > STALE_MAX) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': the guest does not begin its loop",
			    s->step->name);
	} else {
		talk_begin(s, lift, trace);
	}
}

static void evaluated(struct session *s)
{
	bool last = s->step->count && s->ops + 1 >= s->step->count;

	if (!s->index) {
		first_hit(s);
		return;
	}
	if (s->phase == PHASE_MEASURE && holds(s) != last)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': its condition %s after %llu hits",
			    s->step->name, last ? "does not hold" : "holds",
			    (unsigned long long)s->ops + 1);
	else
		session_op_done(s, 0);
}

static void begin(struct session *s)
{
	s->talk.stale = 0;
	talk_begin(s, set, run);
}

static void op(struct session *s)
{
	if (!s->ops)
		s->talk.first = s->talk.rounds;
	session_op_hold(s);
	talk_begin(s, lift, trace);
}

static void stop(struct session *s)
{
	if (s->talk.awaits == AWAIT_STEP && stop_is(s, KD_CODE_SINGLE_STEP))
		talk_begin(s, set_again, run);
	else if (s->talk.awaits == AWAIT_HIT &&
		 stop_is(s, KD_CODE_BREAKPOINT) &&
		 s->d->exception.pc == s->target.spin_pc)
		talk_begin(s, evaluate, evaluated);
	else
		session_spurious(s);
}

static void end(struct session *s)
{
	talk_begin(s, clear, session_step_done);
}

const struct step_ops conditional_ops = {
	.begin = begin,
	.op = op,
	.end = end,
	.reply = talk_reply,
	.stop = stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
