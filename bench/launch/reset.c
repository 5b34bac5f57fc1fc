/* SPDX-License-Identifier: MIT */
#include "bench/launch/reset.h"

#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/link/stream.h"

/* How long one command may take; to load a kernel again is the longest. */
#define COMMAND_NS (5 * NS_PER_S)

/* Is the pipe a socket of QEMU's, or does it lie in shared memory? */
static bool is_socket(const struct transport_config *transport)
{
	return transport->kind == TRANSPORT_UART ||
	       transport->kind == TRANSPORT_VIRTIO;
}

const char *reset_spared(const struct transport_config *transport,
			 enum launch_event what)
{
	if (what != LAUNCH_RESET && transport_via(transport) != VIA_NONE)
		return "the bridge in between keeps its end of the pipe";
	if (what == LAUNCH_NEW_PIPE && !is_socket(transport))
		return "the pipe is the guest's own memory: it cannot be "
		       "replaced behind its back";
	return NULL;
}

static bool replace_socket(struct qemu *q, struct link *link, struct err *err)
{
	int fd;
	bool ok;

	if (!link_renew(link, &fd, err))
		return false;
	ok = qmp_change_socket(q->qmp, "kd", fd, COMMAND_NS, err);
	close(fd);
	return ok;
}

/* Power was off: give the pages back, so that zeros come in their place. */
static void empty(struct qemu *q, uint64_t from, uint64_t to)
{
	if (from < to)
		(void)madvise(q->memory + from, to - from, MADV_REMOVE);
}

/* Nobody runs. What of the pipe is in shared memory, and what came meanwhile.
 */
static bool settle_pipe(struct link *link,
			const struct transport_config *transport,
			struct err *err)
{
	int none;

	if (!is_socket(transport))
		return link_renew(link, &none, err);
	if (transport->kind == TRANSPORT_VIRTIO)
		stream_link_discard(link);
	return true;
}

static bool command(struct qemu *q, const char *name, struct err *err)
{
	return qmp_execute(q->qmp, name, NULL, NULL, COMMAND_NS, err);
}

/*
 * A port of virtio-serial takes another socket only while the guest runs; a
 * ring may only be emptied while it does not.
 */
bool reset_happen(struct qemu *q, struct link *link,
		  const struct transport_config *transport,
		  const struct guest_layout *layout, uint64_t pattern_size,
		  enum launch_event what, uint64_t *now, struct err *err)
{
	bool new_pipe = what != LAUNCH_RESET;

	if (new_pipe && is_socket(transport) && !replace_socket(q, link, err))
		return false;
	*now = clock_now_ns();
	if (what == LAUNCH_NEW_PIPE)
		return true;
	if (!command(q, "stop", err) ||
	    (new_pipe && !settle_pipe(link, transport, err)))
		return false;
	empty(q, 0, layout->pattern);
	empty(q, layout->pattern + pattern_size, q->memory_size);
	if (!qmp_on_reboot(q->qmp, true, COMMAND_NS, err) ||
	    !qmp_system_reset(q->qmp, COMMAND_NS, err) ||
	    !qmp_on_reboot(q->qmp, false, COMMAND_NS, err))
		return false;
	*now = clock_now_ns();
	return command(q, "cont", err);
}
