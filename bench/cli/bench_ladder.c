/* SPDX-License-Identifier: MIT */
/* The neighbours of 'kdbench bench', in every round, in an order of its own. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/cli/bench.h"
#include "bench/run/interrupt.h"
#include "bench/run/pattern.h"

bool bench_ladder_init(struct bench_ladder *l, struct bench_samples *s,
		       const char *config, uint64_t seed, struct err *err)
{
	const struct cell *cell;

	*l = (struct bench_ladder){ .samples = s, .seed = seed };
	if (!bench_plan_guest(&l->plan, config, &l->arena, err))
		return false;
	cell = &l->plan.scenarios[0].cells[0];
	l->launch = (struct launch_config){
		.transport = &cell->transport,
		.host = &cell->host,
		.guest = &cell->guest,
		.qemu = &l->plan.qemu,
		.target = &cell->target,
		.accel = cell->accel,
		.interrupted = interrupt_seen,
	};
	l->setup = (struct limit_setup){
		.launch = &l->launch,
		.debugger = &cell->debugger,
		.bytes = cell->guest.pattern_size,
	};
	return true;
}

void bench_ladder_release(struct bench_ladder *l)
{
	plan_release(&l->plan);
	arena_release(&l->arena);
}

static void measure(struct bench_ladder *l, struct bench_source *source)
{
	const struct limit_rung *rung = source->rung;
	struct limit_value value = { NAN, NAN };
	struct err err = { 0 };
	char why[LIMIT_WHY_MAX] = "";

	if (rung->possible && !rung->possible(why)) {
		snprintf(source->why, sizeof(source->why), "%s", why);
		return;
	}
	/* The trials of the rows use the same memory for their patterns. */
	l->launch.nonce = hash_add(l->seed, l->round);
	l->setup.pattern = pattern_of(l->launch.nonce, l->setup.bytes);
	if (!rung->measure(&l->setup, &value, &err)) {
		snprintf(source->why, sizeof(source->why), "%.190s", err.text);
		return;
	}
	*bench_value(l->samples, source, BENCH_READ, l->round) = value.bytes_s;
	*bench_value(l->samples, source, BENCH_TRIP, l->round) = value.p50_ns;
}

/* The rung that is 'place'-th in the order of this round, or NULL. */
static struct bench_source *in_order(const struct bench_ladder *l, size_t place)
{
	struct bench_source *order[32], *other;
	size_t count = 0;

	for (size_t i = 0; i < l->samples->count; i++) {
		struct bench_source *s = &l->samples->sources[i];

		if (s->rung && s->wanted && count < ARRAY_SIZE(order))
			order[count++] = s;
	}
	/* Fisher and Yates, drawn from the seed. */
	for (size_t i = count; i > 1; i--) {
		size_t k = hash_add(hash_add(l->seed, l->round), i) % i;

		other = order[k];
		order[k] = order[i - 1];
		order[i - 1] = other;
	}
	return place < count ? order[place] : NULL;
}

/* The next one of the current round; false: there is none. */
static bool take_one(struct bench_ladder *l)
{
	struct bench_source *s = l->round ? in_order(l, l->next) : NULL;

	if (!s || interrupt_seen())
		return false;
	l->next++;
	measure(l, s);
	return true;
}

static void begin(struct bench_ladder *l, uint64_t round)
{
	while (l->round < round) {
		while (take_one(l))
			;
		l->round++;
		l->next = 0;
	}
}

void bench_ladder_turn(struct bench_ladder *l, uint64_t round)
{
	begin(l, round);
	(void)take_one(l);
}

void bench_ladder_finish(struct bench_ladder *l)
{
	begin(l, l->samples->rounds);
	while (take_one(l))
		;
}

static json_t *rates(const struct bench_samples *s,
		     const struct bench_source *source, bool *any)
{
	json_t *array = json_array();

	for (uint64_t round = 1; round <= s->rounds; round++) {
		double v = bench_counted(s, source, BENCH_READ, round);

		*any |= !isnan(v);
		json_array_append_new(array,
				      isnan(v) ? json_null() : json_real(v));
	}
	return array;
}

json_t *bench_ladder_record(const struct bench_samples *s,
			    const struct bench_source *source, enum accel accel)
{
	const struct bench_row *row = source->row;
	const char *about;
	json_t *array;
	bool any = false;

	if (!source->wanted || (!row && !source->rung) ||
	    (row ? !row->ladder : !source->rung->ladder))
		return NULL;
	about = row ? row->ladder : source->rung->about;
	array = rates(s, source, &any);
	return json_pack(
		"{s:s, s:o, s:s, s:s, s:I, s:o, s:o}", "type", "limit", "name",
		json_sprintf("%s%s", row ? "kd:" : "", source->name), "about",
		about, "accel", accel == ACCEL_KVM ? "kvm" : "tcg", "bytes",
		(json_int_t)BENCH_BYTES, "rates_bytes_s", array, "skip",
		any ? json_null()
		    : json_string(source->why[0] ? source->why
						 : "not measured"));
}
