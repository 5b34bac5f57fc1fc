/* SPDX-License-Identifier: MIT */
/*
 * A capture of a session, made packet by packet, and what 'kdbench session
 * import' makes of it. Ids, sums and ACKs are right unless a test wants others.
 */
#ifndef SUPPORT_RECORDED_H
#define SUPPORT_RECORDED_H

#include "bench/import/import.h"
#include "bench/kd/message.h"

#define RECORDED_US UINT64_C(1000)

struct recorded {
	struct capture c;
	uint64_t now;     /* of the next packet */
	uint32_t ids[2];  /* the next one of each direction */
	bool silent;      /* replies are not acknowledged */
	const char *name; /* of the file; NULL: "test" */
	struct import_options o;
	/* By recorded_import(): */
	struct packet_list list;
	struct import im;
	struct err err;
};

void recorded_init(struct recorded *r);
void recorded_release(struct recorded *r);

/* A data packet, and the other end's ACK; 50 us each. */
void recorded_packet(struct recorded *r, enum capture_dir dir, uint16_t type,
		     const void *payload, size_t len);

/* A request 'gap_us' after what was before it, and its reply. */
void recorded_ask(struct recorded *r, uint64_t gap_us,
		  const struct kd_manipulate *m, const void *data, size_t len);
void recorded_reply(struct recorded *r, const struct kd_manipulate *m,
		    const void *data, size_t len);

/* Both, of memory; 'data' is what lies there: NULL: it cannot be read. */
void recorded_read(struct recorded *r, uint64_t gap_us, uint64_t address,
		   const void *data, uint32_t len);

/* Both, of an API that has nothing but a status. */
void recorded_api(struct recorded *r, uint64_t gap_us, uint32_t api,
		  uint32_t status);

/* A stop with an exception; a print of 'len' bytes. */
void recorded_stop(struct recorded *r);
void recorded_print(struct recorded *r, size_t len);

/* Import it: true if there was something to import. */
bool recorded_import(struct recorded *r);

/* As a scenario; free() it. */
char *recorded_yaml(const struct recorded *r);

/* Every row of a scenario, without gap, a line each; free() it. */
char *recorded_rows(const char *yaml);

#endif
