/* SPDX-License-Identifier: MIT */
#include "bench/guest/context.h"

#include "bench/guest/block.h"
#include "bench/guest/cpu.h"
#include "bench/guest/memory.h"
#include "bench/kd/identity.h"

/* CONTEXT, amd64 layout; what bench/kd/message.h does not name. */
#define CONTEXT_FLAGS UINT32_C(0x10001f) /* all parts of it are valid */
#define CONTEXT_MXCSR 0x34
#define CONTEXT_CS 0x38 /* then Ds, Es, Fs, Gs, Ss */
#define CONTEXT_DR0 0x48
#define CONTEXT_FXSAVE 0x100
#define FXSAVE_MXCSR 0x18
#define FCW_INITIAL 0x27f
#define MXCSR_INITIAL 0x1f80

/*
 * Flags that a debugger may set. Of the others, some would make IRETQ fault
 * and some would change what we are.
 */
#define EFLAGS_ALLOWED UINT64_C(0xfd5)
#define EFLAGS_FIXED UINT64_C(0x2)
/* DR7 without "general detect", which would trap our own use of it. */
#define DR7_ALLOWED UINT64_C(0xffff03ff)
#define DR7_FIXED UINT64_C(0x400)
#define DR6_ALLOWED UINT64_C(0xe00f)
#define DR6_FIXED UINT64_C(0xffff0ff0)

/* Dr0..Dr3, Dr6, Dr7 of the stopped code, in the order of a CONTEXT. */
#define DR6 4
#define DR7 5
#define DR_COUNT 6

/* One CPU, stopped. */
static struct state {
	struct trap_frame *frame;
	uint64_t dr[DR_COUNT];
	uint64_t stopped_at;
} states[KD_IDENTITY_CPUS_MAX];

#define READ(reg, to) __asm__ volatile("movq %%" reg ", %0" : "=r"(to))
#define WRITE(from, reg) __asm__ volatile("movq %0, %%" reg ::"r"(from))

/* Where each register is, in a CONTEXT and in a frame. */
struct place {
	uint16_t context;
	uint16_t frame;
};

#define FRAME(name) offsetof(struct trap_frame, name)

static const struct place places[] = {
	{ KD_CONTEXT_RAX_OFFSET, FRAME(rax) },
	{ 0x80, FRAME(rcx) },
	{ 0x88, FRAME(rdx) },
	{ 0x90, FRAME(rbx) },
	{ KD_CONTEXT_RSP_OFFSET, FRAME(rsp) },
	{ 0xa0, FRAME(rbp) },
	{ 0xa8, FRAME(rsi) },
	{ 0xb0, FRAME(rdi) },
	{ 0xb8, FRAME(r8) },
	{ 0xc0, FRAME(r9) },
	{ 0xc8, FRAME(r10) },
	{ 0xd0, FRAME(r11) },
	{ 0xd8, FRAME(r12) },
	{ 0xe0, FRAME(r13) },
	{ 0xe8, FRAME(r14) },
	{ 0xf0, FRAME(r15) },
	{ KD_CONTEXT_RIP_OFFSET, FRAME(rip) },
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

static uint64_t *frame_field(const struct state *s, const struct place *place)
{
	return (uint64_t *)((uint8_t *)s->frame + place->frame);
}

void context_enter(unsigned cpu, struct trap_frame *f)
{
	struct state *s = &states[cpu];

	s->frame = f;
	s->stopped_at = f->rip;
	READ("dr0", s->dr[0]);
	READ("dr1", s->dr[1]);
	READ("dr2", s->dr[2]);
	READ("dr3", s->dr[3]);
	READ("dr6", s->dr[DR6]);
	READ("dr7", s->dr[DR7]);
	WRITE(DR7_FIXED, "dr7");
	f->rflags &= ~(uint64_t)KD_EFLAGS_TF;
}

void context_leave(unsigned cpu)
{
	struct state *s = &states[cpu];

	WRITE(s->dr[0], "dr0");
	WRITE(s->dr[1], "dr1");
	WRITE(s->dr[2], "dr2");
	WRITE(s->dr[3], "dr3");
	WRITE(s->dr[DR6], "dr6");
	WRITE(s->dr[DR7], "dr7");
	/* Or a breakpoint in a debug register would hold it here for ever. */
	if (s->frame->rip == s->stopped_at)
		s->frame->rflags |= CONTEXT_EFLAGS_RF;
}

void context_describe(unsigned cpu, struct kd_exception *e)
{
	const struct state *s = &states[cpu];
	const struct trap_frame *f = s->frame;
	uint32_t sum = 0;

	*e = (struct kd_exception){
		.processor = (uint16_t)cpu,
		.processors = cpu_count(),
		.thread = block_thread(cpu),
		.pc = f->rip,
		.address = f->rip,
		.first_chance = true,
		.dr6 = s->dr[DR6],
		.dr7 = s->dr[DR7],
		.eflags = (uint32_t)f->rflags,
		.cs = TRAP_CODE_SELECTOR,
		.ds = TRAP_DATA_SELECTOR,
		.es = TRAP_DATA_SELECTOR,
		.fs = TRAP_DATA_SELECTOR,
	};
	e->code_count = (uint16_t)memory_read(f->rip, e->code_bytes,
					      sizeof(e->code_bytes), &sum);
}

void context_debug_registers(unsigned cpu, uint8_t *to)
{
	for (unsigned i = 0; i < DR_COUNT; i++)
		kd_store64(to + 8 * i, states[cpu].dr[i]);
}

void context_get(unsigned cpu, uint8_t *to)
{
	const struct state *s = &states[cpu];

	__builtin_memset(to, 0, KD_CONTEXT_SIZE);
	kd_store32(to + KD_CONTEXT_FLAGS_OFFSET, CONTEXT_FLAGS);
	kd_store32(to + CONTEXT_MXCSR, MXCSR_INITIAL);
	kd_store16(to + CONTEXT_CS, TRAP_CODE_SELECTOR);
	for (unsigned i = 1; i < 6; i++)
		kd_store16(to + CONTEXT_CS + 2 * i, TRAP_DATA_SELECTOR);
	kd_store32(to + KD_CONTEXT_EFLAGS_OFFSET, (uint32_t)s->frame->rflags);
	context_debug_registers(cpu, to + CONTEXT_DR0);
	for (unsigned i = 0; i < PLACE_COUNT; i++)
		kd_store64(to + places[i].context, *frame_field(s, &places[i]));
	kd_store16(to + CONTEXT_FXSAVE, FCW_INITIAL);
	kd_store32(to + CONTEXT_FXSAVE + FXSAVE_MXCSR, MXCSR_INITIAL);
}

/* An address that is not canonical would fault in our own IRETQ. */
static uint64_t canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16);
}

static void set_dr6(struct state *s, uint64_t value)
{
	s->dr[DR6] = (value & DR6_ALLOWED) | DR6_FIXED;
}

static void set_dr7(struct state *s, uint64_t value)
{
	s->dr[DR7] = (value & DR7_ALLOWED) | DR7_FIXED;
}

void context_set_debug_registers(unsigned cpu, const uint8_t *from)
{
	struct state *s = &states[cpu];

	for (unsigned i = 0; i < DR6; i++)
		s->dr[i] = canonical(kd_load64(from + 8 * i));
	set_dr6(s, kd_load64(from + 8 * DR6));
	set_dr7(s, kd_load64(from + 8 * DR7));
}

void context_set(unsigned cpu, const uint8_t *from, uint32_t len)
{
	struct state *s = &states[cpu];
	uint8_t whole[KD_CONTEXT_SIZE];

	context_get(cpu, whole);
	__builtin_memcpy(whole, from, len);
	for (unsigned i = 0; i < PLACE_COUNT; i++)
		*frame_field(s, &places[i]) =
			kd_load64(whole + places[i].context);
	s->frame->rip = canonical(s->frame->rip);
	s->frame->rsp = canonical(s->frame->rsp);
	s->frame->rflags =
		(kd_load32(whole + KD_CONTEXT_EFLAGS_OFFSET) & EFLAGS_ALLOWED) |
		EFLAGS_FIXED;
	context_set_debug_registers(cpu, whole + CONTEXT_DR0);
}

void context_control(unsigned cpu, bool trace, uint64_t dr7)
{
	if (trace)
		states[cpu].frame->rflags |= KD_EFLAGS_TF;
	for (unsigned i = 0; i < cpu_count(); i++) {
		set_dr7(&states[i], dr7);
		set_dr6(&states[i], 0);
	}
}
