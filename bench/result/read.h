/* SPDX-License-Identifier: MIT */
/* Shared by the files that read results; of no interest to others. */
#ifndef RESULT_READ_H
#define RESULT_READ_H

#include <stdio.h>

#include "bench/result/json.h"
#include "bench/result/results.h"

enum field_type {
	FIELD_NUMBER, /* double, not below 0; NAN if absent */
	FIELD_SIGNED, /* the same, of any sign */
	FIELD_TEXT,   /* const char *; NULL if absent */
	FIELD_NEEDED, /* const char * that must be there */
	FIELD_SEED,   /* const char *, written as a text or as an integer */
	FIELD_FLAG,   /* bool; false if absent */
};

/* Where one member of an object goes in a struct. */
struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

/*
 * Fill the struct at 'to' from 'object' (NULL: as if all were absent) by
 * 'rows', which end with a NULL key. Text is copied into the arena.
 */
bool read_fields(struct arena *arena, const json_t *object,
		 const struct field *rows, void *to, struct err *err);

/* {"key": "text", ...} sorted by key; numbers and booleans become text. */
bool read_params(struct arena *arena, const json_t *object,
		 struct result_param **params, size_t *count, struct err *err);

/* {"name": number, ...} in the order of the file; null is left out. */
bool read_counters(struct arena *arena, const json_t *object,
		   struct result_counters *counters, struct err *err);

/* The same of the object under 'key'; absent is empty. */
bool read_numbers(struct arena *arena, const json_t *object, const char *key,
		  struct result_counters *counters, struct err *err);

/* Fill a struct from the object under 'key', as read_fields() does. */
bool read_part(struct arena *arena, const json_t *object, const char *key,
	       const struct field *rows, void *to, struct err *err);

/* [number or null, ...] under 'key', NAN for null; absent is empty. */
bool read_values(struct arena *arena, const json_t *object, const char *key,
		 double **values, size_t *count, struct err *err);

/* The list under 'key' of at most 'most' objects; NULL and 0 if absent. */
bool read_list(const json_t *object, const char *key, size_t most,
	       json_t **list, size_t *count, struct err *err);

/* ["text", ...] under 'key'; absent is empty. */
bool read_texts(struct arena *arena, const json_t *object, const char *key,
		const char ***texts, size_t *count, struct err *err);

/*
 * Open a file to read: not a pipe or a device, which could go on for ever, and
 * none of more than 'most' bytes. NULL on failure; close it.
 */
FILE *read_open(const char *path, int64_t most, struct err *err);

/* Fail with what jansson complains about, which may quote the file. */
bool read_not_json(const json_error_t *error, struct err *err);

/* A cell, from its object in the run record or a record of its own. */
bool read_cell(struct results *r, const json_t *object,
	       struct result_cell *cell, struct err *err);

/* A point of a search: a cell of a scenario that the run record names. */
bool read_point_cell(struct results *r, const json_t *record, struct err *err);

/* Put the cells of searches in the order of their values. */
void read_sort_points(struct results *r);

/* The records, by their "type". */
bool read_run(struct results *r, const json_t *record, struct err *err);
bool read_trial(struct results *r, const json_t *record,
		struct result_trial *trial, struct err *err);
bool read_latency(struct arena *arena, const json_t *object,
		  struct result_latency *latency, struct err *err);
bool read_cpu(struct arena *arena, const json_t *object, struct result_cpu *cpu,
	      struct err *err);
bool read_steps(struct arena *arena, const json_t *record,
		struct result_trial *trial, struct err *err);
bool read_limit(struct results *r, const json_t *record,
		struct result_limit *limit, struct err *err);
bool read_search(struct results *r, const json_t *record,
		 struct result_search *search, struct err *err);
bool read_end(struct results *r, const json_t *record, struct err *err);

#endif
