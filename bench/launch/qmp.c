/* SPDX-License-Identifier: MIT */
#include "bench/launch/qmp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/base/pass_fd.h"

/* Longer than any answer to what we ask; a longer line is a failure. */
#define LINE_MAX_SIZE 65536

struct qmp {
	int fd;
	bool ready; /* greeted, capabilities negotiated */
	json_int_t last_id;
	uint64_t resets; /* of the machine, as events have told */
	size_t len;      /* of what has been read of the lines to come */
	char text[LINE_MAX_SIZE];
};

struct qmp *qmp_new(int fd)
{
	struct qmp *q = mem_alloc(sizeof(*q));

	q->fd = fd;
	return q;
}

void qmp_free(struct qmp *q)
{
	if (!q)
		return;
	close(q->fd);
	free(q);
}

static bool wait_for(int fd, short events, uint64_t end, struct err *err)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		uint64_t now = clock_now_ns();
		int ms = now < end ? (int)((end - now) / NS_PER_MS) + 1 : 0;
		int n = poll(&p, 1, ms);

		if (n > 0)
			return true;
		if (n == 0 && !ms)
			return err_set(err, ERR_HOST,
				       "QEMU's monitor is silent");
		if (n < 0 && errno != EINTR)
			return err_sys(err, ERR_HOST,
				       "cannot poll the monitor");
	}
}

/* Read until there is a line; parse it and remove it from the buffer. */
static bool read_object(struct qmp *q, json_t **object, uint64_t end,
			struct err *err)
{
	char *newline;
	size_t used;

	while (!(newline = memchr(q->text, '\n', q->len))) {
		ssize_t n;

		if (q->len == sizeof(q->text))
			return err_set(err, ERR_HOST,
				       "QEMU's monitor says too much");
		if (!wait_for(q->fd, POLLIN, end, err))
			return false;
		n = recv(q->fd, q->text + q->len, sizeof(q->text) - q->len,
			 MSG_DONTWAIT);
		if (n == 0)
			return err_set(err, ERR_HOST,
				       "QEMU's monitor was closed");
		if (n > 0)
			q->len += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, ERR_HOST,
				       "cannot read the monitor");
	}
	used = (size_t)(newline - q->text) + 1;
	*object = json_loadb(q->text, used, 0, NULL);
	q->len -= used;
	memmove(q->text, newline + 1, q->len);
	if (!json_is_object(*object)) {
		json_decref(*object);
		return err_set(err, ERR_HOST, "QEMU's monitor talks nonsense");
	}
	return true;
}

/* The descriptor goes with the first byte. */
static bool write_all(struct qmp *q, const char *text, int fd, uint64_t end,
		      struct err *err)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = pass_fd(q->fd, text, len, fd, MSG_DONTWAIT);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
			fd = -1;
		} else if (errno != EAGAIN && errno != EINTR) {
			return err_sys(err, ERR_HOST,
				       "cannot write to the monitor");
		} else if (!wait_for(q->fd, POLLOUT, end, err)) {
			return false;
		}
	}
	return true;
}

/* Of what happens by itself only this matters to anybody. */
static void note_event(struct qmp *q, json_t *object)
{
	const char *event = json_string_value(json_object_get(object, "event"));

	q->resets += event && strcmp(event, "RESET") == 0;
}

/* Wait for the answer to 'id'. */
static bool await(struct qmp *q, json_int_t id, json_t **result, uint64_t end,
		  struct err *err)
{
	for (;;) {
		json_t *object = NULL;
		const char *why;
		json_t *value;

		if (!read_object(q, &object, end, err))
			return false;
		if (json_integer_value(json_object_get(object, "id")) != id) {
			note_event(q, object);
			json_decref(object);
			continue;
		}
		value = json_object_get(object, "return");
		if (value && result)
			*result = json_incref(value);
		why = json_string_value(json_object_get(
			json_object_get(object, "error"), "desc"));
		if (!value)
			err_set(err, ERR_HOST, "QEMU refused: %s",
				why ? why : "no reason given");
		json_decref(object);
		return value != NULL;
	}
}

static bool ask(struct qmp *q, const char *command, json_t *arguments, int fd,
		json_t **result, uint64_t end, struct err *err)
{
	json_int_t id = ++q->last_id;
	json_t *request = json_pack("{s:s, s:I, s:o*}", "execute", command,
				    "id", id, "arguments", arguments);
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	bool ok;

	ok = text ? write_all(q, text, fd, end, err) &&
			     await(q, id, result, end, err)
		  : err_set(err, ERR_HOST, "cannot ask QEMU to '%s'", command);
	free(text);
	json_decref(request);
	return ok;
}

/* The greeting needs no answer to be skipped: it has no id. */
static bool negotiate(struct qmp *q, uint64_t end, struct err *err)
{
	if (!q->ready)
		q->ready = ask(q, "qmp_capabilities", NULL, -1, NULL, end, err);
	return q->ready;
}

bool qmp_execute(struct qmp *q, const char *command, json_t *arguments,
		 json_t **result, uint64_t timeout_ns, struct err *err)
{
	uint64_t end = clock_now_ns() + timeout_ns;

	if (!negotiate(q, end, err)) {
		json_decref(arguments);
		return false;
	}
	return ask(q, command, arguments, -1, result, end, err);
}

/* Hand over a copy of 'fd'; which set it is in, and its number there. */
static bool add_fd(struct qmp *q, int fd, json_int_t *set, json_int_t *number,
		   uint64_t end, struct err *err)
{
	json_t *result = NULL;
	bool ok;

	if (!ask(q, "add-fd", NULL, fd, &result, end, err))
		return false;
	ok = json_unpack(result, "{s:I, s:I}", "fdset-id", set, "fd", number) ==
	     0;
	json_decref(result);
	return ok || err_set(err, ERR_HOST, "QEMU took no descriptor");
}

bool qmp_save_memory(struct qmp *q, uint64_t address, uint64_t len, int fd,
		     uint64_t timeout_ns, struct err *err)
{
	uint64_t end = clock_now_ns() + timeout_ns;
	json_int_t set, number;
	char name[48];
	bool ok;

	if (!negotiate(q, end, err) || !add_fd(q, fd, &set, &number, end, err))
		return false;
	snprintf(name, sizeof(name), "/proc/self/fd/%lld", (long long)number);
	ok = ask(q, "pmemsave",
		 json_pack("{s:I, s:I, s:s}", "val", (json_int_t)address,
			   "size", (json_int_t)len, "filename", name),
		 -1, NULL, end, err);
	return ask(q, "remove-fd", json_pack("{s:I}", "fdset-id", set), -1,
		   NULL, end, err) &&
	       ok;
}

bool qmp_add_fd(struct qmp *q, int fd, char *path, size_t len,
		uint64_t timeout_ns, struct err *err)
{
	uint64_t end = clock_now_ns() + timeout_ns;
	json_int_t set, number;

	if (!negotiate(q, end, err) || !add_fd(q, fd, &set, &number, end, err))
		return false;
	snprintf(path, len, "/dev/fdset/%lld", (long long)set);
	return true;
}

/* Add what one virtual CPU has counted; true: it has counted something. */
static bool add_exits(struct exit_counts *exits, json_t *stats)
{
	bool any = false;
	json_t *stat;
	size_t i;

	json_array_foreach(stats, i, stat)
	{
		const char *name =
			json_string_value(json_object_get(stat, "name"));
		json_t *value = json_object_get(stat, "value");

		for (unsigned k = 0; name && k < EXIT_KIND_COUNT; k++) {
			uint64_t *sum = &exits->of[k];

			if (strcmp(exit_names[k], name) != 0 ||
			    !json_is_integer(value) ||
			    json_integer_value(value) < 0)
				continue;
			*sum = (*sum == EXIT_UNKNOWN ? 0 : *sum) +
			       (uint64_t)json_integer_value(value);
			any = true;
		}
	}
	return any;
}

/* One question: what is unknown to this KVM is left out of its answer. */
static json_t *exits_question(void)
{
	json_t *names = json_array();

	for (unsigned k = 0; k < EXIT_KIND_COUNT; k++)
		json_array_append_new(names, json_string(exit_names[k]));
	return json_pack("{s:s, s:[{s:s, s:o}]}", "target", "vcpu", "providers",
			 "provider", "kvm", "names", names);
}

bool qmp_kvm_exits(struct qmp *q, struct exit_counts *exits,
		   uint64_t timeout_ns, struct err *err)
{
	json_t *result, *cpu;
	bool any = false;
	size_t i;

	for (unsigned k = 0; k < EXIT_KIND_COUNT; k++)
		exits->of[k] = EXIT_UNKNOWN;
	if (!qmp_execute(q, "query-stats", exits_question(), &result,
			 timeout_ns, err))
		return false;
	json_array_foreach(result, i, cpu)
	{
		any |= add_exits(exits, json_object_get(cpu, "stats"));
	}
	json_decref(result);
	return any || err_set(err, ERR_HOST, "nobody counts exits here");
}

bool qmp_system_reset(struct qmp *q, uint64_t timeout_ns, struct err *err)
{
	uint64_t end = clock_now_ns() + timeout_ns;
	uint64_t before = q->resets;

	if (!qmp_execute(q, "system_reset", NULL, NULL, timeout_ns, err))
		return false;
	/* The event may come behind the answer. */
	while (q->resets == before) {
		json_t *object = NULL;

		if (!read_object(q, &object, end, err))
			return false;
		note_event(q, object);
		json_decref(object);
	}
	return true;
}

bool qmp_on_reboot(struct qmp *q, bool reset, uint64_t timeout_ns,
		   struct err *err)
{
	return qmp_execute(
		q, "set-action",
		json_pack("{s:s}", "reboot", reset ? "reset" : "shutdown"),
		NULL, timeout_ns, err);
}

bool qmp_change_socket(struct qmp *q, const char *id, int fd,
		       uint64_t timeout_ns, struct err *err)
{
	static const char name[] = "kdbench-socket";
	uint64_t end = clock_now_ns() + timeout_ns;

	return negotiate(q, end, err) &&
	       ask(q, "getfd", json_pack("{s:s}", "fdname", name), fd, NULL,
		   end, err) &&
	       ask(q, "chardev-change",
		   json_pack("{s:s, s:{s:s, s:{s:{s:s, s:{s:s}}, s:b}}}", "id",
			     id, "backend", "type", "socket", "data", "addr",
			     "type", "fd", "data", "str", name, "server", 0),
		   -1, NULL, end, err);
}

bool qmp_closed(struct qmp *q)
{
	/* Not by reading: its greeting may be waiting in front of the end. */
	struct pollfd p = { .fd = q->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

bool qmp_quit(struct qmp *q, uint64_t timeout_ns, struct err *err)
{
	return qmp_execute(q, "quit", NULL, NULL, timeout_ns, err);
}
