/* SPDX-License-Identifier: MIT */
/*
 * The host end of a byte stream that somebody else made: a connected socket, a
 * pseudo terminal or a serial device. Not paced: the far end has a line of its
 * own, and its back-pressure is the kernel's.
 */
#ifndef LINK_STREAM_H
#define LINK_STREAM_H

#include "bench/base/err.h"
#include "bench/link/link.h"

/*
 * Make a link over 'fd', a stream socket or a terminal, which the link owns
 * from now on, whether this succeeds or not, and makes non-blocking. When the
 * far end closes it, step() fails with ERR_GUEST. ERR_HOST: 'fd' is neither.
 */
bool stream_link_open(struct link **link, int fd, struct err *err);

/*
 * The same to a far end that reads whatever comes, a debugger or a bridge, and
 * no emulated UART: whole packets may lie in a local socket too.
 */
bool stream_link_open_deep(struct link **link, int fd, struct err *err);

/*
 * Let such a link read no further than 'most' bytes ahead of who consumes them,
 * so that the far end feels it when they wait.
 */
void stream_link_limit(struct link *link, size_t most);

/* Throw away what has come and what has not left yet. Never blocks. */
void stream_link_discard(struct link *link);

#endif
