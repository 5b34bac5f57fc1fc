/* SPDX-License-Identifier: MIT */
/*
 * One direction of a simulated line: bytes that are under way, each with the
 * instant at which it arrives. Plain data, virtual time.
 *
 * A paced line takes bytes into a FIFO as a UART does, one leaves it each byte
 * time; an unpaced one takes all at once. Either way a byte arrives 'latency'
 * after it left, and no more than 'capacity' are under way or unread.
 */
#ifndef LAUNCH_SIM_PIPE_H
#define LAUNCH_SIM_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/base/keeper.h"
#include "bench/kd/span.h"

#define SIM_PIPE_BYTES 65536
#define SIM_PIPE_SEGMENTS 1024
#define SIM_PIPE_MARKS 64
#define SIM_FIFO 16 /* transmit FIFO of a paced line, bytes */

/* A run of bytes: the first arrives at due_ns, the others byte_ns apart. */
struct sim_segment {
	uint32_t len;
	uint64_t due_ns;
	uint64_t byte_ns;
};

struct sim_pipe {
	uint64_t byte_ns; /* one byte on the line; 0: unpaced */
	uint64_t latency_ns;
	uint32_t capacity;     /* at most SIM_PIPE_BYTES */
	uint64_t line_free_ns; /* when the last byte taken will have left */
	uint32_t head, len;
	uint32_t segment_head, segments;
	/* The first so many are known to have arrived, with so many bytes. */
	uint32_t ripe, ripe_bytes;
	uint32_t marks;
	uint32_t mark[SIM_PIPE_MARKS]; /* receive errors: bytes before each,
					  unread ones only, ascending */
	struct sim_segment segment[SIM_PIPE_SEGMENTS];
	uint8_t bytes[SIM_PIPE_BYTES];
};

/* 'baud' in bits per second, 10 to a byte; 0: unpaced. */
void sim_pipe_init(struct sim_pipe *p, uint64_t baud, uint64_t latency_ns,
		   uint64_t capacity);

/* How many bytes can be put now. */
size_t sim_pipe_room(const struct sim_pipe *p, uint64_t now);

/* Where they would go: at most two rooms; returns how many. */
unsigned sim_pipe_reserve(struct sim_pipe *p, uint64_t now,
			  struct kd_room out[2]);

/* They have been put there. */
void sim_pipe_commit(struct sim_pipe *p, size_t len, uint64_t now);

/* Bytes that have arrived: at most two spans; returns how many. */
unsigned sim_pipe_peek(const struct sim_pipe *p, uint64_t now,
		       struct kd_span in[2]);
void sim_pipe_consume(struct sim_pipe *p, size_t len);

/* The next byte that is put comes behind a receive error. */
void sim_pipe_mark(struct sim_pipe *p);

/* Is there one before the first unread byte? It is taken. */
bool sim_pipe_take_error(struct sim_pipe *p);

/* How many unread bytes there are at most before the next one. */
size_t sim_pipe_to_error(const struct sim_pipe *p);

/* When the next byte arrives that has not yet, or UINT64_MAX. */
uint64_t sim_pipe_next_arrival(const struct sim_pipe *p, uint64_t now);

/* When there will be room again, or UINT64_MAX if that depends on the reader.
 */
uint64_t sim_pipe_next_room(const struct sim_pipe *p, uint64_t now);

/* Put away or bring back all that is under way, and nothing else. */
void sim_pipe_keep(struct sim_pipe *p, struct keeper *k);

/* A hash of all that is under way, in relative time. */
uint64_t sim_pipe_digest(const struct sim_pipe *p, uint64_t now);

#endif
