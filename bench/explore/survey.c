/* SPDX-License-Identifier: MIT */
#include "bench/explore/survey.h"

#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/explore/pool.h"

bool survey_again(const struct survey *s, struct world *w, uint64_t number,
		  struct outcome *o, struct err *err)
{
	const struct passage *p =
		&s->reference.passages[space_passage(&s->space, number)];
	struct schedule schedule;
	struct schedule_chains chains;

	space_at(&s->space, number, &schedule);
	schedule_chains(&schedule, &chains);
	world_restore(w, s->reference.states[p->state], chains.chains);
	return world_run(w, o, err);
}

/* --- in a worker ------------------------------------------------------------
 */

struct job {
	struct survey *survey;
	struct world *world;
};

static bool do_one(void *env, uint64_t number, struct err *err)
{
	struct job *job = env;
	struct outcome o;

	if (!survey_again(job->survey, job->world, number, &o, err))
		return false;
	job->survey->results[number] = (struct survey_result){
		.verdict = o.verdict,
		.acted = o.acted,
		.rounds = o.rounds < UINT16_MAX ? (uint16_t)o.rounds
						: UINT16_MAX,
	};
	return true;
}

/* --- in all -----------------------------------------------------------------
 */

static void count(struct survey_counts *c, const struct survey_result *r,
		  uint64_t number)
{
	c->schedules++;
	c->verdicts[r->verdict]++;
	if (r->verdict == VERDICT_RECOVERED && r->rounds > c->worst_rounds) {
		c->worst_rounds = r->rounds;
		c->worst = number;
	}
}

static void count_all(struct survey *s)
{
	struct schedule schedule;

	for (uint64_t i = 0; i < s->space.count; i++) {
		space_at(&s->space, i, &schedule);
		count(&s->all, &s->results[i], i);
		count(&s->kinds[schedule.acts[0].kind], &s->results[i], i);
	}
}

bool survey_run(struct survey *s, struct world *w, unsigned kinds,
		unsigned workers, void (*progress)(uint64_t done, uint64_t of),
		struct err *err)
{
	struct job job = { .survey = s, .world = w };
	uint64_t began = clock_now_ns();
	size_t size;

	*s = (struct survey){ 0 };
	if (!reference_run(&s->reference, w, err))
		return false;
	space_init(&s->space, &s->reference, kinds);
	size = s->space.count * sizeof(*s->results);
	s->results = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->results == MAP_FAILED) {
		s->results = NULL;
		return err_sys(err, ERR_HOST, "cannot keep %llu results",
			       (unsigned long long)s->space.count);
	}
	if (!pool_run(s->space.count, workers, do_one, &job, progress, err))
		return false;
	s->wall_ns = clock_now_ns() - began;
	count_all(s);
	return true;
}

void survey_release(struct survey *s)
{
	if (s->results)
		munmap(s->results, s->space.count * sizeof(*s->results));
	space_release(&s->space);
	reference_release(&s->reference);
	*s = (struct survey){ 0 };
}
