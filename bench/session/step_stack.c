/* SPDX-License-Identifier: MIT */
/*
 * stack-walk: the guest calls through as many functions as there are to be
 * frames, and stops in the innermost; each operation then finds one frame's
 * caller. The image's table of functions is looked for once, before anything is
 * measured, as a debugger has it since it loaded the module list; what the
 * table says of a function is looked up for each frame, or, with a warm cache,
 * known from a walk that is not measured either.
 */
#include <string.h>

#include "bench/kd/registers.h"
#include "bench/session/step_settings.h"
#include "bench/session/steps.h"

#define STEP(field) offsetof(struct step, field)

const struct setting step_stack_settings[] = {
	{ "frames", SETTING_COUNT, STEP(frames), "10",
	  "of the stack; then the walk begins again at its top", NULL, 1,
	  STACK_FRAMES_MAX },
	{ "cache", SETTING_ENUM, STEP(cache), "cold",
	  "whether the table of functions is searched for each frame, or what "
	  "it says is known",
	  "cold|warm", 0, 0 },
	STEP_WHOLE_COUNT,
	{ 0 },
};

void stack_ask(struct session *s, enum stack_part part, uint64_t address,
	       uint32_t len)
{
	s->part = (uint8_t)part;
	s->op_address = address;
	s->op_len = len;
	session_ask_memory(s, KD_API_READ_VIRTUAL, address, len);
}

const uint8_t *stack_answer(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	if (!session_check_reply(s, "ReadVirtualMemory"))
		return NULL;
	if (data.len == s->op_len)
		return data.at;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': %u bytes came of %u at 0x%llx", s->step->name,
		    (unsigned)data.len, (unsigned)s->op_len,
		    (unsigned long long)s->op_address);
	return NULL;
}

/* --- there -----------------------------------------------------------------
 */

static void begin(struct session *s)
{
	memset(&s->stack, 0, sizeof(s->stack));
	s->part = STACK_ORDER;
	session_order(s, KDBB_DIVE, s->step->frames, 0, 0);
}

static void on_order(struct session *s)
{
	if (!session_check_reply(s, "the order"))
		return;
	s->part = STACK_DIVE;
	session_continue(s, false);
}

/* If the order is done already, it has come to nothing. */
static void on_result(struct session *s)
{
	static const struct kd_manipulate get = { .api = KD_API_GET_CONTEXT };

	if (!session_check_reply(s, "the guest's result"))
		return;
	if (session_order_done(s)) {
		session_end(s, VERDICT_ERROR,
			    "step '%s': the guest has no %u functions to call "
			    "through; set guest.functions",
			    s->step->name, (unsigned)s->step->frames);
		return;
	}
	s->part = STACK_CONTEXT;
	session_ask(s, &get, NULL, 0);
}

static void on_context(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	if (!session_check_reply(s, "GetContext"))
		return;
	if (data.len < KD_CONTEXT_SIZE ||
	    s->target.machine != KD_MACHINE_AMD64) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT that is not of amd64",
			    s->step->name);
		return;
	}
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++)
		s->stack.top[i] =
			kd_load64(data.at + KD_CONTEXT_RAX_OFFSET + 8 * i);
	s->stack.top_pc = kd_load64(data.at + KD_CONTEXT_RIP_OFFSET);
	stack_find(s);
}

void stack_found(struct session *s)
{
	stack_restart(s);
	if (s->step->cache)
		stack_frame(s);
	else
		session_measure(s);
}

/* --- frame by frame --------------------------------------------------------
 */

static void op(struct session *s)
{
	session_op_hold(s);
	stack_frame(s);
}

void stack_frame_done(struct session *s)
{
	struct session_stack *k = &s->stack;
	bool top = ++k->frame == s->step->frames;

	if (top)
		stack_restart(s);
	if (s->phase != PHASE_BEFORE && s->phase != PHASE_AFTER)
		session_op_done(s, k->bytes);
	else if (top)
		session_measure(s);
	else
		stack_frame(s);
}

/* --- and back --------------------------------------------------------------
 */

static void end(struct session *s)
{
	s->part = STACK_LEAVE;
	session_continue(s, false);
}

static void on_left(struct session *s)
{
	if (!session_check_reply(s, "the guest's result"))
		return;
	if (session_order_done(s)) {
		if (session_check_result(s, s->step->frames,
					 "functions returned"))
			session_step_done(s);
		return;
	}
	s->part = STACK_LEAVE; /* again, if it was a break-in of ours */
	session_spurious(s);
}

static void reply(struct session *s)
{
	static void (*const on[STACK_PART_COUNT])(struct session * s) = {
		[STACK_ORDER] = on_order,
		[STACK_RESULT] = on_result,
		[STACK_CONTEXT] = on_context,
		[STACK_VERSION] = stack_on_version,
		[STACK_HEAD] = stack_on_head,
		[STACK_ENTRY] = stack_on_entry,
		[STACK_DOS] = stack_on_dos,
		[STACK_PE] = stack_on_pe,
		[STACK_SEARCH] = stack_on_search,
		[STACK_INFO] = stack_on_info,
		[STACK_CODE] = stack_on_code,
		[STACK_STACK] = stack_on_stack,
		[STACK_SAVED] = stack_on_saved,
		[STACK_RETURN] = stack_on_return,
		[STACK_CALLER] = stack_on_caller,
		[STACK_LEFT] = on_left,
	};

	if (on[s->part])
		on[s->part](s);
}

/* In the innermost function, or, the order being done, out of all of them. */
static void stop(struct session *s)
{
	bool breakpoint = s->d->new_state == KD_STATE_EXCEPTION &&
			  s->d->exception.code == KD_CODE_BREAKPOINT;

	if (!breakpoint || (s->part != STACK_DIVE && s->part != STACK_LEAVE)) {
		session_spurious(s);
		return;
	}
	s->part = s->part == STACK_DIVE ? STACK_RESULT : STACK_LEFT;
	session_ask_result(s);
}

const struct step_ops stack_walk_ops = {
	.begin = begin,
	.op = op,
	.end = end,
	.reply = reply,
	.stop = stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
