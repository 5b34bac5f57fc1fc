/* SPDX-License-Identifier: MIT */
#include "bench/link/ring.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/ring/ring.h"

/* QEMU wants a power of two; a MiB keeps the device's window aligned to one. */
#define MEMORY_MIN ((size_t)1 << 20)

/* ivshmem's protocol: 64-bit words, some with a descriptor. */
#define IVSHMEM_VERSION 0
#define IVSHMEM_MEMORY (-1)
#define GUEST_ID 0
#define HOST_ID 1

struct ring_link {
	struct link base;
	int server; /* QEMU is at its other end as long as it lives */
	int memory_fd;
	int bell_in;  /* the guest rings */
	int bell_out; /* we ring */
	void *memory;
	size_t memory_size;
	bool waits_for_room;
	bool gone;
	struct ring in, out;
};

/* --- the link ---------------------------------------------------------------
 */

static void ring_bell(struct ring_link *r, bool peer_sleeps)
{
	uint64_t one = 1;

	if (!peer_sleeps)
		return;
	r->base.counts.doorbells_out++;
	/* It fails only if the count would overflow: then it rings already. */
	(void)!write(r->bell_out, &one, sizeof(one));
}

static bool ring_step(struct link *l, uint64_t now, uint64_t *next,
		      struct err *err)
{
	struct ring_link *r = (struct ring_link *)l;

	(void)now;
	*next = UINT64_MAX;
	if (r->gone)
		return err_set(err, ERR_GUEST, "the guest has gone");
	if (!ring_look_as_reader(&r->in))
		return err_set(err, ERR_GUEST,
			       "the guest wrote nonsense into the ring: head "
			       "0x%x, but it must be in [0x%x, 0x%x]",
			       r->in.bad, r->in.head, r->in.tail + r->in.size);
	if (!ring_look_as_writer(&r->out))
		return err_set(err, ERR_GUEST,
			       "the guest wrote nonsense into the ring: tail "
			       "0x%x, but it must be in [0x%x, 0x%x]",
			       r->out.bad, r->out.tail, r->out.head);
	return true;
}

static unsigned ring_link_peek(struct link *l, struct kd_span in[2])
{
	return ring_peek(&((struct ring_link *)l)->in, in);
}

static void ring_link_consume(struct link *l, size_t len)
{
	struct ring_link *r = (struct ring_link *)l;

	l->counts.bytes_in += len;
	ring_bell(r, ring_consume(&r->in, (uint32_t)len));
}

static unsigned ring_link_reserve(struct link *l, struct kd_room out[2])
{
	struct ring_link *r = (struct ring_link *)l;

	r->waits_for_room = !ring_free(&r->out);
	return ring_reserve(&r->out, out);
}

static void ring_link_commit(struct link *l, size_t len)
{
	struct ring_link *r = (struct ring_link *)l;

	l->counts.bytes_out += len;
	ring_bell(r, ring_commit(&r->out, (uint32_t)len));
}

/*
 * Only what is new since the last step is work: bytes that the loop has left
 * lying on purpose must not keep it awake.
 */
static bool ring_arm(struct link *l)
{
	struct ring_link *r = (struct ring_link *)l;
	uint32_t head = r->in.head;
	uint32_t tail = r->out.tail;

	(void)ring_arm_reader(&r->in);
	if (r->waits_for_room)
		(void)ring_arm_writer(&r->out);
	return r->in.broken || r->in.head != head || r->out.broken ||
	       r->out.tail != tail;
}

static unsigned ring_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	struct ring_link *r = (struct ring_link *)l;

	fds[0] = (struct pollfd){ .fd = r->bell_in, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = r->server, .events = POLLIN };
	return 2;
}

static void ring_disarm(struct link *l)
{
	struct ring_link *r = (struct ring_link *)l;
	struct pollfd fds[LINK_FDS_MAX];
	uint64_t rings;
	char byte;

	ring_disarm_reader(&r->in);
	if (r->waits_for_room)
		ring_disarm_writer(&r->out);
	/*
	 * Asked first: QEMU shares the bell's flags, and makes it blocking for
	 * a while when it takes it over.
	 */
	if (poll(fds, ring_fds(l, fds), 0) <= 0)
		return;
	if (fds[0].revents &&
	    read(r->bell_in, &rings, sizeof(rings)) == sizeof(rings))
		l->counts.doorbells_in += rings;
	if (fds[1].revents && recv(r->server, &byte, 1, MSG_DONTWAIT) == 0)
		r->gone = true;
}

static void ring_free_link(struct link *l)
{
	struct ring_link *r = (struct ring_link *)l;
	int fds[] = { r->server, r->memory_fd, r->bell_in, r->bell_out };

	if (r->memory)
		munmap(r->memory, r->memory_size);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(r);
}

static const struct link_ops ring_ops = {
	.kind = "ivshmem",
	.step = ring_step,
	.peek = ring_link_peek,
	.consume = ring_link_consume,
	.reserve = ring_link_reserve,
	.commit = ring_link_commit,
	.arm = ring_arm,
	.disarm = ring_disarm,
	.fds = ring_fds,
	.free = ring_free_link,
};

/* --- the server
 * --------------------------------------------------------------- */

/* One word to QEMU; with a descriptor if 'fd' is not -1. */
static bool say(int server, int64_t word, int fd, struct err *err)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec data = { &word, sizeof(word) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.space);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	if (sendmsg(server, &message, MSG_NOSIGNAL) != sizeof(word))
		return err_sys(err, ERR_HOST, "cannot serve ivshmem");
	return true;
}

/*
 * All that a server ever says: the guest's id, the memory, and one eventfd for
 * each end. It waits in the socket until QEMU reads it. Words are in the
 * host's byte order, which on x86 is the little-endian one that is meant.
 */
static bool serve(struct ring_link *r, struct err *err)
{
	return say(r->server, IVSHMEM_VERSION, -1, err) &&
	       say(r->server, GUEST_ID, -1, err) &&
	       say(r->server, IVSHMEM_MEMORY, r->memory_fd, err) &&
	       say(r->server, HOST_ID, r->bell_in, err) &&
	       say(r->server, GUEST_ID, r->bell_out, err);
}

static bool make_memory(struct ring_link *r, uint32_t size, struct err *err)
{
	struct ring_area *area;
	void *memory;

	for (r->memory_size = MEMORY_MIN;
	     r->memory_size < ring_memory_size(size);)
		r->memory_size *= 2;
	r->memory_fd =
		memfd_create("kdbench-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (r->memory_fd < 0 ||
	    ftruncate(r->memory_fd, (off_t)r->memory_size) < 0 ||
	    fcntl(r->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
		return err_sys(err, ERR_HOST, "cannot create shared memory");
	memory = mmap(NULL, r->memory_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      r->memory_fd, 0);
	if (memory == MAP_FAILED)
		return err_sys(err, ERR_HOST, "cannot map shared memory");
	r->memory = memory;
	area = (struct ring_area *)((char *)memory + RING_AREA_OFFSET);
	ring_format(area, size, 1);
	ring_init(&r->in, area, size, RING_TO_HOST);
	ring_init(&r->out, area, size, RING_TO_GUEST);
	return true;
}

static bool make_bells(struct ring_link *r, struct err *err)
{
	r->bell_in = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->bell_out = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->bell_in < 0 || r->bell_out < 0)
		return err_sys(err, ERR_HOST, "cannot create an eventfd");
	return true;
}

/* Everything but the peer; *peer_fd is the end that tells of its life. */
static bool open_rings(struct ring_link **link, uint64_t size,
		       enum link_framing framing, int *peer_fd, struct err *err)
{
	struct ring_link *r;
	int ends[2] = { -1, -1 };

	if (!ring_size_valid(size))
		return err_set(err, ERR_CONFIG,
			       "a ring of %llu bytes: not a power of two "
			       "between %d and %u",
			       (unsigned long long)size, RING_SIZE_MIN,
			       RING_SIZE_MAX);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	r = mem_alloc(sizeof(*r));
	r->base.ops = &ring_ops;
	r->base.framing = framing;
	r->base.counts.lost_credit_bytes = UINT64_MAX;
	r->server = ends[0];
	r->memory_fd = r->bell_in = r->bell_out = -1;
	if (!make_memory(r, (uint32_t)size, err) || !make_bells(r, err)) {
		close(ends[1]);
		ring_free_link(&r->base);
		return false;
	}
	*link = r;
	*peer_fd = ends[1];
	return true;
}

bool ring_link_open(struct link **link, uint64_t size,
		    enum link_framing framing, int *guest_fd, struct err *err)
{
	struct ring_link *r;

	if (!open_rings(&r, size, framing, guest_fd, err))
		return false;
	if (!serve(r, err)) {
		close(*guest_fd);
		ring_free_link(&r->base);
		return false;
	}
	*link = &r->base;
	return true;
}

bool ring_link_open_process(struct link **link, uint64_t size,
			    enum link_framing framing, struct ring_peer *peer,
			    struct err *err)
{
	struct ring_link *r;

	if (!open_rings(&r, size, framing, &peer->life_fd, err))
		return false;
	peer->area = (struct ring_area *)((char *)r->memory + RING_AREA_OFFSET);
	peer->len = r->memory_size;
	peer->bell_in = r->bell_out;
	peer->bell_out = r->bell_in;
	*link = &r->base;
	return true;
}
