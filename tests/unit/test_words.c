/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/words.h"

static void test_words__are_split_as_a_shell_does(void **state)
{
	static const struct {
		const char *text;
		const char *words[5];
	} cases[] = {
		{ "", { NULL } },
		{ " \t\n ", { NULL } },
		{ "a", { "a" } },
		{ " -m  8G\n-vnc :1 ", { "-m", "8G", "-vnc", ":1" } },
		{ "'a b' c", { "a b", "c" } },
		{ "a' 'b\" \"c", { "a b c" } },
		{ "''", { "" } },
		{ "a \"\" b", { "a", "", "b" } },
		{ "\"a\\\"b\\\\c\\d\"", { "a\"b\\c\\d" } },
		{ "'a\\b\"c'", { "a\\b\"c" } },
		{ "a\\ b \\'c", { "a b", "'c" } },
		{ "$HOME `x` *", { "$HOME", "`x`", "*" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena arena = { 0 };
		struct err err = { 0 };
		const char *const *words;
		size_t count, want = 0;

		assert_true(words_split(cases[i].text, &arena, &words, &count,
					&err));
		while (cases[i].words[want])
			want++;
		assert_int_equal(count, want);
		for (size_t k = 0; k < count; k++)
			assert_string_equal(words[k], cases[i].words[k]);
		assert_null(words[count]);
		arena_release(&arena);
	}
}

static void test_words__that_do_not_end_are_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "a 'b c", "a quote is not closed: 'b c" },
		{ "a \"b\\\"", "a quote is not closed: \"b\\\"" },
		{ "a \\", "nothing stands behind the last backslash" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena arena = { 0 };
		struct err err = { 0 };
		const char *const *words;
		size_t count;

		assert_false(words_split(cases[i].text, &arena, &words, &count,
					 &err));
		assert_string_equal(err.text, cases[i].says);
		arena_release(&arena);
	}
}

static void test_words__in_quotes_come_back(void **state)
{
	static const char *const list[] = { "plain,a=b", "two words",  "",
					    "it's",      "say \"hi\"", "a\\b",
					    "\t",        "$x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		struct arena arena = { 0 };
		struct err err = { 0 };
		const char *const *words;
		size_t count;

		assert_true(words_split(words_quote(list[i], &arena), &arena,
					&words, &count, &err));
		assert_int_equal(count, 1);
		assert_string_equal(words[0], list[i]);
		arena_release(&arena);
	}
	assert_ptr_equal(words_quote(list[0], NULL), list[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words__are_split_as_a_shell_does),
		cmocka_unit_test(test_words__that_do_not_end_are_refused),
		cmocka_unit_test(test_words__in_quotes_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
