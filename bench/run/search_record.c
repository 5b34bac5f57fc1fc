/* SPDX-License-Identifier: MIT */
#include "bench/run/search_record.h"

#include "bench/result/json.h"
#include "bench/result/odds.h"
#include "bench/result/stats.h"

#include <math.h>

static const char *const states[] = {
	[SEARCH_CLIFF] = "cliff",     [SEARCH_ALL_GOOD] = "all-good",
	[SEARCH_NO_GOOD] = "no-good", [SEARCH_NO_CHOICE] = "no-choice",
	[SEARCH_LOST] = "lost",       [SEARCH_UNFINISHED] = "unfinished",
};

static const char *const marks[] = {
	[BISECT_GOOD] = "good",
	[BISECT_BAD] = "bad",
	[BISECT_UNKNOWN] = "unknown",
};

static uint64_t counted(const struct search_point *p)
{
	const struct expect_tally *t = &p->progress.tally;

	return t->trials - t->verdicts[VERDICT_ERROR];
}

static json_t *verdicts(const struct expect_tally *tally)
{
	json_t *o = json_object();

	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (tally->verdicts[v])
			json_object_set_new(
				o, verdict_names[v],
				json_integer((json_int_t)tally->verdicts[v]));
	return o;
}

static json_t *point_record(const struct search_point *p, const char *value)
{
	struct stats_interval odds =
		odds_interval(p->progress.good, counted(p));
	const struct progress *in = &p->progress;
	double rate = NAN;

	if (in->values) {
		stats_sort(in->throughput, in->values);
		rate = stats_median(in->throughput, in->values);
	}
	return json_pack(
		"{s:s,s:s,s:s,s:b,s:I,s:I,s:I,s:I,s:[o,o],s:o,s:o}", "value",
		value, "cell", in->cell->id, "is", marks[p->mark], "probe",
		p->probe, "order", (json_int_t)p->order, "good",
		(json_int_t)in->good, "trials", (json_int_t)counted(p),
		"healed", (json_int_t)in->tally.healed, "odds",
		json_from_number(odds.low), json_from_number(odds.high),
		"verdicts", verdicts(&in->tally), "throughput_bytes_s",
		json_from_number(rate));
}

static double doubt(const struct search_point *p)
{
	return odds_of_chance(p->progress.good, counted(p));
}

/* That none of the points that it rests on was judged wrongly. */
static double confidence(const struct search_hunt *h, const struct search *s)
{
	double sum;

	switch (h->state) {
	case SEARCH_CLIFF:
		sum = doubt(&h->points[h->good]) + doubt(&h->points[h->bad]);
		break;
	case SEARCH_ALL_GOOD:
		sum = doubt(&h->points[0]) + doubt(&h->points[s->count - 1]);
		break;
	case SEARCH_NO_GOOD: sum = doubt(&h->points[0]); break;
	case SEARCH_NO_CHOICE:
	case SEARCH_LOST:
	case SEARCH_UNFINISHED:
	default: return NAN;
	}
	return sum < 1 ? 1 - sum : 0;
}

static json_t *value_at(const struct search *s, size_t at, bool there)
{
	return there && at < s->count ? json_string(s->points[at])
				      : json_null();
}

json_t *search_record(const struct search_hunt *h, const struct search *s)
{
	bool cliff = h->state == SEARCH_CLIFF;
	json_t *points = json_array();
	json_t *o = json_object();

	for (size_t i = 0; i < s->count; i++)
		if (h->points[i].order)
			json_array_append_new(
				points,
				point_record(&h->points[i], s->points[i]));
	json_object_set_new(o, "type", json_string("search"));
	json_object_set_new(o, "scenario",
			    json_string(h->cell->scenario->name));
	json_object_set_new(o, "row", json_integer((json_int_t)h->cell->row));
	json_object_set_new(o, "label", json_string(h->label));
	json_object_set_new(o, "setting", json_string(s->setting));
	json_object_set_new(o, "from", json_string(s->points[0]));
	json_object_set_new(o, "to", json_string(s->points[s->count - 1]));
	json_object_set_new(o, "precision", json_string(s->precision));
	json_object_set_new(o, "grid", json_integer((json_int_t)s->count));
	json_object_set_new(o, "until",
			    json_string(search_until_names[s->until]));
	json_object_set_new(o, "fraction",
			    s->until == SEARCH_THROUGHPUT
				    ? json_from_number(s->fraction)
				    : json_null());
	json_object_set_new(
		o, "reference_bytes_s",
		json_from_number(h->reference > 0 ? h->reference : NAN));
	json_object_set_new(o, "outcome", json_string(states[h->state]));
	json_object_set_new(o, "complete", json_boolean(h->complete));
	json_object_set_new(o, "last_good", value_at(s, h->good, cliff));
	json_object_set_new(o, "first_bad", value_at(s, h->bad, cliff));
	json_object_set_new(o, "island", value_at(s, h->island, true));
	json_object_set_new(o, "confidence",
			    json_from_number(confidence(h, s)));
	json_object_set_new(o, "points", points);
	return o;
}
