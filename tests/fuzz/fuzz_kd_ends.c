/* SPDX-License-Identifier: MIT */
/*
 * Hostile peers: any bytes at any time to the target's half and to the
 * debugger's half, whatever rules they follow. Neither may crash, read or write
 * where it must not, or queue without end. The first bytes choose the rules.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kd/debugger.h"
#include "bench/launch/sim_machine.h"
#include "bench/plan/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kd_target_profile target_profile = {
	.byte_timeout_ns = 1000,
	.retries_first = 5,
	.retries = 20,
	.read_max = 3944,
};

static unsigned words(const char *text)
{
	unsigned count = 1;

	for (; *text; text++)
		count += *text == '|';
	return count;
}

/* Each rule by two bits of the first bytes. */
static struct kd_target_profile target_rules(const uint8_t *data, size_t size)
{
	struct kd_target_profile p = target_profile;
	size_t i = 0;

	for (const struct kd_target_rule *r = kd_target_rules; r->key; r++) {
		unsigned bits = i / 4 < size ? data[i / 4] >> i % 4 * 2 : 0;

		*(int *)((char *)&p + r->offset) =
			(int)((bits & 3) % words(r->words));
		i++;
	}
	return p;
}

/* A profile by the first byte, its times short. */
static struct kd_debugger_profile debugger_rules(const uint8_t *data,
						 size_t size)
{
	struct kd_debugger_profile p = { 0 };

	profile_fill(&debugger_profiles[size ? data[0] % 4 : 0],
		     debugger_settings, &p);
	if (p.reset_timeout_ns == KD_NEVER)
		return p;
	p.byte_timeout_ns = 500;
	p.ack_timeout_ns = 1500;
	if (p.reply_timeout_ns != KD_NEVER)
		p.reply_timeout_ns = 2000;
	p.resend_delay_ns /= 10000;
	p.reset_timeout_ns = 2000;
	p.reset_timeout_max_ns /= 100000;
	return p;
}

static void target_end(const uint8_t *data, size_t size)
{
	struct kd_target_profile rules = target_rules(data, size);
	static struct sim_machine m;
	static struct kd_target t;
	uint8_t out[64];
	uint64_t now = 0;
	size_t at = 0;

	sim_machine_init(&m, 1, 4096, 4096);
	kd_target_init(&t, &rules);
	sim_machine_break(&m, &t, now);
	while (at < size) {
		size_t n = size - at < 64 ? size - at : 64;
		struct kd_span in = { data + at, n };
		size_t used = 0;

		while (kd_target_output(&t, &sim_machine_ops, &m,
					(struct kd_room){ out, sizeof(out) },
					now))
			;
		if (t.state == KD_TARGET_RUNNING) {
			if (kd_target_poll(&t, in, &used) || m.end)
				sim_machine_break(&m, &t, now);
			m.end = SIM_ALIVE;
		} else {
			used = kd_target_input(&t, &sim_machine_ops, &m, in,
					       now);
		}
		at += used;
		now += used ? 1 : 1000;
		kd_target_time(&t, &sim_machine_ops, &m, now);
	}
	sim_machine_release(&m);
}

static void debugger_end(const uint8_t *data, size_t size)
{
	static struct kd_debugger d;
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = 0x1000, .count = 64 },
	};
	struct kd_debugger_profile rules = debugger_rules(data, size);
	uint8_t out[64];
	uint64_t now = 0;
	size_t at = 0;

	kd_debugger_init(&d, &rules);
	kd_debugger_connect(&d, now);
	while (at < size && d.state != KD_DEBUGGER_GAVE_UP) {
		size_t n = size - at < 64 ? size - at : 64;
		size_t used = 0;

		while (kd_debugger_output(
			&d, (struct kd_room){ out, sizeof(out) }, now))
			;
		(void)kd_debugger_input(&d, (struct kd_span){ data + at, n },
					now, &used);
		if (d.data.from + d.data.len > KD_PAYLOAD_MAX)
			abort();
		if (d.state == KD_DEBUGGER_READY)
			kd_debugger_request(&d, &m, NULL, 0, now);
		at += used;
		now += used ? 1 : 500;
		(void)kd_debugger_time(&d, now);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target_end(data, size);
	debugger_end(data, size);
	return 0;
}
