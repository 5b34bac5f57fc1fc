/* SPDX-License-Identifier: MIT */
/* Thousands of failing schedules, and the few causes that they have. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/base/mem.h"
#include "bench/explore/cause.h"
#include "bench/explore/pool.h"

unsigned verdict_rank(unsigned verdict)
{
	static const enum verdict order[] = {
		VERDICT_LIVELOCK, VERDICT_HANG,    VERDICT_LOST_TARGET,
		VERDICT_CORRUPT,  VERDICT_GAVE_UP, VERDICT_SPURIOUS_STOP,
	};
	unsigned rank = 0;

	while (rank < ARRAY_SIZE(order) && order[rank] != verdict)
		rank++;
	return rank;
}

/* --- the groups, in order ---------------------------------------------------
 */

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Equal ones as they were found: in the order of the list. */
static int by_weight(const void *left, const void *right)
{
	const struct failure *a = *(const struct failure *const *)left;
	const struct failure *b = *(const struct failure *const *)right;
	int order = compare(verdict_rank(a->key.verdict),
			    verdict_rank(b->key.verdict));

	if (!order)
		order = compare(b->schedules, a->schedules);
	return order ? order : (a > b) - (a < b);
}

/*
 * The commonest of each verdict, then the second of each, and so on: of a few
 * that are shrunk none is left out because another has many groups.
 */
static void in_turn(const struct failure **groups, size_t count)
{
	const struct failure **sorted = mem_array(count + 1, sizeof(*sorted));
	size_t next[VERDICT_COUNT + 1] = { 0 }, done = 0;

	memcpy(sorted, groups, count * sizeof(*sorted));
	for (unsigned rank = 0; rank <= VERDICT_COUNT; rank++)
		while (next[rank] < count &&
		       verdict_rank(sorted[next[rank]]->key.verdict) < rank)
			next[rank]++;
	while (done < count)
		for (unsigned rank = 0; rank <= VERDICT_COUNT; rank++) {
			size_t at = next[rank];

			if (at == count ||
			    verdict_rank(sorted[at]->key.verdict) != rank)
				continue;
			groups[done++] = sorted[at];
			next[rank]++;
		}
	free(sorted);
}

static int cause_by_weight(const void *left, const void *right)
{
	const struct cause *a = left, *b = right;
	int order = compare(verdict_rank(a->outcome.verdict),
			    verdict_rank(b->outcome.verdict));

	if (!order)
		order = compare(b->schedules, a->schedules);
	return order ? order : compare(a->number, b->number);
}

/* --- one after the other, on all processors ---------------------------------
 */

struct job {
	const struct failure **groups;
	struct cause *causes; /* shared, one for each */
	struct shrink shrink;
};

static bool do_one(void *env, uint64_t number, struct err *err)
{
	struct job *job = env;
	const struct failure *group = job->groups[number];
	struct cause *cause = &job->causes[number];

	if (!cause_find(&job->shrink, &group->first, cause, err))
		return false;
	cause->schedules = group->schedules;
	cause->number = number;
	return true;
}

/* A schedule that was told to fail by one way of running it must by others. */
static bool check(const struct failure *group, const struct cause *cause,
		  struct err *err)
{
	char text[SCHEDULE_TEXT_MAX];

	if (cause->outcome.verdict == group->key.verdict)
		return true;
	schedule_write(&group->first, text);
	return err_set(err, ERR_HOST, "%s: %s, and %s when shrunk", text,
		       verdict_names[group->key.verdict],
		       verdict_names[cause->outcome.verdict]);
}

static bool shrink_all(struct causes *c, struct job *job, size_t count,
		       unsigned workers, struct err *err)
{
	if (!pool_run(count, workers, do_one, job, NULL, NULL, err))
		return false;
	c->items = mem_array(count, sizeof(*c->items));
	c->room = count;
	for (size_t i = 0; i < count; i++) {
		if (!check(job->groups[i], &job->causes[i], err))
			return false;
		if (!cause_join(c, c->count, &job->causes[i]))
			c->items[c->count++] = job->causes[i];
	}
	qsort(c->items, c->count, sizeof(*c->items), cause_by_weight);
	return true;
}

/* Let the world stand where each session begins. */
static void rewind_world(const struct survey *s, struct world *w)
{
	const struct schedule nothing = { 0 };
	struct schedule_chains chains;

	schedule_chains(&nothing, &chains);
	world_turned(w, NULL, NULL);
	world_restore(w, s->reference.states[0], chains.chains);
}

static void count_failed(struct causes *c, const struct survey *s)
{
	const struct survey_counts *all = &s->all;

	c->failed = all->schedules - all->verdicts[VERDICT_COMPLETED] -
		    all->verdicts[VERDICT_RECOVERED];
	c->unsorted = c->failed;
	for (size_t i = 0; i < c->count; i++)
		c->unsorted -= c->items[i].schedules;
}

bool causes_of_survey(struct causes *c, const struct survey *s, struct world *w,
		      size_t limit, struct err *err)
{
	size_t all = s->failures.count;
	size_t count = all < limit ? all : limit;
	size_t size = (count + 1) * sizeof(struct cause);
	struct job job = { .groups = mem_array(all + 1, sizeof(void *)) };
	bool ok = true;

	*c = (struct causes){ 0 };
	for (size_t i = 0; i < all; i++)
		job.groups[i] = &s->failures.items[i];
	qsort(job.groups, all, sizeof(*job.groups), by_weight);
	in_turn(job.groups, all);
	job.causes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job.causes == MAP_FAILED) {
		free(job.groups);
		return err_sys(err, ERR_HOST, "cannot share memory");
	}
	if (count) {
		rewind_world(s, w);
		shrink_init(&job.shrink, w);
		ok = shrink_all(c, &job, count, s->options.workers, err);
		shrink_release(&job.shrink);
	}
	count_failed(c, s);
	munmap(job.causes, size);
	free(job.groups);
	return ok;
}
