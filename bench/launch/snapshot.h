/* SPDX-License-Identifier: MIT */
/*
 * A snapshot of a guest in QEMU: processor, devices and RAM, in an image that
 * lies in memory and has no name. What is on its way outside of QEMU is not in
 * it.
 */
#ifndef LAUNCH_SNAPSHOT_H
#define LAUNCH_SNAPSHOT_H

#include "bench/launch/qemu.h"

/* Zeroed: none. It needs no release: QEMU has the image. */
struct snapshot {
	bool attached; /* QEMU has the image */
	bool taken;
};

/* Put the guest away instead of what was there; it goes on. ERR_HOST: *err. */
bool snapshot_take(struct snapshot *s, struct qemu *q, struct err *err);

/* Bring it back; it goes on from there. ERR_HOST: *err, and QEMU is no more
 * use. */
bool snapshot_revert(struct qemu *q, struct err *err);

#endif
