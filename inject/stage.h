/* SPDX-License-Identifier: MIT */
/*
 * What a fault is. A stage sits on one direction of a link and is handed
 * chunks. *When* it acts is common to all faults and lives around it (when.h);
 * *what* it does is its file: setting rows, one function, one struct
 * stage_type, and a line in registry.c.
 *
 * No clock, no I/O, no allocation, no libm, no dice about whether to act: a
 * stage edits the bytes that it is handed. What it must remember, such as a
 * burst that goes on, lies in the chain (stage_state), so that a chain can be
 * copied, compared and brought back.
 */
#ifndef INJECT_STAGE_H
#define INJECT_STAGE_H

#include "bench/base/setting.h"
#include "inject/chunk.h"
#include "inject/when.h"

/* Where a stage tells of its acts; stage.c has it. */
struct chain;
struct stage_out;

/* What a stage may remember from one act to the next, all zeroes at first. */
#define STAGE_STATE_WORDS 8

/* Ten minutes: the arithmetic of the queue rests on a limit. */
#define STAGE_TIME_MAX_NS UINT64_C(600000000000)

/* A kind of fault: one row of the registry. */
struct stage_type {
	const char *name; /* as in scenarios, and in the fault log */
	const char *help; /* one line */
	/*
	 * How an act reads, with {place} {was} {before} {after} and {time},
	 * {rate}, {count}, {became}, {lost} or {side} for its amount, {who}
	 * for its side:
	 * "{place} {was} dropped".
	 */
	const char *tells;
	bool per_byte; /* 'per' defaults to byte */
	bool whole;    /* only whole packets: no 'field', no 'offset' */
	bool runs;     /* per byte too it is handed all the bytes at once, as if
			  per packet: it draws for each itself */
	bool records;  /* per packet it may meet records, which are reliable:
			  it leaves no part of one behind */
	bool once;     /* 'limit' defaults to 1 */
	uint8_t asks;  /* enum chain_event_kind: what it asks for, or none */
	size_t config_size;
	const struct setting *settings; /* ends with a NULL key */
	/*
	 * What is wrong with settings that are legal one by one: a static text
	 * for a message, or NULL. May be NULL.
	 */
	const char *(*check)(const void *config);
	/* The same of settings together with 'when'. May be NULL. */
	const char *(*check_when)(const void *config, const struct when *when);
	/*
	 * Bytes on their way at which the chain stops reading, UINT64_MAX:
	 * never because of this fault. May be NULL.
	 */
	uint64_t (*holds)(const void *config);
	/*
	 * A hash of what is remembered, without absolute time; NULL: the words
	 * as they are.
	 */
	uint64_t (*digest)(const uint64_t *state, uint64_t now);
	/*
	 * Act on a run of bytes: one byte (per byte), the bytes that 'field'
	 * and 'offset' leave (per packet), or else the whole chunk, and then
	 * run.whole is set. It is never empty. 'draw' is the random number of
	 * this address. Edit the chunk with chunk_*() and tell each act with
	 * stage_note(), while the run is where it says.
	 */
	void (*apply)(const void *config, struct chunk *c, struct chunk_run run,
		      uint64_t draw, struct stage_out *out);
	/*
	 * Do to a chunk again what was told with this 'amount', although what
	 * decided it is not as it was, such as how full a pipe is. NULL: it is
	 * told by values, or apply() does the same again.
	 */
	void (*again)(const void *config, struct chunk *c, uint64_t amount,
		      struct stage_out *out);
};
extern const struct stage_type *const stage_types[]; /* ends with NULL */

/* The fault of this name, or NULL. */
const struct stage_type *stage_find(const char *name);

/*
 * What is wrong with a fault whose settings and 'when' are legal one by one: a
 * static text for a message ("'min' is larger than 'max'"), or NULL.
 */
const char *stage_check(const struct stage_type *type, const void *config,
			const struct when *when);

/* Does it act on bytes: is 'per: byte' written, or its default? */
bool stage_is_per_byte(const struct stage_type *type, const struct when *when);

/* As stage_check(), for a link that carries records. */
const char *stage_check_records(const struct stage_type *type,
				const struct when *when);

/* Is it to act per byte? For those that are handed runs. */
bool stage_per_byte(const struct stage_out *out);

/* Does the link carry records, so that a packet is never in pieces? */
bool stage_records(const struct stage_out *out);

/* The key of the stage's draws at another address: for draw_more(). */
uint64_t stage_key(const struct stage_out *out,
		   const struct packet_address *address);

/* Is a chunk held back already? Then no other can be. */
bool stage_holds(const struct stage_out *out);

/*
 * The link hangs up: what comes behind this chunk is lost, until the session
 * heals or, if one is asked for, until the owner of the link has brought a new
 * pipe, in which nothing is left of the old one.
 */
void stage_hang_up(struct stage_out *out, bool new_pipe);

/*
 * Ask for something to happen where 'run' begins: what is before it has been
 * delivered by then, and what is behind it comes later. A whole packet comes
 * later. False, and nothing happens, if too much is asked for already.
 */
bool stage_ask(struct stage_out *out, struct chunk *c, struct chunk_run run,
	       enum chain_event_kind kind, uint64_t amount);

/* What is wrong with the 'when' of a fault that asks: the text, or NULL. */
const char *stage_check_asking(const void *config, const struct when *when);

/* The stage's own STAGE_STATE_WORDS words. */
uint64_t *stage_state(struct stage_out *out);

/*
 * Tell an act on 'run' of 'c' (as it is now). 'before' and 'after' are byte
 * values or -1; what 'amount' counts is the fault's business. A byte that an
 * earlier stage has put there is told as the one behind it.
 */
void stage_note(struct stage_out *out, const struct chunk *c,
		struct chunk_run run, int before, int after, uint64_t amount);

/*
 * For the chain: show a chunk to its stage 'index'. Each stage sees each chunk,
 * also what an earlier one has dropped: otherwise its 'nth' would not be a
 * matter of the undamaged stream.
 */
void stage_run(struct chain *c, unsigned index, struct chunk *k);

/*
 * Send bytes back where the chunk came from: they are due at once in the other
 * direction, past its faults and without an address. False, and nothing is
 * sent, if the line has reflected STAGE_REFLECTED_MAX bytes that it has not
 * delivered.
 */
#define STAGE_REFLECTED_MAX 8192
bool stage_reflect(struct stage_out *out, const void *bytes, size_t len);

/* Bytes before this chunk that nobody has taken yet ... */
size_t stage_waiting(const struct stage_out *out);

/* ... and to lose the oldest of them, at most so many. */
void stage_forget(struct stage_out *out, size_t len);

#endif
