/* SPDX-License-Identifier: MIT */
#include "bench/launch/sim_machine.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/sum.h"

/* Offsets within the blocks page. */
enum {
	LIST_HEAD = 0x000,
	KDBB = 0x040,
	COUNTERS = 0x100,
	MAILBOX = 0x400,
};

#define TSC_HZ NS_PER_S

static void put(struct sim_machine *m, unsigned offset, uint64_t value)
{
	kd_store64(m->blocks + offset, value);
}

static uint64_t mail(const struct sim_machine *m, unsigned offset)
{
	return kd_load64(m->blocks + MAILBOX + offset);
}

static void count(struct sim_machine *m, enum kdbb_counter which, uint64_t n)
{
	uint8_t *at = m->blocks + COUNTERS + 8 * which;

	kd_store64(at, kd_load64(at) + n);
}

static void lay_out_blocks(struct sim_machine *m)
{
	put(m, LIST_HEAD, SIM_BLOCKS + KDBB);
	put(m, LIST_HEAD + 8, SIM_BLOCKS + KDBB);
	put(m, KDBB + KDBB_FLINK, SIM_BLOCKS + LIST_HEAD);
	put(m, KDBB + KDBB_BLINK, SIM_BLOCKS + LIST_HEAD);
	kd_store32(m->blocks + KDBB + KDBB_OWNER_TAG, KDBB_TAG);
	kd_store32(m->blocks + KDBB + KDBB_SIZE, KDBB_BLOCK_SIZE);
	put(m, KDBB + KDBB_LAYOUT, KDBB_VERSION);
	put(m, KDBB + KDBB_TSC_HZ, TSC_HZ);
	put(m, KDBB + KDBB_PATTERN, SIM_PATTERN);
	put(m, KDBB + KDBB_PATTERN_SIZE, m->pattern_size);
	put(m, KDBB + KDBB_PATTERN_NONCE, m->nonce);
	put(m, KDBB + KDBB_SCRATCH, SIM_SCRATCH);
	put(m, KDBB + KDBB_SCRATCH_SIZE, m->scratch_size);
	put(m, KDBB + KDBB_COUNTERS, SIM_BLOCKS + COUNTERS);
	/* It has no devices: what it cannot count it does not offer. */
	put(m, KDBB + KDBB_COUNTERS_COUNT, 0);
	put(m, KDBB + KDBB_MAILBOX, SIM_BLOCKS + MAILBOX);
	put(m, KDBB + KDBB_SPIN_PC, SIM_SPIN_PC);
}

void sim_machine_init(struct sim_machine *m, uint64_t nonce,
		      uint64_t pattern_size, uint64_t scratch_size)
{
	memset(m, 0, sizeof(*m));
	m->nonce = nonce;
	m->pattern_size = pattern_size;
	m->scratch_size = scratch_size;
	m->scratch = mem_alloc(scratch_size);
	m->pattern = mem_alloc(pattern_size);
	for (uint64_t i = 0; i < pattern_size / 8; i++)
		kd_store64(m->pattern + 8 * i, hash_pattern(nonce, i));
	memset(m->code, 0x90, sizeof(m->code));
	lay_out_blocks(m);
	m->act_ns = CLOCK_NEVER;
}

void sim_machine_release(struct sim_machine *m)
{
	free(m->scratch);
	free(m->pattern);
	m->scratch = m->pattern = NULL;
}

/* The bytes at an address up to the end of their region. */
static struct kd_room lookup(const struct sim_machine *m, uint64_t address)
{
	const struct {
		uint64_t base, size;
		const uint8_t *at;
	} regions[] = {
		{ SIM_CODE, SIM_CODE_SIZE, m->code },
		{ SIM_BLOCKS, SIM_BLOCKS_SIZE, m->blocks },
		{ SIM_SCRATCH, m->scratch_size, m->scratch },
		{ SIM_PATTERN, m->pattern_size, m->pattern },
	};

	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		uint64_t offset = address - regions[i].base;

		if (address >= regions[i].base && offset < regions[i].size)
			return (struct kd_room){
				(uint8_t *)(uintptr_t)regions[i].at + offset,
				regions[i].size - offset
			};
	}
	return (struct kd_room){ NULL, 0 };
}

static uint32_t machine_read(void *env, bool physical, uint64_t address,
			     uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct kd_room room = lookup(env, address);

	(void)physical;
	if (len > room.len)
		len = (uint32_t)room.len;
	*sum += kd_copy_sum(to, room.at, len);
	return len;
}

static uint32_t machine_write(void *env, bool physical, uint64_t address,
			      const uint8_t *from, uint32_t len)
{
	struct kd_room room = lookup(env, address);

	(void)physical;
	if (len > room.len)
		len = (uint32_t)room.len;
	if (len)
		memcpy(room.at, from, len);
	return len;
}

static void machine_get_context(void *env, uint8_t *to)
{
	struct sim_machine *m = env;

	memcpy(to, m->context, KD_CONTEXT_SIZE);
}

static void machine_set_context(void *env, const uint8_t *from, uint32_t len)
{
	struct sim_machine *m = env;

	memcpy(m->context, from, len);
}

static uint32_t machine_read_control(void *env, uint64_t selector, uint8_t *to,
				     uint32_t len)
{
	(void)env;
	if (selector != KD_CONTROL_SPACE_SPECIAL)
		return 0;
	if (len > KD_SPECIAL_SIZE)
		len = KD_SPECIAL_SIZE;
	memset(to, 0, len);
	return len;
}

static void machine_version(void *env, struct kd_manipulate *m)
{
	(void)env;
	m->u.version.major = 0x000f;
	m->u.version.minor = 18362;
	m->u.version.protocol = 6;
	m->u.version.secondary = 2;
	m->u.version.flags = KD_VERSION_DATA | KD_VERSION_PTR64;
	m->u.version.machine = KD_MACHINE_AMD64;
	m->u.version.max_type = KD_TYPE_MAX;
	m->u.version.max_state = 3;
	m->u.version.max_api = 0x31;
	m->u.version.kern_base = SIM_CODE;
	m->u.version.data_list = SIM_BLOCKS + LIST_HEAD;
}

static void machine_resume(void *env, const struct kd_manipulate *m)
{
	struct sim_machine *machine = env;

	machine->stepping = m->api == KD_API_CONTINUE2 &&
			    kd_status_ok(m->u.resume.status) &&
			    m->u.resume.trace;
}

static void machine_reboot(void *env)
{
	struct sim_machine *m = env;

	m->rebooted = true;
}

const struct kd_target_ops sim_machine_ops = {
	.read = machine_read,
	.write = machine_write,
	.get_context = machine_get_context,
	.set_context = machine_set_context,
	.read_control = machine_read_control,
	.version = machine_version,
	.resume = machine_resume,
	.reboot = machine_reboot,
};

static void stop(struct sim_machine *m, struct kd_target *t, uint32_t code,
		 uint64_t pc, uint64_t now)
{
	struct kd_exception e = {
		.processors = 1,
		.pc = pc,
		.code = code,
		.address = pc,
		.first_chance = true,
		.eflags = 0x202,
		.cs = 8,
	};
	struct kd_room code_at = lookup(m, pc);

	if (code_at.len >= sizeof(e.code_bytes)) {
		memcpy(e.code_bytes, code_at.at, sizeof(e.code_bytes));
		e.code_count = sizeof(e.code_bytes);
	}
	kd_store64(m->context + KD_CONTEXT_RIP_OFFSET, pc);
	kd_store32(m->context + KD_CONTEXT_EFLAGS_OFFSET, e.eflags);
	m->stepping = false;
	m->stopped = true;
	kd_target_stop(t, &e, now);
}

void sim_machine_break(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	stop(m, t, KD_CODE_BREAKPOINT, SIM_BREAK_PC, now);
}

void sim_machine_resumed(struct sim_machine *m, uint64_t now)
{
	m->stopped = false;
	if (mail(m, KDBB_MAIL_SEQUENCE) != m->order) {
		m->order = mail(m, KDBB_MAIL_SEQUENCE);
		m->command = mail(m, KDBB_MAIL_COMMAND);
		m->line = 0;
		m->began_ns = now;
		m->units_left = m->command == KDBB_PRINT_STORM
					? mail(m, KDBB_MAIL_ARG2)
					: mail(m, KDBB_MAIL_ARG0);
		if (m->command == KDBB_SPIN && !m->units_left)
			m->units_left = UINT64_MAX;
	}
	m->act_ns = m->command == KDBB_IDLE ? CLOCK_NEVER : now + SIM_UNIT_NS;
	if (m->stepping)
		m->act_ns = now + SIM_STEP_NS;
}

/* The order is done: say so in the mailbox and stop. */
static void finish(struct sim_machine *m, struct kd_target *t, uint64_t done,
		   uint64_t now)
{
	put(m, MAILBOX + KDBB_MAIL_DONE, m->order);
	put(m, MAILBOX + KDBB_MAIL_RESULT0, done);
	put(m, MAILBOX + KDBB_MAIL_RESULT1, now - m->began_ns);
	m->command = KDBB_IDLE;
	sim_machine_break(m, t, now);
}

/* Spin work is done in lumps, unless somebody watches each unit. */
static void spin(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	bool watched = kd_target_owns_breakpoint(t, SIM_SPIN_PC);
	uint64_t units = watched ? 1 : SIM_LUMP;

	if (units > m->units_left)
		units = m->units_left;
	m->units_left -= units;
	m->act_ns = now + units * SIM_UNIT_NS;
	count(m, KDBB_WORK_UNITS, units);
	if (watched)
		stop(m, t, KD_CODE_BREAKPOINT, SIM_SPIN_PC, now);
}

static void print_line(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	uint8_t line[KDBB_LINE_MAX];
	uint32_t len = kdbb_line(mail(m, KDBB_MAIL_ARG1), m->line++, line);

	m->units_left = mail(m, KDBB_MAIL_ARG2);
	m->act_ns = now + SIM_UNIT_NS;
	if (!kd_target_print(t, line, len, now))
		count(m, KDBB_PRINTS_SKIPPED, 1);
}

static void work(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	uint64_t wanted = mail(m, KDBB_MAIL_ARG0);

	if (m->units_left)
		spin(m, t, now);
	else if (m->command == KDBB_SPIN || (wanted && m->line == wanted))
		finish(m, t, wanted, now);
	else
		print_line(m, t, now);
}

uint64_t sim_machine_run(struct sim_machine *m, struct kd_target *t,
			 uint64_t now)
{
	if (now < m->act_ns)
		return m->act_ns;
	if (m->stepping)
		stop(m, t, KD_CODE_SINGLE_STEP,
		     kd_load64(m->context + KD_CONTEXT_RIP_OFFSET) + 1, now);
	else
		work(m, t, now);
	return t->state == KD_TARGET_RUNNING ? m->act_ns : CLOCK_NEVER;
}

bool sim_machine_peek(const struct sim_machine *m, uint64_t address, void *to,
		      size_t len)
{
	struct kd_room room = lookup(m, address);

	if (room.len < len)
		return false;
	memcpy(to, room.at, len);
	return true;
}
