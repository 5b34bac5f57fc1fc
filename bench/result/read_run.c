/* SPDX-License-Identifier: MIT */
#include "bench/result/read.h"

#include <math.h>
#include <string.h>

#define AT(type, field) offsetof(struct type, field)

static const struct field run_fields[] = {
	{ "run", FIELD_TEXT, AT(result_run, id) },
	{ "kdbench", FIELD_TEXT, AT(result_run, kdbench) },
	{ "git", FIELD_TEXT, AT(result_run, git) },
	{ "started", FIELD_TEXT, AT(result_run, started) },
	{ "command", FIELD_TEXT, AT(result_run, command) },
	{ "seed", FIELD_SEED, AT(result_run, seed) },
	{ "only", FIELD_TEXT, AT(result_run, only) },
	{ "accel_why", FIELD_TEXT, AT(result_run, accel_why) },
	{ 0 },
};

static const struct field host_fields[] = {
	{ "id", FIELD_TEXT, AT(result_host, id) },
	{ "name", FIELD_TEXT, AT(result_host, name) },
	{ "cpu", FIELD_TEXT, AT(result_host, cpu) },
	{ "kernel", FIELD_TEXT, AT(result_host, kernel) },
	{ "governor", FIELD_TEXT, AT(result_host, governor) },
	{ "cores", FIELD_NUMBER, AT(result_host, cores) },
	{ "memory_bytes", FIELD_NUMBER, AT(result_host, memory_bytes) },
	{ "load1", FIELD_NUMBER, AT(result_host, load1) },
	{ "clock_cost_ps", FIELD_NUMBER, AT(result_host, clock_cost_ps) },
	{ "tsc_hz", FIELD_NUMBER, AT(result_host, tsc_hz) },
	{ "virtualised", FIELD_FLAG, AT(result_host, virtualised) },
	{ "kvm", FIELD_FLAG, AT(result_host, kvm) },
	{ 0 },
};

static const struct field qemu_fields[] = {
	{ "binary", FIELD_TEXT, AT(result_run, qemu_binary) },
	{ "version", FIELD_TEXT, AT(result_run, qemu_version) },
	{ "firmware", FIELD_TEXT, AT(result_run, qemu_firmware) },
	{ 0 },
};

static const struct field guest_fields[] = {
	{ "sha", FIELD_TEXT, AT(result_run, guest_sha) },
	{ "size", FIELD_NUMBER, AT(result_run, guest_size) },
	{ 0 },
};

static const struct field scenario_fields[] = {
	{ "name", FIELD_NEEDED, AT(result_scenario, name) },
	{ "path", FIELD_TEXT, AT(result_scenario, path) },
	{ "about", FIELD_TEXT, AT(result_scenario, about) },
	{ "text", FIELD_TEXT, AT(result_scenario, text) },
	{ "skip", FIELD_TEXT, AT(result_scenario, skip) },
	{ 0 },
};

static const struct field trials_fields[] = {
	{ "min", FIELD_NUMBER, AT(result_scenario, trials_min) },
	{ "max", FIELD_NUMBER, AT(result_scenario, trials_max) },
	{ 0 },
};

static const struct field cell_fields[] = {
	{ "cell", FIELD_NEEDED, AT(result_cell, id) },
	{ "label", FIELD_TEXT, AT(result_cell, label) },
	{ "skip", FIELD_TEXT, AT(result_cell, skip) },
	{ 0 },
};

static const struct field expectation_fields[] = {
	{ "scenario", FIELD_TEXT, AT(result_expectation, scenario) },
	{ "cell", FIELD_TEXT, AT(result_expectation, cell) },
	{ "label", FIELD_TEXT, AT(result_expectation, label) },
	{ "what", FIELD_TEXT, AT(result_expectation, what) },
	{ "met", FIELD_FLAG, AT(result_expectation, met) },
	{ 0 },
};

static const struct field limit_fields[] = {
	{ "name", FIELD_NEEDED, AT(result_limit, name) },
	{ "about", FIELD_TEXT, AT(result_limit, about) },
	{ "accel", FIELD_TEXT, AT(result_limit, accel) },
	{ "skip", FIELD_TEXT, AT(result_limit, skip) },
	{ "bytes", FIELD_NUMBER, AT(result_limit, bytes) },
	{ 0 },
};

static const struct field end_fields[] = {
	{ "interrupted", FIELD_FLAG, AT(results, interrupted) },
	{ "wall_ns", FIELD_NUMBER, AT(results, wall_ns) },
	{ "exit", FIELD_NUMBER, AT(results, exit_code) },
	{ 0 },
};

bool read_cell(struct results *r, const json_t *object,
	       struct result_cell *cell, struct err *err)
{
	struct arena *arena = &r->arena;
	json_t *params;
	json_t *sources;

	if (!read_fields(arena, object, cell_fields, cell, err) ||
	    !json_get_object(object, "params", &params, err) ||
	    !read_params(arena, params, &cell->params, &cell->param_count,
			 err) ||
	    !json_get_object(object, "sources", &sources, err))
		return false;
	for (size_t i = 0; i < cell->param_count; i++) {
		struct result_param *param = &cell->params[i];

		if (!json_get_text(sources, param->key, &param->source, err))
			return false;
		if (param->source)
			param->source = arena_strdup(arena, param->source);
	}
	return read_texts(arena, object, "axes", &cell->axes, &cell->axis_count,
			  err) &&
	       (!json_object_get(object, "expect") ||
		read_texts(arena, object, "expect", &cell->expect_verdicts,
			   &cell->expect_verdict_count, err));
}

static bool read_cells(struct results *r, const json_t *object,
		       struct result_scenario *scenario, struct err *err)
{
	json_t *list;

	if (!json_get_array(object, "cells", &list, err))
		return false;
	scenario->cell_count = json_array_size(list);
	scenario->cells = arena_alloc(
		&r->arena, scenario->cell_count * sizeof(*scenario->cells));
	for (size_t i = 0; i < scenario->cell_count; i++)
		scenario->cells[i].row = scenario->cells[i].point = NAN;
	for (size_t i = 0; i < scenario->cell_count; i++)
		if (!read_cell(r, json_array_get(list, i), &scenario->cells[i],
			       err))
			return false;
	return true;
}

static bool read_expect(struct results *r, const json_t *object,
			struct result_scenario *s, struct err *err)
{
	struct arena *arena = &r->arena;
	json_t *expect;

	return json_get_object(object, "expect", &expect, err) &&
	       read_texts(arena, expect, "verdict", &s->expect_verdicts,
			  &s->expect_verdict_count, err) &&
	       read_texts(arena, expect, "bounds", &s->expect_bounds,
			  &s->expect_bound_count, err);
}

static bool read_scenario(struct results *r, const json_t *object,
			  struct result_scenario *scenario, struct err *err)
{
	struct arena *arena = &r->arena;
	json_t *trials;

	return read_fields(arena, object, scenario_fields, scenario, err) &&
	       json_get_object(object, "trials", &trials, err) &&
	       read_fields(arena, trials, trials_fields, scenario, err) &&
	       read_texts(arena, object, "notes", &scenario->notes,
			  &scenario->note_count, err) &&
	       read_expect(r, object, scenario, err) &&
	       read_cells(r, object, scenario, err);
}

bool read_run(struct results *r, const json_t *record, struct err *err)
{
	struct arena *arena = &r->arena;
	struct result_run *run = &r->run;
	json_t *host;
	json_t *qemu;
	json_t *guest;
	json_t *scenarios;

	if (!read_fields(arena, record, run_fields, run, err) ||
	    !json_get_object(record, "host", &host, err) ||
	    !read_fields(arena, host, host_fields, &run->host, err) ||
	    !json_get_object(record, "qemu", &qemu, err) ||
	    !read_fields(arena, qemu, qemu_fields, run, err) ||
	    !json_get_object(record, "guest", &guest, err) ||
	    !read_fields(arena, guest, guest_fields, run, err) ||
	    !json_get_array(record, "scenarios", &scenarios, err))
		return false;
	run->scenario_count = json_array_size(scenarios);
	run->scenarios = arena_alloc(arena, run->scenario_count *
						    sizeof(*run->scenarios));
	for (size_t i = 0; i < run->scenario_count; i++)
		if (!read_scenario(r, json_array_get(scenarios, i),
				   &run->scenarios[i], err))
			return false;
	return true;
}

bool read_limit(struct results *r, const json_t *record,
		struct result_limit *limit, struct err *err)
{
	return read_fields(&r->arena, record, limit_fields, limit, err) &&
	       read_values(&r->arena, record, "rates_bytes_s",
			   &limit->rates_bytes_s, &limit->rate_count, err);
}

bool read_end(struct results *r, const json_t *record, struct err *err)
{
	json_t *list;

	if (!read_fields(&r->arena, record, end_fields, r, err) ||
	    !json_get_array(record, "expectations", &list, err))
		return false;
	r->ended = true;
	r->expectation_count = json_array_size(list);
	r->expectations = arena_alloc(
		&r->arena, r->expectation_count * sizeof(*r->expectations));
	for (size_t i = 0; i < r->expectation_count; i++)
		if (!read_fields(&r->arena, json_array_get(list, i),
				 expectation_fields, &r->expectations[i], err))
			return false;
	return true;
}
