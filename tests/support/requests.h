/* SPDX-License-Identifier: MIT */
/* Requests that every target answers alike, with what they answer. */
#ifndef SUPPORT_REQUESTS_H
#define SUPPORT_REQUESTS_H

#include <stddef.h>

#include "bench/kd/message.h"

/* An address where there is no memory. */
#define REQUEST_NOWHERE UINT64_C(0x7654321000)

/* What the first u64 of the union is relative to. */
enum request_base { NUMBER, AT_SCRATCH, AT_NOTHING };

struct request {
	const char *name;
	struct kd_manipulate m;
	enum request_base base;
	uint32_t status;
	uint32_t reply_len;
	const char *data;
	uint32_t data_len;
};

/* In this order: later ones see what earlier ones did. */
extern const struct request requests[];
extern const size_t request_count;

#endif
