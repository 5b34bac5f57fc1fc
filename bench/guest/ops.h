/* SPDX-License-Identifier: MIT */
/* What kd_target asks of this machine: memory, registers, devices, an end. */
#ifndef GUEST_OPS_H
#define GUEST_OPS_H

#include "bench/guest/line.h"
#include "bench/kd/target.h"

/* Its 'env' is the target itself. */
extern const struct kd_target_ops ops_machine;

/* The line that must be empty before the machine ends; borrowed for ever. */
void ops_init(const struct line *line);

#endif
