/* SPDX-License-Identifier: MIT */
/*
 * Payloads: requests, replies, state changes, prints. Wire bytes are read and
 * written field by field, never by laying a struct over them. Offsets are those
 * of ReactOS' windbgkd.h (amd64 layout where the two differ). Freestanding.
 */
#ifndef KD_MESSAGE_H
#define KD_MESSAGE_H

#include "bench/kd/wire.h"

/* Manipulate requests: DBGKD_MANIPULATE_STATE64, 56 bytes, data may trail. */
#define KD_MANIPULATE_SIZE 56
#define KD_DATA_MAX (KD_PAYLOAD_MAX - KD_MANIPULATE_SIZE) /* 3944 */

enum kd_api {
	KD_API_READ_VIRTUAL = 0x3130,
	KD_API_WRITE_VIRTUAL = 0x3131,
	KD_API_GET_CONTEXT = 0x3132,
	KD_API_SET_CONTEXT = 0x3133,
	KD_API_WRITE_BREAKPOINT = 0x3134,
	KD_API_RESTORE_BREAKPOINT = 0x3135,
	KD_API_CONTINUE = 0x3136,
	KD_API_READ_CONTROL = 0x3137,
	KD_API_REBOOT = 0x313b,
	KD_API_CONTINUE2 = 0x313c,
	KD_API_READ_PHYSICAL = 0x313d,
	KD_API_WRITE_PHYSICAL = 0x313e,
	KD_API_GET_VERSION = 0x3146,
};

/* NTSTATUS values that travel in ReturnStatus and ContinueStatus. */
#define KD_STATUS_SUCCESS UINT32_C(0)
#define KD_STATUS_PENDING UINT32_C(0x00000103) /* WinDbg's requests hold it */
#define KD_STATUS_UNSUCCESSFUL UINT32_C(0xc0000001)
#define KD_CONTINUE_HANDLED UINT32_C(0x00010001)
#define KD_CONTINUE UINT32_C(0x00010002)

static inline bool kd_status_ok(uint32_t status)
{
	return (status & UINT32_C(0x80000000)) == 0;
}

/* State change (type 7): 240 bytes, path or trace data may trail. */
#define KD_STATE_SIZE 240
#define KD_STATE_EXCEPTION UINT32_C(0x3030)
#define KD_STATE_LOAD_SYMBOLS UINT32_C(0x3031)

#define KD_CODE_BREAKPOINT UINT32_C(0x80000003)
#define KD_CODE_SINGLE_STEP UINT32_C(0x80000004)
#define KD_CODE_ACCESS_VIOLATION UINT32_C(0xc0000005)

/* DEBUG_IO (type 3): 16 bytes, text trails. */
#define KD_DEBUG_IO_SIZE 16
#define KD_PRINT_STRING UINT32_C(0x3230)
#define KD_PRINT_MAX                                            \
	512 /* longest text of one DbgPrint (ReactOS kdprint.c) \
	     */

/* The amd64 CONTEXT and KSPECIAL_REGISTERS. */
#define KD_CONTEXT_SIZE 0x4d0
#define KD_CONTEXT_FLAGS_OFFSET 0x30
#define KD_CONTEXT_EFLAGS_OFFSET 0x44
#define KD_CONTEXT_RAX_OFFSET 0x78
#define KD_CONTEXT_RSP_OFFSET 0x98
#define KD_CONTEXT_RIP_OFFSET 0xf8
#define KD_SPECIAL_SIZE 0xe0
#define KD_CONTROL_SPACE_SPECIAL 2 /* the selector that returns them */

#define KD_EFLAGS_TF UINT32_C(0x100)

#define KD_MACHINE_AMD64 0x8664

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
			uint32_t actual; /* ActualBytesRead or -Written */
		} memory;                /* also control space */
		struct {
			uint64_t address;
			uint32_t handle; /* 1..32 */
		} write_breakpoint;
		struct {
			uint32_t handle;
		} restore_breakpoint;
		struct {
			uint32_t flags;
		} context;
		struct {
			uint32_t status; /* ContinueStatus */
			uint32_t trace;  /* TraceFlag: step one instruction */
			uint64_t dr7;
			uint64_t symbol_start;
			uint64_t symbol_end;
		} resume; /* Continue: status only; Continue2: all */
		struct {
			uint16_t major, minor;
			uint8_t protocol, secondary;
			uint16_t flags, machine;
			uint8_t max_type, max_state, max_api, simulation;
			uint64_t kern_base, module_list, data_list;
		} version;
	} u;
};

/* GetVersion flags: DebuggerDataList is valid; pointers have 64 bits. */
#define KD_VERSION_DATA 0x0002
#define KD_VERSION_PTR64 0x0004
#define KD_VERSION_NOMM 0x0008

/* Decode the first KD_MANIPULATE_SIZE bytes of a payload. */
void kd_manipulate_load(struct kd_manipulate *m, const uint8_t *payload);

/*
 * Encode into KD_MANIPULATE_SIZE bytes. Only the fields of m->api are written:
 * a reply is made by storing over the request's own bytes.
 */
void kd_manipulate_store(const struct kd_manipulate *m, uint8_t *payload);

/* Does the target answer this request (or only ACK it)? */
bool kd_api_has_reply(uint32_t api);

/* What an exception state change tells. */
struct kd_exception {
	uint16_t level, processor;
	uint32_t processors;
	uint64_t thread;
	uint64_t pc;
	uint32_t code;
	uint64_t address;
	bool first_chance;
	uint64_t dr6, dr7;
	uint32_t eflags;
	uint16_t cs, ds, es, fs;
	uint8_t code_bytes[16]; /* InstructionStream at pc */
	uint16_t code_count;    /* how many of them are valid */
};

/* Encode KD_STATE_SIZE bytes (amd64 control report). */
void kd_exception_store(const struct kd_exception *e, uint8_t *payload);

/*
 * Decode a state change of at least KD_STATE_SIZE bytes; returns NewState with
 * the alternate-form bit (0x10000) removed. For anything but an exception only
 * level, processor, processors, thread and pc are set.
 */
uint32_t kd_state_load(struct kd_exception *e, const uint8_t *payload);

/* Encode a DbgPrint header; 'len' bytes of text follow it. */
void kd_print_store(uint8_t *payload, uint16_t processor, uint32_t len);

#endif
