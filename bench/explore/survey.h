/* SPDX-License-Identifier: MIT */
/*
 * What becomes of every schedule of a space, for one pair of profiles: counted,
 * with the schedules that ended badly.
 */
#ifndef EXPLORE_SURVEY_H
#define EXPLORE_SURVEY_H

#include "bench/explore/space.h"

/* One run, as small as it can be told: four bytes a schedule. */
struct survey_result {
	uint8_t verdict; /* enum verdict */
	bool acted;
	uint16_t rounds; /* capped */
};

/* Of one kind of act. */
struct survey_counts {
	uint64_t schedules;
	uint64_t verdicts[VERDICT_COUNT];
	uint32_t worst_rounds; /* of those that recovered */
	uint64_t worst;        /* the schedule that took them */
};

struct survey {
	struct reference reference;
	struct space space;
	struct survey_result *results; /* by number; shared with workers */
	struct survey_counts kinds[ACT_KIND_COUNT];
	struct survey_counts all;
	uint64_t wall_ns; /* real time of all the runs */
};

/*
 * Run them all, on 'workers' processes; nothing of the result depends on how
 * many. 'progress' (may be NULL) is told how many are done, now and then.
 * False: the harness failed, or was interrupted.
 */
bool survey_run(struct survey *s, struct world *w, unsigned kinds,
		unsigned workers, void (*progress)(uint64_t done, uint64_t of),
		struct err *err);
void survey_release(struct survey *s);

/* Run one schedule of it again, in this process; the detail is the world's. */
bool survey_again(const struct survey *s, struct world *w, uint64_t number,
		  struct outcome *o, struct err *err);

#endif
