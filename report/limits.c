/* SPDX-License-Identifier: MIT */
#include "report/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/bars.h"

#define OURS "kd:"

/* The limit of all limits. */
#define TOP "memcpy"

/* Which world a rung is of; one without a guest is of the host's. */
static enum world world_of(const struct result_limit *limit)
{
	const char *accel = limit->accel ? limit->accel : "";

	if (strcmp(accel, "tcg") == 0)
		return WORLD_TCG;
	return strcmp(accel, "kvm") == 0 ? WORLD_KVM : WORLD_NATIVE;
}

static struct rung make_rung(struct arena *arena,
			     const struct result_limit *limit)
{
	double *values =
		arena_alloc(arena, limit->rate_count * sizeof(*values));
	bool ours = strncmp(limit->name, OURS, strlen(OURS)) == 0;
	size_t n = limit->skip ? 0 : limit->rate_count;

	/* Of none of its rounds: nothing to sort, and nothing to copy. */
	if (n)
		memcpy(values, limit->rates_bytes_s, n * sizeof(*values));
	/* A rate of 0 moved nothing: it failed. */
	for (size_t i = 0; i < n; i++)
		if (!(values[i] > 0))
			values[i] = NAN;
	return (struct rung){
		.limit = limit,
		.name = ours ? limit->name + strlen(OURS) : limit->name,
		.ours = ours,
		.rate = summary_spread(values, n),
	};
}

static int by_rate(const void *a, const void *b)
{
	const struct rung *x = a;
	const struct rung *y = b;
	bool x_top = strcmp(x->limit->name, TOP) == 0;
	bool y_top = strcmp(y->limit->name, TOP) == 0;

	if (x_top != y_top)
		return x_top ? -1 : 1;
	return (x->rate.median < y->rate.median) -
	       (x->rate.median > y->rate.median);
}

static void find_base(struct ladder *ladder)
{
	for (size_t i = ladder->count; i-- > 0;)
		if (ladder->rungs[i].ours)
			ladder->base = &ladder->rungs[i];
	for (size_t i = 0; i < ladder->count; i++)
		if (strcmp(ladder->rungs[i].limit->name, OURS "ring") == 0)
			ladder->base = &ladder->rungs[i];
}

static void make_ladder(struct summary *s, struct ladder *ladder,
			enum world world)
{
	const struct results *r = s->results;
	size_t room = r->limit_count * sizeof(*ladder->rungs);

	*ladder = (struct ladder){ .world = world };
	ladder->rungs = arena_alloc(&s->arena, room);
	ladder->skipped = arena_alloc(&s->arena, room);
	for (size_t i = 0; i < r->limit_count; i++) {
		enum world own = world_of(&r->limits[i]);
		struct rung rung;

		if (own != world && own != WORLD_NATIVE)
			continue;
		rung = make_rung(&s->arena, &r->limits[i]);
		if (rung.rate.n)
			ladder->rungs[ladder->count++] = rung;
		else
			ladder->skipped[ladder->skipped_count++] = rung;
	}
	if (ladder->count)
		qsort(ladder->rungs, ladder->count, sizeof(*ladder->rungs),
		      by_rate);
	find_base(ladder);
}

struct ladders limits_make(struct summary *s)
{
	const struct results *r = s->results;
	bool has[WORLD_COUNT] = { false };
	struct ladders ladders = { 0 };

	ladders.rows =
		arena_alloc(&s->arena, WORLD_COUNT * sizeof(*ladders.rows));
	for (size_t i = 0; i < r->limit_count; i++)
		has[world_of(&r->limits[i])] = true;
	/* What needs no guest is a ladder of its own only if there is none. */
	if (has[WORLD_TCG] || has[WORLD_KVM])
		has[WORLD_NATIVE] = false;
	for (int i = 0; i < WORLD_COUNT; i++)
		if (has[i])
			make_ladder(s, &ladders.rows[ladders.count++],
				    (enum world)i);
	return ladders;
}

const char *limits_ratio(struct arena *arena, const struct ladder *ladder,
			 const struct rung *rung)
{
	if (!ladder->base || rung == ladder->base)
		return NULL;
	return bars_ratio_of(arena, &rung->rate, &ladder->base->rate);
}

const char *limits_base(const struct ladder *ladder)
{
	return ladder->base ? ladder->base->name : NULL;
}

const char *limits_reason(const struct rung *rung)
{
	if (rung->limit->skip && *rung->limit->skip)
		return rung->limit->skip;
	return "it failed in every round";
}

static const char *rate_text(const struct rung *rung, struct arena *arena)
{
	return arena_strdup(arena,
			    spread_text(METRIC_THROUGHPUT, &rung->rate).text);
}

/* "memcpy is 12× ring (820 MB/s); socat 1/3" */
const char *limits_caption(struct arena *arena, const struct ladder *ladder)
{
	const struct rung *base = ladder->base;
	const char *text;
	const char *between = " ";

	if (!base)
		return "None of our own transports was measured, so there is "
		       "nothing to compare with.";
	text = arena_printf(arena, "%s: %s moves %s.",
			    world_names[ladder->world], base->name,
			    rate_text(base, arena));
	if (ladder->count > 1)
		text = arena_printf(arena, "%s Times that:", text);
	for (size_t i = 0; i < ladder->count; i++) {
		const struct rung *rung = &ladder->rungs[i];
		const char *ratio = limits_ratio(arena, ladder, rung);

		if (!ratio)
			continue;
		text = arena_printf(arena, "%s%s%s %s", text, between,
				    rung->name, ratio);
		between = ", ";
	}
	return ladder->count > 1 ? arena_printf(arena, "%s.", text) : text;
}

static void add_rung(struct sheet *sheet, const struct ladder *ladder,
		     const struct rung *rung)
{
	struct arena *arena = sheet->arena;
	const struct spread *rate = &rung->rate;
	const char *ratio = limits_ratio(arena, ladder, rung);

	sheet_row(sheet);
	sheet_set(sheet, 0, rung->name);
	sheet_set(sheet, 1, rate_text(rung, arena));
	sheet_set(sheet, 2,
		  rate->coverage > 0
			  ? arena_strdup(arena,
					 number_spread(rate->median, rate->low,
						       rate->high)
						 .text)
			  : "-");
	sheet_set(sheet, 3,
		  ratio                  ? ratio
		  : rung == ladder->base ? "1\u00d7"
					 : "-");
	sheet_set(sheet, 4, rung->ours ? "ours" : "other");
	sheet_set(sheet, 5, rung->limit->about ? rung->limit->about : "");
}

void limits_sheet(struct sheet *sheet, struct arena *arena,
		  const struct ladder *ladder)
{
	const char *base = limits_base(ladder);

	sheet_begin(sheet, arena,
		    arena_printf(arena, "The ladder: bulk memory reads, %s",
				 world_names[ladder->world]));
	sheet_column(sheet, "way", NULL, false);
	sheet_column(sheet, "rate", NULL, true);
	sheet_column(sheet, "\u00b1", NULL, true);
	sheet_column(sheet,
		     base ? arena_printf(arena, "times %s", base) : "ratio",
		     "ratio", true);
	sheet_column(sheet, "whose", NULL, false);
	sheet_column(sheet, "what it is", NULL, false);
	for (size_t i = 0; i < ladder->count; i++)
		add_rung(sheet, ladder, &ladder->rungs[i]);
	for (size_t i = 0; i < ladder->skipped_count; i++) {
		const struct rung *rung = &ladder->skipped[i];

		sheet_row(sheet);
		sheet_set(sheet, 0, rung->name);
		sheet_set(sheet, 1, "-");
		sheet_set(sheet, 4, rung->ours ? "ours" : "other");
		sheet_set(sheet, 5,
			  arena_printf(arena, "not measured: %s",
				       limits_reason(rung)));
	}
}
