/* SPDX-License-Identifier: MIT */
/*
 * What a WinDbg asks of a target that lies: each address is what the replies
 * before it said, and what cannot be is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"

static struct puppet puppet;

/* --- dependence ----------------------------------------------------------- */

/* Where a lie in one reply leads the request that comes next. */
static const struct lead {
	const char *step;
	uint32_t api;
	unsigned nth; /* reply to it, of the step */
	uint16_t offset;
	uint8_t mask;   /* what is changed of that byte */
	uint64_t moved; /* by so much is the next address another */
} leads[] = {
	{ "attach", KD_API_GET_VERSION, 1, 0x28, 0x40, 0x40 },
	{ "attach", KD_API_READ_VIRTUAL, 1, 56, 0x40, 0x40 },
	{ "attach", KD_API_READ_VIRTUAL, 2, 56 + 0x50, 0x40, 0x40 },
	{ "attach", KD_API_READ_VIRTUAL, 4, 56 + 0x3c, 0x04, 4 },
	{ "attach", KD_API_READ_VIRTUAL, 6, 56 + 0x08, 0x10, 0x10 },
	{ "attach", KD_API_READ_VIRTUAL, 6, 56 + 0x38, 0x10, 0x10 },
	{ "attach", KD_API_READ_CONTROL, 1, 56 + 0x58, 0x40, 0x40 },
	{ "step: { as: windbg }", KD_API_READ_CONTROL, 1, 56 + 0x58, 0x40,
	  0x40 },
	{ "conditional-breakpoint", KD_API_READ_VIRTUAL, 5, 56, 0x40, 0x40 },
};

static size_t which;
static bool lying;
static uint64_t addresses[2][256]; /* read without and with the lie */
static size_t counts[2];

static void lead(struct puppet *p, uint16_t type, uint8_t *payload,
		 uint16_t *len)
{
	const struct lead *l = &leads[which];
	uint32_t api = kd_load32(payload);

	(void)len;
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT)
		return;
	if (api == KD_API_READ_VIRTUAL && counts[lying] < 256)
		addresses[lying][counts[lying]++] =
			kd_load64(payload + KD_UNION_OFFSET);
	if (api == l->api && ++p->count == l->nth && lying)
		payload[l->offset] ^= l->mask;
}

/* The first address that is another one: by how much? */
static uint64_t difference(void)
{
	for (size_t i = 0; i < counts[0] && i < counts[1]; i++) {
		uint64_t a = addresses[0][i], b = addresses[1][i];

		if (a != b)
			return a < b ? b - a : a - b;
	}
	return 0;
}

static void test_sim_windbg_lies__goes_where_replies_lead(void **state)
{
	(void)state;
	puppet.change = lead;
	for (which = 0; which < ARRAY_SIZE(leads); which++) {
		char *session =
			mem_printf("  - connect\n  - %s\n", leads[which].step);

		for (int i = 0; i < 2; i++) {
			lying = i == 1;
			counts[lying] = 0;
			puppet_run(&puppet, session);
		}
		if (difference() != leads[which].moved)
			fail_msg("lead %zu: moved by 0x%llx: %s", which,
				 (unsigned long long)difference(),
				 puppet.s.detail);
		free(session);
	}
}

/* --- targets that lie ----------------------------------------------------- */

static const struct lie {
	const char *step;
	uint32_t api;
	unsigned nth;
	uint16_t offset;
	uint32_t value;
	const char *detail;
} lies[] = {
	/* The module list: a link, a name, a length. */
	{ "attach", KD_API_READ_VIRTUAL, 2, 56 + 8, 0x1234, "links back" },
	{ "attach", KD_API_READ_VIRTUAL, 2, 56 + 0x48, 0xfffe, "name are" },
	{ "attach", KD_API_READ_VIRTUAL, 2, 56 + 0x48, 7, "name are" },
	{ "attach", KD_API_READ_VIRTUAL, 3, 56 + 4, 0, "character" },
	/* The image. */
	{ "attach", KD_API_READ_VIRTUAL, 4, 56, 0x5a4e, "begins with" },
	{ "attach", KD_API_READ_VIRTUAL, 4, 56 + 0x3c, 0xffffff00, "at" },
	{ "attach", KD_API_READ_VIRTUAL, 5, 56, 0, "begins with" },
	{ "attach", KD_API_READ_VIRTUAL, 5, 56 + 4, 0x14c, "for machine" },
	{ "attach", KD_API_READ_VIRTUAL, 5, 56 + 0x50, 1, "size is" },
	{ "attach", KD_API_READ_VIRTUAL, 5, 56 + 4, 0xffff8664, "sections" },
	{ "attach", KD_API_READ_VIRTUAL, 6, 56 + 8, 0x7fffffff, "directory" },
	{ "attach", KD_API_READ_VIRTUAL, 11, 56, 0, "symbols" },
	/* The registers, and what they lead to. */
	{ "attach", KD_API_GET_CONTEXT_EX, 2, 56 + 0xf8, 1, "CONTEXT says" },
	{ "attach", KD_API_READ_CONTROL, 2, 56, 0, "control register 0" },
	{ "attach", KD_API_READ_VIRTUAL, 13, 56 + 4, 0, "descriptor" },
	{ "step: { as: windbg }", KD_API_READ_VIRTUAL, 4, 56 + 4, 0,
	  "descriptor" },
	{ "step: { as: windbg }", KD_API_READ_VIRTUAL, 5, 56, 0,
	  "not what the stop" },
	/* The count of rounds, and who called. */
	{ "conditional-breakpoint: { count: 3 }", KD_API_READ_VIRTUAL, 18, 56,
	  9999, "at one hit and" },
	{ "conditional-breakpoint: { count: 3 }", KD_API_READ_VIRTUAL, 19, 56,
	  9999, "called from" },
};

static void lie(struct puppet *p, uint16_t type, uint8_t *payload,
		uint16_t *len)
{
	const struct lie *l = &lies[which];

	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT || kd_load32(payload) != l->api ||
	    ++p->count != l->nth || l->offset + 4 > *len)
		return;
	kd_store32(payload + l->offset, l->value);
}

static void test_sim_windbg_lies__lies_are_noticed(void **state)
{
	(void)state;
	puppet.change = lie;
	for (which = 0; which < ARRAY_SIZE(lies); which++) {
		char *session =
			mem_printf("  - connect\n  - %s\n", lies[which].step);

		puppet_run(&puppet, session);
		if (puppet.s.verdict != VERDICT_CORRUPT ||
		    !strstr(puppet.s.detail, lies[which].detail))
			fail_msg("lie %zu: %s: %s", which,
				 verdict_names[puppet.s.verdict],
				 puppet.s.detail);
		free(session);
	}
}

/* A reply that has less than was asked for. */
static void cut(struct puppet *p, uint16_t type, uint8_t *payload,
		uint16_t *len)
{
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind != STEP_ATTACH || *len <= KD_MANIPULATE_SIZE ||
	    ++p->count != which)
		return;
	(void)payload;
	*len = (uint16_t)(*len - 1);
}

static void test_sim_windbg_lies__short_replies_are_noticed(void **state)
{
	(void)state;
	puppet.change = cut;
	for (which = 1; which <= 13; which++) {
		puppet_run(&puppet, "  - connect\n  - attach\n");
		/* Old kernels have fewer special registers. */
		assert_int_equal(puppet.s.verdict, which == 13
							   ? VERDICT_COMPLETED
							   : VERDICT_CORRUPT);
	}
}

#define TEST(name) cmocka_unit_test(test_sim_windbg_lies__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goes_where_replies_lead),
		TEST(lies_are_noticed),
		TEST(short_replies_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
