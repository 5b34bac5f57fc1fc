/* SPDX-License-Identifier: MIT */
/*
 * What a target's receiver does when the UART tells it of an error before a
 * byte (kd-protocol 2.2, 2.3), byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

/* An error before byte 'at' of what it hears. */
static void hear(struct machine *m, const uint8_t *bytes, size_t len, size_t at)
{
	machine_hear(m, bytes, at);
	machine_error(m);
	machine_hear(m, bytes + at, len - at);
}

static void assert_said(const char *profile, size_t at, const char *said)
{
	static struct machine m;
	uint8_t req[128];
	size_t len = machine_request(req, KD_ID_INITIAL);

	machine_be(profile);
	machine_stop(&m);
	machine_forget(&m);
	hear(&m, req, len, at);
	if (strcmp(m.said, said) != 0)
		fail_msg("%s, byte %zu: '%s', not '%s'", profile, at, m.said,
			 said);
}

static void test_kd_target_errors__data_is_asked_for_again(void **state)
{
	(void)state;
	assert_said("ms", 0, "AD"); /* hunting: nothing was lost */
	for (size_t at = 1; at < 4; at++)
		assert_said("ms", at, ""); /* as F01 */
	for (size_t at = 4; at < 73; at++)
		assert_said("ms", at, "N");
}

/* In a header ROS returns RESEND: the stop is sent again (F26). */
static void test_kd_target_errors__reactos_sends_its_stop_again(void **state)
{
	(void)state;
	assert_said("reactos", 0, "AD");
	for (size_t at = 1; at < 4; at++)
		assert_said("reactos", at, "");
	for (size_t at = 4; at < 16; at++)
		assert_said("reactos", at, "D");
	for (size_t at = 16; at < 73; at++)
		assert_said("reactos", at, "N");
	machine_be("ms");
}

/* A control packet is only hunted through; its sender will not know. */
static void test_kd_target_errors__control_packets_are_lost(void **state)
{
	static const uint8_t reset[16] = { 'i', 'i', 'i', 'i', 6 };
	static struct machine m;

	(void)state;
	for (size_t at = 1; at < sizeof(reset); at++) {
		machine_stop(&m);
		machine_forget(&m);
		hear(&m, reset, sizeof(reset), at);
		assert_string_equal(m.said, "");
	}
}

/* An error behind a 62: SING remembers it, ROS starts over. */
static void test_kd_target_errors__a_breakin_behind_one(void **state)
{
	static const char *const profiles[] = { "ms", "reactos" };
	static struct machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		machine_be(profiles[i]);
		machine_stop(&m);
		hear(&m, (const uint8_t *)"b", 1, 1);
		machine_be_silent(&m);
		assert_int_equal(m.t.breakin_pending, i == 0);
	}
	machine_be("ms");
}

#define TEST(name) cmocka_unit_test(test_kd_target_errors__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_is_asked_for_again),
		TEST(reactos_sends_its_stop_again),
		TEST(control_packets_are_lost),
		TEST(a_breakin_behind_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
