/* SPDX-License-Identifier: MIT */
/*
 * Open loop: requests are due by the clock, whatever became of those before.
 * Latency counts from the instant at which one was due. One request can be out
 * at a time, so late ones follow back to back, and what is still due when a
 * window ends is dropped. A sweep is such windows one after another, each with
 * a rate of its own.
 */
#include "bench/base/clock.h"
#include "bench/session/schedule.h"
#include "bench/session/steps.h"

static bool sweeps(const struct session *s)
{
	return s->step->kind == STEP_SWEEP;
}

bool session_paces(const struct session *s)
{
	return sweeps(s) || s->step->rate;
}

/* Longer silences than this are no lack of progress. */
uint64_t session_pace_deadline(const struct session *s)
{
	uint64_t look = s->progress_ns + NS_PER_S;

	if (s->pace.next == KD_NEVER)
		return KD_NEVER;
	return s->pace.next < look ? s->pace.next : look;
}

static void start_op(struct session *s)
{
	s->pace.next = KD_NEVER;
	s->pace.due = schedule_due(s->pace.start, s->bytes, s->pace.rate);
	session_ops(s)->op(s);
}

/* --- the points of a sweep ------------------------------------------------ */

static void plan_sweep(struct session *s)
{
	const struct step *step = s->step;
	uint64_t to = step->to;

	if (to == UINT64_MAX)
		to = step->from > SCHEDULE_TO_MAX ? step->from
						  : SCHEDULE_TO_MAX;
	s->sweep.count = step->points < SWEEP_POINTS_MAX
				 ? (unsigned)step->points
				 : SWEEP_POINTS_MAX;
	s->sweep.index = s->sweep.slow = 0;
	s->record->sweep_count = 0;
	schedule_rates(s->sweep.rates, s->sweep.count, step->from, to);
}

static void begin_point(struct session *s)
{
	const struct step *step = s->step;
	uint64_t rate = s->sweep.rates[s->sweep.index];

	s->pace.rate = rate;
	s->pace.size = 0;
	s->pace.count = schedule_ops(step->each_ns, rate, step->chunk);
	s->pace.until =
		schedule_due(s->pace.start, s->pace.count * step->chunk, rate);
	s->sweep.cpu = s->record->cpu;
	s->sweep.latency = (struct histogram){ .n = 0 };
}

/* What was used since 'from'. */
static struct step_cpu cpu_since(struct step_cpu to,
				 const struct step_cpu *from)
{
	to.vcpu_ns -= from->vcpu_ns;
	to.main_ns -= from->main_ns;
	to.other_ns -= from->other_ns;
	to.harness_ns -= from->harness_ns;
	to.wall_ns -= from->wall_ns;
	return to;
}

static struct sweep_latency latency_of(const struct histogram *h)
{
	return (struct sweep_latency){
		.p50 = histogram_quantile(h, 0.5),
		.p90 = histogram_quantile(h, 0.9),
		.p99 = histogram_quantile(h, 0.99),
		.p999 = histogram_quantile(h, 0.999),
		.max = h->max,
		.n = h->n,
	};
}

/* Note what came of the point; true: there is another one to go to. */
static bool next_point(struct session *s, uint64_t wall_ns)
{
	struct step_record *r = s->record;
	struct sweep_point *p = &r->sweep[s->sweep.index];

	*p = (struct sweep_point){
		.offered = s->pace.rate,
		.achieved = schedule_rate(s->bytes, wall_ns),
		.payload_bytes = s->bytes,
		.ops = s->ops,
		.wall_ns = wall_ns,
		.cpu = cpu_since(r->cpu, &s->sweep.cpu),
		.latency = latency_of(&s->sweep.latency),
	};
	r->sweep_count = ++s->sweep.index;
	if (schedule_saturated(p->offered, p->achieved))
		s->sweep.slow++;
	else
		s->sweep.slow = 0;
	if (s->step->to == UINT64_MAX && s->sweep.slow == SWEEP_SLOW_POINTS)
		return false;
	return s->sweep.index < s->sweep.count;
}

/* --- a window ------------------------------------------------------------- */

static void begin(struct session *s)
{
	const struct step *step = s->step;

	s->pace.start = s->now;
	if (sweeps(s)) {
		begin_point(s);
	} else {
		s->pace.rate = step->rate;
		s->pace.size = step->size;
		s->pace.count = step->count;
		s->pace.until = step->duration_ns ? s->now + step->duration_ns
						  : KD_NEVER;
	}
	start_op(s);
}

void session_pace_begin(struct session *s)
{
	if (sweeps(s))
		plan_sweep(s);
	begin(s);
}

static void window_over(struct session *s, uint64_t end_ns)
{
	uint64_t wall_ns = end_ns - s->window_began;

	session_window_end(s, end_ns);
	s->pace.next = KD_NEVER;
	if (sweeps(s) && next_point(s, wall_ns)) {
		session_window_begin(s);
		s->ops = s->bytes = 0;
		begin(s);
		return;
	}
	s->pace.rate = 0;
	session_measured(s);
}

void session_pace_next(struct session *s)
{
	const struct session_pace *p = &s->pace;
	uint64_t due = schedule_due(p->start, s->bytes, p->rate);
	bool last = (p->size && s->bytes >= p->size) ||
		    (p->count && s->ops >= p->count);

	/* A window is as long as what it offered, so that no rate is more. */
	s->pace.over = last || due >= p->until || s->now >= p->until;
	s->pace.next = due < p->until ? due : p->until;
	if (s->now < s->pace.next)
		return;
	if (s->pace.over)
		window_over(s, s->now);
	else
		start_op(s);
}

void session_pace_time(struct session *s)
{
	if (s->now < session_pace_deadline(s))
		return;
	s->progress_ns = s->now;
	if (s->now < s->pace.next)
		return;
	if (s->pace.over)
		window_over(s, s->pace.next);
	else
		start_op(s);
}
