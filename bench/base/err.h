/* SPDX-License-Identifier: MIT */
/*
 * Failures as values. A function that can fail returns false and fills the
 * struct err that is its last parameter; only the command line prints it.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/* What went wrong, by who can fix it; main() maps each kind to an exit code. */
enum err_kind {
	ERR_NONE,
	ERR_USAGE,  /* the command line: exit 2 */
	ERR_CONFIG, /* a YAML file; 'where' says which line: exit 2 */
	ERR_HOST,   /* this machine: no QEMU, no KVM, disk full: exit 3 */
	ERR_GUEST,  /* the guest did not boot, died or wrote nonsense: exit 3 */
	ERR_INTERRUPTED, /* Ctrl-C: exit 130 */
};

/* A place in a file, counted from 1; line 0 if unknown. */
struct err_where {
	const char *file; /* borrowed: lives as long as the program's input */
	unsigned line;
	unsigned col;
};

/* A zeroed struct err is "no failure". */
struct err {
	enum err_kind kind;
	struct err_where where;
	char text[512];
	char hint[256]; /* what to type instead; empty if unknown */
};

/*
 * Record a failure and return false, so that a caller can fail in one line:
 *
 *	if (argc < 2)
 *		return err_set(err, ERR_USAGE, "no scenario given");
 *
 * The first failure wins: a later one is ignored.
 */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set(), and add ": " and what errno says. */
bool err_sys(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set() with ERR_CONFIG, for a mistake at a known place in a file. */
bool err_at(struct err *err, struct err_where where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Add a hint to the recorded failure (replacing any) and return false. */
bool err_hint(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "<context>: " before the recorded text, and return false. */
bool err_while(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
