/* SPDX-License-Identifier: MIT */
/*
 * A process as a target lists it, by its number: everything but addresses in
 * the kernel follows from the number, and the number from the process' id. It
 * has threads, a tree of address ranges, and page tables of its own by which
 * its PEB is found. So whoever lays one out and whoever walks over it agree on
 * every byte of it without agreeing on a place. Freestanding.
 */
#ifndef KD_PROCESS_H
#define KD_PROCESS_H

#include "bench/kd/windows.h"
#include "bench/kd/wire.h"

#define KD_PROCESS_NUMBER_MAX 9999
#define KD_PROCESS_THREAD_COUNT 2
#define KD_PROCESS_VAD_COUNT 3
#define KD_PAGE_LEVELS 4

/* Bytes of the PEB that mean something: the rest of its page is zero. */
#define KD_PEB_SIZE 0x80

struct kd_process {
	uint32_t number; /* from 1 to KD_PROCESS_NUMBER_MAX */
	uint64_t flink, blink;
	uint64_t cr3;        /* physical address of its PML4 */
	uint64_t threads[2]; /* its list's links, of ETHREADs */
	uint64_t vad_root;   /* address of the tree's root */
};

struct kd_thread {
	uint32_t number; /* of its process */
	uint32_t index;  /* among its threads */
	uint64_t flink, blink;
};

struct kd_vad {
	uint32_t number; /* of its process */
	uint32_t index;  /* 0: the root; the last one holds the PEB */
	uint64_t left, right, parent;
};

/* EPROCESS, KD_PROCESS_SIZE bytes. */
void kd_process_build(uint8_t *to, const struct kd_process *p);

/* ETHREAD, KD_THREAD_SIZE bytes. */
void kd_process_thread(uint8_t *to, const struct kd_thread *t);

/* MMVAD, KD_VAD_SIZE bytes. */
void kd_process_vad(uint8_t *to, const struct kd_vad *v);

/* PEB, KD_PEB_SIZE bytes. */
void kd_process_peb(uint8_t *to, uint32_t number);

/* The id of a process, and the number of an id; 0: no number has this id. */
uint64_t kd_process_id(uint32_t number);
uint32_t kd_process_number(uint64_t id);

/* Virtual addresses in it: of its PEB, and of the image that it runs. */
uint64_t kd_process_peb_at(uint32_t number);
uint64_t kd_process_image_at(uint32_t number);

/* The pages of an address range, from the first to the last. */
void kd_process_range(uint32_t number, uint32_t index, uint64_t *first,
		      uint64_t *last);

#endif
