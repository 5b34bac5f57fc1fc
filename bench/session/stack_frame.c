/* SPDX-License-Identifier: MIT */
/*
 * stack-walk: one frame. The table of functions is searched by halves, in
 * blocks of ten entries and down to a single block whether or not an earlier
 * read happened to hold the function: the number of reads then depends on the
 * size of the table alone, and is 8 for 2,541 to 2,550 functions.
 */
#include <string.h>

#include "bench/kd/world.h"
#include "bench/session/steps.h"

#define BLOCK_FUNCTIONS (STACK_READ / KD_FUNCTION_SIZE)
#define BLOCK_SIZE (BLOCK_FUNCTIONS * KD_FUNCTION_SIZE)
#define CHAIN_MAX 32
#define BEHIND_RETURN 8 /* of the caller's bytes; as many lie before it */
#define CALL_NEAR 0xe8
#define CALL_NEAR_SIZE 5
#define CALL_RAX 0xd0ff
#define INT3 0xcc
#define NOP 0x90

static void corrupt(struct session *s, const char *what, uint64_t at)
{
	session_end(s, VERDICT_CORRUPT, "step '%s', frame %u: %s, at 0x%llx",
		    s->step->name, (unsigned)s->stack.frame, what,
		    (unsigned long long)at);
}

/* Memory of the image, of which there may be less than one read takes. */
static void ask_image(struct session *s, enum stack_part part, uint32_t rva)
{
	struct session_stack *k = &s->stack;
	uint32_t len = k->size - rva < STACK_READ ? k->size - rva : STACK_READ;

	k->bytes += len;
	stack_ask(s, part, k->base + rva, len);
}

static void ask(struct session *s, enum stack_part part, uint64_t address,
		uint32_t len)
{
	s->stack.bytes += len;
	stack_ask(s, part, address, len);
}

static uint32_t rva_of(const struct session_stack *k)
{
	return (uint32_t)(k->pc - k->base);
}

/* --- which function is it? -------------------------------------------------
 */

/* Blocks count from 1; 0 stands for what is before the first. */
static void search(struct session *s)
{
	struct session_stack *k = &s->stack;
	uint32_t middle = k->low + (k->high - k->low) / 2;

	ask_image(s, STACK_SEARCH, k->table + (middle - 1) * BLOCK_SIZE);
}

static bool holds(const struct kd_function *f, uint32_t rva)
{
	return rva >= f->begin && rva < f->end;
}

/* Look through a block, which must be in order; false: it is not. */
static bool look(struct session_stack *k, const uint8_t *block, uint32_t count,
		 bool *before)
{
	uint32_t last = 0;

	*before = false;
	for (uint32_t i = 0; i < count; i++) {
		struct kd_function f;

		kd_function_load(&f, block + i * KD_FUNCTION_SIZE);
		if (f.begin < last || f.end <= f.begin || f.end > k->size ||
		    f.info >= k->size)
			return false;
		last = f.end;
		if (!i && rva_of(k) < f.begin)
			*before = true;
		if (holds(&f, rva_of(k))) {
			k->function = f;
			k->found = true;
		}
	}
	return true;
}

static void found(struct session *s)
{
	s->stack.chain = 0;
	ask_image(s, STACK_INFO, s->stack.function.info);
}

void stack_on_search(struct session *s)
{
	struct session_stack *k = &s->stack;
	const uint8_t *block = stack_answer(s);
	uint32_t middle = k->low + (k->high - k->low) / 2;
	uint32_t left = k->functions - (middle - 1) * BLOCK_FUNCTIONS;
	bool before;

	if (!block)
		return;
	if (!look(k, block, left < BLOCK_FUNCTIONS ? left : BLOCK_FUNCTIONS,
		  &before)) {
		corrupt(s, "a table of functions that is out of order",
			s->op_address);
		return;
	}
	if (before)
		k->high = middle;
	else
		k->low = middle;
	if (k->high - k->low > 1)
		search(s);
	else if (k->found)
		found(s);
	else
		corrupt(s, "no function holds this code", k->pc);
}

/* --- where are its caller's registers? -------------------------------------
 */

/* Is each register what the function put there, whose frame this must be? */
static bool marked(const struct session_stack *k)
{
	const struct kd_unwind *u = &k->u;
	uint8_t framed = k->info[3] & 0xf;

	for (unsigned i = 0; i < u->saved_count; i++) {
		uint8_t reg = u->saved[i].reg;
		uint32_t mark = reg == KD_RBX ? 0 : KD_WORLD_MARK;

		if (reg != framed && u->registers[reg] != (k->frame ^ mark))
			return false;
	}
	return u->registers[KD_RBX] == k->frame;
}

/* The codes have been applied, all of them. */
static bool check_plan(struct session *s)
{
	struct session_stack *k = &s->stack;

	if (marked(k) && !k->u.machine_frame)
		return true;
	corrupt(s, "registers that are not those of this frame", k->pc);
	return false;
}

static void ask_stack(struct session *s)
{
	ask(s, STACK_STACK, s->stack.u.registers[KD_RSP], STACK_READ);
}

/* Its own info has been put into k->info. */
static const char *begin(struct session_stack *k)
{
	return kd_unwind_begin(&k->u, k->info, k->info_len,
			       rva_of(k) - k->function.begin);
}

/* Remember what the table said; a chain is asked for anew each time. */
static void remember(struct session_stack *k)
{
	struct stack_memory *m = &k->known[k->frame];

	if (k->chain)
		return;
	m->function = k->function;
	m->len = k->info_len;
	memcpy(m->info, k->info, k->info_len);
}

void stack_on_info(struct session *s)
{
	struct session_stack *k = &s->stack;
	const uint8_t *info = stack_answer(s);
	uint32_t len = s->op_len;
	const char *wrong;

	if (!info)
		return;
	if (!k->chain) {
		memcpy(k->info, info, len);
		k->info_len = len;
	}
	wrong = k->chain ? kd_unwind_go_on(&k->u, info, len) : begin(k);
	if (!wrong && k->u.chained && ++k->chain > CHAIN_MAX)
		wrong = "unwind data whose chain does not end";
	if (!wrong && k->u.chained && k->u.parent.info >= k->size)
		wrong = "unwind codes out of bounds";
	if (wrong) {
		corrupt(s, wrong, s->op_address);
	} else if (k->u.chained) {
		ask_image(s, STACK_INFO, k->u.parent.info);
	} else if (check_plan(s)) {
		remember(k);
		ask_image(s, STACK_CODE, rva_of(k));
	}
}

/* From the call on, past what our functions do until they leave. */
static uint32_t to_epilogue(const uint8_t *code, uint32_t len)
{
	uint32_t at = 0;

	while (at + 8 <= len) {
		uint32_t pass = 0;

		if (code[at] == NOP || code[at] == INT3)
			pass = 1;
		else if (kd_load16(code + at) == 0xc0ff) /* inc eax */
			pass = 2;
		else if (kd_load32(code + at) == 0x245c8b48) /* mov rbx, [] */
			pass = 5;
		else if (kd_load32(code + at) == 0x249c8b48)
			pass = 8;
		if (!pass)
			break;
		at += pass;
	}
	return at;
}

/* The code says as the unwind data does how the function will leave. */
void stack_on_code(struct session *s)
{
	struct session_stack *k = &s->stack;
	const uint8_t *code = stack_answer(s);
	struct kd_unwind by_code = k->u;
	uint32_t at;

	if (!code)
		return;
	at = to_epilogue(code, s->op_len);
	if (!kd_unwind_epilogue(&by_code, code + at, s->op_len - at, k->info) ||
	    by_code.return_at != k->u.return_at) {
		corrupt(s, "code that does not undo what its unwind data tells",
			k->pc);
		return;
	}
	if (!k->frame && code[0] != INT3)
		corrupt(s, "no INT3 where the target stopped", k->pc);
	else
		ask_stack(s);
}

/* --- its caller ------------------------------------------------------------
 */

static void ask_saved(struct session *s)
{
	struct session_stack *k = &s->stack;

	if (k->saved < k->u.saved_count)
		ask(s, STACK_SAVED, k->u.saved[k->saved].at, 8);
	else
		ask(s, STACK_RETURN, k->u.return_at, 8);
}

void stack_on_stack(struct session *s)
{
	const uint8_t *slots = stack_answer(s);

	if (!slots)
		return;
	memcpy(s->stack.slots, slots, STACK_READ);
	s->stack.saved = 0;
	ask_saved(s);
}

/* A word of the stack that may have been read twice. */
static bool word(struct session *s, uint64_t *value)
{
	struct session_stack *k = &s->stack;
	const uint8_t *at = stack_answer(s);
	uint64_t offset = s->op_address - k->u.registers[KD_RSP];

	if (!at)
		return false;
	*value = kd_load64(at);
	if (offset > STACK_READ - 8 || kd_load64(k->slots + offset) == *value)
		return true;
	corrupt(s, "a word of the stack that is another one now",
		s->op_address);
	return false;
}

/* The values are put where they belong once RSP is no longer needed. */
void stack_on_saved(struct session *s)
{
	struct session_stack *k = &s->stack;
	uint64_t value;

	if (!word(s, &value))
		return;
	k->u.registers[k->u.saved[k->saved].reg] = value;
	k->saved++;
	ask_saved(s);
}

void stack_on_return(struct session *s)
{
	struct session_stack *k = &s->stack;
	bool last = k->frame + 1 == s->step->frames;
	uint64_t value;

	if (!word(s, &value))
		return;
	k->return_to = value;
	if ((value - k->base < k->size) == last)
		corrupt(s,
			last ? "the outermost returns to another function"
			     : "it returns to what is none of the functions",
			value);
	else
		ask(s, STACK_CALLER, value - BEHIND_RETURN, STACK_CALLER_READ);
}

/* Before the return address there is a call of this function. */
static bool calls(const struct session_stack *k, const uint8_t *around)
{
	const uint8_t *call = around + BEHIND_RETURN - CALL_NEAR_SIZE;
	uint64_t to = k->return_to + (uint64_t)(int32_t)kd_load32(call + 1);

	return (call[0] == CALL_NEAR && to == k->base + k->function.begin) ||
	       kd_load16(call + CALL_NEAR_SIZE - 2) == CALL_RAX;
}

void stack_on_caller(struct session *s)
{
	struct session_stack *k = &s->stack;
	const uint8_t *around = stack_answer(s);

	if (!around)
		return;
	if (!calls(k, around)) {
		corrupt(s, "nobody called it from there", k->return_to);
		return;
	}
	kd_unwind_return(&k->u);
	k->pc = k->return_to;
	stack_frame_done(s);
}

/* --- begin ------------------------------------------------------------------
 */

void stack_restart(struct session *s)
{
	struct session_stack *k = &s->stack;

	memcpy(k->u.registers, k->top, sizeof(k->top));
	k->pc = k->top_pc;
	k->frame = 0;
}

/* Is it known which function this is? Then its unwind data is, too. */
static bool recall(struct session_stack *k)
{
	const struct stack_memory *m = &k->known[k->frame];

	if (!holds(&m->function, rva_of(k)))
		return false;
	k->function = m->function;
	k->info_len = m->len;
	memcpy(k->info, m->info, m->len);
	return begin(k) == NULL;
}

void stack_frame(struct session *s)
{
	struct session_stack *k = &s->stack;

	k->bytes = 0;
	k->found = false;
	if (s->step->cache && recall(k)) {
		if (check_plan(s))
			ask_stack(s);
		return;
	}
	k->low = 0;
	k->high = (k->functions + BLOCK_FUNCTIONS - 1) / BLOCK_FUNCTIONS + 1;
	search(s);
}
