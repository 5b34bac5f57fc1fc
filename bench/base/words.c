/* SPDX-License-Identifier: MIT */
#include "bench/base/words.h"

#include <string.h>

#define BLANKS " \t\r\n"

/* Copy what stands in quotes from *at on to *to; false: they do not end. */
static bool quoted(const char **at, char **to)
{
	char quote = *(*at)++;

	while (**at && **at != quote) {
		if (quote == '"' && **at == '\\' &&
		    ((*at)[1] == '"' || (*at)[1] == '\\'))
			++*at;
		*(*to)++ = *(*at)++;
	}
	return *(*at)++ == quote;
}

/* Copy one word from *at on to *to. */
static bool one_word(const char **at, char **to, struct err *err)
{
	const char *from = *at;

	while (**at && !strchr(BLANKS, **at)) {
		if (**at == '\'' || **at == '"') {
			if (!quoted(at, to))
				return err_set(err, ERR_CONFIG,
					       "a quote is not closed: %.40s",
					       from);
			continue;
		}
		if (**at == '\\' && !*++*at)
			return err_set(err, ERR_CONFIG,
				       "nothing stands behind the last "
				       "backslash");
		*(*to)++ = *(*at)++;
	}
	*(*to)++ = 0;
	return true;
}

bool words_split(const char *text, struct arena *arena,
		 const char *const **words, size_t *count, struct err *err)
{
	size_t len = strlen(text);
	/* A word has a character, and a blank to the next one. */
	const char **list = arena_alloc(arena, (len / 2 + 2) * sizeof(*list));
	char *to = arena_alloc(arena, len + 1);
	size_t found = 0;

	for (text += strspn(text, BLANKS); *text;
	     text += strspn(text, BLANKS)) {
		list[found++] = to;
		if (!one_word(&text, &to, err))
			return false;
	}
	*words = list;
	*count = found;
	return true;
}

const char *words_quote(const char *word, struct arena *arena)
{
	char *quoted_word, *to;

	if (*word && !strpbrk(word, BLANKS "'\"\\"))
		return word;
	to = quoted_word = arena_alloc(arena, 2 * strlen(word) + 3);
	*to++ = '"';
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			*to++ = '\\';
		*to++ = *word;
	}
	*to++ = '"';
	*to = 0;
	return quoted_word;
}
