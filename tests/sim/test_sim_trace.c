/* SPDX-License-Identifier: MIT */
/* Traces: every byte is in them, and decode tells what happened to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/record.h"
#include "tests/support/decoding.h"
#include "tests/support/hex.h"
#include "tests/support/rig.h"

#define CLEAN                    \
	"name: t\n"              \
	"transport: sim\n"       \
	"guest.pattern: 64KiB\n" \
	"session: [connect, read-memory: { size: 20000 }]\n"
#define NOISY                                       \
	CLEAN "faults:\n"                           \
	      "  to-target:\n"                      \
	      "    - drop: { probability: 1e-3 }\n" \
	      "  to-debugger:\n"                    \
	      "    - flip: { probability: 1e-4 }\n"

static const struct trace_about about = { .scenario = "t",
					  .cell = "c",
					  .transport = "sim" };

static char *written(const struct trace *t, const struct trace_about *a)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_true(trace_write(t, a, out));
	fclose(out);
	return text;
}

static void decode(struct decoding *d, const struct trace *t)
{
	char *text = written(t, &about);

	decoding_start(d, (const uint8_t *)text, strlen(text), FROM_CONTENT,
		       DIR_UNKNOWN);
	free(text);
}

static void test_sim_trace__clean_lines_need_one_end(void **state)
{
	struct decoding d;
	struct rig r;
	uint64_t bytes = 0;

	(void)state;
	rig_run(&r, CLEAN, 0, 1, 1);
	decode(&d, &r.trial.trace);
	for (size_t i = 0; i < d.list.count; i++) {
		assert_int_equal(d.list.packets[i].end, END_DEBUGGER);
		assert_int_equal(d.list.packets[i].damage, 0);
		bytes += d.list.packets[i].raw_len;
	}
	assert_true(bytes > 20000);
	assert_int_equal(bytes, r.trial.trace.len);
	decoding_release(&d);
	rig_release(&r);
}

/* A flip moves nothing: what was sent and what arrived have one offset. */
static void check_pair(const struct packet_list *list, const struct packet *got)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct packet *p = &list->packets[i];

		if (p->dir == got->dir && p->end != got->end &&
		    p->offset == got->offset) {
			assert_true(p->damage & DAMAGE_NOT_ARRIVED);
			return;
		}
	}
	fail_msg("nothing was sent at offset %u", (unsigned)got->offset);
}

/* Each copy that was damaged is there twice: as sent, and as it arrived. */
static void test_sim_trace__damage_is_seen_from_both_ends(void **state)
{
	size_t lost = 0, damaged = 0;
	struct decoding d;
	struct rig r;

	(void)state;
	rig_run(&r, NOISY, 0, 5, 1);
	assert_true(r.trial.trail.count > 0);
	decode(&d, &r.trial.trace);
	for (size_t i = 0; i < d.list.count; i++) {
		const struct packet *p = &d.list.packets[i];

		lost += (p->damage & DAMAGE_NOT_ARRIVED) != 0;
		if (p->dir == DIR_TO_DEBUGGER && (p->damage & DAMAGE_NOT_SENT))
			check_pair(&d.list, p);
		damaged += (p->damage & DAMAGE_NOT_SENT) != 0;
		/* What was sent is sound; only faults break packets. */
		if (p->damage & DAMAGE_NOT_ARRIVED)
			assert_int_equal(p->damage, DAMAGE_NOT_ARRIVED);
		if (p->damage && !p->hidden)
			assert_true(p->damage &
				    (DAMAGE_NOT_ARRIVED | DAMAGE_NOT_SENT));
	}
	assert_true(lost > 0 && damaged > 0);
	decoding_release(&d);
	rig_release(&r);
}

/* Faults one way only: nothing happens to what goes the other way. */
static void check_one_way(const char *scenario, enum capture_dir clean)
{
	size_t damaged = 0;
	struct decoding d;
	struct rig r;

	rig_run(&r, scenario, 0, 5, 1);
	assert_true(r.trial.trail.count > 0);
	decode(&d, &r.trial.trace);
	for (size_t i = 0; i < d.list.count; i++) {
		const struct packet *p = &d.list.packets[i];

		if (p->dir == clean)
			assert_int_equal(p->damage, 0);
		damaged += p->damage != 0;
	}
	assert_true(damaged > 0);
	decoding_release(&d);
	rig_release(&r);
}

static void test_sim_trace__the_way_without_faults_is_clean(void **state)
{
	(void)state;
	check_one_way(CLEAN
		      "faults: { to-target: [drop: { probability: 5e-3 }] }\n",
		      DIR_TO_DEBUGGER);
	check_one_way(
		CLEAN
		"faults: { to-debugger: [drop: { probability: 2e-4 }] }\n",
		DIR_TO_TARGET);
}

static void test_sim_trace__pcapng_tells_the_same(void **state)
{
	struct decoding d, again;
	char *text, *text_again;
	struct rig r;
	uint8_t *bytes;
	size_t len;

	(void)state;
	rig_run(&r, NOISY, 0, 5, 1);
	decode(&d, &r.trial.trace);
	bytes = decoding_pcapng(&d, &len);
	decoding_start(&again, bytes, len, FROM_CONTENT, DIR_UNKNOWN);
	text = decoding_text(&d, 1);
	text_again = decoding_text(&again, 1);
	assert_string_equal(text, text_again);
	free(text);
	free(text_again);
	free(bytes);
	decoding_release(&d);
	decoding_release(&again);
	rig_release(&r);
}

/* The first line says what it is a trace of. */
static void test_sim_trace__tells_where_it_comes_from(void **state)
{
	struct rig r;
	struct trace_about a;
	json_t *head;
	char *text;

	(void)state;
	rig_run(&r, CLEAN, 0, 1, 3);
	a = trial_about(&r.trial);
	text = written(&r.trial.trace, &a);
	head = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(head);
	assert_string_equal(json_string_value(json_object_get(head, "clock")),
			    "virtual");
	assert_string_equal(json_string_value(json_object_get(head, "framing")),
			    "serial");
	assert_string_equal(json_string_value(json_object_get(head, "cell")),
			    r.plan.scenarios[0].cells[0].id);
	assert_int_equal(json_integer_value(json_object_get(head, "trial")), 3);
	assert_int_equal(
		strtoull(json_string_value(json_object_get(head, "seed")), NULL,
			 10),
		r.trial.seed);
	json_decref(head);
	free(text);
	rig_release(&r);
}

/* Whatever the chunks were, and whatever lies between packets. */
static void test_sim_trace__chunks_do_not_matter(void **state)
{
	static const char hex[] =
		"00 69 69 30 30 30 62" /* runs of two and three, a break-in */
		"69696969 0400 0000 00008080 00000000"
		"3030303030 0200 3800 0000" /* shifted: refused */
		"30303030 0300 0400 00008080 04000000 01010101 aa"
		"30303030 0300 0400"; /* incomplete */
	uint8_t bytes[128];
	size_t len = hex_read(hex, bytes, sizeof(bytes));
	char *whole = NULL;

	(void)state;
	for (size_t piece = len; piece > 0; piece--) {
		struct decoding d;
		struct trace t;
		char *text;

		trace_init(&t, 0, false);
		for (size_t at = 0; at < len; at += piece)
			trace_bytes(
				&t, AT_DEBUGGER, TO_TARGET,
				(struct kd_span){ bytes + at, len - at < piece
								      ? len - at
								      : piece },
				7);
		text = written(&t, &about);
		decode(&d, &t);
		assert_int_equal(d.capture.len, len);
		assert_memory_equal(d.capture.bytes, bytes, len);
		if (whole)
			assert_string_equal(text, whole);
		free(whole);
		whole = text;
		decoding_release(&d);
		trace_release(&t);
	}
	free(whole);
}

static void test_sim_trace__memory_is_bounded_and_says_so(void **state)
{
	uint8_t ack[16];
	struct decoding d;
	struct trace t;

	(void)state;
	hex_read("69696969 0400 0000 00008080 00000000", ack, sizeof(ack));
	trace_init(&t, 0, false);
	t.max = 10000;
	for (unsigned i = 0; i < 1000; i++)
		trace_bytes(&t, AT_DEBUGGER, TO_TARGET,
			    (struct kd_span){ ack, sizeof(ack) }, i);
	assert_true(t.count < 1000);
	assert_true(t.count * sizeof(*t.entries) + t.len <= t.max);
	assert_int_equal(t.count + t.lost_entries, 1000);
	decode(&d, &t);
	assert_true(d.capture.cut);
	assert_int_equal(d.list.count, t.count);
	assert_non_null(strstr(d.capture.note, "more packets"));
	decoding_release(&d);
	trace_release(&t);
}

static void test_sim_trace__records_are_traced(void **state)
{
	uint8_t bytes[2 * KD_RECORD_SIZE + 4] = { 0 };
	struct decoding d;
	struct trace t;

	(void)state;
	kd_record_store(bytes, KD_RECORD_LINK_UP, 0, 0);
	kd_record_store(bytes + 8, KD_RECORD_DATA, KD_DEBUG_IO, 4);
	trace_init(&t, 0, true);
	trace_bytes(&t, AT_DEBUGGER, TO_DEBUGGER,
		    (struct kd_span){ bytes, sizeof(bytes) }, 0);
	decode(&d, &t);
	assert_int_equal(d.list.count, 2);
	assert_int_equal(d.list.packets[0].kind, PACKET_LINK_UP);
	assert_int_equal(d.list.packets[1].header.type, KD_DEBUG_IO);
	decoding_release(&d);
	trace_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_trace__clean_lines_need_one_end),
		cmocka_unit_test(test_sim_trace__damage_is_seen_from_both_ends),
		cmocka_unit_test(
			test_sim_trace__the_way_without_faults_is_clean),
		cmocka_unit_test(test_sim_trace__pcapng_tells_the_same),
		cmocka_unit_test(test_sim_trace__tells_where_it_comes_from),
		cmocka_unit_test(test_sim_trace__chunks_do_not_matter),
		cmocka_unit_test(test_sim_trace__memory_is_bounded_and_says_so),
		cmocka_unit_test(test_sim_trace__records_are_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
