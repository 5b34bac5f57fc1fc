/* SPDX-License-Identifier: MIT */
/* The environment of a run, and what the numbers of a report mean. */
#include "report/words.h"

#include <math.h>

#include "report/number.h"

static void add(struct words_facts *facts, const char *name, const char *value)
{
	if (facts->count < ARRAY_SIZE(facts->rows))
		facts->rows[facts->count++] =
			(struct words_fact){ name, value ? value : "-" };
}

static const char *number_of(struct arena *arena, enum quantity kind,
			     double value)
{
	return arena_strdup(arena, number_text(kind, value).text);
}

static const char *yes(bool value)
{
	return value ? "yes" : "no";
}

/* "2.60 GHz", "25.0 ns" */
static const char *scaled(struct arena *arena, double value, const char *unit)
{
	return isfinite(value) ? arena_printf(arena, "%.3g %s", value, unit)
			       : NULL;
}

static void add_host(struct words_facts *facts, struct arena *arena,
		     const struct result_host *host)
{
	add(facts, "host", host->name);
	add(facts, "host id", host->id);
	add(facts, "processor", host->cpu);
	add(facts, "cores", number_of(arena, QUANTITY_COUNT, host->cores));
	add(facts, "memory",
	    number_of(arena, QUANTITY_BYTES, host->memory_bytes));
	add(facts, "kernel", host->kernel);
	add(facts, "frequency governor", host->governor);
	add(facts, "itself a virtual machine", yes(host->virtualised));
	add(facts, "KVM usable", yes(host->kvm));
	add(facts, "load at the start",
	    scaled(arena, host->load1, "running processes"));
	add(facts, "time-stamp counter",
	    scaled(arena, host->tsc_hz / 1e9, "GHz"));
	add(facts, "cost of reading the clock",
	    scaled(arena, host->clock_cost_ps / 1e3, "ns"));
}

struct words_facts words_environment(struct summary *s)
{
	const struct result_run *run = &s->results->run;
	struct arena *arena = &s->arena;
	struct words_facts facts = { 0 };

	add(&facts, "run", run->id);
	add(&facts, "started (UTC)", run->started);
	add(&facts, "command", run->command);
	add(&facts, "seed", run->seed);
	add(&facts, "kdbench",
	    run->git ? arena_printf(arena, "%s (%s)",
				    run->kdbench ? run->kdbench : "-", run->git)
		     : run->kdbench);
	add(&facts, "accelerator", run->accel_why);
	add(&facts, "QEMU",
	    run->qemu_version
		    ? arena_printf(arena, "%s, version %s, firmware %s",
				   run->qemu_binary ? run->qemu_binary : "-",
				   run->qemu_version,
				   run->qemu_firmware ? run->qemu_firmware
						      : "-")
		    : NULL);
	add(&facts, "guest image",
	    run->guest_sha
		    ? arena_printf(
			      arena, "%s, %s", run->guest_sha,
			      number_text(QUANTITY_BYTES, run->guest_size).text)
		    : NULL);
	add_host(&facts, arena, &run->host);
	return facts;
}

const struct words_fact words_meanings[] = {
	{ "throughput",
	  "Payload bytes that arrived and were verified, per second of the "
	  "measured steps. Headers, acknowledgements and re-sends cost time "
	  "but do not count. 1 KB is 1000 bytes." },
	{ "\u00b1",
	  "Half the interval of the median, in per cent of it. From 6 trials "
	  "on it holds the true median with at least 95 %; below, it is half "
	  "the range of the values." },
	{ "\u00d7, \u22481\u00d7, 5\u00d7?",
	  "Ratio of medians to the row named as base, which is uart if it was "
	  "measured under the same conditions. If the interval of the ratio "
	  "holds 1 (bootstrap of 2000 samples; below 6 trials, the range of "
	  "all quotients), chance may make the difference: \u22481\u00d7 if "
	  "the medians are within a quarter of each other, else a question "
	  "mark: run more trials." },
	{ "p50, p90, p99, p99.9, max",
	  "Latency of one operation: half of all operations are no slower "
	  "than p50, one in a hundred is slower than p99. From all samples; "
	  "in the table, medians over trials; in the pictures by percentile, "
	  "all trials together, to 3 %." },
	{ "mean",
	  "Of the latency of all operations, to 3 %. Where faults act it is "
	  "what pictures and captions compare: most operations then meet no "
	  "fault and some wait for a time-out, and the median is one or the "
	  "other by chance." },
	{ "CPU load",
	  "CPU time of all QEMU threads per second, in per cent of one core; "
	  "more than 100 % is more than one thread. '-' if the step took less "
	  "than 250 ms, in which CPU time cannot be measured." },
	{ "kdbench load, QEMU + kdbench, guest load",
	  "The same of kdbench itself; of both together, which is what being "
	  "attached costs; and how much of its processor the guest did not "
	  "have for itself." },
	{ "QEMU CPU, kdbench CPU",
	  "CPU time to move one MB of payload: what a fast rate costs, "
	  "whatever it is." },
	{ "traps/byte",
	  "Times that the guest left its own instructions for the VMM (reads "
	  "and writes of ports and devices, doorbells) per payload byte. "
	  "Looks that only waited are not in it, though those of a port trap "
	  "too: see polls/byte. Counted in the guest, so it holds for every "
	  "machine and every hypervisor." },
	{ "polls/byte",
	  "Looks that only found that there was nothing to do yet: of a "
	  "device, "
	  "where each is a trap, or of shared memory, where none is. How many "
	  "there are depends on the machine." },
	{ "exits/byte",
	  "Exits that KVM counted in the whole trial per byte of its payload, "
	  "those that only waited included; and the same by kind." },
	{ "guest/op, transport/op, kdbench/op",
	  "Where the time of one operation goes: service in the guest, turns "
	  "of kdbench that moved something, and the rest, which is the line, "
	  "the VMM and waiting." },
	{ "saturated",
	  "A transport that achieved less than nine tenths of a rate that was "
	  "asked for. The common rate is the highest that all of a group "
	  "carry." },
	{ "recovery",
	  "From a fault to the next operation that was verified: time-outs, "
	  "re-sends and resynchronisation." },
	{ "heal", "From the end of all faults to the end of the session." },
	{ "slowdown",
	  "How many times longer the guest took for its work because it "
	  "printed." },
	{ "break-in max",
	  "The slowest stop in the midst of a print storm, and at its end: "
	  "from the byte 62 to the state change." },
	{ "skipped",
	  "Prints that the guest left out because it believed that no debugger "
	  "was there." },
	{ "verdicts",
	  "completed: done, nothing re-sent. recovered: done and verified "
	  "after re-sends, RESETs or time-outs. gave-up: an end stopped by its "
	  "own rule. hang: an end waits for ever. livelock: both ends transmit "
	  "and get nowhere. corrupt: wrong data was accepted. lost-target: the "
	  "guest died. spurious-stop: the target stopped though nobody asked. "
	  "error: the harness failed, which says nothing about the "
	  "transport." },
	{ "*",
	  "Behind completed or recovered: so only after kdbench had ended the "
	  "faults, "
	  "because nothing had moved for heal.patience. Rates of such trials "
	  "are not shown and are in no median." },
	{ "invalid",
	  "Trials that something else on the machine disturbed. They are "
	  "repeated, at most twice, and count for nothing; in brackets, how "
	  "they ended if not all of them completed." },
	{ "-", "Not available. Never 0." },
	{ NULL, NULL },
};
