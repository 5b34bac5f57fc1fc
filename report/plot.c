/* SPDX-License-Identifier: MIT */
#include "report/plot.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"
#include "report/file.h"
#include "report/gnuplot.h"
#include "report/svg.h"
#include "report/templates.h"

/* Columns that fit above a picture. */
#define TITLE_MAX 100
#define SUBTITLE_MAX 140

void plot_begin(struct plot *p, unsigned width, unsigned height,
		const char *title, const char *subtitle)
{
	*p = (struct plot){ .width = width, .height = height };
	p->title = mem_strdup(title);
	p->body = open_memstream(&p->body_text, &p->body_size);
	p->data = open_memstream(&p->data_text, &p->data_size);
	if (!p->body || !p->data)
		abort(); /* only without memory */
	plot_set(p, "width", width);
	plot_set(p, "height", height);
	plot_set_text(p, "title", title, TITLE_MAX);
	plot_set_text(p, "subtitle", subtitle, SUBTITLE_MAX);
	plot_template(p, "page");
}

size_t plot_block(struct plot *p)
{
	if (p->blocks)
		fputs("\n\n", p->data);
	return p->blocks++;
}

void plot_number(struct plot *p, double value)
{
	if (isfinite(value))
		fprintf(p->data, "%.9g\t", value);
	else
		fputs("NaN\t", p->data);
}

/* In double quotes, so that a text of spaces or digits stays a text. */
void plot_text_cut(struct plot *p, const char *text, size_t columns)
{
	char *quoted = NULL;
	size_t size;
	FILE *out = open_memstream(&quoted, &size);

	if (!out)
		abort(); /* only without memory */
	plot_cut(out, text, columns);
	fclose(out);
	/* Single quotes mean nothing in data; there are none inside. */
	quoted[0] = '"';
	quoted[size - 1] = '"';
	fprintf(p->data, "%s\t", quoted);
	free(quoted);
}

void plot_text(struct plot *p, const char *text)
{
	plot_text_cut(p, text, SIZE_MAX);
}

void plot_row_end(struct plot *p)
{
	fputc('\n', p->data);
}

void plot_set(struct plot *p, const char *name, double value)
{
	fprintf(p->body, "%s = %.9g\n", name, value);
}

void plot_set_text(struct plot *p, const char *name, const char *text,
		   size_t columns)
{
	fprintf(p->body, "%s = ", name);
	plot_cut(p->body, text, columns);
	fputc('\n', p->body);
}

void plot_template(struct plot *p, const char *name)
{
	fputs(template_text(name), p->body);
}

double plot_text_width(const char *text)
{
	return PLOT_CHAR * (double)utf8_columns(text, SIZE_MAX);
}

static void put_output(FILE *out, const struct plot *p, const char *terminal,
		       const char *name, const char *suffix, double point)
{
	/* SVG counts font sizes in pixels, cairo in points of 4/3 pixels. */
	fprintf(out, "set terminal %s\nset output '../%s.%s'\n", terminal, name,
		suffix);
	fputs("data = '", out);
	fprintf(out, "%s.dat'\nset datafile separator \"\\t\"\n", name);
	fprintf(out,
		"title_font = 'sans-serif,%g'\nsubtitle_font = "
		"'sans-serif,%g'\n"
		"heading_font = 'sans-serif:Bold,%g'\n"
		"small_font = 'sans-serif,%g'\n",
		16 * point, 12 * point, 12 * point, 10.5 * point);
	fwrite(p->body_text, 1, p->body_size, out);
	fputs("unset multiplot\nset output\n\n", out);
}

static bool write_script(const struct plot *p, const char *dir,
			 const char *name, const char *file, struct err *err)
{
	FILE *out = file_create(dir, file, err);
	char *svg;
	char *png;

	if (!out)
		return false;
	svg = mem_printf("svg size %u,%u noenhanced font 'sans-serif,12' "
			 "background rgb '#ffffff' dashlength 0.6",
			 p->width, p->height);
	png = mem_printf("pngcairo size %u,%u noenhanced font 'sans-serif,9' "
			 "fontscale 1.5 linewidth 1.5 pointscale 1.5 "
			 "background rgb '#ffffff' dashlength 0.6",
			 p->width * 3 / 2, p->height * 3 / 2);
	fprintf(out,
		"# Made by kdbench report. To draw it again, type here:\n"
		"#   gnuplot %s\n",
		file);
	put_output(out, p, svg, name, "svg", 1);
	put_output(out, p, png, name, "png", 0.75);
	free(svg);
	free(png);
	return file_close(out, dir, file, err);
}

static bool write_data(const struct plot *p, const char *dir, const char *file,
		       struct err *err)
{
	FILE *out = file_create(dir, file, err);

	if (!out)
		return false;
	fwrite(p->data_text, 1, p->data_size, out);
	return file_close(out, dir, file, err);
}

bool plot_finish(struct plot *p, const char *dir, const char *name,
		 const char *gnuplot, struct err *err)
{
	char *plots = mem_printf("%s/plots", dir);
	char *script = mem_printf("%s.gp", name);
	char *file = mem_printf("./%s", script);
	char *data = mem_printf("%s.dat", name);
	char *svg = mem_printf("%s.svg", name);
	char *png = mem_printf("%s.png", name);
	bool ok;

	fclose(p->body);
	fclose(p->data);
	p->body = p->data = NULL;
	file_remove(dir, svg);
	file_remove(dir, png);
	ok = file_directory(plots, err) &&
	     write_script(p, plots, name, script, err) &&
	     write_data(p, plots, data, err) &&
	     gnuplot_run(gnuplot, plots, file, err) &&
	     svg_tidy(dir, name, p->title, err);
	free(plots);
	free(script);
	free(file);
	free(data);
	free(svg);
	free(png);
	return ok;
}

void plot_release(struct plot *p)
{
	if (p->body)
		fclose(p->body);
	if (p->data)
		fclose(p->data);
	free(p->title);
	free(p->body_text);
	free(p->data_text);
	*p = (struct plot){ 0 };
}
