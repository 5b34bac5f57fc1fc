/* SPDX-License-Identifier: MIT */
#include "bench/run/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/bridge/via.h"
#include "bench/run/asked.h"
#include "bench/run/boot.h"
#include "bench/run/closing.h"
#include "bench/run/direct.h"
#include "bench/run/files.h"
#include "bench/run/interrupt.h"
#include "bench/run/leave.h"
#include "bench/run/loop.h"
#include "bench/run/outside.h"
#include "bench/run/pattern.h"
#include "bench/run/rival.h"
#include "bench/run/window.h"

/* Everything that lives as long as the trial's target does. */
struct stage_set {
	struct trial *trial;
	struct launched *target;
	struct via *via; /* NULL: nothing in between */
	struct kd_debugger debugger;
	struct session session;
	struct session_config config;
	struct chain chains[2];
	struct engine engine;
	struct rival rival;
	struct watch watch;
	struct files files;
	struct window window;
	struct boot_outcome booted; /* of somebody else's guest */
	uint64_t now;               /* virtual time */
};

uint64_t trial_seed(uint64_t run_seed, const char *cell_id, uint64_t number)
{
	return hash_add(hash_bytes(run_seed, cell_id, strlen(cell_id)), number);
}

static uint64_t now_of(const struct stage_set *w)
{
	return w->target->virtual_time ? w->now : clock_now_ns();
}

/* --- what a session asks of its owner ---------------------------------------
 */

static uint64_t on_window(void *env, struct step_record *r, bool open,
			  uint64_t now)
{
	struct stage_set *w = env;

	return window_turn(&w->window, r, open, now);
}

static void on_progress(void *env, uint64_t now)
{
	struct stage_set *w = env;

	trail_progress(&w->trial->trail, now);
}

static bool on_peek(void *env, uint64_t address, void *to, size_t len)
{
	struct stage_set *w = env;

	return w->target->ops->peek(w->target, address, to, len);
}

static size_t on_ram(void *env, uint64_t address, size_t len,
		     const uint8_t **at)
{
	struct stage_set *w = env;

	return w->target->ops->ram(w->target, address, len, at);
}

static uint32_t on_file(void *env, struct kd_file_io *f, struct kd_span data,
			struct kd_room to)
{
	struct stage_set *w = env;

	return files_serve(&w->files, f, data, to);
}

static bool on_happen(void *env, enum session_outside what, uint64_t *now,
		      struct err *err)
{
	struct stage_set *w = env;

	return outside_happen(&w->engine, w->target, what, now, err);
}

static const char *on_spared(void *env, enum session_outside what)
{
	struct stage_set *w = env;

	return outside_spared(w->target, what);
}

/* --- the session ------------------------------------------------------------
 */

static bool run_loop(struct stage_set *w, struct err *err)
{
	if (w->target->virtual_time)
		return loop_sim(&w->engine, &w->watch, &w->now, err);
	return loop_real(&w->engine, &w->watch, w->target,
			 &w->trial->input->cell->host, err);
}

/*
 * The script is done and faults acted: with the faults over, both ends must
 * still understand each other.
 */
static bool close_session(struct stage_set *w, struct err *err)
{
	struct session_config config = w->config;
	struct step_record records[CLOSING_STEPS];
	struct session first = w->session;
	bool ok;

	if (w->session.verdict != VERDICT_COMPLETED ||
	    w->trial->trail.count == 0 || w->debugger.state == KD_DEBUGGER_OFF)
		return true;
	memset(records, 0, sizeof(records));
	config.steps = closing_steps + !first.running;
	config.step_count = CLOSING_STEPS - !first.running;
	config.window = NULL;
	config.progress = NULL;
	watch_heal(&w->watch, now_of(w));
	session_init(&w->session, &config, &w->debugger, records, now_of(w));
	w->session.running = first.running;
	w->session.target = first.target;
	session_start(&w->session, now_of(w));
	ok = run_loop(w, err);
	first.verdict = w->session.verdict;
	if (w->session.detail[0])
		memcpy(first.detail, w->session.detail, sizeof(first.detail));
	first.unasked += w->session.unasked;
	w->session = first;
	return ok;
}

/* Has the guest nothing to do, does it turn its idle loop without a rest? */
static bool idle_polls(const struct cell *cell)
{
	return !cell->guest.sleep_ns &&
	       (!transport_types[cell->transport.kind].has_guest_idle ||
		cell->guest.idle == GUEST_POLL ||
		cell->guest.idle == GUEST_PAUSE);
}

static void set_up(struct stage_set *w)
{
	struct trial *t = w->trial;
	const struct cell *cell = t->input->cell;
	struct kd_debugger_profile profile = cell->debugger;
	struct link *link = w->via ? via_link(w->via) : w->target->link;
	uint64_t now = now_of(w);

	profile.reliable = link->framing == LINK_PACKET;
	kd_debugger_init(&w->debugger, &profile);
	w->debugger.breakins_owed = w->booted.breakins_owed;
	trail_init(&t->trail, &w->debugger, now);
	for (unsigned dir = 0; dir < 2; dir++)
		(profile.reliable ? chain_init_records : chain_init)(
			&w->chains[dir], &cell->faults[dir],
			(enum fault_dir)dir, t->seed, now, &t->trail.log);
	w->config = (struct session_config){
		.steps = cell->steps,
		.step_count = cell->step_count,
		.think = &cell->think,
		.seed = t->seed,
		.nonce = t->nonce,
		.pattern_of = pattern_of,
		.pattern_size = cell->guest.pattern_size,
		.scratch_size = cell->guest.scratch_size,
		.foreign = w->target->foreign,
		.idle_polls = idle_polls(cell),
		.peek = w->target->ops->peek ? on_peek : NULL,
		.window = on_window,
		.progress = on_progress,
		.file = on_file,
		.happen = on_happen,
		.spared = on_spared,
		.env = w,
	};
	direct_init(&w->config, w->target, &cell->transport, on_ram);
	/* Of our own guest the nonce is known; what it says could be stale. */
	if (!w->target->foreign)
		w->config.pattern =
			pattern_of(t->nonce, cell->guest.pattern_size);
	t->record_count = session_record_count(cell->steps, cell->step_count);
	t->records = mem_array(t->record_count, sizeof(*t->records));
	session_init(&w->session, &w->config, &w->debugger, t->records, now);
	w->engine = (struct engine){
		.link = link,
		.target = w->target,
		.debugger = &w->debugger,
		.session = &w->session,
		.chains = w->chains,
		.rival = rival_init(&w->rival, &profile),
		.trace = t->input->trace ? &t->trace : NULL,
	};
	w->window.target = w->target;
	w->window.engine = &w->engine;
	w->window.bridged = w->via != NULL;
	if (w->engine.trace)
		trace_init(&t->trace, now, profile.reliable);
	watch_init(&w->watch, &cell->heal, &w->engine, w->target);
}

static bool count_exits(const struct stage_set *w, struct exit_counts *exits)
{
	return w->target->ops->exits && w->target->ops->exits(w->target, exits);
}

static bool run_session(struct stage_set *w, struct err *err)
{
	struct trial *t = w->trial;
	struct host_load before, after;
	struct step_cpu from, to;
	struct exit_counts exits;
	bool ok;

	t->exits_known = t->input->cell->accel == ACCEL_KVM &&
			 count_exits(w, &exits);
	host_load_sample(&before, w->target->pid);
	window_sample(&w->window, &from);
	t->began_ns = now_of(w);
	session_start(&w->session, t->began_ns);
	ok = run_loop(w, err) && close_session(w, err);
	asked_end(&w->engine, now_of(w), err);
	t->wall_ns = now_of(w) - t->began_ns;
	window_sample(&w->window, &to);
	host_load_sample(&after, w->target->pid);
	t->exits_known = t->exits_known && count_exits(w, &t->exits);
	if (t->exits_known)
		exit_counts_since(&t->exits, &exits);
	if (!w->target->virtual_time) {
		window_add(&t->cpu, &from, &to);
		/* Others' processes: is the target among them? */
		t->loaded = (!w->target->foreign || w->target->pid) &&
			    host_load_between(&before, &after, &t->others_cores,
					      &t->steal_cores);
	}
	t->healed = w->watch.healed;
	t->impatient = w->watch.impatient;
	t->heal_ns = t->healed ? now_of(w) - w->watch.healed_ns : 0;
	return ok;
}

/* What the session came to, with what both ends went through. */
static void conclude(struct stage_set *w)
{
	struct trial *t = w->trial;
	const struct fault_act *suspect;

	t->counts = w->debugger.x.counts;
	t->recoveries = w->debugger.recoveries - w->session.woken;
	t->round_trips = w->session.round_trips;
	t->unasked_stops = w->session.unasked;
	t->turnarounds = w->engine.turnarounds;
	t->link = w->target->link->counts;
	t->tsc_hz = w->session.target.tsc_hz;
	if (w->session.done) {
		t->verdict = (enum verdict)w->session.verdict;
		memcpy(t->detail, w->session.detail, sizeof(w->session.detail));
	}
	if (t->verdict == VERDICT_COMPLETED && t->recoveries)
		t->verdict = VERDICT_RECOVERED;
	suspect = trail_suspect(&t->trail, t->verdict == VERDICT_RECOVERED);
	t->has_suspect = t->verdict != VERDICT_COMPLETED && suspect;
	if (t->has_suspect)
		t->suspect = *suspect;
}

/* Was somebody else's target left in the middle of something? */
static bool must_be_left(const struct stage_set *w, const struct err *failure)
{
	return w->target->foreign && !w->target->pid &&
	       failure->kind != ERR_GUEST &&
	       (!w->session.done || w->session.verdict != VERDICT_COMPLETED);
}

/* A failure on the way is a verdict too; only Ctrl-C is not. */
static void blame(struct stage_set *w, const struct err *err)
{
	struct trial *t = w->trial;
	bool lost = err->kind == ERR_GUEST;

	t->verdict = lost ? VERDICT_LOST_TARGET : VERDICT_ERROR;
	/* Did it die of what it was asked? */
	if (lost && w->session.step)
		snprintf(t->detail, sizeof(t->detail),
			 "step '%s': %s; the last request was %s",
			 w->session.step->name, err->text,
			 session_last_request(&w->session));
	else
		snprintf(t->detail, sizeof(t->detail), "%s", err->text);
}

static void on_boot(void *env, const struct boot_talk *talk)
{
	const struct trial_input *input = ((struct trial *)env)->input;

	if (input->booting)
		input->booting(input->env, input, talk);
}

bool trial_run(struct trial *t, const struct trial_input *input,
	       struct err *err)
{
	const struct cell *cell = input->cell;
	struct stage_set *w = mem_alloc(sizeof(*w));
	struct err failure = { 0 };
	struct launch_config config = {
		.transport = &cell->transport,
		.host = &cell->host,
		.guest = &cell->guest,
		.qemu = &input->plan->qemu,
		.target = &cell->target,
		.accel = cell->accel,
		.interrupted = interrupt_seen,
	};
	const struct boot_watcher watcher = { on_boot, t };
	bool ok;

	memset(t, 0, sizeof(*t));
	t->input = input;
	t->verdict = VERDICT_ERROR;
	t->seed = trial_seed(input->run_seed, cell->id, input->number);
	t->nonce = hash_u64(t->seed);
	config.seed = t->seed;
	config.nonce = t->nonce;
	w->trial = t;
	ok = files_init(&w->files, &input->plan->files, &failure) &&
	     launch_start(&w->target, &config, &failure) &&
	     boot(w->target, cell, &w->files, &watcher, &w->booted, &failure) &&
	     via_start(&w->via, &cell->transport, w->target->link, &cell->host,
		       &failure);
	t->boot_ns = w->booted.boot_ns;
	if (ok) {
		t->virtual_time = w->target->virtual_time;
		set_up(w);
		ok = run_session(w, &failure);
		via_stop(w->via, &failure);
		conclude(w);
		if (must_be_left(w, &failure))
			leave_running(&w->engine, &w->config);
	}
	if (!ok && failure.kind != ERR_INTERRUPTED)
		blame(w, &failure);
	/* A forked target has had our pages from the start. */
	if (w->target && w->target->pid &&
	    transport_types[cell->transport.kind].needs_qemu)
		t->peak_rss_bytes = host_peak_rss(w->target->pid);
	watch_release(&w->watch);
	files_close(&w->files);
	launch_stop(w->target);
	free(w->config.direct);
	free(w);
	t->failure = failure;
	if (failure.kind == ERR_INTERRUPTED) {
		*err = failure;
		return false;
	}
	return true;
}

struct trace_about trial_about(const struct trial *t)
{
	const struct cell *cell = t->input->cell;

	return (struct trace_about){
		.scenario = cell->scenario->name,
		.cell = cell->id,
		.transport = cell->transport.name,
		.trial = t->input->number,
		.seed = t->seed,
		.virtual_time = t->virtual_time,
	};
}

void trial_release(struct trial *t)
{
	free(t->records);
	trail_release(&t->trail);
	trace_release(&t->trace);
	t->records = NULL;
}
