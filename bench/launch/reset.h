/* SPDX-License-Identifier: MIT */
/*
 * A guest in QEMU that is reset in mid-life, and whose pipe is replaced: what
 * the reset button does, and what a VMM does that closes a guest's pipe.
 */
#ifndef LAUNCH_RESET_H
#define LAUNCH_RESET_H

#include "bench/launch/guest_params.h"
#include "bench/launch/qemu.h"

/* Why it cannot happen to a guest behind 'transport'; NULL: it can. */
const char *reset_spared(const struct transport_config *transport,
			 enum launch_event what);

/*
 * Let it happen to the guest in 'q' at the other end of 'link'. A reset stops
 * the virtual CPU first; RAM but for the pattern of 'pattern_size' bytes is
 * emptied, QEMU loads the kernel again, and *now is when the CPU goes on. That
 * a guest's own reboot ends QEMU stays as it is. ERR_HOST: *err.
 */
bool reset_happen(struct qemu *q, struct link *link,
		  const struct transport_config *transport,
		  const struct guest_layout *layout, uint64_t pattern_size,
		  enum launch_event what, uint64_t *now, struct err *err);

#endif
