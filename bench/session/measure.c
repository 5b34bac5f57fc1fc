/* SPDX-License-Identifier: MIT */
/*
 * How a step is measured: warm-up inside the guest's life, the guest's counters
 * at both ends, and between them the window, in which nothing is allocated,
 * formatted or logged.
 */
#include "bench/session/steps.h"

/* No window holds as much of anything. */
#define COUNT_MAX (UINT64_C(1) << 48)

static bool reached(uint64_t have, uint64_t end)
{
	return end && have >= end;
}

/* Has the current phase done what it was for? */
static bool phase_over(const struct session *s)
{
	const struct step *step = s->step;
	uint64_t spent = s->now - s->window_began;

	if (s->phase == PHASE_WARMUP)
		return reached(s->bytes, step->warmup_size) ||
		       reached(s->ops, step->warmup_count) ||
		       reached(spent, step->warmup_ns);
	return reached(s->bytes, step->size) || reached(s->ops, step->count) ||
	       reached(spent, step->duration_ns);
}

uint64_t session_wire_bytes(const struct session *s)
{
	return s->d->x.counts.bytes_in + s->d->x.counts.bytes_out;
}

/* Of the operation that ends now: since it began, or should have begun. */
static uint64_t latency(const struct session *s)
{
	return s->now - (s->pace.rate ? s->pace.due : s->op_began);
}

void session_op_over(struct session *s)
{
	s->aside.latency_ns = latency(s);
}

void session_aside_begin(struct session *s)
{
	s->aside.open = true;
	s->aside.began_ns = s->now;
	s->aside.began_wire = session_wire_bytes(s);
	s->aside.began_trips = s->round_trips;
}

void session_aside_end(struct session *s)
{
	if (!s->aside.open)
		return;
	s->aside.open = false;
	s->aside.ns += s->now - s->aside.began_ns;
	s->aside.wire += session_wire_bytes(s) - s->aside.began_wire;
	s->aside.trips += s->round_trips - s->aside.began_trips;
}

static bool counts(const struct session *s)
{
	return session_ops(s)->counts && s->target.known && !s->running &&
	       s->target.counters_count == KDBB_COUNTER_COUNT;
}

static void read_counters(struct session *s)
{
	session_ask_memory(s, KD_API_READ_VIRTUAL, s->target.counters,
			   (uint32_t)(8 * s->target.counters_count));
}

void session_window_begin(struct session *s)
{
	s->aside = (struct session_aside){ 0 };
	if (s->config->window)
		s->now = s->config->window(s->config->env, s->record, true,
					   s->now);
	s->window_wire = session_wire_bytes(s);
	s->window_trips = s->round_trips;
	s->window_opened = s->window_began = s->now;
	s->window_open = true;
}

static void enter_phase(struct session *s, enum session_phase phase)
{
	s->phase = (uint8_t)phase;
	switch (phase) {
	case PHASE_BEFORE:
	case PHASE_WARMUP:
	case PHASE_AFTER: break;
	case PHASE_COUNTERS_A:
		if (counts(s)) {
			read_counters(s);
			return;
		}
		enter_phase(s, PHASE_MEASURE);
		return;
	case PHASE_COUNTERS_B:
	case PHASE_COUNTERS_C: read_counters(s); return;
	case PHASE_MEASURE: session_window_begin(s); break;
	}
	s->ops = s->bytes = 0;
	s->window_began = s->now;
	if (phase == PHASE_MEASURE && session_paces(s))
		session_pace_begin(s);
	else
		session_ops(s)->op(s);
}

void session_measure(struct session *s)
{
	const struct step *step = s->step;

	if (step->warmup_size || step->warmup_count || step->warmup_ns)
		enter_phase(s, PHASE_WARMUP);
	else
		enter_phase(s, PHASE_COUNTERS_A);
}

void session_window_end(struct session *s, uint64_t end_ns)
{
	struct step_record *r = s->record;

	s->window_open = false;
	r->wall_ns += end_ns - s->window_began - s->aside.ns;
	r->wire_bytes += session_wire_bytes(s) - s->window_wire - s->aside.wire;
	r->round_trips += s->round_trips - s->window_trips - s->aside.trips;
	r->mixed |= s->aside.ns || s->window_began != s->window_opened;
	if (s->config->window)
		s->config->window(s->config->env, r, false, s->now);
}

void session_sample(struct session *s, uint64_t latency_ns, uint64_t payload)
{
	struct step_record *r = s->record;

	s->ops++;
	s->bytes += payload;
	s->progress_ns = s->now;
	if (s->phase != PHASE_MEASURE)
		return;
	histogram_add(&r->latency, latency_ns);
	if (s->op_gap && s->op_began == s->op_left)
		histogram_add(&r->cycle, latency_ns + s->op_gap);
	if (s->step->kind == STEP_SWEEP)
		histogram_add(&s->sweep.latency, latency_ns);
	r->ops++;
	r->payload_bytes += payload;
	if (s->config->progress)
		s->config->progress(s->config->env, s->now);
}

void session_op_done(struct session *s, uint64_t payload)
{
	uint64_t over_ns = s->aside.latency_ns;

	s->aside.latency_ns = 0;
	session_sample(s, over_ns ? over_ns : latency(s), payload);
	if (s->done)
		return;
	if (s->pace.rate) {
		session_pace_next(s);
		return;
	}
	if (!phase_over(s)) {
		session_ops(s)->op(s);
		return;
	}
	if (s->phase == PHASE_WARMUP) {
		enter_phase(s, PHASE_COUNTERS_A);
		return;
	}
	session_window_end(s, s->now);
	session_measured(s);
}

/* Nothing is measured any more: what the step has left is put away. */
static void over(struct session *s)
{
	s->phase = PHASE_AFTER;
	if (session_ops(s)->end)
		session_ops(s)->end(s);
	else
		session_step_done(s);
}

void session_measured(struct session *s)
{
	if (counts(s) && s->record->guest_valid)
		enter_phase(s, PHASE_COUNTERS_C);
	else
		over(s);
}

static void load_counters(struct session *s, uint64_t *to)
{
	struct kd_span data = kd_debugger_data(s->d);

	for (size_t i = 0; i < KDBB_COUNTER_COUNT; i++)
		to[i] = 8 * i + 8 <= data.len ? kd_load64(data.at + 8 * i) : 0;
}

/*
 * What one reading costs is b - a. Waiting is another each time, so it is taken
 * off neither the polls nor the reads of a device which they are among: what is
 * left of these, less the polls, moved data.
 */
static uint64_t cost_of_reading(const struct session *s, size_t counter)
{
	uint64_t cost = s->b[counter] - s->a[counter];
	uint64_t polls = s->b[KDBB_POLLS] - s->a[KDBB_POLLS];

	switch (counter) {
	case KDBB_POLLS: return 0;
	case KDBB_PORT_READS:
	case KDBB_MMIO_READS: return cost < polls ? cost : cost - polls;
	default: return cost;
	}
}

/* The window held c - b, and in it one reading. */
static void add_counters(struct session *s)
{
	uint64_t c[KDBB_COUNTER_COUNT];

	load_counters(s, c);
	for (size_t i = 0; i < KDBB_COUNTER_COUNT; i++) {
		uint64_t cost = cost_of_reading(s, i);
		/* The units of work begin anew with each order. */
		uint64_t spent = c[i] < s->b[i] ? c[i] : c[i] - s->b[i];

		/* Counters only grow; a target that says else counts not. */
		if (c[i] > s->b[i] && spent > cost && spent < COUNT_MAX)
			s->record->guest[i] += spent - cost;
	}
}

/* A reading of the counters was answered. */
void session_on_counters(struct session *s)
{
	if (!session_check_reply(s, "reading the counters"))
		return;
	switch ((enum session_phase)s->phase) {
	case PHASE_COUNTERS_A:
		load_counters(s, s->a);
		enter_phase(s, PHASE_COUNTERS_B);
		break;
	case PHASE_COUNTERS_B:
		load_counters(s, s->b);
		s->record->guest_valid = true;
		enter_phase(s, PHASE_MEASURE);
		break;
	case PHASE_COUNTERS_C:
		add_counters(s);
		over(s);
		break;
	case PHASE_WARMUP:
	case PHASE_MEASURE:
	case PHASE_BEFORE:
	case PHASE_AFTER: break;
	}
}

bool session_in_counters(const struct session *s)
{
	return s->step &&
	       (s->phase == PHASE_COUNTERS_A || s->phase == PHASE_COUNTERS_B ||
		s->phase == PHASE_COUNTERS_C);
}
