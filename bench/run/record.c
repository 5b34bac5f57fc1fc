/* SPDX-License-Identifier: MIT */
#include "bench/run/record.h"

#include <inttypes.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/run/costs.h"
#include "bench/run/counters.h"
#include "bench/run/record_counts.h"
#include "bench/run/record_why.h"

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *integer_or_null(uint64_t value, bool known)
{
	return known ? integer(value) : json_null();
}

/* Six digits are more than any of these numbers deserves. */
static json_t *real_or_null(double value, bool known)
{
	return known ? json_real(value) : json_null();
}

static double per_second(uint64_t count, uint64_t ns)
{
	return ns ? (double)count * 1e9 / (double)ns : -1;
}

static json_t *rate(uint64_t count, uint64_t ns)
{
	return count && ns ? integer((uint64_t)(per_second(count, ns) + 0.5))
			   : json_null();
}

/* --- pieces -----------------------------------------------------------------
 */

static json_t *latency(const struct histogram *h, bool with_bins)
{
	static const struct {
		const char *name;
		double q;
	} points[] = {
		{ "p50", 0.5 },
		{ "p90", 0.9 },
		{ "p99", 0.99 },
		{ "p999", 0.999 },
	};
	json_t *o, *bins;

	if (!h->n)
		return json_null();
	o = json_object();
	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		json_object_set_new(
			o, points[i].name,
			integer(histogram_quantile(h, points[i].q)));
	json_object_set_new(o, "max", integer(h->max));
	json_object_set_new(o, "n", integer(h->n));
	if (!with_bins)
		return o;
	bins = json_array();
	for (size_t b = 0; b < HISTOGRAM_BUCKETS; b++) {
		if (h->counts[b])
			json_array_append_new(
				bins, json_pack("[I,I]", (json_int_t)b,
						(json_int_t)h->counts[b]));
	}
	json_object_set_new(o, "hist", bins);
	return o;
}

static json_t *guest(const uint64_t *counters, bool known)
{
	json_t *o;

	if (!known)
		return json_null();
	o = json_object();
	for (size_t i = 0; i < KDBB_COUNTER_COUNT; i++)
		json_object_set_new(o, counter_names[i], integer(counters[i]));
	return o;
}

static double slowdown(const struct step_record *r)
{
	double alone = (double)r->unit_ps / 1000 * (double)r->step->work *
		       (double)r->ops;

	return alone > 0 ? (double)r->wall_ns / alone : -1;
}

static json_t *step(const struct trial *t, const struct step_record *r)
{
	bool storm = r->step->kind == STEP_PRINT_STORM;
	double slow = storm && !r->step->lines ? slowdown(r) : -1;
	json_t *o = json_object();

	json_object_set_new(o, "kind",
			    json_string(step_types[r->step->kind].key));
	if (r->step->kind == STEP_IDLE)
		json_object_set_new(
			o, "state",
			json_string(r->step->state ? "running" : "stopped"));
	if (r->step->kind == STEP_DUMP)
		json_object_set_new(
			o, "pieces",
			json_string(r->step->how ? "packet" : "page"));
	json_object_set_new(o, "skipped",
			    r->skipped ? json_string(r->skipped) : json_null());
	json_object_set_new(o, "whole", record_whole(r->step));
	json_object_set_new(o, "ops", integer(r->ops));
	json_object_set_new(o, "payload_bytes", integer(r->payload_bytes));
	json_object_set_new(o, "wire_bytes", integer(r->wire_bytes));
	json_object_set_new(o, "wall_ns", integer(r->wall_ns));
	json_object_set_new(o, "throughput_bytes_s",
			    rate(r->payload_bytes, r->wall_ns));
	json_object_set_new(o, "latency_ns", latency(&r->latency, true));
	json_object_set_new(o, "cycle_ns", latency(&r->cycle, true));
	json_object_set_new(o, "thought", record_thought(r));
	json_object_set_new(o, "cpu", record_cpu(&r->cpu));
	json_object_set_new(o, "guest", guest(r->guest, r->guest_valid));
	json_object_set_new(o, "split", record_split(t, r));
	json_object_set_new(o, "guest_load", record_step_load(r));
	json_object_set_new(o, "round_trips", integer(r->round_trips));
	json_object_set_new(o, "turnarounds",
			    integer_or_null(r->turnarounds, !r->mixed));
	json_object_set_new(o, "lines", integer_or_null(r->ops, storm));
	json_object_set_new(o, "lines_lost",
			    integer_or_null(r->lines_lost, storm));
	json_object_set_new(o, "lines_s",
			    real_or_null(per_second(r->ops, r->wall_ns),
					 storm && r->ops && r->wall_ns));
	json_object_set_new(o, "prints_skipped",
			    integer_or_null(r->prints_skipped, r->skips_known));
	json_object_set_new(o, "slowdown", real_or_null(slow, slow > 0));
	json_object_set_new(o, "break_in_ns", latency(&r->break_in, true));
	if (r->step->kind == STEP_SWEEP)
		json_object_set_new(o, "sweep", record_sweep(r));
	record_reconnect(o, r);
	if (r->calibrated)
		json_object_set_new(o, "costs", costs_record(r));
	return o;
}

static json_t *steps(const struct trial *t)
{
	json_t *o = json_object();

	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (r->ops || r->wall_ns || r->skipped)
			json_object_set_new(o, r->step->name, step(t, r));
	}
	return o;
}

static json_t *guest_total(const struct trial *t)
{
	uint64_t sum[KDBB_COUNTER_COUNT] = { 0 };
	bool known = false;

	for (size_t i = 0; i < t->record_count; i++) {
		known |= t->records[i].guest_valid;
		for (size_t k = 0; k < KDBB_COUNTER_COUNT; k++)
			sum[k] += t->records[i].guest[k];
	}
	return guest(sum, known);
}

static json_t *suspect(const struct trial *t)
{
	const struct fault_act *a = &t->suspect;
	char text[160];
	json_t *o;

	if (!t->has_suspect)
		return json_null();
	fault_act_describe(a, text, sizeof(text));
	o = json_object();
	json_object_set_new(
		o, "dir",
		json_string(a->dir == TO_TARGET ? "to-target" : "to-debugger"));
	json_object_set_new(o, "class",
			    json_string(packet_class_names[a->address.class]));
	json_object_set_new(o, "ordinal", integer(a->address.ordinal));
	json_object_set_new(o, "copy", integer(a->address.copy));
	json_object_set_new(o, "type", json_string(trace_type_name(a->type)));
	json_object_set_new(o, "field", json_string(a->field));
	json_object_set_new(
		o, "offset",
		integer_or_null((uint64_t)a->offset, a->offset >= 0));
	json_object_set_new(o, "act", json_string(a->act));
	json_object_set_new(o, "stage", json_string(a->label));
	json_object_set_new(o, "t_ns", integer(a->t_ns));
	json_object_set_new(o, "text", json_string(text));
	return o;
}

json_t *record_params(const struct cell *cell)
{
	const struct transport_type *type =
		&transport_types[cell->transport.kind];
	json_t *o = json_object();

	json_object_set_new(o, "transport.kind", json_string(type->kind));

	for (size_t i = 0; i < cell->param_count; i++)
		json_object_set_new(o, cell->params[i].key,
				    json_string(cell->params[i].value));
	return o;
}

static json_t *recovery(const struct histogram *h)
{
	if (!h->n)
		return json_null();
	return json_pack("{s:I,s:I,s:I,s:I}", "p50",
			 (json_int_t)histogram_quantile(h, 0.5), "p90",
			 (json_int_t)histogram_quantile(h, 0.9), "max",
			 (json_int_t)h->max, "n", (json_int_t)h->n);
}

/* --- the whole --------------------------------------------------------------
 */

static void totals(const struct trial *t, uint64_t *payload, uint64_t *wire,
		   uint64_t *wall)
{
	*payload = *wire = *wall = 0;
	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (!r->payload_bytes)
			continue;
		*payload += r->payload_bytes;
		*wire += r->wire_bytes;
		*wall += r->wall_ns;
	}
}

double record_throughput(const struct trial *t)
{
	uint64_t payload, wire, wall;

	totals(t, &payload, &wire, &wall);
	return payload ? per_second(payload, wall) : -1;
}

void record_latency(const struct trial *t, struct histogram *h)
{
	for (size_t i = 0; i < t->record_count; i++) {
		if (t->records[i].step->kind != STEP_CONNECT)
			histogram_merge(h, &t->records[i].latency);
	}
}

static void add_identity(json_t *o, const struct trial *t,
			 const struct record_context *c, bool real)
{
	const struct cell *cell = t->input->cell;
	char seed[24];

	snprintf(seed, sizeof(seed), "%" PRIu64, t->seed);
	json_object_set_new(o, "type", json_string("trial"));
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "run", real ? json_string(c->run) : json_null());
	json_object_set_new(o, "host",
			    real ? json_string(c->host) : json_null());
	json_object_set_new(o, "scenario", json_string(cell->scenario->name));
	json_object_set_new(o, "cell", json_string(cell->id));
	json_object_set_new(o, "trial", integer(t->input->number));
	json_object_set_new(o, "valid", json_boolean(!c->invalid_reason));
	json_object_set_new(o, "invalid_reason",
			    c->invalid_reason ? json_string(c->invalid_reason)
					      : json_null());
	json_object_set_new(o, "params", record_params(cell));
	json_object_set_new(o, "seed", json_string(seed));
	json_object_set_new(o, "verdict",
			    json_string(verdict_names[t->verdict]));
	json_object_set_new(o, "detail", json_string(t->detail));
	json_object_set_new(o, "suspect", suspect(t));
	json_object_set_new(o, "repeat", json_string(c->repeat));
}

static void add_measures(json_t *o, const struct trial *t, bool real)
{
	struct histogram all = { .n = 0 };
	uint64_t payload, wire, wall;

	totals(t, &payload, &wire, &wall);
	record_latency(t, &all);
	json_object_set_new(o, "wall_ns", integer(t->wall_ns));
	json_object_set_new(o, "boot_ns",
			    integer_or_null(t->boot_ns, t->boot_ns != 0));
	json_object_set_new(o, "payload_bytes", integer(payload));
	json_object_set_new(o, "wire_bytes", integer(wire));
	json_object_set_new(o, "throughput_bytes_s", rate(payload, wall));
	json_object_set_new(o, "latency_ns", latency(&all, false));
	json_object_set_new(o, "steps", steps(t));
	json_object_set_new(o, "cpu", record_cpu(&t->cpu));
	json_object_set_new(o, "guest", guest_total(t));
	json_object_set_new(o, "guest_load", record_load(record_guest_load(t)));
	json_object_set_new(o, "debugger", record_debugger(&t->counts));
	json_object_set_new(o, "wasted", record_wasted(&t->counts));
	json_object_set_new(o, "unasked_stops", integer(t->unasked_stops));
	json_object_set_new(o, "round_trips", integer(t->round_trips));
	json_object_set_new(o, "turnarounds", integer(t->turnarounds));
	json_object_set_new(
		o, "wakeups",
		integer_or_null(t->link.doorbells_in,
				real && t->link.doorbells_in != UINT64_MAX));
	json_object_set_new(
		o, "exits",
		integer_or_null(t->exits.of[EXIT_ALL],
				t->exits_known &&
					t->exits.of[EXIT_ALL] != EXIT_UNKNOWN));
	json_object_set_new(o, "exits_by_kind", record_exits(t));
	json_object_set_new(o, "line_lost_bytes",
			    integer_or_null(t->link.lost_credit_bytes, real));
	json_object_set_new(
		o, "peak_rss_bytes",
		integer_or_null(t->peak_rss_bytes, t->peak_rss_bytes != 0));
	json_object_set_new(o, "recovery_ns", recovery(&t->trail.recovery));
	json_object_set_new(
		o, "heal",
		!t->healed ? json_null()
			   : json_string(t->impatient ? "patience" : "end"));
	json_object_set_new(o, "heal_ns",
			    integer_or_null(t->heal_ns, t->healed));
}

json_t *record_trial(const struct trial *t, const struct record_context *c)
{
	bool real =
		!transport_types[t->input->cell->transport.kind].virtual_time;
	const struct kd_counts *d = &t->counts;
	json_t *o = json_object();

	add_identity(o, t, c, real);
	add_measures(o, t, real);
	json_object_set_new(o, "faults", integer(t->trail.count));
	json_object_set_new(o, "resends", integer(d->resent + d->resends_out));
	json_object_set_new(o, "resets",
			    integer(d->resets_out ? d->resets_out - 1 : 0));
	json_object_set_new(o, "interference",
			    t->loaded ? json_pack("{s:f,s:f}", "others_cores",
						  t->others_cores,
						  "steal_cores", t->steal_cores)
				      : json_null());
	return o;
}
