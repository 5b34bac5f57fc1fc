/* SPDX-License-Identifier: MIT */
/* A recorded session, replayed on real guests: the same requests, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/decoding.h"
#include "tests/support/recorded.h"
#include "tests/support/rig.h"

#define LIST UINT64_C(0xfffff80312345010)
#define ENTRY UINT64_C(0xffffe00111112ff0)

/* Version, a list of two, a failure, registers, a print, a stop. */
static void record(struct recorded *r)
{
	uint8_t head[16] = { 0 }, entry[136] = { 0 }, name[58] = { 0 };

	kd_store64(head + 8, ENTRY);
	kd_store64(entry + 0x50, ENTRY + 0x4000);
	recorded_init(r);
	recorded_stop(r);
	recorded_api(r, 200, KD_API_GET_VERSION, KD_STATUS_SUCCESS);
	recorded_read(r, 300, LIST, head, sizeof(head));
	recorded_read(r, 300, ENTRY, entry, sizeof(entry));
	recorded_read(r, 300, ENTRY + 0x4010, name, sizeof(name));
	recorded_read(r, 300, 0x1000, NULL, 816);
	recorded_api(r, 300, KD_API_PAGE_IN, KD_STATUS_UNSUCCESSFUL);
	recorded_api(r, 300, KD_API_GET_CONTEXT, KD_STATUS_SUCCESS);
	recorded_api(r, 300, KD_API_SET_CONTEXT, KD_STATUS_SUCCESS);
	recorded_api(r, 300, KD_API_CONTINUE2, 0);
	recorded_print(r, 60);
	recorded_stop(r);
	recorded_read(r, 300, ENTRY, entry, 128);
	recorded_api(r, 300, KD_API_CONTINUE, 0);
	if (!recorded_import(r))
		fail_msg("%s", r->err.text);
	assert_int_equal(r->im.dependent, 3);
}

/* The same on one transport, and with one way of thinking. */
static char *with(const char *yaml, const char *transport)
{
	const char *matrix = strstr(yaml, "matrix:\n");
	const char *guest = strstr(yaml, "guest:");

	return mem_printf("%.*stransport: %s\ndebugger.think: recorded\n%s%s",
			  (int)(matrix - yaml), yaml, transport,
			  strcmp(transport, "native") ? "accel: tcg\n" : "",
			  guest);
}

/* The rows of what went over the line. */
static char *traced_rows(const struct rig *rig)
{
	const struct trace_about about = trial_about(&rig->trial);
	struct recorded again;
	char *text = NULL, *yaml, *rows;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	trace_write(&rig->trial.trace, &about, out);
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

/* Replay it; what went over the line is what was recorded, in order. */
static void replay(const char *yaml, const char *transport, uint64_t payload)
{
	char *want = recorded_rows(yaml);
	char *one = with(yaml, transport);
	char *have;
	struct rig rig;

	rig_run(&rig, one, 0, 1, 1);
	/* A loaded machine may cost a re-send, but never a byte. */
	if (rig.trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s: %s: %s", transport,
			 verdict_names[rig.trial.verdict], rig.trial.detail);
	have = traced_rows(&rig);
	if (rig.trial.verdict == VERDICT_COMPLETED && !strstr(have, want))
		fail_msg("%s: not\n%s in\n%s", transport, want, have);
	assert_int_equal(rig_step(&rig, "script")->payload_bytes, payload);
	free(have);
	rig_release(&rig);
	free(one);
	free(want);
}

static void test_vm_script__a_guest_is_asked_what_was_recorded(void **state)
{
	static const char *const transports[] = { "uart-unthrottled", "ring",
						  "ring-packet", "native" };
	struct recorded r;
	char *yaml;

	(void)state;
	record(&r);
	yaml = recorded_yaml(&r);
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++)
		replay(yaml, transports[i], 16 + 136 + 58 + 128);
	free(yaml);
	recorded_release(&r);
}

static void test_vm_script__a_guest_is_asked_what_windows_was(void **state)
{
	const struct import_options o = { .gap_max_ns = IMPORT_GAP_MAX_NS };
	struct recorded r;
	struct decoding d;
	uint64_t payload = 0;
	char *yaml;

	(void)state;
	decoding_start_file(&d, "kdnet-win-real.jsonl", FROM_CONTENT);
	memset(&r, 0, sizeof(r));
	if (!import_packets(&r.im, &d.capture, &d.list, &o, &r.err))
		fail_msg("%s", r.err.text);
	for (size_t i = 0; i < r.im.count; i++)
		payload += r.im.rows[i].data_len;
	yaml = recorded_yaml(&r);
	replay(yaml, "ring", payload);
	free(yaml);
	import_release(&r.im);
	decoding_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_vm_script__a_guest_is_asked_what_was_recorded),
		cmocka_unit_test(
			test_vm_script__a_guest_is_asked_what_windows_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
