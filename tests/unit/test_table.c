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

#include "bench/base/mem.h"
#include "bench/result/escape.h"
#include "report/table.h"

/* Print a table and give its text; the table is released. */
static char *printed(struct table *t, size_t indent, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	table_print(t, out, indent, width);
	fclose(out);
	table_release(t);
	return text;
}

static void check_width(const char *text, size_t width)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (utf8_columns(text, len) > width)
			fail_msg("too wide: '%.*s'", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void add(struct table *t, const char *a, const char *b, const char *c)
{
	table_row(t);
	table_set(t, 0, a);
	table_set(t, 1, b);
	table_set(t, 2, c);
}

static void test_table__columns_are_aligned(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "cell", false, 0, 0);
	table_column(&t, "rate", true, 0, 0);
	table_column(&t, "note", false, 0, 0);
	add(&t, "uart", "11.0 KB/s", "a");
	add(&t, "ring", "9 \u00b5s", "b");
	text = printed(&t, 2, 80);
	assert_string_equal(text, "  cell       rate  note\n"
				  "  uart  11.0 KB/s  a\n"
				  "  ring       9 \u00b5s  b\n");
	free(text);
}

static void test_table__columns_that_say_nothing_are_left_out(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "cell", false, 0, 0);
	table_column(&t, "cpu", true, 0, 0);
	table_column(&t, "note", false, 0, 0);
	add(&t, "uart", "-", "a");
	add(&t, "ring", "-", "b");
	text = printed(&t, 0, 80);
	assert_string_equal(text, "cell  note\nuart  a\nring  b\n");
	free(text);
}

static void test_table__the_least_important_column_goes_first(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "cell", false, 0, 0);
	table_column(&t, "more", true, 2, 0);
	table_column(&t, "less", true, 1, 0);
	add(&t, "12345678", "12345678", "12345678");
	text = printed(&t, 0, 20);
	assert_string_equal(text, "cell          less\n"
				  "12345678  12345678\n");
	free(text);
}

static void test_table__long_names_are_broken_not_lost(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "cell", false, 0, 10);
	table_column(&t, "rate", true, 0, 0);
	table_column(&t, "verdicts", false, 0, 11);
	add(&t, "uart-unthrottled 1e-5", "1 MB/s", "3 recovered 2 gave-up");
	text = printed(&t, 0, 33);
	assert_string_equal(text, "cell           rate  verdicts\n"
				  "uart-        1 MB/s  3 recovered\n"
				  "  unthrottled 1e-5   2 gave-up\n");
	free(text);
}

static void test_table__titles_are_broken_before_values(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "transport", false, 0, 4);
	table_column(&t, "to-debugger", false, 0, 4);
	table_column(&t, "rate", true, 0, 0);
	add(&t, "uart-unthrottled", "1e-5", "1 MB/s");
	text = printed(&t, 0, 34);
	assert_string_equal(text, "transport         to-         rate\n"
				  "                  debugger\n"
				  "uart-unthrottled  1e-5      1 MB/s\n");
	free(text);
}

/* A name of an axis may come from a hostile file too. */
static void test_table__titles_are_made_harmless(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "a\x1b[31mb\n", false, 0, 4);
	table_column(&t, "a title that no column of numbers has", true, 0, 0);
	add(&t, "x", "1", NULL);
	text = printed(&t, 0, 80);
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "a\\x1b[31mb"));
	assert_non_null(strstr(text, "a title that no column\u2026\n"));
	free(text);
}

static void test_table__nothing_is_broken_where_there_is_room(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "transport", false, 0, 4);
	table_column(&t, "to-debugger", false, 0, 4);
	table_column(&t, "rate", true, 0, 0);
	add(&t, "uart-unthrottled", "1e-5", "1 MB/s");
	add(&t, "  a-step-that-has-a-very-long-name", "", "2 MB/s");
	text = printed(&t, 0, 80);
	assert_string_equal(text,
			    "transport              to-debugger    rate\n"
			    "uart-unthrottled       1e-5         1 MB/s\n"
			    "  a-step-that-has-a-very-long-name  2 MB/s\n");
	free(text);
}

static void test_table__a_name_reaches_over_empty_cells(void **state)
{
	struct table t = { 0 };
	char *text;

	(void)state;
	table_column(&t, "cell", false, 0, 8);
	table_column(&t, "rate", true, 0, 0);
	table_column(&t, "verdicts", false, 0, 0);
	add(&t, "virtio over a bridge", "", "3 completed");
	add(&t, "  read", "1.00 MB/s", "");
	text = printed(&t, 0, 30);
	assert_string_equal(text, "cell         rate  verdicts\n"
				  "virtio over a      3 completed\n"
				  "  bridge\n"
				  "  read  1.00 MB/s\n");
	free(text);
}

static void test_table__nothing_is_wider_than_asked(void **state)
{
	static const char *const names[] = {
		"ring",
		"virtio-over-a-bridge-to-another-machine-0",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e",
		"a b c d e f g h i j k l m n o p q r s t u v w x y z",
	};

	(void)state;
	for (size_t width = 40; width <= 80; width += 8) {
		struct table t = { 0 };
		char *text;

		table_column(&t, "transport loss", false, 0, 12);
		table_column(&t, "rate", true, 0, 0);
		table_column(&t, "verdicts", false, 0, 11);
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			add(&t, names[i], "11.0 KB/s \u00b11%",
			    "3 recovered 2 spurious-stop 1 invalid");
		text = printed(&t, 0, width);
		check_width(text, width);
		free(text);
	}
}

static void test_table__text_from_outside_is_harmless(void **state)
{
	struct table t = { 0 };
	char *text;
	char *endless = mem_alloc(100001);

	(void)state;
	memset(endless, 'x', 100000);
	table_column(&t, "cell", false, 0, 10);
	table_column(&t, "b", false, 0, 0);
	table_column(&t, "c", false, 0, 0);
	add(&t, "red\x1b[31m\nnext", "b", "c");
	add(&t, endless, "b", "c");
	text = printed(&t, 0, 80);
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "red\\x1b[31m next"));
	assert_true(strlen(text) < 1000);
	free(text);
	free(endless);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table__columns_are_aligned),
		cmocka_unit_test(
			test_table__columns_that_say_nothing_are_left_out),
		cmocka_unit_test(
			test_table__the_least_important_column_goes_first),
		cmocka_unit_test(test_table__long_names_are_broken_not_lost),
		cmocka_unit_test(test_table__titles_are_broken_before_values),
		cmocka_unit_test(test_table__titles_are_made_harmless),
		cmocka_unit_test(
			test_table__nothing_is_broken_where_there_is_room),
		cmocka_unit_test(test_table__a_name_reaches_over_empty_cells),
		cmocka_unit_test(test_table__nothing_is_wider_than_asked),
		cmocka_unit_test(test_table__text_from_outside_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
