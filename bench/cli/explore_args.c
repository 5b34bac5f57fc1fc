/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_args.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/nearest.h"
#include "bench/explore/pool.h"

#define SESSIONS_INITIAL 100000
#define CAUSES_INITIAL 256
#define CAUSES_MAX 100000
#define SESSIONS_MAX UINT64_C(1000000000)
#define WORD_MAX 40

/* Take the first word off a list 'a,b,c'; false: it is empty or too long. */
static bool take_word(const char **list, char word[WORD_MAX])
{
	size_t len = strcspn(*list, ",");

	if (len == 0 || len >= WORD_MAX || strcmp(*list + len, ",") == 0)
		return false;
	memcpy(word, *list, len);
	word[len] = '\0';
	*list += len;
	if (**list == ',')
		(*list)++;
	return true;
}

static bool bad_word(struct err *err, const char *option, const char *list)
{
	return err_set(err, ERR_USAGE,
		       "--%s: '%s' is not a list of words with commas between "
		       "them",
		       option, list);
}

/* --- faults and their kinds -------------------------------------------------
 */

static const unsigned kinds_known[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = ACT_KINDS_ALL,
	[SURVEY_PAIRS] = ACT_KINDS_ALL & ~(1u << ACT_INSERT),
	[SURVEY_RANDOM] = ACT_KINDS_ALL,
	[SURVEY_SEARCH] = ACT_KINDS_ALL,
};

/* Those that are meant if none are named. */
static const unsigned kinds_usual[SURVEY_FAULTS_COUNT] = {
	[SURVEY_SINGLE] = ACT_KINDS_BYTE,
	[SURVEY_PAIRS] = ACT_KINDS_PACKET,
	[SURVEY_RANDOM] = ACT_KINDS_ALL,
	[SURVEY_SEARCH] = ACT_KINDS_ALL,
};

static bool read_faults(struct explore_args *args, const char *word,
			struct err *err)
{
	struct nearest n = { .word = word };

	if (!word)
		return true;
	for (unsigned i = 0; i < SURVEY_FAULTS_COUNT; i++) {
		nearest_try(&n, survey_faults_names[i]);
		if (strcmp(word, survey_faults_names[i]) != 0)
			continue;
		args->survey.faults = (enum survey_faults)i;
		return true;
	}
	err_set(err, ERR_USAGE, "--faults: there is no '%s'", word);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "write single, pairs, random or search");
}

static void hint_kinds(struct err *err, enum survey_faults faults)
{
	char text[128] = "";

	for (unsigned k = 0; k < ACT_KIND_COUNT; k++) {
		if (!(kinds_known[faults] >> k & 1))
			continue;
		strcat(text, *text ? ", " : "");
		strcat(text, act_kind_names[k]);
	}
	err_hint(err, "with --faults %s there are %s, and 'all'",
		 survey_faults_names[faults], text);
}

static bool read_kinds(struct explore_args *args, const char *list,
		       struct err *err)
{
	enum survey_faults faults = args->survey.faults;
	const char *at = list;
	char word[WORD_MAX];

	args->survey.kinds = list ? 0 : kinds_usual[faults];
	if (list && strcmp(list, "all") == 0)
		args->survey.kinds = kinds_known[faults];
	if (!list || args->survey.kinds)
		return true;
	do {
		unsigned k = 0;

		if (!take_word(&at, word))
			return bad_word(err, "kinds", list);
		while (k < ACT_KIND_COUNT &&
		       strcmp(word, act_kind_names[k]) != 0)
			k++;
		if (k == ACT_KIND_COUNT || !(kinds_known[faults] >> k & 1)) {
			err_set(err, ERR_USAGE, "--kinds: there is no '%s'",
				word);
			hint_kinds(err, faults);
			return false;
		}
		args->survey.kinds |= 1u << k;
	} while (*at);
	return true;
}

/* --- profiles ---------------------------------------------------------------
 */

static bool no_profile(struct err *err, const char *option, const char *word,
		       const struct profile *profiles)
{
	struct nearest n = { .word = word };

	for (const struct profile *p = profiles; p->name; p++)
		nearest_try(&n, p->name);
	nearest_try(&n, "scenario");
	err_set(err, ERR_USAGE, "--%s: there is no profile '%s'", option, word);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list profiles' shows them; 'scenario' "
			     "is the scenario's own");
}

/* 'all' of them unless some are named. */
static bool read_profiles(const struct profile **to, size_t *count,
			  const struct profile *profiles, const char *option,
			  const char *list, struct err *err)
{
	const char *at = list;
	char word[WORD_MAX];

	for (const struct profile *p = profiles; !list && p->name; p++)
		to[(*count)++] = p;
	while (list && (at == list || *at)) {
		const struct profile *p = profiles;

		if (!take_word(&at, word) || *count == EXPLORE_NAMES_MAX)
			return bad_word(err, option, list);
		while (p->name && strcmp(p->name, word) != 0)
			p++;
		if (!p->name && strcmp(word, "scenario") != 0)
			return no_profile(err, option, word, profiles);
		to[(*count)++] = p->name ? p : NULL;
	}
	return true;
}

/* --- ratios and expectations ------------------------------------------------
 */

bool explore_args_ratio(const char *word, double *value, const char *option,
			struct err *err)
{
	char *end;

	*value = strtod(word, &end);
	if (!*end && end != word && *value >= 0.001 && *value <= 1000)
		return true;
	err_set(err, ERR_USAGE, "--%s: '%s' is no number from 0.001 to 1000",
		option, word);
	return err_hint(err, "write --%s 0.5", option);
}

static bool read_ratios(struct explore_args *args, const char *list,
			struct err *err)
{
	const char *at = list;
	char word[WORD_MAX];

	args->ratio_count = !list;
	while (list && (at == list || *at)) {
		double value;

		if (args->ratio_count == EXPLORE_RATIOS_MAX ||
		    !take_word(&at, word))
			return bad_word(err, "ratios", list);
		if (!explore_args_ratio(word, &value, "ratios", err))
			return false;
		args->ratios[args->ratio_count++] = value;
	}
	return true;
}

static bool read_expected(struct explore_args *args, const char *list,
			  struct err *err)
{
	const char *at = list;
	char word[WORD_MAX];

	args->expects = list != NULL;
	args->expects_own = list && strcmp(list, "scenario") == 0;
	if (list && strcmp(list, "survive") == 0)
		at = "completed,recovered";
	else if (!list || args->expects_own)
		return true;
	do {
		unsigned v = 0;

		if (!take_word(&at, word))
			return bad_word(err, "expect", list);
		while (v < VERDICT_COUNT && strcmp(word, verdict_names[v]) != 0)
			v++;
		if (v == VERDICT_COUNT || v == VERDICT_ERROR) {
			err_set(err, ERR_USAGE, "--expect: there is no '%s'",
				word);
			return err_hint(err, "write survive, scenario, or "
					     "verdicts: 'kdbench list "
					     "verdicts' shows them");
		}
		args->expected |= 1u << v;
	} while (*at);
	return true;
}

/* --- numbers ----------------------------------------------------------------
 */

static bool read_counts(struct explore_args *args,
			const struct explore_words *w, struct err *err)
{
	struct survey_options *o = &args->survey;
	bool drawn = o->faults == SURVEY_RANDOM || o->faults == SURVEY_SEARCH;

	if (w->sessions != EXPLORE_NOT_GIVEN && !drawn) {
		err_set(err, ERR_USAGE,
			"--sessions: --faults %s has as many as there are",
			survey_faults_names[o->faults]);
		return err_hint(err, "it is for --faults random and search");
	}
	o->sessions = w->sessions == EXPLORE_NOT_GIVEN ? SESSIONS_INITIAL
						       : w->sessions;
	o->seed = w->seed == EXPLORE_NOT_GIVEN ? 1 : w->seed;
	if (o->sessions < 1 || o->sessions > SESSIONS_MAX)
		return err_set(err, ERR_USAGE, "--sessions: from 1 to %llu",
			       (unsigned long long)SESSIONS_MAX);
	if (w->causes != EXPLORE_NOT_GIVEN && w->causes > CAUSES_MAX)
		return err_set(err, ERR_USAGE, "--causes: from 0 to %d",
			       CAUSES_MAX);
	args->causes = w->causes == EXPLORE_NOT_GIVEN ? CAUSES_INITIAL
						      : (size_t)w->causes;
	o->workers = pool_processors();
	if (w->workers == EXPLORE_NOT_GIVEN)
		return true;
	if (w->workers < 1 || w->workers > POOL_WORKERS_MAX)
		return err_set(err, ERR_USAGE, "--workers: from 1 to %d",
			       POOL_WORKERS_MAX);
	o->workers = (unsigned)w->workers;
	return true;
}

bool explore_args_read(struct explore_args *args, const struct explore_words *w,
		       struct err *err)
{
	*args = (struct explore_args){ 0 };
	args->has_schedule = w->schedule != NULL;
	return read_faults(args, w->faults, err) &&
	       read_kinds(args, w->kinds, err) &&
	       read_profiles(args->debuggers, &args->debugger_count,
			     debugger_profiles, "debugger", w->debugger, err) &&
	       read_profiles(args->targets, &args->target_count,
			     target_profiles, "target", w->target, err) &&
	       read_ratios(args, w->ratios, err) &&
	       read_expected(args, w->expect, err) &&
	       read_counts(args, w, err) &&
	       (!w->schedule ||
		schedule_read(&args->schedule, w->schedule, err));
}
