/* SPDX-License-Identifier: MIT */
/* Overwrite what a guest in QEMU needs, in the RAM that is mapped here. */
#ifndef LAUNCH_WRECK_H
#define LAUNCH_WRECK_H

#include "bench/launch/launch.h"
#include "bench/launch/qemu.h"

/*
 * 'what' but for the rings. Where it lies the processor's registers say: IDTR,
 * CR3, or the instruction that it is at. The processor stands still meanwhile;
 * what it has in its caches of translations it keeps, as a real one does, but
 * code is fetched anew. ERR_HOST: *err.
 */
bool wreck_guest(struct qemu *q, enum accel accel, enum launch_wreck what,
		 struct err *err);

#endif
