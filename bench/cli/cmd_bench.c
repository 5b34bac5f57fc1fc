/* SPDX-License-Identifier: MIT */
/*
 * kdbench bench: is kdbench itself as fast and as exact as it means to be? One
 * interleaved run, printed as 'name value target ok|short n spread'. It never
 * gates: the exit code says only whether it could be run.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/progress.h"
#include "bench/plan/yaml.h"
#include "bench/result/stats.h"
#include "bench/run/expect.h"
#include "bench/run/interrupt.h"
#include "bench/run/suite.h"

#define TRIALS 3

static const char scenario_text[] =
	"name: bench\n"
	"about: What kdbench measures of itself.\n"
	"matrix:\n"
	"  transport: [uart, uart-unthrottled, ring]\n"
	"  include:\n"
	"    - { transport: uart, transport.baud: 9600, "
	"transport.rx-trigger: 14 }\n"
	"    - { transport: uart, transport.rx-trigger: 14 }\n"
	"    - { transport: uart, transport.baud: 921600, "
	"transport.rx-trigger: 14 }\n"
	"    - { transport: ring, host.wait: spin, guest.idle: poll }\n"
	"session:\n"
	"  - connect\n"
	"  - read-memory: { name: read, duration: 800ms, warmup: 1 }\n"
	"  - write-memory: { name: write, duration: 500ms }\n"
	"  - read-memory: { name: word, count: 20, chunk: 8 }\n"
	"trials: 3\n"
	"expect: { verdict: [completed, recovered] }\n";

static struct {
	const char *config;
} opts;

static const struct option bench_options[] = {
	{ "config", 0, OPTION_TEXT, &opts.config, "FILE",
	  "settings of this machine instead of bench.yaml" },
	{ 0 },
};

/* Which cell a number is taken from. */
enum source {
	UART,      /* as kdcom sets it up: a receive FIFO trigger of 1 */
	LINE_9600, /* of 14: QEMU then receives as fast as the line */
	LINE_115200,
	LINE_921600,
	UNTHROTTLED,
	RING,
	RING_SPIN,
	SOURCES
};

/* What a trial gave, by source and trial number. */
struct samples {
	struct progress_view view;
	double read[SOURCES][TRIALS];
	double write[SOURCES][TRIALS];
	double word_ns[SOURCES][TRIALS];
	/* Share of the nominal rate, reading and writing. */
	double to_debugger[SOURCES][TRIALS];
	double to_target[SOURCES][TRIALS];
	double boot_ns[SOURCES * TRIALS];
	size_t boots;
};

static enum source source_of(const struct cell *cell)
{
	if (cell->transport.kind == TRANSPORT_IVSHMEM)
		return cell->host.wait == LINK_WAIT_SPIN ? RING_SPIN : RING;
	switch (cell->transport.uart.baud) {
	case 0: return UNTHROTTLED;
	case 9600: return LINE_9600;
	case 921600: return LINE_921600;
	default:
		return cell->transport.uart.rx_trigger == 0 ? UART
							    : LINE_115200;
	}
}

static const struct step_record *step_named(const struct trial *t,
					    const char *name)
{
	for (size_t i = 0; i < t->record_count; i++) {
		if (strcmp(t->records[i].step->name, name) == 0)
			return &t->records[i];
	}
	return NULL;
}

/* Wire bytes at ten bits each, as a share of the time that they took. */
static double line_share(const struct trial *t, const char *step)
{
	uint64_t baud = t->input->cell->transport.uart.baud;
	const struct step_record *r = step_named(t, step);

	if (!r || !baud || !r->wall_ns)
		return NAN;
	return (double)r->wire_bytes * 10 * 1e9 / (double)baud /
	       (double)r->wall_ns;
}

static void on_end(void *env, const struct trial *t, const char *invalid_reason)
{
	struct samples *s = env;
	enum source from = source_of(t->input->cell);
	uint64_t number = t->input->number;

	/* A disturbed trial that was not repeated again still shows. */
	(void)invalid_reason;
	if (number < 1 || number > TRIALS)
		return;
	s->read[from][number - 1] = expect_value(t, "steps.read.throughput");
	s->write[from][number - 1] = expect_value(t, "steps.write.throughput");
	s->word_ns[from][number - 1] =
		expect_value(t, "steps.word.latency-p50");
	if (t->input->cell->transport.kind == TRANSPORT_UART) {
		s->to_debugger[from][number - 1] = line_share(t, "read");
		s->to_target[from][number - 1] = line_share(t, "write");
	}
	if (t->boot_ns && s->boots < SOURCES * TRIALS)
		s->boot_ns[s->boots++] = (double)t->boot_ns;
}

/* --- printing ----------------------------------------------------------------
 */

/* 'name value target ok|short n spread'; target 0: none. */
static void print(const char *name, const double *values, size_t count,
		  double scale, const char *unit, double low, double high)
{
	double *sorted = mem_array(count, sizeof(*sorted));
	char target[48] = "-";
	const char *word = "-";
	double m;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]) && values[i] > 0)
			sorted[n++] = values[i] * scale;
	}
	if (!n) {
		printf("%-38s %10s %12s %-5s 0 -\n", name, "-", "-", "-");
		free(sorted);
		return;
	}
	stats_sort(sorted, n);
	m = stats_median(sorted, n);
	if (low > 0 && high > 0)
		snprintf(target, sizeof(target), "%g..%g", low, high);
	else if (low > 0)
		snprintf(target, sizeof(target), ">=%g", low);
	else if (high > 0)
		snprintf(target, sizeof(target), "<=%g", high);
	if (low > 0 || high > 0)
		word = (low > 0 && m < low) || (high > 0 && m > high) ? "short"
								      : "ok";
	printf("%-38s %10.4g %12s %-5s %zu %.4g..%.4g%s%s\n", name, m, target,
	       word, n, sorted[0], sorted[n - 1], *unit ? " " : "", unit);
	free(sorted);
}

static void print_ratio(const char *name, const double *a, const double *b,
			double low)
{
	double ratio[TRIALS];

	for (size_t i = 0; i < TRIALS; i++)
		ratio[i] = b[i] > 0 ? a[i] / b[i] : NAN;
	print(name, ratio, TRIALS, 1, "", low, 0);
}

/* How much of a paced line's nominal rate was used, either way. */
static void print_line(const char *name, const struct samples *s,
		       enum source from, double low_in, double low_out)
{
	char text[64];

	snprintf(text, sizeof(text), "%s.to-debugger", name);
	print(text, s->to_debugger[from], TRIALS, 1, "", low_in,
	      low_in > 0 ? 2 - low_in : 0);
	snprintf(text, sizeof(text), "%s.to-target", name);
	print(text, s->to_target[from], TRIALS, 1, "", low_out,
	      low_out > 0 ? 2 - low_out : 0);
}

static void print_all(const struct samples *s, const char *accel)
{
	printf("# accelerator: %s; name value target ok|short n spread\n",
	       accel);
	print("boot.ms", s->boot_ns, s->boots, 1e-6, "ms", 0, 100);
	print("read.uart-115200.kBps", s->read[UART], TRIALS, 1e-3, "kB/s",
	      10.80, 11.24);
	print_line("line.9600", s, LINE_9600, 0.98, 0.98);
	print_line("line.115200", s, LINE_115200, 0.98, 0.98);
	print_line("line.921600", s, LINE_921600, 0.98, 0);
	/* Not a target: how fast QEMU receives at a trigger of 1. */
	print_line("line.115200.rx-trigger-1", s, UART, 0, 0);
	print("read.uart-unthrottled.kBps", s->read[UNTHROTTLED], TRIALS, 1e-3,
	      "kB/s", 0, 0);
	print("write.uart-unthrottled.kBps", s->write[UNTHROTTLED], TRIALS,
	      1e-3, "kB/s", 0, 0);
	print("read.ring.MBps", s->read[RING], TRIALS, 1e-6, "MB/s", 0, 0);
	print("write.ring.MBps", s->write[RING], TRIALS, 1e-6, "MB/s", 0, 0);
	print("read.ring-spin.MBps", s->read[RING_SPIN], TRIALS, 1e-6, "MB/s",
	      0, 0);
	print("word.uart-115200.us", s->word_ns[UART], TRIALS, 1e-3, "us", 0,
	      0);
	print("word.uart-unthrottled.us", s->word_ns[UNTHROTTLED], TRIALS, 1e-3,
	      "us", 0, 0);
	print("word.ring.us", s->word_ns[RING], TRIALS, 1e-3, "us", 0, 0);
	print_ratio("read.ring/uart-115200", s->read[RING], s->read[UART],
		    2000);
	print_ratio("read.ring/uart-unthrottled", s->read[RING],
		    s->read[UNTHROTTLED], 50);
	print_ratio("read.ring/ring-spin", s->read[RING], s->read[RING_SPIN],
		    0);
}

/* --- running
 * ------------------------------------------------------------------ */

static bool run_suite(const struct plan *plan, struct samples *s,
		      enum exit_code *code, struct err *err)
{
	struct rundir dir;
	struct suite_options o = {
		.plan = plan,
		.dir = &dir,
		.seed = 1,
		.repeat_options = "",
		.command = "kdbench bench",
	};
	struct suite_outcome outcome;
	bool ok;

	s->view.terminal = isatty(STDERR_FILENO) != 0;
	o.hooks = progress_hooks(&s->view);
	o.hooks.env = s; /* its first member is the view */
	o.hooks.end = on_end;
	ok = rundir_open(&dir, NULL, plan->results_dir, o.seed, err);
	if (ok) {
		interrupt_catch();
		ok = suite_run(&o, &outcome, err);
		progress_clear(&s->view);
	}
	if (ok) {
		if (outcome.errors)
			*code = EXIT_MACHINE;
		if (outcome.interrupted) {
			*err = (struct err){ 0 };
			*code = EXIT_INTERRUPTED;
		}
	}
	rundir_release(&dir);
	return ok;
}

static bool load(struct plan *plan, struct arena *arena, struct err *err)
{
	static const struct plan_text scenario = {
		.path = "(built-in bench)",
		.text = scenario_text,
		.len = sizeof(scenario_text) - 1,
	};
	const struct plan_input input = { .resolve_accel = true };
	const char *path = opts.config ? opts.config : "bench.yaml";
	struct plan_text config;
	struct yaml_text file;

	if (!opts.config && access(path, F_OK) != 0)
		return plan_load_text(plan, NULL, &scenario, &input, err);
	if (!yaml_read(&file, path, arena, err))
		return false;
	config = (struct plan_text){ file.path, file.text, file.len };
	return plan_load_text(plan, &config, &scenario, &input, err);
}

static bool bench_run(int argc, char **argv, enum exit_code *code,
		      struct err *err)
{
	struct arena arena = { NULL };
	struct samples *s = mem_alloc(sizeof(*s));
	struct plan plan = { 0 };
	bool ok;

	(void)argv;
	if (argc > 0) {
		free(s);
		return err_set(err, ERR_USAGE, "bench takes no operands");
	}
	ok = load(&plan, &arena, err) && run_suite(&plan, s, code, err);
	if (ok)
		print_all(s, plan.scenarios[0].cells[0].accel == ACCEL_KVM
				     ? "kvm"
				     : "tcg");
	plan_release(&plan);
	arena_release(&arena);
	free(s);
	return ok;
}

const struct cmd bench_cmd = {
	.name = "bench",
	.help = "measure kdbench itself: rates, ratios, boot time, pacing",
	.options = bench_options,
	.run = bench_run,
};
