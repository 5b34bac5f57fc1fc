/* SPDX-License-Identifier: MIT */
#include "bench/run/rival.h"

#include "bench/base/hash.h"
#include "bench/plan/profile.h"

/* Silence after which a packet that has begun is none any more. */
#define SILENCE_NS UINT64_C(500000000)

struct rival *rival_init(struct rival *r,
			 const struct kd_debugger_profile *same)
{
	const struct profile *profile = debugger_profiles;

	r->here = false;
	r->profiles[RIVAL_SAME] = *same;
	for (unsigned i = RIVAL_ROBUST; profile->name; i++, profile++) {
		profile_fill(profile, debugger_settings, &r->profiles[i]);
		r->profiles[i].reliable = same->reliable;
	}
	return r;
}

void rival_arrive(struct rival *r, const struct rival_config *config,
		  uint64_t key, uint64_t now)
{
	r->here = true;
	r->config = *config;
	r->key = key;
	r->turns = 0;
	r->asked = 0;
	r->takes = r->passes = true;
	r->went = false;
	r->heard_ns = now;
	r->held_len = 0;
	r->leaves_ns = config->time_ns ? now + config->time_ns : KD_NEVER;
	if (r->profiles[0].reliable)
		kd_parser_init_records(&r->line);
	else
		kd_parser_init(&r->line, false);
	r->line.unsummed = true;
	kd_debugger_init(&r->d, &r->profiles[config->profile]);
	if (config->does == RIVAL_ATTACHES)
		kd_debugger_connect(&r->d, now);
	else
		kd_debugger_listen(&r->d);
}

/* --- what the target says ---------------------------------------------------
 */

/* A coin: who was faster this time? */
static void draw(struct rival *r)
{
	bool ours = hash_add(r->key, r->turns++) & 1;

	r->takes = !ours;
	r->passes = ours;
}

/* One byte more of the stream. */
static void follow(struct rival *r, const uint8_t *byte)
{
	struct kd_span in = { byte, 1 };
	enum kd_parse event;
	size_t used;

	do {
		event = kd_parser_next(&r->line, in, &used);
		in.at += used;
		in.len -= used;
		if (event == KD_PARSE_HEADER &&
		    r->line.header.leader == KD_LEADER_DATA)
			kd_parser_skip(&r->line);
	} while (in.len);
}

static bool begins(struct rival *r, uint64_t now)
{
	if (now - r->heard_ns > SILENCE_NS && !r->line.records)
		kd_parser_hunt(&r->line);
	r->heard_ns = now;
	return kd_parser_idle(&r->line);
}

size_t rival_share(struct rival *r, struct kd_span in, uint64_t now)
{
	bool packets = r->config.mix == RIVAL_PACKETS || r->line.records;
	size_t n = 0;

	if (r->config.reads == RIVAL_BOTH)
		return in.len;
	if (!packets) {
		draw(r);
		return 1;
	}
	if (begins(r, now))
		draw(r);
	do
		follow(r, &in.at[n++]);
	while (n < in.len && !kd_parser_idle(&r->line));
	return n;
}

static void ask(struct rival *r, uint64_t now)
{
	static const struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	if (r->asked >= r->config.asks || r->d.state != KD_DEBUGGER_READY)
		return;
	r->asked++;
	kd_debugger_request(&r->d, &m, NULL, 0, now);
}

static void on_event(struct rival *r, enum kd_debugger_event event,
		     uint64_t now)
{
	struct kd_file_io refused = r->d.file;

	switch (event) {
	case KD_DEBUGGER_STOP:
		r->asked = 0;
		ask(r, now);
		break;
	case KD_DEBUGGER_REPLY: ask(r, now); break;
	case KD_DEBUGGER_PROMPT:
		kd_debugger_answer_prompt(&r->d, NULL, 0, now);
		break;
	case KD_DEBUGGER_FILE:
		refused.status = KD_STATUS_UNSUCCESSFUL;
		kd_debugger_answer_file(&r->d, &refused, NULL, 0, now);
		break;
	case KD_DEBUGGER_DONE:
	case KD_DEBUGGER_PRINT:
	case KD_DEBUGGER_TRACE:
	case KD_DEBUGGER_LOST:
	case KD_DEBUGGER_NOTHING: break;
	}
}

void rival_hear(struct rival *r, struct kd_span in, uint64_t now)
{
	enum kd_debugger_event event;
	size_t used;

	do {
		event = kd_debugger_input(&r->d, in, now, &used);
		in.at += used;
		in.len -= used;
		on_event(r, event, now);
	} while (event != KD_DEBUGGER_NOTHING);
}

/* --- what it says -----------------------------------------------------------
 */

void rival_time(struct rival *r, uint64_t now)
{
	if (now >= r->leaves_ns)
		rival_leave(r);
	else
		on_event(r, kd_debugger_time(&r->d, now), now);
}

struct kd_span rival_says(struct rival *r, uint64_t now)
{
	struct kd_room room = { r->held, sizeof(r->held) };

	if (!r->held_len && kd_exchange_pending(&r->d.x))
		r->held_len = kd_debugger_output(&r->d, room, now);
	return (struct kd_span){ r->held, r->held_len };
}

void rival_said(struct rival *r, size_t len)
{
	r->held_len -= len;
	__builtin_memmove(r->held, r->held + len, r->held_len);
}

uint64_t rival_deadline(const struct rival *r)
{
	uint64_t at = kd_debugger_deadline(&r->d);

	return r->leaves_ns < at ? r->leaves_ns : at;
}

/* --- its state --------------------------------------------------------------
 */

void rival_keep(struct rival *r, struct keeper *k)
{
	uint8_t *from = (uint8_t *)&r->config;

	keeper_part(k, &r->here, sizeof(r->here));
	if (r->here)
		keeper_part(k, from, (size_t)((uint8_t *)(r + 1) - from));
}

uint64_t rival_digest(const struct rival *r, uint64_t now)
{
	uint64_t h = kd_debugger_digest(&r->d, now);

	if (!r->here)
		return 0;
	h = hash_add(h, kd_parser_digest(&r->line));
	h = hash_add(h, (uint64_t)r->went << 2 | (uint64_t)r->takes << 1 |
				r->passes);
	h = hash_add(h, r->config.reads == RIVAL_ONE ? r->turns : 0);
	h = hash_add(h, r->asked);
	h = hash_bytes(h, r->held, r->held_len);
	return hash_add(h, r->leaves_ns == KD_NEVER ? KD_NEVER
						    : r->leaves_ns - now);
}
