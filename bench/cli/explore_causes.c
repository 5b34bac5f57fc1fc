/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_causes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/explore/chart.h"
#include "bench/explore/recording.h"
#include "bench/explore/save.h"
#include "bench/explore/unseen.h"
#include "report/file.h"

/* Causes of a pair on the terminal; the rest is in files. */
#define CAUSES_SHOWN 8

/* What is shown of a chart: packets ahead of the first fault, and in all. */
#define BEFORE 3
#define ROWS_TERMINAL 20
#define ROWS_FILE 40

/* One cause, and where it goes. */
struct telling {
	const struct explore_causes_input *in;
	const struct cause *cause;
	struct world *world;
	const uint8_t *start;
	char schedule[SCHEDULE_TEXT_MAX];
	char name[160];
	char saved[40];     /* why it was not saved, or empty */
	enum unseen unseen; /* of what ends as corrupt */
	char *command;      /* owned */
	char *chart;        /* owned: the whole of what is worth showing */
};

/* --- the chart --------------------------------------------------------------
 */

static char *chart_text(const struct chart *c, size_t rows)
{
	const struct chart_window window = { .before = BEFORE, .rows = rows };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return mem_strdup("");
	chart_print(out, c, &window);
	fclose(out);
	return text;
}

static bool write_text(const char *dir, const char *name, const char *suffix,
		       const char *text, struct err *err)
{
	char *file = mem_printf("%s.%s", name, suffix);
	FILE *out = file_create(dir, file, err);
	bool ok = out != NULL;

	if (ok) {
		fputs(text, out);
		ok = file_close(out, dir, file, err);
	}
	free(file);
	return ok;
}

static bool write_svg(const char *dir, const char *name, const struct chart *c,
		      struct err *err)
{
	const struct chart_window window = { .before = BEFORE,
					     .rows = ROWS_FILE };
	char *file = mem_printf("%s.svg", name);
	FILE *out = file_create(dir, file, err);
	bool ok = out != NULL;

	if (ok) {
		chart_svg(out, c, &window);
		ok = file_close(out, dir, file, err);
	}
	free(file);
	return ok;
}

/* Keep it for the terminal if it is the simplest of its verdict. */
static void keep_chart(struct explore_charts *to, const struct telling *t,
		       const struct chart *c)
{
	const struct cause *cause = t->cause;
	struct explore_chart *of = NULL;
	char *text;

	for (size_t i = 0; i < to->count; i++)
		if (to->items[i].verdict == cause->outcome.verdict)
			of = &to->items[i];
	if (of && of->acts <= cause->shrunk.count)
		return;
	if (!of && to->count == EXPLORE_CHARTS_MAX)
		return;
	if (!of)
		of = &to->items[to->count++];
	free(of->text);
	text = chart_text(c, ROWS_TERMINAL);
	*of = (struct explore_chart){
		.text = mem_printf("%s, %s\n%s", t->in->label, t->schedule,
				   text),
		.verdict = cause->outcome.verdict,
		.acts = cause->shrunk.count,
	};
	free(text);
}

static bool draw(struct telling *t, struct explore_charts *charts,
		 const char *dir, struct err *err)
{
	struct schedule_chains chains;
	struct recording r;
	struct chart chart;
	bool ok;

	schedule_chains(&t->cause->shrunk, &chains);
	ok = recording_run(&r, t->world, t->start, chains.chains, err);
	if (ok) {
		t->unseen = unseen_of(&r.trace);
		chart_recorded(&chart, &r);
		t->chart = chart_text(&chart, ROWS_FILE);
		keep_chart(charts, t, &chart);
		if (dir)
			ok = write_text(dir, t->name, "txt", t->chart, err) &&
			     write_svg(dir, t->name, &chart, err);
		chart_release(&chart);
	}
	recording_release(&r);
	return ok;
}

/* --- the scenario -----------------------------------------------------------
 */

/* What cannot be saved so that it fails the same is left out, and said. */
static bool save(struct telling *t, const char *dir, struct err *err)
{
	const struct save_input in = {
		.cell = t->in->cell,
		.schedule = &t->cause->shrunk,
		.verdict = t->cause->outcome.verdict,
		.detail = t->cause->detail,
		.name = t->name,
	};
	struct err refused = { 0 };
	char *text = save_text(&in, t->in->config, &refused);
	bool ok = true;

	if (text)
		ok = write_text(dir, t->name, "yaml", text, err);
	else if (refused.kind == ERR_INTERRUPTED)
		*err = refused;
	else
		snprintf(t->saved, sizeof(t->saved), "%s", "not saved");
	free(text);
	return ok && err->kind != ERR_INTERRUPTED;
}

/* --- a record ---------------------------------------------------------------
 */

static json_t *record(const struct telling *t)
{
	const struct cause *c = t->cause;
	char first[SCHEDULE_TEXT_MAX];
	json_t *o = json_object();

	schedule_write(&c->first, first);
	json_object_set_new(o, "verdict",
			    json_string(verdict_names[c->outcome.verdict]));
	json_object_set_new(o, "schedules",
			    json_integer((json_int_t)c->schedules));
	json_object_set_new(o, "schedule", json_string(t->schedule));
	json_object_set_new(o, "first", json_string(first));
	json_object_set_new(o, "proven",
			    c->outcome.verdict == VERDICT_LIVELOCK
				    ? json_boolean(c->outcome.proven)
				    : json_null());
	json_object_set_new(o, "unseen",
			    c->outcome.verdict == VERDICT_CORRUPT
				    ? json_string(unseen_names[t->unseen])
				    : json_null());
	json_object_set_new(o, "detail", json_string(c->detail));
	json_object_set_new(o, "repeat", json_string(t->command));
	json_object_set_new(o, "scenario",
			    t->in->dir && !*t->saved
				    ? json_sprintf("causes/%s.yaml", t->name)
				    : json_null());
	json_object_set_new(o, "chart", json_string(t->chart));
	return o;
}

static void name_it(struct telling *t, size_t number)
{
	snprintf(t->name, sizeof(t->name), "%s-%zu-%s", t->in->name, number + 1,
		 verdict_names[t->cause->outcome.verdict]);
	schedule_write(&t->cause->shrunk, t->schedule);
	t->command = mem_printf("%s --schedule %s", t->in->repeat, t->schedule);
}

static bool tell_one(struct telling *t, size_t number, const char *dir,
		     struct explore_charts *charts, json_t *records,
		     struct err *err)
{
	bool ok;

	name_it(t, number);
	ok = draw(t, charts, dir, err) && (!dir || save(t, dir, err));
	if (ok)
		json_array_append_new(records, record(t));
	return ok;
}

/* --- the table --------------------------------------------------------------
 */

static void print_row(FILE *out, const struct telling *t)
{
	fprintf(out, "  %9" PRIu64 "  %-13s  %s%s%s\n", t->cause->schedules,
		verdict_names[t->cause->outcome.verdict], t->schedule,
		*t->saved ? "  " : "", t->saved);
}

static void print_rest(FILE *out, const struct causes *c,
		       const struct explore_causes_input *in)
{
	if (c->count > CAUSES_SHOWN)
		fprintf(out, "  %9s  and %zu more%s\n", "",
			c->count - CAUSES_SHOWN,
			in->dir ? "" : ": -o DIR has them all");
	if (c->unsorted)
		fprintf(out,
			"  %9" PRIu64 "  whose cause was not looked for "
			"(--causes)\n",
			c->unsorted);
}

/* Wrong data that passed as right: by what. */
static void print_unseen(FILE *out, const uint64_t counts[UNSEEN_COUNT])
{
	const char *before = "  corrupt, by what went unseen: ";

	for (unsigned i = 0; i < UNSEEN_COUNT; i++) {
		if (!counts[i])
			continue;
		fprintf(out, "%s%s %" PRIu64, before, unseen_names[i],
			counts[i]);
		before = ", ";
	}
	if (*before == ',')
		fputc('\n', out);
}

static bool tell_all(const struct explore_causes_input *in, struct world *w,
		     const uint8_t *start, const struct causes *c,
		     const char *dir, struct explore_charts *charts, FILE *out,
		     json_t *records, struct err *err)
{
	uint64_t unseen[UNSEEN_COUNT] = { 0 };
	char *command = NULL;
	bool ok = true;

	fputs("  schedules  verdict        the least that fails so\n", out);
	for (size_t i = 0; ok && i < c->count; i++) {
		struct telling t = { .in = in,
				     .cause = &c->items[i],
				     .world = w,
				     .start = start };

		ok = tell_one(&t, i, dir, charts, records, err);
		if (ok && i < CAUSES_SHOWN)
			print_row(out, &t);
		if (c->items[i].outcome.verdict == VERDICT_CORRUPT)
			unseen[t.unseen] += c->items[i].schedules;
		if (!command)
			command = t.command;
		else
			free(t.command);
		free(t.chart);
	}
	print_rest(out, c, in);
	print_unseen(out, unseen);
	if (command)
		fprintf(out, "  again: %s\n", command);
	free(command);
	return ok;
}

bool explore_causes_tell(const struct explore_causes_input *in, struct world *w,
			 const struct survey *s, const struct causes *c,
			 struct explore_charts *charts, char **table,
			 json_t **records, struct err *err)
{
	char *dir = NULL;
	size_t len;
	FILE *out;
	bool ok = true;

	*table = NULL;
	*records = json_array();
	if (!c->failed)
		return true;
	out = open_memstream(table, &len);
	if (!out)
		return err_sys(err, ERR_HOST, "cannot write a table");
	if (in->dir) {
		dir = mem_printf("%s/causes", in->dir);
		ok = file_directory(dir, err);
	}
	ok = ok && tell_all(in, w, s->reference.states[0], c, dir, charts, out,
			    *records, err);
	fclose(out);
	free(dir);
	return ok;
}

/* --- charts -----------------------------------------------------------------
 */

void explore_charts_print(FILE *out, const struct explore_charts *c,
			  size_t count)
{
	size_t shown = 0;

	for (unsigned rank = 0; rank <= VERDICT_COUNT; rank++)
		for (size_t i = 0; i < c->count && shown < count; i++) {
			if (verdict_rank(c->items[i].verdict) != rank)
				continue;
			fprintf(out, "\n%s", c->items[i].text);
			shown++;
		}
}

void explore_charts_release(struct explore_charts *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].text);
	*c = (struct explore_charts){ 0 };
}
