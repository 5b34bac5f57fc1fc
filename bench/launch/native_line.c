/* SPDX-License-Identifier: MIT */
#include "bench/launch/native_line.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/guest/contract.h"
#include "bench/launch/launch.h"

_Noreturn static void broken(const char *what, const struct ring *r)
{
	fprintf(stderr, "the debugger wrote a bad ring %s: 0x%x\n", what,
		r->bad);
	_exit(GUEST_EXIT_STATUS(GUEST_EXIT_PANIC));
}

static void count(struct native_line *l, enum kdbb_counter which, uint64_t n)
{
	sim_machine_count(l->machine, which, n);
}

static void ring_bell(struct native_line *l, bool peer_sleeps)
{
	const uint64_t one = 1;

	if (!peer_sleeps)
		return;
	count(l, KDBB_DOORBELLS, 1);
	/* It fails only if the count would overflow: then it rings already. */
	(void)!write(l->bell_out, &one, sizeof(one));
}

bool native_line_init(struct native_line *l, const struct ring_peer *peer,
		      struct sim_machine *machine)
{
	uint32_t size;

	if (!ring_check(peer->area, peer->len, &size))
		return false;
	if (!ring_join(&l->in, peer->area, size, RING_TO_GUEST) ||
	    !ring_join(&l->out, peer->area, size, RING_TO_HOST))
		return false;
	l->bell_in = peer->bell_in;
	l->bell_out = peer->bell_out;
	l->idle_since = CLOCK_NEVER;
	l->machine = machine;
	return true;
}

unsigned native_line_peek(struct native_line *l, struct kd_span in[2])
{
	if (!ring_look_as_reader(&l->in))
		broken("head", &l->in);
	if (!ring_filled(&l->in))
		count(l, KDBB_POLLS, 1);
	return ring_peek(&l->in, in);
}

void native_line_consume(struct native_line *l, size_t len)
{
	l->idle_since = CLOCK_NEVER;
	count(l, KDBB_BYTES_IN, len);
	ring_bell(l, ring_consume(&l->in, (uint32_t)len));
}

unsigned native_line_reserve(struct native_line *l, struct kd_room out[2])
{
	if (!ring_look_as_writer(&l->out))
		broken("tail", &l->out);
	if (!ring_free(&l->out))
		count(l, KDBB_POLLS, 1);
	return ring_reserve(&l->out, out);
}

void native_line_commit(struct native_line *l, size_t len)
{
	l->idle_since = CLOCK_NEVER;
	count(l, KDBB_BYTES_OUT, len);
	ring_bell(l, ring_commit(&l->out, (uint32_t)len));
}

/* Until the bell rings, at most 'delay_ns' (CLOCK_NEVER: for ever). */
static void halt(struct native_line *l, uint64_t delay_ns)
{
	struct pollfd bell = { .fd = l->bell_in, .events = POLLIN };
	const struct timespec delay = {
		.tv_sec = (time_t)(delay_ns / NS_PER_S),
		.tv_nsec = (long)(delay_ns % NS_PER_S),
	};
	uint64_t rings;

	count(l, KDBB_HALTS, 1);
	if (ppoll(&bell, 1, delay_ns == CLOCK_NEVER ? NULL : &delay, NULL) >
		    0 &&
	    read(l->bell_in, &rings, sizeof(rings)) == sizeof(rings))
		count(l, KDBB_WAKEUPS, 1);
}

/* A broken ring counts as work: the next look ends the process. */
static void sleep_on(struct native_line *l, bool for_room, uint64_t delay_ns)
{
	bool work = for_room ? ring_arm_writer(&l->out)
			     : ring_arm_reader(&l->in);

	if (!work)
		halt(l, delay_ns);
	if (for_room)
		ring_disarm_writer(&l->out);
	else
		ring_disarm_reader(&l->in);
}

void native_line_wait(struct native_line *l, bool for_room, uint64_t now,
		      uint64_t deadline)
{
	if (l->idle == GUEST_PAUSE)
		__builtin_ia32_pause();
	if (l->idle == GUEST_POLL || l->idle == GUEST_PAUSE)
		return;
	if (l->idle_since == CLOCK_NEVER)
		l->idle_since = now;
	if (now >= deadline ||
	    (l->idle == GUEST_SPIN_HLT && now - l->idle_since < l->spin_ns))
		return;
	sleep_on(l, for_room,
		 deadline == CLOCK_NEVER ? CLOCK_NEVER : deadline - now);
}
