/* SPDX-License-Identifier: MIT */
/*
 * The header of a PE32+ image, as far as a loader's reader goes: MZ, PE, COFF,
 * the optional header without directories, and one section. Offsets are those
 * of Microsoft's "PE Format".
 */
#include "bench/kd/identity.h"

#define PE 0x80 /* where the header proper begins */
#define OPTIONAL (PE + 24)
#define OPTIONAL_SIZE 0xf0
#define SECTION (OPTIONAL + OPTIONAL_SIZE)
#define PAGE 0x1000

#define EXECUTABLE_LARGE 0x0022 /* IMAGE_FILE_EXECUTABLE | LARGE_ADDRESS */
#define PE32_PLUS 0x20b
#define SUBSYSTEM_NATIVE 1
#define DIRECTORY_COUNT 16
#define CODE_EXECUTE_READ UINT32_C(0x60000020)

void kd_identity_image(uint8_t *header, uint64_t base, uint32_t size)
{
	static const char section[8] = ".text";
	uint32_t code = size - PAGE; /* behind the header's page */

	__builtin_memset(header, 0, KD_IDENTITY_PE_SIZE);
	kd_store16(header, 0x5a4d); /* MZ */
	kd_store32(header + 0x3c, PE);

	kd_store32(header + PE, 0x4550);
	kd_store16(header + PE + 4, KD_MACHINE_AMD64);
	kd_store16(header + PE + 6, code != 0); /* sections */
	kd_store32(header + PE + 8, KD_IDENTITY_TIME_STAMP);
	kd_store16(header + PE + 20, OPTIONAL_SIZE);
	kd_store16(header + PE + 22, EXECUTABLE_LARGE);

	kd_store16(header + OPTIONAL, PE32_PLUS);
	kd_store32(header + OPTIONAL + 4, code);
	kd_store32(header + OPTIONAL + 16, code ? PAGE : 0); /* entry point */
	kd_store32(header + OPTIONAL + 20, PAGE);            /* base of code */
	kd_store64(header + OPTIONAL + 24, base);
	kd_store32(header + OPTIONAL + 32, PAGE); /* alignment in memory */
	kd_store32(header + OPTIONAL + 36, PAGE); /* and in the file */
	kd_store16(header + OPTIONAL + 40, 10);   /* operating system */
	kd_store16(header + OPTIONAL + 48, 10);   /* subsystem version */
	kd_store32(header + OPTIONAL + 56, size);
	kd_store32(header + OPTIONAL + 60, KD_IDENTITY_PE_SIZE);
	kd_store16(header + OPTIONAL + 68, SUBSYSTEM_NATIVE);
	kd_store32(header + OPTIONAL + 108, DIRECTORY_COUNT);

	if (!code)
		return;
	__builtin_memcpy(header + SECTION, section, sizeof(section));
	kd_store32(header + SECTION + 8, code);
	kd_store32(header + SECTION + 12, PAGE);
	kd_store32(header + SECTION + 16, code);
	kd_store32(header + SECTION + 20, PAGE);
	kd_store32(header + SECTION + 36, CODE_EXECUTE_READ);
}
