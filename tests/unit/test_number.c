/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"
#include "report/number.h"

static void test_number__has_a_unit_and_three_digits(void **state)
{
	static const struct {
		enum quantity kind;
		double value;
		const char *text;
	} cases[] = {
		{ QUANTITY_NS, 1273498.2, "1.27 ms" },
		{ QUANTITY_NS, 0, "0 ns" },
		{ QUANTITY_NS, 12, "12 ns" },
		{ QUANTITY_NS, 999.7e3, "1.00 ms" },
		{ QUANTITY_NS, 31e3, "31.0 \u00b5s" },
		{ QUANTITY_NS, 59.9e9, "59.9 s" },
		{ QUANTITY_NS, 90e9, "1.50 min" },
		{ QUANTITY_NS, 97200e9, "27.0 h" },
		{ QUANTITY_BYTES_S, 11021, "11.0 KB/s" },
		{ QUANTITY_BYTES_S, 999600, "1.00 MB/s" },
		{ QUANTITY_BYTES_S, 412e6, "412 MB/s" },
		{ QUANTITY_BYTES, 4194304, "4.19 MB" },
		{ QUANTITY_COUNT, 12345, "12,345" },
		{ QUANTITY_COUNT, 2, "2" },
		{ QUANTITY_PER_S, 4171.3, "4,170/s" },
		{ QUANTITY_PERCENT, 4.06, "4.1%" },
		{ QUANTITY_PERCENT, 121.4, "121%" },
		{ QUANTITY_MS_PER_MB, 3640.4, "3.64 s/MB" },
		{ QUANTITY_MS_PER_MB, 2850000, "2,850 s/MB" },
		{ QUANTITY_MS, 13.86, "13.9 ms" },
		{ QUANTITY_PER_BYTE, 2.314, "2.31" },
		{ QUANTITY_PER_BYTE, 0.00213, "0.0021" },
		{ QUANTITY_RATIO, 37400, "37,400\u00d7" },
		{ QUANTITY_RATIO, 1, "1.00\u00d7" },
		{ QUANTITY_NS, NAN, "-" },
		{ QUANTITY_COUNT, INFINITY, "-" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(
			number_text(cases[i].kind, cases[i].value).text,
			cases[i].text);
}

static void test_number__has_no_more_digits_than_its_interval_allows(
	void **state)
{
	(void)state;
	assert_string_equal(
		number_text_within(QUANTITY_BYTES_S, 1234567, 12000).text,
		"1.23 MB/s");
	assert_string_equal(
		number_text_within(QUANTITY_BYTES_S, 1234567, 300000).text,
		"1.2 MB/s");
	assert_string_equal(
		number_text_within(QUANTITY_BYTES_S, 1234567, NAN).text,
		"1.23 MB/s");
}

static void test_number__ticks_have_no_idle_zeros(void **state)
{
	(void)state;
	assert_string_equal(number_tick(QUANTITY_BYTES_S, 1000).text, "1 KB/s");
	assert_string_equal(number_tick(QUANTITY_NS, 1500).text, "1.5 \u00b5s");
	assert_string_equal(number_tick(QUANTITY_PER_BYTE, 0.1).text, "0.1");
	assert_string_equal(number_tick(QUANTITY_PER_BYTE, 1e-7).text, "1e-7");
	assert_string_equal(number_tick(QUANTITY_PERCENT, 0).text, "0%");
}

static void test_number__ratios_below_one_are_fractions(void **state)
{
	(void)state;
	assert_string_equal(number_ratio(113.4).text, "113\u00d7");
	assert_string_equal(number_ratio(1 / 117.6).text, "1/118");
	assert_string_equal(number_ratio(NAN).text, "-");
}

static void test_number__spread_is_half_the_interval(void **state)
{
	(void)state;
	assert_string_equal(number_spread(100, 97, 103).text, "\u00b13%");
	assert_string_equal(number_spread(100, 100, 100).text, "\u00b1<1%");
	assert_string_equal(number_spread(1, 0, 1000).text, "\u00b1>999%");
	assert_string_equal(number_spread(NAN, 1, 2).text, "");
}

/* Text of any double fits its struct and is finished. */
static void test_number__any_value_has_a_text(void **state)
{
	(void)state;
	for (int kind = QUANTITY_BYTES; kind <= QUANTITY_RATIO; kind++)
		for (double value = 1e-310; value < 1e300; value *= 7.3) {
			struct number n =
				number_text((enum quantity)kind, value);

			assert_non_null(memchr(n.text, 0, sizeof(n.text)));
			assert_true(n.text[0] >= '0' && n.text[0] <= '9');
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number__has_a_unit_and_three_digits),
		cmocka_unit_test(
			test_number__has_no_more_digits_than_its_interval_allows),
		cmocka_unit_test(test_number__ticks_have_no_idle_zeros),
		cmocka_unit_test(test_number__ratios_below_one_are_fractions),
		cmocka_unit_test(test_number__spread_is_half_the_interval),
		cmocka_unit_test(test_number__any_value_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
