/* SPDX-License-Identifier: MIT */
/* What a plan makes of session, faults, expectations and trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before cmocka, which has a macro called expect_value. */
#include "bench/run/expect.h"

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/plan/expectation.h"
#include "bench/plan/group.h"
#include "bench/plan/profile.h"
#include "tests/support/plans.h"

#define MS UINT64_C(1000000)

/* --- session, faults, expectations
 * --------------------------------------------- */

static void test_script__steps_are_decoded(void **state)
{
	const struct cell *c =
		plans_loaded(
			NULL,
			"name: x\n"
			"session:\n"
			"  - connect\n"
			"  - read-memory: { size: 1MiB, warmup: 64KiB, chunk: "
			"128 }\n"
			"  - read-memory: { duration: 1s, warmup: 3, timeout: "
			"5s }\n"
			"  - registers: { count: 4, warmup: 100ms }\n"
			"  - repeat:\n"
			"      count: 3\n"
			"      steps:\n"
			"        - read-memory: { name: inner, region: none,\n"
			"                         address: 0x1000 }\n"
			"        - version:\n"
			"  - write-memory\n"
			"  - idle: { duration: 10ms, state: running }\n"
			"  - version: { name: version-2 }\n",
			NULL)
			->cells;

	(void)state;
	assert_int_equal(c->step_count, 8);
	assert_int_equal(c->steps[1].kind, STEP_READ_MEMORY);
	assert_string_equal(c->steps[1].name, "read-memory");
	assert_int_equal(c->steps[1].size, 1 << 20);
	assert_int_equal(c->steps[1].count, 0);
	assert_int_equal(c->steps[1].warmup_size, 65536);
	assert_int_equal(c->steps[1].chunk, 128);
	assert_true(c->steps[1].verify);
	assert_true(c->steps[1].timeout_ns == UINT64_MAX);
	assert_string_equal(c->steps[2].name, "read-memory-2");
	assert_int_equal(c->steps[2].duration_ns, 1000 * MS);
	assert_int_equal(c->steps[2].warmup_count, 3);
	assert_int_equal(c->steps[2].timeout_ns, 5000 * MS);
	assert_int_equal(c->steps[3].warmup_ns, 100 * MS);
	assert_int_equal(c->steps[4].count, 3);
	assert_int_equal(c->steps[4].step_count, 2);
	assert_string_equal(c->steps[4].steps[0].name, "inner");
	assert_int_equal(c->steps[4].steps[0].region, REGION_NONE);
	assert_int_equal(c->steps[4].steps[0].address, 0x1000);
	assert_int_equal(c->steps[4].steps[0].count, 1);
	assert_string_equal(c->steps[4].steps[1].name, "version");
	assert_int_equal(c->steps[5].region, REGION_SCRATCH);
	assert_int_equal(c->steps[6].state, 1);
	assert_string_equal(c->steps[7].name, "version-2");
}

static void test_script__faults_are_decoded(void **state)
{
	const struct cell *c =
		plans_loaded(
			NULL,
			PLANS_SMALL
			"faults:\n"
			"  flush: 7ms\n"
			"  to-target:\n"
			"    - drop\n"
			"    - delay: { time: 3ms, nth: 2, limit: 4,\n"
			"               packet: { class: ack }, until: 1s }\n",
			NULL)
			->cells;
	const struct chain_spec *chain = &c->faults[TO_TARGET];

	(void)state;
	assert_int_equal(chain->count, 2);
	assert_int_equal(chain->flush_ns, 7 * MS);
	assert_string_equal(chain->stages[0].type->name, "drop");
	assert_string_equal(chain->stages[0].label, "drop#1");
	assert_true(chain->stages[0].when.probability == UINT64_MAX);
	assert_true(chain->stages[0].when.offset == OFFSET_ANY);
	assert_int_equal(chain->stages[1].when.nth, 2);
	assert_int_equal(chain->stages[1].when.limit, 4);
	assert_int_equal(chain->stages[1].when.class, CLASS_ACK);
	assert_int_equal(chain->stages[1].when.until_ns, 1000 * MS);
	assert_int_equal(chain->stages[1].line, 7);
	assert_int_equal(c->faults[TO_DEBUGGER].count, 0);
}

static void test_script__thinking_has_three_forms(void **state)
{
	const struct scenario *s = plans_loaded(
		NULL,
		PLANS_SMALL "transport: sim\n"
			    "matrix:\n"
			    "  debugger.think: [none, windbg, {gap: 2ms}]\n",
		NULL);

	(void)state;
	assert_int_equal(s->cell_count, 3);
	assert_int_equal(s->cells[0].think.kind, THINK_NONE);
	assert_int_equal(s->cells[1].think.kind, THINK_WINDBG);
	assert_int_equal(s->cells[2].think.kind, THINK_FIXED);
	assert_int_equal(s->cells[2].think.ack_ns, 0);
	assert_int_equal(s->cells[2].think.gap_ns, 2 * MS);
	assert_string_equal(plans_param(&s->cells[2], "debugger.think")->value,
			    "{ack: 0, gap: 2000000}");
}

static void test_script__expectations_are_in_base_units(void **state)
{
	static const struct {
		const char *metric;
		enum expect_op op;
		double value;
	} bounds[] = {
		{ "throughput", EXPECT_GT, 1024 },
		{ "throughput", EXPECT_LE, 1e6 },
		{ "cpu-load", EXPECT_LT, 150 },
		{ "steps.version.latency-p99", EXPECT_GE, 2e6 },
	};
	const struct scenario *s =
		plans_loaded(NULL,
			     "name: x\n"
			     "session: [connect, version]\n"
			     "expect:\n"
			     "  verdict: [hang, gave-up]\n"
			     "  throughput: ['> 1KiB/s', '<=1MB/s']\n"
			     "  cpu-load: '< 150%'\n"
			     "  steps.version.latency-p99: '>= 2ms'\n",
			     NULL);

	(void)state;
	assert_int_equal(s->expected_verdicts,
			 1u << VERDICT_HANG | 1u << VERDICT_GAVE_UP);
	assert_int_equal(s->cells->expected_verdicts, s->expected_verdicts);
	assert_int_equal(s->cells->bound_count, ARRAY_SIZE(bounds));
	assert_int_equal(s->bound_count, ARRAY_SIZE(bounds));
	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		assert_string_equal(s->cells->bounds[i].metric,
				    bounds[i].metric);
		assert_int_equal(s->cells->bounds[i].op, bounds[i].op);
		assert_true(s->cells->bounds[i].value == bounds[i].value);
	}
	assert_int_equal(
		plans_loaded(NULL, PLANS_SMALL, NULL)->expected_verdicts,
		1u << VERDICT_COMPLETED | 1u << VERDICT_RECOVERED);
}

static void test_script__whatever_can_be_expected_is_measured(void **state)
{
	(void)state;
	for (const struct expect_metric *m = expect_metrics; m->name; m++) {
		if (!expect_metric_known(m->name))
			fail_msg("'%s' is not known to the runner", m->name);
	}
}

static void test_script__trials_have_two_forms(void **state)
{
	const struct scenario *s =
		plans_loaded(NULL, PLANS_SMALL "trials: 7\n", NULL);

	(void)state;
	assert_int_equal(s->trials.min, 7);
	assert_int_equal(s->trials.max, 7);
	s = plans_loaded(NULL,
			 PLANS_SMALL
			 "trials: { min: 2, max: 9, until: 'ci < 3%',\n"
			 "          warmup: 1 }\n",
			 NULL);
	assert_int_equal(s->trials.max, 9);
	assert_int_equal(s->trials.warmup, 1);
	assert_true(s->trials.until_ci > 0.0299 && s->trials.until_ci < 0.0301);
	s = plans_loaded(NULL,
			 PLANS_SMALL
			 "trials: { min: 2, max: 9, until: 'ci < 3%' }\n",
			 "trials=4");
	assert_int_equal(s->trials.min, 4);
	assert_int_equal(s->trials.max, 4);
	s = plans_loaded(NULL, PLANS_SMALL "trials: { min: 8 }\n", NULL);
	assert_int_equal(s->trials.max, 8);
	assert_string_equal(plans_param(s->cells, "trials.max")->value, "8");
}

static void test_script__a_need_that_is_absent_skips(void **state)
{
	const struct scenario *s =
		plans_loaded(NULL, PLANS_SMALL "needs: [kvm]\n", NULL);

	(void)state;
	if (accel_kvm_opens())
		assert_null(s->skip_reason);
	else
		assert_non_null(s->skip_reason);
	assert_int_equal(s->cell_count, 1);
}

/* --- the tables
 * -------------------------------------------- */

static void test_script__profile_names_are_those_of_the_table(void **state)
{
	char names[64] = "";

	(void)state;
	for (const struct profile *p = target_profiles; p->name; p++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names),
			 "%s%s", *names ? "|" : "", p->name);
	assert_string_equal(names, TARGET_PROFILE_NAMES);
	names[0] = '\0';
	for (const struct profile *p = debugger_profiles; p->name; p++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names),
			 "%s%s", *names ? "|" : "", p->name);
	assert_string_equal(names, DEBUGGER_PROFILE_NAMES);
}

/* What a profile sets is a setting, differs from its default, and is sourced.
 */
static void check_profiles(const struct profile *p, const struct setting *rows)
{
	for (; p->name; p++) {
		assert_non_null(p->help);
		for (size_t i = 0; p->values[i].key; i++) {
			const struct setting *row =
				setting_find(rows, p->values[i].key);
			struct setting mine;
			uint64_t ours = 0, theirs = 0;

			if (!row)
				fail_msg("%s has no setting '%s'", p->name,
					 p->values[i].key);
			mine = *row;
			mine.offset = 0;
			assert_true(setting_default(&mine, &theirs));
			mine.initial = p->values[i].value;
			if (!setting_default(&mine, &ours) || ours == theirs)
				fail_msg("%s: '%s'", p->name, row->key);
			assert_non_null(p->values[i].source);
		}
	}
}

static void test_script__profiles_differ_where_they_say(void **state)
{
	(void)state;
	check_profiles(target_profiles, target_settings);
	check_profiles(debugger_profiles, debugger_settings);
}

/* A profile counts as written where it is chosen. */
static void test_script__a_profile_belongs_to_its_layer(void **state)
{
	static const struct {
		const char *config, *scenario, *set;
		uint64_t repeats;
		const char *source;
	} cases[] = {
		{ "", "profile: windbg", NULL, 10, "profile windbg" },
		{ "repeats: 3", "profile: windbg", NULL, 10, "profile windbg" },
		{ "profile: windbg, repeats: 3", "think: none", NULL, 3,
		  "bench.yaml:1" },
		{ "profile: windbg", "repeats: 4", NULL, 4, "x.yaml:3" },
		{ "", "profile: windbg, repeats: 4", NULL, 4, "x.yaml:3" },
		{ "", "repeats: 4", "debugger.profile=windbg", 10,
		  "profile windbg" },
		{ "repeats: 3", "profile: naive", NULL, 3, "bench.yaml:1" },
		{ "", "profile: windbg", "debugger.repeats=5", 5, "--set" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *config =
			mem_printf("debugger: { %s }\n", cases[i].config);
		char *more = mem_printf(PLANS_SMALL "debugger: { %s }\n",
					cases[i].scenario);
		const struct cell *cell =
			plans_loaded(config, more, cases[i].set)->cells;

		assert_int_equal(cell->debugger.repeats, cases[i].repeats);
		assert_string_equal(
			plans_param(cell, "debugger.repeats")->source,
			cases[i].source);
		free(config);
		free(more);
	}
}

/* The rules that the guest is told are the rows that scenarios set. */
static void test_script__each_rule_of_the_target_is_a_setting(void **state)
{
	size_t choices = 0;

	(void)state;
	for (const struct kd_target_rule *r = kd_target_rules; r->key; r++) {
		const struct setting *row =
			setting_find(target_settings, r->key);

		if (!row || row->type != SETTING_ENUM ||
		    row->offset != r->offset)
			fail_msg("'%s' is no setting", r->key);
		assert_string_equal(row->names, r->words);
		choices++;
	}
	for (const struct setting *row = target_settings; row->key; row++)
		choices -= row->type == SETTING_ENUM;
	assert_int_equal(choices, 0);
}

/* 409,600 reads of a port: the same target, 17 times as patient on hardware. */
static void test_script__polls_are_as_long_as_they_cost(void **state)
{
	static const struct {
		const char *settings;
		uint64_t timeout_ns;
	} cases[] = {
		{ "profile: reactos, poll-cost: tcg", 100000000 },
		{ "profile: reactos, timeout-unit: polls, poll-cost: tcg",
		  409600 * UINT64_C(60) },
		{ "profile: reactos, timeout-unit: polls, poll-cost: kvm",
		  409600 * UINT64_C(3000) },
		{ "timeout-unit: polls", 1024000 * UINT64_C(1000) },
		{ "timeout-unit: polls, byte-polls: 7, poll-cost: 800ns",
		  5600 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *more = mem_printf(PLANS_SMALL "target: { %s }\n",
					cases[i].settings);
		const struct cell *cell = plans_loaded(NULL, more, NULL)->cells;

		assert_int_equal(cell->target.byte_timeout_ns,
				 cases[i].timeout_ns);
		assert_int_equal(
			strtoull(
				plans_param(cell, "target.byte-timeout")->value,
				NULL, 10),
			cases[i].timeout_ns);
		free(more);
	}
}

static void test_script__every_default_is_legal(void **state)
{
	struct setting row;
	char scratch[16];

	(void)state;
	for (const struct group *g = groups; g->name; g++) {
		for (const struct setting *s = g->rows; s->key; s++) {
			row = *s;
			row.offset = 0;
			assert_true(setting_default(&row, scratch));
		}
	}
}

#define TEST(name) cmocka_unit_test_teardown(test_script__##name, plans_release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_are_decoded),
		TEST(faults_are_decoded),
		TEST(thinking_has_three_forms),
		TEST(expectations_are_in_base_units),
		TEST(whatever_can_be_expected_is_measured),
		TEST(trials_have_two_forms),
		TEST(a_need_that_is_absent_skips),
		TEST(profile_names_are_those_of_the_table),
		TEST(profiles_differ_where_they_say),
		TEST(a_profile_belongs_to_its_layer),
		TEST(each_rule_of_the_target_is_a_setting),
		TEST(polls_are_as_long_as_they_cost),
		TEST(every_default_is_legal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
