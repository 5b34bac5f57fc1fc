/* SPDX-License-Identifier: MIT */
/*
 * A setting is one field of a config struct, described by a row. The row feeds
 * the YAML loader, the checks, --set, 'kdbench list' and the documentation.
 *
 * A module owns its config struct and its rows; bench/plan only fills them.
 */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"

/* How the text of a value is read, and the type of the field it goes to. */
enum setting_type {
	SETTING_BOOL,     /* bool: true | false */
	SETTING_COUNT,    /* uint64_t: 12, 0x10 */
	SETTING_SIZE,     /* uint64_t bytes: 4096, 64KiB, 1MB */
	SETTING_DURATION, /* uint64_t ns: 2ms, 1.5s, 0; 'none' = UINT64_MAX */
	SETTING_RATE, /* uint64_t per second: 11520, 10KiB/s; 'unlimited' = 0 */
	SETTING_RATIO,  /* uint64_t, fraction of 2^64: 0.05, 1e-5, 5%; 1 =
			   UINT64_MAX */
	SETTING_ENUM,   /* int: index into 'names' */
	SETTING_TEXT,   /* const char *: borrowed from the plan's arena */
	SETTING_NUMBER, /* double: 0.5, 3%, 1e-3 */
};

struct setting {
	const char *key; /* as written in YAML: [a-z0-9-]+ */
	enum setting_type type;
	size_t offset; /* of the field in its config struct */
	const char
		*initial;  /* the default as one would write it; NULL: required,
			      "": optional and zero (NULL for text) */
	const char *help;  /* one line, lower case, no full stop */
	const char *names; /* SETTING_ENUM: "spin|adaptive" in order of value;
			      numbers: a word for UINT64_MAX, "any", or NULL */
	uint64_t min, max; /* legal values of numbers; max 0: no limit */
};

/*
 * Read 'text' into the setting's field of 'config'. On failure *err has
 * 'where', calls the setting 'name' (its full path), quotes what was written
 * and hints at what is legal. A text value is borrowed, not copied.
 */
bool setting_read(const struct setting *s, struct err_where where,
		  const char *name, const char *text, void *config,
		  struct err *err);

/*
 * The field's canonical text, in base units, made in the arena. Two texts that
 * mean the same have the same canonical text.
 */
const char *setting_write(const struct setting *s, const void *config,
			  struct arena *arena);

/*
 * Fill in the row's default. False if there is none: the setting is required.
 * A row whose own default cannot be read is a bug.
 */
bool setting_default(const struct setting *s, void *config);

/* The row called 'key' in rows that end with a NULL key, or NULL. */
const struct setting *setting_find(const struct setting *rows, const char *key);

/* What may be written, in short: "spin|adaptive", "count, from 1 to 8". */
void setting_legal(const struct setting *s, char *to, size_t size);

#endif
