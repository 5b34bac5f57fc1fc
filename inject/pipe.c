/* SPDX-License-Identifier: MIT */
/*
 * pipe: what lies between the ends holds so many bytes that nobody has taken
 * yet. When it is full it makes the sender wait, or loses the newest bytes, or
 * the oldest.
 */
#include "inject/stage.h"

enum pipe_full { PIPE_BLOCK, PIPE_DROP_NEWEST, PIPE_DROP_OLDEST };

struct pipe_config {
	uint64_t capacity;
	int when_full; /* enum pipe_full */
};

#define AT(member) offsetof(struct pipe_config, member)

static const struct setting pipe_settings[] = {
	{ "capacity", SETTING_SIZE, AT(capacity), NULL,
	  "bytes that it holds, those under way included", NULL, 1, 16384 },
	{ "when-full", SETTING_ENUM, AT(when_full), "block",
	  "the sender waits, or bytes are lost",
	  "block|drop-newest|drop-oldest", 0, 0 },
	{ 0 }
};

static bool is_narrow(const struct when *w)
{
	return w->probability != UINT64_MAX || w->nth || w->every || w->type ||
	       w->class || w->limit || w->after_ns || w->until_ns != UINT64_MAX;
}

static const char *pipe_check_when(const void *config, const struct when *when)
{
	const struct pipe_config *pipe = config;

	if (pipe->when_full == PIPE_BLOCK && is_narrow(when))
		return "'when-full: block' makes the sender wait, whatever it "
		       "sends: it goes without 'probability', 'packet', 'nth' "
		       "and the like";
	return NULL;
}

static uint64_t pipe_holds(const void *config)
{
	const struct pipe_config *pipe = config;

	return pipe->when_full == PIPE_BLOCK ? pipe->capacity : UINT64_MAX;
}

/* Of the chunk, 'len' bytes from 'at' on do not get in. */
static void lose(struct chunk *c, unsigned at, size_t len)
{
	const struct chunk_run run = { .at = (uint16_t)at,
				       .len = (uint16_t)len,
				       .whole = len == c->len };

	chunk_drop(c, run);
}

/* So many bytes do not get in, or push others out. */
static void overflow(const struct pipe_config *pipe, struct chunk *c,
		     size_t excess, struct stage_out *out)
{
	const struct chunk_run run = { .len = c->len, .whole = true };
	size_t waiting = stage_waiting(out);
	size_t of_chunk;

	stage_note(out, c, run, -1, -1, excess);
	if (pipe->when_full == PIPE_DROP_NEWEST) {
		of_chunk = excess < c->len ? excess : c->len;
		lose(c, c->len - (unsigned)of_chunk, of_chunk);
		return;
	}
	of_chunk = excess > waiting ? excess - waiting : 0;
	if (of_chunk > c->len)
		of_chunk = c->len;
	stage_forget(out, excess < waiting ? excess : waiting);
	if (of_chunk)
		lose(c, 0, of_chunk);
}

static void pipe_apply(const void *config, struct chunk *c,
		       struct chunk_run run, uint64_t draw,
		       struct stage_out *out)
{
	const struct pipe_config *pipe = config;
	size_t waiting = stage_waiting(out);

	(void)draw;
	(void)run;
	if (pipe->when_full == PIPE_BLOCK || waiting + c->len <= pipe->capacity)
		return;
	overflow(pipe, c, waiting + c->len - pipe->capacity, out);
}

static void pipe_again(const void *config, struct chunk *c, uint64_t amount,
		       struct stage_out *out)
{
	const struct pipe_config *pipe = config;

	if (pipe->when_full != PIPE_BLOCK && amount)
		overflow(pipe, c, amount, out);
}

const struct stage_type pipe_stage = {
	.name = "pipe",
	.help = "hold so many bytes, then block or lose some",
	.tells = "{place} met a full pipe, which lost {count} bytes",
	.whole = true,
	.config_size = sizeof(struct pipe_config),
	.settings = pipe_settings,
	.check_when = pipe_check_when,
	.holds = pipe_holds,
	.apply = pipe_apply,
	.again = pipe_again,
};
