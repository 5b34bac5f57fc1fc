/* SPDX-License-Identifier: MIT */
/* What accel_resolve() has found out, for those who start QEMU. */
#ifndef LAUNCH_ACCEL_H
#define LAUNCH_ACCEL_H

#include "bench/launch/launch.h"

/* The CPU model that works with an accelerator; NULL: QEMU's default. */
const char *accel_cpu(enum accel accel);

#endif
