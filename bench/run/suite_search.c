/* SPDX-License-Identifier: MIT */
#include "bench/run/suite_search.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/plan/search.h"
#include "bench/result/odds.h"
#include "bench/result/stats.h"
#include "bench/run/bisect.h"
#include "bench/run/provenance.h"
#include "bench/run/search_record.h"

/* A majority is clear if chance alone makes one as clear no more often. */
#define CLEAR 0.05

/* Of one combination. */
struct hunt {
	struct search_hunt found; /* what the record tells */
	struct bisect bisect;
	enum bisect_mark *marks;
	size_t only; /* the one point there is, if the setting means nothing */
	bool over;
};

uint64_t suite_search_planned(const struct scenario *scenario)
{
	const struct search *search = scenario->search;
	uint64_t points = 2 + search->probes;

	for (size_t n = search->count; n > 2; n = (n + 1) / 2)
		points++;
	return search->rows * points * scenario->trials.min;
}

/* --- one point --------------------------------------------------------------
 */

static bool write_cell(struct suite *s, const struct cell *cell,
		       struct err *err)
{
	json_t *record = provenance_cell(cell);

	json_object_set_new(record, "type", json_string("cell"));
	json_object_set_new(record, "scenario",
			    json_string(cell->scenario->name));
	json_object_set_new(record, "row", json_integer((json_int_t)cell->row));
	json_object_set_new(record, "point",
			    json_integer((json_int_t)cell->point));
	return suite_append(s, record, err);
}

static uint64_t counted(const struct progress *p)
{
	return p->tally.trials - p->tally.verdicts[VERDICT_ERROR];
}

/* Do the trials disagree so that more of them would tell more? */
static bool in_doubt(const struct progress *p)
{
	uint64_t trials = counted(p);

	return p->good && p->good < trials &&
	       odds_of_chance(p->good, trials) > CLEAR;
}

/* Is trial 'number' wanted of this point? */
static bool wants(const struct progress *p, uint64_t number)
{
	const struct scenario *s = p->cell->scenario;
	const struct trials_config *c = &s->trials;

	if (number <= c->min)
		return true;
	if (number <= c->max && !suite_settled(p, c))
		return true;
	return number <= search_most(s) && in_doubt(p);
}

static enum bisect_mark mark_of(const struct progress *p)
{
	if (!counted(p))
		return BISECT_UNKNOWN;
	return 2 * p->good > counted(p) ? BISECT_GOOD : BISECT_BAD;
}

static double median_rate(const struct progress *p)
{
	stats_sort(p->throughput, p->values);
	return stats_median(p->throughput, p->values);
}

/* The first point says what all others have to reach. */
static void take_reference(struct hunt *h, const struct search *search,
			   const struct progress *p)
{
	double rate = p->values ? median_rate(p) : 0;

	if (search->until != SEARCH_THROUGHPUT || rate <= 0)
		return;
	h->found.reference = rate;
	h->found.least = rate * search->fraction;
}

static bool try_point(struct suite *s, struct hunt *h,
		      const struct search *search, size_t at,
		      enum bisect_mark *mark, struct err *err)
{
	struct search_point *point = &h->found.points[at];
	struct progress *p = &point->progress;
	bool ok = write_cell(s, p->cell, err);

	if (ok && h->found.tried == 0)
		ok = suite_warm_up(s, p, err);
	point->order = ++h->found.tried;
	point->probe = h->bisect.probing;
	p->least_rate = h->found.least;
	for (uint64_t number = 1; ok && wants(p, number); number++)
		ok = suite_trial(s, p, number, err);
	*mark = mark_of(p);
	/* Of an interrupted point nobody can tell. */
	if (!ok)
		*mark = BISECT_UNKNOWN;
	if (at == 0)
		take_reference(h, search, p);
	return ok;
}

/* --- one combination --------------------------------------------------------
 */

/* Take the next point; *more: there may be others. */
static bool advance(struct suite *s, struct hunt *h,
		    const struct search *search, struct err *err)
{
	enum bisect_mark mark;
	size_t at = h->only < search->count ? h->only : bisect_next(&h->bisect);
	bool ok;

	if (at == search->count) {
		h->over = true;
		return true;
	}
	ok = try_point(s, h, search, at, &mark, err);
	h->over = h->only < search->count;
	if (ok)
		bisect_tell(&h->bisect, at, mark);
	else
		h->found.points[at].order = 0;
	return ok;
}

static void judge(struct suite *s, const struct search_hunt *found)
{
	const struct suite_hooks *hooks = &s->o->hooks;
	const struct cell *cell = found->cell;
	bool bad = found->state == SEARCH_NO_GOOD;
	char *what;

	if (found->state == SEARCH_LOST) {
		s->outcome->unknown++;
		return;
	}
	if (found->state == SEARCH_UNFINISHED)
		return;
	what = mem_printf("%s at %s=%s", bad ? "bad already" : "good",
			  cell->scenario->search->setting,
			  cell->scenario->search->points[0]);
	json_array_append_new(s->expectations,
			      json_pack("{s:s,s:s,s:s,s:b,s:s}", "scenario",
					cell->scenario->name, "cell", cell->id,
					"label", found->label, "met", !bad,
					"what", bad ? what : ""));
	s->outcome->not_met += bad;
	if (bad && hooks->not_met)
		hooks->not_met(hooks->env, cell, what);
	free(what);
}

static enum search_state state_of_only(enum bisect_mark mark)
{
	return mark == BISECT_GOOD  ? SEARCH_NO_CHOICE
	       : mark == BISECT_BAD ? SEARCH_NO_GOOD
				    : SEARCH_LOST;
}

static void conclude(struct hunt *h, const struct search *search)
{
	static const enum search_state states[] = {
		[BISECT_OPEN] = SEARCH_UNFINISHED,
		[BISECT_CLIFF] = SEARCH_CLIFF,
		[BISECT_ALL_GOOD] = SEARCH_ALL_GOOD,
		[BISECT_NO_GOOD] = SEARCH_NO_GOOD,
		[BISECT_LOST] = SEARCH_LOST,
	};
	struct search_hunt *found = &h->found;

	for (size_t i = 0; i < search->count; i++)
		found->points[i].mark = h->marks[i];
	found->state =
		states[bisect_state(&h->bisect, &found->good, &found->bad)];
	found->island = bisect_island(&h->bisect);
	found->complete = h->over;
	if (h->only < search->count)
		found->state = state_of_only(h->marks[h->only]);
}

/* What was found, from whatever was tried. */
static bool finish(struct suite *s, struct hunt *h, const struct search *search,
		   struct err *err)
{
	if (!h->found.tried)
		return true;
	conclude(h, search);
	judge(s, &h->found);
	return suite_append(s, search_record(&h->found, search), err);
}

/* --- all of them ------------------------------------------------------------
 */

/* Their cells; a setting that means nothing in a combination leaves one. */
static struct hunt *gather(const struct scenario *scenario, size_t *count,
			   struct arena *arena)
{
	const struct search *search = scenario->search;
	struct hunt *hunts = mem_array(search->rows + 1, sizeof(*hunts));
	size_t rows = search->rows;

	for (size_t i = 0; i < rows; i++) {
		hunts[i].found.points = mem_array(
			search->count, sizeof(*hunts[i].found.points));
		hunts[i].marks =
			mem_array(search->count, sizeof(*hunts[i].marks));
		hunts[i].only = search->count;
		bisect_begin(&hunts[i].bisect, hunts[i].marks, search->count,
			     search->probes);
	}
	for (size_t i = 0; i < scenario->cell_count; i++) {
		const struct cell *cell = &scenario->cells[i];
		struct hunt *h = &hunts[cell->row];

		if (cell->skip_reason)
			continue;
		h->found.points[cell->point].progress.cell = cell;
		if (!h->found.cell) {
			h->found.cell = cell;
			h->found.label = search_row_label(cell, arena);
			h->only = cell->point;
		} else {
			h->only = search->count;
		}
	}
	*count = rows;
	for (size_t i = 0; i < rows; i++)
		hunts[i].over = !hunts[i].found.cell;
	return hunts;
}

static void release(struct hunt *hunts, size_t count,
		    const struct search *search)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < search->count; k++)
			suite_forget(&hunts[i].found.points[k].progress);
		free(hunts[i].found.points);
		free(hunts[i].marks);
	}
	free(hunts);
}

/* One point of each that is not over; false in *more: all are. */
static bool go_round(struct suite *s, struct hunt *hunts, size_t count,
		     const struct search *search, uint64_t turn, bool *more,
		     struct err *err)
{
	size_t first = hash_add(s->o->seed, turn) % count;
	bool ok = true;

	*more = false;
	for (size_t i = 0; ok && i < count; i++) {
		struct hunt *h = &hunts[(first + i) % count];

		if (h->over)
			continue;
		ok = advance(s, h, search, err);
		*more |= !h->over;
	}
	return ok;
}

bool suite_search(struct suite *s, const struct scenario *scenario,
		  struct err *err)
{
	const struct search *search = scenario->search;
	struct arena arena = { 0 };
	struct err other = { 0 };
	size_t count;
	struct hunt *hunts = gather(scenario, &count, &arena);
	bool ok = true, more = true;

	for (uint64_t turn = 0; ok && more; turn++)
		ok = go_round(s, hunts, count, search, turn, &more, err);
	s->outcome->interrupted |= err->kind == ERR_INTERRUPTED;
	for (size_t i = 0; i < count; i++) {
		if (finish(s, &hunts[i], search, &other) || !ok)
			continue;
		*err = other;
		ok = false;
	}
	release(hunts, count, search);
	arena_release(&arena);
	return ok;
}
