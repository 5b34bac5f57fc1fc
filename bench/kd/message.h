/* SPDX-License-Identifier: MIT */
/*
 * Payloads of manipulate packets: requests and replies, typed. Wire bytes are
 * read and written field by field through the tables of api.c, never by laying
 * a struct over them. State changes are in state.h, the rest in io.h.
 * Freestanding.
 */
#ifndef KD_MESSAGE_H
#define KD_MESSAGE_H

#include "bench/kd/api.h"
#include "bench/kd/io.h"
#include "bench/kd/registers.h"
#include "bench/kd/state.h"
#include "bench/kd/status.h"
#include "bench/kd/wire.h"

/* DBGKD_MANIPULATE_STATE64: 56 bytes, data may trail. */
#define KD_MANIPULATE_SIZE 56
#define KD_DATA_MAX (KD_PAYLOAD_MAX - KD_MANIPULATE_SIZE) /* 3944 */

/* Where the union of a manipulate packet begins. */
#define KD_UNION_OFFSET 16

/*
 * A manipulate request or reply without its trailing data. 'u' is the union at
 * offset 16; which member counts follows from 'api'. Bytes of the union that
 * no member claims travel as they came (real Windows echoes them).
 */
struct kd_manipulate {
	uint32_t api;
	uint16_t level;     /* ProcessorLevel */
	uint16_t processor; /* which CPU */
	uint32_t status;    /* ReturnStatus */
	union {
		struct {
			uint64_t address;
			uint32_t count;  /* TransferCount */
			uint32_t actual; /* ActualBytesRead or -Written; in a
					    physical request how it is cached:
					    0 default, 1 yes, 2 no, 3 write-
					    combined */
		} memory;                /* also control space */
		struct {
			uint64_t address; /* reply: where it was found */
			uint64_t length;
			uint32_t pattern_len;
		} search;
		struct {
			uint64_t address;
			uint32_t length;
			uint16_t flags; /* KD_FILL_* */
			uint16_t pattern_len;
		} fill;
		struct {
			uint64_t address;
			uint64_t reserved;
			uint32_t space; /* request 0; reply KD_SPACE_* */
			uint32_t flags; /* KD_QUERY_* */
		} query;
		struct {
			uint32_t flags;
		} context;
		struct {
			uint32_t offset, count, copied;
		} context_ex;
		struct {
			uint64_t address;
			uint32_t handle; /* 1..32 */
		} write_breakpoint;
		struct {
			uint32_t handle;
		} restore_breakpoint;
		struct {
			uint32_t count;
			uint32_t status; /* ContinueStatus; 0: stay stopped */
		} breakpoints_ex;        /* elements trail */
		struct {
			uint64_t address;
			uint32_t flags, calls, max_calls, min_instructions,
				max_instructions, total_instructions;
		} internal_breakpoint;
		struct {
			uint64_t address, instruction;
			uint32_t handle;
			uint8_t size, alignment;
		} custom_breakpoint;
		struct {
			uint64_t address; /* Set */
			uint32_t count;   /* Query: addresses trail */
		} special_call;
		struct {
			uint32_t status; /* ContinueStatus */
			uint32_t trace;  /* TraceFlag: step one instruction */
			uint64_t dr7;
			uint64_t symbol_start;
			uint64_t symbol_end;
		} resume; /* Continue: status only; Continue2: all */
		struct {
			uint64_t address;
			uint32_t size; /* 1, 2 or 4 */
			uint32_t value;
			uint32_t interface, bus, space; /* Ex: 1 ISA, 0, 1 */
		} io;
		struct {
			uint32_t number, low, high;
		} msr;
		struct {
			uint32_t type, bus, slot, offset, length;
		} bus;
		struct {
			uint32_t code;
		} bugcheck;
		struct {
			uint32_t number;
		} partition;
		struct {
			uint16_t major, minor;
			uint8_t protocol, secondary;
			uint16_t flags, machine;
			uint8_t max_type, max_state, max_api, simulation;
			uint64_t kern_base, module_list, data_list;
		} version;
	} u;
};

/* GetVersion: kinds of target in the high byte of MajorVersion, flags. */
#define KD_VERSION_NT 0x00
#define KD_VERSION_BOOT 0x04
#define KD_VERSION_MP 0x0001
#define KD_VERSION_DATA 0x0002  /* DebuggerDataList is valid */
#define KD_VERSION_PTR64 0x0004 /* pointers have 64 bits */
#define KD_VERSION_NOMM 0x0008  /* no memory manager: no PTEs to decode */
#define KD_MACHINE_AMD64 0x8664
#define KD_MACHINE_I386 0x014c

/* FillMemory and QueryMemory. */
#define KD_FILL_VIRTUAL 1
#define KD_FILL_PHYSICAL 2
#define KD_SPACE_PROCESS 0
#define KD_SPACE_SESSION 1
#define KD_SPACE_KERNEL 2
#define KD_QUERY_READ 1
#define KD_QUERY_WRITE 2
#define KD_QUERY_EXECUTE 4
#define KD_QUERY_FIXED 8

/* WriteBreakPointEx: an element of its array; RestoreBreakPointEx: handles. */
#define KD_BREAKPOINT_ELEMENT_SIZE 16 /* u64 address, u32 handle, pad */
#define KD_HANDLE_ELEMENT_SIZE 4

/*
 * Decode the first KD_MANIPULATE_SIZE bytes of a payload. 'arch' is that of the
 * target; of an unknown API only the common fields are set.
 */
void kd_manipulate_load_as(struct kd_manipulate *m, enum kd_arch arch,
			   const uint8_t *payload);

/*
 * Encode into KD_MANIPULATE_SIZE bytes. Only the fields of m->api are written:
 * a reply is made by storing over the request's own bytes.
 */
void kd_manipulate_store_as(const struct kd_manipulate *m, enum kd_arch arch,
			    uint8_t *payload);

/* The same for amd64. */
void kd_manipulate_load(struct kd_manipulate *m, const uint8_t *payload);
void kd_manipulate_store(const struct kd_manipulate *m, uint8_t *payload);

/* The fields in front of the union, for those who print them. */
extern const struct kd_layout kd_manipulate_layout;

#endif
