/* SPDX-License-Identifier: MIT */
/* Shared by the files that read results; of no interest to others. */
#ifndef RESULT_READ_H
#define RESULT_READ_H

#include "bench/result/json.h"
#include "bench/result/results.h"

enum field_type {
	FIELD_NUMBER, /* double; NAN if absent */
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

/* ["text", ...] under 'key'; absent is empty. */
bool read_texts(struct arena *arena, const json_t *object, const char *key,
		const char ***texts, size_t *count, struct err *err);

/* The records, by their "type". */
bool read_run(struct results *r, const json_t *record, struct err *err);
bool read_trial(struct results *r, const json_t *record,
		struct result_trial *trial, struct err *err);
bool read_end(struct results *r, const json_t *record, struct err *err);

#endif
