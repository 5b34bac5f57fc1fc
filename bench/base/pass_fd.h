/* SPDX-License-Identifier: MIT */
/* Descriptors through unix sockets. */
#ifndef BASE_PASS_FD_H
#define BASE_PASS_FD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * As send(2) of 'len' bytes at 'data' to socket 'to' with MSG_NOSIGNAL and
 * 'flags', and with a copy of descriptor 'fd', if it is not -1.
 */
ssize_t pass_fd(int to, const void *data, size_t len, int fd, int flags);

#endif
