/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_record.h"

#include <inttypes.h>
#include <stdlib.h>

/* The verdict of each. */
static const enum verdict ends[SURVIVAL_ENDS] = {
	VERDICT_COMPLETED,   VERDICT_RECOVERED,     VERDICT_LIVELOCK,
	VERDICT_GAVE_UP,     VERDICT_HANG,          VERDICT_CORRUPT,
	VERDICT_LOST_TARGET, VERDICT_SPURIOUS_STOP,
};

static void put_counts(json_t *to, const struct survey_counts *c)
{
	json_object_set_new(to, "schedules",
			    json_integer((json_int_t)c->schedules));
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		json_object_set_new(
			to, survival_end_keys[e],
			json_integer((json_int_t)c->verdicts[ends[e]]));
	json_object_set_new(to, "livelock_proven",
			    json_integer((json_int_t)c->proven));
	json_object_set_new(to, "worst_rounds",
			    json_integer((json_int_t)c->worst_rounds));
}

static json_t *kinds_record(const struct survey *s)
{
	json_t *kinds = json_object();

	for (unsigned g = 0; g < TALLY_GROUPS; g++) {
		const struct survey_counts *c = &s->sum.groups[g];
		char name[32];
		json_t *kind;

		if (!c->schedules)
			continue;
		survey_group_name(s, g, name);
		kind = json_object();
		put_counts(kind, c);
		json_object_set_new(kinds, name, kind);
	}
	return kinds;
}

static json_t *finding_record(const struct explore_pair *pair,
			      const struct finding *f)
{
	char text[SCHEDULE_TEXT_MAX];
	char *command;
	json_t *o;

	if (!f || !f->schedule.count)
		return json_null();
	command = explore_repeat(pair, f);
	schedule_write(&f->schedule, text);
	o = json_object();
	json_object_set_new(o, "verdict",
			    json_string(verdict_names[f->verdict]));
	json_object_set_new(o, "rounds", json_integer(f->rounds));
	json_object_set_new(o, "schedule", json_string(text));
	json_object_set_new(o, "repeat", json_string(command));
	free(command);
	return o;
}

json_t *explore_record(const struct explore_pair *pair, const struct survey *s,
		       const char *proof, const struct finding *worst,
		       json_t *causes)
{
	json_t *o = json_object();
	char digest[17];

	snprintf(digest, sizeof(digest), "%016" PRIx64, s->sum.digest);
	json_object_set_new(o, "scenario",
			    json_string(pair->cell->scenario->name));
	json_object_set_new(o, "cell", json_string(pair->cell->id));
	json_object_set_new(o, "debugger", json_string(pair->debugger));
	json_object_set_new(o, "target", json_string(pair->target));
	json_object_set_new(
		o, "faults",
		json_string(survey_faults_names[s->options.faults]));
	put_counts(o, &s->all);
	json_object_set_new(
		o, "sessions_per_s",
		json_integer((json_int_t)((double)s->all.schedules * 1e9 /
					  (double)(s->wall_ns + 1))));
	json_object_set_new(o, "exchanges",
			    json_integer((json_int_t)s->reference.exchanges));
	json_object_set_new(o, "ratio",
			    pair->ratio > 0 ? json_real(pair->ratio)
					    : json_null());
	json_object_set_new(o, "states",
			    s->states ? json_integer((json_int_t)s->states)
				      : json_null());
	json_object_set_new(o, "digest", json_string(digest));
	json_object_set_new(o, "proof", json_string(proof));
	json_object_set_new(o, "counterexample", finding_record(pair, worst));
	json_object_set_new(o, "worst", finding_record(pair, &s->sum.worst));
	json_object_set_new(o, "kinds", kinds_record(s));
	json_object_set_new(o, "causes", causes ? causes : json_null());
	return o;
}

json_t *explore_record_counted(const json_t *record)
{
	static const char *const keys[] = {
		"debugger",     "target",         "faults",
		"schedules",    "completed",      "recovered",
		"livelock",     "gave_up",        "hang",
		"corrupt",      "lost_target",    "spurious_stop",
		"worst_rounds", "sessions_per_s",
	};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		json_object_set(o, keys[i], json_object_get(record, keys[i]));
	return o;
}
