/* SPDX-License-Identifier: MIT */
/*
 * A target for 'kdbench run --attach': listens at an endpoint, prints where,
 * and serves one debugger after another until it is killed; then it says how it
 * was left: running or stopped.
 *
 *	standin [mute] [stopped] [kdbg] [modules] [reactos] [hang-up=N] ENDPOINT
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/link/endpoint.h"
#include "tests/support/standin.h"

/* Only signals end it, and what it made in the file system must go then. */
static struct endpoint_listener listener = { .fd = -1 };

static struct standin machine;

static void on_signal(int number)
{
	bool runs = machine.t.state == KD_TARGET_RUNNING;

	(void)number;
	if (write(STDOUT_FILENO, runs ? "running\n" : "stopped\n", 8) < 0)
		_exit(1);
	if (listener.path[0])
		unlink(listener.path);
	_exit(0);
}

static bool fail(const struct err *err)
{
	fprintf(stderr, "standin: %s\n", err->text);
	return false;
}

static void read_word(struct standin_config *c, const char *word)
{
	if (!strcmp(word, "mute"))
		c->mute = true;
	else if (!strcmp(word, "stopped"))
		c->stopped = true;
	else if (!strcmp(word, "reactos"))
		c->reactos = true;
	else if (!strcmp(word, "kdbg"))
		c->list = STANDIN_KDBG;
	else if (!strcmp(word, "modules"))
		c->modules = true;
	else if (!strncmp(word, "hang-up=", 8))
		c->hang_up_at = (unsigned)atoi(word + 8);
	else
		fprintf(stderr, "standin: '%s' is ignored\n", word);
}

static bool serve(struct standin *s)
{
	struct err err = { 0 };

	for (;;) {
		struct pollfd p = { .fd = listener.fd, .events = POLLIN };
		int fd;

		if (!endpoint_accept(&listener, &fd, &err))
			return fail(&err);
		if (fd < 0) {
			(void)poll(&p, 1, 20);
			continue;
		}
		standin_serve(s, fd);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct standin_config config = { 0 };
	struct endpoint e;
	struct err err = { 0 };

	if (argc < 2)
		return 2;
	for (int i = 1; i < argc - 1; i++)
		read_word(&config, argv[i]);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_signal);
	if (!endpoint_parse(&e, argv[argc - 1], &err) ||
	    !endpoint_listen(&listener, &e, &err)) {
		fail(&err);
		return 1;
	}
	printf("%s\n", listener.where);
	fflush(stdout);
	standin_init(&machine, &config);
	return serve(&machine) ? 0 : 1;
}
