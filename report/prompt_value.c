/* SPDX-License-Identifier: MIT */
/* Estimates as people read them. */
#include "report/prompt.h"

#include <math.h>
#include <string.h>

/* Wider than this to each side, an interval is told by its ends. */
#define NARROW 0.05

static double half_of(const struct estimate *e)
{
	return (e->high - e->low) / 2;
}

static bool has_interval(const struct estimate *e)
{
	return e->kind == ESTIMATE_RANGE || e->kind == ESTIMATE_INTERVAL;
}

const char *prompt_value(struct arena *arena, const struct estimate *e)
{
	double half = has_interval(e) ? half_of(e) : NAN;

	if (e->kind == ESTIMATE_NONE)
		return "-";
	/* One operation: nobody knows what its third digit is worth. */
	if (e->kind == ESTIMATE_ONE)
		half = e->value;
	return arena_printf(
		arena, "%s%s", e->extrapolated ? "~" : "",
		number_text_within(QUANTITY_NS, e->value, half).text);
}

/* What the unit of a text such as "1.62 s" is worth, ns; 0: it has none. */
static double unit_of(const char *text, const char **unit)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {
		{ "h", 3600e9 }, { "min", 60e9 },    { "s", 1e9 },
		{ "ms", 1e6 },   { "\u00b5s", 1e3 }, { "ns", 1 },
	};
	const char *at = strrchr(text, ' ');

	for (size_t i = 0; at && i < ARRAY_SIZE(units); i++)
		if (strcmp(at + 1, units[i].name) == 0) {
			*unit = at;
			return units[i].ns;
		}
	return 0;
}

/* Two digits. */
static struct number plain(double value)
{
	return number_text_within(QUANTITY_PER_BYTE, value, value);
}

/* "44..50", in the unit of the value. */
static const char *ends_of(struct arena *arena, const struct estimate *e,
			   bool units)
{
	struct number value =
		number_text_within(QUANTITY_NS, e->value, half_of(e));
	const char *unit = "";
	double ns = unit_of(value.text, &unit);

	if (!(ns > 0))
		return "";
	return arena_printf(arena, "%s..%s%s", plain(e->low / ns).text,
			    plain(e->high / ns).text, units ? unit : "");
}

static const char *interval(struct arena *arena, const struct estimate *e,
			    bool units)
{
	const char *text;

	if (!has_interval(e))
		return "";
	if (half_of(e) <= NARROW * e->value)
		text = arena_strdup(
			arena, number_spread(e->value, e->low, e->high).text);
	else
		text = ends_of(arena, e, units);
	if (e->kind == ESTIMATE_RANGE)
		return arena_printf(arena, "[%s]", text);
	return text;
}

const char *prompt_interval(struct arena *arena, const struct estimate *e)
{
	return interval(arena, e, false);
}

const char *prompt_text(struct arena *arena, const struct estimate *e)
{
	const char *value = prompt_value(arena, e);
	const char *text = interval(arena, e, true);
	bool bare = *text == '[' || strncmp(text, "\u00b1", 2) == 0;

	if (!*text)
		return value;
	return arena_printf(arena, bare ? "%s %s" : "%s (%s)", value, text);
}
