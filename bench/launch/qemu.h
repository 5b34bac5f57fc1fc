/* SPDX-License-Identifier: MIT */
/*
 * A QEMU process with our guest in it: command line, memory, monitor, what it
 * says, and its end. Knows no transport.
 */
#ifndef LAUNCH_QEMU_H
#define LAUNCH_QEMU_H

#include "bench/base/mem.h"
#include "bench/launch/launch.h"
#include "bench/launch/proc.h"
#include "bench/launch/qmp.h"

#define QEMU_ARGS_MAX 12

/* What is to be started; everything is borrowed during qemu_start(). */
struct qemu_spec {
	const struct qemu_config *config;
	/* Somebody else's guest, with no image, memory, parameters or log of
	   ours; NULL: ours. */
	const struct guest_config *external;
	const char *image; /* path of a guest kernel; "" or NULL: ours */
	uint64_t memory_size;
	enum accel accel;
	const char *cpu;                   /* model; NULL: QEMU's default */
	const char *params;                /* of the guest */
	const char *device[QEMU_ARGS_MAX]; /* arguments; ends with NULL */
	int device_fd;                     /* that they speak of, or -1 */
};

/* Text that somebody writes into a pipe; what does not fit is dropped. */
struct qemu_words {
	int fd;
	size_t len;
	char text[1024]; /* always terminated */
};

struct qemu {
	struct proc proc;
	struct arena arena; /* of the arguments */
	struct qmp *qmp;
	struct qemu_words errors; /* QEMU's standard error */
	struct qemu_words log;    /* the guest's last words */
	uint8_t *memory;          /* the guest's RAM */
	uint64_t memory_size;
	uint64_t started_ns;  /* just before exec */
	const char *external; /* borrowed: whose guest it is; NULL: ours */
	uint64_t quit_ns;     /* how long it may take to quit */
};

/* Storage that can be released at once. */
void qemu_init(struct qemu *q);

/* Create the RAM, zeroed, so that it can be filled before the guest starts. */
bool qemu_make_memory(struct qemu *q, uint64_t size, int *fd, struct err *err);

/*
 * Start it, with the RAM behind 'memory_fd' (-1: it makes its own); from the
 * main thread only.
 */
bool qemu_start(struct qemu *q, const struct qemu_spec *spec, int memory_fd,
		struct err *err);

/* Read what has been said since. Never blocks. */
void qemu_listen(struct qemu *q);

/*
 * Does it still run? False fills *err with how it ended: on whose wish, QEMU's
 * complaint, the guest's last words.
 */
bool qemu_alive(struct qemu *q, struct err *err);

/* End it and release everything. */
void qemu_release(struct qemu *q);

#endif
