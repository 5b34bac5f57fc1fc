/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/plan/cell_id.h"

static struct plan plan;

#define SCRIPT          \
	"session:\n"    \
	"  - connect\n" \
	"  - read-memory: { size: 64KiB, chunk: 512 }\n"
#define BASE "name: pinned\n" SCRIPT

/* The id of a scenario's only cell; valid until the next call. */
static const char *id_of(const char *config, const char *scenario)
{
	const struct plan_text texts[] = {
		{ "bench.yaml", config, config ? strlen(config) : 0 },
		{ "x.yaml", scenario, strlen(scenario) },
	};
	struct plan_input input = { 0 };
	struct err err = { 0 };

	plan_release(&plan);
	if (!plan_load_text(&plan, config ? &texts[0] : NULL, &texts[1], &input,
			    &err))
		fail_msg("x.yaml:%u: %s", err.where.line, err.text);
	assert_int_equal(plan.scenarios->cell_count, 1);
	return plan.scenarios->cells->id;
}

/*
 * Results of different versions are compared by these. If one changes, a new
 * setting, step setting or default was added: say so in the changelog, and pin
 * the new id here.
 */
static void test_cell_id__ten_ids_stay_what_they_are(void **state)
{
	static const struct {
		const char *scenario, *id;
	} cases[] = {
		{ BASE, "8347f6f251cde722" },
		{ BASE "transport: uart-unthrottled\n", "a10544fa97282f78" },
		{ BASE "transport: ring\n", "c6e1addcf14c59b5" },
		{ BASE "transport: sim\n", "931ba2f52fa9f89c" },
		{ BASE "accel: kvm\n", "f4da73ed4f9d3f7b" },
		{ BASE "debugger: { think: windbg }\n", "6aad0811bbf2ae57" },
		{ BASE "host: { wait: spin }\n", "7f8c9afe7513289c" },
		{ BASE "target: { byte-timeout: 20ms }\n", "a92028ed0b9dc73e" },
		{ BASE "faults: { to-debugger: [drop: { nth: 3 }] }\n",
		  "d1d279cd2b3fb171" },
		{ "name: other\n" SCRIPT, "c95e5ee708e37048" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(id_of(NULL, cases[i].scenario),
				    cases[i].id);
}

static void test_cell_id__ignores_what_does_not_change_the_cell(void **state)
{
	static const struct {
		const char *config, *scenario;
	} same[] = {
		{ NULL, "# comment\n" BASE },
		{ NULL, BASE "about: something\n" },
		{ NULL, BASE "trials: { min: 2, max: 9, until: 'ci < 1%' }\n" },
		{ NULL, BASE "expect: { verdict: hang, resends: '< 3' }\n" },
		{ NULL,
		  BASE "debugger: { profile: robust, ack-timeout: 0.2s }\n" },
		{ NULL,
		  BASE "guest: { image: other.elf, boot-timeout: 9s }\n" },
		{ NULL, "session:\n"
			"  - connect: {}\n"
			"  - read-memory:\n"
			"      chunk: 0x200\n"
			"      size: 65536\n"
			"      name: read-memory\n"
			"name: pinned\n" },
		{ "transports: { mine: { kind: uart, baud: 115200 } }\n",
		  BASE "transport: mine\n" },
		{ "qemu: { binary: other, extra: -S }\nresults: here\n", BASE },
		{ NULL, BASE "faults: { flush: 1ms, to-target: [] }\n" },
	};
	char base[17];

	(void)state;
	strcpy(base, id_of(NULL, BASE));
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		if (strcmp(id_of(same[i].config, same[i].scenario), base) != 0)
			fail_msg("case %zu has another id", i);
	}
}

static void test_cell_id__changes_with_everything_else(void **state)
{
	static const char *const others[] = {
		BASE,
		BASE "transport.baud: 9600\n",
		BASE "transport.rx-trigger: 14\n",
		BASE "guest.pattern: 64KiB\n",
		BASE "heal.rounds: 3\n",
		BASE "debugger.think: { ack: 1ms }\n",
		BASE "debugger.think: { gap: 1ms }\n",
		BASE "faults: { to-target: [drop: { nth: 3 }] }\n",
		BASE "faults: { to-debugger: [drop: { nth: 3 }] }\n",
		BASE "faults: { to-target: [drop: { nth: 4 }] }\n",
		BASE "faults: { flush: 1ms, to-target: [drop: { nth: 4 }] }\n",
		BASE
		"faults: { to-target: [drop: { packet: { class: ack } }] }\n",
		BASE "  - continue\n",
		BASE "  - version: { warmup: 3 }\n",
		BASE "  - version: { timeout: 3s }\n",
		BASE "  - repeat: { count: 2, steps: [version] }\n",
		BASE "  - repeat: { count: 2, steps: [version, version] }\n",
	};
	char ids[ARRAY_SIZE(others)][17];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		strcpy(ids[i], id_of(NULL, others[i]));
		for (size_t k = 0; k < i; k++) {
			if (strcmp(ids[i], ids[k]) == 0)
				fail_msg("cases %zu and %zu have one id", k, i);
		}
	}
}

static void test_cell_id__is_made_of_sorted_base_units(void **state)
{
	char *json;

	(void)state;
	id_of(NULL, BASE);
	json = cell_canonical(plan.scenarios->cells, &plan.arena);
	assert_non_null(strstr(json,
			       "{\"accel\":\"tcg\","
			       "\"debugger.ack-id\":\"checked\","
			       "\"debugger.ack-timeout\":\"200000000\","));
	assert_non_null(strstr(json, "\"chunk\":\"512\",\"count\":\"0\","));
	assert_non_null(strstr(json, "\"size\":\"65536\""));
	assert_non_null(strstr(json, "\"transport\":\"uart\","));
	assert_null(strstr(json, " "));
	assert_null(strstr(json, "trials"));
	free(json);
}

static int release(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cell_id__ten_ids_stay_what_they_are),
		cmocka_unit_test(
			test_cell_id__ignores_what_does_not_change_the_cell),
		cmocka_unit_test(test_cell_id__changes_with_everything_else),
		cmocka_unit_test(test_cell_id__is_made_of_sorted_base_units),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
