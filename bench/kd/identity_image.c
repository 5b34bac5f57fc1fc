/* SPDX-License-Identifier: MIT */
/*
 * The header of a PE32+ image, as far as a debugger reads it: MZ, PE, COFF, the
 * optional header, as many sections as Windows' boot loader has, of which only
 * the first holds anything, and the directories that lead to symbols. Offsets
 * are those of Microsoft's "PE Format".
 */
#include "bench/kd/identity.h"

#define PE 0x80 /* where the header proper begins */
#define OPTIONAL (PE + 24)
#define OPTIONAL_SIZE 0xf0
#define SECTION (OPTIONAL + OPTIONAL_SIZE)
#define SECTIONS 9
#define SECTION_SIZE 40
#define PAGE 0x1000

/* Behind the sections' headers. */
#define EXPORTS 0x300
#define EXPORTS_NAME 0x328
#define DEBUG 0x340
#define DEBUG_SIZE 28
#define DEBUG_CODEVIEW 2
#define CODEVIEW 0x360
#define CODEVIEW_SIZE (24 + sizeof(symbols))

#define EXECUTABLE_LARGE 0x0022 /* IMAGE_FILE_EXECUTABLE | LARGE_ADDRESS */
#define PE32_PLUS 0x20b
#define SUBSYSTEM_NATIVE 1
#define DIRECTORY_COUNT 16
#define CODE_EXECUTE_READ UINT32_C(0x60000020)

static const char image_name[] = "ntoskrnl.exe";
static const char symbols[] = "ntkrnlmp.pdb";

static void build_directories(uint8_t *header)
{
	uint8_t *directories = header + OPTIONAL + 112;

	kd_store32(directories, EXPORTS);
	kd_store32(directories + 4, DEBUG - EXPORTS);
	kd_store32(directories + 8 * 6, DEBUG);
	kd_store32(directories + 8 * 6 + 4, DEBUG_SIZE);

	kd_store32(header + EXPORTS + 4, KD_IDENTITY_TIME_STAMP);
	kd_store32(header + EXPORTS + 12, EXPORTS_NAME);
	__builtin_memcpy(header + EXPORTS_NAME, image_name, sizeof(image_name));

	kd_store32(header + DEBUG + 4, KD_IDENTITY_TIME_STAMP);
	kd_store32(header + DEBUG + 12, DEBUG_CODEVIEW);
	kd_store32(header + DEBUG + 16, CODEVIEW_SIZE);
	kd_store32(header + DEBUG + 20, CODEVIEW);

	kd_store32(header + CODEVIEW, 0x53445352); /* RSDS, GUID, age */
	kd_store32(header + CODEVIEW + 20, 1);
	__builtin_memcpy(header + CODEVIEW + 24, symbols, sizeof(symbols));
}

/* All that is not the header is in the first one. */
static void build_sections(uint8_t *header, uint32_t code)
{
	static const char names[SECTIONS][8] = {
		".text", ".rdata", ".data", ".pdata", ".edata",
		"PAGE",  "INIT",   ".rsrc", ".reloc",
	};

	for (unsigned i = 0; i < SECTIONS; i++) {
		uint8_t *section = header + SECTION + SECTION_SIZE * i;

		__builtin_memcpy(section, names[i], sizeof(names[i]));
		kd_store32(section + 8, i ? 0 : code);
		kd_store32(section + 12, PAGE);
		kd_store32(section + 16, i ? 0 : code);
		kd_store32(section + 20, PAGE);
		kd_store32(section + 36, CODE_EXECUTE_READ);
	}
}

void kd_identity_image(uint8_t *header, uint64_t base, uint32_t size)
{
	uint32_t code = size - PAGE; /* behind the header's page */

	__builtin_memset(header, 0, KD_IDENTITY_PE_SIZE);
	kd_store16(header, 0x5a4d); /* MZ */
	kd_store32(header + 0x3c, PE);

	kd_store32(header + PE, 0x4550);
	kd_store16(header + PE + 4, KD_MACHINE_AMD64);
	kd_store16(header + PE + 6, SECTIONS);
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
	build_sections(header, code);
	build_directories(header);
}
