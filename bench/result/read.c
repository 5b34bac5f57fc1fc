/* SPDX-License-Identifier: MIT */
#include "bench/result/read.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Deeper than any record; the keys of hostile ones may be many. */
#define ROWS_MAX 100000

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static bool read_seed(struct arena *arena, const json_t *object,
		      const char *key, const char **seed, struct err *err)
{
	const json_t *value = json_object_get(object, key);
	const char *text;

	if (json_is_integer(value)) {
		*seed = arena_printf(arena, "%" JSON_INTEGER_FORMAT,
				     json_integer_value(value));
		return true;
	}
	if (!json_get_text(object, key, &text, err))
		return false;
	*seed = copy(arena, text);
	return true;
}

static bool read_field(struct arena *arena, const json_t *object,
		       const struct field *row, char *to, struct err *err)
{
	const char *text = NULL;
	bool ok = true;

	switch (row->type) {
	case FIELD_NUMBER:
		return json_get_number(object, row->key, (double *)(void *)to,
				       err);
	case FIELD_SIGNED:
		return json_get_signed(object, row->key, (double *)(void *)to,
				       err);
	case FIELD_FLAG:
		return json_get_bool(object, row->key, false, (bool *)to, err);
	case FIELD_SEED:
		return read_seed(arena, object, row->key,
				 (const char **)(void *)to, err);
	case FIELD_TEXT:
		ok = json_get_text(object, row->key, &text, err);
		break;
	case FIELD_NEEDED:
		ok = json_need_text(object, row->key, &text, err);
		break;
	}
	*(const char **)(void *)to = copy(arena, text);
	return ok;
}

bool read_fields(struct arena *arena, const json_t *object,
		 const struct field *rows, void *to, struct err *err)
{
	for (; rows->key; rows++)
		if (!read_field(arena, object, rows, (char *)to + rows->offset,
				err))
			return false;
	return true;
}

/* The text of a scalar; NULL for anything else. */
static const char *scalar(struct arena *arena, const json_t *value)
{
	if (json_is_string(value))
		return copy(arena, json_string_value(value));
	if (json_is_integer(value))
		return arena_printf(arena, "%" JSON_INTEGER_FORMAT,
				    json_integer_value(value));
	if (json_is_real(value))
		return arena_printf(arena, "%.15g", json_real_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct result_param *x = a;
	const struct result_param *y = b;

	return strcmp(x->key, y->key);
}

bool read_params(struct arena *arena, const json_t *object,
		 struct result_param **params, size_t *count, struct err *err)
{
	size_t size = json_object_size(object);
	json_t *members = (json_t *)object; /* its iterator wants it so */
	struct result_param *rows;
	const char *key;
	json_t *value;
	size_t at = 0;

	if (size > ROWS_MAX)
		return err_set(err, ERR_CONFIG, "'params' has %zu rows", size);
	rows = arena_alloc(arena, size * sizeof(*rows));
	json_object_foreach(members, key, value)
	{
		const char *text = scalar(arena, value);

		if (!text && !json_is_null(value))
			return err_set(err, ERR_CONFIG,
				       "'%.80s' in 'params' is not a text",
				       key);
		rows[at].key = copy(arena, key);
		rows[at++].value = text;
	}
	if (at)
		qsort(rows, at, sizeof(*rows), by_key);
	*params = rows;
	*count = at;
	return true;
}

bool read_counters(struct arena *arena, const json_t *object,
		   struct result_counters *counters, struct err *err)
{
	size_t size = json_object_size(object);
	json_t *members = (json_t *)object;
	const char *key;
	json_t *value;

	if (size > ROWS_MAX)
		return err_set(err, ERR_CONFIG, "there are %zu counters", size);
	counters->rows = arena_alloc(arena, size * sizeof(*counters->rows));
	counters->count = 0;
	json_object_foreach(members, key, value)
	{
		struct result_counter *row = &counters->rows[counters->count];

		if (!json_get_number(object, key, &row->value, err))
			return false;
		if (isnan(row->value))
			continue;
		row->name = copy(arena, key);
		counters->count++;
	}
	return true;
}

bool read_texts(struct arena *arena, const json_t *object, const char *key,
		const char ***texts, size_t *count, struct err *err)
{
	json_t *list;

	if (!json_get_array(object, key, &list, err))
		return false;
	*count = json_array_size(list);
	*texts = arena_alloc(arena, *count * sizeof(**texts));
	for (size_t i = 0; i < *count; i++) {
		const json_t *text = json_array_get(list, i);

		if (!json_is_string(text))
			return err_set(err, ERR_CONFIG,
				       "'%s' is not a list of texts", key);
		(*texts)[i] = copy(arena, json_string_value(text));
	}
	return true;
}

bool read_numbers(struct arena *arena, const json_t *object, const char *key,
		  struct result_counters *counters, struct err *err)
{
	json_t *part;

	return json_get_object(object, key, &part, err) &&
	       read_counters(arena, part, counters, err);
}

bool read_part(struct arena *arena, const json_t *object, const char *key,
	       const struct field *rows, void *to, struct err *err)
{
	json_t *part;

	return json_get_object(object, key, &part, err) &&
	       read_fields(arena, part, rows, to, err);
}

bool read_list(const json_t *object, const char *key, size_t most,
	       json_t **list, size_t *count, struct err *err)
{
	if (!json_get_array(object, key, list, err))
		return false;
	*count = json_array_size(*list);
	if (*count > most)
		return err_set(err, ERR_CONFIG, "'%s' has %zu entries", key,
			       *count);
	for (size_t i = 0; i < *count; i++)
		if (!json_is_object(json_array_get(*list, i)))
			return err_set(err, ERR_CONFIG,
				       "'%s' is not a list of objects", key);
	return true;
}

bool read_values(struct arena *arena, const json_t *object, const char *key,
		 double **values, size_t *count, struct err *err)
{
	json_t *list;

	if (!json_get_array(object, key, &list, err))
		return false;
	*count = json_array_size(list);
	if (*count > ROWS_MAX)
		return err_set(err, ERR_CONFIG, "'%s' has %zu entries", key,
			       *count);
	*values = arena_alloc(arena, *count * sizeof(**values));
	for (size_t i = 0; i < *count; i++) {
		const json_t *value = json_array_get(list, i);

		(*values)[i] = NAN;
		if (json_is_null(value))
			continue;
		if (!json_is_number(value) || json_number_value(value) < 0)
			return err_set(err, ERR_CONFIG,
				       "'%s' is not a list of numbers from 0 "
				       "on and null",
				       key);
		(*values)[i] = json_number_value(value);
	}
	return true;
}
