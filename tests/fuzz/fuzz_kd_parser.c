/* SPDX-License-Identifier: MIT */
/*
 * Any bytes in any chunking: the parser gives the same events as for the whole,
 * never reads beyond its span, and the sum of each packet is that of its bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/kd/parser.h"
#include "bench/kd/sum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All events of an input in one number. */
static uint64_t events(const uint8_t *data, size_t size, size_t piece,
		       uint8_t mode)
{
	struct kd_parser p;
	uint64_t digest = 0;

	if (mode & 4)
		kd_parser_init_records(&p);
	else
		kd_parser_init(&p, mode & 1);
	for (size_t at = 0; at < size;) {
		size_t n = size - at < piece ? size - at : piece;
		/* A copy of its own, so that ASan sees a read beyond it. */
		uint8_t *copy = malloc(n);
		size_t used = 0, total = 0;
		enum kd_parse event;

		memcpy(copy, data + at, n);
		do {
			event = kd_parser_next(
				&p, (struct kd_span){ copy + total, n - total },
				&used);
			total += used;
			if (event != KD_PARSE_MORE)
				digest = hash_add(digest, event);
			if (event == KD_PARSE_HEADER &&
			    p.header.leader == KD_LEADER_DATA) {
				if (mode & 2)
					kd_parser_skip(&p);
				else
					kd_parser_take(&p);
			}
			if (event == KD_PARSE_PAYLOAD &&
			    kd_sum(p.payload, p.header.len) != p.sum)
				abort();
		} while (event != KD_PARSE_MORE || total < n);
		at += n;
		free(copy);
	}
	return hash_add(digest, kd_parser_digest(&p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t mode;
	size_t piece;

	if (size < 2)
		return 0;
	mode = data[0];
	piece = data[1] % 40u + 1;
	if (events(data + 2, size - 2, size, mode) !=
	    events(data + 2, size - 2, piece, mode))
		abort();
	return 0;
}
