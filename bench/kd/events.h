/* SPDX-License-Identifier: MIT */
/*
 * The entries of a KDBB_EVENTS list, and what each of them says: the texts of
 * prints, the paths of modules, the names of files. All of that follows from
 * the list's nonce and the event's place in it, so that a debugger knows what
 * must come. Freestanding.
 */
#ifndef KD_EVENTS_H
#define KD_EVENTS_H

#include "bench/kd/kdbb.h"

/* Longest print, path and name, in bytes, what ends them included. */
#define KD_EVENT_TEXT_MAX 512

struct kd_event {
	uint32_t kind;   /* enum kdbb_event */
	uint32_t length; /* bytes, of what depends on the kind */
	uint64_t value;
};

/*
 * Decode an entry of KDBB_EVENT_SIZE bytes. False: there is no such event, or
 * its length is more than there can be.
 */
bool kd_event_load(struct kd_event *e, const uint8_t *entry);
void kd_event_store(const struct kd_event *e, uint8_t *entry);

/* Does the debugger get to see it? (A hand-over shows in what comes next.) */
bool kd_event_shows(uint32_t kind);

/* May it be left out by a target that believes that nobody is there? */
bool kd_event_may_be_lost(uint32_t kind);

/* What a print of e->length bytes says; returns its length. */
uint32_t kd_event_print(const struct kd_event *e, uint64_t nonce,
			uint64_t index, uint8_t to[KD_EVENT_TEXT_MAX]);

/*
 * What there is to tell of the module that is loaded or unloaded, and its path:
 * s->path_len bytes with its NUL, as many as e->length.
 */
void kd_event_module(const struct kd_event *e, uint64_t nonce, uint64_t index,
		     struct kd_symbols *s, char path[KD_EVENT_TEXT_MAX]);

/*
 * The request about a file: to open the one with a name of e->length bytes
 * (UTF-16LE, an even number, its NUL included), or KDBB_FILE_NAME if that is 0,
 * and the bytes of that name are returned; to read from it; to close it.
 */
uint32_t kd_event_file(const struct kd_event *e, uint64_t nonce, uint64_t index,
		       uint64_t handle, struct kd_file_io *f,
		       uint8_t name[KD_EVENT_TEXT_MAX]);

#endif
