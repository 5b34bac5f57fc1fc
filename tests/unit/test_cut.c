/* SPDX-License-Identifier: MIT */
/* Where a session breaks off an exchange: at every byte, or between packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/session/steps.h"

#define BYTES 291

static struct session s;
static struct kd_debugger d;

static void begin(bool reliable)
{
	const struct kd_debugger_profile profile = { .reliable = reliable };

	memset(&s, 0, sizeof(s));
	kd_debugger_init(&d, &profile);
	d.x.counts.bytes_in = 1000;
	d.x.counts.bytes_out = 500;
	s.d = &d;
}

/* Move what may be moved, out and in by turns; returns how much that was. */
static uint64_t move_all(void)
{
	uint64_t total = 0;

	for (unsigned turn = 0; turn < 2 * BYTES; turn++) {
		bool in = turn % 3 == 0;
		size_t n = session_allows(&s, in, 1 + turn % 7);

		if (in)
			d.x.counts.bytes_in += n;
		else
			d.x.counts.bytes_out += n;
		total += n;
		if (session_cut_due(&s))
			break;
	}
	return total;
}

static void test_cut__nothing_is_held_without_one(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(session_allows(&s, true, 4000), 4000);
	assert_int_equal(session_allows(&s, false, 4000), 4000);
	assert_false(session_cut_due(&s));
}

static void test_cut__comes_at_each_byte(void **state)
{
	bool seen[BYTES + 1] = { false };

	(void)state;
	for (uint64_t draw = 0; draw < BYTES; draw++) {
		uint64_t moved;

		begin(false);
		session_cut(&s, BYTES, draw);
		assert_int_equal(session_allows(&s, true, 100), 100);
		session_cut_asked(&s);
		moved = move_all();
		assert_in_range(moved, 1, BYTES);
		assert_true(session_cut_due(&s));
		assert_int_equal(session_allows(&s, true, 100), 0);
		assert_int_equal(session_allows(&s, false, 100), 0);
		seen[moved] = true;
	}
	for (unsigned i = 1; i <= BYTES; i++)
		assert_true(seen[i]);
}

/* A packet that travels whole is never halved. */
static void test_cut__of_records_comes_between_them(void **state)
{
	(void)state;
	/* Once the request has left, before anything is heard. */
	begin(true);
	session_cut(&s, BYTES, 0);
	session_cut_asked(&s);
	assert_int_equal(session_allows(&s, false, 64), 64);
	d.x.counts.bytes_out += 32;
	d.x.queue_len = 1;
	assert_false(session_cut_due(&s));
	d.x.counts.bytes_out += 32;
	d.x.queue_len = 0;
	assert_true(session_cut_due(&s));
	/* Or with the answer there. */
	begin(true);
	session_cut(&s, BYTES, 1);
	session_cut_asked(&s);
	d.x.counts.bytes_out += 64;
	assert_false(session_cut_due(&s));
	assert_int_equal(session_allows(&s, true, 192), 0);
	assert_true(session_cut_due(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut__nothing_is_held_without_one),
		cmocka_unit_test(test_cut__comes_at_each_byte),
		cmocka_unit_test(test_cut__of_records_comes_between_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
