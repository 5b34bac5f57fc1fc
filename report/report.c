/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <stdlib.h>

#include "bench/base/mem.h"
#include "report/csv.h"
#include "report/file.h"
#include "report/gnuplot.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/text.h"

static bool read_results(struct results *r, const char *run_dir,
			 struct err *err)
{
	char *path = mem_printf("%s/%s", run_dir, RESULTS_FILE);
	bool ok = results_read(r, path, err);

	if (!ok && err->kind == ERR_USAGE)
		err_hint(err, "name the directory that 'kdbench run' wrote");
	free(path);
	return ok;
}

/* A cost model that cannot be read is told of, and the report does without. */
static void add_prediction(struct summary *s, struct prediction *p,
			   const char *run_dir)
{
	char *path = mem_printf("%s/%s", run_dir, PREDICTION_FILE);
	struct err err = { 0 };

	if (prediction_read(p, path, &err))
		s->prediction = p;
	else
		s->prediction_problem = arena_strdup(&s->arena, err.text);
	free(path);
}

bool report_table(FILE *out, const char *run_dir, const char *report_dir,
		  struct err *err)
{
	char *dir = report_dir ? mem_strdup(report_dir)
			       : mem_printf("%s/report", run_dir);
	struct results results;
	struct summary summary;
	struct prediction prediction = { 0 };
	bool ok = read_results(&results, run_dir, err);

	if (ok) {
		summary_make(&summary, &results);
		add_prediction(&summary, &prediction, run_dir);
		text_report(out, &summary, dir);
		summary_release(&summary);
	}
	prediction_release(&prediction);
	results_release(&results);
	free(dir);
	return ok;
}

/* Where the pictures are to go, and what draws them. */
static void draw(struct report_part *part, const char *dir,
		 const struct report_options *o)
{
	struct summary *s = &part->summary;

	part->pictures.summary = s;
	part->pictures.dir = dir;
	part->pictures.gnuplot = o->gnuplot ? o->gnuplot : "gnuplot";
	part->pictures.prefix = "";
	if (*part->label)
		part->pictures.prefix =
			arena_printf(&s->arena, "%s-", part->label);
	pictures_draw_run(&part->pictures);
	for (size_t i = 0; i < s->scenario_count; i++)
		pictures_draw(&part->pictures, &s->scenarios[i]);
}

static bool write_one(struct report_parts *parts, const char *dir,
		      const char *name,
		      void (*page)(FILE *, struct report_parts *),
		      struct err *err)
{
	FILE *out = file_create(dir, name, err);

	if (!out)
		return false;
	page(out, parts);
	return file_close(out, dir, name, err);
}

static void warn_of_failures(const struct report_parts *parts,
			     struct report_options *o)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct pictures *ps = &parts->rows[i].pictures;

		if (ps->failed && !*o->warning)
			snprintf(o->warning, sizeof(o->warning),
				 "%zu pictures could not be drawn: %.400s",
				 ps->failed, ps->reason.text);
	}
}

static void draw_all(struct report_parts *parts, const char *dir,
		     struct report_options *o)
{
	const char *gnuplot = o->gnuplot ? o->gnuplot : "gnuplot";

	if (!o->no_pictures && !gnuplot_exists(gnuplot))
		snprintf(o->warning, sizeof(o->warning),
			 "'%.200s' cannot be started, so the report has no "
			 "pictures; install gnuplot (Debian: apt-get install "
			 "gnuplot-nox) and type 'kdbench report' and the run "
			 "directory",
			 gnuplot);
	else if (!o->no_pictures)
		for (size_t i = 0; i < parts->count; i++)
			draw(&parts->rows[i], dir, o);
	warn_of_failures(parts, o);
	parts->warning = o->warning;
}

static bool write_all(struct report_parts *parts, const char *dir,
		      struct report_options *o, struct err *err)
{
	o->warning[0] = '\0';
	if (!file_directory(dir, err))
		return false;
	draw_all(parts, dir, o);
	return write_one(parts, dir, "index.html", html_page, err) &&
	       write_one(parts, dir, "report.md", markdown_page, err) &&
	       write_one(parts, dir, "report.csv", csv_page, err) &&
	       (!csv_has_ladder(parts) ||
		write_one(parts, dir, "ladder.csv", csv_ladder, err)) &&
	       (!csv_has_prompt(parts) ||
		write_one(parts, dir, "prompt.csv", csv_prompt, err)) &&
	       (!csv_has_sweep(parts) ||
		write_one(parts, dir, "sweep.csv", csv_sweep, err));
}

static bool read_all(struct report_parts *parts, const char *const *run_dirs,
		     size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct report_part *part = &parts->rows[parts->count++];

		if (!read_results(&part->results, run_dirs[i], err))
			return false;
		summary_make(&part->summary, &part->results);
		add_prediction(&part->summary, &part->prediction, run_dirs[i]);
		part->label = "";
		if (count > 1)
			part->label = arena_printf(&part->summary.arena,
						   "run%zu", i + 1);
	}
	return true;
}

bool report_write_many(const char *const *run_dirs, size_t count,
		       const char *out_dir, struct report_options *o,
		       struct err *err)
{
	struct report_parts parts = { 0 };
	bool ok;

	parts.rows = mem_array(count, sizeof(*parts.rows));
	ok = read_all(&parts, run_dirs, count, err) &&
	     write_all(&parts, out_dir, o, err);
	for (size_t i = 0; i < parts.count; i++) {
		free(parts.rows[i].pictures.list);
		summary_release(&parts.rows[i].summary);
		prediction_release(&parts.rows[i].prediction);
		results_release(&parts.rows[i].results);
	}
	free(parts.rows);
	return ok;
}

bool report_write(const char *run_dir, struct report_options *o,
		  struct err *err)
{
	char *dir = mem_printf("%s/report", run_dir);
	bool ok = report_write_many(&run_dir, 1, dir, o, err);

	free(dir);
	return ok;
}
