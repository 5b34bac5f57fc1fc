/* SPDX-License-Identifier: MIT */
#include "bench/link/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "bench/base/mem.h"

static bool malformed(struct err *err, const char *text, const char *why)
{
	err_set(err, ERR_USAGE, "'%s' is not an endpoint: %s", text, why);
	return err_hint(err, "write unix:PATH, tcp:HOST:PORT, tcp:PORT, "
			     "pty:PATH or fd:N");
}

/* A decimal number of at most 'max', all of 'text'. */
static bool number(const char *text, unsigned long max, unsigned long *value)
{
	if (!*text || strlen(text) > 10 || text[strspn(text, "0123456789")])
		return false;
	*value = strtoul(text, NULL, 10);
	return *value <= max;
}

static bool parse_unix(struct endpoint *e, const char *rest, struct err *err)
{
	if (!*rest)
		return malformed(err, e->text, "there is no path");
	if (strlen(rest) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return malformed(err, e->text,
				 "a socket's path has at most 107 bytes");
	memcpy(e->name, rest, strlen(rest) + 1);
	return true;
}

/* HOST:PORT, [HOST]:PORT or PORT: the last colon divides. */
static bool parse_tcp(struct endpoint *e, const char *rest, struct err *err)
{
	const char *colon = strrchr(rest, ':');
	const char *port = colon ? colon + 1 : rest;
	size_t len = colon ? (size_t)(colon - rest) : 0;
	unsigned long value;

	if (colon && !len)
		return malformed(err, e->text, "there is no host");
	if (!number(port, 65535, &value))
		return malformed(err, e->text,
				 "the port must be from 0 to 65535");
	if (len >= 2 && rest[0] == '[' && rest[len - 1] == ']') {
		rest++;
		len -= 2;
	} else if (memchr(rest, ':', len)) {
		return malformed(err, e->text,
				 "an address with colons needs brackets");
	}
	memcpy(e->name, rest, len);
	e->port = (uint16_t)value;
	return true;
}

static bool parse_pty(struct endpoint *e, const char *rest, struct err *err)
{
	if (!*rest)
		return malformed(err, e->text, "there is no path");
	memcpy(e->name, rest, strlen(rest) + 1);
	return true;
}

static bool parse_fd(struct endpoint *e, const char *rest, struct err *err)
{
	unsigned long value;

	if (!number(rest, 1000000, &value))
		return malformed(err, e->text, "there is no number");
	e->fd = (int)value;
	return true;
}

static const struct {
	const char *prefix;
	enum endpoint_kind kind;
	bool (*parse)(struct endpoint *e, const char *rest, struct err *err);
} kinds[] = {
	{ "unix:", ENDPOINT_UNIX, parse_unix },
	{ "tcp:", ENDPOINT_TCP, parse_tcp },
	{ "pty:", ENDPOINT_PTY, parse_pty },
	{ "fd:", ENDPOINT_FD, parse_fd },
};

bool endpoint_parse(struct endpoint *e, const char *text, struct err *err)
{
	*e = (struct endpoint){ .fd = -1 };
	if (strlen(text) >= sizeof(e->text))
		return malformed(err, text, "it is too long");
	memcpy(e->text, text, strlen(text) + 1);
	if (!strcmp(text, "pty")) {
		e->kind = ENDPOINT_PTY;
		return true;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].prefix);

		e->kind = kinds[i].kind;
		if (!strncmp(text, kinds[i].prefix, len))
			return kinds[i].parse(e, text + len, err);
	}
	return malformed(err, text, "it does not say of which kind");
}
