/* SPDX-License-Identifier: MIT */
/*
 * Going through a capture packet by packet (walk.c): what requests become
 * (request.c), and what the target does (target.c). Private to bench/import.
 */
#ifndef IMPORT_WALK_H
#define IMPORT_WALK_H

#include "bench/import/import.h"
#include "bench/kd/message.h"

#define NO_ROW SIZE_MAX

struct walk {
	struct import *im;
	const struct import_options *o;
	size_t room;      /* of im->rows */
	size_t pending;   /* row whose reply is awaited, or NO_ROW */
	size_t last;      /* row of the last request, or NO_ROW */
	uint32_t unknown; /* API of a left-out request that is out, or 0 */
	bool replied;     /* 'last' was */
	bool acked;       /* ... and the debugger acknowledged that */
	bool acks;        /* there are ACKs of the debugger at all */
	bool replies;     /* there are replies at all */
	uint32_t reply_id;
	bool running;      /* the target runs */
	bool begun;        /* there was a request */
	bool open;         /* it has a file open */
	size_t file;       /* row of the wish for a file to be answered */
	uint64_t heard_ns; /* when the debugger last heard something */
	bool heard;
	uint32_t handles[64]; /* of the capture: row + 1 that set it; by handle
			       */
	bool breakpoints;     /* some were set */
	uint64_t acks_room, ack_count, *ack_ns; /* owned */
	uint64_t sent_ns; /* the packet of the target to be acknowledged */
	uint32_t sent_id;
	bool sent;
};

/* One more row; NULL only if there are absurdly many. */
struct import_row *walk_add(struct walk *w, enum script_kind kind,
			    uint64_t t_ns);

/* The last row that was not dropped, or NULL. */
struct import_row *walk_last(const struct walk *w);

/* Count something that is not replayed as it was. */
void walk_leave(struct import *im, const char *what);

/* A request of the debugger, a reply of the target. */
void walk_request(struct walk *w, const struct packet *p);
void walk_reply(struct walk *w, const struct packet *p);

/* Prints, stops and files of the target; the answer to a file; a break-in. */
void walk_stop(struct walk *w, const struct packet *p);
void walk_print(struct walk *w, const struct packet *p);
void walk_file(struct walk *w, const struct packet *p);
void walk_answer(struct walk *w, const struct packet *p);
void walk_break_in(struct walk *w, const struct packet *p);

/* The target must stand still now: a stop that nobody saw is assumed. */
void walk_stand(struct walk *w, uint64_t t_ns);

/* Everything was seen. */
void walk_end(struct walk *w);

/* Keep the rows that are wanted; then what depends on what, and the gaps. */
bool import_keep(struct import *im, const struct import_options *o,
		 struct err *err);
void import_depend(struct import *im);
void import_pages(struct import *im);
void import_gaps(struct import *im, const struct import_options *o);

/* The space of a row's memory; false: it has none. */
bool import_space(const struct import_row *row, enum import_space *space);

/* The median of 'count' values, which are sorted; 0 of none. */
uint64_t import_median(uint64_t *values, size_t count);

#endif
