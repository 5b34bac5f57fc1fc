/* SPDX-License-Identifier: MIT */
#include "bench/explore/world.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/keeper.h"
#include "bench/base/mem.h"
#include "bench/launch/sim.h"
#include "bench/run/closing.h"
#include "bench/run/engine.h"
#include "bench/run/interrupt.h"
#include "bench/run/loop.h"
#include "bench/run/pattern.h"
#include "bench/run/watch.h"
#include "bench/session/session.h"

struct world {
	const struct cell *cell;
	struct launched *target;
	struct kd_debugger debugger;
	struct session session;
	struct session_config config;
	struct session_config closing;
	struct step_record *records;
	struct step_record closing_records[CLOSING_STEPS];
	struct chain chains[2];
	struct engine engine;
	struct watch watch;
	uint64_t now;
	uint64_t acts_before; /* the current run */
	struct trace *trace;
	void (*look)(void *env, const struct world *w, uint64_t now);
	void *look_env;
};

static const struct chain_spec no_faults = { .flush_ns = CHAIN_FLUSH_NS };

static bool on_peek(void *env, uint64_t address, void *to, size_t len)
{
	struct world *w = env;

	return w->target->ops->peek(w->target, address, to, len);
}

static bool start_target(struct world *w, uint64_t seed, uint64_t nonce,
			 struct err *err)
{
	const struct launch_config config = {
		.transport = &w->cell->transport,
		.host = &w->cell->host,
		.guest = &w->cell->guest,
		.target = &w->cell->target,
		.accel = ACCEL_NONE,
		.nonce = nonce,
		.seed = seed,
	};

	return launch_start(&w->target, &config, err);
}

static void set_up(struct world *w, uint64_t seed, uint64_t nonce)
{
	const struct cell *cell = w->cell;
	struct kd_debugger_profile profile = cell->debugger;

	profile.reliable = w->target->link->framing == LINK_PACKET;
	kd_debugger_init(&w->debugger, &profile);
	for (unsigned dir = 0; dir < 2; dir++)
		chain_init(&w->chains[dir], &no_faults, (enum fault_dir)dir,
			   seed, 0, NULL);
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
		.env = w,
	};
	w->closing = w->config;
	w->records =
		mem_array(session_record_count(cell->steps, cell->step_count),
			  sizeof(*w->records));
	session_init(&w->session, &w->config, &w->debugger, w->records, 0);
	w->engine = (struct engine){
		.link = w->target->link,
		.debugger = &w->debugger,
		.session = &w->session,
		.chains = w->chains,
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
}

/* --- a run ------------------------------------------------------------------
 */

bool world_turn(struct world *w, bool *over, struct err *err)
{
	bool ok = loop_sim_turn(&w->engine, &w->watch, &w->now, err);

	*over = w->session.done;
	return ok;
}

static uint64_t acts(const struct world *w)
{
	return w->chains[TO_TARGET].acts + w->chains[TO_DEBUGGER].acts;
}

/* What it came to, if the target is gone. */
static void lose(struct world *w, struct err *err)
{
	session_end(&w->session, VERDICT_LOST_TARGET, "%s", err->text);
	*err = (struct err){ 0 };
}

/* The loop, with somebody who looks on. */
static bool loop(struct world *w, struct err *err)
{
	bool over = w->session.done;

	if (!w->look)
		return loop_sim(&w->engine, &w->watch, &w->now, err);
	while (!over) {
		if (!world_turn(w, &over, err))
			return false;
		w->look(w->look_env, w, w->now);
		if (interrupt_seen())
			return err_set(err, ERR_INTERRUPTED, "interrupted");
	}
	return true;
}

static bool run(struct world *w, struct err *err)
{
	if (loop(w, err))
		return true;
	if (err->kind != ERR_GUEST)
		return false;
	lose(w, err);
	return true;
}

/* Completed, and faults acted: with them over, do both ends still agree? */
static bool close_session(struct world *w, struct err *err)
{
	struct session *s = &w->session;
	bool running = s->running;
	struct session_target target = s->target;

	if (s->verdict != VERDICT_COMPLETED || !acts(w) ||
	    w->debugger.state == KD_DEBUGGER_OFF)
		return true;
	w->closing.steps = closing_steps + !running;
	w->closing.step_count = CLOSING_STEPS - !running;
	memset(w->closing_records, 0, sizeof(w->closing_records));
	watch_heal(&w->watch, w->now);
	session_init(s, &w->closing, &w->debugger, w->closing_records, w->now);
	s->running = running;
	s->target = target;
	session_start(s, w->now);
	return run(w, err);
}

bool world_run(struct world *w, struct outcome *o, struct err *err)
{
	if (!run(w, err) || !close_session(w, err))
		return false;
	*o = (struct outcome){
		.verdict = w->session.verdict,
		.acted = acts(w) != 0,
		.rounds = (uint32_t)(w->debugger.recoveries - w->session.woken),
		.wire_bytes = w->debugger.x.counts.bytes_in +
			      w->debugger.x.counts.bytes_out,
		.ns = w->now,
		.digest = kd_debugger_digest(&w->debugger, w->now),
	};
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
		.target = sim_target(w->target)->state,
	};
}

const struct cell *world_cell(const struct world *w)
{
	return w->cell;
}

void world_trace(struct world *w, struct trace *t,
		 void (*look)(void *env, const struct world *w, uint64_t now),
		 void *env)
{
	w->trace = t;
	w->look = look;
	w->look_env = env;
}

void world_log(struct world *w, struct fault_log *log)
{
	w->chains[TO_TARGET].log = w->chains[TO_DEBUGGER].log = log;
}
