/* SPDX-License-Identifier: MIT */
/*
 * The profile 'windbg' against a real WinDbg: records 194 to 206 of the capture
 * kdnet-win-real.jsonl, in which a reply is lost and the two recover. The
 * debugger is given what the target sent, when it sent it, and must say what
 * WinDbg said.
 *
 * The capture is KDNET, and a serial line differs in this:
 *
 * - KDNET's ids count by two, the debugger's from 80000000 and the target's
 * from 0, and go on behind a RESET (202 to 206). Serial ids are one bit on
 * 80800000 and start over there, so the ids are mapped and the count restarts.
 * - A lost packet shows in KDNET's ids: 201 has id 62 where 60 is awaited. On a
 *   serial line the same packet has the id of a duplicate. That WinDbg would
 *   look at more than the id there is UNCONFIRMED; the profile takes a packet
 *   for a copy only if it has the sum and the length of the last one.
 * - 196 was sent and never acknowledged. That it was lost on its way, and not
 *   ignored, is what the ids say.
 * - The line takes no time; the figures are those of WinDbg and its host.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "bench/base/mem.h"
#include "tests/support/desk.h"

#define FIRST 194
#define LAST 206
#define RESET_ANSWERED 203 /* where serial ids start over */

struct record {
	uint64_t at_ns; /* since the first */
	bool to_debugger;
	uint16_t type;
	uint32_t id;
	uint8_t payload[KD_PAYLOAD_MAX];
	uint16_t len;
};

static struct record records[LAST + 1];
static struct desk k;

static uint32_t hex32(const json_t *o, const char *key)
{
	return (uint32_t)strtoul(json_string_value(json_object_get(o, key)),
				 NULL, 16);
}

static void take_record(const json_t *o)
{
	long n = json_integer_value(json_object_get(o, "n"));
	const char *payload = json_string_value(json_object_get(o, "payload"));
	struct record *r = &records[n];

	r->at_ns = (uint64_t)(1e6 * json_real_value(json_object_get(o, "t"))) *
		   1000;
	r->to_debugger = json_string_value(json_object_get(o, "dir"))[0] == 'T';
	r->type = (uint16_t)json_integer_value(json_object_get(o, "type"));
	r->id = hex32(o, "id");
	for (; payload[2 * r->len]; r->len++) {
		char byte[3] = { payload[2 * r->len], payload[2 * r->len + 1] };

		assert_true(r->len < KD_PAYLOAD_MAX);
		r->payload[r->len] = (uint8_t)strtoul(byte, NULL, 16);
	}
}

static void load(void)
{
	const char *folder = getenv("KDBENCH_CAPTURES");
	char *path, *line = NULL;
	size_t size = 0;
	FILE *in;

	if (!folder) {
		print_message("KDBENCH_CAPTURES is not set\n");
		skip();
	}
	path = mem_printf("%s/kdnet-win-real.jsonl", folder);
	in = fopen(path, "r");
	if (!in) {
		print_message("there is no %s\n", path);
		free(path);
		skip();
	}
	free(path);
	while (getline(&line, &size, in) > 0) {
		json_t *o = json_loads(line, 0, NULL);
		json_int_t n = json_integer_value(json_object_get(o, "n"));

		if (n >= FIRST - 4 && n <= LAST)
			take_record(o);
		json_decref(o);
	}
	free(line);
	fclose(in);
	assert_int_equal(records[LAST].len, KD_MANIPULATE_SIZE);
}

/* The serial id of a record: its sequence bit. An ACK bears its peer's. */
static uint32_t serial_id(unsigned n)
{
	bool ack = records[n].type == KD_ACKNOWLEDGE;
	uint32_t start = 0;

	if (n > RESET_ANSWERED)
		start = records[n].to_debugger != ack ? records[204].id
						      : records[206].id;
	return KD_ID_INITIAL | (((records[n].id - start) >> 1) & 1);
}

/* Let the clock come to record 'n', less a little. */
static void wait_for(unsigned n, uint64_t less_ns)
{
	desk_wait(&k, records[n].at_ns - less_ns - k.now);
}

/* What the target sent then. */
static void hear(unsigned n)
{
	const struct record *r = &records[n];

	wait_for(n, 0);
	if (kd_type_is_control(r->type))
		desk_control(&k, r->type, serial_id(n));
	else
		desk_data(&k, r->type, serial_id(n), r->payload, r->len);
}

/* Stopped, with both counters as they are at record 194. */
static void sit_down(void)
{
	k.now = records[FIRST].at_ns - DESK_MS;
	desk_control(&k, KD_RESET, 0);
	desk_stop(&k, KD_ID_INITIAL);
	desk_print(&k, KD_ID_INITIAL ^ 1);
	assert_int_equal(k.d.x.next_id, serial_id(194));
	assert_int_equal(k.d.x.expected_id, serial_id(196));
	wait_for(FIRST, 0);
}

/* The request of record 'n', on top of what was in the buffer before. */
static void request(unsigned n)
{
	struct kd_manipulate m;

	kd_manipulate_load(&m, records[n].payload);
	memcpy(k.d.x.payload, records[n - 4].payload, KD_MANIPULATE_SIZE);
	desk_forget(&k);
	kd_debugger_request(&k.d, &m, NULL, 0, k.now);
	desk_listen(&k);
}

static void assert_said(const char *said, unsigned n)
{
	assert_string_equal(k.said, said);
	assert_int_equal(k.ids[strlen(said) - 1], serial_id(n));
}

static void test_kd_windbg__recovers_as_the_real_one_did(void **state)
{
	(void)state;
	load();
	desk_be(&k, "windbg");
	kd_debugger_connect(&k.d, k.now);
	sit_down();
	request(194);
	assert_said("D", 194);
	assert_int_equal(k.type, records[194].type);
	/* The count of record 190 is still in a field without a meaning. */
	assert_int_equal(k.data_len, records[194].len);
	assert_memory_equal(k.data, records[194].payload, records[194].len);
	hear(195);

	/* 196 is lost. 485 ms later the same request, under the next id. */
	desk_forget(&k);
	wait_for(197, DESK_MS);
	assert_string_equal(k.said, "");
	wait_for(197, 0);
	assert_said("D", 197);
	assert_memory_equal(k.data, records[197].payload, records[197].len);

	/* RESEND: the same again, 15.5 ms later. */
	desk_forget(&k);
	hear(198);
	assert_string_equal(k.said, "");
	wait_for(199, DESK_MS);
	assert_string_equal(k.said, "");
	desk_wait(&k, 2 * DESK_MS);
	assert_said("D", 199);
	k.now = records[200].at_ns > k.now ? records[200].at_ns : k.now;
	for (unsigned n = 200; n <= 204; n++)
		records[n].at_ns += 2 * DESK_MS;
	desk_forget(&k);
	hear(200);
	assert_string_equal(k.said, "");

	/* A reply that is not the next packet: no ACK but RESET, not id 0. */
	hear(201);
	assert_int_equal(k.event, KD_DEBUGGER_NOTHING);
	assert_string_equal(k.said, "Z");
	assert_true(records[202].id != 0 && k.ids[0] != 0);

	/* RESET, and the same reply again: that is taken. */
	desk_forget(&k);
	hear(203);
	assert_string_equal(k.said, "");
	hear(204);
	assert_int_equal(k.event, KD_DEBUGGER_REPLY);
	assert_said("A", 205);
	assert_int_equal(kd_debugger_data(&k.d).len,
			 records[204].len - KD_MANIPULATE_SIZE);
	request(206);
	assert_said("D", 206);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_windbg__recovers_as_the_real_one_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
