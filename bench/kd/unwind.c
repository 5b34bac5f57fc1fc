/* SPDX-License-Identifier: MIT */
#include "bench/kd/unwind.h"

#include "bench/kd/wire.h"

#define ALL_OF_IT UINT32_MAX /* the prologue is done */

void kd_function_load(struct kd_function *f, const uint8_t *from)
{
	f->begin = kd_load32(from);
	f->end = kd_load32(from + 4);
	f->info = kd_load32(from + 8);
}

uint32_t kd_unwind_info_size(const uint8_t *info)
{
	return KD_UNWIND_HEADER_SIZE + 2u * info[2];
}

/* --- codes -----------------------------------------------------------------
 */

/* Two bytes: where the instruction ended, and what it was. */
struct code {
	uint8_t offset, op, operand;
	uint32_t slots;
	uint32_t value; /* of the slots behind the first */
};

/* How many slots an op takes; 0: there is no such op. */
static uint32_t slots_of(uint8_t op, uint8_t operand)
{
	switch (op) {
	case KD_UNWIND_PUSH:
	case KD_UNWIND_ALLOC_SMALL:
	case KD_UNWIND_SET_FRAME: return 1;
	case KD_UNWIND_MACHINE_FRAME: return operand < 2 ? 1 : 0;
	case KD_UNWIND_ALLOC: return operand < 2 ? 2u + operand : 0;
	case KD_UNWIND_SAVE:
	case KD_UNWIND_SAVE_XMM: return 2;
	case KD_UNWIND_SAVE_FAR:
	case KD_UNWIND_SAVE_XMM_FAR: return 3;
	default: return 0;
	}
}

/* Take the code of 'left' slots; NULL, or what is wrong with it. */
static const char *take(struct code *c, const uint8_t *at, uint32_t left)
{
	c->offset = at[0];
	c->op = at[1] & 0xf;
	c->operand = at[1] >> 4;
	c->slots = slots_of(c->op, c->operand);
	if (!c->slots)
		return "an unwind code that nobody knows";
	if (c->slots > left)
		return "an unwind code that goes on behind their end";
	c->value = c->slots == 2   ? kd_load16(at + 2)
		   : c->slots == 3 ? kd_load32(at + 2)
				   : 0;
	return NULL;
}

static bool save(struct kd_unwind *u, uint8_t reg, uint64_t at)
{
	if (u->saved_count == KD_REGISTER_COUNT)
		return false;
	u->saved[u->saved_count++] = (struct kd_unwind_saved){ reg, at };
	return true;
}

/* Undo one instruction of a prologue whose frame is at 'base'. */
static bool undo(struct kd_unwind *u, const struct code *c, uint64_t base,
		 uint64_t *sp)
{
	switch ((enum kd_unwind_op)c->op) {
	case KD_UNWIND_PUSH: *sp += 8; return save(u, c->operand, *sp - 8);
	case KD_UNWIND_ALLOC:
		*sp += c->operand ? c->value : UINT64_C(8) * c->value;
		break;
	case KD_UNWIND_ALLOC_SMALL: *sp += UINT64_C(8) * c->operand + 8; break;
	case KD_UNWIND_SET_FRAME: *sp = base; break;
	case KD_UNWIND_SAVE:
		return save(u, c->operand, base + UINT64_C(8) * c->value);
	case KD_UNWIND_SAVE_FAR: return save(u, c->operand, base + c->value);
	case KD_UNWIND_MACHINE_FRAME:
		*sp += UINT64_C(8) * c->operand;
		u->machine_frame = true;
		return save(u, KD_RSP, *sp + 24);
	case KD_UNWIND_SAVE_XMM:
	case KD_UNWIND_SAVE_XMM_FAR: break;
	}
	return true;
}

/* What the codes are relative to: the stack pointer that the prologue left. */
static uint64_t base_of(const struct kd_unwind *u, const uint8_t *info,
			uint32_t offset, uint64_t sp)
{
	uint8_t reg = info[3] & 0xf;

	/* In the middle of a prologue the register may not be set yet. */
	if (!reg || (offset < info[1]))
		return sp;
	return u->registers[reg] - UINT64_C(16) * (info[3] >> 4);
}

static const char *apply(struct kd_unwind *u, const uint8_t *info, uint32_t len,
			 uint32_t offset, uint64_t sp)
{
	uint32_t count, rounded;
	uint64_t base;

	if (len < KD_UNWIND_HEADER_SIZE || kd_unwind_info_size(info) > len)
		return "unwind codes out of bounds";
	if ((info[0] & 7) != KD_UNWIND_VERSION)
		return "unwind data of another version";
	count = info[2];
	base = base_of(u, info, offset, sp);
	for (uint32_t i = 0; i < count;) {
		struct code c;
		const char *wrong = take(
			&c, info + KD_UNWIND_HEADER_SIZE + 2 * i, count - i);

		if (wrong)
			return wrong;
		if (c.offset <= offset && !undo(u, &c, base, &sp))
			return "more saved registers than there are";
		i += c.slots;
	}
	u->return_at = sp;
	rounded = KD_UNWIND_HEADER_SIZE + 2 * ((count + 1) & ~1u);
	u->chained = (info[0] >> 3 & KD_UNWIND_CHAINED) != 0;
	if (!u->chained)
		return NULL;
	if (rounded + KD_FUNCTION_SIZE > len)
		return "unwind codes out of bounds";
	kd_function_load(&u->parent, info + rounded);
	return NULL;
}

const char *kd_unwind_begin(struct kd_unwind *u, const uint8_t *info,
			    uint32_t len, uint32_t offset)
{
	u->saved_count = 0;
	u->machine_frame = false;
	return apply(u, info, len, offset, u->registers[KD_RSP]);
}

const char *kd_unwind_go_on(struct kd_unwind *u, const uint8_t *info,
			    uint32_t len)
{
	return apply(u, info, len, ALL_OF_IT, u->return_at);
}

void kd_unwind_return(struct kd_unwind *u)
{
	if (!u->machine_frame)
		u->registers[KD_RSP] = u->return_at + 8;
}

/* --- epilogues -------------------------------------------------------------
 */

/* Code that is looked at from its beginning on; behind its end there is 0. */
struct view {
	const uint8_t *at;
	uint32_t len;
};

static uint8_t byte(const struct view *v, uint32_t i)
{
	return i < v->len ? v->at[i] : 0;
}

static void pass(struct view *v, uint32_t count)
{
	if (count > v->len)
		count = v->len;
	v->at += count;
	v->len -= count;
}

static int64_t number(const struct view *v, uint32_t at, bool wide)
{
	if (!wide)
		return (int8_t)byte(v, at);
	return at + 4 <= v->len ? (int32_t)kd_load32(v->at + at) : 0;
}

/* add rsp, n */
static void pass_add(struct view *v, uint64_t *sp)
{
	bool wide = byte(v, 1) == 0x81;

	if (byte(v, 0) != 0x48 || (!wide && byte(v, 1) != 0x83) ||
	    byte(v, 2) != 0xc4)
		return;
	*sp += (uint64_t)number(v, 3, wide);
	pass(v, wide ? 7 : 4);
}

/* lea rsp, [frame register + n] */
static void pass_lea(struct view *v, const struct kd_unwind *u, uint8_t reg,
		     uint64_t *sp)
{
	bool wide = byte(v, 2) >> 6 == 2;

	if (!reg || (byte(v, 0) & 0xfe) != 0x48 || byte(v, 1) != 0x8d ||
	    (!wide && byte(v, 2) >> 6 != 1) ||
	    (byte(v, 2) >> 3 & 7) != KD_RSP || (byte(v, 2) & 7) == KD_RSP ||
	    ((byte(v, 0) & 1) << 3 | (byte(v, 2) & 7)) != reg)
		return;
	*sp = u->registers[reg] + (uint64_t)number(v, 3, wide);
	pass(v, wide ? 7 : 4);
}

/* pop a register; false: it is something else. */
static bool pass_pop(struct view *v, uint8_t *reg)
{
	bool high = byte(v, 0) == 0x41;

	if ((byte(v, high) & 0xf8) != 0x58)
		return false;
	*reg = (uint8_t)((byte(v, high) & 7) | high << 3);
	pass(v, high + 1u);
	return true;
}

bool kd_unwind_epilogue(struct kd_unwind *u, const uint8_t *code, uint32_t len,
			const uint8_t *info)
{
	struct kd_unwind after = *u;
	struct view v = { code, len };
	uint64_t sp = u->registers[KD_RSP];
	uint8_t reg;

	after.saved_count = 0;
	after.machine_frame = after.chained = false;
	pass_add(&v, &sp);
	if (v.at == code)
		pass_lea(&v, u, info[3] & 0xf, &sp);
	while (pass_pop(&v, &reg)) {
		if (!save(&after, reg, sp))
			return false;
		sp += 8;
	}
	if (byte(&v, 0) == 0xf3) /* rep ret */
		pass(&v, 1);
	if (byte(&v, 0) != 0xc3 && byte(&v, 0) != 0xc2)
		return false;
	after.return_at = sp;
	*u = after;
	return true;
}
