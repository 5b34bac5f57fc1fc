/* SPDX-License-Identifier: MIT */
/*
 * State changes (type 7, DBGKD_ANY_WAIT_STATE_CHANGE): why the target stopped.
 * 240 bytes; a path, two strings or trace data may trail. Freestanding.
 */
#ifndef KD_STATE_H
#define KD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/kd/layout.h"

#define KD_STATE_SIZE 240

/* NewState, without the bit of the alternate form. */
#define KD_STATE_EXCEPTION UINT32_C(0x3030)
#define KD_STATE_LOAD_SYMBOLS UINT32_C(0x3031)
#define KD_STATE_COMMAND_STRING UINT32_C(0x3032)
#define KD_STATE_ALTERNATE UINT32_C(0x10000)

/* ExceptionInformation[0] of a breakpoint: which service was asked for. */
enum kd_service {
	KD_SERVICE_BREAK,
	KD_SERVICE_PRINT,
	KD_SERVICE_PROMPT,
	KD_SERVICE_LOAD_SYMBOLS,
	KD_SERVICE_UNLOAD_SYMBOLS,
	KD_SERVICE_COMMAND
};

#define KD_EXCEPTION_PARAMETERS 15

/* What every state change tells, and an exception in addition. */
struct kd_exception {
	uint16_t level, processor;
	uint32_t processors;
	uint64_t thread;
	uint64_t pc;
	/* Of an exception: */
	uint32_t code;
	uint32_t flags;
	uint64_t record;
	uint64_t address;
	uint32_t parameter_count;
	uint64_t parameters[KD_EXCEPTION_PARAMETERS];
	bool first_chance;
	/* The control report: */
	uint64_t dr6, dr7;
	uint32_t eflags;
	uint16_t cs, ds, es, fs;
	uint8_t code_bytes[16]; /* InstructionStream at pc */
	uint16_t code_count;    /* how many of them are valid */
};

/* BaseOfDll of a notice that the whole target goes down, or hibernates. */
#define KD_BASE_SHUTDOWN UINT64_MAX
#define KD_BASE_HIBERNATE (UINT64_MAX - 1)

/* A module was loaded or unloaded; its path trails. */
struct kd_symbols {
	uint32_t path_len; /* with the NUL; 0: no path */
	uint64_t base;     /* BaseOfDll, or KD_BASE_* */
	uint64_t process;
	uint32_t checksum;
	uint32_t size; /* SizeOfImage */
	bool unload;
};

/* Encode KD_STATE_SIZE bytes of an exception (amd64 control report). */
void kd_exception_store(const struct kd_exception *e, uint8_t *payload);

/*
 * Encode KD_STATE_SIZE bytes of a load-symbols notice; where it stopped is
 * taken from 'e'. The path, path_len bytes, is put behind them by the caller.
 */
void kd_symbols_store(const struct kd_symbols *s, const struct kd_exception *e,
		      uint8_t *payload);

/* Encode a command string's KD_STATE_SIZE bytes; two strings trail. */
void kd_command_store(uint32_t flags, const struct kd_exception *e,
		      uint8_t *payload);

/*
 * Decode a state change of at least KD_STATE_SIZE bytes; returns NewState
 * without KD_STATE_ALTERNATE. Of anything but an exception the exception's own
 * fields are zero.
 */
uint32_t kd_state_load_as(struct kd_exception *e, enum kd_arch arch,
			  const uint8_t *payload);
uint32_t kd_state_load(struct kd_exception *e, const uint8_t *payload);

/* Decode the part that only a load-symbols notice has. */
void kd_symbols_load(struct kd_symbols *s, const uint8_t *payload);

/* For those who print them: the parts of a state change. */
extern const struct kd_layout kd_state_layout, kd_exception_layout,
	kd_symbols_layout, kd_command_layout;
extern const struct kd_layout kd_report_layouts[2]; /* by enum kd_arch */

/* Where the control report has its InstructionStream. */
uint16_t kd_report_code_offset(enum kd_arch arch);

#endif
