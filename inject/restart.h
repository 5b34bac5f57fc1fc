/* SPDX-License-Identifier: MIT */
/* A debugger that is killed, as a fault asks for it. */
#ifndef INJECT_RESTART_H
#define INJECT_RESTART_H

#include <stdint.h>

/* What the next one finds. */
enum restart_pipe {
	RESTART_SAME, /* the pipe, with all that is in it */
	RESTART_LOST, /* ... but for what was said while nobody was there */
	RESTART_NEW,  /* another one, with what was said since */
};

struct restart_config {
	uint64_t time_ns; /* how long nobody is there; below 2^48 */
	int pipe;         /* enum restart_pipe */
};

/* Both in one number, for an event. */
static inline uint64_t restart_amount(const struct restart_config *c)
{
	return c->time_ns << 8 | (uint64_t)c->pipe;
}

static inline struct restart_config restart_of(uint64_t amount)
{
	return (struct restart_config){ .time_ns = amount >> 8,
					.pipe = amount & 0xff };
}

#endif
