/* SPDX-License-Identifier: MIT */
/*
 * calibrate: what single things cost on this machine. The guest does each
 * primitive in a loop; how often is found by doing it more often until it takes
 * long enough, since a port access may be 60 ns or 10 us. Of several such
 * orders the median counts, less what the empty loop costs.
 */
#include "bench/session/steps.h"

#include "bench/base/clock.h"

/* An order long enough to be timed, and what is asked for to reach it. */
#define ENOUGH_NS (5 * NS_PER_MS)
#define AIM_NS (6 * NS_PER_MS)

/* The first order, how much the next one may grow, and the most. */
#define COUNT_FIRST 16
#define COUNT_GROWTH 64
#define COUNT_LAST (UINT64_C(1) << 26)

#define PS_PER_S 1e12

enum { PART_ORDER, PART_GO, PART_RUN, PART_RESULT };

static void give_order(struct session *s)
{
	s->part = PART_ORDER;
	session_order(s, KDBB_CALIBRATE, s->calibrate.primitive,
		      s->calibrate.count, 0);
}

/* Begin with the next primitive, or be done. */
static void begin_primitive(struct session *s, unsigned primitive)
{
	s->calibrate = (struct session_calibrate){
		.primitive = (uint8_t)primitive,
		.count = COUNT_FIRST,
	};
	if (primitive < KDBB_PRIMITIVE_COUNT) {
		give_order(s);
		return;
	}
	s->record->wall_ns += s->now - s->step_began;
	session_step_done(s);
}

static void calibrate_begin(struct session *s)
{
	s->record->calibrated = true;
	for (unsigned i = 0; i < KDBB_PRIMITIVE_COUNT; i++)
		s->record->cost_ps[i] = SESSION_COST_UNKNOWN;
	begin_primitive(s, 0);
}

static uint64_t median(const uint64_t *samples)
{
	for (unsigned i = 0; i < SESSION_CALIBRATIONS; i++) {
		unsigned below = 0, same = 0;

		for (unsigned k = 0; k < SESSION_CALIBRATIONS; k++) {
			below += samples[k] < samples[i];
			same += samples[k] == samples[i];
		}
		if (below <= SESSION_CALIBRATIONS / 2 &&
		    below + same > SESSION_CALIBRATIONS / 2)
			return samples[i];
	}
	return samples[0];
}

/* All orders of this primitive are done. */
static void conclude(struct session *s)
{
	const struct session_calibrate *c = &s->calibrate;
	const uint64_t *nothing = &s->record->cost_ps[KDBB_DO_NOTHING];
	uint64_t ps = median(c->ps);

	if (c->primitive != KDBB_DO_NOTHING && *nothing != SESSION_COST_UNKNOWN)
		ps = ps > *nothing ? ps - *nothing : 0;
	s->record->cost_ps[c->primitive] = ps;
	begin_primitive(s, c->primitive + 1u);
}

/* Picoseconds a piece; a guest may say anything. */
static uint64_t piece_ps(const struct session *s, uint64_t ticks)
{
	double ps = (double)ticks / (double)s->target.tsc_hz * PS_PER_S /
		    (double)s->calibrate.count;

	return ps < (double)(UINT64_MAX / 2) ? (uint64_t)(ps + 0.5)
					     : UINT64_MAX / 2;
}

/* That was too short: how many next time? */
static uint64_t more(uint64_t count, double ns)
{
	double want = ns > 0 ? (double)count * AIM_NS / ns + 1
			     : (double)COUNT_LAST;
	uint64_t most = count * COUNT_GROWTH;

	if (most > COUNT_LAST)
		most = COUNT_LAST;
	return want < (double)most ? (uint64_t)want : most;
}

/* RESULT0 pieces took RESULT1 ticks. */
static void on_result(struct session *s)
{
	struct session_calibrate *c = &s->calibrate;
	const uint8_t *mail = kd_debugger_data(s->d).at;
	uint64_t pieces = kd_load64(mail + KDBB_MAIL_RESULT0 - KDBB_MAIL_DONE);
	uint64_t ticks = kd_load64(mail + KDBB_MAIL_RESULT1 - KDBB_MAIL_DONE);
	double ns = (double)ticks * NS_PER_S / (double)s->target.tsc_hz;

	s->ops++;
	if (!pieces || !s->target.tsc_hz) { /* there is no such device */
		begin_primitive(s, c->primitive + 1u);
		return;
	}
	if (!session_check_result(s, c->count, "pieces"))
		return;
	if (ns < ENOUGH_NS && c->count < COUNT_LAST) {
		c->count = more(c->count, ns);
		c->samples = 0;
	} else {
		c->ps[c->samples++] = piece_ps(s, ticks);
	}
	if (c->samples == SESSION_CALIBRATIONS)
		conclude(s);
	else
		give_order(s);
}

static void calibrate_reply(struct session *s)
{
	if (s->part == PART_ORDER) {
		if (!session_check_reply(s, "giving the guest its order"))
			return;
		s->part = PART_GO;
		session_continue(s, false);
		return;
	}
	if (s->part != PART_RESULT ||
	    !session_check_reply(s, "reading the guest's result"))
		return;
	if (session_order_done(s)) {
		on_result(s);
		return;
	}
	s->part = PART_RUN; /* or was it a 62 of ours that stopped it? */
	session_spurious(s);
}

static void calibrate_done(struct session *s)
{
	if (s->part == PART_GO)
		s->part = PART_RUN;
}

static void calibrate_stop(struct session *s)
{
	calibrate_done(s); /* before the ACK of the Continue */
	if (s->part != PART_RUN) {
		session_spurious(s);
		return;
	}
	s->part = PART_RESULT;
	session_ask_result(s);
}

const struct step_ops calibrate_ops = {
	.begin = calibrate_begin,
	.reply = calibrate_reply,
	.done = calibrate_done,
	.stop = calibrate_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};
