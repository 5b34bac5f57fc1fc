/* SPDX-License-Identifier: MIT */
#include "bench/link/uart.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/link/buffer.h"
#include "bench/link/pace.h"

/*
 * A paced line reads ahead, and accepts ahead, a UART's FIFO or this much of
 * the line's time if that is more: what we may be late without a gap.
 */
#define FIFO_SIZE 16
#define AHEAD_NS (4 * NS_PER_MS)

/*
 * The socket's buffer, on QEMU's side, bridges the time until QEMU goes on
 * sending. It does so byte by byte; the kernel charges 768 bytes for each, and
 * doubles what is asked for.
 */
#define HIDDEN_NS (1400 * NS_PER_US)
#define SNDBUF_A_BYTE (768 / 2)

/*
 * An unpaced line runs as fast as QEMU takes bytes, which at FIFO trigger 1 is
 * 16 to 38 KB/s. Little may wait for it unseen, or a debugger's time-outs would
 * run while its request still lies in our own socket: small sends into the
 * smallest buffer there is hide at most a few hundred bytes.
 */
#define SEND_MAX 64

struct uart_link {
	struct link base;
	int fd;
	bool stale; /* committed to since the last step */
	struct uart_link_config config;
	size_t ahead_in, ahead_out;
	struct pace pace_in, pace_out;
	size_t passed; /* bytes of 'in' that are across the line */
	struct link_buffer in, out;
};

/* How many bytes the line would take ahead of time from the guest. */
static size_t wanted(struct uart_link *u)
{
	size_t waiting = u->in.len - u->passed;
	size_t room = LINK_BUFFER_SIZE - u->in.len;
	size_t want = u->pace_in.baud ? u->ahead_in - waiting : room;

	return want < room ? want : room;
}

static bool gone(struct err *err)
{
	return err_set(err, ERR_GUEST, "the guest's serial line was closed");
}

static bool receive(struct uart_link *u, struct err *err)
{
	size_t want = wanted(u);
	ssize_t n;

	if (!want)
		return true;
	(void)link_buffer_room(&u->in, want);
	n = recv(u->fd, link_buffer_end(&u->in), want, MSG_DONTWAIT);
	if (n > 0) {
		u->in.len += (size_t)n;
		u->base.counts.bytes_in += (uint64_t)n;
		return true;
	}
	if (n == 0 || errno == ECONNRESET)
		return gone(err);
	if (errno != EAGAIN && errno != EINTR)
		return err_sys(err, ERR_HOST, "cannot read the serial line");
	return true;
}

static bool transmit(struct uart_link *u, uint64_t now, struct err *err)
{
	size_t due = pace_pass(&u->pace_out, now, u->out.len);
	ssize_t n;

	if (!due)
		return true;
	if (!u->pace_out.baud && due > SEND_MAX)
		due = SEND_MAX;
	n = send(u->fd, link_buffer_start(&u->out), due,
		 MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0) {
		if (errno == EPIPE || errno == ECONNRESET)
			return gone(err);
		if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, ERR_HOST,
				       "cannot write to the serial line");
		n = 0;
	}
	if (u->pace_out.baud && (size_t)n < due)
		pace_refused(&u->pace_out, due - (size_t)n);
	u->base.counts.bytes_out += (uint64_t)n;
	link_buffer_drop(&u->out, (size_t)n);
	return true;
}

static bool uart_step(struct link *l, uint64_t now, uint64_t *next,
		      struct err *err)
{
	struct uart_link *u = (struct uart_link *)l;
	uint64_t out_next;

	u->stale = false;
	if (!receive(u, err) || !transmit(u, now, err))
		return false;
	u->passed += pace_pass(&u->pace_in, now, u->in.len - u->passed);
	l->counts.lost_credit_bytes = u->pace_in.lost + u->pace_out.lost;
	*next = pace_next_ns(&u->pace_in);
	out_next = pace_next_ns(&u->pace_out);
	if (out_next < *next)
		*next = out_next;
	return true;
}

static unsigned uart_peek(struct link *l, struct kd_span in[2])
{
	struct uart_link *u = (struct uart_link *)l;

	in[0] = (struct kd_span){ link_buffer_start(&u->in), u->passed };
	return u->passed ? 1 : 0;
}

static void uart_consume(struct link *l, size_t len)
{
	struct uart_link *u = (struct uart_link *)l;

	u->passed -= len;
	link_buffer_drop(&u->in, len);
}

static unsigned uart_reserve(struct link *l, struct kd_room out[2])
{
	struct uart_link *u = (struct uart_link *)l;
	size_t room;

	if (u->out.len >= u->ahead_out)
		return 0;
	room = link_buffer_room(&u->out, u->ahead_out - u->out.len);
	if (room > u->ahead_out - u->out.len)
		room = u->ahead_out - u->out.len;
	out[0] = (struct kd_room){ link_buffer_end(&u->out), room };
	return 1;
}

static void uart_commit(struct link *l, size_t len)
{
	struct uart_link *u = (struct uart_link *)l;

	u->out.len += len;
	u->stale = len != 0;
}

/* A step not yet taken is work: only it knows when the new bytes are due. */
static bool uart_arm(struct link *l)
{
	return ((struct uart_link *)l)->stale;
}

static void uart_disarm(struct link *l)
{
	(void)l;
}

/*
 * Of a busy paced line the deadline tells; its socket always has bytes. A far
 * end that refuses bytes of a paced line is asked again at the next deadline.
 */
static unsigned uart_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	struct uart_link *u = (struct uart_link *)l;
	bool waits = u->pace_in.baud && u->in.len > u->passed;
	short events = 0;

	if (!waits && wanted(u))
		events |= POLLIN;
	if (!u->pace_out.baud && u->out.len)
		events |= POLLOUT;
	fds[0] = (struct pollfd){ .fd = u->fd, .events = events };
	return 1;
}

/* Bytes that the line takes 'ns' for, but a FIFO at least; unpaced, plenty. */
static size_t ahead(uint64_t baud, uint64_t ns)
{
	uint64_t bytes = pace_bytes(baud, ns);

	if (!baud || bytes > LINK_BUFFER_SIZE / 2)
		return LINK_BUFFER_SIZE / 2;
	return bytes < FIFO_SIZE ? FIFO_SIZE : (size_t)bytes;
}

/* Let an end hold no more than about so many unsent bytes, sent one by one. */
static bool shorten(int fd, size_t bytes, struct err *err)
{
	int size = (int)(bytes * SNDBUF_A_BYTE);

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) < 0)
		return err_sys(err, ERR_HOST,
			       "cannot size the serial line's buffer");
	return true;
}

/* A silent line in the place of the one there is, if any. */
static bool uart_renew(struct link *l, int *guest_fd, struct err *err)
{
	struct uart_link *u = (struct uart_link *)l;
	const struct uart_link_config *c = &u->config;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	if (u->fd >= 0)
		close(u->fd);
	u->fd = ends[0];
	u->passed = 0;
	u->stale = false;
	link_buffer_drop(&u->in, u->in.len);
	link_buffer_drop(&u->out, u->out.len);
	u->pace_in = (struct pace){ .baud = c->baud_to_debugger,
				    .lost = u->pace_in.lost };
	u->pace_out = (struct pace){ .baud = c->baud_to_target,
				     .lost = u->pace_out.lost };
	/* QEMU's end: the guest feels the line. Ours: see SEND_MAX. */
	if ((c->baud_to_debugger &&
	     !shorten(ends[1], ahead(c->baud_to_debugger, HIDDEN_NS), err)) ||
	    !shorten(ends[0], c->baud_to_target ? u->ahead_out : 1, err)) {
		close(ends[1]);
		return false;
	}
	*guest_fd = ends[1];
	return true;
}

static void uart_free(struct link *l)
{
	struct uart_link *u = (struct uart_link *)l;

	if (u->fd >= 0)
		close(u->fd);
	free(u);
}

static const struct link_ops uart_ops = {
	.kind = "uart",
	.step = uart_step,
	.peek = uart_peek,
	.consume = uart_consume,
	.reserve = uart_reserve,
	.commit = uart_commit,
	.arm = uart_arm,
	.disarm = uart_disarm,
	.fds = uart_fds,
	.renew = uart_renew,
	.free = uart_free,
};

bool uart_link_open(struct link **link, const struct uart_link_config *config,
		    int *guest_fd, struct err *err)
{
	struct uart_link *u = mem_alloc(sizeof(*u));

	u->base.ops = &uart_ops;
	u->base.framing = LINK_STREAM;
	u->base.counts.doorbells_in = UINT64_MAX;
	u->base.counts.doorbells_out = UINT64_MAX;
	u->fd = -1;
	u->config = *config;
	u->ahead_in = ahead(config->baud_to_debugger, AHEAD_NS);
	u->ahead_out = config->baud_to_target
			       ? ahead(config->baud_to_target, AHEAD_NS)
			       : SEND_MAX;
	if (!uart_renew(&u->base, guest_fd, err)) {
		uart_free(&u->base);
		return false;
	}
	*link = &u->base;
	return true;
}
