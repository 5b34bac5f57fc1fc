/* SPDX-License-Identifier: MIT */
/*
 * print-storm: the guest prints as fast as it may, or so many lines a second
 * and idles in between. First the same spin work without prints, or the same
 * idling, to know what it costs; then the storm. Each line is checked against
 * the one that its number says it is. It may be broken in to meanwhile, and is
 * at its end, if that is a time: how long that takes is recorded.
 */
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/session/steps.h"

/* Spin work of the baseline, in lines' worth. */
#define BASELINE_LINES 200

/* How long it idles, to know how fast its idle loop is. */
#define BASELINE_IDLE_NS (100 * NS_PER_MS)

enum {
	PART_BASE_ORDER,
	PART_BASE_RUN,
	PART_BASE_RESULT,
	PART_BASE_IDLE,
	PART_BASE_STOP,
	PART_STORM_ORDER,
	PART_STORM_RUN,
	PART_STORM,
	PART_INTERRUPT,
	PART_RESUME,
	PART_BREAK_IN,
	PART_CANCEL,
};

#define PS_PER_S UINT64_C(1000000000000)

/* Prints that the target has left out, because it believed itself alone. */
static bool ask_skipped(struct session *s)
{
	if (s->target.counters_count != KDBB_COUNTER_COUNT)
		return false;
	session_ask_memory(s, KD_API_READ_VIRTUAL,
			   s->target.counters + 8 * KDBB_PRINTS_SKIPPED, 8);
	return true;
}

static uint64_t skipped(const struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	return data.len == 8 ? kd_load64(data.at) : 0;
}

static void storm_prepare(struct session *s)
{
	if (!ask_skipped(s))
		session_measure(s);
}

static void storm_after(struct session *s)
{
	if (!ask_skipped(s))
		session_step_done(s);
}

static void order_storm(struct session *s)
{
	uint64_t gap_ns = s->step->lines ? NS_PER_S / s->step->lines : 0;

	s->part = PART_STORM_ORDER;
	s->index = 0;
	session_order(s, KDBB_PRINT_STORM, s->step->count, s->config->nonce,
		      gap_ns << KDBB_STORM_GAP_SHIFT | s->step->work);
}

/* Lines at a rate leave time to idle, if that can be told. */
static void idle_or_storm(struct session *s)
{
	if (!s->step->lines || s->idle.full_loops || !session_idle_begin(s)) {
		order_storm(s);
		return;
	}
	s->part = PART_BASE_IDLE;
	session_continue(s, false);
}

static void storm_op(struct session *s)
{
	if (!s->step->work || s->record->unit_ps) {
		idle_or_storm(s);
		return;
	}
	s->part = PART_BASE_ORDER;
	session_order(s, KDBB_SPIN, s->step->work * BASELINE_LINES, 0, 0);
}

/* RESULT0 units took RESULT1 ticks. */
static void on_baseline(struct session *s)
{
	struct kd_span mail = kd_debugger_data(s->d);
	uint64_t units, ticks;

	if (mail.len >= 16 && s->target.tsc_hz) {
		units = kd_load64(mail.at);
		ticks = kd_load64(mail.at + 8);
		if (units && ticks < UINT64_MAX / 1000000)
			s->record->unit_ps =
				(uint64_t)((double)ticks /
					   (double)s->target.tsc_hz *
					   (double)PS_PER_S / (double)units);
	}
	idle_or_storm(s);
}

/* The counter of skipped prints, before and behind it all. */
static void on_skipped(struct session *s)
{
	if (s->phase == PHASE_BEFORE) {
		s->key = skipped(s);
		session_measure(s);
		return;
	}
	s->record->skips_known = true;
	s->record->prints_skipped += skipped(s) - s->key;
	session_step_done(s);
}

static void storm_reply(struct session *s)
{
	if (!session_check_reply(s, "giving the guest its order"))
		return;
	if (s->phase == PHASE_BEFORE || s->phase == PHASE_AFTER) {
		on_skipped(s);
		return;
	}
	switch (s->part) {
	case PART_BASE_ORDER:
		s->part = PART_BASE_RUN;
		session_continue(s, false);
		break;
	case PART_BASE_RESULT: on_baseline(s); break;
	case PART_STORM_ORDER:
		s->part = PART_STORM_RUN;
		session_continue(s, false);
		break;
	case PART_CANCEL: session_measured(s); break;
	default: break;
	}
}

/*
 * When to break in next: at a random instant of each of as many parts of the
 * storm's time as there are break-ins, and at the end of it. Time stopped does
 * not count.
 */
static uint64_t next_instant(const struct session *s)
{
	const struct step *step = s->step;
	uint64_t end, part, at;

	if (!step->duration_ns)
		return KD_NEVER;
	end = s->window_began + s->aside.ns + step->duration_ns;
	if (s->offset == step->break_ins)
		return end;
	part = 1 + step->duration_ns / step->break_ins;
	at = s->offset * part + hash_add(s->config->seed, s->offset) % part;
	return end - step->duration_ns + at;
}

static void storm_done(struct session *s)
{
	if (s->part == PART_BASE_IDLE) {
		session_idle_begin(s);
		s->timer = s->now + BASELINE_IDLE_NS;
	}
	if (s->part == PART_STORM_RUN)
		s->window_began = s->now;
	else if (s->part == PART_RESUME)
		session_aside_end(s);
	else
		return;
	session_idle_begin(s);
	s->part = PART_STORM;
	s->last_line_ns = s->now;
	s->timer = next_instant(s);
}

/* The number at the start of a line; UINT64_MAX if there is none. */
static uint64_t line_number(struct kd_span text)
{
	uint64_t number = 0;

	if (text.len < 8)
		return UINT64_MAX;
	for (unsigned i = 0; i < 8; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return UINT64_MAX;
		number = number * 10 + (text.at[i] - '0');
	}
	return number;
}

bool session_storm_line(struct session *s, bool verify)
{
	struct kd_span text = kd_debugger_data(s->d);
	uint8_t want[KDBB_LINE_MAX];
	uint64_t number = line_number(text);
	uint32_t len;

	if (number == UINT64_MAX || number < s->index) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': line %llu has no number, or an old one",
			    s->step->name, (unsigned long long)s->index);
		return false;
	}
	len = kdbb_line(s->config->nonce, number, want);
	if (verify && (text.len != len || memcmp(text.at, want, len) != 0)) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': line %llu is not what the guest prints",
			    s->step->name, (unsigned long long)number);
		return false;
	}
	s->record->lines_lost += number - s->index;
	s->index = number + 1;
	return true;
}

static void storm_print(struct session *s)
{
	storm_done(s); /* before the ACK of the Continue */
	if (s->part != PART_STORM && s->part != PART_INTERRUPT &&
	    s->part != PART_BREAK_IN)
		return;
	if (!session_storm_line(s, s->step->verify))
		return;
	session_sample(s, s->now - s->last_line_ns, kd_debugger_data(s->d).len);
	s->last_line_ns = s->now;
}

static void storm_timer(struct session *s)
{
	if (s->part == PART_BASE_IDLE) {
		session_idle_calibrate(s);
		s->part = PART_BASE_STOP;
	} else {
		bool last = s->offset++ == s->step->break_ins;

		session_idle_end(s);
		s->part = last ? PART_BREAK_IN : PART_INTERRUPT;
		s->op_began = s->now;
	}
	session_break_in(s);
}

static void storm_stop(struct session *s)
{
	switch (s->part) {
	case PART_BASE_RUN:
		s->part = PART_BASE_RESULT;
		session_ask_memory(s, KD_API_READ_VIRTUAL,
				   s->target.mailbox + KDBB_MAIL_RESULT0, 16);
		break;
	case PART_BASE_STOP: order_storm(s); break;
	case PART_INTERRUPT:
		histogram_add(&s->record->break_in, s->now - s->op_began);
		session_aside_begin(s);
		s->part = PART_RESUME;
		session_continue(s, false);
		break;
	case PART_STORM:
	case PART_BREAK_IN:
		if (s->part == PART_STORM && !s->step->count) {
			session_spurious(s);
			break;
		}
		if (s->part == PART_BREAK_IN)
			histogram_add(&s->record->break_in,
				      s->now - s->op_began);
		s->timer = KD_NEVER;
		session_idle_end(s);
		session_window_end(s, s->last_line_ns);
		s->part = PART_CANCEL;
		session_order(s, KDBB_IDLE, 0, 0, 0);
		break;
	default: session_spurious(s); break;
	}
}

const struct step_ops print_storm_ops = {
	.begin = storm_prepare,
	.op = storm_op,
	.reply = storm_reply,
	.done = storm_done,
	.print = storm_print,
	.timer = storm_timer,
	.stop = storm_stop,
	.end = storm_after,
	.needs_stop = true,
	.needs_kdbb = session_always,
};
