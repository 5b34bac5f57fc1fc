/* SPDX-License-Identifier: MIT */
/*
 * The device of a transport in QEMU, and the link to it: one function for each
 * kind that needs QEMU.
 */
#ifndef LAUNCH_PLUG_H
#define LAUNCH_PLUG_H

#include "bench/launch/qemu.h"

/*
 * Open the host's end of config->transport in *link and say in 'spec' with
 * which arguments and which descriptor QEMU finds the other one. Their text
 * lives in 'arena'; the caller closes spec->device_fd in any case. False: *err.
 */
bool plug_in(struct link **link, struct qemu_spec *spec, struct arena *arena,
	     const struct launch_config *config, struct err *err);

#endif
