/* SPDX-License-Identifier: MIT */
#include "bench/result/read.h"

#include <math.h>
#include <stdlib.h>

#define AT(type, field) offsetof(struct type, field)

static const struct field trial_fields[] = {
	{ "scenario", FIELD_NEEDED, AT(result_trial, scenario) },
	{ "cell", FIELD_NEEDED, AT(result_trial, cell) },
	{ "trial", FIELD_NUMBER, AT(result_trial, trial) },
	{ "invalid_reason", FIELD_TEXT, AT(result_trial, invalid_reason) },
	{ "seed", FIELD_SEED, AT(result_trial, seed) },
	{ "verdict", FIELD_NEEDED, AT(result_trial, verdict) },
	{ "detail", FIELD_TEXT, AT(result_trial, detail) },
	{ "repeat", FIELD_TEXT, AT(result_trial, repeat) },
	{ "wall_ns", FIELD_NUMBER, AT(result_trial, wall_ns) },
	{ "boot_ns", FIELD_NUMBER, AT(result_trial, boot_ns) },
	{ "payload_bytes", FIELD_NUMBER, AT(result_trial, payload_bytes) },
	{ "wire_bytes", FIELD_NUMBER, AT(result_trial, wire_bytes) },
	{ "throughput_bytes_s", FIELD_NUMBER,
	  AT(result_trial, throughput_bytes_s) },
	{ "guest_load", FIELD_NUMBER, AT(result_trial, guest_load) },
	{ "round_trips", FIELD_NUMBER, AT(result_trial, round_trips) },
	{ "turnarounds", FIELD_NUMBER, AT(result_trial, turnarounds) },
	{ "wakeups", FIELD_NUMBER, AT(result_trial, wakeups) },
	{ "exits", FIELD_NUMBER, AT(result_trial, exits) },
	{ "peak_rss_bytes", FIELD_NUMBER, AT(result_trial, peak_rss_bytes) },
	{ "heal_ns", FIELD_NUMBER, AT(result_trial, heal_ns) },
	{ "heal", FIELD_TEXT, AT(result_trial, heal) },
	{ "faults", FIELD_NUMBER, AT(result_trial, faults) },
	{ "resends", FIELD_NUMBER, AT(result_trial, resends) },
	{ "resets", FIELD_NUMBER, AT(result_trial, resets) },
	{ 0 },
};

static const struct field suspect_fields[] = {
	{ "dir", FIELD_TEXT, AT(result_suspect, dir) },
	{ "class", FIELD_TEXT, AT(result_suspect, class) },
	{ "type", FIELD_TEXT, AT(result_suspect, type) },
	{ "field", FIELD_TEXT, AT(result_suspect, field) },
	{ "act", FIELD_TEXT, AT(result_suspect, act) },
	{ "stage", FIELD_TEXT, AT(result_suspect, stage) },
	{ "text", FIELD_TEXT, AT(result_suspect, text) },
	{ "ordinal", FIELD_NUMBER, AT(result_suspect, ordinal) },
	{ "copy", FIELD_NUMBER, AT(result_suspect, copy) },
	{ "offset", FIELD_NUMBER, AT(result_suspect, offset) },
	{ 0 },
};

static const struct field recovery_fields[] = {
	{ "p50", FIELD_NUMBER, AT(result_trial, recovery_p50_ns) },
	{ "p90", FIELD_NUMBER, AT(result_trial, recovery_p90_ns) },
	{ "max", FIELD_NUMBER, AT(result_trial, recovery_max_ns) },
	{ "n", FIELD_NUMBER, AT(result_trial, recovery_n) },
	{ 0 },
};

static const struct field interference_fields[] = {
	{ "others_cores", FIELD_NUMBER, AT(result_trial, others_cores) },
	{ "steal_cores", FIELD_NUMBER, AT(result_trial, steal_cores) },
	{ 0 },
};

static const struct field step_fields[] = {
	{ "kind", FIELD_TEXT, AT(result_step, kind) },
	{ "skipped", FIELD_TEXT, AT(result_step, skipped) },
	{ "ops", FIELD_NUMBER, AT(result_step, ops) },
	{ "payload_bytes", FIELD_NUMBER, AT(result_step, payload_bytes) },
	{ "wire_bytes", FIELD_NUMBER, AT(result_step, wire_bytes) },
	{ "wall_ns", FIELD_NUMBER, AT(result_step, wall_ns) },
	{ "throughput_bytes_s", FIELD_NUMBER,
	  AT(result_step, throughput_bytes_s) },
	{ "lines", FIELD_NUMBER, AT(result_step, lines) },
	{ "lines_s", FIELD_NUMBER, AT(result_step, lines_s) },
	{ "slowdown", FIELD_NUMBER, AT(result_step, slowdown) },
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

/* Fill a struct from the object under 'key'; all absent if that is. */
static bool read_part(struct results *r, const json_t *object, const char *key,
		      const struct field *fields, void *to, struct err *err)
{
	json_t *part;

	return json_get_object(object, key, &part, err) &&
	       read_fields(&r->arena, part, fields, to, err);
}

static bool read_numbers(struct results *r, const json_t *object,
			 const char *key, struct result_counters *counters,
			 struct err *err)
{
	json_t *part;

	return json_get_object(object, key, &part, err) &&
	       read_counters(&r->arena, part, counters, err);
}

/* Check the pairs by way of a histogram, and keep those that are not empty. */
static bool read_bins(struct results *r, const json_t *pairs,
		      struct result_latency *latency, struct err *err)
{
	struct histogram *h = mem_alloc(sizeof(*h));
	bool ok = json_to_histogram(pairs, h, err);

	latency->bins = arena_alloc(&r->arena, json_array_size(pairs) *
						       sizeof(*latency->bins));
	for (uint32_t i = 0; ok && i < HISTOGRAM_BUCKETS; i++)
		if (h->counts[i])
			latency->bins[latency->bin_count++] =
				(struct result_bin){ i, h->counts[i] };
	free(h);
	return ok;
}

static bool read_latency(struct results *r, const json_t *object,
			 struct result_latency *latency, struct err *err)
{
	json_t *part;
	json_t *pairs;

	return json_get_object(object, "latency_ns", &part, err) &&
	       read_fields(&r->arena, part, latency_fields, latency, err) &&
	       json_get_array(part, "hist", &pairs, err) &&
	       read_bins(r, pairs, latency, err);
}

static bool read_steps(struct results *r, const json_t *record,
		       struct result_trial *trial, struct err *err)
{
	struct arena *arena = &r->arena;
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
		    !read_latency(r, object, &step->latency, err) ||
		    !read_part(r, object, "cpu", cpu_fields, &step->cpu, err) ||
		    !read_numbers(r, object, "guest", &step->guest, err) ||
		    !read_numbers(r, object, "costs", &step->costs, err))
			return err_while(err, "step '%.80s'", name);
	}
	return true;
}

bool read_trial(struct results *r, const json_t *record,
		struct result_trial *trial, struct err *err)
{
	struct arena *arena = &r->arena;
	json_t *params;

	return read_fields(arena, record, trial_fields, trial, err) &&
	       json_get_bool(record, "valid", true, &trial->valid, err) &&
	       json_get_object(record, "params", &params, err) &&
	       read_params(arena, params, &trial->params, &trial->param_count,
			   err) &&
	       read_part(r, record, "suspect", suspect_fields, &trial->suspect,
			 err) &&
	       read_part(r, record, "recovery_ns", recovery_fields, trial,
			 err) &&
	       read_part(r, record, "interference", interference_fields, trial,
			 err) &&
	       read_part(r, record, "cpu", cpu_fields, &trial->cpu, err) &&
	       read_numbers(r, record, "guest", &trial->guest, err) &&
	       read_numbers(r, record, "debugger", &trial->debugger, err) &&
	       read_latency(r, record, &trial->latency, err) &&
	       read_steps(r, record, trial, err);
}
