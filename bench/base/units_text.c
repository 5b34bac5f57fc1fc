/* SPDX-License-Identifier: MIT */
/* units: from values to text. */
#include "bench/base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/mem.h"

typedef unsigned __int128 u128;

#define RATIO_DIGITS_MAX 20 /* enough to tell 2^64 fractions apart */

struct step {
	enum unit unit;
	const char *text;
	uint64_t scale;
};

/* The largest first within a unit. */
static const struct step exact_steps[] = {
	{ UNIT_SIZE, "GiB", 1 << 30 },    { UNIT_SIZE, "MiB", 1 << 20 },
	{ UNIT_SIZE, "KiB", 1 << 10 },    { UNIT_DURATION, "s", 1000000000 },
	{ UNIT_DURATION, "ms", 1000000 }, { UNIT_DURATION, "us", 1000 },
	{ UNIT_DURATION, "ns", 1 },       { UNIT_RATE, "GiB/s", 1 << 30 },
	{ UNIT_RATE, "MiB/s", 1 << 20 },  { UNIT_RATE, "KiB/s", 1 << 10 },
};

static const struct step about_steps[] = {
	{ UNIT_SIZE, "GiB", 1 << 30 },      { UNIT_SIZE, "MiB", 1 << 20 },
	{ UNIT_SIZE, "KiB", 1 << 10 },      { UNIT_SIZE, "B", 1 },
	{ UNIT_DURATION, "s", 1000000000 }, { UNIT_DURATION, "ms", 1000000 },
	{ UNIT_DURATION, "us", 1000 },      { UNIT_DURATION, "ns", 1 },
	{ UNIT_RATE, "GB/s", 1000000000 },  { UNIT_RATE, "MB/s", 1000000 },
	{ UNIT_RATE, "KB/s", 1000 },        { UNIT_RATE, "B/s", 1 },
};

/* The fraction digits * 10^-places as text: "0.05", but "1e-5". */
static void put_fraction(const char *digits, size_t places,
			 char to[UNITS_TEXT_MAX])
{
	size_t zeros = strspn(digits, "0");
	const char *first = digits + zeros;

	if (zeros < 3)
		snprintf(to, UNITS_TEXT_MAX, "0.%s", digits);
	else if (first[1])
		snprintf(to, UNITS_TEXT_MAX, "%c.%se-%zu", first[0], first + 1,
			 zeros + 1);
	else
		snprintf(to, UNITS_TEXT_MAX, "%se-%zu", first, places);
}

/*
 * Write 'value' / 2^64, rounded up to 'places' decimals; reading rounds down.
 * False if it rounds up to 1.
 */
static bool round_up(uint64_t value, size_t places,
		     char digits[RATIO_DIGITS_MAX + 1])
{
	uint64_t rest = value;
	size_t i;

	for (i = 0; i < places; i++) {
		u128 tenfold = (u128)rest * 10;

		digits[i] = (char)('0' + (int)(tenfold >> 64));
		rest = (uint64_t)tenfold;
	}
	digits[places] = '\0';
	if (rest == 0)
		return true;
	while (i > 0 && digits[i - 1] == '9')
		digits[--i] = '0';
	if (i == 0)
		return false;
	digits[i - 1]++;
	return true;
}

static const char *put_ratio(uint64_t value, char to[UNITS_TEXT_MAX])
{
	char digits[RATIO_DIGITS_MAX + 1];
	uint64_t back;

	for (size_t places = 1; places <= RATIO_DIGITS_MAX; places++) {
		if (!round_up(value, places, digits))
			continue;
		put_fraction(digits, places, to);
		if (units_read(UNIT_RATIO, to, &back) == UNITS_OK &&
		    back == value)
			return to;
	}
	return to;
}

const char *units_canonical(enum unit unit, uint64_t value,
			    char to[UNITS_TEXT_MAX])
{
	if (unit == UNIT_DURATION && value == UINT64_MAX)
		return "none";
	if (unit == UNIT_RATE && value == 0)
		return "unlimited";
	if (unit == UNIT_RATIO && value == 0)
		return "0";
	if (unit == UNIT_RATIO && value == UINT64_MAX)
		return "1";
	if (unit == UNIT_RATIO)
		return put_ratio(value, to);
	snprintf(to, UNITS_TEXT_MAX, "%" PRIu64, value);
	return to;
}

const char *units_exact(enum unit unit, uint64_t value, char to[UNITS_TEXT_MAX])
{
	if (unit == UNIT_DURATION && value == UINT64_MAX)
		return "none";
	for (size_t i = 0; value && i < ARRAY_SIZE(exact_steps); i++) {
		const struct step *step = &exact_steps[i];

		if (step->unit != unit || value % step->scale)
			continue;
		snprintf(to, UNITS_TEXT_MAX, "%" PRIu64 "%s",
			 value / step->scale, step->text);
		return to;
	}
	return units_canonical(unit, value, to);
}

const char *units_about(enum unit unit, double value, char to[UNITS_TEXT_MAX])
{
	const char *text = "";
	int digits;

	for (size_t i = 0; i < ARRAY_SIZE(about_steps); i++) {
		const struct step *step = &about_steps[i];

		if (step->unit != unit)
			continue;
		text = step->text;
		/* 999.6 would be written as 1000: the next unit takes it. */
		if (value < 0.9995 * (double)step->scale && step->scale > 1)
			continue;
		value /= (double)step->scale;
		break;
	}
	digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	if (value == 0)
		digits = 0;
	snprintf(to, UNITS_TEXT_MAX, *text ? "%.*f %s" : "%.*f", digits, value,
		 text);
	return to;
}

const char *units_example(enum unit unit)
{
	static const char *const examples[] = {
		[UNIT_COUNT] = "a whole number such as 12 or 0x10",
		[UNIT_SIZE] = "a size such as 4096, 64KiB or 1.5MB",
		[UNIT_DURATION] = "a duration such as 2ms, 1.5s or none",
		[UNIT_RATE] = "a rate such as 11520, 10KiB/s or unlimited",
		[UNIT_RATIO] =
			"a fraction such as 0.05, or a percentage such as 5%",
	};

	return examples[unit];
}
