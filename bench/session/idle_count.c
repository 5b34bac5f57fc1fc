/* SPDX-License-Identifier: MIT */
/*
 * How busy a running guest is: the turns of its idle loop, against as many as
 * it makes when there is nothing to do. They are read out of its memory, so
 * that looking takes nothing from it. Only of a guest that polls when it is
 * idle: one that halts makes no turns then, and the CPU time of its vCPU tells.
 */
#include "bench/session/steps.h"

/* No idle loop is so fast. */
#define LOOPS_MAX (UINT64_C(1) << 48)

static bool look(const struct session *s, uint64_t *loops)
{
	uint8_t count[8];

	if (!s->config->idle_polls || !s->config->peek || !s->target.known ||
	    s->target.counters_count != KDBB_COUNTER_COUNT ||
	    !s->config->peek(s->config->env,
			     s->target.counters + 8 * KDBB_IDLE_LOOPS, count,
			     sizeof(count)))
		return false;
	*loops = kd_load64(count);
	return true;
}

bool session_idle_begin(struct session *s)
{
	s->idle.open = look(s, &s->idle.loops);
	s->idle.began_ns = s->now;
	return s->idle.open;
}

/* Turns and time since it began; false: there is nothing to say. */
static bool since(struct session *s, uint64_t *loops, uint64_t *ns)
{
	uint64_t now;

	if (!s->idle.open || !look(s, &now) || now < s->idle.loops)
		return false;
	s->idle.open = false;
	*loops = now - s->idle.loops;
	*ns = s->now - s->idle.began_ns;
	return *ns && *loops < LOOPS_MAX;
}

void session_idle_calibrate(struct session *s)
{
	uint64_t loops, ns;

	if (!since(s, &loops, &ns) || !loops)
		return;
	s->idle.full_loops = loops;
	s->idle.full_ns = ns;
}

void session_idle_end(struct session *s)
{
	unsigned __int128 idle_ns = 0;
	uint64_t loops, ns;

	if (!since(s, &loops, &ns) || (loops && !s->idle.full_loops))
		return;
	if (loops)
		idle_ns = (unsigned __int128)loops * s->idle.full_ns /
			  s->idle.full_loops;
	s->record->run_ns += ns;
	s->record->busy_ns += idle_ns < ns ? ns - (uint64_t)idle_ns : 0;
}
