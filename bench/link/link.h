/* SPDX-License-Identifier: MIT */
/*
 * The host end of a transport: a two-way pipe to one target. It carries bytes
 * (or, with packet framing, whole records), knows no KD, reads no clock and
 * never blocks. Line pacing belongs here: a paced link takes from the guest
 * only the bytes that are due, because only so does back-pressure reach it.
 *
 * An implementation embeds struct link as its first member and hands out a
 * static const table of operations.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/err.h"
#include "bench/kd/span.h"

enum link_framing {
	LINK_STREAM, /* KD's serial framing, any chunking */
	LINK_PACKET, /* kd/record.h records, reliable and in order */
};

/* How the loop waits when nothing is due. */
enum link_wait {
	LINK_WAIT_SPIN,     /* never sleep */
	LINK_WAIT_BLOCK,    /* arm and sleep at once */
	LINK_WAIT_ADAPTIVE, /* spin for a while, then arm and sleep */
};

#define LINK_FDS_MAX 2

/* What can be done to memory that a link shares with its target. */
enum link_spoil {
	LINK_EPOCH_PEER,   /* the indices that the target writes become 0 */
	LINK_EPOCH_OURS,   /* ... and those that the link writes */
	LINK_SPOIL_MEMORY, /* all of it is overwritten */
};

/* What a link counts about itself; unavailable is UINT64_MAX. */
struct link_counts {
	uint64_t bytes_in, bytes_out; /* from and to the guest */
	uint64_t doorbells_in;        /* wake-ups received */
	uint64_t doorbells_out;       /* wake-ups sent */
	uint64_t lost_credit_bytes;   /* paced line: byte times that passed with
					 nobody ready, while it was not idle */
};

struct link {
	const struct link_ops *ops;
	enum link_framing framing;
	uint64_t spin_ns; /* adaptive: how long spinning is worth it; 0: not */
	struct link_counts counts;
};

struct link_ops {
	const char *kind;

	/*
	 * Move what is due at 'now' between the guest and the link's buffers,
	 * and set *next to the instant at which more will be due although no fd
	 * says so (CLOCK_NEVER if none). False: the guest is gone or wrote
	 * nonsense (ERR_GUEST, with the offending value in the text).
	 */
	bool (*step)(struct link *l, uint64_t now, uint64_t *next,
		     struct err *err);

	/*
	 * Bytes that have arrived: up to two spans, oldest first; returns how
	 * many spans. They stay valid until the next consume() or step(). In
	 * memory shared with a guest they can change under the reader: copy
	 * once, check the copy.
	 */
	unsigned (*peek)(struct link *l, struct kd_span in[2]);
	void (*consume)(struct link *l, size_t len);

	/* Room for bytes to the guest: up to two rooms, to be filled in order.
	 */
	unsigned (*reserve)(struct link *l, struct kd_room out[2]);
	void (*commit)(struct link *l, size_t len);

	/*
	 * The receiver of the next byte that is committed meets an error right
	 * before it, as a UART tells of an overrun. NULL: nobody would be told.
	 */
	void (*mark)(struct link *l);

	/*
	 * Before sleeping. True: work is already there, do not sleep. False:
	 * the loop may sleep on the fds, and must call disarm() afterwards.
	 */
	bool (*arm)(struct link *l);
	void (*disarm)(struct link *l);

	/* What to poll(2) for while armed; returns how many. */
	unsigned (*fds)(struct link *l, struct pollfd fds[LINK_FDS_MAX]);

	/*
	 * Put a new, empty pipe in the place of this one: *guest_fd is the end
	 * for the guest, which the caller closes; or -1 if the ends stay in the
	 * memory that they share, and then nobody may be at the far one
	 * meanwhile. What was counted stays. ERR_HOST: *err, and the link is of
	 * no more use. No such operation: it cannot be done.
	 */
	bool (*renew)(struct link *l, int *guest_fd, struct err *err);

	/*
	 * Do this to the memory that is shared, behind the back of both ends.
	 * No such operation: none is.
	 */
	void (*spoil)(struct link *l, enum link_spoil what);

	void (*free)(struct link *l); /* accepts half-open links */
};

static inline bool link_step(struct link *l, uint64_t now, uint64_t *next,
			     struct err *err)
{
	return l->ops->step(l, now, next, err);
}

static inline unsigned link_peek(struct link *l, struct kd_span in[2])
{
	return l->ops->peek(l, in);
}

static inline void link_consume(struct link *l, size_t len)
{
	l->ops->consume(l, len);
}

static inline unsigned link_reserve(struct link *l, struct kd_room out[2])
{
	return l->ops->reserve(l, out);
}

static inline void link_commit(struct link *l, size_t len)
{
	l->ops->commit(l, len);
}

static inline void link_mark(struct link *l)
{
	if (l->ops->mark)
		l->ops->mark(l);
}

static inline bool link_arm(struct link *l)
{
	return l->ops->arm(l);
}

static inline void link_disarm(struct link *l)
{
	l->ops->disarm(l);
}

static inline unsigned link_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	return l->ops->fds(l, fds);
}

static inline bool link_renew(struct link *l, int *guest_fd, struct err *err)
{
	return l->ops->renew(l, guest_fd, err);
}

static inline void link_free(struct link *l)
{
	if (l)
		l->ops->free(l);
}

#endif
