/* SPDX-License-Identifier: MIT */
/*
 * connect: synchronise, ask for the version, and look for 'KDBB' the way any
 * debugger looks for 'KDBG': GetVersion, DebuggerDataList, tagged blocks. All
 * that is read is a stranger's: sizes are bounded, the walk is finite.
 */
#include <string.h>

#include "bench/session/steps.h"

#define BLOCKS_MAX 16

enum {
	PART_SYNC,
	PART_VERSION,
	PART_HEAD,
	PART_HEADER,
	PART_BLOCK,
	PART_PATTERN,
};

static void connect_begin(struct session *s)
{
	s->part = PART_SYNC;
	s->offset = s->d->recoveries;
	kd_debugger_connect(s->d, s->now);
}

static void connect_stop(struct session *s)
{
	struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	if (s->part != PART_SYNC) {
		session_spurious(s);
		return;
	}
	/* A target that runs hears only what comes behind a 62. */
	if (s->config->foreign)
		s->woken += s->d->recoveries - s->offset;
	s->part = PART_VERSION;
	session_ask(s, &m, NULL, 0);
}

static void read_at(struct session *s, uint8_t part, uint64_t address,
		    uint32_t count)
{
	s->part = part;
	s->offset = address;
	session_ask_memory(s, KD_API_READ_VIRTUAL, address, count);
}

static uint64_t field(struct kd_span block, unsigned offset)
{
	return kd_load64(block.at + offset);
}

static bool load_block(struct session *s, struct kd_span block)
{
	struct session_target *t = &s->target;

	if (block.len < KDBB_BLOCK_SIZE ||
	    kd_load32(block.at + KDBB_OWNER_TAG) != KDBB_TAG ||
	    field(block, KDBB_LAYOUT) != KDBB_VERSION)
		return false;
	t->tsc_hz = field(block, KDBB_TSC_HZ);
	t->pattern = field(block, KDBB_PATTERN);
	t->pattern_size = field(block, KDBB_PATTERN_SIZE);
	t->scratch = field(block, KDBB_SCRATCH);
	t->scratch_size = field(block, KDBB_SCRATCH_SIZE);
	t->counters = field(block, KDBB_COUNTERS);
	t->counters_count = field(block, KDBB_COUNTERS_COUNT);
	t->mailbox = field(block, KDBB_MAILBOX);
	t->spin_pc = field(block, KDBB_SPIN_PC);
	t->block = s->offset;
	if (t->counters_count > KDBB_COUNTER_COUNT)
		t->counters_count = KDBB_COUNTER_COUNT;
	if (t->pattern_size > s->config->pattern_size)
		t->pattern_size = s->config->pattern_size;
	if (t->scratch_size > s->config->scratch_size)
		t->scratch_size = s->config->scratch_size;
	t->known = t->pattern_size >= 8 && t->scratch_size >= 8;
	if (t->known && !s->pattern && s->config->pattern_of)
		s->pattern = s->config->pattern_of(
			field(block, KDBB_PATTERN_NONCE), t->pattern_size);
	return t->known;
}

/* The header of one block: ours, or another to step over. */
static void on_header(struct session *s, struct kd_span header)
{
	uint64_t flink = field(header, KDBB_FLINK);

	if (kd_load32(header.at + KDBB_OWNER_TAG) == KDBB_TAG)
		read_at(s, PART_BLOCK, s->offset, KDBB_BLOCK_SIZE);
	else if (flink && ++s->index < BLOCKS_MAX)
		read_at(s, PART_HEADER, flink, KDBB_HEADER_SIZE);
	else
		session_step_done(s);
}

static void on_version(struct session *s)
{
	const struct kd_manipulate *r = &s->d->reply;

	if (!session_check_reply(s, "GetVersion"))
		return;
	s->target.machine = r->u.version.machine;
	if ((r->u.version.flags & KD_VERSION_DATA) && r->u.version.data_list)
		read_at(s, PART_HEAD, r->u.version.data_list, 16);
	else
		session_step_done(s);
}

static void connect_reply(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	switch (s->part) {
	case PART_VERSION: on_version(s); break;
	case PART_HEAD:
		if (data.len >= 16 && kd_load64(data.at))
			read_at(s, PART_HEADER, kd_load64(data.at),
				KDBB_HEADER_SIZE);
		else
			session_step_done(s);
		break;
	case PART_HEADER:
		if (data.len >= KDBB_HEADER_SIZE)
			on_header(s, data);
		else
			session_step_done(s);
		break;
	case PART_BLOCK:
		if (load_block(s, data) && s->config->foreign)
			read_at(s, PART_PATTERN, s->target.pattern, 8);
		else if (s->target.known || s->config->foreign)
			session_step_done(s);
		else
			session_end(s, VERDICT_CORRUPT,
				    "the target's KDBB block at 0x%llx makes "
				    "no sense",
				    (unsigned long long)s->offset);
		break;
	case PART_PATTERN:
		/* Who starts a guest by hand may have left it empty. */
		s->target.unfilled = data.len < 8 ||
				     memcmp(data.at, s->pattern, 8) != 0;
		session_step_done(s);
		break;
	default: break;
	}
}

const struct step_ops connect_ops = {
	.begin = connect_begin,
	.stop = connect_stop,
	.reply = connect_reply,
};
