/* SPDX-License-Identifier: MIT */
/* Steps in which the target works on memory by itself: search fill. */
#include "bench/session/steps.h"

#include <string.h>

#include "bench/base/hash.h"

#define WORD 8

static uint64_t at_most(uint64_t value, uint64_t limit)
{
	return value < limit ? value : limit;
}

/*
 * search: in turn for a word of the pattern, which must be found where it is,
 * and for one that is not there.
 */
enum { PART_PRESENT, PART_ABSENT };

static void search_op(struct session *s)
{
	uint64_t length = at_most(s->step->length, s->target.pattern_size);
	struct kd_manipulate m = {
		.api = KD_API_SEARCH_MEMORY,
		.u.search = { .address = s->target.pattern,
			      .length = length,
			      .pattern_len = WORD },
	};
	uint64_t index = hash_add(s->config->seed, s->operations) %
			 (length / WORD);
	uint8_t word[WORD];

	s->part = s->index++ % 2 ? PART_ABSENT : PART_PRESENT;
	s->offset = WORD * index;
	memcpy(word, s->pattern + s->offset, WORD);
	if (s->part == PART_ABSENT)
		kd_store64(word, hash_pattern(~s->config->nonce, index));
	session_ask(s, &m, word, WORD);
}

static void search_reply(struct session *s)
{
	const struct kd_manipulate *r = &s->d->reply;
	uint64_t want = s->target.pattern + s->offset;

	if (s->part == PART_ABSENT) {
		if (kd_status_ok(r->status))
			session_end(s, VERDICT_CORRUPT,
				    "step '%s': a word that is not there was "
				    "found at 0x%llx",
				    s->step->name,
				    (unsigned long long)r->u.search.address);
		else
			session_op_done(s, 0);
		return;
	}
	if (!session_check_reply(s, "SearchMemory"))
		return;
	if (r->u.search.address != want)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the word at 0x%llx was found at "
			    "0x%llx",
			    s->step->name, (unsigned long long)want,
			    (unsigned long long)r->u.search.address);
	else
		session_op_done(s, 0);
}

const struct step_ops search_ops = {
	.op = search_op,
	.reply = search_reply,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};

/* fill: scratch memory with a word, looked for out of band. */
static void fill_op(struct session *s)
{
	uint64_t length = at_most(s->step->length, s->target.scratch_size);
	struct kd_manipulate m = {
		.api = KD_API_FILL_MEMORY,
		.u.fill = { .flags = s->step->physical ? KD_FILL_PHYSICAL
						       : KD_FILL_VIRTUAL,
			    .length = (uint32_t)length,
			    .pattern_len = WORD },
	};
	uint8_t word[WORD];

	if (s->offset > s->target.scratch_size - length)
		s->offset = 0;
	m.u.fill.address = s->target.scratch + s->offset;
	s->key = hash_add(s->config->nonce, ++s->index);
	kd_store64(word, s->key);
	session_ask(s, &m, word, WORD);
}

/* The byte that 'offset' of a filled run must have. */
static uint8_t filled(const struct session *s, uint64_t offset)
{
	return (uint8_t)(s->key >> (8 * (offset % WORD)));
}

/* Look at what was filled; if it is wrong, the session has ended. */
static bool look(struct session *s, uint64_t length)
{
	uint64_t base = s->target.scratch + s->offset;
	uint8_t seen[256];

	for (uint64_t at = 0; at < length; at += sizeof(seen)) {
		uint64_t n = at_most(length - at, sizeof(seen));

		if (!s->config->peek(s->config->env, base + at, seen, n)) {
			session_end(s, VERDICT_ERROR,
				    "step '%s': cannot look at 0x%llx",
				    s->step->name,
				    (unsigned long long)(base + at));
			return false;
		}
		for (uint64_t i = 0; i < n; i++) {
			if (seen[i] == filled(s, at + i))
				continue;
			session_end(s, VERDICT_CORRUPT,
				    "step '%s': byte 0x%llx of what was "
				    "filled is 0x%02x and should be 0x%02x",
				    s->step->name, (unsigned long long)(at + i),
				    seen[i], filled(s, at + i));
			return false;
		}
	}
	return true;
}

static void fill_reply(struct session *s)
{
	uint64_t length = at_most(s->step->length, s->target.scratch_size);

	if (!session_check_reply(s, "FillMemory"))
		return;
	if (s->step->verify && s->config->peek && !look(s, length))
		return;
	s->offset += length;
	session_op_done(s, 0);
}

const struct step_ops fill_ops = {
	.op = fill_op,
	.reply = fill_reply,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
