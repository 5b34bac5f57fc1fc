/* SPDX-License-Identifier: MIT */
/* The loop of 'kdbench bridge': one debugger at a time, whoever comes. */
#ifndef BRIDGE_SERVE_H
#define BRIDGE_SERVE_H

#include "bench/bridge/bridge.h"
#include "bench/launch/launch.h"
#include "bench/link/endpoint.h"
#include "bench/link/waiter.h"

/* What the loop tells; every function must be there. */
struct serve_hooks {
	/* Has somebody had enough? Asked often. */
	bool (*over)(void *env);
	/* A debugger has come, or gone. */
	void (*change)(void *env, bool connected);
	/* Called about four times a second. */
	void (*look)(void *env);
	void *env;
};

struct serve {
	struct launched *target;
	struct endpoint_listener *listener;
	struct bridge bridge;
	struct serve_hooks hooks;
	struct waiter waiter;     /* how long it spins before it sleeps */
	uint64_t boot_timeout_ns; /* CLOCK_NEVER: it may take its time */
	uint64_t zero_ns;         /* the instant 0 of a simulated target */
	bool spoken;              /* the target has sent something */
};

/*
 * Serve until hooks.over() says so: true. False: the target has ended or never
 * began (ERR_GUEST; s->spoken tells which), or nobody can be served any more
 * (ERR_HOST).
 */
bool serve_run(struct serve *s, struct err *err);

/* The time that the bridge and a simulated target go by. */
uint64_t serve_now(const struct serve *s);

#endif
