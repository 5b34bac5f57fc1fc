/* SPDX-License-Identifier: MIT */
/* Which physical addresses of a guest are its RAM, and nothing else. */
#ifndef LAUNCH_RAM_H
#define LAUNCH_RAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * How many of the 'len' bytes from 'address' on are RAM, in a PC of 'size'
 * bytes, up to the first one that is not: behind its end there is nothing or a
 * device, and between 640 KiB and 1 MiB a processor may see a device or a ROM
 * where the file behind the RAM has bytes too.
 */
size_t ram_extent(uint64_t address, size_t len, uint64_t size);

#endif
