/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include <string.h>

#include "bench/result/escape.h"
#include "report/prompt.h"
#include "report/templates.h"
#include "report/trouble.h"
#include "report/words.h"

void html_tag(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	escape_html(out, text);
	fprintf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void put_head(FILE *out, const struct report_parts *parts)
{
	const char *run = parts->rows[0].results.run.id;

	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>"
	      "kdbench ",
	      out);
	escape_html(out, parts->count > 1 ? "report of several runs" : run);
	fputs("</title>\n<style>\n", out);
	fputs(template_text("page.css"), out);
	fputs("</style>\n</head>\n<body>\n", out);
}

static void put_notice(FILE *out, const char *text)
{
	if (text && *text)
		html_tag(out, "p class=\"notice\"", text);
}

/* The scenarios as links, with their questions. */
static void put_contents(FILE *out, struct report_part *part, size_t index)
{
	const struct summary *s = &part->summary;
	struct prompt prompt;

	fputs("<nav><ul>\n", out);
	if (prompt_make(&prompt, &part->summary))
		fprintf(out,
			"<li><a href=\"#prompt%zu\">time to prompt</a> How "
			"long does a person wait?</li>\n",
			index);
	if (s->results->limit_count)
		fprintf(out,
			"<li><a href=\"#ladder%zu\">the ladder</a> How fast "
			"could memory move?</li>\n",
			index);
	for (size_t i = 0; i < s->scenario_count; i++) {
		const struct result_scenario *plan = s->scenarios[i].scenario;

		fprintf(out, "<li><a href=\"#s%zu-%zu\">", index, i);
		escape_html(out, plan->name);
		fputs("</a> ", out);
		escape_html(out, plan->about ? plan->about : "");
		if (plan->skip) {
			fputs(" <em>skipped: ", out);
			escape_html(out, plan->skip);
			fputs("</em>", out);
		}
		fputs("</li>\n", out);
	}
	if (s->prediction && s->prediction->known)
		fprintf(out,
			"<li><a href=\"#model%zu\">cost model</a> What is all "
			"that made of?</li>\n",
			index);
	fputs("</ul></nav>\n", out);
}

/* Expectations that were not met, the same ones together. */
static void put_unmet(FILE *out, const struct summary *s)
{
	const struct results *r = s->results;

	if (trouble_unmet(r) == 0)
		return;
	fputs("<h3>Expectations not met</h3>\n<ul class=\"bad\">\n", out);
	for (size_t i = 0; i < r->expectation_count; i++) {
		const struct result_expectation *e = &r->expectations[i];
		size_t times = trouble_same_expectation(r, i);

		if (e->met || times == 0)
			continue;
		fputs("<li>", out);
		escape_html(out, e->scenario);
		fputs(", ", out);
		escape_html(out, trouble_label(s, e));
		fputs(": ", out);
		escape_html(out, e->what);
		if (times > 1)
			fprintf(out, " (%zu times)", times);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void put_facts(FILE *out, struct summary *s)
{
	struct words_facts facts = words_environment(s);

	fputs("<table class=\"facts\">\n", out);
	for (size_t i = 0; i < facts.count; i++) {
		fputs("<tr><th scope=\"row\">", out);
		escape_html(out, facts.rows[i].name);
		fputs("</th><td>", out);
		escape_html(out, facts.rows[i].value);
		fputs("</td></tr>\n", out);
	}
	fputs("</table>\n", out);
}

static void put_meanings(FILE *out)
{
	fputs("<section id=\"numbers\">\n<h2>What the numbers "
	      "mean</h2>\n<dl>\n",
	      out);
	for (const struct words_fact *row = words_meanings; row->name; row++) {
		html_tag(out, "dt", row->name);
		html_tag(out, "dd", row->value);
	}
	fputs("</dl>\n</section>\n", out);
}

static void put_part(FILE *out, struct report_part *part, size_t index)
{
	struct summary *s = &part->summary;

	fputs("<article>\n", out);
	if (*part->label) {
		fputs("<h1 class=\"run\">", out);
		escape_html(out, part->label);
		fputs(": ", out);
		escape_html(out, s->results->run.id);
		fputs("</h1>\n", out);
	}
	html_tag(out, "p class=\"extent\"", words_extent(s));
	put_notice(out, words_disturbed(s));
	put_notice(out, words_ending(s));
	put_notice(out, s->prediction_problem);
	put_unmet(out, s);
	html_prompt(out, part, index);
	html_glance(out, part, index);
	put_contents(out, part, index);
	html_ladder(out, part, index);
	for (size_t i = 0; i < s->scenario_count; i++) {
		char id[48];

		snprintf(id, sizeof(id), "s%zu-%zu", index, i);
		html_scenario(out, part, &s->scenarios[i], id);
	}
	html_model(out, part, index);
	fputs("<section>\n<h2>Environment", out);
	if (*part->label) {
		fputs(" of ", out);
		escape_html(out, part->label);
	}
	fputs("</h2>\n", out);
	put_facts(out, s);
	fputs("</section>\n</article>\n", out);
}

void html_page(FILE *out, struct report_parts *parts)
{
	const struct result_run *run = &parts->rows[0].results.run;

	put_head(out, parts);
	fputs("<header>\n<h1>kdbench report</h1>\n<p>", out);
	if (parts->count > 1) {
		fprintf(out,
			"%zu runs, each by itself: nothing is averaged "
			"over runs, hosts or accelerators.",
			parts->count);
	} else {
		escape_html(out, run->id);
		fputs(" on ", out);
		escape_html(out, run->host.name);
		fputs(" (", out);
		escape_html(out, run->host.cpu);
		fputs("), kdbench ", out);
		escape_html(out, run->kdbench);
	}
	fputs("</p>\n</header>\n<main>\n", out);
	put_notice(out, parts->warning);
	for (size_t i = 0; i < parts->count; i++)
		put_part(out, &parts->rows[i], i);
	put_meanings(out);
	fputs("</main>\n</body>\n</html>\n", out);
}
