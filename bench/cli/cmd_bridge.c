/* SPDX-License-Identifier: MIT */
/* kdbench bridge: offer a guest's link to a debugger that is not ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/cli/bridge_view.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/run/interrupt.h"
#include "bench/run/trace.h"
#include "bench/run/trail.h"
#include "bench/run/trial.h"

#define DEFAULT_LISTEN "unix:kd.sock"
#define BUILT_IN "name: bridge\nsession: [connect]\n"

/* As VirtualKD waits on its pipe: 1 s, ten times (kd-protocol 9.2). */
#define PROXY_TIMEOUT (1 * NS_PER_S)
#define PROXY_TRIES 10

static struct plan_args args = { .scenario = BUILT_IN };

static struct {
	const char *transport, *listen, *stale, *trace, *log;
	uint64_t seed;
	bool quiet;
} opts = { .seed = 1 };

static const struct option bridge_options[] = {
	{ "transport", 0, OPTION_TEXT, &opts.transport, "NAME",
	  "how to reach the guest (default: what the files say)" },
	{ "listen", 0, OPTION_TEXT, &opts.listen, "ENDPOINT",
	  "unix:PATH, tcp:[HOST:]PORT, pty[:PATH] (default " DEFAULT_LISTEN
	  ")" },
	{ "stale", 0, OPTION_TEXT, &opts.stale, "discard|keep",
	  "what piled up before a RESET or a good-bye (default discard)" },
	PLAN_ARGS_OPTIONS(args),
	{ "seed", 0, OPTION_COUNT, &opts.seed, "N",
	  "what all chance is drawn from (default 1)" },
	{ "trace", 0, OPTION_TEXT, &opts.trace, "FILE",
	  "write every packet to FILE, one JSON object a line" },
	{ "log", 0, OPTION_TEXT, &opts.log, "FILE",
	  "write every act of a fault to FILE, one JSON object a line" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "no status, no notes; the totals only" },
	{ 0 },
};

/* Everything that lives as long as the bridge. */
struct bridging {
	struct fault_log log; /* first: chains are given this */
	const struct cell *cell;
	uint64_t seed;
	bool keep;
	struct endpoint_listener listener;
	struct serve serve;
	struct bridge_view view;
	struct trace trace;
	FILE *trace_file, *log_file;
};

/* --- files that are written meanwhile ------------------------------------- */

static bool open_file(FILE **file, const char *path, struct err *err)
{
	if (!path)
		return true;
	*file = fopen(path, "we");
	return *file || err_sys(err, ERR_HOST, "cannot write '%s'", path);
}

static bool close_file(FILE *file, const char *path, struct err *err)
{
	bool ok;

	if (!file)
		return true;
	ok = !ferror(file);
	ok &= fclose(file) == 0;
	return ok || err_sys(err, ERR_HOST, "cannot write '%s'", path);
}

static void on_act(struct fault_log *log, const struct fault_act *act)
{
	struct bridging *s = (struct bridging *)log;

	if (s->log_file)
		(void)trail_write_act(act, s->log_file);
}

static void on_bytes(void *env, enum fault_dir dir, struct kd_span bytes,
		     uint64_t now)
{
	struct bridging *s = env;

	trace_bytes(&s->trace, AT_DEBUGGER, dir, bytes, now);
	(void)trace_write_more(&s->trace, s->trace_file);
}

/* --- what the loop tells -------------------------------------------------- */

static bool on_over(void *env)
{
	(void)env;
	return interrupt_seen();
}

static void on_change(void *env, bool connected)
{
	struct bridging *s = env;

	bridge_view_change(&s->view, &s->serve, connected);
}

static void on_look(void *env)
{
	struct bridging *s = env;

	if (s->trace_file)
		fflush(s->trace_file);
	if (s->log_file)
		fflush(s->log_file);
	bridge_view_draw(&s->view, &s->serve);
}

/* --- from start to end ---------------------------------------------------- */

/* Whose debugger it is decides what may happen to the target: we do not. */
static bool check_faults(const struct cell *cell, struct err *err)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		const struct chain_spec *spec = &cell->faults[dir];

		for (size_t i = 0; i < spec->count; i++) {
			if (!spec->stages[i].type->asks)
				continue;
			return err_set(err, ERR_CONFIG,
				       "'%s': a bridge has faults of the line "
				       "only",
				       spec->stages[i].label);
		}
	}
	return true;
}

static bool launch(struct bridging *s, const struct plan *plan, struct err *err)
{
	const struct cell *cell = s->cell;
	const struct launch_config config = {
		.transport = &cell->transport,
		.host = &cell->host,
		.guest = &cell->guest,
		.qemu = &plan->qemu,
		.target = &cell->target,
		.accel = cell->accel,
		.seed = s->seed,
		.nonce = hash_u64(s->seed),
	};

	return launch_start(&s->serve.target, &config, err);
}

static void begin_trace(struct bridging *s)
{
	const struct cell *cell = s->cell;
	const struct trace_about about = {
		.scenario = cell->scenario->name,
		.cell = cell->id,
		.transport = cell->transport.name,
		.seed = s->seed,
	};

	trace_init(&s->trace, serve_now(&s->serve), false);
	(void)trace_write_begin(&s->trace, &about, s->trace_file);
}

static void set_up(struct bridging *s)
{
	struct serve *serve = &s->serve;
	const struct cell *cell = s->cell;
	struct bridge_config config = {
		.target = serve->target->link,
		.simulated = serve->target->virtual_time,
		.keep = s->keep,
		.proxy = { .timeout_ns = PROXY_TIMEOUT,
			   .tries = PROXY_TRIES,
			   .keep = s->keep },
		.faults = cell->faults,
		.seed = s->seed,
		.log = &s->log,
		.heard = s->trace_file ? on_bytes : NULL,
		.env = s,
	};
	uint64_t now = clock_now_ns();

	serve->zero_ns = serve->target->virtual_time ? now : 0;
	waiter_init(&serve->waiter, serve->target->link, cell->host.wait,
		    serve_now(serve));
	serve->boot_timeout_ns = cell->guest.boot_timeout_ns;
	serve->listener = &s->listener;
	serve->hooks = (struct serve_hooks){ on_over, on_change, on_look, s };
	s->log.act = on_act;
	s->view.began_ns = s->view.drawn_ns = now;
	if (s->trace_file)
		begin_trace(s);
	bridge_init(&serve->bridge, &config, serve_now(serve));
}

/* A guest that spoke and is gone has failed; one that never did, could not. */
static bool ended(struct bridging *s, enum exit_code *code, struct err *err)
{
	if (err->kind != ERR_GUEST)
		return false;
	if (!s->serve.spoken)
		return err_while(err, "the guest did not boot");
	*code = EXIT_NOT_MET;
	message_err(stderr, err);
	return true;
}

static bool serve(struct bridging *s, const struct plan *plan,
		  enum exit_code *code, struct err *err)
{
	bool ok = launch(s, plan, err);

	if (!ok)
		return false;
	set_up(s);
	if (!opts.quiet)
		bridge_view_hints(&s->listener, s->cell, s->keep);
	ok = serve_run(&s->serve, err);
	bridge_view_clear(&s->view);
	if (!ok)
		ok = ended(s, code, err);
	if (ok)
		bridge_view_totals(&s->view, &s->serve);
	bridge_release(&s->serve.bridge);
	if (s->trace_file)
		(void)trace_write_end(&s->trace, s->trace_file);
	trace_release(&s->trace);
	return ok;
}

static bool listen_at(struct bridging *s, struct err *err)
{
	struct endpoint at;

	return endpoint_parse(&at, opts.listen ? opts.listen : DEFAULT_LISTEN,
			      err) &&
	       endpoint_listen(&s->listener, &at, err);
}

static bool choose_stale(bool *keep, struct err *err)
{
	*keep = opts.stale && strcmp(opts.stale, "keep") == 0;
	if (!opts.stale || *keep || strcmp(opts.stale, "discard") == 0)
		return true;
	err_set(err, ERR_USAGE, "--stale: '%s' is neither discard nor keep",
		opts.stale);
	return err_hint(err, "write --stale discard or --stale keep");
}

static bool run_here(struct plan *plan, enum exit_code *code, struct err *err)
{
	const struct scenario *scenario = &plan->scenarios[0];
	struct bridging *s = mem_alloc(sizeof(*s));
	bool ok;

	s->cell = &scenario->cells[0];
	s->seed = trial_seed(opts.seed, s->cell->id, 1);
	s->view.terminal = isatty(STDERR_FILENO) != 0;
	s->view.quiet = opts.quiet;
	s->listener.fd = -1;
	if (scenario->cell_count > 1 && !opts.quiet)
		message_note("%s has %zu cells; this is %s (choose with --set)",
			     scenario->name, scenario->cell_count,
			     s->cell->label);
	interrupt_catch();
	ok = check_faults(s->cell, err) && choose_stale(&s->keep, err) &&
	     listen_at(s, err) && open_file(&s->trace_file, opts.trace, err) &&
	     open_file(&s->log_file, opts.log, err) &&
	     serve(s, plan, code, err);
	endpoint_close(&s->listener);
	launch_stop(s->serve.target);
	ok &= close_file(s->trace_file, opts.trace, err);
	ok &= close_file(s->log_file, opts.log, err);
	free(s);
	return ok;
}

static bool run_bridge(int argc, char **argv, enum exit_code *code,
		       struct err *err)
{
	struct plan plan = { 0 };
	bool ok;

	if (argc > 1) {
		err_set(err, ERR_USAGE, "one scenario at most, not %d", argc);
		return err_hint(err, "see 'kdbench bridge --help'");
	}
	if (opts.transport) {
		args.extra[0].set = mem_printf("transport=%s", opts.transport);
		args.extra[0].written =
			mem_printf("--transport %s", opts.transport);
	}
	ok = plan_args_load(&plan, &args, argc, argv, true, err);
	if (ok && plan.scenarios[0].skip_reason)
		ok = err_set(err, ERR_HOST, "%s cannot run here: %s",
			     plan.scenarios[0].name,
			     plan.scenarios[0].skip_reason);
	if (ok && plan.accel_why && !opts.quiet)
		message_note("accelerator: %s", plan.accel_why);
	ok = ok && run_here(&plan, code, err);
	plan_release(&plan);
	return ok;
}

const struct cmd bridge_cmd = {
	.name = "bridge",
	.operands = "[SCENARIO]",
	.help = "offer a guest's link, faults included, to another debugger",
	.options = bridge_options,
	.run = run_bridge,
};
