/* SPDX-License-Identifier: MIT */
/*
 * stale: what an earlier life of the pipe has left in it comes first: answers
 * to a debugger that is gone, requests to a guest that was reset.
 */
#include "inject/stage.h"

#include <string.h>

#include "bench/kd/api.h"
#include "bench/kd/message.h"
#include "bench/kd/state.h"
#include "bench/kd/sum.h"

enum stale_what {
	STALE_RESET,
	STALE_ACK,
	STALE_RESEND,
	STALE_PACKET,
	STALE_HALF,
	STALE_BREAKIN,
};

struct stale_config {
	int what; /* enum stale_what */
	uint64_t count;
	uint64_t id;
};

#define AT(member) offsetof(struct stale_config, member)

/* Where the half of a packet begins that is still there. */
#define HALF 40

static const struct setting stale_settings[] = {
	{ "what", SETTING_ENUM, AT(what), "reset",
	  "RESETs, ACKs, RESENDs; requests or stops, or the end of one; 62s",
	  "reset|ack|resend|packet|half|break-in", 0, 0 },
	{ "count", SETTING_COUNT, AT(count), "1", "how many of them", NULL, 1,
	  16 },
	{ "id", SETTING_COUNT, AT(id), "", "lowest bit of their id", NULL, 0,
	  1 },
	{ 0 }
};

static size_t control(uint8_t *to, uint16_t type, uint32_t id)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = type,
				     .id = id };

	kd_store_header(to, &h);
	return KD_HEADER_SIZE;
}

/* Of an earlier debugger: GetVersion. Of an earlier guest: a breakpoint. */
static size_t data(uint8_t *to, unsigned dir, uint32_t id)
{
	uint8_t *payload = to + KD_HEADER_SIZE;
	bool request = dir == TO_TARGET;
	struct kd_header h = {
		.leader = KD_LEADER_DATA,
		.type = request ? KD_STATE_MANIPULATE : KD_STATE_CHANGE64,
		.len = request ? KD_MANIPULATE_SIZE : KD_STATE_SIZE,
		.id = id,
	};

	memset(payload, 0, h.len);
	kd_store32(payload, request ? KD_API_GET_VERSION : KD_STATE_EXCEPTION);
	h.checksum = kd_sum(payload, h.len);
	kd_store_header(to, &h);
	payload[h.len] = KD_TRAILER_BYTE;
	return KD_HEADER_SIZE + h.len + 1u;
}

static size_t remains(const struct stale_config *stale, unsigned dir,
		      uint8_t *to)
{
	uint32_t id = KD_ID_INITIAL | (uint32_t)stale->id;
	size_t len;

	switch ((enum stale_what)stale->what) {
	case STALE_RESET: return control(to, KD_RESET, 0);
	case STALE_ACK: return control(to, KD_ACKNOWLEDGE, id);
	case STALE_RESEND: return control(to, KD_RESEND, 0);
	case STALE_BREAKIN: to[0] = KD_BREAKIN_BYTE; return 1;
	case STALE_PACKET: return data(to, dir, id);
	case STALE_HALF: break;
	}
	len = data(to, dir, id) - HALF;
	memmove(to, to + HALF, len);
	return len;
}

static void stale_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct stale_config *stale = config;
	uint8_t bytes[KD_HEADER_SIZE + KD_STATE_SIZE + 1];
	size_t len = remains(stale, c->address.dir, bytes);
	uint64_t all = len * stale->count;

	(void)draw;
	if (c->len + all > CHUNK_MAX)
		return;
	stage_note(out, c, run, -1, -1, all);
	for (uint64_t i = 0; i < all; i++)
		(void)chunk_insert(c, run.at + (unsigned)i, bytes[i % len]);
}

const struct stage_type stale_stage = {
	.name = "stale",
	.help = "let bytes of an earlier life arrive first",
	.tells = "{count} bytes of an earlier life came before {place}",
	.once = true,
	.config_size = sizeof(struct stale_config),
	.settings = stale_settings,
	.apply = stale_apply,
};
