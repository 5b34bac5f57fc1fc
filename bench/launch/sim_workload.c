/* SPDX-License-Identifier: MIT */
/* What the toy machine does while it runs: one small thing at a time. */
#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/kd/kdbb.h"
#include "bench/launch/sim_machine.h"

#define DR_COUNT 4
#define DR6_OFFSET (KD_CONTEXT_DR7_OFFSET - 8)

static uint64_t arg(const struct sim_machine *m, unsigned index)
{
	return sim_machine_mail(m, KDBB_MAIL_ARG0 + 8 * index);
}

static void begin(struct sim_machine *m, uint64_t now)
{
	sim_dive_return(m); /* whatever it was called off in */
	m->order = sim_machine_mail(m, KDBB_MAIL_SEQUENCE);
	m->command = sim_machine_mail(m, KDBB_MAIL_COMMAND);
	m->done = m->right = 0;
	m->order_ns = 0;
	m->handle = 0;
	m->wanted = arg(m, 0);
	m->asked = m->opened = m->closed = false;
	m->began_ns = now;
	m->deaf_ns = 0;
	m->units_left = 0;
	if (m->command == KDBB_PRINT_STORM)
		m->units_left = arg(m, 2) & KDBB_STORM_WORK_MASK;
	if (m->command == KDBB_SPIN)
		m->units_left = arg(m, 0) ? arg(m, 0) : UINT64_MAX;
	if (m->command == KDBB_BREAKPOINT_LOOP)
		m->units_left = arg(m, 0);
}

/* In real time what is to be done can be done at once, and takes its time. */
static uint64_t later(const struct sim_machine *m, uint64_t now, uint64_t ns)
{
	return m->real_time ? now : now + ns;
}

/* As many hashes as the guest does for as many units of work. */
static void compute(struct sim_machine *m, uint64_t units)
{
	uint64_t value = m->value;

	for (uint64_t i = 0; i < units * KDBB_UNIT_ROUNDS; i++)
		value = hash_u64(value);
	m->value = value;
}

void sim_machine_resumed(struct sim_machine *m, uint64_t now)
{
	m->stopped = false;
	if (sim_machine_mail(m, KDBB_MAIL_SEQUENCE) != m->order)
		begin(m, now);
	m->act_ns = m->command == KDBB_IDLE ? CLOCK_NEVER
					    : later(m, now, SIM_UNIT_NS);
	/* A step, or an instruction that is not there, takes a moment. */
	if (m->stepping ||
	    !sim_machine_in_code(m,
				 kd_load64(m->context + KD_CONTEXT_RIP_OFFSET)))
		m->act_ns = later(m, now, SIM_STEP_NS);
}

static uint64_t ticks(const struct sim_machine *m, uint64_t ns)
{
	return (uint64_t)((unsigned __int128)ns * m->tsc_hz / NS_PER_S);
}

/* The order is done: say so in the mailbox and stop. */
static void finish(struct sim_machine *m, struct kd_target *t, uint64_t result,
		   uint64_t now)
{
	sim_machine_set_mail(m, KDBB_MAIL_DONE, m->order);
	sim_machine_set_mail(m, KDBB_MAIL_RESULT0, result);
	sim_machine_set_mail(
		m, KDBB_MAIL_RESULT1,
		ticks(m, m->order_ns ? m->order_ns : now - m->began_ns));
	m->command = KDBB_IDLE;
	sim_machine_break(m, t, now);
}

/* What a debug register watches: the R/W bits of Dr7. */
enum watch { WATCH_EXECUTE, WATCH_WRITE };

/* Is there a debug register for this? Then Dr6 says which. */
static bool hardware_breakpoint(struct sim_machine *m, enum watch kind,
				uint64_t address)
{
	uint64_t dr7 = kd_load64(m->context + KD_CONTEXT_DR7_OFFSET);

	for (unsigned i = 0; i < DR_COUNT; i++) {
		const uint8_t *at = m->context + KD_CONTEXT_DR0_OFFSET + 8 * i;

		if ((dr7 >> 2 * i & 3) && (dr7 >> (16 + 4 * i) & 3) == kind &&
		    kd_load64(at) == address) {
			kd_store64(m->context + DR6_OFFSET,
				   UINT64_C(0xffff0ff0) | 1u << i);
			return true;
		}
	}
	return false;
}

/* Spin work is done in lumps, unless each unit is watched, or takes time. */
static void spin(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	bool soft = kd_target_owns_breakpoint(t, SIM_SPIN_PC);
	bool hard = !soft &&
		    (hardware_breakpoint(m, WATCH_EXECUTE, SIM_SPIN_PC) ||
		     hardware_breakpoint(m, WATCH_WRITE, SIM_WORK_UNITS));
	uint8_t ignored;
	bool counted = !soft && kd_target_counts(t, SIM_SPIN_PC, &ignored);
	bool one = soft || hard || counted || m->real_time;
	uint64_t units = one ? 1 : SIM_LUMP;

	if (units > m->units_left)
		units = m->units_left;
	if (m->real_time && m->command != KDBB_BREAKPOINT_LOOP)
		compute(m, units);
	m->units_left -= units;
	m->done += units;
	m->act_ns = later(m, now, units * SIM_UNIT_NS);
	sim_machine_count(m, KDBB_WORK_UNITS, units);
	if (soft || hard)
		sim_machine_stop(
			m, t, soft ? KD_CODE_BREAKPOINT : KD_CODE_SINGLE_STEP,
			SIM_SPIN_PC, now);
}

static void print_line(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	uint8_t line[KDBB_LINE_MAX];
	uint32_t len = kdbb_line(arg(m, 1), m->done++, line);

	m->units_left = arg(m, 2) & KDBB_STORM_WORK_MASK;
	if (!kd_target_print(t, line, len, now))
		sim_machine_count(m, KDBB_PRINTS_SKIPPED, 1);
}

static void do_print_storm(struct sim_machine *m, struct kd_target *t,
			   uint64_t now)
{
	uint64_t gap_ns = arg(m, 2) >> KDBB_STORM_GAP_SHIFT;
	uint64_t lines = m->done;
	uint64_t due = m->began_ns + lines * gap_ns;

	if (arg(m, 0) && m->done == arg(m, 0)) {
		finish(m, t, m->done, now);
	} else if (m->units_left) {
		spin(m, t, now);
		m->done = lines;
	} else if (gap_ns && now < due) {
		m->act_ns = due;
	} else {
		print_line(m, t, now);
	}
}

static void do_spin(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	if (m->units_left)
		spin(m, t, now);
	else
		finish(m, t, m->done, now);
}

/* Each module twice if it is to be unloaded too. */
static void do_module_storm(struct sim_machine *m, struct kd_target *t,
			    uint64_t now)
{
	unsigned each = arg(m, 2) & 1 ? 2 : 1;
	struct kd_symbols s;
	struct kd_exception e;
	char path[KDBB_PATH_MAX];

	if (m->done / each >= arg(m, 0)) {
		finish(m, t, m->done, now);
		return;
	}
	kdbb_module(arg(m, 1), m->done / each, &s, path);
	s.unload = m->done % each != 0;
	m->done++;
	sim_machine_count(m, KDBB_WORK_UNITS, 1);
	sim_machine_describe(m, &e);
	m->stopped = kd_target_symbols(t, &s, &e, path, now);
}

/* How many of the bytes read at 'offset' of the file are the pattern's. */
static uint64_t count_right(const struct sim_machine *m, uint64_t offset,
			    struct kd_span data)
{
	uint64_t right = 0;

	for (size_t i = 0; i < data.len; i++)
		right += data.at[i] == kdbb_file_byte(arg(m, 2), offset + i);
	return right;
}

/* Take the answer to what was asked; false: the transfer is at its end. */
static bool take_file_answer(struct sim_machine *m, struct kd_target *t)
{
	struct kd_file_io answer;
	struct kd_span data;

	if (!kd_target_file_answer(t, &answer, &data) ||
	    !kd_status_ok(answer.status) || answer.api == KD_FILE_CLOSE)
		return false;
	if (answer.api == KD_FILE_CREATE) {
		m->handle = answer.u.create.handle;
		return true;
	}
	m->right += count_right(m, m->done, data);
	m->done += data.len;
	sim_machine_count(m, KDBB_WORK_UNITS, 1);
	if (!data.len) /* the file is shorter than thought: close it */
		m->wanted = m->done;
	return true;
}

static void ask_file(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	struct kd_file_io f;
	uint8_t name[2 * sizeof(KDBB_FILE_NAME)];
	uint32_t len = 0;

	if (!m->opened)
		len = kdbb_file_open(&f, name);
	else if (m->done < m->wanted)
		kdbb_file_read(&f, m->handle, m->done, m->wanted - m->done,
			       arg(m, 1));
	else
		f = (struct kd_file_io){ .api = KD_FILE_CLOSE,
					 .u.close = { m->handle } };
	m->opened = true;
	m->asked = kd_target_file(t, &f, name, len, now);
	if (!m->asked)
		finish(m, t, m->right, now);
}

static void do_file_transfer(struct sim_machine *m, struct kd_target *t,
			     uint64_t now)
{
	if (m->closed)
		finish(m, t, m->right, now);
	else
		ask_file(m, t, now);
}

void sim_machine_heard(struct sim_machine *m, struct kd_target *t)
{
	if (!m->asked)
		return;
	m->asked = false;
	if (m->command == KDBB_PROMPT)
		m->right += kd_target_line(t).at != NULL;
	else if (m->command == KDBB_EVENTS)
		m->closed = !sim_machine_event_answered(m, t);
	else
		m->closed = !take_file_answer(m, t);
}

/* Nobody can step through code that is not there: a round is an instant. */
static void do_step_loop(struct sim_machine *m, struct kd_target *t,
			 uint64_t now)
{
	kd_store64(m->context + KD_CONTEXT_RIP_OFFSET, SIM_LOOP_PC);
	if (m->done >= arg(m, 0)) {
		finish(m, t, arg(m, 0), now);
		return;
	}
	m->done++;
	sim_machine_count(m, KDBB_WORK_UNITS, 1);
}

/* Going on from the innermost function leads back through all of them. */
static void do_dive(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	uint64_t depth = m->dive.depth;
	uint64_t pc = depth ? 0 : sim_dive_call(m, arg(m, 0));

	if (pc) {
		sim_machine_stop(m, t, KD_CODE_BREAKPOINT, pc, now);
		return;
	}
	sim_dive_return(m);
	sim_machine_count(m, KDBB_WORK_UNITS, depth);
	finish(m, t, depth, now);
}

static void do_prompt(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	m->asked = m->done < arg(m, 0);
	if (!m->asked) {
		finish(m, t, m->right, now);
		return;
	}
	m->done++;
	sim_machine_count(m, KDBB_WORK_UNITS, 1);
	kd_target_prompt(t, (const uint8_t *)KDBB_PROMPT_TEXT,
			 sizeof(KDBB_PROMPT_TEXT) - 1, KDBB_PROMPT_MAX, now);
}

/* An event that is work is done when its units are. */
static void do_events(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	uint64_t done = m->done;

	if (m->units_left) {
		spin(m, t, now);
		m->done = done;
	} else if (m->closed || !sim_machine_event(m, t, now)) {
		finish(m, t, m->done, now);
	}
}

/*
 * All of it is one wait, of which a break-in is not noticed. Prices that were
 * made up are none of a real processor's.
 */
static void do_calibrate(struct sim_machine *m, struct kd_target *t,
			 uint64_t now)
{
	uint64_t ns = sim_calibrate_ns(arg(m, 0));

	if (m->done || !ns || m->real_time || !arg(m, 1) ||
	    arg(m, 1) > SIM_PIECES_MAX) {
		finish(m, t, m->done, now);
		return;
	}
	m->done = arg(m, 1);
	m->order_ns = ns * m->done;
	m->act_ns = now + m->order_ns;
}

static void do_deaf(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	if (!sim_machine_deaf(m, now))
		finish(m, t, 0, now);
}

static void work(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	static void (*const workloads[])(struct sim_machine *,
					 struct kd_target *, uint64_t) = {
		[KDBB_PRINT_STORM] = do_print_storm,
		[KDBB_SPIN] = do_spin,
		[KDBB_MODULE_STORM] = do_module_storm,
		[KDBB_FILE_TRANSFER] = do_file_transfer,
		[KDBB_STEP_LOOP] = do_step_loop,
		[KDBB_BREAKPOINT_LOOP] = do_spin,
		[KDBB_PROMPT] = do_prompt,
		[KDBB_WILD] = sim_machine_wild,
		[KDBB_CALIBRATE] = do_calibrate,
		[KDBB_DIVE] = do_dive,
		[KDBB_EVENTS] = do_events,
		[KDBB_DEAF] = do_deaf,
	};
	bool known = m->command < sizeof(workloads) / sizeof(workloads[0]) &&
		     workloads[m->command];

	m->act_ns = known ? later(m, now, SIM_UNIT_NS) : CLOCK_NEVER;
	if (known)
		workloads[m->command](m, t, now);
}

/* All its instructions are one byte long; those of the step loop come again. */
static uint64_t next_pc(struct sim_machine *m)
{
	uint64_t pc = kd_load64(m->context + KD_CONTEXT_RIP_OFFSET);

	if (m->command == KDBB_STEP_LOOP)
		return SIM_LOOP_PC + m->done++ % KDBB_STEP_LOOP_LENGTH;
	return sim_machine_in_code(m, pc + 1) ? pc + 1 : SIM_CODE;
}

uint64_t sim_machine_run(struct sim_machine *m, struct kd_target *t,
			 uint64_t now)
{
	uint64_t pc;

	sim_machine_heard(m, t);
	if (now < m->act_ns)
		return m->act_ns;
	pc = kd_load64(m->context + KD_CONTEXT_RIP_OFFSET);
	if (!sim_machine_in_code(m, pc))
		sim_machine_stop(m, t, KD_CODE_ACCESS_VIOLATION, pc, now);
	else if (m->stepping)
		sim_machine_stop(m, t, KD_CODE_SINGLE_STEP, next_pc(m), now);
	else
		work(m, t, now);
	return t->state == KD_TARGET_RUNNING ? m->act_ns : CLOCK_NEVER;
}
