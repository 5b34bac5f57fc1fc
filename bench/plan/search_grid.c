/* SPDX-License-Identifier: MIT */
#include "bench/plan/search_grid.h"

#include <inttypes.h>
#include <stdio.h>

#define MILLION UINT64_C(1000000)
#define RATIO_ONE UINT64_C(1000000000000)

typedef unsigned __int128 u128;

/* The roundest number near 'value': no further off than an eighth of 'step'. */
static uint64_t rounded(uint64_t value, uint64_t step, bool binary)
{
	uint64_t base = binary ? 2 : 10;
	uint64_t grain = 1;

	while (grain <= step / 4 / base)
		grain *= base;
	return (value + grain / 2) / grain * grain;
}

/* The value after 'at'; 'high' if it is no more than half a step away. */
static uint64_t after(uint64_t at, uint64_t high, struct search_step step,
		      bool binary)
{
	u128 wide = step.relative ? (u128)at * step.size / MILLION : step.size;
	uint64_t size = wide > high - at ? high - at : (uint64_t)wide;
	uint64_t next = size ? at + size : at + 1;

	if (step.relative && size > 1 && next < high)
		next = rounded(next, size, binary);
	return next >= high || high - next < size / 2 ? high : next;
}

static void turn_round(uint64_t *values, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		uint64_t other = values[i];

		values[i] = values[count - 1 - i];
		values[count - 1 - i] = other;
	}
}

bool search_grid(uint64_t from, uint64_t to, struct search_step step,
		 bool binary, uint64_t values[SEARCH_POINTS_MAX], size_t *count)
{
	uint64_t low = from < to ? from : to;
	uint64_t high = from < to ? to : from;

	*count = 0;
	if (!step.size || (step.relative && !low))
		return false;
	for (uint64_t at = low;; at = after(at, high, step, binary)) {
		if (*count == SEARCH_POINTS_MAX)
			return false;
		values[(*count)++] = at;
		if (at == high)
			break;
	}
	if (from > to)
		turn_round(values, *count);
	return true;
}

uint64_t search_grid_of(enum unit unit, uint64_t value)
{
	if (unit != UNIT_RATIO)
		return value;
	if (value == UINT64_MAX)
		return RATIO_ONE;
	return (uint64_t)(((u128)value * RATIO_ONE + (UINT64_C(1) << 63)) >>
			  64);
}

/* The largest unit that it has one of: "25.2ms", where exact is "25200us". */
static const char *duration_text(uint64_t ns, char to[UNITS_TEXT_MAX])
{
	static const struct {
		uint64_t scale;
		const char *text;
	} units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" } };
	size_t i = 0;
	int len;

	while (i < 3 && ns < units[i].scale)
		i++;
	if (i == 3 || ns == UINT64_MAX)
		return units_exact(UNIT_DURATION, ns, to);
	len = snprintf(to, UNITS_TEXT_MAX, "%" PRIu64 ".%09" PRIu64,
		       ns / units[i].scale,
		       ns % units[i].scale * (1000000000 / units[i].scale));
	while (to[len - 1] == '0')
		len--;
	len -= to[len - 1] == '.';
	snprintf(to + len, UNITS_TEXT_MAX - (size_t)len, "%s", units[i].text);
	return to;
}

const char *search_grid_text(enum unit unit, uint64_t value,
			     char to[UNITS_TEXT_MAX])
{
	char text[UNITS_TEXT_MAX];
	uint64_t ratio = 0;

	if (unit == UNIT_DURATION)
		return duration_text(value, to);
	if (unit == UNIT_SIZE)
		return units_exact(unit, value, to);
	if (unit != UNIT_RATIO) {
		snprintf(to, UNITS_TEXT_MAX, "%" PRIu64, value);
		return to;
	}
	snprintf(text, sizeof(text), "%" PRIu64 "e-12", value);
	if (units_read(UNIT_RATIO, text, &ratio) != UNITS_OK)
		ratio = UINT64_MAX;
	return units_canonical(UNIT_RATIO, ratio, to);
}
