/* SPDX-License-Identifier: MIT */
/*
 * What a target looks like to debuggers that expect Windows: one area of memory
 * with a DebuggerDataList, 'KDBG', loaded modules, one process and its threads,
 * and what each CPU has of its own. Everything in it that is an address is real
 * and can be read; what nobody asks for is zero. The offsets are those of
 * Windows 10, build 18362, amd64 (kd-protocol 7.3, 7.4, 8.2). The guest and the
 * simulated machine share it. Freestanding.
 */
#ifndef KD_IDENTITY_H
#define KD_IDENTITY_H

#include "bench/kd/image.h"
#include "bench/kd/message.h"

#define KD_IDENTITY_SIZE 0x8000
#define KD_IDENTITY_CPUS_MAX 2

/* Bytes of a PE header as kd_identity_image() builds it. */
#define KD_IDENTITY_PE_SIZE KD_IMAGE_SIZE

/* TimeDateStamp of every image. */
#define KD_IDENTITY_TIME_STAMP UINT32_C(0x5c8c0f00)

struct kd_identity {
	uint64_t base;      /* address of the area, a multiple of 4096 */
	uint64_t kern_base; /* of the kernel's own image */
	uint32_t kern_size; /* bytes, a multiple of 4096 */
	uint64_t kdbb;      /* address of KDBB, the last of the data list */
	uint64_t cr3;       /* the page tables, as physical reads find them */
	uint32_t cpus;      /* 1 to KD_IDENTITY_CPUS_MAX */
};

/* Build it in KD_IDENTITY_SIZE bytes, which will be seen at id->base. */
void kd_identity_build(const struct kd_identity *id, uint8_t *area);

/*
 * Build the header of the kernel's image: KD_IDENTITY_PE_SIZE bytes that will
 * be seen at 'base'. 'size' is that of the image.
 */
void kd_identity_image(uint8_t *header, uint64_t base, uint32_t size);

/* Link KDBB, which lies in 'block', into the list. */
void kd_identity_link(const struct kd_identity *id, uint8_t *block);

/* Fill in m->u.version. */
void kd_identity_version(const struct kd_identity *id, struct kd_manipulate *m);

/* Addresses of the heads of its lists of loaded modules and of processes. */
uint64_t kd_identity_modules(const struct kd_identity *id);
uint64_t kd_identity_processes(const struct kd_identity *id);

/* The full name of one of its modules; NULL behind the last. */
const char *kd_identity_module(unsigned i);

/* Addresses of what a CPU has: KPCR, KPRCB and the thread that it runs. */
uint64_t kd_identity_pcr(const struct kd_identity *id, unsigned cpu);
uint64_t kd_identity_prcb(const struct kd_identity *id, unsigned cpu);
uint64_t kd_identity_thread(const struct kd_identity *id, unsigned cpu);

#endif
