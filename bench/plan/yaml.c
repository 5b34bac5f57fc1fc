/* SPDX-License-Identifier: MIT */
#include "bench/plan/yaml.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

#include "bench/plan/vector.h"
#include "bench/plan/yaml_check.h"

/* One parse. Events are used, since a loaded document hides its aliases. */
struct reader {
	yaml_parser_t parser;
	const struct yaml_text *text;
	const struct err_where *fixed; /* every place is this one; or NULL */
	struct arena *arena;
	struct err *err;
};

/* libyaml counts lines and columns from 0; people and editors from 1. */
static struct err_where place(const struct reader *r, yaml_mark_t mark)
{
	if (r->fixed)
		return *r->fixed;
	return (struct err_where){
		.file = r->text->path,
		.line = (unsigned)mark.line + 1,
		.col = (unsigned)mark.column + 1,
	};
}

/* What usually is behind one of libyaml's complaints. */
static const struct cause {
	const char *problem, *hint;
	bool earlier; /* the mistake is where the context began */
} causes[] = {
	{ "mapping values are not allowed",
	  "quote a value that contains ': ', and check the indentation",
	  false },
	{ "could not find expected ':'",
	  "write 'key: value', with a blank behind the colon", true },
	{ "did not find expected key", "check the indentation", false },
	{ "did not find expected '-'", "check the indentation", false },
	{ "did not find expected ',' or ']'", "close the list with ']'", true },
	{ "did not find expected ',' or '}'", "close the mapping with '}'",
	  true },
	{ "cannot start any token",
	  "quote a value that begins with one of % @ ` > |", false },
	{ "did not find expected comment or line break",
	  "quote a value that begins with '>' or '|'", false },
	{ "found unexpected end of stream", "close the quotes", true },
};

static const struct cause *usual_cause(const char *problem)
{
	static const struct cause unusual;

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		if (strstr(problem, causes[i].problem))
			return &causes[i];
	}
	return &unusual;
}

/* Say what libyaml did not like, and where to look. */
static bool complain(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "not understood";
	const struct cause *cause = usual_cause(problem);
	struct err_where where = place(r, p->problem_mark);

	/* A reader error has no mark but an offset in bytes. */
	if (p->error == YAML_READER_ERROR && !r->fixed)
		where = yaml_place(r->text, p->problem_offset);
	else if (p->context && cause->earlier)
		where = place(r, p->context_mark);
	if (p->context && !r->fixed && !cause->earlier &&
	    p->context_mark.line + 1 != where.line)
		err_at(r->err, where, "%s, %s that begins in line %zu", problem,
		       p->context, p->context_mark.line + 1);
	else if (p->context)
		err_at(r->err, where, "%s, %s", problem, p->context);
	else
		err_at(r->err, where, "%s", problem);
	if (cause->hint)
		err_hint(r->err, "%s", cause->hint);
	return false;
}

static bool refuse(struct reader *r, yaml_mark_t mark, const char *what,
		   const char *hint)
{
	err_at(r->err, place(r, mark), "%s", what);
	err_hint(r->err, "%s", hint);
	return false;
}

/* Anchors and tags hang on any node. */
static bool check_extras(struct reader *r, const yaml_event_t *e,
			 const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return refuse(r, e->start_mark, "anchors are not supported",
			      "write the value out in each place");
	if (tag)
		return refuse(r, e->start_mark, "tags are not supported",
			      "leave it out, or quote a value with '!'");
	return true;
}

static struct node *new_node(struct reader *r, enum node_kind kind,
			     const yaml_event_t *e)
{
	struct node *node = arena_alloc(r->arena, sizeof(*node));

	node->kind = kind;
	node->where = place(r, e->start_mark);
	return node;
}

static bool read_scalar(struct reader *r, const yaml_event_t *e,
			struct node **node)
{
	const char *text = (const char *)e->data.scalar.value;

	if (!check_extras(r, e, e->data.scalar.anchor, e->data.scalar.tag))
		return false;
	if (strlen(text) != e->data.scalar.length)
		return refuse(r, e->start_mark, "a NUL in a text",
			      "leave out the '\\0'");
	*node = new_node(r, NODE_SCALAR, e);
	(*node)->text = arena_strdup(r->arena, text);
	(*node)->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return true;
}

static bool read_node(struct reader *r, yaml_event_t *e, unsigned depth,
		      struct node **node);

static bool check_key(struct reader *r, const struct node *map,
		      const struct node *key)
{
	if (key->kind != NODE_SCALAR)
		return err_at(r->err, key->where, "a key must be a word");
	if (key->plain && strcmp(key->text, "<<") == 0) {
		err_at(r->err, key->where, "merge keys are not supported");
		return err_hint(r->err, "write the keys out in each place");
	}
	for (size_t i = 0; i < map->count; i++) {
		if (strcmp(map->keys[i]->text, key->text) != 0)
			continue;
		err_at(r->err, key->where, "key '%s' is written twice",
		       key->text);
		if (r->fixed)
			return false;
		return err_hint(r->err, "it was written first in line %u",
				map->keys[i]->where.line);
	}
	return true;
}

/* Read what follows one event of a map or list: its end, or one more item. */
static bool read_item(struct reader *r, yaml_event_t *e, unsigned depth,
		      struct node *to)
{
	size_t i = to->count;
	struct node *item = NULL;
	yaml_event_t value;
	bool ok;

	if (i == YAML_COUNT_MAX)
		return refuse(r, e->start_mark, "too many items",
			      "at most 2000 belong in one list or mapping");
	to->items = vector_grow(r->arena, to->items, i, sizeof(struct node *));
	if (!read_node(r, e, depth + 1, &item))
		return false;
	if (to->kind == NODE_MAP) {
		to->keys = vector_grow(r->arena, to->keys, i,
				       sizeof(struct node *));
		to->keys[i] = item;
		if (!check_key(r, to, item))
			return false;
		if (!yaml_parser_parse(&r->parser, &value))
			return complain(r);
		ok = read_node(r, &value, depth + 1, &item);
		yaml_event_delete(&value);
		if (!ok)
			return false;
	}
	to->items[i] = item;
	to->count++;
	return true;
}

static bool read_items(struct reader *r, unsigned depth, struct node *to)
{
	yaml_event_type_t end = to->kind == NODE_MAP ? YAML_MAPPING_END_EVENT
						     : YAML_SEQUENCE_END_EVENT;

	for (;;) {
		yaml_event_t e;
		bool ended, ok;

		if (!yaml_parser_parse(&r->parser, &e))
			return complain(r);
		ended = e.type == end;
		ok = ended || read_item(r, &e, depth, to);
		yaml_event_delete(&e);
		if (ended || !ok)
			return ok;
	}
}

static bool read_node(struct reader *r, yaml_event_t *e, unsigned depth,
		      struct node **node)
{
	if (depth > YAML_DEPTH_MAX)
		return refuse(r, e->start_mark, "nested too deeply",
			      "at most 16 levels are read");
	switch (e->type) {
	case YAML_SCALAR_EVENT: return read_scalar(r, e, node);
	case YAML_ALIAS_EVENT:
		return refuse(r, e->start_mark, "aliases are not supported",
			      "write the value out in each place");
	case YAML_SEQUENCE_START_EVENT:
		if (!check_extras(r, e, e->data.sequence_start.anchor,
				  e->data.sequence_start.tag))
			return false;
		*node = new_node(r, NODE_LIST, e);
		return read_items(r, depth, *node);
	case YAML_MAPPING_START_EVENT:
		if (!check_extras(r, e, e->data.mapping_start.anchor,
				  e->data.mapping_start.tag))
			return false;
		*node = new_node(r, NODE_MAP, e);
		return read_items(r, depth, *node);
	default: return refuse(r, e->start_mark, "not understood", "");
	}
}

static bool check_start(struct reader *r, const yaml_event_t *e)
{
	if (e->type == YAML_STREAM_END_EVENT)
		return refuse(r, e->start_mark, "the file is empty",
			      "see docs/scenarios.md for what belongs in it");
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start !=
		    e->data.document_start.tag_directives.end)
		return refuse(r, e->start_mark, "directives are not supported",
			      "leave out the line that begins with '%'");
	return true;
}

/* Fetch the next event and hand it to 'then'. */
static bool with_event(struct reader *r,
		       bool (*then)(struct reader *r, const yaml_event_t *e))
{
	yaml_event_t e;
	bool ok;

	if (!yaml_parser_parse(&r->parser, &e))
		return complain(r);
	ok = then(r, &e);
	yaml_event_delete(&e);
	return ok;
}

static bool check_nothing(struct reader *r, const yaml_event_t *e)
{
	(void)r;
	(void)e;
	return true;
}

static bool check_end(struct reader *r, const yaml_event_t *e)
{
	return e->type == YAML_STREAM_END_EVENT ||
	       refuse(r, e->start_mark, "a second document begins here",
		      "one file is one document: remove the '---'");
}

static bool read_document(struct reader *r, struct node **root)
{
	yaml_event_t e;
	bool ok;

	if (!with_event(r, check_nothing) || !with_event(r, check_start))
		return false;
	if (!yaml_parser_parse(&r->parser, &e))
		return complain(r);
	ok = read_node(r, &e, 1, root);
	yaml_event_delete(&e);
	return ok && with_event(r, check_nothing) && with_event(r, check_end);
}

static bool parse(struct node **root, const struct yaml_text *text,
		  const struct err_where *fixed, struct arena *arena,
		  struct err *err)
{
	struct reader r = {
		.text = text, .fixed = fixed, .arena = arena, .err = err
	};
	bool ok;

	if (!yaml_parser_initialize(&r.parser))
		return err_set(err, ERR_HOST, "cannot start libyaml");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)text->text, text->len);
	ok = read_document(&r, root);
	yaml_parser_delete(&r.parser);
	return ok;
}

bool yaml_parse(struct node **root, const struct yaml_text *text,
		struct arena *arena, struct err *err)
{
	struct yaml_text rest = *text;

	/* A byte order mark is allowed but would count as a column. */
	if (rest.len >= 3 && memcmp(rest.text, "\xef\xbb\xbf", 3) == 0) {
		rest.text += 3;
		rest.len -= 3;
	}
	return yaml_check_bytes(&rest, err) &&
	       parse(root, &rest, NULL, arena, err);
}

bool yaml_parse_value(struct node **root, const char *value,
		      struct err_where where, struct arena *arena,
		      struct err *err)
{
	struct yaml_text text = { where.file, value, strlen(value) };

	if (*value == '[' || *value == '{')
		return parse(root, &text, &where, arena, err);
	*root = arena_alloc(arena, sizeof(**root));
	(*root)->where = where;
	(*root)->kind = NODE_SCALAR;
	(*root)->text = value;
	(*root)->plain = *value; /* nothing at all is meant as such */
	return true;
}
