/* SPDX-License-Identifier: MIT */
#include "bench/base/setting.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/units.h"

/* The unit of the types that are held in a uint64_t. */
static bool has_unit(const struct setting *s, enum unit *unit)
{
	switch (s->type) {
	case SETTING_COUNT: *unit = UNIT_COUNT; return true;
	case SETTING_SIZE: *unit = UNIT_SIZE; return true;
	case SETTING_DURATION: *unit = UNIT_DURATION; return true;
	case SETTING_RATE: *unit = UNIT_RATE; return true;
	case SETTING_RATIO: *unit = UNIT_RATIO; return true;
	case SETTING_BOOL:
	case SETTING_ENUM:
	case SETTING_TEXT:
	case SETTING_NUMBER: break;
	}
	return false;
}

static void *field(const struct setting *s, void *config)
{
	return (char *)config + s->offset;
}

static const void *const_field(const struct setting *s, const void *config)
{
	return (const char *)config + s->offset;
}

/* Find a word in "a|b|c"; -1: it is not one of them. */
static int name_index(const char *names, const char *word)
{
	size_t len = strlen(word);
	int index = 0;

	for (const char *at = names; at; index++) {
		const char *bar = strchr(at, '|');
		size_t name_len = bar ? (size_t)(bar - at) : strlen(at);

		if (name_len == len && len && memcmp(at, word, len) == 0)
			return index;
		at = bar ? bar + 1 : NULL;
	}
	return -1;
}

/* Word 'index' of "a|b|c". */
static const char *name_at(const char *names, int index, struct arena *arena)
{
	const char *bar;

	while (index-- > 0) {
		names = strchr(names, '|');
		assert(names);
		names++;
	}
	bar = strchr(names, '|');
	return arena_printf(arena, "%.*s",
			    bar ? (int)(bar - names) : (int)strlen(names),
			    names);
}

/* ", at most 3944" in the words of the unit; "" if there is no limit. */
static void put_limit(const struct setting *s, enum unit unit, char *to,
		      size_t size)
{
	char min[UNITS_TEXT_MAX], max[UNITS_TEXT_MAX];
	const char *low = units_exact(unit, s->min, min);
	const char *high = units_exact(unit, s->max, max);

	if (s->max && s->min)
		snprintf(to, size, ", from %s to %s", low, high);
	else if (s->max)
		snprintf(to, size, ", at most %s", high);
	else if (s->min)
		snprintf(to, size, ", at least %s", low);
	else
		*to = '\0';
}

void setting_legal(const struct setting *s, char *to, size_t size)
{
	static const char *const kinds[] = {
		[SETTING_BOOL] = "true|false", [SETTING_COUNT] = "count",
		[SETTING_SIZE] = "size",       [SETTING_DURATION] = "duration",
		[SETTING_RATE] = "rate",       [SETTING_RATIO] = "ratio",
		[SETTING_TEXT] = "text",       [SETTING_NUMBER] = "number",
	};
	char limit[100] = "";
	enum unit unit;

	if (s->type == SETTING_ENUM) {
		snprintf(to, size, "%s", s->names);
		return;
	}
	if (has_unit(s, &unit))
		put_limit(s, unit, limit, sizeof(limit));
	snprintf(to, size, "%s%s%s%s", kinds[s->type], limit,
		 s->names ? ", or " : "", s->names ? s->names : "");
}

/* What to write, for a hint. */
static void put_example(const struct setting *s, enum unit unit, char *to,
			size_t size)
{
	char limit[100];

	put_limit(s, unit, limit, sizeof(limit));
	/* 'none' is beyond any limit. */
	snprintf(to, size, "%s%s%s%s",
		 unit == UNIT_DURATION && s->max
			 ? "a duration such as 2ms or 1.5s"
			 : units_example(unit),
		 limit, s->names ? ", or " : "", s->names ? s->names : "");
}

static bool refuse(struct err_where where, struct err *err, const char *must,
		   const char *name, const char *text, const char *example)
{
	err_at(err, where, "'%s' must be %s, not '%s'", name, must, text);
	return err_hint(err, "write %s", example);
}

static bool read_value(const struct setting *s, enum unit unit,
		       struct err_where where, const char *name,
		       const char *text, uint64_t *to, struct err *err)
{
	static const char *const must[] = {
		[UNITS_NEGATIVE] = "0 or more",
		[UNITS_TOO_LARGE] = "smaller",
		[UNITS_FRACTION] = "whole in its smallest unit",
	};
	static const char *const kind[] = {
		[UNIT_COUNT] = "a whole number", [UNIT_SIZE] = "a size",
		[UNIT_DURATION] = "a duration",  [UNIT_RATE] = "a rate",
		[UNIT_RATIO] = "a ratio",
	};
	enum units_problem problem;
	uint64_t value = 0;
	char limit[100], example[200];
	const char *wrong;

	if (s->names && strcmp(text, s->names) == 0) {
		*to = UINT64_MAX;
		return true;
	}
	problem = units_read(unit, text, &value);
	put_limit(s, unit, limit, sizeof(limit));
	if (problem == UNITS_NOT_A_NUMBER)
		wrong = kind[unit];
	else if (problem != UNITS_OK)
		wrong = unit == UNIT_RATIO ? "between 0 and 1" : must[problem];
	else if (value < s->min || (s->max && value > s->max))
		wrong = limit + 2; /* behind the comma */
	else {
		*to = value;
		return true;
	}
	put_example(s, unit, example, sizeof(example));
	return refuse(where, err, wrong, name, text, example);
}

static bool read_enum(const struct setting *s, struct err_where where,
		      const char *name, const char *text, int *to,
		      struct err *err)
{
	int index = name_index(s->names, text);

	if (index < 0) {
		err_at(err, where, "'%s' cannot be '%s'", name, text);
		return err_hint(err, "one of: %s", s->names);
	}
	*to = index;
	return true;
}

static bool read_bool(struct err_where where, const char *name,
		      const char *text, bool *to, struct err *err)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0)
		return refuse(where, err, "true or false", name, text,
			      "true or false");
	*to = yes;
	return true;
}

bool setting_read(const struct setting *s, struct err_where where,
		  const char *name, const char *text, void *config,
		  struct err *err)
{
	void *to = field(s, config);
	enum unit unit;

	if (has_unit(s, &unit))
		return read_value(s, unit, where, name, text, to, err);
	if (s->type == SETTING_ENUM)
		return read_enum(s, where, name, text, to, err);
	if (s->type == SETTING_BOOL)
		return read_bool(where, name, text, to, err);
	if (s->type == SETTING_NUMBER) {
		if (units_read_number(text, to) != UNITS_OK)
			return refuse(where, err, "a number", name, text,
				      "a number such as 0.5 or 3%");
		return true;
	}
	*(const char **)to = text;
	return true;
}

const char *setting_write(const struct setting *s, const void *config,
			  struct arena *arena)
{
	const void *from = const_field(s, config);
	char text[UNITS_TEXT_MAX];
	enum unit unit;

	if (has_unit(s, &unit)) {
		uint64_t value = *(const uint64_t *)from;

		if (s->names && value == UINT64_MAX)
			return arena_strdup(arena, s->names);
		return arena_strdup(arena, units_canonical(unit, value, text));
	}
	if (s->type == SETTING_ENUM)
		return name_at(s->names, *(const int *)from, arena);
	if (s->type == SETTING_BOOL)
		return *(const bool *)from ? "true" : "false";
	if (s->type == SETTING_NUMBER)
		return arena_printf(arena, "%.15g", *(const double *)from);
	from = *(const char *const *)from;
	return from ? arena_strdup(arena, from) : "";
}

static void set_zero(const struct setting *s, void *to)
{
	switch (s->type) {
	case SETTING_BOOL: *(bool *)to = false; return;
	case SETTING_ENUM: *(int *)to = 0; return;
	case SETTING_TEXT: *(const char **)to = NULL; return;
	case SETTING_NUMBER: *(double *)to = 0; return;
	case SETTING_COUNT:
	case SETTING_SIZE:
	case SETTING_DURATION:
	case SETTING_RATE:
	case SETTING_RATIO: *(uint64_t *)to = 0; return;
	}
}

bool setting_default(const struct setting *s, void *config)
{
	struct err err = { 0 };
	bool ok = true;

	if (!s->initial)
		return false;
	if (*s->initial)
		ok = setting_read(s, err.where, s->key, s->initial, config,
				  &err);
	else
		set_zero(s, field(s, config));
	assert(ok); /* a row's own default is legal */
	return true;
}

const struct setting *setting_find(const struct setting *rows, const char *key)
{
	for (; rows->key; rows++) {
		if (strcmp(rows->key, key) == 0)
			return rows;
	}
	return NULL;
}
