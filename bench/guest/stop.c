/* SPDX-License-Identifier: MIT */
#include "bench/guest/stop.h"

#include "bench/guest/apic.h"
#include "bench/guest/block.h"
#include "bench/guest/context.h"
#include "bench/guest/counters.h"
#include "bench/guest/memory.h"
#include "bench/guest/panic.h"
#include "bench/guest/special.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"
#include "bench/kd/target.h"

#define INT3 0xcc

static struct kd_target target;
static const struct line *line;
static bool active;

/* --- what kd_target asks of the machine --------------------------------- */

static uint32_t op_read(void *env, bool physical, uint64_t address, uint8_t *to,
			uint32_t len, uint32_t *sum)
{
	(void)env;
	(void)physical;
	return memory_read(address, to, len, sum);
}

static uint32_t op_write(void *env, bool physical, uint64_t address,
			 const uint8_t *from, uint32_t len)
{
	(void)env;
	(void)physical;
	return memory_write(address, from, len);
}

static void op_get_context(void *env, uint8_t *to)
{
	(void)env;
	context_get(to);
}

static void op_set_context(void *env, const uint8_t *from, uint32_t len)
{
	(void)env;
	context_set(from, len);
}

static uint32_t op_read_control(void *env, uint64_t selector, uint8_t *to,
				uint32_t len)
{
	(void)env;
	return special_control_space(selector, to, len);
}

static void op_version(void *env, struct kd_manipulate *m)
{
	(void)env;
	block_version(m);
}

/*
 * The debugger may have left an order in the mailbox while the guest stood
 * between looking there and halting. An interrupt that is pending from now on
 * ends the next HLT at once, wherever it is.
 */
#define WAKE_NS 1000

static void op_resume(void *env, const struct kd_manipulate *m)
{
	(void)env;
	apic_timer_start(WAKE_NS);
	if (m->api == KD_API_CONTINUE2 && kd_status_ok(m->u.resume.status))
		context_control(m->u.resume.trace != 0, m->u.resume.dr7);
}

static void op_reboot(void *env)
{
	(void)env;
	line->drain();
	panic_exit(GUEST_EXIT_REBOOT);
}

static const struct kd_target_ops ops = {
	.read = op_read,
	.write = op_write,
	.get_context = op_get_context,
	.set_context = op_set_context,
	.read_control = op_read_control,
	.version = op_version,
	.resume = op_resume,
	.reboot = op_reboot,
};

/* --- moving bytes between it and the line --------------------------------- */

/* The protocol's counts, where the harness can read them. */
static void publish_counts(void)
{
	const struct kd_counts *c = &target.x.counts;

	counters[KDBB_PACKETS_IN] = c->packets_in;
	counters[KDBB_PACKETS_OUT] = c->packets_out;
	counters[KDBB_RESENT] = c->resent;
	counters[KDBB_RESENDS_OUT] = c->resends_out;
	counters[KDBB_RESENDS_IN] = c->resends_in;
	counters[KDBB_RESETS_IN] = c->resets_in;
}

/* Send what there is room for; returns how many bytes that was. */
static size_t pump_out(uint64_t now)
{
	struct kd_room rooms[2];
	unsigned count = line->reserve(rooms);
	size_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t n = kd_target_output(&target, &ops, NULL, rooms[i], now);

		total += n;
		if (n < rooms[i].len)
			break;
	}
	if (total)
		line->commit(total);
	return total;
}

/* Serve one span; if it ends a request, that is what we are here for. */
static size_t serve(struct kd_span in, uint64_t now)
{
	uint64_t requests = target.x.counts.packets_in;
	uint64_t start = ticks_read();
	size_t n;

	publish_counts();
	n = kd_target_input(&target, &ops, NULL, in, now);
	if (target.x.counts.packets_in != requests)
		counters[KDBB_SERVICE_TICKS] += ticks_read() - start;
	return n;
}

static size_t pump_in(uint64_t now)
{
	struct kd_span spans[2];
	unsigned count = line->peek(spans);
	size_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t n = serve(spans[i], now);

		total += n;
		if (n < spans[i].len)
			break;
	}
	if (total)
		line->consume(total);
	return total;
}

/* Until the machine may run again. */
static void pump(void)
{
	if (kd_target_discarding(&target))
		(void)pump_in(ticks_now_ns());
	while (target.state != KD_TARGET_RUNNING) {
		uint64_t now = ticks_now_ns();
		bool out = kd_target_sending(&target);
		size_t moved = out ? pump_out(now) : pump_in(now);
		uint64_t deadline = kd_target_deadline(&target);

		if (moved)
			continue;
		if (deadline <= now)
			kd_target_time(&target, &ops, NULL, now);
		else
			line->wait(out, deadline);
	}
	publish_counts();
}

/* --- what the rest of the guest asks ------------------------------------- */

/*
 * The running machine borrows the line. A step or a breakpoint in between would
 * find it half used.
 */
static void borrow(void)
{
	active = true;
}

static void give_back(void)
{
	active = false;
	trap_resume_step();
}

void stop_init(const struct line *l, const struct params *p)
{
	struct kd_target_profile profile = p->target;

	profile.reliable = p->framing == FRAMING_PACKET;
	line = l;
	kd_target_init(&target, &profile);
}

/*
 * A breakpoint of our own would stop us for ever if the debugger goes on from
 * where it stands. Those that a debugger has set are its own affair.
 */
static void step_over_own_breakpoint(uint64_t stopped_at)
{
	uint8_t byte = 0;
	uint32_t sum = 0;

	if (trap_stopped.rip == stopped_at &&
	    !kd_target_owns_breakpoint(&target, stopped_at) &&
	    memory_read(stopped_at, &byte, 1, &sum) == 1 && byte == INT3)
		trap_stopped.rip++;
}

void stop_enter(uint32_t code)
{
	uint64_t stopped_at = trap_stopped.rip;
	struct kd_exception e;

	active = true;
	context_enter();
	context_exception(&e, code);
	kd_target_stop(&target, &e, ticks_now_ns());
	pump();
	if (code == KD_CODE_BREAKPOINT)
		step_over_own_breakpoint(stopped_at);
	active = false;
	context_leave();
}

bool stop_active(void)
{
	return active;
}

bool stop_print(const uint8_t *text, uint32_t len)
{
	bool present;

	borrow();
	present = kd_target_print(&target, text, len, ticks_now_ns());
	if (present)
		pump();
	else
		counters[KDBB_PRINTS_SKIPPED]++;
	give_back();
	return present;
}

bool stop_poll_due(void)
{
	return kd_target_poll_due(&target);
}

bool stop_poll(void)
{
	struct kd_span spans[2] = { { NULL, 0 }, { NULL, 0 } };
	size_t used;
	bool hit;

	borrow();
	(void)line->peek(spans);
	hit = kd_target_poll(&target, spans[0], &used);
	if (used)
		line->consume(used);
	give_back();
	return hit;
}

void stop_idle(void)
{
	if (trap_stepping())
		return;
	borrow();
	line->wait(false, TICKS_NEVER);
	give_back();
}
