/* SPDX-License-Identifier: MIT */
/*
 * A capture cut into packets, and into what is none: stray bytes and lone
 * break-ins. No byte is left out. Where a packet is damaged, the search goes on
 * as a receiver's does, with the hunt for four equal leader bytes, but it looks
 * back too: a sound packet that a wrong length would have swallowed is found.
 */
#ifndef DECODE_PACKET_H
#define DECODE_PACKET_H

#include "bench/decode/capture.h"
#include "bench/kd/wire.h"

enum packet_kind { PACKET_KD, PACKET_BREAKIN, PACKET_STRAY, PACKET_LINK_UP };

/* What is wrong with it: a set. */
enum packet_damage {
	DAMAGE_SUM = 1,           /* the checksum is not that of the payload */
	DAMAGE_TRAILER = 2,       /* a byte, but not AA */
	DAMAGE_NO_TRAILER = 4,    /* the capture ends, or a packet begins */
	DAMAGE_SHORT = 8,         /* so does the payload */
	DAMAGE_LONG = 16,         /* bytes behind the payload (KDNET) */
	DAMAGE_LENGTH = 32,       /* over 4000: no receiver takes it */
	DAMAGE_HEADER = 64,       /* the capture ends in the header */
	DAMAGE_TYPE = 128,        /* the leader does not fit the type */
	DAMAGE_STRAY = 256,       /* no packet at all */
	DAMAGE_NOT_ARRIVED = 512, /* the other end did not see it so */
	DAMAGE_NOT_SENT = 1024,   /* it was not sent so */
};

struct packet {
	uint64_t number; /* from 1, in the order of the list */
	uint64_t t_ns;   /* when its last byte was seen */
	uint64_t offset; /* of its first byte, in its direction */
	const uint8_t *raw;
	size_t raw_len;
	uint8_t kind; /* enum packet_kind */
	uint8_t dir;  /* enum capture_dir; a guess replaces DIR_UNKNOWN */
	uint8_t end;  /* enum capture_end */
	bool guessed; /* dir is */
	bool hidden;  /* the same as what the other end saw */
	bool has_trailer;
	uint8_t trailer;
	uint16_t damage; /* set of enum packet_damage */
	struct kd_header header;
	const uint8_t *payload; /* as much as there is: */
	size_t payload_len;
	uint32_t sum;       /* of it */
	uint32_t order;     /* which piece ended it */
	bool holds_breakin; /* STRAY: there is a 62 in it */
	uint8_t leader_run; /* STRAY: the longest run of leader bytes */
};

struct packet_list {
	struct packet *packets; /* owned, sorted */
	size_t count, room;
	uint8_t *streams[END_COUNT * DIR_COUNT]; /* owned; raw points here */
	bool records;  /* framing: there are no ids and sums */
	bool trailers; /* framing: there are trailers */
};

/* Cut a capture, which may be released afterwards. Release the list. */
void packet_list_cut(struct packet_list *list, const struct capture *c);

void packet_list_release(struct packet_list *list);

/* For packet_list_cut(): cut one stream, and say what the ends saw alike. */
struct stream {
	const uint8_t *at;
	size_t len;
	uint8_t dir, end, framing;
};
void packet_cut_serial(struct packet_list *list, const struct stream *s);
void packet_cut_records(struct packet_list *list, const struct stream *s);
void packet_cut_kdnet(struct packet_list *list, const struct stream *s,
		      size_t from, size_t len);
void packet_compare_ends(struct packet_list *list);
/* All packets of one direction, then all of the other: put them in turn. */
void packet_weave(struct packet_list *list);
struct packet *packet_append(struct packet_list *list, const struct stream *s,
			     enum packet_kind kind, size_t from, size_t len);

/* Replace unknown directions by what the packets look like. */
void packet_guess_directions(struct packet_list *list, bool mixed);

/* Is this a data packet whose payload may be believed? */
bool packet_is_sound(const struct packet *p);

/* A data packet, of which at least the header is there. */
bool packet_is_data(const struct packet *p);

#endif
