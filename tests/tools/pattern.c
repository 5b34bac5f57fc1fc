/* SPDX-License-Identifier: MIT */
/*
 * The pattern region of a guest that is started by hand, for '-device loader':
 *
 *	pattern NONCE SIZE >file
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/base/hash.h"
#include "bench/kd/wire.h"

int main(int argc, char **argv)
{
	uint64_t nonce, size;

	if (argc != 3)
		return 2;
	nonce = strtoull(argv[1], NULL, 0);
	size = strtoull(argv[2], NULL, 0);
	for (uint64_t i = 0; i < size / 8; i++) {
		uint8_t word[8];

		kd_store64(word, hash_pattern(nonce, i));
		fwrite(word, sizeof(word), 1, stdout);
	}
	return ferror(stdout) ? 1 : 0;
}
