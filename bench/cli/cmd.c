/* SPDX-License-Identifier: MIT */
#include "bench/cli/cmd.h"

#include "bench/base/mem.h"

enum exit_code exit_code_of(const struct err *err)
{
	switch (err->kind) {
	case ERR_NONE: return EXIT_HELD;
	case ERR_USAGE:
	case ERR_CONFIG: return EXIT_USAGE;
	case ERR_HOST:
	case ERR_GUEST: return EXIT_MACHINE;
	case ERR_INTERRUPTED: return EXIT_INTERRUPTED;
	}
	return EXIT_MACHINE;
}

enum exit_code exit_code_worse(enum exit_code a, enum exit_code b)
{
	static const enum exit_code order[] = {
		EXIT_INTERRUPTED, EXIT_USAGE,        EXIT_MACHINE,
		EXIT_NOT_MET,     EXIT_INCONCLUSIVE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return EXIT_HELD;
}
