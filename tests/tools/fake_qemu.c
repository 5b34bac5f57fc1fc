/* SPDX-License-Identifier: MIT */
/*
 * In QEMU's place: takes its command line, answers on its monitor, and has a
 * stand-in (tests/support/standin.h) behind the chardev 'kd', for boots that no
 * real system here can do. Its own options, which a guest's 'arguments' hold:
 *
 *	-fake-ways WORD       i386, reactos, mute, kdbg, modules or stopped
 *	-fake-silence MS      says nothing for so long
 *	-fake-words TEXT      then sends this, which is no KD
 *	-fake-never           and then nothing for ever
 *	-fake-boots N         prints, modules and questions before it runs
 *	-fake-exit N TEXT     complains and ends
 *	-fake-argv FILE       writes its command line there, a word a line
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "tests/support/standin.h"

static struct standin machine;

struct fake {
	struct standin_config config;
	int kd, qmp;
	uint64_t silence_ms;
	const char *words, *argv_file;
	bool never;
};

/* Whatever is asked is granted; after 'quit' it is over. */
static void *monitor(void *arg)
{
	int fd = *(int *)arg;
	char text[4096];
	ssize_t n;

	while ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		const char *id;

		text[n] = 0;
		id = strstr(text, "\"id\":");
		if (id)
			dprintf(fd, "{\"return\": {}, \"id\": %ld}\n",
				strtol(id + 5, NULL, 10));
		if (strstr(text, "\"quit\""))
			_exit(0);
	}
	_exit(0);
}

static int fd_of(const char *chardev, const char *id)
{
	const char *fd = strstr(chardev, "fd=");

	return strstr(chardev, id) && fd ? atoi(fd + 3) : -1;
}

static void take_way(struct standin_config *c, const char *word)
{
	c->i386 |= !strcmp(word, "i386");
	c->reactos |= !strcmp(word, "reactos");
	c->mute |= !strcmp(word, "mute");
	c->modules |= !strcmp(word, "modules");
	c->stopped |= !strcmp(word, "stopped");
	if (!strcmp(word, "kdbg"))
		c->list = STANDIN_KDBG;
}

static void take(struct fake *f, const char *word, char **next)
{
	if (!strcmp(word, "-version")) {
		puts("QEMU emulator version 0.0 (a stand-in)");
		exit(0);
	}
	if (!strcmp(word, "-chardev")) {
		int kd = fd_of(next[0], "id=kd,");
		int qmp = fd_of(next[0], "id=qmp,");

		f->kd = kd < 0 ? f->kd : kd;
		f->qmp = qmp < 0 ? f->qmp : qmp;
	} else if (!strcmp(word, "-fake-ways")) {
		take_way(&f->config, next[0]);
	} else if (!strcmp(word, "-fake-silence")) {
		f->silence_ms = strtoull(next[0], NULL, 10);
	} else if (!strcmp(word, "-fake-words")) {
		f->words = next[0];
	} else if (!strcmp(word, "-fake-never")) {
		f->never = true;
	} else if (!strcmp(word, "-fake-boots")) {
		f->config.boots = (unsigned)atoi(next[0]);
	} else if (!strcmp(word, "-fake-argv")) {
		f->argv_file = next[0];
	} else if (!strcmp(word, "-fake-exit")) {
		fprintf(stderr, "%s\n", next[1]);
		exit(atoi(next[0]));
	}
}

static void write_argv(const char *path, char **argv)
{
	FILE *out = fopen(path, "w");

	for (; out && *argv; argv++)
		fprintf(out, "%s\n", *argv);
	if (out)
		fclose(out);
}

int main(int argc, char **argv)
{
	struct fake f = { .kd = -1, .qmp = -1 };
	pthread_t thread;

	for (int i = 1; i < argc; i++)
		take(&f, argv[i], &argv[i + 1]);
	if (f.argv_file)
		write_argv(f.argv_file, argv);
	if (f.kd < 0 || f.qmp < 0)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	pthread_create(&thread, NULL, monitor, &f.qmp);
	clock_sleep_until(clock_now_ns() + f.silence_ms * NS_PER_MS);
	if (f.words)
		dprintf(f.kd, "%s", f.words);
	while (f.never)
		pause();
	standin_init(&machine, &f.config);
	standin_serve(&machine, f.kd);
	return 0;
}
