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
			      const struct result_cell *cell, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < cell->axis_count && !value; i++)
		if (strcmp(cell->axes[i], key) == 0)
			value = written_value(arena, cell, i);
	if (!value)
		value = result_param(cell->params, cell->param_count, key);
	return value ? value : "-";
}

static bool is_axis(const struct scenario_summary *s, const char *key)
{
	for (size_t i = 0; i < s->axis_count; i++)
		if (strcmp(s->axis_keys[i], key) == 0)
			return true;
	return false;
}

/*
 * The axes of all cells, as they first occur, but the transport first. The
 * accelerator is none: cells of different ones are in worlds of their own,
 * which have their name beside theirs.
 */
static void find_axes(struct arena *arena, struct scenario_summary *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		most += s->cells[i].cell->axis_count;
	s->axis_keys = arena_alloc(arena, most * sizeof(*s->axis_keys));
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct result_cell *cell = s->cells[i].cell;

		for (size_t k = 0; k < cell->axis_count; k++)
			if (!is_axis(s, cell->axes[k]) &&
			    strcmp(cell->axes[k], "accel") != 0)
				s->axis_keys[s->axis_count++] = cell->axes[k];
	}
	for (size_t i = 1; i < s->axis_count; i++) {
		const char *key = s->axis_keys[i];

		if (strcmp(key, "transport") != 0)
			continue;
		memmove(&s->axis_keys[1], s->axis_keys, i * sizeof(key));
		s->axis_keys[0] = key;
	}
}

static const char *last_component(const char *key)
{
	const char *dot = strrchr(key, '.');

	return dot && dot[1] ? dot + 1 : key;
}

/* "think" for debugger.think, unless another axis would be called so too. */
static const char *title_of(const struct scenario_summary *s, size_t axis)
{
	const char *title = last_component(s->axis_keys[axis]);

	for (size_t i = 0; i < s->axis_count; i++)
		if (i != axis &&
		    strcmp(last_component(s->axis_keys[i]), title) == 0)
			return s->axis_keys[axis];
	return title;
}

static void make_titles(struct arena *arena, struct scenario_summary *s)
{
	s->axes = s->axis_count ? "" : "transport";
	s->axis_titles =
		arena_alloc(arena, s->axis_count * sizeof(*s->axis_titles));
	for (size_t i = 0; i < s->axis_count; i++) {
		s->axis_titles[i] = title_of(s, i);
		s->axes = arena_printf(arena, "%s%s%s", s->axes, i ? ", " : "",
				       s->axis_titles[i]);
	}
}

/* A scenario of one cell has no axes; its transport says most about it. */
static const char *name_without_axes(const struct scenario_summary *s,
				     const struct cell_summary *cell)
{
	const char *label = cell->cell->label;

	/* Those that differ in their accelerator only say so elsewhere. */
	bool alike = s->cell_count == 1 || cell->cell->axis_count;

	if (strcmp(cell->transport, "-") != 0 && alike)
		return cell->transport;
	return label && *label ? label : cell->transport;
}

const char *label_of_axes(struct arena *arena, const struct scenario_summary *s,
			  const struct cell_summary *cell, const bool *on)
{
	const char *label = "";

	for (size_t i = 0; i < s->axis_count; i++) {
		bool bare = strcmp(s->axis_keys[i], "transport") == 0;

		if ((on && !on[i]) || strcmp(cell->axis_values[i], "-") == 0)
			continue;
		label = arena_printf(arena, "%s%s%s%s%s", label,
				     *label ? ", " : "",
				     bare ? "" : s->axis_titles[i],
				     bare ? "" : " ", cell->axis_values[i]);
	}
	return label;
}

void label_cells(struct arena *arena, struct scenario_summary *s)
{
	find_axes(arena, s);
	make_titles(arena, s);
	for (size_t i = 0; i < s->cell_count; i++) {
		struct cell_summary *cell = &s->cells[i];

		cell->axis_values = arena_alloc(
			arena, s->axis_count * sizeof(*cell->axis_values));
		for (size_t k = 0; k < s->axis_count; k++)
			cell->axis_values[k] =
				axis_value(arena, cell->cell, s->axis_keys[k]);
		cell->name = label_of_axes(arena, s, cell, NULL);
		if (!*cell->name)
			cell->name = name_without_axes(s, cell);
		cell->label = cell->name;
		if (s->world_count > 1)
			cell->label =
				arena_printf(arena, "%s (%s)", cell->name,
					     world_short_names[cell->world]);
	}
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
