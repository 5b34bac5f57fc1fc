/* SPDX-License-Identifier: MIT */
/*
 * reload and process-list: what they ask, that they find everything by its
 * links, and that no list, however wrong, makes them run on or pass.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"
#include "tests/support/rig.h"

#define READS_MODULE 10
#define READS_PROCESS 15 /* of them ten virtual */
#define LOG_MAX 20000

static struct puppet puppet;

/* --- the requests of a step, in their order ------------------------------- */

static struct {
	struct {
		uint32_t api, count;
		uint64_t address;
		uint8_t data[8];
	} reads[LOG_MAX];
	size_t count;
} asked;

/* Memory that is read by the step, as the target answers it. */
static void note(struct puppet *p, uint16_t type, uint8_t *payload,
		 uint16_t *len)
{
	struct kd_manipulate m;

	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT)
		return;
	kd_manipulate_load(&m, payload);
	if ((m.api != KD_API_READ_VIRTUAL && m.api != KD_API_READ_PHYSICAL) ||
	    p->s.part < 5 /* looking for the head */)
		return;
	assert_true(asked.count < LOG_MAX && *len >= 56 + 8);
	asked.reads[asked.count].api = m.api;
	asked.reads[asked.count].count = m.u.memory.count;
	asked.reads[asked.count].address = m.u.memory.address;
	memcpy(asked.reads[asked.count++].data, payload + 56, 8);
}

static void walk(const char *step, uint64_t layout, uint32_t modules,
		 uint32_t processes)
{
	char *session = mem_printf("  - connect\n  - %s\n", step);

	asked.count = 0;
	puppet = (struct puppet){ .change = note,
				  .world = { .layout = layout,
					     .modules = modules,
					     .processes = processes } };
	puppet_run(&puppet, session);
	assert_ended(&puppet, VERDICT_COMPLETED, "");
	free(session);
}

static void test_sim_walk__a_module_is_ten_reads(void **state)
{
	static const uint32_t sizes[READS_MODULE] = {
		0x88, 80, 0x40, 128, 128, 128, 240, 128, 128, 128,
	};

	(void)state;
	walk("reload: { count: 8 }", 3, 8, 1);
	assert_int_equal(asked.count, 8 * READS_MODULE);
	for (size_t i = 0; i < asked.count; i++) {
		uint32_t want = sizes[i % READS_MODULE];

		/* The names of the identity's own are shorter. */
		if (i % READS_MODULE == 1 && i < 3 * READS_MODULE)
			want = asked.reads[i].count;
		assert_int_equal(asked.reads[i].api, KD_API_READ_VIRTUAL);
		assert_int_equal(asked.reads[i].count, want);
	}
}

static void test_sim_walk__a_process_is_ten_reads_and_a_page_walk(void **state)
{
	(void)state;
	walk("process-list: { count: 6 }", 3, 3, 7);
	/* System, which is passed over, is one read more. */
	assert_int_equal(asked.count, 1 + 6 * READS_PROCESS);
	for (size_t i = 1; i < asked.count; i++) {
		size_t nth = (i - 1) % READS_PROCESS;
		bool table = nth >= 10 && nth < 14;

		assert_int_equal(asked.reads[i].api,
				 nth < 10 ? KD_API_READ_VIRTUAL
					  : KD_API_READ_PHYSICAL);
		assert_int_equal(asked.reads[i].count, table ? 8 : 128);
		/* The last is where the fourth entry has said. */
		if (nth == 14)
			assert_true((kd_load64(asked.reads[i - 1].data) &
				     ~UINT64_C(0xfff)) ==
				    asked.reads[i].address);
	}
}

/* --- places --------------------------------------------------------------- */

/* The first read of each operation, and a hash of whom it was about. */
struct round {
	uint64_t addresses[200];
	uint64_t sum, order;
};

/* Whom each is about: the stamp of an image, the id of a process. */
static void round_of(struct round *r, size_t reads, size_t first, size_t nth)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; first + i * reads < asked.count; i++) {
		uint64_t who =
			kd_load64(asked.reads[first + i * reads + nth].data);

		r->addresses[i] = asked.reads[first + i * reads].address;
		r->sum += who * who;
		r->order = 31 * r->order + who;
	}
}

static void compare_rounds(const struct round *a, const struct round *b,
			   size_t count)
{
	size_t same = 0;

	for (size_t i = 0; i < count; i++)
		same += a->addresses[i] == b->addresses[i];
	assert_true(same <= count / 8);
	/* The same ones, one after another in another order. */
	assert_true(a->sum == b->sum);
	assert_true(a->order != b->order);
}

static void test_sim_walk__places_and_order_do_not_matter(void **state)
{
	static const uint64_t layouts[] = { 1, 2, 99, UINT64_MAX };
	struct round last = { .sum = 0 }, now;

	(void)state;
	for (size_t i = 0; i <= ARRAY_SIZE(layouts); i++) {
		walk("reload: { count: 150 }", i ? layouts[i - 1] : 0, 150, 1);
		/* 'PE', machine and sections are the same, so: the GUID. */
		for (size_t k = 0; k < asked.count; k += READS_MODULE)
			memcpy(asked.reads[k + 3].data,
			       asked.reads[k + 9].data + 4, 4);
		round_of(&now, READS_MODULE, 3 * READS_MODULE, 3);
		if (i)
			compare_rounds(&last, &now, 147);
		last = now;
	}
	for (size_t i = 0; i <= ARRAY_SIZE(layouts); i++) {
		walk("process-list: { count: 120 }", i ? layouts[i - 1] : 0, 3,
		     121);
		round_of(&now, READS_PROCESS, 1, 0);
		if (i)
			compare_rounds(&last, &now, 120);
		last = now;
	}
}

/* At the end it begins anew, with what it began with. */
static void test_sim_walk__the_end_is_followed_by_the_beginning(void **state)
{
	(void)state;
	walk("reload: { count: 25, warmup: 2 }", 5, 9, 1);
	assert_int_equal(asked.count, 27 * READS_MODULE);
	for (size_t i = 9 * READS_MODULE; i < asked.count; i++)
		assert_true(asked.reads[i].address ==
			    asked.reads[i - 9 * READS_MODULE].address);
	walk("process-list: { count: 11 }", 5, 3, 4);
	for (size_t i = 1 + 3 * READS_PROCESS; i < asked.count; i++)
		assert_true(asked.reads[i].address ==
			    asked.reads[i - 3 * READS_PROCESS].address);
}

/* --- over lines ----------------------------------------------------------- */

#define WALKS                                                \
	"session:\n"                                         \
	"  - connect\n"                                      \
	"  - reload: { count: 40, warmup: 3, whole: 180 }\n" \
	"  - process-list: { count: 30, whole: 150 }\n"      \
	"  - version\n"

static char *scenario(const char *line)
{
	return mem_printf("name: t\ntransport: sim\nguest.pattern: 64KiB\n"
			  "guest: { modules: 30, processes: 21, layout: 11 }\n"
			  "%s" WALKS,
			  line);
}

static void test_sim_walk__completes_over_every_line(void **state)
{
	static const char *const lines[] = {
		"",
		"transport.baud: 115200\n",
		"transport.framing: packet\n",
		"transport.latency: 5ms\n",
		"transport.service: 1ms\ntransport.capacity: 100\n",
		"debugger.think: windbg\n",
		"target.profile: reactos\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = scenario(lines[i]);
		const struct step_record *r;
		struct rig rig;

		rig_run(&rig, yaml, 0, 1, 1);
		assert_verdict(&rig, VERDICT_COMPLETED);
		r = rig_step(&rig, "reload");
		assert_int_equal(r->ops, 40);
		assert_int_equal(r->round_trips, 40 * READS_MODULE);
		assert_int_equal(r->step->whole_count, 180);
		/* Three of the forty, in the second round, have short names. */
		assert_in_range(r->payload_bytes, 40 * 1270, 40 * 1288);
		if (i != 2)
			assert_int_equal(r->wire_bytes,
					 r->payload_bytes +
						 178 * r->round_trips);
		r = rig_step(&rig, "process-list");
		assert_int_equal(r->ops, 30);
		assert_int_equal(r->round_trips, 30 * READS_PROCESS);
		assert_int_equal(r->payload_bytes, 30 * (11 * 128 + 4 * 8));
		if (i != 2)
			assert_int_equal(r->wire_bytes, 30 * 4110);
		assert_false(r->mixed);
		rig_release(&rig);
		free(yaml);
	}
}

/* What an operation lasts is what its requests last, and the thinking. */
static void test_sim_walk__thinking_is_part_of_an_operation(void **state)
{
	char *yaml = scenario("debugger.think: { ack: 0, gap: 3ms }\n");
	struct rig rig;

	(void)state;
	rig_run(&rig, yaml, 0, 1, 1);
	assert_verdict(&rig, VERDICT_COMPLETED);
	assert_true(
		histogram_quantile(&rig_step(&rig, "reload")->latency, 0.01) >=
		READS_MODULE * UINT64_C(2950000));
	assert_true(histogram_quantile(&rig_step(&rig, "process-list")->latency,
				       0.01) >=
		    READS_PROCESS * UINT64_C(2950000));
	rig_release(&rig);
	free(yaml);
}

static void test_sim_walk__no_lost_byte_corrupts_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		char *yaml = scenario(
			"faults:\n"
			"  to-target: [ { drop: { probability: 1e-3 } } ]\n"
			"  to-debugger: [ { drop: { probability: 1e-3 } } ]\n");
		struct rig rig;

		rig_run(&rig, yaml, 0, seed, 1);
		if (rig.trial.verdict > VERDICT_RECOVERED)
			fail_msg("seed %u: %s %s", (unsigned)seed,
				 verdict_names[rig.trial.verdict],
				 rig.trial.detail);
		rig_release(&rig);
		free(yaml);
	}
}

/* A target that gives little at a time is asked again. */
static void test_sim_walk__small_reads_add_up(void **state)
{
	char *yaml = scenario("target.read-max: 128\n");
	struct rig rig;

	(void)state;
	rig_run(&rig, yaml, 0, 1, 1);
	assert_verdict(&rig, VERDICT_COMPLETED);
	assert_int_equal(rig_step(&rig, "process-list")->payload_bytes,
			 30 * (11 * 128 + 4 * 8));
	rig_release(&rig);
	free(yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_walk__a_module_is_ten_reads),
		cmocka_unit_test(
			test_sim_walk__a_process_is_ten_reads_and_a_page_walk),
		cmocka_unit_test(test_sim_walk__places_and_order_do_not_matter),
		cmocka_unit_test(
			test_sim_walk__the_end_is_followed_by_the_beginning),
		cmocka_unit_test(test_sim_walk__completes_over_every_line),
		cmocka_unit_test(
			test_sim_walk__thinking_is_part_of_an_operation),
		cmocka_unit_test(test_sim_walk__no_lost_byte_corrupts_it),
		cmocka_unit_test(test_sim_walk__small_reads_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
