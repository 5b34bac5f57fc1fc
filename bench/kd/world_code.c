/* SPDX-License-Identifier: MIT */
/*
 * Each function saves RBX and another register, takes some stack, loads both
 * registers with what tells its number, works a little, and calls the next one.
 * The innermost stops at an INT3 instead. EAX counts those that returned.
 */
#include "bench/kd/world_code.h"

#include "bench/base/hash.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/wire.h"

enum kind {
	PUSHED, /* both are pushed */
	HOMED,  /* RBX goes to where the caller left room for arguments */
	FRAMED, /* RBP is pushed, and points into the frame */
	KIND_COUNT,
};

#define STACK_MIN 40 /* leaves room for a callee's four arguments */
#define SMALL_STEPS 6
#define LARGE_STEPS 64
#define WORK_MAX 12 /* instructions before the call */
#define REST_MAX 24 /* bytes of NOP behind it */
#define FRAME_STEPS 3
#define ALLOC_SMALL_MAX 128

#define NOP 0x90
#define INT3 0xcc

/* What is drawn for each function, of one hash. */
struct shape {
	enum kind kind;
	uint8_t other;  /* the other register that it saves */
	uint32_t stack; /* bytes that it takes beyond what it pushes */
	uint32_t frame; /* FRAMED: how far into them RBP points */
	uint32_t work;  /* instructions before the call */
	uint32_t rest;  /* bytes of NOP behind it */
	uint64_t hash;
};

/* The stack is to be aligned to 16 at the call; with the pushes it comes to
 * that. */
static uint32_t draw_stack(uint64_t hash, enum kind kind)
{
	uint32_t least = kind == HOMED ? STACK_MIN + 8 : STACK_MIN;
	uint32_t steps = (hash & 0xff) % 10;

	if (steps < SMALL_STEPS) /* most are small */
		return least + 16 * steps;
	steps = (hash >> 8) % LARGE_STEPS;
	/* Some are larger than 16 bits of a code would have to tell. */
	if ((hash >> 14 & 7) == 0)
		steps += LARGE_STEPS;
	return least + 16 * steps;
}

static struct shape draw(const struct kd_world *w, uint64_t index)
{
	static const uint8_t others[] = { KD_RSI,     KD_RDI,     KD_R12,
					  KD_R12 + 1, KD_R12 + 2, KD_R15 };
	uint64_t hash = hash_add(w->layout, index);
	struct shape s = {
		.kind = (enum kind)((hash & 0xff) % KIND_COUNT),
		.other = others[(hash >> 8 & 0xff) % sizeof(others)],
		.work = (hash >> 16 & 0xff) % WORK_MAX,
		.rest = (hash >> 24 & 0xff) % REST_MAX,
		.hash = hash,
	};

	s.stack = draw_stack(hash >> 32, s.kind);
	if (s.kind == FRAMED) {
		s.other = KD_RBP;
		s.frame = 16 * (uint32_t)(1 + (hash >> 56) % FRAME_STEPS);
	}
	return s;
}

/* --- instructions ----------------------------------------------------------
 */

static void emit(struct world_code *c, uint8_t byte)
{
	if (c->size < WORLD_CODE_MAX)
		c->bytes[c->size] = byte;
	c->size++;
}

static void emit32(struct world_code *c, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		emit(c, (uint8_t)(value >> 8 * i));
}

static void emit_all(struct world_code *c, const char *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		emit(c, (uint8_t)bytes[i]);
}

/* An opcode whose low bits are a register. */
static void emit_reg(struct world_code *c, uint8_t opcode, uint8_t reg)
{
	if (reg >= 8)
		emit(c, 0x41);
	emit(c, (uint8_t)(opcode | (reg & 7)));
}

static void mov_imm(struct world_code *c, uint8_t reg, uint32_t value)
{
	emit_reg(c, 0xb8, reg);
	emit32(c, value);
}

/* 48 'op' 'modrm' [sib] and a displacement or operand of one byte or four. */
static void emit_wide(struct world_code *c, const char *bytes, uint32_t len,
		      const char *far, uint32_t value)
{
	bool wide = value > INT8_MAX;

	emit_all(c, wide ? far : bytes, len);
	if (wide)
		emit32(c, value);
	else
		emit(c, (uint8_t)value);
}

/* --- unwind codes ----------------------------------------------------------
 */

static void code(struct world_code *c, uint32_t offset, enum kd_unwind_op op,
		 uint32_t operand)
{
	uint8_t *at = c->info + kd_unwind_info_size(c->info);

	at[0] = (uint8_t)offset;
	at[1] = (uint8_t)(op | operand << 4);
	c->info[2]++;
}

/* The slot behind one. */
static void code_value(struct world_code *c, uint32_t value)
{
	kd_store16(c->info + kd_unwind_info_size(c->info), (uint16_t)value);
	c->info[2]++;
}

static void code_alloc(struct world_code *c, uint32_t offset, uint32_t bytes)
{
	if (bytes <= ALLOC_SMALL_MAX) {
		code(c, offset, KD_UNWIND_ALLOC_SMALL, bytes / 8 - 1);
	} else if (bytes < STACK_MIN + 16 * LARGE_STEPS) {
		code(c, offset, KD_UNWIND_ALLOC, 0);
		code_value(c, bytes / 8);
	} else {
		code(c, offset, KD_UNWIND_ALLOC, 1);
		code_value(c, bytes & UINT16_MAX);
		code_value(c, bytes >> 16);
	}
}

/* --- functions -------------------------------------------------------------
 */

/* The offsets at which its prologue has saved both registers, ... */
struct prologue {
	uint32_t first, second, done; /* ... and taken its stack */
};

static void enter(struct world_code *c, struct prologue *p,
		  const struct shape *s)
{
	if (s->kind == HOMED)
		emit_all(c, "\x48\x89\x5c\x24\x08", 5); /* mov [rsp+8], rbx */
	else
		emit_reg(c, 0x50, s->kind == FRAMED ? KD_RBP : KD_RBX);
	p->first = c->size;
	emit_reg(c, 0x50, s->kind == FRAMED ? KD_RBX : s->other);
	p->second = c->size;
	emit_wide(c, "\x48\x83\xec", 3, "\x48\x81\xec", s->stack); /* sub rsp */
	p->done = c->size;
	if (s->kind != FRAMED)
		return;
	emit_all(c, "\x48\x8d\x6c\x24", 4); /* lea rbp, [rsp + ...] */
	emit(c, (uint8_t)s->frame);
}

/* Where what it saved lies, and the codes that tell so. */
static void describe(struct world_code *c, const struct prologue *p,
		     const struct shape *s)
{
	c->info[0] = KD_UNWIND_VERSION;
	c->info[1] = (uint8_t)c->size;
	c->return_at = s->stack + (s->kind == HOMED ? 8 : 16);
	c->other_at = s->stack;
	c->rbx_at = s->stack + 8;
	if (s->kind == FRAMED) {
		c->info[3] = (uint8_t)(KD_RBP | s->frame / 16 << 4);
		code(c, c->size, KD_UNWIND_SET_FRAME, 0);
		c->rbx_at = s->stack;
		c->other_at = s->stack + 8;
	}
	if (s->kind == HOMED) {
		c->rbx_at = c->return_at + 8;
		code(c, c->size, KD_UNWIND_SAVE, KD_RBX);
		code_value(c, c->rbx_at / 8);
	}
	code_alloc(c, p->done, s->stack);
	code(c, p->second, KD_UNWIND_PUSH,
	     s->kind == FRAMED ? KD_RBX : s->other);
	if (s->kind != HOMED)
		code(c, p->first, KD_UNWIND_PUSH,
		     s->kind == FRAMED ? KD_RBP : KD_RBX);
}

static void leave(struct world_code *c, const struct shape *s)
{
	if (s->kind == HOMED) /* mov rbx, [rsp + ...] */
		emit_wide(c, "\x48\x8b\x5c\x24", 4, "\x48\x8b\x9c\x24",
			  c->rbx_at);
	if (s->kind == FRAMED) /* lea rsp, [rbp + ...] */
		emit_wide(c, "\x48\x8d\x65", 3, "\x48\x8d\xa5",
			  s->stack - s->frame);
	else /* add rsp, ... */
		emit_wide(c, "\x48\x83\xc4", 3, "\x48\x81\xc4", s->stack);
	emit_reg(c, 0x58, s->kind == FRAMED ? KD_RBX : s->other);
	if (s->kind != HOMED)
		emit_reg(c, 0x58, s->kind == FRAMED ? KD_RBP : KD_RBX);
	emit(c, 0xc3);
}

void world_code_make(struct world_code *c, const struct kd_world *w,
		     uint64_t index, uint64_t number)
{
	struct shape s = draw(w, index);
	struct prologue p;

	c->size = 0;
	c->other = s.other;
	c->frame = s.frame;
	__builtin_memset(c->info, 0, sizeof(c->info));
	enter(c, &p, &s);
	describe(c, &p, &s);
	mov_imm(c, KD_RBX, (uint32_t)number);
	if (s.kind != FRAMED)
		mov_imm(c, s.other, (uint32_t)number ^ KD_WORLD_MARK);
	for (uint32_t i = 0; i < s.work; i++) {
		emit(c, 0x35); /* xor eax, ... */
		emit32(c, (uint32_t)(s.hash >> i));
	}
	emit_all(c, "\x31\xc0", 2);                           /* xor eax, eax */
	emit_all(c, "\x0f\x1f\x44\x00\x00", WORLD_CALL_SIZE); /* room for it */
	c->behind_call = c->size;
	emit(c, number ? NOP : INT3);
	emit_all(c, "\xff\xc0", 2); /* inc eax */
	for (uint32_t i = 0; i < s.rest; i++)
		emit(c, NOP);
	leave(c, &s);
}

/* With an operand of one byte, or of four. */
static uint32_t wide(uint32_t size, uint32_t value)
{
	return size + (value > INT8_MAX ? 4 : 1);
}

uint32_t world_code_size(const struct kd_world *w, uint64_t index)
{
	struct shape s = draw(w, index);
	uint32_t reg = s.other >= 8 ? 2 : 1; /* a push or pop of it */
	uint32_t size = 5 + 5 * s.work + 2 + WORLD_CALL_SIZE + 1 + 2 + s.rest +
			wide(3, s.stack) + 1;

	switch (s.kind) {
	case PUSHED:
		return size + 1 + reg + 4 + reg + wide(3, s.stack) + reg + 1;
	case HOMED:
		return size + 5 + reg + 4 + reg + wide(4, s.stack + 16) +
		       wide(3, s.stack) + reg;
	case FRAMED:
	case KIND_COUNT: break;
	}
	return size + 2 + 5 + wide(3, s.stack - s.frame) + 2;
}

uint64_t world_code_index(const struct kd_world *w, uint64_t number)
{
	enum { WHAT = 0x66756e63 };

	return kd_world_order(w, WHAT, number, w->functions);
}
