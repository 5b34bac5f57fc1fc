/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/utf8.h"
#include "bench/plan/yaml.h"

static struct arena arena;
static struct err err;

static struct node *parse(const char *text)
{
	struct yaml_text file = { "x.yaml", text, strlen(text) };
	struct node *root = NULL;

	err = (struct err){ 0 };
	return yaml_parse(&root, &file, &arena, &err) ? root : NULL;
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_yaml__remembers_places_and_quotes(void **state)
{
	struct node *root = parse("a: 1\n"
				  "list:\n"
				  "  - x\n"
				  "  - { key: \"1\", other: }\n"
				  "caf\xc3\xa9: d\n");
	const struct node *map;

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->count, 3);
	assert_string_equal(node_get(root, "a")->text, "1");
	assert_true(node_get(root, "a")->plain);
	assert_int_equal(node_get(root, "a")->where.line, 1);
	assert_int_equal(node_get(root, "a")->where.col, 4);
	map = node_get(root, "list")->items[1];
	assert_int_equal(map->where.line, 4);
	assert_int_equal(map->where.col, 5);
	assert_string_equal(map->keys[1]->text, "other");
	assert_int_equal(map->keys[1]->where.col, 17);
	assert_false(node_get(map, "key")->plain);
	assert_true(node_empty(node_get(map, "other")));
	/* Columns are characters, not bytes. */
	assert_int_equal(root->items[2]->where.col, 7);
	assert_string_equal(root->items[2]->where.file, "x.yaml");
	assert_null(node_get(root, "b"));
}

static void test_yaml__accepts_the_usual_forms(void **state)
{
	static const char *const texts[] = {
		"\357\273\277a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n",
		"---\na: 1\nb: 2\n...\n",   "# comment\na: 1 # one\nb: 2",
		"{ a: 1, b: 2 }",           "\"a\": '1'\nb: |\n  2\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct node *root = parse(texts[i]);

		if (!root || root->count != 2)
			fail_msg("'%s' is refused: %s", texts[i], err.text);
	}
}

/* A few that a transcript in tests/cli cannot show; the rest are there. */
static void test_yaml__limits_how_much_there_can_be(void **state)
{
	char *text = mem_alloc(YAML_COUNT_MAX * 16 + 100);
	size_t len = 0;
	struct node *root;

	(void)state;
	for (unsigned i = 0; i < YAML_COUNT_MAX; i++)
		len += (size_t)sprintf(text + len, "- item%u\n", i);
	root = parse(text);
	assert_non_null(root);
	assert_int_equal(root->count, YAML_COUNT_MAX);
	assert_string_equal(root->items[YAML_COUNT_MAX - 1]->text, "item1999");
	strcpy(text + len, "- more\n");
	assert_null(parse(text));
	assert_string_equal(err.text, "too many items");
	assert_int_equal(err.where.line, YAML_COUNT_MAX + 1);
	free(text);
}

static void test_yaml__survives_deep_and_unending_nesting(void **state)
{
	char *text = mem_alloc(100001);

	(void)state;
	memset(text, '[', 100000);
	assert_null(parse(text));
	assert_string_equal(err.text, "nested too deeply");
	memset(text, '{', 100000);
	assert_null(parse(text));
	free(text);
}

static void test_yaml__refuses_a_nul_written_as_an_escape(void **state)
{
	(void)state;
	assert_null(parse("a: \"b\\0c\"\n"));
	assert_string_equal(err.text, "a NUL in a text");
}

/* libyaml would count a line that no editor shows. */
static void test_yaml__refuses_unusual_line_breaks(void **state)
{
	static const char *const texts[] = { "a: 1\rb: 2\n", "a: 1\xc2\x85",
					     "a: 1\xe2\x80\xa8",
					     "a: 1\xe2\x80\xa9" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_null(parse(texts[i]));
		assert_string_equal(err.text, "an unusual line break");
		assert_int_equal(err.where.col, 5);
	}
}

static void test_yaml__finds_broken_utf8_where_it_is(void **state)
{
	static const char *const broken[] = {
		"\x80",     "\xc0\x80",     "\xc3",
		"\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xf8\x88", "\xe0\x80\x80", "\xff",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		char text[32];

		snprintf(text, sizeof(text), "a: 1\nb: \xc3\xa9 %s\n",
			 broken[i]);
		if (parse(text))
			fail_msg("case %zu is accepted", i);
		assert_int_equal(err.where.line, 2);
		assert_int_equal(err.where.col, 6);
		assert_non_null(strstr(err.text, "not valid UTF-8"));
	}
	assert_int_equal(utf8_valid("\xf0\x9f\x90\x9b"), 4);
	assert_int_equal(utf8_valid(""), 0);
}

static void test_yaml__reads_files_but_nothing_else(void **state)
{
	char path[] = "/tmp/kdbench-test-yaml-XXXXXX";
	struct yaml_text text;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a: 1\n", 5), 5);
	err = (struct err){ 0 };
	assert_true(yaml_read(&text, path, &arena, &err));
	assert_int_equal(text.len, 5);
	assert_string_equal(text.text, "a: 1\n");
	assert_int_equal(ftruncate(fd, YAML_SIZE_MAX + 1), 0);
	assert_false(yaml_read(&text, path, &arena, &err));
	assert_non_null(strstr(err.text, "larger than"));
	close(fd);
	unlink(path);
	err = (struct err){ 0 };
	assert_false(yaml_read(&text, "/tmp", &arena, &err));
	assert_non_null(strstr(err.text, "is a directory"));
	err = (struct err){ 0 };
	assert_false(yaml_read(&text, path, &arena, &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

static void test_yaml__values_of_the_command_line_have_one_place(void **state)
{
	struct err_where where = { "--set a={b: [1, 2]}", 0, 0 };
	struct node *node;

	(void)state;
	err = (struct err){ 0 };
	assert_true(
		yaml_parse_value(&node, "{b: [1, 2]}", where, &arena, &err));
	assert_int_equal(node_get(node, "b")->count, 2);
	assert_int_equal(node_get(node, "b")->where.line, 0);
	assert_string_equal(node_get(node, "b")->where.file, where.file);
	assert_string_equal(node_flow(node, &arena), "{b: [1, 2]}");
	/* Anything else is a text, whatever YAML would make of it. */
	assert_true(yaml_parse_value(&node, "a: b # c", where, &arena, &err));
	assert_string_equal(node->text, "a: b # c");
	assert_false(yaml_parse_value(&node, "{b: ", where, &arena, &err));
	assert_int_equal(err.where.line, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_yaml__remembers_places_and_quotes, release),
		cmocka_unit_test_teardown(test_yaml__accepts_the_usual_forms,
					  release),
		cmocka_unit_test_teardown(
			test_yaml__limits_how_much_there_can_be, release),
		cmocka_unit_test_teardown(
			test_yaml__survives_deep_and_unending_nesting, release),
		cmocka_unit_test_teardown(
			test_yaml__refuses_a_nul_written_as_an_escape, release),
		cmocka_unit_test_teardown(
			test_yaml__refuses_unusual_line_breaks, release),
		cmocka_unit_test_teardown(
			test_yaml__finds_broken_utf8_where_it_is, release),
		cmocka_unit_test_teardown(
			test_yaml__reads_files_but_nothing_else, release),
		cmocka_unit_test_teardown(
			test_yaml__values_of_the_command_line_have_one_place,
			release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
