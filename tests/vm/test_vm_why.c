/* SPDX-License-Identifier: MIT */
/* The numbers that explain others, of real guests: split, exits, sweeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/run/record_why.h"
#include "bench/run/split.h"
#include "tests/support/rig.h"

static const char *const transports[] = {
	"transport: uart-unthrottled\ntransport.rx-trigger: 14\n"
	"transport.tx: burst\n",
	"transport: ring\n",
	"transport: ring\nhost.wait: spin\nguest.idle: poll\n",
};

static char *scenario(const char *transport, const char *rest)
{
	return mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n%s%s",
			  transport, rest);
}

static void run(struct rig *r, const char *transport, const char *rest)
{
	char *yaml = scenario(transport, rest);

	rig_run(r, yaml, 0, 1, 1);
	/* A loaded machine may cost a re-send, but never a byte. */
	if (r->trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s%s: %s", transport, verdict_names[r->trial.verdict],
			 r->trial.detail);
	free(yaml);
}

/* Each part is there, and the line is what is left. */
static void test_vm_why__a_step_splits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		const struct step_record *read, *small;
		struct split a, b;
		struct rig r;

		run(&r, transports[i],
		    "session:\n"
		    "  - connect\n"
		    "  - read-memory: { name: read, count: 20 }\n"
		    "  - read-memory: { name: small, count: 20, chunk: 8 }\n");
		read = rig_step(&r, "read");
		small = rig_step(&r, "small");
		assert_false(read->mixed);
		assert_true(read->guest_valid);
		assert_true(read->harness_ns > 0);
		assert_true(read->guest[KDBB_SERVICE_TICKS] > 0);
		assert_true(split_time(&a, read->wall_ns,
				       read->guest[KDBB_SERVICE_TICKS],
				       r.trial.tsc_hz, read->harness_ns));
		assert_true(split_time(&b, small->wall_ns,
				       small->guest[KDBB_SERVICE_TICKS],
				       r.trial.tsc_hz, small->harness_ns));
		assert_true(a.guest_ns > 0 && a.guest_ns < a.wall_ns);
		assert_true(a.harness_ns < a.wall_ns);
		assert_int_equal(read->round_trips, 20);
		assert_true(read->turnarounds >= 20);
		rig_release(&r);
	}
}

static void test_vm_why__tcg_counts_no_exits(void **state)
{
	struct rig r;
	char *text;

	(void)state;
	run(&r, transports[1], "session: [connect, version]\n");
	assert_false(r.trial.exits_known);
	text = rig_text(&r);
	assert_non_null(strstr(text, "\"exits\":null"));
	assert_non_null(strstr(text, "\"exits_by_kind\":null"));
	free(text);
	rig_release(&r);
}

/* How fast it is says nothing here; that it never gets ahead does. */
static void test_vm_why__a_sweep_never_gets_more_than_it_asks(void **state)
{
	const struct step_record *sweep;
	struct rig r;

	(void)state;
	run(&r, transports[1],
	    "session:\n"
	    "  - connect\n"
	    "  - sweep: { from: 8KiB/s, to: 8MiB/s, points: 3, each: 250ms, "
	    "warmup: 16KiB }\n"
	    "  - version\n");
	sweep = rig_step(&r, "sweep");
	assert_int_equal(sweep->sweep_count, 3);
	for (unsigned i = 0; i < sweep->sweep_count; i++) {
		const struct sweep_point *p = &sweep->sweep[i];

		assert_true(p->ops > 0);
		assert_int_equal(p->payload_bytes, 1024 * p->ops);
		assert_true(p->achieved <= p->offered);
		assert_true(p->wall_ns >= 250000000);
		assert_true(p->cpu.valid);
		assert_true(p->cpu.wall_ns >= p->wall_ns);
		assert_int_equal(p->latency.n, p->ops);
	}
	assert_true(sweep->guest_valid);
	assert_true(sweep->guest[KDBB_BYTES_OUT] >= sweep->payload_bytes);
	rig_release(&r);
}

/* A harness that may sleep does so between requests. */
static void test_vm_why__an_open_loop_sleeps_until_it_is_due(void **state)
{
	const struct step_record *x;
	struct rig r;

	(void)state;
	run(&r, transports[1],
	    "session:\n"
	    "  - connect\n"
	    "  - read-memory: { name: x, rate: 1000, chunk: 100, count: 10 "
	    "}\n");
	x = rig_step(&r, "x");
	assert_true(x->wall_ns >= 1000000000);
	assert_true(x->cpu.valid);
	assert_true(x->cpu.harness_ns < x->wall_ns / 2);
	assert_true(x->harness_ns < x->wall_ns / 2);
	rig_release(&r);
}

/*
 * Idle turns tell how busy a guest is that polls; of one that halts they say
 * nothing. How busy it is depends on this machine; that nothing idles in a
 * storm does not.
 */
static void test_vm_why__a_polling_guest_tells_how_busy_it_is(void **state)
{
	static const char steps[] =
		"session:\n"
		"  - connect\n"
		"  - print-storm: { name: few, rate: 50, duration: 200ms }\n"
		"  - print-storm: { name: all, count: 20 }\n"
		"  - idle: { name: idle, duration: 20ms, state: running }\n";
	static const char *const polling[] = {
		"transport: uart-unthrottled\n",
		"transport: ring\nguest.idle: poll\n",
		"transport: ring\nguest.idle: pause\n",
	};
	struct rig r;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(polling); i++) {
		const struct step_record *few, *all;

		run(&r, polling[i], steps);
		few = rig_step(&r, "few");
		all = rig_step(&r, "all");
		assert_true(few->run_ns >= 200000000);
		assert_true(few->busy_ns < few->run_ns);
		assert_true(few->ops > 0 && few->ops <= 12);
		assert_true(all->run_ns > 0);
		assert_int_equal(all->busy_ns, all->run_ns);
		assert_int_equal(rig_step(&r, "idle")->run_ns, 0);
		assert_true(record_guest_load(&r.trial) >= 0);
		assert_true(record_guest_load(&r.trial) <= 100);
		rig_release(&r);
	}
	run(&r, transports[1], steps);
	assert_int_equal(rig_step(&r, "few")->run_ns, 0);
	assert_true(rig_step(&r, "few")->ops > 0);
	text = rig_text(&r);
	assert_non_null(strstr(text, "\"guest_load\":null"));
	free(text);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_why__a_step_splits),
		cmocka_unit_test(test_vm_why__tcg_counts_no_exits),
		cmocka_unit_test(
			test_vm_why__a_sweep_never_gets_more_than_it_asks),
		cmocka_unit_test(
			test_vm_why__an_open_loop_sleeps_until_it_is_due),
		cmocka_unit_test(
			test_vm_why__a_polling_guest_tells_how_busy_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
