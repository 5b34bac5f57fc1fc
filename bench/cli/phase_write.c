/* SPDX-License-Identifier: MIT */
/* A phase diagram as files. */
#include "bench/cli/phase_view.h"

#include <inttypes.h>
#include <jansson.h>

#include "report/file.h"

static void put_csv(FILE *out, const struct phase *p)
{
	fputs("cost_ns,delay_ns,timeout_ns,end,places", out);
	for (unsigned e = 0; e < PHASE_END_COUNT; e++)
		fprintf(out, ",%s", phase_end_names[e]);
	fputs(",worst_rounds,wire_percent,without_delay,worst_place\r\n", out);
	for (size_t i = 0; i < p->columns * p->rows; i++) {
		const struct phase_point *at = &p->points[i];
		uint64_t ps = phase_cost_ps(p, i / p->rows);

		fprintf(out,
			"%" PRIu64 ".%03" PRIu64 ",%" PRIu64 ",%" PRIu64
			",%s,%" PRIu32,
			ps / 1000, ps % 1000, phase_delay_ns(p, i % p->rows),
			phase_timeout_ns(p->options.polls, ps),
			phase_end_names[at->end], at->places);
		for (unsigned e = 0; e < PHASE_END_COUNT; e++)
			fprintf(out, ",%" PRIu32, at->ends[e]);
		fprintf(out, ",%" PRIu32 ",%" PRIu32 ",%s,%s/%s/%u", at->rounds,
			at->waste, at->alone ? "yes" : "no",
			fault_dir_names[at->at.dir],
			packet_class_names[at->at.class],
			(unsigned)at->at.ordinal);
		fputs("\r\n", out);
	}
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *point_record(const struct phase *p, size_t column, size_t row)
{
	const struct phase_point *at = phase_point(p, column, row);
	json_t *o = json_object();
	json_t *ends = json_object();

	json_object_set_new(o, "cost_ps", integer(phase_cost_ps(p, column)));
	json_object_set_new(o, "delay_ns", integer(phase_delay_ns(p, row)));
	json_object_set_new(o, "end", json_string(phase_end_names[at->end]));
	json_object_set_new(o, "places", integer(at->places));
	for (unsigned e = 0; e < PHASE_END_COUNT; e++)
		if (at->ends[e])
			json_object_set_new(ends, phase_end_names[e],
					    integer(at->ends[e]));
	json_object_set_new(o, "ends", ends);
	json_object_set_new(o, "worst_rounds", integer(at->rounds));
	json_object_set_new(o, "wire_percent", integer(at->waste));
	json_object_set_new(o, "without_delay", json_boolean(at->alone));
	return o;
}

static json_t *marks_record(const struct phase_marks *m, json_t *checks)
{
	json_t *dots = json_array();

	for (size_t i = 0; i < m->dot_count; i++) {
		const struct phase_map_dot *d = &m->dots[i];

		json_array_append_new(dots,
				      json_pack("{s:s, s:f, s:f, s:f}", "name",
						d->name, "cost_ns", d->cost_ns,
						"request_ns", d->low_ns,
						"request_p99_ns", d->high_ns));
	}
	for (size_t i = 0; i < m->check_count; i++) {
		const struct phase_map_check *c = &m->checks[i];

		json_array_append_new(
			checks,
			json_pack("{s:s, s:f, s:f, s:s, s:b, s:i}", "name",
				  c->name, "cost_ns", c->cost_ns, "delay_ns",
				  c->delay_ns, "end", phase_end_names[c->end],
				  "agrees", c->agrees, "trials",
				  (int)c->trials));
	}
	return dots;
}

void phase_view_json(FILE *out, const struct phase_view *v)
{
	const struct phase *p = v->phase;
	json_t *o = json_object();
	json_t *points = json_array();
	json_t *checks = json_array();
	char digest[17];

	snprintf(digest, sizeof(digest), "%016" PRIx64, p->digest);
	json_object_set_new(o, "scenario", json_string(v->scenario));
	json_object_set_new(o, "debugger", json_string(v->debugger));
	json_object_set_new(o, "target", json_string(v->target));
	json_object_set_new(o, "of",
			    json_string(phase_of_names[p->options.of]));
	json_object_set_new(o, "polls", integer(p->options.polls));
	json_object_set_new(o, "columns", integer(p->columns));
	json_object_set_new(o, "rows", integer(p->rows));
	json_object_set_new(o, "exchanges", integer(p->exchanges));
	json_object_set_new(o, "sessions", integer(p->sessions));
	json_object_set_new(o, "digest", json_string(digest));
	for (size_t i = 0; i < p->columns * p->rows; i++)
		json_array_append_new(
			points, point_record(p, i / p->rows, i % p->rows));
	json_object_set_new(o, "points", points);
	json_object_set_new(o, "transports", marks_record(v->marks, checks));
	json_object_set_new(o, "guests", checks);
	json_dumpf(o, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(o);
}

bool phase_view_write(const struct phase_view *v, const char *dir,
		      struct err *warning, struct err *err)
{
	FILE *out = file_create(dir, "phase.csv", err);

	if (!out)
		return false;
	put_csv(out, v->phase);
	if (!file_close(out, dir, "phase.csv", err))
		return false;
	out = file_create(dir, "phase.json", err);
	if (!out)
		return false;
	phase_view_json(out, v);
	if (!file_close(out, dir, "phase.json", err))
		return false;
	phase_view_picture(v, dir, warning);
	return true;
}
