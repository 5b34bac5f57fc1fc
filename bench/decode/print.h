/* SPDX-License-Identifier: MIT */
/* Packets as lines of at most 80 columns, or as JSON objects, one a line. */
#ifndef DECODE_PRINT_H
#define DECODE_PRINT_H

#include <stdio.h>

#include "bench/decode/dissect.h"
#include "bench/decode/history.h"

struct print_options {
	unsigned verbose; /* 1: fields, and the first bytes of data; 2: all */
	bool json;
	bool timed;
	bool forced; /* 'arch' is the machine, whatever the packets say */
	enum kd_arch arch;
};

/* One packet, and what is known of it. */
struct shown {
	const struct packet *p;
	struct dissection d;
	struct note note;
	bool ids; /* the framing has ids and checksums */
};

/* All packets of a list; *damaged: some of them are. */
void print_list(FILE *out, const struct packet_list *list,
		const struct print_options *o, bool *damaged);

/* One packet: its line, its fields, its JSON. */
void print_line(FILE *out, const struct shown *s,
		const struct print_options *o);
void print_fields(FILE *out, const struct shown *s,
		  const struct print_options *o);
void print_json(FILE *out, const struct shown *s,
		const struct print_options *o);

#endif
