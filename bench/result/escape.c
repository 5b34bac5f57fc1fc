/* SPDX-License-Identifier: MIT */
#include "bench/result/escape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/base/mem.h"

/* Control characters, of C0, DEL and C1. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Invisible characters that reorder or split what a reader sees. */
static bool is_deceptive(uint32_t c)
{
	return c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

/* A byte that was not UTF-8: see utf8_next(). */
static bool is_raw(uint32_t c)
{
	return c >= 0xdc00 && c < 0xdd00;
}

/* What every place refuses, spelled out. Returns false for ordinary text. */
static bool put_spelled(FILE *out, uint32_t c)
{
	if (is_raw(c))
		fprintf(out, "\\x%02x", (unsigned)(c - 0xdc00));
	else if (c < 0x100 && is_control(c))
		fprintf(out, "\\x%02x", (unsigned)c);
	else if (is_deceptive(c))
		fprintf(out, "\\u{%04x}", (unsigned)c);
	else
		return false;
	return true;
}

static bool is_space(uint32_t c)
{
	return c == '\n' || c == '\t' || c == '\r';
}

void escape_terminal(FILE *out, const char *text)
{
	text = text ? text : "-";
	while (*text) {
		uint32_t c;
		size_t len = utf8_next(text, &c);

		if (is_space(c))
			fputc(' ', out);
		else if (!put_spelled(out, c))
			fwrite(text, 1, len, out);
		text += len;
	}
}

char *escape_terminal_text(const char *text)
{
	char *escaped = NULL;
	size_t size;
	FILE *out = open_memstream(&escaped, &size);

	if (out) {
		escape_terminal(out, text);
		fclose(out);
	}
	return escaped ? escaped : mem_strdup("?");
}

void escape_html(FILE *out, const char *text)
{
	text = text ? text : "-";
	while (*text) {
		uint32_t c;
		size_t len = utf8_next(text, &c);

		switch (c) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		case '\r': break;
		case '\n':
		case '\t': fputc((int)c, out); break;
		default:
			if (!put_spelled(out, c))
				fwrite(text, 1, len, out);
		}
		text += len;
	}
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

static bool is_letter(char c)
{
	return is_word(c) && c > '9';
}

/* "1. " and "2) " begin an item of a list. */
static bool begins_item(const char *start, const char *at)
{
	return at > start && start + strspn(start, "0123456789") == at &&
	       (at[1] == '\0' || strchr(" \t\r\n", at[1]));
}

/* "://" makes a link, ":name:" a picture. */
static bool is_colon_markup(char before, const char *at)
{
	size_t len = strcspn(at + 1, " :\t\r\n");
	bool in_time = before >= '0' && before <= '9';

	return at[1] == '/' || (!in_time && len && at[1 + len] == ':');
}

/*
 * May 'at' be markup where it stands, in 'start'? What is only so in some
 * places, and is frequent in names and numbers, is left alone in others.
 */
static bool is_markup(const char *start, const char *at)
{
	char before = at > start ? at[-1] : ' ';

	switch (*at) {
	case '_': return !is_word(before) || !is_word(at[1]);
	case ':': return is_colon_markup(before, at);
	case '@': return true;
	case '.': /* www.example */
		return begins_item(start, at) ||
		       (at - start >= 3 && strncasecmp(at - 3, "www", 3) == 0);
	case ')': return begins_item(start, at);
	case '-':
	case '+':
	case '=': return at == start && at[1] != '\0' && !is_word(at[1]);
	case '>': return at == start;
	case '<': return strchr("/!?", at[1]) || is_letter(at[1]);
	case '{': return at[1] == '{' || at[1] == '%' || at[1] == '#';
	case '&': return at[1] == '#' || is_word(at[1]);
	default: return strchr("|`*\\[]#~$", *at) != NULL;
	}
}

/* Those that a backslash does not take their meaning from everywhere. */
static bool needs_entity(char c)
{
	return strchr("&<>`:@.{", c) != NULL;
}

void escape_markdown(FILE *out, const char *text)
{
	const char *start;

	text = text ? text : "-";
	text += strspn(text, " \n\t\r"); /* four of them make code */
	for (start = text; *text;) {
		uint32_t c;
		size_t len = utf8_next(text, &c);

		if (is_space(c))
			fputc(' ', out);
		else if (c < 0x80 && !is_control(c) && is_markup(start, text))
			fprintf(out, needs_entity((char)c) ? "&#%u;" : "\\%c",
				(unsigned)c);
		else if (!put_spelled(out, c))
			fwrite(text, 1, len, out);
		text += len;
	}
}

void escape_csv(FILE *out, const char *text)
{
	text = text ? text : "";
	fputc('"', out);
	if (*text && strchr("=+-@\t\r\n|%", *text))
		fputc('\'', out);
	while (*text) {
		uint32_t c;
		size_t len = utf8_next(text, &c);

		if (is_space(c))
			fputc(' ', out);
		else if (c == '"')
			fputs("\"\"", out);
		else if (!put_spelled(out, c))
			fwrite(text, 1, len, out);
		text += len;
	}
	fputc('"', out);
}

void escape_gnuplot(FILE *out, const char *text)
{
	text = text ? text : "-";
	fputc('\'', out);
	while (*text) {
		uint32_t c;
		size_t len = utf8_next(text, &c);

		switch (c) {
		case '\'':
		case '`':
		case '"': fputs("\u2019", out); break;
		case '\\': fputs("\u2216", out); break;
		default:
			if (is_control(c) || is_raw(c) || is_deceptive(c))
				fputc('?', out);
			else
				fwrite(text, 1, len, out);
		}
		text += len;
	}
	fputc('\'', out);
}

void escape_shell(FILE *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%";

	text = text ? text : "";
	if (*text && text[strspn(text, plain)] == '\0') {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}
