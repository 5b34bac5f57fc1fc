/* SPDX-License-Identifier: MIT */
/* The names of the numbers in a packet. NULL: it has none. */
#ifndef DECODE_NAMES_H
#define DECODE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "bench/kd/layout.h"

/* A packet type, in at most eight columns: "manip". */
const char *names_type(uint16_t type);

/* The same as JSON has it: "manipulate". */
const char *names_type_long(uint16_t type);

/* The API number of a packet of this type: "ReadVirtualMemory". */
const char *names_api(uint16_t type, uint32_t api);

/* An NTSTATUS, a ContinueStatus or an ExceptionCode: "UNSUCCESSFUL". */
const char *names_status(uint32_t status);

/* The name of a status, or its eight digits in 'to'. */
const char *names_status_text(uint32_t status, char to[16]);

/*
 * What the value of a field means, in a packet of this type and API: the name
 * of a status, flags by their names. Empty if there is nothing to say.
 */
void names_value(const struct kd_field *field, uint16_t type, uint32_t api,
		 uint64_t value, char *to, size_t size);

#endif
