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
#include "bench/cli/cmd.h"

static struct {
	bool quiet, verbose;
	uint64_t trials, depth;
	const char *output;
	struct option_list set;
} opts;

static const struct option options[] = {
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL, "say less" },
	{ "verbose", 'v', OPTION_FLAG, &opts.verbose, NULL, "say more" },
	{ "depth", 'd', OPTION_TIMES, &opts.depth, NULL, "go deeper" },
	{ "trials", 0, OPTION_COUNT, &opts.trials, "N", "how many" },
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR", "where to" },
	{ "set", 0, OPTION_LIST, &opts.set, "K=V", "override" },
	{ 0 },
};

static char *argv[8];
static int argc;
static struct err err;
static bool help;

/* Parse words separated by blanks. */
static bool parse(const char *words)
{
	static char text[128];

	option_list_release(&opts.set);
	memset(&opts, 0, sizeof(opts));
	err = (struct err){ 0 };
	help = false;
	snprintf(text, sizeof(text), "%s", words);
	argc = 0;
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	return options_parse(options, &argc, argv, &help, &err);
}

static int release(void **state)
{
	(void)state;
	option_list_release(&opts.set);
	return 0;
}

static void test_options__may_be_counted(void **state)
{
	(void)state;
	assert_true(parse("a -dd --depth b"));
	assert_int_equal(opts.depth, 3);
	assert_int_equal(argc, 2);
	assert_false(parse("--depth=2"));
	assert_string_equal(err.text, "'--depth' takes no value");
}

static void test_options__are_taken_out_of_the_operands(void **state)
{
	(void)state;
	assert_true(parse("a --quiet b --trials 3 --output=x=y c"));
	assert_int_equal(argc, 3);
	assert_string_equal(argv[0], "a");
	assert_string_equal(argv[1], "b");
	assert_string_equal(argv[2], "c");
	assert_true(opts.quiet);
	assert_false(opts.verbose);
	assert_int_equal(opts.trials, 3);
	assert_string_equal(opts.output, "x=y");
}

static void test_options__have_short_forms(void **state)
{
	(void)state;
	assert_true(parse("-qv -o out x"));
	assert_true(opts.quiet && opts.verbose);
	assert_string_equal(opts.output, "out");
	assert_true(parse("-qoout"));
	assert_string_equal(opts.output, "out");
	assert_true(parse("- -q"));
	assert_int_equal(argc, 1);
	assert_string_equal(argv[0], "-");
}

static void test_options__end_at_two_dashes(void **state)
{
	(void)state;
	assert_true(parse("-q -- --verbose -o"));
	assert_int_equal(argc, 2);
	assert_string_equal(argv[0], "--verbose");
	assert_false(opts.verbose);
	assert_true(parse("-- --help"));
	assert_false(help);
}

static void test_options__of_a_list_add_up(void **state)
{
	(void)state;
	assert_true(parse("--set a=1 x --set=b=2"));
	assert_int_equal(opts.set.count, 2);
	assert_string_equal(opts.set.items[0], "a=1");
	assert_string_equal(opts.set.items[1], "b=2");
	assert_int_equal(argc, 1);
}

static void test_options__ask_for_help_whatever_else_is_there(void **state)
{
	(void)state;
	assert_true(parse("--nonsense --help"));
	assert_true(help);
	assert_true(parse("x -h"));
	assert_true(help);
}

static void test_options__refuse_what_makes_no_sense(void **state)
{
	static const char *const cases[] = {
		"--trails 3",   "--trials", "--trials many",
		"--quiet=yes",  "-x",       "--output",
		"-o",           "-qx",      "--trials -1",
		"--trials 1.5",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (parse(cases[i]))
			fail_msg("'%s' is accepted", cases[i]);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_int_equal(exit_code_of(&err), EXIT_USAGE);
	}
	assert_false(parse("--trails 3"));
	assert_string_equal(err.hint, "did you mean '--trials'?");
}

static void test_cmd__the_worse_exit_code_wins(void **state)
{
	static const enum exit_code order[] = { 0, 4, 1, 3, 2, 130 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		for (size_t k = 0; k <= i; k++) {
			assert_int_equal(exit_code_worse(order[i], order[k]),
					 order[i]);
			assert_int_equal(exit_code_worse(order[k], order[i]),
					 order[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options__may_be_counted),
		cmocka_unit_test(test_options__are_taken_out_of_the_operands),
		cmocka_unit_test(test_options__have_short_forms),
		cmocka_unit_test(test_options__end_at_two_dashes),
		cmocka_unit_test(test_options__of_a_list_add_up),
		cmocka_unit_test(
			test_options__ask_for_help_whatever_else_is_there),
		cmocka_unit_test(test_options__refuse_what_makes_no_sense),
		cmocka_unit_test(test_cmd__the_worse_exit_code_wins),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
