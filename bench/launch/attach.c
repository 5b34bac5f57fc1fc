/* SPDX-License-Identifier: MIT */
#include "bench/launch/attach.h"

#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/link/endpoint.h"
#include "bench/link/stream.h"

/* One attempt takes so long at most, and the next one comes so much later. */
#define ATTEMPT_NS (2 * NS_PER_S)
#define PAUSE_NS (50 * NS_PER_MS)

/* Its CPU time is not ours to know, wherever it runs. */
static bool attach_cpu(struct launched *t, struct launch_cpu *cpu)
{
	(void)t;
	(void)cpu;
	return false;
}

/* The link notices when it leaves. */
static bool attach_alive(struct launched *t, struct err *err)
{
	(void)t;
	(void)err;
	return true;
}

static void attach_stop(struct launched *t)
{
	link_free(t->link);
	free(t);
}

static const struct launched_ops attach_ops = {
	.cpu = attach_cpu,
	.alive = attach_alive,
	.stop = attach_stop,
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool came_too_late(uint64_t limit, struct err *err)
{
	char text[UNITS_TEXT_MAX];

	return err_hint(err,
			"start the target first, so that it listens there; it "
			"was waited for %s (guest.boot-timeout)",
			units_exact(UNIT_DURATION, limit, text));
}

/* Connect, and wait for somebody to connect to. */
static bool reach(const struct launch_config *config, const struct endpoint *e,
		  int *fd, struct err *err)
{
	uint64_t limit = config->guest->boot_timeout_ns;
	uint64_t began = clock_now_ns();

	for (;;) {
		uint64_t left = limit - smaller(limit, clock_now_ns() - began);
		struct err why = { 0 };
		bool later;

		if (endpoint_connect(e, smaller(left, ATTEMPT_NS), fd, &later,
				     &why))
			return true;
		if (config->interrupted && config->interrupted())
			return err_set(err, ERR_INTERRUPTED, "interrupted");
		if (!later || left <= PAUSE_NS) {
			*err = why;
			return later && came_too_late(limit, err);
		}
		clock_sleep_until(clock_now_ns() + PAUSE_NS);
	}
}

bool attach_start(struct launched **t, const struct launch_config *config,
		  struct err *err)
{
	const char *address = config->transport->attach.address;
	struct endpoint e;
	struct launched *l;
	struct link *link;
	int fd;

	if (!address)
		return err_set(err, ERR_CONFIG,
			       "'transport.address' must be set");
	if (!endpoint_parse(&e, address, err) || !reach(config, &e, &fd, err) ||
	    !stream_link_open(&link, fd, err))
		return false;
	l = mem_alloc(sizeof(*l));
	l->ops = &attach_ops;
	l->link = link;
	link->spin_ns = config->host->spin_ns;
	l->foreign = true;
	l->started_ns = clock_now_ns();
	*t = l;
	return true;
}
