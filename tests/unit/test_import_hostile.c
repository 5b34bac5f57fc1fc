/* SPDX-License-Identifier: MIT */
/* Captures that make no sense, and those of which a part is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "tests/support/plans.h"
#include "tests/support/recorded.h"

/* One random packet, sound but senseless. */
static void record_anything(struct recorded *r, uint64_t seed, uint64_t i)
{
	static const uint16_t types[] = { 2, 2, 2, 2, 2, 2, 3, 7, 11, 9, 10 };
	uint8_t payload[KD_PAYLOAD_MAX];
	uint64_t draw = hash_add(hash_u64(seed), i);
	uint16_t type = types[draw % ARRAY_SIZE(types)];
	bool asked = (type == KD_STATE_MANIPULATE && (draw >> 48 & 1)) ||
		     (draw >> 52 & 1);
	size_t len = draw >> 8 & 63 ? 56 + (draw >> 16) % 300
				    : (draw >> 16) % 4000;

	for (size_t k = 0; k < len; k++)
		payload[k] = draw >> 32 & 1 ? 0 : (uint8_t)hash_add(draw, k);
	if (len >= 64) {
		kd_store32(payload, 0x3130 + (uint32_t)(draw >> 33) % 0x32);
		kd_store64(payload + 16,
			   0xfffff80000000000 + (draw >> 40) % 0x3000);
		kd_store32(payload + 24,
			   (uint32_t)(draw >> 45) % (draw >> 59 ? 200 : 6000));
		kd_store32(payload + 8, draw >> 60 ? 0 : 0xc0000001);
		if (type == KD_FILE_IO)
			kd_store32(payload,
				   0x3430 + (uint32_t)(draw >> 33) % 4);
		if (type == KD_STATE_CHANGE64)
			kd_store32(payload,
				   0x3030 + (uint32_t)(draw >> 33) % 3);
		if (type == KD_DEBUG_IO)
			kd_store32(payload,
				   0x3230 + (uint32_t)(draw >> 33) % 2);
	}
	recorded_packet(r, asked ? DIR_TO_TARGET : DIR_TO_DEBUGGER, type,
			payload, len);
}

/* Whatever was captured: what is made of it is a scenario, or is refused. */
static void test_import_hostile__what_it_writes_passes_the_check(void **state)
{
	unsigned made = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct recorded r;
		char *yaml;

		recorded_init(&r);
		for (uint64_t i = 0; i < 5 * seed; i++)
			record_anything(&r, seed, i);
		if (recorded_import(&r)) {
			yaml = recorded_yaml(&r);
			if (!plans_load(NULL, yaml, NULL))
				fail_msg("seed %u, line %u: %s", (unsigned)seed,
					 plans_err.where.line, plans_err.text);
			free(yaml);
			made++;
		} else {
			assert_int_equal(r.err.kind, ERR_USAGE);
		}
		recorded_release(&r);
	}
	assert_true(made > 40);
}

/* Everything that a session is made of, a little of each. */
static void record_session(struct recorded *r)
{
	uint8_t data[64] = { 0 };

	recorded_stop(r);
	recorded_api(r, 200, KD_API_GET_VERSION, KD_STATUS_SUCCESS);
	for (uint64_t i = 0; i < 4; i++) {
		kd_store64(data + 8, 0xfffff80000010000 + 0x1000 * (i + 1));
		recorded_read(r, 300, 0xfffff80000010000 + 0x1000 * i, data,
			      sizeof(data));
	}
	recorded_api(r, 300, KD_API_CONTINUE2, 0);
	recorded_print(r, 30);
	recorded_stop(r);
	recorded_api(r, 300, KD_API_GET_CONTEXT, KD_STATUS_SUCCESS);
	recorded_api(r, 300, KD_API_SET_CONTEXT, KD_STATUS_SUCCESS);
	recorded_api(r, 300, KD_API_CONTINUE, 0);
	recorded_stop(r);
}

/* Import what is there, and see that it can be read. */
static bool makes_a_scenario(struct recorded *r)
{
	char *yaml;

	if (!recorded_import(r)) {
		assert_int_equal(r->err.kind, ERR_USAGE);
		return false;
	}
	yaml = recorded_yaml(r);
	plans_loaded(NULL, yaml, NULL);
	free(yaml);
	return true;
}

/* From any packet to any other: a capture that begins late, or ends early. */
static void test_import_hostile__any_part_of_a_capture_will_do(void **state)
{
	struct recorded whole;
	unsigned made = 0;

	(void)state;
	recorded_init(&whole);
	record_session(&whole);
	for (size_t from = 0; from < whole.c.count; from += 3) {
		for (size_t to = from + 1; to <= whole.c.count; to += 2) {
			struct recorded part = whole;

			part.c.pieces = whole.c.pieces + from;
			part.c.count = to - from;
			made += makes_a_scenario(&part);
			import_release(&part.im);
			packet_list_release(&part.list);
		}
	}
	assert_true(made > 50);
	recorded_release(&whole);
}

static void test_import_hostile__one_direction_alone(void **state)
{
	struct recorded r;

	(void)state;
	for (uint8_t dir = 0; dir < 2; dir++) {
		size_t count = 0;

		recorded_init(&r);
		record_session(&r);
		for (size_t i = 0; i < r.c.count; i++) {
			if (r.c.pieces[i].dir == dir)
				r.c.pieces[count++] = r.c.pieces[i];
		}
		r.c.count = count;
		if (dir == DIR_TO_DEBUGGER) {
			assert_false(makes_a_scenario(&r));
			assert_non_null(strstr(r.err.text, "no debugger asks"));
		} else {
			/* Nine requests, and two stops that nobody saw. */
			assert_true(makes_a_scenario(&r));
			assert_int_equal(r.im.count, 9 + 1);
			assert_false(r.im.replies);
		}
		recorded_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_import_hostile__what_it_writes_passes_the_check),
		cmocka_unit_test(
			test_import_hostile__any_part_of_a_capture_will_do),
		cmocka_unit_test(test_import_hostile__one_direction_alone),
	};

	return cmocka_run_group_tests(tests, NULL, plans_release);
}
