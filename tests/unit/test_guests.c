/* SPDX-License-Identifier: MIT */
/* Guests of somebody else: which layer says what about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/plans.h"

#define GIB (UINT64_C(1) << 30)
#define SECOND UINT64_C(1000000000)

#define ENTRY                                            \
	"guest: { memory: 48MiB, boot-timeout: 7s }\n"   \
	"guests:\n"                                      \
	"  os: { memory: 4GiB, machine: q35, com: 2 }\n" \
	"  ros: { profile: reactos, boot-timeout: 90s }\n"

static const struct cell *cell_of(const char *config, const char *scenario,
				  const char *set)
{
	return plans_loaded(config, scenario, set)->cells;
}

static void test_guests__an_entry_is_a_machine(void **state)
{
	const struct cell *c =
		cell_of(ENTRY, PLANS_SMALL "guest.name: os\n", NULL);

	(void)state;
	assert_true(guest_is_external(&c->guest));
	assert_string_equal(c->guest.name, "os");
	assert_true(c->guest.memory_size == 4 * GIB);
	assert_true(c->guest.boot_timeout_ns == 600 * SECOND);
	assert_string_equal(c->guest.external.machine, "q35");
	assert_int_equal(c->guest.external.processors, 1);
	assert_int_equal(c->guest.external.disk_writes, EXTERNAL_DISCARD);
	assert_int_equal(c->guest.external.sandbox, EXTERNAL_ON);
	assert_int_equal(c->guest.external.up, UP_QUIET);
	assert_int_equal(guest_com(&c->guest), 2);
	assert_string_equal(plans_param(c, "guest.memory")->source,
			    "bench.yaml:3");
	/* What only our own kernel has, or is told. */
	assert_null(plans_param(c, "guest.idle"));
	assert_null(plans_param(c, "guest.modules"));
	assert_null(plans_param(c, "target.retries"));
	assert_null(plans_param(c, "transport.rx-trigger"));
	assert_string_equal(plans_param(c, "target.profile")->value, "ms");
}

static void test_guests__ours_is_what_it_was(void **state)
{
	const struct cell *c = cell_of(ENTRY, PLANS_SMALL, NULL);

	(void)state;
	assert_false(guest_is_external(&c->guest));
	assert_int_equal(c->guest.memory_size, 48 << 20);
	assert_true(c->guest.boot_timeout_ns == 7 * SECOND);
	assert_string_equal(plans_param(c, "guest.name")->value, "kdbench");
	assert_null(plans_param(c, "guest.com"));
	assert_int_equal(guest_com(&c->guest), 1);
}

static void test_guests__reactos_has_its_own_port(void **state)
{
	const struct cell *c =
		cell_of(ENTRY, PLANS_SMALL "guest.name: ros\n", NULL);

	(void)state;
	assert_true(c->guest.external.reactos);
	assert_int_equal(guest_com(&c->guest), 2);
	assert_true(c->guest.boot_timeout_ns == 90 * SECOND);
	assert_true(c->guest.memory_size == 2 * GIB);
	c = cell_of(ENTRY, PLANS_SMALL "guest: { name: ros, com: 1 }\n", NULL);
	assert_int_equal(guest_com(&c->guest), 1);
}

/* What was written for our guest does not change one that --set chooses. */
static void test_guests__the_choice_outranks_what_was_below_it(void **state)
{
	static const struct {
		const char *scenario, *set;
		uint64_t memory;
	} cases[] = {
		{ PLANS_SMALL "guest.memory: 64MiB\n", "guest.name=os",
		  4 * GIB },
		{ PLANS_SMALL "guest: { name: os, memory: 1GiB }\n", NULL,
		  GIB },
		{ PLANS_SMALL "guest.name: os\n", "guest.memory=3GiB",
		  3 * GIB },
		{ PLANS_SMALL "guest.memory: 1GiB\n"
			      "matrix: { guest.name: [os] }\n",
		  NULL, GIB },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_true(cell_of(ENTRY, cases[i].scenario, cases[i].set)
				    ->guest.memory_size == cases[i].memory);
}

/* Two of them are two cells, and so are the ones of two machines. */
static void test_guests__are_known_by_name(void **state)
{
	const struct scenario *s = plans_loaded(
		"guests: { a: { com: 1 }, b: { com: 1 } }\n",
		PLANS_SMALL "matrix: { guest.name: [a, b, kdbench] }\n", NULL);
	char first[17];

	(void)state;
	assert_int_equal(s->cell_count, 3);
	memcpy(first, s->cells[0].id, sizeof(first));
	s = plans_loaded("guests: { a: { arguments: -S, up: packet } }\n",
			 PLANS_SMALL "guest.name: a\n", NULL);
	/* How it is started is nobody's business but its owner's. */
	assert_string_equal(s->cells[0].id, first);
	s = plans_loaded("guests: { a: { processors: 2 } }\n",
			 PLANS_SMALL "guest.name: a\n", NULL);
	assert_string_not_equal(s->cells[0].id, first);
}

static void test_guests__arguments_are_a_list_or_a_text(void **state)
{
	const struct cell *c =
		cell_of("guests: { os: { arguments: [-a, 'b c', \"d'e\"] } }\n",
			PLANS_SMALL "guest.name: os\n", NULL);

	(void)state;
	assert_string_equal(c->guest.external.arguments, "-a \"b c\" \"d'e\"");
	c = cell_of("guests: { os: { arguments: -a 'b c' } }\n",
		    PLANS_SMALL "guest.name: os\n", NULL);
	assert_string_equal(c->guest.external.arguments, "-a 'b c'");
}

static void test_guests__other_transports_do_not_reach_them(void **state)
{
	static const char *const alone[] = { "ring",   "virtio", "byteport",
					     "native", "sim",    "ring-dma" };
	const struct scenario *s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++) {
		char set[64];

		snprintf(set, sizeof(set), "transport=%s", alone[i]);
		assert_false(
			plans_load(ENTRY, PLANS_SMALL "guest.name: os\n", set));
		assert_non_null(strstr(plans_err.text, "its serial port"));
	}
	s = plans_loaded(ENTRY,
			 PLANS_SMALL "guest.name: os\n"
				     "matrix: { transport: [ring, uart] }\n",
			 NULL);
	assert_non_null(s->cells[0].skip_reason);
	assert_null(s->cells[1].skip_reason);
	assert_null(s->skip_reason);
	/* With nothing left it is the scenario that is skipped. */
	s = plans_loaded(ENTRY,
			 PLANS_SMALL "guest.name: os\n"
				     "matrix: { transport: [ring, virtio] }\n",
			 NULL);
	assert_non_null(s->skip_reason);
}

#define TEST(name) cmocka_unit_test_teardown(test_guests__##name, plans_release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_entry_is_a_machine),
		TEST(ours_is_what_it_was),
		TEST(reactos_has_its_own_port),
		TEST(the_choice_outranks_what_was_below_it),
		TEST(are_known_by_name),
		TEST(arguments_are_a_list_or_a_text),
		TEST(other_transports_do_not_reach_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
