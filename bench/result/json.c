/* SPDX-License-Identifier: MIT */
#include "bench/result/json.h"

#include <math.h>
#include <stdlib.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"

/* Doubles hold every integer up to here. */
#define EXACT_MAX (INT64_C(1) << 53)

/* The member, or NULL if it is absent or null. */
static json_t *member(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

bool json_get_signed(const json_t *object, const char *key, double *value,
		     struct err *err)
{
	const json_t *found = member(object, key);

	*value = NAN;
	if (!found)
		return true;
	if (!json_is_number(found))
		return err_set(err, ERR_CONFIG, "'%s' is not a number", key);
	*value = json_number_value(found);
	return true;
}

bool json_get_number(const json_t *object, const char *key, double *value,
		     struct err *err)
{
	if (!json_get_signed(object, key, value, err))
		return false;
	if (*value < 0)
		return err_set(err, ERR_CONFIG, "'%s' is below 0", key);
	return true;
}

bool json_get_text(const json_t *object, const char *key, const char **value,
		   struct err *err)
{
	const json_t *found = member(object, key);

	*value = NULL;
	if (!found)
		return true;
	if (!json_is_string(found))
		return err_set(err, ERR_CONFIG, "'%s' is not a text", key);
	*value = json_string_value(found);
	return true;
}

bool json_need_text(const json_t *object, const char *key, const char **value,
		    struct err *err)
{
	if (!json_get_text(object, key, value, err))
		return false;
	if (!*value)
		return err_set(err, ERR_CONFIG, "there is no '%s'", key);
	return true;
}

bool json_get_bool(const json_t *object, const char *key, bool otherwise,
		   bool *value, struct err *err)
{
	const json_t *found = member(object, key);

	*value = otherwise;
	if (!found)
		return true;
	if (!json_is_boolean(found))
		return err_set(err, ERR_CONFIG, "'%s' is not true or false",
			       key);
	*value = json_is_true(found);
	return true;
}

bool json_get_object(const json_t *object, const char *key, json_t **value,
		     struct err *err)
{
	*value = member(object, key);
	if (*value && !json_is_object(*value))
		return err_set(err, ERR_CONFIG, "'%s' is not an object", key);
	return true;
}

bool json_get_array(const json_t *object, const char *key, json_t **value,
		    struct err *err)
{
	*value = member(object, key);
	if (*value && !json_is_array(*value))
		return err_set(err, ERR_CONFIG, "'%s' is not a list", key);
	return true;
}

json_t *json_from_number(double value)
{
	if (!isfinite(value))
		return json_null();
	if (fabs(value) <= (double)EXACT_MAX && floor(value) == value)
		return json_integer((json_int_t)value);
	return json_real(value);
}

json_t *json_from_text(const char *text)
{
	json_t *value;
	char *escaped;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	escaped = escape_terminal_text(text);
	value = json_string(escaped);
	free(escaped);
	return value;
}

json_t *json_from_histogram(const struct histogram *h)
{
	json_t *pairs = json_array();

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		json_t *pair;

		if (h->counts[i] == 0)
			continue;
		pair = json_array();
		json_array_append_new(pair, json_integer((json_int_t)i));
		json_array_append_new(pair,
				      json_integer((json_int_t)h->counts[i]));
		json_array_append_new(pairs, pair);
	}
	return pairs;
}

json_t *json_from_quantiles(const struct histogram *h)
{
	static const struct {
		const char *key;
		double q;
	} rows[] = { { "p50", 0.5 },
		     { "p90", 0.9 },
		     { "p99", 0.99 },
		     { "p999", 0.999 },
		     { "max", 1 } };
	json_t *object;

	if (h->n == 0)
		return json_null();
	object = json_object();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = histogram_quantile(h, rows[i].q);

		json_object_set_new(object, rows[i].key,
				    json_from_number((double)value));
	}
	json_object_set_new(object, "n", json_from_number((double)h->n));
	return object;
}

static bool add_pair(const json_t *pair, struct histogram *h, struct err *err)
{
	const json_t *bucket = json_array_get(pair, 0);
	const json_t *count = json_array_get(pair, 1);
	json_int_t b = json_integer_value(bucket);
	json_int_t c = json_integer_value(count);

	if (json_array_size(pair) != 2 || !json_is_integer(bucket) ||
	    !json_is_integer(count))
		return err_set(err, ERR_CONFIG,
			       "'hist' is not a list of [bucket, count]");
	if (b < 0 || b >= (json_int_t)HISTOGRAM_BUCKETS)
		return err_set(err, ERR_CONFIG,
			       "'hist' names bucket %lld, but the last is %u",
			       (long long)b, HISTOGRAM_BUCKETS - 1);
	if (c < 0 || c > EXACT_MAX || h->n > (uint64_t)EXACT_MAX)
		return err_set(err, ERR_CONFIG, "'hist' counts %lld values",
			       (long long)c);
	histogram_add_bucket(h, (size_t)b, (uint64_t)c);
	return true;
}

bool json_to_histogram(const json_t *pairs, struct histogram *h,
		       struct err *err)
{
	for (size_t i = 0; i < json_array_size(pairs); i++)
		if (!add_pair(json_array_get(pairs, i), h, err))
			return false;
	return true;
}
