/* SPDX-License-Identifier: MIT */
/*
 * A toy machine behind kd/target in a process of the host: memory, registers,
 * and the workloads of the guest. It answers as the guest does (docs/guest.md),
 * so that the same sessions run on both. sim_machine.c is what a stopped one is
 * asked, sim_workload.c what a running one does.
 *
 * The simulator runs it in virtual time, where work only sets a clock. In real
 * time (native) work is really done, as much of it as the guest does.
 */
#ifndef LAUNCH_SIM_MACHINE_H
#define LAUNCH_SIM_MACHINE_H

#include "bench/base/keeper.h"
#include "bench/kd/identity.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/say.h"
#include "bench/kd/target.h"
#include "bench/kd/unwind.h"
#include "bench/kd/world.h"

/* Where things are; physical and virtual addresses are the same. */
#define SIM_CODE UINT64_C(0x100000) /* begins with a PE header */
#define SIM_CODE_SIZE 0x2000
#define SIM_SPIN_PC (SIM_CODE + 0x1100)
#define SIM_BREAK_PC (SIM_CODE + 0x1200)
#define SIM_LOOP_PC (SIM_CODE + 0x1300) /* the step loop's instructions */
#define SIM_STACK_PC                                                        \
	(SIM_CODE + 0x1400)             /* where a push without stack fails \
					 */
#define SIM_DIVE_PC (SIM_CODE + 0x1500) /* behind the call of a dive */
#define SIM_BLOCKS UINT64_C(0x110000)   /* KDBB, counters, mailbox */
#define SIM_BLOCKS_SIZE 0x1000
#define SIM_COUNTERS (SIM_BLOCKS + 0x100)
#define SIM_GDT (SIM_BLOCKS + 0x800)
#define SIM_GDT_SIZE 0x88
#define SIM_CODE_SELECTOR 0x08
#define SIM_DATA_SELECTOR 0x10
#define SIM_STACK (SIM_BLOCKS + 0xf00) /* its top, a return address */
#define SIM_WORK_UNITS (SIM_COUNTERS + 8 * KDBB_WORK_UNITS)
#define SIM_IDENTITY UINT64_C(0x120000)
#define SIM_WORLD UINT64_C(0x200000000)
#define SIM_SCRATCH UINT64_C(0x1800000)
#define SIM_PATTERN UINT64_C(0x2000000) /* or behind a larger scratch */

/* Virtual time of one unit of spin work, one step, one break-in poll. */
#define SIM_UNIT_NS 1000
#define SIM_LUMP 64 /* units between two looks at the line */
#define SIM_STEP_NS 1000
#define SIM_POLL_NS 1000

/* From a reset to the first stop: what a small guest takes. */
#define SIM_BOOT_NS UINT64_C(50000000)

/* More pieces of a primitive than this are not asked for by anybody. */
#define SIM_PIECES_MAX (UINT64_C(1) << 32)

/* How the machine has ended, if it has. */
enum sim_end {
	SIM_ALIVE,
	SIM_REBOOT,   /* asked for; the simulator starts it anew */
	SIM_BUGCHECK, /* asked for */
	SIM_TRIPLE_FAULT,
	SIM_DEAF, /* runs on and never looks at the line again */
};

/* Its large regions. */
struct sim_memory {
	uint8_t *scratch, *pattern;
	uint64_t scratch_size, pattern_size; /* bytes */
	uint8_t *world;                      /* or NULL */
	uint64_t world_size;
};

struct sim_machine {
	uint64_t nonce;
	struct sim_memory memory;
	bool owns_memory;
	uint8_t *own_world; /* to be freed, or NULL */
	struct kd_world world;
	bool real_time;  /* work takes its time; nothing else does */
	uint64_t tsc_hz; /* what a tick of its results is */
	uint64_t value;  /* that the work has come to */
	uint8_t code[SIM_CODE_SIZE];
	uint8_t blocks[SIM_BLOCKS_SIZE];
	uint8_t area[KD_IDENTITY_SIZE];
	struct kd_identity identity;
	uint8_t context[KD_CONTEXT_SIZE];
	uint8_t special[KD_SPECIAL_SIZE];
	uint64_t efer;       /* the only MSR */
	uint8_t end;         /* enum sim_end */
	uint32_t bugcheck;   /* its code */
	bool stopped;        /* has not run since its last exception */
	bool stepping;       /* TraceFlag is set */
	uint64_t order;      /* sequence of the mailbox order being done */
	uint64_t command;    /* enum kdbb_workload */
	uint64_t units_left; /* of the current line or spin */
	uint64_t done;       /* lines, notices, ... */
	uint64_t right;      /* of them good */
	uint64_t handle;     /* of the file being transferred */
	uint64_t wanted;     /* bytes of it */
	bool opened;         /* it was asked for */
	bool closed;         /* ... and nothing more will be */
	bool asked;          /* an answer is owed */
	/* KDBB_DIVE: it has been called, and the registers before that. */
	struct kd_world_dive dive; /* depth 0: it has not */
	uint64_t dive_registers[KD_REGISTER_COUNT];
	uint64_t began_ns;
	uint64_t order_ns; /* that the order took, if it says so itself */
	uint64_t act_ns;   /* when the machine does its next thing */
	uint64_t deaf_ns;  /* until then it does not look at the line */
	uint64_t touched_from, touched_to; /* of the scratch region */
};

extern const struct kd_target_ops sim_machine_ops; /* env: sim_machine */

void sim_machine_init(struct sim_machine *m, uint64_t nonce,
		      uint64_t pattern_size, uint64_t scratch_size);

/* The same in memory that somebody else owns; the pattern is put there. */
void sim_machine_init_in(struct sim_machine *m, uint64_t nonce,
			 const struct sim_memory *memory);

/*
 * Build what 'w' says at SIM_WORLD, wherever w->base is; in 'area', which has
 * kd_world_size() bytes and outlives the machine, or, if that is NULL, in
 * memory of the machine's own. Before the machine runs.
 */
void sim_machine_build_world(struct sim_machine *m, struct kd_world w,
			     uint8_t *area);

/*
 * From now on in real time, on a counter of 'tsc_hz': it does its work, and
 * offers the counters, which its owner keeps with sim_machine_count().
 */
void sim_machine_real_time(struct sim_machine *m, uint64_t tsc_hz);

void sim_machine_release(struct sim_machine *m);

/* Part of powering up: a GDT, and the registers that say where it is. */
void sim_machine_segments(struct sim_machine *m);

/* Stop with an exception, as int3 at SIM_BREAK_PC would. */
void sim_machine_break(struct sim_machine *m, struct kd_target *t,
		       uint64_t now);

/* Stop with exception 'code' at 'pc'. */
void sim_machine_stop(struct sim_machine *m, struct kd_target *t, uint32_t code,
		      uint64_t pc, uint64_t now);

/* Where it stands, as every state change tells. */
void sim_machine_describe(struct sim_machine *m, struct kd_exception *e);

/* The target has begun to run: see what it is told to do. */
void sim_machine_resumed(struct sim_machine *m, uint64_t now);

/*
 * As if the world's functions had been called, 'depth' of them, down to the
 * INT3 in the innermost, whose address is returned; 0: there are not that many.
 * Then: as if they had returned.
 */
uint64_t sim_dive_call(struct sim_machine *m, uint64_t depth);
void sim_dive_return(struct sim_machine *m);

/* Is there code? */
bool sim_machine_in_code(const struct sim_machine *m, uint64_t pc);

/*
 * The target runs again: if that is because of an answer, take it, before a
 * break-in makes it say something else.
 */
void sim_machine_heard(struct sim_machine *m, struct kd_target *t);

/*
 * The target runs: do what is due at 'now'. It may stop the target or make it
 * print. Returns when it wants to be called again, or UINT64_MAX.
 */
uint64_t sim_machine_run(struct sim_machine *m, struct kd_target *t,
			 uint64_t now);

/*
 * Do what the list says next, event m->done; false: there is nothing more, or
 * it is wrong. What it asked of a file was answered; false: the bytes are not
 * the file's (sim_events.c).
 */
bool sim_machine_event(struct sim_machine *m, struct kd_target *t,
		       uint64_t now);
bool sim_machine_event_answered(struct sim_machine *m, struct kd_target *t);

/*
 * KDBB_DEAF: what is due now; false: the order is wrong. KDBB_WILD: all of it
 * (sim_deaf.c).
 */
bool sim_machine_deaf(struct sim_machine *m, uint64_t now);
void sim_machine_wild(struct sim_machine *m, struct kd_target *t, uint64_t now);

/*
 * Copy memory out; false if it is not all there. Of a machine that another
 * process runs, and that is not to be believed, only bytes are taken out of *m;
 * where they are says 'memory', which is the caller's own.
 */
bool sim_machine_peek_in(const struct sim_machine *m,
			 const struct sim_memory *memory, uint64_t address,
			 void *to, size_t len);

static inline bool sim_machine_peek(const struct sim_machine *m,
				    uint64_t address, void *to, size_t len)
{
	return sim_machine_peek_in(m, &m->memory, address, to, len);
}

/* A field of the mailbox, KDBB_MAIL_*. */
uint64_t sim_machine_mail(const struct sim_machine *m, unsigned offset);
void sim_machine_set_mail(struct sim_machine *m, unsigned offset,
			  uint64_t value);

/*
 * Virtual time of one piece of a primitive, with the loop around it; 0: it
 * cannot be done here.
 */
uint64_t sim_calibrate_ns(uint64_t primitive);

/* So much at 'at' was written; it matters if that is in the scratch region. */
void sim_machine_touch(struct sim_machine *m, const uint8_t *at, uint64_t len);

/* Put away or bring back what can change in it. */
void sim_machine_keep(struct sim_machine *m, struct keeper *k);

/*
 * Does its memory hold what it held when sim_machine_keep() put it away at
 * 'kept', but for the counters? And its registers?
 */
bool sim_machine_same(const struct sim_machine *m, const uint8_t *kept);

/* Add to a counter, or set it. */
void sim_machine_count(struct sim_machine *m, enum kdbb_counter which,
		       uint64_t n);
void sim_machine_set_count(struct sim_machine *m, enum kdbb_counter which,
			   uint64_t value);

#endif
