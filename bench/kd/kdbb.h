/* SPDX-License-Identifier: MIT */
/*
 * 'KDBB', the block by which our guest describes itself. It hangs in the
 * DebuggerDataList that GetVersion names, as 'KDBG' does in Windows, so that
 * the harness finds it with ordinary KD reads over any transport. The guest,
 * the simulated machine and the session share this layout. Freestanding.
 *
 * All fields are u64, little-endian, unless noted; offsets are in bytes from
 * the start of the block. docs/guest.md is the contract in prose.
 */
#ifndef KD_KDBB_H
#define KD_KDBB_H

#include <stdint.h>

#include "bench/kd/io.h"
#include "bench/kd/message.h"
#include "bench/kd/state.h"

#define KDBB_TAG UINT32_C(0x4242444b) /* the bytes 'K' 'D' 'B' 'B' */
#define KDBB_VERSION 1

/* DBGKD_DEBUG_DATA_HEADER64: LIST_ENTRY64, u32 OwnerTag, u32 Size. */
#define KDBB_FLINK 0x00
#define KDBB_BLINK 0x08
#define KDBB_OWNER_TAG 0x10 /* u32 */
#define KDBB_SIZE 0x14      /* u32, of the whole block */
#define KDBB_HEADER_SIZE 0x18

#define KDBB_LAYOUT 0x18         /* KDBB_VERSION */
#define KDBB_TSC_HZ 0x20         /* what the guest was told */
#define KDBB_PATTERN 0x28        /* address of the pattern region */
#define KDBB_PATTERN_SIZE 0x30   /* bytes, a multiple of 8 */
#define KDBB_PATTERN_NONCE 0x38  /* word i = hash_pattern(nonce, i) */
#define KDBB_SCRATCH 0x40        /* address of the region writes may use */
#define KDBB_SCRATCH_SIZE 0x48   /* bytes */
#define KDBB_COUNTERS 0x50       /* address of the counters, see below */
#define KDBB_COUNTERS_COUNT 0x58 /* how many u64 */
#define KDBB_MAILBOX 0x60        /* address of the mailbox, see below */
#define KDBB_SPIN_PC 0x68 /* an address that the spin workload runs through */
#define KDBB_BLOCK_SIZE 0x80

/* Counters: an array of u64, in this order. They only ever grow. */
enum kdbb_counter {
	KDBB_PORT_READS,     /* IN instructions, all of them */
	KDBB_PORT_WRITES,    /* OUT instructions */
	KDBB_MMIO_WRITES,    /* device writes other than doorbells */
	KDBB_DOORBELLS,      /* doorbell writes */
	KDBB_POLLS,          /* of the above, reads that only waited: LSR
				without DR or THRE; empty ring looks */
	KDBB_HALTS,          /* HLT instructions executed */
	KDBB_WAKEUPS,        /* interrupts that ended one */
	KDBB_BYTES_IN,       /* transport bytes received */
	KDBB_BYTES_OUT,      /* and sent */
	KDBB_PACKETS_IN,     /* good data packets */
	KDBB_PACKETS_OUT,    /* data packets, copies included */
	KDBB_RESENT,         /* data packets sent again */
	KDBB_RESENDS_OUT,    /* RESEND packets sent */
	KDBB_RESENDS_IN,     /* and received */
	KDBB_RESETS_IN,      /* RESET packets received */
	KDBB_SERVICE_TICKS,  /* TSC ticks in the protocol: from bytes lying in
				the line's memory to what they bring about
				lying there. Not in it: waiting, and the line's
				own accesses (port loops, doorbells) */
	KDBB_IDLE_LOOPS,     /* turns of the idle loop while running */
	KDBB_WORK_UNITS,     /* units that the current workload has done */
	KDBB_PRINTS_SKIPPED, /* prints dropped: no debugger present */
	KDBB_RX_ERRORS,      /* reads with an error bit in LSR */
	KDBB_MMIO_READS,     /* device reads that trap */
	KDBB_COUNTER_COUNT
};

/*
 * The mailbox: how a stopped guest is told what to do once it runs. The
 * harness writes it whole; the guest looks when it is resumed.
 */
#define KDBB_MAIL_COMMAND 0x00  /* enum kdbb_workload */
#define KDBB_MAIL_SEQUENCE 0x08 /* changes with each new order */
#define KDBB_MAIL_ARG0 0x10
#define KDBB_MAIL_ARG1 0x18
#define KDBB_MAIL_ARG2 0x20
#define KDBB_MAIL_DONE 0x28 /* by the guest: sequence of the finished order */
#define KDBB_MAIL_RESULT0 0x30 /* by the guest */
#define KDBB_MAIL_RESULT1 0x38
#define KDBB_MAIL_SIZE 0x40

/* A unit of spin work is so many hash_u64(): some microseconds under TCG. */
#define KDBB_UNIT_ROUNDS 256

enum kdbb_workload {
	KDBB_IDLE = 0,
	/*
	 * Print arg0 lines as fast as they go (0: until stopped). Line lengths
	 * are log-normal around 80 bytes (kdbb_line_len), arg1 is the nonce;
	 * the low half of arg2 is units of spin work to be done before each
	 * line, its high half nanoseconds from one line to the next, which it
	 * idles away if there is time left (0: it does not wait). Stops with a
	 * breakpoint exception when done; RESULT0 = lines, RESULT1 = TSC ticks.
	 */
	KDBB_PRINT_STORM = 1,
	/*
	 * Spin: arg0 units of pure computation (0: until stopped), passing
	 * KDBB_SPIN_PC once a unit. When done as above; RESULT0 = units,
	 * RESULT1 = TSC ticks.
	 */
	KDBB_SPIN = 2,
	/*
	 * Tell of arg0 modules being loaded, each a stop with a path name that
	 * the debugger continues; bit 0 of arg2: of each being unloaded too.
	 * arg1 is the nonce of kdbb_module(). RESULT0 = notices.
	 */
	KDBB_MODULE_STORM = 3,
	/*
	 * Open the file KDBB_FILE_NAME at the debugger, read arg0 bytes of it
	 * in requests of arg1 (at most 3936) and compare them with the pattern
	 * of nonce arg2, close it. RESULT0 = bytes that were right.
	 */
	KDBB_FILE_TRANSFER = 4,
	/* arg0 rounds of a loop of KDBB_STEP_LOOP_LENGTH short instructions. */
	KDBB_STEP_LOOP = 5,
	/* Pass KDBB_SPIN_PC arg0 times, with nothing to do in between. */
	KDBB_BREAKPOINT_LOOP = 6,
	/* Ask for arg0 lines at the debugger's prompt. RESULT0 = answers. */
	KDBB_PROMPT = 7,
	/*
	 * Lose control in the way of arg0 (enum kdbb_wild), and spin: can one
	 * still break in? Never done.
	 */
	KDBB_WILD = 8,
	/*
	 * Do primitive arg0 (enum kdbb_primitive) arg1 times. RESULT0 = how
	 * often it was done, 0 if this machine has no such device; RESULT1 =
	 * TSC ticks.
	 */
	KDBB_CALIBRATE = 9,
	/*
	 * Copy arg0 bytes from the pattern to the scratch region, over and over
	 * from their starts, arg1 bytes at a time, with the sum that KD wants;
	 * what begins before an end of either region stops there. RESULT0 =
	 * bytes, 0 if arg1 is 0 or there is no such region; RESULT1 = TSC
	 * ticks.
	 */
	KDBB_COPY = 10,
	/*
	 * The line without KD: say KDBB_RAW_READY, then, until told to end,
	 * take requests of KDBB_RAW_REQUEST bytes off it and answer each with
	 * KDBB_RAW_EXTRA bytes and as many bytes of memory as it asks for,
	 * copied onto the line and neither framed nor summed: what a read costs
	 * on the wire with KD, and nothing else of it. Bytes of memory that is
	 * not there are zero. arg0 = KDBB_RAW_SUMMED: the copy is made with the
	 * sum that KD wants, which takes the place of the last four of the
	 * bytes that mean nothing, and comes behind the memory. Bytes lost or
	 * damaged end in disorder; there is nothing to recover with, and no
	 * break-in. RESULT0 = requests answered.
	 */
	KDBB_RAW = 11,
	/*
	 * Do what a list of KDBB_EVENT_SIZE byte entries says: arg0 is its
	 * address, arg1 how many there are, arg2 the nonce of what is printed
	 * and named (bench/kd/events.h). It ends with the list, or at an entry
	 * that is none, or when a file does not hold the bytes of
	 * kdbb_file_byte(arg2). RESULT0 = events done.
	 */
	KDBB_EVENTS = 12,
	/*
	 * Call through arg0 of the world's functions, one within the other, to
	 * a breakpoint in the innermost; continued from there, return through
	 * all of them. RESULT0 = functions that returned; 0 if there are not
	 * that many, or more than KD_WORLD_DEPTH_MAX are asked for.
	 */
	KDBB_DIVE = 13,
	/*
	 * By turns, until there is another order: arg0 ns with interrupts off,
	 * in which nobody looks at the line, and arg1 ns idle. At most
	 * KDBB_DEAF_MAX_NS each.
	 */
	KDBB_DEAF = 14,
};

#define KDBB_DEAF_MAX_NS UINT64_C(10000000000)

/* An entry of KDBB_EVENTS. */
#define KDBB_EVENT_KIND 0x00   /* u32, enum kdbb_event */
#define KDBB_EVENT_LENGTH 0x04 /* u32 */
#define KDBB_EVENT_VALUE 0x08  /* u64 */
#define KDBB_EVENT_SIZE 0x10

enum kdbb_event {
	KDBB_EVENT_PRINT,      /* a line of LENGTH bytes */
	KDBB_EVENT_LOAD,       /* a load-symbols stop, path of LENGTH bytes
				  with its NUL; 0: without one */
	KDBB_EVENT_UNLOAD,     /* the same, going */
	KDBB_EVENT_FILE_OPEN,  /* FILE_IO: create a file whose name has LENGTH
				  bytes, KDBB_FILE_NAME if that is 0; ... */
	KDBB_EVENT_FILE_READ,  /* ... read LENGTH bytes at VALUE, ... */
	KDBB_EVENT_FILE_CLOSE, /* ... close it */
	KDBB_EVENT_STOP,       /* a breakpoint exception; then go on */
	KDBB_EVENT_HAND_OVER,  /* the next stage's KD takes over: a new stack,
				  with fresh ids and SYNC */
	KDBB_EVENT_WORK,       /* VALUE units of spin work */
	KDBB_EVENT_COUNT
};

/* arg2 of a print storm. */
#define KDBB_STORM_GAP_SHIFT 32
#define KDBB_STORM_WORK_MASK UINT32_MAX

/* What KD adds to the data of a read, each way: an ACK, and a packet's frame.
 */
#define KDBB_RAW_EXTRA (2 * KD_HEADER_SIZE + KD_MANIPULATE_SIZE + 1)

/*
 * A request of KDBB_RAW: what to copy, and bytes that mean nothing. A length of
 * none, or of more than KD_DATA_MAX: that was the last one.
 */
#define KDBB_RAW_ADDRESS 0x00 /* u64 */
#define KDBB_RAW_LENGTH 0x08  /* u64 */
#define KDBB_RAW_REQUEST KDBB_RAW_EXTRA

/* arg0 of KDBB_RAW. */
#define KDBB_RAW_PLAIN 0
#define KDBB_RAW_SUMMED 1

/* One byte: from now on the line is not KD's, and nobody looks for a 62. */
#define KDBB_RAW_READY 0x52

/* What KDBB_CALIBRATE can be asked for. */
enum kdbb_primitive {
	KDBB_DO_NOTHING,    /* the loop itself, to be subtracted */
	KDBB_DO_PORT_READ,  /* IN from the line status register of COM1 */
	KDBB_DO_PORT_WRITE, /* OUT to COM1's scratch register */
	KDBB_DO_DOORBELL,   /* a write to the doorbell of the line's device */
	KDBB_DO_MMIO_READ,  /* a read of a register of that device */
	KDBB_DO_POLL,       /* a look into shared memory, found unchanged */
	KDBB_DO_PAUSE,      /* PAUSE */
	KDBB_DO_TSC,        /* RDTSC */
	KDBB_DO_HALT_WAKE,  /* HLT, ended by the timer at the next instant */
	KDBB_DO_COPY_KIB,   /* 1 KiB of pattern copied and summed */
	KDBB_PRIMITIVE_COUNT
};

enum kdbb_wild {
	KDBB_WILD_INTERRUPTS_OFF = 1, /* cli, no more looks at the line */
	KDBB_WILD_NO_IDT = 2,         /* an IDT of limit 0, then an exception */
	KDBB_WILD_NO_STACK = 3,       /* RSP into nowhere, then a push */
};

/* What a file transfer asks for. */
#define KDBB_FILE_NAME "kdbench.bin"
#define KDBB_STEP_LOOP_LENGTH 8

/* Longest path of a module, NUL included. */
#define KDBB_PATH_MAX 64

/*
 * Module 'index' of a storm: what there is to tell of it, and its path, which
 * is s->path_len bytes with its NUL. 'unload' is left to the caller.
 */
void kdbb_module(uint64_t nonce, uint64_t index, struct kd_symbols *s,
		 char path[KDBB_PATH_MAX]);

/* KDBB_FILE_NAME in UTF-16LE with its NUL; returns bytes. */
uint32_t kdbb_file_name(uint8_t to[2 * sizeof(KDBB_FILE_NAME)]);

/*
 * The requests of a file transfer: to open it, with its name in *name and the
 * name's bytes returned; to read at most 'request' of the 'left' bytes that are
 * left from 'offset' on.
 */
uint32_t kdbb_file_open(struct kd_file_io *f,
			uint8_t name[2 * sizeof(KDBB_FILE_NAME)]);
void kdbb_file_read(struct kd_file_io *f, uint64_t handle, uint64_t offset,
		    uint64_t left, uint64_t request);

/* Byte 'offset' of the file: the pattern's words as bytes. */
uint8_t kdbb_file_byte(uint64_t nonce, uint64_t offset);

/* What the prompt workload asks, and the longest answer it takes. */
#define KDBB_PROMPT_TEXT "kdbench> "
#define KDBB_PROMPT_MAX 128

/* Shortest and longest line of a print storm, newline included. */
#define KDBB_LINE_MIN 24
#define KDBB_LINE_MAX 400

/*
 * Length in bytes of line 'index' of a storm: log-normal with median 80 and
 * sigma 0.5, from a table of 64 quantiles, so that guest, simulator and checker
 * agree without floating point.
 */
uint32_t kdbb_line_len(uint64_t nonce, uint64_t index);

/* Write line 'index' (kdbb_line_len bytes, the last is '\n'); returns length.
 */
uint32_t kdbb_line(uint64_t nonce, uint64_t index, uint8_t *to);

#endif
