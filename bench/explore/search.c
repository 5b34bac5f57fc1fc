/* SPDX-License-Identifier: MIT */
/*
 * A search that goes where new protocol states appear. It goes by generations:
 * each takes schedules that led to something new, and tries each of them with
 * one fault more, drawn among the packets that pass behind its last one. What
 * counts as new is fixed for a generation and brought up to date between two,
 * in the order of jobs, so that the number of workers does not matter.
 */
#include "bench/explore/modes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/explore/aim.h"
#include "bench/explore/coverage.h"
#include "bench/explore/pool.h"
#include "inject/draw.h"

#define PARENTS 64  /* of a generation */
#define CHILDREN 32 /* of each of them */
#define NEWS 8      /* children that a job can bring home */
#define NEW_STATES 24
#define DEPTH_MAX (SCHEDULE_FAULTS_MAX - 1)
#define STATES_A_RUN 512

/* A child that was where nobody had been. */
struct news {
	struct schedule schedule;
	uint32_t count;
	uint32_t states[NEW_STATES];
};

/* What a job of one generation brings home. */
struct catch
{
	struct tally tally;
	uint32_t count;
	struct news news[NEWS];
};

struct search {
	struct survey *survey;
	struct world *world;
	struct coverage *met;  /* only read by workers */
	struct catch *catches; /* by job of the generation; shared */
	struct schedule *corpus;
	size_t count, room;
	size_t next;  /* the first that was no parent yet */
	size_t round; /* of parents that come again */
	uint64_t generation, sessions;
	struct schedule parents[PARENTS];
	unsigned parent_count, children;
	/* Of the run at hand, in a worker. */
	uint32_t run[STATES_A_RUN];
	uint32_t run_count, last;
};

/* --- in a worker ------------------------------------------------------------
 */

static void meet(void *env, const struct world *w, uint64_t now)
{
	struct search *s = env;
	uint32_t pair = coverage_of(w);

	(void)now;
	if (pair == s->last)
		return;
	s->last = pair;
	if (coverage_has(s->met, pair) || s->run_count == STATES_A_RUN)
		return;
	for (uint32_t i = 0; i < s->run_count; i++)
		if (s->run[i] == pair)
			return;
	s->run[s->run_count++] = pair;
}

/* Was any of its new states not in what this job has caught already? */
static bool brings(const struct search *s, const struct catch *c)
{
	for (uint32_t i = 0; i < s->run_count; i++) {
		bool known = false;

		for (uint32_t n = 0; n < c->count; n++)
			for (uint32_t k = 0; k < c->news[n].count; k++)
				known |= c->news[n].states[k] == s->run[i];
		if (!known)
			return true;
	}
	return false;
}

static void bring_home(const struct search *s, struct catch *c,
		       const struct schedule *schedule)
{
	struct news *n = &c->news[c->count];

	if (c->count == NEWS || !brings(s, c))
		return;
	c->count++;
	n->schedule = *schedule;
	n->count = s->run_count < NEW_STATES ? s->run_count : NEW_STATES;
	memcpy(n->states, s->run, n->count * sizeof(*n->states));
}

static bool child(struct search *s, const struct reference *r,
		  const struct schedule *parent, uint64_t key, struct catch *c,
		  struct err *err)
{
	const struct survey *v = s->survey;
	const struct passage *p =
		&r->passages[draw_below(hash_add(key, 1), r->count)];
	struct schedule schedule = *parent;
	struct failure_key failed;
	struct outcome o;

	act_draw(&schedule.acts[schedule.count++], &p->address, p->length,
		 v->options.kinds, v->space.delay, hash_add(key, 2));
	s->run_count = 0;
	s->last = UINT32_MAX;
	world_turned(s->world, meet, s);
	if (!mode_run(s->world, r->states[p->state], &schedule, 0, NULL, &o,
		      &failed, err))
		return false;
	tally_add(&c->tally, schedule.count, &schedule, &o, &failed);
	if (s->run_count)
		bring_home(s, c, &schedule);
	return true;
}

static bool job(void *env, uint64_t number, struct err *err)
{
	struct search *s = env;
	const struct reference *all = &s->survey->reference;
	const struct schedule *parent = &s->parents[number];
	struct reference own = { 0 };
	const struct reference *r = all;
	uint64_t key = hash_add(
		hash_add(s->survey->options.seed, s->generation), number);
	bool ok = true;

	world_turned(s->world, NULL, NULL);
	if (parent->count) {
		if (!reference_follow(&own, s->world, all->states[0], parent,
				      err))
			return false;
		r = &own;
	}
	for (unsigned i = 0; ok && r->count && i < s->children; i++)
		ok = child(s, r, parent, hash_add(key, i), &s->catches[number],
			   err);
	reference_release(&own);
	return ok;
}

/* --- between generations ----------------------------------------------------
 */

static void remember(struct search *s, const struct schedule *schedule)
{
	if (s->count == s->room) {
		s->room = 2 * s->room + 64;
		s->corpus = mem_resize(s->corpus, s->room * sizeof(*s->corpus));
	}
	s->corpus[s->count++] = *schedule;
}

/*
 * Parents: those that were none yet, the others in turn; and the session as it
 * is, behind whose packets there is always something to do.
 */
static void choose_parents(struct search *s)
{
	uint64_t left = s->survey->options.sessions - s->sessions;

	s->children = CHILDREN;
	s->parent_count = PARENTS;
	if (left < (uint64_t)PARENTS * CHILDREN) {
		s->parent_count = (unsigned)(left / CHILDREN);
		if (!s->parent_count) {
			s->parent_count = 1;
			s->children = (unsigned)left;
		}
	}
	for (unsigned i = 0; i < s->parent_count; i++) {
		struct schedule *p = &s->parents[i];

		*p = (struct schedule){ 0 };
		if (i % 8 == 0 || s->count == 0)
			continue;
		*p = s->next < s->count ? s->corpus[s->next++]
					: s->corpus[s->round++ % s->count];
		if (p->count >= DEPTH_MAX)
			*p = (struct schedule){ 0 };
	}
}

static void take_home(struct search *s)
{
	for (unsigned i = 0; i < s->parent_count; i++) {
		struct catch *c = &s->catches[i];

		survey_take(s->survey, &c->tally);
		s->sessions += tally_total(&c->tally).schedules;
		for (uint32_t n = 0; n < c->count; n++) {
			bool new = false;

			for (uint32_t k = 0; k < c->news[n].count; k++)
				new |= coverage_add(s->met,
						    c->news[n].states[k]);
			if (new)
				remember(s, &c->news[n].schedule);
		}
	}
}

static bool generations(struct search *s, struct err *err)
{
	const struct survey_options *o = &s->survey->options;

	while (s->sessions < o->sessions) {
		choose_parents(s);
		memset(s->catches, 0, PARENTS * sizeof(*s->catches));
		if (!pool_run(s->parent_count, o->workers, job, s, NULL, NULL,
			      err))
			return false;
		take_home(s);
		s->generation++;
		if (o->progress)
			o->progress(o->env, s->sessions, o->sessions);
	}
	return true;
}

bool search_run(struct survey *v, struct world *w, struct err *err)
{
	struct search s = { .survey = v, .world = w };
	size_t size = PARENTS * sizeof(*s.catches);
	bool ok;

	s.catches = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.catches == MAP_FAILED)
		return err_sys(err, ERR_HOST, "cannot share memory");
	s.met = mem_alloc(sizeof(*s.met));
	ok = generations(&s, err);
	v->states = s.met->count;
	free(s.met);
	free(s.corpus);
	munmap(s.catches, size);
	return ok;
}
