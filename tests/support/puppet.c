/* SPDX-License-Identifier: MIT */
#include "tests/support/puppet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/kd/sum.h"
#include "bench/run/pattern.h"
#include "tests/support/plans.h"

#define NONCE 77
#define PATTERN_SIZE 65536
#define SCRATCH_SIZE 16384
#define TURNS_MAX 10000000

static const struct kd_debugger_profile debugger = {
	.byte_timeout_ns = 50 * NS_PER_MS,
	.ack_timeout_ns = 200 * NS_PER_MS,
	.retries = 8,
	.reply_timeout_ns = 200 * NS_PER_MS,
	.repeats = 1,
	.file_io = KD_FILE_SERVE,
	.resends = 16,
	.reset_timeout_ns = 200 * NS_PER_MS,
	.resets = 12,
};

static const struct kd_target_profile target = {
	.byte_timeout_ns = 100 * NS_PER_MS,
	.retries_first = 5,
	.retries = 20,
	.read_max = KD_DATA_MAX,
};

static bool peek(void *env, uint64_t address, void *to, size_t len)
{
	return sim_machine_peek(&((struct puppet *)env)->m, address, to, len);
}

/* A new packet is ready to leave: this is the moment to change it. */
static void meddle(struct puppet *p)
{
	struct kd_exchange *x = &p->t.x;

	if (x->counts.packets_out == p->sent)
		return;
	p->sent = x->counts.packets_out;
	if (!p->change)
		return;
	p->change(p, x->type, x->payload, &x->len);
	x->sum = kd_sum(x->payload, x->len);
}

static bool to_debugger(struct puppet *p)
{
	uint8_t bytes[256];
	size_t at = 0, used, n;

	if (p->t.state == KD_TARGET_RUNNING)
		return false;
	/* Without room for it, a reply is made in whole before it leaves. */
	(void)kd_target_output(&p->t, &sim_machine_ops, &p->m,
			       (struct kd_room){ bytes, 0 }, p->now);
	meddle(p);
	n = kd_target_output(&p->t, &sim_machine_ops, &p->m,
			     (struct kd_room){ bytes, sizeof(bytes) }, p->now);
	while (at < n && !p->s.done) {
		session_event(&p->s,
			      kd_debugger_input(
				      &p->d,
				      (struct kd_span){ bytes + at, n - at },
				      p->now, &used),
			      p->now);
		at += used;
	}
	return n != 0;
}

static bool to_target(struct puppet *p)
{
	uint8_t byte;
	size_t used = 0;

	/* One at a time, as the target takes them. */
	if (p->t.state != KD_TARGET_RUNNING && kd_exchange_pending(&p->t.x))
		return false;
	if (!kd_debugger_output(&p->d, (struct kd_room){ &byte, 1 }, p->now))
		return false;
	while (!used && p->t.state != KD_TARGET_RUNNING) {
		used = kd_target_input(&p->t, &sim_machine_ops, &p->m,
				       (struct kd_span){ &byte, 1 }, p->now);
		if (!used)
			to_debugger(p);
	}
	if (!used && kd_target_poll(&p->t, (struct kd_span){ &byte, 1 }, &used))
		sim_machine_break(&p->m, &p->t, p->now);
	return true;
}

static bool run(struct puppet *p)
{
	size_t used;

	if (p->t.state != KD_TARGET_RUNNING || p->m.end)
		return false;
	if (p->m.stopped)
		sim_machine_resumed(&p->m, p->now);
	if (p->t.breakin_pending) {
		kd_target_poll(&p->t, (struct kd_span){ NULL, 0 }, &used);
		sim_machine_break(&p->m, &p->t, p->now);
		return true;
	}
	if (p->now < p->m.act_ns)
		return false;
	sim_machine_run(&p->m, &p->t, p->now);
	return true;
}

/* Everything that can happen now, then on to the next instant. */
static void turn(struct puppet *p)
{
	uint64_t next, at;
	bool moved = true;

	while (moved && !p->s.done) {
		kd_target_time(&p->t, &sim_machine_ops, &p->m, p->now);
		moved = to_debugger(p);
		moved |= to_target(p);
		moved |= run(p);
		session_event(&p->s, kd_debugger_time(&p->d, p->now), p->now);
		session_time(&p->s, p->now);
		moved |= kd_exchange_pending(&p->d.x);
	}
	next = kd_debugger_deadline(&p->d);
	at = session_deadline(&p->s);
	next = at < next ? at : next;
	at = kd_target_deadline(&p->t);
	next = at < next ? at : next;
	if (p->t.state == KD_TARGET_RUNNING && !p->m.end && p->m.act_ns < next)
		next = p->m.act_ns;
	if (!p->s.done && next == KD_NEVER)
		session_end(&p->s, VERDICT_HANG, "nothing can happen");
	p->now = next > p->now ? next : p->now + 1;
}

void puppet_run(struct puppet *p, const char *steps)
{
	char *yaml = mem_printf("name: t\ntransport: sim\n"
				"guest.functions: %u\nsession:\n%s",
				(unsigned)p->world.functions, steps);
	const struct cell *cell = plans_loaded(NULL, yaml, NULL)->cells;
	const struct session_config config = {
		.steps = cell->steps,
		.step_count = cell->step_count,
		.think = &cell->think,
		.seed = 5,
		.nonce = NONCE,
		.pattern = pattern_of(NONCE, PATTERN_SIZE),
		.pattern_size = PATTERN_SIZE,
		.scratch_size = SCRATCH_SIZE,
		.peek = peek,
		.env = p,
	};
	size_t count = session_record_count(cell->steps, cell->step_count);
	struct step_record *records = mem_array(count, sizeof(*records));
	unsigned turns = 0;

	free(yaml);
	p->now = p->polled_ns = p->sent = 0;
	p->count = 0;
	kd_debugger_init(&p->d, &debugger);
	kd_target_init(&p->t, &target);
	sim_machine_init(&p->m, NONCE, PATTERN_SIZE, SCRATCH_SIZE);
	sim_machine_build_world(&p->m, p->world, NULL);
	if (p->spoil)
		p->spoil(p);
	sim_machine_break(&p->m, &p->t, 0);
	session_init(&p->s, &config, &p->d, records, 0);
	session_start(&p->s, 0);
	while (!p->s.done && ++turns < TURNS_MAX)
		turn(p);
	if (!p->s.done)
		fail_msg("it never ends");
	sim_machine_release(&p->m);
	free(records);
	plans_release(NULL);
}

void assert_ended(const struct puppet *p, enum verdict verdict,
		  const char *detail)
{
	if (p->s.verdict != verdict || !strstr(p->s.detail, detail))
		fail_msg("%s: '%s', not %s: '%s'", verdict_names[p->s.verdict],
			 p->s.detail, verdict_names[verdict], detail);
}
