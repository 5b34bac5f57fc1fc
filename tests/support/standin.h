/* SPDX-License-Identifier: MIT */
/*
 * A target that somebody else started: bench/kd/target.c on a machine of its
 * own, behind a byte stream, in real time. It knows no KDBB, and treats its own
 * INT3 as Windows does: who continues it without stepping over meets it again.
 */
#ifndef SUPPORT_STANDIN_H
#define SUPPORT_STANDIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/kd/target.h"

#define STANDIN_BASE UINT64_C(0xfffff80000100000)
#define STANDIN_SIZE 0x20000
/* A loop that it runs through all the time. */
#define STANDIN_LOOP (STANDIN_BASE + 0x1000)
#define STANDIN_LOOP_SIZE 0x40
/* Where it stops for a break-in. */
#define STANDIN_BREAK (STANDIN_BASE + 0x200)
/* A byte that is another one each time. */
#define STANDIN_FICKLE (STANDIN_BASE + 0x18000)
/* A byte that cannot be written. */
#define STANDIN_ROM (STANDIN_BASE + 0x19000)

/* A byte that stays what it is, though it takes what is written. */
#define STANDIN_DEAF (STANDIN_BASE + 0x1a000)

/* Its DebuggerDataList, and the one block in it. */
#define STANDIN_LIST_AT (STANDIN_BASE + 0x400)
#define STANDIN_BLOCK_AT (STANDIN_BASE + 0x440)
#define STANDIN_INT3 0xcc

/* What GetVersion says of a DebuggerDataList. */
enum standin_list {
	STANDIN_NO_LIST,
	STANDIN_BAD_LIST, /* it cannot be read */
	STANDIN_KDBG,     /* it holds one block, which is not ours */
};

struct standin_config {
	enum standin_list list;
	bool mute;           /* never sends anything again by itself */
	bool stopped;        /* is at its break when it begins, not running */
	bool modules;        /* tells of a module whenever it is let go, and in
				place of a break-in */
	bool i386;           /* has the registers of one */
	bool reactos;        /* follows ReactOS' rules */
	unsigned boots;      /* prints, modules and questions, in turns, before
				it runs */
	unsigned hang_up_at; /* closes at this request; 0: never */
};

/* All of it; plain data, so that it can lie in shared memory. */
struct standin {
	struct standin_config config;
	struct kd_target t;
	uint8_t memory[STANDIN_SIZE];
	uint8_t context[KD_CONTEXT_SIZE];
	uint64_t pc;
	uint64_t resume_at; /* where the break interrupted the loop */
	bool stepping;
	bool module_due;
	bool told;       /* of a module, when it was to break in */
	unsigned booted; /* of its boots */
	unsigned writes, breakpoints, contexts_set;
};

/* Its memory at an address within [STANDIN_BASE, + STANDIN_SIZE). */
uint8_t *standin_at(struct standin *s, uint64_t address);

/* What its half of the protocol asks of it; 'env' is the stand-in. */
extern const struct kd_target_ops standin_ops;

/* Power it up. */
void standin_init(struct standin *s, const struct standin_config *config);

/*
 * Serve whoever is at 'fd' (non-blocking or not) until he leaves or hang_up_at
 * is reached. The machine goes on where it was with the next one.
 */
void standin_serve(struct standin *s, int fd);

/* A machine in shared memory and a process that serves one end; *fd is ours. */
struct standin *standin_start(const struct standin_config *config, int *fd,
			      pid_t *pid);

/* Close 'fd' and wait for the process; the machine can be looked at after. */
void standin_wait(int fd, pid_t pid);

#endif
