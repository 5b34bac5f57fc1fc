/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/link/endpoint.h"

/* One debugger at a time; a second one waits for the first to leave. */
#define BACKLOG 1

static bool cannot(struct endpoint_listener *l, const struct endpoint *e,
		   struct err *err)
{
	err_sys(err, ERR_HOST, "cannot listen at '%s'", e->text);
	endpoint_close(l);
	return false;
}

static bool taken(const char *path, const char *what, struct err *err)
{
	err_set(err, ERR_HOST, "'%s' is there already%s", path, what);
	return err_hint(err, "choose another path, or remove it");
}

/* Remember what was made at 'path', so that only that is removed. */
static void remember(struct endpoint_listener *l, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return;
	l->device = st.st_dev;
	l->inode = st.st_ino;
	snprintf(l->path, sizeof(l->path), "%s", path);
}

/* --- unix ----------------------------------------------------------------- */

/* Nobody listens at this socket: whoever made it has ended without a word. */
static bool is_stale(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool stale = fd >= 0 &&
		     connect(fd, (const struct sockaddr *)at, sizeof(*at)) <
			     0 &&
		     errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return stale;
}

static bool clear_socket(const struct sockaddr_un *at, struct err *err)
{
	struct stat st;

	if (lstat(at->sun_path, &st) < 0)
		return true;
	if (!S_ISSOCK(st.st_mode))
		return taken(at->sun_path, " and is not a socket", err);
	if (!is_stale(at))
		return taken(at->sun_path, ", and somebody listens there", err);
	if (unlink(at->sun_path) < 0)
		return err_sys(err, ERR_HOST, "cannot remove '%s'",
			       at->sun_path);
	return true;
}

static bool listen_unix(struct endpoint_listener *l, const struct endpoint *e,
			struct err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", e->name);
	if (!clear_socket(&at, err))
		return false;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Whoever connects rules the target: nobody else may. */
	if (l->fd < 0 || fchmod(l->fd, 0600) < 0 ||
	    bind(l->fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return cannot(l, e, err);
	remember(l, e->name);
	if (listen(l->fd, BACKLOG) < 0)
		return cannot(l, e, err);
	snprintf(l->where, sizeof(l->where), "unix:%s", e->name);
	return true;
}

/* --- tcp ------------------------------------------------------------------ */

/* A socket bound to 'at' that listens, or -1 and errno. */
static int bound(const struct addrinfo *at)
{
	int fd = socket(at->ai_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, error;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, at->ai_addr, at->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* What the kernel made of it: the port, if any would do. */
static bool tell_where(struct endpoint_listener *l, struct err *err)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	bool ok = !getsockname(l->fd, (struct sockaddr *)&at, &len) &&
		  !getnameinfo((const struct sockaddr *)&at, len, host,
			       sizeof(host), port, sizeof(port),
			       NI_NUMERICHOST | NI_NUMERICSERV);

	if (!ok)
		return err_set(err, ERR_HOST, "cannot tell the port");
	snprintf(l->where, sizeof(l->where),
		 strchr(host, ':') ? "tcp:[%.80s]:%.8s" : "tcp:%.80s:%.8s",
		 host, port);
	return true;
}

static bool listen_tcp(struct endpoint_listener *l, const struct endpoint *e,
		       struct err *err)
{
	const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char port[8];
	int problem;

	snprintf(port, sizeof(port), "%u", e->port);
	problem = getaddrinfo(*e->name ? e->name : "127.0.0.1", port, &wanted,
			      &found);
	if (problem)
		return err_set(err, ERR_HOST, "cannot find '%s': %s", e->text,
			       gai_strerror(problem));
	for (struct addrinfo *a = found; a && l->fd < 0; a = a->ai_next)
		l->fd = bound(a);
	problem = errno;
	freeaddrinfo(found);
	errno = problem;
	if (l->fd < 0)
		return cannot(l, e, err);
	if (tell_where(l, err))
		return true;
	endpoint_close(l);
	return false;
}

/* --- pty ------------------------------------------------------------------ */

/* Put a link to the terminal at 'path', in place of one that leads nowhere. */
static bool link_to(struct endpoint_listener *l, const char *slave,
		    const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (!S_ISLNK(st.st_mode) || stat(path, &st) == 0)
			return taken(path, "", err);
		(void)unlink(path);
	}
	if (symlink(slave, path) < 0)
		return err_sys(err, ERR_HOST, "cannot make the link '%s'",
			       path);
	remember(l, path);
	return true;
}

static bool listen_pty(struct endpoint_listener *l, const struct endpoint *e,
		       struct err *err)
{
	char slave[64];

	l->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (l->fd < 0 || grantpt(l->fd) < 0 || unlockpt(l->fd) < 0 ||
	    ptsname_r(l->fd, slave, sizeof(slave)))
		return cannot(l, e, err);
	if (!endpoint_make_raw(l->fd, slave, err) ||
	    (*e->name && !link_to(l, slave, e->name, err))) {
		endpoint_close(l);
		return false;
	}
	snprintf(l->where, sizeof(l->where), "pty:%s",
		 *e->name ? e->name : slave);
	return true;
}

/* --- all of them ---------------------------------------------------------- */

bool endpoint_listen(struct endpoint_listener *l, const struct endpoint *e,
		     struct err *err)
{
	*l = (struct endpoint_listener){ .kind = e->kind, .fd = -1 };
	switch (e->kind) {
	case ENDPOINT_UNIX: return listen_unix(l, e, err);
	case ENDPOINT_TCP: return listen_tcp(l, e, err);
	case ENDPOINT_PTY: return listen_pty(l, e, err);
	case ENDPOINT_FD: break;
	}
	err_set(err, ERR_USAGE, "cannot listen at '%s'", e->text);
	return err_hint(err, "write unix:PATH, tcp:PORT, pty or pty:PATH");
}

/* The master's end, if a user may still come or is there. */
static bool accept_pty(struct endpoint_listener *l, int *fd, struct err *err)
{
	struct pollfd p = { .fd = l->fd };

	if (poll(&p, 1, 0) > 0 && p.revents & POLLHUP)
		return true;
	/* The last user may have changed the terminal's ways. */
	if (!endpoint_make_raw(l->fd, l->where, err))
		return false;
	*fd = fcntl(l->fd, F_DUPFD_CLOEXEC, 3);
	return *fd >= 0 || err_sys(err, ERR_HOST, "cannot use '%s'", l->where);
}

bool endpoint_accept(struct endpoint_listener *l, int *fd, struct err *err)
{
	int on = 1;

	*fd = -1;
	if (l->kind == ENDPOINT_PTY)
		return accept_pty(l, fd, err);
	*fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (*fd < 0 && errno != EAGAIN && errno != EINTR &&
	    errno != ECONNABORTED)
		return err_sys(err, ERR_HOST, "cannot accept at '%s'",
			       l->where);
	if (*fd >= 0 && l->kind == ENDPOINT_TCP)
		(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on,
				 sizeof(on));
	return true;
}

void endpoint_close(struct endpoint_listener *l)
{
	struct stat st;

	if (l->path[0] && lstat(l->path, &st) == 0 && st.st_dev == l->device &&
	    st.st_ino == l->inode)
		(void)unlink(l->path);
	l->path[0] = 0;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
