/* SPDX-License-Identifier: MIT */
/* The workloads without KD: how fast can memory move at all? */
#include "bench/guest/order.h"

#include "bench/guest/block.h"
#include "bench/guest/memory.h"
#include "bench/guest/stop.h"
#include "bench/guest/ticks.h"
#include "bench/guest/wait.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/sum.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- KDBB_COPY --------------------------------------------------------------
 */

/* Break-ins are left to the timer, and a new order ends it. */
uint64_t order_copy(struct order *o)
{
	uint64_t from_size = block_field(KDBB_PATTERN_SIZE);
	uint64_t to_size = block_field(KDBB_SCRATCH_SIZE);
	const uint8_t *from = (const uint8_t *)block_field(KDBB_PATTERN);
	uint8_t *to = (uint8_t *)block_field(KDBB_SCRATCH);
	uint64_t read = 0, written = 0;
	uint32_t sum = 0;

	if (!from_size || !to_size || !o->args[1])
		return 0;
	while (o->done < o->args[0] && order_is_current(o)) {
		uint64_t len = least(least(from_size - read, to_size - written),
				     least(o->args[1], o->args[0] - o->done));

		sum += kd_copy_sum(to + written, from + read, len);
		read = read + len < from_size ? read + len : 0;
		written = written + len < to_size ? written + len : 0;
		o->done += len;
		counters[KDBB_WORK_UNITS]++;
	}
	/* Without somebody who wants it, it would not be made. */
	__asm__ volatile("" ::"r"(sum));
	return o->done;
}

/* --- KDBB_RAW ---------------------------------------------------------------
 */

/* The answer that is on its way. */
struct answer {
	uint64_t address;
	uint64_t head, len, tail; /* bytes: zeroes, memory, their sum */
	uint64_t sent;            /* of all three */
	uint32_t sum;             /* of what was sent of the memory */
};

/* Take 'len' bytes off the line. */
static void hear(const struct line *line, uint8_t *to, size_t len)
{
	while (len) {
		struct kd_span in[2];
		size_t n;

		if (!line->peek(in)) {
			wait_fruitless(line, false, TICKS_NEVER);
			continue;
		}
		wait_fruitful();
		n = least(in[0].len, len);
		__builtin_memcpy(to, in[0].at, n);
		line->consume(n);
		to += n;
		len -= n;
	}
}

/* Bytes of memory that is not there are zero. */
static void fill_memory(struct answer *a, uint8_t *to, uint32_t len)
{
	uint64_t from = a->address + a->sent - a->head;
	uint32_t there = a->tail ? memory_read(from, to, len, &a->sum)
				 : memory_copy(from, to, len);

	__builtin_memset(to + there, 0, len - there);
}

/* As much of the answer as there is room for; returns how much. */
static size_t fill(struct answer *a, struct kd_room room)
{
	uint64_t end = a->head + a->len;
	size_t done = 0, n;

	if (a->sent < a->head) {
		n = least(room.len, a->head - a->sent);
		__builtin_memset(room.at, 0, n);
		a->sent += n;
		done += n;
	}
	if (a->sent >= a->head && a->sent < end) {
		n = least(room.len - done, end - a->sent);
		fill_memory(a, room.at + done, (uint32_t)n);
		a->sent += n;
		done += n;
	}
	for (; a->sent >= end && a->sent < end + a->tail && done < room.len;
	     a->sent++)
		room.at[done++] = (uint8_t)(a->sum >> 8 * (a->sent - end));
	return done;
}

static void say_ready(const struct line *line)
{
	struct kd_room rooms[2];

	while (!line->reserve(rooms))
		wait_fruitless(line, true, TICKS_NEVER);
	*rooms[0].at = KDBB_RAW_READY;
	line->commit(1);
}

static void say(const struct line *line, struct answer *a)
{
	while (a->sent < a->head + a->len + a->tail) {
		struct kd_room rooms[2];
		unsigned count = line->reserve(rooms);
		size_t n = 0;

		for (unsigned i = 0; i < count; i++)
			n += fill(a, rooms[i]);
		if (n) {
			wait_fruitful();
			line->commit(n);
			continue;
		}
		wait_fruitless(line, true, TICKS_NEVER);
	}
}

/* Nothing in a request is believed: it is checked on our own copy. */
uint64_t order_raw(struct order *o)
{
	static uint8_t request[KDBB_RAW_REQUEST];
	uint64_t tail = o->args[0] == KDBB_RAW_SUMMED ? sizeof(uint32_t) : 0;
	bool interrupts;
	const struct line *line = stop_lend_line(&interrupts);

	say_ready(line);
	for (;;) {
		uint64_t len;

		hear(line, request, sizeof(request));
		len = kd_load64(request + KDBB_RAW_LENGTH);
		if (len == 0 || len > KD_DATA_MAX)
			break;
		say(line,
		    &(struct answer){
			    .address = kd_load64(request + KDBB_RAW_ADDRESS),
			    .head = KDBB_RAW_EXTRA - tail,
			    .len = len,
			    .tail = tail,
		    });
		order_unit_done(o);
	}
	stop_return_line(interrupts);
	return o->done;
}
