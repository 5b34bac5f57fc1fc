/* SPDX-License-Identifier: MIT */
/* What a stopped target does with one good request. Private to bench/kd. */
#ifndef KD_SERVE_H
#define KD_SERVE_H

#include "bench/kd/target.h"

/*
 * Serve the request that lies in t->x.rx: build the reply and put it on its
 * way, or, for a request that has none, get ready to leave the stop. The ACK
 * has been queued already.
 */
void kd_serve(struct kd_target *t, const struct kd_target_ops *ops, void *env);

#endif
