/* SPDX-License-Identifier: MIT */
/*
 * reload: what a debugger reads of each module in the loader's list before it
 * can look for its symbols, in WinDbg's order and sizes (kd-protocol 8.1): the
 * list entry, the name, the header of the image piece by piece, its export and
 * debug directories, the CodeView record. One operation is one module.
 *
 * In kdbench's own guest every byte must be what follows from the module's
 * number. Anywhere else parts of an image may be paged out: what is not there
 * is left out, as a debugger does.
 */
#include <string.h>

#include "bench/kd/identity.h"
#include "bench/session/step_settings.h"
#include "bench/session/walk.h"

/* Bytes of each read, but for the name, and of the rest of the sections. */
#define READ 128

#define NAME_MAX_BYTES 520
#define SECTIONS_MAX 96 /* that Windows loads */
#define PE_MAX 0x1000
#define FIRST_NUMBER 3 /* before it are those of bench/kd/identity.c */

enum {
	PART_ENTRY = WALK_OWN,
	PART_NAME,
	PART_DOS,
	PART_HEADER, /* 'PE' and two pieces more */
	PART_HEADER_2,
	PART_HEADER_3,
	PART_SECTIONS,
	PART_EXPORTS,
	PART_DEBUG,
	PART_CODEVIEW,
};

const struct setting step_reload_settings[] = {
	STEP_WHOLE_COUNT,
	{ 0 },
};

/* Whoever has a KDBB is ours. */
static bool own(const struct session *s)
{
	return s->target.known;
}

/* The module is done, for better or worse. */
static void over(struct session *s)
{
	walk_on(s, FIRST_NUMBER);
}

/*
 * Can this be? If not, our own guest lies, and nobody knows what is with
 * another's.
 */
static bool possible(struct session *s, bool is, const char *what)
{
	if (is)
		return true;
	if (own(s))
		walk_corrupt(s, "%s cannot be", what);
	else
		over(s);
	return false;
}

static void op(struct session *s)
{
	session_op_hold(s);
	s->walk.bytes = 0;
	walk_read(s, PART_ENTRY, s->walk.at, KD_ENTRY_SIZE);
}

static void read_image(struct session *s, uint8_t part, uint32_t offset,
		       uint32_t len)
{
	walk_read(s, part, s->walk.of.module.base + offset, len);
}

static void on_entry(struct session *s)
{
	const uint8_t *entry = s->old;
	const uint8_t *string = entry + KD_ENTRY_FULL_NAME;
	uint16_t len = kd_load16(string + KD_STRING_LENGTH);

	memcpy(s->walk.of.module.entry, entry, KD_ENTRY_SIZE);
	s->walk.of.module.base = kd_load64(entry + KD_ENTRY_BASE);
	s->walk.of.module.size = kd_load32(entry + KD_ENTRY_IMAGE_SIZE);
	s->walk.of.module.stamp = kd_load32(entry + KD_ENTRY_TIME_STAMP);
	if (!walk_links(s, kd_load64(entry + KD_LIST_FLINK),
			kd_load64(entry + KD_LIST_BLINK)))
		return;
	if (possible(s,
		     len && len % 2 == 0 && len <= NAME_MAX_BYTES &&
			     len <= kd_load16(string + KD_STRING_ROOM),
		     "the length of its name"))
		walk_read(s, PART_NAME, kd_load64(string + KD_STRING_BUFFER),
			  len);
}

/* One of those that every guest of ours has, whose images are its own. */
static bool is_first(struct session *s)
{
	uint32_t len = s->op_len / 2;

	for (unsigned i = 0; kd_identity_module(i); i++) {
		const char *name = kd_identity_module(i);
		const char *base = strrchr(name, '\\') + 1;
		uint32_t same = 0;

		while (same < len && name[same] &&
		       kd_load16(s->old + 2 * same) == (uint8_t)name[same])
			same++;
		if (same < len || name[same])
			continue;
		memcpy(s->walk.of.module.name, base, strlen(base) + 1);
		return true;
	}
	return false;
}

/* One that the guest made by number: all of it follows. */
static bool is_made(struct session *s, uint32_t number)
{
	struct session_walk *w = &s->walk;
	uint8_t entry[KD_ENTRY_SIZE];

	w->of.module.known = true;
	w->of.module.is = (struct kd_module){
		.number = number,
		.base = w->of.module.base,
		.name = s->op_address,
		.flink = w->flink,
		.blink = w->before,
	};
	kd_module_entry(entry, &w->of.module.is);
	kd_module_image(w->of.module.image, number, w->of.module.base);
	return walk_same(s, w->of.module.entry, entry, KD_ENTRY_SIZE,
			 "list entry") &&
	       walk_number(s, number);
}

static void on_name(struct session *s)
{
	uint32_t number;

	s->walk.of.module.known = false;
	if (own(s) && kd_module_number(s->old, s->op_len, &number) &&
	    number >= FIRST_NUMBER) {
		if (!is_made(s, number))
			return;
	} else if (own(s) && !is_first(s)) {
		walk_corrupt(s, "there is no module of this name");
		return;
	}
	read_image(s, PART_DOS, 0, KD_IMAGE_DOS_SIZE);
}

/* Is what was read of the image what it must be? */
static bool image_right(struct session *s)
{
	uint64_t offset = s->op_address - s->walk.of.module.base;

	if (!s->walk.of.module.known)
		return true;
	return possible(s,
			s->op_len <= KD_IMAGE_SIZE &&
				offset <= KD_IMAGE_SIZE - s->op_len,
			"where a part of its image is") &&
	       walk_same(s, s->old, s->walk.of.module.image + offset, s->op_len,
			 "image");
}

static void on_dos(struct session *s)
{
	uint32_t pe = kd_load32(s->old + KD_IMAGE_NEW_HEADER);

	s->walk.of.module.pe = pe;
	if (possible(s, kd_load16(s->old) == KD_IMAGE_MZ && pe <= PE_MAX,
		     "its MZ header"))
		read_image(s, PART_HEADER, pe, READ);
}

static void on_header(struct session *s)
{
	const uint8_t *pe = s->old;
	struct session_walk *w = &s->walk;
	uint16_t sections = kd_load16(pe + KD_IMAGE_SECTIONS);
	uint16_t optional = kd_load16(pe + KD_IMAGE_OPTIONAL_SIZE);

	w->of.module.headers = KD_IMAGE_HEADERS_SIZE +
			       (uint32_t)sections * KD_IMAGE_SECTION_SIZE;
	if (possible(s,
		     kd_load32(pe) == KD_IMAGE_PE &&
			     kd_load16(pe + KD_IMAGE_MACHINE) ==
				     KD_MACHINE_AMD64 &&
			     sections <= SECTIONS_MAX &&
			     optional == KD_IMAGE_HEADERS_SIZE -
						 KD_IMAGE_OPTIONAL &&
			     kd_load16(pe + KD_IMAGE_OPTIONAL) ==
				     KD_IMAGE_PE32_PLUS,
		     "its PE header") &&
	    possible(s,
		     kd_load32(pe + KD_IMAGE_STAMP) == w->of.module.stamp &&
			     kd_load32(pe + KD_IMAGE_WHOLE_SIZE) ==
				     w->of.module.size,
		     "the stamp or the size in its header"))
		read_image(s, PART_HEADER_2, w->of.module.pe + READ, READ);
}

static bool inside(const struct session *s, uint32_t offset)
{
	return offset < s->walk.of.module.size;
}

static void on_directories(struct session *s)
{
	struct session_walk *w = &s->walk;
	const uint8_t *exports = s->old + KD_IMAGE_EXPORTS - READ;
	const uint8_t *debug = s->old + KD_IMAGE_DEBUG - READ;

	w->of.module.exports = kd_load32(exports);
	w->of.module.debug = kd_load32(debug);
	w->of.module.debug_size = kd_load32(debug + 4);
	if (possible(s,
		     inside(s, w->of.module.exports) &&
			     inside(s, w->of.module.debug),
		     "where its directories are"))
		read_image(s, PART_HEADER_3, w->of.module.pe + 2 * READ, READ);
}

static void read_debug(struct session *s)
{
	if (s->walk.of.module.debug)
		read_image(s, PART_DEBUG, s->walk.of.module.debug, READ);
	else if (possible(s, !own(s), "that it has no debug directory"))
		over(s);
}

static void read_exports(struct session *s)
{
	if (s->walk.of.module.exports)
		read_image(s, PART_EXPORTS, s->walk.of.module.exports, READ);
	else
		read_debug(s);
}

static void read_sections(struct session *s)
{
	uint32_t done = 3 * READ;

	if (s->walk.of.module.headers > done)
		read_image(s, PART_SECTIONS, s->walk.of.module.pe + done,
			   s->walk.of.module.headers - done);
	else
		read_exports(s);
}

static void on_debug(struct session *s)
{
	uint32_t size = s->walk.of.module.debug_size;

	if (size > s->op_len)
		size = s->op_len;
	for (uint32_t at = 0; at + KD_DEBUG_SIZE <= size; at += KD_DEBUG_SIZE) {
		const uint8_t *entry = s->old + at;
		uint32_t where = kd_load32(entry + KD_DEBUG_ADDRESS);

		if (kd_load32(entry + KD_DEBUG_TYPE) != KD_DEBUG_CODEVIEW)
			continue;
		if (possible(s,
			     inside(s, where) &&
				     kd_load32(entry + KD_DEBUG_LENGTH) >
					     KD_CODEVIEW_NAME,
			     "where its CodeView record is"))
			read_image(s, PART_CODEVIEW, where, READ);
		return;
	}
	if (possible(s, !own(s), "that it has no CodeView record"))
		over(s);
}

static void on_codeview(struct session *s)
{
	uint8_t guid[16];

	if (!possible(s, kd_load32(s->old) == KD_CODEVIEW_TAG,
		      "its CodeView record"))
		return;
	kd_image_guid(guid, s->walk.of.module.name, s->walk.of.module.stamp);
	if (own(s) && !s->walk.of.module.known &&
	    memcmp(s->old + KD_CODEVIEW_GUID, guid, sizeof(guid)) != 0)
		walk_corrupt(s, "its GUID is not that of %s",
			     s->walk.of.module.name);
	else
		over(s);
}

static void on_read(struct session *s)
{
	if (s->part > PART_NAME && !image_right(s))
		return;
	switch (s->part) {
	case PART_ENTRY: on_entry(s); break;
	case PART_NAME: on_name(s); break;
	case PART_DOS: on_dos(s); break;
	case PART_HEADER: on_header(s); break;
	case PART_HEADER_2: on_directories(s); break;
	case PART_HEADER_3: read_sections(s); break;
	case PART_SECTIONS: read_exports(s); break;
	case PART_EXPORTS: read_debug(s); break;
	case PART_DEBUG: on_debug(s); break;
	case PART_CODEVIEW: on_codeview(s); break;
	default: break;
	}
}

/* Somebody else's image is not all in memory. */
static bool paged_out(const struct session *s)
{
	return !own(s) && s->part > PART_ENTRY &&
	       !kd_status_ok(s->d->reply.status);
}

static void reply(struct session *s)
{
	if (s->part < WALK_OWN) {
		if (walk_found(s, WALK_MODULES))
			session_measure(s);
	} else if (paged_out(s)) {
		if (s->part == PART_EXPORTS)
			read_debug(s);
		else if (s->part == PART_NAME)
			read_image(s, PART_DOS, 0, KD_IMAGE_DOS_SIZE);
		else
			over(s);
	} else if (walk_take(s)) {
		on_read(s);
	}
}

const struct step_ops reload_ops = {
	.begin = walk_find,
	.op = op,
	.reply = reply,
	.needs_stop = true,
	.counts = true,
};
