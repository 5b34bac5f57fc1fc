/* SPDX-License-Identifier: MIT */
#include "report/label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where "axis=" starts in a label, at its start or after a space; or NULL. */
static const char *find_axis(const char *label, const char *axis)
{
	size_t len = strlen(axis);

	for (const char *at = label; at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, axis, len) == 0 && at[len] == '=')
			return at;
	}
	return NULL;
}

/* The value in "axis=value", up to where another axis starts. */
static const char *written_value(struct arena *arena,
				 const struct result_cell *cell, size_t axis)
{
	const char *label = cell->label ? cell->label : "";
	const char *start = find_axis(label, cell->axes[axis]);
	const char *end;
	char *value;

	if (!start)
		return NULL;
	start += strlen(cell->axes[axis]) + 1;
	end = start + strlen(start);
	for (size_t i = 0; i < cell->axis_count; i++) {
		const char *other = find_axis(start, cell->axes[i]);

		if (other && other < end && other > start)
			end = other - 1;
	}
	value = arena_strdup(arena, start);
	value[end - start] = '\0';
	return value;
}

static const char *axis_value(struct arena *arena,
			      const struct result_cell *cell, size_t axis)
{
	const char *value = written_value(arena, cell, axis);

	if (!value)
		value = result_param(cell->params, cell->param_count,
				     cell->axes[axis]);
	return value ? value : "-";
}

/* A scenario of one cell has no axes; its transport says most about it. */
static const char *label_without_axes(const struct cell_summary *cell)
{
	return cell->cell->label && *cell->cell->label ? cell->cell->label
						       : cell->transport;
}

static const char *name_of(struct arena *arena, const struct cell_summary *cell)
{
	const char *label = "";

	for (size_t i = 0; i < cell->cell->axis_count; i++)
		label = arena_printf(arena, "%s%s%s", label, i ? " " : "",
				     cell->axis_values[i]);
	if (cell->cell->axis_count == 0)
		label = label_without_axes(cell);
	return label;
}

static const char *axes_of(struct arena *arena,
			   const struct scenario_summary *s)
{
	const char *axes = "";

	if (s->cell_count == 0 || s->cells[0].cell->axis_count == 0)
		return "transport";
	for (size_t i = 0; i < s->cells[0].cell->axis_count; i++)
		axes = arena_printf(arena, "%s%s%s", axes, i ? " " : "",
				    s->cells[0].cell->axes[i]);
	return axes;
}

void label_cells(struct arena *arena, struct scenario_summary *s)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		struct cell_summary *cell = &s->cells[i];

		cell->axis_values =
			arena_alloc(arena, cell->cell->axis_count *
						   sizeof(*cell->axis_values));
		for (size_t k = 0; k < cell->cell->axis_count; k++)
			cell->axis_values[k] = axis_value(arena, cell->cell, k);
		cell->name = name_of(arena, cell);
		cell->label = cell->name;
		if (s->world_count > 1)
			cell->label =
				arena_printf(arena, "%s (%s)", cell->name,
					     world_short_names[cell->world]);
	}
	s->axes = axes_of(arena, s);
}

double label_number(const char *value)
{
	static const struct {
		const char *suffix;
		double factor;
	} units[] = {
		{ "", 1 },
		{ "%", 0.01 },
		{ "ns", 1 },
		{ "us", 1e3 },
		{ "\u00b5s", 1e3 },
		{ "ms", 1e6 },
		{ "s", 1e9 },
		{ "B", 1 },
		{ "KB", 1e3 },
		{ "MB", 1e6 },
		{ "GB", 1e9 },
		{ "KiB", 1024 },
		{ "MiB", 1048576.0 },
		{ "GiB", 1073741824.0 },
		{ "KB/s", 1e3 },
		{ "MB/s", 1e6 },
		{ "KiB/s", 1024 },
		{ "MiB/s", 1048576.0 },
	};
	char *end;
	double number = strtod(value, &end);

	if (end == value || !isfinite(number))
		return NAN;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strcmp(end, units[i].suffix) == 0)
			return number * units[i].factor;
	return NAN;
}
