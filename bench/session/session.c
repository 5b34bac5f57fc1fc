/* SPDX-License-Identifier: MIT */
#include "bench/session/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/session/steps.h"
#include "bench/session/think.h"

size_t session_record_count(const struct step *steps, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		if (steps[i].kind == STEP_REPEAT)
			total += session_record_count(steps[i].steps,
						      steps[i].step_count);
		else
			total++;
	}
	return total;
}

static size_t name_records(struct session *s, const struct step *steps,
			   size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++) {
		if (steps[i].kind == STEP_REPEAT)
			at = name_records(s, steps[i].steps,
					  steps[i].step_count, at);
		else
			s->records[at++].step = &steps[i];
	}
	return at;
}

static void judge(struct session *s, enum verdict verdict, const char *fmt,
		  va_list args)
{
	if (s->done || s->doomed)
		return;
	s->verdict = (uint8_t)verdict;
	vsnprintf(s->detail, sizeof(s->detail), fmt, args);
}

void session_end(struct session *s, enum verdict verdict, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	judge(s, verdict, fmt, args);
	va_end(args);
	s->done = true;
}

void session_doom(struct session *s, enum verdict verdict, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	judge(s, verdict, fmt, args);
	va_end(args);
	s->doomed = true;
}

void session_end_doomed(struct session *s)
{
	s->done = s->doomed;
}

bool session_always(const struct step *step)
{
	(void)step;
	return true;
}

const struct step_ops *session_ops(const struct session *s)
{
	return step_ops_of[s->step->kind];
}

void session_forget_step(struct session *s)
{
	s->part = 0;
	s->phase = PHASE_BEFORE;
	s->ops = s->bytes = 0;
	s->offset = 0;
	s->index = 0;
	s->timer = KD_NEVER;
	s->waiting = false;
	s->op_held = false;
	s->d->ack_think_ns = think_ack_ns(s->config->think);
	s->op_gap = 0;
	s->aside = (struct session_aside){ 0 };
	s->cut.armed = false;
	s->pace = (struct session_pace){ .next = KD_NEVER };
}

static struct step_record *record_of(struct session *s, const struct step *step)
{
	for (size_t i = 0; i < s->record_count; i++) {
		if (s->records[i].step == step)
			return &s->records[i];
	}
	return NULL;
}

static bool lacks_kdbb(const struct session *s, const struct step *step)
{
	const struct step_ops *ops = step_ops_of[step->kind];

	return !s->target.known && ops->needs_kdbb && ops->needs_kdbb(step);
}

/* Is the pattern what this step looks at? */
static bool wants_pattern(const struct step *step)
{
	switch (step->kind) {
	case STEP_READ_MEMORY:
	case STEP_READ_PHYSICAL:
	case STEP_SWEEP:
	case STEP_DUMP: return step->region == REGION_PATTERN && step->verify;
	case STEP_SEARCH:
	case STEP_RECONNECT: return true;
	default: return false;
	}
}

/* Nothing that can be done to this target, or to somebody else's: leave it out.
 */
static bool skip(struct session *s, const struct step *step)
{
	struct step_record *r = record_of(s, step);
	const char *why = NULL;

	if (s->config->foreign && lacks_kdbb(s, step))
		why = "the target has no KDBB block";
	else if (s->target.unfilled && wants_pattern(step))
		why = "nobody has loaded the target's pattern region";
	else
		why = session_reconnect_spared(s, step);
	if (why && r)
		r->skipped = why;
	return why != NULL;
}

void session_begin_step(struct session *s, const struct step *step)
{
	s->step = step;
	s->step_running = s->running;
	s->step_orders = s->orders;
	s->record = record_of(s, step);
	s->step_began = s->now;
	s->progress_ns = s->now;
	session_forget_step(s);
	if (session_ops(s)->needs_stop && s->running) {
		session_end(s, VERDICT_ERROR,
			    "step '%s' needs a stopped target; put "
			    "'break-in' before it",
			    step->name);
	} else if (lacks_kdbb(s, step)) {
		session_end(s, VERDICT_ERROR,
			    "step '%s' needs kdbench's own guest; this "
			    "target has no KDBB block",
			    step->name);
	} else if (session_ops(s)->begin) {
		session_ops(s)->begin(s);
	} else {
		session_measure(s);
	}
}

/* Go on to the next step that does something; the end of all is completion. */
static void enter(struct session *s)
{
	while (s->depth) {
		struct session_frame *f = &s->frames[s->depth - 1];
		const struct step *step;

		if (f->index == f->count) {
			f->index = 0;
			if (f->count && --f->left)
				continue;
			s->depth--;
			continue;
		}
		step = &f->steps[f->index++];
		if (step->kind != STEP_REPEAT) {
			if (skip(s, step))
				continue;
			session_begin_step(s, step);
			return;
		}
		if (step->step_count && step->count && s->depth < SESSION_DEPTH)
			s->frames[s->depth++] = (struct session_frame){
				step->steps, step->step_count, 0, step->count
			};
	}
	s->step = NULL;
	if (s->unasked)
		session_end(s, VERDICT_COMPLETED,
			    "the target stopped, though nobody asked, and was "
			    "sent on: %u x, last at 0x%llx; was there a 62 on "
			    "the line?",
			    (unsigned)s->unasked,
			    (unsigned long long)s->unasked_pc);
	else
		session_end(s, VERDICT_COMPLETED, "%s", "");
}

void session_step_done(struct session *s)
{
	if (s->done)
		return;
	if (s->record)
		s->record->runs++;
	if (s->record && s->step->kind == STEP_CONNECT) {
		s->record->ops++;
		histogram_add(&s->record->latency, s->now - s->step_began);
		s->record->wall_ns += s->now - s->step_began;
	}
	s->progress_ns = s->now;
	enter(s);
}

void session_init(struct session *s, const struct session_config *config,
		  struct kd_debugger *d, struct step_record *records,
		  uint64_t now)
{
	memset(s, 0, sizeof(*s));
	s->config = config;
	s->pattern = config->pattern;
	s->d = d;
	s->now = now;
	s->records = records;
	s->record_count =
		session_record_count(config->steps, config->step_count);
	name_records(s, config->steps, config->step_count, 0);
	s->running = true; /* for all we know */
	s->frames[0] = (struct session_frame){ config->steps,
					       config->step_count, 0, 1 };
	s->depth = 1;
	d->ack_think_ns = think_ack_ns(config->think);
	s->timer = KD_NEVER;
	s->pace.next = KD_NEVER;
	s->resume_dr7 = DR7_NONE;
	s->progress_ns = now;
	/* A foreign target may remember the orders of an earlier session. */
	s->orders = config->foreign ? now : 0;
}

void session_start(struct session *s, uint64_t now)
{
	s->now = now;
	enter(s);
}

static uint64_t step_limit(const struct session *s)
{
	uint64_t timeout = s->step ? s->step->timeout_ns : 0;

	return timeout && timeout != KD_NEVER ? s->step_began + timeout
					      : KD_NEVER;
}

void session_time(struct session *s, uint64_t now)
{
	if (s->done)
		return;
	session_set_now(s, now);
	if (s->waiting && now >= s->ask_at) {
		s->waiting = false;
		s->progress_ns = now;
		if (!s->op_held)
			s->op_left = s->op_began = now;
		session_cut_asked(s);
		kd_debugger_request(s->d, &s->request, s->data, s->data_len,
				    now);
	}
	if (session_cut_due(s)) {
		s->cut.armed = false;
		s->timer = now;
	}
	if (now >= s->timer) {
		s->timer = KD_NEVER;
		s->progress_ns = now;
		session_ops(s)->timer(s);
	}
	session_pace_time(s);
	if (now >= step_limit(s) && !s->done)
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s' took longer than its timeout",
			    s->step->name);
}

uint64_t session_deadline(const struct session *s)
{
	uint64_t at = s->timer;
	uint64_t limit = step_limit(s);

	if (s->done)
		return KD_NEVER;
	if (session_cut_due(s))
		return 0;
	if (s->waiting && s->ask_at < at)
		at = s->ask_at;
	if (session_pace_deadline(s) < at)
		at = session_pace_deadline(s);
	return limit < at ? limit : at;
}

uint64_t session_digest(const struct session *s)
{
	uint64_t h = hash_add(s->depth, s->part);

	for (unsigned i = 0; i < s->depth; i++)
		h = hash_add(hash_add(h, s->frames[i].index),
			     s->frames[i].left);
	h = hash_add(h, s->phase);
	h = hash_add(h, s->talk.turn);
	h = hash_add(h, hash_add(s->script.planted, s->script.row));
	h = hash_add(h, (uint64_t)s->running | (uint64_t)s->waiting << 1 |
				(uint64_t)s->breaking << 2 |
				(uint64_t)s->passing << 3 |
				(uint64_t)s->resume << 4 |
				(uint64_t)s->doomed << 12 |
				(uint64_t)s->again << 16 |
				(uint64_t)s->step_running << 20 |
				(uint64_t)s->again_clears << 21 |
				(uint64_t)s->again_orders << 22);
	h = hash_add(hash_add(h, s->index), s->offset);
	h = hash_add(h, hash_add(s->op_got, s->orders));
	h = hash_add(h, s->ops);
	return hash_add(h, s->bytes);
}
