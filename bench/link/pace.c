/* SPDX-License-Identifier: MIT */
#include "bench/link/pace.h"

#define BITS_A_BYTE 10
#define NS_A_S UINT64_C(1000000000)
/* So many seconds of the line are exactly 'baud' bytes. */
#define REBASE_NS (BITS_A_BYTE * NS_A_S)
/* A suspended process must not make the product overflow. */
#define ELAPSED_MAX_NS (10 * REBASE_NS)

uint64_t pace_bytes(uint64_t baud, uint64_t ns)
{
	return ns / BITS_A_BYTE * baud / NS_A_S;
}

/* Byte times that have passed and were not used. */
static uint64_t due(const struct pace *p, uint64_t now)
{
	uint64_t elapsed = now - p->anchor_ns;
	uint64_t passed;

	if (elapsed > ELAPSED_MAX_NS)
		elapsed = ELAPSED_MAX_NS;
	passed = elapsed * p->baud / REBASE_NS;
	return passed > p->done ? passed - p->done : 0;
}

static void use(struct pace *p, uint64_t count)
{
	p->done += count;
	if (p->done >= p->baud) {
		p->done -= p->baud;
		p->anchor_ns += REBASE_NS;
	}
}

/* Nothing is left to send. What was due on top of it may be made up for. */
static void run_dry(struct pace *p, uint64_t now, uint64_t missing)
{
	uint64_t most = pace_bytes(p->baud, PACE_LATE_NS) + 1;

	p->dry = true;
	p->dry_since = now;
	if (missing > most) {
		p->lost += missing - most;
		use(p, missing - most);
	}
}

size_t pace_pass(struct pace *p, uint64_t now, size_t ready)
{
	uint64_t count;

	if (!p->baud)
		return ready;
	if (p->dry && now - p->dry_since > PACE_QUIET_NS)
		p->busy = false;
	if (!ready)
		return 0;
	p->dry = false;
	if (!p->busy) {
		p->busy = true;
		p->anchor_ns = now;
		p->done = 0;
		return 0;
	}
	count = due(p, now);
	if (count < ready) {
		use(p, count);
		return (size_t)count;
	}
	use(p, ready);
	run_dry(p, now, count - ready);
	return ready;
}

void pace_refused(struct pace *p, size_t len)
{
	p->lost += len;
	p->dry = false;
}

uint64_t pace_next_ns(const struct pace *p)
{
	uint64_t whole;

	if (!p->baud || !p->busy || p->dry)
		return UINT64_MAX;
	/* Rounded up: at that instant the byte has passed. */
	whole = (p->done + 1) * REBASE_NS;
	return p->anchor_ns + whole / p->baud + (whole % p->baud != 0);
}
