/* SPDX-License-Identifier: MIT */
/*
 * A target that may say anything, to a session of every step: state changes,
 * replies, questions of any content, in packets that are well formed, and bytes
 * that are not. No crash, nothing outside of what was received, and it ends.
 *
 * The first byte chooses the step; then each packet is a byte for what it is, a
 * length, and its payload.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/kd/sum.h"
#include "bench/session/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REGION_SIZE 4096
#define TURNS_MAX 200000
#define TIMEOUT_NS (2 * NS_PER_S)

static const struct kd_debugger_profile profile = {
	.byte_timeout_ns = 50 * NS_PER_MS,
	.ack_timeout_ns = 200 * NS_PER_MS,
	.retries = 3,
	.reply_timeout_ns = 200 * NS_PER_MS,
	.repeats = 1,
	.file_io = KD_FILE_SERVE,
	.resends = 4,
	.reset_timeout_ns = 200 * NS_PER_MS,
	.resets = 6,
};

struct world {
	struct kd_debugger d;
	struct session s;
	uint64_t now;
	unsigned turns;
};

/* What a packet is: low bits of its first byte. */
enum {
	ACK,
	RESET,
	RESEND,
	STATE_CHANGE,
	REPLY,      /* any bytes */
	GOOD_REPLY, /* with the fields of the request, so that it is taken */
	DEBUG_IO,
	FILE_IO,
	TRACE_IO,
	RAW, /* bytes without any packet */
	SILENCE,
	KINDS
};

static const uint8_t pattern[REGION_SIZE];

static bool peek(void *env, uint64_t address, void *to, size_t len)
{
	(void)env;
	(void)address;
	memset(to, 0, len);
	return true;
}

static void told(struct world *w, enum kd_debugger_event event)
{
	struct kd_span data = kd_debugger_data(&w->d);

	if (w->d.data.from + data.len > KD_PAYLOAD_MAX)
		abort();
	session_event(&w->s, event, w->now);
}

/* Let everything that is to be sent leave. */
static void drain(struct world *w)
{
	uint8_t out[256];

	while (kd_debugger_output(&w->d, (struct kd_room){ out, sizeof(out) },
				  w->now))
		;
}

static void hear(struct world *w, const uint8_t *bytes, size_t len)
{
	size_t at = 0, used;

	while (at < len && !w->s.done) {
		told(w, kd_debugger_input(
				&w->d, (struct kd_span){ bytes + at, len - at },
				w->now, &used));
		at += used;
		drain(w);
		if (++w->turns > TURNS_MAX)
			abort();
	}
}

static void say_control(struct world *w, uint16_t type)
{
	struct kd_header h = { .leader = KD_LEADER_CONTROL,
			       .type = type,
			       .id = w->d.x.next_id };
	uint8_t wire[KD_HEADER_SIZE];

	kd_store_header(wire, &h);
	hear(w, wire, sizeof(wire));
}

static void say_data(struct world *w, uint16_t type, const uint8_t *payload,
		     size_t len)
{
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = type,
			       .len = (uint16_t)len,
			       .id = w->d.x.expected_id,
			       .checksum = kd_sum(payload, len) };
	uint8_t wire[KD_PACKET_MAX];

	hear(w, wire,
	     kd_packet_write(&h, payload, 0,
			     (struct kd_room){ wire, sizeof(wire) }));
}

static void say_good_reply(struct world *w, const uint8_t *payload, size_t len)
{
	uint8_t reply[KD_PAYLOAD_MAX] = { 0 };

	memcpy(reply, payload, len);
	memcpy(reply, w->d.x.payload, KD_MANIPULATE_SIZE);
	kd_store32(reply + 8, len && payload[0] & 1 ? KD_STATUS_UNSUCCESSFUL
						    : KD_STATUS_SUCCESS);
	if (len < KD_MANIPULATE_SIZE)
		len = KD_MANIPULATE_SIZE;
	/* As much as was asked for, unless the bytes say otherwise. */
	kd_store32(reply + 0x1c, (uint32_t)(len - KD_MANIPULATE_SIZE));
	say_data(w, KD_STATE_MANIPULATE, reply, len);
}

static void let_time_pass(struct world *w)
{
	uint64_t next = kd_debugger_deadline(&w->d);
	uint64_t at = session_deadline(&w->s);

	next = at < next ? at : next;
	if (next == KD_NEVER)
		abort(); /* every step has a timeout */
	if (next > w->now)
		w->now = next;
	else
		w->now++;
	told(w, kd_debugger_time(&w->d, w->now));
	session_time(&w->s, w->now);
	drain(w);
	if (++w->turns > TURNS_MAX)
		abort();
}

static void say(struct world *w, uint8_t kind, const uint8_t *payload,
		size_t len)
{
	switch (kind % KINDS) {
	case ACK: say_control(w, KD_ACKNOWLEDGE); break;
	case RESET: say_control(w, KD_RESET); break;
	case RESEND: say_control(w, KD_RESEND); break;
	case STATE_CHANGE: say_data(w, KD_STATE_CHANGE64, payload, len); break;
	case REPLY: say_data(w, KD_STATE_MANIPULATE, payload, len); break;
	case GOOD_REPLY: say_good_reply(w, payload, len); break;
	case DEBUG_IO: say_data(w, KD_DEBUG_IO, payload, len); break;
	case FILE_IO: say_data(w, KD_FILE_IO, payload, len); break;
	case TRACE_IO: say_data(w, KD_TRACE_IO, payload, len); break;
	case RAW: hear(w, payload, len); break;
	default: let_time_pass(w); break;
	}
	if (!w->s.done)
		session_time(&w->s, w->now);
	drain(w);
}

static struct step make_step(enum step_kind kind)
{
	return (struct step){
		.kind = kind,
		.name = step_types[kind].key,
		.timeout_ns = TIMEOUT_NS,
		.size = step_types[kind].ends_by_size ? 8192 : 0,
		.count = step_types[kind].ends_by_size ? 0 : 3,
		.duration_ns =
			kind == STEP_WAIT || kind == STEP_IDLE ? NS_PER_MS : 0,
		.chunk = 512,
		.rate = kind == STEP_WRITE_PHYSICAL ? 1 << 20 : 0,
		.from = 1 << 20,
		.to = kind == STEP_SWEEP ? UINT64_MAX : 0,
		.points = 5,
		.each_ns = NS_PER_MS,
		.prints = 2,
		.modules = 3,
		.files = 2,
		.hand_overs = 1,
		.off_ns = NS_PER_MS,
		.length = 1024,
		.verify = true,
		.region = kind == STEP_WRITE_MEMORY ||
					  kind == STEP_WRITE_PHYSICAL
				  ? REGION_SCRATCH
				  : REGION_PATTERN,
		.address = UINT64_MAX,
		.number = UINT64_MAX,
		.pc = UINT64_MAX,
		.code = KD_CODE_BREAKPOINT,
	};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct think think;
	static struct world w;
	enum step_kind kind =
		(enum step_kind)(size ? data[0] % STEP_REPEAT : STEP_CONNECT);
	struct step steps[4] = { make_step(STEP_CONNECT), make_step(kind),
				 make_step(STEP_VERSION),
				 make_step(STEP_CONTINUE) };
	const struct session_config config = {
		.steps = steps,
		.step_count = kind == STEP_EXPECT_STOP ? 2 : 4,
		.think = &think,
		.pattern = pattern,
		.pattern_size = REGION_SIZE,
		.scratch_size = REGION_SIZE,
		.peek = peek,
	};
	struct step_record *records = mem_array(4, sizeof(*records));
	size_t at = 1;

	memset(&w, 0, sizeof(w));
	kd_debugger_init(&w.d, &profile);
	session_init(&w.s, &config, &w.d, records, 0);
	w.s.target = (struct session_target){
		/* A list of somebody else's is believed in other ways. */
		.known = kind != STEP_RELOAD || data[0] < STEP_REPEAT,
		.pattern = 0x2000,
		.pattern_size = REGION_SIZE,
		.scratch = 0x8000,
		.scratch_size = REGION_SIZE,
		.mailbox = 0x100,
		.spin_pc = 0x200,
	};
	session_start(&w.s, 0);
	drain(&w);
	while (at + 3 <= size && !w.s.done) {
		uint8_t what = data[at];
		size_t len = kd_load16(data + at + 1) % (KD_PAYLOAD_MAX + 1);

		at += 3;
		if (len > size - at)
			len = size - at;
		say(&w, what, data + at, len);
		at += len;
	}
	while (!w.s.done)
		let_time_pass(&w);
	free(records);
	return 0;
}
