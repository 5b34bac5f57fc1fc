/* SPDX-License-Identifier: MIT */
#include "bench/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set(struct err *err, enum err_kind kind, const char *fmt,
		va_list args)
{
	err->kind = kind;
	vsnprintf(err->text, sizeof(err->text), fmt, args);
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list args;

	if (err->kind != ERR_NONE)
		return false;
	va_start(args, fmt);
	set(err, kind, fmt, args);
	va_end(args);
	return false;
}

bool err_sys(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	int saved = errno;
	size_t len;
	va_list args;

	if (err->kind != ERR_NONE)
		return false;
	va_start(args, fmt);
	set(err, kind, fmt, args);
	va_end(args);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s",
		 strerror(saved));
	return false;
}

bool err_at(struct err *err, struct err_where where, const char *fmt, ...)
{
	va_list args;

	if (err->kind != ERR_NONE)
		return false;
	va_start(args, fmt);
	set(err, ERR_CONFIG, fmt, args);
	va_end(args);
	err->where = where;
	return false;
}

bool err_hint(struct err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, args);
	va_end(args);
	return false;
}

bool err_while(struct err *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list args;
	size_t len;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	len = strlen(text);
	if (len < sizeof(text))
		snprintf(text + len, sizeof(text) - len, ": %s", err->text);
	memcpy(err->text, text, sizeof(text));
	return false;
}
