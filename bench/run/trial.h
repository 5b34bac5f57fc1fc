/* SPDX-License-Identifier: MIT */
/* One trial: one fresh target, one session, everything that was measured. */
#ifndef RUN_TRIAL_H
#define RUN_TRIAL_H

#include "bench/plan/plan.h"
#include "bench/run/boot_external.h"
#include "bench/run/trail.h"
#include "bench/run/host_load.h"
#include "bench/run/trace.h"
#include "bench/session/session.h"

struct trial_input {
	const struct plan *plan;
	const struct cell *cell;
	uint64_t run_seed;
	uint64_t number; /* from 1; a repetition has the same number */
	bool trace;
	/* Somebody else's guest boots, which may take minutes; NULL: nobody
	   looks. */
	void (*booting)(void *env, const struct trial_input *input,
			const struct boot_talk *talk);
	void *env;
};

struct trial {
	const struct trial_input *input;
	uint64_t seed; /* hash(run seed, cell id, number) */
	uint64_t nonce;
	enum verdict verdict;
	char detail[512];
	bool has_suspect;
	struct fault_act suspect;
	uint64_t boot_ns;           /* exec to the first whole packet; 0: sim */
	uint64_t began_ns, wall_ns; /* of the session */
	uint64_t heal_ns;           /* from the heal to the end; 0: none */
	bool healed;
	bool impatient; /* the heal came before the session's end: what was
			   measured after it says nothing about the faults */
	struct kd_counts counts;
	uint64_t recoveries;
	uint64_t round_trips, turnarounds;
	uint64_t unasked_stops; /* break-ins by nobody */
	bool exits_known;
	struct exit_counts exits; /* of the virtual CPU, as KVM counts them */
	uint64_t tsc_hz; /* of the target's clock, as it says; 0: unknown */
	struct link_counts link;
	uint64_t peak_rss_bytes; /* of QEMU; 0: unknown */
	struct step_cpu cpu;     /* of the whole session */
	bool virtual_time;       /* the target lived in this process */
	bool loaded;             /* the next two are known */
	double others_cores, steal_cores;
	struct step_record *records; /* owned */
	size_t record_count;
	struct trail trail;
	struct trace trace;
	struct err failure; /* why it could not be run; kind ERR_NONE: it was */
};

/* The seed of a trial: the same for every repetition of its number. */
uint64_t trial_seed(uint64_t run_seed, const char *cell_id, uint64_t number);

/*
 * Run it. A failure of the harness, the host or the guest is a verdict, so this
 * fails only for ERR_INTERRUPTED, with what was measured so far in *t. Release
 * in any case.
 */
bool trial_run(struct trial *t, const struct trial_input *input,
	       struct err *err);

/* What its trace says about itself; the text is the plan's. */
struct trace_about trial_about(const struct trial *t);

void trial_release(struct trial *t);

#endif
