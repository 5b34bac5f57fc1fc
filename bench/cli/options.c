/* SPDX-License-Identifier: MIT */
#include "bench/cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/nearest.h"
#include "bench/base/units.h"

/* Where the parser is in argv. */
struct cursor {
	int argc;
	char **argv;
	int at; /* the next argument */
};

static const struct option *find_long(const struct option *options,
				      const char *name, size_t len)
{
	for (; options && options->name; options++) {
		if (strlen(options->name) == len &&
		    memcmp(options->name, name, len) == 0)
			return options;
	}
	return NULL;
}

static const struct option *find_letter(const struct option *options,
					char letter)
{
	for (; options && options->name; options++) {
		if (options->letter == letter)
			return options;
	}
	return NULL;
}

static bool takes_value(const struct option *o)
{
	return o->type != OPTION_FLAG && o->type != OPTION_TIMES;
}

static bool set_count(const struct option *o, const char *value,
		      struct err *err)
{
	if (units_read(UNIT_COUNT, value, o->to) == UNITS_OK)
		return true;
	err_set(err, ERR_USAGE, "'--%s' must be a whole number, not '%s'",
		o->name, value);
	return err_hint(err, "write --%s 3", o->name);
}

static bool set_value(const struct option *o, const char *value,
		      struct err *err)
{
	struct option_list *list = o->to;

	switch (o->type) {
	case OPTION_COUNT: return set_count(o, value, err);
	case OPTION_TEXT: *(const char **)o->to = value; return true;
	case OPTION_LIST:
		list->items = mem_resize(
			list->items, (list->count + 1) * sizeof(*list->items));
		list->items[list->count++] = value;
		return true;
	case OPTION_FLAG: *(bool *)o->to = true; return true;
	case OPTION_TIMES: ++*(uint64_t *)o->to; return true;
	}
	return true;
}

/* The value is the rest of this argument or else the next one. */
static bool take_value(struct cursor *c, const struct option *o,
		       const char *rest, struct err *err)
{
	if (!rest && c->at < c->argc)
		rest = c->argv[c->at++];
	if (!rest) {
		err_set(err, ERR_USAGE, "'--%s' needs a value", o->name);
		return err_hint(err, "write --%s %s", o->name, o->operand);
	}
	return set_value(o, rest, err);
}

static bool unknown_long(const struct option *options, const char *name,
			 size_t len, struct err *err)
{
	char *word = mem_printf("%.*s", (int)len, name);
	struct nearest n = { .word = word };

	for (; options && options->name; options++)
		nearest_try(&n, options->name);
	nearest_try(&n, "help");
	err_set(err, ERR_USAGE, "unknown option '--%s'", word);
	if (n.best)
		err_hint(err, "did you mean '--%s'?", n.best);
	free(word);
	return false;
}

static bool parse_long(const struct option *options, struct cursor *c,
		       const char *name, struct err *err)
{
	const char *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct option *o = find_long(options, name, len);

	if (!o)
		return unknown_long(options, name, len, err);
	if (takes_value(o))
		return take_value(c, o, equals ? equals + 1 : NULL, err);
	if (equals)
		return err_set(err, ERR_USAGE, "'--%s' takes no value",
			       o->name);
	return set_value(o, "", err);
}

/* "-q", "-o DIR", "-oDIR", "-qv". */
static bool parse_letters(const struct option *options, struct cursor *c,
			  const char *letters, struct err *err)
{
	for (; *letters; letters++) {
		const struct option *o = find_letter(options, *letters);

		if (!o)
			return err_set(err, ERR_USAGE, "unknown option '-%c'",
				       *letters);
		if (takes_value(o))
			return take_value(c, o, letters[1] ? letters + 1 : NULL,
					  err);
		set_value(o, "", err);
	}
	return true;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

bool options_parse(const struct option *options, int *argc, char **argv,
		   bool *help, struct err *err)
{
	struct cursor c = { .argc = *argc, .argv = argv };
	bool ended = false;
	int kept = 0;

	*help = wants_help(*argc, argv);
	if (*help)
		return true;
	while (c.at < c.argc) {
		char *arg = argv[c.at++];
		bool ok = true;

		if (ended || arg[0] != '-' || arg[1] == '\0')
			argv[kept++] = arg;
		else if (strcmp(arg, "--") == 0)
			ended = true;
		else if (arg[1] == '-')
			ok = parse_long(options, &c, arg + 2, err);
		else
			ok = parse_letters(options, &c, arg + 1, err);
		if (!ok)
			return false;
	}
	*argc = kept;
	return true;
}

void options_print(FILE *out, const struct option *options)
{
	for (; options && options->name; options++) {
		char left[64];

		snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
			 options->letter ? '-' : ' ',
			 options->letter ? options->letter : ' ',
			 options->letter ? ", " : "  ", options->name,
			 options->operand ? " " : "",
			 options->operand ? options->operand : "");
		fprintf(out, "  %-26s  %s\n", left, options->help);
	}
	fprintf(out, "  %-26s  %s\n", "-h, --help", "print this");
}

void option_list_release(struct option_list *list)
{
	free(list->items);
	*list = (struct option_list){ 0 };
}
