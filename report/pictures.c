/* SPDX-License-Identifier: MIT */
#include "report/pictures.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

/* Of the part of a file name that a scenario's name gives. */
#define SLUG_MAX 40

const char *pictures_conditions(struct pictures *ps,
				const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;

	return arena_printf(arena, "%s, %s", summary_worlds(ps->summary, s),
			    text_trials(arena, s));
}

/* Only [a-z0-9-] of a name, which may hold slashes, dots or worse. */
static const char *slug(struct arena *arena, const char *name)
{
	char *text = arena_strdup(arena, name);

	if (strlen(text) > SLUG_MAX)
		text[SLUG_MAX] = '\0';
	for (char *at = text; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *at))
			*at = '-';
	/* A leading hyphen would make an option of it. */
	text += strspn(text, "-");
	return *text ? text : "unnamed";
}

static bool is_taken(const struct pictures *ps, const char *name)
{
	for (size_t i = 0; i < ps->count; i++)
		if (strcmp(ps->list[i].name, name) == 0)
			return true;
	return false;
}

/* Names of scenarios may be alike; those of files must not. */
static const char *file_name(struct pictures *ps, const char *kind)
{
	struct arena *arena = &ps->summary->arena;
	const char *scenario =
		ps->whole ? slug(arena, ps->whole->scenario->name) : "";
	const char *base = arena_printf(arena, "%s%s%s%s%s", ps->prefix,
					scenario, ps->whole ? "-" : "", kind,
					ps->suffix);
	const char *name = base;

	for (size_t i = 2; is_taken(ps, name); i++)
		name = arena_printf(arena, "%s-%zu", base, i);
	return name;
}

const char *pictures_title(struct pictures *ps,
			   const struct scenario_summary *s, const char *what)
{
	return arena_printf(&ps->summary->arena, "%s: %s%s%s",
			    s->scenario->name, what, *ps->suffix ? ", " : "",
			    *ps->suffix ? summary_worlds(ps->summary, s) : "");
}

void pictures_add(struct pictures *ps, struct plot *plot, const char *kind,
		  const char *title, const char *caption)
{
	const char *name = file_name(ps, kind);
	struct err err = { 0 };

	if (plot_finish(plot, ps->dir, name, ps->gnuplot, &err)) {
		ps->list = mem_resize(ps->list,
				      (ps->count + 1) * sizeof(*ps->list));
		ps->list[ps->count++] = (struct picture){
			.scenario = ps->whole,
			.of = ps->of,
			.name = name,
			.title = title,
			.caption = caption,
		};
	} else if (ps->failed++ == 0) {
		ps->reason = err;
	}
	plot_release(plot);
}

static void draw_all(struct pictures *ps, const struct scenario_summary *s)
{
	static void (*const all[])(struct pictures *,
				   const struct scenario_summary *) = {
		picture_search,  picture_throughput, picture_split,
		picture_sweep,   picture_storm,      picture_load,
		picture_latency, picture_curve,      picture_verdicts,
		picture_effect,  picture_recovery,
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		all[i](ps, s);
}

void pictures_draw_run(struct pictures *ps)
{
	ps->whole = NULL;
	ps->of = PICTURES_PROMPT;
	picture_prompt(ps);
	ps->of = PICTURES_LADDER;
	picture_ladders(ps);
}

void pictures_draw(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	bool reference = summary_has_reference(s);

	ps->whole = s;
	ps->of = PICTURES_SCENARIO;
	ps->suffix = "";
	if (s->world_count <= 1) {
		draw_all(ps, s);
		return;
	}
	for (int i = 0; i < WORLD_COUNT; i++) {
		enum world beside = (enum world)i;

		if (!s->worlds[i] || (reference && i == WORLD_NATIVE))
			continue;
		if (reference && (i == WORLD_TCG || i == WORLD_KVM))
			beside = WORLD_NATIVE;
		ps->suffix = arena_printf(arena, "-%s", world_short_names[i]);
		draw_all(ps, summary_part(arena, s, (enum world)i, beside));
	}
}
