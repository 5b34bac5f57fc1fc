/* SPDX-License-Identifier: MIT */
#include "bench/kd/image.h"

#include "bench/base/hash.h"
#include "bench/kd/message.h"

#define PAGE 0x1000
#define OPTIONAL_SIZE 0xf0
#define SECTION_COUNT 9 /* as winload.efi has: kd-protocol's capture */

#define EXECUTABLE_LARGE 0x0022 /* IMAGE_FILE_EXECUTABLE | LARGE_ADDRESS */
#define SUBSYSTEM_NATIVE 1
#define DIRECTORY_COUNT 16
#define CODE_EXECUTE_READ UINT32_C(0x60000020)
#define DATA_READ UINT32_C(0x40000040)
#define DEBUG_POGO 13
#define CODEVIEW_AGE 1

/* Where the parts lie, in 16 bytes from the least on. */
enum {
	NEW_HEADER_MIN = 0x80,
	NEW_HEADER = 0xe8,
	EXPORTS_MIN = 0x380, /* behind all headers */
	DEBUG_MIN = 0x480,
	CODEVIEW_MIN = 0x580,
	PLACES = 8,
};

static const char section_names[SECTION_COUNT][8] = {
	".text", ".rdata", ".data", ".pdata", ".idata",
	"PAGE",  "INIT",   ".rsrc", ".reloc",
};

/* One of the places from 'least' on that number 'which' of the seed chooses. */
static uint32_t place(const struct kd_image *image, unsigned which,
		      uint32_t least)
{
	if (!image->places)
		return least;
	return least +
	       16 * (uint32_t)(image->places >> (4 * which) & (PLACES - 1));
}

static uint32_t length(const char *text)
{
	uint32_t len = 0;

	while (len < KD_IMAGE_NAME_MAX && text[len])
		len++;
	return len;
}

void kd_image_guid(uint8_t *guid, const char *name, uint32_t stamp)
{
	uint64_t h = hash_bytes(stamp, name, length(name));

	kd_store64(guid, h);
	kd_store64(guid + 8, hash_u64(h));
}

/* Of 'pe', the optional header; 'code' bytes of it begin at 'from'. */
static void build_optional(uint8_t *pe, const struct kd_image *image,
			   uint32_t from, uint32_t code)
{
	uint8_t *at = pe + KD_IMAGE_OPTIONAL;

	kd_store16(at, KD_IMAGE_PE32_PLUS);
	kd_store32(at + 4, code);
	kd_store32(at + 16, from == PAGE ? PAGE : 0); /* entry point */
	kd_store32(at + 20, from);                    /* base of code */
	kd_store64(pe + KD_IMAGE_BASE, image->base);
	kd_store32(at + 32, from == PAGE ? PAGE : 16); /* in memory */
	kd_store32(at + 36, from == PAGE ? PAGE : 16); /* in the file */
	kd_store16(at + 40, 10);                       /* operating system */
	kd_store16(at + 48, 10);                       /* subsystem version */
	kd_store32(pe + KD_IMAGE_WHOLE_SIZE, image->size);
	kd_store32(at + 60, KD_IMAGE_SIZE);
	kd_store32(pe + KD_IMAGE_CHECKSUM, image->checksum);
	kd_store16(at + 68, SUBSYSTEM_NATIVE);
	kd_store32(at + 108, DIRECTORY_COUNT);
}

/* The first has all that is behind the header, the others are discarded. */
static void build_sections(uint8_t *at, uint32_t from, uint32_t code)
{
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		uint32_t size = i ? 0 : code;
		uint32_t begin = i ? from + code : from;

		__builtin_memcpy(at, section_names[i], 8);
		kd_store32(at + 8, size);
		kd_store32(at + 12, begin);
		kd_store32(at + 16, size);
		kd_store32(at + 20, begin);
		kd_store32(at + 36, i ? DATA_READ : CODE_EXECUTE_READ);
		at += KD_IMAGE_SECTION_SIZE;
	}
}

static void build_exports(uint8_t *header, uint8_t *pe,
			  const struct kd_image *image)
{
	uint32_t at = place(image, 1, EXPORTS_MIN);
	uint32_t len = length(image->name);

	kd_store32(pe + KD_IMAGE_EXPORTS, at);
	kd_store32(pe + KD_IMAGE_EXPORTS + 4, KD_EXPORTS_SIZE + len + 1);
	kd_store32(header + at + KD_EXPORTS_STAMP, image->stamp);
	kd_store32(header + at + KD_EXPORTS_NAME, at + KD_EXPORTS_SIZE);
	kd_store32(header + at + 16, 1); /* ordinal base */
	__builtin_memcpy(header + at + KD_EXPORTS_SIZE, image->name, len);
}

/* The same name as the image's, but for what is behind the dot. */
static uint32_t store_pdb(uint8_t *to, const char *name)
{
	static const char ending[] = ".pdb";
	uint32_t len = 0;

	while (len < KD_IMAGE_NAME_MAX && name[len] && name[len] != '.') {
		to[len] = (uint8_t)name[len];
		len++;
	}
	__builtin_memcpy(to + len, ending, sizeof(ending));
	return len + sizeof(ending);
}

static void build_debug(uint8_t *header, uint8_t *pe,
			const struct kd_image *image)
{
	uint32_t at = place(image, 2, DEBUG_MIN);
	uint32_t record = place(image, 3, CODEVIEW_MIN);
	uint8_t *cv = header + record;
	uint8_t *entry = header + at;

	kd_store32(cv, KD_CODEVIEW_TAG);
	kd_image_guid(cv + KD_CODEVIEW_GUID, image->name, image->stamp);
	kd_store32(cv + KD_CODEVIEW_AGE, CODEVIEW_AGE);
	/* What the linker did, of no interest to a debugger, may come first. */
	kd_store32(pe + KD_IMAGE_DEBUG, at);
	kd_store32(pe + KD_IMAGE_DEBUG + 4, 2 * KD_DEBUG_SIZE);
	kd_store32(entry + KD_DEBUG_STAMP, image->stamp);
	kd_store32(entry + KD_DEBUG_TYPE, DEBUG_POGO);
	entry += KD_DEBUG_SIZE;
	kd_store32(entry + KD_DEBUG_STAMP, image->stamp);
	kd_store32(entry + KD_DEBUG_TYPE, KD_DEBUG_CODEVIEW);
	kd_store32(entry + KD_DEBUG_LENGTH,
		   KD_CODEVIEW_NAME +
			   store_pdb(cv + KD_CODEVIEW_NAME, image->name));
	kd_store32(entry + KD_DEBUG_ADDRESS, record);
	kd_store32(entry + KD_DEBUG_ADDRESS + 4, record); /* in the file */
}

void kd_image_build(uint8_t *header, const struct kd_image *image)
{
	uint32_t new_header = image->places ? place(image, 0, NEW_HEADER_MIN)
					    : NEW_HEADER;
	uint32_t from = image->size > PAGE ? PAGE : KD_IMAGE_SIZE;
	uint32_t code = image->size - from;
	uint8_t *pe = header + new_header;

	__builtin_memset(header, 0, KD_IMAGE_SIZE);
	kd_store16(header, KD_IMAGE_MZ);
	kd_store32(header + KD_IMAGE_NEW_HEADER, new_header);

	kd_store32(pe, KD_IMAGE_PE);
	kd_store16(pe + KD_IMAGE_MACHINE, KD_MACHINE_AMD64);
	kd_store16(pe + KD_IMAGE_SECTIONS, SECTION_COUNT);
	kd_store32(pe + KD_IMAGE_STAMP, image->stamp);
	kd_store16(pe + KD_IMAGE_OPTIONAL_SIZE, OPTIONAL_SIZE);
	kd_store16(pe + KD_IMAGE_OPTIONAL_SIZE + 2, EXECUTABLE_LARGE);
	build_optional(pe, image, from, code);
	build_sections(pe + KD_IMAGE_HEADERS_SIZE, from, code);
	build_exports(header, pe, image);
	build_debug(header, pe, image);
}
