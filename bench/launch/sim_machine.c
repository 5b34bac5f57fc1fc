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
	KDBB = 0x000,
	COUNTERS = SIM_COUNTERS - SIM_BLOCKS,
	MAILBOX = 0x400,
};

#define NOP 0x90
#define INT3 0xcc
#define FLAGS 0x202
#define MSR_EFER 0xc0000080
#define EFER_LONG_MODE 0x500
#define CONTEXT_FLAGS UINT32_C(0x10001f)

static void put(struct sim_machine *m, unsigned offset, uint64_t value)
{
	kd_store64(m->blocks + offset, value);
}

uint64_t sim_machine_mail(const struct sim_machine *m, unsigned offset)
{
	return kd_load64(m->blocks + MAILBOX + offset);
}

void sim_machine_set_mail(struct sim_machine *m, unsigned offset,
			  uint64_t value)
{
	put(m, MAILBOX + offset, value);
}

void sim_machine_count(struct sim_machine *m, enum kdbb_counter which,
		       uint64_t n)
{
	uint8_t *at = m->blocks + COUNTERS + 8 * which;

	kd_store64(at, kd_load64(at) + n);
}

void sim_machine_set_count(struct sim_machine *m, enum kdbb_counter which,
			   uint64_t value)
{
	kd_store64(m->blocks + COUNTERS + 8 * which, value);
}

/* The pattern lies behind the scratch region, however large that is. */
static uint64_t pattern_base(const struct sim_memory *memory)
{
	uint64_t end = SIM_SCRATCH + memory->scratch_size;

	return end > SIM_PATTERN ? end : SIM_PATTERN;
}

static void lay_out_blocks(struct sim_machine *m)
{
	m->identity = (struct kd_identity){ .base = SIM_IDENTITY,
					    .kern_base = SIM_CODE,
					    .kern_size = SIM_CODE_SIZE,
					    .kdbb = SIM_BLOCKS + KDBB,
					    .cpus = 1 };
	kd_identity_build(&m->identity, m->area);
	kd_identity_link(&m->identity, m->blocks + KDBB);
	put(m, KDBB + KDBB_LAYOUT, KDBB_VERSION);
	put(m, KDBB + KDBB_TSC_HZ, m->tsc_hz);
	put(m, KDBB + KDBB_PATTERN, pattern_base(&m->memory));
	put(m, KDBB + KDBB_PATTERN_SIZE, m->memory.pattern_size);
	put(m, KDBB + KDBB_PATTERN_NONCE, m->nonce);
	put(m, KDBB + KDBB_SCRATCH, SIM_SCRATCH);
	put(m, KDBB + KDBB_SCRATCH_SIZE, m->memory.scratch_size);
	put(m, KDBB + KDBB_COUNTERS, SIM_BLOCKS + COUNTERS);
	/* Without devices there is nothing to count. */
	put(m, KDBB + KDBB_COUNTERS_COUNT, 0);
	put(m, KDBB + KDBB_MAILBOX, SIM_BLOCKS + MAILBOX);
	put(m, KDBB + KDBB_SPIN_PC, SIM_SPIN_PC);
}

static void power_up(struct sim_machine *m)
{
	memset(m->code, NOP, sizeof(m->code));
	m->code[SIM_BREAK_PC - SIM_CODE] = INT3;
	kd_identity_image(m->code, SIM_CODE, SIM_CODE_SIZE);
	kd_store32(m->context + KD_CONTEXT_FLAGS_OFFSET, CONTEXT_FLAGS);
	kd_store64(m->special, 0x80000011); /* CR0: PG, ET, PE */
	m->efer = EFER_LONG_MODE;
	sim_machine_segments(m);
}

void sim_machine_init_in(struct sim_machine *m, uint64_t nonce,
			 const struct sim_memory *memory)
{
	memset(m, 0, sizeof(*m));
	m->nonce = nonce;
	m->memory = *memory;
	m->tsc_hz = NS_PER_S;
	for (uint64_t i = 0; i < memory->pattern_size / 8; i++)
		kd_store64(memory->pattern + 8 * i, hash_pattern(nonce, i));
	power_up(m);
	lay_out_blocks(m);
	m->act_ns = CLOCK_NEVER;
}

void sim_machine_init(struct sim_machine *m, uint64_t nonce,
		      uint64_t pattern_size, uint64_t scratch_size)
{
	const struct sim_memory memory = {
		.scratch = mem_alloc(scratch_size),
		.pattern = mem_alloc(pattern_size),
		.scratch_size = scratch_size,
		.pattern_size = pattern_size,
	};

	sim_machine_init_in(m, nonce, &memory);
	m->owns_memory = true;
}

void sim_machine_real_time(struct sim_machine *m, uint64_t tsc_hz)
{
	m->real_time = true;
	m->tsc_hz = tsc_hz;
	put(m, KDBB + KDBB_TSC_HZ, tsc_hz);
	put(m, KDBB + KDBB_COUNTERS_COUNT, KDBB_COUNTER_COUNT);
}

void sim_machine_release(struct sim_machine *m)
{
	if (m->owns_memory) {
		free(m->memory.scratch);
		free(m->memory.pattern);
	}
	free(m->own_world);
	m->own_world = NULL;
	m->memory = (struct sim_memory){ 0 };
}

/* The bytes at an address up to the end of their region. */
static struct kd_room lookup_in(const struct sim_machine *m,
				const struct sim_memory *memory,
				uint64_t address)
{
	const struct {
		uint64_t base, size;
		const uint8_t *at;
	} regions[] = {
		{ SIM_CODE, SIM_CODE_SIZE, m->code },
		{ SIM_BLOCKS, SIM_BLOCKS_SIZE, m->blocks },
		{ SIM_IDENTITY, KD_IDENTITY_SIZE, m->area },
		{ SIM_SCRATCH, memory->scratch_size, memory->scratch },
		{ SIM_WORLD, memory->world_size, memory->world },
		{ pattern_base(memory), memory->pattern_size, memory->pattern },
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

static struct kd_room lookup(const struct sim_machine *m, uint64_t address)
{
	return lookup_in(m, &m->memory, address);
}

/* --- what kd/target asks of it -------------------------------------------- */

static uint32_t machine_read(void *env, bool physical, uint64_t address,
			     uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct kd_room room = lookup(env, address);
	uint32_t part;

	(void)physical;
	if (len > room.len)
		len = (uint32_t)room.len;
	part = kd_copy_sum(to, room.at, len);
	if (sum)
		*sum += part;
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
	sim_machine_touch(env, room.at, len);
	return len;
}

static void machine_get_context(void *env, unsigned cpu, uint8_t *to)
{
	struct sim_machine *m = env;

	(void)cpu;
	memcpy(to, m->context, KD_CONTEXT_SIZE);
}

static void machine_set_context(void *env, unsigned cpu, const uint8_t *from,
				uint32_t len)
{
	struct sim_machine *m = env;

	(void)cpu;
	memcpy(m->context, from, len);
	kd_store32(m->context + KD_CONTEXT_FLAGS_OFFSET, CONTEXT_FLAGS);
}

static uint32_t machine_read_control(void *env, unsigned cpu, uint64_t selector,
				     uint8_t *to, uint32_t len)
{
	struct sim_machine *m = env;
	uint8_t pointer[8];
	const uint8_t *from = pointer;
	uint32_t size = sizeof(pointer);

	switch (selector) {
	case KD_CONTROL_SPACE_PCR:
		kd_store64(pointer, kd_identity_pcr(&m->identity, cpu));
		break;
	case KD_CONTROL_SPACE_PRCB:
		kd_store64(pointer, kd_identity_prcb(&m->identity, cpu));
		break;
	case KD_CONTROL_SPACE_THREAD:
		kd_store64(pointer, kd_identity_thread(&m->identity, cpu));
		break;
	case KD_CONTROL_SPACE_SPECIAL:
		from = m->special;
		size = sizeof(m->special);
		break;
	default: return 0;
	}
	if (len > size)
		len = size;
	memcpy(to, from, len);
	return len;
}

static uint32_t machine_write_control(void *env, unsigned cpu,
				      uint64_t selector, const uint8_t *from,
				      uint32_t len)
{
	struct sim_machine *m = env;

	(void)cpu;
	if (selector != KD_CONTROL_SPACE_SPECIAL)
		return 0;
	if (len > sizeof(m->special))
		len = sizeof(m->special);
	memcpy(m->special, from, len);
	return len;
}

/* No devices: reads see a bus that nobody drives. */
static void machine_io(void *env, bool write, uint16_t port, uint32_t size,
		       uint32_t *value)
{
	(void)env;
	(void)port;
	if (!write)
		*value = UINT32_MAX >> (32 - 8 * size);
}

static bool machine_msr(void *env, bool write, uint32_t number, uint64_t *value)
{
	struct sim_machine *m = env;

	if (number != MSR_EFER)
		return false;
	if (write)
		m->efer = *value;
	else
		*value = m->efer;
	return true;
}

static void machine_select(void *env, unsigned cpu, struct kd_exception *e)
{
	(void)cpu; /* it has but one */
	sim_machine_describe(env, e);
}

static void machine_version(void *env, struct kd_manipulate *m)
{
	kd_identity_version(&((struct sim_machine *)env)->identity, m);
}

static void machine_resume(void *env, const struct kd_manipulate *m)
{
	struct sim_machine *machine = env;

	if (m->api != KD_API_CONTINUE2 || !kd_status_ok(m->u.resume.status))
		return;
	machine->stepping = m->u.resume.trace != 0;
	kd_store64(machine->context + KD_CONTEXT_DR7_OFFSET, m->u.resume.dr7);
}

static void machine_reboot(void *env)
{
	((struct sim_machine *)env)->end = SIM_REBOOT;
}

static void machine_bugcheck(void *env, uint32_t code)
{
	struct sim_machine *m = env;

	m->end = SIM_BUGCHECK;
	m->bugcheck = code;
}

const struct kd_target_ops sim_machine_ops = {
	.read = machine_read,
	.write = machine_write,
	.get_context = machine_get_context,
	.set_context = machine_set_context,
	.read_control = machine_read_control,
	.write_control = machine_write_control,
	.io = machine_io,
	.msr = machine_msr,
	.select = machine_select,
	.version = machine_version,
	.resume = machine_resume,
	.reboot = machine_reboot,
	.bugcheck = machine_bugcheck,
};

/* --- stopping --------------------------------------------------------------
 */

void sim_machine_describe(struct sim_machine *m, struct kd_exception *e)
{
	uint64_t pc = kd_load64(m->context + KD_CONTEXT_RIP_OFFSET);
	struct kd_room code_at = lookup(m, pc);

	*e = (struct kd_exception){
		.processors = 1,
		.thread = kd_identity_thread(&m->identity, 0),
		.pc = pc,
		.address = pc,
		.first_chance = true,
		.dr6 = kd_load64(m->context + KD_CONTEXT_DR7_OFFSET - 8),
		.dr7 = kd_load64(m->context + KD_CONTEXT_DR7_OFFSET),
		.eflags = FLAGS,
		.cs = SIM_CODE_SELECTOR,
	};
	if (code_at.len >= sizeof(e->code_bytes)) {
		memcpy(e->code_bytes, code_at.at, sizeof(e->code_bytes));
		e->code_count = sizeof(e->code_bytes);
	}
}

void sim_machine_stop(struct sim_machine *m, struct kd_target *t, uint32_t code,
		      uint64_t pc, uint64_t now)
{
	struct kd_exception e;

	kd_store64(m->context + KD_CONTEXT_RIP_OFFSET, pc);
	kd_store32(m->context + KD_CONTEXT_EFLAGS_OFFSET, FLAGS);
	sim_machine_describe(m, &e);
	e.code = code;
	m->stepping = false;
	m->stopped = true;
	kd_target_stop(t, &e, now);
}

void sim_machine_break(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	sim_machine_stop(m, t, KD_CODE_BREAKPOINT, SIM_BREAK_PC, now);
}

bool sim_machine_peek_in(const struct sim_machine *m,
			 const struct sim_memory *memory, uint64_t address,
			 void *to, size_t len)
{
	struct kd_room room = lookup_in(m, memory, address);

	if (room.len < len)
		return false;
	memcpy(to, room.at, len);
	return true;
}
