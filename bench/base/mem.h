/* SPDX-License-Identifier: MIT */
/* Allocation that cannot fail: out of memory ends the program with a message.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A zeroed block of 'size' bytes, to be freed with free(). */
void *mem_alloc(size_t size) __attribute__((returns_nonnull));

/* An array of 'count' zeroed things of 'size' bytes each; free() it. */
void *mem_array(size_t count, size_t size) __attribute__((returns_nonnull));

/* Resize to 'size' bytes; new bytes are not zeroed. */
void *mem_resize(void *block, size_t size) __attribute__((returns_nonnull));

/* A copy of a string; free() it. */
char *mem_strdup(const char *text);

/* A formatted string; free() it. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * An arena: everything allocated from it lives until arena_release(). A zeroed
 * struct arena is valid and empty.
 */
struct arena {
	struct arena_block *blocks;
};

void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void arena_release(struct arena *arena);

#endif
