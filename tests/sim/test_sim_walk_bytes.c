/* SPDX-License-Identifier: MIT */
/*
 * Walks over lists in which one byte is another one, whichever it is; and over
 * those of somebody else's target, where much cannot be known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"

#define WALK_OWN 5 /* s->part once the head is known: bench/session/walk.h */

static struct puppet puppet;

static void run(const char *session, void (*change)(struct puppet *, uint16_t,
						    uint8_t *, uint16_t *))
{
	puppet = (struct puppet){
		.change = change,
		.world = { .layout = 4, .modules = 9, .processes = 6 }
	};
	puppet_run(&puppet, session);
}

/* The read of a step that is changed, and the byte of it. */
static unsigned which, byte;
static bool reached;

static void flip(struct puppet *p, uint16_t type, uint8_t *payload,
		 uint16_t *len)
{
	uint32_t api = kd_load32(payload);

	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT || p->s.part < WALK_OWN ||
	    (api != KD_API_READ_VIRTUAL && api != KD_API_READ_PHYSICAL))
		return;
	if (p->count++ != which || byte >= *len - 56u)
		return;
	reached = true;
	payload[56 + byte] ^= (uint8_t)(1 << (byte % 8));
}

/*
 * Reads 'from' to 'to' of a step, every 'stride'-th byte: the step goes on for
 * another operation, which finds out about links.
 */
static void flip_all(const char *session, unsigned from, unsigned to,
		     unsigned stride)
{
	for (which = from; which < to; which++) {
		reached = true;
		for (byte = which % stride; reached; byte += stride) {
			reached = false;
			run(session, flip);
			if (reached && puppet.s.verdict != VERDICT_CORRUPT &&
			    puppet.s.verdict != VERDICT_GAVE_UP)
				fail_msg("read %u, byte %u: %s", which, byte,
					 verdict_names[puppet.s.verdict]);
		}
	}
}

static void test_sim_walk_bytes__any_wrong_byte_of_a_module(void **state)
{
	(void)state;
	/* The fourth is the first that the guest has made by number. */
	flip_all("  - connect\n  - reload: { count: 5 }\n", 30, 40, 2);
}

static void test_sim_walk_bytes__any_wrong_byte_of_a_process(void **state)
{
	(void)state;
	flip_all("  - connect\n  - process-list: { count: 2 }\n", 1, 16, 2);
}

/* --- answers that are none ------------------------------------------------ */

static void shorten(struct puppet *p, uint16_t type, uint8_t *payload,
		    uint16_t *len)
{
	if (type == KD_STATE_MANIPULATE && p->s.step &&
	    p->s.step->kind != STEP_CONNECT && *len > 56 && p->count++ == which)
		*len = 56;
	(void)payload;
}

static void test_sim_walk_bytes__what_was_not_asked_for_is_corrupt(void **state)
{
	static const char *const sessions[] = {
		"  - connect\n  - reload: { count: 30 }\n",
		"  - connect\n  - process-list: { count: 20 }\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sessions); i++) {
		for (which = 0; which < 30; which++) {
			run(sessions[i], shorten);
			assert_ended(&puppet, VERDICT_CORRUPT, "0 bytes of 0x");
		}
	}
}

/* --- somebody else's target: no KDBB, and not all of an image is there -----
 */

static void no_kdbb(struct puppet *p)
{
	memset(p->m.blocks + KDBB_OWNER_TAG, 0, 4);
}

static uint64_t word(struct puppet *p, uint64_t address)
{
	uint8_t bytes[8];

	assert_true(sim_machine_peek(&p->m, address, bytes, sizeof(bytes)));
	return kd_load64(bytes);
}

static void set(struct puppet *p, uint64_t address, uint64_t value)
{
	uint8_t bytes[8];

	kd_store64(bytes, value);
	sim_machine_ops.write(&p->m, false, address, bytes, sizeof(bytes));
}

static uint64_t module(struct puppet *p, unsigned n)
{
	uint64_t at = kd_identity_modules(&p->m.identity);

	while (n--)
		at = word(p, at);
	return at;
}

static void paged_out(struct puppet *p)
{
	uint64_t pe;

	no_kdbb(p);
	set(p, module(p, 1) + 0x50, 0x7654321000); /* its name, ... */
	set(p, module(p, 2) + 0x30, 0x7654321000); /* all of an image, */
	set(p, word(p, module(p, 3) + 0x30), 0);   /* its header, */
	pe = word(p, module(p, 4) + 0x30);
	pe += (uint32_t)word(p, pe + 0x3c);
	set(p, pe + 0x88, 0); /* no exports */
	set(p, pe + 0xb8, 0); /* and no debug */
	pe = word(p, module(p, 5) + 0x30);
	pe += (uint32_t)word(p, pe + 0x3c);
	set(p, pe + 0xb8, 0x7fffffff); /* a wild one */
}

static void paged_out_in_a_circle(struct puppet *p)
{
	paged_out(p);
	set(p, module(p, 7), module(p, 5));
}

static void spoiled(void (*spoil)(struct puppet *p), const char *session)
{
	puppet = (struct puppet){
		.spoil = spoil,
		.world = { .layout = 4, .modules = 9, .processes = 6 }
	};
	puppet_run(&puppet, session);
}

static void test_sim_walk_bytes__strangers_have_what_they_have(void **state)
{
	static const char session[] = "  - connect\n"
				      "  - reload: { count: 30 }\n";

	(void)state;
	spoiled(no_kdbb, session);
	assert_ended(&puppet, VERDICT_COMPLETED, "");
	spoiled(paged_out, session);
	assert_ended(&puppet, VERDICT_COMPLETED, "");
	spoiled(paged_out_in_a_circle, session);
	assert_ended(&puppet, VERDICT_CORRUPT, "Blink is");
	spoiled(no_kdbb, "  - connect\n  - process-list\n");
	assert_ended(&puppet, VERDICT_ERROR, "kdbench's own guest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_walk_bytes__any_wrong_byte_of_a_module),
		cmocka_unit_test(
			test_sim_walk_bytes__any_wrong_byte_of_a_process),
		cmocka_unit_test(
			test_sim_walk_bytes__what_was_not_asked_for_is_corrupt),
		cmocka_unit_test(
			test_sim_walk_bytes__strangers_have_what_they_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
