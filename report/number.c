/* SPDX-License-Identifier: MIT */
#include "report/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* One step of a scale: from 'least' on, divide by it and add the name. */
struct step {
	const char *name;
	double least;
};

static const struct step byte_steps[] = {
	{ " GB", 1e9 }, { " MB", 1e6 }, { " KB", 1e3 }, { " B", 1 }, { 0 },
};

static const struct step byte_s_steps[] = {
	{ " GB/s", 1e9 },
	{ " MB/s", 1e6 },
	{ " KB/s", 1e3 },
	{ " B/s", 1 },
	{ 0 },
};

static const struct step ns_steps[] = {
	{ " h", 3600e9 },    { " min", 60e9 }, { " s", 1e9 }, { " ms", 1e6 },
	{ " \u00b5s", 1e3 }, { " ns", 1 },     { 0 },
};

static const struct step per_s_steps[] = {
	{ "G/s", 1e9 },
	{ "M/s", 1e6 },
	{ "/s", 1 },
	{ 0 },
};

static const struct step plain_steps[] = {
	{ "T", 1e12 },
	{ "G", 1e9 },
	{ "", 1 },
	{ 0 },
};

static const struct step percent_steps[] = { { "%", 1 }, { 0 } };

static const struct step ms_steps[] = {
	{ " s", 1e3 },
	{ " ms", 1 },
	{ " \u00b5s", 1e-3 },
	{ 0 },
};

static const struct step ms_mb_steps[] = {
	{ " s/MB", 1e3 },
	{ " ms/MB", 1 },
	{ " \u00b5s/MB", 1e-3 },
	{ 0 },
};

static const struct step ratio_steps[] = { { "\u00d7", 1 }, { 0 } };

static const struct step *const scales[] = {
	[QUANTITY_BYTES] = byte_steps,     [QUANTITY_BYTES_S] = byte_s_steps,
	[QUANTITY_NS] = ns_steps,          [QUANTITY_COUNT] = plain_steps,
	[QUANTITY_PER_S] = per_s_steps,    [QUANTITY_PERCENT] = percent_steps,
	[QUANTITY_MS] = ms_steps,          [QUANTITY_MS_PER_MB] = ms_mb_steps,
	[QUANTITY_PER_BYTE] = plain_steps, [QUANTITY_RATIO] = ratio_steps,
};

/* To 'digits' significant digits: 12345 with 3 is 12300. */
static double rounded(double value, int digits)
{
	double scale;

	if (value == 0)
		return 0;
	scale = pow(10, digits - 1 - (int)floor(log10(fabs(value))));
	return isfinite(scale) && scale > 0 ? round(value * scale) / scale
					    : value;
}

/* A whole number with a comma between thousands. */
static void put_grouped(char *to, size_t size, double value)
{
	char plain[24];
	size_t len;
	size_t at = 0;

	snprintf(plain, sizeof(plain), "%.0f", value);
	len = strlen(plain);
	for (size_t i = 0; i < len && at + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			to[at++] = ',';
		to[at++] = plain[i];
	}
	to[at] = '\0';
}

/* "2e-7": a power of ten without the zero that C puts in front. */
static void put_tiny(char *to, size_t size, double value)
{
	int power = (int)floor(log10(value) + 1e-12);

	snprintf(to, size, "%.0fe%d", value / pow(10, power), power);
}

/* 'digits' significant digits, none of them an exponent. */
static void put_digits(char *to, size_t size, double value, int digits)
{
	int before;
	int after;

	value = rounded(value, digits);
	if (value == 0) {
		snprintf(to, size, "0");
		return;
	}
	before = (int)floor(log10(value) + 1e-12) + 1;
	after = digits - before;
	if (after <= 0)
		put_grouped(to, size, value);
	else if (after > 6)
		put_tiny(to, size, value);
	else
		snprintf(to, size, "%.*f", after, value);
}

/* Values that are read as they are: 12 bytes, 3 %, 1,234 packets. */
static bool is_plain(enum quantity kind, double value)
{
	double limit = kind == QUANTITY_COUNT ? 1e6 : 100;

	return floor(value) == value && value < limit && kind != QUANTITY_RATIO;
}

static struct number scaled(enum quantity kind, double value, int digits)
{
	const struct step *step = scales[kind];
	struct number number = { "-" };
	char text[16];

	if (!isfinite(value) || value < 0)
		return number;
	/* What rounds up to the next step belongs there: 999.9 KB is 1 MB. */
	while (step[1].name &&
	       rounded(value, digits) < step->least * (1 - 1e-9))
		step++;
	value /= step->least;
	if (step->least == 1 && is_plain(kind, value))
		put_grouped(text, sizeof(text), value);
	else if (value >= 1e9)
		snprintf(text, sizeof(text), "%.1e", value);
	else
		put_digits(text, sizeof(text), value, digits);
	snprintf(number.text, sizeof(number.text), "%s%s", text, step->name);
	return number;
}

/* Nobody feels a tenth of a per cent of load, or a thousandth of a trap. */
static int digits_of(enum quantity kind, double value)
{
	if (kind == QUANTITY_PER_BYTE && value < 1)
		return 2;
	return kind == QUANTITY_PERCENT && value < 99.5 ? 2 : 3;
}

struct number number_text(enum quantity kind, double value)
{
	return scaled(kind, value, digits_of(kind, value));
}

struct number number_text_within(enum quantity kind, double value, double half)
{
	int digits = digits_of(kind, value);

	if (half > 0.05 * value)
		digits = 2;
	return scaled(kind, value, digits);
}

struct number number_tick(enum quantity kind, double value)
{
	struct number number = scaled(kind, value, 3);
	char *point = strchr(number.text, '.');
	size_t digits;
	size_t end;

	if (!point)
		return number;
	digits = 1 + strspn(point + 1, "0123456789");
	end = digits;
	while (end > 1 && point[end - 1] == '0')
		end--;
	if (end == 1)
		end = 0;
	memmove(point + end, point + digits, strlen(point + digits) + 1);
	return number;
}

struct number number_ratio(double ratio)
{
	struct number inverse = number_text(QUANTITY_PER_BYTE, 1 / ratio);
	struct number number;

	if (!(ratio > 0) || ratio > 0.995)
		return number_text(QUANTITY_RATIO, ratio);
	snprintf(number.text, sizeof(number.text), "1/%.20s", inverse.text);
	return number;
}

struct number number_spread(double value, double low, double high)
{
	struct number number = { "" };
	double percent = 100 * (high - low) / 2 / value;

	if (!isfinite(percent) || percent < 0)
		return number;
	if (percent > 999)
		snprintf(number.text, sizeof(number.text), "\u00b1>999%%");
	else if (percent >= 0.5)
		snprintf(number.text, sizeof(number.text), "\u00b1%.0f%%",
			 percent);
	else
		snprintf(number.text, sizeof(number.text), "\u00b1<1%%");
	return number;
}
