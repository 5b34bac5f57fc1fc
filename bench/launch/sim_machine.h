/* SPDX-License-Identifier: MIT */
/*
 * A toy machine behind kd/target in this process: memory, a CONTEXT, and the
 * workloads of the guest, in virtual time. It answers as the guest does
 * (docs/guest.md), so that the same sessions run on both.
 */
#ifndef LAUNCH_SIM_MACHINE_H
#define LAUNCH_SIM_MACHINE_H

#include "bench/kd/kdbb.h"
#include "bench/kd/target.h"

/* Where things are; physical and virtual addresses are the same. */
#define SIM_CODE UINT64_C(0x100000)
#define SIM_CODE_SIZE 0x1000
#define SIM_SPIN_PC (SIM_CODE + 0x100)
#define SIM_BREAK_PC (SIM_CODE + 0x200)
#define SIM_BLOCKS UINT64_C(0x110000) /* list head, KDBB, counters, mailbox */
#define SIM_BLOCKS_SIZE 0x1000
#define SIM_SCRATCH UINT64_C(0x1800000)
#define SIM_PATTERN UINT64_C(0x2000000)

/* Virtual time of one unit of spin work, one step, one break-in poll. */
#define SIM_UNIT_NS 1000
#define SIM_LUMP 64 /* units between two looks at the line */
#define SIM_STEP_NS 1000
#define SIM_POLL_NS 1000

struct sim_machine {
	uint64_t nonce;
	uint64_t scratch_size, pattern_size;
	uint8_t *scratch; /* owned */
	uint8_t *pattern; /* owned */
	uint8_t code[SIM_CODE_SIZE];
	uint8_t blocks[SIM_BLOCKS_SIZE];
	uint8_t context[KD_CONTEXT_SIZE];
	bool stopped;        /* has not run since its last exception */
	bool stepping;       /* TraceFlag is set */
	bool rebooted;       /* Reboot was asked for */
	uint64_t order;      /* sequence of the mailbox order being done */
	uint64_t command;    /* enum kdbb_workload */
	uint64_t units_left; /* of the current line or spin */
	uint64_t line;       /* index of the next line */
	uint64_t began_ns;
	uint64_t act_ns; /* when the machine does its next thing */
};

extern const struct kd_target_ops sim_machine_ops; /* env: sim_machine */

void sim_machine_init(struct sim_machine *m, uint64_t nonce,
		      uint64_t pattern_size, uint64_t scratch_size);
void sim_machine_release(struct sim_machine *m);

/* Stop with an exception, as int3 at SIM_BREAK_PC would. */
void sim_machine_break(struct sim_machine *m, struct kd_target *t,
		       uint64_t now);

/* The target has begun to run: see what it is told to do. */
void sim_machine_resumed(struct sim_machine *m, uint64_t now);

/*
 * The target runs: do what is due at 'now'. It may stop the target or make it
 * print. Returns when it wants to be called again, or UINT64_MAX.
 */
uint64_t sim_machine_run(struct sim_machine *m, struct kd_target *t,
			 uint64_t now);

/* Copy memory out; false if it is not all there. */
bool sim_machine_peek(const struct sim_machine *m, uint64_t address, void *to,
		      size_t len);

#endif
