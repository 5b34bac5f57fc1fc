/* SPDX-License-Identifier: MIT */
#include "report/metric.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define NONE SIZE_MAX
#define STEP(field) offsetof(struct result_step, field)
#define TRIAL(field) offsetof(struct result_trial, field)

/* a / b, or NAN if b says nothing. */
static double per(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* Every worked out number has these. */
#define FROM const struct result_trial *trial, const struct result_step *step

static double ops_s(FROM)
{
	(void)trial;
	/* One operation, such as being idle for a while, has no rate. */
	return step->ops > 1 ? per(step->ops * 1e9, step->wall_ns) : NAN;
}

static double payload_op(FROM)
{
	(void)trial;
	return step->payload_bytes > 0 ? per(step->payload_bytes, step->ops)
				       : NAN;
}

static double qemu_ns(const struct result_cpu *cpu)
{
	return cpu->vcpu_ns + cpu->main_ns + cpu->other_ns;
}

static double harness_load(FROM)
{
	(void)trial;
	return per(100 * step->cpu.harness_ns, step->wall_ns);
}

static double all_load(FROM)
{
	return step->cpu.load + harness_load(trial, step);
}

/* Nanoseconds per byte and milliseconds per MB are the same number. */
static double cpu_ms_mb(FROM)
{
	(void)trial;
	return per(qemu_ns(&step->cpu), step->payload_bytes);
}

static double harness_ms_mb(FROM)
{
	(void)trial;
	return per(step->cpu.harness_ns, step->payload_bytes);
}

static double all_ms_mb(FROM)
{
	return cpu_ms_mb(trial, step) + harness_ms_mb(trial, step);
}

/*
 * Does a look at the line that finds nothing leave the guest? It does where the
 * line is a device's register; a ring in memory is looked at for free. Records
 * that do not name the kind are of UARTs and rings, and rings read no ports.
 */
static bool polls_trap(const struct result_trial *trial)
{
	const char *kind = result_param(trial->params, trial->param_count,
					"transport.kind");

	return !kind || strcmp(kind, "uart") == 0 ||
	       strcmp(kind, "byteport") == 0;
}

/* Adds a counter that older records do not have. */
static double counted(const struct result_step *step, const char *name)
{
	double value = result_counter(&step->guest, name);

	return isfinite(value) ? value : 0;
}

/*
 * Traps that move data or ring a bell, which are the same on every machine.
 * Where polls trap they are among the reads, and how many there are depends on
 * how long there was to wait, so they are taken out.
 */
double metric_traps(FROM)
{
	double reads = result_counter(&step->guest, "port_reads") +
		       counted(step, "mmio_reads");
	double polls = counted(step, "polls");
	double sum = reads;

	if (polls_trap(trial))
		sum -= fmin(polls, reads);
	sum += result_counter(&step->guest, "port_writes");
	sum += result_counter(&step->guest, "doorbells");
	sum += result_counter(&step->guest, "mmio_writes");
	return sum;
}

static double traps_byte(FROM)
{
	return per(metric_traps(trial, step), step->payload_bytes);
}

/* From the histogram, so to its 3 %. */
static double mean_latency(FROM)
{
	double sum = 0;
	double n = 0;

	(void)trial;
	for (size_t i = 0; i < step->latency.bin_count; i++) {
		const struct result_bin *bin = &step->latency.bins[i];
		double middle = ((double)histogram_lower(bin->bucket) +
				 (double)histogram_upper(bin->bucket)) /
				2;

		/* fmin() of a maximum that is not known is the middle. */
		sum += (double)bin->count * fmin(middle, step->latency.max);
		n += (double)bin->count;
	}
	return per(sum, n);
}

static double polls_byte(FROM)
{
	(void)trial;
	return per(result_counter(&step->guest, "polls"), step->payload_bytes);
}

static double split_guest(FROM)
{
	(void)trial;
	return per(step->split.guest_ns, step->ops);
}

static double split_transport(FROM)
{
	(void)trial;
	return per(step->split.transport_ns, step->ops);
}

static double split_harness(FROM)
{
	(void)trial;
	return per(step->split.harness_ns, step->ops);
}

/* Exits of one kind, or of all, per byte of payload of the whole trial. */
static double of_kind(const struct result_trial *trial, const char *kind)
{
	return per(result_counter(&trial->exits_by_kind, kind),
		   trial->payload_bytes);
}

static double exits_byte(FROM)
{
	(void)step;
	if (isfinite(trial->exits))
		return per(trial->exits, trial->payload_bytes);
	return of_kind(trial, "exits");
}

static double io_exits_byte(FROM)
{
	(void)step;
	return of_kind(trial, "io_exits");
}

static double mmio_exits_byte(FROM)
{
	(void)step;
	return of_kind(trial, "mmio_exits");
}

static double halt_exits_byte(FROM)
{
	(void)step;
	return of_kind(trial, "halt_exits");
}

static double injections_byte(FROM)
{
	(void)step;
	return of_kind(trial, "irq_injections");
}

static double emulated_byte(FROM)
{
	(void)step;
	return of_kind(trial, "insn_emulation");
}

const struct metric_type metric_types[METRIC_COUNT] = {
	[METRIC_THROUGHPUT] = { "throughput_bytes_s", "throughput",
				QUANTITY_BYTES_S, STEP(throughput_bytes_s),
				TRIAL(throughput_bytes_s), NULL },
	[METRIC_MEAN] = { "latency_mean_ns", "mean", QUANTITY_NS, NONE, NONE,
			  mean_latency },
	[METRIC_P50] = { "latency_p50_ns", "p50", QUANTITY_NS,
			 STEP(latency.p50), TRIAL(latency.p50), NULL },
	[METRIC_P90] = { "latency_p90_ns", "p90", QUANTITY_NS,
			 STEP(latency.p90), TRIAL(latency.p90), NULL },
	[METRIC_P99] = { "latency_p99_ns", "p99", QUANTITY_NS,
			 STEP(latency.p99), TRIAL(latency.p99), NULL },
	[METRIC_P999] = { "latency_p999_ns", "p99.9", QUANTITY_NS,
			  STEP(latency.p999), TRIAL(latency.p999), NULL },
	[METRIC_MAX] = { "latency_max_ns", "max", QUANTITY_NS,
			 STEP(latency.max), TRIAL(latency.max), NULL },
	[METRIC_OPS_S] = { "ops_s", "operations", QUANTITY_PER_S, NONE, NONE,
			   ops_s },
	[METRIC_LINES_S] = { "lines_s", "lines", QUANTITY_PER_S, STEP(lines_s),
			     NONE, NULL },
	[METRIC_SLOWDOWN] = { "slowdown", "slowdown", QUANTITY_RATIO,
			      STEP(slowdown), NONE, NULL },
	[METRIC_BREAK_IN] = { "break_in_max_ns", "break-in max", QUANTITY_NS,
			      STEP(break_in.max), NONE, NULL },
	[METRIC_SKIPPED] = { "prints_skipped", "skipped", QUANTITY_COUNT,
			     STEP(prints_skipped), NONE, NULL },
	[METRIC_CPU_LOAD] = { "cpu_load_percent", "CPU load", QUANTITY_PERCENT,
			      STEP(cpu.load), NONE, NULL },
	[METRIC_CPU_MS_MB] = { "cpu_ms_per_mb", "QEMU CPU", QUANTITY_MS_PER_MB,
			       NONE, NONE, cpu_ms_mb },
	[METRIC_HARNESS_MS_MB] = { "harness_ms_per_mb", "kdbench CPU",
				   QUANTITY_MS_PER_MB, NONE, NONE,
				   harness_ms_mb },
	[METRIC_ALL_MS_MB] = { "all_ms_per_mb", "QEMU + kdbench CPU",
			       QUANTITY_MS_PER_MB, NONE, NONE, all_ms_mb },
	[METRIC_HARNESS_LOAD] = { "harness_load_percent", "kdbench load",
				  QUANTITY_PERCENT, NONE, NONE, harness_load },
	[METRIC_ALL_LOAD] = { "all_load_percent", "QEMU + kdbench",
			      QUANTITY_PERCENT, NONE, NONE, all_load },
	[METRIC_PAYLOAD_OP] = { "payload_per_op_bytes", "bytes/op",
				QUANTITY_BYTES, NONE, NONE, payload_op },
	[METRIC_SPLIT_GUEST] = { "split_guest_ns", "guest/op", QUANTITY_NS,
				 NONE, NONE, split_guest },
	[METRIC_SPLIT_TRANSPORT] = { "split_transport_ns", "transport/op",
				     QUANTITY_NS, NONE, NONE, split_transport },
	[METRIC_SPLIT_HARNESS] = { "split_harness_ns", "kdbench/op",
				   QUANTITY_NS, NONE, NONE, split_harness },
	[METRIC_TRAPS_BYTE] = { "traps_per_byte", "traps/byte",
				QUANTITY_PER_BYTE, NONE, NONE, traps_byte },
	[METRIC_POLLS_BYTE] = { "polls_per_byte", "polls/byte",
				QUANTITY_PER_BYTE, NONE, NONE, polls_byte },
	[METRIC_RECOVERY_P50] = { "recovery_p50_ns", "recovery p50",
				  QUANTITY_NS, NONE, TRIAL(recovery_p50_ns),
				  NULL },
	[METRIC_RECOVERY_P90] = { "recovery_p90_ns", "recovery p90",
				  QUANTITY_NS, NONE, TRIAL(recovery_p90_ns),
				  NULL },
	[METRIC_RECOVERY_MAX] = { "recovery_max_ns", "recovery max",
				  QUANTITY_NS, NONE, TRIAL(recovery_max_ns),
				  NULL },
	[METRIC_HEAL] = { "heal_ns", "heal", QUANTITY_NS, NONE, TRIAL(heal_ns),
			  NULL },
	[METRIC_FAULTS] = { "faults", "faults", QUANTITY_COUNT, NONE,
			    TRIAL(faults), NULL },
	[METRIC_RESENDS] = { "resends", "re-sends", QUANTITY_COUNT, NONE,
			     TRIAL(resends), NULL },
	[METRIC_RESETS] = { "resets", "resets", QUANTITY_COUNT, NONE,
			    TRIAL(resets), NULL },
	[METRIC_ROUND_TRIPS] = { "round_trips", "round trips", QUANTITY_COUNT,
				 NONE, TRIAL(round_trips), NULL },
	[METRIC_BOOT] = { "boot_ns", "boot", QUANTITY_NS, NONE, TRIAL(boot_ns),
			  NULL },
	[METRIC_PEAK_RSS] = { "peak_rss_bytes", "peak memory", QUANTITY_BYTES,
			      NONE, TRIAL(peak_rss_bytes), NULL },
	[METRIC_GUEST_LOAD] = { "guest_load_percent", "guest load",
				QUANTITY_PERCENT, NONE, TRIAL(guest_load),
				NULL },
	[METRIC_EXITS_BYTE] = { "exits_per_byte", "exits/byte",
				QUANTITY_PER_BYTE, NONE, NONE, exits_byte },
	[METRIC_IO_EXITS_BYTE] = { "io_exits_per_byte", "port exits/byte",
				   QUANTITY_PER_BYTE, NONE, NONE,
				   io_exits_byte },
	[METRIC_MMIO_EXITS_BYTE] = { "mmio_exits_per_byte", "MMIO exits/byte",
				     QUANTITY_PER_BYTE, NONE, NONE,
				     mmio_exits_byte },
	[METRIC_HALT_EXITS_BYTE] = { "halt_exits_per_byte", "HLT exits/byte",
				     QUANTITY_PER_BYTE, NONE, NONE,
				     halt_exits_byte },
	[METRIC_INJECTIONS_BYTE] = { "irq_injections_per_byte",
				     "interrupts/byte", QUANTITY_PER_BYTE, NONE,
				     NONE, injections_byte },
	[METRIC_EMULATED_BYTE] = { "insn_emulation_per_byte", "emulated/byte",
				   QUANTITY_PER_BYTE, NONE, NONE,
				   emulated_byte },
};

double metric_value(enum metric metric, const struct result_trial *trial,
		    const struct result_step *step)
{
	const struct metric_type *type = &metric_types[metric];
	size_t at = step ? type->in_step : type->in_trial;
	const char *base = step ? (const char *)step : (const char *)trial;

	/* Over several rates, or things that are not alike, nothing is one. */
	if (step && (step->sweep_count || step->costs.count))
		return NAN;
	if (type->worked_out)
		return (step != NULL) == (metric < METRIC_OF_TRIALS)
			       ? type->worked_out(trial, step)
			       : NAN;
	return at == NONE ? NAN : *(const double *)(const void *)(base + at);
}
