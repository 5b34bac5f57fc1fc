/* SPDX-License-Identifier: MIT */
/* boot: what crosses the wire, and what a bad line does to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/events.h"
#include "tests/support/puppet.h"
#include "tests/support/rig.h"

#define SIM "name: t\ntransport: sim\nguest.pattern: 64KiB\n"

/* What of a boot crossed the wire. */
struct seen {
	unsigned prints, modules, files, refusals, continues, syncs;
	unsigned others; /* data packets */
	unsigned print_bytes, path_bytes, name_bytes;
};

static void count_packet(struct seen *seen, const struct trace_entry *e)
{
	uint16_t type = e->header.type, len = e->header.len;
	bool out = e->dir == TO_DEBUGGER;

	seen->syncs += out && (e->header.id & KD_ID_SYNC) != 0;
	if (out && type == KD_DEBUG_IO) {
		seen->prints++;
		seen->print_bytes += len - KD_DEBUG_IO_SIZE;
	} else if (out && type == KD_STATE_CHANGE64 &&
		   e->api == KD_STATE_LOAD_SYMBOLS) {
		seen->modules++;
		seen->path_bytes += len - KD_STATE_SIZE;
	} else if (out && type == KD_FILE_IO) {
		seen->files++;
		seen->name_bytes += len - KD_FILE_IO_SIZE;
	} else if (!out && type == KD_FILE_IO) {
		seen->refusals += len == KD_FILE_IO_SIZE;
	} else if (!out && type == KD_STATE_MANIPULATE &&
		   e->api == KD_API_CONTINUE2) {
		seen->continues++;
	} else {
		seen->others++;
	}
}

/* From the packet in which the order is given. */
static struct seen look(const struct rig *r)
{
	const struct trace *t = &r->trial.trace;
	struct seen seen = { 0 };
	size_t from = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (t->entries[i].header.type == KD_STATE_MANIPULATE &&
		    t->entries[i].api == KD_API_WRITE_VIRTUAL && !from &&
		    t->entries[i].header.len ==
			    KD_MANIPULATE_SIZE + KDBB_MAIL_SIZE)
			from = i + 1;
	}
	for (size_t i = from; i < t->count; i++) {
		if (t->entries[i].event == KD_PARSE_TRAILER)
			count_packet(&seen, &t->entries[i]);
	}
	return seen;
}

static void test_sim_boot__asks_and_tells_what_a_boot_does(void **state)
{
	static const char *const thinks[] = { "none", "windbg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(thinks); i++) {
		char *yaml = mem_printf(SIM "debugger.think: %s\n"
					    "session: [connect, boot]\n",
					thinks[i]);
		const struct step_record *boot;
		struct seen seen;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		boot = rig_step(&r, "boot");
		seen = look(&r);
		assert_int_equal(boot->ops, 253);
		assert_int_equal(boot->latency.n, 253);
		assert_int_equal(boot->lines_lost, 0);
		assert_int_equal(seen.prints, 40);
		assert_int_equal(seen.modules, 180);
		assert_int_equal(seen.files, 33);
		assert_int_equal(seen.refusals, 33);
		/* One before the first event, none behind the last. */
		assert_int_equal(seen.continues, 180);
		assert_int_equal(seen.syncs, 2);
		/* The answer to the order, the calling off and its answer. */
		assert_int_equal(seen.others, 3);
		assert_in_range(seen.print_bytes / 40, 60, 120);
		assert_in_range(seen.path_bytes / 180, 42, 46);
		assert_in_range(seen.name_bytes / 33, 80, 96);
		rig_release(&r);
		free(yaml);
	}
}

/* What is left for the whole has the mix of the whole. */
static void test_sim_boot__a_sample_has_the_mix_of_the_whole(void **state)
{
	(void)state;
	for (unsigned count = 1; count <= 60; count++) {
		char *yaml = mem_printf(SIM
					"session: [connect, boot: { count: %u, "
					"whole: 253 }, read-memory]\n",
					count);
		struct seen seen;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		seen = look(&r);
		assert_int_equal(rig_step(&r, "boot")->ops, count);
		assert_int_equal(seen.prints + seen.modules + seen.files,
				 count);
		assert_int_equal(seen.prints, (2 * count * 40 + 253) / 506);
		assert_in_range(253 * seen.modules + 253, 180 * count,
				180 * count + 506);
		assert_int_equal(seen.syncs, count > 2 ? 2 : count - 1);
		rig_release(&r);
		free(yaml);
	}
}

/* In time only: it stops at the next module, and is called off. */
static void test_sim_boot__ends_by_time(void **state)
{
	static const char yaml[] = SIM "transport.baud: 115200\n"
				       "session:\n"
				       "  - connect\n"
				       "  - boot: { duration: 1s }\n"
				       "  - read-memory\n"
				       "  - continue\n"
				       "  - break-in: { count: 3 }\n";
	const struct step_record *boot;
	struct rig r;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	assert_verdict(&r, VERDICT_COMPLETED);
	boot = rig_step(&r, "boot");
	/* 17.8 ms a print, 36 a module, 22 a file. */
	assert_in_range(boot->ops, 25, 50);
	assert_in_range(boot->wall_ns, UINT64_C(1000000000),
			UINT64_C(1200000000));
	rig_release(&r);
}

/* Every list that can be written is done to its end. */
static void test_sim_boot__any_mix_will_do(void **state)
{
	static const char *const mixes[] = {
		"prints: 0, files: 0, modules: 1, hand-overs: 9",
		"prints: 500, files: 1, modules: 1, hand-overs: 100",
		"prints: 1, files: 500, modules: 2, hand-overs: 0",
		"prints: 3, files: 0, modules: 3, count: 1000",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mixes); i++) {
		char *yaml = mem_printf(
			SIM "session: [connect, boot: { %s }, registers]\n",
			mixes[i]);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		assert_int_equal(rig_step(&r, "boot")->lines_lost, 0);
		rig_release(&r);
		free(yaml);
	}
}

/* Hand-overs recover from any lost byte, and no event comes twice or wrong. */
static void test_sim_boot__lost_bytes_cost_time_only(void **state)
{
	static const char *const rates[] = { "1e-4", "1e-3", "2e-3" };

	(void)state;
	for (size_t rate = 0; rate < ARRAY_SIZE(rates); rate++) {
		for (uint64_t seed = 1; seed <= 10; seed++) {
			const struct step_record *boot;
			char *yaml = mem_printf(
				SIM "faults:\n"
				    "  to-target: [ { drop: { probability: %s "
				    "} } ]\n"
				    "  to-debugger: [ { drop: { probability: "
				    "%s } } ]\n"
				    "session: [connect, boot: { prints: 20, "
				    "modules: 40, files: 10, hand-overs: 20 "
				    "}, read-memory]\n",
				rates[rate], rates[rate]);
			struct rig r;

			rig_run(&r, yaml, 0, seed, 1);
			if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("rate %s seed %u: %s %s", rates[rate],
					 (unsigned)seed,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			boot = rig_step(&r, "boot");
			assert_int_equal(boot->ops + boot->lines_lost, 70);
			rig_release(&r);
			free(yaml);
		}
	}
}

/*
 * The ACK of a Continue is lost, and then the next KD takes over: what it tells
 * first is no repetition, and what it stops for must not be sent on unseen.
 */
static void test_sim_boot__a_lost_ack_hides_no_event(void **state)
{
	static const char *const mixes[] = {
		"prints: 0, modules: 40, files: 0, hand-overs: 39",
		"prints: 20, modules: 10, files: 10, hand-overs: 39",
	};
	uint64_t acts = 0;

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		char *yaml = mem_printf(
			SIM "faults:\n"
			    "  to-debugger: [ { drop: { per: packet, packet: { "
			    "class: ack }, probability: 20%% } } ]\n"
			    "session: [connect, boot: { %s }, read-memory]\n",
			mixes[i % ARRAY_SIZE(mixes)]);
		struct rig r;

		rig_run(&r, yaml, 0, i, 1);
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("seed %u: %s %s", (unsigned)i,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(rig_step(&r, "boot")->ops, 40);
		acts += r.trial.trail.count;
		rig_release(&r);
		free(yaml);
	}
	assert_true(acts > 50);
}

static struct puppet puppet;
static uint16_t lied_type;

/* The last byte of the fifth of what it prints, or asks for. */
static void lie(struct puppet *p, uint16_t type, uint8_t *payload,
		uint16_t *len)
{
	if (type == lied_type && p->count++ == 4)
		payload[*len - 3] ^= 1;
}

/* Nothing about them can be guessed: one letter that is wrong is found. */
static void test_sim_boot__wrong_texts_are_corrupt(void **state)
{
	static const uint16_t types[] = { KD_DEBUG_IO, KD_FILE_IO };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		lied_type = types[i];
		puppet.change = lie;
		puppet_run(&puppet, "  - connect\n  - boot\n");
		assert_ended(&puppet, VERDICT_CORRUPT,
			     "what came is not event");
	}
	lied_type = 0;
	puppet_run(&puppet, "  - connect\n  - boot\n");
	assert_ended(&puppet, VERDICT_COMPLETED, "");
}

/* Its events need room in the target. */
static void test_sim_boot__a_list_must_fit(void **state)
{
	struct rig r;

	(void)state;
	rig_run(&r,
		SIM "guest.scratch: 4KiB\n"
		    "session: [connect, boot: { count: 300 }]\n",
		0, 1, 1);
	assert_verdict(&r, VERDICT_ERROR);
	assert_non_null(strstr(r.trial.detail, "guest.scratch"));
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_boot__asks_and_tells_what_a_boot_does),
		cmocka_unit_test(
			test_sim_boot__a_sample_has_the_mix_of_the_whole),
		cmocka_unit_test(test_sim_boot__ends_by_time),
		cmocka_unit_test(test_sim_boot__any_mix_will_do),
		cmocka_unit_test(test_sim_boot__lost_bytes_cost_time_only),
		cmocka_unit_test(test_sim_boot__a_lost_ack_hides_no_event),
		cmocka_unit_test(test_sim_boot__wrong_texts_are_corrupt),
		cmocka_unit_test(test_sim_boot__a_list_must_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
