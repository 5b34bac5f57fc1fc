/* SPDX-License-Identifier: MIT */
/* The steps of a trial, and what they hold. */
#include "bench/result/read.h"

#include <stdlib.h>

#define AT(type, field) offsetof(struct type, field)

/* Rates that one sweep may have. */
#define POINTS_MAX 1000

static const struct field step_fields[] = {
	{ "kind", FIELD_TEXT, AT(result_step, kind) },
	{ "state", FIELD_TEXT, AT(result_step, state) },
	{ "pieces", FIELD_TEXT, AT(result_step, pieces) },
	{ "after", FIELD_TEXT, AT(result_step, after) },
	{ "skipped", FIELD_TEXT, AT(result_step, skipped) },
	{ "ops", FIELD_NUMBER, AT(result_step, ops) },
	{ "payload_bytes", FIELD_NUMBER, AT(result_step, payload_bytes) },
	{ "wire_bytes", FIELD_NUMBER, AT(result_step, wire_bytes) },
	{ "wall_ns", FIELD_NUMBER, AT(result_step, wall_ns) },
	{ "throughput_bytes_s", FIELD_NUMBER,
	  AT(result_step, throughput_bytes_s) },
	{ "round_trips", FIELD_NUMBER, AT(result_step, round_trips) },
	{ "lines", FIELD_NUMBER, AT(result_step, lines) },
	{ "lines_s", FIELD_NUMBER, AT(result_step, lines_s) },
	{ "slowdown", FIELD_NUMBER, AT(result_step, slowdown) },
	{ "prints_skipped", FIELD_NUMBER, AT(result_step, prints_skipped) },
	{ "boot_ns", FIELD_NUMBER, AT(result_step, boot_ns) },
	{ "resync_ns", FIELD_NUMBER, AT(result_step, resync_ns) },
	{ 0 },
};

static const struct field whole_fields[] = {
	{ "ops", FIELD_NUMBER, AT(result_whole, ops) },
	{ "bytes", FIELD_NUMBER, AT(result_whole, bytes) },
	{ 0 },
};

static const struct field thought_fields[] = {
	{ "n", FIELD_NUMBER, AT(result_thought, n) },
	{ "sum_ns", FIELD_NUMBER, AT(result_thought, sum_ns) },
	{ "p50_ns", FIELD_NUMBER, AT(result_thought, p50_ns) },
	{ 0 },
};

static const struct field split_fields[] = {
	{ "guest_ns", FIELD_NUMBER, AT(result_split, guest_ns) },
	{ "transport_ns", FIELD_NUMBER, AT(result_split, transport_ns) },
	{ "harness_ns", FIELD_NUMBER, AT(result_split, harness_ns) },
	{ "wall_ns", FIELD_NUMBER, AT(result_split, wall_ns) },
	{ 0 },
};

static const struct field point_fields[] = {
	{ "offered_bytes_s", FIELD_NUMBER,
	  AT(result_sweep_point, offered_bytes_s) },
	{ "achieved_bytes_s", FIELD_NUMBER,
	  AT(result_sweep_point, achieved_bytes_s) },
	{ "payload_bytes", FIELD_NUMBER,
	  AT(result_sweep_point, payload_bytes) },
	{ "ops", FIELD_NUMBER, AT(result_sweep_point, ops) },
	{ "wall_ns", FIELD_NUMBER, AT(result_sweep_point, wall_ns) },
	{ 0 },
};

static const struct field latency_fields[] = {
	{ "p50", FIELD_NUMBER, AT(result_latency, p50) },
	{ "p90", FIELD_NUMBER, AT(result_latency, p90) },
	{ "p99", FIELD_NUMBER, AT(result_latency, p99) },
	{ "p999", FIELD_NUMBER, AT(result_latency, p999) },
	{ "max", FIELD_NUMBER, AT(result_latency, max) },
	{ "n", FIELD_NUMBER, AT(result_latency, n) },
	{ 0 },
};

static const struct field cpu_fields[] = {
	{ "vcpu_ns", FIELD_NUMBER, AT(result_cpu, vcpu_ns) },
	{ "main_ns", FIELD_NUMBER, AT(result_cpu, main_ns) },
	{ "other_ns", FIELD_NUMBER, AT(result_cpu, other_ns) },
	{ "harness_ns", FIELD_NUMBER, AT(result_cpu, harness_ns) },
	{ "load", FIELD_NUMBER, AT(result_cpu, load) },
	{ 0 },
};

/* Check the pairs by way of a histogram, and keep those that are not empty. */
static bool read_bins(struct arena *arena, const json_t *pairs,
		      struct result_latency *latency, struct err *err)
{
	struct histogram *h = mem_alloc(sizeof(*h));
	bool ok = json_to_histogram(pairs, h, err);

	latency->bins = arena_alloc(arena, json_array_size(pairs) *
						   sizeof(*latency->bins));
	for (uint32_t i = 0; ok && i < HISTOGRAM_BUCKETS; i++)
		if (h->counts[i])
			latency->bins[latency->bin_count++] =
				(struct result_bin){ i, h->counts[i] };
	free(h);
	return ok;
}

static bool read_times(struct arena *arena, const json_t *object,
		       const char *key, struct result_latency *latency,
		       struct err *err)
{
	json_t *part;
	json_t *pairs;

	return json_get_object(object, key, &part, err) &&
	       read_fields(arena, part, latency_fields, latency, err) &&
	       json_get_array(part, "hist", &pairs, err) &&
	       read_bins(arena, pairs, latency, err);
}

bool read_latency(struct arena *arena, const json_t *object,
		  struct result_latency *latency, struct err *err)
{
	return read_times(arena, object, "latency_ns", latency, err);
}

bool read_cpu(struct arena *arena, const json_t *object, struct result_cpu *cpu,
	      struct err *err)
{
	return read_part(arena, object, "cpu", cpu_fields, cpu, err);
}

static bool read_sweep(struct arena *arena, const json_t *object,
		       struct result_step *step, struct err *err)
{
	json_t *list;
	size_t count;

	if (!read_list(object, "sweep", POINTS_MAX, &list, &count, err))
		return false;
	step->sweep = arena_alloc(arena, count * sizeof(*step->sweep));
	step->sweep_count = count;
	for (size_t i = 0; i < count; i++) {
		const json_t *entry = json_array_get(list, i);
		struct result_sweep_point *point = &step->sweep[i];

		if (!read_fields(arena, entry, point_fields, point, err) ||
		    !read_cpu(arena, entry, &point->cpu, err) ||
		    !read_latency(arena, entry, &point->latency, err))
			return err_while(err, "'sweep', entry %zu", i + 1);
	}
	return true;
}

bool read_steps(struct arena *arena, const json_t *record,
		struct result_trial *trial, struct err *err)
{
	json_t *steps;
	json_t *object;
	const char *name;

	if (!json_get_object(record, "steps", &steps, err))
		return false;
	trial->steps = arena_alloc(arena, json_object_size(steps) *
						  sizeof(*trial->steps));
	json_object_foreach(steps, name, object)
	{
		struct result_step *step = &trial->steps[trial->step_count++];

		step->name = arena_strdup(arena, name);
		if (!json_is_object(object))
			return err_set(err, ERR_CONFIG,
				       "step '%.80s' is not an object", name);
		if (!read_fields(arena, object, step_fields, step, err) ||
		    !read_latency(arena, object, &step->latency, err) ||
		    !read_times(arena, object, "cycle_ns", &step->cycle, err) ||
		    !read_part(arena, object, "whole", whole_fields,
			       &step->whole, err) ||
		    !read_part(arena, object, "thought", thought_fields,
			       &step->thought, err) ||
		    !read_cpu(arena, object, &step->cpu, err) ||
		    !read_part(arena, object, "split", split_fields,
			       &step->split, err) ||
		    !read_part(arena, object, "break_in_ns", latency_fields,
			       &step->break_in, err) ||
		    !read_sweep(arena, object, step, err) ||
		    !read_numbers(arena, object, "costs", &step->costs, err) ||
		    !read_numbers(arena, object, "guest", &step->guest, err))
			return err_while(err, "step '%.80s'", name);
	}
	return true;
}
