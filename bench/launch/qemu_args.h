/* SPDX-License-Identifier: MIT */
/* QEMU's command line. Private to bench/launch. */
#ifndef LAUNCH_QEMU_ARGS_H
#define LAUNCH_QEMU_ARGS_H

#include "bench/launch/qemu.h"

#define QEMU_ARGV_MAX 192

/* Descriptors that QEMU inherits, by what they are for; -1: none. */
struct qemu_fds {
	int memory; /* RAM */
	int image;  /* the guest's ELF file */
	int log;    /* write end of a pipe */
	int qmp;    /* socket */
};

/*
 * Build the command line, NULL at its end, strings from 'arena'. A failure only
 * if there are too many, or those of a guest's entry cannot be split.
 */
bool qemu_args(const char *argv[QEMU_ARGV_MAX], struct arena *arena,
	       const struct qemu_spec *spec, const struct qemu_fds *fds,
	       struct err *err);

#endif
