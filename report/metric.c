/* SPDX-License-Identifier: MIT */
#include "report/metric.h"

#include <math.h>
#include <stdint.h>

#define NONE SIZE_MAX
#define STEP(field) offsetof(struct result_step, field)
#define TRIAL(field) offsetof(struct result_trial, field)

/* a / b, or NAN if b says nothing. */
static double per(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static double ops_s(const struct result_step *step)
{
	/* One operation, such as being idle for a while, has no rate. */
	return step->ops > 1 ? per(step->ops * 1e9, step->wall_ns) : NAN;
}

/* Nanoseconds per byte and milliseconds per MB are the same number. */
static double cpu_ms_mb(const struct result_step *step)
{
	return per(step->cpu.vcpu_ns + step->cpu.main_ns + step->cpu.other_ns,
		   step->payload_bytes);
}

static double harness_ms_mb(const struct result_step *step)
{
	return per(step->cpu.harness_ns, step->payload_bytes);
}

/*
 * Traps that move data or ring a bell, which are the same on every machine.
 * Polls of a device are reads of it too, and how many there are depends on how
 * long there was to wait; polls of shared memory do not trap.
 */
static double traps_byte(const struct result_step *step)
{
	double mmio = result_counter(&step->guest, "mmio_reads");
	double reads = result_counter(&step->guest, "port_reads");
	double polls = result_counter(&step->guest, "polls");
	double sum;

	/* Guests of before there were such devices did not count them. */
	if (mmio > 0)
		reads += mmio;
	sum = polls > 0 ? reads - fmin(polls, reads) : reads;
	sum += result_counter(&step->guest, "port_writes");
	sum += result_counter(&step->guest, "doorbells");
	sum += result_counter(&step->guest, "mmio_writes");
	return per(sum, step->payload_bytes);
}

/* From the histogram, so to its 3 %. */
static double mean_latency(const struct result_step *step)
{
	double sum = 0;
	double n = 0;

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

static double polls_byte(const struct result_step *step)
{
	return per(result_counter(&step->guest, "polls"), step->payload_bytes);
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
	[METRIC_CPU_LOAD] = { "cpu_load_percent", "CPU load", QUANTITY_PERCENT,
			      STEP(cpu.load), NONE, NULL },
	[METRIC_CPU_MS_MB] = { "cpu_ms_per_mb", "QEMU CPU", QUANTITY_MS_PER_MB,
			       NONE, NONE, cpu_ms_mb },
	[METRIC_HARNESS_MS_MB] = { "harness_ms_per_mb", "kdbench CPU",
				   QUANTITY_MS_PER_MB, NONE, NONE,
				   harness_ms_mb },
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
};

double metric_value(enum metric metric, const struct result_trial *trial,
		    const struct result_step *step)
{
	const struct metric_type *type = &metric_types[metric];
	size_t at = step ? type->in_step : type->in_trial;
	const char *base = step ? (const char *)step : (const char *)trial;

	if (step && type->of_step)
		return type->of_step(step);
	return at == NONE ? NAN : *(const double *)(const void *)(base + at);
}
