/* SPDX-License-Identifier: MIT */
/* The readers of capture files; capture.c chooses one. */
#ifndef DECODE_READ_H
#define DECODE_READ_H

#include "bench/decode/capture.h"

/* A file in memory, and its name for messages. */
struct input {
	const char *path;
	const uint8_t *at;
	size_t len;
};

/* What the first bytes look like; FROM_RAW if nothing else. */
enum capture_from read_detect(const struct input *in);

/* Each adds to *c. False (ERR_HOST): the file is not what it should be. */
bool read_trace(struct capture *c, const struct input *in, struct err *err);
bool read_kdnet(struct capture *c, const struct input *in, struct err *err);
bool read_pcapng(struct capture *c, const struct input *in, struct err *err);
bool read_pcap(struct capture *c, const struct input *in, struct err *err);

/* Is this the older pcap, of either byte order? */
bool read_is_pcap(const struct input *in);

#endif
