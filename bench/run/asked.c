/* SPDX-License-Identifier: MIT */
#include "bench/run/asked.h"

#include <stdio.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/run/desk.h"
#include "bench/run/outside.h"

/* What an event is to the target: one row each, by enum chain_event_kind. */
static const struct {
	uint8_t event; /* enum launch_event */
	uint8_t ends;  /* what ends it after 'amount' ns, if it lasts */
	bool lasts;
} of_target[EVENT_COUNT] = {
	[EVENT_FREEZE] = { LAUNCH_FREEZE, LAUNCH_THAW, true },
	[EVENT_PAUSE] = { LAUNCH_PAUSE, LAUNCH_RESUME, true },
	[EVENT_POLL_COST] = { LAUNCH_POLL_COST, 0, false },
	[EVENT_SNAPSHOT] = { LAUNCH_SNAPSHOT, 0, false },
	[EVENT_REVERT] = { LAUNCH_REVERT, 0, false },
	[EVENT_RESET] = { LAUNCH_RESET, 0, false },
	[EVENT_EPOCH] = { LAUNCH_EPOCH_TARGET, 0, false },
	[EVENT_WRECK] = { LAUNCH_WRECK, 0, false },
};

static enum launch_event launch_event_of(const struct chain_event *event)
{
	if (event->kind == EVENT_RESET && event->amount)
		return LAUNCH_RESET_NEW_PIPE;
	if (event->kind == EVENT_EPOCH && event->amount == SIDE_DEBUGGER)
		return LAUNCH_EPOCH_DEBUGGER;
	return (enum launch_event)of_target[event->kind].event;
}

/* --- what lasts a while -----------------------------------------------------
 */

/* Both directions have healed: what lasts ends now. */
static bool healed(const struct engine *e)
{
	return e->chains[TO_TARGET].healed && e->chains[TO_DEBUGGER].healed;
}

static bool wake(struct engine *e, uint64_t now, struct err *err)
{
	enum launch_event ends = (enum launch_event)e->asleep.ends;

	e->asleep = (struct engine_asleep){ 0 };
	return e->target->ops->happen(e->target, ends, 0, &now, err);
}

static bool wakes(const struct engine *e, uint64_t now)
{
	return e->asleep.until_ns && (now >= e->asleep.until_ns || healed(e));
}

uint64_t asked_deadline(const struct engine *e)
{
	uint64_t at = e->asleep.until_ns ? e->asleep.until_ns : CLOCK_NEVER;

	return clock_earlier(at, desk_deadline(e));
}

static bool is_lost(const struct engine *e)
{
	const struct session *s = e->session;

	return e->wrecked && s->done &&
	       e->debugger->x.counts.packets_in == e->packets_then &&
	       (s->verdict == VERDICT_GAVE_UP || s->verdict == VERDICT_HANG ||
		s->verdict == VERDICT_LIVELOCK);
}

void asked_end(struct engine *e, uint64_t now, struct err *failure)
{
	struct session *s = e->session;
	struct err ignored = { 0 };

	if (e->asleep.until_ns)
		(void)wake(e, now, &ignored);
	desk_clear(e);
	if (failure->kind == ERR_GUEST && e->rolled_back)
		err_while(failure,
			  "the fault '%s' rolled the rings' indices back",
			  e->rolled_back);
	if (!is_lost(e))
		return;
	s->verdict = VERDICT_LOST_TARGET;
	snprintf(s->detail, sizeof(s->detail),
		 "step '%s': the target was wrecked and says nothing any more",
		 s->step ? s->step->name : "(none)");
}

uint64_t asked_digest(const struct engine *e, uint64_t h, uint64_t now)
{
	uint64_t until = e->asleep.until_ns;

	h = desk_digest(e, h, now);
	return until ? hash_add(hash_add(h, e->asleep.ends), until - now) : h;
}

/* --- what happens at once ---------------------------------------------------
 */

static const char *spared(const struct engine *e,
			  const struct chain_event *event)
{
	if (!e->target || !e->target->ops->spared)
		return "the target is somebody else's";
	return e->target->ops->spared(e->target, launch_event_of(event),
				      event->amount);
}

/* The target falls asleep, or sleeps on until then if that is later. */
static void lasts(struct engine *e, const struct chain_event *event,
		  uint64_t now)
{
	uint64_t until = now + event->amount;

	e->asleep.ends = of_target[event->kind].ends;
	if (until > e->asleep.until_ns)
		e->asleep.until_ns = until;
}

/* What is behind the event in this direction still comes. */
static void note_wreck(struct engine *e, unsigned dir)
{
	e->wrecked = true;
	e->packets_then = e->debugger->x.counts.packets_in +
			  (dir == TO_DEBUGGER);
}

static bool let_happen(struct engine *e, const struct chain_event *event,
		       unsigned dir, uint64_t now, struct err *err)
{
	enum launch_event what = launch_event_of(event);

	/* Nothing else can be done to somebody who is asleep. */
	if (e->asleep.until_ns &&
	    e->asleep.ends != of_target[event->kind].ends && !wake(e, now, err))
		return false;
	if (!outside_let(e, e->target, what, event->amount, &now, err))
		return false;
	if (of_target[event->kind].lasts)
		lasts(e, event, now);
	if (event->kind == EVENT_WRECK || event->kind == EVENT_EPOCH)
		note_wreck(e, dir);
	return true;
}

/* As written; a chain that was brought back may have other stages by now. */
static const char *label(const struct chain *c, unsigned stage)
{
	return stage < c->spec->count ? c->spec->stages[stage].label : "?";
}

/* Rings in shared memory: what their owner counts is no longer what we do. */
static void note_rings(struct engine *e, const struct chain_event *event,
		       unsigned dir)
{
	if (e->target->link->ops->spoil &&
	    (event->kind == EVENT_REVERT || event->kind == EVENT_EPOCH))
		e->rolled_back = label(&e->chains[dir], event->stage);
}

static bool ask(struct engine *e, unsigned dir, uint64_t now, struct err *err)
{
	struct chain *c = &e->chains[dir];
	const struct chain_event event = *chain_asks(c, now);
	const char *why;

	chain_asked(c);
	if (desk_takes(&event))
		return desk_happen(e, &event, (enum fault_dir)dir, now, err);
	why = spared(e, &event);
	if (why) {
		session_end(e->session, VERDICT_ERROR, "the fault '%s': %s",
			    label(c, event.stage), why);
		return true;
	}
	note_rings(e, &event, dir);
	return let_happen(e, &event, dir, now, err);
}

static bool is_asked_for(const struct engine *e, enum chain_event_kind kind)
{
	return chain_spec_asks(e->chains[TO_TARGET].spec, kind) ||
	       chain_spec_asks(e->chains[TO_DEBUGGER].spec, kind);
}

/* Without a snapshot of its own, 'revert' goes back to where all began. */
static bool begin(struct engine *e, uint64_t now, struct err *err)
{
	static const struct chain_event snapshot = { .kind = EVENT_SNAPSHOT };

	e->begun = true;
	if (!is_asked_for(e, EVENT_REVERT) || is_asked_for(e, EVENT_SNAPSHOT) ||
	    spared(e, &snapshot))
		return true;
	return let_happen(e, &snapshot, TO_TARGET, now, err);
}

bool asked_happen(struct engine *e, uint64_t now, bool *moved, struct err *err)
{
	*moved |= desk_time(e, now);
	if (!e->begun && !begin(e, now, err))
		return false;
	if (wakes(e, now)) {
		*moved = true;
		if (!wake(e, now, err))
			return false;
	}
	for (unsigned dir = 0; dir < 2; dir++) {
		while (!e->session->done && chain_asks(&e->chains[dir], now)) {
			*moved = true;
			if (!ask(e, dir, now, err))
				return false;
		}
	}
	return true;
}
