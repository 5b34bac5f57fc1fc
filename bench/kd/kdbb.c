/* SPDX-License-Identifier: MIT */
#include "bench/kd/kdbb.h"

#include "bench/base/hash.h"

/* Quantiles (k + 1/2) / 64 of 80 x exp(0.5 x N(0, 1)), rounded. */
static const uint16_t line_quantiles[64] = {
	24,  30,  33,  36,  38,  40,  42,  44,  46,  47,  49,  51,  52,
	54,  55,  56,  58,  59,  61,  62,  63,  65,  66,  68,  69,  70,
	72,  73,  75,  76,  78,  79,  81,  82,  84,  86,  87,  89,  91,
	93,  95,  97,  99,  101, 103, 106, 108, 111, 113, 116, 120, 123,
	127, 130, 135, 140, 145, 151, 158, 167, 178, 193, 216, 268,
};

#define DIGITS 8 /* of the line's number, at its start */

uint32_t kdbb_line_len(uint64_t nonce, uint64_t index)
{
	return line_quantiles[hash_pattern(nonce, index) % 64];
}

uint32_t kdbb_line(uint64_t nonce, uint64_t index, uint8_t *to)
{
	uint32_t len = kdbb_line_len(nonce, index);
	uint64_t number = index;

	for (uint32_t i = 0; i < DIGITS; i++, number /= 10)
		to[DIGITS - 1 - i] = (uint8_t)('0' + number % 10);
	for (uint32_t i = DIGITS; i + 1 < len; i++)
		to[i] = (uint8_t)(' ' + (index + i) % 64);
	to[len - 1] = '\n';
	return len;
}

/* Images of up to 1 MiB, one behind the other where Windows has drivers. */
#define MODULE_BASE UINT64_C(0xfffff80200000000)
#define MODULE_SPACING 0x100000
#define MODULE_PAGE 0x1000

void kdbb_module(uint64_t nonce, uint64_t index, struct kd_symbols *s,
		 char path[KDBB_PATH_MAX])
{
	static const char pattern[] = "\\SystemRoot\\system32\\drivers\\"
				      "kdb00000000.sys";
	uint64_t h = hash_pattern(nonce, index);
	unsigned digit = sizeof(pattern) - sizeof(".sys") - 1;
	uint64_t number = index;

	__builtin_memcpy(path, pattern, sizeof(pattern));
	for (unsigned i = 0; i < DIGITS; i++, number /= 10)
		path[digit - i] = (char)('0' + number % 10);
	*s = (struct kd_symbols){
		.path_len = sizeof(pattern),
		.base = MODULE_BASE + index % MODULE_PAGE * MODULE_SPACING,
		.checksum = (uint32_t)(h >> 32),
		.size = (uint32_t)((h % 255 + 1) * MODULE_PAGE),
	};
}

uint32_t kdbb_file_name(uint8_t to[2 * sizeof(KDBB_FILE_NAME)])
{
	static const char name[] = KDBB_FILE_NAME;

	for (unsigned i = 0; i < sizeof(name); i++) {
		to[2 * i] = (uint8_t)name[i];
		to[2 * i + 1] = 0;
	}
	return 2 * sizeof(name);
}

/* What Windows' KdpCreateRemoteFile asks for (kd-protocol 5.2). */
uint32_t kdbb_file_open(struct kd_file_io *f,
			uint8_t name[2 * sizeof(KDBB_FILE_NAME)])
{
	*f = (struct kd_file_io){ .api = KD_FILE_CREATE,
				  .u.create = { .access = 0x120089,
						.attributes = 0x80,
						.share = 1,
						.disposition = 1 } };
	return kdbb_file_name(name);
}

void kdbb_file_read(struct kd_file_io *f, uint64_t handle, uint64_t offset,
		    uint64_t left, uint64_t request)
{
	if (!request || request > KD_FILE_DATA_MAX)
		request = KD_FILE_DATA_MAX;
	*f = (struct kd_file_io){
		.api = KD_FILE_READ,
		.u.transfer = { .handle = handle,
				.offset = offset,
				.length = (uint32_t)(left < request ? left
								    : request) }
	};
}

uint8_t kdbb_file_byte(uint64_t nonce, uint64_t offset)
{
	return (uint8_t)(hash_pattern(nonce, offset / 8) >> offset % 8 * 8);
}
