/* SPDX-License-Identifier: MIT */
#include "bench/run/record_why.h"

#include <math.h>
#include <string.h>

#include "bench/run/record.h"
#include "bench/run/split.h"
#include "bench/session/schedule.h"
#include "bench/session/step_settings.h"

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *record_cpu(const struct step_cpu *c)
{
	uint64_t used = c->vcpu_ns + c->main_ns + c->other_ns;
	json_t *o;

	if (!c->valid || c->wall_ns < RECORD_CPU_WINDOW_NS)
		return json_null();
	o = json_object();
	json_object_set_new(o, "vcpu_ns", integer(c->vcpu_ns));
	json_object_set_new(o, "main_ns", integer(c->main_ns));
	json_object_set_new(o, "other_ns", integer(c->other_ns));
	json_object_set_new(o, "harness_ns", integer(c->harness_ns));
	json_object_set_new(
		o, "load",
		json_real(100.0 * (double)used / (double)c->wall_ns));
	return o;
}

/*
 * Virtual time and targets that count nothing have none. While the debugger
 * thinks nobody works: that time is not shared out.
 */
json_t *record_split(const struct trial *t, const struct step_record *r)
{
	uint64_t wall_ns =
		r->wall_ns > r->thought_ns ? r->wall_ns - r->thought_ns : 0;
	struct split s;

	if (t->virtual_time || !r->guest_valid || r->mixed ||
	    !split_time(&s, wall_ns, r->guest[KDBB_SERVICE_TICKS], t->tsc_hz,
			r->harness_ns))
		return json_null();
	return json_pack(
		"{s:I,s:I,s:I,s:I}", "guest_ns", (json_int_t)s.guest_ns,
		"transport_ns", (json_int_t)s.transport_ns, "harness_ns",
		(json_int_t)s.harness_ns, "wall_ns", (json_int_t)s.wall_ns);
}

static json_t *sweep_latency(const struct sweep_latency *l)
{
	if (!l->n)
		return json_null();
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "p50", (json_int_t)l->p50,
			 "p90", (json_int_t)l->p90, "p99", (json_int_t)l->p99,
			 "p999", (json_int_t)l->p999, "max", (json_int_t)l->max,
			 "n", (json_int_t)l->n);
}

static json_t *sweep_point(const struct sweep_point *p)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:o,s:o}", "offered_bytes_s",
			 (json_int_t)p->offered, "achieved_bytes_s",
			 (json_int_t)p->achieved, "payload_bytes",
			 (json_int_t)p->payload_bytes, "ops",
			 (json_int_t)p->ops, "wall_ns", (json_int_t)p->wall_ns,
			 "cpu", record_cpu(&p->cpu), "latency_ns",
			 sweep_latency(&p->latency));
}

json_t *record_sweep(const struct step_record *r)
{
	json_t *list;

	if (r->step->kind != STEP_SWEEP)
		return NULL;
	list = json_array();
	for (unsigned i = 0; i < r->sweep_count; i++)
		json_array_append_new(list, sweep_point(&r->sweep[i]));
	return list;
}

double record_saturation(const struct trial *t)
{
	double most = NAN;

	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		for (unsigned k = 0; k < r->sweep_count; k++) {
			const struct sweep_point *p = &r->sweep[k];

			if (schedule_saturated(p->offered, p->achieved))
				most = fmax(isnan(most) ? 0 : most,
					    (double)p->achieved);
		}
	}
	return most;
}

double record_guest_load(const struct trial *t)
{
	double run = 0, busy = 0;

	for (size_t i = 0; i < t->record_count; i++) {
		run += (double)t->records[i].run_ns;
		busy += (double)t->records[i].busy_ns;
	}
	return run > 0 ? 100 * busy / run : NAN;
}

json_t *record_load(double load)
{
	return isnan(load) ? json_null() : json_real(load);
}

json_t *record_step_load(const struct step_record *r)
{
	return record_load(r->run_ns ? 100.0 * (double)r->busy_ns /
					       (double)r->run_ns
				     : NAN);
}

/* The word number 'index' of "a|b|c". */
static json_t *word_of(const char *words, int index)
{
	while (index--)
		words = strchr(words, '|') + 1;
	return json_stringn(words, strcspn(words, "|"));
}

void record_reconnect(json_t *o, const struct step_record *r)
{
	if (r->step->kind != STEP_RECONNECT)
		return;
	json_object_set_new(o, "after",
			    word_of(STEP_AFTER_WORDS, r->step->how));
	json_object_set_new(o, "boot_ns",
			    r->boots ? integer(r->boot_ns / r->boots)
				     : json_null());
	json_object_set_new(o, "resync_ns",
			    r->ops ? integer(r->resync_ns / r->ops)
				   : json_null());
}

json_t *record_whole(const struct step *step)
{
	json_t *o;

	if (!step->whole_count && !step->whole_size)
		return json_null();
	o = json_object();
	json_object_set_new(o, "ops",
			    step->whole_count ? integer(step->whole_count)
					      : json_null());
	json_object_set_new(o, "bytes",
			    step->whole_size ? integer(step->whole_size)
					     : json_null());
	return o;
}

json_t *record_thought(const struct step_record *r)
{
	if (!r->thought.n)
		return json_null();
	return json_pack("{s:I,s:I,s:I}", "n", (json_int_t)r->thought.n,
			 "sum_ns", (json_int_t)r->thought_ns, "p50_ns",
			 (json_int_t)histogram_quantile(&r->thought, 0.5));
}

json_t *record_exits(const struct trial *t)
{
	json_t *o;

	if (!t->exits_known)
		return json_null();
	o = json_object();
	for (unsigned k = 0; k < EXIT_KIND_COUNT; k++) {
		uint64_t count = t->exits.of[k];

		json_object_set_new(o, exit_names[k],
				    count == EXIT_UNKNOWN ? json_null()
							  : integer(count));
	}
	return o;
}
