/* SPDX-License-Identifier: MIT */
#include "bench/run/window.h"

#include "bench/base/clock.h"

void window_sample(const struct window *w, struct step_cpu *cpu)
{
	struct launch_cpu of = { 0 };

	cpu->valid = w->target->ops->cpu(w->target, &of);
	cpu->vcpu_ns = of.vcpu_ns;
	cpu->main_ns = of.main_ns;
	cpu->other_ns = of.other_ns;
	/* A bridge is part of what it costs us, and has a thread of its own. */
	cpu->harness_ns = w->bridged ? clock_process_cpu_ns()
				     : clock_thread_cpu_ns();
	cpu->wall_ns = clock_now_ns();
}

/* A thread that has ended, and all of them with QEMU, takes its time along. */
static bool has_grown(const struct step_cpu *from, const struct step_cpu *to)
{
	return to->vcpu_ns >= from->vcpu_ns && to->main_ns >= from->main_ns &&
	       to->other_ns >= from->other_ns;
}

void window_add(struct step_cpu *sum, const struct step_cpu *from,
		const struct step_cpu *to)
{
	sum->valid = from->valid && to->valid && has_grown(from, to);
	if (!sum->valid)
		return;
	sum->vcpu_ns += to->vcpu_ns - from->vcpu_ns;
	sum->main_ns += to->main_ns - from->main_ns;
	sum->other_ns += to->other_ns - from->other_ns;
	sum->harness_ns += to->harness_ns - from->harness_ns;
	sum->wall_ns += to->wall_ns - from->wall_ns;
}

static uint64_t open_at(struct window *w, uint64_t now)
{
	uint64_t opened = now;

	if (!w->target->virtual_time) {
		window_sample(w, &w->opened);
		opened = w->opened.wall_ns;
	}
	/* The turn that opens it counts from here on (see engine.busy_ns). */
	w->busy_ns = w->engine->busy_ns + (opened - now);
	w->turnarounds = w->engine->turnarounds;
	return opened;
}

uint64_t window_turn(struct window *w, struct step_record *r, bool open,
		     uint64_t now)
{
	struct step_cpu closed;

	if (open)
		return open_at(w, now);
	if (!w->target->virtual_time) {
		window_sample(w, &closed);
		window_add(&r->cpu, &w->opened, &closed);
		/* Opened and closed by one turn, it holds none. */
		if (w->engine->busy_ns > w->busy_ns)
			r->harness_ns += w->engine->busy_ns - w->busy_ns;
	}
	r->turnarounds += w->engine->turnarounds - w->turnarounds;
	return now;
}
