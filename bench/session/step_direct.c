/* SPDX-License-Identifier: MIT */
/*
 * read-physical and dump where the target's RAM is mapped here. No request
 * leaves: each operation copies once from memory that the target can write into
 * memory that it cannot, and the copy is compared with the pattern. What is not
 * RAM is refused as the target refuses it. The target is stopped: what it wrote
 * before it said so is there (bench/launch/launch.h).
 *
 * An operation ends at the next look at the clock, so that it is timed.
 */
#include <string.h>

#include "bench/session/extent.h"
#include "bench/session/steps.h"
#include "bench/session/think.h"

/* How often it looks whether the line is quiet, and how long at most. */
#define LOOK_NS 1000
#define QUIET_NS 10000000

enum { PART_QUIET, PART_COPY, PART_COPIED };

/* What fits into the first cache, and is compared while it is there. */
#define PIECE 8192

/* What the copy of 'ram' must be; NULL: that cannot be known. */
static const uint8_t *expected(const struct session *s, const struct extent *e,
			       const uint8_t *ram)
{
	if (!s->step->verify || s->step->region == REGION_SCRATCH)
		return NULL;
	/* Outside the regions: is it still the same? */
	return s->step->region == REGION_PATTERN ? s->pattern + e->offset : ram;
}

/* RAM may have changed once more meanwhile: the search has an end. */
static void differs(struct session *s, uint64_t address, const uint8_t *have,
		    const uint8_t *want, size_t len)
{
	size_t at = 0;

	while (at < len - 1 && have[at] == want[at])
		at++;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': byte 0x%llx, read out of the target's RAM, is "
		    "0x%02x and should be 0x%02x",
		    s->step->name, (unsigned long long)(address + at), have[at],
		    want[at]);
}

/* Copy and compare; false: it is not what it must be. */
static bool take(struct session *s, const struct extent *e, const uint8_t *ram)
{
	const uint8_t *want = expected(s, e, ram);
	uint8_t *to = s->config->direct;

	for (size_t at = 0; at < e->len; at += PIECE) {
		size_t len = e->len - at < PIECE ? e->len - at : PIECE;

		memcpy(to + at, ram + at, len);
		if (!want || memcmp(to + at, want + at, len) == 0)
			continue;
		differs(s, e->address + at, to + at, want + at, len);
		return false;
	}
	return true;
}

static void copy(struct session *s)
{
	struct extent e = extent_next(s);
	const uint8_t *ram;
	size_t len = s->config->ram(s->config->env, e.address, e.len, &ram);

	if (len < e.len) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': %s failed with status 0x%08x: 0x%llx "
			    "is not in the target's RAM",
			    s->step->name, extent_api_name(extent_read_api(s)),
			    (unsigned)KD_STATUS_UNSUCCESSFUL,
			    (unsigned long long)(e.address + len));
		return;
	}
	if (!take(s, &e, ram))
		return;
	s->offset = e.offset;
	s->op_len = e.len;
	s->part = PART_COPIED;
	s->timer = s->now;
}

static void begin(struct session *s)
{
	uint64_t gap = think_gap_ns(s->config->think, s->config->seed,
				    s->operations++);

	s->op_began = s->now;
	s->part = PART_COPY;
	session_thinks(s, gap);
	if (gap)
		s->timer = s->now + gap;
	else
		copy(s);
}

/* The ACK of the last reply may be on its way still: it is none of ours. */
void session_read_direct(struct session *s)
{
	if (!kd_exchange_pending(&s->d->x)) {
		begin(s);
		return;
	}
	session_aside_begin(s);
	s->part = PART_QUIET;
	s->timer = s->now + LOOK_NS;
}

static void look_for_quiet(struct session *s)
{
	if (kd_exchange_pending(&s->d->x) &&
	    s->now - s->aside.began_ns < QUIET_NS) {
		s->timer = s->now + LOOK_NS;
		return;
	}
	session_aside_end(s);
	begin(s);
}

void session_on_direct(struct session *s)
{
	switch (s->part) {
	case PART_QUIET: look_for_quiet(s); break;
	case PART_COPY:
		s->op_left = s->op_began = s->now;
		copy(s);
		break;
	default:
		s->offset += s->op_len;
		session_op_done(s, s->op_len);
		break;
	}
}
