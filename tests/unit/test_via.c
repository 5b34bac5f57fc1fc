/* SPDX-License-Identifier: MIT */
/* The bridge in between, on its own thread: every kind of line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/bridge/via.h"
#include "bench/kd/record.h"
#include "bench/link/stream.h"

#define PATIENCE (20 * NS_PER_S)
#define PAYLOAD 100000 /* more than all buffers between hold at once */

static const struct host_config host = { .wait = LINK_WAIT_ADAPTIVE };
static struct via *via;
static struct link *target;
static int guest; /* the other end of the target's link */

/* Of any kind; of a UART's bytes less may lie in the socket. */
static void start(enum transport_kind kind, enum transport_via how)
{
	const struct transport_config t = {
		.kind = kind,
		.uart.via = (int)how,
		.byteport.via = (int)how,
		.virtio.via = (int)how,
		.ivshmem.via = (int)how,
		.native.via = (int)how,
	};
	struct err err = { 0 };
	int ends[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	guest = ends[1];
	assert_true(stream_link_open(&target, ends[0], &err));
	if (!via_start(&via, &t, target, &host, &err))
		fail_msg("%s", err.text);
}

static void stop(void)
{
	struct err err = { 0 };

	via_stop(via, &err);
	assert_int_equal(err.kind, ERR_NONE);
	link_free(target);
	if (guest >= 0)
		close(guest);
}

/* Step the session's end until it has bytes; 0: it has ended. */
static size_t session_reads(uint8_t *to, size_t size)
{
	uint64_t end = clock_now_ns() + PATIENCE;
	struct link *l = via_link(via);
	struct err err = { 0 };
	struct kd_span in[2];
	uint64_t next;
	size_t n;

	while (link_step(l, clock_now_ns(), &next, &err)) {
		if (link_peek(l, in)) {
			n = in[0].len < size ? in[0].len : size;
			memcpy(to, in[0].at, n);
			link_consume(l, n);
			return n;
		}
		assert_true(clock_now_ns() < end);
	}
	return 0;
}

static void session_writes(const uint8_t *from, size_t len)
{
	uint64_t end = clock_now_ns() + PATIENCE;
	struct link *l = via_link(via);
	struct err err = { 0 };
	struct kd_room out[2];
	uint64_t next;

	while (len) {
		size_t n = 0;

		if (link_reserve(l, out)) {
			n = out[0].len < len ? out[0].len : len;
			memcpy(out[0].at, from, n);
			link_commit(l, n);
		}
		from += n;
		len -= n;
		assert_true(link_step(l, clock_now_ns(), &next, &err));
		assert_true(clock_now_ns() < end);
	}
	assert_true(link_step(l, clock_now_ns(), &next, &err));
}

static void test_via__carries_bytes_both_ways(void **state)
{
	static const enum transport_via kinds[] = { VIA_UNIX, VIA_TCP,
						    VIA_PTY };
	uint8_t bytes[256], back[256];

	(void)state;
	/* Kinds that have a 'via' come first. */
	assert_int_equal(TRANSPORT_NATIVE + 1, TRANSPORT_SIM);
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (unsigned k = 0; k < 3 * (TRANSPORT_NATIVE + 1); k++) {
		size_t n;

		start((enum transport_kind)(k / 3), kinds[k % 3]);
		session_writes(bytes, sizeof(bytes));
		n = (size_t)recv(guest, back, sizeof(back), MSG_WAITALL);
		assert_int_equal(n, sizeof(back));
		assert_memory_equal(bytes, back, sizeof(back));
		for (unsigned round = 0; round < PAYLOAD / 256; round++) {
			size_t at = 0;

			assert_int_equal(send(guest, bytes, sizeof(bytes), 0),
					 sizeof(bytes));
			while (at < sizeof(back)) {
				n = session_reads(back + at, sizeof(back) - at);
				assert_true(n > 0);
				at += n;
			}
			assert_memory_equal(bytes, back, sizeof(back));
		}
		stop();
	}
}

static void test_via__tells_why_the_target_went(void **state)
{
	struct err err = { 0 };
	uint8_t byte;

	(void)state;
	start(TRANSPORT_IVSHMEM, VIA_UNIX);
	close(guest);
	guest = -1;
	assert_int_equal(session_reads(&byte, 1), 0);
	err_set(&err, ERR_GUEST, "the session's end has no idea");
	via_stop(via, &err);
	via = NULL;
	assert_string_equal(err.text, "the target closed the connection");
	stop();
}

/* The session is over, whatever is under way. */
static void test_via__ends_with_bytes_under_way(void **state)
{
	uint8_t bytes[4096] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		start(TRANSPORT_IVSHMEM, VIA_UNIX);
		(void)send(guest, bytes, sizeof(bytes), MSG_DONTWAIT);
		session_writes(bytes, 100);
		stop();
	}
}

/* A packet link behind it: the session's end speaks the serial framing. */
static void test_via__frames_packet_links(void **state)
{
	uint8_t record[KD_RECORD_SIZE + 240] = { 0 }, framed[16];
	const struct transport_config t = { .kind = TRANSPORT_IVSHMEM,
					    .ivshmem.via = VIA_UNIX };
	struct err err = { 0 };
	size_t at = 0;

	(void)state;
	kd_record_store(record, KD_RECORD_DATA, KD_STATE_CHANGE64, 240);
	start(TRANSPORT_IVSHMEM, VIA_NONE);
	assert_null(via);
	target->framing = LINK_PACKET;
	assert_true(via_start(&via, &t, target, &host, &err));
	assert_int_equal(send(guest, record, sizeof(record), 0),
			 sizeof(record));
	while (at < sizeof(framed)) {
		size_t n = session_reads(framed + at, sizeof(framed) - at);

		assert_true(n > 0);
		at += n;
	}
	assert_int_equal(kd_load32(framed), KD_LEADER_DATA);
	assert_int_equal(kd_load16(framed + 4), KD_STATE_CHANGE64);
	assert_int_equal(kd_load32(framed + 8), KD_ID_INITIAL | KD_ID_SYNC);
	stop();
}

/* How many bytes of the session fit in between while the target takes none? */
static size_t hidden(enum transport_kind kind)
{
	struct kd_room out[2];
	size_t total = 0;

	start(kind, VIA_UNIX);
	for (unsigned quiet = 0; quiet < 50; quiet++) {
		struct link *l = via_link(via);
		struct err err = { 0 };
		uint64_t next;

		assert_true(link_step(l, clock_now_ns(), &next, &err));
		if (link_reserve(l, out)) {
			memset(out[0].at, 0, out[0].len);
			link_commit(l, out[0].len);
			total += out[0].len;
			quiet = 0;
		}
		clock_sleep_until(clock_now_ns() + NS_PER_MS / 10);
	}
	stop();
	return total;
}

/*
 * Before a UART it must be little, or a debugger's time-outs would run against
 * bytes that have not left: less than a large request.
 */
static void test_via__hides_little_from_a_uart(void **state)
{
	(void)state;
	assert_true(hidden(TRANSPORT_UART) < 2000);
	assert_true(hidden(TRANSPORT_IVSHMEM) > 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_via__carries_bytes_both_ways),
		cmocka_unit_test(test_via__tells_why_the_target_went),
		cmocka_unit_test(test_via__ends_with_bytes_under_way),
		cmocka_unit_test(test_via__frames_packet_links),
		cmocka_unit_test(test_via__hides_little_from_a_uart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
