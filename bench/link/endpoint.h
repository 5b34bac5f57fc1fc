/* SPDX-License-Identifier: MIT */
/*
 * Where the other half of a byte stream is found, or waits to be found:
 *
 *	unix:PATH               a socket in the file system
 *	tcp:HOST:PORT tcp:PORT  without a host, this machine only; [::1] in
 *	                        brackets
 *	pty:PATH                a terminal or serial device; to listen: a new
 *	                        pseudo terminal, and a link to it at PATH
 *	pty                     to listen only: without the link
 *	fd:N                    to connect only: open already, inherited
 *
 * Whoever is at the other end may do what he likes: nothing here trusts him.
 */
#ifndef LINK_ENDPOINT_H
#define LINK_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/base/err.h"

enum endpoint_kind { ENDPOINT_UNIX, ENDPOINT_TCP, ENDPOINT_PTY, ENDPOINT_FD };

/* Longest text of an endpoint, with its NUL. */
#define ENDPOINT_TEXT_MAX 256

struct endpoint {
	enum endpoint_kind kind;
	char text[ENDPOINT_TEXT_MAX]; /* as it was written */
	char name[ENDPOINT_TEXT_MAX]; /* path, or host; "": none was given */
	uint16_t port;
	int fd;
};

/* Read 'text'; a mistake is ERR_USAGE, with what may be written as a hint. */
bool endpoint_parse(struct endpoint *e, const char *text, struct err *err);

/*
 * Connect once, within 'timeout_ns' (a host name is looked up before that, in
 * the system's own time). *fd is non-blocking, closed on exec, and the
 * caller's; TCP does not wait to fill segments, a terminal is raw with eight
 * data bits and no parity, at the speed that it has. Of fd:N a duplicate is
 * made, so that it can be used again after the caller closes his.
 *
 * ERR_HOST: it did not work; *later then tells whether it may once the other
 * end is there (no such file, nobody listens, no answer).
 */
bool endpoint_connect(const struct endpoint *e, uint64_t timeout_ns, int *fd,
		      bool *later, struct err *err);

/* Something that waits for connections, or a pseudo terminal. */
struct endpoint_listener {
	enum endpoint_kind kind;
	/* A socket becomes readable when somebody has come. -1: closed. */
	int fd;
	char where[ENDPOINT_TEXT_MAX]; /* the endpoint to connect to */
	char path[ENDPOINT_TEXT_MAX];  /* made by us; "": nothing */
	dev_t device;                  /* what was made there */
	ino_t inode;
};

/*
 * Listen at 'e'; TCP port 0 takes any free port, which 'where' then names. A
 * file that is there already is an error (ERR_HOST), unless it is a socket that
 * nobody listens on any more, or a link to a terminal that is gone. A
 * socket in the file system is for this user alone.
 */
bool endpoint_listen(struct endpoint_listener *l, const struct endpoint *e,
		     struct err *err);

/*
 * Whoever has come: *fd is like endpoint_connect()'s, or -1 if nobody has.
 * A pseudo terminal is there at once; once its user has closed it, it yields
 * -1 until it is opened again, of which nobody tells: ask from time to time.
 */
bool endpoint_accept(struct endpoint_listener *l, int *fd, struct err *err);

/* Stop listening and remove what was made. Twice is harmless. */
void endpoint_close(struct endpoint_listener *l);

/*
 * For terminals: raw, eight data bits, one stop bit, no parity, no flow
 * control; the speed stays. 'name' is what an error calls it (ERR_HOST).
 */
bool endpoint_make_raw(int fd, const char *name, struct err *err);

#endif
