/* SPDX-License-Identifier: MIT */
/*
 * A loaded module as a target's loader lists it, by its number: everything but
 * addresses follows from the number, and the number from the name. So whoever
 * lays one out and whoever walks over it agree on every byte of it without
 * agreeing on a place. Freestanding.
 */
#ifndef KD_MODULE_H
#define KD_MODULE_H

#include "bench/kd/image.h"
#include "bench/kd/windows.h"

/* Bytes of a FullDllName: \SystemRoot\System32\drivers\drv0042.sys */
#define KD_MODULE_NAME_SIZE (2 * 40)

#define KD_MODULE_NUMBER_MAX 9999
#define KD_MODULE_IMAGE_SIZE 0x1000

struct kd_module {
	uint32_t number; /* at most KD_MODULE_NUMBER_MAX */
	uint64_t base;   /* address of its image, DllBase */
	uint64_t name;   /* address of its FullDllName */
	uint64_t flink, blink;
};

/* Its list entry, KD_ENTRY_SIZE bytes. */
void kd_module_entry(uint8_t *entry, const struct kd_module *m);

/* Its FullDllName, KD_MODULE_NAME_SIZE bytes, of which the end is the base. */
void kd_module_name(uint8_t *name, uint32_t number);

/* The header of its image, KD_IMAGE_SIZE bytes. */
void kd_module_image(uint8_t *header, uint32_t number, uint64_t base);

/* The number in such a name of 'len' bytes; false if it is another's. */
bool kd_module_number(const uint8_t *name, uint32_t len, uint32_t *number);

#endif
