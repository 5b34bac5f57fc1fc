/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"

static char *escaped(void (*escape)(FILE *, const char *), const char *text)
{
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	assert_non_null(out);
	escape(out, text);
	fclose(out);
	return result;
}

/* Rows of what goes in and what has to come out. */
struct row {
	const char *in, *out;
};

static void check(void (*escape)(FILE *, const char *), const struct row *rows,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *got = escaped(escape, rows[i].in);

		assert_string_equal(got, rows[i].out);
		free(got);
	}
}

static void test_escape__terminal_gets_no_control_characters(void **state)
{
	static const struct row rows[] = {
		{ "ring 1e-4", "ring 1e-4" },
		{ "red\x1b[31m", "red\\x1b[31m" },
		{ "two\nlines\tand\rmore", "two lines and more" },
		{ "bell\a del\x7f", "bell\\x07 del\\x7f" },
		{ "C1 \xc2\x9b"
		  "31m",
		  "C1 \\x9b31m" },
		{ "bad \xff\xc3( utf8", "bad \\xff\\xc3( utf8" },
		{ "overlong \xc0\x80", "overlong \\xc0\\x80" },
		{ "surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80" },
		{ "turn \xe2\x80\xae round", "turn \\u{202e} round" },
		{ "\xc2\xb5s \xe6\x97\xa5", "\xc2\xb5s \xe6\x97\xa5" },
		{ NULL, "-" },
	};

	(void)state;
	check(escape_terminal, rows, ARRAY_SIZE(rows));
}

static void test_escape__html_gets_no_markup(void **state)
{
	static const struct row rows[] = {
		{ "<script>alert(1)</script>",
		  "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "a & b \"c\" 'd'", "a &amp; b &quot;c&quot; &#39;d&#39;" },
		{ "kept\nas\tis", "kept\nas\tis" },
		{ "\x01\x1b", "\\x01\\x1b" },
		{ "\xff", "\\xff" },
		{ NULL, "-" },
	};

	(void)state;
	check(escape_html, rows, ARRAY_SIZE(rows));
}

static void test_escape__markdown_gets_no_markup(void **state)
{
	static const struct row rows[] = {
		{ "a|b", "a\\|b" },
		{ "a\\|b", "a\\\\\\|b" },
		{ "`x` *y* _z_", "&#96;x&#96; \\*y\\* \\_z\\_" },
		{ "[t](u) <b>", "\\[t\\](u) &#60;b>" },
		{ "<!--x--> </pre> <?x", "&#60;!--x--> &#60;/pre> &#60;?x" },
		{ "http://x", "http&#58;//x" },
		{ "www.x.y, WWW.x", "www&#46;x.y, WWW&#46;x" },
		{ "a@b.c", "a&#64;b.c" },
		{ ":smile: x", "&#58;smile: x" },
		{ "# not\na heading", "\\# not a heading" },
		{ "    not code", "not code" },
		{ "- no item", "\\- no item" },
		{ "+ no item", "\\+ no item" },
		{ "---", "\\---" },
		{ "===", "\\===" },
		{ "> no quote", "&#62; no quote" },
		{ "1. no item", "1&#46; no item" },
		{ "2) no item", "2\\) no item" },
		{ "&lt;b&gt; &#60;", "&#38;lt;b&#38;gt; &#38;\\#60;" },
		{ "~~gone~~ $x$", "\\~\\~gone\\~\\~ \\$x\\$" },
		{ "{{ x }} {% y %}", "&#123;{ x }} &#123;% y %}" },
		{ "turn \xe2\x80\xae round", "turn \\u{202e} round" },
		{ NULL, "-" },
	};

	(void)state;
	check(escape_markdown, rows, ARRAY_SIZE(rows));
}

/* What means nothing where it stands is left for people to read. */
static void test_escape__markdown_stays_readable(void **state)
{
	static const char *const plain[] = {
		"-",
		"-5",
		"25.6 MB/s \u00b1<1%",
		"p50: 1.27 ms, a & b",
		"2026-11-21T15:23:03Z",
		"line_lost_bytes in the records",
		"late-line, to-debugger 1e-4: 3 recovered (trial 1, 2, 3)",
		"1.5 is no item, nor is (2) or 3.",
		"it's \"quoted\" = {x}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		char *got = escaped(escape_markdown, plain[i]);

		assert_string_equal(got, plain[i]);
		free(got);
	}
}

static void test_escape__csv_gets_no_formulas(void **state)
{
	static const struct row rows[] = {
		{ "plain", "\"plain\"" },
		{ "with, comma", "\"with, comma\"" },
		{ "with \"quotes\"", "\"with \"\"quotes\"\"\"" },
		{ "two\nlines", "\"two lines\"" },
		{ "=1+1", "\"'=1+1\"" },
		{ "+1", "\"'+1\"" },
		{ "-1", "\"'-1\"" },
		{ "@x", "\"'@x\"" },
		{ "\t=1", "\"' =1\"" },
		{ NULL, "\"\"" },
	};

	(void)state;
	check(escape_csv, rows, ARRAY_SIZE(rows));
}

static void test_escape__gnuplot_gets_no_way_out_of_its_quotes(void **state)
{
	static const char in[] = "a'b`c`\"d\\e\nf\x1b\xff";
	char *got = escaped(escape_gnuplot, in);

	(void)state;
	assert_int_equal(got[0], '\'');
	assert_int_equal(got[strlen(got) - 1], '\'');
	got[strlen(got) - 1] = '\0';
	assert_null(strpbrk(got + 1, "'`\"\\\n\x1b"));
	free(got);
}

static void test_escape__shell_words_stay_one_word(void **state)
{
	static const struct row rows[] = {
		{ "scenarios/x.yaml", "scenarios/x.yaml" },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "it's", "'it'\\''s'" },
		{ "$(x)", "'$(x)'" },
		{ "a;b", "'a;b'" },
	};

	(void)state;
	check(escape_shell, rows, ARRAY_SIZE(rows));
}

static void test_escape__columns_are_what_a_terminal_shows(void **state)
{
	(void)state;
	assert_int_equal(utf8_columns("ring", SIZE_MAX), 4);
	assert_int_equal(utf8_columns("\xc2\xb5s", SIZE_MAX), 2);
	assert_int_equal(utf8_columns("\xe6\x97\xa5\xe6\x9c\xac", SIZE_MAX), 4);
	assert_int_equal(utf8_columns("e\xcc\x81", SIZE_MAX), 1);
	assert_int_equal(utf8_columns("abc", 2), 2);
	/* Never half a character. */
	assert_int_equal(utf8_fit("\xe6\x97\xa5\xe6\x9c\xac", 3), 3);
	assert_int_equal(utf8_fit("abc", 2), 2);
	assert_int_equal(utf8_fit("abc", 9), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_escape__terminal_gets_no_control_characters),
		cmocka_unit_test(test_escape__html_gets_no_markup),
		cmocka_unit_test(test_escape__markdown_gets_no_markup),
		cmocka_unit_test(test_escape__markdown_stays_readable),
		cmocka_unit_test(test_escape__csv_gets_no_formulas),
		cmocka_unit_test(
			test_escape__gnuplot_gets_no_way_out_of_its_quotes),
		cmocka_unit_test(test_escape__shell_words_stay_one_word),
		cmocka_unit_test(
			test_escape__columns_are_what_a_terminal_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
