/* SPDX-License-Identifier: MIT */
/*
 * A stream link over a packet link: the serial framing that kd/proxy makes up,
 * with the records of the other link behind it.
 */
#ifndef BRIDGE_FRAMED_H
#define BRIDGE_FRAMED_H

#include "bench/kd/proxy.h"
#include "bench/link/link.h"

/*
 * Wrap 'packets' (LINK_PACKET), which is borrowed: free the wrapper first. Its
 * fds, waiting and failures are those of 'packets'. Nobody is connected yet.
 */
struct link *framed_link_new(struct link *packets,
			     const struct kd_proxy_profile *profile);

/* Somebody is at the serial end, or nobody any more. */
void framed_link_connect(struct link *l, uint64_t now);
void framed_link_disconnect(struct link *l);

/* The target has ended: leave its last words to be peeked at. */
void framed_link_farewell(struct link *l, uint64_t now);

/* What the proxy has counted. */
const struct kd_proxy *framed_link_proxy(const struct link *l);

#endif
