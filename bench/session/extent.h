/* SPDX-License-Identifier: MIT */
/* Which memory a step goes through. Private to bench/session. */
#ifndef SESSION_EXTENT_H
#define SESSION_EXTENT_H

#include "bench/session/session.h"

/* Where the next access goes, and how long it is. */
struct extent {
	uint64_t address;
	uint64_t offset; /* within the region */
	uint32_t len;
};

/* Of the current step, a read or a write. */
struct extent extent_next(const struct session *s);

/* Does it read memory that is mapped here, instead of asking for it? */
bool extent_is_direct(const struct session *s);

/* The settings of a dump's pieces; what a page is to it. */
enum { DUMP_BY_PAGE, DUMP_BY_PACKET };
#define EXTENT_PAGE 4096

/*
 * Is an operation a page, in several requests? 'op_got' counts its bytes; then:
 * are all that are wanted of it there?
 */
bool extent_by_page(const struct session *s);
bool extent_page_over(const struct session *s);

/* The APIs by which the current step reads and writes, and their names. */
uint32_t extent_read_api(const struct session *s);
uint32_t extent_write_api(const struct session *s);
const char *extent_api_name(uint32_t api);

/* A needs_kdbb: only memory with an address of its own can do without. */
bool extent_needs_kdbb(const struct step *step);

#endif
