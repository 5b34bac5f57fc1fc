/* SPDX-License-Identifier: MIT */
#include "bench/launch/native_target.h"

#include <sys/prctl.h>
#include <x86intrin.h>

#include "bench/base/clock.h"
#include "bench/guest/contract.h"

/* What cpu_sample() takes for a virtual CPU's thread, which it stands for. */
#define THREAD_NAME "CPU 0/native"

/* A timer is to be no later than QEMU's are. */
#define SLACK_NS 1UL

static uint64_t now_ns(const struct native_target *n)
{
	unsigned __int128 ticks = __rdtsc() - n->start;

	return (uint64_t)(ticks * n->ns_per_tick >> 32);
}

/* --- moving bytes, as bench/guest/stop.c does ------------------------------
 */

static void publish_counts(struct native_target *n)
{
	const struct kd_counts *c = &n->target.x.counts;
	struct sim_machine *m = n->machine;

	sim_machine_set_count(m, KDBB_PACKETS_IN, c->packets_in);
	sim_machine_set_count(m, KDBB_PACKETS_OUT, c->packets_out);
	sim_machine_set_count(m, KDBB_RESENT, c->resent);
	sim_machine_set_count(m, KDBB_RESENDS_OUT, c->resends_out);
	sim_machine_set_count(m, KDBB_RESENDS_IN, c->resends_in);
	sim_machine_set_count(m, KDBB_RESETS_IN, c->resets_in);
}

static size_t pump_out(struct native_target *n, uint64_t now)
{
	struct kd_room rooms[2];
	unsigned count = native_line_reserve(&n->line, rooms);
	size_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t len = kd_target_output(&n->target, &sim_machine_ops,
					      n->machine, rooms[i], now);

		total += len;
		if (len < rooms[i].len)
			break;
	}
	if (total)
		native_line_commit(&n->line, total);
	return total;
}

/* Serve one span; if it ends a request, that is what we are here for. */
static size_t serve(struct native_target *n, struct kd_span in, uint64_t now)
{
	uint64_t requests = n->target.x.counts.packets_in;
	uint64_t start = __rdtsc();
	size_t len;

	publish_counts(n);
	len = kd_target_input(&n->target, &sim_machine_ops, n->machine, in,
			      now);
	if (n->target.x.counts.packets_in != requests)
		sim_machine_count(n->machine, KDBB_SERVICE_TICKS,
				  __rdtsc() - start);
	return len;
}

static size_t pump_in(struct native_target *n, uint64_t now)
{
	struct kd_span spans[2];
	unsigned count = native_line_peek(&n->line, spans);
	size_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t len = serve(n, spans[i], now);

		total += len;
		if (len < spans[i].len)
			break;
	}
	if (total)
		native_line_consume(&n->line, total);
	return total;
}

/* Until the machine may run again. */
static void pump(struct native_target *n)
{
	struct kd_target *t = &n->target;

	if (kd_target_discarding(t))
		(void)pump_in(n, now_ns(n));
	while (t->state != KD_TARGET_RUNNING) {
		uint64_t now = now_ns(n);
		bool out = kd_target_sending(t);
		size_t moved = out ? pump_out(n, now) : pump_in(n, now);
		uint64_t deadline = kd_target_deadline(t);

		if (moved)
			continue;
		if (deadline <= now)
			kd_target_time(t, &sim_machine_ops, n->machine, now);
		else
			native_line_wait(&n->line, out, now, deadline);
	}
	publish_counts(n);
}

/* --- running ----------------------------------------------------------------
 */

/* The machine has ended itself: how does that look from outside? */
static int leave(struct native_target *n)
{
	switch ((enum sim_end)n->machine->end) {
	case SIM_REBOOT: return GUEST_EXIT_STATUS(GUEST_EXIT_REBOOT);
	case SIM_BUGCHECK: return GUEST_EXIT_STATUS(GUEST_EXIT_BUGCHECK);
	case SIM_TRIPLE_FAULT: return 0;
	case SIM_DEAF:
	case SIM_ALIVE: break;
	}
	for (;;)
		__builtin_ia32_pause();
}

/* One look at the line; true: somebody wants the machine to stop. */
static bool poll_line(struct native_target *n)
{
	struct kd_span spans[2] = { { NULL, 0 }, { NULL, 0 } };
	size_t used;
	bool hit;

	(void)native_line_peek(&n->line, spans);
	hit = kd_target_poll(&n->target, spans[0], &used);
	if (used)
		native_line_consume(&n->line, used);
	return hit;
}

/* Interrupts are off: neither its bell nor the line is noticed. */
static void be_deaf(const struct native_target *n)
{
	while (now_ns(n) < n->machine->deaf_ns)
		__builtin_ia32_pause();
}

/* The running machine does one thing, or waits for a break-in. */
static void turn(struct native_target *n)
{
	struct sim_machine *m = n->machine;
	uint64_t now = now_ns(n);

	sim_machine_heard(m, &n->target);
	if (m->stopped)
		sim_machine_resumed(m, now);
	if (now < m->deaf_ns) {
		be_deaf(n);
	} else if (poll_line(n)) {
		sim_machine_break(m, &n->target, now);
	} else if (now >= m->act_ns) {
		sim_machine_run(m, &n->target, now);
	} else {
		sim_machine_count(m, KDBB_IDLE_LOOPS, 1);
		native_line_wait(&n->line, false, now, m->act_ns);
	}
}

bool native_target_init(struct native_target *n, struct sim_machine *machine,
			const struct kd_target_profile *profile,
			const struct ring_peer *peer, uint64_t tsc_hz,
			struct err *err)
{
	*n = (struct native_target){
		.machine = machine,
		.ns_per_tick = (NS_PER_S << 32) / tsc_hz,
	};
	kd_target_init(&n->target, profile);
	sim_machine_real_time(machine, tsc_hz);
	return native_line_init(&n->line, peer, machine) ||
	       err_set(err, ERR_HOST, "no rings in the shared memory");
}

int native_target_run(void *env)
{
	struct native_target *n = env;

	(void)prctl(PR_SET_NAME, THREAD_NAME);
	(void)prctl(PR_SET_TIMERSLACK, SLACK_NS);
	n->start = __rdtsc();
	sim_machine_break(n->machine, &n->target, 0);
	while (!n->machine->end) {
		if (n->target.state == KD_TARGET_RUNNING)
			turn(n);
		else
			pump(n);
	}
	return leave(n);
}
