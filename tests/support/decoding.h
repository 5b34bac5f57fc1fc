/* SPDX-License-Identifier: MIT */
/* 'kdbench decode' without the program: a capture in, its text out. */
#ifndef SUPPORT_DECODING_H
#define SUPPORT_DECODING_H

#include <jansson.h>

#include "bench/decode/print.h"

struct decoding {
	struct capture capture;
	struct packet_list list;
};

/* Read and cut bytes; a capture that is refused fails the test. Release it. */
void decoding_start(struct decoding *d, const uint8_t *bytes, size_t len,
		    enum capture_from from, enum capture_dir dir);

/* The same for bytes as hex, a raw dump of unknown direction. */
void decoding_start_hex(struct decoding *d, const char *hex);

/* The same for a file in $KDBENCH_CAPTURES; without it the test is skipped. */
void decoding_start_file(struct decoding *d, const char *name,
			 enum capture_from from);

/* Lines (verbose 0, 1, 2), as text; free() it. */
char *decoding_text(const struct decoding *d, unsigned verbose);

/* The packets as --json has them: an array; json_decref() it. */
json_t *decoding_json(const struct decoding *d);

/* As pcapng; free() it. */
uint8_t *decoding_pcapng(const struct decoding *d, size_t *len);

void decoding_release(struct decoding *d);

#endif
