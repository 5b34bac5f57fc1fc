/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/link/endpoint.h"

/* Long enough for any machine; nothing that succeeds takes it. */
#define PLENTY (10 * NS_PER_S)

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/kdbench-endpoint-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* Fails if something was left behind. */
static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* "KIND:FOLDER/NAME" */
static const char *at(const char *kind, const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s:%s/%s", kind, folder, name);
	return text;
}

static const char *path_of(const char *text)
{
	return strchr(text, ':') + 1;
}

static struct endpoint parsed(const char *text)
{
	struct endpoint e;
	struct err err = { 0 };

	assert_true(endpoint_parse(&e, text, &err));
	return e;
}

static void listening(struct endpoint_listener *l, const char *text)
{
	struct endpoint e = parsed(text);
	struct err err = { 0 };

	if (!endpoint_listen(l, &e, &err))
		fail_msg("%s", err.text);
}

static int connected_to(const char *text)
{
	struct endpoint e = parsed(text);
	struct err err = { 0 };
	bool later;
	int fd = -1;

	if (!endpoint_connect(&e, PLENTY, &fd, &later, &err))
		fail_msg("%s", err.text);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	return fd;
}

static int accepted(struct endpoint_listener *l)
{
	struct err err = { 0 };
	int fd = -1;

	for (int i = 0; i < 1000 && fd < 0; i++) {
		assert_true(endpoint_accept(l, &fd, &err));
		if (fd < 0)
			usleep(1000);
	}
	assert_true(fd >= 0);
	return fd;
}

/* Bytes cross unchanged, also those that a terminal would act on. */
static void assert_crosses(int from, int to)
{
	const char sent[] = "\x03\r\n\x11\x13\x04\x7f"
			    "bi0\xff";
	char got[sizeof(sent)] = { 0 };
	size_t len = 0;

	assert_int_equal(write(from, sent, sizeof(sent)), sizeof(sent));
	for (int i = 0; i < 1000 && len < sizeof(sent); i++) {
		ssize_t n = read(to, got + len, sizeof(got) - len);

		if (n > 0)
			len += (size_t)n;
		else
			usleep(1000);
	}
	assert_int_equal(len, sizeof(sent));
	assert_memory_equal(got, sent, sizeof(sent));
}

static void assert_carries(const char *text)
{
	struct endpoint_listener l;
	int near, far;

	listening(&l, text);
	near = connected_to(l.where);
	far = accepted(&l);
	assert_crosses(near, far);
	assert_crosses(far, near);
	close(near);
	close(far);
	endpoint_close(&l);
	endpoint_close(&l);
}

/* What 'text' fails with when connected to, and whether later may help. */
static void assert_refused(const char *text, const char *why, bool may_come)
{
	struct endpoint e = parsed(text);
	struct err err = { 0 };
	bool later = !may_come;
	int fd;

	assert_false(endpoint_connect(&e, PLENTY, &fd, &later, &err));
	assert_int_equal(err.kind, ERR_HOST);
	assert_non_null(strstr(err.text, why));
	assert_null(strchr(err.text, '\n'));
	assert_true(err.hint[0]);
	assert_int_equal(later, may_come);
}

static void assert_taken(const char *text)
{
	struct endpoint_listener l;
	struct endpoint e = parsed(text);
	struct err err = { 0 };

	assert_false(endpoint_listen(&l, &e, &err));
	assert_int_equal(err.kind, ERR_HOST);
	assert_non_null(strstr(err.text, "is there already"));
	assert_true(err.hint[0]);
}

static void test_endpoint__reads_each_kind(void **state)
{
	struct endpoint e;

	(void)state;
	e = parsed("unix:/tmp/x:y");
	assert_int_equal(e.kind, ENDPOINT_UNIX);
	assert_string_equal(e.name, "/tmp/x:y");
	e = parsed("tcp:4711");
	assert_int_equal(e.kind, ENDPOINT_TCP);
	assert_string_equal(e.name, "");
	assert_int_equal(e.port, 4711);
	e = parsed("tcp:host.example:65535");
	assert_string_equal(e.name, "host.example");
	assert_int_equal(e.port, 65535);
	e = parsed("tcp:[::1]:80");
	assert_string_equal(e.name, "::1");
	e = parsed("pty:/dev/ttyS0");
	assert_int_equal(e.kind, ENDPOINT_PTY);
	assert_string_equal(e.name, "/dev/ttyS0");
	e = parsed("pty");
	assert_int_equal(e.kind, ENDPOINT_PTY);
	assert_string_equal(e.name, "");
	e = parsed("fd:7");
	assert_int_equal(e.kind, ENDPOINT_FD);
	assert_int_equal(e.fd, 7);
	assert_string_equal(e.text, "fd:7");
}

static void test_endpoint__refuses_what_is_none(void **state)
{
	static const char *const wrong[] = {
		"",        "/tmp/x",     "unix:",      "unix",
		"tcp:",    "tcp:65536",  "tcp:-1",     "tcp:1x",
		"tcp::80", "tcp:host:",  "tcp:::1:80", "tcp:99999999999",
		"pty:",    "ptyx",       "fd:",        "fd:-1",
		"fd:1 ",   "fd:9999999", "udp:1:2",
	};
	char text[ENDPOINT_TEXT_MAX + 8];

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct err err = { 0 };
		struct endpoint e;

		if (endpoint_parse(&e, wrong[i], &err))
			fail_msg("'%s' was accepted", wrong[i]);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(err.hint[0]);
	}
	/* A path that no socket can have, and one that no buffer here has. */
	for (size_t len = 108; len < sizeof(text); len += 150) {
		struct err err = { 0 };
		struct endpoint e;

		memset(text, 'x', sizeof(text));
		memcpy(text, "unix:", 5);
		text[len + 5 < sizeof(text) ? len + 5 : sizeof(text) - 1] = 0;
		assert_false(endpoint_parse(&e, text, &err));
	}
}

static void test_endpoint__unix_carries_bytes(void **state)
{
	struct endpoint_listener l;
	struct stat st;

	(void)state;
	assert_carries(at("unix", "s"));
	assert_int_equal(access(path_of(at("unix", "s")), F_OK), -1);
	listening(&l, at("unix", "s"));
	assert_int_equal(stat(path_of(at("unix", "s")), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	endpoint_close(&l);
}

static void test_endpoint__unix_replaces_only_a_stale_socket(void **state)
{
	struct endpoint_listener dead, l;
	const char *path = path_of(at("unix", "s"));
	int fd;

	(void)state;
	listening(&dead, at("unix", "s"));
	assert_taken(at("unix", "s"));
	/* Somebody moved it away: what is there now is not ours to remove. */
	assert_int_equal(unlink(path), 0);
	listening(&l, at("unix", "s"));
	endpoint_close(&dead);
	assert_int_equal(access(path, F_OK), 0);
	/* One that has ended without a word leaves its socket. */
	close(l.fd);
	l.fd = -1;
	listening(&dead, at("unix", "s"));
	endpoint_close(&dead);
	assert_int_equal(access(path, F_OK), -1);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_taken(at("unix", "s"));
	assert_int_equal(unlink(path), 0);
}

static void test_endpoint__tcp_carries_bytes(void **state)
{
	struct endpoint_listener l;

	(void)state;
	listening(&l, "tcp:0");
	assert_memory_equal(l.where, "tcp:127.0.0.1:", 14);
	assert_int_not_equal(atoi(l.where + 14), 0);
	endpoint_close(&l);
	assert_carries("tcp:0");
	assert_carries("tcp:localhost:0");
}

static void test_endpoint__pty_carries_bytes(void **state)
{
	struct endpoint_listener l;
	char link[128];

	(void)state;
	assert_carries("pty");
	assert_carries(at("pty", "p"));
	strcpy(link, path_of(at("pty", "p")));
	assert_int_equal(access(link, F_OK), -1);
	/* A link that leads nowhere is a leftover; any other is somebody's. */
	assert_int_equal(symlink("/dev/pts/none", link), 0);
	listening(&l, at("pty", "p"));
	assert_taken(at("pty", "p"));
	endpoint_close(&l);
}

static void test_endpoint__pty_waits_for_the_next_user(void **state)
{
	struct endpoint_listener l;
	struct err err = { 0 };
	int near, far, none;

	(void)state;
	listening(&l, "pty");
	near = connected_to(l.where);
	far = accepted(&l);
	close(far);
	close(near);
	assert_true(endpoint_accept(&l, &none, &err));
	assert_int_equal(none, -1);
	near = connected_to(l.where);
	far = accepted(&l);
	assert_crosses(near, far);
	close(far);
	close(near);
	endpoint_close(&l);
}

static void test_endpoint__fd_is_duplicated(void **state)
{
	int ends[2], pipes[2], fd, again;
	char text[32];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	snprintf(text, sizeof(text), "fd:%d", ends[0]);
	fd = connected_to(text);
	assert_int_not_equal(fd, ends[0]);
	assert_crosses(fd, ends[1]);
	close(fd);
	again = connected_to(text);
	assert_crosses(ends[1], again);
	close(again);
	close(ends[0]);
	close(ends[1]);
	assert_refused(text, "cannot use 'fd:", false);
	assert_int_equal(pipe(pipes), 0);
	snprintf(text, sizeof(text), "fd:%d", pipes[0]);
	{
		struct endpoint e = parsed(text);
		struct err err = { 0 };
		bool later;

		assert_false(endpoint_connect(&e, 0, &fd, &later, &err));
		assert_int_equal(err.kind, ERR_HOST);
		assert_non_null(strstr(err.text, "neither a socket nor"));
	}
	close(pipes[0]);
	close(pipes[1]);
}

static void test_endpoint__tells_what_may_come_later(void **state)
{
	struct endpoint_listener l;
	char where[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_refused(at("unix", "none"), "No such file", true);
	assert_refused(at("pty", "none"), "No such file", true);
	listening(&l, "tcp:0");
	strcpy(where, l.where);
	endpoint_close(&l);
	assert_refused(where, "Connection refused", true);
	assert_refused("pty:/dev/null", "is not a terminal", false);
}

static void test_endpoint__cannot_listen_at_an_fd(void **state)
{
	struct endpoint_listener l;
	struct endpoint e = parsed("fd:0");
	struct err err = { 0 };

	(void)state;
	assert_false(endpoint_listen(&l, &e, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	endpoint_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endpoint__reads_each_kind),
		cmocka_unit_test(test_endpoint__refuses_what_is_none),
		cmocka_unit_test(test_endpoint__unix_carries_bytes),
		cmocka_unit_test(
			test_endpoint__unix_replaces_only_a_stale_socket),
		cmocka_unit_test(test_endpoint__tcp_carries_bytes),
		cmocka_unit_test(test_endpoint__pty_carries_bytes),
		cmocka_unit_test(test_endpoint__pty_waits_for_the_next_user),
		cmocka_unit_test(test_endpoint__fd_is_duplicated),
		cmocka_unit_test(test_endpoint__tells_what_may_come_later),
		cmocka_unit_test(test_endpoint__cannot_listen_at_an_fd),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
