/* SPDX-License-Identifier: MIT */
/* Recorded sessions, replayed in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/kdbb.h"
#include "tests/support/decoding.h"
#include "tests/support/recorded.h"
#include "tests/support/rig.h"

/* A bit of everything, with pointers in two widths. */
#define ROWS                                                                 \
	"      rows:\n"                                                      \
	"        - version: { gap: 1ms }\n"                                  \
	"        - read: { size: 16, offset: 0xe60, id: 2 }\n"               \
	"        - read: { size: 136, page: 5, offset: 0x30, from: 2, "      \
	"id: 3, gap: 2ms }\n"                                                \
	"        - read: { size: 58, page: 3, offset: 0xff0, from: 3, "      \
	"at: 8, add: 0x10 }\n"                                               \
	"        - read-physical: { size: 128, page: 9, from: 3, at: 0x40, " \
	"bits: 32, add: -8 }\n"                                              \
	"        - read: { size: 816, fails: true }\n"                       \
	"        - restore-breakpoint: { handle: 7, fails: true }\n"         \
	"        - get-context-ex: { size: 1232, fails: true }\n"            \
	"        - set-context\n"                                            \
	"        - write-control: { size: 224 }\n"                           \
	"        - get-context\n"                                            \
	"        - read-control: { size: 224 }\n"                            \
	"        - write-breakpoint: { page: 30, id: 9 }\n"                  \
	"        - restore-breakpoint: { from: 9 }\n"                        \
	"        - unsupported: { api: 0x3151 }\n"                           \
	"        - read-msr\n"                                               \
	"        - query: { page: 3 }\n"                                     \
	"        - write: { page: 3, size: 100 }\n"                          \
	"        - continue2\n"                                              \
	"        - print: { size: 46 }\n"                                    \
	"        - file-open: { size: 80, fails: true, gap: 3ms }\n"         \
	"        - file-open: { size: 40 }\n"                                \
	"        - file-read: { size: 3000, offset: 10 }\n"                  \
	"        - file-close\n"                                             \
	"        - load: { size: 26 }\n"                                     \
	"        - get-context\n"                                            \
	"        - continue2\n"                                              \
	"        - stop\n"                                                   \
	"        - set-context\n"                                            \
	"        - step\n"                                                   \
	"        - stop\n"                                                   \
	"        - switch-processor\n"                                       \
	"        - stop\n"                                                   \
	"        - continue\n"                                               \
	"        - break-in: { gap: 4ms }\n"                                 \
	"        - stop\n"                                                   \
	"        - continue2\n"                                              \
	"        - print: { size: 100 }\n"                                   \
	"        - unload\n"                                                 \
	"        - continue\n"

/* Nothing that needs more than its own requests. */
#define PLAIN_ROWS                                          \
	"        - version\n"                               \
	"        - read: { size: 16, id: 2 }\n"             \
	"        - read: { size: 136, page: 5, from: 2 }\n" \
	"        - read: { size: 816, fails: true }\n"      \
	"        - get-context\n"                           \
	"        - set-context\n"                           \
	"        - unsupported: { api: 0x3151 }\n"          \
	"        - write: { page: 3, size: 100 }\n"         \
	"        - continue2\n"                             \
	"        - print: { size: 46 }\n"                   \
	"        - file-open: { size: 80, fails: true }\n"  \
	"        - file-open: { size: 40 }\n"               \
	"        - file-read: { size: 3000 }\n"             \
	"        - file-close\n"                            \
	"        - load: { size: 26 }\n"                    \
	"        - continue2\n"                             \
	"        - stop\n"                                  \
	"        - step\n"                                  \
	"        - stop\n"                                  \
	"        - continue\n"

#define PAYLOAD (16 + 136 + 58 + 128 + 100)
#define GAPS_NS (10 * UINT64_C(1000000))

static char *scenario(const char *settings, const char *step, const char *rows)
{
	return mem_printf("name: t\ntransport: sim\nguest.pattern: 64KiB\n%s"
			  "session:\n  - connect\n  - script:\n%s%s"
			  "  - read-memory: { size: 4KiB }\n  - continue\n",
			  settings, step, rows);
}

static void run(struct rig *r, const char *settings, const char *step,
		const char *rows)
{
	char *yaml = scenario(settings, step, rows);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

/* The rows of a trial's own trace, taken for a capture; free() them. */
static char *replayed(const struct rig *r)
{
	const struct trace_about about = trial_about(&r->trial);
	struct recorded again;
	char *text = NULL, *yaml, *rows;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	trace_write(&r->trial.trace, &about, out);
	fclose(out);
	recorded_init(&again);
	if (!capture_read_bytes(&again.c, "trace", (uint8_t *)text, len,
				FROM_CONTENT, DIR_UNKNOWN, &again.err) ||
	    !recorded_import(&again))
		fail_msg("%s", again.err.text);
	yaml = recorded_yaml(&again);
	rows = recorded_rows(yaml);
	free(yaml);
	free(text);
	recorded_release(&again);
	return rows;
}

/* What was replayed was these rows, one behind the other, nothing between. */
static void assert_replayed(const struct rig *r, const char *rows)
{
	char *have = replayed(r);

	if (!strstr(have, rows))
		fail_msg("not\n%s in\n%s", rows, have);
	free(have);
}

static void test_sim_script__everything_over_every_line(void **state)
{
	static const char *const lines[] = {
		"",
		"transport.baud: 115200\n",
		"transport.framing: packet\n",
		"transport.latency: 5ms\n",
		"debugger.think: windbg\n",
		"debugger.think: recorded\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct step_record *record;
		struct rig r;

		run(&r, lines[i], "      count: 2\n", ROWS);
		assert_verdict(&r, VERDICT_COMPLETED);
		record = rig_step(&r, "script");
		assert_int_equal(record->ops, 2);
		assert_int_equal(record->payload_bytes, 2 * PAYLOAD);
		assert_int_equal(rig_step(&r, "read-memory")->ops, 2);
		rig_release(&r);
	}
}

/* An operation lasts as long as its requests and the recorded pauses do. */
static void test_sim_script__pauses_are_the_recorded_ones(void **state)
{
	uint64_t none, recorded;
	struct rig r;

	(void)state;
	run(&r, "", "", ROWS);
	none = rig_step(&r, "script")->latency.max;
	rig_release(&r);
	run(&r, "debugger.think: recorded\n", "", ROWS);
	recorded = rig_step(&r, "script")->latency.max;
	rig_release(&r);
	assert_in_range(recorded, none + GAPS_NS - 10000,
			none + GAPS_NS + 10000);
}

/* A debugger that thinks for long is not stuck. */
static void test_sim_script__a_long_pause_is_no_hang(void **state)
{
	static const char rows[] =
		"      rows:\n"
		"        - version: { gap: 40s }\n"
		"        - continue2: { gap: 20s }\n"
		"        - file-open: { size: 8, gap: 30s }\n"
		"        - break-in: { gap: 30s }\n"
		"        - stop\n";
	struct rig r;

	(void)state;
	run(&r, "debugger.think: recorded\n", "", rows);
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_in_range(rig_step(&r, "script")->latency.max,
			UINT64_C(120000000000), UINT64_C(121000000000));
	rig_release(&r);
}

/* Wherever its pages lie, the pointers lead there. */
static void test_sim_script__addresses_come_out_of_replies(void **state)
{
	char *first = NULL;

	(void)state;
	for (int layout = 0; layout < 6; layout++) {
		char *step = mem_printf("      layout: %d\n", layout);
		struct rig r;
		char *text;

		run(&r, "", step, ROWS);
		assert_verdict(&r, VERDICT_COMPLETED);
		text = rig_text(&r);
		if (first && layout == 1)
			assert_string_not_equal(first, text);
		free(first);
		first = text;
		rig_release(&r);
		free(step);
	}
	free(first);
}

/* A damaged pointer in a packet whose sum is right. */
static void test_sim_script__a_wrong_pointer_is_corrupt(void **state)
{
	static const char rows[] = "      rows:\n"
				   "        - read: { size: 16, id: 1 }\n"
				   "        - read: { size: 8, page: 1, "
				   "offset: 1, from: 1, at: 8 }\n";
	/* Two flips that the sum does not see: in replies, at the pointer. */
	static const char faults[] =
		"faults:\n"
		"  to-debugger:\n"
		"    - flip: { mask: 1, nth: %d, packet: { class: reply }, "
		"offset: %d }\n"
		"    - flip: { mask: 1, nth: %d, packet: { class: reply }, "
		"offset: %d }\n";
	const int pointer = 16 + 56 + 8;
	unsigned corrupt = 0;

	(void)state;
	/* Which of the replies is the first row's depends on 'connect'. */
	for (int nth = 1; nth < 16 && !corrupt; nth++) {
		char *settings =
			mem_printf(faults, nth, pointer + 1, nth, pointer);
		struct rig r;

		run(&r, settings, "", rows);
		if (r.trial.verdict == VERDICT_CORRUPT &&
		    strstr(r.trial.detail, "row 1"))
			corrupt++;
		rig_release(&r);
		free(settings);
	}
	assert_int_equal(corrupt, 1);
}

/* Prints that are lost to nobody, stops that are not asked for. */
static void test_sim_script__lost_bytes_end_well_or_say_why(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		char *yaml = scenario("faults:\n"
				      "  to-target: [ { drop: { probability: "
				      "1e-3 } } ]\n"
				      "  to-debugger: [ { drop: { probability: "
				      "1e-3 } } ]\n",
				      "", ROWS);
		struct rig r;

		rig_run(&r, yaml, 0, seed, 1);
		if (r.trial.verdict == VERDICT_CORRUPT ||
		    r.trial.verdict == VERDICT_ERROR ||
		    r.trial.verdict == VERDICT_LIVELOCK)
			fail_msg("seed %u: %s: %s", (unsigned)seed,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		rig_release(&r);
		free(yaml);
	}
}

static void test_sim_script__replays_what_its_own_trace_holds(void **state)
{
	char *rows = recorded_rows(PLAIN_ROWS);
	struct rig r;

	(void)state;
	run(&r, "", "      rows:\n", PLAIN_ROWS);
	assert_replayed(&r, rows);
	free(rows);
	rig_release(&r);
}

/* WinDbg and Windows: the same requests in the same order, of the same sizes.
 */
static void test_sim_script__replays_a_real_session(void **state)
{
	struct decoding d;
	struct import im;
	struct import_options o = { .gap_max_ns = IMPORT_GAP_MAX_NS };
	struct err err = { 0 };
	char *yaml = NULL, *rows;
	size_t len;
	FILE *out;
	struct rig r;

	(void)state;
	decoding_start_file(&d, "kdnet-win-real.jsonl", FROM_CONTENT);
	if (!import_packets(&im, &d.capture, &d.list, &o, &err))
		fail_msg("%s", err.text);
	assert_int_equal(im.packets, 526);
	assert_int_equal(im.resent, 2);
	assert_true(im.dependent >= 15);
	out = open_memstream(&yaml, &len);
	import_write(&im, "real", "kdnet-win-real.jsonl", out);
	fclose(out);
	rows = recorded_rows(yaml);
	for (size_t cell = 12; cell < 14; cell++) {
		char *sim = strstr(yaml, "  transport: [");
		char *line = mem_printf("%.*s  transport: [%s%s",
					(int)(sim - yaml), yaml,
					"sim, uart, byteport, virtio, ring, "
					"ring-packet, native]\n",
					strchr(sim, '\n') + 1);

		rig_run(&r, line, cell - 12, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		assert_replayed(&r, rows);
		rig_release(&r);
		free(line);
	}
	free(rows);
	free(yaml);
	import_release(&im);
	decoding_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_script__everything_over_every_line),
		cmocka_unit_test(test_sim_script__pauses_are_the_recorded_ones),
		cmocka_unit_test(test_sim_script__a_long_pause_is_no_hang),
		cmocka_unit_test(
			test_sim_script__addresses_come_out_of_replies),
		cmocka_unit_test(test_sim_script__a_wrong_pointer_is_corrupt),
		cmocka_unit_test(
			test_sim_script__lost_bytes_end_well_or_say_why),
		cmocka_unit_test(
			test_sim_script__replays_what_its_own_trace_holds),
		cmocka_unit_test(test_sim_script__replays_a_real_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
