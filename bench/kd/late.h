/* SPDX-License-Identifier: MIT */
/*
 * The data of a read's reply, fetched from memory when the reply leaves: into
 * the line's own memory where the whole packet fits there, so that it is copied
 * once, and else into the exchange's payload. The request, which the reply
 * echoes, says what to fetch, so nothing else need be remembered; a reply that
 * is sent again is fetched again, from a machine that has stood still since.
 * Private to bench/kd.
 */
#ifndef KD_LATE_H
#define KD_LATE_H

#include "bench/kd/target.h"

/*
 * If the request that lies in t->x.rx is a read, queue its reply, of which
 * x->payload holds the first KD_MANIPULATE_SIZE bytes and the rest is to be
 * fetched. False: it is none.
 */
bool kd_late_reply(struct kd_target *t);

/* As kd_exchange_write(), of a target whose reply may be such a one. */
size_t kd_late_write(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, struct kd_room room);

#endif
