/* SPDX-License-Identifier: MIT */
#include "bench/run/leave.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"

/* Once around the loop: also how late the end may be noticed. */
#define TURN_NS (5 * NS_PER_MS)

static const struct step steps[] = {
	{ .kind = STEP_CONNECT, .name = "leaving: connect" },
	{ .kind = STEP_CONTINUE, .name = "leaving: continue" },
};

/* Ctrl-C has brought us here, perhaps: it is not looked at again. */
static void run(struct engine *e)
{
	uint64_t until = clock_now_ns() + LEAVE_NS;
	uint64_t now = 0;

	while (!e->session->done && now < until) {
		struct pollfd fds[LINK_FDS_MAX];
		struct timespec ts = { .tv_nsec = (long)TURN_NS };
		struct err ignored = { 0 };
		uint64_t next;
		bool moved;

		now = clock_now_ns();
		if (!engine_step(e, now, &next, &moved, &ignored))
			return;
		if (!moved && !link_arm(e->link))
			(void)ppoll(fds, link_fds(e->link, fds), &ts, NULL);
		link_disarm(e->link);
	}
}

void leave_running(struct engine *e, const struct session_config *config)
{
	struct session_config closing = *config;
	struct step_record records[ARRAY_SIZE(steps)];
	struct session *first = mem_alloc(sizeof(*first));
	uint64_t now = clock_now_ns();

	memcpy(first, e->session, sizeof(*first));
	memset(records, 0, sizeof(records));
	closing.steps = steps;
	closing.step_count = ARRAY_SIZE(steps);
	closing.window = NULL;
	closing.progress = NULL;
	chain_heal(&e->chains[TO_TARGET], now);
	chain_heal(&e->chains[TO_DEBUGGER], now);
	session_init(e->session, &closing, e->debugger, records, now);
	e->session->planted = first->planted;
	session_start(e->session, now);
	run(e);
	memcpy(e->session, first, sizeof(*first));
	free(first);
}
