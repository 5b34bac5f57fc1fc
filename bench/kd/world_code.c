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

/* What is drawn, each from a hash of its own. */
enum { DRAW_KIND, DRAW_OTHER, DRAW_SIZE, DRAW_WORK, DRAW_REST, DRAW_COUNT };

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

static uint64_t draw(const struct kd_world *w, uint64_t index, uint64_t what,
		     uint64_t count)
{
	return hash_add(hash_add(w->layout, what), index) % count;
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

/* What it saves first, and at which offset that is done. */
struct prologue {
	enum kind kind;
	uint32_t stack, first, second, done;
};

/* The stack is to be aligned to 16 at the call: with the pushes it comes out
 * so. */
static uint32_t stack_of(const struct kd_world *w, uint64_t index,
			 enum kind kind)
{
	uint64_t least = kind == HOMED ? STACK_MIN + 8 : STACK_MIN;
	uint64_t steps = draw(w, index, DRAW_SIZE, 10);

	if (steps < SMALL_STEPS) /* most are small */
		return (uint32_t)(least + 16 * steps);
	steps = draw(w, index, DRAW_COUNT + DRAW_SIZE, LARGE_STEPS);
	/* Some are larger than 16 bits of a code would have to tell. */
	if (draw(w, index, DRAW_KIND + DRAW_COUNT, 8) == 0)
		steps += LARGE_STEPS;
	return (uint32_t)(least + 16 * steps);
}

static void enter(struct world_code *c, struct prologue *p, uint64_t steps)
{
	if (p->kind == HOMED)
		emit_all(c, "\x48\x89\x5c\x24\x08", 5); /* mov [rsp+8], rbx */
	else
		emit_reg(c, 0x50, p->kind == FRAMED ? KD_RBP : KD_RBX);
	p->first = c->size;
	emit_reg(c, 0x50, p->kind == FRAMED ? KD_RBX : c->other);
	p->second = c->size;
	emit_wide(c, "\x48\x83\xec", 3, "\x48\x81\xec", p->stack); /* sub rsp */
	p->done = c->size;
	if (p->kind != FRAMED)
		return;
	c->frame = 16 * (uint32_t)(1 + steps);
	emit_all(c, "\x48\x8d\x6c\x24", 4); /* lea rbp, [rsp + ...] */
	emit(c, (uint8_t)c->frame);
}

/* Where what it saved lies, and the codes that tell so. */
static void describe(struct world_code *c, const struct prologue *p)
{
	c->info[0] = KD_UNWIND_VERSION;
	c->info[1] = (uint8_t)c->size;
	c->return_at = p->stack + (p->kind == HOMED ? 8 : 16);
	c->other_at = p->stack;
	c->rbx_at = p->stack + 8;
	switch (p->kind) {
	case FRAMED:
		c->info[3] = (uint8_t)(KD_RBP | c->frame / 16 << 4);
		code(c, c->size, KD_UNWIND_SET_FRAME, 0);
		c->rbx_at = p->stack;
		c->other_at = p->stack + 8;
		break;
	case HOMED:
		c->rbx_at = c->return_at + 8;
		code(c, c->size, KD_UNWIND_SAVE, KD_RBX);
		code_value(c, c->rbx_at / 8);
		break;
	case PUSHED:
	case KIND_COUNT: break;
	}
	code_alloc(c, p->done, p->stack);
	code(c, p->second, KD_UNWIND_PUSH,
	     p->kind == FRAMED ? KD_RBX : c->other);
	if (p->kind != HOMED)
		code(c, p->first, KD_UNWIND_PUSH,
		     p->kind == FRAMED ? KD_RBP : KD_RBX);
}

static void leave(struct world_code *c, const struct prologue *p)
{
	if (p->kind == HOMED) /* mov rbx, [rsp + ...] */
		emit_wide(c, "\x48\x8b\x5c\x24", 4, "\x48\x8b\x9c\x24",
			  c->rbx_at);
	if (p->kind == FRAMED) /* lea rsp, [rbp + ...] */
		emit_wide(c, "\x48\x8d\x65", 3, "\x48\x8d\xa5",
			  p->stack - c->frame);
	else /* add rsp, ... */
		emit_wide(c, "\x48\x83\xc4", 3, "\x48\x81\xc4", p->stack);
	emit_reg(c, 0x58, p->kind == FRAMED ? KD_RBX : c->other);
	if (p->kind != HOMED)
		emit_reg(c, 0x58, p->kind == FRAMED ? KD_RBP : KD_RBX);
	emit(c, 0xc3);
}

void world_code_make(struct world_code *c, const struct kd_world *w,
		     uint64_t index, uint64_t number)
{
	static const uint8_t others[] = { KD_RSI,     KD_RDI,     KD_R12,
					  KD_R12 + 1, KD_R12 + 2, KD_R15 };
	struct prologue p = { .kind = (enum kind)draw(w, index, DRAW_KIND,
						      KIND_COUNT) };
	uint64_t work = draw(w, index, DRAW_WORK, WORK_MAX);
	uint64_t rest = draw(w, index, DRAW_REST, REST_MAX);

	*c = (struct world_code){ .size = 0 };
	c->other = p.kind == FRAMED
			   ? KD_RBP
			   : others[draw(w, index, DRAW_OTHER, sizeof(others))];
	p.stack = stack_of(w, index, p.kind);
	enter(c, &p, draw(w, index, DRAW_REST, FRAME_STEPS));
	describe(c, &p);
	mov_imm(c, KD_RBX, (uint32_t)number);
	if (p.kind != FRAMED)
		mov_imm(c, c->other, (uint32_t)number ^ KD_WORLD_MARK);
	for (uint64_t i = 0; i < work; i++) {
		emit(c, 0x35); /* xor eax, ... */
		emit32(c, (uint32_t)draw(w, index, DRAW_COUNT + i, UINT32_MAX));
	}
	emit_all(c, "\x31\xc0", 2);                           /* xor eax, eax */
	emit_all(c, "\x0f\x1f\x44\x00\x00", WORLD_CALL_SIZE); /* room for it */
	c->behind_call = c->size;
	emit(c, number ? NOP : INT3);
	emit_all(c, "\xff\xc0", 2); /* inc eax */
	for (uint64_t i = 0; i < rest; i++)
		emit(c, NOP);
	leave(c, &p);
}

uint64_t world_code_index(const struct kd_world *w, uint64_t number)
{
	enum { WHAT = 0x66756e63 };

	return kd_world_order(w, WHAT, number, w->functions);
}
