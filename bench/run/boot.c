/* SPDX-License-Identifier: MIT */
#include "bench/run/boot.h"

#include <poll.h>

#include "bench/base/clock.h"
#include "bench/kd/message.h"
#include "bench/kd/record.h"
#include "bench/run/interrupt.h"

/* Is a whole data packet waiting in the link? Nothing is consumed. */
static bool packet_waits(struct link *l)
{
	struct kd_span in[2];
	unsigned count = link_peek(l, in);
	size_t have = 0;

	for (unsigned i = 0; i < count; i++)
		have += in[i].len;
	/* The first packet of a target is a state change. */
	if (l->framing == LINK_PACKET)
		return have >= KD_RECORD_SIZE + KD_STATE_SIZE;
	return have >= KD_HEADER_SIZE + KD_STATE_SIZE + 1;
}

/*
 * A QEMU that ends before its guest has said a word is this machine's trouble
 * and no finding about a transport. It knows best why.
 */
static bool did_not_boot(struct launched *t, struct err *err)
{
	struct err why = { 0 };

	if (!t->ops->alive(t, &why))
		*err = why;
	err->kind = ERR_HOST;
	err_hint(err, "'kdbench doctor' looks at this machine; see also "
		      "'qemu:' in bench.yaml");
	return err_while(err, "the guest did not boot");
}

static bool boot_own(struct launched *t, uint64_t timeout_ns, uint64_t *boot_ns,
		     struct err *err)
{
	struct link *l = t->link;
	uint64_t start = t->started_ns;

	while (!packet_waits(l)) {
		struct pollfd fds[LINK_FDS_MAX];
		uint64_t now = clock_now_ns();
		uint64_t next;

		if (!link_step(l, now, &next, err) || !t->ops->alive(t, err))
			return did_not_boot(t, err);
		if (interrupt_seen())
			return err_set(err, ERR_INTERRUPTED, "interrupted");
		if (timeout_ns != CLOCK_NEVER && now - start > timeout_ns) {
			err_set(err, ERR_GUEST,
				"the guest sent no packet within %llu ms of "
				"its start",
				(unsigned long long)(timeout_ns / NS_PER_MS));
			return err_hint(err, "raise guest.boot-timeout, or "
					     "run 'kdbench doctor'");
		}
		if (!link_arm(l)) {
			unsigned count = link_fds(l, fds);
			struct timespec ts = { .tv_nsec = 200000 };

			(void)ppoll(fds, count, &ts, NULL);
		}
		link_disarm(l);
	}
	*boot_ns = clock_now_ns() - start;
	return true;
}

bool boot(struct launched *t, const struct cell *cell, struct files *files,
	  const struct boot_watcher *watcher, struct boot_outcome *outcome,
	  struct err *err)
{
	/* What is there already has booted some time ago. */
	if (t->virtual_time || (t->foreign && !t->pid))
		return true;
	if (t->foreign)
		return boot_external(t, cell, files, watcher, outcome, err);
	return boot_own(t, cell->guest.boot_timeout_ns, &outcome->boot_ns, err);
}
