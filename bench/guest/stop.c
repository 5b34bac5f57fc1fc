/* SPDX-License-Identifier: MIT */
#include "bench/guest/stop.h"

#include "bench/guest/context.h"
#include "bench/guest/counters.h"
#include "bench/guest/cpu.h"
#include "bench/guest/memory.h"
#include "bench/guest/ops.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"
#include "bench/guest/wait.h"
#include "bench/kd/say.h"
#include "bench/kd/target.h"

#define INT3 0xcc
#define EFLAGS_IF 0x200

static struct kd_target target;
static const struct line *line;
static volatile bool active; /* interrupts look at it */
static bool was_stopped;     /* since the last time it slept */

/*
 * kdcom has no clock: a time-out is so many looks at the line that found
 * nothing. Then they are the time that the target is told.
 */
static bool counting;
static uint64_t looks;

/* What the next stop is to tell of, if it is no exception. */
static const struct kd_symbols *module;
static const char *module_path;

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

/*
 * Service is what lies between these two: from bytes in the line's memory to
 * what they bring about, back in its memory. The line's own accesses (port
 * loops, doorbells) and waiting are outside.
 */
static uint64_t service_begin(void)
{
	return ticks_read();
}

static uint64_t moment_at(uint64_t ticks)
{
	return counting ? looks : ticks_to_ns(ticks);
}

static uint64_t moment(void)
{
	return counting ? looks : ticks_now_ns();
}

static void service_end(uint64_t began)
{
	counters[KDBB_SERVICE_TICKS] += ticks_read() - began;
}

/* Send what there is room for; returns how many bytes that was. */
static size_t pump_out(void)
{
	struct kd_room rooms[2];
	unsigned count = line->reserve(rooms);
	size_t total = 0;
	uint64_t began, now;

	if (!count)
		return 0;
	began = service_begin();
	now = moment_at(began);
	for (unsigned i = 0; i < count; i++) {
		size_t n = kd_target_output(&target, &ops_machine, &target,
					    rooms[i], now);

		total += n;
		if (n < rooms[i].len)
			break;
	}
	service_end(began);
	if (total)
		line->commit(total);
	return total;
}

/* Serve what has come; returns how many bytes of it were taken. */
static size_t pump_in(void)
{
	struct kd_span spans[2];
	unsigned count = line->peek(spans);
	size_t total = 0;
	uint64_t began, now;

	if (!count)
		return 0;
	began = service_begin();
	now = moment_at(began);
	for (unsigned i = 0; i < count; i++) {
		size_t n;

		publish_counts();
		n = kd_target_input(&target, &ops_machine, &target, spans[i],
				    now);
		total += n;
		if (n < spans[i].len)
			break;
	}
	service_end(began);
	if (total)
		line->consume(total);
	return total;
}

/* Is it time for what the target does by itself? */
static bool overdue(uint64_t deadline)
{
	uint64_t now;

	if (deadline == TICKS_NEVER)
		return false;
	now = moment();
	if (now < deadline)
		return false;
	kd_target_time(&target, &ops_machine, &target, now);
	return true;
}

/* A look found nothing. Waiting for room kdcom does without counting. */
static void look_again(bool out)
{
	uint64_t deadline;

	looks += !out;
	deadline = kd_target_deadline(&target);
	if (overdue(deadline))
		return;
	if (counting && deadline != TICKS_NEVER)
		wait_counted();
	else
		wait_fruitless(line, out, deadline);
}

/*
 * Until the machine may run again. A look in vain reads no clock unless
 * something depends on it: each reading is a detour through the emulator.
 */
static void pump(void)
{
	if (kd_target_discarding(&target))
		(void)pump_in();
	while (target.state != KD_TARGET_RUNNING) {
		bool out = kd_target_sending(&target);

		if (out ? pump_out() : pump_in())
			wait_fruitful();
		else
			look_again(out);
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

/*
 * The same, with interrupts off, for what may sleep: an interrupt between the
 * last look and the HLT must end it. Returns whether they were on.
 */
static bool borrow_to_wait(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0; cli" : "=r"(flags)::"memory");
	borrow();
	return (flags & EFLAGS_IF) != 0;
}

static void give_back_after(bool interrupts)
{
	give_back();
	if (interrupts)
		__asm__ volatile("sti" ::: "memory");
}

void stop_init(const struct line *l, const struct params *p)
{
	struct kd_target_profile profile = p->target;

	counting = profile.counts_polls;
	profile.reliable = p->framing == FRAMING_PACKET;
	line = l;
	wait_init(p);
	ops_init(l);
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

/*
 * A module's notice is a stop like others, but for what it tells; nobody who
 * takes it: the machine goes on.
 */
static void begin(const struct kd_exception *e)
{
	uint64_t now = moment();
	const struct kd_symbols *s = module;

	module = NULL;
	if (!s)
		kd_target_stop(&target, e, now);
	else if (!kd_target_symbols(&target, s, e, module_path, now))
		counters[KDBB_PRINTS_SKIPPED]++;
}

void stop_enter(uint32_t code)
{
	uint64_t stopped_at = trap_stopped.rip;
	struct kd_exception e;

	active = true;
	cpu_freeze();
	context_enter(0, &trap_stopped);
	context_describe(0, &e);
	e.code = code;
	begin(&e);
	pump();
	if (code == KD_CODE_BREAKPOINT)
		step_over_own_breakpoint(stopped_at);
	was_stopped = true;
	active = false;
	context_leave(0);
	cpu_thaw();
}

bool stop_active(void)
{
	return active;
}

void stop_module(const struct kd_symbols *s, const char *path)
{
	module = s;
	module_path = path;
	stop_break();
}

bool stop_print(const uint8_t *text, uint32_t len)
{
	bool interrupts = borrow_to_wait();
	bool present = kd_target_print(&target, text, len, moment());

	if (present)
		pump();
	else
		counters[KDBB_PRINTS_SKIPPED]++;
	give_back_after(interrupts);
	return present;
}

bool stop_prompt(const uint8_t *text, uint32_t len, uint32_t max)
{
	bool interrupts = borrow_to_wait();
	bool answered;

	kd_target_prompt(&target, text, len, max, moment());
	pump();
	answered = kd_target_line(&target).at != NULL;
	give_back_after(interrupts);
	return answered;
}

bool stop_file(const struct kd_file_io *request, const uint8_t *data,
	       uint32_t len, struct kd_file_io *answer, struct kd_span *got)
{
	bool interrupts = borrow_to_wait();
	bool answered = false;

	if (kd_target_file(&target, request, data, len, moment())) {
		pump();
		answered = kd_target_file_answer(&target, answer, got);
	}
	give_back_after(interrupts);
	return answered;
}

void stop_hand_over(void)
{
	bool interrupts = borrow_to_wait();

	kd_target_hand_over(&target, &ops_machine, &target);
	give_back_after(interrupts);
}

const struct line *stop_lend_line(bool *interrupts)
{
	*interrupts = borrow_to_wait();
	return line;
}

void stop_return_line(bool interrupts)
{
	give_back_after(interrupts);
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
	if (used) {
		wait_fruitful();
		line->consume(used);
	}
	give_back();
	return hit;
}

/*
 * A debugger that stopped us a moment ago may have left an order: look again
 * before sleeping.
 */
void stop_idle(uint64_t until_ns)
{
	bool interrupts;

	if (trap_stepping())
		return;
	interrupts = borrow_to_wait();
	if (!was_stopped)
		wait_fruitless(line, false, until_ns);
	was_stopped = false;
	give_back_after(interrupts);
}

bool stop_counts(uint64_t address, uint8_t *byte)
{
	return kd_target_counts(&target, address, byte);
}

bool stop_counts_at(uint64_t address)
{
	return kd_target_has_internal(&target, address);
}
