/* SPDX-License-Identifier: MIT */
#include "bench/session/image_talk.h"

#define HEAD_READ 16
#define ENTRY_READ 136
#define DOS_READ 64
#define READ 128u /* bytes in which a debugger's cache reads */

#define NAME_MAX 520 /* bytes: 260 characters */

/* KLDR_DATA_TABLE_ENTRY of amd64; of i386 where that is different. */
static const struct entry_layout {
	uint16_t word, base, size, name;
} layouts[2] = {
	[KD_AMD64] = { 8, 0x30, 0x40, 0x48 },
	[KD_I386] = { 4, 0x18, 0x20, 0x24 },
};

/* The PE header, from its signature on. */
#define PE_SIGNATURE UINT32_C(0x4550)
#define PE_MACHINE 0x04
#define PE_SECTIONS 0x06
#define PE_OPTIONAL_SIZE 0x14
#define PE_OPTIONAL 0x18
#define PE_IMAGE_SIZE 0x50 /* of both kinds of optional header */
#define PE_SECTION_SIZE 40u
#define PE_SECTIONS_MAX 96 /* Windows' own limit */

/* Its directories: exports, debug. */
static const struct {
	uint16_t exports, debug;
} directories[2] = {
	[KD_AMD64] = { 0x88, 0xb8 },
	[KD_I386] = { 0x78, 0xa8 },
};

enum { PART_EXPORTS, PART_DEBUG, PART_CODEVIEW };

#define EXPORTS_NAME 0x0c
#define DEBUG_TYPE 0x0c
#define DEBUG_CODEVIEW 2
#define DEBUG_PLACE 0x14 /* AddressOfRawData */
#define DEBUG_SIZE 28    /* of an entry */
#define CODEVIEW_RSDS UINT32_C(0x53445352)

static const struct entry_layout *layout(const struct session *s)
{
	return &layouts[s->d->arch];
}

static uint64_t pointer(const struct session *s, const uint8_t *at)
{
	return layout(s)->word == 8 ? kd_load64(at)
				    : (uint64_t)(int64_t)(int32_t)kd_load32(at);
}

void image_of_list(struct session *s, uint64_t head)
{
	s->talk.module.list = head;
	s->talk.module.base = 0;
}

/* --- the loader's list ---------------------------------------------------- */

bool image_ask_head(struct session *s)
{
	return s->talk.module.list &&
	       talk_read(s, s->talk.module.list, HEAD_READ);
}

void image_on_head(struct session *s, struct kd_span data)
{
	if (!talk_check_read(s, data, HEAD_READ, "reading the module list"))
		return;
	s->talk.module.entry = pointer(s, data.at);
	/* Nobody has loaded anything yet. */
	if (s->talk.module.entry == s->talk.module.list)
		s->talk.module.list = 0;
}

bool image_ask_entry(struct session *s)
{
	return s->talk.module.list &&
	       talk_read(s, s->talk.module.entry, ENTRY_READ);
}

void image_on_entry(struct session *s, struct kd_span data)
{
	const struct entry_layout *l = layout(s);

	if (!talk_check_read(s, data, ENTRY_READ, "reading a module's entry"))
		return;
	if (pointer(s, data.at + l->word) != s->talk.module.list) {
		talk_implausible(s, "the first module's entry links back to",
				 pointer(s, data.at + l->word));
		return;
	}
	s->talk.module.base = pointer(s, data.at + l->base);
	s->talk.module.size = kd_load32(data.at + l->size);
	s->talk.module.name_len = kd_load16(data.at + l->name);
	s->talk.module.name = pointer(s, data.at + l->name + l->word);
	if (s->talk.module.name_len > NAME_MAX || s->talk.module.name_len % 2)
		talk_implausible(s, "the bytes of a module's name are",
				 s->talk.module.name_len);
}

bool image_ask_name(struct session *s)
{
	return s->talk.module.list && s->talk.module.name_len &&
	       talk_read(s, s->talk.module.name, s->talk.module.name_len);
}

void image_on_name(struct session *s, struct kd_span data)
{
	if (!talk_check_read(s, data, s->talk.module.name_len,
			     "reading a module's name"))
		return;
	for (size_t i = 0; i < data.len && !s->done; i += 2) {
		if (kd_load16(data.at + i) < ' ')
			talk_implausible(s, "a module's name has a character",
					 kd_load16(data.at + i));
	}
}

/* --- the image ------------------------------------------------------------ */

bool image_ask_dos(struct session *s)
{
	return s->talk.module.list &&
	       talk_read(s, s->talk.module.base, DOS_READ);
}

void image_on_dos(struct session *s, struct kd_span data)
{
	uint32_t at;

	if (!talk_check_read(s, data, DOS_READ, "reading an image"))
		return;
	at = kd_load32(data.at + 0x3c);
	if (kd_load16(data.at) != 0x5a4d)
		talk_implausible(s, "an image begins with", kd_load16(data.at));
	else if (s->talk.module.size < 3 * READ ||
		 at > s->talk.module.size - 3 * READ)
		talk_implausible(s, "an image has its header at", at);
	s->talk.module.headers = at;
}

bool image_ask_headers(struct session *s)
{
	return s->talk.module.list &&
	       talk_read(s,
			 s->talk.module.base + s->talk.module.headers +
				 READ * s->talk.turn,
			 READ);
}

static void on_header(struct session *s, const uint8_t *pe)
{
	uint16_t sections = kd_load16(pe + PE_SECTIONS);

	if (kd_load32(pe) != PE_SIGNATURE)
		talk_implausible(s, "an image's header begins with",
				 kd_load32(pe));
	else if (kd_load16(pe + PE_MACHINE) != s->target.machine)
		talk_implausible(s, "an image is for machine",
				 kd_load16(pe + PE_MACHINE));
	else if (kd_load32(pe + PE_IMAGE_SIZE) != s->talk.module.size)
		talk_implausible(s, "an image's size is",
				 kd_load32(pe + PE_IMAGE_SIZE));
	else if (sections > PE_SECTIONS_MAX)
		talk_implausible(s, "an image's sections are", sections);
	s->talk.module.end = PE_OPTIONAL + kd_load16(pe + PE_OPTIONAL_SIZE) +
			     PE_SECTION_SIZE * sections;
}

/* A directory's address: within the image, or it has none. */
static uint32_t place(struct session *s, uint32_t at)
{
	if (at && at >= s->talk.module.size)
		talk_implausible(s, "an image has a directory at", at);
	return at;
}

/* A directory, if it is in the part of the headers that was read now. */
static void on_directory(struct session *s, const uint8_t *data, uint32_t at,
			 unsigned part)
{
	uint32_t begin = READ * s->talk.turn;

	if (at < begin || at >= begin + READ)
		return;
	s->talk.module.parts[part] = place(s, kd_load32(data + at - begin));
	if (part == PART_DEBUG)
		s->talk.module.debug_size = kd_load32(data + at - begin + 4);
}

void image_on_headers(struct session *s, struct kd_span data)
{
	if (!talk_check_read(s, data, READ, "reading an image's headers"))
		return;
	if (!s->talk.turn)
		on_header(s, data.at);
	on_directory(s, data.at, directories[s->d->arch].exports, PART_EXPORTS);
	on_directory(s, data.at, directories[s->d->arch].debug, PART_DEBUG);
	s->talk.module.parts[PART_CODEVIEW] = 0;
}

/* What is left of the section headers; in full, and in one read. */
static uint32_t sections_left(const struct session *s)
{
	uint32_t end = s->talk.module.end;
	uint32_t left = end > 3 * READ ? end - 3 * READ : 0;

	return left < KD_DATA_MAX ? left : KD_DATA_MAX;
}

bool image_ask_sections(struct session *s)
{
	return s->talk.module.list && sections_left(s) &&
	       talk_read(s,
			 s->talk.module.base + s->talk.module.headers +
				 3 * READ,
			 sections_left(s));
}

void image_on_sections(struct session *s, struct kd_span data)
{
	(void)talk_check_read(s, data, sections_left(s),
			      "reading an image's sections");
}

bool image_ask_part(struct session *s)
{
	uint32_t at = 0;

	while (s->talk.module.list && s->talk.turn <= PART_CODEVIEW) {
		at = s->talk.module.parts[s->talk.turn];
		if (at)
			return talk_read(s, s->talk.module.base + at, READ);
		s->talk.turn++;
	}
	return false;
}

/* Of the entries that were read, the one that leads to the symbols' name. */
static void on_debug(struct session *s, const uint8_t *data)
{
	for (uint32_t at = 0; at + DEBUG_SIZE <= READ &&
			      at + DEBUG_SIZE <= s->talk.module.debug_size;
	     at += DEBUG_SIZE) {
		if (kd_load32(data + at + DEBUG_TYPE) != DEBUG_CODEVIEW)
			continue;
		s->talk.module.parts[PART_CODEVIEW] =
			place(s, kd_load32(data + at + DEBUG_PLACE));
		return;
	}
}

void image_on_part(struct session *s, struct kd_span data)
{
	if (!talk_check_read(s, data, READ, "reading an image's directories"))
		return;
	switch (s->talk.turn) {
	case PART_EXPORTS:
		(void)place(s, kd_load32(data.at + EXPORTS_NAME));
		break;
	case PART_DEBUG: on_debug(s, data.at); break;
	default:
		if (kd_load32(data.at) != CODEVIEW_RSDS)
			talk_implausible(s, "the name of symbols begins with",
					 kd_load32(data.at));
		break;
	}
}
