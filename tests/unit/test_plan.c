/* SPDX-License-Identifier: MIT */
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

#include "bench/plan/expectation.h"
#include "bench/plan/group.h"
#include "bench/plan/plan.h"
#include "bench/plan/profile.h"
#include "bench/plan/yaml.h"

#define MS UINT64_C(1000000)

static struct plan plan;
static struct err err;

/* Load a scenario; 'config' may be NULL, 'set' is "key=value" or NULL. */
static bool load(const char *config, const char *scenario, const char *set)
{
	const struct plan_text texts[] = {
		{ "bench.yaml", config, config ? strlen(config) : 0 },
		{ "x.yaml", scenario, strlen(scenario) },
	};
	static char key[64];
	struct override o = { .key = key };
	struct plan_input input = { .overrides = &o,
				    .override_count = set ? 1 : 0 };

	if (set) {
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(set, "="), set);
		o.value = strchr(set, '=') + 1;
		o.written = set;
	}
	plan_release(&plan);
	err = (struct err){ 0 };
	return plan_load_text(&plan, config ? &texts[0] : NULL, &texts[1],
			      &input, &err);
}

static const struct scenario *loaded(const char *config, const char *scenario,
				     const char *set)
{
	if (!load(config, scenario, set))
		fail_msg("%s:%u:%u: %s", err.where.file, err.where.line,
			 err.where.col, err.text);
	return plan.scenarios;
}

static const struct param *param(const struct cell *cell, const char *key)
{
	for (size_t i = 0; i < cell->param_count; i++) {
		if (strcmp(cell->params[i].key, key) == 0)
			return &cell->params[i];
	}
	return NULL;
}

static int release(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

#define SMALL "name: x\nsession: [connect]\n"

static void test_plan__a_small_scenario_has_all_defaults(void **state)
{
	const struct cell *c = loaded(NULL, SMALL, NULL)->cells;

	(void)state;
	assert_int_equal(plan.scenario_count, 1);
	assert_int_equal(plan.scenarios->cell_count, 1);
	assert_ptr_equal(c->scenario, plan.scenarios);
	assert_string_equal(c->transport.name, "uart");
	assert_int_equal(c->transport.kind, TRANSPORT_UART);
	assert_int_equal(c->transport.uart.baud, 115200);
	assert_true(c->transport.uart.baud_to_target == UINT64_MAX);
	assert_int_equal(c->target.byte_timeout_ns, 100 * MS);
	assert_int_equal(c->target.retries, 20);
	assert_int_equal(c->target.read_max, 3944);
	assert_int_equal(c->debugger.ack_timeout_ns, 200 * MS);
	assert_int_equal(c->debugger.resets, 12);
	assert_int_equal(c->think.kind, THINK_NONE);
	assert_int_equal(c->host.wait, LINK_WAIT_ADAPTIVE);
	assert_int_equal(c->guest.pattern_size, 4 << 20);
	assert_int_equal(c->accel, ACCEL_TCG);
	assert_false(c->target.reliable);
	assert_int_equal(c->faults[TO_TARGET].count, 0);
	assert_string_equal(c->label, "transport=uart");
	assert_int_equal(plan.scenarios->trials.min, 5);
	assert_int_equal(plan.scenarios->trials.max, 5);
	assert_null(plan.scenarios->notes[0]);
	assert_string_equal(plan.qemu.binary, "qemu-system-x86_64");
	assert_string_equal(plan.results_dir, "results");
	assert_int_equal(plan.interference.retries, 2);
}

static void test_plan__the_highest_layer_wins(void **state)
{
	static const struct {
		const char *config, *scenario, *set, *value, *source;
	} cases[] = {
		{ NULL, SMALL, NULL, "50000000", "built-in" },
		{ "debugger: { byte-timeout: 1ms }\n", SMALL, NULL, "1000000",
		  "bench.yaml:1" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  SMALL "debugger.byte-timeout: 2ms\n", NULL, "2000000",
		  "x.yaml:3" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  SMALL "matrix:\n  debugger.byte-timeout: [3ms]\n", NULL,
		  "3000000", "x.yaml:4" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  SMALL "debugger.byte-timeout: 2ms\n",
		  "debugger.byte-timeout=4ms", "4000000", "--set" },
		{ NULL, SMALL "matrix:\n  debugger.byte-timeout: [3ms, 5ms]\n",
		  "debugger.byte-timeout=4ms", "4000000", "--set" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct scenario *s = loaded(
			cases[i].config, cases[i].scenario, cases[i].set);
		const struct param *p =
			param(s->cells, "debugger.byte-timeout");

		assert_int_equal(s->cell_count, 1);
		assert_string_equal(p->value, cases[i].value);
		assert_string_equal(p->source, cases[i].source);
		assert_false(p->axis);
		assert_int_equal(s->cells->debugger.byte_timeout_ns,
				 strtoull(cases[i].value, NULL, 10));
	}
}

static void test_plan__a_transport_is_a_kind_and_parameters(void **state)
{
	static const char config[] = "transports:\n"
				     "  slow: { kind: sim, baud: 9600 }\n"
				     "  uart: { kind: uart, baud: 300 }\n";
	const struct scenario *s =
		loaded(config,
		       SMALL "matrix: { transport: [slow, uart, sim, ring] }\n"
			     "transport.baud-to-target: 600\n",
		       NULL);

	(void)state;
	assert_int_equal(s->cell_count, 4);
	assert_int_equal(s->cells[0].transport.kind, TRANSPORT_SIM);
	assert_string_equal(s->cells[0].transport.name, "slow");
	assert_int_equal(s->cells[0].transport.sim.baud, 9600);
	assert_int_equal(s->cells[0].accel, ACCEL_NONE);
	assert_string_equal(param(&s->cells[0], "transport.baud")->source,
			    "bench.yaml:2");
	assert_int_equal(s->cells[1].transport.uart.baud, 300);
	assert_int_equal(s->cells[1].transport.uart.baud_to_target, 600);
	assert_int_equal(s->cells[2].transport.sim.baud, 0);
	assert_int_equal(s->cells[3].transport.ivshmem.size, 65536);
	assert_null(param(&s->cells[3], "transport.baud"));
	assert_null(param(&s->cells[0], "host.wait"));
	assert_null(param(&s->cells[0], "accel"));
}

static void test_plan__packet_framing_makes_both_ends_reliable(void **state)
{
	const struct cell *c =
		loaded(NULL,
		       SMALL "transport: sim\ntransport.framing: packet\n",
		       NULL)
			->cells;

	(void)state;
	assert_true(c->target.reliable);
	assert_true(c->debugger.reliable);
}

/* --- matrix
 * ------------------------------------------------------------------- */

static void assert_labels(const struct scenario *s, const char *const *labels)
{
	size_t count = 0;

	while (labels[count])
		count++;
	assert_int_equal(s->cell_count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(s->cells[i].label, labels[i]);
}

static void test_plan__the_matrix_is_multiplied_in_order(void **state)
{
	static const char *const labels[] = {
		"transport=ring guest.idle=poll",
		"transport=ring guest.idle=spin-hlt",
		"transport=sim",
		NULL,
	};
	const struct scenario *s = loaded(NULL,
					  SMALL
					  "matrix:\n"
					  "  transport: [ring, sim]\n"
					  "  guest.idle: [poll, spin-hlt]\n",
					  NULL);

	(void)state;
	assert_labels(s, labels);
	assert_true(param(s->cells, "transport")->axis);
	assert_true(param(s->cells, "guest.idle")->axis);
	assert_false(param(s->cells, "host.wait")->axis);
	assert_int_equal(s->cells[0].guest.idle, GUEST_POLL);
	assert_string_equal(s->notes[0], "guest.idle does not apply to sim: "
					 "1 duplicate cell dropped");
	assert_null(s->notes[1]);
}

static void test_plan__include_and_exclude_change_the_product(void **state)
{
	static const char *const labels[] = {
		"transport=sim loss=0",
		"transport=ring loss=0",
		"transport=sim loss=0.3 heal.rounds=9",
		NULL,
	};
	const struct scenario *s = loaded(
		NULL,
		SMALL "matrix:\n"
		      "  transport: [sim, ring]\n"
		      "  loss: [0, 0.1, 0.2]\n"
		      "  exclude:\n"
		      "    - { loss: [0.1, 0.2], transport: ring }\n"
		      "    - { loss: 0.1 }\n"
		      "    - { loss: 0.2, transport: sim }\n"
		      "  include:\n"
		      "    - { loss: 0.3, transport: sim, heal.rounds: 9 }\n"
		      "faults: { to-target: [drop: {probability: $loss}] }\n",
		NULL);

	(void)state;
	assert_labels(s, labels);
	assert_int_equal(s->cells[0].heal.rounds, 200);
	assert_int_equal(s->cells[2].heal.rounds, 9);
}

static void test_plan__texts_that_mean_the_same_are_one_cell(void **state)
{
	const struct scenario *s = loaded(
		NULL,
		SMALL "transport: sim\n"
		      "matrix: { loss: [0.1, 10%, 1e-1] }\n"
		      "faults: { to-target: [drop: {probability: $loss}] }\n",
		NULL);

	(void)state;
	assert_int_equal(s->cell_count, 1);
	assert_string_equal(s->notes[0],
			    "'loss=10%' is the same cell as "
			    "'loss=0.1': 1 duplicate cell dropped");
}

static void test_plan__variables_are_typed_where_they_are_used(void **state)
{
	static const char text[] =
		"name: x\n"
		"transport: sim\n"
		"matrix: { loss: [25%, 1], amount: [64KiB], slow: [2s] }\n"
		"faults: { to-debugger: [drop: { probability: $loss }] }\n"
		"session: [connect, read-memory: { size: $amount }]\n"
		"expect: { latency-max: '< $slow', verdict: completed }\n";
	const struct scenario *s = loaded(NULL, text, NULL);
	const struct cell *c = s->cells;

	(void)state;
	assert_int_equal(s->cell_count, 2);
	assert_true(c->faults[TO_DEBUGGER].stages[0].when.probability ==
		    UINT64_C(1) << 62);
	assert_int_equal(c->steps[1].size, 65536);
	assert_true(c->bounds[0].value == 2e9);
	assert_string_equal(c->bounds[0].written, "< $slow");
	assert_string_equal(param(c, "loss")->value, "0.25");
	assert_string_equal(param(c, "loss")->written, "25%");
	assert_true(param(c, "loss")->axis);
	assert_string_equal(param(c, "amount")->value, "65536");
	assert_false(param(c, "amount")->axis);
	assert_string_equal(
		param(c, "faults.to-debugger.1.drop.probability")->value,
		"0.25");
	assert_string_equal(c->label, "loss=25%");
	s = loaded(NULL, text, "loss=0.5");
	assert_int_equal(s->cell_count, 1);
	assert_string_equal(param(s->cells, "loss")->source, "--set");
}

static void test_plan__params_are_sorted(void **state)
{
	const struct cell *c = loaded(NULL, SMALL, NULL)->cells;

	(void)state;
	assert_true(c->param_count > 30);
	for (size_t i = 1; i < c->param_count; i++)
		assert_true(strcmp(c->params[i - 1].key, c->params[i].key) < 0);
}

/* --- session, faults, expectations
 * --------------------------------------------- */

static void test_plan__steps_are_decoded(void **state)
{
	const struct cell *c =
		loaded(NULL,
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

static void test_plan__faults_are_decoded(void **state)
{
	const struct cell *c =
		loaded(NULL,
		       SMALL
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

static void test_plan__thinking_has_three_forms(void **state)
{
	const struct scenario *s =
		loaded(NULL,
		       SMALL "transport: sim\n"
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
	assert_string_equal(param(&s->cells[2], "debugger.think")->value,
			    "{ack: 0, gap: 2000000}");
}

static void test_plan__expectations_are_in_base_units(void **state)
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
		loaded(NULL,
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
	assert_int_equal(loaded(NULL, SMALL, NULL)->expected_verdicts,
			 1u << VERDICT_COMPLETED | 1u << VERDICT_RECOVERED);
}

static void test_plan__whatever_can_be_expected_is_measured(void **state)
{
	(void)state;
	for (const struct expect_metric *m = expect_metrics; m->name; m++) {
		if (!expect_metric_known(m->name))
			fail_msg("'%s' is not known to the runner", m->name);
	}
}

static void test_plan__trials_have_two_forms(void **state)
{
	const struct scenario *s = loaded(NULL, SMALL "trials: 7\n", NULL);

	(void)state;
	assert_int_equal(s->trials.min, 7);
	assert_int_equal(s->trials.max, 7);
	s = loaded(NULL,
		   SMALL "trials: { min: 2, max: 9, until: 'ci < 3%',\n"
			 "          warmup: 1 }\n",
		   NULL);
	assert_int_equal(s->trials.max, 9);
	assert_int_equal(s->trials.warmup, 1);
	assert_true(s->trials.until_ci > 0.0299 && s->trials.until_ci < 0.0301);
	s = loaded(NULL, SMALL "trials: { min: 2, max: 9, until: 'ci < 3%' }\n",
		   "trials=4");
	assert_int_equal(s->trials.min, 4);
	assert_int_equal(s->trials.max, 4);
	s = loaded(NULL, SMALL "trials: { min: 8 }\n", NULL);
	assert_int_equal(s->trials.max, 8);
	assert_string_equal(param(s->cells, "trials.max")->value, "8");
}

static void test_plan__a_need_that_is_absent_skips(void **state)
{
	const struct scenario *s = loaded(NULL, SMALL "needs: [kvm]\n", NULL);

	(void)state;
	if (accel_kvm_opens())
		assert_null(s->skip_reason);
	else
		assert_non_null(s->skip_reason);
	assert_int_equal(s->cell_count, 1);
}

/* --- failing
 * ------------------------------------------------------------------- */

static void test_plan__a_failure_leaves_nothing_behind(void **state)
{
	(void)state;
	assert_false(load(NULL, SMALL "host: { wait: spni }\n", NULL));
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.where.file, "x.yaml");
	assert_int_equal(err.where.line, 3);
	assert_int_equal(err.where.col, 15);
	assert_null(plan.scenarios);
	assert_int_equal(plan.scenario_count, 0);
	assert_null(plan.arena.blocks);
}

static void test_plan__set_names_its_argument(void **state)
{
	(void)state;
	assert_false(load(NULL, SMALL, "host.wait=spni"));
	assert_string_equal(err.where.file, "host.wait=spni");
	assert_int_equal(err.where.line, 0);
	assert_false(load(NULL, SMALL, "transport.size=4KiB"));
	assert_string_equal(err.text, "'transport.size' applies to no cell");
	assert_false(load(NULL, SMALL, "loss=1"));
	assert_string_equal(err.text, "unknown setting 'loss'");
	assert_false(load(NULL, SMALL, "results=\xff"));
	assert_string_equal(err.text, "not valid UTF-8");
}

/* --- the tables and the shipped file
 * -------------------------------------------- */

static void test_plan__profile_names_are_those_of_the_table(void **state)
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

static void test_plan__every_default_is_legal(void **state)
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

/* bench.yaml says what holds without it, and leaves nothing out. */
static void test_plan__bench_yaml_is_complete_and_changes_nothing(void **state)
{
	static const char text[] = SMALL
		"matrix: { transport: [uart, uart-unthrottled, ring, sim] }\n";
	struct arena arena = { 0 };
	struct yaml_text file;
	char ids[4][17];
	const struct scenario *s;

	(void)state;
	err = (struct err){ 0 };
	assert_true(yaml_read(&file, "bench.yaml", &arena, &err));
	s = loaded(NULL, text, NULL);
	for (size_t i = 0; i < 4; i++)
		memcpy(ids[i], s->cells[i].id, sizeof(ids[i]));
	s = loaded(file.text, text, NULL);
	for (size_t i = 0; i < 4; i++) {
		const struct cell *c = &s->cells[i];

		assert_string_equal(c->id, ids[i]);
		for (size_t k = 0; k < c->param_count; k++) {
			const struct param *p = &c->params[k];

			if (i == 1 || strcmp(p->key, "transport") == 0)
				continue; /* it repeats but 'baud' */
			if (strncmp(p->source, "bench.yaml:", 11) != 0)
				fail_msg("'%s' is missing", p->key);
		}
	}
	assert_int_equal(s->trials.min, 5);
	arena_release(&arena);
}

#define TEST(name) cmocka_unit_test_teardown(test_plan__##name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_scenario_has_all_defaults),
		TEST(the_highest_layer_wins),
		TEST(a_transport_is_a_kind_and_parameters),
		TEST(packet_framing_makes_both_ends_reliable),
		TEST(the_matrix_is_multiplied_in_order),
		TEST(include_and_exclude_change_the_product),
		TEST(texts_that_mean_the_same_are_one_cell),
		TEST(variables_are_typed_where_they_are_used),
		TEST(params_are_sorted),
		TEST(steps_are_decoded),
		TEST(faults_are_decoded),
		TEST(thinking_has_three_forms),
		TEST(expectations_are_in_base_units),
		TEST(whatever_can_be_expected_is_measured),
		TEST(trials_have_two_forms),
		TEST(a_need_that_is_absent_skips),
		TEST(a_failure_leaves_nothing_behind),
		TEST(set_names_its_argument),
		TEST(profile_names_are_those_of_the_table),
		TEST(every_default_is_legal),
		TEST(bench_yaml_is_complete_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
