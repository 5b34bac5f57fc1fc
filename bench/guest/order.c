/* SPDX-License-Identifier: MIT */
/* The workloads that are about what the debugger is told and asked. */
#include "bench/guest/order.h"

#include "bench/guest/block.h"
#include "bench/guest/stop.h"
#include "bench/kd/status.h"

uint64_t order_module_storm(struct order *o)
{
	static char path[KDBB_PATH_MAX];
	bool unload_too = (o->args[2] & 1) != 0;
	uint64_t notices = 0;
	struct kd_symbols s;

	while (o->done < o->args[0] && order_goes_on(o)) {
		kdbb_module(o->args[1], o->done, &s, path);
		stop_module(&s, path);
		notices++;
		if (unload_too) {
			s.unload = true;
			stop_module(&s, path);
			notices++;
		}
		order_unit_done(o);
	}
	return notices;
}

static uint64_t count_right(const struct order *o, struct kd_span data)
{
	uint64_t right = 0;

	for (size_t i = 0; i < data.len; i++)
		right += data.at[i] == kdbb_file_byte(o->args[2], o->done + i);
	return right;
}

uint64_t order_file_transfer(struct order *o)
{
	uint8_t name[2 * sizeof(KDBB_FILE_NAME)];
	struct kd_file_io request, answer;
	struct kd_span data;
	uint64_t handle, right = 0;
	uint32_t len = kdbb_file_open(&request, name);

	if (!stop_file(&request, name, len, &answer, &data) ||
	    !kd_status_ok(answer.status))
		return 0;
	handle = answer.u.create.handle;
	while (o->done < o->args[0] && order_goes_on(o)) {
		kdbb_file_read(&request, handle, o->done, o->args[0] - o->done,
			       o->args[1]);
		if (!stop_file(&request, NULL, 0, &answer, &data) ||
		    !kd_status_ok(answer.status) || !data.len)
			break;
		right += count_right(o, data);
		o->done += data.len;
		counters[KDBB_WORK_UNITS]++;
	}
	request = (struct kd_file_io){ .api = KD_FILE_CLOSE,
				       .u.close = { handle } };
	(void)stop_file(&request, NULL, 0, &answer, &data);
	return right;
}

/*
 * KDBB_STEP_LOOP_LENGTH instructions a round, the jump included, and nothing
 * that a step would have to be held back for.
 */
uint64_t order_step_loop(struct order *o)
{
	uint64_t rounds = o->args[0];

	if (rounds)
		__asm__ volatile("1:\tnop\n\t"
				 "nop\n\t"
				 "nop\n\t"
				 "nop\n\t"
				 "nop\n\t"
				 "nop\n\t"
				 "decq %0\n\t"
				 "jnz 1b"
				 : "+r"(rounds)::"cc");
	o->done = o->args[0] - rounds;
	counters[KDBB_WORK_UNITS] = o->done;
	return o->done;
}

/*
 * They keep all registers but RAX, in which each of them counts itself, and
 * have a stack of their own.
 */
uint64_t order_dive(struct order *o)
{
	struct kd_world_dive dive;
	uint64_t returned;

	if (!block_dive(&dive, o->args[0]))
		return 0;
	returned = dive.entry;
	__asm__ volatile("movq %%rsp, %%r12\n\t"
			 "movq %1, %%rsp\n\t"
			 "call *%%rax\n\t"
			 "movq %%r12, %%rsp"
			 : "+a"(returned)
			 : "r"(dive.stack)
			 : "r12", "memory", "cc");
	o->done = returned;
	counters[KDBB_WORK_UNITS] = returned;
	return returned;
}

uint64_t order_prompt(struct order *o)
{
	static const uint8_t text[] = KDBB_PROMPT_TEXT;
	uint64_t answers = 0;

	while (o->done < o->args[0] && order_goes_on(o)) {
		answers += stop_prompt(text, sizeof(text) - 1, KDBB_PROMPT_MAX);
		order_unit_done(o);
	}
	return answers;
}

uint64_t order_wild(struct order *o)
{
	static const uint16_t no_idt[5];

	switch (o->args[0]) {
	case KDBB_WILD_INTERRUPTS_OFF:
		__asm__ volatile("cli" ::: "memory");
		break;
	case KDBB_WILD_NO_IDT:
		__asm__ volatile("lidt %0; ud2" ::"m"(no_idt));
		break;
	case KDBB_WILD_NO_STACK:
		__asm__ volatile("movq %0, %%rsp; pushq %0" ::"r"(
					 UINT64_C(0x123456789000))
				 : "memory");
		break;
	default: break;
	}
	for (;;)
		__asm__ volatile("pause");
}
