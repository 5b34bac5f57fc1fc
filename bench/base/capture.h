/* SPDX-License-Identifier: MIT */
#ifndef BASE_CAPTURE_H
#define BASE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/err.h"

/*
 * Run a command (argv[0] is looked up in PATH), without a shell and without
 * standard input, and keep the first 'size' - 1 bytes that it prints on
 * standard output, NUL-terminated. It is ended after 'timeout_ns'. False
 * (ERR_HOST): it could not be started, took too long, or ended with anything
 * but 0.
 */
bool capture_output(const char *const *argv, uint64_t timeout_ns, char *to,
		    size_t size, struct err *err);

#endif
