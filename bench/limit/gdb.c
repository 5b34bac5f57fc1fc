/* SPDX-License-Identifier: MIT */
/*
 * gdb's 'dump memory' through QEMU's gdbstub. The stub listens on a loopback
 * port that the kernel has chosen, and gdb writes into memory of ours, so that
 * nothing is on disk. What gdb needs to start, connect and leave is no part of
 * it: it dumps a page first, and the time begins when that is there.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/launch/proc.h"
#include "bench/limit/guest.h"
#include "bench/limit/rungs.h"

#define DUMP_NS (60 * NS_PER_S)
#define GRACE_NS (200 * NS_PER_MS)
#define LOOK_NS (200 * NS_PER_US)
#define SMALL 4096

/* What is dumped, and the descriptors that gdb inherits. */
struct dump {
	const struct limit_setup *setup;
	uint64_t address, len;
	int small, all; /* a page of it, and the whole */
	int words;      /* what gdb says */
};

bool gdb_possible(char why[LIMIT_WHY_MAX])
{
	return limit_program("gdb", "gdb", why);
}

/*
 * A listening socket on a port of the kernel's choice. Not to be closed on
 * exec: QEMU inherits it.
 */
static int listen_somewhere(unsigned *port, struct err *err)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(fd, 1) == 0 &&
	    getsockname(fd, (struct sockaddr *)&at, &len) == 0) {
		*port = ntohs(at.sin_port);
		return fd;
	}
	err_sys(err, ERR_HOST, "cannot listen for gdb");
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The end of what gdb said, in one line. */
static bool complain(int words, const char *what, struct err *err)
{
	char text[200];
	off_t size = lseek(words, 0, SEEK_END);
	off_t room = sizeof(text) - 1;
	ssize_t n =
		pread(words, text, (size_t)room, size > room ? size - room : 0);

	text[n > 0 ? n : 0] = '\0';
	for (char *c = text; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
	return err_set(err, ERR_HOST, "gdb %s: %s", what, text);
}

/* When a file was first seen to have so many bytes; 0: not yet. */
static void look(int fd, uint64_t len, uint64_t *when)
{
	struct stat file;

	if (!*when && fstat(fd, &file) == 0 && (uint64_t)file.st_size >= len)
		*when = clock_now_ns();
}

/*
 * Wait for gdb's end, at most DUMP_NS. It reads all that it is to dump, and
 * writes it then: *ns is the time from the one dump's end to the other's.
 */
static bool watch(struct proc *gdb, const struct dump *d, uint64_t *ns)
{
	uint64_t began = clock_now_ns(), first = 0, second = 0;
	bool ended;

	do {
		clock_sleep_until(clock_now_ns() + LOOK_NS);
		ended = proc_ended(gdb);
		look(d->small, SMALL, &first);
		look(d->all, d->len, &second);
	} while (!ended && clock_now_ns() - began < DUMP_NS &&
		 !limit_interrupted(d->setup));
	*ns = second - first;
	return ended;
}

/* Have gdb dump a page, and then all of it. */
static bool run_gdb(const struct dump *d, unsigned port, uint64_t *ns,
		    struct err *err)
{
	static const char command[] =
		"dump binary memory /proc/self/fd/%d 0x%llx 0x%llx";
	unsigned long long at = d->address;
	struct arena arena = { NULL };
	const char *const argv[] = {
		"gdb",
		"-nx",
		"-batch",
		"-ex",
		arena_printf(&arena, "target remote 127.0.0.1:%u", port),
		"-ex",
		arena_printf(&arena, command, d->small, at, at + SMALL),
		"-ex",
		arena_printf(&arena, command, d->all, at, at + d->len),
		"-ex",
		"detach",
		NULL,
	};
	const int keep[] = { d->small, d->all };
	struct proc gdb = { 0 };
	bool ok = proc_start(&gdb, argv, keep, 2, d->words, err);

	if (ok && !watch(&gdb, d, ns))
		ok = err_set(err, ERR_HOST, "gdb does not end");
	else if (ok && gdb.status != 0)
		ok = complain(d->words, "failed", err);
	proc_stop(&gdb, GRACE_NS);
	arena_release(&arena);
	return ok;
}

static bool check_dump(const struct limit_setup *s, int fd, uint64_t len,
		       int words, struct err *err)
{
	void *at;
	bool ok;

	if (lseek(fd, 0, SEEK_END) != (off_t)len)
		return complain(words, "dumped too little", err);
	at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_sys(err, ERR_HOST, "cannot map what gdb dumped");
	ok = limit_verify(s, at, 0, len, err);
	munmap(at, len);
	return ok;
}

static bool make_files(struct dump *d, struct err *err)
{
	d->small = memfd_create("kdbench-gdb-page", MFD_CLOEXEC);
	d->all = memfd_create("kdbench-gdb", MFD_CLOEXEC);
	d->words = memfd_create("kdbench-gdb-words", MFD_CLOEXEC);
	return (d->small >= 0 && d->all >= 0 && d->words >= 0) ||
	       err_sys(err, ERR_HOST, "cannot create memory for gdb");
}

static void close_files(const struct dump *d, int listener)
{
	const int fds[] = { d->small, d->all, d->words, listener };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

bool gdb_dump(const struct limit_setup *s, struct limit_value *value,
	      struct err *err)
{
	struct limit_guest g = { 0 };
	struct dump d = { .setup = s, .len = s->bytes };
	unsigned port = 0;
	uint64_t ns = 0;
	int listener = listen_somewhere(&port, err);
	char extra[160];
	bool ok = make_files(&d, err) && listener >= 0;

	snprintf(extra, sizeof(extra),
		 "-chardev socket,id=gdb,fd=%d,server=on,wait=off,nodelay=on "
		 "-gdb chardev:gdb",
		 listener);
	ok = ok && limit_guest_start(&g, s, extra, err);
	d.address = ok ? limit_guest_field(&g, KDBB_PATTERN) : 0;
	ok = ok && run_gdb(&d, port, &ns, err) &&
	     check_dump(s, d.small, SMALL, d.words, err) &&
	     check_dump(s, d.all, s->bytes, d.words, err);
	value->bytes_s = limit_rate(s->bytes, ns);
	limit_guest_release(&g);
	close_files(&d, listener);
	return ok;
}
