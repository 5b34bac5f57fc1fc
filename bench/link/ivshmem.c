/* SPDX-License-Identifier: MIT */
#include "bench/link/ivshmem.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/base/pass_fd.h"

/* QEMU wants a power of two; a MiB keeps the device's window aligned to one. */
#define MEMORY_MIN ((size_t)1 << 20)

/* ivshmem's protocol: 64-bit words, some with a descriptor. */
#define IVSHMEM_VERSION 0
#define IVSHMEM_MEMORY (-1)
#define GUEST_ID 0
#define HOST_ID 1

/* One word to QEMU; with a descriptor if 'fd' is not -1. */
static bool say(int server, int64_t word, int fd, struct err *err)
{
	return pass_fd(server, &word, sizeof(word), fd, 0) == sizeof(word) ||
	       err_sys(err, ERR_HOST, "cannot serve ivshmem");
}

static bool make_memory(struct ivshmem *v, size_t size, struct err *err)
{
	void *memory;

	for (v->memory_size = MEMORY_MIN; v->memory_size < size;)
		v->memory_size *= 2;
	v->memory_fd =
		memfd_create("kdbench-shared", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (v->memory_fd < 0 ||
	    ftruncate(v->memory_fd, (off_t)v->memory_size) < 0 ||
	    fcntl(v->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
		return err_sys(err, ERR_HOST, "cannot create shared memory");
	memory = mmap(NULL, v->memory_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      v->memory_fd, 0);
	if (memory == MAP_FAILED)
		return err_sys(err, ERR_HOST, "cannot map shared memory");
	v->memory = memory;
	return true;
}

static bool make_bells(struct ivshmem *v, struct err *err)
{
	v->bell_in = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	v->bell_out = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->bell_in < 0 || v->bell_out < 0)
		return err_sys(err, ERR_HOST, "cannot create an eventfd");
	return true;
}

bool ivshmem_open(struct ivshmem *v, size_t size, int *peer_fd, struct err *err)
{
	int ends[2] = { -1, -1 };

	*v = (struct ivshmem){ -1, -1, -1, -1, NULL, 0, false };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	v->server = ends[0];
	if (!make_memory(v, size, err) || !make_bells(v, err)) {
		close(ends[1]);
		return false;
	}
	*peer_fd = ends[1];
	return true;
}

bool ivshmem_next_peer(struct ivshmem *v, int *peer_fd, struct err *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	close(v->server);
	v->server = ends[0];
	v->gone = false;
	*peer_fd = ends[1];
	return true;
}

/*
 * The guest's id, the memory, and one eventfd for each end. Words are in the
 * host's byte order, which on x86 is the little-endian one that is meant.
 */
bool ivshmem_serve(const struct ivshmem *v, struct err *err)
{
	return say(v->server, IVSHMEM_VERSION, -1, err) &&
	       say(v->server, GUEST_ID, -1, err) &&
	       say(v->server, IVSHMEM_MEMORY, v->memory_fd, err) &&
	       say(v->server, HOST_ID, v->bell_in, err) &&
	       say(v->server, GUEST_ID, v->bell_out, err);
}

void ivshmem_release(struct ivshmem *v)
{
	int fds[] = { v->server, v->memory_fd, v->bell_in, v->bell_out };

	if (v->memory)
		munmap(v->memory, v->memory_size);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

void ivshmem_ring(const struct ivshmem *v)
{
	uint64_t one = 1;

	/* It fails only if the count would overflow: then it rings already. */
	(void)!write(v->bell_out, &one, sizeof(one));
}

unsigned ivshmem_fds(const struct ivshmem *v, struct pollfd fds[LINK_FDS_MAX])
{
	fds[0] = (struct pollfd){ .fd = v->bell_in, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = v->server, .events = POLLIN };
	return 2;
}

uint64_t ivshmem_hear(struct ivshmem *v)
{
	struct pollfd fds[LINK_FDS_MAX];
	uint64_t rings = 0;
	char byte;

	/*
	 * Asked first: QEMU shares the bell's flags, and makes it blocking for
	 * a while when it takes it over.
	 */
	if (poll(fds, ivshmem_fds(v, fds), 0) <= 0)
		return 0;
	if (fds[0].revents &&
	    read(v->bell_in, &rings, sizeof(rings)) != sizeof(rings))
		rings = 0;
	if (fds[1].revents && recv(v->server, &byte, 1, MSG_DONTWAIT) == 0)
		v->gone = true;
	return rings;
}
