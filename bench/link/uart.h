/* SPDX-License-Identifier: MIT */
/*
 * The host end of an emulated 16550: a stream socket to QEMU's serial device,
 * with or without the time that bytes take on a line.
 *
 * Paced, the link reads only as far ahead as a FIFO would, and the socket's
 * buffer is as short, so that a guest that writes faster than the line sees it
 * in LSR.THRE. The other way bytes wait for a guest that does not read; a real
 * line would lose them, which is the fault injector's business.
 */
#ifndef LINK_UART_H
#define LINK_UART_H

#include "bench/base/err.h"
#include "bench/link/link.h"

struct uart_link_config {
	uint64_t baud_to_target; /* bits per second; 0: not paced */
	uint64_t baud_to_debugger;
};

/*
 * Make a link, and in *guest_fd the other end of its socket, for QEMU's
 * '-chardev socket,fd='. The caller closes that one.
 */
bool uart_link_open(struct link **link, const struct uart_link_config *config,
		    int *guest_fd, struct err *err);

#endif
