/* SPDX-License-Identifier: MIT */
/* dump, by pages and by packets; samples of a whole; what thinking is told of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/wire.h"
#include "tests/support/decoding.h"
#include "tests/support/rig.h"

#define MIX_MAX 64

/* The sizes that ReadPhysicalMemory asked for, in order. */
struct mix {
	uint32_t sizes[MIX_MAX];
	size_t count;
};

static void run(struct rig *r, const char *settings, const char *session)
{
	char *yaml = mem_printf("name: t\ntransport: sim\n"
				"guest.pattern: 64KiB\n%s"
				"session:\n  - connect\n%s",
				settings, session);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
	assert_verdict(r, VERDICT_COMPLETED);
}

static void add_request(struct mix *mix, const struct packet *p)
{
	if (p->hidden || p->dir != DIR_TO_TARGET || p->payload_len < 56 ||
	    kd_load32(p->payload) != KD_API_READ_PHYSICAL)
		return;
	assert_true(mix->count < MIX_MAX);
	mix->sizes[mix->count++] = kd_load32(p->payload + 24);
}

static struct mix mix_of(const struct rig *r)
{
	const struct trace_about about = trial_about(&r->trial);
	struct mix mix = { .count = 0 };
	struct decoding d;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_true(trace_write(&r->trial.trace, &about, out));
	fclose(out);
	decoding_start(&d, (const uint8_t *)text, len, FROM_CONTENT,
		       DIR_UNKNOWN);
	for (size_t i = 0; i < d.list.count; i++)
		add_request(&mix, &d.list.packets[i]);
	decoding_release(&d);
	free(text);
	return mix;
}

static void test_sim_dump__asks_for_pieces_of_pages_and_for_packets(
	void **state)
{
	static const uint32_t wanted[] = { 3944, 152,  3944, 152, 3944,
					   3944, 3944, 3944, 1904 };
	struct mix mix;
	struct rig r;

	(void)state;
	run(&r, "",
	    "  - dump: { name: pages, count: 2 }\n"
	    "  - dump: { name: cut, size: 3944 }\n"
	    "  - dump: { name: packets, pieces: packet, count: 2 }\n"
	    "  - dump: { name: rest, pieces: packet, size: 5848 }\n");
	mix = mix_of(&r);
	assert_int_equal(mix.count, ARRAY_SIZE(wanted));
	assert_memory_equal(mix.sizes, wanted, sizeof(wanted));
	assert_int_equal(rig_step(&r, "pages")->ops, 2);
	assert_int_equal(rig_step(&r, "pages")->latency.n, 2);
	assert_int_equal(rig_step(&r, "pages")->round_trips, 4);
	assert_int_equal(rig_step(&r, "pages")->payload_bytes, 8192);
	assert_int_equal(rig_step(&r, "cut")->ops, 1);
	assert_int_equal(rig_step(&r, "packets")->ops, 2);
	assert_int_equal(rig_step(&r, "packets")->payload_bytes, 7888);
	assert_int_equal(rig_step(&r, "rest")->ops, 2);
	rig_release(&r);
}

/* Round the end of the pattern, and through what is damaged. */
static void test_sim_dump__goes_round_and_verifies(void **state)
{
	struct rig r;

	(void)state;
	run(&r, "",
	    "  - dump: { size: 200KiB, warmup: 5 }\n"
	    "  - dump: { name: packets, pieces: packet, size: 1MB }\n");
	assert_int_equal(rig_step(&r, "dump")->payload_bytes, 200 << 10);
	assert_int_equal(rig_step(&r, "dump")->ops, 50);
	assert_int_equal(rig_step(&r, "packets")->payload_bytes, 1000000);
	rig_release(&r);
}

static json_t *step_of(const struct rig *r, json_t **record, const char *name)
{
	char *text = rig_text(r);
	json_t *step;

	*record = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	free(text);
	step = json_object_get(json_object_get(*record, "steps"), name);
	assert_non_null(step);
	return step;
}

static json_int_t whole_of(const struct rig *r, const char *name,
			   const char *key)
{
	json_t *record;
	json_t *whole = json_object_get(step_of(r, &record, name), "whole");
	json_int_t value =
		json_is_object(whole)
			? json_integer_value(json_object_get(whole, key))
			: -1;

	json_decref(record);
	return value;
}

static void test_sim_dump__the_record_names_the_whole(void **state)
{
	struct rig r;

	(void)state;
	run(&r, "",
	    "  - dump: { name: a, count: 1, whole: 4GiB }\n"
	    "  - dump: { name: b, count: 1 }\n"
	    "  - read-memory: { name: c, chunk: 8, count: 2, whole: 1000 }\n");
	assert_int_equal(whole_of(&r, "a", "bytes"), UINT64_C(4) << 30);
	assert_int_equal(whole_of(&r, "a", "ops"), 0);
	assert_int_equal(whole_of(&r, "b", "bytes"), -1);
	assert_int_equal(whole_of(&r, "c", "ops"), 1000);
	rig_release(&r);
}

/* A page's latency holds its two gaps, a read's begins behind its one. */
static void test_sim_dump__thinking_is_told_apart(void **state)
{
	const struct step_record *page, *read;
	struct rig r;

	(void)state;
	run(&r, "debugger.think: { ack: 0, gap: 3ms }\n",
	    "  - dump: { count: 4, warmup: 1 }\n"
	    "  - read-memory: { chunk: 8, count: 4, warmup: 1 }\n");
	page = rig_step(&r, "dump");
	read = rig_step(&r, "read-memory");
	assert_int_equal(page->thought.n, 8);
	assert_int_equal(page->thought_ns, 24000000);
	assert_true(page->latency.max >= 6000000);
	assert_int_equal(page->cycle.n, 0);
	assert_int_equal(read->thought.n, 4);
	assert_int_equal(read->thought_ns, 12000000);
	assert_int_equal(read->cycle.n, 4);
	assert_int_equal(read->cycle.max, read->latency.max + 3000000);
	assert_true(read->wall_ns >= read->thought_ns);
	rig_release(&r);
}

/* A second look at memory of which nobody knows what it holds is no thinking.
 */
static void test_sim_dump__asides_do_not_think(void **state)
{
	const struct step_record *read;
	struct rig r;

	(void)state;
	run(&r, "debugger.think: { ack: 0, gap: 3ms }\n",
	    "  - read-memory: { region: none, address: 0x100000, chunk: 64, "
	    "count: 5 }\n");
	read = rig_step(&r, "read-memory");
	assert_int_equal(read->ops, 5);
	assert_int_equal(read->thought.n, 5);
	assert_int_equal(read->cycle.n, 5);
	rig_release(&r);
}

static void test_sim_dump__who_does_not_think_has_no_cycle(void **state)
{
	struct rig r;

	(void)state;
	run(&r, "", "  - read-memory: { count: 3 }\n  - dump: { count: 3 }\n");
	assert_int_equal(rig_step(&r, "read-memory")->cycle.n, 0);
	assert_int_equal(rig_step(&r, "read-memory")->thought.n, 0);
	assert_int_equal(rig_step(&r, "dump")->thought.n, 0);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_dump__asks_for_pieces_of_pages_and_for_packets),
		cmocka_unit_test(test_sim_dump__goes_round_and_verifies),
		cmocka_unit_test(test_sim_dump__the_record_names_the_whole),
		cmocka_unit_test(test_sim_dump__thinking_is_told_apart),
		cmocka_unit_test(test_sim_dump__asides_do_not_think),
		cmocka_unit_test(
			test_sim_dump__who_does_not_think_has_no_cycle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
