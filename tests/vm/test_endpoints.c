/* SPDX-License-Identifier: MIT */
/* Guests in stock QEMU to which faults let something happen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"

/* Large: not on the stack. */
static struct rig r;

#define AT "nth: 5, packet: { class: request }"

static void run(const char *transport, const char *fault)
{
	char *yaml = mem_printf(
		"name: t\nguest.pattern: 64KiB\n"
		"transport: %s\n%sfaults:\n  to-target: [ %s ]\n"
		"session:\n"
		"  - connect\n"
		"  - read-memory: { size: 3000, chunk: 250, timeout: 20s }\n"
		"  - break-in\n"
		"  - continue\n",
		transport, strcmp(transport, "native") ? "accel: tcg\n" : "",
		fault);

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
}

struct expected {
	const char *transport, *fault;
	enum verdict best, worst;
};

static void check(const struct expected *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct expected *c = &cases[i];

		run(c->transport, c->fault);
		if (r.trial.verdict < c->best || r.trial.verdict > c->worst)
			fail_msg("%s, %s: %s: %s", c->transport, c->fault,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(r.trial.trail.count, 1);
		rig_release(&r);
	}
}

/* It sleeps for as long as it was told, and the session is none the worse. */
static void test_endpoints__sleep_and_wake(void **state)
{
	static const char *const faults[] = {
		"freeze: { time: 400ms, offset: 20, " AT " }",
		"pause: { time: 400ms, offset: 20, " AT " }",
	};
	static const char *const transports[] = { "virtio", "ring" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(transports); k++) {
			run(transports[k], faults[i]);
			if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("%s, %s: %s: %s", transports[k],
					 faults[i],
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			assert_true(r.trial.wall_ns >= 400 * NS_PER_MS);
			rig_release(&r);
		}
	}
}

/* Back in time, and a new life: the debugger finds out and goes on. */
static void test_endpoints__other_lives(void **state)
{
	static const struct expected cases[] = {
		{ "virtio", "revert: { offset: 30, " AT " }", VERDICT_COMPLETED,
		  VERDICT_RECOVERED },
		{ "uart-unthrottled", "revert: { offset: 30, " AT " }",
		  VERDICT_COMPLETED, VERDICT_RECOVERED },
		{ "virtio", "reset: { offset: 30, " AT " }", VERDICT_RECOVERED,
		  VERDICT_RECOVERED },
		{ "ring", "reset: { offset: 30, " AT " }", VERDICT_RECOVERED,
		  VERDICT_RECOVERED },
		/* The rings' indices go back too, and their host's do not. */
		{ "ring", "revert: { offset: 30, " AT " }", VERDICT_LOST_TARGET,
		  VERDICT_LOST_TARGET },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

/* The guest is not to blame for what a fault did to its rings. */
static void test_endpoints__tell_who_rolled_the_rings_back(void **state)
{
	(void)state;
	run("native", "ring-epoch: { " AT " }");
	assert_verdict(&r, VERDICT_LOST_TARGET);
	assert_non_null(
		strstr(r.trial.detail,
		       "'ring-epoch#1' rolled the rings' indices back"));
	rig_release(&r);
	run("native", "wreck: { what: ring-memory, " AT " }");
	assert_null(strstr(r.trial.detail, "rolled"));
	rig_release(&r);
}

/* Whoever writes nonsense into a ring is found out; nothing else happens. */
static void test_endpoints__rings_are_not_believed(void **state)
{
	static const struct expected cases[] = {
		{ "ring", "ring-epoch: { " AT " }", VERDICT_LOST_TARGET,
		  VERDICT_LOST_TARGET },
		{ "ring", "ring-epoch: { of: debugger, " AT " }",
		  VERDICT_LOST_TARGET, VERDICT_LOST_TARGET },
		{ "ring", "wreck: { what: ring-memory, " AT " }",
		  VERDICT_LOST_TARGET, VERDICT_LOST_TARGET },
		{ "native", "ring-epoch: { " AT " }", VERDICT_LOST_TARGET,
		  VERDICT_LOST_TARGET },
		{ "virtio", "ring-epoch: { " AT " }", VERDICT_ERROR,
		  VERDICT_ERROR },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

/*
 * Without an IDT it serves as long as nothing interrupts it; without its code
 * it does not. What is lost with the page tables depends on what the processor
 * still knows of them.
 */
static void test_endpoints__wreckage(void **state)
{
	static const struct expected cases[] = {
		{ "virtio", "wreck: { what: idt, " AT " }", VERDICT_LOST_TARGET,
		  VERDICT_LOST_TARGET },
		{ "virtio", "wreck: { what: stub, " AT " }",
		  VERDICT_LOST_TARGET, VERDICT_LOST_TARGET },
		/* It is gone before QEMU has said that it goes on. */
		{ "uart-unthrottled", "wreck: { what: stub, " AT " }",
		  VERDICT_LOST_TARGET, VERDICT_LOST_TARGET },
		{ "ring", "wreck: { what: cli-hlt, " AT " }",
		  VERDICT_LOST_TARGET, VERDICT_LOST_TARGET },
		{ "virtio", "wreck: { what: page-tables, " AT " }",
		  VERDICT_COMPLETED, VERDICT_LOST_TARGET },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endpoints__sleep_and_wake),
		cmocka_unit_test(test_endpoints__other_lives),
		cmocka_unit_test(
			test_endpoints__tell_who_rolled_the_rings_back),
		cmocka_unit_test(test_endpoints__rings_are_not_believed),
		cmocka_unit_test(test_endpoints__wreckage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
