/* SPDX-License-Identifier: MIT */
#include "bench/guest/fwcfg.h"

#include "bench/guest/port.h"

#define SELECT_PORT 0x510
#define DATA_PORT 0x511
#define DIRECTORY 0x19
#define NAME_SIZE 56

/* The device speaks big-endian. */
static uint32_t read_number(unsigned bytes)
{
	uint32_t value = 0;

	for (; bytes; bytes--)
		value = value << 8 | port_in8(DATA_PORT);
	return value;
}

/* Read a directory entry's name; is it the one we want? */
static bool read_name(const char *name)
{
	bool same = true;

	for (unsigned i = 0; i < NAME_SIZE; i++) {
		char byte = (char)port_in8(DATA_PORT);

		if (same && byte != *name)
			same = false;
		if (*name)
			name++;
	}
	return same;
}

static bool find(const char *name, uint16_t *selector, uint32_t *size)
{
	uint32_t count;

	port_out16(SELECT_PORT, DIRECTORY);
	for (count = read_number(4); count; count--) {
		*size = read_number(4);
		*selector = (uint16_t)read_number(2);
		(void)read_number(2);
		if (read_name(name))
			return true;
	}
	return false;
}

bool fwcfg_read(const char *name, char *to, size_t max, size_t *len)
{
	uint16_t selector;
	uint32_t size;

	if (!find(name, &selector, &size) || size > max)
		return false;
	port_out16(SELECT_PORT, selector);
	for (uint32_t i = 0; i < size; i++)
		to[i] = (char)port_in8(DATA_PORT);
	*len = size;
	return true;
}
