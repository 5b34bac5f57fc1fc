/* SPDX-License-Identifier: MIT */
#include "bench/explore/survey.h"

#include <stdio.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/explore/modes.h"
#include "bench/explore/pool.h"

const char *const survey_faults_names[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = "single",
	[SURVEY_PAIRS] = "pairs",
	[SURVEY_RANDOM] = "random",
	[SURVEY_SEARCH] = "search",
};

void survey_group_name(const struct survey *s, unsigned group, char to[32])
{
	switch (s->options.faults) {
	case SURVEY_SINGLE:
		snprintf(to, 32, "%s", act_kind_names[group]);
		break;
	case SURVEY_PAIRS:
		snprintf(to, 32, "%s+%s",
			 act_kind_names[group / ACT_KIND_COUNT],
			 act_kind_names[group % ACT_KIND_COUNT]);
		break;
	default: snprintf(to, 32, "%u fault%s", group, group == 1 ? "" : "s");
	}
}

bool survey_again(const struct survey *s, struct world *w,
		  const struct schedule *schedule, struct outcome *o,
		  struct err *err)
{
	return mode_run(w, s->reference.states[0], schedule, schedule->count,
			NULL, o, NULL, err);
}

/* --- in a worker ------------------------------------------------------------
 */

typedef bool mode_job(struct survey *s, struct world *w, uint64_t number,
		      struct tally *t, struct err *err);

static mode_job *const mode_jobs[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = single_job,
	[SURVEY_PAIRS] = pairs_job,
	[SURVEY_RANDOM] = walk_job,
};

struct job {
	struct survey *survey;
	struct world *world;
};

static bool do_one(void *env, uint64_t number, struct err *err)
{
	struct job *job = env;
	struct survey *s = job->survey;

	return mode_jobs[s->options.faults](s, job->world, number,
					    &s->tallies[number], err);
}

/* --- in all -----------------------------------------------------------------
 */

/* Longer than whatever either end waits for: it has sent again by then. */
static uint8_t delay_beyond(const struct world *w)
{
	const struct kd_debugger_profile *d = &world_debugger(w)->profile;
	uint64_t wait = world_target(w)->profile.byte_timeout_ns;

	if (d->ack_timeout_ns != KD_NEVER && d->ack_timeout_ns > wait)
		wait = d->ack_timeout_ns;
	if (d->reply_timeout_ns != KD_NEVER && d->reply_timeout_ns > wait)
		wait = d->reply_timeout_ns;
	wait = (wait + wait / 4) / ACT_DELAY_NS + 1;
	return wait < UINT8_MAX ? (uint8_t)wait : UINT8_MAX;
}

static void *share(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static uint64_t job_count(const struct survey *s)
{
	switch (s->options.faults) {
	case SURVEY_SINGLE: return s->reference.count;
	case SURVEY_PAIRS: return s->space.count;
	case SURVEY_RANDOM:
		return (s->options.sessions + WALKS_PER_JOB - 1) /
		       WALKS_PER_JOB;
	default: return 0;
	}
}

/* The jobs, and where their results go. */
static bool prepare(struct survey *s, struct err *err)
{
	s->jobs = job_count(s);
	if (s->jobs && !(s->tallies = share(s->jobs * sizeof(*s->tallies))))
		return err_sys(err, ERR_HOST, "cannot share the results");
	if (s->options.faults != SURVEY_SINGLE || !s->space.count)
		return true;
	s->results = share(s->space.count * sizeof(*s->results));
	if (!s->results)
		return err_sys(err, ERR_HOST, "cannot keep %llu results",
			       (unsigned long long)s->space.count);
	return true;
}

void survey_take(struct survey *s, const struct tally *t)
{
	tally_merge(&s->sum, t);
	for (uint32_t i = 0; i < t->failure_count; i++)
		failures_add(&s->failures, &t->failures[i]);
}

static bool run_jobs(struct survey *s, struct world *w, struct err *err)
{
	const struct survey_options *o = &s->options;
	struct job job = { .survey = s, .world = w };

	if (o->faults == SURVEY_SEARCH)
		return search_run(s, w, err);
	if (!pool_run(s->jobs, o->workers, do_one, &job, o->progress, o->env,
		      err))
		return false;
	for (uint64_t i = 0; i < s->jobs; i++)
		survey_take(s, &s->tallies[i]);
	return true;
}

static bool run_reference(struct survey *s, struct world *w, struct err *err)
{
	const struct outcome *end = &s->reference.outcome;
	bool ok;

	world_mark(w, &s->rejoin);
	ok = reference_run(&s->reference, w, err);
	world_mark(w, NULL);
	if (!ok)
		return false;
	s->rejoin.survives = !s->options.thorough;
	s->rejoin.rounds = end->rounds;
	s->rejoin.wire_bytes = end->wire_bytes;
	s->rejoin.ns = end->ns;
	return true;
}

bool survey_run(struct survey *s, struct world *w,
		const struct survey_options *o, struct err *err)
{
	uint64_t began = clock_now_ns();

	*s = (struct survey){ .options = *o };
	if (!run_reference(s, w, err))
		return false;
	space_init(&s->space, &s->reference,
		   o->faults == SURVEY_SINGLE ? GRAIN_BYTE : GRAIN_PACKET,
		   o->kinds, delay_beyond(w));
	if (!prepare(s, err) || !run_jobs(s, w, err))
		return false;
	s->all = tally_total(&s->sum);
	s->wall_ns = clock_now_ns() - began;
	return true;
}

void survey_release(struct survey *s)
{
	if (s->results)
		munmap(s->results, s->space.count * sizeof(*s->results));
	if (s->tallies)
		munmap(s->tallies, s->jobs * sizeof(*s->tallies));
	failures_release(&s->failures);
	space_release(&s->space);
	rejoin_release(&s->rejoin);
	reference_release(&s->reference);
	*s = (struct survey){ 0 };
}
