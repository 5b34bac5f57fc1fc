/* SPDX-License-Identifier: MIT */
#include "bench/result/read.h"

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
	       read_part(arena, record, "suspect", suspect_fields,
			 &trial->suspect, err) &&
	       read_part(arena, record, "recovery_ns", recovery_fields, trial,
			 err) &&
	       read_part(arena, record, "interference", interference_fields,
			 trial, err) &&
	       read_cpu(arena, record, &trial->cpu, err) &&
	       read_numbers(arena, record, "guest", &trial->guest, err) &&
	       read_numbers(arena, record, "exits_by_kind",
			    &trial->exits_by_kind, err) &&
	       read_numbers(arena, record, "debugger", &trial->debugger, err) &&
	       read_latency(arena, record, &trial->latency, err) &&
	       read_steps(arena, record, trial, err);
}
