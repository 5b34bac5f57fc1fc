/* SPDX-License-Identifier: MIT */
#include "bench/launch/sim_parts.h"

#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/launch/sim.h"

static struct sim *of_link(struct link *l)
{
	return (struct sim *)((char *)l - offsetof(struct sim, link));
}

/* Give the stopped or sending target what has arrived. */
static bool feed(struct sim *s, uint64_t now)
{
	struct kd_span in[2];
	uint64_t clock = sim_clock(s, now);
	size_t used = 0;

	if (s->target.state == KD_TARGET_RUNNING ||
	    !sim_pipe_peek(&s->to_target, now, in))
		return false;
	/* Its reader looks at the line's status while it reads. */
	if (kd_target_listens(&s->target) && !kd_target_sending(&s->target) &&
	    sim_pipe_take_error(&s->to_target)) {
		kd_target_error(&s->target, &sim_machine_ops, &s->machine,
				clock);
		return true;
	}
	if (in[0].len > sim_pipe_to_error(&s->to_target))
		in[0].len = sim_pipe_to_error(&s->to_target);
	used = kd_target_input(&s->target, &sim_machine_ops, &s->machine, in[0],
			       clock);
	sim_pipe_consume(&s->to_target, used);
	/* The pipe may have wrapped: what is thrown away is all of it. */
	while (kd_target_discarding(&s->target) &&
	       sim_pipe_peek(&s->to_target, now, in))
		sim_pipe_consume(&s->to_target, in[0].len);
	if (s->target.x.counts.packets_in != s->served) {
		s->served = s->target.x.counts.packets_in;
		s->hold_until = clock + s->service_ns;
	}
	return used != 0;
}

/* Put what the target has to send on the line. */
static bool drain(struct sim *s, uint64_t now)
{
	struct kd_room out[2];
	uint64_t clock = sim_clock(s, now);
	uint8_t before = s->target.state;
	size_t n = 0;

	if (clock < s->hold_until || before == KD_TARGET_RUNNING)
		return false;
	if (kd_exchange_pending(&s->target.x)) {
		if (!sim_pipe_reserve(&s->to_debugger, now, out))
			return false;
		n = kd_target_output(&s->target, &sim_machine_ops, &s->machine,
				     out[0], clock);
		sim_pipe_commit(&s->to_debugger, n, now);
	}
	return n != 0 || s->target.state != before;
}

/* The machine starts over; the line keeps what is on it. */
static void reboot(struct sim *s, uint64_t now)
{
	struct kd_target_profile profile = s->target.profile;

	kd_target_init(&s->target, &profile);
	s->machine.end = SIM_ALIVE;
	sim_machine_break(&s->machine, &s->target, now);
}

/* The target runs: one look at the line, then its own work. */
static bool run(struct sim *s, uint64_t now)
{
	struct kd_span in[2] = { { NULL, 0 } };
	uint64_t clock = sim_clock(s, now);
	size_t used = 0;
	bool hit;

	if (s->target.state != KD_TARGET_RUNNING)
		return false;
	if (s->no_idt)
		s->machine.end = SIM_TRIPLE_FAULT;
	if (s->machine.end == SIM_REBOOT) {
		reboot(s, clock);
		return true;
	}
	if (s->machine.end)
		return false;
	sim_machine_heard(&s->machine, &s->target);
	if (s->machine.stopped)
		sim_machine_resumed(&s->machine, clock);
	if (clock >= s->machine.deaf_ns &&
	    (clock >= s->polled_ns + SIM_POLL_NS ||
	     kd_target_poll_due(&s->target))) {
		/* A look that meets an error takes nothing else. */
		if (sim_pipe_peek(&s->to_target, now, in) &&
		    sim_pipe_take_error(&s->to_target))
			in[0].len = 0;
		hit = kd_target_poll(&s->target, in[0], &used);
		sim_pipe_consume(&s->to_target, used);
		s->polled_ns = clock;
		if (hit) {
			sim_machine_break(&s->machine, &s->target, clock);
			return true;
		}
	}
	if (clock < s->machine.act_ns)
		return used != 0;
	sim_machine_run(&s->machine, &s->target, clock);
	return true;
}

/* When a running target looks again. */
static uint64_t next_poll(const struct sim *s)
{
	uint64_t at = s->polled_ns + SIM_POLL_NS;

	return at < s->machine.deaf_ns ? s->machine.deaf_ns : at;
}

/* When the target does something by its own clock. */
static uint64_t next_of_target(const struct sim *s, uint64_t now)
{
	uint64_t next = kd_target_deadline(&s->target);
	uint64_t clock = sim_clock(s, now);
	struct kd_span in[2];

	if (s->hold_until > clock)
		next = clock_earlier(next, s->hold_until);
	if (s->boots_ns != CLOCK_NEVER)
		return clock_earlier(next, s->boots_ns);
	if (s->target.state != KD_TARGET_RUNNING || s->machine.end)
		return next;
	if (kd_target_polls(&s->target) &&
	    (s->target.breakin_pending ||
	     sim_pipe_peek(&s->to_target, now, in)))
		next = clock_earlier(next, next_poll(s));
	return clock_earlier(next, s->machine.act_ns);
}

static uint64_t next_event(const struct sim *s, uint64_t now)
{
	uint64_t next =
		clock_earlier(sim_pipe_next_arrival(&s->to_debugger, now),
			      sim_pipe_next_arrival(&s->to_target, now));

	next = clock_earlier(next, sim_pipe_next_room(&s->to_debugger, now));
	next = clock_earlier(next, sim_pipe_next_room(&s->to_target, now));
	if (sim_asleep(s))
		return next;
	return clock_earlier(next, sim_when(s, next_of_target(s, now)));
}

/* A machine that has ended by itself is gone; what it sent before has left. */
static bool still_there(struct sim *s, struct err *err)
{
	struct kd_span in[2];

	if (s->machine.end == SIM_ALIVE ||
	    sim_pipe_peek(&s->to_debugger, s->now, in) ||
	    sim_pipe_next_arrival(&s->to_debugger, s->now) != UINT64_MAX)
		return true;
	switch (s->machine.end) {
	case SIM_BUGCHECK:
		return err_set(err, ERR_GUEST,
			       "the guest crashed: bugcheck 0x%x, as requested",
			       (unsigned)s->machine.bugcheck);
	case SIM_TRIPLE_FAULT:
		return err_set(err, ERR_GUEST,
			       "the guest lost its way: a triple fault");
	default: return true;
	}
}

static bool sim_step(struct link *l, uint64_t now, uint64_t *next,
		     struct err *err)
{
	struct sim *s = of_link(l);
	bool busy = !sim_asleep(s);
	uint64_t clock = sim_clock(s, now);

	s->now = now;
	while (busy) {
		sim_reset(s, clock);
		if (sim_boots(s, clock))
			break;
		kd_target_time(&s->target, &sim_machine_ops, &s->machine,
			       clock);
		busy = feed(s, now);
		busy |= drain(s, now);
		busy |= run(s, now);
	}
	*next = next_event(s, now);
	return still_there(s, err);
}

static unsigned sim_peek(struct link *l, struct kd_span in[2])
{
	struct sim *s = of_link(l);

	return sim_pipe_peek(&s->to_debugger, s->now, in);
}

static void sim_consume(struct link *l, size_t len)
{
	struct sim *s = of_link(l);

	l->counts.bytes_in += len;
	sim_pipe_consume(&s->to_debugger, len);
}

static unsigned sim_reserve(struct link *l, struct kd_room out[2])
{
	struct sim *s = of_link(l);

	return sim_pipe_reserve(&s->to_target, s->now, out);
}

static void sim_commit(struct link *l, size_t len)
{
	struct sim *s = of_link(l);

	l->counts.bytes_out += len;
	sim_pipe_commit(&s->to_target, len, s->now);
}

static void sim_mark(struct link *l)
{
	sim_pipe_mark(&of_link(l)->to_target);
}

/* Virtual time never sleeps. */
static bool sim_arm(struct link *l)
{
	(void)l;
	return true;
}

static void sim_disarm(struct link *l)
{
	(void)l;
}

static unsigned sim_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	(void)l;
	(void)fds;
	return 0;
}

static void sim_link_free(struct link *l)
{
	(void)l; /* part of the target */
}

static const struct link_ops sim_link_ops = {
	.kind = "sim",
	.step = sim_step,
	.peek = sim_peek,
	.consume = sim_consume,
	.reserve = sim_reserve,
	.commit = sim_commit,
	.mark = sim_mark,
	.arm = sim_arm,
	.disarm = sim_disarm,
	.fds = sim_fds,
	.free = sim_link_free,
};

static bool sim_cpu(struct launched *t, struct launch_cpu *cpu)
{
	(void)t;
	(void)cpu;
	return false;
}

static bool sim_alive(struct launched *t, struct err *err)
{
	return still_there((struct sim *)t, err);
}

static bool sim_memory(struct launched *t, uint64_t address, void *to,
		       size_t len)
{
	return sim_machine_peek(&((struct sim *)t)->machine, address, to, len);
}

/* What a running machine is at, and how long until it does its next thing. */
static uint64_t machine_digest(const struct sim_machine *m, uint64_t now)
{
	uint64_t h = hash_add((uint64_t)m->end << 8 | m->stopped, m->command);

	h = hash_add(h, m->order);
	h = hash_add(h, m->done);
	h = hash_add(h, m->units_left);
	h = hash_add(h, (uint64_t)m->asked | (uint64_t)m->opened << 1 |
				(uint64_t)m->closed << 2 |
				(uint64_t)m->stepping << 3);
	if (m->act_ns != CLOCK_NEVER)
		h = hash_add(h, m->act_ns > now ? m->act_ns - now : 0);
	return hash_add(h, m->deaf_ns > now ? m->deaf_ns - now : 0);
}

static uint64_t sim_digest(struct launched *t, uint64_t now)
{
	struct sim *s = (struct sim *)t;
	uint64_t clock = sim_clock(s, now);
	uint64_t h = kd_target_digest(&s->target, clock);

	h = hash_add(h, sim_pipe_digest(&s->to_target, now));
	h = hash_add(h, sim_pipe_digest(&s->to_debugger, now));
	h = hash_add(h, machine_digest(&s->machine, clock));
	if (s->target.state == KD_TARGET_RUNNING)
		h = hash_add(h, s->polled_ns + SIM_POLL_NS > clock
					? s->polled_ns + SIM_POLL_NS - clock
					: 0);
	if (s->boots_ns != CLOCK_NEVER)
		h = hash_add(h, s->boots_ns - clock);
	if (sim_asleep(s))
		h = hash_add(h, s->sleep.dead);
	if (s->no_idt)
		h = hash_add(h, s->no_idt);
	return hash_add(h, s->hold_until > clock ? s->hold_until - clock : 0);
}

const struct kd_target *sim_protocol(const struct launched *t)
{
	return &((const struct sim *)t)->target;
}

struct sim_machine *sim_machine_of(struct launched *t)
{
	return &((struct sim *)t)->machine;
}

static void sim_stop(struct launched *t)
{
	struct sim *s = (struct sim *)t;

	sim_machine_release(&s->machine);
	free(s->snapshot.bytes);
	free(s);
}

static const struct launched_ops sim_ops = {
	.cpu = sim_cpu,
	.alive = sim_alive,
	.peek = sim_memory,
	.digest = sim_digest,
	.spared = sim_spared,
	.happen = sim_happen,
	.stop = sim_stop,
};

bool sim_start(struct launched **t, const struct launch_config *config,
	       struct err *err)
{
	const struct sim_config *c = &config->transport->sim;
	struct kd_target_profile profile = *config->target;
	struct sim *s = mem_alloc(sizeof(*s));

	(void)err;
	s->base.ops = &sim_ops;
	s->base.link = &s->link;
	s->base.virtual_time = true;
	s->link.ops = &sim_link_ops;
	s->link.framing = c->framing ? LINK_PACKET : LINK_STREAM;
	s->config = config;
	s->boots_ns = CLOCK_NEVER;
	s->service_ns = c->service_ns;
	profile.reliable = c->framing != 0;
	sim_make_line(s);
	kd_target_init(&s->target, &profile);
	sim_make_machine(s);
	sim_machine_break(&s->machine, &s->target, 0);
	*t = &s->base;
	return true;
}
