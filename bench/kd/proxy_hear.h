/* SPDX-License-Identifier: MIT */
/* What the halves of proxy.c tell each other. Private to bench/kd. */
#ifndef KD_PROXY_HEAR_H
#define KD_PROXY_HEAR_H

#include "bench/kd/proxy.h"

/* The packet in flight will not be sent again; what has begun, ends. */
void kd_proxy_drop(struct kd_proxy *p);

/* Ask for the debugger's packet again, and hunt for it. */
void kd_proxy_resend_please(struct kd_proxy *p);

#endif
