/* SPDX-License-Identifier: MIT */
/*
 * Unwinding a stack of x64 code as Microsoft's compilers describe it: a table
 * of functions (RUNTIME_FUNCTION) in each image, and for each function what its
 * prologue did to the stack (UNWIND_INFO; "x64 exception handling" in
 * Microsoft's documentation). No memory is read here: the codes, and the
 * registers that are known, tell where the caller's registers lie, and whoever
 * asks reads them. All of it may come from a hostile target. Freestanding.
 */
#ifndef KD_UNWIND_H
#define KD_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

/* Registers by their number in instructions, which is their order in CONTEXT.
 */
enum kd_register {
	KD_RAX,
	KD_RBX = 3,
	KD_RSP = 4,
	KD_RBP = 5,
	KD_RSI = 6,
	KD_RDI = 7,
	KD_R12 = 12,
	KD_R15 = 15,
	KD_REGISTER_COUNT
};

/* RUNTIME_FUNCTION: three u32, all RVAs. */
#define KD_FUNCTION_SIZE 12

struct kd_function {
	uint32_t begin, end; /* the first byte, and the one behind the last */
	uint32_t info;       /* its UNWIND_INFO */
};

void kd_function_load(struct kd_function *f, const uint8_t *from);

/* UNWIND_INFO: version and flags, prologue's bytes, count of codes, frame. */
#define KD_UNWIND_HEADER_SIZE 4
#define KD_UNWIND_VERSION 1
#define KD_UNWIND_CHAINED                                  \
	4 /* flag: behind the codes comes another function \
	   */

/* A code: the offset in the prologue behind its instruction, op and operand. */
enum kd_unwind_op {
	KD_UNWIND_PUSH,         /* of a register */
	KD_UNWIND_ALLOC,        /* operand 0: the next code * 8; 1: u32 */
	KD_UNWIND_ALLOC_SMALL,  /* operand * 8 + 8 */
	KD_UNWIND_SET_FRAME,    /* the frame register */
	KD_UNWIND_SAVE,         /* a register at the next code * 8 */
	KD_UNWIND_SAVE_FAR,     /* a register at u32 */
	KD_UNWIND_SAVE_XMM = 8, /* of these nothing is asked */
	KD_UNWIND_SAVE_XMM_FAR,
	KD_UNWIND_MACHINE_FRAME, /* pushed by the CPU; 1: with error code */
};

/* One frame. */
struct kd_unwind {
	uint64_t registers[KD_REGISTER_COUNT]; /* within its function */
	/*
	 * Filled in: where the caller's registers and the return address lie,
	 * and whether RSP is one of them; else it is behind the latter.
	 */
	unsigned saved_count;
	struct kd_unwind_saved {
		uint8_t reg; /* enum kd_register */
		uint64_t at;
	} saved[KD_REGISTER_COUNT];
	uint64_t return_at;
	bool machine_frame;
	bool chained; /* the codes of 'parent' come next */
	struct kd_function parent;
};

/*
 * Begin a frame whose registers are known, as its codes do: info is 'len' bytes
 * of an UNWIND_INFO, 'offset' how far into the function the program counter is,
 * of which codes of instructions yet to come take no notice. Returns NULL, or
 * what is wrong with it, a string constant; then *u makes no sense.
 */
const char *kd_unwind_begin(struct kd_unwind *u, const uint8_t *info,
			    uint32_t len, uint32_t offset);

/* Go on with the UNWIND_INFO of u->parent, if it is chained. */
const char *kd_unwind_go_on(struct kd_unwind *u, const uint8_t *info,
			    uint32_t len);

/*
 * The same for a program counter in an epilogue, at which 'code' is 'len' bytes
 * of code; info is the function's own. False: it is not in one, and *u is as it
 * was.
 */
bool kd_unwind_epilogue(struct kd_unwind *u, const uint8_t *code, uint32_t len,
			const uint8_t *info);

/*
 * The frame is over: its saved registers have been put into u->registers. Their
 * stack pointer is the caller's now.
 */
void kd_unwind_return(struct kd_unwind *u);

/* Bytes that an UNWIND_INFO takes, as far as its codes. */
uint32_t kd_unwind_info_size(const uint8_t *info);

#endif
