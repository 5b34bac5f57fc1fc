/* SPDX-License-Identifier: MIT */
/*
 * What WinDbg reads of a module that it meets (kd-protocol 8.1, 8.2): its entry
 * in the loader's list, its name, the headers of its image, and the directories
 * that lead to its symbols: rows for dialogues. Private to bench/session.
 */
#ifndef SESSION_IMAGE_TALK_H
#define SESSION_IMAGE_TALK_H

#include "bench/session/talk.h"

/* The list's head is here; 0: there is none, and nothing is read. */
void image_of_list(struct session *s, uint64_t head);

bool image_ask_head(struct session *s);
void image_on_head(struct session *s, struct kd_span data);
bool image_ask_entry(struct session *s);
void image_on_entry(struct session *s, struct kd_span data);
bool image_ask_name(struct session *s);
void image_on_name(struct session *s, struct kd_span data);
bool image_ask_dos(struct session *s);
void image_on_dos(struct session *s, struct kd_span data);
bool image_ask_headers(struct session *s);
void image_on_headers(struct session *s, struct kd_span data);
bool image_ask_sections(struct session *s);
void image_on_sections(struct session *s, struct kd_span data);
bool image_ask_part(struct session *s);
void image_on_part(struct session *s, struct kd_span data);

/* 16, 136, the name, 64, 3 x 128, the rest of the sections, 3 x 128. */
#define IMAGE_FIRST_MODULE                                    \
	{ image_ask_head, image_on_head, 1 },                 \
		{ image_ask_entry, image_on_entry, 1 },       \
		{ image_ask_name, image_on_name, 1 },         \
		{ image_ask_dos, image_on_dos, 1 },           \
		{ image_ask_headers, image_on_headers, 3 },   \
		{ image_ask_sections, image_on_sections, 1 }, \
	{                                                     \
		image_ask_part, image_on_part, 3              \
	}

#endif
