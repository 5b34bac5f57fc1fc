/* SPDX-License-Identifier: MIT */
#include "bench/base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

typedef unsigned __int128 u128;

#define DIGITS_MAX 20 /* enough to tell 2^64 fractions apart */
#define PLACES_MAX 38 /* 10^38 still fits twice into a u128 */

struct suffix {
	enum unit unit;
	const char *text;
	uint64_t scale;
};

static const struct suffix suffixes[] = {
	{ UNIT_COUNT, "", 1 },
	{ UNIT_SIZE, "", 1 },
	{ UNIT_SIZE, "B", 1 },
	{ UNIT_SIZE, "kB", 1000 },
	{ UNIT_SIZE, "KB", 1000 },
	{ UNIT_SIZE, "KiB", 1 << 10 },
	{ UNIT_SIZE, "MB", 1000000 },
	{ UNIT_SIZE, "MiB", 1 << 20 },
	{ UNIT_SIZE, "GB", 1000000000 },
	{ UNIT_SIZE, "GiB", 1 << 30 },
	{ UNIT_DURATION, "ns", 1 },
	{ UNIT_DURATION, "us", 1000 },
	{ UNIT_DURATION, "ms", 1000000 },
	{ UNIT_DURATION, "s", 1000000000 },
	{ UNIT_DURATION, "min", UINT64_C(60000000000) },
	{ UNIT_RATE, "", 1 },
	{ UNIT_RATE, "/s", 1 },
	{ UNIT_RATE, "B/s", 1 },
	{ UNIT_RATE, "kB/s", 1000 },
	{ UNIT_RATE, "KB/s", 1000 },
	{ UNIT_RATE, "KiB/s", 1 << 10 },
	{ UNIT_RATE, "MB/s", 1000000 },
	{ UNIT_RATE, "MiB/s", 1 << 20 },
	{ UNIT_RATE, "GB/s", 1000000000 },
	{ UNIT_RATE, "GiB/s", 1 << 30 },
};

/* A decimal number: digits * 10^exponent. */
struct decimal {
	u128 digits; /* below 10^20, or 2^64 if it was hexadecimal */
	int exponent;
};

static bool read_hex(const char **at, struct decimal *d)
{
	const char *from = *at + 2;
	const char *to = from;

	while (isxdigit((unsigned char)*to))
		to++;
	if (to == from || to - from > 16)
		return false;
	d->digits = strtoull(from, NULL, 16);
	*at = to;
	return true;
}

/* The digits and the point; false if there is no digit or too many. */
static bool read_digits(const char **at, struct decimal *d)
{
	int digits = 0;
	bool any = false;
	bool point = false;

	for (;; (*at)++) {
		if (**at == '.' && !point) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)**at))
			return any;
		any = true;
		d->exponent -= point;
		if (d->digits == 0 && **at == '0')
			continue;
		if (++digits > DIGITS_MAX)
			return false;
		d->digits = d->digits * 10 + (unsigned)(**at - '0');
	}
}

/* "e-5"; an 'e' without digits is left for the suffix. */
static bool read_exponent(const char **at, struct decimal *d)
{
	const char *from = *at;
	bool minus;
	int value = 0;

	if (*from != 'e' && *from != 'E')
		return true;
	from++;
	minus = *from == '-';
	from += *from == '-' || *from == '+';
	if (!isdigit((unsigned char)*from))
		return true;
	for (; isdigit((unsigned char)*from); from++) {
		value = value * 10 + (*from - '0');
		if (value > 999)
			return false;
	}
	d->exponent += minus ? -value : value;
	*at = from;
	return true;
}

static enum units_problem read_decimal(const char **at, struct decimal *d)
{
	bool hex = (*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X');

	*d = (struct decimal){ 0 };
	if (**at == '-')
		return UNITS_NEGATIVE;
	if (hex)
		return read_hex(at, d) ? UNITS_OK : UNITS_NOT_A_NUMBER;
	if (!read_digits(at, d) || !read_exponent(at, d))
		return UNITS_NOT_A_NUMBER;
	return UNITS_OK;
}

/* decimal * scale, which must be a whole number that fits. */
static enum units_problem whole(struct decimal d, uint64_t scale,
				uint64_t *value)
{
	u128 product = d.digits * scale;

	for (; d.exponent > 0 && product; d.exponent--) {
		product *= 10;
		if (product > UINT64_MAX)
			return UNITS_TOO_LARGE;
	}
	for (; d.exponent < 0 && product; d.exponent++) {
		if (product % 10)
			return UNITS_FRACTION;
		product /= 10;
	}
	/* UINT64_MAX itself is 'none' and its like. */
	if (product >= UINT64_MAX)
		return UNITS_TOO_LARGE;
	*value = (uint64_t)product;
	return UNITS_OK;
}

/* floor(decimal * 2^64), 1 becoming UINT64_MAX; by long division. */
static enum units_problem fraction(struct decimal d, uint64_t *value)
{
	uint64_t bits = 0;
	u128 rest = d.digits;
	u128 one = 1;

	for (; d.exponent > 0 && rest; d.exponent--) {
		if (rest > 1)
			return UNITS_TOO_LARGE;
		rest *= 10;
	}
	for (; d.exponent < -PLACES_MAX; d.exponent++)
		rest /= 10;
	for (; d.exponent < 0; d.exponent++)
		one *= 10;
	if (rest > one)
		return UNITS_TOO_LARGE;
	if (rest == one) {
		*value = UINT64_MAX;
		return UNITS_OK;
	}
	for (unsigned i = 0; i < 64; i++) {
		rest *= 2;
		bits = bits << 1 | (rest >= one);
		rest -= rest >= one ? one : 0;
	}
	*value = bits;
	return UNITS_OK;
}

static enum units_problem read_ratio(const char *text, uint64_t *value)
{
	struct decimal d;
	enum units_problem problem = read_decimal(&text, &d);

	if (problem != UNITS_OK)
		return problem;
	if (*text == '%') {
		d.exponent -= 2;
		text++;
	}
	return *text ? UNITS_NOT_A_NUMBER : fraction(d, value);
}

/* A word in place of a number. */
static bool read_word(enum unit unit, const char *text, uint64_t *value)
{
	if (unit == UNIT_DURATION && strcmp(text, "none") == 0)
		*value = UINT64_MAX;
	else if (unit == UNIT_RATE && strcmp(text, "unlimited") == 0)
		*value = 0;
	else
		return false;
	return true;
}

enum units_problem units_read(enum unit unit, const char *text, uint64_t *value)
{
	const char *at = text;
	struct decimal d;
	enum units_problem problem;

	if (unit == UNIT_RATIO)
		return read_ratio(text, value);
	if (read_word(unit, text, value))
		return UNITS_OK;
	problem = read_decimal(&at, &d);
	if (problem != UNITS_OK)
		return problem;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (suffixes[i].unit == unit &&
		    strcmp(suffixes[i].text, at) == 0)
			return whole(d, suffixes[i].scale, value);
	}
	/* Nothing lasts a bare 5, but 0 is 0 in any unit. */
	if (unit == UNIT_DURATION && *at == '\0' && d.digits == 0) {
		*value = 0;
		return UNITS_OK;
	}
	return UNITS_NOT_A_NUMBER;
}

enum units_problem units_read_number(const char *text, double *value)
{
	const char *at = text;
	struct decimal d;
	enum units_problem problem = read_decimal(&at, &d);
	double number;

	if (problem != UNITS_OK)
		return problem;
	if (at[0] == '%') {
		d.exponent -= 2;
		at++;
	}
	if (*at)
		return UNITS_NOT_A_NUMBER;
	number = (double)d.digits * pow(10, d.exponent);
	if (!isfinite(number))
		return UNITS_TOO_LARGE;
	*value = number;
	return UNITS_OK;
}
