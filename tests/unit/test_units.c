/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/base/nearest.h"
#include "bench/base/setting.h"
#include "bench/base/units.h"

#define MAX UINT64_MAX

static void test_units__reads_what_people_write(void **state)
{
	static const struct {
		enum unit unit;
		const char *text;
		uint64_t value;
	} cases[] = {
		{ UNIT_COUNT, "0", 0 },
		{ UNIT_COUNT, "12", 12 },
		{ UNIT_COUNT, "0x1000", 4096 },
		{ UNIT_COUNT, "1e3", 1000 },
		{ UNIT_COUNT, "1.50e2", 150 },
		{ UNIT_COUNT, "000000000000000000000000012", 12 },
		{ UNIT_SIZE, "4096", 4096 },
		{ UNIT_SIZE, "64KiB", 65536 },
		{ UNIT_SIZE, "1.5MB", 1500000 },
		{ UNIT_SIZE, "1.5KiB", 1536 },
		{ UNIT_SIZE, "2GiB", UINT64_C(2) << 30 },
		{ UNIT_SIZE, "0x10KiB", 16384 },
		{ UNIT_DURATION, "2ms", 2000000 },
		{ UNIT_DURATION, "1.5s", 1500000000 },
		{ UNIT_DURATION, "0.1us", 100 },
		{ UNIT_DURATION, "3min", UINT64_C(180000000000) },
		{ UNIT_DURATION, "0", 0 },
		{ UNIT_DURATION, "none", MAX },
		{ UNIT_RATE, "11520", 11520 },
		{ UNIT_RATE, "10KiB/s", 10240 },
		{ UNIT_RATE, "1.5MB/s", 1500000 },
		{ UNIT_RATE, "unlimited", 0 },
		{ UNIT_RATIO, "0", 0 },
		{ UNIT_RATIO, "1", MAX },
		{ UNIT_RATIO, "100%", MAX },
		{ UNIT_RATIO, "0.5", UINT64_C(1) << 63 },
		{ UNIT_RATIO, "50%", UINT64_C(1) << 63 },
		{ UNIT_RATIO, "25%", UINT64_C(1) << 62 },
		{ UNIT_RATIO, "1e-5", UINT64_C(184467440737095) },
		{ UNIT_RATIO, "0.00001", UINT64_C(184467440737095) },
		{ UNIT_RATIO, "0.001%", UINT64_C(184467440737095) },
		{ UNIT_RATIO, "1e-900", 0 },
		{ UNIT_RATIO, "0.99999999999999999999", MAX },
		{ UNIT_RATIO, "0.10e1", MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 77;

		if (units_read(cases[i].unit, cases[i].text, &value) !=
			    UNITS_OK ||
		    value != cases[i].value)
			fail_msg("'%s' is read as %llu", cases[i].text,
				 (unsigned long long)value);
	}
}

static void test_units__says_what_is_wrong(void **state)
{
	static const struct {
		enum unit unit;
		const char *text;
		enum units_problem problem;
	} cases[] = {
		{ UNIT_COUNT, "", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, ".", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "0x", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "12 ", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "twelve", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "1e", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "1e99999999999", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "nan", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "inf", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "none", UNITS_NOT_A_NUMBER },
		{ UNIT_COUNT, "-1", UNITS_NEGATIVE },
		{ UNIT_COUNT, "0.5", UNITS_FRACTION },
		{ UNIT_COUNT, "18446744073709551615", UNITS_TOO_LARGE },
		{ UNIT_COUNT, "1e20", UNITS_TOO_LARGE },
		{ UNIT_COUNT, "1e900", UNITS_TOO_LARGE },
		{ UNIT_SIZE, "64kib", UNITS_NOT_A_NUMBER },
		{ UNIT_SIZE, "0.3KiB", UNITS_FRACTION },
		{ UNIT_SIZE, "99999999999GiB", UNITS_TOO_LARGE },
		{ UNIT_DURATION, "5", UNITS_NOT_A_NUMBER },
		{ UNIT_DURATION, "0.1ns", UNITS_FRACTION },
		{ UNIT_DURATION, "unlimited", UNITS_NOT_A_NUMBER },
		{ UNIT_RATIO, "1.5", UNITS_TOO_LARGE },
		{ UNIT_RATIO, "1e1", UNITS_TOO_LARGE },
		{ UNIT_RATIO, "101%", UNITS_TOO_LARGE },
		{ UNIT_RATIO, "1e300", UNITS_TOO_LARGE },
		{ UNIT_RATIO, "-0.1", UNITS_NEGATIVE },
		{ UNIT_RATIO, "5%%", UNITS_NOT_A_NUMBER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 77;

		if (units_read(cases[i].unit, cases[i].text, &value) !=
			    cases[i].problem ||
		    value != 77)
			fail_msg("'%s' is not refused rightly", cases[i].text);
	}
}

static void test_units__canonical_ratios_are_short_and_exact(void **state)
{
	static const char *const texts[] = {
		"0",    "1",     "0.5",  "0.05",   "0.25", "0.3",
		"0.99", "0.001", "1e-5", "1.5e-7", "3e-4", "0.123456789",
	};
	char text[UNITS_TEXT_MAX];
	uint64_t value, back;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(units_read(UNIT_RATIO, texts[i], &value),
				 UNITS_OK);
		assert_string_equal(units_canonical(UNIT_RATIO, value, text),
				    texts[i]);
	}
	/* Any fraction comes back, the extreme ones too. */
	value = 1;
	for (int i = 0; i < 2000; i++) {
		const char *written = units_canonical(UNIT_RATIO, value, text);

		if (units_read(UNIT_RATIO, written, &back) != UNITS_OK ||
		    back != value)
			fail_msg("%llu is written as '%s'",
				 (unsigned long long)value, written);
		value = i == 0 ? MAX - 1 : value * 6364136223846793005u + 1;
	}
}

static void test_units__canonical_is_in_base_units(void **state)
{
	char text[UNITS_TEXT_MAX];

	(void)state;
	assert_string_equal(units_canonical(UNIT_DURATION, 2000000, text),
			    "2000000");
	assert_string_equal(units_canonical(UNIT_DURATION, MAX, text), "none");
	assert_string_equal(units_canonical(UNIT_RATE, 0, text), "unlimited");
	assert_string_equal(units_canonical(UNIT_SIZE, 65536, text), "65536");
}

static void test_units__exact_text_reads_back(void **state)
{
	static const struct {
		enum unit unit;
		uint64_t value;
		const char *text;
	} cases[] = {
		{ UNIT_SIZE, 0, "0" },
		{ UNIT_SIZE, 65536, "64KiB" },
		{ UNIT_SIZE, 1000, "1000" },
		{ UNIT_DURATION, 0, "0" },
		{ UNIT_DURATION, 1500000, "1500us" },
		{ UNIT_DURATION, 1, "1ns" },
		{ UNIT_DURATION, MAX, "none" },
		{ UNIT_RATE, 10240, "10KiB/s" },
		{ UNIT_RATE, 115200, "115200" },
		{ UNIT_COUNT, 7, "7" },
	};
	char text[UNITS_TEXT_MAX];
	uint64_t back;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(
			units_exact(cases[i].unit, cases[i].value, text),
			cases[i].text);
		assert_int_equal(
			units_read(cases[i].unit, cases[i].text, &back),
			UNITS_OK);
		assert_true(back == cases[i].value);
	}
}

static void test_units__about_has_three_digits_and_a_unit(void **state)
{
	static const struct {
		enum unit unit;
		double value;
		const char *text;
	} cases[] = {
		{ UNIT_DURATION, 1270000, "1.27 ms" },
		{ UNIT_DURATION, 999600, "1.00 ms" },
		{ UNIT_DURATION, 999400, "999 us" },
		{ UNIT_DURATION, 12, "12.0 ns" },
		{ UNIT_DURATION, 0, "0 ns" },
		{ UNIT_DURATION, 99.96e9, "100 s" },
		{ UNIT_SIZE, 65536, "64.0 KiB" },
		{ UNIT_RATE, 11200, "11.2 KB/s" },
		{ UNIT_RATE, 412e6, "412 MB/s" },
		{ UNIT_COUNT, 3, "3.00" },
	};
	char text[UNITS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(
			units_about(cases[i].unit, cases[i].value, text),
			cases[i].text);
}

static void test_units__numbers_are_finite_and_not_negative(void **state)
{
	double number = 7;

	(void)state;
	assert_int_equal(units_read_number("3%", &number), UNITS_OK);
	assert_true(number > 0.02999 && number < 0.03001);
	assert_int_equal(units_read_number("1e-3", &number), UNITS_OK);
	assert_true(number > 0.000999 && number < 0.001001);
	assert_int_equal(units_read_number("1e999", &number), UNITS_TOO_LARGE);
	assert_int_equal(units_read_number("nan", &number), UNITS_NOT_A_NUMBER);
	assert_int_equal(units_read_number("-1", &number), UNITS_NEGATIVE);
}

/* --- settings ----------------------------------------------------------------
 */

struct thing {
	bool flag;
	uint64_t count, size, age, rate, chance, line;
	int colour;
	const char *text;
	double load;
};

#define AT(field) offsetof(struct thing, field)

static const struct setting thing_settings[] = {
	{ "flag", SETTING_BOOL, AT(flag), "true", "", NULL, 0, 0 },
	{ "count", SETTING_COUNT, AT(count), "3", "", NULL, 1, 9 },
	{ "size", SETTING_SIZE, AT(size), "4KiB", "", NULL, 0, 0 },
	{ "age", SETTING_DURATION, AT(age), "none", "", NULL, 0, 0 },
	{ "rate", SETTING_RATE, AT(rate), "unlimited", "", NULL, 0, 0 },
	{ "chance", SETTING_RATIO, AT(chance), "1", "", NULL, 0, 0 },
	{ "line", SETTING_COUNT, AT(line), "any", "", "any", 0, 5 },
	{ "colour", SETTING_ENUM, AT(colour), "blue", "", "red|green|blue", 0,
	  0 },
	{ "text", SETTING_TEXT, AT(text), "", "", NULL, 0, 0 },
	{ "load", SETTING_NUMBER, AT(load), "0.5", "", NULL, 0, 0 },
	{ 0 },
};

static void test_setting__defaults_and_writes_canonically(void **state)
{
	static const char *const written[] = {
		"true", "3",   "4096", "none", "unlimited",
		"1",    "any", "blue", "",     "0.5",
	};
	struct arena arena = { 0 };
	struct thing thing;

	(void)state;
	memset(&thing, 0xee, sizeof(thing));
	for (size_t i = 0; thing_settings[i].key; i++) {
		assert_true(setting_default(&thing_settings[i], &thing));
		assert_string_equal(
			setting_write(&thing_settings[i], &thing, &arena),
			written[i]);
	}
	assert_true(thing.flag);
	assert_int_equal(thing.count, 3);
	assert_int_equal(thing.colour, 2);
	assert_null(thing.text);
	assert_true(thing.line == UINT64_MAX);
	arena_release(&arena);
}

static bool read_thing(const char *key, const char *text, struct thing *thing,
		       struct err *err)
{
	struct err_where where = { "x.yaml", 3, 5 };

	*err = (struct err){ 0 };
	return setting_read(setting_find(thing_settings, key), where, key, text,
			    thing, err);
}

static void test_setting__refuses_with_place_and_hint(void **state)
{
	static const struct {
		const char *key, *text, *message, *hint;
	} cases[] = {
		{ "flag", "yes", "'flag' must be true or false, not 'yes'",
		  "write true or false" },
		{ "count", "0", "'count' must be from 1 to 9, not '0'",
		  "from 1 to 9" },
		{ "count", "10", "'count' must be from 1 to 9, not '10'",
		  "whole number" },
		{ "line", "6", "'line' must be at most 5, not '6'", "or any" },
		{ "size", "big", "'size' must be a size, not 'big'", "64KiB" },
		{ "age", "5", "'age' must be a duration, not '5'", "2ms" },
		{ "chance", "1.5",
		  "'chance' must be between 0 and 1, not '1.5'", "5%" },
		{ "chance", "often", "'chance' must be a ratio, not 'often'",
		  "5%" },
		{ "colour", "rde", "'colour' cannot be 'rde'",
		  "one of: red|green|blue" },
		{ "colour", "re", "'colour' cannot be 're'", "red" },
		{ "colour", "", "'colour' cannot be ''", "red" },
		{ "load", "much", "'load' must be a number, not 'much'",
		  "0.5" },
	};
	struct thing thing = { .count = 4 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_false(
			read_thing(cases[i].key, cases[i].text, &thing, &err));
		assert_string_equal(err.text, cases[i].message);
		if (!strstr(err.hint, cases[i].hint))
			fail_msg("hint for '%s' is '%s'", cases[i].text,
				 err.hint);
		assert_int_equal(err.kind, ERR_CONFIG);
		assert_int_equal(err.where.line, 3);
	}
	assert_int_equal(thing.count, 4); /* written on success only */
	assert_true(read_thing("colour", "green", &thing, &err));
	assert_int_equal(thing.colour, 1);
}

/* --- nearest -----------------------------------------------------------------
 */

static void test_nearest__finds_slips_and_nothing_else(void **state)
{
	static const char *const known[] = { "probability", "per", "nth",
					     "wait", "read-memory" };
	static const struct {
		const char *word, *best;
	} cases[] = {
		{ "probabilty", "probability" },
		{ "wiat", "wait" },
		{ "nht", "nth" },
		{ "read-memroy", "read-memory" },
		{ "read", "read-memory" },
		{ "colour", NULL },
		{ "", NULL },
		{ "x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nearest n = { .word = cases[i].word };

		for (size_t k = 0; k < ARRAY_SIZE(known); k++)
			nearest_try(&n, known[k]);
		if (!cases[i].best)
			assert_null(n.best);
		else
			assert_string_equal(n.best, cases[i].best);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units__reads_what_people_write),
		cmocka_unit_test(test_units__says_what_is_wrong),
		cmocka_unit_test(
			test_units__canonical_ratios_are_short_and_exact),
		cmocka_unit_test(test_units__canonical_is_in_base_units),
		cmocka_unit_test(test_units__exact_text_reads_back),
		cmocka_unit_test(test_units__about_has_three_digits_and_a_unit),
		cmocka_unit_test(
			test_units__numbers_are_finite_and_not_negative),
		cmocka_unit_test(test_setting__defaults_and_writes_canonically),
		cmocka_unit_test(test_setting__refuses_with_place_and_hint),
		cmocka_unit_test(test_nearest__finds_slips_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
