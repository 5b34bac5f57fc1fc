/* SPDX-License-Identifier: MIT */
#include "tests/support/bridged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/link/stream.h"

#define PATIENCE (60 * NS_PER_S)

static const struct kd_debugger_profile profile = {
	.byte_timeout_ns = 50 * NS_PER_MS,
	.ack_timeout_ns = 200 * NS_PER_MS,
	.retries = 8,
	.reply_timeout_ns = 200 * NS_PER_MS,
	.resends = 16,
	.reset_timeout_ns = 200 * NS_PER_MS,
	.resets = 12,
};

static const struct kd_target_profile target = {
	.byte_timeout_ns = 100 * NS_PER_MS,
	.retries_first = 5,
	.retries = 20,
	.read_max = KD_DATA_MAX,
};

void bridged_init(struct bridged *b, enum link_framing framing)
{
	memset(b, 0, sizeof(*b));
	b->sim = (struct sim_config){
		.latency_ns = 10 * NS_PER_US,
		.capacity = 16384,
		.framing = (int)framing,
		.service_ns = 20 * NS_PER_US,
	};
	for (unsigned dir = 0; dir < 2; dir++)
		b->faults[dir].flush_ns = CHAIN_FLUSH_NS;
}

void bridged_start(struct bridged *b)
{
	const struct transport_config transport = {
		.name = "test",
		.kind = TRANSPORT_SIM,
		.sim = b->sim,
	};
	const struct guest_config guest = { .pattern_size = BRIDGED_PATTERN,
					    .scratch_size = 4096 };
	const struct launch_config config = {
		.transport = &transport,
		.guest = &guest,
		.target = &target,
		.nonce = 7,
	};
	struct err err = { 0 };

	assert_true(launch_start(&b->target, &config, &err));
	bridge_init(&b->bridge,
		    &(struct bridge_config){
			    .target = b->target->link,
			    .simulated = true,
			    .keep = b->keep,
			    .proxy = { .timeout_ns = 100 * NS_PER_MS,
				       .tries = 10,
				       .keep = b->keep },
			    .faults = b->faults,
			    .seed = 1,
		    },
		    0);
}

void bridged_stop(struct bridged *b)
{
	link_free(b->line);
	bridge_release(&b->bridge);
	launch_stop(b->target);
}

void bridged_dial(struct bridged *b)
{
	struct err err = { 0 };
	struct link *far;
	int ends[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_true(stream_link_open_deep(&far, ends[0], &err));
	assert_true(stream_link_open_deep(&b->line, ends[1], &err));
	bridge_connect(&b->bridge, far, b->now);
	kd_debugger_init(&b->d, &profile);
}

void bridged_hang_up(struct bridged *b)
{
	link_free(b->line);
	b->line = NULL;
	bridged_idle(b, NS_PER_US);
	assert_null(b->bridge.debugger);
}

/* Its end of the line; true if that had work to do. */
static bool step_line(struct bridged *b)
{
	struct err err = { 0 };
	struct link_counts before;
	uint64_t unused;

	if (!b->line)
		return false;
	before = b->line->counts;
	if (!link_step(b->line, b->now, &unused, &err))
		fail_msg("line: %s", err.text);
	return b->line->counts.bytes_in != before.bytes_in ||
	       b->line->counts.bytes_out != before.bytes_out;
}

/* Step the bridge and the line; 'next' as of bridge_step(). */
static bool step(struct bridged *b, uint64_t *next)
{
	bool moved, worked = step_line(b);
	struct err err = { 0 };

	if (!bridge_step(&b->bridge, b->now, next, &moved, &err))
		fail_msg("bridge: %s", err.text);
	worked |= step_line(b);
	return moved || worked;
}

/* Everything that can happen now has happened: go on to what comes next. */
static void jump(struct bridged *b, uint64_t next, uint64_t end)
{
	next = clock_earlier(next, end);
	if (next > b->now)
		b->now = next;
}

static enum kd_debugger_event turn(struct bridged *b, bool *moved)
{
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;
	struct kd_room out[2];
	struct kd_span in[2];
	size_t n;

	if (link_peek(b->line, in)) {
		event = kd_debugger_input(&b->d, in[0], b->now, &n);
		link_consume(b->line, n);
		*moved |= n != 0;
	}
	if (event == KD_DEBUGGER_NOTHING)
		event = kd_debugger_time(&b->d, b->now);
	if (link_reserve(b->line, out)) {
		n = kd_debugger_output(&b->d, out[0], b->now);
		link_commit(b->line, n);
		*moved |= n != 0;
	}
	return event;
}

enum kd_debugger_event bridged_run(struct bridged *b, uint64_t ns)
{
	uint64_t end = b->now + ns;

	while (b->now < end) {
		uint64_t next;
		bool moved = step(b, &next);
		enum kd_debugger_event event = turn(b, &moved);

		if (event != KD_DEBUGGER_NOTHING)
			return event;
		if (!moved)
			jump(b,
			     clock_earlier(next, kd_debugger_deadline(&b->d)),
			     end);
	}
	return KD_DEBUGGER_NOTHING;
}

void bridged_idle(struct bridged *b, uint64_t ns)
{
	uint64_t end = b->now + ns;

	while (b->now < end) {
		uint64_t next;

		if (!step(b, &next))
			jump(b, next, end);
	}
}

void bridged_sync(struct bridged *b)
{
	kd_debugger_connect(&b->d, b->now);
	assert_int_equal(bridged_run(b, PATIENCE), KD_DEBUGGER_STOP);
}

static void ask(struct bridged *b, const struct kd_manipulate *m,
		enum kd_debugger_event want)
{
	enum kd_debugger_event event;

	kd_debugger_request(&b->d, m, NULL, 0, b->now);
	do
		event = bridged_run(b, PATIENCE);
	while (event == KD_DEBUGGER_PRINT);
	assert_int_equal(event, want);
}

void bridged_read(struct bridged *b, uint64_t address, uint32_t len)
{
	while (len) {
		uint32_t part = len < KD_DATA_MAX ? len : KD_DATA_MAX;
		const struct kd_manipulate m = {
			.api = KD_API_READ_VIRTUAL,
			.u.memory = { .address = address, .count = part },
		};
		uint8_t there[KD_DATA_MAX];

		ask(b, &m, KD_DEBUGGER_REPLY);
		assert_int_equal(kd_debugger_data(&b->d).len, part);
		assert_true(
			b->target->ops->peek(b->target, address, there, part));
		assert_memory_equal(kd_debugger_data(&b->d).at, there, part);
		address += part;
		len -= part;
	}
}

void bridged_go(struct bridged *b)
{
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE },
	};

	ask(b, &m, KD_DEBUGGER_DONE);
}

void bridged_break_in(struct bridged *b)
{
	kd_debugger_break_in(&b->d, b->now);
	assert_int_equal(bridged_run(b, PATIENCE), KD_DEBUGGER_STOP);
}

void bridged_say(struct bridged *b, const void *bytes, size_t len)
{
	struct kd_room out[2];

	assert_int_equal(link_reserve(b->line, out), 1);
	assert_true(len <= out[0].len);
	memcpy(out[0].at, bytes, len);
	link_commit(b->line, len);
	bridged_idle(b, NS_PER_US);
}

unsigned bridged_count_resets(struct bridged *b)
{
	static struct kd_parser p;
	struct kd_span in[2];
	unsigned resets = 0;
	size_t at = 0, used;

	kd_parser_init(&p, false);
	if (!link_peek(b->line, in))
		return 0;
	while (at < in[0].len) {
		struct kd_span rest = { in[0].at + at, in[0].len - at };
		enum kd_parse event = kd_parser_next(&p, rest, &used);

		at += used;
		resets += event == KD_PARSE_HEADER && p.header.type == KD_RESET;
	}
	link_consume(b->line, at);
	return resets;
}
