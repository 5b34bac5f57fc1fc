/* SPDX-License-Identifier: MIT */
/* Searches as they are read and told; hostile ones too. */
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

#include "bench/result/results.h"
#include "report/search.h"
#include "report/summary.h"
#include "tests/unit/results_dir.h"

#define RUN                                                             \
	"{\"type\":\"run\",\"schema\":1,\"run\":\"r\",\"scenarios\":[{" \
	"\"name\":\"s\",\"trials\":{\"min\":5,\"max\":5},\"cells\":[]}]}\n"
#define CELL(id, row, point, value)                                      \
	"{\"type\":\"cell\",\"scenario\":\"s\",\"cell\":\"" id           \
	"\",\"row\":" row ",\"point\":" point ",\"label\":\"late=" value \
	"\",\"params\":{\"late\":\"" value "\",\"transport\":\"sim\"},"  \
	"\"axes\":[\"late\"]}\n"
#define POINT(value, id, is, order, good)                                  \
	"{\"value\":\"" value "\",\"cell\":\"" id "\",\"is\":\"" is        \
	"\",\"order\":" order ",\"good\":" good ",\"trials\":5,\"odds\":[" \
	"0.5,1],\"verdicts\":{\"completed\":" good ",\"hang\":1}}"
#define SEARCH(rest)                                         \
	"{\"type\":\"search\",\"scenario\":\"s\",\"row\":0," \
	"\"label\":\"transport=sim\",\"setting\":\"late\","  \
	"\"from\":\"1ms\",\"to\":\"100ms\",\"precision\":\"5%\"," rest "}\n"

static bool read_text(struct results *r, const char *text, struct err *err)
{
	struct results_dir d;
	char *path;
	bool ok;

	results_dir_make(&d, text);
	path = mem_printf("%s/results.jsonl", d.path);
	*err = (struct err){ 0 };
	ok = results_read(r, path, err);
	free(path);
	results_dir_remove(&d);
	return ok;
}

/* What is said of the one search of a text. */
static void tell(char *to, size_t size, char *strip, const char *text)
{
	struct results r;
	struct summary s;
	struct searches found;
	struct err err;

	if (!read_text(&r, text, &err))
		fail_msg("%s", err.text);
	summary_make(&s, &r);
	found = search_find(&s.arena, &r, &s.scenarios[0]);
	assert_int_equal(found.count, 1);
	snprintf(to, size, "%s",
		 search_sentence(&s.arena, &s.scenarios[0], found.rows[0]));
	snprintf(strip, 21, "%s", search_strip(&s.arena, found.rows[0], 20));
	summary_release(&s);
	results_release(&r);
}

#define CLIFF                                                               \
	RUN CELL("a", "0", "0", "1ms") CELL("c", "0", "9", "100ms")         \
		CELL("b", "0", "5", "10ms") SEARCH(                         \
			"\"outcome\":\"cliff\",\"complete\":true,"          \
			"\"last_good\":\"1ms\",\"first_bad\":\"10ms\","     \
			"\"confidence\":0.9375,\"points\":[" POINT(         \
				"1ms", "a", "good", "1",                    \
				"5") "," POINT("10ms", "b", "bad", "3",     \
					       "0") "," POINT("100ms", "c", \
							      "bad", "2",   \
							      "0") "]")

static void points_stand_in_the_order_of_their_values(void **state)
{
	struct results r;
	struct err err;

	(void)state;
	assert_true(read_text(&r, CLIFF, &err));
	assert_int_equal(r.run.scenarios[0].cell_count, 3);
	assert_string_equal(r.run.scenarios[0].cells[0].id, "a");
	assert_string_equal(r.run.scenarios[0].cells[1].id, "b");
	assert_string_equal(r.run.scenarios[0].cells[2].id, "c");
	assert_int_equal(r.search_count, 1);
	assert_int_equal(r.searches[0].point_count, 3);
	results_release(&r);
}

static void a_cliff_is_told(void **state)
{
	char said[600], strip[21];

	(void)state;
	tell(said, sizeof(said), strip, CLIFF);
	assert_string_equal(
		said, "sim: completes up to late 1ms; from 10ms on hang (5 "
		      "of 5 against 0 of 5 trials good, confidence 93 %; "
		      "3 points)");
	assert_string_equal(strip, "+---------x--------x");
}

static void what_disagrees_and_what_turns_again_is_told(void **state)
{
	char said[600], strip[21];

	(void)state;
	tell(said, sizeof(said), strip,
	     RUN CELL("a", "0", "0", "1ms") SEARCH(
		     "\"outcome\":\"cliff\",\"complete\":false,"
		     "\"last_good\":\"1ms\",\"first_bad\":\"10ms\","
		     "\"island\":\"100ms\",\"points\":[" POINT(
			     "1ms", "a", "good", "1",
			     "3") "," POINT("10ms", "b", "bad", "3",
					    "2") "," POINT("100ms", "c", "good",
							   "2", "5") "]"));
	assert_non_null(strstr(said, "3 points; interrupted)"));
	assert_non_null(strstr(said, "Trials disagree from 1ms to 10ms"));
	assert_non_null(strstr(said, "good again at 100ms"));
	assert_string_equal(strip, "+---------x--------+");
}

/* Whatever an enemy writes is told, or refused, and nothing breaks. */
static void hostile_searches_are_survived(void **state)
{
	static const char *const texts[] = {
		RUN SEARCH("\"outcome\":\"cliff\""),
		RUN SEARCH("\"outcome\":\"cliff\",\"last_good\":\"x\","
			   "\"first_bad\":\"y\",\"points\":[]"),
		RUN SEARCH("\"outcome\":\"no-good\",\"points\":[]"),
		RUN SEARCH("\"outcome\":\"\\u001b[2J\",\"points\":[" POINT(
			"1e308s", "", "", "0", "9") "]"),
		RUN SEARCH(
			"\"outcome\":\"all-good\",\"confidence\":1e300,"
			"\"points\":[" POINT("-5", "z", "good", "0", "0") "]"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char said[600], strip[21];

		tell(said, sizeof(said), strip, texts[i]);
		assert_true(*said);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char *const texts[] = {
		RUN "{\"type\":\"cell\",\"scenario\":\"other\","
		    "\"cell\":\"a\"}\n",
		RUN "{\"type\":\"cell\",\"scenario\":\"s\"}\n",
		RUN "{\"type\":\"cell\",\"scenario\":\"s\",\"cell\":\"a\","
		    "\"row\":-1}\n",
		RUN "{\"type\":\"search\",\"scenario\":\"s\"}\n",
		RUN SEARCH("\"outcome\":\"cliff\",\"points\":[7]"),
		RUN SEARCH("\"outcome\":\"cliff\",\"points\":[{}]"),
		RUN SEARCH("\"outcome\":\"cliff\",\"confidence\":\"much\""),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct results r;
		struct err err;

		assert_false(read_text(&r, texts[i], &err));
		results_release(&r);
	}
}

/* Room for cells grows; none is lost and none is out of order. */
static void many_points_are_read(void **state)
{
	char *text = mem_strdup(RUN);
	struct results r;
	struct err err;

	(void)state;
	for (int i = 299; i >= 0; i--) {
		char *more = mem_printf(
			"%s{\"type\":\"cell\",\"scenario\":\"s\",\"cell\":"
			"\"%d\",\"row\":%d,\"point\":%d}\n",
			text, i, i / 100, i % 100);

		free(text);
		text = more;
	}
	assert_true(read_text(&r, text, &err));
	assert_int_equal(r.run.scenarios[0].cell_count, 300);
	for (int i = 0; i < 300; i++)
		assert_int_equal(atoi(r.run.scenarios[0].cells[i].id), i);
	results_release(&r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_stand_in_the_order_of_their_values),
		cmocka_unit_test(a_cliff_is_told),
		cmocka_unit_test(what_disagrees_and_what_turns_again_is_told),
		cmocka_unit_test(hostile_searches_are_survived),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(many_points_are_read),
	};

	return cmocka_run_group_tests_name("results search", tests, NULL, NULL);
}
