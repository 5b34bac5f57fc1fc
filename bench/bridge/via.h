/* SPDX-License-Identifier: MIT */
/*
 * A bridge in between, on a thread of its own: it owns the target's link and
 * serves the bytes at a private unix socket, a TCP port or a pseudo terminal,
 * to which the session connects. What users of VMKD and VirtualKD really run,
 * and what it costs them. Its CPU time is that of this process.
 */
#ifndef BRIDGE_VIA_H
#define BRIDGE_VIA_H

#include "bench/launch/launch.h"

struct via;

/*
 * Put a bridge between 'target', the link of transport 't', and a new link,
 * via_link(), if transport_via() says so: else *v is NULL. Until via_stop()
 * nobody else may touch 'target', which stays its owner's. 'host' says how the
 * bridge waits. ERR_HOST: no socket, terminal or thread
 * could be had.
 *
 * unix: a socket pair, which is what a connection to a socket in the file
 * system is once it has been made. tcp: one over the loopback device.
 */
bool via_start(struct via **v, const struct transport_config *t,
	       struct link *target, const struct host_config *host,
	       struct err *err);

/* The session's end of it: a stream. */
struct link *via_link(struct via *v);

/*
 * End the thread and free it all. If *err says that the target is lost, and the
 * bridge knows why, that is put into *err. NULL is fine.
 */
void via_stop(struct via *v, struct err *err);

#endif
