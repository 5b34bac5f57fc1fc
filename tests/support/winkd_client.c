/* SPDX-License-Identifier: MIT */
#include "tests/support/winkd_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/kd/sum.h"

#define GUARD_NS (60 * NS_PER_S)
#define DISCARDS_MAX 10
#define CONTEXT_FLAGS 0x1003f
#define KDBG_PAE 0x36
#define KDBG_CSD 0x268

static bool fail(struct winkd *w, const char *why)
{
	if (!w->error[0])
		snprintf(w->error, sizeof(w->error), "%s", why);
	return false;
}

/* --- bytes ---------------------------------------------------------------- */

bool winkd_open(struct winkd *w, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	*w = (struct winkd){ .fd = -1, .id = KD_ID_INITIAL | 1 };
	w->deadline_ns = clock_now_ns() + GUARD_NS;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	for (;;) {
		w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(w->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
			return true;
		winkd_close(w);
		if (clock_now_ns() > w->deadline_ns)
			return fail(w, "nobody listens");
		clock_sleep_until(clock_now_ns() + 10 * NS_PER_MS);
	}
}

void winkd_close(struct winkd *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* It waits 100 ms at a time, for ever; we for as long as the guard lets us. */
static bool get(struct winkd *w, void *to, size_t len)
{
	uint8_t *at = to;

	while (len) {
		struct pollfd p = { .fd = w->fd, .events = POLLIN };
		ssize_t n;

		if (clock_now_ns() > w->deadline_ns)
			return fail(w, "nothing came: radare2 would hang");
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = recv(w->fd, at, len, 0);
		if (n <= 0)
			return fail(w, "the line was closed: radare2 would "
				       "spin");
		at += n;
		len -= (size_t)n;
		w->deadline_ns = clock_now_ns() + GUARD_NS;
	}
	return true;
}

static bool put(struct winkd *w, const void *from, size_t len)
{
	const uint8_t *at = from;

	while (len) {
		ssize_t n = send(w->fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return fail(w, "the line was closed");
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool put_control(struct winkd *w, uint16_t type, uint32_t id)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = type,
				     .id = id };
	uint8_t raw[KD_HEADER_SIZE];

	kd_store_header(raw, &h);
	return put(w, raw, sizeof(raw));
}

/* --- packets (7.6) -------------------------------------------------------- */

/* One RESEND, then byte by byte, from behind the bad header on. */
static bool slide(struct winkd *w, uint8_t *raw)
{
	if (!put_control(w, KD_RESEND, 0))
		return false;
	for (unsigned i = 0; i < WINKD_PAYLOAD_MAX; i++) {
		memmove(raw, raw + 1, 3);
		if (!get(w, raw + 3, 1))
			return false;
		if (kd_load32(raw) == KD_LEADER_DATA ||
		    kd_load32(raw) == KD_LEADER_CONTROL)
			return get(w, raw + 4, KD_HEADER_SIZE - 4);
	}
	return fail(w, "no leader in 2048 bytes");
}

static bool get_packet(struct winkd *w)
{
	uint8_t raw[KD_HEADER_SIZE], trailer;
	struct kd_header h;

	do {
		if (!get(w, raw, sizeof(raw)))
			return false;
		h = kd_load_header(raw);
	} while (h.leader == 0); /* "unused", because of KDNET */
	if (h.leader != KD_LEADER_DATA && h.leader != KD_LEADER_CONTROL) {
		if (!slide(w, raw))
			return false;
		h = kd_load_header(raw);
	}
	w->type = h.type;
	w->len = h.len;
	if (h.len > WINKD_PAYLOAD_MAX)
		return fail(w, "a packet of more than 2048 bytes: radare2 "
			       "loses its place");
	if (!get(w, w->payload, h.len))
		return false;
	if (h.leader == KD_LEADER_CONTROL)
		return true;
	if (kd_sum(w->payload, h.len) != h.checksum)
		return fail(w, "wrong checksum");
	if (!get(w, &trailer, 1))
		return false;
	if (trailer != KD_TRAILER_BYTE)
		return fail(w, "wrong trailer");
	return put_control(w, KD_ACKNOWLEDGE, h.id & ~KD_ID_SYNC);
}

/* Ten of other types are dropped; the next is taken for the right one. */
static bool await(struct winkd *w, uint16_t type)
{
	for (unsigned i = 0; i <= DISCARDS_MAX; i++) {
		if (!get_packet(w))
			return false;
		if (w->type == KD_RESEND)
			return fail(w, "RESEND, which radare2 does not obey");
		if (w->type == type)
			return true;
	}
	return fail(w, "the packet that radare2 waits for did not come");
}

static bool request(struct winkd *w, uint8_t *payload, uint32_t len)
{
	struct kd_header h = {
		.leader = KD_LEADER_DATA,
		.type = KD_STATE_MANIPULATE,
		.len = (uint16_t)len,
		.checksum = kd_sum(payload, len),
	};
	const uint8_t trailer = KD_TRAILER_BYTE;
	uint8_t raw[KD_HEADER_SIZE];

	w->id ^= 1;
	h.id = w->id;
	kd_store_header(raw, &h);
	return put(w, raw, sizeof(raw)) && put(w, payload, len) &&
	       put(w, &trailer, 1) && await(w, KD_ACKNOWLEDGE);
}

/* A request and its reply, which is left in w->payload. */
static bool ask(struct winkd *w, const struct kd_manipulate *m,
		const void *data, uint32_t len)
{
	uint8_t payload[KD_MANIPULATE_SIZE + WINKD_WRITE_MAX] = { 0 };
	struct kd_manipulate full = *m;

	full.processor = w->cpu;
	kd_manipulate_store(&full, payload);
	if (len)
		memcpy(payload + KD_MANIPULATE_SIZE, data, len);
	if (!request(w, payload, KD_MANIPULATE_SIZE + len))
		return false;
	if (!kd_api_has_reply(m->api))
		return true;
	return await(w, KD_STATE_MANIPULATE);
}

static struct kd_manipulate reply(const struct winkd *w)
{
	struct kd_manipulate m;

	kd_manipulate_load(&m, w->payload);
	return m;
}

/* --- what it is used for -------------------------------------------------- */

static bool await_stop(struct winkd *w)
{
	struct kd_exception e;

	if (!await(w, KD_STATE_CHANGE64) || w->len < KD_STATE_SIZE)
		return fail(w, "no state change");
	(void)kd_state_load(&e, w->payload);
	w->cpu = e.processor;
	w->pc = e.pc;
	return true;
}

static uint32_t read_once(struct winkd *w, uint64_t address, void *to,
			  uint32_t len)
{
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = address,
			      .count = len < WINKD_PAYLOAD_MAX
					       ? len
					       : WINKD_PAYLOAD_MAX },
	};
	uint32_t actual;

	if (!ask(w, &m, NULL, 0) || reply(w).status)
		return 0;
	actual = reply(w).u.memory.actual;
	if (actual > w->len - (uint32_t)KD_MANIPULATE_SIZE || actual > len)
		return 0;
	memcpy(to, w->payload + KD_MANIPULATE_SIZE, actual);
	return actual;
}

uint32_t winkd_read(struct winkd *w, uint64_t address, void *to, uint32_t len)
{
	uint32_t total = 0, n = 1;

	while (total < len && n) {
		n = read_once(w, address + total, (uint8_t *)to + total,
			      len - total);
		total += n;
	}
	return total;
}

uint32_t winkd_write(struct winkd *w, uint64_t address, const void *from,
		     uint32_t len)
{
	const struct kd_manipulate m = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = address, .count = len },
	};

	if (len > WINKD_WRITE_MAX || !ask(w, &m, from, len))
		return 0;
	return reply(w).status ? 0 : reply(w).u.memory.actual;
}

bool winkd_registers(struct winkd *w, uint8_t *context)
{
	const struct kd_manipulate m = {
		.api = KD_API_GET_CONTEXT,
		.u.context = { .flags = CONTEXT_FLAGS },
	};

	if (!ask(w, &m, NULL, 0) || reply(w).status ||
	    w->len < KD_MANIPULATE_SIZE + KD_CONTEXT_SIZE)
		return fail(w, "no CONTEXT");
	memcpy(context, w->payload + KD_MANIPULATE_SIZE, KD_CONTEXT_SIZE);
	return true;
}

bool winkd_breakpoint(struct winkd *w, uint64_t address, uint32_t *handle)
{
	const struct kd_manipulate m = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = address },
	};

	if (!ask(w, &m, NULL, 0) || reply(w).status)
		return false;
	*handle = reply(w).u.write_breakpoint.handle;
	return true;
}

bool winkd_clear(struct winkd *w, uint32_t handle)
{
	const struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = handle },
	};

	return ask(w, &m, NULL, 0) && !reply(w).status;
}

bool winkd_continue(struct winkd *w)
{
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE_HANDLED },
	};

	return ask(w, &m, NULL, 0) && await_stop(w);
}

static bool get_version(struct winkd *w)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	if (!ask(w, &m, NULL, 0) || reply(w).status)
		return fail(w, "GetVersion failed");
	w->build = reply(w).u.version.minor;
	w->machine = reply(w).u.version.machine;
	w->flags = reply(w).u.version.flags;
	w->list = reply(w).u.version.data_list;
	if (w->machine != KD_MACHINE_AMD64 || !(w->flags & KD_VERSION_DATA))
		return fail(w, "neither machine nor flags are as they must");
	return true;
}

bool winkd_attach(struct winkd *w)
{
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	uint8_t pae[2], at[8], pack[8] = { 0 };

	if (!put(w, &breakin, 1) || !put_control(w, KD_RESET, 0) ||
	    !await(w, KD_RESET) || !await_stop(w) || !get_version(w))
		return false;
	if (winkd_read(w, w->list, at, 8) != 8)
		return fail(w, "no KDBG");
	w->kdbg = kd_load64(at);
	if (winkd_read(w, w->kdbg + KDBG_PAE, pae, 2) != 2 ||
	    winkd_read(w, w->kdbg + KDBG_CSD, at, 8) != 8)
		return fail(w, "KDBG cannot be read");
	(void)winkd_read(w, kd_load64(at), pack, 8);
	/* The newest row of its table; others are as good. */
	if (w->build != 18362 || pack[1] != 0)
		return fail(w, "no profile for this build and service pack");
	return true;
}
