/* SPDX-License-Identifier: MIT */
/*
 * What a running target says and asks on its own: prints and prompts
 * (DEBUG_IO), files (FILE_IO), traces (TRACE_IO); and the debugger's control
 * request. Freestanding.
 */
#ifndef KD_IO_H
#define KD_IO_H

#include <stdint.h>

#include "bench/kd/layout.h"

/* DEBUG_IO (type 3): 16 bytes, text trails. */
#define KD_DEBUG_IO_SIZE 16
#define KD_PRINT_STRING UINT32_C(0x3230)
#define KD_GET_STRING UINT32_C(0x3231)

/* Longest text of one DbgPrint (ReactOS kdprint.c). */
#define KD_PRINT_MAX 512

struct kd_debug_io {
	uint32_t api;
	uint16_t level, processor;
	uint32_t len; /* of the text, or of the prompt */
	uint32_t max; /* prompt: longest answer wanted; answer: its length */
};

/* FILE_IO (type 11): 64 bytes; a name in UTF-16LE with its NUL, or data,
 * trails. */
#define KD_FILE_IO_SIZE 64
#define KD_FILE_DATA_MAX (4000 - KD_FILE_IO_SIZE)
enum kd_file_api {
	KD_FILE_CREATE = 0x3430,
	KD_FILE_READ = 0x3431,
	KD_FILE_WRITE = 0x3432,
	KD_FILE_CLOSE = 0x3433,
};

struct kd_file_io {
	uint32_t api;
	uint32_t status; /* reply */
	union {
		struct {
			uint32_t access, attributes, share, disposition,
				options;
			uint64_t handle; /* reply */
			uint64_t length; /* reply: of the file */
		} create;
		struct {
			uint64_t handle;
			uint64_t offset;
			uint32_t length;
		} transfer; /* read and write */
		struct {
			uint64_t handle;
		} close;
	} u;
};

/* TRACE_IO (type 9): 64 bytes, data trails. */
#define KD_TRACE_IO_SIZE 64
#define KD_PRINT_TRACE UINT32_C(0x3330)

struct kd_trace_io {
	uint32_t api;
	uint16_t level, processor;
	uint32_t len;
};

/*
 * CONTROL_REQUEST (type 10), debugger to target. No public peer sends it; what
 * it means is not confirmed (kd-protocol 5.4).
 */
#define KD_CONTROL_REQUEST_SIZE 16
#define KD_REQUEST_HARDWARE_BREAKPOINT UINT32_C(0x4300)
#define KD_RELEASE_HARDWARE_BREAKPOINT UINT32_C(0x4301)

struct kd_control_request {
	uint32_t api;
	uint32_t number;
	uint32_t available; /* or released */
};

/* Encode a DbgPrint header; 'len' bytes of text follow it. */
void kd_print_store(uint8_t *payload, uint16_t processor, uint32_t len);

/* Decode and encode the fixed part of each; the bytes must be there. */
void kd_debug_io_load(struct kd_debug_io *d, const uint8_t *payload);
void kd_debug_io_store(const struct kd_debug_io *d, uint8_t *payload);
void kd_file_io_load(struct kd_file_io *f, const uint8_t *payload);
void kd_file_io_store(const struct kd_file_io *f, uint8_t *payload);
void kd_trace_io_load(struct kd_trace_io *t, const uint8_t *payload);
void kd_trace_io_store(const struct kd_trace_io *t, uint8_t *payload);
void kd_control_request_load(struct kd_control_request *c,
			     const uint8_t *payload);
void kd_control_request_store(const struct kd_control_request *c,
			      uint8_t *payload);

/* For those who print them. */
extern const struct kd_layout kd_print_layout, kd_prompt_layout,
	kd_trace_io_layout, kd_control_request_layout, kd_file_io_layout;

/* The union of a FILE_IO packet; NULL if the API is none. */
const struct kd_layout *kd_file_layout(uint32_t api);

#endif
