/* SPDX-License-Identifier: MIT */
/* QEMU's fw_cfg device: named files from the command line, over two ports. */
#ifndef GUEST_FWCFG_H
#define GUEST_FWCFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read the file 'name' into 'to', at most 'max' bytes; *len is its length.
 * False: there is none of that name, or it is longer.
 */
bool fwcfg_read(const char *name, char *to, size_t max, size_t *len);

#endif
