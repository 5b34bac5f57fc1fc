/* SPDX-License-Identifier: MIT */
#include "bench/plan/cell_id.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/session/script.h"

/* Paths that say how a cell is run, or name what is written out elsewhere. */
static const char *const left_out[] = {
	"guest.image",    "guest.boot-timeout", "transport.address",
	"target.profile", "debugger.profile",   "trials.",
	"qemu.",          "interference.",      "faults.",
	"files.",         "guest.disk",         "guest.disk-format",
	"guest.firmware", "guest.sandbox",      "guest.up",
	"guest.quiet",    "guest.arguments",
};

static json_t *text(const char *value)
{
	return json_string(value ? value : "");
}

static json_t *number(uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	return json_string(digits);
}

static void add_rows(json_t *to, const struct setting *rows, const void *config,
		     struct arena *arena)
{
	for (; rows->key; rows++)
		json_object_set_new(to, rows->key,
				    text(setting_write(rows, config, arena)));
}

static json_t *step_json(const struct step *step, struct arena *arena);

static json_t *steps_json(const struct step *steps, size_t count,
			  struct arena *arena)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, step_json(&steps[i], arena));
	return list;
}

static json_t *rows_json(const struct script *script, struct arena *arena)
{
	json_t *list = json_array();

	for (size_t i = 0; i < script->count; i++) {
		const struct script_row *row = &script->rows[i];
		const struct script_type *type = &script_types[row->kind];
		json_t *o = json_object();

		add_rows(o, type->settings, row, arena);
		json_object_set_new(o, "kind", text(type->key));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *step_json(const struct step *step, struct arena *arena)
{
	json_t *o = json_object();

	add_rows(o, step_types[step->kind].settings, step, arena);
	json_object_set_new(o, "kind", text(step_types[step->kind].key));
	json_object_set_new(o, "name", text(step->name));
	json_object_set_new(o, "timeout", number(step->timeout_ns));
	json_object_set_new(o, "size", number(step->size));
	json_object_set_new(o, "count", number(step->count));
	json_object_set_new(o, "duration", number(step->duration_ns));
	json_object_set_new(o, "warmup-size", number(step->warmup_size));
	json_object_set_new(o, "warmup-count", number(step->warmup_count));
	json_object_set_new(o, "warmup-duration", number(step->warmup_ns));
	if (step->kind == STEP_SCRIPT)
		json_object_set_new(o, "rows", rows_json(step->script, arena));
	if (step->kind == STEP_REPEAT)
		json_object_set_new(
			o, "steps",
			steps_json(step->steps, step->step_count, arena));
	return o;
}

static json_t *stage_json(const struct stage_spec *stage, struct arena *arena)
{
	json_t *o = json_object();
	json_t *packet = json_object();

	add_rows(o, stage->type->settings, stage->config, arena);
	add_rows(o, when_settings, &stage->when, arena);
	add_rows(packet, when_packet_settings, &stage->when, arena);
	json_object_set_new(o, "packet", packet);
	json_object_set_new(o, "kind", text(stage->type->name));
	return o;
}

/* Without faults 'flush' means nothing. */
static json_t *chain_json(const struct chain_spec *chain, struct arena *arena)
{
	json_t *stages = json_array();
	json_t *o = json_object();

	for (size_t i = 0; i < chain->count; i++)
		json_array_append_new(stages,
				      stage_json(&chain->stages[i], arena));
	json_object_set_new(o, "stages", stages);
	if (chain->count)
		json_object_set_new(o, "flush", number(chain->flush_ns));
	return o;
}

/* Settings have a dot in their path; variables and names have none. */
static bool matters(const struct cell *cell, const char *key)
{
	if (!strchr(key, '.'))
		return false;
	/* Somebody else's guest is known by its name, and by that alone. */
	if (strcmp(key, "guest.name") == 0)
		return guest_is_external(&cell->guest);
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++) {
		const char *out = left_out[i];
		size_t len = strlen(out);

		if (out[len - 1] == '.' ? strncmp(key, out, len) == 0
					: strcmp(key, out) == 0)
			return false;
	}
	return true;
}

char *cell_canonical(const struct cell *cell, struct arena *arena)
{
	static const char *const accels[] = {
		[ACCEL_TCG] = "tcg",
		[ACCEL_KVM] = "kvm",
		[ACCEL_NONE] = "none",
	};
	json_t *o = json_object();
	char *canonical;

	json_object_set_new(o, "scenario", text(cell->scenario->name));
	if (cell->case_name)
		json_object_set_new(o, "case", text(cell->case_name));
	json_object_set_new(o, "session",
			    steps_json(cell->steps, cell->step_count, arena));
	json_object_set_new(o, "transport",
			    text(transport_types[cell->transport.kind].kind));
	json_object_set_new(o, "accel", text(accels[cell->accel]));
	json_object_set_new(o, "to-target",
			    chain_json(&cell->faults[TO_TARGET], arena));
	json_object_set_new(o, "to-debugger",
			    chain_json(&cell->faults[TO_DEBUGGER], arena));
	for (size_t i = 0; i < cell->param_count; i++) {
		if (matters(cell, cell->params[i].key))
			json_object_set_new(o, cell->params[i].key,
					    text(cell->params[i].value));
	}
	canonical = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(o);
	if (!canonical)
		canonical = mem_strdup("");
	return canonical;
}

void cell_id(char id[17], const struct cell *cell, struct arena *arena)
{
	char *canonical = cell_canonical(cell, arena);

	snprintf(id, 17, "%016" PRIx64,
		 hash_bytes(0, canonical, strlen(canonical)));
	free(canonical);
}
