/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/plan/yaml.h"
#include "tests/support/plans.h"

#define MS UINT64_C(1000000)

static void test_plan__a_small_scenario_has_all_defaults(void **state)
{
	const struct cell *c = plans_loaded(NULL, PLANS_SMALL, NULL)->cells;

	(void)state;
	assert_int_equal(plans_plan.scenario_count, 1);
	assert_int_equal(plans_plan.scenarios->cell_count, 1);
	assert_ptr_equal(c->scenario, plans_plan.scenarios);
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
	assert_int_equal(plans_plan.scenarios->trials.min, 5);
	assert_int_equal(plans_plan.scenarios->trials.max, 5);
	assert_null(plans_plan.scenarios->notes[0]);
	assert_string_equal(plans_plan.qemu.binary, "qemu-system-x86_64");
	assert_string_equal(plans_plan.results_dir, "results");
	assert_int_equal(plans_plan.scenarios[0].interference.retries, 2);
}

static void test_plan__the_highest_layer_wins(void **state)
{
	static const struct {
		const char *config, *scenario, *set, *value, *source;
	} cases[] = {
		{ NULL, PLANS_SMALL, NULL, "50000000", "built-in" },
		{ "debugger: { byte-timeout: 1ms }\n", PLANS_SMALL, NULL,
		  "1000000", "bench.yaml:1" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  PLANS_SMALL "debugger.byte-timeout: 2ms\n", NULL, "2000000",
		  "x.yaml:3" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  PLANS_SMALL "matrix:\n  debugger.byte-timeout: [3ms]\n", NULL,
		  "3000000", "x.yaml:4" },
		{ "debugger: { byte-timeout: 1ms }\n",
		  PLANS_SMALL "debugger.byte-timeout: 2ms\n",
		  "debugger.byte-timeout=4ms", "4000000", "--set" },
		{ NULL,
		  PLANS_SMALL "matrix:\n  debugger.byte-timeout: [3ms, 5ms]\n",
		  "debugger.byte-timeout=4ms", "4000000", "--set" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct scenario *s = plans_loaded(
			cases[i].config, cases[i].scenario, cases[i].set);
		const struct param *p =
			plans_param(s->cells, "debugger.byte-timeout");

		assert_int_equal(s->cell_count, 1);
		assert_string_equal(p->value, cases[i].value);
		assert_string_equal(p->source, cases[i].source);
		assert_false(p->axis);
		assert_int_equal(s->cells->debugger.byte_timeout_ns,
				 strtoull(cases[i].value, NULL, 10));
	}
}

/* Each scenario decides what disturbs it; the command line has the last word.
 */
static void test_plan__interference_is_the_scenarios(void **state)
{
	static const char config[] = "interference: { max-load: 0.25 }\n";
	static const char scenario[] = PLANS_SMALL
		"interference: { max-load: 1000 }\n";
	const struct scenario *s = plans_loaded(config, PLANS_SMALL, NULL);

	(void)state;
	assert_true(s->interference.max_load == 0.25);
	s = plans_loaded(config, scenario, NULL);
	assert_true(s->interference.max_load == 1000);
	assert_int_equal(s->interference.retries, 2);
	assert_string_equal(
		plans_param(s->cells, "interference.max-load")->source,
		"x.yaml:3");
	s = plans_loaded(config, scenario, "interference.max-load=2");
	assert_true(s->interference.max_load == 2);
}

static void test_plan__a_transport_is_a_kind_and_parameters(void **state)
{
	static const char config[] = "transports:\n"
				     "  slow: { kind: sim, baud: 9600 }\n"
				     "  uart: { kind: uart, baud: 300 }\n";
	const struct scenario *s = plans_loaded(
		config,
		PLANS_SMALL "matrix: { transport: [slow, uart, sim, ring] }\n"
			    "transport.baud-to-target: 600\n",
		NULL);

	(void)state;
	assert_int_equal(s->cell_count, 4);
	assert_int_equal(s->cells[0].transport.kind, TRANSPORT_SIM);
	assert_string_equal(s->cells[0].transport.name, "slow");
	assert_int_equal(s->cells[0].transport.sim.baud, 9600);
	assert_int_equal(s->cells[0].accel, ACCEL_NONE);
	assert_string_equal(plans_param(&s->cells[0], "transport.baud")->source,
			    "bench.yaml:2");
	assert_int_equal(s->cells[1].transport.uart.baud, 300);
	assert_int_equal(s->cells[1].transport.uart.baud_to_target, 600);
	assert_int_equal(s->cells[2].transport.sim.baud, 0);
	assert_int_equal(s->cells[3].transport.ivshmem.size, 65536);
	assert_null(plans_param(&s->cells[3], "transport.baud"));
	assert_null(plans_param(&s->cells[0], "host.wait"));
	assert_null(plans_param(&s->cells[0], "accel"));
}

static void test_plan__packet_framing_makes_both_ends_reliable(void **state)
{
	const struct cell *c =
		plans_loaded(NULL,
			     PLANS_SMALL
			     "transport: sim\ntransport.framing: packet\n",
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
	const struct scenario *s =
		plans_loaded(NULL,
			     PLANS_SMALL "matrix:\n"
					 "  transport: [ring, sim]\n"
					 "  guest.idle: [poll, spin-hlt]\n",
			     NULL);

	(void)state;
	assert_labels(s, labels);
	assert_true(plans_param(s->cells, "transport")->axis);
	assert_true(plans_param(s->cells, "guest.idle")->axis);
	assert_false(plans_param(s->cells, "host.wait")->axis);
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
	const struct scenario *s = plans_loaded(
		NULL,
		PLANS_SMALL
		"matrix:\n"
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
	const struct scenario *s = plans_loaded(
		NULL,
		PLANS_SMALL
		"transport: sim\n"
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
	const struct scenario *s = plans_loaded(NULL, text, NULL);
	const struct cell *c = s->cells;

	(void)state;
	assert_int_equal(s->cell_count, 2);
	assert_true(c->faults[TO_DEBUGGER].stages[0].when.probability ==
		    UINT64_C(1) << 62);
	assert_int_equal(c->steps[1].size, 65536);
	assert_true(c->bounds[0].value == 2e9);
	assert_string_equal(c->bounds[0].written, "< $slow");
	assert_string_equal(plans_param(c, "loss")->value, "0.25");
	assert_string_equal(plans_param(c, "loss")->written, "25%");
	assert_true(plans_param(c, "loss")->axis);
	assert_string_equal(plans_param(c, "amount")->value, "65536");
	assert_false(plans_param(c, "amount")->axis);
	assert_string_equal(
		plans_param(c, "faults.to-debugger.1.drop.probability")->value,
		"0.25");
	assert_string_equal(c->label, "loss=25%");
	s = plans_loaded(NULL, text, "loss=0.5");
	assert_int_equal(s->cell_count, 1);
	assert_string_equal(plans_param(s->cells, "loss")->source, "--set");
}

static void test_plan__params_are_sorted(void **state)
{
	const struct cell *c = plans_loaded(NULL, PLANS_SMALL, NULL)->cells;

	(void)state;
	assert_true(c->param_count > 30);
	for (size_t i = 1; i < c->param_count; i++)
		assert_true(strcmp(c->params[i - 1].key, c->params[i].key) < 0);
}

/* --- failing
 * ------------------------------------------------------------------- */

static void test_plan__a_failure_leaves_nothing_behind(void **state)
{
	(void)state;
	assert_false(
		plans_load(NULL, PLANS_SMALL "host: { wait: spni }\n", NULL));
	assert_int_equal(plans_err.kind, ERR_CONFIG);
	assert_string_equal(plans_err.where.file, "x.yaml");
	assert_int_equal(plans_err.where.line, 3);
	assert_int_equal(plans_err.where.col, 15);
	assert_null(plans_plan.scenarios);
	assert_int_equal(plans_plan.scenario_count, 0);
	assert_null(plans_plan.arena.blocks);
}

static void test_plan__set_names_its_argument(void **state)
{
	(void)state;
	assert_false(plans_load(NULL, PLANS_SMALL, "host.wait=spni"));
	assert_string_equal(plans_err.where.file, "host.wait=spni");
	assert_int_equal(plans_err.where.line, 0);
	assert_false(plans_load(NULL, PLANS_SMALL, "transport.size=4KiB"));
	assert_string_equal(plans_err.text,
			    "'transport.size' applies to no cell");
	assert_false(plans_load(NULL, PLANS_SMALL, "loss=1"));
	assert_string_equal(plans_err.text, "unknown setting 'loss'");
	assert_false(plans_load(NULL, PLANS_SMALL, "results=\xff"));
	assert_string_equal(plans_err.text, "not valid UTF-8");
}

/* bench.yaml says what holds without it, and leaves nothing out. */
static void test_plan__bench_yaml_is_complete_and_changes_nothing(void **state)
{
	static const char text[] = PLANS_SMALL
		"matrix: { transport: [uart, uart-unthrottled, ring, sim] }\n";
	struct arena arena = { 0 };
	struct yaml_text file;
	char ids[4][17];
	const struct scenario *s;

	(void)state;
	plans_err = (struct err){ 0 };
	assert_true(yaml_read(&file, "bench.yaml", &arena, &plans_err));
	s = plans_loaded(NULL, text, NULL);
	for (size_t i = 0; i < 4; i++)
		memcpy(ids[i], s->cells[i].id, sizeof(ids[i]));
	s = plans_loaded(file.text, text, NULL);
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

#define TEST(name) cmocka_unit_test_teardown(test_plan__##name, plans_release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_scenario_has_all_defaults),
		TEST(the_highest_layer_wins),
		TEST(interference_is_the_scenarios),
		TEST(a_transport_is_a_kind_and_parameters),
		TEST(packet_framing_makes_both_ends_reliable),
		TEST(the_matrix_is_multiplied_in_order),
		TEST(include_and_exclude_change_the_product),
		TEST(texts_that_mean_the_same_are_one_cell),
		TEST(variables_are_typed_where_they_are_used),
		TEST(params_are_sorted),
		TEST(a_failure_leaves_nothing_behind),
		TEST(set_names_its_argument),
		TEST(bench_yaml_is_complete_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
