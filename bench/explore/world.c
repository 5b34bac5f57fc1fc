/* SPDX-License-Identifier: MIT */
#include "bench/explore/world_parts.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/keeper.h"
#include "bench/base/mem.h"
#include "bench/explore/rejoin.h"
#include "bench/launch/sim.h"
#include "bench/run/asked.h"
#include "bench/run/desk.h"
#include "bench/run/interrupt.h"
#include "bench/run/loop.h"
#include "bench/run/outside.h"
#include "bench/run/pattern.h"

static const struct chain_spec no_faults = { .flush_ns = CHAIN_FLUSH_NS };

static bool on_peek(void *env, uint64_t address, void *to, size_t len)
{
	struct world *w = env;

	return w->target->ops->peek(w->target, address, to, len);
}

static bool on_happen(void *env, enum session_outside what, uint64_t *now,
		      struct err *err)
{
	struct world *w = env;

	return outside_happen(&w->engine, w->target, what, now, err);
}

static const char *on_spared(void *env, enum session_outside what)
{
	struct world *w = env;

	return outside_spared(w->target, what);
}

static bool start_target(struct world *w, uint64_t seed, uint64_t nonce,
			 struct err *err)
{
	w->launch = (struct launch_config){
		.transport = &w->cell->transport,
		.host = &w->cell->host,
		.guest = &w->cell->guest,
		.target = &w->cell->target,
		.accel = ACCEL_NONE,
		.nonce = nonce,
		.seed = seed,
	};

	return launch_start(&w->target, &w->launch, err);
}

static void set_up(struct world *w, uint64_t seed, uint64_t nonce)
{
	const struct cell *cell = w->cell;
	struct kd_debugger_profile profile = cell->debugger;

	profile.reliable = w->target->link->framing == LINK_PACKET;
	kd_debugger_init(&w->debugger, &profile);
	for (unsigned dir = 0; dir < 2; dir++)
		(profile.reliable ? chain_init_records : chain_init)(
			&w->chains[dir], &no_faults, (enum fault_dir)dir, seed,
			0, NULL);
	w->config = (struct session_config){
		.steps = cell->steps,
		.step_count = cell->step_count,
		.think = &cell->think,
		.seed = seed,
		.nonce = nonce,
		.pattern = pattern_of(nonce, cell->guest.pattern_size),
		.pattern_size = cell->guest.pattern_size,
		.scratch_size = cell->guest.scratch_size,
		.peek = on_peek,
		.happen = on_happen,
		.spared = on_spared,
		.env = w,
	};
	w->closing = w->config;
	w->records =
		mem_array(session_record_count(cell->steps, cell->step_count),
			  sizeof(*w->records));
	session_init(&w->session, &w->config, &w->debugger, w->records, 0);
	w->engine = (struct engine){
		.link = w->target->link,
		.target = w->target,
		.debugger = &w->debugger,
		.session = &w->session,
		.chains = w->chains,
		.rival = rival_init(&w->rival, &profile),
	};
	watch_init(&w->watch, &cell->heal, &w->engine, w->target);
	session_start(&w->session, 0);
}

struct world *world_new(const struct cell *cell, uint64_t seed, struct err *err)
{
	struct world *w = mem_alloc(sizeof(*w));
	uint64_t nonce = hash_u64(seed);

	w->cell = cell;
	if (!start_target(w, seed, nonce, err)) {
		free(w);
		return NULL;
	}
	set_up(w, seed, nonce);
	return w;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	watch_release(&w->watch);
	launch_stop(w->target);
	free(w->records);
	free(w);
}

/* --- the state --------------------------------------------------------------
 */

static void keep(struct world *w, struct keeper *k)
{
	keeper_part(k, &w->now, sizeof(w->now));
	keeper_part(k, &w->debugger, sizeof(w->debugger));
	keeper_part(k, &w->session, sizeof(w->session));
	keeper_part(k, &w->engine, sizeof(w->engine));
	desk_keep(&w->engine, k);
	for (unsigned dir = 0; dir < 2; dir++)
		chain_keep(&w->chains[dir], k);
	sim_keep(w->target, k);
}

size_t world_size(struct world *w)
{
	struct keeper k = { .at = NULL };

	keep(w, &k);
	return k.used;
}

size_t world_save(struct world *w, uint8_t *to)
{
	struct keeper k = { .at = to };

	keep(w, &k);
	return k.used;
}

void world_restore(struct world *w, const uint8_t *from,
		   const struct chain_spec faults[2])
{
	struct keeper k = { .at = (uint8_t *)(uintptr_t)from,
			    .restoring = true };

	for (unsigned dir = 0; dir < 2; dir++)
		w->chains[dir].spec = &faults[dir];
	keep(w, &k);
	w->engine.trace = w->trace;
	watch_restart(&w->watch);
	w->trips = w->session.round_trips;
	w->rejoined = NULL;
}

/* --- a run ------------------------------------------------------------------
 */

static uint64_t acts(const struct world *w)
{
	return w->chains[TO_TARGET].acts + w->chains[TO_DEBUGGER].acts +
	       (w->engine.still_until_ns != 0);
}

void world_pause(struct world *w, uint64_t ns)
{
	w->engine.still_until_ns = w->now + ns;
}

bool world_turn(struct world *w, bool *over, struct err *err)
{
	bool ok = loop_sim_turn(&w->engine, &w->watch, &w->now, err);

	if (!ok && err->kind == ERR_GUEST) { /* it is gone */
		session_end(&w->session, VERDICT_LOST_TARGET, "%s", err->text);
		*err = (struct err){ 0 };
		ok = true;
	}
	*over = w->session.done;
	if (!*over)
		world_look_back(w);
	if (w->turned)
		w->turned(w->turned_env, w, w->now);
	return ok;
}

static bool run(struct world *w, struct err *err)
{
	bool over = w->session.done;

	while (!over) {
		if (!world_turn(w, &over, err))
			return false;
		if (w->rejoined)
			return true;
		if (interrupt_seen() && !over)
			return err_set(err, ERR_INTERRUPTED, "interrupted");
	}
	return true;
}

/* Completed, and faults acted: with them over, do both ends still agree? */
static bool close_session(struct world *w, struct err *err)
{
	struct session *s = &w->session;
	bool running = s->running;
	struct session_target target = s->target;
	uint64_t woken = s->woken;

	if (w->rejoined || s->verdict != VERDICT_COMPLETED ||
	    (!acts(w) && !w->marking) || w->debugger.state == KD_DEBUGGER_OFF)
		return true;
	w->closing.steps = closing_steps + !running;
	w->closing.step_count = CLOSING_STEPS - !running;
	memset(w->closing_records, 0, sizeof(w->closing_records));
	watch_heal(&w->watch, w->now);
	session_init(s, &w->closing, &w->debugger, w->closing_records, w->now);
	s->running = running;
	s->target = target;
	s->woken = woken;
	session_start(s, w->now);
	return run(w, err);
}

/* As it would have gone on. */
static void add_rest(const struct world *w, struct outcome *o)
{
	const struct rejoin *r = w->rejoin;
	const struct rejoin_point *p = w->rejoined;

	o->verdict = VERDICT_COMPLETED;
	o->rounds += r->rounds - p->rounds;
	o->wire_bytes += r->wire_bytes - p->wire_bytes;
	o->ns += r->ns - p->ns;
}

bool world_run(struct world *w, struct outcome *o, struct err *err)
{
	if (!run(w, err) || !close_session(w, err))
		return false;
	asked_end(&w->engine, w->now, err);
	*o = (struct outcome){
		.verdict = w->session.verdict,
		.acted = acts(w) != 0,
		.proven = w->watch.proven,
		.stuck = w->watch.impatient,
		.rounds = world_rounds(w),
		.wire_bytes = world_wire(w),
		.ns = w->now,
		.digest = kd_debugger_digest(&w->debugger, w->now),
	};
	if (w->rejoined)
		add_rest(w, o);
	/*
	 * The session is right, or it would not complete without faults: where
	 * it finds itself to be wrong now, it was told wrong things.
	 */
	if (o->verdict == VERDICT_ERROR)
		o->verdict = VERDICT_CORRUPT;
	if (o->verdict == VERDICT_COMPLETED && o->rounds)
		o->verdict = VERDICT_RECOVERED;
	return true;
}

const char *world_detail(const struct world *w)
{
	return w->session.detail;
}

struct world_ends world_ends(const struct world *w)
{
	return (struct world_ends){
		.debugger = w->debugger.state,
		.target = sim_protocol(w->target)->state,
	};
}

const struct cell *world_cell(const struct world *w)
{
	return w->cell;
}

void world_trace(struct world *w, struct trace *t)
{
	w->trace = t;
}

void world_log(struct world *w, struct fault_log *log)
{
	w->chains[TO_TARGET].log = w->chains[TO_DEBUGGER].log = log;
}

void world_turned(struct world *w,
		  void (*turned)(void *env, const struct world *w,
				 uint64_t now),
		  void *env)
{
	w->turned = turned;
	w->turned_env = env;
}

const struct kd_debugger *world_debugger(const struct world *w)
{
	return &w->debugger;
}

const struct kd_target *world_target(const struct world *w)
{
	return sim_protocol(w->target);
}
