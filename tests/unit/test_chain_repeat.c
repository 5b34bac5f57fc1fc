/* SPDX-License-Identifier: MIT */
/* The same seed does the same to the same bytes, whatever else happens. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "tests/support/faults.h"

static struct faults faults, other_faults;
static struct chain chain, other;
static uint8_t in[65536], out[65536];

#define T0 UINT64_C(1000000000)

/* All kinds of faults that do not depend on time. */
static void add_damage(struct faults *f)
{
	faults_init(f);
	faults_add(f, "drop", "probability=0.01");
	faults_add(f, "flip", "probability=0.01 bits=2");
	faults_add(f, "insert", "probability=0.005 count=2");
	faults_add(f, "drop", "per=packet probability=0.1 class=ack");
	faults_add(f, "flip", "nth=3 field=id per=packet");
	faults_add(f, "drop", "probability=0.3 class=stray");
}

static size_t run(struct chain *c, struct faults *f, size_t len,
		  uint64_t pieces, uint64_t step_ns, uint8_t *to)
{
	uint64_t now = T0;
	size_t at = 0, got = 0;

	chain_init(c, &f->spec, TO_TARGET, 42, T0, &f->log);
	while (at < len) {
		size_t piece = pieces ? 1 + hash_pattern(pieces, at) % 500
				      : len;
		struct kd_span span = { in + at, piece };

		if (span.len > len - at)
			span.len = len - at;
		at += chain_put(c, span, now);
		got += chain_drain(c, to + got, sizeof(out) - got, now);
		now += step_ns;
	}
	return got;
}

static void test_chain_repeat__same_bytes_meet_the_same_acts(void **state)
{
	static uint8_t again[sizeof(out)];
	size_t len = packet_stream(in, 50000);
	size_t got;

	(void)state;
	add_damage(&faults);
	got = run(&chain, &faults, len, 0, 0, out);
	assert_true(faults.act_count > 500);
	for (uint64_t pieces = 1; pieces < 20; pieces++) {
		add_damage(&other_faults);
		assert_int_equal(run(&other, &other_faults, len, pieces,
				     pieces * 1000, again),
				 got);
		assert_memory_equal(again, out, got);
		assert_int_equal(other_faults.act_count, faults.act_count);
		for (size_t i = 0; i < faults.act_count; i++) {
			struct fault_act *a = &faults.acts[i];
			struct fault_act *b = &other_faults.acts[i];

			assert_int_equal(a->address.ordinal,
					 b->address.ordinal);
			assert_int_equal(a->address.class, b->address.class);
			assert_int_equal(a->offset, b->offset);
			assert_int_equal(a->before, b->before);
			assert_int_equal(a->after, b->after);
		}
	}
}

static void test_chain_repeat__other_seeds_give_other_acts(void **state)
{
	size_t len = packet_stream(in, 20000);
	size_t same = 0, count;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "probability=0.01");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	chain_feed(&chain, in, len, T0);
	count = faults.act_count;
	chain_init(&chain, &faults.spec, TO_TARGET, 2, T0, &faults.log);
	chain_feed(&chain, in, len, T0);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = count; j < faults.act_count; j++)
			same += memcmp(&faults.acts[i].address,
				       &faults.acts[j].address,
				       sizeof(struct packet_address)) == 0 &&
				faults.acts[i].offset == faults.acts[j].offset;
	}
	assert_in_range(count, 100, 300);
	assert_true(same < 10); /* one in a hundred meets by chance */
}

/* Acts of one stage are where they are without the others. */
static void test_chain_repeat__stages_do_not_disturb_each_other(void **state)
{
	size_t len = packet_stream(in, 20000);
	size_t alone;

	(void)state;
	faults_init(&other_faults);
	faults_add(&other_faults, "drop", "probability=0");
	faults_add(&other_faults, "flip", "probability=0.01 class=request");
	(void)run(&other, &other_faults, len, 0, 0, out);
	alone = other_faults.act_count;
	assert_true(alone > 50);

	faults_init(&faults);
	faults_add(&faults, "insert", "probability=0.1");
	faults_add(&faults, "flip", "probability=0.01 class=request");
	(void)run(&chain, &faults, len, 0, 0, out);
	for (size_t i = 0, at = 0; i < faults.act_count; i++) {
		if (faults.acts[i].stage != 1)
			continue;
		assert_int_equal(faults.acts[i].offset,
				 other_faults.acts[at].offset);
		assert_int_equal(faults.acts[i].address.ordinal,
				 other_faults.acts[at].address.ordinal);
		assert_true(++at <= alone);
	}
}

/* The offsets and ordinals that the fault labelled 'flip' meets. */
static uint64_t flips_of(const char *const *before, const char *const *behind,
			 size_t len)
{
	uint64_t d = 0;

	faults_init(&faults);
	for (; before && *before; before += 2)
		faults_add(&faults, before[0], before[1]);
	faults_add(&faults, "flip", "probability=0.01 class=request");
	for (; behind && *behind; behind += 2)
		faults_add(&faults, behind[0], behind[1]);
	(void)run(&chain, &faults, len, 0, 100000, out);
	for (size_t i = 0; i < faults.act_count; i++) {
		const struct fault_act *a = &faults.acts[i];

		if (strcmp(a->act, "flip") || a->address.class != CLASS_REQUEST)
			continue;
		d = hash_add(d, (uint64_t)a->address.ordinal << 32 |
					(uint32_t)a->offset);
		d = hash_add(d, (uint64_t)(a->before ^ a->after));
	}
	return d;
}

/* A fault more in the list is a fault more on the line, and nothing else. */
static void test_chain_repeat__place_in_the_list_does_not_matter(void **state)
{
	static const char *const others[] = { "insert",    "probability=0.02",
					      "jitter",    "max=1us",
					      "drop",      "class=ack",
					      "duplicate", "per=packet nth=3",
					      NULL };
	static const char *const same[] = { "flip", "class=stray", NULL };
	size_t len = packet_stream(in, 20000);
	uint64_t alone = flips_of(NULL, NULL, len);

	(void)state;
	assert_true(faults.act_count > 50);
	assert_true(flips_of(others, NULL, len) == alone);
	assert_true(flips_of(NULL, others, len) == alone);
	assert_true(flips_of(others, same, len) == alone);
	/* Of its own kind it is the second now, and draws for itself. */
	assert_true(flips_of(NULL, same, len) == alone);
	assert_true(flips_of(same, NULL, len) != alone);
}

static void test_chain_repeat__copy_of_a_chain_goes_the_same_way(void **state)
{
	size_t len = packet_stream(in, 20000);
	size_t got;

	(void)state;
	add_damage(&faults);
	faults_add(&faults, "delay", "min=0 max=3us class=request");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	chain_feed(&chain, in, len / 2, T0);
	memcpy(&other, &chain, sizeof(chain));
	assert_true(chain_digest(&chain, T0) == chain_digest(&other, T0));
	for (uint64_t now = T0; now < T0 + 9000; now += 500) {
		got = chain_drain(&chain, out, sizeof(out), now);
		assert_int_equal(chain_drain(&other, in + 30000,
					     sizeof(in) - 30000, now),
				 got);
		assert_memory_equal(out, in + 30000, got);
	}
	chain_feed(&chain, in + len / 2, len - len / 2, T0 + 9000);
	chain_feed(&other, in + len / 2, len - len / 2, T0 + 9000);
	assert_true(chain_digest(&chain, T0) == chain_digest(&other, T0));
}

/* Any bytes at all: what is missing or too much is in the log. */
static void test_chain_repeat__log_accounts_for_every_byte(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		size_t len = packet_stream(in, 8000);
		size_t expected = len;
		size_t at = 0, got = 0;
		uint64_t now = T0;

		for (size_t i = 0; i < len; i += 1 + hash_u64(i + seed) % 50)
			in[i] = "\x30\x69\x62\x00"[hash_u64(i) & 3];
		add_damage(&faults);
		faults_add(&faults, "drop", "field=payload per=packet every=3");
		faults_add(&faults, "delay", "max=3us per=byte");
		chain_init(&chain, &faults.spec, TO_TARGET, seed, T0,
			   &faults.log);
		while (now != UINT64_MAX) {
			struct kd_span rest = { in + at, len - at };

			at += chain_put(&chain, rest, now);
			got += chain_drain(&chain, out, sizeof(out), now);
			now = chain_deadline(&chain, now);
		}
		for (size_t i = 0; i < faults.act_count; i++) {
			if (strcmp(faults.acts[i].act, "drop") == 0)
				expected -= faults.acts[i].amount;
			if (strcmp(faults.acts[i].act, "insert") == 0)
				expected++;
		}
		assert_int_equal(at, len);
		assert_true(expected < len);
		assert_int_equal(got, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_chain_repeat__same_bytes_meet_the_same_acts),
		cmocka_unit_test(
			test_chain_repeat__other_seeds_give_other_acts),
		cmocka_unit_test(
			test_chain_repeat__stages_do_not_disturb_each_other),
		cmocka_unit_test(
			test_chain_repeat__place_in_the_list_does_not_matter),
		cmocka_unit_test(
			test_chain_repeat__copy_of_a_chain_goes_the_same_way),
		cmocka_unit_test(
			test_chain_repeat__log_accounts_for_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
