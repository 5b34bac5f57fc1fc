/* SPDX-License-Identifier: MIT */
#include "bench/launch/qemu.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/guest/contract.h"
#include "bench/launch/guest_image.h"
#include "bench/launch/qemu_args.h"

#define QUIT_NS (300 * NS_PER_MS)
/* An image that is written to is to be whole. */
#define FLUSH_NS (30 * NS_PER_S)
/* From the end of its sockets to the end of the process. */
#define REAP_NS (500 * NS_PER_MS)
#define GRACE_NS (1 * NS_PER_S)

void qemu_init(struct qemu *q)
{
	memset(q, 0, sizeof(*q));
	q->errors.fd = q->log.fd = -1;
	q->quit_ns = QUIT_NS;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* --- start ---------------------------------------------------------------- */

bool qemu_make_memory(struct qemu *q, uint64_t size, int *fd, struct err *err)
{
	void *memory = MAP_FAILED;

	*fd = memfd_create("kdbench-ram", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	/* Sealed: memory that shrinks would kill us when we touch it. */
	if (*fd >= 0 && ftruncate(*fd, (off_t)size) == 0 &&
	    fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			      *fd, 0);
	if (memory == MAP_FAILED) {
		err_sys(err, ERR_HOST, "cannot create the guest's memory");
		close_fd(*fd);
		return false;
	}
	q->memory = memory;
	q->memory_size = size;
	return true;
}

/* The guest's ELF file as a descriptor. */
static int open_image(const char *path, struct err *err)
{
	const uint8_t *at = guest_image;
	int fd;

	if (path && *path) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			err_sys(err, ERR_CONFIG, "cannot open '%s'", path);
		return fd;
	}
	fd = memfd_create("kdbench-guest", MFD_CLOEXEC);
	while (fd >= 0 && at < guest_image_end) {
		ssize_t n = write(fd, at, (size_t)(guest_image_end - at));

		if (n <= 0)
			break;
		at += n;
	}
	if (fd < 0 || at < guest_image_end) {
		err_sys(err, ERR_HOST, "cannot store the guest's image");
		close_fd(fd);
		return -1;
	}
	return fd;
}

/* A pipe whose other end, *writer, QEMU gets. */
static bool open_words(struct qemu_words *w, int *writer, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, ERR_HOST, "cannot create a pipe");
	w->fd = ends[0];
	*writer = ends[1];
	(void)fcntl(w->fd, F_SETFL, O_NONBLOCK);
	return true;
}

static bool open_qmp(struct qemu *q, int *qemu_end, struct err *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	q->qmp = qmp_new(ends[0]);
	*qemu_end = ends[1];
	return true;
}

static bool run(struct qemu *q, const struct qemu_spec *spec,
		const struct qemu_fds *fds, int errors, struct err *err)
{
	const char *argv[QEMU_ARGV_MAX];
	int keep[5] = { fds->memory, fds->image, fds->log, fds->qmp,
			spec->device_fd };

	if (!qemu_args(argv, &q->arena, spec, fds, err))
		return false;
	q->started_ns = clock_now_ns();
	return proc_start(&q->proc, argv, keep, spec->device_fd < 0 ? 4 : 5,
			  errors, err);
}

bool qemu_start(struct qemu *q, const struct qemu_spec *spec, int memory_fd,
		struct err *err)
{
	struct qemu_fds fds = { .memory = memory_fd, -1, -1, -1 };
	const struct guest_config *external = spec->external;
	int errors = -1;
	bool ok = true;

	if (external) {
		q->external = external->name;
		if (external->external.disk_writes == EXTERNAL_KEEP)
			q->quit_ns = FLUSH_NS;
	} else {
		fds.image = open_image(spec->image, err);
		ok = fds.image >= 0 && open_words(&q->log, &fds.log, err);
	}
	ok = ok && open_words(&q->errors, &errors, err) &&
	     open_qmp(q, &fds.qmp, err) && run(q, spec, &fds, errors, err);
	close_fd(fds.image);
	close_fd(fds.log);
	close_fd(fds.qmp);
	close_fd(errors);
	return ok;
}

/* --- health -----------------------------------------------------------------
 */

static void listen_to(struct qemu_words *w)
{
	char scrap[512];
	ssize_t n;

	while (w->fd >= 0 && (n = read(w->fd, scrap, sizeof(scrap))) > 0) {
		size_t room = sizeof(w->text) - 1 - w->len;
		size_t len = (size_t)n < room ? (size_t)n : room;

		memcpy(w->text + w->len, scrap, len);
		w->len += len;
		w->text[w->len] = 0;
	}
}

void qemu_listen(struct qemu *q)
{
	listen_to(&q->errors);
	listen_to(&q->log);
}

/* Without the line ends at the end, and a NUL as an end. */
static const char *trimmed(struct qemu_words *w)
{
	while (w->len && w->text[w->len - 1] == '\n')
		w->text[--w->len] = 0;
	return w->text;
}

/* Its status is QEMU's own, or that of a device that we know nothing of. */
static bool ended_elsewhere(struct qemu *q, int status, struct err *err)
{
	if (!status)
		return err_set(err, ERR_GUEST,
			       "guest '%s' shut down, or somebody ended QEMU",
			       q->external);
	return err_set(err, ERR_GUEST,
		       "guest '%s': QEMU ended with status %d: %.300s",
		       q->external, status, trimmed(&q->errors));
}

static bool ended_by_guest(struct qemu *q, int status, struct err *err)
{
	switch (status) {
	case GUEST_EXIT_STATUS(GUEST_EXIT_REBOOT):
		return err_set(err, ERR_GUEST,
			       "the guest was rebooted, as requested");
	case GUEST_EXIT_STATUS(GUEST_EXIT_BUGCHECK):
		return err_set(err, ERR_GUEST, "the guest crashed: %.300s",
			       trimmed(&q->log));
	case GUEST_EXIT_STATUS(GUEST_EXIT_PANIC):
		return err_set(err, ERR_GUEST, "the guest panicked: %.300s",
			       trimmed(&q->log));
	case GUEST_EXIT_STATUS(GUEST_EXIT_CALIBRATED):
		return err_set(err, ERR_GUEST, "the guest has calibrated");
	case 0:
		return err_set(err, ERR_GUEST,
			       "the guest shut down or lost its way: a triple "
			       "fault, or somebody ended QEMU");
	default:
		return err_set(err, ERR_GUEST,
			       "QEMU ended with status %d: %.300s", status,
			       trimmed(&q->errors));
	}
}

bool qemu_alive(struct qemu *q, struct err *err)
{
	int status;

	/* Its sockets close a moment before it can be reaped. */
	if (!proc_ended(&q->proc) && q->qmp && qmp_closed(q->qmp))
		(void)proc_wait(&q->proc, REAP_NS);
	qemu_listen(q);
	if (!proc_ended(&q->proc))
		return true;
	status = q->proc.status;
	if (WIFEXITED(status))
		return q->external
			       ? ended_elsewhere(q, WEXITSTATUS(status), err)
			       : ended_by_guest(q, WEXITSTATUS(status), err);
	if (WTERMSIG(status) == SIGSYS && q->external) {
		err_set(err, ERR_GUEST,
			"guest '%s': QEMU did what its sandbox forbids: %.300s",
			q->external, trimmed(&q->errors));
		return err_hint(err, "arguments that start programs want "
				     "'sandbox: spawn'");
	}
	return err_set(err, ERR_GUEST, "QEMU was killed by signal %d: %.300s",
		       WTERMSIG(status), trimmed(&q->errors));
}

/* --- end --------------------------------------------------------------------
 */

void qemu_release(struct qemu *q)
{
	struct err ignored = { 0 };

	if (!proc_ended(&q->proc)) {
		if (q->qmp)
			(void)qmp_quit(q->qmp, QUIT_NS, &ignored);
		(void)proc_wait(&q->proc, q->quit_ns);
		proc_stop(&q->proc, GRACE_NS);
	}
	qmp_free(q->qmp);
	close_fd(q->errors.fd);
	close_fd(q->log.fd);
	if (q->memory)
		munmap(q->memory, q->memory_size);
	arena_release(&q->arena);
	qemu_init(q);
}
