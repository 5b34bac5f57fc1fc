/* SPDX-License-Identifier: MIT */
/*
 * boot: what a booting Windows tells and asks, in one evenly mixed row: prints,
 * modules, each a stop that is sent on as WinDbg sends it on, files, which it
 * looks for in vain at the debugger, and hand-overs from one KD to the next. An
 * operation is one of these events, so that a few of them stand for all; a
 * hand-over takes no time of its own and shows in the event behind it.
 */
#include "bench/session/events.h"
#include "bench/session/step_settings.h"
#include "bench/session/think.h"

#include "bench/base/hash.h"

#define STEP(field) offsetof(struct step, field)
#define MIX_MAX 10000
#define HAND_OVERS_MAX 100

const struct setting step_boot_settings[] = {
	{ "prints", SETTING_COUNT, STEP(prints), "40", "in a whole boot", NULL,
	  0, MIX_MAX },
	{ "modules", SETTING_COUNT, STEP(modules), "180",
	  "in a whole boot, each a load-symbols stop", NULL, 1, MIX_MAX },
	{ "files", SETTING_COUNT, STEP(files), "33",
	  "in a whole boot, each looked for at the debugger", NULL, 0,
	  MIX_MAX },
	{ "hand-overs", SETTING_COUNT, STEP(hand_overs), "2",
	  "of one KD to the next, in a whole boot or any sample of one", NULL,
	  0, HAND_OVERS_MAX },
	STEP_WHOLE_COUNT,
	{ 0 },
};

enum { PART_RUN, PART_LAST };

/* Lengths in bytes as real ones are: 17 to 37 characters of a path or name. */
#define PATH_MIN 36
#define PATH_SPREAD 17
#define NAME_MIN 34
#define NAME_SPREAD 21

/* --- the row of events -----------------------------------------------------
 */

/* Events of a whole boot that show. */
static uint64_t whole(const struct step *step)
{
	return step->prints + step->modules + step->files;
}

/* ... and of this one. */
static uint64_t shown(const struct step *step)
{
	return step->count ? step->count : whole(step);
}

static uint64_t hand_overs(const struct step *step)
{
	uint64_t most = shown(step) - 1;

	return step->hand_overs < most ? step->hand_overs : most;
}

/* How many of the first 'count' of 'whole' are of a kind that has 'part'. */
static uint64_t share(uint64_t count, uint64_t part, uint64_t whole)
{
	return whole ? (2 * count * part + whole) / (2 * whole) : 0;
}

static bool turn_of(uint64_t index, uint64_t part, uint64_t whole)
{
	return share(index + 1, part, whole) != share(index, part, whole);
}

static uint32_t draw(const struct session *s, uint64_t index, uint32_t min,
		     uint32_t spread)
{
	return min + (uint32_t)(hash_add(s->config->nonce, index) % spread);
}

/* What shows as number 'index'. */
static struct kd_event show(const struct session *s, uint64_t index)
{
	const struct step *step = s->step;
	uint64_t others = step->modules + step->files;
	uint64_t rank = index - share(index, step->prints, whole(step));

	if (turn_of(index, step->prints, whole(step)))
		return (struct kd_event){
			.kind = KDBB_EVENT_PRINT,
			.length = kdbb_line_len(s->config->nonce, index),
		};
	if (turn_of(rank, step->files, others))
		return (struct kd_event){
			.kind = KDBB_EVENT_FILE_OPEN,
			.length = 2 * draw(s, index, NAME_MIN, NAME_SPREAD),
		};
	return (struct kd_event){
		.kind = KDBB_EVENT_LOAD,
		.length = draw(s, index, PATH_MIN, PATH_SPREAD),
	};
}

/* Hand-over 'k' of n comes before what shows as number k * shown / (n + 1). */
static struct kd_event event_at(const struct session *s, uint64_t index)
{
	uint64_t n = hand_overs(s->step);
	uint64_t before = 0;

	for (uint64_t k = 1; k <= n; k++) {
		uint64_t at = k * shown(s->step) / (n + 1) + k - 1;

		if (index == at)
			return (struct kd_event){
				.kind = KDBB_EVENT_HAND_OVER
			};
		before += index > at;
	}
	return show(s, index - before);
}

/* --- the step --------------------------------------------------------------
 */

static void boot_prepare(struct session *s)
{
	session_events_give(s, shown(s->step) + hand_overs(s->step), 0,
			    event_at);
}

static void boot_reply(struct session *s)
{
	if (s->phase == PHASE_BEFORE) {
		if (session_events_given(s))
			session_measure(s);
	} else if (session_check_reply(s, "calling the rest off")) {
		session_step_done(s);
	}
}

static void boot_op(struct session *s)
{
	s->part = PART_RUN;
	s->last_line_ns = s->now;
	session_continue(s, false);
}

static bool enough(const struct session *s)
{
	const struct step *step = s->step;

	return s->ops >= shown(step) ||
	       (step->duration_ns &&
		s->now - s->window_began >= step->duration_ns);
}

static void count_lost(struct session *s)
{
	s->record->lines_lost += s->events.lost;
	s->events.lost = 0;
}

/* Is it new? Then it is one more; what was lost on the way is none. */
static bool count_in(struct session *s, enum session_came came)
{
	if (came != SESSION_CAME)
		return false;
	count_lost(s);
	if (s->part != PART_RUN)
		return true;
	session_sample(s, s->now - s->last_line_ns, 0);
	s->last_line_ns = s->now;
	if (enough(s)) {
		session_window_end(s, s->now);
		s->part = PART_LAST;
	}
	return true;
}

static void boot_print(struct session *s)
{
	(void)count_in(s, session_events_print(s));
}

static void answer(struct session *s)
{
	session_events_answer(s, KD_STATUS_NO_SUCH_FILE);
}

/* WinDbg thinks before it says that it has no such file. */
static void boot_file(struct session *s)
{
	uint64_t gap = think_gap_ns(s->config->think, s->config->seed,
				    s->operations++);

	(void)count_in(s, session_events_file(s));
	if (s->done)
		return;
	if (gap)
		s->timer = s->now + gap;
	else
		answer(s);
}

/* The list is at its end, or nobody wants the rest of it. */
static void over(struct session *s)
{
	if (s->part == PART_RUN)
		session_window_end(s, s->now);
	count_lost(s);
	session_measured(s);
}

static void boot_stop(struct session *s)
{
	if (s->d->new_state == KD_STATE_EXCEPTION) {
		if (session_events_over(s))
			over(s);
		else
			session_spurious(s);
		return;
	}
	(void)count_in(s, session_events_stop(s));
	if (s->done)
		return;
	if (s->part == PART_LAST)
		over(s);
	else
		session_continue(s, false);
}

static void boot_after(struct session *s)
{
	session_order(s, KDBB_IDLE, 0, 0, 0);
}

const struct step_ops boot_ops = {
	.begin = boot_prepare,
	.op = boot_op,
	.reply = boot_reply,
	.print = boot_print,
	.file = boot_file,
	.timer = answer,
	.stop = boot_stop,
	.end = boot_after,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
