/* SPDX-License-Identifier: MIT */
/*
 * The world's functions as a machine runs them: they stop where they should,
 * on the stack that was foretold, return, and are walked over every line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/kd/image.h"
#include "bench/launch/guest_params.h"
#include "bench/launch/sim_machine.h"
#include "tests/support/rig.h"
#include "tests/support/vm_guest.h"

#define DEPTH 20
#define FUNCTIONS 300
#define REGISTER(n) (KD_CONTEXT_RAX_OFFSET + 8 * (n))

static struct vm vm;

static void start(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	vm.guest.functions = FUNCTIONS;
	vm.guest.layout = 11;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
		fail_msg("%s", vm.err.text);
}

static void dive(uint8_t *context)
{
	vm_order(&vm, KDBB_DIVE, DEPTH, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_get_context(&vm, context);
	assert_int_equal(kd_load64(context + KD_CONTEXT_RIP_OFFSET),
			 vm.d.exception.pc);
	assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
	assert_int_equal(kd_load64(context + REGISTER(KD_RBX)), 0);
}

static void surface(uint64_t returned)
{
	uint8_t mail[KDBB_MAIL_SIZE];

	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_true(
		vm_read(&vm, vm_field(&vm, KDBB_MAILBOX), mail, sizeof(mail)));
	assert_int_equal(kd_load64(mail + KDBB_MAIL_DONE), vm.sequence);
	assert_int_equal(kd_load64(mail + KDBB_MAIL_RESULT0), returned);
}

static void dives_and_returns(void)
{
	uint8_t context[KD_CONTEXT_SIZE];
	uint64_t pc;

	dive(context);
	surface(DEPTH);
	/* The same, sent on from behind the INT3. */
	dive(context);
	pc = kd_load64(context + KD_CONTEXT_RIP_OFFSET);
	kd_store64(context + KD_CONTEXT_RIP_OFFSET, pc + 1);
	vm_set_context(&vm, context, KD_CONTEXT_SIZE);
	surface(DEPTH);
	/* After single steps. */
	dive(context);
	for (unsigned i = 0; i < 3; i++) {
		vm_go(&vm, true);
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
	}
	surface(DEPTH);
	/* There are not that many, and not that much stack. */
	vm_order(&vm, KDBB_DIVE, FUNCTIONS + 1, 0, 0);
	surface(0);
	vm_order(&vm, KDBB_DIVE, KD_WORLD_DEPTH_MAX + 1, 0, 0);
	surface(0);
	/* Called off at the bottom, for something else. */
	dive(context);
	vm_order(&vm, KDBB_SPIN, 5, 0, 0);
	surface(5);
	dive(context);
	surface(DEPTH);
	/* And it still listens. */
	vm_go(&vm, false);
	vm_break_in(&vm);
}

static void test_vm_stack__dives_and_returns(void **state)
{
	(void)state;
	vm_on_each(&vm, start, dives_and_returns);
}

/* --- what only a machine with a processor can do ---------------------------
 */

static void run_on_guest(void)
{
	start(TRANSPORT_IVSHMEM);
}

/* Where the world's area is, and how large. */
static struct kd_world world_of(enum transport_kind kind, uint64_t *size)
{
	struct guest_layout layout;
	struct kd_world w;
	struct err err = { 0 };

	assert_true(guest_layout(&layout, &vm.guest, &err));
	w = guest_world(&vm.guest,
			kind == TRANSPORT_SIM ? SIM_WORLD : layout.world);
	*size = kd_world_size(&w);
	return w;
}

/* Stepping leads out of all functions, instruction by instruction. */
static void test_vm_stack__can_be_stepped_through(void **state)
{
	uint8_t context[KD_CONTEXT_SIZE];
	uint64_t sp, before;

	(void)state;
	run_on_guest();
	dive(context);
	before = sp = kd_load64(context + REGISTER(KD_RSP));
	for (unsigned i = 0; i < 60; i++) {
		vm_go(&vm, true);
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
		vm_get_context(&vm, context);
		sp = kd_load64(context + REGISTER(KD_RSP));
		assert_true(sp >= before);
	}
	assert_true(sp > before); /* one function at least has returned */
	surface(DEPTH);
	vm_stop(&vm);
}

/* "Step out": a breakpoint where the innermost function returns to. */
static void test_vm_stack__stops_where_it_returns_to(void **state)
{
	uint8_t context[KD_CONTEXT_SIZE], info[128], word[8];
	struct kd_world_dive d;
	struct kd_world w;
	struct kd_function f;
	struct kd_unwind u;
	uint64_t rva, table, size;
	uint32_t handle;
	uint8_t *area, *image;

	(void)state;
	run_on_guest();
	dive(context);
	w = world_of(TRANSPORT_IVSHMEM, &size);
	area = mem_alloc(size);
	assert_true(vm_read(&vm, w.base, area, (uint32_t)size));
	assert_true(kd_world_dive(&d, &w, area, DEPTH));
	rva = kd_load64(context + KD_CONTEXT_RIP_OFFSET) - d.image;
	assert_true(rva < d.image_size);
	/* By hand, as a debugger would. */
	image = area + (d.image - w.base);
	table = kd_load32(image + kd_load32(image + KD_IMAGE_NEW_HEADER) +
			  KD_IMAGE_EXPORTS + 8 * KD_DIRECTORY_EXCEPTION);
	for (unsigned i = 0;; i++) {
		kd_function_load(&f, image + table + KD_FUNCTION_SIZE * i);
		if (rva >= f.begin && rva < f.end)
			break;
		assert_true(i < FUNCTIONS);
	}
	assert_true(vm_read(&vm, d.image + f.info, info, sizeof(info)));
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++)
		u.registers[i] = kd_load64(context + REGISTER(i));
	assert_null(kd_unwind_begin(&u, info, sizeof(info),
				    (uint32_t)(rva - f.begin)));
	assert_true(vm_read(&vm, u.return_at, word, sizeof(word)));
	handle = vm_set_breakpoint(&vm, kd_load64(word));
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_int_equal(vm.d.exception.pc, kd_load64(word));
	vm_get_context(&vm, context);
	assert_int_equal(kd_load64(context + REGISTER(KD_RSP)),
			 u.return_at + 8);
	assert_int_equal(kd_load64(context + REGISTER(KD_RBX)), 1);
	vm_clear_breakpoint(&vm, handle);
	surface(DEPTH);
	free(area);
	vm_stop(&vm);
}

/* The simulated machine's stack is that of a real one. */
static void test_vm_stack__is_as_the_simulated_one(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_SIM,
						     TRANSPORT_IVSHMEM };
	static uint64_t stacks[2][256];
	uint64_t sp[2], pc[2], base[2], size;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint8_t context[KD_CONTEXT_SIZE];

		start(kinds[i]);
		dive(context);
		base[i] = world_of(kinds[i], &size).base;
		sp[i] = kd_load64(context + REGISTER(KD_RSP)) - base[i];
		pc[i] = kd_load64(context + KD_CONTEXT_RIP_OFFSET) - base[i];
		assert_true(vm_read(&vm, base[i] + sp[i], stacks[i],
				    sizeof(stacks[i])));
		vm_stop(&vm);
	}
	assert_int_equal(sp[0], sp[1]);
	assert_int_equal(pc[0], pc[1]);
	for (size_t i = 0; i < ARRAY_SIZE(stacks[0]); i++) {
		bool address = stacks[0][i] - base[0] < size;

		/* Registers that no function had touched are the machine's. */
		if (!stacks[0][i])
			continue;
		assert_int_equal(stacks[0][i] - (address ? base[0] : 0),
				 stacks[1][i] - (address ? base[1] : 0));
	}
}

/* --- walked ----------------------------------------------------------------
 */

static void test_vm_stack__is_walked_over_every_line(void **state)
{
	static const char *const lines[] = {
		"accel: tcg\ntransport: "
		"uart-unthrottled\ntransport.rx-trigger: 14\n"
		"transport.tx: burst\nguest.layout: 1\n",
		"accel: tcg\ntransport: byteport\nguest.layout: 2\n",
		"accel: tcg\ntransport: virtio\nguest.layout: "
		"3\ndebugger.think: windbg\n",
		"accel: tcg\ntransport: ring\nguest.layout: 4\n",
		"accel: tcg\ntransport: ring-packet\nguest.layout: 5\n",
		"transport: native\nguest.layout: 6\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = mem_printf(
			"name: t\nguest.pattern: 64KiB\n"
			"guest.functions: 2550\n%ssession:\n"
			"  - connect\n"
			"  - stack-walk: { count: 10 }\n"
			"  - stack-walk: { name: warm, cache: warm, count: 20 "
			"}\n"
			"  - read-memory: { size: 4000 }\n",
			lines[i]);
		const struct step_record *cold, *warm;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		/* A loaded machine may cost a re-send, but never a byte. */
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s%s: %s", lines[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		cold = rig_step(&r, "stack-walk");
		warm = rig_step(&r, "warm");
		assert_int_equal(cold->ops, 10);
		assert_int_equal(cold->round_trips, 150);
		assert_int_equal(cold->payload_bytes, 10 * 1448);
		assert_int_equal(warm->ops, 20);
		assert_int_equal(warm->round_trips, 100);
		assert_int_equal(warm->payload_bytes, 20 * 168);
		assert_true(cold->guest_valid && !cold->mixed);
		rig_release(&r);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_stack__dives_and_returns),
		cmocka_unit_test(test_vm_stack__can_be_stepped_through),
		cmocka_unit_test(test_vm_stack__stops_where_it_returns_to),
		cmocka_unit_test(test_vm_stack__is_as_the_simulated_one),
		cmocka_unit_test(test_vm_stack__is_walked_over_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
