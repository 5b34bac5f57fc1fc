/* SPDX-License-Identifier: MIT */
/* yaml: what libyaml accepts or explains badly, found in the bytes. */
#include "bench/plan/yaml_check.h"

#include <string.h>

#include "bench/base/utf8.h"

static void newline(struct err_where *where)
{
	where->line++;
	where->col = 1;
}

struct err_where yaml_place(const struct yaml_text *text, size_t offset)
{
	struct err_where where = { text->path, 1, 1 };
	const char *end = text->text +
			  (offset < text->len ? offset : text->len);

	for (const char *at = text->text; at < end; at += utf8_len(at)) {
		if (*at == '\n')
			newline(&where);
		else
			where.col++;
	}
	return where;
}

/* What YAML, but no editor, counts as the end of a line. */
static bool odd_line_break(const char *at)
{
	static const char *const breaks[] = { "\xc2\x85", "\xe2\x80\xa8",
					      "\xe2\x80\xa9" };

	for (size_t i = 0; i < ARRAY_SIZE(breaks); i++) {
		if (strncmp(at, breaks[i], strlen(breaks[i])) == 0)
			return true;
	}
	return at[0] == '\r' && at[1] != '\n';
}

static bool check_char(const char *at, bool leading, struct err_where where,
		       struct err *err)
{
	unsigned char byte = (unsigned char)*at;

	if (byte == '\t' && leading) {
		err_at(err, where, "a tab cannot indent YAML");
		return err_hint(err, "use spaces");
	}
	if (byte == 0)
		return err_at(err, where, "a NUL byte: this is no text file");
	if (byte == 0x7f || (byte < 0x20 && !strchr("\t\r\n", byte)))
		return err_at(err, where, "control character 0x%02x", byte);
	if (odd_line_break(at)) {
		err_at(err, where, "an unusual line break");
		return err_hint(err, "end lines with a newline");
	}
	if (utf8_valid(at) == 0) {
		err_at(err, where, "byte 0x%02x is not valid UTF-8", byte);
		return err_hint(err, "save the file as UTF-8");
	}
	return true;
}

bool yaml_check_bytes(const struct yaml_text *text, struct err *err)
{
	struct err_where where = { text->path, 1, 1 };
	const char *end = text->text + text->len;
	bool leading = true;

	for (const char *at = text->text; at < end; at += utf8_len(at)) {
		if (!check_char(at, leading, where, err))
			return false;
		if (*at == '\n') {
			newline(&where);
			leading = true;
			continue;
		}
		leading = leading && (*at == ' ');
		where.col++;
	}
	return true;
}
