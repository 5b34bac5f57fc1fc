/* SPDX-License-Identifier: MIT */
/* The monitor's client, with this test in the place of QEMU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/launch/qmp.h"

#define PATIENCE_NS UINT64_C(10000000000)

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define READY "{\"return\": {}, \"id\": 1}\r\n"
#define EVENT "{\"timestamp\": {}, \"event\": \"STOP\"}\r\n"

/* A client, and what its monitor will have said. */
static struct qmp *client(const char *said, int *monitor)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(write(ends[1], said, strlen(said)), strlen(said));
	*monitor = ends[1];
	return qmp_new(ends[0]);
}

static void assert_asked(int monitor, const char *what)
{
	char text[4096];
	ssize_t n = recv(monitor, text, sizeof(text) - 1, MSG_DONTWAIT);

	assert_true(n > 0);
	text[n] = 0;
	assert_non_null(strstr(text, what));
}

static void test_qmp__negotiates_before_the_first_command(void **state)
{
	struct err err = { 0 };
	json_t *result = NULL;
	int monitor;
	struct qmp *q = client(GREETING EVENT READY EVENT
			       "{\"return\": {\"a\": 5}, \"id\": 2}\r\n",
			       &monitor);

	(void)state;
	assert_true(qmp_execute(q, "query-something", NULL, &result,
				PATIENCE_NS, &err));
	assert_int_equal(json_integer_value(json_object_get(result, "a")), 5);
	json_decref(result);
	assert_asked(monitor, "qmp_capabilities");
	qmp_free(q);
	close(monitor);
}

#define NOT EXIT_UNKNOWN

/* What is answered, with ' for ", and what is learnt from it. */
static const struct {
	const char *answer;
	bool known;
	uint64_t of[EXIT_KIND_COUNT];
} exit_cases[] = {
	/* In any order, with what nobody asked for. */
	{ "[{'provider':'kvm','stats':[{'name':'insn_emulation','value':6},"
	  "{'name':'exits','value':44252},{'name':'more','value':7},"
	  "{'name':'io_exits','value':2},{'name':'mmio_exits','value':3},"
	  "{'name':'halt_exits','value':4},"
	  "{'name':'irq_injections','value':0}]}]",
	  true,
	  { 44252, 2, 3, 4, 0, 6 } },
	/* Kinds that this KVM does not count, or not as a number. */
	{ "[{'stats':[{'name':'exits','value':5},"
	  "{'name':'io_exits','value':true},"
	  "{'name':'halt_exits','value':[1,2]},"
	  "{'name':'mmio_exits','value':-1}]}]",
	  true,
	  { 5, NOT, NOT, NOT, NOT, NOT } },
	/* Two virtual CPUs. */
	{ "[{'stats':[{'name':'exits','value':5},"
	  "{'name':'io_exits','value':1}]},"
	  "{'stats':[{'name':'exits','value':7}]}]",
	  true,
	  { 12, 1, NOT, NOT, NOT, NOT } },
	{ "[]", false, { 0 } }, /* TCG says so, without an error */
	{ "[{'stats':[]}]", false, { 0 } },
	{ "[{'stats':[{'value':7}]}]", false, { 0 } },
	{ "[{'stats':[{'name':7,'value':7}]}]", false, { 0 } },
	{ "[{'stats':[{'name':'exits','value':'many'}]}]", false, { 0 } },
	{ "[{'stats':{'exits':7}}, 8, null]", false, { 0 } },
	{ "{}", false, { 0 } },
	{ "7", false, { 0 } },
};

static void test_qmp__counts_exits_by_kind_where_somebody_does(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(exit_cases); i++) {
		bool known = exit_cases[i].known;
		struct err err = { 0 };
		struct exit_counts exits;
		char said[1024];
		int monitor;
		struct qmp *q;

		snprintf(said, sizeof(said),
			 GREETING READY "{\"id\": 2, \"return\": %s}\r\n",
			 exit_cases[i].answer);
		for (char *at = said; *at; at++)
			*at = *at == '\'' ? '"' : *at;
		q = client(said, &monitor);
		assert_int_equal(qmp_kvm_exits(q, &exits, PATIENCE_NS, &err),
				 known);
		for (unsigned k = 0; known && k < EXIT_KIND_COUNT; k++)
			if (exits.of[k] != exit_cases[i].of[k])
				fail_msg("case %u: %s", i, exit_names[k]);
		assert_int_equal(err.kind, known ? ERR_NONE : ERR_HOST);
		assert_asked(monitor, "\"irq_injections\"");
		qmp_free(q);
		close(monitor);
	}
}

static void test_qmp__what_is_unknown_at_one_end_is_unknown(void **state)
{
	const struct exit_counts from = { { 10, 20, NOT, 40, 50, 60 } };
	struct exit_counts to = { { 11, NOT, 30, 40, 49, 160 } };
	const struct exit_counts want = { { 1, NOT, NOT, 0, NOT, 100 } };

	(void)state;
	exit_counts_since(&to, &from);
	assert_memory_equal(&to, &want, sizeof(to));
}

/* Whatever the other side says or does not say: an error, and soon. */
static void test_qmp__fails_in_words(void **state)
{
	static const struct {
		const char *said;
		bool closes;
		const char *failure;
	} cases[] = {
		{ "", false, "silent" },
		{ GREETING, false, "silent" },
		{ GREETING READY, true, "closed" },
		{ "", true, "closed" },
		{ "hello\n", false, "nonsense" },
		{ "[1]\n", false, "nonsense" },
		{ "{\"id\": 1}\n", false, "no reason" },
		{ GREETING READY "{\"id\":2,\"error\":{\"desc\":\"no such "
				 "thing\"}}\n",
		  false, "no such thing" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };
		int monitor;
		struct qmp *q = client(cases[i].said, &monitor);

		if (cases[i].closes)
			shutdown(monitor, SHUT_WR);
		assert_false(qmp_execute(q, "x", json_object(), NULL, 20000000,
					 &err));
		if (!strstr(err.text, cases[i].failure))
			fail_msg("case %u says: %s", i, err.text);
		qmp_free(q);
		close(monitor);
	}
}

/* All that was asked, and a descriptor that came with it, or -1. */
static int hear_all(int monitor, char *text, size_t size)
{
	size_t len = 0;
	int fd = -1;

	for (;;) {
		union {
			struct cmsghdr head;
			char space[CMSG_SPACE(sizeof(int))];
		} control;
		struct iovec data = { text + len, size - 1 - len };
		struct msghdr m = { .msg_iov = &data,
				    .msg_iovlen = 1,
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(monitor, &m, MSG_DONTWAIT);

		if (n <= 0)
			break;
		len += (size_t)n;
		if (!m.msg_controllen)
			continue;
		assert_int_equal(fd, -1);
		memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	}
	text[len] = '\0';
	return fd;
}

static void test_qmp__saves_memory_through_a_descriptor(void **state)
{
	struct err err = { 0 };
	char text[4096], byte = 'x';
	int monitor, got, ends[2];
	struct qmp *q = client(GREETING READY
			       "{\"return\": {\"fdset-id\": 3, \"fd\": 17}, "
			       "\"id\": 2}\n"
			       "{\"return\": {}, \"id\": 3}\n"
			       "{\"return\": {}, \"id\": 4}\n",
			       &monitor);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(qmp_save_memory(q, 4096, 8192, ends[1], PATIENCE_NS, &err));
	got = hear_all(monitor, text, sizeof(text));
	assert_true(got >= 0);
	/* It is the same file. */
	assert_int_equal(write(got, &byte, 1), 1);
	byte = 0;
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_non_null(strstr(text, "add-fd"));
	assert_non_null(strstr(text, "\"val\":4096"));
	assert_non_null(strstr(text, "\"size\":8192"));
	assert_non_null(strstr(text, "/proc/self/fd/17"));
	assert_non_null(strstr(text, "\"fdset-id\":3"));
	close(got);
	close(ends[0]);
	close(ends[1]);
	qmp_free(q);
	close(monitor);
}

static void test_qmp__says_why_memory_was_not_saved(void **state)
{
	static const struct {
		const char *said, *failure;
	} cases[] = {
		{ "{\"error\": {\"desc\": \"no fds\"}, \"id\": 2}\n",
		  "no fds" },
		{ "{\"return\": {\"fdset-id\": 3}, \"id\": 2}\n",
		  "took no descriptor" },
		{ "{\"return\": 7, \"id\": 2}\n", "took no descriptor" },
		{ "{\"return\": {\"fdset-id\": 3, \"fd\": 17}, \"id\": 2}\n"
		  "{\"error\": {\"desc\": \"no such memory\"}, \"id\": 3}\n"
		  "{\"return\": {}, \"id\": 4}\n",
		  "no such memory" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };
		char said[1024];
		int monitor;
		struct qmp *q;

		snprintf(said, sizeof(said), GREETING READY "%s",
			 cases[i].said);
		q = client(said, &monitor);
		assert_false(qmp_save_memory(q, 0, 1, 0, 20000000, &err));
		if (!strstr(err.text, cases[i].failure))
			fail_msg("case %u says: %s", i, err.text);
		qmp_free(q);
		close(monitor);
	}
}

#define RESET "{\"timestamp\": {}, \"event\": \"RESET\"}\n"

/* It has happened when the event says so, before the answer or behind it. */
static void test_qmp__waits_for_a_reset(void **state)
{
	static const struct {
		const char *said;
		bool ok;
	} cases[] = {
		{ RESET "{\"return\": {}, \"id\": 2}\n", true },
		{ "{\"return\": {}, \"id\": 2}\n" EVENT RESET, true },
		{ "{\"return\": {}, \"id\": 2}\n" EVENT, false },
		{ "{\"return\": {}, \"id\": 2}\n{\"event\": 7}\n", false },
		{ "{\"error\": {}, \"id\": 2}\n", false },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };
		char said[1024];
		int monitor;
		struct qmp *q;

		snprintf(said, sizeof(said), GREETING READY "%s",
			 cases[i].said);
		q = client(said, &monitor);
		if (qmp_system_reset(q, 20000000, &err) != cases[i].ok)
			fail_msg("case %u: %s", i, err.text);
		assert_asked(monitor, "\"system_reset\"");
		qmp_free(q);
		close(monitor);
	}
}

static void test_qmp__hands_a_socket_to_a_character_device(void **state)
{
	struct err err = { 0 };
	char text[4096];
	int monitor, got, ends[2];
	struct qmp *q = client(GREETING READY "{\"return\": {}, \"id\": 2}\n"
					      "{\"return\": {}, \"id\": 3}\n",
			       &monitor);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(qmp_change_socket(q, "kd", ends[1], PATIENCE_NS, &err));
	got = hear_all(monitor, text, sizeof(text));
	assert_true(got >= 0);
	assert_non_null(strstr(text, "\"getfd\""));
	assert_non_null(strstr(text, "\"chardev-change\""));
	assert_non_null(strstr(text, "\"id\":\"kd\""));
	close(got);
	close(ends[0]);
	close(ends[1]);
	qmp_free(q);
	close(monitor);
}

static void *talk_for_ever(void *arg)
{
	char text[4096];

	memset(text, 'x', sizeof(text));
	while (send(*(int *)arg, text, sizeof(text), MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

static void test_qmp__does_not_listen_for_ever(void **state)
{
	struct err err = { 0 };
	pthread_t thread;
	int monitor;
	struct qmp *q = client("", &monitor);

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, talk_for_ever, &monitor),
			 0);
	assert_false(qmp_execute(q, "x", NULL, NULL, PATIENCE_NS, &err));
	assert_non_null(strstr(err.text, "too much"));
	qmp_free(q);
	pthread_join(thread, NULL);
	close(monitor);
}

static void test_qmp__notices_the_end(void **state)
{
	int monitor;
	struct qmp *q = client(GREETING, &monitor);

	(void)state;
	assert_false(qmp_closed(q));
	close(monitor);
	assert_true(qmp_closed(q));
	qmp_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qmp__negotiates_before_the_first_command),
		cmocka_unit_test(
			test_qmp__counts_exits_by_kind_where_somebody_does),
		cmocka_unit_test(
			test_qmp__what_is_unknown_at_one_end_is_unknown),
		cmocka_unit_test(test_qmp__fails_in_words),
		cmocka_unit_test(test_qmp__saves_memory_through_a_descriptor),
		cmocka_unit_test(test_qmp__says_why_memory_was_not_saved),
		cmocka_unit_test(test_qmp__waits_for_a_reset),
		cmocka_unit_test(
			test_qmp__hands_a_socket_to_a_character_device),
		cmocka_unit_test(test_qmp__does_not_listen_for_ever),
		cmocka_unit_test(test_qmp__notices_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
