/* SPDX-License-Identifier: MIT */
/*
 * Quantities as people write them: 2ms, 5%, 64KiB, 1.5MB, 1e-5, 0x1000. All
 * arithmetic is in integers, so that a value means the same on every machine;
 * what cannot be represented exactly (half a byte) is refused, ratios excepted.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a number counts; each is held in a uint64_t in its base unit. */
enum unit {
	UNIT_COUNT,    /* things */
	UNIT_SIZE,     /* bytes */
	UNIT_DURATION, /* nanoseconds; 'none' is UINT64_MAX */
	UNIT_RATE,     /* per second (bytes or bits); 'unlimited' is 0 */
	UNIT_RATIO,    /* fraction of 2^64; 1 is UINT64_MAX */
};

/* Room for anything that the writers below produce. */
#define UNITS_TEXT_MAX 40

enum units_problem {
	UNITS_OK,
	UNITS_NOT_A_NUMBER, /* or an unknown suffix */
	UNITS_NEGATIVE,
	UNITS_TOO_LARGE,
	UNITS_FRACTION, /* not a whole number of base units */
};

/* Read all of 'text'; *value is untouched unless the answer is UNITS_OK. */
enum units_problem units_read(enum unit unit, const char *text,
			      uint64_t *value);

/*
 * A plain number with an optional '%': 0.5, 3%, 1e-3. Never negative, never
 * infinite.
 */
enum units_problem units_read_number(const char *text, double *value);

/*
 * The canonical text: base units without a suffix ("2000000", "none",
 * "unlimited"). Ratios are the shortest decimal that units_read() takes back to
 * the same value: "0.05", "1e-5".
 */
const char *units_canonical(enum unit unit, uint64_t value,
			    char to[UNITS_TEXT_MAX]);

/* For people, exact, and readable by units_read(): "2ms", "64KiB", "0.05". */
const char *units_exact(enum unit unit, uint64_t value,
			char to[UNITS_TEXT_MAX]);

/* For people, three digits: "1.27 ms", "64.0 KiB", "11.2 KB/s". */
const char *units_about(enum unit unit, double value, char to[UNITS_TEXT_MAX]);

/* What to write, for hints: "a duration such as 2ms or 1.5s". */
const char *units_example(enum unit unit);

#endif
