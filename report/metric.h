/* SPDX-License-Identifier: MIT */
/*
 * Everything that a report says in numbers, as rows: what it is called, its
 * unit, and where it is found in a trial or in one of its steps. Pure.
 */
#ifndef REPORT_METRIC_H
#define REPORT_METRIC_H

#include "bench/result/results.h"
#include "report/number.h"

/* In the order of the columns of a table: steps first, then whole trials. */
enum metric {
	METRIC_THROUGHPUT, /* also of all measured steps of a trial together */
	METRIC_LINES_S,
	METRIC_SLOWDOWN,
	METRIC_BREAK_IN, /* of a print-storm, the slowest */
	METRIC_SKIPPED,
	METRIC_CPU_LOAD,     /* of QEMU */
	METRIC_HARNESS_LOAD, /* of kdbench */
	METRIC_ALL_LOAD,     /* of both together */
	METRIC_CPU_MS_MB,
	METRIC_HARNESS_MS_MB,
	METRIC_ALL_MS_MB,
	METRIC_TRAPS_BYTE,
	METRIC_POLLS_BYTE,
	METRIC_MEAN, /* latencies */
	METRIC_P50,  /* also of all operations of a trial together */
	METRIC_P90,
	METRIC_P99,
	METRIC_P999,
	METRIC_MAX,
	METRIC_OPS_S,
	METRIC_PAYLOAD_OP,
	METRIC_SPLIT_GUEST, /* where the time of one operation goes */
	METRIC_SPLIT_TRANSPORT,
	METRIC_SPLIT_HARNESS,
	/* Of a trial. */
	METRIC_RECOVERY_P50,
	METRIC_RECOVERY_P90,
	METRIC_RECOVERY_MAX,
	METRIC_HEAL,
	METRIC_FAULTS,
	METRIC_RESENDS,
	METRIC_RESETS,
	METRIC_ROUND_TRIPS,
	METRIC_BOOT,
	METRIC_PEAK_RSS,
	METRIC_GUEST_LOAD,
	METRIC_EXITS_BYTE,
	METRIC_IO_EXITS_BYTE, /* exits by kind */
	METRIC_MMIO_EXITS_BYTE,
	METRIC_HALT_EXITS_BYTE,
	METRIC_INJECTIONS_BYTE,
	METRIC_EMULATED_BYTE,
	METRIC_COUNT
};

/* The first number of whole trials. */
#define METRIC_OF_TRIALS METRIC_RECOVERY_P50

struct metric_type {
	const char *key;   /* of a CSV column: base unit last */
	const char *title; /* of a table's column */
	enum quantity kind;
	size_t in_step;  /* offset of a double in struct result_step */
	size_t in_trial; /* the same in struct result_trial */
	/* Where it is not kept but worked out; 'step' is NULL for trials. */
	double (*worked_out)(const struct result_trial *trial,
			     const struct result_step *step);
};

extern const struct metric_type metric_types[METRIC_COUNT];

/* Its value in 'step', or, if that is NULL, in 'trial'. NAN: not available. */
double metric_value(enum metric metric, const struct result_trial *trial,
		    const struct result_step *step);

/* Necessary traps of a step: they moved data or rang a bell. NAN: unknown. */
double metric_traps(const struct result_trial *trial,
		    const struct result_step *step);

#endif
