/* SPDX-License-Identifier: MIT */
/*
 * JSON as results use it: a number that is not available is null, never 0, and
 * NAN in memory. Reading takes nothing on trust; writing cannot fail.
 */
#ifndef RESULT_JSON_H
#define RESULT_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "bench/base/err.h"
#include "bench/result/histogram.h"

/*
 * Members of an object. Absent and null are the same: NAN, NULL or 'otherwise'.
 * Wrong types, and numbers below 0, are failures that name the key. Text is
 * borrowed from the object.
 */
bool json_get_number(const json_t *object, const char *key, double *value,
		     struct err *err);
bool json_get_signed(const json_t *object, const char *key, double *value,
		     struct err *err); /* numbers below 0 too */
bool json_get_text(const json_t *object, const char *key, const char **value,
		   struct err *err);
bool json_get_bool(const json_t *object, const char *key, bool otherwise,
		   bool *value, struct err *err);

/* As json_get_text(), but the text must be there. */
bool json_need_text(const json_t *object, const char *key, const char **value,
		    struct err *err);

/* An object or array member; *value is NULL if absent or null. Borrowed. */
bool json_get_object(const json_t *object, const char *key, json_t **value,
		     struct err *err);
bool json_get_array(const json_t *object, const char *key, json_t **value,
		    struct err *err);

/* null for NAN and infinities; an integer if 'value' is one, else a real. */
json_t *json_from_number(double value);

/* null for NULL; bytes that are not UTF-8 are spelled out as \xNN. */
json_t *json_from_text(const char *text);

/* [[bucket, count], ...] of the buckets that are not empty, ascending. */
json_t *json_from_histogram(const struct histogram *h);

/* {"p50":, "p90":, "p99":, "p999":, "max":, "n":}; null if it is empty. */
json_t *json_from_quantiles(const struct histogram *h);

/*
 * Add what json_from_histogram() wrote to *h. Fails on anything but pairs of a
 * bucket that exists and a count of at most 2^53. h->max becomes the upper end
 * of the highest bucket; the caller may know better.
 */
bool json_to_histogram(const json_t *pairs, struct histogram *h,
		       struct err *err);

#endif
