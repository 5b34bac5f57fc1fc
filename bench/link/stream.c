/* SPDX-License-Identifier: MIT */
#include "bench/link/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/buffer.h"

/*
 * What was written and not yet read runs against the debugger's time-outs. Who
 * listens on a local socket may be an emulated UART that takes 16 KB/s: small
 * sends into the smallest buffer there is hide at most a few hundred bytes.
 */
#define LOCAL_SEND_MAX 64
#define LOCAL_SNDBUF 1 /* the kernel makes it the smallest it has */

/* So much elsewhere; it is a packet of KD, all that is ever under way. */
#define SEND_MAX 4096

struct stream_link {
	struct link base;
	int fd;
	bool socket;       /* else a terminal */
	bool stale;        /* committed to since the last step */
	size_t ahead;      /* bytes that may be committed and not sent */
	size_t read_ahead; /* bytes that may be read and not consumed */
	struct link_buffer in, out;
};

/* Did the last read or write fail because nobody is at the far end? */
static bool is_gone(void)
{
	return errno == ECONNRESET || errno == EPIPE || errno == EIO ||
	       errno == ETIMEDOUT;
}

static bool is_busy(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static bool gone(struct err *err)
{
	return err_set(err, ERR_GUEST, "the target closed the connection");
}

static size_t wanted(const struct stream_link *s)
{
	return s->in.len < s->read_ahead ? s->read_ahead - s->in.len : 0;
}

static bool receive(struct stream_link *s, struct err *err)
{
	size_t want = wanted(s), room;
	ssize_t n;

	if (!want)
		return true;
	room = link_buffer_room(&s->in, want);
	if (room > want)
		room = want;
	n = read(s->fd, link_buffer_end(&s->in), room);
	if (n == 0 || (n < 0 && is_gone()))
		return gone(err);
	if (n < 0)
		return is_busy() ||
		       err_sys(err, ERR_HOST, "cannot read from the target");
	s->in.len += (size_t)n;
	s->base.counts.bytes_in += (uint64_t)n;
	return true;
}

static bool transmit(struct stream_link *s, struct err *err)
{
	size_t len = s->out.len < s->ahead ? s->out.len : s->ahead;
	const uint8_t *from = link_buffer_start(&s->out);
	ssize_t n;

	if (!len)
		return true;
	n = s->socket ? send(s->fd, from, len, MSG_NOSIGNAL)
		      : write(s->fd, from, len);
	if (n < 0 && is_gone())
		return gone(err);
	if (n < 0)
		return is_busy() ||
		       err_sys(err, ERR_HOST, "cannot write to the target");
	s->base.counts.bytes_out += (uint64_t)n;
	link_buffer_drop(&s->out, (size_t)n);
	return true;
}

static bool stream_step(struct link *l, uint64_t now, uint64_t *next,
			struct err *err)
{
	struct stream_link *s = (struct stream_link *)l;

	(void)now;
	s->stale = false;
	*next = UINT64_MAX;
	return receive(s, err) && transmit(s, err);
}

static unsigned stream_peek(struct link *l, struct kd_span in[2])
{
	struct stream_link *s = (struct stream_link *)l;

	in[0] = (struct kd_span){ link_buffer_start(&s->in), s->in.len };
	return s->in.len ? 1 : 0;
}

static void stream_consume(struct link *l, size_t len)
{
	link_buffer_drop(&((struct stream_link *)l)->in, len);
}

static unsigned stream_reserve(struct link *l, struct kd_room out[2])
{
	struct stream_link *s = (struct stream_link *)l;
	size_t room;

	if (s->out.len >= s->ahead)
		return 0;
	room = link_buffer_room(&s->out, s->ahead - s->out.len);
	if (room > s->ahead - s->out.len)
		room = s->ahead - s->out.len;
	out[0] = (struct kd_room){ link_buffer_end(&s->out), room };
	return 1;
}

static void stream_commit(struct link *l, size_t len)
{
	struct stream_link *s = (struct stream_link *)l;

	s->out.len += len;
	s->stale = len != 0;
}

/* A step not yet taken is work: it sends what was committed. */
static bool stream_arm(struct link *l)
{
	return ((struct stream_link *)l)->stale;
}

static void stream_disarm(struct link *l)
{
	(void)l;
}

static unsigned stream_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	struct stream_link *s = (struct stream_link *)l;
	short events = 0;

	if (wanted(s))
		events |= POLLIN;
	if (s->out.len)
		events |= POLLOUT;
	fds[0] = (struct pollfd){ .fd = s->fd, .events = events };
	return 1;
}

static void forget(struct stream_link *s)
{
	link_buffer_drop(&s->in, s->in.len);
	link_buffer_drop(&s->out, s->out.len);
	s->stale = false;
}

/* As deep as the one that it replaces was made, if that was a socket pair. */
static bool stream_renew(struct link *l, int *guest_fd, struct err *err)
{
	struct stream_link *s = (struct stream_link *)l;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	close(s->fd);
	s->fd = ends[0];
	forget(s);
	*guest_fd = ends[1];
	return true;
}

void stream_link_discard(struct link *link)
{
	struct stream_link *s = (struct stream_link *)link;
	uint8_t scrap[4096];

	while (read(s->fd, scrap, sizeof(scrap)) > 0)
		;
	forget(s);
}

static void stream_free(struct link *l)
{
	struct stream_link *s = (struct stream_link *)l;

	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static const struct link_ops stream_ops = {
	.kind = "stream",
	.step = stream_step,
	.peek = stream_peek,
	.consume = stream_consume,
	.reserve = stream_reserve,
	.commit = stream_commit,
	.arm = stream_arm,
	.disarm = stream_disarm,
	.fds = stream_fds,
	.renew = stream_renew,
	.free = stream_free,
};

/* Of which kind is it, and how much may lie in it unseen? */
static bool look_at(struct stream_link *s, bool shallow, struct err *err)
{
	int domain = 0, smallest = LOCAL_SNDBUF;
	socklen_t len = sizeof(domain);

	s->ahead = SEND_MAX;
	if (getsockopt(s->fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0) {
		if (errno == ENOTSOCK && isatty(s->fd))
			return true;
		return err_set(err, ERR_HOST,
			       "fd %d is neither a socket nor a terminal",
			       s->fd);
	}
	s->socket = true;
	if (domain != AF_UNIX || !shallow)
		return true;
	s->ahead = LOCAL_SEND_MAX;
	if (setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &smallest,
		       sizeof(smallest)) < 0)
		return err_sys(err, ERR_HOST, "cannot size fd %d's buffer",
			       s->fd);
	return true;
}

static bool open_stream(struct link **link, int fd, bool shallow,
			struct err *err)
{
	struct stream_link *s = mem_alloc(sizeof(*s));
	int flags = fcntl(fd, F_GETFL);

	s->base.ops = &stream_ops;
	s->base.framing = LINK_STREAM;
	s->base.counts.doorbells_in = UINT64_MAX;
	s->base.counts.doorbells_out = UINT64_MAX;
	s->fd = fd;
	s->read_ahead = LINK_BUFFER_SIZE;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		err_sys(err, ERR_HOST, "cannot use fd %d", fd);
		stream_free(&s->base);
		return false;
	}
	if (!look_at(s, shallow, err)) {
		stream_free(&s->base);
		return false;
	}
	*link = &s->base;
	return true;
}

bool stream_link_open(struct link **link, int fd, struct err *err)
{
	return open_stream(link, fd, true, err);
}

bool stream_link_open_deep(struct link **link, int fd, struct err *err)
{
	return open_stream(link, fd, false, err);
}

void stream_link_limit(struct link *link, size_t most)
{
	((struct stream_link *)link)->read_ahead = most;
}
