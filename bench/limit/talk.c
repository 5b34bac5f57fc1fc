/* SPDX-License-Identifier: MIT */
#include "bench/limit/talk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/sum.h"

#define SILENCE_NS (10 * NS_PER_S)
#define API_READ UINT32_C(0x3130)
/* Where a ReadVirtual message has them. */
#define ADDRESS_AT 16
#define COUNT_AT 24

#define ASK_SIZE KDBB_RAW_EXTRA
#define ANSWER_MAX (KDBB_RAW_EXTRA + KD_DATA_MAX)

/* --- what is said ----------------------------------------------------------
 */

/* An ACK, and a packet of a message with 'data' behind it; returns bytes. */
static size_t build(uint8_t *to, uint64_t trip, uint64_t offset, uint32_t count,
		    struct kd_span data)
{
	uint8_t *packet = to + KD_HEADER_SIZE;
	uint8_t *payload = packet + KD_HEADER_SIZE;
	size_t len = KD_MANIPULATE_SIZE + data.len;
	uint32_t id = KD_ID_INITIAL | (uint32_t)(trip & 1);

	memset(payload, 0, KD_MANIPULATE_SIZE);
	kd_store32(payload, API_READ);
	kd_store64(payload + ADDRESS_AT, offset);
	kd_store32(payload + COUNT_AT, count);
	if (data.len)
		memcpy(payload + KD_MANIPULATE_SIZE, data.at, data.len);
	payload[len] = KD_TRAILER_BYTE;
	kd_store_header(to, &(struct kd_header){
				    .leader = KD_LEADER_CONTROL,
				    .type = KD_ACKNOWLEDGE,
				    .id = id,
			    });
	kd_store_header(packet, &(struct kd_header){
					.leader = KD_LEADER_DATA,
					.type = KD_STATE_MANIPULATE,
					.len = (uint16_t)len,
					.id = id,
					.checksum = kd_sum(payload, len),
				});
	return KDBB_RAW_EXTRA + data.len;
}

uint64_t asker_trips(const struct limit_setup *s)
{
	return (s->bytes + KD_DATA_MAX - 1) / KD_DATA_MAX;
}

/* Where in the pattern a trip's block begins: past its end it starts over. */
static uint64_t block_of(const struct limit_setup *s, uint64_t trip)
{
	return trip % asker_trips(s) * KD_DATA_MAX;
}

uint32_t asker_payload(const struct limit_setup *s, uint64_t trip)
{
	uint64_t left = s->bytes - block_of(s, trip);

	return left < KD_DATA_MAX ? (uint32_t)left : KD_DATA_MAX;
}

/* --- the far end ------------------------------------------------------------
 */

static bool read_all(int fd, uint8_t *to, size_t len)
{
	while (len) {
		ssize_t n = recv(fd, to, len, 0);

		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		to += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool write_all(int fd, const uint8_t *from, size_t len)
{
	while (len) {
		ssize_t n = send(fd, from, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		from += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void *answer(void *arg)
{
	struct answerer *p = arg;
	const struct limit_setup *s = p->setup;
	uint8_t ask[ASK_SIZE], say[ANSWER_MAX];
	const uint8_t *message = ask + 2 * KD_HEADER_SIZE;
	uint64_t trip = 0;

	while (read_all(p->fd, ask, sizeof(ask))) {
		uint64_t offset = kd_load64(message + ADDRESS_AT);
		uint32_t len = kd_load32(message + COUNT_AT);
		size_t n;

		if (offset > s->bytes || len > s->bytes - offset ||
		    len > KD_DATA_MAX)
			break;
		n = build(say, trip++, offset, len,
			  (struct kd_span){ s->pattern + offset, len });
		if (!write_all(p->fd, say, n))
			break;
	}
	shutdown(p->fd, SHUT_RDWR);
	return NULL;
}

bool answerer_start(struct answerer *p, const struct limit_setup *s, int fd,
		    struct err *err)
{
	*p = (struct answerer){ .setup = s, .fd = fd };
	p->running = pthread_create(&p->thread, NULL, answer, p) == 0;
	return p->running || err_set(err, ERR_HOST, "cannot start a thread");
}

void answerer_join(struct answerer *p)
{
	if (p->running)
		(void)pthread_join(p->thread, NULL);
	if (p->fd >= 0)
		close(p->fd);
	p->running = false;
	p->fd = -1;
}

/* --- the near end -----------------------------------------------------------
 */

/* Until the link has something, or room. */
static bool await(struct link *l, uint64_t since, struct err *err)
{
	struct pollfd fds[LINK_FDS_MAX];
	struct timespec second = { .tv_sec = 1 };

	if (!link_arm(l))
		(void)ppoll(fds, link_fds(l, fds), &second, NULL);
	link_disarm(l);
	return clock_now_ns() - since < SILENCE_NS ||
	       err_set(err, ERR_HOST, "nothing comes through");
}

/*
 * Put what there is room for, through the chain, and what waits there; returns
 * how much of 'in' is done with.
 */
static size_t put(struct asker *a, struct kd_span in)
{
	uint64_t now = clock_now_ns();
	struct chain *c = a->chains ? &a->chains[TO_TARGET] : NULL;
	size_t taken = c ? chain_put(c, in, now) : 0;
	struct kd_span from = c ? chain_peek(c, now) : in;
	struct kd_room out[2];

	if (!from.len || !link_reserve(a->link, out))
		return taken;
	if (from.len > out[0].len)
		from.len = out[0].len;
	memcpy(out[0].at, from.at, from.len);
	link_commit(a->link, from.len);
	if (c)
		chain_consume(c, from.len);
	return c ? taken : from.len;
}

/* Take what has come, through the chain; returns how much of it is in 'to'. */
static size_t take(struct asker *a, uint8_t *to, size_t room)
{
	uint64_t now = clock_now_ns();
	struct chain *c = a->chains ? &a->chains[TO_DEBUGGER] : NULL;
	struct kd_span in[2];
	struct kd_span from = { NULL, 0 };

	if (link_peek(a->link, in))
		from = in[0];
	if (c) {
		if (from.len)
			link_consume(a->link, chain_put(c, from, now));
		from = chain_peek(c, now);
	}
	if (from.len > room)
		from.len = room;
	if (!from.len)
		return 0;
	memcpy(to, from.at, from.len);
	if (c)
		chain_consume(c, from.len);
	else
		link_consume(a->link, from.len);
	return from.len;
}

/* Is there something in the chain that the link had no room for? */
static bool waits(const struct asker *a)
{
	return a->chains &&
	       chain_peek(&a->chains[TO_TARGET], clock_now_ns()).len != 0;
}

static bool exchange(struct asker *a, struct kd_span ask, uint8_t *answer,
		     size_t len, struct err *err)
{
	uint64_t since = clock_now_ns(), next;

	while (len) {
		size_t said = put(a, ask), heard;

		ask.at += said;
		ask.len -= said;
		if (!link_step(a->link, clock_now_ns(), &next, err))
			return false;
		heard = take(a, answer, len);
		answer += heard;
		len -= heard;
		if (!said && !heard && !waits(a) && !await(a->link, since, err))
			return false;
	}
	return true;
}

bool asker_trip(struct asker *a, const struct limit_setup *s, struct err *err)
{
	uint8_t ask[ASK_SIZE], got[ANSWER_MAX];
	uint64_t offset = block_of(s, a->trips);
	uint32_t len = asker_payload(s, a->trips);
	struct kd_span none = { NULL, 0 };

	(void)build(ask, a->trips++, offset, len, none);
	return exchange(a, (struct kd_span){ ask, sizeof(ask) }, got,
			KDBB_RAW_EXTRA + (size_t)len, err) &&
	       limit_verify(s, got + KDBB_RAW_EXTRA - 1, offset, len, err);
}
