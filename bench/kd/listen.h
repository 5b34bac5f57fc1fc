/* SPDX-License-Identifier: MIT */
/* What the halves of target.c tell each other. Private to bench/kd. */
#ifndef KD_LISTEN_H
#define KD_LISTEN_H

#include "bench/kd/target.h"

/* Its packet is acknowledged. */
void kd_target_acknowledged(struct kd_target *t);

/* The receive routine returned RESEND to whoever called it. */
void kd_target_asked_again(struct kd_target *t);

/* Ask for a packet again, and hunt on. */
void kd_target_resend_please(struct kd_target *t);

/* Send the state change of the current stop. */
void kd_target_send_stop(struct kd_target *t);

/* Retries that the packet in flight begins with. */
uint64_t kd_target_budget(const struct kd_target *t);

/* Whatever had to leave has left: go on to what comes after it. */
void kd_target_settle(struct kd_target *t, const struct kd_target_ops *ops,
		      void *env);

#endif
