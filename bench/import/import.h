/* SPDX-License-Identifier: MIT */
/*
 * From a capture of a real session to the rows of a script: what the debugger
 * asked, what the target did by itself, which address came out of which reply,
 * and how long the debugger took. What cannot be replayed is left out, by name.
 * A capture may come from an enemy; nothing in it is believed.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdio.h>

#include "bench/decode/packet.h"
#include "bench/kd/layout.h"
#include "bench/session/script.h"

/* A longer pause is a person's and not the debugger's. */
#define IMPORT_GAP_MAX_NS UINT64_C(10000000000)

#define IMPORT_LEFT_MAX 32

struct import_options {
	uint64_t gap_max_ns; /* pauses beyond it are left out */
	size_t skip;         /* rows before the first one wanted */
	size_t rows_max;     /* at most SCRIPT_ROWS_MAX */
	bool forced;         /* 'arch' is the machine, whatever packets say */
	enum kd_arch arch;
};

/* Memory of the capture, by how it is addressed. */
enum import_space { SPACE_VIRTUAL, SPACE_PHYSICAL, SPACE_BREAKPOINT };

/* A row, and what the capture says of it. */
struct import_row {
	struct script_row row;
	uint64_t address;    /* of memory, in the capture */
	const uint8_t *data; /* that came; borrowed from the packet list */
	size_t data_len;
	uint32_t source;   /* row that told its address, or breakpoint */
	uint64_t asked_ns; /* when it was sent, or the answer to it */
	bool dropped;
};

/* Something that is not replayed, or not as it was. */
struct import_left {
	char what[100];
	uint64_t count;
};

struct import {
	struct import_row *rows; /* owned */
	size_t count;
	enum kd_arch arch;
	bool timed;          /* the gaps are known */
	bool replies;        /* there are any */
	uint64_t packets;    /* in the capture */
	uint64_t digest;     /* of them */
	uint64_t resent;     /* requests that are counted once */
	uint64_t dependent;  /* rows that take their address from a reply */
	uint64_t pauses;     /* longer than the most, and left out */
	uint64_t longest_ns; /* of these */
	uint64_t ack_ns;     /* median */
	uint64_t gap_ns;     /* median */
	uint64_t pages;      /* distinct, of memory */
	uint64_t first_row;  /* of all, from 1 */
	uint64_t all_rows;   /* before skip and rows_max */
	struct import_left left[IMPORT_LEFT_MAX];
	size_t left_count;
};

/*
 * Take in a capture and the packets that it was cut into, both of which must
 * outlive *im. False (ERR_USAGE): there is nothing to replay in it. Release it
 * in any case.
 */
bool import_packets(struct import *im, const struct capture *c,
		    const struct packet_list *list,
		    const struct import_options *o, struct err *err);

void import_release(struct import *im);

/* Bytes of scratch region that the script takes. */
uint64_t import_region(const struct import *im);

/*
 * Write the scenario, called 'name', made from 'file', whose name may be
 * anything. The same rows make the same bytes.
 */
void import_write(const struct import *im, const char *name, const char *file,
		  FILE *out);

/* What became of the capture, in lines without an end; for a person. */
void import_tell(const struct import *im,
		 void (*line)(void *env, const char *text), void *env);

#endif
