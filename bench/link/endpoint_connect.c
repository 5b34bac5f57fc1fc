/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/link/endpoint.h"

/* Might it work once the other end is there? */
static bool may_come(int error)
{
	return error == ENOENT || error == ECONNREFUSED || error == EAGAIN ||
	       error == ETIMEDOUT || error == EHOSTUNREACH ||
	       error == ENETUNREACH || error == ENXIO || error == EIO ||
	       error == EINTR;
}

/* Say what errno says, and what to do about it. */
static bool cannot(const struct endpoint *e, bool *later, struct err *err)
{
	int error = errno;

	*later = may_come(error);
	err_sys(err, ERR_HOST, "cannot connect to '%s'", e->text);
	if (*later)
		return err_hint(err, "start the target's side first, so that "
				     "it listens there");
	if (error == EACCES || error == EPERM)
		return err_hint(err, "this user needs the right to read and "
				     "write it");
	return false;
}

/* Wait for a connection that is being made; errno says why it was not. */
static bool connected(int fd, uint64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	for (;;) {
		uint64_t now = clock_now_ns();
		uint64_t left = until > now ? (until - now) / NS_PER_MS : 0;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);

		if (n > 0)
			break;
		if (n < 0 || !left) {
			errno = n < 0 ? errno : ETIMEDOUT;
			return false;
		}
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return false;
	errno = error;
	return !error;
}

/* A socket on its way to 'to', or -1 and errno. */
static int reach(const struct sockaddr *to, socklen_t len, uint64_t until)
{
	int fd = socket(to->sa_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -1;
	if (!connect(fd, to, len) ||
	    (errno == EINPROGRESS && connected(fd, until)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static bool connect_unix(const struct endpoint *e, uint64_t until, int *fd,
			 bool *later, struct err *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", e->name);
	*fd = reach((const struct sockaddr *)&to, sizeof(to), until);
	return *fd >= 0 || cannot(e, later, err);
}

static bool connect_tcp(const struct endpoint *e, uint64_t until, int *fd,
			bool *later, struct err *err)
{
	const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char port[8];
	int problem, on = 1;

	snprintf(port, sizeof(port), "%u", e->port);
	problem = getaddrinfo(*e->name ? e->name : NULL, port, &wanted, &found);
	if (problem) {
		err_set(err, ERR_HOST, "cannot find '%s': %s", e->text,
			gai_strerror(problem));
		return err_hint(err, "check the host's name, or write its "
				     "address");
	}
	*fd = -1;
	for (struct addrinfo *a = found; a && *fd < 0; a = a->ai_next)
		*fd = reach(a->ai_addr, a->ai_addrlen, until);
	problem = errno;
	freeaddrinfo(found);
	errno = problem;
	if (*fd < 0)
		return cannot(e, later, err);
	(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return true;
}

bool endpoint_make_raw(int fd, const char *name, struct err *err)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0) {
		err_sys(err, ERR_HOST, "'%s' is not a terminal", name);
		return err_hint(err, "name a serial device or a pseudo "
				     "terminal");
	}
	cfmakeraw(&t);
	t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	t.c_cflag |= CREAD | CLOCAL;
	t.c_iflag &= ~(tcflag_t)(IXOFF | IXANY | INPCK);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &t) < 0)
		return err_sys(err, ERR_HOST, "cannot make '%s' raw", name);
	return true;
}

static bool connect_pty(const struct endpoint *e, int *fd, bool *later,
			struct err *err)
{
	if (!*e->name) {
		err_set(err, ERR_USAGE, "'%s' does not say which", e->text);
		return err_hint(err, "write pty:PATH, such as pty:/dev/ttyS0");
	}
	*fd = open(e->name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return cannot(e, later, err);
	if (endpoint_make_raw(*fd, e->name, err))
		return true;
	close(*fd);
	return false;
}

/* A connected stream socket or a terminal? */
static bool can_carry(int fd, struct err *err)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(int);
	int type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0) {
		if (errno != ENOTSOCK || !isatty(fd))
			return err_set(err, ERR_HOST,
				       "it is neither a socket nor a terminal");
		return endpoint_make_raw(fd, "it", err);
	}
	len = sizeof(peer);
	if (type != SOCK_STREAM ||
	    getpeername(fd, (struct sockaddr *)&peer, &len) < 0)
		return err_set(err, ERR_HOST,
			       "it is not a connected stream socket");
	return true;
}

static bool connect_fd(const struct endpoint *e, int *fd, struct err *err)
{
	int flags;

	*fd = fcntl(e->fd, F_DUPFD_CLOEXEC, 3);
	if (*fd < 0) {
		err_sys(err, ERR_HOST, "cannot use '%s'", e->text);
		return err_hint(err, "the caller must open it and let it be "
				     "inherited");
	}
	flags = fcntl(*fd, F_GETFL);
	if (can_carry(*fd, err) && flags >= 0 &&
	    fcntl(*fd, F_SETFL, flags | O_NONBLOCK) >= 0)
		return true;
	close(*fd);
	err_sys(err, ERR_HOST, "it cannot be used");
	return err_while(err, "cannot use '%s'", e->text);
}

bool endpoint_connect(const struct endpoint *e, uint64_t timeout_ns, int *fd,
		      bool *later, struct err *err)
{
	uint64_t until = clock_now_ns() + timeout_ns;

	*later = false;
	switch (e->kind) {
	case ENDPOINT_UNIX: return connect_unix(e, until, fd, later, err);
	case ENDPOINT_TCP: return connect_tcp(e, until, fd, later, err);
	case ENDPOINT_PTY: return connect_pty(e, fd, later, err);
	case ENDPOINT_FD: return connect_fd(e, fd, err);
	}
	return false;
}
