/* SPDX-License-Identifier: MIT */
/* The guest kernel that is built into the program (guest_image.S). */
#ifndef LAUNCH_GUEST_IMAGE_H
#define LAUNCH_GUEST_IMAGE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t guest_image[];     /* an ELF64 file */
extern const uint8_t guest_image_end[]; /* one byte behind it */

static inline size_t guest_image_size(void)
{
	return (size_t)((uintptr_t)guest_image_end - (uintptr_t)guest_image);
}

#endif
