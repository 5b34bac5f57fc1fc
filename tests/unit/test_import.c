/* SPDX-License-Identifier: MIT */
/* From a capture to a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/plans.h"
#include "tests/support/recorded.h"

#define LIST UINT64_C(0xfffff80312345010)
#define ENTRY UINT64_C(0xffffe00111112ff0)
#define NAME UINT64_C(0xffffe00111113100)

/* A list head that points to an entry that points to a name. */
static void record_walk(struct recorded *r)
{
	uint8_t head[16] = { 0 }, entry[64] = { 0 }, name[20] = { 0 };

	kd_store64(head + 8, ENTRY);
	kd_store64(entry + 0x28, NAME - 0x10);
	recorded_stop(r);
	recorded_api(r, 100, KD_API_GET_VERSION, KD_STATUS_SUCCESS);
	recorded_read(r, 350, LIST, head, sizeof(head));
	recorded_read(r, 400, ENTRY, entry, sizeof(entry));
	recorded_read(r, 500, NAME, name, sizeof(name));
	recorded_read(r, 600, 0x1000, NULL, 816);
}

static void assert_rows(const struct recorded *r, const char *want)
{
	char *yaml = recorded_yaml(r);
	const char *at = strstr(yaml, "rows:\n");
	const char *end = strstr(yaml, "trials:");

	assert_non_null(at);
	at += strlen("rows:\n");
	if ((size_t)(end - at) != strlen(want) ||
	    memcmp(at, want, strlen(want)) != 0)
		fail_msg("not\n%sbut\n%.*s", want, (int)(end - at), at);
	plans_loaded(NULL, yaml, NULL);
	free(yaml);
}

static void assert_left(const struct recorded *r, const char *what,
			uint64_t count)
{
	for (size_t i = 0; i < r->im.left_count; i++) {
		if (strncmp(r->im.left[i].what, what, strlen(what)) == 0) {
			assert_int_equal(r->im.left[i].count, count);
			return;
		}
	}
	fail_msg("nothing is said of '%s'", what);
}

static void import(struct recorded *r)
{
	if (!recorded_import(r))
		fail_msg("%s", r->err.text);
}

static void test_import__requests_sizes_pauses_and_what_depends(void **state)
{
	struct recorded r;

	(void)state;
	recorded_init(&r);
	record_walk(&r);
	import(&r);
	assert_rows(&r,
		    "        - version: { gap: 100us }\n"
		    "        - read: { size: 16, page: 3, offset: 0x10, "
		    "id: 2, gap: 350us }\n"
		    "        - read: { size: 64, offset: 0xff0, from: 2, "
		    "at: 8, id: 3, gap: 400us }\n"
		    "        - read: { size: 20, page: 1, offset: 0x100, "
		    "from: 3, at: 0x28, add: 0x10, gap: 500us }\n"
		    "        - read: { size: 816, fails: true, gap: 600us }\n");
	assert_int_equal(r.im.dependent, 2);
	assert_int_equal(r.im.ack_ns, 50 * RECORDED_US);
	assert_left(&r, "packet before the first request", 1);
	recorded_release(&r);
}

/* The same address in two replies: the later one; nearer wins over later. */
static void test_import__the_nearest_pointer_is_the_one(void **state)
{
	uint8_t first[8], second[8], third[8];
	struct recorded r;

	(void)state;
	recorded_init(&r);
	kd_store64(first, ENTRY);
	kd_store64(second, ENTRY);
	kd_store64(third, ENTRY + 4);
	recorded_read(&r, 0, LIST, first, 8);
	recorded_read(&r, 0, LIST + 8, second, 8);
	recorded_read(&r, 0, LIST + 16, third, 8);
	recorded_read(&r, 0, ENTRY, first, 8);
	import(&r);
	assert_int_equal(r.im.rows[3].source, 1);
	assert_int_equal(r.im.rows[3].row.added, 0);
	recorded_release(&r);
}

/* Memory that changed cannot hold two pointers in one place. */
static void test_import__one_place_has_one_pointer(void **state)
{
	uint8_t before[8], after[8], data[8] = { 0 };
	struct recorded r;

	(void)state;
	recorded_init(&r);
	kd_store64(before, ENTRY);
	kd_store64(after, NAME + 0x100000);
	recorded_read(&r, 0, LIST, before, 8);
	recorded_read(&r, 0, ENTRY, data, 8);
	recorded_read(&r, 0, LIST, after, 8);
	recorded_read(&r, 0, NAME + 0x100000, data, 8);
	import(&r);
	assert_int_equal(r.im.dependent, 1);
	assert_int_equal(r.im.rows[1].source, 0);
	assert_int_equal(r.im.rows[3].source, SCRIPT_NONE);
	free(recorded_yaml(&r));
	recorded_release(&r);
}

static void test_import__pointers_of_32_bits(void **state)
{
	uint8_t head[8] = { 0 }, data[8] = { 0 };
	struct recorded r;

	(void)state;
	recorded_init(&r);
	kd_store32(head + 4, 0x80512340);
	recorded_read(&r, 0, UINT64_C(0xffffffff80500000), head, 8);
	recorded_read(&r, 0, UINT64_C(0xffffffff80512344), data, 8);
	r.o.forced = true;
	r.o.arch = KD_I386;
	import(&r);
	assert_int_equal(r.im.rows[1].source, 0);
	assert_int_equal(r.im.rows[1].row.at, 4);
	assert_int_equal(r.im.rows[1].row.added, 4);
	assert_int_equal(r.im.rows[1].row.bits, 1);
	recorded_release(&r);
}

/* With the same id, and as WinDbg does it: with the next one. */
static void test_import__what_is_sent_again_counts_once(void **state)
{
	uint8_t data[8] = { 0 };
	struct recorded r;

	(void)state;
	recorded_init(&r);
	recorded_read(&r, 100, LIST, data, 8);
	r.silent = true;
	recorded_api(&r, 100, KD_API_GET_CONTEXT, KD_STATUS_SUCCESS);
	r.silent = false;
	recorded_api(&r, 500000, KD_API_GET_CONTEXT, KD_STATUS_SUCCESS);
	recorded_read(&r, 300, LIST, data, 8);
	recorded_read(&r, 300, LIST, data, 8); /* this is another */
	import(&r);
	assert_int_equal(r.im.count, 4);
	assert_int_equal(r.im.resent, 1);
	assert_int_equal(r.im.rows[1].row.gap_ns, 200 * RECORDED_US);
	assert_int_equal(r.im.rows[2].row.gap_ns, 300 * RECORDED_US);
	recorded_release(&r);
}

static void test_import__a_persons_pause_is_left_out(void **state)
{
	uint8_t data[8] = { 0 };
	struct recorded r;

	(void)state;
	recorded_init(&r);
	recorded_read(&r, 300, LIST, data, 8);
	for (int i = 0; i < 4; i++)
		recorded_read(&r, 200, LIST + 8, data, 8);
	recorded_read(&r, 11000000, LIST + 16, data, 8);
	import(&r);
	assert_int_equal(r.im.pauses, 1);
	assert_int_equal(r.im.rows[5].row.gap_ns, 200 * RECORDED_US);
	r.o.gap_max_ns = UINT64_C(60000000000);
	import(&r);
	assert_int_equal(r.im.pauses, 0);
	assert_int_equal(r.im.rows[5].row.gap_ns, 11000000 * RECORDED_US);
	recorded_release(&r);
}

static void test_import__what_the_target_does_by_itself(void **state)
{
	struct recorded r;

	(void)state;
	recorded_init(&r);
	recorded_stop(&r);
	recorded_api(&r, 200, KD_API_CONTINUE2, 0);
	recorded_print(&r, 30);
	recorded_stop(&r);
	recorded_api(&r, 300, KD_API_CONTINUE, 0);
	import(&r);
	assert_rows(&r, "        - continue2: { gap: 200us }\n"
			"        - print: { size: 30 }\n"
			"        - stop\n"
			"        - continue: { gap: 300us }\n");
	recorded_release(&r);
}

/* Nobody saw it, but a request can only come where the target stands still. */
static void test_import__a_stop_that_is_missing_is_assumed(void **state)
{
	struct recorded r;

	(void)state;
	recorded_init(&r);
	recorded_api(&r, 200, KD_API_CONTINUE2, 0);
	recorded_api(&r, 200, KD_API_GET_VERSION, KD_STATUS_SUCCESS);
	import(&r);
	assert_int_equal(r.im.count, 3);
	assert_int_equal(r.im.rows[1].row.kind, SCRIPT_STOP);
	assert_left(&r, "stop that is not in the capture", 1);
	recorded_release(&r);
}

static void test_import__what_cannot_be_replayed_has_a_name(void **state)
{
	struct recorded r;
	char *yaml;

	(void)state;
	recorded_init(&r);
	recorded_api(&r, 0, KD_API_GET_VERSION, KD_STATUS_SUCCESS);
	recorded_api(&r, 0, KD_API_WRITE_IO, KD_STATUS_SUCCESS);
	recorded_api(&r, 0, KD_API_WRITE_IO, KD_STATUS_SUCCESS);
	recorded_api(&r, 0, KD_API_GET_CONTEXT, KD_STATUS_UNSUCCESSFUL);
	recorded_api(&r, 0, KD_API_PAGE_IN, KD_STATUS_UNSUCCESSFUL);
	import(&r);
	assert_left(&r, "WriteIoSpace", 2);
	assert_left(&r, "GetContext that failed", 1);
	yaml = recorded_yaml(&r);
	assert_non_null(strstr(yaml, "was: 2 x WriteIoSpace"));
	assert_non_null(strstr(yaml, "- unsupported: { api: 0x3151"));
	free(yaml);
	recorded_release(&r);
}

/* As many rows as there may be, and how to go on. */
static void test_import__long_ones_come_in_parts(void **state)
{
	uint8_t data[8] = { 0 };
	struct recorded r;
	char *yaml;

	(void)state;
	recorded_init(&r);
	for (int i = 0; i < 30; i++)
		recorded_read(&r, 0, LIST + 8 * (unsigned)i, data, 8);
	r.o.rows_max = 20;
	import(&r);
	assert_int_equal(r.im.count, 20);
	yaml = recorded_yaml(&r);
	assert_non_null(strstr(yaml, "rows 1 to 20 of 30: --skip 20"));
	free(yaml);
	r.o.skip = 20;
	import(&r);
	assert_int_equal(r.im.count, 10);
	r.o.skip = 30;
	assert_false(recorded_import(&r));
	assert_int_equal(r.err.kind, ERR_USAGE);
	recorded_release(&r);
}

static void test_import__nothing_to_replay_is_said_so(void **state)
{
	struct recorded r;

	(void)state;
	recorded_init(&r);
	assert_false(recorded_import(&r));
	assert_non_null(strstr(r.err.text, "no KD packets"));
	recorded_print(&r, 10);
	recorded_stop(&r);
	assert_false(recorded_import(&r));
	assert_non_null(strstr(r.err.text, "no debugger asks"));
	recorded_release(&r);
}

/* The same capture makes the same bytes; its name may be anything. */
static void test_import__is_the_same_each_time_and_harmless(void **state)
{
	struct recorded r;
	char *first, *second;

	(void)state;
	recorded_init(&r);
	r.name = "a\nname: x\n\x1b[31m\xff.pcapng";
	record_walk(&r);
	import(&r);
	first = recorded_yaml(&r);
	import(&r);
	second = recorded_yaml(&r);
	assert_string_equal(first, second);
	for (const char *at = first; *at; at++)
		assert_true((*at >= 0x20 && *at < 0x7f) || *at == '\n');
	plans_loaded(NULL, first, NULL);
	free(first);
	free(second);
	recorded_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_import__requests_sizes_pauses_and_what_depends),
		cmocka_unit_test(test_import__the_nearest_pointer_is_the_one),
		cmocka_unit_test(test_import__one_place_has_one_pointer),
		cmocka_unit_test(test_import__pointers_of_32_bits),
		cmocka_unit_test(test_import__what_is_sent_again_counts_once),
		cmocka_unit_test(test_import__a_persons_pause_is_left_out),
		cmocka_unit_test(test_import__what_the_target_does_by_itself),
		cmocka_unit_test(
			test_import__a_stop_that_is_missing_is_assumed),
		cmocka_unit_test(
			test_import__what_cannot_be_replayed_has_a_name),
		cmocka_unit_test(test_import__long_ones_come_in_parts),
		cmocka_unit_test(test_import__nothing_to_replay_is_said_so),
		cmocka_unit_test(
			test_import__is_the_same_each_time_and_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, plans_release);
}
