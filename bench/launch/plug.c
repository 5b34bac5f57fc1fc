/* SPDX-License-Identifier: MIT */
#include "bench/launch/plug.h"

#include "bench/link/byteport.h"
#include "bench/link/ring.h"
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

	spec->device[0] = "-chardev";
	spec->device[1] =
		arena_printf(s->arena, "socket,id=kd,fd=%d", spec->device_fd);
	spec->device[2] = option;
	spec->device[3] = value;
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
		   "ivshmem-doorbell,chardev=kd,vectors=1,ioeventfd=off");
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
	add_device(s, "-device", "ivshmem-doorbell,chardev=kd,vectors=1");
	return true;
}

typedef bool (*plug_fn)(struct socket *s, struct err *err);

static const plug_fn plugs[TRANSPORT_KIND_COUNT] = {
	[TRANSPORT_UART] = plug_uart,
	[TRANSPORT_BYTEPORT] = plug_byteport,
	[TRANSPORT_IVSHMEM] = plug_ivshmem,
};

bool plug_in(struct link **link, struct qemu_spec *spec, struct arena *arena,
	     const struct launch_config *config, struct err *err)
{
	struct socket s = { link, spec, arena, config };

	return plugs[config->transport->kind](&s, err);
}
