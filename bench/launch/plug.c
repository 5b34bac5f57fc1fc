/* SPDX-License-Identifier: MIT */
#include "bench/launch/plug.h"

#include <sys/socket.h>
#include <unistd.h>

#include "bench/link/byteport.h"
#include "bench/link/ring.h"
#include "bench/link/stream.h"
#include "bench/link/uart.h"

/* Where a link is to be opened, and for whom. */
struct socket {
	struct link **link;
	struct qemu_spec *spec;
	struct arena *arena;
	const struct launch_config *config;
};

/* The chardev 'kd' over the descriptor that the link made, and the device. */
static void add_device(struct socket *s, const char *option, const char *value)
{
	struct qemu_spec *spec = s->spec;
	const char **device = spec->device;

	while (*device)
		device += 2;
	device[0] = "-chardev";
	device[1] =
		arena_printf(s->arena, "socket,id=kd,fd=%d", spec->device_fd);
	device[2] = option;
	device[3] = value;
}

/* Serial ports are numbered as they are written: those before KD's are void. */
static void add_void_ports(struct qemu_spec *spec, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		spec->device[2 * i] = "-serial";
		spec->device[2 * i + 1] = "null";
	}
}

static uint64_t either(uint64_t own, uint64_t both)
{
	return own == UINT64_MAX ? both : own;
}

static bool plug_uart(struct socket *s, struct err *err)
{
	const struct uart_config *uart = &s->config->transport->uart;
	const struct uart_link_config line = {
		.baud_to_target = either(uart->baud_to_target, uart->baud),
		.baud_to_debugger = either(uart->baud_to_debugger, uart->baud),
	};

	if (!uart_link_open(s->link, &line, &s->spec->device_fd, err))
		return false;
	add_void_ports(s->spec, guest_com(s->config->guest) - 1);
	add_device(s, "-serial", "chardev:kd");
	return true;
}

/* Without ioeventfd each access is a trip to QEMU, as to a VMM's back door. */
static bool plug_byteport(struct socket *s, struct err *err)
{
	if (!byteport_link_open(s->link, &s->spec->device_fd, err))
		return false;
	(*s->link)->spin_ns = s->config->host->spin_ns;
	add_device(s, "-device",
		   "ivshmem-doorbell,chardev=kd,vectors=1,ioeventfd=off,master="
		   "on");
	return true;
}

/*
 * A port, not a console: QEMU's console drops what a full socket does not take.
 * It reads and writes whole packets, so they may lie in the socket.
 */
static bool plug_virtio(struct socket *s, struct err *err)
{
	bool on = s->config->transport->virtio.ioeventfd != 0;
	const char **device = s->spec->device;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_HOST, "cannot create a socket pair");
	if (!stream_link_open_deep(s->link, ends[0], err)) {
		close(ends[1]);
		return false;
	}
	s->spec->device_fd = ends[1];
	add_device(s, "-device",
		   arena_printf(s->arena,
				"virtio-serial-pci-non-transitional,"
				"max_ports=2,ioeventfd=%s",
				on ? "on" : "off"));
	device[4] = "-device";
	device[5] = "virtserialport,chardev=kd,nr=1";
	return true;
}

static bool plug_ivshmem(struct socket *s, struct err *err)
{
	const struct launch_config *c = s->config;

	if (!ring_link_open(s->link, c->transport->ivshmem.size,
			    c->target->reliable ? LINK_PACKET : LINK_STREAM,
			    &s->spec->device_fd, err))
		return false;
	(*s->link)->spin_ns = c->host->spin_ns;
	add_device(s, "-device",
		   "ivshmem-doorbell,chardev=kd,vectors=1,master=on");
	return true;
}

typedef bool (*plug_fn)(struct socket *s, struct err *err);

static const plug_fn plugs[TRANSPORT_KIND_COUNT] = {
	[TRANSPORT_UART] = plug_uart,
	[TRANSPORT_BYTEPORT] = plug_byteport,
	[TRANSPORT_VIRTIO] = plug_virtio,
	[TRANSPORT_IVSHMEM] = plug_ivshmem,
};

bool plug_in(struct link **link, struct qemu_spec *spec, struct arena *arena,
	     const struct launch_config *config, struct err *err)
{
	struct socket s = { link, spec, arena, config };

	return plugs[config->transport->kind](&s, err);
}
