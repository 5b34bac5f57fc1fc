/* SPDX-License-Identifier: MIT */
#include "tests/support/ring_guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor that comes with the server's next word, if one does. */
static int receive(int socket)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	int64_t word;
	struct iovec data = { &word, sizeof(word) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.space) };
	int fd = -1;

	assert_int_equal(recvmsg(socket, &message, MSG_DONTWAIT), sizeof(word));
	if (CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

void ring_guest_open(struct ring_guest *g, int socket)
{
	struct ring_area *area;
	struct stat stat;
	uint32_t size = 0;

	g->socket = socket;
	(void)receive(g->socket);
	(void)receive(g->socket);
	g->memory_fd = receive(g->socket);
	g->to_host_fd = receive(g->socket);
	g->to_guest_fd = receive(g->socket);
	assert_int_equal(fstat(g->memory_fd, &stat), 0);
	g->len = (size_t)stat.st_size;
	g->memory = mmap(NULL, g->len, PROT_READ | PROT_WRITE, MAP_SHARED,
			 g->memory_fd, 0);
	assert_true(g->memory != MAP_FAILED);
	area = (struct ring_area *)(void *)((char *)g->memory +
					    RING_AREA_OFFSET);
	assert_true(ring_check(area, g->len, &size));
	ring_init(&g->in, area, size, RING_TO_GUEST);
	ring_init(&g->out, area, size, RING_TO_HOST);
}

void ring_guest_close(struct ring_guest *g)
{
	munmap(g->memory, g->len);
	close(g->socket);
	close(g->memory_fd);
	close(g->to_host_fd);
	close(g->to_guest_fd);
}

void ring_guest_rings(struct ring_guest *g, bool host_sleeps)
{
	uint64_t one = 1;

	if (host_sleeps)
		(void)!write(g->to_host_fd, &one, sizeof(one));
}

bool ring_guest_sleeps(struct ring_guest *g, bool for_room, int patience_ms)
{
	struct pollfd p = { .fd = g->to_guest_fd, .events = POLLIN };
	uint64_t rings;
	bool ok = true;

	if (!(for_room ? ring_arm_writer(&g->out) : ring_arm_reader(&g->in)))
		ok = poll(&p, 1, patience_ms) == 1 &&
		     read(p.fd, &rings, sizeof(rings)) == sizeof(rings);
	if (for_room)
		ring_disarm_writer(&g->out);
	else
		ring_disarm_reader(&g->in);
	return ok;
}
