/* SPDX-License-Identifier: MIT */
#include "bench/run/watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/run/asked.h"

void watch_init(struct watch *w, const struct heal_config *config,
		struct engine *engine, struct launched *target)
{
	memset(w, 0, sizeof(*w));
	w->config = config;
	w->engine = engine;
	w->target = target;
	w->digest = mem_array(WATCH_DIGESTS, sizeof(*w->digest));
}

void watch_release(struct watch *w)
{
	free(w->digest);
	w->digest = NULL;
}

static void forget_digests(struct watch *w)
{
	if (w->digests)
		memset(w->digest, 0, WATCH_DIGESTS * sizeof(*w->digest));
	w->digests = 0;
}

void watch_restart(struct watch *w)
{
	forget_digests(w);
	w->healed = w->impatient = w->proven = false;
	w->healed_ns = w->progress_ns = 0;
	w->rounds_before = w->sent_before = w->wire_before = 0;
	w->instant = w->turns = w->stood = w->trips = 0;
	w->acts = w->costly = w->last_resets = 0;
	w->last_trips = w->calm_trips = 0;
}

static uint64_t rounds(const struct watch *w)
{
	return w->engine->debugger->recoveries;
}

static uint64_t wire(const struct watch *w)
{
	const struct kd_counts *c = &w->engine->debugger->x.counts;

	return c->bytes_in + c->bytes_out;
}

static uint64_t sent(const struct watch *w)
{
	const struct kd_counts *c = &w->engine->debugger->x.counts;

	return c->packets_out + c->resets_out + c->resends_out + c->acks_out;
}

void watch_heal(struct watch *w, uint64_t now)
{
	w->healed = true;
	w->healed_ns = now;
	w->progress_ns = now;
	w->rounds_before = rounds(w);
	w->wire_before = wire(w);
	w->sent_before = sent(w);
	chain_heal(&w->engine->chains[TO_TARGET], now);
	chain_heal(&w->engine->chains[TO_DEBUGGER], now);
}

/* How long a limit still holds; what never comes is always as far away. */
static uint64_t ahead(uint64_t at, uint64_t now)
{
	return at == CLOCK_NEVER ? at : at > now ? at - now : 0;
}

/*
 * The whole world in one number, wherever it can be known. A step that has a
 * time-out comes nearer to it and repeats nothing.
 */
static uint64_t world(const struct watch *w, uint64_t now)
{
	uint64_t h = kd_debugger_digest(w->engine->debugger, now);

	h = hash_add(h, session_digest(w->engine->session));
	h = hash_add(h, ahead(session_deadline(w->engine->session), now));
	h = hash_add(h, chain_digest(&w->engine->chains[TO_TARGET], now));
	h = hash_add(h, chain_digest(&w->engine->chains[TO_DEBUGGER], now));
	h = asked_digest(w->engine, h, now);
	return hash_add(h, w->target->ops->digest(w->target, now));
}

/* Has the world been in this state before? Zero marks a free place. */
static bool seen_before(struct watch *w, uint64_t digest)
{
	size_t at = digest % WATCH_DIGESTS;

	digest |= !digest;
	while (w->digest[at]) {
		if (w->digest[at] == digest)
			return true;
		at = (at + 1) % WATCH_DIGESTS;
	}
	if (w->digests < WATCH_DIGESTS / 2) {
		w->digest[at] = digest;
		w->digests++;
	}
	return false;
}

static const char *step_name(const struct watch *w)
{
	const struct step *step = w->engine->session->step;

	return step ? step->name : "(none)";
}

/* It did not converge: what are the two ends doing? */
static void judge(struct watch *w, const char *limit)
{
	const struct kd_debugger *d = w->engine->debugger;
	bool traffic = wire(w) != w->wire_before;

	if (kd_debugger_deadline(d) == KD_NEVER &&
	    session_deadline(w->engine->session) == KD_NEVER)
		session_end(w->engine->session, VERDICT_HANG,
			    "step '%s': the debugger waits without a timer%s",
			    step_name(w),
			    traffic ? "; the target repeats itself" : "");
	else if (traffic)
		session_end(w->engine->session, VERDICT_LIVELOCK,
			    "step '%s': both ends transmit and get nowhere "
			    "(heal.%s reached; not proven)",
			    step_name(w), limit);
	else
		session_end(w->engine->session, VERDICT_HANG,
			    "step '%s': nothing moves (heal.%s reached)",
			    step_name(w), limit);
}

void watch_stuck(struct watch *w)
{
	judge(w, "time");
}

static void check_repeat(struct watch *w, uint64_t now)
{
	if (!w->target->ops->digest || sent(w) == w->sent_before)
		return;
	w->sent_before = sent(w);
	w->proven = seen_before(w, world(w, now));
	if (w->proven)
		session_end(w->engine->session, VERDICT_LIVELOCK,
			    "step '%s': the state of both ends repeats with "
			    "traffic between them",
			    step_name(w));
}

/*
 * Over a line that costs no time two ends can repeat themselves for ever at one
 * instant, for which no clock has a limit: does the session get on in so many
 * turns?
 */
#define TURNS 512

static bool stands_still(struct watch *w, uint64_t now)
{
	const struct session *s = w->engine->session;
	uint64_t at;

	if (now != w->instant) {
		w->instant = now;
		w->turns = 0;
	}
	if (++w->turns % TURNS)
		return false;
	at = hash_add(session_digest(s), s->round_trips);
	if (w->turns > TURNS && at == w->stood)
		return true;
	w->stood = at;
	return false;
}

/*
 * RESETs that bounce (F36) let an answer through now and then, so the session
 * gets on and its state never repeats; yet there is no end to them. Since the
 * last fault acted, or so many answers in a row came without, has it been more
 * answers that cost a RESET than 'rounds' allows for, if a RESET stands for a
 * few acts of recovery? Re-sends alone are none: a busy machine has its share.
 */
#define COSTS 4

static bool never_calm(struct watch *w)
{
	const struct chain *chains = w->engine->chains;
	uint64_t acts = chains[TO_TARGET].acts + chains[TO_DEBUGGER].acts;
	uint64_t trips = w->engine->session->round_trips;
	uint64_t resets = w->engine->debugger->x.counts.resets_out;

	if (acts != w->acts)
		w->costly = 0;
	w->acts = acts;
	if (trips == w->last_trips)
		return false;
	if (resets != w->last_resets) {
		w->costly++;
		w->calm_trips = trips;
	} else if (trips - w->calm_trips >= WATCH_CALM) {
		w->costly = 0;
	}
	w->last_trips = trips;
	w->last_resets = resets;
	return w->costly > w->config->rounds / COSTS;
}

/* Is it time for faults to end? */
static bool out_of_patience(struct watch *w, uint64_t now)
{
	const struct session *s = w->engine->session;

	if (s->progress_ns != w->progress_ns || s->round_trips != w->trips) {
		w->progress_ns = s->progress_ns;
		w->trips = s->round_trips;
		w->rounds_before = rounds(w);
	}
	return rounds(w) - w->rounds_before > w->config->rounds ||
	       (now > s->progress_ns &&
		now - s->progress_ns >= w->config->patience_ns);
}

/* Faults are over: does the session converge? */
static void look_healed(struct watch *w, uint64_t now, bool still)
{
	const struct session *s = w->engine->session;

	if (s->progress_ns > w->progress_ns) {
		w->progress_ns = s->progress_ns;
		w->rounds_before = rounds(w);
		w->wire_before = wire(w);
		forget_digests(w);
		return;
	}
	check_repeat(w, now);
	if (s->done)
		return;
	if (now > w->progress_ns && now - w->progress_ns >= w->config->time_ns)
		judge(w, "time");
	else if (still || rounds(w) - w->rounds_before > w->config->rounds)
		judge(w, "rounds");
}

void watch_look(struct watch *w, uint64_t now)
{
	bool still;

	if (w->engine->session->done)
		return;
	still = stands_still(w, now);
	if (never_calm(w))
		session_end(w->engine->session, VERDICT_LIVELOCK,
			    "step '%s': both ends transmit, and answer after "
			    "answer costs a RESET, though no fault acts any "
			    "more (heal.rounds reached; not proven)",
			    step_name(w));
	else if (w->healed) {
		look_healed(w, now, still);
	} else if (out_of_patience(w, now) || still) {
		w->impatient = w->engine->chains[TO_TARGET].acts ||
			       w->engine->chains[TO_DEBUGGER].acts;
		watch_heal(w, now);
	}
}

uint64_t watch_deadline(const struct watch *w)
{
	uint64_t limit = w->healed ? w->config->time_ns
				   : w->config->patience_ns;
	uint64_t from = w->engine->session->progress_ns;

	if (w->healed && w->progress_ns > from)
		from = w->progress_ns;
	return limit == CLOCK_NEVER ? CLOCK_NEVER : from + limit;
}
